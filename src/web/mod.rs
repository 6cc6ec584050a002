//! The dashboard and its JSON API: what the history holds, for people and for programs.
//!
//! It only reads. Every page is HTML that needs no script, every answer carries a content security policy that lets none
//! run, and nobody sees anything but the login before the [gate](gate) has let them in.

mod api;
mod assets;
mod cache;
mod error;
mod gate;
mod lang;
mod pages;
mod read;
mod strip;
mod words;

#[cfg(test)]
mod tests;

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, serve as listen};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

pub use error::WebError;

use crate::history::{History, Stretch};
use crate::model::{Finding, Moment, Report, WebSettings};
use cache::Recent;
use gate::Gate;

/// Tells the time: for what is overdue or has run out since the last run.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// A run in the caches: sheet, position, and what else tells it apart.
type Key = (String, i64, String);

/// What handlers share.
struct Web {
    history: Arc<dyn History>,
    gate: Gate,
    clock: Clock,
    frames: Recent<Key, Report>,
    stretches: Recent<Key, Vec<Stretch>>,
    findings: Recent<Key, Vec<Finding>>,
}

/// The address that the settings name.
///
/// # Errors
/// Where it is none.
pub fn address(settings: &WebSettings) -> Result<SocketAddr, WebError> {
    settings.listen.parse().map_err(|_| WebError::Listen { found: settings.listen.clone() })
}

/// The dashboard over a history, as the settings want it. `folder` is the project's: secrets in files are relative to it.
/// `listening` is the address that it will be reached under: without a login it has to be loopback.
///
/// # Errors
/// Where the login cannot be used as it is written: nothing is served with less than that.
pub fn dashboard(
    history: Arc<dyn History>,
    settings: &WebSettings,
    folder: &Path,
    listening: SocketAddr,
    clock: Clock,
) -> Result<Router, WebError> {
    let gate = Gate::new(&settings.login, folder, listening)?;
    let logins = gate::routes(&gate);
    let web = Arc::new(Web {
        history,
        gate,
        clock,
        frames: Recent::new(12),
        stretches: Recent::new(12),
        findings: Recent::new(64),
    });
    Ok(Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(logins)
        .route("/healthz", get(health))
        .route("/assets/{name}", get(assets::serve))
        .fallback(pages::nothing)
        .layer(from_fn_with_state(Arc::clone(&web), gate::hold))
        .layer(from_fn(lang::choose))
        .layer(CompressionLayer::new())
        .layer(from_fn(secure))
        .with_state(web))
}

/// Serves until `stop` is done; requests under way are answered first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    dashboard: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), WebError> {
    let service = dashboard.into_make_service_with_connect_info::<SocketAddr>();
    Ok(listen(listener, service).with_graceful_shutdown(stop).await?)
}

/// Whether the history can be read; says nothing else, as anyone may ask.
async fn health(State(web): State<Arc<Web>>) -> (StatusCode, &'static str) {
    match web.history.sheets().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!("{error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the history cannot be read\n")
        }
    }
}

/// Headers of every answer. The referrer stays within the dashboard, where forms need it to prove their origin.
const SECURE: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in SECURE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
