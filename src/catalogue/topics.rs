//! Topics: named groups of checks that a claim may point at.

use serde::{Deserialize, Serialize};

use crate::model::Text;

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// `multi-az`
    pub id: String,
    /// What it is about.
    pub title: Text,
    /// Why no check decides it yet: a claim that points at it is inconclusive (docs/adr/0005). None where checks do.
    #[serde(default)]
    pub no_check: Option<Text>,
}

/// `checks/topics.toml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicsFile {
    pub topic: Vec<Topic>,
}
