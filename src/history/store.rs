//! The history in a database.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::FutureExt;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlSafeStr, SqlitePool};

use super::database::{Pool, Tx, args};
use super::{
    Answer, History, HistoryError, LetterFilter, NewRun, Place, Run, RunLock, Stretch, commit, forget, lock, outbox,
    read, vault,
};
use crate::model::{Finding, HistorySettings, Letter, LetterState, Moment, Report, State, Transition};

/// How long SQLite's next writer waits for the one before, and anyone for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// A history in SQLite or PostgreSQL. Cheap to clone: the connections are shared.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
    /// File or host, for messages.
    place: Arc<str>,
    locks: Locks,
}

/// Where locks of runs are taken.
#[derive(Debug, Clone)]
enum Locks {
    /// Files beside this one.
    Beside(Arc<Path>),
    /// Sessions of this server.
    Server(Arc<PgConnectOptions>),
}

impl Store {
    /// Opens a history. SQLite's file and its folder are made when absent; tables are made and brought up to date.
    ///
    /// # Errors
    /// [`HistoryError::Database`] where it cannot be reached or written, [`HistoryError::Version`] where a newer program
    /// made its tables.
    pub async fn open(place: &Place) -> Result<Store, HistoryError> {
        match place {
            Place::Sqlite(path) => Self::sqlite(path).await,
            Place::Postgres(url) => Self::postgres(url).await,
        }
    }

    async fn sqlite(path: &Path) -> Result<Store, HistoryError> {
        let place: Arc<str> = path.display().to_string().into();
        let fault = |source| HistoryError::Database { place: place.to_string(), source };
        let file = path.to_path_buf();
        // SQLite's migrations do not exclude each other, and neither does the switch to WAL: held until both are done.
        let made = tokio::task::spawn_blocking(move || {
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                vault::private_folder(folder)?;
            }
            let held = lock::open(&lock::file_of(&file, ""))?;
            held.lock()?;
            lock::open(&file)?;
            Ok(held)
        });
        let held = made.await.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(|e| fault(e.into()))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was told must be remembered after a loss of power: WAL with NORMAL may lose the last commits.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        let pool: SqlitePool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await
            .map_err(fault)?;
        migrator().run(&pool).await.map_err(|error| migrating(&place, error))?;
        drop(held);
        Ok(Store { pool: Pool::Sqlite(pool), place, locks: Locks::Beside(path.into()) })
    }

    async fn postgres(url: &str) -> Result<Store, HistoryError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|source| HistoryError::Database { place: "the URL of the database".to_owned(), source })?;
        let options = options.application_name("kakunin");
        let database = options.get_database().unwrap_or(options.get_username());
        let place: Arc<str> = format!("{}:{}/{database}", options.get_host(), options.get_port()).into();
        let pool: PgPool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
            .await
            .map_err(|source| HistoryError::Database { place: place.to_string(), source })?;
        migrator().run(&pool).await.map_err(|error| migrating(&place, error))?;
        Ok(Store { pool: Pool::Postgres(pool), place, locks: Locks::Server(Arc::new(options)) })
    }

    /// File or host, never a password: for messages and health.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Waits until every connection is closed; SQLite then writes its log into the file.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    async fn read(&self) -> Result<Tx, HistoryError> {
        self.pool.read(&self.place).await
    }

    async fn write(&self) -> Result<Tx, HistoryError> {
        self.pool.write(&self.place).await
    }
}

/// The tables, step by step. A step that was released is never changed: the next one mends it.
fn migrator() -> Migrator {
    let steps = [(1, "history", include_str!("migrations/0001_history.sql"))];
    Migrator::with_migrations(
        steps
            .into_iter()
            .map(|(version, name, sql)| {
                Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}

fn migrating(place: &str, error: MigrateError) -> HistoryError {
    let place = place.to_owned();
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            HistoryError::Database { place, source }
        }
        other => HistoryError::Version { place, detail: other.to_string() },
    }
}

impl History for Store {
    fn lock<'a>(&'a self, sheet: &'a str) -> Answer<'a, Option<Box<dyn RunLock>>> {
        async move {
            match &self.locks {
                Locks::Beside(path) => lock::file(&lock::file_of(path, sheet)),
                Locks::Server(options) => lock::session(&self.place, options, sheet).await,
            }
        }
        .boxed()
    }

    fn state<'a>(&'a self, sheet: &'a str) -> Answer<'a, Option<State>> {
        async move { read::state(&mut self.read().await?, sheet).await }.boxed()
    }

    fn commit<'a>(&'a self, run: NewRun<'a>) -> Answer<'a, i64> {
        async move {
            let prepared = commit::prepare(&self.place, &run)?;
            commit::commit(self.write().await?, run, prepared).await
        }
        .boxed()
    }

    fn sheets(&self) -> Answer<'_, Vec<String>> {
        async move { read::sheets(&mut self.read().await?).await }.boxed()
    }

    fn runs<'a>(&'a self, sheet: &'a str, limit: u32) -> Answer<'a, Vec<Run>> {
        async move { read::runs(&mut self.read().await?, sheet, limit).await }.boxed()
    }

    fn run<'a>(&'a self, sheet: &'a str, which: &'a str) -> Answer<'a, Run> {
        async move { read::run(&mut self.read().await?, sheet, which).await }.boxed()
    }

    fn report<'a>(&'a self, sheet: &'a str, seq: i64) -> Answer<'a, Report> {
        async move { read::report(&mut self.read().await?, sheet, seq).await }.boxed()
    }

    fn frame<'a>(&'a self, sheet: &'a str, seq: i64) -> Answer<'a, Report> {
        async move { read::frame(&mut self.read().await?, sheet, seq).await }.boxed()
    }

    fn findings<'a>(
        &'a self,
        sheet: &'a str,
        seq: i64,
        checks: &'a [String],
        limit: u32,
    ) -> Answer<'a, (Vec<Finding>, u64)> {
        async move { read::findings(&mut self.read().await?, sheet, seq, checks, limit).await }.boxed()
    }

    fn stretches<'a>(&'a self, sheet: &'a str, item: Option<&'a str>) -> Answer<'a, Vec<Stretch>> {
        async move { read::stretches(&mut self.read().await?, sheet, item).await }.boxed()
    }

    fn transitions<'a>(
        &'a self,
        sheet: &'a str,
        item: Option<&'a str>,
        seq: Option<i64>,
        limit: u32,
    ) -> Answer<'a, Vec<Transition>> {
        async move { read::transitions(&mut self.read().await?, sheet, item, seq, limit).await }.boxed()
    }

    fn due(&self, now: Moment, until: Moment, limit: u32) -> Answer<'_, Vec<Letter>> {
        async move {
            // Asked every second: nothing due is found without keeping a writer waiting.
            if !outbox::any(&mut self.read().await?, now).await? {
                return Ok(Vec::new());
            }
            let mut tx = self.write().await?;
            let letters = outbox::due(&mut tx, now, until, limit).await?;
            tx.commit().await?;
            Ok(letters)
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
        async move {
            let mut tx = self.write().await?;
            outbox::attempted(&mut tx, letter, state, error, due, now).await?;
            tx.commit().await
        }
        .boxed()
    }

    fn letters(&self, filter: LetterFilter) -> Answer<'_, Vec<Letter>> {
        async move { outbox::letters(&mut self.read().await?, &filter).await }.boxed()
    }

    fn revive<'a>(&'a self, letter: &'a str, now: Moment) -> Answer<'a, ()> {
        async move {
            let mut tx = self.write().await?;
            outbox::revive(&mut tx, letter, now).await?;
            tx.commit().await
        }
        .boxed()
    }

    fn post<'a>(&'a self, letters: &'a [Letter]) -> Answer<'a, ()> {
        async move {
            let messages = commit::messages(&self.place, letters)?;
            let mut tx = self.write().await?;
            commit::post(&mut tx, 0, letters, &messages).await?;
            tx.commit().await
        }
        .boxed()
    }

    fn note<'a>(&'a self, key: &'a str) -> Answer<'a, Option<String>> {
        async move {
            let mut tx = self.read().await?;
            let row = tx.first("SELECT value FROM notes WHERE name = $1", &args![key]).await?;
            row.map(|row| row.text(0)).transpose()
        }
        .boxed()
    }

    fn keep<'a>(&'a self, key: &'a str, value: &'a str) -> Answer<'a, ()> {
        async move {
            let mut tx = self.write().await?;
            let sql = "INSERT INTO notes (name, value) VALUES ($1, $2) \
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            tx.run(sql, &args![key, value]).await?;
            tx.commit().await
        }
        .boxed()
    }

    fn forget<'a>(&'a self, sheet: &'a str, settings: &'a HistorySettings, now: Moment) -> Answer<'a, Vec<String>> {
        async move {
            let mut tx = self.write().await?;
            let free = forget::forget(&mut tx, sheet, settings, now).await?;
            tx.commit().await?;
            Ok(free)
        }
        .boxed()
    }
}
