//! Small worlds for the tests of derivations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Coverage, CoverageState, GapReason, Observation, Resource, Scope, Snapshot, Tags};
use crate::table::{DESCRIBE_REGIONS, OpScope, registry};

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "ap-northeast-1";

/// A resource with these attributes and no tags.
pub fn resource(kind: &str, id: &str, attributes: Value) -> Resource {
    let attributes: BTreeMap<String, Value> = serde_json::from_value(attributes).unwrap();
    Resource {
        kind: kind.into(),
        id: id.into(),
        arn: None,
        account: ACCOUNT.into(),
        region: REGION.into(),
        attributes,
        gaps: BTreeMap::new(),
        tags: Tags::Known(BTreeMap::new()),
        evidence: BTreeMap::new(),
    }
}

/// The same with tags.
pub fn tagged(mut resource: Resource, tags: &[(&str, &str)]) -> Resource {
    resource.tags = Tags::Known(tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect());
    resource
}

/// A snapshot in which every listing of the table was read but `unread` (`ec2:DescribeVpcs`).
pub fn snapshot(resources: Vec<Resource>, unread: &[&str]) -> Snapshot {
    let coverage = registry()
        .operations
        .values()
        .map(|op| Coverage {
            account: ACCOUNT.into(),
            region: if op.scope == OpScope::Global { "aws-global" } else { REGION }.into(),
            operation: op.id(),
            state: if unread.contains(&op.id().as_str()) {
                CoverageState::Gap(GapReason::Denied)
            } else {
                CoverageState::Read
            },
            observations: vec!["o-1".into()],
        })
        .collect();
    let clock = "2026-01-01T00:00:00Z".parse().unwrap();
    debug_assert_eq!(DESCRIBE_REGIONS.scope, OpScope::Global);
    Snapshot {
        schema: crate::model::SNAPSHOT_SCHEMA.into(),
        tool_version: "0".into(),
        started: clock,
        finished: clock,
        clock,
        targets: Default::default(),
        scope: Scope::default(),
        accounts: BTreeMap::from([(ACCOUNT.to_string(), vec![REGION.to_string()])]),
        api_calls: 0,
        observations: vec![Observation {
            id: "o-1".into(),
            account: ACCOUNT.into(),
            region: REGION.into(),
            operation: "any:Any".into(),
            input: Vec::new(),
            status: 200,
            request_id: None,
            time: clock,
            digest: String::new(),
            error: None,
        }],
        coverage,
        resources,
        gaps: Vec::new(),
        parts: Vec::new(),
    }
}
