//! Microsoft Teams, by a workflow's webhook ("when a Teams webhook request is received"), laid out as an Adaptive Card.
//!
//! A message is refused above 28 KB
//! (<https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>). Texts are
//! `RichTextBlock`s, which take text as it is, where a `TextBlock` would read Markdown in the names of resources.

use futures::future::{BoxFuture, FutureExt};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::http::{Http, Plain};
use super::words::{self, Change, Mark, Told};
use super::{Channel, ChannelError, Hidden, Sent};
use crate::model::{Lang, Letter};

/// Bytes of the card's body that we use, well below the 28,672 of a whole message.
const BODY: usize = 25_000;
/// Bytes kept free for the changes that are told in one line.
const TAIL: usize = 8_000;
/// Changes that are told in full at most: a card is not a report.
const FULL: usize = 15;

/// A workflow.
pub(super) struct Teams {
    http: Http,
}

impl Teams {
    pub(super) fn new(channel: &str, url: &Hidden) -> Result<Self, ChannelError> {
        Ok(Self { http: Http::new(channel, "url", url, Plain::Loopback)? })
    }
}

impl Channel for Teams {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let body = body(&words::tell(&letter.message, lang), lang).to_string().into_bytes();
            self.http.post(HeaderMap::new(), body).await
        }
        .boxed()
    }
}

/// What is posted.
pub(super) fn body(told: &Told, lang: Lang) -> Value {
    let mut card = Card { items: Vec::new(), used: 0 };
    card.push(text(&told.subject, json!({"weight": "Bolder", "size": "Large"})));
    for line in &told.summary {
        card.push(text(line, json!({})));
    }
    let mut changes = told.changes.iter().peekable();
    for _ in 0..FULL {
        let Some(next) = changes.peek().map(|next| full(next)) else { break };
        if !card.fits(&next, TAIL) {
            break;
        }
        card.push(next);
        changes.next();
    }
    card.lines(changes.map(|change| format!("{} {}", change.mark.sign(), change.short)).collect(), lang);
    if !told.open.is_empty() {
        card.push(text(words::still_open(lang), json!({"weight": "Bolder"})));
        card.lines(told.open.clone(), lang);
    }
    card.push(text(&told.foot, json!({"isSubtle": true, "size": "Small"})));
    let mut content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": match lang { Lang::Ja => "ja", Lang::En => "en" },
        "msteams": {"width": "Full"},
        "body": card.items,
    });
    if let (Some(link), Some(content)) =
        (told.link.as_deref().filter(|link| link.len() < 2000), content.as_object_mut())
    {
        let action = json!([{"type": "Action.OpenUrl", "title": words::dashboard(lang), "url": link}]);
        content.insert("actions".to_owned(), action);
    }
    json!({
        "type": "message",
        "summary": words::cut(&told.subject, 200),
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": content,
        }],
    })
}

struct Card {
    items: Vec<Value>,
    used: usize,
}

impl Card {
    fn fits(&self, item: &Value, keep: usize) -> bool {
        self.used + size(item) + keep <= BODY
    }

    fn push(&mut self, item: Value) {
        self.used += size(&item);
        self.items.push(item);
    }

    /// As many lines as there is room for, and how many more there are.
    fn lines(&mut self, lines: Vec<String>, lang: Lang) {
        let all = lines.len();
        for (told, line) in lines.iter().enumerate() {
            let item = text(line, json!({}));
            if !self.fits(&item, 1000) {
                self.push(text(&words::more(all - told, lang), json!({"weight": "Bolder"})));
                return;
            }
            self.push(item);
        }
    }
}

fn size(item: &Value) -> usize {
    item.to_string().len() + 1
}

fn full(change: &Change) -> Value {
    let (style, sign) = match change.mark {
        Mark::Bad => ("attention", change.mark.sign()),
        Mark::Warn => ("warning", change.mark.sign()),
        Mark::Good => ("good", change.mark.sign()),
        Mark::Plain => ("default", change.mark.sign()),
    };
    let mut items = vec![text(&format!("{sign} {}", change.title), json!({"weight": "Bolder"}))];
    items.extend(change.lines.iter().map(|line| {
        let mut line = text(line, json!({}));
        if let Some(block) = line.as_object_mut() {
            block.insert("spacing".to_owned(), json!("Small"));
        }
        line
    }));
    json!({"type": "Container", "style": style, "spacing": "Medium", "items": items})
}

/// A line, taken as it is.
fn text(text: &str, look: Value) -> Value {
    let mut run = json!({"type": "TextRun", "text": text});
    if let (Some(run), Value::Object(look)) = (run.as_object_mut(), look) {
        run.extend(look);
    }
    json!({"type": "RichTextBlock", "inlines": [run]})
}
