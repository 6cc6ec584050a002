//! Change events of one project: its queue, followed beside the schedule.

use super::super::Failure;
use super::Opened;
use crate::watch::Beside;

/// Second looks that restarts in a row may have put off.
#[cfg(all(feature = "sqs", feature = "s3"))]
const RESTARTS: u32 = 10;

/// What follows the project's queue; none where it has no `[events]`.
#[cfg(all(feature = "sqs", feature = "s3"))]
pub(super) async fn follow(one: &Opened) -> Result<Option<Beside>, Failure> {
    use std::sync::Arc;
    use std::time::Duration;

    use crate::watch::aws::SqsQueue;
    use crate::watch::events::{Consumer, Pace, owed};
    use crate::watch::{Measured, consume};

    let Some(events) = &one.events else { return Ok(None) };
    let pace = Pace { settle: Duration::from_secs(events.settle_seconds), ..Pace::default() };
    let plan = one.project.plan().await?;
    let last = one.keeper.resume(&plan).await;
    // Longer than one second look takes to come due: several restarts may have put it off.
    let owing = last.map(|last| owed(&last.snapshot, pace.again * RESTARTS)).unwrap_or_default();
    let queue = Arc::new(SqsQueue::open(&events.queue).await);
    let (keeper, health) = (Arc::clone(&one.keeper), Arc::clone(&one.watch.health));
    Ok(Some(Beside::new("events", move |stop| {
        let (health, shelf) = (Arc::clone(&health), Arc::clone(&keeper));
        let recheck = Arc::new(Measured::new(keeper.clone(), Arc::clone(&health)));
        let consumer = Consumer::new(queue.clone(), recheck, shelf, pace.clone()).owing(owing.clone());
        async move { consume(&consumer, &health, stop).await }
    })))
}

/// A build without AWS has no queue to follow.
#[cfg(not(all(feature = "sqs", feature = "s3")))]
pub(super) async fn follow(one: &Opened) -> Result<Option<Beside>, Failure> {
    match &one.events {
        None => Ok(None),
        Some(_) => Err(Failure::usage("[events]: this build has no AWS in it: build with the default features")),
    }
}
