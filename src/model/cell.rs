//! Cells: one service in one region of an account, what a run reads as a whole and what a change makes stale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Moment;

/// One service in one region of an account: what a change event makes stale.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Account id.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// Our name of the service: `rds`; `core` for who we are and which regions there are.
    pub service: String,
}

/// How old one part of a snapshot is that was put together from several looks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PartAge {
    /// Account id, or `outside`.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// Our name of the service: `rds`.
    pub service: String,
    /// The clock of the look that it was read in, whether it could be read or not.
    pub as_of: Moment,
}
