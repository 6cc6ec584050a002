//! Parts from many collectors → one sorted snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Sink;
use crate::model::{Coverage, CoverageState, Gap, GapReason, Observation, Resource, Tags};

/// Merges parts of one resource (several services may supply attributes of a region), sorts and removes duplicates.
pub(super) fn assemble(sink: &mut Sink) {
    let mut resources: BTreeMap<(String, String, String, String), Resource> = BTreeMap::new();
    for part in sink.resources.drain(..) {
        let key = (part.kind.clone(), part.account.clone(), part.region.clone(), part.id.clone());
        match resources.get_mut(&key) {
            None => {
                resources.insert(key, part);
            }
            Some(whole) => merge(whole, part),
        }
    }
    sink.resources = resources.into_values().collect();
    // Refusals were noted when they came; what a whole answer lacks, or holds in a form that cannot be used, is noted here.
    let noted: BTreeSet<(String, String, String)> = sink
        .gaps
        .iter()
        .filter_map(|gap| Some((gap.account.clone(), gap.operation.clone(), gap.resource.clone()?)))
        .collect();
    for resource in &sink.resources {
        for (attribute, gap) in &resource.gaps {
            let told =
                |name: &str| noted.contains(&(resource.account.clone(), gap.operation.clone(), name.to_string()));
            let of_the_answer = match gap.reason {
                GapReason::MissingField | GapReason::NotRead => true,
                GapReason::Error => !told(&resource.id) && !told(resource.name()),
                _ => false,
            };
            if of_the_answer {
                sink.gaps.push(Gap {
                    account: resource.account.clone(),
                    region: resource.region.clone(),
                    operation: gap.operation.clone(),
                    resource: Some(resource.name().to_string()),
                    reason: gap.reason,
                    detail: format!("{attribute}: {}", gap.detail),
                });
            }
        }
    }
    sink.gaps.sort();
    sink.gaps.dedup();
    sink.coverage = coverage(std::mem::take(&mut sink.coverage));
    sink.observations = observations(std::mem::take(&mut sink.observations));
}

fn merge(whole: &mut Resource, part: Resource) {
    whole.arn = whole.arn.take().or(part.arn);
    // A value that one part read wins over the gap that another left.
    for (name, value) in part.attributes {
        whole.gaps.remove(&name);
        whole.attributes.insert(name, value);
    }
    for (name, gap) in part.gaps {
        if !whole.attributes.contains_key(&name) {
            whole.gaps.insert(name, gap);
        }
    }
    for (operation, evidence) in part.evidence {
        whole.evidence.entry(operation).or_default().extend(evidence);
    }
    if let Tags::Known(_) | Tags::Gap(_) = part.tags
        && !matches!(whole.tags, Tags::Known(_))
    {
        whole.tags = part.tags;
    }
    for evidence in whole.evidence.values_mut() {
        evidence.sort();
        evidence.dedup();
    }
}

/// One cell per account, region and operation; a cell with any gap is a gap.
fn coverage(cells: Vec<Coverage>) -> Vec<Coverage> {
    let mut merged: BTreeMap<(String, String, String), Coverage> = BTreeMap::new();
    for cell in cells {
        let key = (cell.account.clone(), cell.region.clone(), cell.operation.clone());
        match merged.get_mut(&key) {
            None => {
                merged.insert(key, cell);
            }
            Some(have) => {
                if matches!(cell.state, CoverageState::Gap(_)) {
                    have.state = cell.state;
                }
                have.observations.extend(cell.observations);
                have.observations.sort();
                have.observations.dedup();
            }
        }
    }
    merged.into_values().collect()
}

fn observations(all: Vec<Observation>) -> Vec<Observation> {
    let by_id: BTreeMap<String, Observation> = all.into_iter().map(|o| (o.id.clone(), o)).collect();
    by_id.into_values().collect()
}
