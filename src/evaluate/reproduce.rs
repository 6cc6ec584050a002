//! The command by which a person repeats what a finding rests on.

use crate::catalogue::Check;
use crate::model::{Resource, Snapshot};
use crate::table::{OpScope, Operation, Source, registry};

/// The command for one resource: of the operation that supplies the first attribute of the expectation.
pub(super) fn command(check: &Check, resource: &Resource, snapshot: &Snapshot) -> String {
    let Some(kind) = registry().kind(&check.resource) else { return String::new() };
    let operation = check
        .expect
        .paths()
        .iter()
        .filter_map(|path| registry().attribute(&check.resource, path))
        .find_map(|attribute| match attribute.source {
            Source::Op(operation) => Some(operation),
            Source::Fact(_) => None,
        })
        .unwrap_or(kind.list);
    let input = resource
        .evidence
        .get(&operation.id())
        .and_then(|ids| ids.first())
        .and_then(|id| {
            let at = snapshot.observations.binary_search_by(|o| o.id.as_str().cmp(id)).ok()?;
            snapshot.observations.get(at)
        })
        .map(|observation| observation.input.clone())
        .unwrap_or_default();
    let args: Vec<String> = if input.is_empty() && operation == kind.list {
        kind.locate
            .replace("{id}", &quoted(&resource.id))
            .replace("{arn}", &quoted(resource.name()))
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(ToString::to_string)
            .collect()
    } else {
        input.iter().map(|word| quoted(word)).collect()
    };
    line(operation, &args, &resource.region)
}

/// The command for a listing that found nothing.
pub(super) fn listing(check: &Check) -> String {
    registry().kind(&check.resource).map(|kind| line(kind.list, &[], "")).unwrap_or_default()
}

/// The command that asks again what an observation answered; empty where its operation is not known any more.
#[cfg(feature = "mcp")]
pub(crate) fn again(observation: &crate::model::Observation) -> String {
    let Some(operation) = registry().operations.get(&observation.operation) else { return String::new() };
    let args: Vec<String> = observation.input.iter().map(|word| quoted(word)).collect();
    line(operation, &args, &observation.region)
}

fn line(operation: &Operation, args: &[String], region: &str) -> String {
    if operation.service == "outside" {
        // Seen by connecting: the table gives the whole command with one place for the target.
        return operation.cli.replace("{}", args.first().map_or("", String::as_str));
    }
    let mut words = vec!["aws".to_string(), operation.cli.to_string()];
    words.extend(args.iter().cloned());
    if operation.scope == OpScope::Regional && !region.is_empty() {
        words.push(format!("--region {region}"));
    }
    words.join(" ")
}

pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
