//! Nothing counts that no observation of the snapshot supports.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::model::{AttributeGap, GapReason, Resource, Snapshot};
use crate::table::{Source, registry};

/// The snapshot with every attribute whose observation is not in it turned into a gap. Of a whole snapshot, itself.
pub(super) fn supported(snapshot: &Snapshot) -> Cow<'_, Snapshot> {
    let observed: HashSet<&str> = snapshot.observations.iter().map(|o| o.id.as_str()).collect();
    let lacking: Vec<(usize, Vec<(String, String)>)> = snapshot
        .resources
        .iter()
        .enumerate()
        .map(|(index, resource)| (index, unsupported(resource, &observed)))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    if lacking.is_empty() {
        return Cow::Borrowed(snapshot);
    }
    let mut snapshot = snapshot.clone();
    for (index, names) in lacking {
        let Some(resource) = snapshot.resources.get_mut(index) else { continue };
        for (name, operation) in names {
            resource.attributes.remove(&name);
            let detail = "the snapshot does not hold the observation that it came from".to_string();
            resource.gaps.entry(name).or_insert(AttributeGap { reason: GapReason::NotRead, operation, detail });
        }
    }
    Cow::Owned(snapshot)
}

/// Attributes without a supporting observation, each with its operation.
fn unsupported(resource: &Resource, observed: &HashSet<&str>) -> Vec<(String, String)> {
    let Some(kind) = registry().kind(&resource.kind) else { return Vec::new() };
    let mut names = Vec::new();
    for name in resource.attributes.keys() {
        let Some(Source::Op(operation)) = kind.attributes.get(name.as_str()).map(|a| a.source) else { continue };
        let id = operation.id();
        let evidence = resource.evidence.get(&id).map_or(&[][..], Vec::as_slice);
        if evidence.is_empty() || !evidence.iter().all(|e| observed.contains(e.as_str())) {
            names.push((name.clone(), id));
        }
    }
    names
}
