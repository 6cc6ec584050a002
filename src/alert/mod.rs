//! Tells people: renders messages for each channel and carries the outbox's letters out. Decides nothing about verdicts.

use std::time::Duration;

use futures::future::BoxFuture;

use crate::model::{Lang, Letter};

/// What became of one attempt to deliver a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The receiver took it.
    Delivered,
    /// Not taken now: try again, not before the wait that the receiver asked for, where it did.
    Later {
        /// Why.
        why: String,
        /// `Retry-After`.
        after: Option<Duration>,
    },
    /// Never to be taken as it is: a dead letter at once.
    Refused {
        /// Why, and what to mend.
        why: String,
    },
}

/// A way to reach people. One attempt each: waits and repeats are the courier's.
pub trait Channel: Send + Sync {
    /// Sends a letter once. The letter's id is the idempotency key.
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent>;
}
