//! What a client gives to each tool.

use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;

/// Input of `read_sheet`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadSheet {
    /// The check sheet, as a path from the served folder.
    pub path: String,
    /// Items to leave out at the start.
    #[serde(default)]
    pub offset: usize,
    /// Items to give at most; without it, all.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// Input of `propose_mapping`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeMapping {
    /// The check sheet, as a path from the served folder.
    pub path: String,
    /// Only for this item of the sheet (6.29).
    #[serde(default)]
    pub item: Option<String>,
    /// Items to leave out at the start.
    #[serde(default)]
    pub offset: usize,
    /// Items to give at most; without it, all.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// Input of `explain_verdict`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainVerdict {
    /// The project's folder, as a path from the served folder: it holds kakunin.toml.
    pub project: String,
    /// The item of the sheet (6.29).
    pub item: String,
    /// The sealed snapshot, as a path from the served folder; without it, the latest one in the project's folder.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// The run's clock (RFC 3339); without it, the snapshot's own.
    #[serde(default)]
    pub at: Option<String>,
}

/// Input of `verify_item`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyItem {
    /// The project's folder, as a path from the served folder: it holds kakunin.toml.
    pub project: String,
    /// The item of the sheet (6.29).
    pub item: String,
    /// The sealed snapshot, as a path from the served folder; without it, the latest one in the project's folder.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// The run's clock (RFC 3339); without it, the snapshot's own.
    #[serde(default)]
    pub at: Option<String>,
    /// Findings to give at most, the worst first; without it, 20.
    #[serde(default)]
    pub max_findings: Option<usize>,
}

/// Input of `show_evidence`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowEvidence {
    /// The observation's id, as the evidence of a finding names it.
    pub observation: String,
    /// The sealed snapshot, as a path from the served folder.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// A project's folder instead: its latest snapshot.
    #[serde(default)]
    pub project: Option<String>,
}

/// Input of `list_checks`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListChecks {
    /// Only checks of this topic (multi-az), each with what it expects, why, and what it reads.
    #[serde(default)]
    pub topic: Option<String>,
    /// A project's folder, whose own checks are listed too.
    #[serde(default)]
    pub project: Option<String>,
}
