//! Amazon SNS: a text for people's subscriptions and the message as JSON for programs'.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use futures::future::BoxFuture;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Sender, failed, region_of};
use crate::alert::words::{cut, tell};
use crate::alert::{Channel, Sent};
use crate::aws::ReadOnlyGuard;
use crate::model::{Lang, Letter, Message, Severity};

/// Bytes of one message with all its forms (page "Amazon SNS endpoints and quotas": 256 KB).
const MAX_BYTES: usize = 256 * 1024;
/// Characters of a text for people.
const TEXT: usize = 16_000;
/// Changes that a text tells in full; the rest in a line each.
const DETAILED: usize = 10;
/// Characters of a short message (page "Publish" of the API reference).
const SMS: usize = 140;
/// Characters of a subject, which must be ASCII (the same page).
const SUBJECT: usize = 100;

/// A topic.
#[derive(Debug)]
pub struct Sns {
    topic: String,
    sender: Sender,
}

impl Sns {
    /// The topic with this ARN, in the ARN's region.
    pub fn new(topic: &str) -> Self {
        Self { topic: topic.to_owned(), sender: Sender::new(region_of(topic)) }
    }

    async fn publish(&self, letter: &Letter, lang: Lang) -> Sent {
        let config = aws_sdk_sns::config::Builder::from(self.sender.config().await)
            .interceptor(ReadOnlyGuard::only("sns", &["Publish"]))
            .build();
        let mut request = Client::from_conf(config)
            .publish()
            .topic_arn(&self.topic)
            .subject(subject(&letter.message))
            .message_structure("json")
            .message(forms(letter, lang));
        for (name, value) in attributes(&letter.message) {
            match MessageAttributeValue::builder().data_type("String").string_value(value).build() {
                Ok(value) => request = request.message_attributes(name, value),
                Err(error) => return Sent::Refused { why: error.to_string() },
            }
        }
        if self.topic.ends_with(".fifo") {
            request = request
                .message_group_id(hex::encode(Sha256::digest(&letter.message.sheet)))
                .message_deduplication_id(hex::encode(Sha256::digest(&letter.id)));
        }
        match request.send().await {
            Ok(_) => Sent::Delivered,
            Err(error) => failed(&error),
        }
    }
}

impl Channel for Sns {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        Box::pin(self.publish(letter, lang))
    }
}

/// ASCII only, whatever the language: SNS refuses others.
fn subject(message: &Message) -> String {
    let ascii: String =
        tell(message, Lang::En).subject.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(SUBJECT).collect();
    let trimmed = ascii.trim();
    // It must begin with a letter, number or punctuation, and may not be empty.
    if trimmed.is_empty() { "Kakunin".to_owned() } else { trimmed.to_owned() }
}

/// The message's forms by protocol, within the size that SNS takes: resources are dropped from the JSON before anything
/// else, as the history has them.
fn forms(letter: &Letter, lang: Lang) -> String {
    let told = tell(&letter.message, lang);
    // Paragraphs stay: only the length is held.
    let text: String = told.plain(DETAILED, lang).chars().take(TEXT).collect();
    let short = cut(&told.subject, SMS);
    let mut message = letter.message.clone();
    loop {
        let data = json!({ "id": letter.id, "message": message }).to_string();
        let forms = json!({ "default": text, "sms": short, "email": text, "sqs": data, "lambda": data, "http": data, "https": data, "firehose": data, "email-json": data });
        let forms = forms.to_string();
        if forms.len() <= MAX_BYTES || !shrink(&mut message) {
            return forms;
        }
    }
}

/// Takes something away that the history still has; false where nothing is left to take.
fn shrink(message: &mut Message) -> bool {
    let most = message.transitions.iter().map(|transition| transition.resources.len()).max().unwrap_or(0);
    if most > 0 {
        for transition in &mut message.transitions {
            transition.resources.truncate(most / 2);
        }
        return true;
    }
    if message.transitions.len() > 1 {
        message.transitions.truncate(message.transitions.len() / 2);
        return true;
    }
    false
}

/// For the subscriptions' filter policies.
fn attributes(message: &Message) -> Vec<(&'static str, String)> {
    let worst = message.transitions.iter().map(|transition| transition.severity).max().unwrap_or(Severity::Low);
    let mut attributes = vec![("sheet", message.sheet.clone()), ("severity", worst.label().to_owned())];
    if let Some(first) = message.transitions.first() {
        attributes.push(("change", first.kind.label().to_owned()));
    }
    attributes
}
