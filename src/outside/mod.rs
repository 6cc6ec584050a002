//! What is seen by connecting from outside. Nothing is looked at yet: every target stays unread.

use std::path::PathBuf;

use crate::model::{Coverage, Gap, Moment, Observation, Resource};

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// URLs.
    pub pages: Vec<String>,
    /// `host:port`.
    pub tls: Vec<String>,
}

/// Where what is seen comes from.
#[derive(Debug, Clone, Default)]
pub enum Mode {
    /// The network.
    #[default]
    Live,
    /// The network, and it is kept.
    Record(PathBuf),
    /// A recording.
    Replay(PathBuf),
}

/// How to look.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where from.
    pub mode: Mode,
    /// Whether private addresses may be looked at.
    pub allow_private: bool,
}

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Pages and endpoints.
    pub resources: Vec<Resource>,
    /// Answers.
    pub observations: Vec<Observation>,
    /// Cells.
    pub coverage: Vec<Coverage>,
    /// What was not seen.
    pub gaps: Vec<Gap>,
}

/// Looks at nothing yet.
pub async fn look(_targets: &Targets, _options: &Options, _clock: Moment) -> Seen {
    Seen::default()
}
