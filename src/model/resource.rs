//! Things that exist in an account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::GapReason;

/// An attribute that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeGap {
    /// Why.
    pub reason: GapReason,
    /// `service:Operation` that should have supplied it.
    pub operation: String,
    /// What the other side said.
    pub detail: String,
}

/// Tags of a resource, for the scope's selectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tags {
    /// Read; empty is "untagged".
    Known(BTreeMap<String, String>),
    /// This kind has no tags, or nobody asked for them.
    NotAsked,
    /// Asked for and not read.
    Gap(AttributeGap),
}

/// One thing that exists in an account, or one endpoint or page seen from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// CloudFormation type name where there is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name or id, unique within kind, account and region.
    pub id: String,
    /// ARN, where the resource has one.
    pub arn: Option<String>,
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// Read attributes by declared name (`MultiAZ`, `facts.internet_ports`); null is "absent".
    pub attributes: BTreeMap<String, Value>,
    /// Attributes that were wanted and not read.
    pub gaps: BTreeMap<String, AttributeGap>,
    /// Its tags.
    pub tags: Tags,
    /// Observations by operation (`rds:DescribeDBInstances`) that its attributes rest on.
    pub evidence: BTreeMap<String, Vec<String>>,
}

impl Resource {
    /// ARN, or id where there is no ARN: what people and waivers call it.
    pub fn name(&self) -> &str {
        self.arn.as_deref().unwrap_or(&self.id)
    }

    /// The key that orders resources in every file.
    pub fn key(&self) -> (&str, &str, &str, &str) {
        (&self.kind, &self.account, &self.region, &self.id)
    }
}
