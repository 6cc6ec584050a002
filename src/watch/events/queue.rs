//! What the consumer is put between: where events come from, where what is no event is kept, and who looks again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::touch::Touch;
use crate::model::{Cell, Moment};

/// A message that was received and is hidden from others for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The queue's id of the message: two deliveries of it have the same.
    pub id: String,
    /// What was sent.
    pub body: String,
    /// By which this delivery is acknowledged.
    pub handle: String,
}

/// The queue did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueueError(pub String);

/// A queue that delivers at least once, in any order, and hides what was received until its visibility time-out. That
/// should be longer than a re-check takes, or others are given the same events to look at too.
pub trait Queue: Send + Sync {
    /// Up to `max` messages. Waits for the first at most `wait` and answers with none where none came.
    fn receive(&self, max: usize, wait: Duration) -> BoxFuture<'_, Result<Vec<Received>, QueueError>>;

    /// Acknowledges: they are not delivered any more. Any number.
    fn done(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>>;

    /// Gives them back: they can be received again at once. Any number.
    fn later(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>>;
}

/// A message that is no event, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poisoned {
    /// The queue's id of the message.
    pub id: String,
    /// SHA-256 of its body, lower-case hex.
    pub sha256: String,
    /// Length of its body in bytes.
    pub length: usize,
    /// What was expected and what was found.
    pub reason: String,
}

/// Keeps what is no event, for people to look at.
pub trait Shelf: Send + Sync {
    /// Keeps one; the same id again is the same message.
    fn keep(&self, poisoned: Poisoned) -> BoxFuture<'_, Result<(), QueueError>>;
}

/// A re-check that did not come to its end: nothing of it was committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecheckError(pub String);

/// One re-check that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What was read anew.
    pub cells: BTreeSet<Cell>,
    /// Messages that led to it.
    pub messages: usize,
    /// Time of the oldest call that led to it, by CloudTrail's clock; none for a second look.
    pub oldest: Option<Moment>,
    /// From the arrival of the first message to the commit.
    pub waited: Duration,
    /// Of these, the re-check itself.
    pub took: Duration,
}

/// Looks again.
pub trait Recheck: Send + Sync {
    /// What calls touch, by the plan and the last snapshot. None while there is no snapshot that a part can be put onto:
    /// then nothing is received.
    fn touch(&self) -> Option<Arc<Touch>>;

    /// Reads these cells anew, decides, and commits. Ok only after the commit. It has to read later than every commit
    /// that it is put onto: no other run of the sheet may be under way meanwhile, or that run's older answers would
    /// cover these. A cell of `core` asks for a whole run ([`super::wants_everything`]).
    fn recheck(&self, cells: BTreeSet<Cell>) -> BoxFuture<'_, Result<(), RecheckError>>;

    /// Told of each commit, for metrics.
    fn looked(&self, _looked: &Looked) {}
}
