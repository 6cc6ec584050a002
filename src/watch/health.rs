//! How the watch is: alive, ready, in numbers and in JSON, over HTTP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::clock::Clock;
use super::metrics::{Metrics, RunResult};
use super::notes::Failure;
use super::schedule::Schedule;
use crate::history::{History, LetterFilter, Run, RunKind};
use crate::model::{LetterState, Moment, Summary};

/// A loop that has not moved for so long is stuck: it moves at least once a minute.
const STUCK: Duration = Duration::from_secs(120);
/// Runs that `/state` lists.
const RUNS: u32 = 10;
/// Letters of one state and sheet that are counted at most.
const LETTERS: u32 = 10_000;

struct Watched {
    history: Arc<dyn History>,
    schedule: Schedule,
    moved: Duration,
    last: Option<Moment>,
    took: Duration,
    failure: Option<Failure>,
    next: Option<Moment>,
    running: Option<Moment>,
}

/// What all parts tell, and what is told of them.
pub struct Health {
    clock: Arc<dyn Clock>,
    /// The numbers.
    pub metrics: Metrics,
    sheets: Mutex<BTreeMap<String, Watched>>,
    looking: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health").field("sheets", &self.sheets().keys()).finish_non_exhaustive()
    }
}

impl Health {
    /// Of nothing yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, metrics: Metrics::default(), sheets: Mutex::default(), looking: tokio::sync::Mutex::default() }
    }

    fn sheets(&self) -> MutexGuard<'_, BTreeMap<String, Watched>> {
        // What is behind it is whole after any panic: single fields are set.
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with(&self, sheet: &str, change: impl FnOnce(&mut Watched)) {
        if let Some(watched) = self.sheets().get_mut(sheet) {
            change(watched);
        }
    }

    /// A sheet is watched from now on.
    pub fn watch(&self, sheet: &str, history: Arc<dyn History>, schedule: Schedule) {
        self.metrics.begin(sheet);
        let watched = Watched {
            history,
            schedule,
            moved: self.clock.passed(),
            last: None,
            took: Duration::ZERO,
            failure: None,
            next: None,
            running: None,
        };
        self.sheets().insert(sheet.to_owned(), watched);
    }

    /// Its loop moves.
    pub fn moved(&self, sheet: &str) {
        let passed = self.clock.passed();
        self.with(sheet, |watched| watched.moved = passed);
    }

    /// What the history holds of it, the newest run first: found at the start, and when another process ran it.
    pub fn remembered(&self, sheet: &str, runs: &[Run]) {
        if let Some(newest) = runs.first() {
            self.metrics.verdicts(sheet, &newest.summary);
        }
        if let Some(full) = runs.iter().find(|run| run.kind == RunKind::Full) {
            self.with(sheet, |watched| watched.last = Some(full.clock));
        }
    }

    /// A run began.
    pub fn began(&self, sheet: &str) {
        let now = self.clock.now();
        self.with(sheet, |watched| watched.running = Some(now));
    }

    /// A run is in the history.
    pub fn recorded(
        &self,
        sheet: &str,
        kind: RunKind,
        clock: Moment,
        summary: &Summary,
        api_calls: u64,
        took: Duration,
    ) {
        self.metrics.run(sheet, kind, RunResult::Ok, Some(took));
        self.metrics.api_calls(sheet, api_calls);
        self.metrics.verdicts(sheet, summary);
        self.with(sheet, |watched| {
            if kind == RunKind::Full {
                watched.running = None;
                watched.last = Some(clock);
                watched.took = took;
                watched.failure = None;
            }
        });
    }

    /// A run ended otherwise.
    pub fn ended(&self, sheet: &str, kind: RunKind, result: RunResult, took: Option<Duration>) {
        self.metrics.run(sheet, kind, result, took);
        if kind == RunKind::Full {
            self.with(sheet, |watched| watched.running = None);
        }
    }

    /// Runs fail, or do so no longer.
    pub fn failing(&self, sheet: &str, failure: Option<Failure>) {
        self.with(sheet, |watched| watched.failure = failure);
    }

    /// When the next run starts.
    pub fn next(&self, sheet: &str, next: Option<Moment>) {
        self.metrics.next(sheet, next);
        self.with(sheet, |watched| watched.next = next);
    }

    /// Clock of the last full run.
    pub fn last(&self, sheet: &str) -> Option<Moment> {
        self.sheets().get(sheet).and_then(|watched| watched.last)
    }

    /// Loops that are stuck, in words; none: alive.
    pub fn stuck(&self) -> Vec<String> {
        let passed = self.clock.passed();
        let sheets = self.sheets();
        let still = |watched: &Watched| passed.saturating_sub(watched.moved);
        sheets
            .iter()
            .filter(|(_, watched)| still(watched) > STUCK)
            .map(|(sheet, watched)| format!("{sheet}: the loop has not moved for {} seconds", still(watched).as_secs()))
            .collect()
    }

    /// Why what this process says may be old, in words; none: ready.
    pub fn unready(&self) -> Vec<String> {
        let now = self.clock.now();
        self.sheets().iter().filter_map(|(sheet, watched)| unready(sheet, watched, now)).collect()
    }

    /// One line about everything, for the service manager.
    pub fn line(&self) -> String {
        let sheets = self.sheets();
        let mut parts = Vec::new();
        for (sheet, watched) in sheets.iter() {
            let last = watched.last.map_or_else(|| "no run yet".to_owned(), |last| format!("last run {}", short(last)));
            let next = match (watched.running, watched.next) {
                (Some(since), _) => format!("running since {}", short(since)),
                (None, Some(next)) => format!("next run {}", short(next)),
                (None, None) => "no next run".to_owned(),
            };
            let failing = if watched.failure.is_some() { ", failing" } else { "" };
            parts.push(format!("{sheet}: {last}, {next}{failing}"));
        }
        parts.join("; ")
    }

    /// `/metrics`, with what is counted anew at each look.
    pub async fn numbers(&self) -> String {
        let now = self.clock.now();
        let mut letters: BTreeMap<(String, String, &'static str), usize> = BTreeMap::new();
        for (sheet, history) in self.histories() {
            for state in [LetterState::Waiting, LetterState::Dead] {
                let filter = LetterFilter { sheet: Some(sheet.clone()), state: Some(state), limit: LETTERS };
                match history.letters(filter).await {
                    Ok(found) => {
                        for letter in found {
                            *letters.entry((sheet.clone(), letter.channel, state.label())).or_default() += 1;
                        }
                    }
                    Err(error) => tracing::warn!(sheet, %error, "letters cannot be counted"),
                }
            }
        }
        let _one_at_a_time = self.looking.lock().await;
        self.metrics.letters(&letters);
        for (sheet, watched) in self.sheets().iter() {
            if let Some(last) = watched.last {
                self.metrics.success(sheet, last, now);
            }
        }
        self.metrics.text()
    }

    /// `/state`.
    pub async fn state(&self) -> Value {
        let mut sheets = Vec::new();
        for (sheet, history) in self.histories() {
            let (runs, mut error) = match history.runs(&sheet, RUNS).await {
                Ok(runs) => (runs, None),
                Err(error) => (Vec::new(), Some(error.to_string())),
            };
            let mut letters = BTreeMap::new();
            for state in [LetterState::Waiting, LetterState::Dead] {
                let filter = LetterFilter { sheet: Some(sheet.clone()), state: Some(state), limit: LETTERS };
                match history.letters(filter).await {
                    Ok(found) => _ = letters.insert(state.label(), found.len()),
                    Err(found) => error = Some(found.to_string()),
                }
            }
            let mut shown = json!({ "sheet": sheet, "runs": runs, "letters": letters, "error": error });
            self.with(&sheet, |watched| {
                if let Value::Object(shown) = &mut shown {
                    shown.insert("last_success".to_owned(), json!(watched.last));
                    shown.insert("next_run".to_owned(), json!(watched.next));
                    shown.insert("running_since".to_owned(), json!(watched.running));
                    shown.insert("failure".to_owned(), json!(watched.failure));
                }
            });
            sheets.push(shown);
        }
        let (received, poison, lag) = self.metrics.events_so_far();
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "now": self.clock.now(),
            "ready": self.unready().is_empty(),
            "sheets": sheets,
            "events": { "received": received, "poison": poison, "lag_seconds": lag },
        })
    }

    fn histories(&self) -> Vec<(String, Arc<dyn History>)> {
        self.sheets().iter().map(|(sheet, watched)| (sheet.clone(), Arc::clone(&watched.history))).collect()
    }
}

fn short(moment: Moment) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn unready(sheet: &str, watched: &Watched, now: Moment) -> Option<String> {
    if let Some(failure) = &watched.failure {
        return Some(format!(
            "{sheet}: no run could be made since {}, {} attempts: {}",
            short(failure.since),
            failure.attempts,
            failure.why
        ));
    }
    let Some(last) = watched.last else {
        return Some(format!("{sheet}: there is no run yet"));
    };
    let took = chrono::Duration::from_std(watched.took).unwrap_or_default();
    watched.schedule.overdue(last, now, took).then(|| {
        format!("{sheet}: the last run is of {}, and two scheduled moments have passed since then", short(last))
    })
}

/// The pages.
pub fn router(health: Arc<Health>) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/state", get(state))
        .route("/metrics", get(numbers))
        .with_state(health)
}

fn told(wrong: &[String], well: &str) -> Response {
    if wrong.is_empty() {
        (StatusCode::OK, format!("{well}\n")).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", wrong.join("\n"))).into_response()
    }
}

async fn alive(State(health): State<Arc<Health>>) -> Response {
    told(&health.stuck(), "alive")
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    told(&health.unready(), "ready")
}

async fn state(State(health): State<Arc<Health>>) -> Response {
    axum::Json(health.state().await).into_response()
}

async fn numbers(State(health): State<Arc<Health>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], health.numbers().await).into_response()
}
