//! The HTTP client between the SDK and the network: notes what each answer was, records it, or replays it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::retry::ErrorKind;
use chrono::{SubsecRound, Utc};
use quick_xml::Reader;
use quick_xml::events::Event;
use sha2::{Digest, Sha256};

use super::record::{Answer, Recording, RequestKey};
use crate::model::Moment;
use crate::table::Operation;

/// What the last attempt of a call brought.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Key of the request.
    pub key: RequestKey,
    /// HTTP status.
    pub status: u16,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// SHA-256 of the (redacted) body, lower-case hex.
    pub digest: String,
    /// When it came.
    pub time: Moment,
}

/// The call under way, so that the connector knows which operation a request belongs to.
#[derive(Debug)]
pub struct CallSlot {
    /// Account id; `-` while it is not known yet.
    pub account: String,
    /// Region label.
    pub region: String,
    /// The operation.
    pub operation: &'static Operation,
    last: Mutex<Option<Seen>>,
}

impl CallSlot {
    /// A slot for one call.
    pub fn new(account: &str, region: &str, operation: &'static Operation) -> Arc<Self> {
        Arc::new(Self { account: account.into(), region: region.into(), operation, last: Mutex::new(None) })
    }

    /// What the last attempt brought; none where no answer came.
    pub fn take(&self) -> Option<Seen> {
        self.last.lock().ok().and_then(|mut last| last.take())
    }

    fn put(&self, seen: Option<Seen>) {
        if let Ok(mut last) = self.last.lock() {
            *last = seen;
        }
    }
}

tokio::task_local! {
    /// The call under way in this task.
    pub static CALL: Arc<CallSlot>;
}

#[derive(Debug, Clone)]
enum Mode {
    Live,
    Record(Arc<Mutex<Recording>>),
    Replay(Arc<Recording>),
}

/// The HTTP client that every SDK client of a run uses.
#[derive(Debug, Clone)]
pub struct Tap {
    inner: Option<SharedHttpClient>,
    mode: Mode,
    calls: Arc<AtomicU64>,
}

impl Tap {
    /// Sends requests through `inner`.
    pub fn live(inner: SharedHttpClient) -> Self {
        Self { inner: Some(inner), mode: Mode::Live, calls: Arc::default() }
    }

    /// Sends requests through `inner` and keeps the answers.
    pub fn record(inner: SharedHttpClient, into: Arc<Mutex<Recording>>) -> Self {
        Self { inner: Some(inner), mode: Mode::Record(into), calls: Arc::default() }
    }

    /// Answers from a recording; nothing is sent.
    pub fn replay(from: Arc<Recording>) -> Self {
        Self { inner: None, mode: Mode::Replay(from), calls: Arc::default() }
    }

    /// Requests so far, retries included.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

impl HttpClient for Tap {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(TapConnector {
            inner: self.inner.as_ref().map(|client| client.http_connector(settings, components)),
            mode: self.mode.clone(),
            calls: Arc::clone(&self.calls),
        })
    }
}

#[derive(Debug)]
struct TapConnector {
    inner: Option<SharedHttpConnector>,
    mode: Mode,
    calls: Arc<AtomicU64>,
}

/// A request left an SDK client outside of a declared call.
#[derive(Debug, thiserror::Error)]
#[error("refused: expected a call made through the collectors, found {0}")]
struct Stray(String);

/// The recording has no answer to a request.
#[derive(Debug, thiserror::Error)]
#[error("the recording has no answer to {0}")]
pub(super) struct NotRecorded(pub String);

/// The recording says that no answer came in time.
#[derive(Debug, thiserror::Error)]
#[error("no answer in time (as recorded)")]
struct RecordedTimeout;

impl HttpConnector for TapConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Ok(slot) = CALL.try_with(Arc::clone) else {
            let stray = Stray(format!("{} {}", request.method(), request.uri()));
            return HttpConnectorFuture::ready(Err(ConnectorError::other(Box::new(stray), None)));
        };
        slot.put(None);
        self.calls.fetch_add(1, Ordering::Relaxed);
        let key = RequestKey::of(&slot, &request);
        match &self.mode {
            Mode::Replay(recording) => {
                let answer = match recording.answers.get(&key) {
                    None => Err(ConnectorError::other(Box::new(NotRecorded(key.to_string())), None)),
                    Some(Answer::Timeout) => Err(ConnectorError::timeout(Box::new(RecordedTimeout))),
                    Some(answer @ Answer::Response { .. }) => {
                        slot.put(answer.seen(&key));
                        whole(answer.status(), &answer.body()).map(|()| answer.to_http())
                    }
                };
                HttpConnectorFuture::ready(answer)
            }
            mode => {
                let Some(inner) = &self.inner else {
                    return HttpConnectorFuture::ready(Err(ConnectorError::other("no connection".into(), None)));
                };
                let sent = inner.call(request);
                let mode = mode.clone();
                HttpConnectorFuture::new(async move {
                    let result = sent.await;
                    let mut response = match result {
                        Ok(response) => response,
                        Err(error) => {
                            if let Mode::Record(into) = &mode
                                && error.is_timeout()
                                && let Ok(mut into) = into.lock()
                            {
                                into.answers.insert(key, Answer::Timeout);
                            }
                            return Err(error);
                        }
                    };
                    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
                    let bytes = ByteStream::new(body)
                        .collect()
                        .await
                        .map_err(|error| ConnectorError::io(Box::new(error)))?
                        .into_bytes();
                    let answer = Answer::from_http(&response, &bytes, slot.operation, now());
                    slot.put(answer.seen(&key));
                    if let Mode::Record(into) = &mode
                        && let Ok(mut into) = into.lock()
                    {
                        into.answers.insert(key, answer);
                    }
                    whole(response.status().as_u16(), &bytes)?;
                    *response.body_mut() = SdkBody::from(bytes);
                    Ok(response)
                })
            }
        }
    }
}

/// An answer in XML that breaks off.
#[derive(Debug, thiserror::Error)]
#[error("the answer breaks off: expected the end of its XML, found the end of what came")]
pub(super) struct BrokenOff;

/// Whether an answer is there to its end. The SDK reads XML that breaks off as if that were all of it, and a listing
/// cut in half would look complete; JSON and CBOR that break off are errors to it.
///
/// Only of answers that say they succeeded: an error page of a proxy is an error however it is written.
fn whole(status: u16, body: &[u8]) -> Result<(), ConnectorError> {
    if !(200..300).contains(&status) {
        return Ok(());
    }
    let Ok(text) = std::str::from_utf8(body) else { return Ok(()) };
    if !text.trim_start().starts_with('<') {
        return Ok(());
    }
    let mut reader = Reader::from_str(text);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) if open == 0 => return Ok(()),
            Ok(Event::Eof) | Err(_) => {
                return Err(ConnectorError::other(Box::new(BrokenOff), Some(ErrorKind::TransientError)));
            }
            Ok(_) => {}
        }
    }
}

fn now() -> Moment {
    Utc::now().trunc_subsecs(0)
}

/// SHA-256 in lower-case hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Answer {
    fn status(&self) -> u16 {
        match self {
            Answer::Response { status, .. } => *status,
            Answer::Timeout => 0,
        }
    }

    fn seen(&self, key: &RequestKey) -> Option<Seen> {
        let Answer::Response { status, request_id, time, .. } = self else { return None };
        Some(Seen {
            key: key.clone(),
            status: *status,
            request_id: request_id.clone(),
            digest: digest(&self.body()),
            time: *time,
        })
    }

    fn to_http(&self) -> HttpResponse {
        let Answer::Response { status, headers, .. } = self else {
            return HttpResponse::new(status_code(500), SdkBody::empty());
        };
        let mut response = HttpResponse::new(status_code(*status), SdkBody::from(self.body()));
        for (name, value) in headers {
            // A header that no longer parses is worth less than the answer.
            let _ = response.headers_mut().try_append(name.clone(), value.clone());
        }
        response
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::try_from(status).unwrap_or_else(|_| StatusCode::from(http::StatusCode::INTERNAL_SERVER_ERROR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_that_breaks_off_is_no_answer() {
        for body in ["", "{}", "{\"a\":", "<?xml version=\"1.0\"?>\n<r><a>1</a><b/></r>", "plain"] {
            assert!(whole(200, body.as_bytes()).is_ok(), "{body}");
        }
        for body in ["<r><a>1</a>", "<r><a>1</", "<r><a>1</a></r", "<r><item>i-1</item><item>i-"] {
            assert!(whole(200, body.as_bytes()).is_err(), "{body}");
        }
    }
}
