//! What runs left behind: verdicts and findings over time, transitions, and the outbox of messages about them.
//!
//! A run, its transitions and the letters about them are written in one transaction: after a crash either all of them are
//! there or none (law 8).

mod commit;
mod compare;
mod database;
mod difference;
mod forget;
mod lock;
mod outbox;
mod parts;
mod place;
mod read;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod vault;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::model::{Finding, Letter, LetterState, Moment, Report, State, Summary, Transition, Verdict};

pub use compare::{compare, kind_of, state_of};
pub use difference::{Changed, ClaimDifference, Difference, FindingDifference, ItemDifference, difference};
pub use place::Place;
pub use store::Store;
pub use vault::{FileVault, Vault, VaultError, hold};

/// The history cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The database.
    #[error("{place}: expected a database that can be used: {source}")]
    Database {
        /// File or host, never a password.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// Its tables are of a version that this program does not know.
    #[error(
        "{place}: expected tables that this version knows: {detail}; use the version that made them, or a newer one"
    )]
    Version {
        /// File or host.
        place: String,
        /// What the migrations say.
        detail: String,
    },
    /// Another run was committed since the state was read.
    #[error("expected run {expected} of {sheet} to be the last, found {found}: another run ended meanwhile; run again")]
    Overtaken {
        /// The sheet.
        sheet: String,
        /// Position that the run was compared with.
        expected: i64,
        /// Position of the last run.
        found: i64,
    },
    /// What is stored does not parse.
    #[error("{place}: expected {what} that can be understood: {detail}")]
    Content {
        /// File or host.
        place: String,
        /// What it is.
        what: &'static str,
        /// Why not.
        detail: String,
    },
    /// Asked for one, and several answer to it.
    #[error("expected {what}, found {found}; write more of it")]
    Ambiguous {
        /// What was asked for.
        what: String,
        /// Those that answer.
        found: String,
    },
    /// Asked for something that is not there.
    #[error("expected {what}, found none; {help}")]
    Missing {
        /// What was asked for.
        what: String,
        /// How to find what there is.
        help: String,
    },
}

/// Whether a run read everything or a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// All that the plan wants.
    Full,
    /// What changed, on top of the snapshot before.
    Partial,
}

/// A run to be committed.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// Name of the sheet in the history.
    pub sheet: &'a str,
    /// Full or partial.
    pub kind: RunKind,
    /// What it says.
    pub report: &'a Report,
    /// [`State::seq`] that its transitions were worked out against; 0 for the first run.
    pub after: i64,
    /// What changed.
    pub transitions: &'a [Transition],
    /// Letters about it.
    pub letters: &'a [Letter],
    /// Items that reminders tell of again.
    pub reminded: &'a [String],
}

/// A run, as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Position in the sheet's history, from 1.
    pub seq: i64,
    /// The report's run id. Two runs over the same evidence with the same clock share it; `seq` does not.
    pub id: String,
    /// Name of the sheet.
    pub sheet: String,
    /// Full or partial.
    pub kind: RunKind,
    /// Its clock.
    pub clock: Moment,
    /// When it began and ended.
    pub started: Moment,
    /// When collecting ended.
    pub finished: Moment,
    /// Digest of its snapshot.
    pub snapshot: String,
    /// Its counts.
    pub summary: Summary,
    /// Requests that it took.
    pub api_calls: u64,
    /// Findings.
    pub findings: usize,
    /// Transitions that it showed.
    pub transitions: usize,
}

/// A stretch of runs in which an item, or one of its claims, had one verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// Item id.
    pub item: String,
    /// Claim id; none for the item itself.
    pub claim: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Clock of its first run.
    pub from: Moment,
    /// Clock of its last run so far.
    pub until: Moment,
    /// Positions of these runs.
    pub seqs: (i64, i64),
}

/// Which letters to list.
#[derive(Debug, Clone, Default)]
pub struct LetterFilter {
    /// Of this sheet.
    pub sheet: Option<String>,
    /// In this state.
    pub state: Option<LetterState>,
    /// At most so many, the newest first; 0 for all.
    pub limit: u32,
}

/// Runs over one sheet exclude each other while one of these is held, on one machine with SQLite and between machines with
/// PostgreSQL. Released when dropped, and by a crash.
pub trait RunLock: Send + Sync {}

/// Shorthand for what every method returns.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, HistoryError>>;

/// The history, whatever database it is in.
pub trait History: Send + Sync {
    /// Takes the lock of a sheet; none where another run holds it. Does not wait.
    fn lock<'a>(&'a self, sheet: &'a str) -> Answer<'a, Option<Box<dyn RunLock>>>;
    /// What the last run left; none before the first.
    fn state<'a>(&'a self, sheet: &'a str) -> Answer<'a, Option<State>>;
    /// Writes a run with all that belongs to it, or nothing. Returns its position.
    fn commit<'a>(&'a self, run: NewRun<'a>) -> Answer<'a, i64>;

    /// Names of the sheets, sorted.
    fn sheets(&self) -> Answer<'_, Vec<String>>;
    /// Runs of a sheet, the newest first, at most `limit` (0: all).
    fn runs<'a>(&'a self, sheet: &'a str, limit: u32) -> Answer<'a, Vec<Run>>;
    /// A run by position, by run id (or its beginning, of at least four characters), or `latest`, `latest~1` and so on.
    fn run<'a>(&'a self, sheet: &'a str, which: &'a str) -> Answer<'a, Run>;
    /// The report of a run, as it was written, byte for byte the same when rendered.
    fn report<'a>(&'a self, sheet: &'a str, seq: i64) -> Answer<'a, Report>;
    /// The same without findings: fast whatever their number.
    fn frame<'a>(&'a self, sheet: &'a str, seq: i64) -> Answer<'a, Report>;
    /// Findings of some checks in a run, in the report's order; at most `limit` (0: all), and how many there are.
    fn findings<'a>(
        &'a self,
        sheet: &'a str,
        seq: i64,
        checks: &'a [String],
        limit: u32,
    ) -> Answer<'a, (Vec<Finding>, u64)>;
    /// Stretches of verdicts, the oldest first: of one item with its claims, or of all items without their claims.
    fn stretches<'a>(&'a self, sheet: &'a str, item: Option<&'a str>) -> Answer<'a, Vec<Stretch>>;
    /// Transitions, the newest first: of one item or all, of one run or all, at most `limit` (0: all).
    fn transitions<'a>(
        &'a self,
        sheet: &'a str,
        item: Option<&'a str>,
        seq: Option<i64>,
        limit: u32,
    ) -> Answer<'a, Vec<Transition>>;

    /// Letters that are due at `now`, the oldest first, at most `limit`. They are leased: no other worker gets them before
    /// `until`.
    fn due(&self, now: Moment, until: Moment, limit: u32) -> Answer<'_, Vec<Letter>>;
    /// The same of one sheet. Several projects may share one history, and each knows only its own channels: a letter of
    /// another's would be given up for want of its channel, or go to a channel that has the same name. Without a sheet, or in a
    /// history of one sheet, it is [`History::due`].
    fn due_of<'a>(&'a self, sheet: Option<&'a str>, now: Moment, until: Moment, limit: u32) -> Answer<'a, Vec<Letter>> {
        let _ = sheet;
        self.due(now, until, limit)
    }
    /// Notes what became of an attempt: `state`, its error, and when to try again.
    fn attempted<'a>(
        &'a self,
        letter: &'a str,
        state: LetterState,
        error: Option<&'a str>,
        due: Moment,
        now: Moment,
    ) -> Answer<'a, ()>;
    /// Letters, the newest first.
    fn letters(&self, filter: LetterFilter) -> Answer<'_, Vec<Letter>>;
    /// Sends a dead letter again: waiting, due now, with its attempts at zero.
    fn revive<'a>(&'a self, letter: &'a str, now: Moment) -> Answer<'a, ()>;
    /// Puts letters into the outbox that belong to no run: tests of channels.
    fn post<'a>(&'a self, letters: &'a [Letter]) -> Answer<'a, ()>;

    /// A value that a part of the program keeps between restarts (the last scheduled moment, say).
    fn note<'a>(&'a self, key: &'a str) -> Answer<'a, Option<String>>;
    /// Keeps one.
    fn keep<'a>(&'a self, key: &'a str, value: &'a str) -> Answer<'a, ()>;

    /// Forgets runs that are older than `keep_days` at `now` and not among the last `keep_runs`, but none within an audit
    /// window, none that an undelivered letter speaks of, and not the last. Returns digests of snapshots that no run
    /// refers to any more.
    fn forget<'a>(
        &'a self,
        sheet: &'a str,
        settings: &'a crate::model::HistorySettings,
        now: Moment,
    ) -> Answer<'a, Vec<String>>;
}
