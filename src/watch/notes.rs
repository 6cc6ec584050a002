//! What the watch keeps in the history between restarts, and shares with the same watch on another host.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::history::{History, HistoryError};
use crate::model::Moment;

/// Scheduled moments that a failure lists at most; the rest is counted.
const MOMENTS: usize = 10;

/// Runs that could not be made since the last that could.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The first scheduled moment without a run.
    pub since: Moment,
    /// Scheduled moments without a run, the first ten of them.
    pub moments: Vec<Moment>,
    /// Attempts.
    pub attempts: u32,
    /// Why the last one failed.
    pub why: String,
    /// Whether people were told.
    pub told: bool,
}

impl Failure {
    /// One more attempt for `scheduled` failed.
    pub fn again(before: Option<Self>, scheduled: Moment, why: &str) -> Self {
        let mut failure = before.unwrap_or(Self {
            since: scheduled,
            moments: Vec::new(),
            attempts: 0,
            why: String::new(),
            told: false,
        });
        if !failure.moments.contains(&scheduled) && failure.moments.len() < MOMENTS {
            failure.moments.push(scheduled);
        }
        failure.attempts = failure.attempts.saturating_add(1);
        why.clone_into(&mut failure.why);
        failure
    }

    /// Whether people are to be told: one moment without a run may be mended before the next, two are a claim that nobody
    /// sees any more.
    pub fn to_be_told(&self) -> bool {
        !self.told && self.moments.len() >= 2
    }
}

/// The notes of one sheet.
#[derive(Clone, Copy)]
pub struct Notes<'a> {
    /// Where they are.
    pub history: &'a dyn History,
    /// Of which sheet.
    pub sheet: &'a str,
}

impl Notes<'_> {
    fn key(&self, what: &str) -> String {
        format!("{what}/{}", self.sheet)
    }

    /// A value that does not parse is as good as none: what rests on it is done once more.
    async fn read<T: std::str::FromStr>(&self, what: &str) -> Result<Option<T>, HistoryError> {
        Ok(self.history.note(&self.key(what)).await?.and_then(|text| text.parse().ok()))
    }

    /// The last scheduled moment that was dealt with.
    pub async fn scheduled(&self) -> Result<Option<Moment>, HistoryError> {
        self.read("scheduled").await
    }

    /// Keeps it.
    pub async fn keep_scheduled(&self, scheduled: Moment) -> Result<(), HistoryError> {
        self.history.keep(&self.key("scheduled"), &scheduled.to_rfc3339()).await
    }

    /// Runs that could not be made.
    pub async fn failure(&self) -> Result<Option<Failure>, HistoryError> {
        let text = self.history.note(&self.key("failure")).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps them; none: runs are made again.
    pub async fn keep_failure(&self, failure: Option<&Failure>) -> Result<(), HistoryError> {
        let text = failure.and_then(|failure| serde_json::to_string(failure).ok()).unwrap_or_default();
        self.history.keep(&self.key("failure"), &text).await
    }

    /// The last day on which old runs were forgotten.
    pub async fn forgot(&self) -> Result<Option<NaiveDate>, HistoryError> {
        self.read("forgot").await
    }

    /// Keeps it.
    pub async fn keep_forgot(&self, day: NaiveDate) -> Result<(), HistoryError> {
        self.history.keep(&self.key("forgot"), &day.to_string()).await
    }
}
