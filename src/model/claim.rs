//! Claims, and who can decide them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, Proposal, Review, Text};

/// Who decides a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Observations alone.
    Live,
    /// Observations can refute and support it; a person states the rest.
    Partial,
    /// Only a person can state it.
    Attest,
    /// AWS's side of shared responsibility; holds while the live precondition holds.
    Inherited,
    /// Declared not applicable; a live precondition may refute the declaration.
    Na,
}

/// One atomic statement inside an item that can be true or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Unique in its framework: `meti-2013/6.29/at-rest`.
    pub id: String,
    /// What is claimed.
    pub text: Text,
    /// Who decides it.
    pub by: By,
    /// Topics whose checks decide it.
    #[serde(default)]
    pub see: Vec<String>,
    /// Checks named one by one, besides those of `see`.
    #[serde(default)]
    pub checks: Vec<String>,
    /// What a person still has to state.
    #[serde(default)]
    pub rest: Option<Text>,
    /// Days after which an attestation goes stale, whatever it says of itself.
    #[serde(default)]
    pub cadence_days: Option<u32>,
}

/// An item of the sheet, matched to a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MappedItem {
    /// The sheet's item id.
    pub item: String,
    /// `meti-2013/6.29`; none where nothing matched well enough.
    pub framework_item: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Why this match, or why none.
    pub reason: Text,
    /// The claims that decide its verdict. Empty where nothing matched, or nobody approved what is proposed.
    pub claims: Vec<Claim>,
    /// Where its review stands.
    #[serde(default)]
    pub review: Review,
    /// What is proposed and not approved, for the report to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
}

impl MappedItem {
    /// The claims that decide: none where nobody approved them, whatever `claims` holds.
    pub fn deciding(&self) -> &[Claim] {
        if self.review.decides() { &self.claims } else { &[] }
    }
}

/// Claim → checks, for a whole sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// One per item of the sheet, in its order.
    pub items: Vec<MappedItem>,
}

/// A person's statement for what no API can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The item (`6.1`) or the claim (`meti-2013/6.1/documented`) that it is for.
    #[serde(rename = "for")]
    pub target: String,
    /// What is stated.
    pub statement: String,
    /// Who states it.
    pub who: String,
    /// When it was stated.
    pub when: Moment,
    /// Link or path of the evidence.
    pub evidence: String,
    /// SHA-256 of the evidence file when it was recorded, lower-case hex; none for a link, or where nobody recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_sha256: Option<String>,
    /// What the evidence file looked like when the project was read: a part of what a verdict depends on, so that the
    /// judge stays pure. No file sets it.
    #[serde(default, skip_serializing_if = "EvidenceState::stands")]
    pub evidence_state: EvidenceState,
    /// From this second on it has no effect.
    pub expires: Moment,
}

/// Whether the evidence of an attestation is still what was recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceState {
    /// It is, or there is no digest to hold it against.
    #[default]
    Stands,
    /// The file is there, and another one than was recorded.
    Changed,
    /// There is no such file, or it cannot be read.
    Gone,
}

impl EvidenceState {
    /// Whether the attestation may have an effect.
    pub fn stands(&self) -> bool {
        *self == EvidenceState::Stands
    }
}

/// An accepted failing finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The check's id.
    pub check: String,
    /// ARN or id of the resource, exactly.
    pub resource: String,
    /// Why the risk is accepted.
    pub why: String,
    /// Who accepted it.
    pub who: String,
    /// Where it is tracked: a ticket's id or link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// From this second on it has no effect.
    pub until: Moment,
}
