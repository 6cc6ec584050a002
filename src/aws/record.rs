//! Recorded API answers, keyed by account, region, operation and input, so that replay does not depend on order.
//!
//! On disk: one file per account, region and service, one JSON object a line, sorted by key. Secrets are redacted
//! before anything is kept.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tap::{CallSlot, digest};
use crate::model::Moment;
use crate::table::Operation;

/// Which request an answer answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestKey {
    /// Account id; `-` for the call that asks for it.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// Canonical form of what was sent: method, path, sorted query, sorted body.
    pub input: String,
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} of {}: {}", self.operation, self.region, self.account, self.input)
    }
}

impl RequestKey {
    pub(super) fn of(slot: &CallSlot, request: &HttpRequest) -> Self {
        let uri = request.uri();
        let (path, query) = match url::Url::parse(uri) {
            Ok(url) => (url.path().to_string(), sorted_pairs(url.query().unwrap_or_default().as_bytes())),
            Err(_) => (uri.to_string(), String::new()),
        };
        let body = canonical_body(
            request.headers().get("content-type").unwrap_or_default(),
            request.body().bytes().unwrap_or_default(),
        );
        Self {
            account: slot.account.clone(),
            region: slot.region.clone(),
            operation: slot.operation.id(),
            input: format!("{} {path}?{query} {body}", request.method()),
        }
    }

    /// Id of the observation that this request leads to.
    pub fn observation_id(&self) -> String {
        let text = format!("{}|{}|{}|{}", self.account, self.region, self.operation, self.input);
        let hex = digest(text.as_bytes());
        format!("o-{}", hex.get(..16).unwrap_or(&hex))
    }
}

fn sorted_pairs(bytes: &[u8]) -> String {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(bytes).into_owned().collect();
    pairs.sort();
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn canonical_body(content_type: &str, body: &[u8]) -> String {
    if content_type.contains("json")
        && let Ok(mut value) = serde_json::from_slice::<Value>(body)
    {
        // Whether serde_json keeps the order of keys depends on what else is in the build.
        value.sort_all_objects();
        return value.to_string();
    }
    if content_type.contains("x-www-form-urlencoded") {
        return sorted_pairs(body);
    }
    match std::str::from_utf8(body) {
        Ok(text) => text.to_string(),
        Err(_) => digest(body),
    }
}

/// One recorded answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// AWS answered, whatever it said.
    Response {
        /// HTTP status.
        status: u16,
        /// Headers that the SDK reads: content type, error type, request id.
        headers: BTreeMap<String, String>,
        /// AWS's request id.
        request_id: Option<String>,
        /// When it came.
        time: Moment,
        /// The body, secrets redacted; base64 where it is no text (CBOR).
        body: String,
        /// Whether `body` is base64.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        base64: bool,
    },
    /// No answer came in time.
    Timeout,
}

impl Answer {
    /// The body as it came; empty for a time-out.
    pub fn body(&self) -> Vec<u8> {
        match self {
            Answer::Response { body, base64: true, .. } => BASE64.decode(body).unwrap_or_default(),
            Answer::Response { body, .. } => body.clone().into_bytes(),
            Answer::Timeout => Vec::new(),
        }
    }

    pub(super) fn from_http(response: &HttpResponse, body: &[u8], operation: &Operation, time: Moment) -> Self {
        let mut headers = BTreeMap::new();
        let mut request_id = None;
        for (name, value) in response.headers() {
            let name = name.to_ascii_lowercase();
            if matches!(name.as_str(), "x-amzn-requestid" | "x-amz-request-id" | "x-amz-requestid") {
                request_id = Some(value.to_string());
            }
            if name == "content-type" || name.starts_with("x-amz") || name == "location" {
                headers.insert(name, value.to_string());
            }
        }
        let (body, base64) = match std::str::from_utf8(body) {
            Ok(text) => (redact(text, operation.secret_keys), false),
            Err(_) => (BASE64.encode(body), true),
        };
        Answer::Response { status: response.status().as_u16(), headers, request_id, time, body, base64 }
    }
}

/// Replaces every string below the named JSON keys or XML elements by a digest, so that a change still shows and a
/// secret does not.
fn redact(body: &str, keys: &[&str]) -> String {
    if keys.is_empty() {
        return body.to_string();
    }
    if body.trim_start().starts_with('<') {
        return redact_xml(body, keys);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return body.to_string() };
    redact_below(&mut value, keys, false);
    value.to_string()
}

/// The same for the answers of the query protocols. Where an answer breaks off, so does what is kept of it: the rest
/// could be half a secret.
fn redact_xml(body: &str, keys: &[&str]) -> String {
    let mut reader = Reader::from_str(body);
    let mut writer = Writer::new(Vec::new());
    // Elements that are open within a secret one, itself included, and the text below it.
    let mut depth = 0_usize;
    let mut secret = String::new();
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => event,
        };
        match &event {
            Event::Start(start) if depth > 0 || keys.iter().any(|k| start.local_name().as_ref() == *k) => {
                depth += 1;
            }
            Event::End(_) if depth > 0 => {
                if !secret.is_empty() {
                    let kept = if secret.starts_with("redacted:") { secret.clone() } else { redacted(&secret) };
                    let _ = writer.write_event(Event::Text(BytesText::new(&kept)));
                    secret.clear();
                }
                depth -= 1;
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if depth > 0 => {
                secret.push_str(&event);
                continue;
            }
            _ => {}
        }
        // Writing into memory does not fail.
        let _ = writer.write_event(event);
    }
    String::from_utf8(writer.into_inner()).unwrap_or_default()
}

fn redact_below(value: &mut Value, keys: &[&str], secret: bool) {
    match value {
        Value::String(text) if secret && !text.starts_with("redacted:") => *text = redacted(text),
        Value::Array(items) => items.iter_mut().for_each(|item| redact_below(item, keys, secret)),
        Value::Object(map) => {
            for (key, item) in map.iter_mut() {
                redact_below(item, keys, secret || keys.contains(&key.as_str()));
            }
        }
        _ => {}
    }
}

/// What stands in place of a secret: long enough to see a change, too short to guess from.
pub fn redacted(secret: &str) -> String {
    let hex = digest(secret.as_bytes());
    format!("redacted:{}", hex.get(..8).unwrap_or_default())
}

/// A recording could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The folder or a file in it.
    #[error("{path}: expected a recording that can be read or written: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line that is no recorded answer.
    #[error("{path}, line {line}: expected one recorded answer as JSON, found something else: {source}; record again")]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// No file with answers.
    #[error(
        "{path}: expected a recording (files named *.jsonl), found none; make one with `kakunin verify --record {path}`"
    )]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: RequestKey,
    answer: Answer,
}

/// Recorded answers by request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The answers.
    pub answers: BTreeMap<RequestKey, Answer>,
}

impl Recording {
    /// When its last answer came: the clock of a replay.
    pub fn latest(&self) -> Option<Moment> {
        let time = |answer: &Answer| match answer {
            Answer::Response { time, .. } => Some(*time),
            Answer::Timeout => None,
        };
        self.answers.values().filter_map(time).max()
    }

    /// Reads the folder that [`Recording::write`] wrote.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no answers, or a line is no answer.
    pub fn read(dir: &Path) -> Result<Self, RecordingError> {
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |source| RecordingError::Io { path, source }
        };
        let mut recording = Recording::default();
        let mut files = 0;
        for entry in std::fs::read_dir(dir).map_err(io(dir))? {
            let path = entry.map_err(io(dir))?.path();
            if path.extension().is_some_and(|e| e == "jsonl") {
                files += 1;
                let text = std::fs::read_to_string(&path).map_err(io(&path))?;
                recording.read_lines(&path, &text)?;
            }
        }
        if files == 0 {
            return Err(RecordingError::Empty { path: dir.to_path_buf() });
        }
        Ok(recording)
    }

    /// Adds the answers of one file's text; `path` is for messages.
    ///
    /// # Errors
    /// When a line is no answer.
    pub fn read_lines(&mut self, path: &Path, text: &str) -> Result<(), RecordingError> {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let Line { key, answer } = serde_json::from_str(line).map_err(|source| RecordingError::Line {
                path: path.to_path_buf(),
                line: index + 1,
                source,
            })?;
            self.answers.insert(key, answer);
        }
        Ok(())
    }

    /// Writes one file per account, region and service, each in one step.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, dir: &Path) -> Result<(), RecordingError> {
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |source| RecordingError::Io { path, source }
        };
        std::fs::create_dir_all(dir).map_err(io(dir))?;
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (key, answer) in &self.answers {
            let service = key.operation.split(':').next().unwrap_or_default();
            let name = format!("{}.{}.{service}.jsonl", key.account, key.region);
            let file = files.entry(name).or_default();
            let line = Line { key: key.clone(), answer: answer.clone() };
            // Writing to memory cannot fail, and every type here serialises.
            if serde_json::to_writer(&mut *file, &line).is_ok() {
                file.push(b'\n');
            }
        }
        for (name, bytes) in files {
            let path = dir.join(name);
            crate::snapshot::write_whole(&path, &bytes).map_err(io(&path))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_xml_are_replaced_and_nothing_else() {
        let body = "<?xml version=\"1.0\"?><r xmlns=\"x\"><name>a&amp;b</name><userData>cGFzcw==</userData></r>";
        let kept = redact(body, &["userData"]);
        assert!(!kept.contains("cGFzcw"), "{kept}");
        assert!(kept.contains("<name>a&amp;b</name><userData>redacted:"), "{kept}");
        assert_eq!(redact(&kept, &["userData"]), kept);
        assert_eq!(redact(body, &["other"]), body);
    }

    #[test]
    fn a_secret_that_breaks_off_is_not_kept() {
        let kept = redact("<r><userData>cGFzcw==", &["userData"]);
        assert!(!kept.contains("cGFzcw"), "{kept}");
    }

    #[test]
    fn secrets_in_elements_below_are_replaced_too() {
        let kept = redact("<r><secret><item>one&lt;two</item><item/></secret></r>", &["secret"]);
        assert!(!kept.contains("one") && !kept.contains("two"), "{kept}");
    }
}
