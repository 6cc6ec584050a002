//! One check on one resource.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a check says of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Not as expected.
    Fail,
    /// Something that it rests on was not read.
    Unknown,
    /// Not as expected, and accepted.
    Waived,
    /// As expected.
    Pass,
}

/// Which resource a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ResourceRef {
    /// CloudFormation type name where there is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name or id.
    pub id: String,
    /// ARN.
    pub arn: Option<String>,
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
}

impl ResourceRef {
    /// ARN, or id where there is no ARN.
    pub fn name(&self) -> &str {
        self.arn.as_deref().unwrap_or(&self.id)
    }
}

/// One check on one resource, with the observed values and the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check's id.
    pub check: String,
    /// The resource.
    pub resource: ResourceRef,
    /// What the check says of it.
    pub outcome: Outcome,
    /// The expectation, as an expression.
    pub expected: String,
    /// The attributes that the check shows, by name.
    pub observed: BTreeMap<String, Value>,
    /// Why it is unknown, or who waived it; empty for pass and fail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Ids of the observations that it rests on. Never empty for pass and fail.
    pub evidence: Vec<String>,
    /// The `aws` command that repeats it.
    pub reproduce: String,
}
