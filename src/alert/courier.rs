//! Carries letters from the outbox to their channels, at least once.
//!
//! A letter is taken out under a lease and marked only after its receiver answered. A crash in between leaves it waiting;
//! it is due again when the lease ends, and the receiver knows it by the letter's id. Every channel has a line of its own:
//! letters of one channel go in the order in which they are due, one at a time, and no channel waits for another.

#[cfg(feature = "watch")]
mod stay;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::TimeDelta;
use futures::FutureExt;
use futures::future::join_all;

use super::order::{self, Turn};
use super::{Channels, Sent};
use crate::history::{History, HistoryError, LetterFilter};
use crate::model::{Letter, LetterState, Moment};

/// Letters that are taken out of the outbox at once.
const BATCH: u32 = 200;

/// Letters among which one that overtook another is looked for, the newest first.
const RECENT: u32 = 500;

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// One attempt, whatever the channel does.
    pub attempt: Duration,
    /// How long letters that were taken out are kept from other workers; longer than an attempt.
    pub lease: Duration,
    /// Between two looks into the outbox.
    pub poll: Duration,
    /// First wait after a failure; doubled for each further one.
    pub first: Duration,
    /// Longest wait after a failure.
    pub longest: Duration,
    /// Age from which on a letter that fails again is dead.
    pub give_up: Duration,
    /// Attempts that every letter has whatever its age: one that waited while nobody carried, or was revived.
    pub least: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(60),
            lease: Duration::from_secs(180),
            poll: Duration::from_secs(1),
            first: Duration::from_secs(5),
            longest: Duration::from_secs(3600),
            give_up: Duration::from_secs(3 * 24 * 3600),
            least: 20,
        }
    }
}

/// What became of the letters of one round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Taken by their receivers.
    pub delivered: usize,
    /// Put off: to be tried again.
    pub later: usize,
    /// Given up.
    pub dead: usize,
    /// Not tried, as the round took longer than the lease: due again soon.
    pub left: usize,
    /// What went wrong with each letter that was put off or given up, and with the history.
    pub errors: Vec<String>,
}

impl Delivered {
    fn add(mut self, other: Self) -> Self {
        self.delivered += other.delivered;
        self.later += other.later;
        self.dead += other.dead;
        self.left += other.left;
        self.errors.extend(other.errors);
        self
    }

    /// Whether everything that was due got to its receiver.
    pub fn all(&self) -> bool {
        self.later + self.dead + self.left == 0 && self.errors.is_empty()
    }
}

/// Carries letters. One per program; several on one outbox share the work.
pub struct Courier {
    history: Arc<dyn History>,
    channels: Channels,
    /// Whose letters; none for all.
    sheet: Option<String>,
    pace: Pace,
    nudge: tokio::sync::Notify,
}

/// A letter that no other worker takes before the moment.
struct Leased {
    letter: Letter,
    until: Moment,
}

impl Courier {
    /// A courier for the channels by name, with their languages.
    pub fn new(history: Arc<dyn History>, channels: Channels) -> Self {
        Self { history, channels, sheet: None, pace: Pace::default(), nudge: tokio::sync::Notify::new() }
    }

    /// Carries this sheet's letters only. Where projects share a history, the channels are those of one of them, and so must
    /// the letters be.
    #[must_use]
    pub fn of(mut self, sheet: impl Into<String>) -> Self {
        self.sheet = Some(sheet.into());
        self
    }

    /// With other times, for tests.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Letters were committed: look into the outbox now instead of at the next poll.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// One round: everything that is due at `now`.
    pub async fn deliver_due(&self, now: Moment) -> Delivered {
        let began = Instant::now();
        let clock = move || now + span(began.elapsed());
        let mut done = Delivered::default();
        let mut lines: BTreeMap<String, Vec<Leased>> = BTreeMap::new();
        loop {
            match self.take(clock()).await {
                Ok(letters) => {
                    let more = letters.len() >= BATCH as usize;
                    for leased in letters {
                        lines.entry(leased.letter.channel.clone()).or_default().push(leased);
                    }
                    if !more {
                        break;
                    }
                }
                Err(error) => {
                    done.errors.push(error.to_string());
                    break;
                }
            }
        }
        let lines = lines.into_iter().map(|(channel, letters)| self.line(channel, letters, &clock));
        join_all(lines).await.into_iter().fold(done, Delivered::add)
    }

    /// Letters of one channel, one after the other.
    async fn line(&self, channel: String, letters: Vec<Leased>, clock: &(dyn Fn() -> Moment + Sync)) -> Delivered {
        let mut done = Delivered::default();
        let mut held = None;
        for leased in letters {
            done = done.add(self.step(&channel, &leased, &mut held, clock).await);
        }
        done
    }

    async fn take(&self, now: Moment) -> Result<Vec<Leased>, HistoryError> {
        let until = now + span(self.pace.lease);
        let letters = self.history.due_of(self.sheet.as_deref(), now, until, BATCH).await?;
        Ok(letters.into_iter().map(|letter| Leased { letter, until }).collect())
    }

    /// One letter: sent, put off, given up, or left where its lease may end before the attempt does. `held` is when the
    /// channel's receiver, which asked for a wait, wants to be asked again.
    async fn step(
        &self,
        channel: &str,
        leased: &Leased,
        held: &mut Option<Moment>,
        clock: &(dyn Fn() -> Moment + Sync),
    ) -> Delivered {
        let letter = &leased.letter;
        if leased.until - clock() < span(self.pace.attempt) {
            return Delivered { left: 1, ..Delivered::default() };
        }
        let Some((receiver, lang)) = self.channels.get(channel) else {
            let why = format!(
                "expected a [[channel]] {channel:?} in the settings, found none; name one so and send the letter again"
            );
            return self.mark(letter, LetterState::Dead, Some(&why), clock(), clock()).await;
        };
        if let Some(until) = held.filter(|until| *until > clock()) {
            // Asking all the same would be answered the same, and make the receiver's wait longer.
            let why = format!("{channel} asked for a wait until {}", shown(until));
            return self.mark(letter, LetterState::Waiting, Some(&why), until, clock()).await;
        }
        if receiver.keeps_incidents() {
            match self.turn(letter, clock()).await {
                Ok(Turn::Now) => {}
                Ok(Turn::After(due)) => {
                    let why = "waits for an earlier letter about the same item";
                    return self.mark(letter, LetterState::Waiting, Some(why), due, clock()).await;
                }
                Ok(Turn::Past) => {
                    let note = "not sent: the incident already shows a later change of the same item";
                    let mut done = self.mark(letter, LetterState::Delivered, Some(note), clock(), clock()).await;
                    done.errors.retain(|error| !error.ends_with(note));
                    return done;
                }
                Err(error) => return Delivered { left: 1, errors: vec![error.to_string()], ..Delivered::default() },
            }
        }
        let attempt = AssertUnwindSafe(receiver.send(letter, *lang)).catch_unwind();
        let sent = match tokio::time::timeout(self.pace.attempt, attempt).await {
            Ok(Ok(sent)) => sent,
            Ok(Err(_)) => Sent::later("the channel came to an internal error; please report it"),
            Err(_) => Sent::later(format!("no answer within {} seconds", self.pace.attempt.as_secs_f32())),
        };
        let now = clock();
        match sent {
            Sent::Delivered => self.mark(letter, LetterState::Delivered, None, now, now).await,
            Sent::Refused { why } => self.mark(letter, LetterState::Dead, Some(&why), now, now).await,
            Sent::Later { why, after } => {
                let tried = letter.attempts.saturating_add(1);
                let old = now - letter.created >= span(self.pace.give_up);
                if old && tried >= self.pace.least {
                    let why = format!("given up after {tried} attempts: {why}");
                    return self.mark(letter, LetterState::Dead, Some(&why), now, now).await;
                }
                let wait = match after {
                    Some(after) => {
                        *held = Some(now + span(after));
                        // A receiver that asks for no wait at all is not asked without one.
                        after.max(Duration::from_secs(1))
                    }
                    None => self.back_off(letter.attempts),
                };
                self.mark(letter, LetterState::Waiting, Some(&why), now + span(wait), now).await
            }
        }
    }

    /// Whether it is the letter's turn among those about the same items.
    async fn turn(&self, letter: &Letter, now: Moment) -> Result<Turn, HistoryError> {
        let of = |state, limit| LetterFilter { sheet: Some(letter.message.sheet.clone()), state: Some(state), limit };
        let delivered = self.history.letters(of(LetterState::Delivered, RECENT)).await?;
        let waiting = self.history.letters(of(LetterState::Waiting, 0)).await?;
        Ok(order::turn(letter, &delivered, &waiting, now))
    }

    /// The wait after `attempts` earlier failures: doubled each time, with jitter of up to as much again.
    fn back_off(&self, attempts: u32) -> Duration {
        let builder = ExponentialBuilder::new()
            .with_min_delay(self.pace.first)
            // With the jitter it comes to the longest wait.
            .with_max_delay(self.pace.longest / 2)
            .with_factor(2.0)
            .without_max_times()
            .with_jitter();
        // Long before this many the wait is the longest.
        let nth = attempts.min(64) as usize;
        builder.build().nth(nth).unwrap_or(self.pace.longest).min(self.pace.longest)
    }

    /// Notes what became of an attempt; tries again where the database does not take it, as a letter that was delivered
    /// and is not marked is told twice.
    async fn mark(
        &self,
        letter: &Letter,
        state: LetterState,
        why: Option<&str>,
        due: Moment,
        now: Moment,
    ) -> Delivered {
        let mut done = Delivered::default();
        match state {
            LetterState::Delivered => tracing::info!(letter = letter.id, channel = letter.channel, "letter delivered"),
            LetterState::Waiting => {
                tracing::warn!(letter = letter.id, channel = letter.channel, why, %due, "letter put off");
            }
            LetterState::Dead => tracing::error!(letter = letter.id, channel = letter.channel, why, "letter is dead"),
        }
        match state {
            LetterState::Delivered => done.delivered += 1,
            LetterState::Waiting => done.later += 1,
            LetterState::Dead => done.dead += 1,
        }
        done.errors.extend(why.map(|why| format!("{}: {why}", letter.channel)));
        for wait in [Some(50), Some(500), None] {
            match self.history.attempted(&letter.id, state, why, due, now).await {
                Ok(()) => return done,
                Err(error) => match wait {
                    Some(wait) => tokio::time::sleep(Duration::from_millis(wait)).await,
                    None => {
                        tracing::error!(letter = letter.id, %error, "the history does not take what became of a letter");
                        done.errors.push(error.to_string());
                    }
                },
            }
        }
        done
    }
}

fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

fn shown(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_five_seconds_to_an_hour() {
        let courier = Courier::new(Arc::new(crate::alert::tests::Memory::default()), BTreeMap::new());
        for (attempts, from, to) in [(0, 5, 10), (1, 10, 20), (5, 160, 320), (9, 1800, 3600), (80, 1800, 3600)] {
            for _ in 0..50 {
                let wait = courier.back_off(attempts);
                assert!((from..=to).contains(&wait.as_secs()), "{attempts}: {wait:?}");
            }
        }
    }
}
