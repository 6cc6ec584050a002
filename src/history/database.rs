//! One statement on whichever database it is. sqlx's native drivers, with the same SQL for both: `$1`, BIGINT, TEXT, BYTEA.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Decode, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction, Type};

use super::HistoryError;
use crate::model::Moment;

/// Connections.
#[derive(Debug, Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A value for a placeholder.
#[derive(Debug, Clone)]
pub(super) enum Arg<'a> {
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    MaybeInt(Option<i64>),
    MaybeText(Option<&'a str>),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Arg::Int(value)
    }
}

impl From<Moment> for Arg<'_> {
    fn from(value: Moment) -> Self {
        Arg::Int(value.timestamp_millis())
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Arg::Text(value)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Arg::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(value: &'a [u8]) -> Self {
        Arg::Bytes(value)
    }
}

impl From<Option<Moment>> for Arg<'_> {
    fn from(value: Option<Moment>) -> Self {
        Arg::MaybeInt(value.map(|moment| moment.timestamp_millis()))
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Arg::MaybeText(value)
    }
}

/// The arguments of a statement, of whatever types they are.
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::history::database::Arg::from($value)),*] };
}
pub(super) use args;

/// A transaction: the only way in, so that what belongs together is seen, and written, together.
pub(super) struct Tx {
    place: Arc<str>,
    inner: Inner,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A row of an answer.
pub(super) struct Row {
    place: Arc<str>,
    inner: RowInner,
}

enum RowInner {
    Sqlite(sqlx::sqlite::SqliteRow),
    Postgres(sqlx::postgres::PgRow),
}

macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = match arg {
                Arg::Int(value) => query.bind(*value),
                Arg::Text(value) => query.bind(*value),
                Arg::Bytes(value) => query.bind(*value),
                Arg::MaybeInt(value) => query.bind(*value),
                Arg::MaybeText(value) => query.bind(*value),
            };
        }
        query
    }};
}

impl Pool {
    /// A transaction that reads one state of the database, whatever others write meanwhile.
    pub(super) async fn read(&self, place: &Arc<str>) -> Result<Tx, HistoryError> {
        let inner = match self {
            Pool::Sqlite(pool) => pool.begin_with("BEGIN DEFERRED").await.map(Inner::Sqlite),
            Pool::Postgres(pool) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Inner::Postgres)
            }
        };
        Tx::new(place, inner)
    }

    /// A transaction that writes. SQLite's takes the one place of the writer at its beginning: a reader that became a
    /// writer later would be refused instead of made to wait.
    pub(super) async fn write(&self, place: &Arc<str>) -> Result<Tx, HistoryError> {
        let inner = match self {
            Pool::Sqlite(pool) => pool.begin_with("BEGIN IMMEDIATE").await.map(Inner::Sqlite),
            Pool::Postgres(pool) => pool.begin().await.map(Inner::Postgres),
        };
        Tx::new(place, inner)
    }
}

impl Tx {
    fn new(place: &Arc<str>, inner: Result<Inner, sqlx::Error>) -> Result<Self, HistoryError> {
        match inner {
            Ok(inner) => Ok(Self { place: Arc::clone(place), inner }),
            Err(source) => Err(HistoryError::Database { place: place.to_string(), source }),
        }
    }

    /// Whether the database is PostgreSQL.
    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// File or host.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    fn fault(&self, source: sqlx::Error) -> HistoryError {
        HistoryError::Database { place: self.place.to_string(), source }
    }

    /// Runs a statement and tells how many rows it changed.
    pub(super) async fn run(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, HistoryError> {
        let done = match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sql, args).execute(&mut **tx).await.map(|done| done.rows_affected()),
            Inner::Postgres(tx) => bound!(sql, args).execute(&mut **tx).await.map(|done| done.rows_affected()),
        };
        done.map_err(|source| self.fault(source))
    }

    /// The same for a text that was put together of placeholders alone.
    async fn run_built(&mut self, sql: String, args: &[Arg<'_>], keep: bool) -> Result<u64, HistoryError> {
        let sql = AssertSqlSafe(sql);
        let done = match &mut self.inner {
            Inner::Sqlite(tx) => {
                bound!(sql, args).persistent(keep).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Inner::Postgres(tx) => {
                bound!(sql, args).persistent(keep).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        done.map_err(|source| self.fault(source))
    }

    /// Inserts rows, many with one statement. `into` is `INSERT INTO table (columns)`; `after` follows the values.
    pub(super) async fn insert<const N: usize>(
        &mut self,
        into: &'static str,
        after: &'static str,
        rows: &[[Arg<'_>; N]],
    ) -> Result<(), HistoryError> {
        for chunk in rows.chunks(CHUNK) {
            let tuples: Vec<String> = (0..chunk.len()).map(|row| tuple(row * N + 1, N)).collect();
            let sql = format!("{into} VALUES {} {after}", tuples.join(","));
            self.run_built(sql, chunk.as_flattened(), chunk.len() == CHUNK).await?;
        }
        Ok(())
    }

    /// Runs `sql` for many values of one column: its `{}` stands for the list of them, after the `fixed` arguments.
    pub(super) async fn run_for_each(
        &mut self,
        sql: &'static str,
        fixed: &[Arg<'_>],
        values: &[Arg<'_>],
    ) -> Result<u64, HistoryError> {
        let mut changed = 0;
        for chunk in values.chunks(CHUNK) {
            let all = [fixed, chunk].concat();
            let sql = sql.replace("{}", &tuple(fixed.len() + 1, chunk.len()));
            changed += self.run_built(sql, &all, chunk.len() == CHUNK).await?;
        }
        Ok(changed)
    }

    /// All rows of an answer.
    pub(super) async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>, HistoryError> {
        let place = Arc::clone(&self.place);
        let wrap = |inner| Row { place: Arc::clone(&place), inner };
        let rows = match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sql, args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| wrap(RowInner::Sqlite(row))).collect()),
            Inner::Postgres(tx) => bound!(sql, args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| wrap(RowInner::Postgres(row))).collect()),
        };
        rows.map_err(|source| self.fault(source))
    }

    /// The first row of an answer.
    pub(super) async fn first(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Option<Row>, HistoryError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Makes what was written last.
    pub(super) async fn commit(self) -> Result<(), HistoryError> {
        let done = match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        };
        done.map_err(|source| HistoryError::Database { place: self.place.to_string(), source })
    }
}

/// Rows per statement: with eight columns far below what either database takes (SQLite: 32,766 placeholders).
const CHUNK: usize = 500;

/// `($4,$5,$6)`.
fn tuple(from: usize, count: usize) -> String {
    let numbers: Vec<String> = (from..from + count).map(|n| format!("${n}")).collect();
    format!("({})", numbers.join(","))
}

impl Row {
    fn get<T>(&self, column: usize) -> Result<T, HistoryError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = match &self.inner {
            RowInner::Sqlite(row) => row.try_get(column),
            RowInner::Postgres(row) => row.try_get(column),
        };
        value.map_err(|source| HistoryError::Database { place: self.place.to_string(), source })
    }

    pub(super) fn int(&self, column: usize) -> Result<i64, HistoryError> {
        self.get(column)
    }

    pub(super) fn text(&self, column: usize) -> Result<String, HistoryError> {
        self.get(column)
    }

    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<String>, HistoryError> {
        self.get(column)
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>, HistoryError> {
        self.get(column)
    }

    /// A count or a size.
    pub(super) fn count(&self, column: usize) -> Result<u64, HistoryError> {
        let value = self.int(column)?;
        u64::try_from(value).map_err(|_| self.content("a count", value))
    }

    pub(super) fn moment(&self, column: usize) -> Result<Moment, HistoryError> {
        let value = self.int(column)?;
        Moment::from_timestamp_millis(value).ok_or_else(|| self.content("a moment", value))
    }

    pub(super) fn maybe_moment(&self, column: usize) -> Result<Option<Moment>, HistoryError> {
        match self.get::<Option<i64>>(column)? {
            Some(value) => {
                Moment::from_timestamp_millis(value).map(Some).ok_or_else(|| self.content("a moment", value))
            }
            None => Ok(None),
        }
    }

    /// JSON.
    pub(super) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<T, HistoryError> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|error| self.content(what, error))
    }

    /// A word that an enum writes itself as.
    pub(super) fn word<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<T, HistoryError> {
        let text = self.text(column)?;
        serde_json::from_value(serde_json::Value::String(text)).map_err(|error| self.content(what, error))
    }

    pub(super) fn content(&self, what: &'static str, detail: impl ToString) -> HistoryError {
        HistoryError::Content { place: self.place.to_string(), what, detail: detail.to_string() }
    }
}
