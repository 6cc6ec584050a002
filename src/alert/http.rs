//! One POST, and what its answer means for the letter. No text that leaves here holds the address or another secret.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};

use super::{ChannelError, Hidden, Sent};
use crate::model::Moment;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the whole of an attempt.
const WHOLE: Duration = Duration::from_secs(15);
/// Longest wait that a receiver may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Bytes of a refusal that are read, so that an endless answer ends.
const ANSWER: usize = 4096;
/// Characters of a refusal that people are shown.
const SHOWN: usize = 300;

/// Where plain `http` is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// On this machine only: the address itself is the secret.
    Loopback,
    /// Anywhere: what is sent is signed.
    Anywhere,
}

/// An address to post to.
pub(super) struct Http {
    client: Client,
    url: Url,
    /// What must not be shown: the address, its path and its password.
    hidden: Vec<String>,
}

impl Http {
    /// Checks the address and sets the client up.
    pub(super) fn new(channel: &str, field: &'static str, url: &Hidden, plain: Plain) -> Result<Self, ChannelError> {
        Self::with_limits(channel, field, url, plain, CONNECT, WHOLE)
    }

    /// The same with other limits, for tests.
    pub(super) fn with_limits(
        channel: &str,
        field: &'static str,
        address: &Hidden,
        plain: Plain,
        connect: Duration,
        whole: Duration,
    ) -> Result<Self, ChannelError> {
        let wrong = |found: &str| ChannelError::address(channel, field, "an https:// address", found);
        let url = Url::parse(address.expose().trim()).map_err(|error| wrong(&format!("no address: {error}")))?;
        let loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => return Err(wrong("one without a host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback || plain == Plain::Anywhere => {}
            "http" => return Err(wrong("http://, which shows the secret in it to everyone on the way")),
            _ => return Err(wrong("another scheme")),
        }
        let client = Client::builder()
            .user_agent(concat!("kakunin/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect)
            .timeout(whole)
            .build()
            .map_err(|error| ChannelError::Client {
                channel: channel.to_owned(),
                detail: chain(&error.without_url()),
            })?;
        let mut hidden = vec![address.expose().trim().to_owned(), url.as_str().to_owned()];
        hidden.extend(url.query().map(str::to_owned));
        hidden.push(url.path().to_owned());
        hidden.extend(url.password().map(str::to_owned));
        Ok(Self { client, url, hidden: hidden.into_iter().filter(|secret| secret.len() > 3).collect() })
    }

    /// Another secret that must not be shown, as a receiver may repeat what it was sent.
    pub(super) fn hide(mut self, secret: &Hidden) -> Self {
        self.hidden.push(secret.expose().to_owned());
        self
    }

    /// Posts JSON once.
    pub(super) async fn post(&self, headers: HeaderMap, body: Vec<u8>) -> Sent {
        let request = self
            .client
            .post(self.url.clone())
            .headers(headers)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Ok(answer) => self.judge(answer).await,
            Err(error) if error.is_builder() => Sent::refused(self.show(&chain(&error.without_url()))),
            Err(error) => Sent::later(self.show(&chain(&error.without_url()))),
        }
    }

    async fn judge(&self, answer: Response) -> Sent {
        let status = answer.status();
        // The status decides: a connection that breaks after it does not take back that the receiver took the letter.
        if status.is_success() {
            return Sent::Delivered;
        }
        let after = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| wait(text, chrono::Utc::now()));
        let said = self.show(&beginning(answer).await);
        let why = match said.is_empty() {
            true => format!("the receiver answered {}", status.as_u16()),
            false => format!("the receiver answered {}: {said}", status.as_u16()),
        };
        match class(status) {
            Class::Later => Sent::Later { why, after },
            Class::Refused => Sent::Refused { why },
        }
    }

    /// Takes secrets and control characters out of a text, and its end where it is long.
    fn show(&self, text: &str) -> String {
        let shown = self.hidden.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "(hidden)"));
        super::words::cut(&super::words::clean(&shown), SHOWN)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Class {
    Later,
    Refused,
}

/// What a status that is no success means: RFC 9110, section 15; 425 is RFC 8470, 429 is RFC 6585.
fn class(status: StatusCode) -> Class {
    match status.as_u16() {
        408 | 425 | 429 => Class::Later,
        // Moved for good is a wrong address; sent elsewhere for now may be a page of maintenance.
        301 | 308 => Class::Refused,
        400..=499 => Class::Refused,
        _ => Class::Later,
    }
}

/// `Retry-After`: seconds or a date (RFC 9110, section 10.2.3), an hour at most.
fn wait(text: &str, now: Moment) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => LONGEST_WAIT,
        Err(_) => {
            let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
            date.signed_duration_since(now).to_std().unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The beginning of an answer's body; what came of it where the connection breaks.
async fn beginning(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend(chunk.iter().take(ANSWER - bytes.len())),
            Ok(None) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An error with its causes: reqwest's own text alone says only that sending failed.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_date_and_an_hour_at_most() {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        assert_eq!(wait("7", now), Some(Duration::from_secs(7)));
        assert_eq!(wait(" 86400 ", now), Some(LONGEST_WAIT));
        assert_eq!(wait("99999999999999999999999", now), Some(LONGEST_WAIT));
        assert_eq!(wait("Tue, 24 Nov 2026 12:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(wait("Tue, 24 Nov 2026 11:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(wait("Wed, 25 Nov 2026 12:00:00 GMT", now), Some(LONGEST_WAIT));
        assert_eq!(wait("soon", now), None);
        assert_eq!(wait("", now), None);
    }

    #[test]
    fn a_status_decides_whether_to_try_again() {
        for status in [408, 425, 429, 500, 502, 503, 504, 599, 302, 303, 307] {
            assert_eq!(class(StatusCode::from_u16(status).unwrap()), Class::Later, "{status}");
        }
        for status in [301, 308, 400, 401, 403, 404, 410, 413, 422] {
            assert_eq!(class(StatusCode::from_u16(status).unwrap()), Class::Refused, "{status}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_told_without_its_text() {
        for (url, plain) in [
            ("hooks.example.com/services/SECRET", Plain::Loopback),
            ("ftp://hooks.example.com/SECRET", Plain::Anywhere),
            ("http://hooks.example.com/SECRET", Plain::Loopback),
            ("https:///SECRET:x y", Plain::Loopback),
        ] {
            let error = Http::new("ops", "url", &Hidden::new(url), plain).err().unwrap().to_string();
            assert!(error.contains("ops") && error.contains("url") && !error.contains("SECRET"), "{error}");
        }
        assert!(Http::new("ops", "url", &Hidden::new("http://127.0.0.1:9/x"), Plain::Loopback).is_ok());
        assert!(Http::new("ops", "url", &Hidden::new("http://alerts.example.com/x"), Plain::Anywhere).is_ok());
    }
}
