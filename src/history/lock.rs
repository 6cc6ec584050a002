//! Runs over one sheet exclude each other.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::postgres::{PgAdvisoryLock, PgConnectOptions};
use sqlx::{ConnectOptions, Either, PgConnection};

use super::{HistoryError, RunLock};

/// The lock of a file: the system releases it with the file, and so with the process.
struct FileLock {
    _file: File,
}

impl RunLock for FileLock {}

/// The lock of a session: the server releases it with the connection. The connection is the lock's own, as one of a pool
/// would carry the lock to whoever gets it next.
struct SessionLock {
    _connection: PgConnection,
}

impl RunLock for SessionLock {}

/// Takes the lock of a file; none where another has it.
pub(super) fn file(path: &Path) -> Result<Option<Box<dyn RunLock>>, HistoryError> {
    let fault = |error| HistoryError::Database { place: path.display().to_string(), source: sqlx::Error::Io(error) };
    let file = open(path).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(FileLock { _file: file }))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}

/// Opens a file for locking; it stays empty, and stays: who deletes it would let two have it at once.
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The file beside the database that stands for a sheet.
pub(super) fn file_of(database: &Path, sheet: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".{}.lock", super::commit::file_safe(sheet)));
    PathBuf::from(name)
}

/// Takes the lock of a session; none where another has it.
pub(super) async fn session(
    place: &Arc<str>,
    options: &PgConnectOptions,
    sheet: &str,
) -> Result<Option<Box<dyn RunLock>>, HistoryError> {
    let fault = |source| HistoryError::Database { place: place.to_string(), source };
    let mut connection = options.connect().await.map_err(fault)?;
    // A host that loses its power says no goodbye: the server notices within a minute, not within its usual two hours.
    // And it must not end a session that does nothing but hold the lock; older servers do not know that setting.
    sqlx::raw_sql(
        "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; \
         SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
    )
    .execute(&mut connection)
    .await
    .map_err(fault)?;
    let lock = PgAdvisoryLock::new(format!("kakunin run of {sheet}"));
    match lock.try_acquire(connection).await.map_err(fault)? {
        Either::Left(guard) => Ok(Some(Box::new(SessionLock { _connection: guard.leak() }))),
        Either::Right(_) => Ok(None),
    }
}
