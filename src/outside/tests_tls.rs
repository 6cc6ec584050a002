//! TLS endpoints against servers of this machine.

use chrono::TimeDelta;
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::tests::options;
use super::*;
use crate::model::GapReason;

type Versions = &'static [&'static SupportedProtocolVersion];
const BOTH: Versions = &[&version::TLS12, &version::TLS13];
const ONLY_12: Versions = &[&version::TLS12];
const ONLY_13: Versions = &[&version::TLS13];

fn clock() -> Moment {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn options(&self) -> Options {
        Options { extra_roots: vec![self.0.der().clone()], ..options() }
    }

    /// A certificate for `name`, valid in 2026 up to and without `month`.
    fn issue(&self, name: &str, month: u8) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, month).signed_by(&key, &self.0).unwrap();
        Identity { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }
}

struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

fn params(name: &str, month: u8) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2026, month, 1);
    params
}

/// A TLS server that answers any request with an HSTS header. Returns its port.
async fn serve(identity: Identity, versions: Versions) -> u16 {
    let config = ServerConfig::builder_with_provider(super::probe::provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(identity.chain, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key)))
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = [0u8; 2048];
                let _ = stream.read(&mut request).await;
                let answer = "HTTP/1.1 200 OK\r\nstrict-transport-security: max-age=31536000\r\n\
                              content-length: 2\r\nconnection: close\r\n\r\nok";
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

/// A server that reads a hello and answers what `answer` makes of it. Returns its port.
async fn raw(answer: fn(&[u8]) -> Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0u8; 4096];
            if stream.read(&mut hello).await.is_ok_and(|n| n > 11) {
                let _ = stream.write_all(&answer(&hello)).await;
            }
        }
    });
    port
}

async fn endpoint_of(options: &Options, target: String) -> (Resource, Seen) {
    let seen = look(&Targets { pages: Vec::new(), tls: vec![target] }, options, clock()).await.unwrap();
    (seen.resources[0].clone(), seen)
}

#[tokio::test]
async fn a_good_endpoint() {
    let authority = Authority::new("Example Authority");
    let port = serve(authority.issue("localhost", 5), BOTH).await;
    let plain = MockServer::start().await;
    let moved = ResponseTemplate::new(301).insert_header("location", "https://localhost/");
    Mock::given(any()).respond_with(moved).mount(&plain).await;
    let options = Options { plain_http_port: plain.address().port(), ..authority.options() };
    let (endpoint, seen) = endpoint_of(&options, format!("localhost:{port}")).await;
    assert!(endpoint.gaps.is_empty(), "{:?}", endpoint.gaps);
    let names: BTreeSet<&str> = endpoint.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, TLS_ATTRIBUTES.iter().copied().collect());
    for (name, value) in [
        ("Host", json!("localhost")),
        ("Port", json!(port)),
        ("Protocols", json!(["TLSv1.2", "TLSv1.3"])),
        ("ProtocolsUndecided", json!([])),
        ("AcceptsLegacy", json!(false)),
        ("AcceptsModern", json!(true)),
        ("ChainValid", json!(true)),
        ("NameMatches", json!(true)),
        ("TrustError", Value::Null),
        ("NotAfter", json!("2026-05-01T00:00:00Z")),
        // From noon of 1 March: 60 days and a half.
        ("DaysLeft", json!(60)),
        ("KeyAlgorithm", json!("EC")),
        ("KeyBits", json!(256)),
        ("RedirectsToHttps", json!(true)),
        ("PlainHttpStatus", json!(301)),
        ("HstsMaxAge", json!(31_536_000)),
    ] {
        assert_eq!(endpoint.attributes[name], value, "{name}");
    }
    assert_eq!(seen.observations[0].error, None);
    assert_eq!(endpoint.evidence[TLS_HANDSHAKE], [seen.observations[0].id.clone()]);
}

#[tokio::test]
async fn certificates_that_are_not_trusted_are_facts() {
    let authority = Authority::new("Example Authority");
    let stranger = Authority::new("Example Stranger");
    let own_key = KeyPair::generate().unwrap();
    let own = params("localhost", 5).self_signed(&own_key).unwrap();
    let own = Identity { chain: vec![own.der().clone()], key: own_key.serialize_der() };
    for (identity, chain_valid, name_matches, days, word) in [
        (own, false, true, 60, "trusted root"),
        (stranger.issue("localhost", 5), false, true, 60, "trusted root"),
        (authority.issue("localhost", 2), false, true, -29, "expired"),
        (authority.issue("other.example", 5), true, false, 60, "not valid for name"),
    ] {
        let port = serve(identity, BOTH).await;
        let (endpoint, seen) = endpoint_of(&authority.options(), format!("localhost:{port}")).await;
        assert_eq!(endpoint.attributes["ChainValid"], json!(chain_valid), "{word}");
        assert_eq!(endpoint.attributes["NameMatches"], json!(name_matches), "{word}");
        assert_eq!(endpoint.attributes["DaysLeft"], json!(days));
        assert!(endpoint.attributes["TrustError"].as_str().unwrap().contains(word), "{:?}", endpoint.attributes);
        assert_eq!(endpoint.attributes["Protocols"], json!(["TLSv1.2", "TLSv1.3"]));
        assert!(endpoint.gaps.contains_key("HstsMaxAge"), "nobody heeds the header of such a connection");
        assert!(seen.gaps.is_empty());

        // The same for a page.
        let page = probe_page(&authority.options(), &format!("https://localhost:{port}/"), clock()).await;
        assert_eq!((page.status, &page.error), (Some(0), &None), "{word}");
        assert!(page.tls_error.unwrap().contains(word));
    }
}

#[tokio::test]
async fn the_run_s_clock_decides_what_is_expired() {
    let authority = Authority::new("Example Authority");
    let port = serve(authority.issue("localhost", 5), BOTH).await;
    let url = format!("https://localhost:{port}/");
    let good = probe_page(&authority.options(), &url, clock()).await;
    assert_eq!((good.status, good.https), (Some(200), true), "{:?}", good.error);
    let late = probe_page(&authority.options(), &url, clock() + TimeDelta::days(100)).await;
    assert!(late.tls_error.is_some());
}

#[tokio::test]
async fn servers_of_one_version_are_told_apart() {
    let authority = Authority::new("Example Authority");
    for (versions, expected) in [(ONLY_12, ["TLSv1.2"]), (ONLY_13, ["TLSv1.3"])] {
        let port = serve(authority.issue("localhost", 5), versions).await;
        let (endpoint, _) = endpoint_of(&authority.options(), format!("localhost:{port}")).await;
        assert_eq!(endpoint.attributes["Protocols"], json!(expected), "{:?}", endpoint.gaps);
        assert_eq!(endpoint.attributes["ChainValid"], json!(true));
    }
}

#[tokio::test]
async fn a_server_that_still_accepts_tls_1_0_is_found() {
    // Goes on in 1.0 whatever is offered; refuses nothing else.
    let port = raw(|_| vec![22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1]).await;
    let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(endpoint.attributes["AcceptsLegacy"], json!(true), "{:?}", endpoint.gaps);
}

#[tokio::test]
async fn tls_1_2_with_old_cipher_suites_only_is_still_tls_1_2() {
    // It knows AES128-SHA (0x002f) and nothing else, which the library's hello does not offer.
    let port = raw(|hello| {
        let offered = hello.windows(2).any(|w| w == [0x00, 0x2f]) && hello[11..43] == [0x4b; 32];
        match hello[9..11] {
            [3, 3] if offered => vec![22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3],
            [3, 3] => vec![21, 3, 3, 0, 2, 2, 40],
            _ => vec![21, 3, 1, 0, 2, 2, 70],
        }
    })
    .await;
    let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(endpoint.attributes["Protocols"], json!(["TLSv1.2"]), "{:?}", endpoint.gaps);
    assert!(endpoint.gaps.contains_key("ChainValid"), "no certificate was seen");
}

#[tokio::test]
async fn a_server_that_refuses_everything_accepts_nothing() {
    let port = raw(|_| vec![21, 3, 3, 0, 2, 2, 40]).await;
    let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(endpoint.attributes["Protocols"], json!([]));
    assert_eq!(endpoint.attributes["AcceptsModern"], json!(false));
    assert!(endpoint.gaps.contains_key("ChainValid"));
}

#[tokio::test]
async fn a_server_that_hangs_up_or_speaks_something_else_decides_nothing() {
    let hangs_up: fn(&[u8]) -> Vec<u8> = |_| Vec::new();
    let http: fn(&[u8]) -> Vec<u8> = |_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    for answer in [hangs_up, http] {
        let port = raw(answer).await;
        let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
        for name in ["Protocols", "AcceptsLegacy", "AcceptsModern", "ChainValid", "NameMatches", "DaysLeft"] {
            assert!(!endpoint.attributes.contains_key(name), "{name}: {:?}", endpoint.attributes);
            assert!(endpoint.gaps.contains_key(name), "{name}");
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_a_gap() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (endpoint, seen) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(seen.gaps[0].reason, GapReason::Timeout);
    assert_eq!(seen.coverage[1].state, CoverageState::Gap(GapReason::Timeout));
    let read: Vec<&String> = endpoint.attributes.keys().collect();
    assert_eq!(read, ["Host", "Port", "ProtocolsUndecided"]);
    let (odd, _) = endpoint_of(&options(), "not a host".to_owned()).await;
    assert_eq!(odd.gaps["ChainValid"].reason, GapReason::Error);
}

#[tokio::test]
async fn plain_http_is_told_apart_absent_redirecting_or_served() {
    let authority = Authority::new("Example Authority");
    let port = serve(authority.issue("localhost", 5), BOTH).await;
    let plain = MockServer::start().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let with = |plain_http_port| Options { plain_http_port, ..authority.options() };
    let target = format!("localhost:{port}");

    let (absent, _) = endpoint_of(&with(closed), target.clone()).await;
    assert_eq!(absent.attributes["RedirectsToHttps"], Value::Null);
    let (unknown, _) = endpoint_of(&with(silent.local_addr().unwrap().port()), target.clone()).await;
    assert_eq!(unknown.gaps["RedirectsToHttps"].reason, GapReason::Timeout);
    for answer in [
        ResponseTemplate::new(200),
        ResponseTemplate::new(301).insert_header("location", "/welcome"),
        ResponseTemplate::new(302).insert_header("location", "http://www.localhost/"),
        ResponseTemplate::new(200).insert_header("location", "https://localhost/"),
    ] {
        plain.reset().await;
        Mock::given(any()).respond_with(answer).mount(&plain).await;
        let (served, _) = endpoint_of(&with(plain.address().port()), target.clone()).await;
        assert_eq!(served.attributes["RedirectsToHttps"], json!(false));
    }
}

#[tokio::test]
async fn a_replay_by_a_later_clock_does_not_keep_a_chain_that_has_run_out() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new("Example Authority");
    let port = serve(authority.issue("localhost", 5), BOTH).await;
    let targets = Targets { pages: Vec::new(), tls: vec![format!("localhost:{port}")] };
    let record = Options { mode: Mode::Record(dir.path().to_owned()), ..authority.options() };
    look(&targets, &record, clock()).await.unwrap();
    let replay = Options { mode: Mode::Replay(dir.path().to_owned()), ..options() };
    let at = async |days| {
        let seen = look(&targets, &replay, clock() + TimeDelta::days(days)).await.unwrap();
        (seen.resources[0].attributes["ChainValid"].clone(), seen.resources[0].attributes["DaysLeft"].clone())
    };
    assert_eq!(at(0).await, (json!(true), json!(60)));
    assert_eq!(at(60).await, (json!(true), json!(0)));
    assert_eq!(at(61).await, (json!(false), json!(-1)));
    assert_eq!(at(-90).await.0, json!(false));
}

/// OpenSSL's own server, for the versions that no Rust library speaks. Killed when dropped.
struct OpenSsl(std::process::Child, u16);

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl OpenSsl {
    /// None where this machine has no `openssl`.
    fn serve(dir: &std::path::Path, identity: &Identity, more: &[&str]) -> Option<Self> {
        use std::io::BufRead;
        let (cert, key) = (dir.join("cert.der"), dir.join("key.der"));
        std::fs::write(&cert, &identity.chain[0]).unwrap();
        std::fs::write(&key, &identity.key).unwrap();
        let mut child = std::process::Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-certform", "DER", "-keyform", "DER", "-cert"])
            .arg(&cert)
            .arg("-key")
            .arg(&key)
            .args(more)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .ok()?;
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let port =
            lines.map_while(Result::ok).find_map(|l| l.strip_prefix("ACCEPT ")?.rsplit(':').next()?.parse().ok());
        Some(Self(child, port.expect("openssl s_server names its port")))
    }
}

#[tokio::test]
async fn the_versions_of_a_real_server_are_found() {
    let authority = Authority::new("Example Authority");
    let dir = tempfile::tempdir().unwrap();
    let identity = authority.issue("localhost", 5);
    for (flags, expected) in [
        (&["-min_protocol", "TLSv1"][..], &["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"][..]),
        (&["-tls1_1"], &["TLSv1.1"]),
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"], &["TLSv1.2"]),
        (&["-tls1_3"], &["TLSv1.3"]),
    ] {
        let weak = if flags.contains(&"-cipher") { &[][..] } else { &["-cipher", "ALL:@SECLEVEL=0"] };
        let Some(server) = OpenSsl::serve(dir.path(), &identity, &[flags, weak].concat()) else {
            eprintln!("SKIPPED: this machine has no openssl command");
            return;
        };
        let (endpoint, _) = endpoint_of(&authority.options(), format!("localhost:{}", server.1)).await;
        assert_eq!(endpoint.attributes.get("Protocols"), Some(&json!(expected)), "{flags:?}: {:?}", endpoint.gaps);
    }
}
