//! The report: what `report.json` holds, and all that a renderer may read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Agreement, Answer, By, EvidenceState, Finding, Gap, PartAge, Review, Scope, Text, Verdict};

/// Schema name of `report.json`.
pub const REPORT_SCHEMA: &str = "kakunin.report/1";

/// A file that went into a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedDigest {
    /// File name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// Which run this is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunInfo {
    /// Derived from the digests below and the clock: the same evidence has the same id.
    pub id: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// RFC 3339, UTC.
    pub finished: String,
    /// The run's clock, RFC 3339, UTC.
    pub clock: String,
    /// Version of the program that collected.
    pub tool_version: String,
    /// The sheet.
    pub sheet: NamedDigest,
    /// The snapshot.
    pub snapshot: NamedDigest,
    /// The checks and frameworks.
    pub catalogue: NamedDigest,
    /// What was looked at.
    pub scope: Scope,
    /// Account id → regions looked at.
    pub accounts: BTreeMap<String, Vec<String>>,
    /// Requests that left the program, retries included.
    pub api_calls: u64,
    /// Where the run read only a part anew, how old each part is; empty where all was read at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartAge>,
}

/// Counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Items of the sheet.
    pub items: usize,
    /// Items by verdict label; every verdict is there, with 0 where none.
    pub by_verdict: BTreeMap<String, usize>,
    /// Items by agreement label; every one is there.
    pub by_agreement: BTreeMap<String, usize>,
}

/// How many resources a check was tried on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Population {
    /// Resources of the kind that were seen, in scope or not.
    pub seen: usize,
    /// Findings in scope.
    pub in_scope: usize,
    /// Of these, passed.
    pub passed: usize,
    /// Of these, failed.
    pub failed: usize,
    /// Of these, failed and waived.
    pub waived: usize,
    /// Of these, unknown.
    pub unknown: usize,
}

/// What a check says within a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckOutcome {
    /// At least one finding fails.
    Fail,
    /// None fails, and something was not read.
    Unknown,
    /// All was read and there is nothing to test.
    Untested,
    /// Every failing finding is waived.
    Waived,
    /// Every finding passes.
    Pass,
}

/// One check of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// The check's id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// Its outcome.
    pub outcome: CheckOutcome,
    /// How many resources were looked at, of how many.
    pub population: Population,
    /// Parameters in force, where the check has any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, serde_json::Value>,
    /// Gaps that keep it from being decided: positions in the report's `gaps`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<usize>,
    /// Positions in the report's `findings`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<usize>,
}

/// The attested half of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttestedHalf {
    /// ATTESTED, EXPIRED or UNATTESTED.
    pub verdict: Verdict,
    /// What a person has to state.
    pub rest: Option<Text>,
    /// What was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Who stated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Link or path of the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Until when, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Only where the evidence is no longer what was recorded, so that the statement has no effect.
    #[serde(default, skip_serializing_if = "EvidenceState::stands")]
    pub evidence_state: EvidenceState,
}

/// One claim with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimReport {
    /// The claim's id.
    pub id: String,
    /// What is claimed, in English.
    pub text: String,
    /// The same in Japanese.
    pub text_ja: String,
    /// Who decides it.
    pub by: By,
    /// Its verdict.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: Text,
    /// Topics whose checks decide it.
    pub topics: Vec<String>,
    /// A sentence of the remark that admits that a part is not done.
    pub concession: Option<String>,
    /// The live half of a partial claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Verdict>,
    /// The attested half, where a person has to state something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<AttestedHalf>,
    /// The checks.
    pub checks: Vec<CheckReport>,
}

/// How an item was matched to a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchReport {
    /// `meti-2013/6.29`.
    pub framework_item: Option<String>,
    /// 0 to 1, to two digits.
    pub confidence: f64,
    /// Why.
    pub reason: Text,
    /// Whether a person approved it, who and when; what is proposed and not approved decides nothing.
    #[serde(default)]
    pub review: Review,
    /// Topics that are proposed and wait for review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposed: Vec<String>,
}

/// One item with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemReport {
    /// Dotted path.
    pub id: String,
    /// Headings, joined with ` / `.
    pub section: String,
    /// What is asked.
    pub text: String,
    /// The answer, understood.
    pub answer: Answer,
    /// The answer, as written.
    pub answer_text: String,
    /// The remark, dittos resolved.
    pub remark: String,
    /// The worst of its claims' verdicts.
    pub verdict: Verdict,
    /// The verdict against the answer.
    pub agreement: Agreement,
    /// Id of the claim that decided; empty where the item has none.
    pub decided_by: String,
    /// Why, in one sentence, in English.
    pub reason: String,
    /// The same in Japanese.
    pub reason_ja: String,
    /// How it was matched.
    #[serde(rename = "match")]
    pub matched: MatchReport,
    /// Its claims.
    pub claims: Vec<ClaimReport>,
}

/// An observation that a finding of the report rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceReport {
    /// Observation id.
    pub id: String,
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// HTTP status.
    pub status: u16,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// RFC 3339, UTC.
    pub time: String,
    /// SHA-256 of the answer's body.
    pub digest: String,
}

/// What a reminder is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReminderOf {
    /// A person's statement.
    Attestation,
    /// An accepted risk.
    Waiver,
}

/// An attestation or a waiver that ends soon, or has ended and was not renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reminder {
    /// Of what.
    #[serde(rename = "of")]
    pub kind: ReminderOf,
    /// The item or claim of an attestation; the check of a waiver.
    pub target: String,
    /// The resource of a waiver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Claims that rest on the attestation and end with it; empty for an item without claims, and for waivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// Who stated or accepted it.
    pub who: String,
    /// From this second on it has no effect, RFC 3339: its own date, or earlier by the claim's cadence.
    pub ends: String,
    /// Whole days left in the run's clock; 0 on the last day and after.
    pub days_left: i64,
    /// The narrowest of 30, 7 and 0 days that it ends within; at 0 it has ended.
    pub within: u32,
    /// The reminder in words.
    pub text: Text,
}

/// What `report.json` holds. The same input and clock give the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `kakunin.report/1`.
    pub schema: String,
    /// Which run.
    pub run: RunInfo,
    /// Counts.
    pub summary: Summary,
    /// In the sheet's order; every item of the sheet is here.
    pub items: Vec<ItemReport>,
    /// Sorted by check, account, region, resource.
    pub findings: Vec<Finding>,
    /// What was not read.
    pub gaps: Vec<Gap>,
    /// The observations that the findings name.
    pub evidence: Vec<EvidenceReport>,
    /// Lines of the sheet that were not understood.
    pub unread: Vec<super::Unread>,
    /// Attestations and waivers that matched nothing, and like warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Text>,
    /// Attestations and waivers that end soon or have ended, the first to end first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
}
