//! What can go wrong: before the dashboard is up, and in an answer.

use axum::http::StatusCode;

use crate::history::HistoryError;
use crate::model::Text;

/// The dashboard cannot be served as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// An address that cannot be listened on as written.
    #[error("expected an address and a port to listen on, as in 127.0.0.1:8613, found {found:?}")]
    Listen {
        /// What was written.
        found: String,
    },
    /// No login, on an address that others reach.
    #[error(
        "expected a login, as {listen} can be reached from other machines, found none; set [web] login in kakunin.toml \
         (token, header or oidc), or listen on 127.0.0.1"
    )]
    Open {
        /// The address.
        listen: std::net::SocketAddr,
    },
    /// A secret that is not where the settings say.
    #[error("[web] login: expected {what} in {lack}")]
    Secret {
        /// Which secret.
        what: &'static str,
        /// Where it was looked for, and what was found.
        lack: String,
    },
    /// A setting that cannot be used.
    #[error("[web] login: expected {expected}, found {found:?}")]
    Setting {
        /// What it has to be.
        expected: &'static str,
        /// What was written.
        found: String,
    },
    /// The port is taken, or may not be used.
    #[error("{listen}: expected an address that can be listened on: {source}")]
    Bind {
        /// The address.
        listen: std::net::SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The server stopped by itself.
    #[error("expected the server to go on: {0}")]
    Io(#[from] std::io::Error),
}

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is no such thing.
    Missing(Text),
    /// The question cannot be understood.
    Bad(Text),
    /// The history failed.
    History(HistoryError),
    /// A template failed, which is a defect.
    Template(askama::Error),
}

impl Fault {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Fault::Missing(_) => StatusCode::NOT_FOUND,
            Fault::Bad(_) => StatusCode::BAD_REQUEST,
            Fault::History(_) | Fault::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What to tell. What the database says stays in the log.
    pub(super) fn text(&self) -> Text {
        match self {
            Fault::Missing(text) | Fault::Bad(text) => text.clone(),
            Fault::History(_) | Fault::Template(_) => Text::new(
                "履歴を読み取れませんでした。詳しくは kakunin serve のログを確認してください。",
                "The history could not be read. The log of kakunin serve says why.",
            ),
        }
    }

    /// Says in the log what people are not told.
    pub(super) fn log(&self) {
        match self {
            Fault::History(error) => tracing::error!("{error}"),
            Fault::Template(error) => tracing::error!("expected a template that renders: {error}"),
            Fault::Missing(_) | Fault::Bad(_) => {}
        }
    }

    pub(super) fn no_item(id: &str) -> Self {
        Fault::Missing(Text::new(
            format!("項目 {id} はこの実行のシートにありません。"),
            format!("The sheet of this run has no item {id}."),
        ))
    }
}

impl From<HistoryError> for Fault {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Missing { what, .. } => Fault::Missing(Text::new(
                format!("履歴に見つかりません: {what}"),
                format!("The history does not have it: {what}."),
            )),
            other => Fault::History(other),
        }
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Fault::Template(error)
    }
}
