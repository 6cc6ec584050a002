//! An outbox in memory, with what the contract of the history says of leases.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::future::{BoxFuture, FutureExt, ready};

use crate::history::{Answer, History, HistoryError, LetterFilter, NewRun, Run, RunLock, Stretch};
use crate::model::*;

/// Letters with the end of their leases.
#[derive(Default)]
pub(in crate::alert) struct Memory {
    letters: Mutex<BTreeMap<String, (Letter, Option<Moment>)>>,
    /// Answers to the next calls of `attempted` that fail.
    pub(super) sick: Mutex<u32>,
}

fn missing<T: Send + 'static>() -> BoxFuture<'static, Result<T, HistoryError>> {
    ready(Err(HistoryError::Missing { what: "a history".to_owned(), help: "this one is an outbox".to_owned() })).boxed()
}

impl Memory {
    pub(super) fn of(letters: Vec<Letter>) -> Self {
        let letters = letters.into_iter().map(|letter| (letter.id.clone(), (letter, None))).collect();
        Self { letters: Mutex::new(letters), sick: Mutex::new(0) }
    }

    pub(super) fn all(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().values().map(|(letter, _)| letter.clone()).collect()
    }

    pub(super) fn get(&self, id: &str) -> Letter {
        self.letters.lock().unwrap()[id].0.clone()
    }

    /// When something is due next, leases counted in.
    pub(super) fn next(&self) -> Option<Moment> {
        let letters = self.letters.lock().unwrap();
        let waiting = letters.values().filter(|(letter, _)| letter.state == LetterState::Waiting);
        waiting.map(|(letter, lease)| lease.map_or(letter.due, |lease| lease.max(letter.due))).min()
    }
}

impl History for Memory {
    fn lock<'a>(&'a self, _: &'a str) -> Answer<'a, Option<Box<dyn RunLock>>> {
        missing()
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
    fn runs<'a>(&'a self, _: &'a str, _: u32) -> Answer<'a, Vec<Run>> {
        missing()
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

    fn due(&self, now: Moment, until: Moment, limit: u32) -> Answer<'_, Vec<Letter>> {
        let mut letters = self.letters.lock().unwrap();
        let mut due: Vec<&mut (Letter, Option<Moment>)> = letters
            .values_mut()
            .filter(|(letter, lease)| {
                letter.state == LetterState::Waiting && letter.due <= now && lease.is_none_or(|lease| lease <= now)
            })
            .collect();
        due.sort_by_key(|(letter, _)| (letter.due, letter.id.clone()));
        due.truncate(limit as usize);
        let taken = due.into_iter().map(|entry| {
            entry.1 = Some(until);
            entry.0.clone()
        });
        let taken: Vec<Letter> = taken.collect();
        async move {
            // A database gives the others a turn.
            tokio::task::yield_now().await;
            Ok(taken)
        }
        .boxed()
    }

    fn attempted<'a>(
        &'a self,
        letter: &'a str,
        state: LetterState,
        error: Option<&'a str>,
        due: Moment,
        now: Moment,
    ) -> Answer<'a, ()> {
        {
            let mut sick = self.sick.lock().unwrap();
            if *sick > 0 {
                *sick -= 1;
                return missing();
            }
        }
        if let Some((letter, lease)) = self.letters.lock().unwrap().get_mut(letter) {
            letter.state = state;
            letter.error = error.map(str::to_owned);
            letter.due = due;
            letter.attempts += 1;
            letter.ended = (state != LetterState::Waiting).then_some(now);
            *lease = None;
        }
        ready(Ok(())).boxed()
    }

    fn letters(&self, filter: LetterFilter) -> Answer<'_, Vec<Letter>> {
        let all = self.all().into_iter().filter(|l| filter.state.is_none_or(|state| l.state == state)).collect();
        ready(Ok(all)).boxed()
    }

    fn revive<'a>(&'a self, letter: &'a str, now: Moment) -> Answer<'a, ()> {
        if let Some((letter, _)) = self.letters.lock().unwrap().get_mut(letter) {
            (letter.state, letter.due, letter.attempts, letter.ended) = (LetterState::Waiting, now, 0, None);
        }
        ready(Ok(())).boxed()
    }

    fn post<'a>(&'a self, letters: &'a [Letter]) -> Answer<'a, ()> {
        let mut all = self.letters.lock().unwrap();
        for letter in letters {
            all.entry(letter.id.clone()).or_insert_with(|| (letter.clone(), None));
        }
        ready(Ok(())).boxed()
    }

    fn note<'a>(&'a self, _: &'a str) -> Answer<'a, Option<String>> {
        missing()
    }
    fn keep<'a>(&'a self, _: &'a str, _: &'a str) -> Answer<'a, ()> {
        missing()
    }
    fn forget<'a>(&'a self, _: &'a str, _: &'a HistorySettings, _: Moment) -> Answer<'a, Vec<String>> {
        missing()
    }
}
