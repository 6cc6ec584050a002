//! What each tool gives back. Prose is in Japanese and English, side by side.

use std::collections::BTreeMap;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;
use serde_json::Value;

use crate::model::{
    Agreement, Answer, By, CheckOutcome, EvidenceReport, Finding, Gap, ItemReport, Population, Proposal, Reminder,
    RunInfo, Sheet, Text, Verdict,
};

/// Output of `read_sheet`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SheetRead {
    /// The sheet, with the items asked for.
    pub sheet: Sheet,
    /// Items that it has.
    pub total_items: usize,
    /// Offset of the items that follow; none where these are the last.
    pub next_offset: Option<usize>,
}

/// Output of `propose_mapping`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposals {
    /// What is proposed for each item. A proposal decides nothing until a person approves it.
    pub proposals: Vec<Proposal>,
    /// Items that the sheet has.
    pub total_items: usize,
    /// Offset of the items that follow; none where these are the last.
    pub next_offset: Option<usize>,
}

/// Output of `verify_item`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemVerdict {
    /// Which run: its clock, sheet, snapshot, catalogue, scope.
    pub run: RunInfo,
    /// The snapshot that was evaluated, as a path from the served folder.
    pub snapshot: String,
    /// The item with its verdict. `findings` and `gaps` of its checks are positions in the lists below.
    pub item: ItemReport,
    /// The findings of its checks, the worst first.
    pub findings: Vec<Finding>,
    /// Findings beyond the limit, which are left out; the checks' populations count them.
    pub findings_left_out: usize,
    /// What its checks wanted and could not read.
    pub gaps: Vec<Gap>,
    /// The observations that the findings rest on; `show_evidence` tells more of each.
    pub evidence: Vec<EvidenceReport>,
    /// Attestations and waivers of the project that have no effect.
    pub warnings: Vec<Text>,
    /// Attestations that this item rests on and that end soon.
    pub reminders: Vec<Reminder>,
}

/// Output of `show_evidence`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Evidence {
    /// Observation id.
    pub id: String,
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// The input, as arguments of the `aws` command.
    pub input: Vec<String>,
    /// HTTP status of the last attempt; 0 where no answer came.
    pub status: u16,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// When the answer came, RFC 3339.
    pub time: String,
    /// SHA-256 of the answer's body, lower-case hex; empty where no answer came.
    pub digest: String,
    /// The error code, where AWS refused.
    pub error: Option<String>,
    /// The command by which a person repeats it.
    pub reproduce: String,
    /// What was read from it, by resource.
    pub resources: Vec<Seen>,
    /// Resources beyond the limit, which are left out.
    pub resources_left_out: usize,
    /// What was wanted from this operation, there, and not read.
    pub gaps: Vec<Gap>,
    /// The snapshot, as a path from the served folder.
    pub snapshot: String,
    /// SHA-256 that the snapshot is sealed with.
    pub snapshot_sha256: String,
}

/// A resource and what an observation told of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Seen {
    /// CloudFormation type name where there is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name or id.
    pub id: String,
    /// ARN.
    pub arn: Option<String>,
    /// Attributes that this operation supplies.
    pub attributes: BTreeMap<String, Value>,
}

/// Output of `explain_verdict`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// The item.
    pub item: String,
    /// What is asked.
    pub text: String,
    /// The answer, understood.
    pub answer: Answer,
    /// The remark.
    pub remark: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// What that verdict means.
    pub meaning: Text,
    /// The verdict against the answer.
    pub agreement: Agreement,
    /// What that means.
    pub agreement_meaning: Text,
    /// Why, in one sentence.
    pub reason: Text,
    /// How the item was matched to its claims.
    pub mapped: Text,
    /// Its claims; the one that decided is marked.
    pub claims: Vec<ClaimExplained>,
    /// The run's clock, RFC 3339.
    pub clock: String,
    /// The snapshot, as a path from the served folder.
    pub snapshot: String,
}

/// One claim of an explanation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClaimExplained {
    /// The claim's id.
    pub id: String,
    /// What is claimed.
    pub text: Text,
    /// Who decides it.
    pub by: By,
    /// Who decides it, in words.
    pub decided_by: Text,
    /// Whether this claim decided the item.
    pub decides: bool,
    /// Its verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: Text,
    /// A sentence of the remark that admits that a part is not done.
    pub concession: Option<String>,
    /// What a person has to state.
    pub to_state: Option<Text>,
    /// The command by which a person states it, where nobody has.
    pub attest: Option<String>,
    /// Its checks, those that fail first.
    pub checks: Vec<CheckExplained>,
}

/// One check of an explanation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckExplained {
    /// The check's id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// Its outcome.
    pub outcome: CheckOutcome,
    /// The outcome in words.
    pub outcome_name: Text,
    /// How many resources were looked at, of how many.
    pub population: Population,
    /// What is expected of each resource, as an expression.
    pub expect: String,
    /// Why it matters.
    pub why: Text,
    /// How to mend it; none where nothing of it is to be mended.
    pub fix: Option<Text>,
    /// The `aws` command that mends it, where one does.
    pub fix_command: Option<String>,
    /// Some of the findings that do not pass, the worst first.
    pub examples: Vec<Finding>,
    /// Some of what it could not read, with what would mend that.
    pub unread: Vec<Unread>,
}

/// Something that was not read, and what to do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unread {
    /// What.
    pub gap: Gap,
    /// What would mend it.
    pub remedy: Text,
}

/// Output of `list_checks`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checks {
    /// Every topic with the number of its checks, or the one asked for.
    pub topics: Vec<TopicListed>,
    /// The checks.
    pub checks: Vec<CheckListed>,
}

/// A topic.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TopicListed {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: Text,
    /// Checks that it has; a claim of a topic without checks is never decided by observation.
    pub checks: usize,
}

/// A check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckListed {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// The kind of resource that it speaks of.
    pub resource: String,
    /// Topics that it belongs to.
    pub topics: Vec<String>,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// More of it, where the checks of one topic were asked for: of all it would be too long to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<CheckDetail>,
}

/// What a check expects, and why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckDetail {
    /// What is expected, as an expression.
    pub expect: String,
    /// Of which resources, as an expression; of all where there is none.
    pub when: Option<String>,
    /// Why it matters.
    pub why: Text,
    /// Parameters with their defaults.
    pub params: BTreeMap<String, Value>,
    /// Operations that it reads.
    pub reads: Vec<String>,
}
