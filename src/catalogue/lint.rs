//! What a check's file may say: every attribute, topic and parameter that it names must exist, with the right type.

use std::ops::Range;

use serde_json::Value;

use super::check::{Check, Empty, ExampleOutcome};
use super::expr::LiteralType;
use super::load::{Catalogue, located};
use crate::table::{Type, registry};

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// `checks/rds/instance-multi-az.toml:7:12`
    pub at: String,
    /// What was expected, what was found, how to mend it.
    pub message: String,
}

/// Complaints about every check.
pub fn lint(catalogue: &Catalogue) -> Vec<Lint> {
    let mut lints = Vec::new();
    for check in catalogue.checks.values() {
        let mut push = |needle: &str, message: String| {
            lints.push(Lint { at: place(catalogue, check, needle), message });
        };
        names(catalogue, check, &mut push);
        attributes(check, &mut push);
        types(check, &mut push);
        examples(check, &mut push);
    }
    for id in catalogue.tables.keys() {
        if !catalogue.checks.values().any(|check| check.tables.values().any(|table| &table.id == id)) {
            let message = format!("table {id} is named by no check; name it as a parameter, {{ table = \"{id}\" }}");
            lints.push(Lint { at: format!("checks/tables/{id}.toml"), message });
        }
    }
    for (id, topic) in &catalogue.topics {
        let message = match (catalogue.of_topic(id).next().is_some(), topic.no_check.is_some()) {
            (false, false) => format!("topic {id} has no check; write one, or say why in no_check"),
            (true, true) => format!("topic {id} has a check now; remove its no_check"),
            _ => continue,
        };
        lints.push(Lint { at: "checks/topics.toml".into(), message });
    }
    lints
}

fn place(catalogue: &Catalogue, check: &Check, needle: &str) -> String {
    let Some(source) = catalogue.sources.get(&check.id) else { return check.id.clone() };
    let span: Option<Range<usize>> = source.text.find(needle).map(|at| at..at + needle.len());
    located(&source.path, &source.text, span.as_ref())
}

fn names(catalogue: &Catalogue, check: &Check, push: &mut impl FnMut(&str, String)) {
    if check.topics.is_empty() {
        push("topics", "expected at least one topic, found none".into());
    }
    for topic in &check.topics {
        if !catalogue.topics.contains_key(topic) {
            let near = nearest(topic, catalogue.topics.keys().map(String::as_str));
            push(topic, format!("expected a topic of checks/topics.toml, found {topic}{near}"));
        }
    }
    let id_ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    if check.id.matches('/').count() != 1 || !check.id.chars().all(id_ok) {
        push("title", format!("expected a path like service/what-is-expected.toml, found {}", check.id));
    }
    for (field, text) in [("title", &check.title), ("why", &check.why)] {
        if text.ja.trim().is_empty() || text.en.trim().is_empty() {
            push(field, format!("expected {field} in ja and en, found an empty one"));
        }
    }
    if check.fix.ja.trim().is_empty() || check.fix.en.trim().is_empty() {
        push("fix", "expected fix.ja and fix.en, found an empty one".into());
    }
    if check.refs.is_empty() {
        push(
            "refs",
            "expected at least one reference (aws-fsbp:RDS.5, nist-800-53-r5:CP-10, iso-27001-2022:A.8.24)".into(),
        );
    }
}

fn attributes(check: &Check, push: &mut impl FnMut(&str, String)) {
    let Some(kind) = registry().kind(&check.resource) else {
        let near = nearest(&check.resource, registry().kinds.keys().copied());
        push(&check.resource, format!("expected a kind that a collector supplies, found {}{near}", check.resource));
        return;
    };
    for path in check.paths().chain(check.observed.iter().map(String::as_str)) {
        if registry().attribute(&check.resource, path).is_none() {
            let near = nearest(path, kind.attributes.keys().copied());
            push(path, format!("expected an attribute of {}, found {path}{near}", check.resource));
        }
    }
    let referred: Vec<&str> = check
        .when
        .iter()
        .flat_map(|w| w.paths())
        .chain(check.expect.paths())
        .filter_map(|p| p.strip_prefix("params."))
        .collect();
    for name in &referred {
        if !check.params.contains_key(*name) {
            let near = nearest(name, check.params.keys().map(String::as_str));
            push(name, format!("expected a parameter of [params], found {name}{near}"));
        }
    }
    for name in check.params.keys() {
        if !referred.contains(&name.as_str()) {
            push(name, format!("parameter {name} is not used"));
        }
    }
}

/// `'x' == 1` is silently false in CEL, so comparisons with a literal must have the attribute's type.
fn types(check: &Check, push: &mut impl FnMut(&str, String)) {
    let comparisons = check.when.iter().flat_map(|w| w.comparisons()).chain(check.expect.comparisons());
    for comparison in comparisons {
        let found = match comparison.path.strip_prefix("params.") {
            Some(name) => match check.params.get(name) {
                Some(Value::Bool(_)) => Type::Bool,
                Some(Value::Number(n)) if n.is_i64() => Type::Int,
                Some(Value::Number(_)) => Type::Number,
                Some(Value::String(_)) => Type::Str,
                _ => continue,
            },
            None => match registry().attribute(&check.resource, &comparison.path) {
                // What lies below a declared attribute has no declared type.
                Some(a) if a.name == comparison.path => a.ty,
                _ => continue,
            },
        };
        let fits = match comparison.literal {
            LiteralType::Bool => found == Type::Bool,
            LiteralType::Int => matches!(found, Type::Int | Type::Number),
            LiteralType::Number => found == Type::Number,
            LiteralType::Str => matches!(found, Type::Str | Type::Time),
        };
        if !fits {
            let message = format!(
                "expected {} to be compared with its own type {found:?}, found a {:?}: such a comparison is always false",
                comparison.path, comparison.literal
            );
            push(&comparison.path, message);
        }
    }
}

fn examples(check: &Check, push: &mut impl FnMut(&str, String)) {
    for wanted in [ExampleOutcome::Pass, ExampleOutcome::Fail, ExampleOutcome::Unknown] {
        if !check.examples.iter().any(|e| e.outcome == wanted) {
            push("[[example]]", format!("expected an example with outcome {wanted:?}, found none"));
        }
    }
    for example in &check.examples {
        for name in example.given.keys().chain(&example.gap) {
            let known = name == "facts" || registry().attribute(&check.resource, name).is_some();
            if !known {
                push(name, format!("expected an attribute of {} in an example, found {name}", check.resource));
            }
        }
    }
    // Law 1: only a check that forbids a thing may pass on nothing, and then its title should say so.
    if check.empty == Empty::Pass && check.severity == super::Severity::Low {
        push("empty", "expected empty = \"pass\" only where the check forbids a thing that matters".into());
    }
}

pub(super) fn nearest<'a>(word: &str, of: impl Iterator<Item = &'a str>) -> String {
    of.map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, _)| *score > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, candidate)| format!("; did you mean {candidate}?"))
}
