//! API answers and what of the plan they cover.

use serde::{Deserialize, Serialize};

use super::{GapReason, Moment};

/// One API answer (or refusal).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Stable within a snapshot and across replays: derived from account, region, operation and input.
    pub id: String,
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// The input as arguments of the `aws` command: `--db-instance-identifier`, `orders`.
    pub input: Vec<String>,
    /// HTTP status of the last attempt; 0 where no answer came.
    pub status: u16,
    /// `x-amzn-requestid` or its like.
    pub request_id: Option<String>,
    /// When the answer came.
    pub time: Moment,
    /// SHA-256 of the answer's body, lower-case hex; empty where no answer came.
    pub digest: String,
    /// The error code, where AWS refused.
    pub error: Option<String>,
}

/// How one cell (account × region × operation) of the plan went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageState {
    /// Read to the end.
    Read,
    /// Not read, or not to the end: the gaps say why.
    Gap(GapReason),
}

/// One cell of the coverage: for a listing, whether the list is complete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coverage {
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// Read to the end or not.
    pub state: CoverageState,
    /// Observations that answered it.
    pub observations: Vec<String>,
}
