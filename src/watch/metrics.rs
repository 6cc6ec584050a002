//! What Prometheus is told. Names by its conventions: base units, `_total` at the end of what only grows.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::history::RunKind;
use crate::model::{Moment, Summary};

/// A gauge of seconds, or of seconds since 1970.
type Seconds = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfSheet {
    sheet: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfRun {
    sheet: String,
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfResult {
    sheet: String,
    kind: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfVerdict {
    sheet: String,
    verdict: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfLetters {
    sheet: String,
    channel: String,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfPart {
    part: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfDelivery {
    channel: String,
    outcome: &'static str,
}

/// How a run ended, for the count of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunResult {
    /// It is in the history.
    Ok,
    /// It could not be made or not be kept.
    Failed,
    /// Another process was at it.
    Skipped,
    /// The program was asked to stop.
    Cancelled,
}

impl RunResult {
    fn label(self) -> &'static str {
        match self {
            RunResult::Ok => "ok",
            RunResult::Failed => "failed",
            RunResult::Skipped => "skipped",
            RunResult::Cancelled => "cancelled",
        }
    }
}

fn kind_label(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Full => "full",
        RunKind::Partial => "partial",
    }
}

/// All numbers of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    runs: Family<OfResult, Counter>,
    took: Family<OfRun, Histogram, fn() -> Histogram>,
    api_calls: Family<OfSheet, Counter>,
    items: Family<OfVerdict, Gauge>,
    last_success: Family<OfSheet, Seconds>,
    since_success: Family<OfSheet, Seconds>,
    next_run: Family<OfSheet, Seconds>,
    letters: Family<OfLetters, Gauge>,
    deliveries: Family<OfDelivery, Counter>,
    events_received: Counter,
    events_poison: Counter,
    event_lag: Seconds,
    event_told: Histogram,
    restarts: Family<OfPart, Counter>,
}

/// Seconds: a replay takes less than one, a large organisation an hour.
fn run_buckets() -> Histogram {
    Histogram::new([0.5, 1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("kakunin");
        let took = Family::<OfRun, Histogram, fn() -> Histogram>::new_with_constructor(run_buckets);
        let event_told = Histogram::new([0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 300.0]);
        let metrics = Self {
            runs: Family::default(),
            took,
            api_calls: Family::default(),
            items: Family::default(),
            last_success: Family::default(),
            since_success: Family::default(),
            next_run: Family::default(),
            letters: Family::default(),
            deliveries: Family::default(),
            events_received: Counter::default(),
            events_poison: Counter::default(),
            event_lag: Seconds::default(),
            event_told,
            restarts: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "build",
            "Version of this program",
            Info::new(vec![("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
        );
        registry.register("runs", "Runs by how they ended", metrics.runs.clone());
        registry.register_with_unit("run_duration", "Time that runs took", Unit::Seconds, metrics.took.clone());
        registry.register("api_calls", "Requests to AWS, retries included", metrics.api_calls.clone());
        registry.register("items", "Items of the sheet by verdict in the last run", metrics.items.clone());
        registry.register_with_unit(
            "last_success_timestamp",
            "Clock of the last full run that is in the history",
            Unit::Seconds,
            metrics.last_success.clone(),
        );
        registry.register_with_unit(
            "since_last_success",
            "Time since the last full run that is in the history",
            Unit::Seconds,
            metrics.since_success.clone(),
        );
        registry.register_with_unit(
            "next_run_timestamp",
            "When the next run starts",
            Unit::Seconds,
            metrics.next_run.clone(),
        );
        registry.register("letters", "Letters in the outbox that are not delivered", metrics.letters.clone());
        registry.register("deliveries", "Attempts to deliver a letter by outcome", metrics.deliveries.clone());
        registry.register("events_received", "Change events taken from the queue", metrics.events_received.clone());
        registry.register("events_poison", "Messages that are no change event", metrics.events_poison.clone());
        registry.register_with_unit(
            "event_lag",
            "Age of the oldest change that the last run over change events saw, when that run ended",
            Unit::Seconds,
            metrics.event_lag.clone(),
        );
        registry.register_with_unit(
            "event_to_run",
            "From a change event's arrival to the end of the run that it led to",
            Unit::Seconds,
            metrics.event_told.clone(),
        );
        registry.register("restarts", "Parts of the program that failed and were begun anew", metrics.restarts.clone());
        Self { registry, ..metrics }
    }
}

fn seconds(moment: Moment) -> f64 {
    moment.timestamp_millis() as f64 / 1000.0
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Metrics {
    fn of(sheet: &str) -> OfSheet {
        OfSheet { sheet: sheet.to_owned() }
    }

    /// A sheet is watched: what counts it is there from the start, at 0, so that an alert on its growth can be written.
    pub fn begin(&self, sheet: &str) {
        let kind = kind_label(RunKind::Full);
        for result in [RunResult::Ok, RunResult::Failed, RunResult::Skipped, RunResult::Cancelled] {
            let labels = OfResult { sheet: sheet.to_owned(), kind, result: result.label() };
            drop(self.runs.get_or_create(&labels));
        }
        drop(self.api_calls.get_or_create(&Self::of(sheet)));
    }

    /// A run ended.
    pub fn run(&self, sheet: &str, kind: RunKind, result: RunResult, took: Option<Duration>) {
        let kind = kind_label(kind);
        self.runs.get_or_create(&OfResult { sheet: sheet.to_owned(), kind, result: result.label() }).inc();
        if let Some(took) = took {
            self.took.get_or_create(&OfRun { sheet: sheet.to_owned(), kind }).observe(took.as_secs_f64());
        }
    }

    /// Requests that a run took.
    pub fn api_calls(&self, sheet: &str, calls: u64) {
        self.api_calls.get_or_create(&Self::of(sheet)).inc_by(calls);
    }

    /// What the last run says.
    pub fn verdicts(&self, sheet: &str, summary: &Summary) {
        for (verdict, items) in &summary.by_verdict {
            let labels = OfVerdict { sheet: sheet.to_owned(), verdict: verdict.clone() };
            self.items.get_or_create(&labels).set(count(*items));
        }
    }

    /// When the last full run was, seen at `now`.
    pub fn success(&self, sheet: &str, last: Moment, now: Moment) {
        self.last_success.get_or_create(&Self::of(sheet)).set(seconds(last));
        self.since_success.get_or_create(&Self::of(sheet)).set(seconds(now) - seconds(last));
    }

    /// When the next run starts; none: never.
    pub fn next(&self, sheet: &str, next: Option<Moment>) {
        match next {
            Some(next) => {
                self.next_run.get_or_create(&Self::of(sheet)).set(seconds(next));
            }
            None => {
                self.next_run.remove(&Self::of(sheet));
            }
        }
    }

    /// Letters of the outbox that are not delivered, by sheet, channel and state: in place of what was told before.
    pub fn letters(&self, counts: &BTreeMap<(String, String, &'static str), usize>) {
        self.letters.clear();
        for ((sheet, channel, state), number) in counts {
            let labels = OfLetters { sheet: sheet.clone(), channel: channel.clone(), state };
            self.letters.get_or_create(&labels).set(count(*number));
        }
    }

    /// An attempt to deliver, by what the channel said.
    pub fn delivery(&self, channel: &str, outcome: &'static str) {
        self.deliveries.get_or_create(&OfDelivery { channel: channel.to_owned(), outcome }).inc();
    }

    /// Change events that were taken, and the age of the oldest that a run saw.
    pub fn events(&self, received: u64, poison: u64, lag: Option<Duration>) {
        self.events_received.inc_by(received);
        self.events_poison.inc_by(poison);
        if let Some(lag) = lag {
            self.event_lag.set(lag.as_secs_f64());
        }
    }

    /// Change events so far: received, poison, and the age of the oldest that the last run saw, in seconds.
    pub fn events_so_far(&self) -> (u64, u64, f64) {
        (self.events_received.get(), self.events_poison.get(), self.event_lag.get())
    }

    /// From a change event's arrival to the end of its run.
    pub fn event_to_run(&self, took: Duration) {
        self.event_told.observe(took.as_secs_f64());
    }

    /// A part was begun anew.
    pub fn restarted(&self, part: &'static str) {
        self.restarts.get_or_create(&OfPart { part }).inc();
    }

    /// All of it, as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string fails only where a metric's own encoding does.
        if encode(&mut text, &self.registry).is_err() {
            text.push_str("# EOF\n");
        }
        text
    }
}
