//! Any receiver of JSON, signed with HMAC-SHA256.
//!
//! A request carries
//!
//! ```text
//! Idempotency-Key: <the letter's id>            the same for every attempt
//! Kakunin-Timestamp: 1764000000                 Unix seconds at which this attempt was signed
//! Kakunin-Signature: v1=<hex of HMAC-SHA256>    over "<timestamp>.<body>", with the secret's bytes as the key
//! ```
//!
//! A receiver
//! 1. refuses (any 4xx but 408, 425, 429) where the timestamp is more than five minutes from its own clock, so that
//!    nobody can play an old request again;
//! 2. computes the HMAC over the timestamp as it stands in the header, a full stop, and the body's bytes as they came
//!    (before parsing), and compares in constant time with what stands after `v1=`; of several values separated by commas
//!    one has to match;
//! 3. answers 2xx at once where it has seen the `Idempotency-Key` before, and does nothing more;
//! 4. answers 2xx only after it has stored the message. 408, 425, 429 (with `Retry-After`) and 5xx are tried again.
//!
//! In a shell: `printf '%s.%s' "$timestamp" "$body" | openssl dgst -sha256 -hmac "$secret"`.

use futures::future::{BoxFuture, FutureExt};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use sha2::Sha256;

use super::http::{Http, Plain};
use super::{Channel, ChannelError, Hidden, Sent, words};
use crate::model::{Lang, Letter};

/// Header with the Unix seconds at which an attempt was signed.
pub const TIMESTAMP_HEADER: &str = "kakunin-timestamp";
/// Header with the signature.
pub const SIGNATURE_HEADER: &str = "kakunin-signature";
/// Header with the letter's id.
const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Schema name of the body.
const SCHEMA: &str = "kakunin.alert/1";

/// A receiver.
pub(super) struct Webhook {
    http: Http,
    key: Hidden,
}

impl Webhook {
    pub(super) fn new(channel: &str, url: &Hidden, key: Hidden) -> Result<Self, ChannelError> {
        Ok(Self::over(Http::new(channel, "url", url, Plain::Anywhere)?, key))
    }

    /// Over a client of its own, for tests.
    pub(super) fn over(http: Http, key: Hidden) -> Self {
        Self { http: http.hide(&key), key }
    }
}

/// The signature of a body at a time, `v1=<hex>`.
pub fn signature(key: &Hidden, timestamp: i64, body: &[u8]) -> Option<String> {
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).ok()?;
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(format!("v1={}", hex::encode(mac.finalize().into_bytes())))
}

/// What is sent: the message with the letter's id, and its subject and summary in words. The same for every attempt.
pub(super) fn body(letter: &Letter, lang: Lang) -> Result<Vec<u8>, serde_json::Error> {
    let told = words::tell(&letter.message, lang);
    serde_json::to_vec(&json!({
        "schema": SCHEMA,
        "id": letter.id,
        "channel": letter.channel,
        "subject": told.subject,
        "summary": told.summary.join("\n"),
        "message": letter.message,
    }))
}

/// The letter's id as a header: what is not ASCII (a sheet's or channel's name) percent-encoded.
fn key(letter: &Letter) -> Option<HeaderValue> {
    HeaderValue::from_str(&utf8_percent_encode(&letter.id, CONTROLS).to_string()).ok()
}

impl Channel for Webhook {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let body = match body(letter, lang) {
                Ok(body) => body,
                Err(error) => return Sent::refused(format!("the message cannot be written as JSON: {error}")),
            };
            let now = chrono::Utc::now().timestamp();
            let signed = signature(&self.key, now, &body).and_then(|text| HeaderValue::from_str(&text).ok());
            let (Some(signed), Some(key)) = (signed, key(letter)) else {
                return Sent::refused("the message cannot be signed");
            };
            let mut headers = HeaderMap::new();
            headers.insert(KEY_HEADER, key);
            headers.insert(HeaderName::from_static(TIMESTAMP_HEADER), HeaderValue::from(now));
            headers.insert(HeaderName::from_static(SIGNATURE_HEADER), signed);
            self.http.post(headers, body).await
        }
        .boxed()
    }
}
