//! Pages, and the whole room, against servers of this machine.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{header_regex, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::model::GapReason;
use crate::table::{PAGE_KIND, TLS_KIND};

fn clock() -> Moment {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

pub(super) fn options() -> Options {
    Options {
        connect_timeout: Duration::from_millis(1500),
        total_timeout: Duration::from_millis(1500),
        max_body: 1000,
        allow_private: true,
        ..Options::default()
    }
}

async fn server(at: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    mount(&server, at, answer).await;
    server
}

async fn mount(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

fn to(location: impl AsRef<str>) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", location.as_ref())
}

async fn one_page(url: &str, options: &Options) -> (Resource, Seen) {
    let targets = Targets { pages: vec![url.to_owned()], tls: Vec::new() };
    let seen = look(&targets, options, clock()).await;
    (seen.resources[0].clone(), seen)
}

#[tokio::test]
async fn a_page_is_read_with_its_digests_and_title() {
    let body = "<html><head><TITLE lang=ja>\n  セキュリティ\n ホワイトペーパー </TITLE></head>";
    let server = MockServer::start().await;
    Mock::given(path("/a"))
        .and(header_regex("user-agent", "^kakunin/"))
        .respond_with(ResponseTemplate::new(200).set_body_string(body))
        .mount(&server)
        .await;
    let url = format!("{}/a", server.uri());
    let (page, seen) = one_page(&url, &options()).await;
    assert_eq!(page.attributes["Status"], json!(200));
    assert_eq!(page.attributes["Title"], json!("セキュリティ ホワイトペーパー"));
    assert_eq!(page.attributes["ContentLength"], json!(body.len()));
    assert_eq!(page.attributes["Https"], json!(false));
    assert_eq!(page.attributes["TlsError"], Value::Null);
    assert_eq!(page.attributes["Hops"], json!([]));
    assert!(page.gaps.is_empty());
    let names: BTreeSet<&str> = page.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, PAGE_ATTRIBUTES.iter().copied().collect());

    let observation = &seen.observations[0];
    assert_eq!((observation.status, observation.operation.as_str()), (200, GET_PAGE));
    assert_eq!(json!(observation.digest), page.attributes["Sha256"]);
    assert_eq!(page.evidence[GET_PAGE], std::slice::from_ref(&observation.id));
    assert_eq!(observation.id.len(), 18);
    assert_eq!(seen.coverage[0].state, CoverageState::Read);
    assert_eq!(seen.coverage[0].observations, std::slice::from_ref(&observation.id));
}

#[tokio::test]
async fn the_fingerprint_is_unmoved_by_white_space_and_the_digest_is_not() {
    let server = server("/a", ResponseTemplate::new(200).set_body_string("<p>one two</p>")).await;
    mount(&server, "/b", ResponseTemplate::new(200).set_body_string("<p>one\n\n two</p>\n")).await;
    mount(&server, "/c", ResponseTemplate::new(200).set_body_string("<p>onetwo</p>")).await;
    let probe = async |at: &str| probe_page(&options(), &format!("{}{at}", server.uri()), clock()).await;
    let (a, b, c) = (probe("/a").await, probe("/b").await, probe("/c").await);
    assert_eq!(a.fingerprint, b.fingerprint);
    assert_ne!(a.sha256, b.sha256);
    assert_ne!(a.fingerprint, c.fingerprint);
}

#[tokio::test]
async fn an_error_status_is_a_fact_and_no_gap() {
    for status in [404, 403, 500, 503] {
        let server = server("/a", ResponseTemplate::new(status)).await;
        let (page, seen) = one_page(&format!("{}/a", server.uri()), &options()).await;
        assert_eq!(page.attributes["Status"], json!(status));
        assert!(page.gaps.is_empty() && seen.gaps.is_empty());
    }
}

#[tokio::test]
async fn redirects_are_followed_and_written_down() {
    let server = server("/a", to("/b")).await;
    mount(&server, "/b", to(format!("{}/c", server.uri()))).await;
    mount(&server, "/c", ResponseTemplate::new(200)).await;
    let (page, _) = one_page(&format!("{}/a", server.uri()), &options()).await;
    let (b, c) = (format!("{}/b", server.uri()), format!("{}/c", server.uri()));
    assert_eq!(page.attributes["Status"], json!(200));
    assert_eq!(page.attributes["Hops"], json!([b, c]));
    assert_eq!(page.attributes["FinalUrl"], json!(c));
    assert_eq!(page.attributes["HostChanged"], json!(false));
}

#[tokio::test]
async fn a_redirect_to_another_host_is_told() {
    let server = MockServer::start().await;
    let elsewhere = server.uri().replace("127.0.0.1", "localhost");
    mount(&server, "/a", to(format!("{elsewhere}/parked"))).await;
    mount(&server, "/parked", ResponseTemplate::new(200)).await;
    let (page, _) = one_page(&format!("{}/a", server.uri()), &options()).await;
    assert_eq!(page.attributes["Status"], json!(200));
    assert_eq!(page.attributes["HostChanged"], json!(true));
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_are_a_gap() {
    let server = MockServer::start().await;
    for n in 1..=6 {
        mount(&server, &format!("/{n}"), to(format!("/{}", n - 1))).await;
    }
    mount(&server, "/0", ResponseTemplate::new(200)).await;
    let (five, _) = one_page(&format!("{}/5", server.uri()), &options()).await;
    assert_eq!(five.attributes["Status"], json!(200));
    let (six, seen) = one_page(&format!("{}/6", server.uri()), &options()).await;
    assert!(!six.attributes.contains_key("Status"));
    assert_eq!(six.gaps["Status"].reason, GapReason::Error);
    assert!(seen.gaps[0].detail.contains("at most 5 redirects"), "{}", seen.gaps[0].detail);
}

#[tokio::test]
async fn what_cannot_be_reached_is_a_gap_in_every_attribute_but_the_url() {
    let slow = server("/a", ResponseTemplate::new(200).set_delay(Duration::from_secs(20))).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (url, reason) in [
        (format!("{}/a", slow.uri()), GapReason::Timeout),
        (format!("http://127.0.0.1:{closed}/"), GapReason::Timeout),
        ("https://no-such-name.invalid/".to_owned(), GapReason::Timeout),
        ("https:// not a url".to_owned(), GapReason::Error),
        ("ftp://example.com/".to_owned(), GapReason::Error),
    ] {
        let (page, seen) = one_page(&url, &options()).await;
        assert_eq!(page.attributes.keys().collect::<Vec<_>>(), ["Url"], "{url}");
        assert_eq!(page.gaps.len(), PAGE_ATTRIBUTES.len() - 1, "{url}");
        assert_eq!((seen.gaps[0].reason, page.gaps["Status"].reason), (reason, reason), "{:?}", seen.gaps);
        assert_eq!(seen.coverage[0].state, CoverageState::Gap(reason));
        let observation = &seen.observations[0];
        assert_eq!((observation.status, observation.digest.as_str()), (0, ""));
        assert!(observation.error.is_some());
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_leaves_the_status_and_a_gap_for_the_body() {
    let server = server("/a", ResponseTemplate::new(200).set_body_string("x".repeat(1001))).await;
    mount(&server, "/b", ResponseTemplate::new(200).set_body_string("x".repeat(1000))).await;
    let (page, seen) = one_page(&format!("{}/a", server.uri()), &options()).await;
    assert_eq!(page.attributes["Status"], json!(200));
    assert!(!page.attributes.contains_key("Sha256"));
    assert_eq!(page.gaps["Sha256"].reason, GapReason::Error);
    assert!(seen.gaps.is_empty());
    let (page, _) = one_page(&format!("{}/b", server.uri()), &options()).await;
    assert!(page.gaps.is_empty());
}

#[tokio::test]
async fn a_private_address_is_never_asked_whether_written_named_or_redirected_to() {
    let server = server("/a", ResponseTemplate::new(200)).await;
    let named = server.uri().replace("127.0.0.1", "localhost");
    let strict = Options { allow_private: false, ..options() };
    for url in [format!("{}/a", server.uri()), format!("{named}/a"), "http://169.254.169.254/latest/".to_owned()] {
        let probe = probe_page(&strict, &url, clock()).await;
        let error = probe.error.unwrap();
        assert_eq!((probe.status, error.kind), (None, ErrorKind::Refused), "{url}: {}", error.detail);
        assert!(error.detail.contains("expected a public address"), "{}", error.detail);
    }
    let endpoint = probe_tls(&strict, "localhost", server.address().port(), clock()).await;
    assert_eq!(endpoint.error.map(|e| e.kind), Some(ErrorKind::Refused));
    assert!(server.received_requests().await.unwrap().is_empty());

    // A redirect is refused by the same rule, here by its scheme, as the first hop of a local test is private itself.
    mount(&server, "/r", to("ftp://example.com/")).await;
    mount(&server, "/s", to("http://user:pw@127.0.0.1/")).await;
    let r = probe_page(&options(), &format!("{}/r", server.uri()), clock()).await;
    assert_eq!((r.status, r.error.is_some()), (None, true));
    let s = probe_page(&options(), &format!("{}/s", server.uri()), clock()).await;
    assert_eq!(s.error.map(|e| e.kind), Some(ErrorKind::Refused));
}

#[tokio::test]
async fn what_was_recorded_is_replayed_without_the_server_and_the_rest_is_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let server = server("/a", ResponseTemplate::new(200).set_body_string("hello")).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let targets = Targets {
        pages: vec![format!("{}/a", server.uri()), format!("{}/404", server.uri())],
        tls: vec![format!("127.0.0.1:{closed}")],
    };
    let record = Options { mode: Mode::Record(dir.path().to_owned()), ..options() };
    let recorded = look(&targets, &record, clock()).await;
    drop(server);
    let replay = Options { mode: Mode::Replay(dir.path().to_owned()), ..options() };
    assert_eq!(look(&targets, &replay, clock()).await, recorded);

    let other = Targets { pages: vec!["https://example.com/".to_owned()], tls: vec!["example.com".to_owned()] };
    let seen = look(&other, &replay, clock()).await;
    assert_eq!(seen.gaps.len(), 2);
    assert!(seen.gaps.iter().all(|g| g.reason == GapReason::NotRead), "{:?}", seen.gaps);
    assert_eq!(seen.observations[0].time, clock());
    assert_eq!(seen.resources[1].id, "example.com");
    assert_eq!(seen.resources[1].gaps["Protocols"].reason, GapReason::NotRead);
}

#[tokio::test]
async fn a_recording_that_cannot_be_written_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let server = server("/a", ResponseTemplate::new(200)).await;
    let record = Options { mode: Mode::Record(file), ..options() };
    let (page, seen) = one_page(&format!("{}/a", server.uri()), &record).await;
    assert_eq!(page.attributes["Status"], json!(200));
    assert_eq!(seen.coverage[0].state, CoverageState::Gap(GapReason::Error));
    assert!(seen.gaps[0].detail.contains("--record"), "{}", seen.gaps[0].detail);
    assert!(!seen.gaps[0].detail.contains(&*dir.path().to_string_lossy()));
}

#[tokio::test]
async fn a_host_is_not_asked_more_than_twice_at_once() {
    let answer = || ResponseTemplate::new(200).set_delay(Duration::from_millis(200));
    let server = MockServer::start().await;
    let mut targets = Targets::default();
    for n in 0..6 {
        mount(&server, &format!("/{n}"), answer()).await;
        targets.pages.push(format!("{}/{n}", server.uri()));
    }
    targets.pages.push(format!("{}/0", server.uri()));
    let start = std::time::Instant::now();
    let seen = look(&targets, &options(), clock()).await;
    assert!(seen.gaps.is_empty());
    assert!(start.elapsed() >= Duration::from_millis(600), "{:?}", start.elapsed());
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
    let ids: Vec<&str> = seen.resources.iter().map(|r| r.id.as_str()).collect();
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn no_targets_is_a_complete_reading_of_nothing() {
    let seen = look(&Targets::default(), &options(), clock()).await;
    assert!(seen.resources.is_empty() && seen.observations.is_empty());
    assert!(seen.coverage.iter().all(|c| c.observations.is_empty() && c.state == CoverageState::Read));
}

#[test]
fn an_endpoint_is_a_host_and_a_port() {
    assert_eq!(host_and_port("Example.COM"), Some(("example.com".to_owned(), 443)));
    assert_eq!(host_and_port("example.com:8443"), Some(("example.com".to_owned(), 8443)));
    assert_eq!(host_and_port("[::1]:8443"), Some(("[::1]".to_owned(), 8443)));
    assert_eq!(host_and_port("example.com/path"), None);
    assert_eq!(host_and_port("user@example.com"), None);
    assert_eq!(host_and_port(""), None);
}

#[tokio::test]
async fn every_target_has_a_resource_by_the_name_it_was_given() {
    let dir = tempfile::tempdir().unwrap();
    let replay = Options { mode: Mode::Replay(dir.path().to_owned()), ..options() };
    let targets = Targets {
        pages: vec!["HTTPS://Example.com".to_owned(), " x".to_owned()],
        tls: vec!["Example.com".to_owned(), "".to_owned()],
    };
    let seen = look(&targets, &replay, clock()).await;
    let ids: BTreeSet<&str> = seen.resources.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["HTTPS://Example.com", " x", "Example.com", ""]));
    // With a port, for the command that repeats it.
    assert!(seen.observations.iter().any(|o| o.input == ["example.com:443"]));
}

#[test]
fn the_table_declares_nothing_that_is_not_supplied() {
    for (kind, operation, supplied) in
        [(PAGE_KIND, GET_PAGE, PAGE_ATTRIBUTES), (TLS_KIND, TLS_HANDSHAKE, TLS_ATTRIBUTES)]
    {
        let kind = crate::table::registry().kind(kind).unwrap();
        assert_eq!(kind.list.id(), operation);
        for name in kind.attributes.keys() {
            assert!(supplied.iter().any(|s| s == name), "{name}");
        }
    }
}

#[test]
fn a_look_can_be_spawned() {
    fn spawnable<T: Send>(_: T) {}
    spawnable(look(&Targets::default(), &Options::default(), clock()));
}
