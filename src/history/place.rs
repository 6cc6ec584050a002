//! Where a history is.

use std::fmt;
use std::path::PathBuf;

/// Which database holds a history.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite's file. It and its folder are made when absent, for the user alone.
    Sqlite(PathBuf),
    /// PostgreSQL's URL: `postgres://user:password@db.example.com/kakunin`.
    Postgres(String),
}

/// The URL may hold a password, which belongs in no log.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Place::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}
