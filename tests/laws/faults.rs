//! What a run leaves behind when some of its answers are missing or broken.

use kakunin::model::{AttributeGap, CoverageState, Gap, GapReason, Snapshot, Tags};
use kakunin::table::{Source, registry};
use proptest::prelude::*;

/// One thing that goes wrong, on one of what there is (taken modulo).
#[derive(Debug, Clone)]
pub enum Fault {
    /// A listing fails outright: nothing of it is seen.
    Listing(usize, GapReason),
    /// A listing breaks off: every other resource of it is seen.
    Half(usize, GapReason),
    /// A call about one resource fails: the attributes that it would have supplied are gaps.
    Detail(usize, usize, GapReason),
    /// An observation is removed from the snapshot afterwards.
    Observation(usize),
    /// A coverage cell is removed from the snapshot afterwards.
    Cell(usize),
    /// An attribute is removed from the snapshot afterwards.
    Attribute(usize, usize),
}

fn reason() -> impl Strategy<Value = GapReason> {
    prop_oneof![
        Just(GapReason::Denied),
        Just(GapReason::Throttled),
        Just(GapReason::Timeout),
        Just(GapReason::RegionDisabled),
        Just(GapReason::Unsupported),
        Just(GapReason::Error),
    ]
}

pub fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let n = any::<usize>;
    prop::collection::vec(
        prop_oneof![
            (n(), reason()).prop_map(|(a, r)| Fault::Listing(a, r)),
            (n(), reason()).prop_map(|(a, r)| Fault::Half(a, r)),
            (n(), n(), reason()).prop_map(|(a, b, r)| Fault::Detail(a, b, r)),
            n().prop_map(Fault::Observation),
            n().prop_map(Fault::Cell),
            (n(), n()).prop_map(|(a, b)| Fault::Attribute(a, b)),
        ],
        1..6,
    )
}

pub fn apply(snapshot: &mut Snapshot, fault: &Fault) {
    match fault {
        Fault::Listing(at, reason) => listing(snapshot, *at, *reason, false),
        Fault::Half(at, reason) => listing(snapshot, *at, *reason, true),
        Fault::Detail(at, which, reason) => detail(snapshot, *at, *which, *reason),
        Fault::Observation(at) => {
            let len = snapshot.observations.len();
            if len > 0 {
                snapshot.observations.remove(at % len);
            }
        }
        Fault::Cell(at) => {
            let len = snapshot.coverage.len();
            if len > 0 {
                snapshot.coverage.remove(at % len);
            }
        }
        Fault::Attribute(at, which) => {
            let len = snapshot.resources.len();
            if len > 0 {
                let resource = &mut snapshot.resources[at % len];
                let names: Vec<String> = resource.attributes.keys().cloned().collect();
                if !names.is_empty() {
                    resource.attributes.remove(&names[which % names.len()]);
                }
            }
        }
    }
}

fn listing(snapshot: &mut Snapshot, at: usize, reason: GapReason, half: bool) {
    let len = snapshot.coverage.len();
    if len == 0 {
        return;
    }
    let cell = &mut snapshot.coverage[at % len];
    cell.state = CoverageState::Gap(reason);
    let (operation, region, account) = (cell.operation.clone(), cell.region.clone(), cell.account.clone());
    let mut keep = false;
    snapshot.resources.retain(|resource| {
        let listed = registry().kind(&resource.kind).is_some_and(|kind| kind.list.id() == operation);
        let here = resource.region == region;
        keep = !keep;
        !(listed && here) || (half && keep)
    });
    snapshot.gaps.push(Gap { account, region, operation, resource: None, reason, detail: "made by the test".into() });
    snapshot.gaps.sort();
}

fn detail(snapshot: &mut Snapshot, at: usize, which: usize, reason: GapReason) {
    let len = snapshot.resources.len();
    if len == 0 {
        return;
    }
    let resource = &mut snapshot.resources[at % len];
    let Some(kind) = registry().kind(&resource.kind) else { return };
    let operations: Vec<String> = resource.evidence.keys().filter(|op| **op != kind.list.id()).cloned().collect();
    if operations.is_empty() {
        return;
    }
    let operation = operations[which % operations.len()].clone();
    let gap = AttributeGap { reason, operation: operation.clone(), detail: "made by the test".into() };
    for attribute in kind.attributes.values() {
        if matches!(attribute.source, Source::Op(op) if op.id() == operation) {
            resource.attributes.remove(attribute.name);
            resource.gaps.insert(attribute.name.to_string(), gap.clone());
        }
    }
    if kind.tags.is_some_and(|op| op.id() == operation) {
        resource.tags = Tags::Gap(gap.clone());
    }
    resource.evidence.remove(&operation);
    snapshot.gaps.push(Gap {
        account: resource.account.clone(),
        region: resource.region.clone(),
        operation,
        resource: Some(resource.name().to_string()),
        reason,
        detail: "made by the test".into(),
    });
    snapshot.gaps.sort();
}
