//! Changes as they happen: CloudTrail's events out of a queue → what they touch → a re-check of that alone.
//!
//! `event` reads messages, `touch` tells what calls touch, `consumer` gathers, has it looked at again and acknowledges.
//! Which queue that is, and how one looks, others say (`queue`).

mod consumer;
mod event;
mod queue;
mod touch;

#[cfg(test)]
mod consumer_tests;
#[cfg(test)]
mod touch_tests;

pub use consumer::{Consumer, Counts, Pace, owed};
pub use event::{Change, Poison, read};
pub use queue::{Looked, Poisoned, Queue, QueueError, Received, Recheck, RecheckError, Shelf};
pub use touch::{Idle, Touch, Touched, claims_touched, wants_everything};
