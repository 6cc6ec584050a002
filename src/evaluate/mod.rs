//! Checks × snapshot → findings. Pure: no network, clock, environment or randomness.

mod reproduce;
mod say;
mod support;

#[cfg(feature = "mcp")]
pub(crate) use reproduce::again;
pub(crate) use reproduce::quoted;

pub use say::{Said, say};

use std::collections::{BTreeMap, BTreeSet};

use cel::Context;
use serde_json::Value;

use crate::catalogue::{Catalogue, Check, Empty, context};
use crate::facts::{self, Fact, Facts, World};
use crate::model::{Finding, Inside, Moment, Outcome, Resource, ResourceRef, Snapshot};
use crate::table::{ACCOUNT_KIND, Source, registry};

/// Parameters that differ from a check's defaults: check id → name → value.
pub type Params = BTreeMap<String, BTreeMap<String, Value>>;

/// A cell of a check's listing that was not read.
pub type UnreadCell = crate::facts::UnreadCell;

/// What a check says of a snapshot.
#[derive(Debug, Default)]
pub struct Checked {
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Resources of its kind that were seen.
    pub seen: usize,
    /// Listings that could have held a failing resource and were not read.
    pub unread: Vec<UnreadCell>,
    /// Parameters in force.
    pub params: BTreeMap<String, Value>,
}

/// Findings of every check in use, by check id.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// By check id.
    pub checks: BTreeMap<String, Checked>,
}

/// Evaluates the checks with these ids.
pub fn evaluate(
    catalogue: &Catalogue,
    in_use: &BTreeSet<String>,
    params: &Params,
    snapshot: &Snapshot,
    clock: Moment,
) -> Evaluation {
    let wanted = wanted_facts(catalogue, in_use);
    let supported = support::supported(snapshot);
    let snapshot = supported.as_ref();
    let facts = facts::derive(snapshot, &wanted);
    let world = World::new(snapshot);
    let root = context(clock);
    let checks = in_use
        .iter()
        .filter_map(|id| catalogue.checks.get(id))
        .map(|check| (check.id.clone(), one(check, params.get(&check.id), &world, &facts, &root)))
        .collect();
    Evaluation { checks }
}

/// `(kind, fact)` that the checks refer to.
fn wanted_facts(catalogue: &Catalogue, in_use: &BTreeSet<String>) -> BTreeSet<(String, String)> {
    let mut wanted = BTreeSet::new();
    for check in in_use.iter().filter_map(|id| catalogue.checks.get(id)) {
        for path in check.paths().chain(check.observed.iter().map(String::as_str)) {
            if let Some(attribute) = registry().attribute(&check.resource, path)
                && matches!(attribute.source, Source::Fact(_))
            {
                wanted.insert((check.resource.clone(), attribute.name.to_string()));
            }
        }
    }
    wanted
}

fn one(
    check: &Check,
    own: Option<&BTreeMap<String, Value>>,
    world: &World<'_>,
    facts: &Facts,
    root: &Context<'_, '_>,
) -> Checked {
    let mut params = check.params.clone();
    if let Some(own) = own {
        params.extend(own.iter().filter(|(k, _)| check.params.contains_key(*k)).map(|(k, v)| (k.clone(), v.clone())));
    }
    let scope = &world.snapshot.scope;
    let resources = world.all(&check.resource);
    let mut checked = Checked { seen: resources.len(), unread: world.unread(&check.resource), ..Checked::default() };
    for resource in resources {
        let inside = scope.holds(resource);
        if inside == Inside::No {
            continue;
        }
        if let Some(finding) = finding(check, resource, &params, world, facts, root, inside) {
            checked.findings.push(finding);
        }
    }
    if checked.findings.is_empty() && checked.unread.is_empty() {
        checked.findings.extend(on_nothing(check, world));
    }
    checked.findings.sort_by(|a, b| a.resource.cmp(&b.resource));
    checked.params = params;
    checked
}

fn finding(
    check: &Check,
    resource: &Resource,
    params: &BTreeMap<String, Value>,
    world: &World<'_>,
    facts: &Facts,
    root: &Context<'_, '_>,
    inside: Inside,
) -> Option<Finding> {
    let derived = facts.of(resource);
    let mut attributes = resource.attributes.clone();
    for (name, fact) in derived.into_iter().flatten() {
        if let Fact::Value(value) = fact {
            attributes.insert((*name).to_string(), value.clone());
        }
    }
    let gap_of = |name: &str| {
        if let Some(gap) = resource.gaps.get(name) {
            return Some(format!("{name} was not read: {}", gap.detail));
        }
        match derived.and_then(|d| d.get(name)) {
            Some(Fact::Gap(why)) => Some(format!("{name} could not be derived: {why}")),
            _ => None,
        }
    };
    let said = say(check, &attributes, &gap_of, params, root);
    let (mut outcome, mut note) = match said {
        Said::OutOfScope => return None,
        Said::Pass => (Outcome::Pass, String::new()),
        Said::Fail => (Outcome::Fail, String::new()),
        Said::Unknown(why) => (Outcome::Unknown, why),
    };
    if inside == Inside::Unknown {
        outcome = Outcome::Unknown;
        note = "its tags were not read, so it is not known whether it is in scope".to_string();
    }
    let evidence = evidence(check, resource, world);
    if evidence.is_empty() && outcome != Outcome::Unknown {
        outcome = Outcome::Unknown;
        note = "no observation supports it".to_string();
    }
    let observed = check
        .observed
        .iter()
        .map(|path| (path.clone(), lookup(&attributes, path).cloned().unwrap_or(Value::Null)))
        .collect();
    Some(Finding {
        check: check.id.clone(),
        resource: reference(resource),
        outcome,
        expected: check.expect.source().to_string(),
        observed,
        note,
        evidence,
        reproduce: reproduce::command(check, resource, world.snapshot),
    })
}

/// The value at a dotted path: the longest attribute name that is a prefix, then keys below it.
pub(crate) fn lookup<'v>(attributes: &'v BTreeMap<String, Value>, path: &str) -> Option<&'v Value> {
    let mut prefix = path;
    loop {
        if let Some(value) = attributes.get(prefix) {
            let rest = path.get(prefix.len()..).unwrap_or_default();
            return rest.split('.').filter(|key| !key.is_empty()).try_fold(value, |value, key| value.get(key));
        }
        prefix = prefix.rsplit_once('.')?.0;
    }
}

/// Observations that a finding rests on: those of the attributes that it refers to, of the listing, and of the listings
/// that its facts are derived from.
fn evidence(check: &Check, resource: &Resource, world: &World<'_>) -> Vec<String> {
    let Some(kind) = registry().kind(&check.resource) else { return Vec::new() };
    let mut operations = BTreeSet::from([kind.list.id()]);
    let mut ids = BTreeSet::new();
    for path in check.paths() {
        match registry().attribute(&check.resource, path).map(|attribute| attribute.source) {
            Some(Source::Op(operation)) => {
                operations.insert(operation.id());
            }
            Some(Source::Fact(needs)) => {
                for need in needs {
                    ids.extend(world.listed_by(need.kind, &resource.account, &resource.region).iter().cloned());
                }
            }
            None => {}
        }
    }
    ids.extend(operations.iter().filter_map(|op| resource.evidence.get(op)).flatten().cloned());
    // What the snapshot does not hold is no evidence.
    ids.into_iter().filter(|id| world.observed(id)).collect()
}

fn reference(resource: &Resource) -> ResourceRef {
    ResourceRef {
        kind: resource.kind.clone(),
        id: resource.id.clone(),
        arn: resource.arn.clone(),
        account: resource.account.clone(),
        region: resource.region.clone(),
    }
}

/// Law 1: what an empty population means. The complete listing is the evidence.
fn on_nothing(check: &Check, world: &World<'_>) -> Vec<Finding> {
    let outcome = match check.empty {
        Empty::Untested => return Vec::new(),
        Empty::Fail => Outcome::Fail,
        Empty::Pass => Outcome::Pass,
    };
    let cells = world.cells_of(&check.resource);
    let mut findings = Vec::new();
    for account in world.snapshot.accounts.keys() {
        let mut evidence: Vec<String> = cells
            .iter()
            .filter(|c| &c.account == account)
            .filter_map(|c| world.cell(&c.account, &c.region, &c.operation))
            .flat_map(|cell| cell.observations.clone())
            .collect();
        evidence.sort();
        evidence.dedup();
        if evidence.is_empty() {
            continue;
        }
        findings.push(Finding {
            check: check.id.clone(),
            resource: ResourceRef {
                kind: ACCOUNT_KIND.to_string(),
                id: account.clone(),
                arn: None,
                account: account.clone(),
                region: "aws-global".to_string(),
            },
            outcome,
            expected: format!(
                "{} {}",
                if outcome == Outcome::Fail { "at least one" } else { "none of" },
                check.resource
            ),
            observed: BTreeMap::from([("count".to_string(), Value::from(0))]),
            note: format!("the complete listing has no {} that this check speaks of", check.resource),
            evidence,
            reproduce: reproduce::listing(check),
        });
    }
    findings
}
