//! What goes out to people: one message per run and channel, or one per incident.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, Summary, Transition, Verdict};

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Verdicts changed.
    Changes,
    /// Something told before is still open.
    Reminder,
    /// Someone tries whether the channel works.
    Test,
}

/// An item that does not hold and was told before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenItem {
    /// Item id.
    pub item: String,
    /// What is asked.
    pub title: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Since when.
    pub since: Moment,
}

/// What a channel renders. Holds no secret: where to send it is the channel's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// The same for every attempt: a receiver that honours it tells once what arrives twice.
    pub key: String,
    /// Why.
    pub purpose: Purpose,
    /// Name of the sheet in the history.
    pub sheet: String,
    /// The run.
    pub run: String,
    /// The run's clock.
    pub at: Moment,
    /// What the run says of the sheet.
    pub summary: Summary,
    /// What changed, what wants attention most first. Empty for reminders of what is open, and for tests.
    pub transitions: Vec<Transition>,
    /// What is still open, for reminders.
    pub open: Vec<OpenItem>,
    /// Where the dashboard shows it.
    pub link: Option<String>,
}

/// A message on its way to one channel: a row of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Unique in the outbox: the message's key and the channel.
    pub id: String,
    /// The channel's name in the settings.
    pub channel: String,
    /// What to tell.
    pub message: Message,
    /// Not before: quiet hours, or the wait after a failure.
    pub due: Moment,
    /// Attempts so far.
    pub attempts: u32,
    /// Where it stands.
    pub state: LetterState,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When it was put into the outbox.
    pub created: Moment,
    /// When it was delivered or given up.
    pub ended: Option<Moment>,
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LetterState {
    /// To be sent when it is due.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Given up: the receiver refused it for good, or all attempts are used up. People see it and can send it again.
    Dead,
}

impl LetterState {
    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            LetterState::Waiting => "waiting",
            LetterState::Delivered => "delivered",
            LetterState::Dead => "dead",
        }
    }
}
