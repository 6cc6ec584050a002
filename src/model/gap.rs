//! What was not read, and why. A gap is data, never an error swallowed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// AWS refused: the detail says by what, where the message tells.
    Denied,
    /// Throttled until the retries were used up.
    Throttled,
    /// No answer in time, or no connection.
    Timeout,
    /// The endpoint does not know the operation, or the service is not offered there.
    Unsupported,
    /// The region is not enabled for the account.
    RegionDisabled,
    /// The answer came without a field that AWS documents as always there.
    MissingField,
    /// The plan wanted it and the snapshot does not have it.
    NotRead,
    /// Anything else: a server error, an answer that cannot be parsed, a repeated page token.
    Error,
}

/// Something that was wanted and not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Account id, 12 digits; `outside` for what is seen by connecting.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// The resource that it was asked of; none where a whole listing is missing.
    pub resource: Option<String>,
    /// Why.
    pub reason: GapReason,
    /// What the other side said, and what would mend it.
    pub detail: String,
}
