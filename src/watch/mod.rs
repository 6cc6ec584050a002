//! Stays up: runs by the schedule, follows change events, delivers the outbox, says how it is.

mod attribute;
#[cfg(all(feature = "sqs", feature = "s3"))]
pub mod aws;
pub mod clock;
mod counted;
pub mod daemon;
pub mod events;
pub mod health;
mod keeper;
mod measured;
pub mod metrics;
pub mod notes;
mod record;
pub mod round;
pub mod schedule;
pub mod silence;
pub mod stop;
mod systemd;
pub mod telemetry;
#[cfg(test)]
mod test_history;

pub use attribute::{Attributor, attribute};
pub use counted::counted;
pub use daemon::{Beside, Daemon};
pub use health::Health;
pub use keeper::{Keeper, Nudge};
pub use measured::{Measured, consume};
pub use record::{Ledger, RecordError, Recorded};
pub use round::{Ended, Sweep, Watch};
pub use stop::Stop;

use std::collections::BTreeSet;

use futures::future::BoxFuture;

use crate::history::{HistoryError, RunKind};
pub use crate::model::Cell;
use crate::model::{AlertSettings, Moment, Report};
use crate::plan::Plan;
use crate::snapshot::Sealed;

/// How much to read.
#[derive(Debug, Clone)]
pub enum Look {
    /// All that the plan wants.
    Full,
    /// These cells, on top of a snapshot.
    Part {
        /// The snapshot.
        base: Box<Sealed>,
        /// What to read anew.
        cells: BTreeSet<Cell>,
    },
}

/// What one run brought.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it says.
    pub report: Report,
    /// What it saw.
    pub sealed: Sealed,
    /// Alert settings of the project as it was read for this run.
    pub alerts: AlertSettings,
    /// What its checks need, whether all of it was read anew or a part: tells what change events touch.
    pub plan: Plan,
}

/// A run that could not be made: the project cannot be read, or there are no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoRun(pub String);

/// Makes one run: reads the project anew, so that what people changed counts, looks, decides.
pub trait Verifier: Send + Sync {
    /// `clock` is the run's clock.
    fn verify(&self, clock: Moment, look: Look) -> BoxFuture<'_, Result<Seen, NoRun>>;
}

/// A run that was made and could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    /// The history.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Anything else, its snapshot say.
    #[error("{0}")]
    Other(String),
}

/// Writes a run down with all that belongs to it: what changed, letters about it, its snapshot.
pub trait Recorder: Send + Sync {
    /// Returns the run's position in the history. Either everything is there afterwards or nothing, also where the future
    /// is dropped.
    fn record(&self, seen: Seen, kind: RunKind) -> BoxFuture<'_, Result<i64, NotRecorded>>;
}
