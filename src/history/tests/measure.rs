//! Measures, run by hand: `cargo test --lib history::tests::measure -- --ignored --nocapture`.

use std::time::Instant;

use super::sample::{day, finding, item, report};
use super::*;
use crate::model::{Finding, Outcome, Verdict};

const ITEMS: usize = 70;
const FINDINGS: usize = 20_000;
/// Answers that 20,000 findings rest on: one of five is asked for each resource alone.
const OBSERVATIONS: usize = 4_000;

fn large(at: i64, values: &[u64]) -> Report {
    let items: Vec<_> =
        (0..ITEMS).map(|n| item(&format!("6.{n}"), &[(Verdict::Pass, n), (Verdict::Pass, n + 1)])).collect();
    let mut findings: Vec<Finding> = (0..)
        .zip(values)
        .map(|(n, value)| {
            let mut finding = finding(n % ITEMS, n, Outcome::Pass, (*value).into());
            finding.evidence = vec![format!("obs-{:05}", n % OBSERVATIONS)];
            finding
        })
        .collect();
    findings.sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    let mut report = report(day(at), items, findings, at.unsigned_abs());
    report.evidence.truncate(OBSERVATIONS);
    report
}

/// Changes one of `every` findings.
fn change(values: &mut [u64], every: usize, night: u64) {
    let offset = usize::try_from(night * 37).unwrap() % every;
    for value in values.iter_mut().skip(offset).step_by(every) {
        *value += 1;
    }
}

async fn size(database: &Database) -> u64 {
    match &database.place {
        Place::Sqlite(path) => {
            let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            connection = connection.foreign_keys(true);
            let mut connection = sqlx::ConnectOptions::connect(&connection).await.unwrap();
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.unwrap();
            std::fs::metadata(path).unwrap().len()
        }
        Place::Postgres(_) => {
            let mut tx = database.store.read().await.unwrap();
            let row = tx.first("SELECT pg_database_size(current_database())", &[]).await.unwrap().unwrap();
            row.int(0).unwrap().unsigned_abs()
        }
    }
}

async fn timed(store: &Store, after: i64, report: &Report) -> std::time::Duration {
    let begin = Instant::now();
    store.commit(run("shop", after, report)).await.unwrap();
    begin.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measure, not a test: minutes"]
async fn large_runs_and_a_year() {
    let nights: u64 = std::env::var("KAKUNIN_NIGHTS").ok().and_then(|n| n.parse().ok()).unwrap_or(365);
    for database in databases().await {
        let store = &database.store;
        eprintln!("{}", store.place());
        let mut values = vec![0; FINDINGS];
        let mut before = size(&database).await;
        let mut after = 0;
        for (what, every) in [("first", 0), ("unchanged", 0), ("1 % changed", 100), ("all changed", 1)] {
            if every > 0 {
                change(&mut values, every, 0);
            }
            let took = timed(store, after, &large(after, &values)).await;
            let now = size(&database).await;
            eprintln!("  commit, {what}: {took:?}, {} KB", now.saturating_sub(before) / 1000);
            (after, before) = (after + 1, now);
        }
        let mut longest = std::time::Duration::ZERO;
        let begin = Instant::now();
        for night in 0..nights {
            change(&mut values, 200, night);
            longest = longest.max(timed(store, after, &large(after, &values)).await);
            after += 1;
        }
        eprintln!("  {nights} nights of 0.5 %: {:?}, the longest commit {longest:?}", begin.elapsed());
        eprintln!("  size {} MB", size(&database).await / 1_000_000);
        for seq in [after, after / 2] {
            let begin = Instant::now();
            let frame = store.frame("shop", seq).await.unwrap();
            let frame_took = begin.elapsed();
            let begin = Instant::now();
            store.findings("shop", seq, &["rds/check-7".to_owned()], 50).await.unwrap();
            let findings_took = begin.elapsed();
            let begin = Instant::now();
            store.report("shop", seq).await.unwrap();
            eprintln!(
                "  run {seq}: frame {frame_took:?} ({} items), one check's findings {findings_took:?}, report {:?}",
                frame.items.len(),
                begin.elapsed()
            );
        }
        let begin = Instant::now();
        store.state("shop").await.unwrap();
        let state_took = begin.elapsed();
        let begin = Instant::now();
        store.runs("shop", 0).await.unwrap();
        let runs_took = begin.elapsed();
        let begin = Instant::now();
        store.stretches("shop", None).await.unwrap();
        eprintln!("  state {state_took:?}, runs {runs_took:?}, stretches {:?}", begin.elapsed());
    }
}
