//! What is forgotten, and what never is.

use super::sample::{day, finding, item, letter, report};
use super::*;
use crate::history::HistoryError;
use crate::model::{AuditWindow, HistorySettings, LetterState, Outcome, Verdict};

/// A run a day, for 40 days. The item fails on days 5 to 9, and from day 20 on.
async fn forty(store: &Store) -> Vec<Report> {
    let mut all = Vec::new();
    for at in 0..40 {
        let fails = (5..10).contains(&at) || at >= 20;
        let verdict = if fails { Verdict::Fail } else { Verdict::Pass };
        let findings = vec![finding(0, 1, Outcome::Pass, 0.into()), finding(0, 2, Outcome::Pass, (at / 10).into())];
        all.push(report(day(at), vec![item("6.2", &[(verdict, 0)])], findings, at.unsigned_abs()));
        store.commit(run("shop", at, &all[usize::try_from(at).unwrap()])).await.unwrap();
    }
    all
}

async fn seqs(store: &Store) -> Vec<i64> {
    let mut seqs: Vec<i64> = store.runs("shop", 0).await.unwrap().iter().map(|run| run.seq).collect();
    seqs.sort_unstable();
    seqs
}

#[tokio::test]
async fn age_count_audits_letters_and_open_alerts_decide() {
    for Database { store, .. } in databases().await {
        let reports = forty(&store).await;
        let waiting = letter(&reports[7], "shop", "x/ops", day(7));
        store.post(&[waiting]).await.unwrap();
        let settings = HistorySettings {
            keep_days: 10,
            keep_runs: 12,
            audits: vec![AuditWindow { from: day(2).date_naive(), until: day(3).date_naive() }],
            ..HistorySettings::default()
        };
        let free = store.forget("shop", &settings, day(40)).await.unwrap();
        // Twelve runs; the audit's days 2 and 3; day 20, which showed what is still open.
        let left: Vec<i64> = [3, 4, 21].into_iter().chain(29..=40).collect();
        assert_eq!(seqs(&store).await, left);
        let mut gone: Vec<String> = (0..40_usize)
            .filter(|at| !left.contains(&(i64::try_from(*at).unwrap() + 1)))
            .map(|at| reports[at].run.snapshot.sha256.clone())
            .collect();
        gone.sort();
        assert_eq!(free, gone);
        for seq in left {
            let was = &reports[usize::try_from(seq - 1).unwrap()];
            assert_eq!(rendered(&store.report("shop", seq).await.unwrap()), rendered(was), "run {seq}");
        }
        assert!(matches!(store.report("shop", 1).await, Err(HistoryError::Missing { .. })));
        // Since when it is open is known all the same, and the next run goes on from here.
        let state = store.state("shop").await.unwrap().unwrap();
        assert_eq!((state.seq, state.items[0].since), (40, day(20)));
        let stretches = store.stretches("shop", None).await.unwrap();
        assert_eq!(stretches.iter().map(|stretch| stretch.seqs).collect::<Vec<_>>(), [(1, 5), (21, 40)]);
        assert_eq!(store.forget("shop", &settings, day(40)).await.unwrap(), Vec::<String>::new());
        assert_eq!(store.commit(run("shop", 40, &reports[39])).await.unwrap(), 41);
    }
}

#[tokio::test]
async fn what_an_undelivered_letter_speaks_of_stays() {
    for Database { store, .. } in databases().await {
        let mut reports = Vec::new();
        for at in 0..6_i64 {
            reports.push(report(day(at), vec![item("6.2", &[(Verdict::Pass, 0)])], Vec::new(), at.unsigned_abs()));
            let last = reports.last().unwrap();
            let letters = [letter(last, "shop", &format!("{at}/ops"), day(at))];
            store.commit(telling(run("shop", at, last), &[], &letters)).await.unwrap();
        }
        for at in [0, 1, 5] {
            store.attempted(&format!("{at}/ops"), LetterState::Delivered, None, day(at), day(at)).await.unwrap();
        }
        store.attempted("2/ops", LetterState::Dead, Some("410"), day(2), day(2)).await.unwrap();
        store.post(&[letter(&reports[0], "shop", "test/ops", day(0))]).await.unwrap();
        store.attempted("test/ops", LetterState::Delivered, None, day(0), day(0)).await.unwrap();
        let settings = HistorySettings { keep_days: 0, keep_runs: 0, ..HistorySettings::default() };
        store.forget("shop", &settings, day(100)).await.unwrap();
        assert_eq!(seqs(&store).await, [3, 4, 5, 6]);
        let letters = store.letters(Default::default()).await.unwrap();
        let mut ids: Vec<&str> = letters.iter().map(|letter| letter.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["2/ops", "3/ops", "4/ops", "5/ops"]);
        assert!(store.forget("no such sheet", &settings, day(100)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_snapshot_that_another_sheet_refers_to_stays() {
    for Database { store, .. } in databases().await {
        let old = report(day(0), Vec::new(), Vec::new(), 1);
        let new = report(day(1), Vec::new(), Vec::new(), 2);
        store.commit(run("shop", 0, &old)).await.unwrap();
        store.commit(run("shop", 1, &new)).await.unwrap();
        store.commit(run("other", 0, &old)).await.unwrap();
        let settings = HistorySettings { keep_days: 0, keep_runs: 0, ..HistorySettings::default() };
        assert!(store.forget("shop", &settings, day(100)).await.unwrap().is_empty());
        assert_eq!(seqs(&store).await, [2]);
    }
}
