//! Parts put onto snapshots: as good as a whole look, and never greener for what the part could not read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use chrono::Duration;
use kakunin::model::{Cell, CoverageState, Snapshot, Verdict};
use kakunin::pipeline::Inputs;
use kakunin::snapshot::{Sealed, Unfit, fits, merge};
use kakunin::table::{CORE, registry};
use proptest::prelude::*;
use serde_json::Value;

use super::account::{ACCOUNT, Pick, clock, inputs, picks, snapshot};
use super::faults::{apply, faults};
use super::properties::{config, decide, law_2};

static INPUTS: LazyLock<Inputs> = LazyLock::new(inputs);

/// Every cell of a snapshot.
fn all_cells(of: &Snapshot) -> BTreeSet<Cell> {
    let listed = of.coverage.iter().map(|c| (&c.account, &c.region, &c.operation));
    // Services without a listing have calls only: the public access block of an account.
    let called = of.observations.iter().map(|o| (&o.account, &o.region, &o.operation));
    listed.chain(called).map(|(account, region, operation)| registry().cell(account, region, operation)).collect()
}

/// Cells of services that a change can be in: neither who we are nor what is seen from outside.
fn cells_of(of: &Snapshot, picked: &[usize]) -> BTreeSet<Cell> {
    let cells: Vec<Cell> =
        all_cells(of).into_iter().filter(|c| !["core", "outside"].contains(&c.service.as_str())).collect();
    picked.iter().map(|at| cells[at % cells.len()].clone()).collect()
}

fn later(mut snapshot: Snapshot) -> Snapshot {
    snapshot.clock = clock() + Duration::hours(7);
    snapshot.started = snapshot.clock;
    snapshot.finished = snapshot.clock + Duration::seconds(9);
    snapshot.api_calls = 3;
    snapshot
}

/// Cells of the operations that a resource rests on.
fn rests_on(snapshot: &Snapshot, at: usize) -> BTreeMap<String, Cell> {
    let resource = &snapshot.resources[at];
    let place = |id: &String| {
        let seen = snapshot.observations.iter().find(|o| o.id == *id);
        seen.map(|o| registry().cell(&o.account, &o.region, &o.operation))
    };
    resource
        .evidence
        .iter()
        .map(|(operation, ids)| {
            let known = ids.first().and_then(place);
            let by_table = || registry().cell(&resource.account, &resource.region, operation);
            (operation.clone(), known.unwrap_or_else(by_table))
        })
        .collect()
}

/// The same world after changes in `cells` alone: resources are gone, new or otherwise.
fn changed(world: &Snapshot, other: &Snapshot, cells: &BTreeSet<Cell>, how: &[usize]) -> Snapshot {
    let mut after = world.clone();
    let mut gone = BTreeSet::new();
    for at in 0..world.resources.len() {
        let cell_of = rests_on(world, at);
        let resource = &mut after.resources[at];
        let kind = registry().kind(&resource.kind).unwrap();
        let dice = how.get(at % how.len().max(1)).copied().unwrap_or(0);
        if cells.contains(&cell_of[&kind.list.id()]) && dice.is_multiple_of(3) {
            gone.insert(at);
            continue;
        }
        for (name, value) in &mut resource.attributes {
            let Some(operation) = kind.operation_of(name) else { continue };
            if cells.contains(&cell_of[&operation.id()]) && dice.is_multiple_of(2) {
                *value = match value {
                    Value::Bool(was) => Value::Bool(!*was),
                    Value::Null => Value::from("something"),
                    _ => Value::Null,
                };
            }
        }
    }
    let mut at = 0;
    after.resources.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    for at in 0..other.resources.len() {
        if rests_on(other, at).values().all(|cell| cells.contains(cell)) {
            let mut new = other.resources[at].clone();
            new.id = format!("new-{}", new.id);
            new.arn = None;
            after.resources.push(new);
        }
    }
    after.resources.sort_by(|a, b| a.key().cmp(&b.key()));
    after
}

fn without_ages(mut snapshot: Snapshot) -> Snapshot {
    snapshot.parts.clear();
    snapshot
}

/// What differs between two snapshots, in few words.
fn same(found: &Snapshot, wanted: &Snapshot) -> Result<(), String> {
    fn first<T: PartialEq + std::fmt::Debug>(what: &str, found: &[T], wanted: &[T]) -> Result<(), String> {
        let odd = found.iter().find(|f| !wanted.contains(f)).map(|f| format!("{what}: not to be there: {f:?}"));
        let lost = || wanted.iter().find(|w| !found.contains(w)).map(|w| format!("{what}: to be there: {w:?}"));
        odd.or_else(lost).map_or(Ok(()), Err)
    }
    first("resources", &found.resources, &wanted.resources)?;
    first("gaps", &found.gaps, &wanted.gaps)?;
    first("coverage", &found.coverage, &wanted.coverage)?;
    first("observations", &found.observations, &wanted.observations)?;
    first("parts", &found.parts, &wanted.parts)?;
    if found == wanted { Ok(()) } else { Err("something else differs".into()) }
}

/// Every case makes two reports of several hundred checks.
fn few() -> ProptestConfig {
    ProptestConfig { cases: config().cases / 4, ..config() }
}

fn some() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(any::<usize>(), 1..30)
}

proptest! {
    #![proptest_config(few())]

    /// A part of everything is the whole.
    #[test]
    fn a_part_of_everything_is_the_whole(before in picks(), after in picks()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let whole = later(snapshot(&INPUTS.catalogue, &after));
        let mut cells = all_cells(&base);
        for snapshot in [&base, &whole] {
            cells.extend((0..snapshot.resources.len()).flat_map(|at| rests_on(snapshot, at).into_values()));
        }
        prop_assert_eq!(same(&merge(&base, whole.clone(), &cells), &whole), Ok(()));
    }

    /// A part of nothing is the base, at the part's clock; and every part of it is as old as the base.
    #[test]
    fn a_part_of_nothing_changes_nothing(before in picks(), after in picks()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let part = later(snapshot(&INPUTS.catalogue, &after));
        let merged = merge(&base, part.clone(), &BTreeSet::new());
        prop_assert_eq!(merged.clock, part.clock);
        prop_assert_eq!(merged.parts.len(), all_cells(&base).len());
        prop_assert!(merged.parts.iter().all(|p| p.as_of == base.clock));
        let back = Snapshot {
            clock: base.clock, started: base.started, finished: base.finished, api_calls: base.api_calls, ..merged
        };
        prop_assert_eq!(same(&without_ages(back), &base), Ok(()));
    }

    /// A changed world of which only the touched cells are read anew is the changed world.
    #[test]
    fn a_part_of_what_changed_is_a_whole_look(before in picks(), new in picks(), picked in some(), how in some()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let cells = cells_of(&base, &picked);
        let after = later(changed(&base, &snapshot(&INPUTS.catalogue, &new), &cells, &how));
        // What was not to be read is not in a part; what the part says of it all the same has no effect.
        let mut part = after.clone();
        part.observations.retain(|o| cells.contains(&registry().cell(&o.account, &o.region, &o.operation)));
        part.coverage.retain(|c| cells.contains(&registry().cell(&c.account, &c.region, &c.operation)));
        let merged = merge(&base, part, &cells);
        for age in &merged.parts {
            let cell =
                Cell { account: age.account.clone(), region: age.region.clone(), service: age.service.clone() };
            prop_assert_eq!(age.as_of, if cells.contains(&cell) { after.clock } else { base.clock });
        }
        let at = after.clock;
        let (merged, after) = (without_ages(merged), after);
        prop_assert_eq!(same(&merged, &after), Ok(()));
        let report = |s: Snapshot| INPUTS.decide(&Sealed::new(s).unwrap(), at);
        prop_assert!(report(merged) == report(after), "another report");
    }

    /// Law 2, of parts: what a part could not read makes nothing greener, whatever the base knew.
    #[test]
    fn less_of_a_part_is_never_greener(before in picks(), after in picks(), picked in some(), faults in faults()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let cells = cells_of(&base, &picked);
        let part = later(snapshot(&INPUTS.catalogue, &after));
        let mut broken = part.clone();
        for fault in &faults {
            apply(&mut broken, fault);
        }
        let whole = decide(&INPUTS, merge(&base, part, &cells));
        let less = decide(&INPUTS, merge(&base, broken, &cells));
        if let Err(why) = law_2(&whole, &less) {
            prop_assert!(false, "{why}");
        }
    }

    /// A part that read nothing at all keeps nothing of what the base knew of its cells.
    #[test]
    fn an_empty_part_keeps_nothing_green(before in picks(), picked in some()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let cells = cells_of(&base, &picked);
        let mut nothing = later(snapshot(&INPUTS.catalogue, &[]));
        nothing.observations.clear();
        nothing.coverage.clear();
        nothing.resources.clear();
        let merged = merge(&base, nothing, &cells);
        for lost in &merged.coverage {
            let anew = cells.contains(&registry().cell(&lost.account, &lost.region, &lost.operation));
            prop_assert_eq!(anew, matches!(lost.state, CoverageState::Gap(_)), "{:?}", lost);
            prop_assert!(!anew || merged.gaps.iter().any(|g| g.operation == lost.operation && g.region == lost.region));
        }
        let (was, is) = (decide(&INPUTS, base), decide(&INPUTS, merged));
        if let Err(why) = law_2(&was, &is) {
            prop_assert!(false, "{why}");
        }
    }

    /// Parts upon parts: each cell is as old as the last look at it, and the order of looks at different cells leaves no
    /// trace but the ages. Sealed, read and decided again, a snapshot of parts gives the same bytes.
    #[test]
    fn parts_upon_parts(before in picks(), one in picks(), two in picks(), first in some(), second in some()) {
        let base = snapshot(&INPUTS.catalogue, &before);
        let first = cells_of(&base, &first);
        let second: BTreeSet<Cell> = cells_of(&base, &second).difference(&first).cloned().collect();
        let part = |picks: &[Pick]| later(snapshot(&INPUTS.catalogue, picks));
        let (one, two) = (part(&one), part(&two));
        let a = merge(&merge(&base, one.clone(), &first), two.clone(), &second);
        let b = merge(&merge(&base, two, &second), one, &first);
        prop_assert_eq!(same(&a, &b), Ok(()));
        let sealed = Sealed::new(a).unwrap();
        let read = Sealed::from_bytes(Path::new("x"), &sealed.to_bytes().unwrap()).unwrap();
        let bytes = |sealed: &Sealed| serde_json::to_vec(&INPUTS.decide(sealed, clock())).unwrap();
        prop_assert!(bytes(&sealed) == bytes(&read), "other bytes");
        prop_assert_eq!(&INPUTS.decide(&sealed, clock()).run.parts, &sealed.snapshot.parts);
    }
}

/// A trail is listed in every region, with its shadows. Deleted, and only its home read anew, it is gone, though the
/// listings of other regions still name it.
#[test]
fn a_resource_that_several_regions_list_is_gone_with_any() {
    let mut base = snapshot(&INPUTS.catalogue, &[]);
    let list = "cloudtrail:DescribeTrails".to_string();
    let ids: Vec<String> = base.observations.iter().filter(|o| o.operation == list).map(|o| o.id.clone()).collect();
    assert_eq!(ids.len(), 2);
    base.resources.push(kakunin::model::Resource {
        kind: "AWS::CloudTrail::Trail".into(),
        id: "t".into(),
        arn: None,
        account: ACCOUNT.into(),
        region: "us-east-1".into(),
        attributes: BTreeMap::from([("IsMultiRegionTrail".to_string(), Value::Bool(true))]),
        gaps: BTreeMap::new(),
        tags: kakunin::model::Tags::NotAsked,
        evidence: BTreeMap::from([(list, ids)]),
    });
    for region in ["us-east-1", "ap-northeast-1"] {
        let cell = Cell { account: ACCOUNT.into(), region: region.into(), service: "cloudtrail".into() };
        let merged = merge(&base, later(snapshot(&INPUTS.catalogue, &[])), &BTreeSet::from([cell]));
        assert!(merged.resources.is_empty(), "{region}");
    }
}

/// What an account and a region have is pieced together from many services: only the piece that was read anew changes.
#[test]
fn an_account_is_taken_apart_by_operation() {
    let catalogue = &INPUTS.catalogue;
    let at = catalogue.checks.values().position(|check| check.resource == "Kakunin::AWS::Account").unwrap();
    let pick = Pick { check: at, example: 0, region: 0 };
    let base = snapshot(catalogue, std::slice::from_ref(&pick));
    let mut part = later(base.clone());
    let account = &mut part.resources[0];
    for value in account.attributes.values_mut() {
        *value = Value::from("new");
    }
    let cell = Cell { account: ACCOUNT.into(), region: "aws-global".into(), service: "s3control".into() };
    let merged = merge(&base, part, &BTreeSet::from([cell]));
    let kind = registry().kind("Kakunin::AWS::Account").unwrap();
    for (name, value) in &merged.resources[0].attributes {
        let of_s3 = kind.operation_of(name).unwrap().service == "s3control";
        let was = &base.resources[0].attributes[name];
        let wanted = if of_s3 { Value::from("new") } else { was.clone() };
        assert_eq!(*value, wanted, "{name}");
    }
    // The same piece, not read: a gap and no old value, and the rest stays.
    let mut unread = later(base.clone());
    unread.resources.clear();
    unread.observations.retain(|o| !o.operation.starts_with("s3control"));
    let cell = Cell { account: ACCOUNT.into(), region: "aws-global".into(), service: "s3control".into() };
    let merged = merge(&base, unread, &BTreeSet::from([cell]));
    assert!(merged.resources[0].gaps.contains_key("S3PublicAccessBlock"));
    assert!(!merged.resources[0].attributes.contains_key("S3PublicAccessBlock"));
    assert!(merged.gaps.iter().any(|g| g.detail.starts_with("S3PublicAccessBlock")));
}

#[test]
fn a_base_of_another_project_carries_no_part() {
    let base = snapshot(&INPUTS.catalogue, &[]);
    let wanted: Vec<String> = INPUTS.plan().operations.into_keys().collect();
    let scope = base.scope.clone();
    assert_eq!(fits(&base, &scope, &base.targets, &wanted), Ok(()));
    let mut narrower = scope.clone();
    narrower.regions.push("eu-west-1".into());
    assert_eq!(fits(&base, &narrower, &base.targets, &wanted), Err(Unfit::Scope));
    let mut targets = base.targets.clone();
    targets.tls.push("shop.example.com:443".into());
    assert_eq!(fits(&base, &scope, &targets, &wanted), Err(Unfit::Targets));
    let mut lacking = base.clone();
    lacking.coverage.retain(|c| !c.operation.starts_with("rds:"));
    lacking.observations.retain(|o| !o.operation.starts_with("rds:"));
    assert!(
        matches!(fits(&lacking, &scope, &base.targets, &wanted), Err(Unfit::Operation(op)) if op.starts_with("rds:"))
    );
    // What is asked about single resources leaves no coverage; a resource without it tells that nobody asked.
    let at = INPUTS.catalogue.checks.values().position(|check| check.resource == "AWS::S3::Bucket").unwrap();
    let mut bucket = snapshot(&INPUTS.catalogue, &[Pick { check: at, example: 0, region: 0 }]);
    assert_eq!(fits(&bucket, &scope, &bucket.targets, &wanted), Ok(()));
    bucket.resources[0].attributes.remove("BucketEncryption");
    assert_eq!(fits(&bucket, &scope, &bucket.targets, &wanted), Err(Unfit::Operation("s3:GetBucketEncryption".into())));
}

/// A snapshot of one whole look is written as it was before there were parts, so that its digest stays.
#[test]
fn a_whole_look_is_sealed_as_ever() {
    let base = snapshot(&INPUTS.catalogue, &[]);
    assert!(!serde_json::to_string(&base).unwrap().contains("\"parts\""));
    let report = decide(&INPUTS, base);
    assert!(!serde_json::to_string(&report).unwrap().contains("\"parts\""));
    assert!(report.items.iter().any(|item| item.verdict != Verdict::Inconclusive));
    assert!(CORE.operations.iter().all(|op| registry().cell("", "x", &op.id()).service == "core"));
}

/// How long a part takes to be put onto a large account: `cargo test --test laws -- --ignored --nocapture time_of`.
#[test]
#[ignore = "measures"]
fn time_of_a_part_of_a_large_account() {
    let checks = INPUTS.catalogue.checks.len();
    let many: Vec<Pick> = (0..20_000).map(|n| Pick { check: n % checks, example: n / checks, region: n % 2 }).collect();
    let base = snapshot(&INPUTS.catalogue, &many);
    let part = later(base.clone());
    let cell = Cell { account: ACCOUNT.into(), region: "us-east-1".into(), service: "rds".into() };
    let began = std::time::Instant::now();
    let merged = merge(&base, part, &BTreeSet::from([cell]));
    let merged_in = began.elapsed();
    Sealed::new(merged).unwrap();
    println!(
        "{} resources: merged in {merged_in:?}, sealed in {:?}",
        base.resources.len(),
        began.elapsed() - merged_in
    );
}

/// A snapshot of the real collectors: a look that finds the same again, cell by cell and all at once, changes nothing but
/// ages; and its project may put parts onto it.
#[test]
fn what_collectors_see_can_be_taken_apart_and_put_together() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo");
    let base = Sealed::read(&demo.join("snapshot.kakunin")).unwrap().snapshot;
    let sheet = kakunin::sheet::read(&demo.join("sample-sheet.txt")).unwrap();
    let mapping = kakunin::mapping::map_sheet(&sheet, &kakunin::mapping::builtin().unwrap());
    let inputs = Inputs { sheet, mapping, scope: base.scope.clone(), ..inputs() };
    let plan = inputs.plan();
    assert_eq!(fits(&base, &base.scope, &base.targets, plan.operations.keys()), Ok(()));
    let again = later(base.clone());
    let cells = all_cells(&base);
    assert!(cells.len() > 40, "{}", cells.len());
    for cell in &cells {
        let merged = without_ages(merge(&base, again.clone(), &BTreeSet::from([cell.clone()])));
        assert_eq!(same(&merged, &again), Ok(()), "{cell:?}");
    }
    assert_eq!(same(&merge(&base, again.clone(), &cells), &again), Ok(()));
    // What nothing answered is a gap wherever the old value came from.
    for cell in cells.iter().filter(|cell| cell.service != "outside") {
        let nothing = Snapshot {
            observations: Vec::new(),
            coverage: Vec::new(),
            resources: Vec::new(),
            gaps: Vec::new(),
            ..again.clone()
        };
        let merged = merge(&base, nothing, &BTreeSet::from([cell.clone()]));
        let left = |id: &String| merged.observations.iter().any(|o| o.id == *id);
        let resting = merged.resources.iter().flat_map(|r| r.evidence.values().flatten());
        assert_eq!(resting.filter(|id| !left(id)).count(), 0, "{cell:?}: something rests on what is gone");
        let here = |account: &str, region: &str, op: &str| registry().cell(account, region, op) == *cell;
        let green = merged.coverage.iter().filter(|c| here(&c.account, &c.region, &c.operation));
        assert!(green.clone().all(|c| matches!(c.state, CoverageState::Gap(_))), "{cell:?}");
    }
}
