//! One sheet under watch: when its run is due, the run itself, and what is kept of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::SubsecRound;
use futures::future::BoxFuture;
use tracing::Instrument;

use super::clock::Clock;
use super::health::Health;
use super::metrics::RunResult;
use super::notes::{Failure, Notes};
use super::schedule::{Next, Schedule};
use super::stop::Stop;
use super::{Look, NotRecorded, Recorder, Verifier, silence};
use crate::history::{History, HistoryError, Run, RunKind};
use crate::model::{AlertSettings, HistorySettings, Letter, Moment, Report};

/// Waits are cut into slices of this, so that a machine that slept and a clock that was set are noticed.
const SLICE: Duration = Duration::from_secs(60);
/// While a run is under way the loop still moves this often.
const MOVE: Duration = Duration::from_secs(30);
/// A run that is under way when the program is asked to stop has so long to end.
const GRACE: Duration = Duration::from_secs(10);
/// Another process is at it: it may be a run of seconds over a change event.
const BUSY: Duration = Duration::from_secs(15);
/// After a run that failed, doubled with each further one.
const RETRY: Duration = Duration::from_secs(300);
/// A run that fails is tried at least every hour.
const RETRY_MOST: Duration = Duration::from_secs(3600);

/// Deletes snapshots, by digest, that no run refers to any more.
pub type Sweep = Arc<dyn Fn(Vec<String>) -> BoxFuture<'static, ()> + Send + Sync>;

/// One sheet and everything that watching it takes.
pub struct Watch {
    /// Name of the sheet in the history.
    pub sheet: String,
    /// When it is run.
    pub schedule: Schedule,
    /// A run that does not end within this time is given up.
    pub limit: Duration,
    /// How long runs are kept.
    pub keep: HistorySettings,
    /// Where they are kept.
    pub history: Arc<dyn History>,
    /// Makes runs.
    pub verifier: Arc<dyn Verifier>,
    /// Writes them down.
    pub recorder: Arc<dyn Recorder>,
    /// Deletes snapshots that nothing refers to.
    pub sweep: Option<Sweep>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// How it is.
    pub health: Arc<Health>,
    /// Whether to stop.
    pub stop: Stop,
    /// Whom to tell when no run can be made: the settings as they were last read.
    pub alerts: Mutex<AlertSettings>,
}

/// How an attempt at a run ended.
#[derive(Debug)]
pub enum Ended {
    /// It is in the history, at this position.
    Recorded(i64, Box<Report>),
    /// It could not be made, or not be kept: why.
    Failed(String),
    /// Another process holds the lock of the sheet.
    Busy,
    /// Another process dealt with the moment.
    Over,
    /// The program was asked to stop.
    Stopped,
}

/// What the loop knows from its rounds before.
#[derive(Debug, Default)]
struct Before {
    /// The note of the last scheduled moment, as it was read last.
    kept: Option<Moment>,
    /// A moment whose run failed.
    retry: Option<Retry>,
    /// A moment that was told to be skipped: once is enough.
    skipped: Option<Moment>,
}

/// What went wrong for a moment, and when to try again.
#[derive(Debug, Clone, Copy)]
struct Retry {
    scheduled: Moment,
    failed: usize,
    not_before: Moment,
}

impl Watch {
    fn notes(&self) -> Notes<'_> {
        Notes { history: self.history.as_ref(), sheet: &self.sheet }
    }

    /// Tells [`Health`] of the sheet: before anything else.
    pub fn begin(&self) {
        self.health.watch(&self.sheet, Arc::clone(&self.history), self.schedule.clone());
    }

    /// Runs by the schedule until asked to stop.
    pub async fn run(&self) {
        let up_since = self.clock.now();
        let mut before = Before::default();
        loop {
            self.health.moved(&self.sheet);
            let wait = self.round(up_since, &mut before).await;
            tokio::select! {
                biased;
                () = self.stop.soon.cancelled() => return,
                () = self.clock.sleep(wait.min(SLICE)) => {}
            }
        }
    }

    /// Does what is to be done now; returns how long to wait.
    async fn round(&self, up_since: Moment, before: &mut Before) -> Duration {
        let kept = match self.kept(&mut before.kept).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(sheet = self.sheet, %error, "the history cannot be read");
                // What it holds is looked at anew when it is back, and with it whether runs fail.
                before.kept = None;
                self.health.failing(&self.sheet, Some(Failure::again(None, self.clock.now(), &error.to_string())));
                return SLICE;
            }
        };
        let now = self.clock.now();
        let scheduled = match self.schedule.decide(kept, up_since, now) {
            Next::Due(scheduled) => scheduled,
            Next::Wait { start, .. } => {
                self.health.next(&self.sheet, Some(start));
                return (start - now).to_std().unwrap_or_default();
            }
            Next::Never => {
                self.health.next(&self.sheet, None);
                return SLICE;
            }
        };
        let retry = before.retry.filter(|retry| retry.scheduled == scheduled);
        if let Some(retry) = retry {
            let wait = (retry.not_before - now).to_std().unwrap_or_default();
            // A clock that went back must not put the next attempt off.
            if !wait.is_zero() && wait <= RETRY_MOST {
                self.health.next(&self.sheet, Some(retry.not_before));
                return wait;
            }
        }
        self.health.next(&self.sheet, Some(now));
        match self.attempt(scheduled, Some(up_since)).await {
            Ended::Recorded(..) | Ended::Over => {
                before.retry = None;
                Duration::ZERO
            }
            Ended::Failed(_) => {
                let failed = retry.map_or(0, |retry| retry.failed);
                let wait = back_off(failed);
                let not_before = self.clock.now() + chrono::Duration::from_std(wait).unwrap_or_default();
                before.retry = Some(Retry { scheduled, failed: failed + 1, not_before });
                wait
            }
            Ended::Busy => {
                if before.skipped.replace(scheduled) != Some(scheduled) {
                    tracing::info!(sheet = self.sheet, "skipped: another process is at this sheet");
                    self.health.ended(&self.sheet, RunKind::Full, RunResult::Skipped, None);
                }
                BUSY
            }
            Ended::Stopped => Duration::ZERO,
        }
    }

    /// The last moment that was dealt with, by this process or another. Without a note, that of the last run: someone
    /// verified into the history before.
    async fn kept(&self, known: &mut Option<Moment>) -> Result<Option<Moment>, HistoryError> {
        let noted = self.notes().scheduled().await?;
        if noted.is_none() || noted != *known {
            let runs = self.history.runs(&self.sheet, 50).await?;
            self.health.remembered(&self.sheet, &runs);
            self.health.failing(&self.sheet, self.notes().failure().await?);
            *known = noted;
            return Ok(noted.or_else(|| last_full(&runs).map(|run| run.clock)));
        }
        Ok(noted)
    }

    /// Makes a run, unless another process is at it. `up_since`: by the schedule, and then not where another process has
    /// dealt with the moment meanwhile; without it, because someone asked for it.
    pub async fn attempt(&self, scheduled: Moment, up_since: Option<Moment>) -> Ended {
        let span = tracing::info_span!("run", sheet = self.sheet, kind = "full", scheduled = %scheduled.to_rfc3339());
        self.locked(scheduled, up_since).instrument(span).await
    }

    async fn locked(&self, scheduled: Moment, up_since: Option<Moment>) -> Ended {
        let _lock = match self.history.lock(&self.sheet).await {
            Ok(Some(lock)) => lock,
            Ok(None) => return self.busy(scheduled).await,
            Err(error) => return self.failed(scheduled, &error.to_string(), None).await,
        };
        if let Some(up_since) = up_since {
            // Whoever held the lock before may have dealt with it.
            match self.notes().scheduled().await {
                Ok(kept) if kept.is_some() => {
                    let next = self.schedule.decide(kept, up_since, self.clock.now());
                    if !matches!(next, Next::Due(_)) {
                        return Ended::Over;
                    }
                }
                Ok(_) => {}
                Err(error) => return self.failed(scheduled, &error.to_string(), None).await,
            }
        }
        self.health.began(&self.sheet);
        let begin = self.clock.passed();
        let took = || self.clock.passed().saturating_sub(begin);
        match self.while_not_stopped(self.verify()).await {
            None => {
                tracing::warn!("the run was given up: the program stops");
                self.health.ended(&self.sheet, RunKind::Full, RunResult::Cancelled, None);
                Ended::Stopped
            }
            Some(Err(why)) => self.failed(scheduled, &why, Some(took())).await,
            Some(Ok((seq, report))) => {
                let took = took();
                self.recorded(scheduled, seq, &report, took).await;
                Ended::Recorded(seq, report)
            }
        }
    }

    /// Looks, decides, writes down.
    async fn verify(&self) -> Result<(i64, Box<Report>), String> {
        let clock = self.clock.now().trunc_subsecs(0);
        let seen = self.within_limit(self.verifier.verify(clock, Look::Full)).await?.map_err(|error| error.0)?;
        let report = Box::new(seen.report.clone());
        *self.alerts.lock().unwrap_or_else(PoisonError::into_inner) = seen.alerts.clone();
        let record = self.recorder.record(seen, RunKind::Full).instrument(tracing::info_span!("commit"));
        let seq = self.within_limit(record).await?.map_err(|error: NotRecorded| error.to_string())?;
        Ok((seq, report))
    }

    async fn within_limit<T>(&self, work: impl Future<Output = T>) -> Result<T, String> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.clock.sleep(self.limit) => Err(format!(
                "expected a run that ends within {} minutes, found one that does not: see which service keeps it waiting \
                 (KAKUNIN_LOG=debug), or raise limit-minutes in [schedule]",
                self.limit.as_secs() / 60
            )),
        }
    }

    /// Works on while the program is not asked to stop, and a little longer; none where the work was dropped.
    async fn while_not_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        let mut end: Option<BoxFuture<'static, ()>> = None;
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Some(done),
                () = self.stop.now.cancelled() => return None,
                () = self.stop.soon.cancelled(), if end.is_none() => end = Some(self.clock.sleep(GRACE)),
                () = async { match &mut end { Some(end) => end.await, None => std::future::pending().await } } => {
                    return None;
                }
                () = self.clock.sleep(MOVE) => self.health.moved(&self.sheet),
            }
        }
    }

    async fn busy(&self, scheduled: Moment) -> Ended {
        // Runs that another process makes reach the history; a lock that is held and brings none is a run that is not made.
        let limit = chrono::Duration::from_std(self.limit).unwrap_or_default();
        let overdue = self.health.last(&self.sheet);
        if overdue.is_some_and(|last| self.schedule.overdue(last, self.clock.now(), limit)) {
            let why =
                "another process holds the lock of this sheet and brings no run: see whether it hangs, and stop it";
            return self.failed(scheduled, why, None).await;
        }
        Ended::Busy
    }

    async fn failed(&self, scheduled: Moment, why: &str, took: Option<Duration>) -> Ended {
        tracing::error!(error = why, "no run could be made");
        self.health.ended(&self.sheet, RunKind::Full, RunResult::Failed, took);
        let notes = self.notes();
        let before = notes.failure().await.unwrap_or_else(|error| {
            tracing::error!(%error, "what failed before cannot be read");
            None
        });
        let mut failure = Failure::again(before, scheduled, why);
        if failure.to_be_told() {
            let last = self.last_run().await;
            let letters = silence::lost(&self.sheet, &failure, last.as_ref(), &self.settings(), self.clock.now());
            failure.told = self.post(&letters).await;
        }
        if let Err(error) = notes.keep_failure(Some(&failure)).await {
            tracing::error!(%error, "the failure cannot be kept");
        }
        self.health.failing(&self.sheet, Some(failure));
        Ended::Failed(why.to_owned())
    }

    async fn recorded(&self, scheduled: Moment, seq: i64, report: &Report, took: Duration) {
        let clock = report.run.clock.parse().unwrap_or_else(|_| self.clock.now());
        let calls = report.run.api_calls;
        self.health.recorded(&self.sheet, RunKind::Full, clock, &report.summary, calls, took);
        tracing::info!(
            seq,
            run = report.run.id,
            seconds = took.as_secs_f64(),
            api_calls = calls,
            verdicts = %verdicts(report),
            "the run is in the history"
        );
        let notes = self.notes();
        // Not kept, the moment is run once more: better than not at all.
        if let Err(error) = notes.keep_scheduled(scheduled).await {
            tracing::error!(%error, "the scheduled moment cannot be kept");
        }
        self.mended().await;
        self.forget().await;
    }

    /// Runs are made again: says so where people were told otherwise.
    async fn mended(&self) {
        let notes = self.notes();
        let failure = match notes.failure().await {
            Ok(Some(failure)) => failure,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "what failed before cannot be read");
                return;
            }
        };
        if failure.told {
            let last = self.last_run().await;
            let letters = silence::back(&self.sheet, &failure, last.as_ref(), &self.settings(), self.clock.now());
            if !self.post(&letters).await {
                // The note stays: the next run tells it.
                return;
            }
        }
        if let Err(error) = notes.keep_failure(None).await {
            tracing::error!(%error, "the end of the failure cannot be kept");
        }
    }

    async fn post(&self, letters: &[Letter]) -> bool {
        if letters.is_empty() {
            return true;
        }
        let posted = self.history.post(letters).await;
        if let Err(error) = &posted {
            tracing::error!(%error, "nobody can be told: the outbox cannot be written");
        }
        posted.is_ok()
    }

    /// Forgets old runs, once a day: after a run, so that the history is whole before anything goes.
    async fn forget(&self) {
        let notes = self.notes();
        let now = self.clock.now();
        let today = now.date_naive();
        if notes.forgot().await.is_ok_and(|day| day == Some(today)) {
            return;
        }
        match self.history.forget(&self.sheet, &self.keep, now).await {
            Ok(unused) => {
                if !unused.is_empty() {
                    tracing::info!(snapshots = unused.len(), "forgot old runs");
                }
                if let Some(sweep) = self.sweep.as_ref().filter(|_| !unused.is_empty()) {
                    sweep(unused).await;
                }
                if let Err(error) = notes.keep_forgot(today).await {
                    tracing::warn!(%error, "the day cannot be kept");
                }
            }
            Err(error) => tracing::warn!(%error, "old runs cannot be forgotten"),
        }
    }

    async fn last_run(&self) -> Option<Run> {
        self.history.runs(&self.sheet, 1).await.ok().and_then(|runs| runs.into_iter().next())
    }

    fn settings(&self) -> AlertSettings {
        self.alerts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn last_full(runs: &[Run]) -> Option<&Run> {
    runs.iter().find(|run| run.kind == RunKind::Full)
}

fn verdicts(report: &Report) -> String {
    let counts = report.summary.by_verdict.iter().filter(|(_, items)| **items > 0);
    counts.map(|(verdict, items)| format!("{verdict} {items}")).collect::<Vec<_>>().join(", ")
}

/// How long to wait after the `failed`-th failure in a row, from 0.
fn back_off(failed: usize) -> Duration {
    ExponentialBuilder::default()
        .with_factor(2.0)
        .with_min_delay(RETRY)
        .with_max_delay(RETRY_MOST)
        .without_max_times()
        .build()
        .nth(failed)
        .unwrap_or(RETRY_MOST)
}

#[cfg(test)]
#[path = "round_tests.rs"]
mod tests;
