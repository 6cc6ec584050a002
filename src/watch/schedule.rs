//! When to run: a cron expression in a time zone, whatever the clock does meanwhile. Pure; the clock is an argument.
//!
//! What is scheduled is a *moment*; a run *starts* a little later, by a jitter that depends on nothing but the sheet and
//! the moment, so that a restart keeps it. The last moment that was dealt with is kept in the history: a moment is run
//! once, whichever process or host comes first, and one run makes up for all that were missed.

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use croner::Cron;
use sha2::{Digest, Sha256};

use crate::model::{Moment, ScheduleSettings};

/// A kept moment that lies further ahead than this was written under a clock that was wrong: without a bound, a clock that
/// once stood at 2036 would leave the sheet unwatched until then. A day and an hour, so that no change of daylight saving
/// and no travel of the machine is taken for one.
const AHEAD: Duration = Duration::hours(25);
/// No change of a zone's offset that has happened since 1970 is longer: Samoa left out the whole 30th of December 2011.
const LONGEST_GAP_MINUTES: i64 = 26 * 60;
/// How far back a repeated hour can hide an earlier moment behind a later wall clock.
const FOLD: Duration = Duration::hours(3);

/// The schedule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The expression.
    #[error(
        "[schedule] expected a cron expression of five fields, found {found:?}: {source}; write cron = \"0 3 * * *\""
    )]
    Cron {
        /// What is written.
        found: String,
        /// Why not.
        source: croner::errors::CronError,
    },
    /// The zone.
    #[error("[schedule] expected the name of a time zone as the IANA database writes it (\"Asia/Tokyo\"), found {0:?}")]
    Zone(String),
}

/// When a sheet is run.
#[derive(Debug, Clone)]
pub struct Schedule {
    sheet: String,
    cron: Cron,
    zone: Tz,
    jitter: u64,
    catch_up: bool,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Run, for this moment.
    Due(Moment),
    /// Wait until `start`.
    Wait {
        /// The moment that is run next.
        scheduled: Moment,
        /// When its run starts.
        start: Moment,
    },
    /// The expression matches no day that is to come.
    Never,
}

impl Schedule {
    /// Of one sheet: two sheets with the same settings start at different seconds.
    pub fn new(sheet: &str, settings: &ScheduleSettings) -> Result<Self, ScheduleError> {
        let cron = settings
            .cron
            .parse::<Cron>()
            .map_err(|source| ScheduleError::Cron { found: settings.cron.clone(), source })?;
        let zone = settings.zone.parse::<Tz>().map_err(|_| ScheduleError::Zone(settings.zone.clone()))?;
        Ok(Self { sheet: sheet.to_owned(), cron, zone, jitter: settings.jitter_seconds, catch_up: settings.catch_up })
    }

    /// The first scheduled moment after `after`.
    pub fn next_after(&self, after: Moment) -> Option<Moment> {
        let local = after.with_timezone(&self.zone);
        if self.every_hour() {
            return self.cron.find_next_occurrence(&local, false).ok().map(|found| found.with_timezone(&Utc));
        }
        // Wall clocks are searched as if they were UTC, and placed on the time line afterwards.
        let mut wall = local.naive_local().and_utc();
        loop {
            wall = self.cron.find_next_occurrence(&wall, false).ok()?;
            match self.place(wall.naive_utc()) {
                Some(found) if found > after => return Some(found),
                _ => {}
            }
        }
    }

    /// The last scheduled moment that is not after `until`.
    pub fn last_until(&self, until: Moment) -> Option<Moment> {
        let local = until.with_timezone(&self.zone);
        if self.every_hour() {
            return self.cron.find_previous_occurrence(&local, true).ok().map(|found| found.with_timezone(&Utc));
        }
        let mut wall = (local.naive_local() + FOLD).and_utc();
        let mut inclusive = true;
        loop {
            wall = self.cron.find_previous_occurrence(&wall, inclusive).ok()?;
            inclusive = false;
            match self.place(wall.naive_utc()) {
                Some(found) if found <= until => return Some(found),
                _ => {}
            }
        }
    }

    /// When the run of a scheduled moment starts: up to the jitter later, and never past half the way to the next moment.
    pub fn start_of(&self, scheduled: Moment) -> Moment {
        let room = self.next_after(scheduled).map_or(i64::MAX, |next| (next - scheduled).num_seconds() / 2);
        let jitter = self.jitter.min(u64::try_from(room).unwrap_or(0));
        let mut hash = Sha256::new();
        hash.update(self.sheet.as_bytes());
        hash.update(scheduled.timestamp().to_be_bytes());
        let number = hash.finalize().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let later = number % jitter.saturating_add(1);
        scheduled + Duration::seconds(i64::try_from(later).unwrap_or(0))
    }

    /// What to do at `now`. `kept` is the last moment that was dealt with, none where nothing ever was: then the first run
    /// is made at once, as everything after it is told against it. `up_since` is when this process began.
    pub fn decide(&self, kept: Option<Moment>, up_since: Moment, now: Moment) -> Next {
        let last = self.last_until(now);
        let Some(kept) = kept.filter(|kept| *kept <= now + AHEAD) else {
            return Next::Due(last.unwrap_or(now));
        };
        if let Some(last) = last.filter(|last| *last > kept) {
            let start = self.start_of(last);
            if now < start {
                return Next::Wait { scheduled: last, start };
            }
            if self.catch_up || up_since <= start {
                return Next::Due(last);
            }
        }
        match self.next_after(now.max(kept)) {
            Some(scheduled) => Next::Wait { scheduled, start: self.start_of(scheduled) },
            None => Next::Never,
        }
    }

    /// Whether a run at `last` leaves two moments or more without one, seen at `now`. `slack` is what a run may take.
    pub fn overdue(&self, last: Moment, now: Moment, slack: Duration) -> bool {
        let jitter = Duration::seconds(i64::try_from(self.jitter).unwrap_or(0));
        let seen_from = now - jitter - slack;
        let before = self.last_until(seen_from).and_then(|one| self.last_until(one - Duration::seconds(1)));
        before.is_some_and(|two| last < two)
    }

    /// An expression for every hour runs in each hour that there is, in a repeated one twice and in a left-out one never.
    /// One that names hours means wall clocks: each is run once a day, come what may.
    fn every_hour(&self) -> bool {
        self.cron.pattern.hours.from_wildcard
    }

    /// A wall clock on the time line: the first of two where the hour is repeated, the end of the gap where it is left out.
    fn place(&self, wall: NaiveDateTime) -> Option<Moment> {
        let at = |wall: NaiveDateTime| -> Option<DateTime<Tz>> {
            match self.zone.from_local_datetime(&wall) {
                LocalResult::Single(one) | LocalResult::Ambiguous(one, _) => Some(one),
                LocalResult::None => None,
            }
        };
        // Offsets change at full minutes.
        (0..=LONGEST_GAP_MINUTES).find_map(|minutes| at(wall + Duration::minutes(minutes))).map(|at| at.to_utc())
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
