//! PagerDuty, by Events API v2: an incident per item, opened while the item does not hold and resolved when it does.
//!
//! <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>: 202 where an event is taken, 429 where there are
//! too many; `dedup_key` has at most 255 characters and `summary` 1024.

use futures::future::{BoxFuture, FutureExt};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::http::{Http, Plain};
use super::progress::Progress;
use super::words::{self, Change};
use super::{Channel, ChannelError, Hidden, Sent};
use crate::model::{ChangeKind, Lang, Letter, Message, OpenItem, Purpose, Severity, Subject, Transition, Verdict};

/// Where events go, outside the European service region.
const ENQUEUE: &str = "https://events.pagerduty.com/v2/enqueue";
/// Characters of a dedup key.
const KEY: usize = 255;
/// Characters of a summary.
const SUMMARY: usize = 1024;

/// An integration of a service.
pub(super) struct PagerDuty {
    http: Http,
    key: Hidden,
    progress: Progress,
}

impl PagerDuty {
    pub(super) fn new(channel: &str, key: Hidden, url: Option<&str>) -> Result<Self, ChannelError> {
        let url = Hidden::new(url.unwrap_or(ENQUEUE));
        let http = Http::new(channel, "url", &url, Plain::Loopback)?.hide(&key);
        Ok(Self { http, key, progress: Progress::default() })
    }
}

impl Channel for PagerDuty {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let mut refused = None;
            for (place, event) in events(letter, self.key.expose(), lang).into_iter().enumerate() {
                let part = place.to_string();
                if self.progress.has(&letter.id, &part) {
                    continue;
                }
                match self.http.post(HeaderMap::new(), event.to_string().into_bytes()).await {
                    Sent::Delivered => self.progress.note(&letter.id, &part),
                    // One event that is not taken must not keep the incidents of other items from being opened.
                    Sent::Refused { why } => refused = Some(why),
                    later @ Sent::Later { .. } => return later,
                }
            }
            self.progress.forget(&letter.id);
            refused.map_or(Sent::Delivered, |why| Sent::Refused { why })
        }
        .boxed()
    }

    fn keeps_incidents(&self) -> bool {
        true
    }
}

/// The events of a letter, in order.
pub(super) fn events(letter: &Letter, key: &str, lang: Lang) -> Vec<Value> {
    let message = &letter.message;
    let mut events = Vec::new();
    if message.purpose == Purpose::Test {
        // Opened and closed again, so that nobody is left with an incident about nothing.
        let told = words::tell(message, lang);
        let dedup = dedup(&["test", &letter.id]);
        let details = json!({"text": told.summary});
        let what = What { summary: &told.subject, severity: "info", class: "test", component: None };
        events.push(trigger(message, key, &dedup, &what, details, lang));
        events.push(resolve(key, &dedup));
    }
    for transition in &message.transitions {
        let dedup = transition_key(message, transition);
        if settles(transition) {
            events.push(resolve(key, &dedup));
            continue;
        }
        let change = Change::of(transition, lang);
        let summary = format!("{}: {}", words::clean(&message.sheet), change.short);
        let component = match &transition.subject {
            Subject::Item { id } => Some(id.as_str()),
            Subject::Sheet | Subject::Reminder { .. } => None,
        };
        let what = What {
            summary: &summary,
            severity: severity(transition.severity),
            class: transition.kind.label(),
            component,
        };
        events.push(trigger(message, key, &dedup, &what, details(transition, &change), lang));
        if transition.kind == ChangeKind::Began {
            // The start of a watch is worth a line in the log, and nothing that could be mended.
            events.push(resolve(key, &dedup));
        }
    }
    for open in &message.open {
        events.push(still_open(message, key, open, lang));
    }
    events
}

/// Whether the incident of an item is over. An item that still holds, but over less than before, is something to look at.
fn settles(transition: &Transition) -> bool {
    if transition.subject == Subject::Sheet {
        // Runs are made again.
        return transition.kind == ChangeKind::Visible;
    }
    transition.closes() && !matches!(transition.kind, ChangeKind::Shrunk | ChangeKind::Weakened | ChangeKind::Expiring)
}

fn still_open(message: &Message, key: &str, open: &OpenItem, lang: Lang) -> Value {
    let verdict = words::verdict_name(open.verdict, lang);
    let title = words::clean(&open.title);
    let since = words::at(open.since);
    let sheet = words::clean(&message.sheet);
    let summary = match lang {
        Lang::Ja => format!("{sheet}: {} {title}: {since} から {verdict}", words::clean(&open.item)),
        Lang::En => format!("{sheet}: {} {title}: {verdict} since {since}", words::clean(&open.item)),
    };
    let severity = if open.verdict == Verdict::Fail { "error" } else { "warning" };
    let what = What { summary: &summary, severity, class: "reminder", component: Some(&open.item) };
    let details = json!({"verdict": open.verdict.label(), "since": words::rfc3339(open.since)});
    trigger(message, key, &dedup(&["item", &message.sheet, &open.item]), &what, details, lang)
}

fn transition_key(message: &Message, transition: &Transition) -> String {
    match &transition.subject {
        Subject::Item { id } => dedup(&["item", &message.sheet, id]),
        Subject::Sheet if transition.kind == ChangeKind::Began => dedup(&["began", &message.sheet]),
        Subject::Sheet => dedup(&["sheet", &message.sheet]),
        // Without the days that are left: a date that comes nearer is one incident.
        Subject::Reminder { target, resource, ends, .. } => {
            dedup(&["ends", &message.sheet, target, resource.as_deref().unwrap_or_default(), ends])
        }
    }
}

/// A key that stays the same for the same subject, and tells two subjects apart whatever their length.
fn dedup(parts: &[&str]) -> String {
    let plain = format!("kakunin/{}", parts.join("/"));
    // Parts may hold slashes; the digest is over their lengths too.
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let digest: String = hex::encode(digest.finalize()).chars().take(16).collect();
    format!("{}#{digest}", words::cut(&words::clean(&plain), KEY - 17))
}

struct What<'a> {
    summary: &'a str,
    severity: &'static str,
    class: &'static str,
    component: Option<&'a str>,
}

fn trigger(message: &Message, key: &str, dedup: &str, what: &What<'_>, details: Value, lang: Lang) -> Value {
    let mut event = json!({
        "routing_key": key,
        "event_action": "trigger",
        "dedup_key": dedup,
        "client": "kakunin",
        "payload": {
            "summary": words::cut(what.summary, SUMMARY),
            "source": words::cut(&words::clean(&message.sheet), SUMMARY),
            "severity": what.severity,
            "timestamp": words::rfc3339(message.at),
            "group": words::cut(&words::clean(&message.sheet), SUMMARY),
            "class": what.class,
            "component": what.component,
            "custom_details": details,
        },
    });
    if let (Some(link), Some(event)) = (&message.link, event.as_object_mut()) {
        event.insert("client_url".to_owned(), json!(link));
        event.insert("links".to_owned(), json!([{"href": link, "text": words::dashboard(lang)}]));
    }
    event
}

fn resolve(key: &str, dedup: &str) -> Value {
    json!({"routing_key": key, "event_action": "resolve", "dedup_key": dedup})
}

fn details(transition: &Transition, change: &Change) -> Value {
    json!({
        "text": change.lines,
        "transition": transition.id,
        "run": transition.run,
        "from": transition.from.map(Verdict::label),
        "to": transition.to.map(Verdict::label),
        "topics": transition.topics,
        "accounts": transition.accounts,
        "owners": transition.owners,
        "resources": transition.resources_total,
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "info",
    }
}
