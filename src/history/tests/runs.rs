//! Runs in and out.

use sqlx::Connection;

use super::sample::{day, finding, item, letter, of, report, transition};
use super::*;
use crate::history::HistoryError;
use crate::model::{ChangeKind, Outcome, ReminderOf, Subject, Verdict};

fn sample(at: i64, verdict: Verdict) -> Report {
    let findings = (0..6).map(|n| finding(n % 2, n, Outcome::Pass, n.into())).collect();
    let items = vec![item("6.2", &[(Verdict::Pass, 1)]), item("6.10", &[(verdict, 0), (Verdict::Pass, 1)])];
    let mut report = report(day(at), items, findings, at.unsigned_abs());
    report.findings.sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    report
}

#[tokio::test]
async fn a_run_comes_back_as_it_was_written() {
    for Database { store, .. } in databases().await {
        assert_eq!(store.state("shop").await.unwrap(), None);
        assert!(store.runs("shop", 0).await.unwrap().is_empty());
        let first = sample(0, Verdict::Pass);
        let second = sample(1, Verdict::Fail);
        assert_eq!(store.commit(run("shop", 0, &first)).await.unwrap(), 1);
        let told = [transition(&second, "shop", "6.10", ChangeKind::Broken)];
        let letters = [letter(&second, "shop", "a/ops", day(1))];
        assert_eq!(store.commit(telling(run("shop", 1, &second), &told, &letters)).await.unwrap(), 2);

        for (seq, report) in [(1, &first), (2, &second)] {
            assert_eq!(rendered(&store.report("shop", seq).await.unwrap()), rendered(report));
            let frame = Report { findings: Vec::new(), ..report.clone() };
            assert_eq!(rendered(&store.frame("shop", seq).await.unwrap()), rendered(&frame));
        }
        let (found, count) = store.findings("shop", 2, &["rds/check-1".to_owned()], 2).await.unwrap();
        assert_eq!((found.len(), count), (2, 3));
        assert_eq!(found.first(), second.findings.iter().find(|finding| finding.check == "rds/check-1"));

        let state = store.state("shop").await.unwrap().unwrap();
        assert_eq!((state.seq, state.clock, &state.run), (2, day(1), &second.run.id));
        assert_eq!(state.findings, second.findings);
        let item = state.items.iter().find(|item| item.id == "6.10").unwrap();
        assert_eq!((item.verdict, item.since, item.told), (Verdict::Fail, day(1), Some(day(1))));
        assert_eq!(item.claims.iter().map(|claim| claim.since).collect::<Vec<_>>(), [day(1), day(0)]);
        let other = state.items.iter().find(|item| item.id == "6.2").unwrap();
        assert_eq!((other.since, other.told), (day(0), None));

        let stretches = store.stretches("shop", Some("6.10")).await.unwrap();
        let own: Vec<_> = stretches.iter().filter(|stretch| stretch.claim.is_none()).collect();
        assert_eq!(own.len(), 2);
        assert_eq!((own[0].verdict, own[0].from, own[0].until, own[0].seqs), (Verdict::Pass, day(0), day(0), (1, 1)));
        assert_eq!((own[1].verdict, own[1].from, own[1].until, own[1].seqs), (Verdict::Fail, day(1), day(1), (2, 2)));
        assert_eq!(store.stretches("shop", None).await.unwrap().len(), 3);

        assert_eq!(store.transitions("shop", Some("6.10"), None, 0).await.unwrap(), told);
        assert_eq!(store.transitions("shop", None, Some(1), 0).await.unwrap(), []);
        assert_eq!(store.sheets().await.unwrap(), ["shop"]);
        let runs = store.runs("shop", 0).await.unwrap();
        assert_eq!(
            runs.iter().map(|run| (run.seq, run.transitions, run.findings)).collect::<Vec<_>>(),
            [(2, 1, 6), (1, 0, 6)]
        );
        assert_eq!(runs[0].summary, second.summary);
        assert_eq!(runs[0].finished, day(1) + chrono::Duration::seconds(102));
    }
}

#[tokio::test]
async fn a_run_is_found_by_number_id_and_age() {
    for Database { store, .. } in databases().await {
        let reports: Vec<Report> = (0..3).map(|at| sample(at, Verdict::Pass)).collect();
        for (after, report) in (0..).zip(&reports) {
            store.commit(run("shop", after, report)).await.unwrap();
        }
        let id = reports[1].run.id.clone();
        // Characters that mean something to LIKE mean nothing here.
        for (which, seq) in [("1", 1), ("latest", 3), ("latest~1", 2), (id.as_str(), 2), (&id[..14], 2)] {
            assert_eq!(store.run("shop", which).await.unwrap().seq, seq, "{which}");
        }
        for which in ["4", "latest~3", "latest~x", "run", "run_", "ru%%", "", "-1"] {
            let error = store.run("shop", which).await.unwrap_err();
            assert!(matches!(error, HistoryError::Missing { .. }), "{which}: {error}");
        }
        let error = store.run("shop", "run-").await.unwrap_err();
        assert!(matches!(error, HistoryError::Ambiguous { .. }), "{error}");
        assert!(store.report("shop", 4).await.is_err());
        assert!(store.run("other", "latest").await.is_err());
    }
}

#[tokio::test]
async fn a_run_that_was_compared_with_an_older_one_is_refused() {
    for Database { store, .. } in databases().await {
        let report = sample(0, Verdict::Pass);
        store.commit(run("shop", 0, &report)).await.unwrap();
        for after in [0, 2] {
            let error = store.commit(run("shop", after, &report)).await.unwrap_err();
            assert!(matches!(error, HistoryError::Overtaken { found: 1, .. }), "{error}");
        }
        let error = store.commit(run("other", 3, &report)).await.unwrap_err();
        assert!(matches!(error, HistoryError::Overtaken { found: 0, .. }), "{error}");
        assert_eq!(store.sheets().await.unwrap(), ["shop"]);
        // Ten at once: one gets through.
        let next = sample(1, Verdict::Fail);
        let all = futures::future::join_all((0..10).map(|_| store.commit(run("shop", 1, &next)))).await;
        assert_eq!(all.iter().filter(|done| done.is_ok()).count(), 1);
        assert_eq!(store.state("shop").await.unwrap().unwrap().seq, 2);
    }
}

#[tokio::test]
async fn sheets_that_begin_at_once_get_in_each_others_way_nowhere() {
    for Database { store, .. } in databases().await {
        let report = sample(0, Verdict::Pass);
        let names: Vec<String> = (0..8).map(|n| format!("sheet {n}")).collect();
        let all = futures::future::join_all(names.iter().map(|name| store.commit(run(name, 0, &report)))).await;
        assert!(all.iter().all(|done| matches!(done, Ok(1))), "{all:?}");
        assert_eq!(store.sheets().await.unwrap(), names);
    }
}

#[tokio::test]
async fn a_commit_that_fails_halfway_leaves_nothing() {
    for Database { store, .. } in databases().await {
        let first = sample(0, Verdict::Pass);
        store.commit(run("shop", 0, &first)).await.unwrap();
        let before = store.state("shop").await.unwrap();
        let second = sample(1, Verdict::Fail);
        let twice = transition(&second, "shop", "6.10", ChangeKind::Broken);
        let letters = [letter(&second, "shop", "a/ops", day(1))];
        let both = [twice.clone(), twice.clone()];
        let error = store.commit(telling(run("shop", 1, &second), &both, &letters)).await.unwrap_err();
        assert!(matches!(error, HistoryError::Database { .. }), "{error}");
        assert_eq!(store.state("shop").await.unwrap(), before);
        assert_eq!(store.letters(Default::default()).await.unwrap(), []);
        assert_eq!(store.stretches("shop", Some("6.10")).await.unwrap().len(), 3);
        assert_eq!(store.runs("shop", 0).await.unwrap().len(), 1);
        // And is no obstacle to the next one.
        let told = [twice];
        assert_eq!(store.commit(telling(run("shop", 1, &second), &told, &letters)).await.unwrap(), 2);
        assert_eq!(store.letters(Default::default()).await.unwrap(), letters);
    }
}

#[tokio::test]
async fn what_was_told_is_remembered() {
    for Database { store, .. } in databases().await {
        let date = Subject::Reminder {
            of: ReminderOf::Attestation,
            target: "meti-2013/6.10/claim-1".to_owned(),
            resource: None,
            ends: "2026-02-01T00:00:00Z".to_owned(),
            within: 30,
        };
        let first = sample(0, Verdict::Fail);
        let told = [
            of(&first, "shop", Subject::Sheet, ChangeKind::Began),
            of(&first, "shop", date.clone(), ChangeKind::Expiring),
        ];
        store.commit(telling(run("shop", 0, &first), &told, &[])).await.unwrap();
        // The end of a claim's attestation is a matter of its item.
        assert_eq!(store.transitions("shop", Some("6.10"), None, 0).await.unwrap(), [told[1].clone()]);
        let second = sample(1, Verdict::Fail);
        let reminded = ["6.10".to_owned(), "no such item".to_owned()];
        store.commit(NewRun { reminded: &reminded, ..run("shop", 1, &second) }).await.unwrap();
        let state = store.state("shop").await.unwrap().unwrap();
        assert_eq!(state.told, [date]);
        let of = |id: &str| state.items.iter().find(|item| item.id == id).unwrap().told;
        assert_eq!((of("6.10"), of("6.2")), (Some(day(1)), None));
        // An item that left the sheet and comes back is a new one.
        let mut without = sample(2, Verdict::Fail);
        without.items.retain(|item| item.id != "6.10");
        store.commit(run("shop", 2, &without)).await.unwrap();
        store.commit(run("shop", 3, &sample(3, Verdict::Fail))).await.unwrap();
        let state = store.state("shop").await.unwrap().unwrap();
        let item = state.items.iter().find(|item| item.id == "6.10").unwrap();
        assert_eq!((item.told, item.since), (None, day(3)));
    }
}

#[tokio::test]
async fn one_run_at_a_time_holds_the_lock() {
    for Database { store, place, .. } in databases().await {
        let other = Store::open(&place).await.unwrap();
        let held = store.lock("shop").await.unwrap().expect("nobody has it");
        assert!(other.lock("shop").await.unwrap().is_none(), "{place:?}: two had it at once");
        assert!(store.lock("shop").await.unwrap().is_none(), "{place:?}: the same process had it twice");
        assert!(other.lock("another").await.unwrap().is_some());
        drop(held);
        let mut again = None;
        // PostgreSQL's server has to notice that the connection is gone.
        for _ in 0..100 {
            again = other.lock("shop").await.unwrap();
            if again.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(again.is_some(), "{place:?}: it was not released");
    }
}

#[tokio::test]
async fn tables_of_a_newer_program_are_not_touched() {
    for Database { store, place, .. } in databases().await {
        store.close().await;
        match &place {
            Place::Sqlite(path) => {
                let url = format!("sqlite://{}", path.display());
                let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
                sqlx::query("UPDATE _sqlx_migrations SET version = 9999").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Place::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
                sqlx::query("UPDATE _sqlx_migrations SET version = 9999").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
        let error = Store::open(&place).await.unwrap_err();
        assert!(matches!(error, HistoryError::Version { .. }), "{error}");
        assert!(error.to_string().contains("9999"), "{error}");
    }
}

#[tokio::test]
async fn several_open_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut places = vec![Place::Sqlite(folder.path().join("history.db"))];
    let server = postgres::server();
    if let Some(server) = &server {
        places.push(Place::Postgres(server.database().await));
    }
    for place in places {
        let opened = futures::future::join_all((0..6).map(|_| Store::open(&place))).await;
        for store in opened {
            assert!(store.unwrap().sheets().await.unwrap().is_empty());
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/history.db");
    let store = Store::open(&Place::Sqlite(path.clone())).await.unwrap();
    store.commit(run("shop", 0, &sample(0, Verdict::Pass))).await.unwrap();
    let _held = store.lock("shop").await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = entry.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn no_message_holds_the_password() {
    let place = Place::Postgres("postgres://kakunin:hunter2@127.0.0.1:1/kakunin?connect_timeout=1".to_owned());
    let error = Store::open(&place).await.unwrap_err();
    for text in [format!("{place:?}"), error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(error.to_string().starts_with("127.0.0.1:1/kakunin: "), "{error}");
}
