//! Amazon EventBridge: an event per transition, so that rules can choose by what happened.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_smithy_types::DateTime;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Sender, failed, region_of};
use crate::alert::{Channel, Sent};
use crate::aws::ReadOnlyGuard;
use crate::model::{Lang, Letter, Purpose, Transition};

/// Events of one request, at most (page "Sending events with PutEvents").
const ENTRIES: usize = 10;
/// Bytes of one event's detail: the request's limit of 256 KB over [`ENTRIES`] of them, with room for the rest.
const DETAIL: usize = 24 * 1024;
/// Who the events are from.
const SOURCE: &str = "kakunin";

/// A bus.
#[derive(Debug)]
pub struct EventBridge {
    bus: String,
    sender: Sender,
}

impl EventBridge {
    /// The bus with this name or ARN, in the ARN's region, the given one or that of the environment.
    pub fn new(bus: &str, region: Option<&str>) -> Self {
        let region = region.map(str::to_owned).or_else(|| region_of(bus));
        Self { bus: bus.to_owned(), sender: Sender::new(region) }
    }

    async fn put(&self, letter: &Letter) -> Sent {
        let config = aws_sdk_eventbridge::config::Builder::from(self.sender.config().await)
            .interceptor(ReadOnlyGuard::only("eventbridge", &["PutEvents"]))
            .build();
        let client = Client::from_conf(config);
        let details = details(letter);
        for chunk in details.chunks(ENTRIES) {
            let entries = chunk.iter().map(|(kind, detail)| {
                PutEventsRequestEntry::builder()
                    .source(SOURCE)
                    .detail_type(*kind)
                    .detail(detail.to_string())
                    .event_bus_name(&self.bus)
                    .time(DateTime::from_secs(letter.message.at.timestamp()))
                    .build()
            });
            match client.put_events().set_entries(Some(entries.collect())).send().await {
                Err(error) => return failed(&error),
                // Each event carries its key: what is put twice is told apart by the receiver.
                Ok(answer) if answer.failed_entry_count() > 0 => {
                    let why =
                        answer.entries().iter().find_map(|entry| Some((entry.error_code()?, entry.error_message())));
                    let (code, message) = why.unwrap_or(("unknown", None));
                    let why = format!(
                        "{} of {} events were not taken: {code}: {}",
                        answer.failed_entry_count(),
                        chunk.len(),
                        message.unwrap_or_default()
                    );
                    return Sent::Later { why, after: None };
                }
                Ok(_) => {}
            }
        }
        Sent::Delivered
    }
}

impl Channel for EventBridge {
    fn send<'a>(&'a self, letter: &'a Letter, _lang: Lang) -> BoxFuture<'a, Sent> {
        Box::pin(self.put(letter))
    }
}

/// The events of a letter: detail type and detail. Without transitions, the message itself.
fn details(letter: &Letter) -> Vec<(&'static str, Value)> {
    let message = &letter.message;
    if message.transitions.is_empty() {
        let kind = match message.purpose {
            Purpose::Changes => "Kakunin Verdict Changed",
            Purpose::Reminder => "Kakunin Verdict Still Open",
            Purpose::Test => "Kakunin Channel Test",
        };
        return vec![(kind, json!({ "key": letter.id, "message": message }))];
    }
    message.transitions.iter().map(|transition| ("Kakunin Verdict Changed", detail(letter, transition))).collect()
}

/// One transition, with fewer of its resources where all would be too long.
fn detail(letter: &Letter, transition: &Transition) -> Value {
    let mut transition = transition.clone();
    loop {
        let detail = json!({
            "key": format!("{}/{}", letter.id, transition.id),
            "sheet": letter.message.sheet,
            "run": letter.message.run,
            "summary": letter.message.summary,
            "link": letter.message.link,
            "transition": transition,
        });
        if detail.to_string().len() <= DETAIL || transition.resources.is_empty() {
            return detail;
        }
        transition.resources.truncate(transition.resources.len() / 2);
    }
}
