//! Webhooks against receivers that fail, hang, ask for a wait, refuse, break off and answer slowly.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::sample;
use crate::alert::http::{Http, Plain};
use crate::alert::webhook::Webhook;
use crate::alert::{Channel, Hidden, Sent, channel};
use crate::model::{AlertSettings, ChannelKind, ChannelSettings, Lang, Letter, Secret};

const KEY: &str = "s3cr3t-key";

/// A receiver that reads a whole request, then does as it is told.
struct Receiver {
    url: String,
    seen: Arc<Mutex<Vec<(String, Vec<u8>)>>>,
}

#[derive(Clone)]
enum Does {
    Answer(&'static str),
    AnswerAfter(Duration, &'static str),
    Hang,
}

impl Receiver {
    async fn start(does: Vec<Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/services/T0/SECRETPATH?token=SECRETQUERY", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<(String, Vec<u8>)>>> = Arc::default();
        let kept = seen.clone();
        tokio::spawn(async move {
            let mut does = does.into_iter().cycle();
            while let Ok((mut stream, _)) = listener.accept().await {
                let (what, kept) = (does.next().unwrap(), kept.clone());
                tokio::spawn(async move {
                    let request = read(&mut stream).await;
                    kept.lock().unwrap().push(request);
                    match what {
                        Does::Answer(text) => {
                            let _ = stream.write_all(text.as_bytes()).await;
                        }
                        Does::AnswerAfter(wait, text) => {
                            tokio::time::sleep(wait).await;
                            let _ = stream.write_all(text.as_bytes()).await;
                        }
                        Does::Hang => std::future::pending().await,
                    }
                });
            }
        });
        Self { url, seen }
    }
}

async fn read(stream: &mut tokio::net::TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let n = stream.read(&mut chunk).await.unwrap_or(0);
        bytes.extend(&chunk[..n]);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length =
                head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok()).unwrap_or(0);
            let body = bytes[end + 4..].to_vec();
            if body.len() >= length {
                return (head, body);
            }
        }
        if n == 0 {
            return (String::new(), bytes);
        }
    }
}

fn webhook(url: &str, whole: Duration) -> Webhook {
    let http = Http::with_limits("ops", "url", &Hidden::new(url), Plain::Anywhere, whole, whole).unwrap();
    Webhook::over(http, Hidden::new(KEY))
}

fn letter() -> Letter {
    sample::letter("shop/実行/0001/ops", "ops", sample::rich())
}

async fn sent(does: Does) -> Sent {
    let receiver = Receiver::start(vec![does]).await;
    let sent = webhook(&receiver.url, Duration::from_millis(700)).send(&letter(), Lang::Ja).await;
    assert_eq!(receiver.seen.lock().unwrap().len(), 1, "one request for each attempt");
    if let Sent::Later { why, .. } | Sent::Refused { why } = &sent {
        assert!(!why.contains("SECRET") && !why.contains(KEY) && !why.is_empty(), "{why}");
    }
    sent
}

#[tokio::test]
async fn what_an_answer_means() {
    for (answer, after) in [
        ("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", Some(7)),
        ("HTTP/1.1 503 Unavailable\r\nRetry-After: 100000\r\nContent-Length: 0\r\n\r\n", Some(3600)),
        ("HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nlate", None),
        ("HTTP/1.1 408 Slow\r\nContent-Length: 0\r\n\r\n", None),
        ("HTTP/1.1 425 Early\r\nContent-Length: 0\r\n\r\n", None),
        // Breaks off in the answer's head, and says nothing at all.
        ("HTTP/1.1 200 O", None),
        ("", None),
        // A refusal to answer at all, in the answer's body.
        ("HTTP/1.1 502 Bad\r\nContent-Length: 1000\r\n\r\nhalf", None),
        ("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", None),
        ("SSH-2.0-OpenSSH_9.6\r\n", None),
    ] {
        let got = sent(Does::Answer(answer)).await;
        let Sent::Later { after: asked, .. } = &got else { panic!("{answer:?}: {got:?}") };
        assert_eq!(asked.map(|d| d.as_secs()), after, "{answer:?}");
    }
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No\r\n\r\n",
        // The receiver said that it took it before the line broke.
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    ] {
        assert_eq!(sent(Does::Answer(answer)).await, Sent::Delivered, "{answer:?}");
    }
    for answer in [
        "HTTP/1.1 400 Bad\r\nContent-Length: 15\r\n\r\ninvalid_payload",
        "HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\nno_service",
        "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
    ] {
        let got = sent(Does::Answer(answer)).await;
        assert!(matches!(&got, Sent::Refused { .. }), "{answer:?}: {got:?}");
    }
    let Sent::Refused { why } = sent(Does::Answer("HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\nno_service")).await
    else {
        panic!("refused");
    };
    assert_eq!(why, "the receiver answered 404: no_service");
}

#[tokio::test]
async fn a_receiver_that_repeats_what_it_was_sent_does_not_bring_secrets_into_errors() {
    let answer = "HTTP/1.1 500 Oh\r\nContent-Length: 71\r\n\r\nno POST /services/T0/SECRETPATH?token=SECRETQUERY for key s3cr3t-key now";
    let Sent::Later { why, .. } = sent(Does::Answer(answer)).await else { panic!("later") };
    assert!(why.contains("(hidden)"), "{why}");
}

#[tokio::test]
async fn slow_is_good_and_hanging_ends() {
    let slow = Does::AnswerAfter(Duration::from_millis(300), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(sent(slow).await, Sent::Delivered);
    let began = Instant::now();
    let Sent::Later { why, after: None } = sent(Does::Hang).await else { panic!("later") };
    assert!(began.elapsed() < Duration::from_secs(5) && why.contains("time"), "{why}");
}

#[tokio::test]
async fn nobody_there_is_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/SECRET", listener.local_addr().unwrap());
    drop(listener);
    let Sent::Later { why, .. } = webhook(&url, Duration::from_secs(1)).send(&letter(), Lang::En).await else {
        panic!("later");
    };
    assert!(why.to_lowercase().contains("connect") && !why.contains("SECRET"), "{why}");
    let unknown = webhook("http://nowhere.invalid/SECRET", Duration::from_secs(5));
    assert!(matches!(unknown.send(&letter(), Lang::En).await, Sent::Later { .. }));
}

#[tokio::test]
async fn a_receiver_can_prove_who_sent_it_and_know_it_again() {
    let receiver = Receiver::start(vec![Does::Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]).await;
    let hook = webhook(&receiver.url, Duration::from_secs(5));
    assert_eq!(hook.send(&letter(), Lang::Ja).await, Sent::Delivered);
    assert_eq!(hook.send(&letter(), Lang::Ja).await, Sent::Delivered);
    let seen = receiver.seen.lock().unwrap().clone();
    let header = |head: &str, name: &str| {
        head.lines().find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned)).unwrap_or_default()
    };
    for (head, body) in &seen {
        let timestamp = header(head, "kakunin-timestamp");
        assert!((chrono::Utc::now().timestamp() - timestamp.parse::<i64>().unwrap()).abs() < 60);
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(&[timestamp.as_bytes(), b".", body].concat());
        assert_eq!(header(head, "kakunin-signature"), format!("v1={}", hex::encode(mac.finalize().into_bytes())));
        assert_eq!(header(head, "idempotency-key"), "shop/%e5%ae%9f%e8%a1%8c/0001/ops");
        assert_eq!(header(head, "content-type"), "application/json");
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        assert_eq!(body["id"], "shop/実行/0001/ops");
        assert_eq!(body["message"]["transitions"].as_array().unwrap().len(), 5);
    }
    assert_eq!(seen[0].1, seen[1].1, "the same body for every attempt");
}

/// The recipe of RFC 4231's kind: computed by openssl.
#[test]
fn the_signature_is_what_the_recipe_says() {
    // printf '1764000000.{"a":1}' | openssl dgst -sha256 -hmac s3cr3t-key
    let expected = "v1=b166bf68f5a605a1d640b6d2b40cce593f7cc6523593f49fe2ba1136703f8bd5";
    assert_eq!(crate::alert::signature(&Hidden::new(KEY), 1_764_000_000, br#"{"a":1}"#).unwrap(), expected);
}

#[tokio::test]
async fn pagerduty_goes_on_where_it_was_stopped() {
    let taken = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let busy = "HTTP/1.1 429 Wait\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let does = [taken, taken, busy, taken, taken, taken].map(Does::Answer).to_vec();
    let receiver = Receiver::start(does).await;
    let url = receiver.url.split('?').next().unwrap().to_owned();
    let pager = crate::alert::pagerduty::PagerDuty::new("ops", Hidden::new("ROUTING"), Some(&url)).unwrap();
    assert!(matches!(pager.send(&letter(), Lang::En).await, Sent::Later { after: Some(_), .. }));
    assert_eq!(pager.send(&letter(), Lang::En).await, Sent::Delivered);
    let keys: Vec<String> = receiver
        .seen
        .lock()
        .unwrap()
        .iter()
        .map(|(_, body)| serde_json::from_slice::<serde_json::Value>(body).unwrap()["dedup_key"].to_string())
        .collect();
    assert_eq!(keys.len(), 6);
    assert_eq!(keys[2], keys[3], "the one that was not taken is sent again, and none before it");
}

#[test]
fn a_secret_that_is_not_there_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let settings = |kind| ChannelSettings { name: "ops".to_owned(), lang: None, kind };
    let none = settings(ChannelKind::Slack { url: Secret::Env("KAKUNIN_NO_SUCH_VARIABLE".to_owned()) });
    let error = channel(&none, folder.path()).err().unwrap().to_string();
    assert_eq!(
        error,
        "channel \"ops\": expected its url in the environment variable KAKUNIN_NO_SUCH_VARIABLE, found it not set; set it \
         where kakunin runs"
    );
    std::fs::write(folder.path().join("hook"), "https://hooks.example.com/services/SECRET\r\n\n").unwrap();
    let filed = settings(ChannelKind::Slack { url: Secret::File("hook".into()) });
    assert!(channel(&filed, folder.path()).is_ok());
    std::fs::write(folder.path().join("hook"), "hooks.example.com/SECRET").unwrap();
    let error = channel(&filed, folder.path()).err().unwrap().to_string();
    assert!(error.contains("\"ops\"") && error.contains("url") && !error.contains("SECRET"), "{error}");
    std::fs::write(folder.path().join("hook"), "\n").unwrap();
    assert!(channel(&filed, folder.path()).err().unwrap().to_string().contains("found it empty"));
    let gone = settings(ChannelKind::Webhook { url: Secret::File("gone".into()), secret: Secret::File("hook".into()) });
    assert!(channel(&gone, folder.path()).err().unwrap().to_string().contains("gone"));
}

#[tokio::test]
async fn a_channel_that_cannot_be_made_keeps_its_letters_waiting() {
    let channel = ChannelSettings {
        name: "ops".to_owned(),
        lang: None,
        kind: ChannelKind::Slack { url: Secret::Env("KAKUNIN_NO_SUCH_VARIABLE".to_owned()) },
    };
    let settings = AlertSettings { channels: vec![channel], lang: Some(Lang::Ja), ..AlertSettings::default() };
    let (channels, errors) = crate::alert::channels(&settings, std::path::Path::new("."), Lang::En);
    assert_eq!(errors.len(), 1);
    let (channel, lang) = &channels["ops"];
    assert_eq!(*lang, Lang::Ja);
    let Sent::Later { why, .. } = channel.send(&letter(), *lang).await else { panic!("later") };
    assert!(why.contains("KAKUNIN_NO_SUCH_VARIABLE"));
}
