//! The immutable set of observations, resources and coverage of one run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Coverage, Gap, Moment, Observation, PartAge, Resource, Scope};

/// Schema name of a snapshot's body.
pub const SNAPSHOT_SCHEMA: &str = "kakunin.snapshot/1";

/// What was to be looked at from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Targets {
    /// URLs of cited pages.
    pub pages: Vec<String>,
    /// TLS endpoints, `host:port`.
    pub tls: Vec<String>,
}

/// All that one run saw. Everything after collecting reads this and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// `kakunin.snapshot/1`.
    pub schema: String,
    /// Version of the program that made it.
    pub tool_version: String,
    /// When collecting began.
    pub started: Moment,
    /// When collecting ended.
    pub finished: Moment,
    /// The run's clock: what "now" means for every check, attestation and waiver.
    pub clock: Moment,
    /// What was asked to be looked at.
    pub scope: Scope,
    /// What was to be looked at from outside.
    #[serde(default)]
    pub targets: Targets,
    /// Account id → regions that are enabled and were looked at.
    pub accounts: BTreeMap<String, Vec<String>>,
    /// Requests that left the program, retries included.
    pub api_calls: u64,
    /// Sorted by id.
    pub observations: Vec<Observation>,
    /// Sorted; one cell per account × region × operation of the plan.
    pub coverage: Vec<Coverage>,
    /// Sorted by kind, account, region, id.
    pub resources: Vec<Resource>,
    /// Sorted.
    pub gaps: Vec<Gap>,
    /// Where not all of it was read at once, how old each part is, sorted; empty for the snapshot of one whole look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartAge>,
}
