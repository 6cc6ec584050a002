//! A TLS endpoint, as an outsider sees it.

use std::io::ErrorKind as IoKind;
use std::sync::Arc;

use reqwest::header::{LOCATION, STRICT_TRANSPORT_SECURITY};
use reqwest::redirect::Policy;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, ClientConfig, SupportedProtocolVersion, version};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::Options;
use super::certificate::{CertificateFacts, Recorder, Shown, judge};
use super::guard::addresses;
use super::legacy_hello::{Reply, Version, ask};
use super::probe::{
    ErrorKind, Failure, ProbeError, Reading, classify, connection_refused, http_client, provider, roots, tls_cause,
    wall_clock,
};
use crate::model::Moment;

/// A protocol version of which it could not be told whether the server accepts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndecidedVersion {
    /// `TLSv1.0`.
    pub version: String,
    /// Why.
    pub error: ProbeError,
}

/// What plain HTTP on the same host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainHttp {
    /// HTTP status.
    pub status: u16,
    /// Whether the first answer leads to an https URL.
    pub redirects_to_https: bool,
}

/// What was seen of a TLS endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsProbe {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// When it was looked at.
    pub time: Moment,
    /// Versions that the server accepts, from the oldest: `TLSv1.0` to `TLSv1.3`.
    pub protocols: Vec<String>,
    /// Versions of which it could not be told.
    pub undecided: Vec<UndecidedVersion>,
    /// Its certificate.
    pub certificate: Reading<CertificateFacts>,
    /// Plain HTTP on the host; none where nothing listens there.
    pub plain_http: Reading<Option<PlainHttp>>,
    /// `max-age` of Strict-Transport-Security in seconds; none without the header.
    pub hsts_max_age: Reading<Option<u64>>,
    /// Why nothing could be seen at all.
    pub error: Option<ProbeError>,
}

impl TlsProbe {
    /// One where nothing was seen.
    pub fn unseen(host: &str, port: u16, error: ProbeError) -> Self {
        let undecided =
            VERSIONS.iter().map(|v| UndecidedVersion { version: (*v).to_owned(), error: error.clone() }).collect();
        Self {
            host: host.to_owned(),
            port,
            time: wall_clock(),
            protocols: Vec::new(),
            undecided,
            certificate: Reading::Gap(error.clone()),
            plain_http: Reading::Gap(error.clone()),
            hsts_max_age: Reading::Gap(error.clone()),
            error: Some(error),
        }
    }
}

/// The versions that are asked for. SSL 2 and 3 are not: no supported AWS security policy offers them.
pub const VERSIONS: [&str; 4] = ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// Looks at the endpoint `host:port`; certificates are judged at `now`. What goes wrong stands in the result.
pub async fn probe_tls(options: &Options, host: &str, port: u16, now: Moment) -> TlsProbe {
    match look(options, host, port, now).await {
        Ok(probe) => probe,
        Err(e) => TlsProbe::unseen(host, port, e),
    }
}

async fn look(options: &Options, host: &str, port: u16, now: Moment) -> Result<TlsProbe, ProbeError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned())
        .map_err(|e| ProbeError::new(ErrorKind::Other, format!("expected a host name, found {host:?}: {e}")))?;
    let sni = matches!(name, ServerName::DnsName(_)).then_some(bare);
    // Fails early where nothing can be connected to.
    drop(connect(options, host, port).await?);

    let endpoint = Endpoint { options, host, port, name: &name, sni };
    let (new, shown13) = endpoint.handshake(&version::TLS13).await;
    let (mut newish, shown12) = endpoint.handshake(&version::TLS12).await;
    if newish != Reply::Accepted {
        // The library has no CBC and no RSA key exchange: a server that has nothing else still speaks TLS 1.2.
        newish = endpoint.hello(Version::Tls12).await;
    }
    let old = [endpoint.hello(Version::Tls10).await, endpoint.hello(Version::Tls11).await];
    let replies = old.into_iter().chain([newish, new]);
    let (protocols, undecided) = settle(VERSIONS.into_iter().zip(replies).collect());

    let shown = if shown13.chain.is_empty() { shown12 } else { shown13 };
    let algorithms = provider().signature_verification_algorithms;
    let certificate = match judge(&shown, &name, &roots(options), &algorithms, now) {
        Ok(facts) => Reading::Seen(facts),
        Err(e) => Reading::Gap(e),
    };
    let (plain_http, hsts_max_age) = match http_client(options, now, Policy::none()) {
        Ok(client) => {
            // What answers on port 80 belongs to the endpoint only where that is the usual HTTPS one.
            (plain_http_beside(&client, host, port, options).await, hsts_max_age(&client, host, port).await)
        }
        Err(e) => (Reading::Gap(e.clone()), Reading::Gap(e)),
    };
    let time = wall_clock();
    let host = host.to_owned();
    Ok(TlsProbe { host, port, time, protocols, undecided, certificate, plain_http, hsts_max_age, error: None })
}

/// Accepted versions and undecided ones. A connection closed without a word is a refusal only where the server
/// accepts another version: else it may be the network that closed it.
fn settle(replies: Vec<(&'static str, Reply)>) -> (Vec<String>, Vec<UndecidedVersion>) {
    let answers = replies.iter().any(|(_, r)| *r == Reply::Accepted);
    let (mut protocols, mut undecided) = (Vec::new(), Vec::new());
    for (version, reply) in replies {
        let version = version.to_owned();
        match reply {
            Reply::Accepted => protocols.push(version),
            Reply::Refused => {}
            Reply::Closed if answers => {}
            Reply::Closed => {
                let detail = "expected a hello or a refusal, found a closed connection; is this a TLS port?";
                undecided.push(UndecidedVersion { version, error: ProbeError::new(ErrorKind::Connect, detail) });
            }
            Reply::Undecided(error) => undecided.push(UndecidedVersion { version, error }),
        }
    }
    (protocols, undecided)
}

async fn connect(options: &Options, host: &str, port: u16) -> Result<TcpStream, ProbeError> {
    let mut failed = ProbeError::new(ErrorKind::Connect, "no address");
    for address in addresses(host, port, options.allow_private).await? {
        match timeout(options.connect_timeout, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(e)) => failed = ProbeError::new(ErrorKind::Connect, format!("{host}:{port}: {e}")),
            Err(_) => {
                let seconds = options.connect_timeout.as_secs();
                failed = ProbeError::new(
                    ErrorKind::Timeout,
                    format!("expected a connection to {host}:{port} within {seconds} s, found silence; try again"),
                );
            }
        }
    }
    Err(failed)
}

struct Endpoint<'a> {
    options: &'a Options,
    host: &'a str,
    port: u16,
    name: &'a ServerName<'static>,
    sni: Option<&'a str>,
}

impl Endpoint<'_> {
    /// A handshake in one version alone.
    async fn handshake(&self, version: &'static SupportedProtocolVersion) -> (Reply, Shown) {
        let provider = provider();
        let recorder = Arc::new(Recorder::new(provider.signature_verification_algorithms));
        let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]);
        let mut config = match config {
            Ok(c) => c.dangerous().with_custom_certificate_verifier(recorder.clone()).with_no_client_auth(),
            Err(e) => return (Reply::Undecided(ProbeError::new(ErrorKind::Other, e.to_string())), Shown::default()),
        };
        config.resumption = Resumption::disabled();
        let connector = TlsConnector::from(Arc::new(config));
        let talk = async {
            let stream = connect(self.options, self.host, self.port).await?;
            Ok(match timeout(self.options.connect_timeout, connector.connect(self.name.clone(), stream)).await {
                Ok(Ok(_)) => Reply::Accepted,
                Ok(Err(e)) => of_error(&e),
                Err(_) => Reply::Undecided(ProbeError::new(
                    ErrorKind::Timeout,
                    "expected a finished handshake, found silence; try again",
                )),
            })
        };
        let reply = talk.await.unwrap_or_else(Reply::Undecided);
        let shown = recorder.shown();
        // A server that got as far as its certificate has chosen the version, whatever failed after (it may insist
        // on a client certificate).
        let reply = if shown.chain.is_empty() { reply } else { Reply::Accepted };
        (reply, shown)
    }

    /// The hand-made hello; once more where the connection just closes, as networks lose connections.
    async fn hello(&self, version: Version) -> Reply {
        let mut reply = Reply::Closed;
        for _ in 0..2 {
            reply = match connect(self.options, self.host, self.port).await {
                Ok(stream) => ask(stream, version, self.sni, self.options.connect_timeout).await,
                Err(e) => Reply::Undecided(e),
            };
            if reply != Reply::Closed {
                break;
            }
        }
        reply
    }
}

fn of_error(error: &std::io::Error) -> Reply {
    match tls_cause(error) {
        Some(
            rustls::Error::AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            )
            | rustls::Error::PeerIncompatible(_),
        ) => Reply::Refused,
        Some(other) => Reply::Undecided(ProbeError::new(ErrorKind::Tls, other.to_string())),
        None => match error.kind() {
            IoKind::UnexpectedEof | IoKind::ConnectionReset | IoKind::ConnectionAborted | IoKind::BrokenPipe => {
                Reply::Closed
            }
            _ => Reply::Undecided(ProbeError::new(ErrorKind::Connect, error.to_string())),
        },
    }
}

/// Port of plain HTTP by default.
const DEFAULT_HTTP_PORT: u16 = 80;
/// Port of HTTPS, beside which plain HTTP is looked for.
const HTTPS_PORT: u16 = 443;

async fn plain_http_beside(
    client: &reqwest::Client,
    host: &str,
    port: u16,
    options: &Options,
) -> Reading<Option<PlainHttp>> {
    // Tests serve on other ports and name the one for plain HTTP themselves.
    if port == HTTPS_PORT || options.plain_http_port != DEFAULT_HTTP_PORT {
        plain_http(client, host, options.plain_http_port).await
    } else {
        Reading::Seen(None)
    }
}

async fn plain_http(client: &reqwest::Client, host: &str, port: u16) -> Reading<Option<PlainHttp>> {
    let Ok(url) = Url::parse(&format!("http://{host}:{port}/")) else {
        return Reading::Gap(ProbeError::new(ErrorKind::Other, format!("expected a host name, found {host:?}")));
    };
    match client.get(url.clone()).send().await {
        Ok(response) => {
            let target = response.headers().get(LOCATION).and_then(|v| v.to_str().ok()).and_then(|l| url.join(l).ok());
            let moved = matches!(response.status().as_u16(), 301 | 302 | 307 | 308);
            Reading::Seen(Some(PlainHttp {
                status: response.status().as_u16(),
                redirects_to_https: moved && target.is_some_and(|t| t.scheme() == "https"),
            }))
        }
        Err(e) if connection_refused(&e) => Reading::Seen(None),
        Err(e) => gap_of(&e),
    }
}

async fn hsts_max_age(client: &reqwest::Client, host: &str, port: u16) -> Reading<Option<u64>> {
    let Ok(url) = Url::parse(&format!("https://{host}:{port}/")) else {
        return Reading::Gap(ProbeError::new(ErrorKind::Other, format!("expected a host name, found {host:?}")));
    };
    match client.get(url).send().await {
        Ok(response) => {
            let header = response.headers().get(STRICT_TRANSPORT_SECURITY).and_then(|v| v.to_str().ok());
            if header.is_none() && response.status().is_server_error() {
                let detail = format!("expected an answer of the application, found status {}", response.status());
                return Reading::Gap(ProbeError::new(ErrorKind::Other, detail));
            }
            Reading::Seen(header.and_then(max_age))
        }
        Err(e) => gap_of(&e),
    }
}

/// The directive `max-age` (RFC 6797, 6.1: names in any case, values quoted or not).
fn max_age(header: &str) -> Option<u64> {
    let mut pairs = header.split(';').filter_map(|d| d.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))?;
    value.trim().trim_matches('"').parse().ok()
}

fn gap_of<T>(error: &reqwest::Error) -> Reading<T> {
    Reading::Gap(match classify(error) {
        Failure::Certificate(why) => {
            ProbeError::new(ErrorKind::Tls, format!("not asked over a connection that is not trusted: {why}"))
        }
        Failure::Gap(e) => e,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_is_a_refusal_only_from_a_server_that_answers() {
        let closed = |last| vec![("TLSv1.0", Reply::Closed), ("TLSv1.2", last)];
        let (protocols, undecided) = settle(closed(Reply::Accepted));
        assert_eq!((protocols.as_slice(), undecided.len()), (&["TLSv1.2".to_owned()][..], 0));
        let (protocols, undecided) = settle(closed(Reply::Refused));
        assert_eq!((protocols.len(), undecided.len()), (0, 1));
    }

    #[test]
    fn max_age_is_found_however_it_is_written() {
        assert_eq!(max_age("max-age=31536000; includeSubDomains"), Some(31_536_000));
        assert_eq!(max_age("includeSubDomains; Max-Age = \"300\""), Some(300));
        assert_eq!(max_age("includeSubDomains"), None);
        assert_eq!(max_age("max-age=-1"), None);
    }
}
