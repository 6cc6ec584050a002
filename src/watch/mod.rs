//! Stays up: runs by the schedule, follows change events, delivers the outbox, says how it is.

mod attribute;
pub mod events;
pub mod schedule;

pub use attribute::{Attributor, attribute};

use std::collections::BTreeSet;

use futures::future::BoxFuture;

pub use crate::model::Cell;
use crate::model::{AlertSettings, Moment, Report};
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
