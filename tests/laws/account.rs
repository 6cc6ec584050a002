//! Generated accounts: resources from the checks' own examples, everything read.

use std::collections::BTreeMap;

use kakunin::catalogue::Catalogue;
use kakunin::mapping;
use kakunin::model::{
    Answer, Coverage, CoverageState, Item, Layout, Moment, Observation, Resource, SNAPSHOT_SCHEMA, Scope, Sheet,
    Snapshot, Tags, Targets,
};
use kakunin::pipeline::Inputs;
use kakunin::table::{OpScope, Operation, Source, TLS_KIND, registry};
use proptest::prelude::*;
use serde_json::Value;

pub const ACCOUNT: &str = "123456789012";
pub const REGIONS: [&str; 2] = ["ap-northeast-1", "us-east-1"];

pub fn clock() -> Moment {
    kakunin::catalogue::EXAMPLE_CLOCK.parse().unwrap()
}

/// A sheet of the framework's own items, so that every claim of it is in play.
pub fn sheet() -> Sheet {
    let items = mapping::builtin()
        .unwrap()
        .into_iter()
        .flat_map(|framework| framework.items)
        .map(|item| Item {
            id: item.id.clone(),
            section: item.section.iter().map(|s| s.ja.clone()).collect(),
            text: item.text.ja.clone(),
            answer: Answer::Yes,
            answer_text: "○".into(),
            remark: String::new(),
            remark_resolved: String::new(),
            concessions: Vec::new(),
            urls: Vec::new(),
            at: "line 1".into(),
        })
        .collect();
    Sheet {
        name: "generated.txt".into(),
        sha256: "00".repeat(32),
        layout: Layout {
            format: "txt".into(),
            encoding: "UTF-8".into(),
            worksheet: None,
            header_row: None,
            columns: BTreeMap::new(),
            delimiter: Some('\t'),
            ..Layout::default()
        },
        items,
        unread: Vec::new(),
    }
}

pub fn inputs() -> Inputs {
    let sheet = sheet();
    let mapping = mapping::map_sheet(&sheet, &mapping::builtin().unwrap());
    Inputs {
        owners: false,
        sheet,
        mapping,
        catalogue: Catalogue::built_in().unwrap(),
        params: BTreeMap::new(),
        attestations: Vec::new(),
        waivers: Vec::new(),
        scope: Scope::default(),
        endpoints: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Which example becomes a resource, and where.
#[derive(Debug, Clone)]
pub struct Pick {
    pub check: usize,
    pub example: usize,
    pub region: usize,
}

pub fn picks() -> impl Strategy<Value = Vec<Pick>> {
    prop::collection::vec(
        (any::<usize>(), any::<usize>(), 0..REGIONS.len()).prop_map(|(check, example, region)| Pick {
            check,
            example,
            region,
        }),
        0..40,
    )
}

/// Account label of a region label: what is seen by connecting belongs to no account.
fn account_of(region: &str) -> &str {
    if region == "outside" { "outside" } else { ACCOUNT }
}

/// Where an operation is asked.
fn places(operation: &Operation) -> &'static [&'static str] {
    match (operation.service, operation.scope) {
        ("outside", _) => &["outside"],
        (_, OpScope::Global) => &["aws-global"],
        (_, OpScope::Regional) => &REGIONS,
    }
}

/// The place of `operation` for a resource that lives in `region`.
fn place(operation: &Operation, region: &'static str) -> &'static str {
    match places(operation) {
        [only] => only,
        _ => region,
    }
}

fn observation(operation: &str, region: &str) -> Observation {
    Observation {
        id: format!("o-{operation}-{region}"),
        account: account_of(region).into(),
        region: region.into(),
        operation: operation.into(),
        input: Vec::new(),
        status: 200,
        request_id: Some("request".into()),
        time: clock(),
        digest: "ab".repeat(32),
        error: None,
    }
}

/// An account of these resources, of which everything was read.
pub fn snapshot(catalogue: &Catalogue, picks: &[Pick]) -> Snapshot {
    let mut observations = Vec::new();
    let mut coverage = Vec::new();
    for (id, operation) in &registry().operations {
        for region in places(operation) {
            let seen = observation(id, region);
            coverage.push(Coverage {
                account: account_of(region).into(),
                region: (*region).into(),
                operation: id.clone(),
                state: CoverageState::Read,
                observations: vec![seen.id.clone()],
            });
            observations.push(seen);
        }
    }
    let checks: Vec<_> = catalogue.checks.values().collect();
    let mut resources: BTreeMap<(String, String, String), Resource> = BTreeMap::new();
    for (index, pick) in picks.iter().enumerate() {
        let check = checks[pick.check % checks.len()];
        let Some(example) = check.examples.get(pick.example % check.examples.len().max(1)) else { continue };
        let Some(kind) = registry().kind(&check.resource) else { continue };
        let label = place(kind.list, REGIONS[pick.region]);
        let mut attributes = BTreeMap::new();
        let mut evidence: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut seen_by = |operation: &Operation| {
            let id = operation.id();
            let seen = format!("o-{id}-{}", place(operation, label));
            evidence.insert(id, vec![seen]);
        };
        seen_by(kind.list);
        for attribute in kind.attributes.values() {
            let Source::Op(operation) = attribute.source else { continue };
            seen_by(operation);
            let value = example.given.get(attribute.name).cloned().unwrap_or(Value::Null);
            attributes.insert(attribute.name.to_string(), value);
        }
        let id = format!("r-{index}");
        resources.insert(
            (check.resource.clone(), label.to_string(), id.clone()),
            Resource {
                kind: check.resource.clone(),
                arn: Some(format!("arn:aws:x:{label}:{ACCOUNT}:{id}")),
                id,
                account: account_of(label).into(),
                region: label.into(),
                attributes,
                gaps: BTreeMap::new(),
                tags: Tags::Known(BTreeMap::new()),
                evidence,
            },
        );
    }
    let tls = resources.values().filter(|r| r.kind == TLS_KIND).map(|r| r.id.clone()).collect();
    observations.sort_by(|a, b| a.id.cmp(&b.id));
    coverage.sort();
    Snapshot {
        schema: SNAPSHOT_SCHEMA.into(),
        tool_version: "test".into(),
        started: clock(),
        finished: clock(),
        clock: clock(),
        scope: Scope::default(),
        targets: Targets { pages: Vec::new(), tls },
        accounts: BTreeMap::from([(ACCOUNT.to_string(), REGIONS.iter().map(ToString::to_string).collect())]),
        api_calls: 1,
        observations,
        coverage,
        resources: resources.into_values().collect(),
        gaps: Vec::new(),
        parts: Vec::new(),
    }
}
