//! Events → re-checks, one at a time; what led to one is acknowledged after it was committed.
//!
//! A re-check reads the state that is, not what events say of it: duplicates and any order end in the same state. Events
//! are only forgotten by their queue once what they touch was read after them, so a crash at any point loses none.
//!
//! AWS's reads are eventually consistent: an answer may be older than the call that the event tells of. So what was read
//! is read once more a little later. That this is owed is told by the ages in the last snapshot ([`owed`]), not by the
//! queue, so that it outlives a crash too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::event::{Change, Poison, read};
use super::queue::{Looked, Poisoned, Queue, Received, Recheck, Shelf};
use super::touch::{Idle, Touch};
use crate::model::{Cell, Moment, Snapshot};

/// Longest time to wait for a message in one call: that of Amazon SQS (WaitTimeSeconds, ReceiveMessage).
const LONG_POLL: Duration = Duration::from_secs(20);
/// Messages received or acknowledged in one call: those of Amazon SQS (ReceiveMessage, DeleteMessageBatch).
const BATCH: usize = 10;
/// Wait while there is no snapshot that a part can be put onto.
const NOT_READY: Duration = Duration::from_millis(500);

/// How long to wait for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// For further events after the first, so that a burst is one re-check.
    pub settle: Duration,
    /// The same while messages come as fast as they can be received: a flood is few re-checks.
    pub flood: Duration,
    /// Until the second look at what was read anew.
    pub again: Duration,
    /// After the first re-check that failed; doubled from then on.
    pub retry_least: Duration,
    /// Between re-checks that fail, at most.
    pub retry_most: Duration,
    /// Messages that are asked for at once, no more than the queue can give at once: so many tell that there are more.
    pub batch: usize,
    /// Messages that wait for one re-check, at most: with so many it begins at once.
    pub held: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(2),
            flood: Duration::from_secs(10),
            again: Duration::from_secs(60),
            retry_least: Duration::from_secs(1),
            retry_most: Duration::from_secs(60),
            batch: BATCH,
            held: 20_000,
        }
    }
}

/// What the consumer did since it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Deliveries.
    pub received: u64,
    /// Of these, of messages that were waiting for a re-check already.
    pub duplicates: u64,
    /// Of these, kept as no event.
    pub poison: u64,
    /// Calls that touch nothing, by why.
    pub idle: BTreeMap<Idle, u64>,
    /// Re-checks that were committed for events.
    pub rechecks: u64,
    /// Re-checks that were committed as a second look only.
    pub second_looks: u64,
    /// Re-checks that failed.
    pub failed: u64,
    /// Calls of the queue or the shelf that failed.
    pub queue_errors: u64,
    /// Most messages that waited for one re-check.
    pub most_held: usize,
}

/// Cells of which a second look is owed: read anew less than `within` before the last snapshot's clock, or by it. For
/// [`Consumer::owing`] at the start, after a crash as after a graceful stop. `within` is several times [`Pace::again`], as
/// a second look that was owed then may have been put off by a start before this one.
pub fn owed(last: &Snapshot, within: Duration) -> BTreeSet<Cell> {
    let within = chrono::Duration::from_std(within).unwrap_or(chrono::Duration::MAX);
    let recent = last.parts.iter().filter(|part| last.clock - part.as_of <= within);
    recent
        .filter(|part| part.service != "outside" && part.service != "core")
        .map(|part| Cell { account: part.account.clone(), region: part.region.clone(), service: part.service.clone() })
        .collect()
}

/// Takes events from a queue and has what they touch looked at again.
pub struct Consumer {
    queue: Arc<dyn Queue>,
    recheck: Arc<dyn Recheck>,
    shelf: Arc<dyn Shelf>,
    pace: Pace,
    owing: BTreeSet<Cell>,
    counts: Mutex<Counts>,
}

/// What waits.
#[derive(Default)]
struct Waiting {
    /// Handle of the last delivery, by the message's id.
    messages: BTreeMap<String, String>,
    cells: BTreeSet<Cell>,
    /// When the first message came.
    first: Option<Instant>,
    oldest: Option<Moment>,
    /// The queue had more than it was asked for.
    more: bool,
    /// When what was read is to be read again.
    again: BTreeMap<Cell, Instant>,
    /// After a failure: not before this moment.
    retry: Option<(Instant, ExponentialBackoff)>,
}

impl Waiting {
    /// When the next re-check is due.
    fn due(&self, now: Instant, pace: &Pace) -> Option<Instant> {
        let full = self.messages.len() >= pace.held;
        let settle = if self.more { pace.flood.max(pace.settle) } else { pace.settle };
        let of_events = self.first.map(|first| if full { now } else { first + settle });
        let of_second = self.again.values().min().copied();
        let due = of_events.into_iter().chain(of_second).min()?;
        Some(self.retry.as_ref().map_or(due, |(at, _)| due.max(*at)))
    }

    /// How long the queue may wait for a message: in a flood no longer than without one, as its end is told by an answer
    /// that is not full.
    fn poll(&self, now: Instant, wait: Duration, pace: &Pace) -> Duration {
        match self.first {
            Some(first) if self.more => wait.min((first + pace.settle).saturating_duration_since(now)),
            _ => wait,
        }
    }
}

impl Consumer {
    /// Over these.
    pub fn new(queue: Arc<dyn Queue>, recheck: Arc<dyn Recheck>, shelf: Arc<dyn Shelf>, pace: Pace) -> Self {
        let (owing, counts) = (BTreeSet::new(), Mutex::default());
        Self { queue, recheck, shelf, pace, owing, counts }
    }

    /// The same, which owes a second look at these cells from the start.
    #[must_use]
    pub fn owing(mut self, cells: BTreeSet<Cell>) -> Self {
        self.owing = cells;
        self
    }

    /// What it did so far.
    pub fn counts(&self) -> Counts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Runs until it is stopped. A re-check under way is waited for; what waits for one is given back to the queue.
    pub async fn run(&self, stop: CancellationToken) {
        let mut waiting = Waiting::default();
        // How long ago the first look was is not known; the whole wait is long enough in any case.
        let again = Instant::now() + self.pace.again;
        waiting.again.extend(self.owing.iter().map(|cell| (cell.clone(), again)));
        // Of the queue's own failures.
        let mut pause: Option<ExponentialBackoff> = None;
        while !stop.is_cancelled() {
            let Some(touch) = self.recheck.touch() else {
                sleep(NOT_READY, &stop).await;
                continue;
            };
            let now = Instant::now();
            let due = waiting.due(now, &self.pace);
            if due.is_some_and(|due| due <= now) {
                self.look(&mut waiting).await;
                continue;
            }
            let wait = due.map_or(LONG_POLL, |due| due.duration_since(now).min(LONG_POLL));
            if waiting.retry.is_some() {
                // What waits cannot be looked at: more of it would only be received in vain, and a queue gives up on
                // messages that are received too often.
                sleep(wait, &stop).await;
                continue;
            }
            let room = self.pace.held.saturating_sub(waiting.messages.len()).clamp(1, self.pace.batch.max(1));
            let received = tokio::select! {
                () = stop.cancelled() => break,
                received = self.queue.receive(room, waiting.poll(now, wait, &self.pace)) => received,
            };
            match received {
                Ok(messages) => {
                    pause = None;
                    waiting.more = messages.len() >= room;
                    self.take(messages, &touch, &mut waiting).await;
                }
                Err(error) => {
                    self.count(|counts| counts.queue_errors += 1);
                    tracing::warn!(%error, "the queue of change events cannot be read");
                    let delay = pause.get_or_insert_with(|| self.backoff()).next().unwrap_or(self.pace.retry_most);
                    sleep(delay.min(wait.max(self.pace.retry_least)), &stop).await;
                }
            }
        }
        let handles: Vec<String> = waiting.messages.into_values().collect();
        for handles in handles.chunks(BATCH) {
            if let Err(error) = self.queue.later(handles.to_vec()).await {
                // They come back by themselves, only later.
                tracing::warn!(%error, "change events could not be given back");
            }
        }
    }

    fn backoff(&self) -> ExponentialBackoff {
        ExponentialBuilder::default()
            .with_min_delay(self.pace.retry_least)
            .with_max_delay(self.pace.retry_most)
            .with_jitter()
            .without_max_times()
            .build()
    }

    /// Sorts messages: what touches something waits for a re-check, the rest is done with.
    async fn take(&self, messages: Vec<Received>, touch: &Touch, waiting: &mut Waiting) {
        let mut done = Vec::new();
        for message in messages {
            self.count(|counts| counts.received += 1);
            let (changes, poison): (Vec<_>, Vec<_>) = read(&message.body).into_iter().partition(Result::is_ok);
            let poison: Vec<Poison> = poison.into_iter().filter_map(Result::err).collect();
            if !poison.is_empty() && !self.keep(&message, &poison).await {
                // It comes back.
                continue;
            }
            let cells = self.touched(changes.into_iter().flatten(), touch, waiting);
            if cells.is_empty() {
                done.push(message.handle);
                continue;
            }
            waiting.cells.extend(cells);
            waiting.first.get_or_insert_with(Instant::now);
            let known = waiting.messages.insert(message.id, message.handle).is_some();
            let held = waiting.messages.len();
            self.count(|counts| {
                counts.duplicates += u64::from(known);
                counts.most_held = counts.most_held.max(held);
            });
        }
        self.done(done).await;
    }

    fn touched(&self, changes: impl Iterator<Item = Change>, touch: &Touch, waiting: &mut Waiting) -> BTreeSet<Cell> {
        let mut cells = BTreeSet::new();
        for change in changes {
            match touch.of(&change) {
                Ok(touched) => {
                    tracing::debug!(source = change.source, call = change.name, region = change.region, "touches");
                    cells.extend(touched.cells);
                    waiting.oldest = waiting.oldest.into_iter().chain(change.time).min();
                }
                Err(idle) => self.count(|counts| *counts.idle.entry(idle).or_default() += 1),
            }
        }
        cells
    }

    /// Whether what is no event was kept.
    async fn keep(&self, message: &Received, poison: &[Poison]) -> bool {
        let reasons: Vec<String> = poison.iter().take(BATCH).map(ToString::to_string).collect();
        let poisoned = Poisoned {
            id: message.id.clone(),
            sha256: hex::encode(Sha256::digest(message.body.as_bytes())),
            length: message.body.len(),
            reason: reasons.join("; "),
        };
        tracing::warn!(message = poisoned.id, reason = poisoned.reason, "a message that is no change event");
        let kept = self.shelf.keep(poisoned).await;
        self.count(|counts| match &kept {
            Ok(()) => counts.poison += 1,
            Err(_) => counts.queue_errors += 1,
        });
        if let Err(error) = &kept {
            tracing::warn!(%error, "it could not be kept, and is left in the queue");
        }
        kept.is_ok()
    }

    async fn done(&self, handles: Vec<String>) {
        for handles in handles.chunks(BATCH) {
            if let Err(error) = self.queue.done(handles.to_vec()).await {
                // They come back, and lead to one more look.
                self.count(|counts| counts.queue_errors += 1);
                tracing::warn!(%error, "change events could not be acknowledged");
            }
        }
    }

    /// One re-check of all that is due.
    async fn look(&self, waiting: &mut Waiting) {
        let began = Instant::now();
        let second: BTreeSet<Cell> =
            waiting.again.iter().filter(|(_, due)| **due <= began).map(|(cell, _)| cell.clone()).collect();
        let mut cells = second.clone();
        cells.extend(waiting.cells.iter().cloned());
        match self.recheck.recheck(cells.clone()).await {
            Ok(()) => {
                let now = Instant::now();
                waiting.retry = None;
                second.iter().for_each(|cell| {
                    waiting.again.remove(cell);
                });
                let of_events = std::mem::take(&mut waiting.cells);
                self.count(|counts| match of_events.is_empty() {
                    true => counts.second_looks += 1,
                    false => counts.rechecks += 1,
                });
                waiting.again.extend(of_events.into_iter().map(|cell| (cell, now + self.pace.again)));
                let messages = std::mem::take(&mut waiting.messages);
                self.recheck.looked(&Looked {
                    cells,
                    messages: messages.len(),
                    oldest: waiting.oldest.take(),
                    waited: now - waiting.first.take().unwrap_or(began),
                    took: now - began,
                });
                self.done(messages.into_values().collect()).await;
            }
            Err(error) => {
                self.count(|counts| counts.failed += 1);
                let mut backoff = waiting.retry.take().map_or_else(|| self.backoff(), |(_, backoff)| backoff);
                let delay = backoff.next().unwrap_or(self.pace.retry_most);
                tracing::warn!(%error, again_in = ?delay, "what change events touch could not be looked at");
                waiting.retry = Some((Instant::now() + delay, backoff));
            }
        }
    }
}

async fn sleep(duration: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(duration) => {}
    }
}
