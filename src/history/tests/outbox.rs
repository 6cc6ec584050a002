//! Letters: none lost, none leased twice.

use std::collections::BTreeSet;

use super::sample::{day, item, letter, report};
use super::*;
use crate::history::{HistoryError, LetterFilter};
use crate::model::{LetterState, Verdict};

fn some_report() -> Report {
    report(day(0), vec![item("6.2", &[(Verdict::Pass, 1)])], Vec::new(), 0)
}

fn seconds(seconds: i64) -> crate::model::Moment {
    day(0) + chrono::Duration::seconds(seconds)
}

#[tokio::test]
async fn a_letter_is_leased_tried_and_delivered() {
    for Database { store, .. } in databases().await {
        let report = some_report();
        let letters: Vec<Letter> = (0..3).map(|n| letter(&report, "shop", &format!("{n}/ops"), seconds(n))).collect();
        store.commit(telling(run("shop", 0, &report), &[], &letters)).await.unwrap();
        assert_eq!(store.due(seconds(-1), seconds(60), 10).await.unwrap(), []);
        assert_eq!(store.due(seconds(1), seconds(60), 10).await.unwrap(), letters[..2]);
        assert_eq!(store.due(seconds(59), seconds(90), 10).await.unwrap(), letters[2..], "the others are leased");
        // A worker that died leaves its letters to the next.
        assert_eq!(store.due(seconds(60), seconds(120), 10).await.unwrap(), letters[..2]);

        store.attempted("0/ops", LetterState::Delivered, None, seconds(0), seconds(61)).await.unwrap();
        store.attempted("1/ops", LetterState::Waiting, Some("503"), seconds(300), seconds(61)).await.unwrap();
        // The first worker was only slow, and reports last: what is delivered stays so.
        store.attempted("0/ops", LetterState::Waiting, Some("timed out"), seconds(400), seconds(62)).await.unwrap();
        assert_eq!(
            store.due(seconds(299), seconds(500), 10).await.unwrap().len(),
            1,
            "only the third, whose lease ran out"
        );
        let again = store.due(seconds(300), seconds(900), 10).await.unwrap();
        assert_eq!(again.len(), 1);
        assert_eq!((again[0].id.as_str(), again[0].attempts, again[0].error.as_deref()), ("1/ops", 1, Some("503")));
        store.attempted("1/ops", LetterState::Dead, Some("410"), seconds(300), seconds(301)).await.unwrap();
        store.attempted("1/ops", LetterState::Waiting, Some("late"), seconds(300), seconds(302)).await.unwrap();

        let dead = LetterFilter { state: Some(LetterState::Dead), sheet: Some("shop".to_owned()), limit: 5 };
        let dead = store.letters(dead).await.unwrap();
        assert_eq!((dead.len(), dead[0].error.as_deref(), dead[0].ended), (1, Some("410"), Some(seconds(301))));
        assert!(matches!(store.revive("0/ops", seconds(400)).await, Err(HistoryError::Missing { .. })));
        store.revive("1/ops", seconds(400)).await.unwrap();
        let revived = store.due(seconds(400), seconds(900), 1).await.unwrap();
        assert_eq!((revived[0].id.as_str(), revived[0].attempts, revived[0].ended), ("1/ops", 0, None));
        let error = store.attempted("none", LetterState::Dead, None, seconds(0), seconds(0)).await.unwrap_err();
        assert!(matches!(error, HistoryError::Missing { .. }), "{error}");

        let of = |sheet: &str| LetterFilter { sheet: Some(sheet.to_owned()), ..LetterFilter::default() };
        assert_eq!(store.letters(of("shop")).await.unwrap().len(), 3);
        assert_eq!(store.letters(of("other")).await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn a_letter_that_is_there_stays_as_it_is() {
    for Database { store, .. } in databases().await {
        let report = some_report();
        let letters = [letter(&report, "shop", "a/ops", day(0))];
        store.post(&letters).await.unwrap();
        store.attempted("a/ops", LetterState::Delivered, None, day(0), day(0)).await.unwrap();
        store.commit(telling(run("shop", 0, &report), &[], &letters)).await.unwrap();
        let all = store.letters(LetterFilter::default()).await.unwrap();
        assert_eq!((all.len(), all[0].state), (1, LetterState::Delivered));
    }
}

#[tokio::test]
async fn two_workers_never_get_the_same_letter() {
    for Database { store, place, .. } in databases().await {
        let other = Store::open(&place).await.unwrap();
        let report = some_report();
        let letters: Vec<Letter> = (0..100).map(|n| letter(&report, "shop", &format!("{n}/ops"), day(0))).collect();
        store.commit(telling(run("shop", 0, &report), &[], &letters)).await.unwrap();
        let take = |store: &Store| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let some = store.due(day(1), day(2), 7).await.unwrap();
                    if some.is_empty() {
                        return taken;
                    }
                    taken.extend(some.into_iter().map(|letter| letter.id));
                }
            })
        };
        let mut all = Vec::new();
        let workers: Vec<_> = [&store, &other, &store, &other].into_iter().map(take).collect();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        // A worker may find nothing while another holds the last rows; they come with the next round.
        all.extend(store.due(day(1), day(2), 100).await.unwrap().into_iter().map(|letter| letter.id));
        assert_eq!(all.len(), 100);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 100);
    }
}

#[tokio::test]
async fn notes_are_kept() {
    for Database { store, .. } in databases().await {
        assert_eq!(store.note("last").await.unwrap(), None);
        store.keep("last", "2026-01-01T00:00:00Z").await.unwrap();
        store.keep("last", "2026-01-02T00:00:00Z").await.unwrap();
        assert_eq!(store.note("last").await.unwrap().as_deref(), Some("2026-01-02T00:00:00Z"));
    }
}
