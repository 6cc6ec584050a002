//! What both probes share: how an attempt fails, and the client that makes it.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use chrono::{SubsecRound, Utc};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};

use super::Options;
use super::certificate::reason;
use super::guard::{GuardError, GuardedResolver};
use crate::model::{AttributeGap, GapReason, Moment};

/// How an attempt to look failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// No answer in time.
    Timeout,
    /// The name does not resolve.
    Dns,
    /// No connection, or one that broke.
    Connect,
    /// The handshake failed for another reason than the certificate.
    Tls,
    /// The guard refused to connect.
    Refused,
    /// The answer was longer than what is read.
    TooLarge,
    /// The recording does not have it.
    NotRecorded,
    /// Anything else.
    Other,
}

/// An attempt that failed. It says nothing of the other side: the cause may be our own network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeError {
    /// How.
    pub kind: ErrorKind,
    /// What was said.
    pub detail: String,
}

impl ProbeError {
    /// From its parts.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The reason of the gap that it leaves.
    pub fn reason(&self) -> GapReason {
        match self.kind {
            ErrorKind::Timeout | ErrorKind::Dns | ErrorKind::Connect => GapReason::Timeout,
            ErrorKind::NotRecorded => GapReason::NotRead,
            ErrorKind::Tls | ErrorKind::Refused | ErrorKind::TooLarge | ErrorKind::Other => GapReason::Error,
        }
    }

    /// The gap that it leaves in an attribute which `operation` should have supplied.
    pub fn gap(&self, operation: &str) -> AttributeGap {
        AttributeGap { reason: self.reason(), operation: operation.to_owned(), detail: self.detail.clone() }
    }
}

impl From<GuardError> for ProbeError {
    fn from(error: GuardError) -> Self {
        let kind = match error {
            GuardError::Lookup { .. } => ErrorKind::Dns,
            _ => ErrorKind::Refused,
        };
        Self::new(kind, error.to_string())
    }
}

/// Something that was seen, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading<T> {
    /// Seen.
    Seen(T),
    /// Not seen.
    Gap(ProbeError),
}

/// How a request failed: because of the other side's certificate, which is a fact, or in a way that leaves a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The certificate was refused: expired, for another name, not trusted.
    Certificate(String),
    /// Anything else.
    Gap(ProbeError),
}

/// The links of an error's chain, what is boxed inside an [`io::Error`] included.
fn links<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut all = Vec::new();
    let mut next = Some(error);
    while let Some(link) = next {
        all.push(link);
        // `source()` of an io error skips the error that it wraps.
        let inner = link.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|e| e as &(dyn StdError + 'static)).or_else(|| link.source());
    }
    all
}

/// The library's TLS error inside `error`, if there is one.
pub fn tls_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    links(error).into_iter().find_map(|e| e.downcast_ref())
}

/// Whether the other side answered that nothing listens there.
pub fn connection_refused(error: &(dyn StdError + 'static)) -> bool {
    links(error)
        .into_iter()
        .filter_map(|e| e.downcast_ref::<io::Error>())
        .any(|e| e.kind() == io::ErrorKind::ConnectionRefused)
}

/// Sorts a failed request.
pub fn classify(error: &reqwest::Error) -> Failure {
    let chain = links(error);
    if let Some(e) = chain.iter().find_map(|e| e.downcast_ref::<GuardError>()) {
        return Failure::Gap(e.clone().into());
    }
    // The innermost links say what happened; the outer ones only that something did. Repeated words are left out.
    let mut said: Vec<String> = Vec::new();
    for text in chain.iter().skip(1).map(|e| e.to_string()) {
        if !said.iter().any(|s| s.contains(&text)) {
            said.push(text);
        }
    }
    let detail = if said.is_empty() { error.to_string() } else { said.join(": ") };
    let kind = match tls_cause(error) {
        Some(rustls::Error::InvalidCertificate(e)) => return Failure::Certificate(reason(e)),
        Some(_) => ErrorKind::Tls,
        None if error.is_timeout() => ErrorKind::Timeout,
        None if error.is_connect() || error.is_body() => ErrorKind::Connect,
        None if chain.iter().any(|e| e.is::<io::Error>()) => ErrorKind::Connect,
        None => ErrorKind::Other,
    };
    Failure::Gap(ProbeError::new(kind, detail))
}

/// This moment, to the second.
pub fn wall_clock() -> Moment {
    Utc::now().trunc_subsecs(0)
}

/// `moment` as the TLS library wants it. Before 1970 counts as 1970.
pub fn unix_time(moment: Moment) -> UnixTime {
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(moment.timestamp().try_into().unwrap_or(0)))
}

/// The run's clock, for certificates: `--at` moves their expiry as it moves everything else.
#[derive(Debug)]
struct RunClock(UnixTime);

impl TimeProvider for RunClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// The cryptography in use.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The roots that certificates are checked against: Mozilla's, as they were when the program was built, so that a run
/// does not depend on the machine's own list; and those of `options`.
pub fn roots(options: &Options) -> Arc<RootCertStore> {
    let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    store.add_parsable_certificates(options.extra_roots.iter().cloned());
    Arc::new(store)
}

/// An HTTP client that checks certificates at `now`, connects only where the guard lets it, and goes through no proxy
/// (a proxy would resolve names itself, and its certificate would be taken for the server's).
pub fn http_client(
    options: &Options,
    now: Moment,
    redirects: reqwest::redirect::Policy,
) -> Result<reqwest::Client, ProbeError> {
    let broken = |e: &dyn std::fmt::Display| ProbeError::new(ErrorKind::Other, format!("no HTTP client: {e}"));
    let tls = ClientConfig::builder_with_details(provider(), Arc::new(RunClock(unix_time(now))))
        .with_safe_default_protocol_versions()
        .map_err(|e| broken(&e))?
        .with_root_certificates(roots(options))
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(GuardedResolver { allow_private: options.allow_private })
        .no_proxy()
        .referer(false)
        .redirect(redirects)
        .user_agent(concat!("kakunin/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        .timeout(options.total_timeout)
        .build()
        .map_err(|e| broken(&e))
}
