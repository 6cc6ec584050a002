//! What is seen by connecting from outside: cited pages and TLS endpoints. Observations like any other.
//!
//! A page or endpoint that cannot be reached is a *gap*, as our own network may be the cause. An HTTP status, a
//! redirect, and a certificate that is expired, for another name or not trusted are facts, as the other side said them.

mod certificate;
mod guard;
mod legacy_hello;
mod page;
mod probe;
mod record;
mod seen;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_tls;
mod tls;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use futures::future::{join, join_all};
use rustls::pki_types::CertificateDer;
use serde::Serialize;
use tokio::sync::Semaphore;
use url::Url;

pub use certificate::CertificateFacts;
pub use guard::{GuardError, not_public};
pub use page::{MAX_REDIRECTS, PageProbe, probe_page};
pub use probe::{ErrorKind, ProbeError, Reading};
pub use record::{RECORD_SCHEMA, TargetKind, path_of};
pub use seen::{GET_PAGE, OUTSIDE, PAGE_ATTRIBUTES, TLS_ATTRIBUTES, TLS_HANDSHAKE};
pub use tls::{PlainHttp, TlsProbe, UndecidedVersion, VERSIONS, probe_tls};

pub use crate::model::Targets;
use crate::model::{Coverage, CoverageState, Gap, Moment, Observation, Resource};

/// Time for a connection, and for the answer to a hello. A healthy server takes well below one second.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for a page, redirects and body included.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a body that are read: 5 MiB, above any page of text and most white papers.
pub const MAX_BODY: u64 = 5 * 1024 * 1024;
/// Looks at once.
pub const IN_PARALLEL: usize = 8;
/// Looks at once per host, so that nobody takes them for an attack.
pub const PER_HOST: usize = 2;

/// Where answers come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mode {
    /// The network.
    #[default]
    Live,
    /// The network; what was seen is kept in this folder.
    Record(PathBuf),
    /// This folder. No connection is made.
    Replay(PathBuf),
}

/// How to look.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where answers come from.
    pub mode: Mode,
    /// See [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// See [`TOTAL_TIMEOUT`].
    pub total_timeout: Duration,
    /// See [`MAX_BODY`].
    pub max_body: u64,
    /// Connect to addresses that no outsider could reach. The targets come from a sheet that somebody else may have
    /// written: leave this off unless the targets are your own.
    pub allow_private: bool,
    /// Roots to trust besides Mozilla's, DER.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Port of plain HTTP.
    pub plain_http_port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::Live,
            connect_timeout: CONNECT_TIMEOUT,
            total_timeout: TOTAL_TIMEOUT,
            max_body: MAX_BODY,
            allow_private: false,
            extra_roots: Vec::new(),
            plain_http_port: 80,
        }
    }
}

/// What was seen. Every target has a resource, whatever came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Pages, then endpoints, each sorted by id.
    pub resources: Vec<Resource>,
    /// In the order of the resources.
    pub observations: Vec<Observation>,
    /// One cell for pages and one for endpoints; `Gap` where any of them could not be seen at all.
    pub coverage: Vec<Coverage>,
    /// Targets of which nothing was seen.
    pub gaps: Vec<Gap>,
}

/// The brakes of one run.
struct Pace {
    all: Semaphore,
    hosts: HashMap<String, Semaphore>,
}

impl Pace {
    fn new(hosts: impl Iterator<Item = String>) -> Self {
        Self { all: Semaphore::new(IN_PARALLEL), hosts: hosts.map(|h| (h, Semaphore::new(PER_HOST))).collect() }
    }

    /// Runs `work` when its host and the run have room, the host first: those who wait for one host must not keep
    /// others out. The semaphores are never closed, so a failed acquisition cannot happen and would only cost pace.
    async fn run<T>(&self, host: &str, work: impl Future<Output = T>) -> T {
        let _host = match self.hosts.get(host) {
            Some(semaphore) => semaphore.acquire().await.ok(),
            None => None,
        };
        let _all = self.all.acquire().await.ok();
        work.await
    }
}

/// Looks at the targets, each once, however often it is named; `clock` is the run's. What cannot be seen, and what
/// was seen and could not be kept in the folder of [`Mode::Record`], stands in the result as gaps.
pub async fn look(targets: &Targets, options: &Options, clock: Moment) -> Seen {
    let pages: BTreeSet<&str> = targets.pages.iter().map(String::as_str).collect();
    let endpoints: BTreeSet<&str> = targets.tls.iter().map(String::as_str).collect();
    let host_of_page = |url: &str| Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned));
    let host_of_endpoint = |target: &str| host_and_port(target).map(|(host, _)| host);
    let hosts = pages.iter().filter_map(|p| host_of_page(p));
    let pace = Pace::new(hosts.chain(endpoints.iter().filter_map(|e| host_of_endpoint(e))));
    let pace = &pace;

    let pages = join_all(pages.into_iter().map(|url| async move {
        let host = host_of_page(url).unwrap_or_default();
        let (probe, unkept) = pace.run(&host, page(options, url, clock)).await;
        seen::of_page(&probe).or_gap(unkept)
    }));
    let endpoints = join_all(endpoints.into_iter().map(|target| async move {
        let host = host_of_endpoint(target).unwrap_or_default();
        let (probe, unkept) = pace.run(&host, endpoint(options, target, clock)).await;
        seen::of_tls(target, &probe, clock).or_gap(unkept)
    }));
    let (pages, endpoints) = join(pages, endpoints).await;
    let mut seen = Seen::default();
    for (operation, parts) in [(GET_PAGE, pages), (TLS_HANDSHAKE, endpoints)] {
        let reason = parts.iter().find_map(|p| p.gap.as_ref()).map(|g| g.reason);
        seen.coverage.push(Coverage {
            account: OUTSIDE.to_owned(),
            region: OUTSIDE.to_owned(),
            operation: operation.to_owned(),
            state: reason.map_or(CoverageState::Read, CoverageState::Gap),
            observations: parts.iter().map(|p| p.observation.id.clone()).collect(),
        });
        for part in parts {
            seen.resources.push(part.resource);
            seen.observations.push(part.observation);
            seen.gaps.extend(part.gap);
        }
    }
    seen
}

async fn page(options: &Options, url: &str, clock: Moment) -> (PageProbe, Option<ProbeError>) {
    if let Mode::Replay(dir) = &options.mode {
        let kept = record::read(dir, TargetKind::Page, url);
        return (kept.unwrap_or_else(|e| PageProbe { time: clock, ..PageProbe::unseen(url, Some(e)) }), None);
    }
    let probe = probe_page(options, url, clock).await;
    let unkept = keep(options, TargetKind::Page, url, &probe);
    (probe, unkept)
}

async fn endpoint(options: &Options, target: &str, clock: Moment) -> (TlsProbe, Option<ProbeError>) {
    let Some((host, port)) = host_and_port(target) else {
        let error = ProbeError::new(ErrorKind::Other, format!("expected host:port, found {target:?}; correct it"));
        return (TlsProbe { time: clock, ..TlsProbe::unseen(target, 0, error) }, None);
    };
    if let Mode::Replay(dir) = &options.mode {
        let kept = record::read(dir, TargetKind::Tls, target);
        return (kept.unwrap_or_else(|e| TlsProbe { time: clock, ..TlsProbe::unseen(&host, port, e) }), None);
    }
    let probe = probe_tls(options, &host, port, clock).await;
    let unkept = keep(options, TargetKind::Tls, target, &probe);
    (probe, unkept)
}

fn keep<T: Serialize>(options: &Options, kind: TargetKind, target: &str, probe: &T) -> Option<ProbeError> {
    let Mode::Record(dir) = &options.mode else { return None };
    record::write(dir, kind, target, probe).err()
}

/// Host (punycode, lower case; an IPv6 address in brackets) and port of `host` or `host:port`.
fn host_and_port(target: &str) -> Option<(String, u16)> {
    let url = Url::parse(&format!("https://{target}/")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let port = url.port_or_known_default()?;
    bare.then(|| url.host_str().map(|h| (h.to_owned(), port))).flatten()
}
