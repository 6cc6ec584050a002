//! A history in memory for the tests of the watch: runs, notes, the outbox, and a lock that another holds on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::future::{BoxFuture, FutureExt, ready};

use crate::history::{Answer, History, HistoryError, LetterFilter, NewRun, Run, RunKind, RunLock, Stretch};
use crate::model::*;

#[derive(Default)]
pub(super) struct Memory {
    pub(super) runs: Mutex<Vec<Run>>,
    pub(super) notes: Mutex<BTreeMap<String, String>>,
    pub(super) letters: Mutex<Vec<Letter>>,
    pub(super) locked: Arc<Mutex<bool>>,
    pub(super) forgot: Mutex<Vec<Moment>>,
    /// Nothing can be read or written.
    pub(super) sick: Mutex<bool>,
}

struct Held(Arc<Mutex<bool>>);

impl RunLock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = false;
    }
}

fn missing<T: Send + 'static>() -> BoxFuture<'static, Result<T, HistoryError>> {
    ready(Err(HistoryError::Missing { what: "a history".to_owned(), help: "none".to_owned() })).boxed()
}

impl Memory {
    pub(super) fn keep_run(&self, sheet: &str, clock: Moment, report: &Report) -> i64 {
        let mut runs = self.runs.lock().unwrap();
        let seq = i64::try_from(runs.len()).unwrap() + 1;
        runs.push(Run {
            seq,
            id: report.run.id.clone(),
            sheet: sheet.to_owned(),
            kind: RunKind::Full,
            clock,
            started: clock,
            finished: clock,
            snapshot: String::new(),
            summary: report.summary.clone(),
            api_calls: report.run.api_calls,
            findings: report.findings.len(),
            transitions: 0,
        });
        seq
    }

    fn is_sick(&self) -> bool {
        *self.sick.lock().unwrap()
    }
}

impl History for Memory {
    fn lock<'a>(&'a self, _: &'a str) -> Answer<'a, Option<Box<dyn RunLock>>> {
        if self.is_sick() {
            return missing();
        }
        let mut locked = self.locked.lock().unwrap();
        let free = !std::mem::replace(&mut *locked, true);
        let held = free.then(|| Box::new(Held(Arc::clone(&self.locked))) as Box<dyn RunLock>);
        ready(Ok(held)).boxed()
    }
    fn state<'a>(&'a self, _: &'a str) -> Answer<'a, Option<State>> {
        missing()
    }
    fn commit<'a>(&'a self, _: NewRun<'a>) -> Answer<'a, i64> {
        missing()
    }
    fn sheets(&self) -> Answer<'_, Vec<String>> {
        missing()
    }
    fn runs<'a>(&'a self, sheet: &'a str, limit: u32) -> Answer<'a, Vec<Run>> {
        if self.is_sick() {
            return missing();
        }
        let runs = self.runs.lock().unwrap();
        let runs = runs.iter().rev().filter(|run| run.sheet == sheet).take(limit as usize).cloned().collect();
        ready(Ok(runs)).boxed()
    }
    fn run<'a>(&'a self, _: &'a str, _: &'a str) -> Answer<'a, Run> {
        missing()
    }
    fn report<'a>(&'a self, _: &'a str, _: i64) -> Answer<'a, Report> {
        missing()
    }
    fn frame<'a>(&'a self, _: &'a str, _: i64) -> Answer<'a, Report> {
        missing()
    }
    fn findings<'a>(&'a self, _: &'a str, _: i64, _: &'a [String], _: u32) -> Answer<'a, (Vec<Finding>, u64)> {
        missing()
    }
    fn stretches<'a>(&'a self, _: &'a str, _: Option<&'a str>) -> Answer<'a, Vec<Stretch>> {
        missing()
    }
    fn transitions<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a str>,
        _: Option<i64>,
        _: u32,
    ) -> Answer<'a, Vec<Transition>> {
        missing()
    }
    fn due(&self, _: Moment, _: Moment, _: u32) -> Answer<'_, Vec<Letter>> {
        missing()
    }
    fn attempted<'a>(&'a self, _: &'a str, _: LetterState, _: Option<&'a str>, _: Moment, _: Moment) -> Answer<'a, ()> {
        missing()
    }
    fn letters(&self, filter: LetterFilter) -> Answer<'_, Vec<Letter>> {
        let letters = self.letters.lock().unwrap();
        let of = |letter: &&Letter| filter.state.is_none_or(|state| letter.state == state);
        ready(Ok(letters.iter().filter(of).cloned().collect())).boxed()
    }
    fn revive<'a>(&'a self, _: &'a str, _: Moment) -> Answer<'a, ()> {
        missing()
    }
    fn post<'a>(&'a self, letters: &'a [Letter]) -> Answer<'a, ()> {
        if self.is_sick() {
            return missing();
        }
        self.letters.lock().unwrap().extend_from_slice(letters);
        ready(Ok(())).boxed()
    }
    fn note<'a>(&'a self, key: &'a str) -> Answer<'a, Option<String>> {
        if self.is_sick() {
            return missing();
        }
        ready(Ok(self.notes.lock().unwrap().get(key).cloned())).boxed()
    }
    fn keep<'a>(&'a self, key: &'a str, value: &'a str) -> Answer<'a, ()> {
        if self.is_sick() {
            return missing();
        }
        self.notes.lock().unwrap().insert(key.to_owned(), value.to_owned());
        ready(Ok(())).boxed()
    }
    fn forget<'a>(&'a self, _: &'a str, _: &'a HistorySettings, now: Moment) -> Answer<'a, Vec<String>> {
        self.forgot.lock().unwrap().push(now);
        ready(Ok(vec!["0".repeat(64)])).boxed()
    }
}
