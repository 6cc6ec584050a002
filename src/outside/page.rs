//! A cited page, as an outsider sees it.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::Options;
use super::guard::check_url;
use super::probe::{ErrorKind, Failure, ProbeError, classify, http_client, wall_clock};
use crate::model::Moment;

/// Redirects that are followed. Browsers follow about 20; a page that is cited in a check sheet should need one or two.
pub const MAX_REDIRECTS: usize = 5;

/// What was seen of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProbe {
    /// As written in the sheet.
    pub url: String,
    /// When it was looked at.
    pub time: Moment,
    /// HTTP status of the last answer; 0 where the certificate was refused; none where no answer came.
    pub status: Option<u16>,
    /// Where the redirects led to, or how far they got.
    pub final_url: String,
    /// The redirects' targets, in order.
    pub hops: Vec<String>,
    /// Whether the page and every hop are HTTPS.
    pub https: bool,
    /// Whether the redirects led to another host; a leading `www.` does not count.
    pub host_changed: bool,
    /// Why a certificate on the way was refused.
    pub tls_error: Option<String>,
    /// Bytes of the body.
    pub content_length: Option<u64>,
    /// SHA-256 of the body, lower-case hex.
    pub sha256: Option<String>,
    /// SHA-256 of the body with each run of white space made one space: unmoved by mere reformatting.
    pub fingerprint: Option<String>,
    /// The page's `<title>`.
    pub title: Option<String>,
    /// Why there is no answer, or (where there is a status) no body.
    pub error: Option<ProbeError>,
}

impl PageProbe {
    /// One that has seen nothing yet, or nothing at all.
    pub fn unseen(url: &str, error: Option<ProbeError>) -> Self {
        Self {
            url: url.to_owned(),
            time: wall_clock(),
            status: None,
            final_url: url.to_owned(),
            hops: Vec::new(),
            https: url.get(..6).is_some_and(|s| s.eq_ignore_ascii_case("https:")),
            host_changed: false,
            tls_error: None,
            content_length: None,
            sha256: None,
            fingerprint: None,
            title: None,
            error,
        }
    }
}

/// Looks at the page at `url`. Certificates are checked at `now`. What goes wrong stands in the result.
pub async fn probe_page(options: &Options, url: &str, now: Moment) -> PageProbe {
    let mut probe = PageProbe::unseen(url, None);
    if let Err(e) = look(options, url, now, &mut probe).await {
        probe.error = Some(e);
    }
    probe
}

async fn look(options: &Options, url: &str, now: Moment, probe: &mut PageProbe) -> Result<(), ProbeError> {
    let first = Url::parse(url)
        .map_err(|e| ProbeError::new(ErrorKind::Other, format!("expected a URL, found {url:?} ({e}); correct it")))?;
    check_url(&first, options.allow_private)?;
    let hops = Arc::new(Mutex::new(Vec::<Url>::new()));
    let client = http_client(options, now, recording(Arc::clone(&hops), options.allow_private))?;
    let sent = client.get(first.clone()).send().await;

    let hops = std::mem::take(&mut *hops.lock().unwrap_or_else(PoisonError::into_inner));
    let last = hops.last().unwrap_or(&first);
    probe.https = std::iter::once(&first).chain(&hops).all(|u| u.scheme() == "https");
    probe.host_changed = bare_host(&first) != bare_host(last);
    if !hops.is_empty() {
        probe.final_url = last.to_string();
    }
    probe.hops = hops.iter().map(Url::to_string).collect();

    let response = match sent {
        Ok(response) => response,
        Err(e) => match classify(&e) {
            Failure::Certificate(why) => {
                probe.status = Some(0);
                probe.tls_error = Some(why);
                return Ok(());
            }
            Failure::Gap(e) => return Err(e),
        },
    };
    let status = response.status().as_u16();
    let body = match read_body(response, options.max_body).await {
        Ok(body) => body,
        Err(error) => {
            // A page that breaks off on its way was not seen, whatever its first line said; one that is only too long was.
            probe.status = (error.kind == ErrorKind::TooLarge).then_some(status);
            return Err(error);
        }
    };
    probe.status = Some(status);
    probe.content_length = Some(body.len() as u64);
    probe.sha256 = Some(hex::encode(Sha256::digest(&body)));
    probe.fingerprint = Some(fingerprint(&body));
    probe.title = title(&body);
    Ok(())
}

/// Follows up to [`MAX_REDIRECTS`] and writes down each one that is followed. Each target passes the guard first.
fn recording(hops: Arc<Mutex<Vec<Url>>>, allow_private: bool) -> Policy {
    Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt
                .error(format!("expected at most {MAX_REDIRECTS} redirects, found more; cite the page itself"));
        }
        if let Err(e) = check_url(attempt.url(), allow_private) {
            return attempt.error(e);
        }
        hops.lock().unwrap_or_else(PoisonError::into_inner).push(attempt.url().clone());
        attempt.follow()
    })
}

async fn read_body(mut response: reqwest::Response, max: u64) -> Result<Vec<u8>, ProbeError> {
    let too_large = || {
        ProbeError::new(ErrorKind::TooLarge, format!("expected at most {max} bytes, found more; the body was not read"))
    };
    if response.content_length().is_some_and(|n| n > max) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(e) => {
                return Err(match classify(&e) {
                    Failure::Certificate(why) => ProbeError::new(ErrorKind::Tls, why),
                    Failure::Gap(e) => e,
                });
            }
        }
        if body.len() as u64 > max {
            return Err(too_large());
        }
    }
}

fn bare_host(url: &Url) -> Option<&str> {
    url.host_str().map(|h| h.strip_prefix("www.").unwrap_or(h))
}

fn fingerprint(body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for word in body.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()) {
        hash.update(word);
        hash.update(b" ");
    }
    hex::encode(hash.finalize())
}

/// The text between `<title>` and `</title>`, in whatever encoding the page seems to be.
fn title(body: &[u8]) -> Option<String> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(body, true);
    let (text, _, _) = detector.guess(None, chardetng::Utf8Detection::Allow).decode(body);
    let pattern = regex::Regex::new(r"(?is)<title(?:\s[^>]*)?>(.*?)</title\s*>").ok()?;
    let words = pattern.captures(&text)?.get(1)?.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}
