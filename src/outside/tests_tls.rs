//! TLS endpoints against servers of this machine.

use chrono::TimeDelta;
use rcgen::KeyPair;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::testing::*;
use super::tests::options;
use super::*;
use crate::model::GapReason;

fn clock() -> Moment {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

async fn endpoint_of(options: &Options, target: String) -> (Resource, Seen) {
    let seen = look(&Targets { pages: Vec::new(), tls: vec![target] }, options, clock()).await;
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

/// An internal error (alert 80) decides nothing.
const UNDECIDED: [u8; 7] = [21, 3, 1, 0, 2, 2, 80];

#[tokio::test]
async fn a_server_that_still_accepts_tls_1_0_is_found_even_where_another_version_is_undecided() {
    let port = raw(|hello| match hello[9..11] {
        [3, 1] => vec![22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1],
        _ => UNDECIDED.to_vec(),
    })
    .await;
    let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(endpoint.attributes["AcceptsLegacy"], json!(true), "{:?}", endpoint.gaps);
    assert_eq!(endpoint.attributes["Protocols"], json!(["TLSv1.0"]));
    assert_eq!(endpoint.attributes["ProtocolsUndecided"], json!(["TLSv1.1", "TLSv1.2", "TLSv1.3"]));
}

#[tokio::test]
async fn a_list_of_versions_that_may_lack_an_old_one_does_not_look_clean() {
    let port = raw(|hello| match hello[9..11] {
        [3, 1] => UNDECIDED.to_vec(),
        [3, 3] => vec![22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3],
        _ => vec![21, 3, 1, 0, 2, 2, 70],
    })
    .await;
    let (endpoint, _) = endpoint_of(&options(), format!("127.0.0.1:{port}")).await;
    assert_eq!(endpoint.attributes["AcceptsModern"], json!(true), "{:?}", endpoint.gaps);
    assert!(endpoint.attributes["ProtocolsUndecided"].as_array().unwrap().contains(&json!("TLSv1.0")));
    for name in ["Protocols", "AcceptsLegacy"] {
        assert!(endpoint.gaps.contains_key(name) && !endpoint.attributes.contains_key(name), "{name}");
    }
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
async fn a_replay_by_another_clock_keeps_only_what_still_stands() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new("Example Authority");
    let port = serve(authority.issue("localhost", 5), BOTH).await;
    let strange = serve(Authority::new("Example Stranger").issue("localhost", 5), BOTH).await;
    let expired = serve(authority.issue("localhost", 2), BOTH).await;
    let record = Options { mode: Mode::Record(dir.path().to_owned()), ..authority.options() };
    let replay = Options { mode: Mode::Replay(dir.path().to_owned()), ..options() };
    let targets = |port| Targets { pages: Vec::new(), tls: vec![format!("localhost:{port}")] };
    for port in [port, strange, expired] {
        look(&targets(port), &record, clock()).await;
    }
    let at = async |port, days| {
        let mut seen = look(&targets(port), &replay, clock() + TimeDelta::days(days)).await;
        let mut take = |name| seen.resources[0].attributes.remove(name);
        (take("ChainValid"), take("DaysLeft"))
    };
    assert_eq!(at(port, 0).await, (Some(json!(true)), Some(json!(60))));
    assert_eq!(at(port, 60).await, (Some(json!(true)), Some(json!(0))));
    assert_eq!(at(port, 61).await, (Some(json!(false)), Some(json!(-1))));
    assert_eq!(at(port, -90).await.0, Some(json!(false)));
    // No clock makes a stranger trusted.
    assert_eq!(at(strange, 10).await.0, Some(json!(false)));
    // In date by this clock; whether trusted as well was not seen.
    assert_eq!(at(expired, 0).await.0, Some(json!(false)));
    assert_eq!(at(expired, -40).await.0, None);
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
