//! Tries each check on its own examples, through the same evaluation as a run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::check::{Check, ExampleOutcome};
use super::load::Catalogue;
use crate::evaluate::{Said, say};
use crate::model::Moment;

/// An example that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The check.
    pub check: String,
    /// Which example, from 1.
    pub example: usize,
    /// What was expected, what was found.
    pub message: String,
}

/// The clock of examples: a fixed moment, so that ages can be written down.
pub const EXAMPLE_CLOCK: &str = "2026-01-01T00:00:00Z";

/// Runs every example of every check.
pub fn run_examples(catalogue: &Catalogue) -> Vec<ExampleFailure> {
    let Ok(clock) = EXAMPLE_CLOCK.parse::<Moment>() else { return Vec::new() };
    catalogue.checks.values().flat_map(|check| of_check(check, clock)).collect()
}

fn of_check(check: &Check, clock: Moment) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    let root = super::context(clock);
    for (index, example) in check.examples.iter().enumerate() {
        let mut attributes = BTreeMap::new();
        // What an example does not give is null, as with an attribute that AWS leaves out.
        for path in check.paths() {
            if let Some(attribute) = crate::table::registry().attribute(&check.resource, path) {
                attributes.insert(attribute.name.to_string(), Value::Null);
            }
        }
        for (name, value) in &example.given {
            match (name.as_str(), value) {
                ("facts", Value::Object(facts)) => {
                    attributes.extend(facts.iter().map(|(k, v)| (format!("facts.{k}"), v.clone())));
                }
                _ => {
                    attributes.insert(name.clone(), value.clone());
                }
            }
        }
        let gaps: Vec<&str> = example.gap.iter().map(String::as_str).collect();
        for gap in &gaps {
            attributes.remove(*gap);
        }
        let mut params = check.params.clone();
        params.extend(example.params.clone());
        let said = say(check, &attributes, &|name| gaps.contains(&name).then(|| "example".to_string()), &params, &root);
        let found = match &said {
            Said::Pass => ExampleOutcome::Pass,
            Said::Fail => ExampleOutcome::Fail,
            Said::Unknown(_) => ExampleOutcome::Unknown,
            Said::OutOfScope => ExampleOutcome::OutOfScope,
        };
        if found != example.outcome {
            failures.push(ExampleFailure {
                check: check.id.clone(),
                example: index + 1,
                message: format!("expected {:?}, found {said:?}", example.outcome),
            });
        }
    }
    failures
}
