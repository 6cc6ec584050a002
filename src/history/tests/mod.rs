//! One suite for both databases: every test runs on SQLite and on a real PostgreSQL.

mod measure;
mod outbox;
mod postgres;
mod property;
mod retention;
mod runs;
mod sample;
mod vault;

use std::sync::Arc;

use super::{History, NewRun, Place, RunKind, Store};
use crate::model::{Letter, Report, Transition};

/// A database of its own, and what keeps it alive.
struct Database {
    store: Store,
    place: Place,
    _folder: tempfile::TempDir,
    _server: Option<Arc<postgres::Server>>,
}

/// An empty SQLite database, and an empty one in PostgreSQL where that is installed.
async fn databases() -> Vec<Database> {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sqlite(folder.path().join("new/folder/history.db"));
    let mut all = vec![Database { store: Store::open(&place).await.unwrap(), place, _folder: folder, _server: None }];
    if let Some(server) = postgres::server() {
        let place = Place::Postgres(server.database().await);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&place).await.unwrap();
        all.push(Database { store, place, _folder: folder, _server: Some(server) });
    }
    all
}

/// A run with nothing to tell.
fn run<'a>(sheet: &'a str, after: i64, report: &'a Report) -> NewRun<'a> {
    NewRun { sheet, kind: RunKind::Full, report, after, transitions: &[], letters: &[], reminded: &[] }
}

fn telling<'a>(mut run: NewRun<'a>, transitions: &'a [Transition], letters: &'a [Letter]) -> NewRun<'a> {
    run.transitions = transitions;
    run.letters = letters;
    run
}

/// The bytes that must come back.
fn rendered(report: &Report) -> String {
    crate::report::json::render(report, crate::report::json::Layout::Compact).unwrap()
}
