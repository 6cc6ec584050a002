//! Slack, by an incoming webhook, laid out with Block Kit.
//!
//! Limits: 50 blocks a message, 150 characters a header, 3000 characters a section's text
//! (<https://docs.slack.dev/reference/block-kit/blocks>). All blocks together are refused (`msg_blocks_too_long`) from
//! about 13,200 characters on, which no page says (<https://github.com/slackapi/bolt-js/issues/2509>).

use futures::future::{BoxFuture, FutureExt};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::http::{Http, Plain};
use super::words::{self, Told, cut, units};
use super::{Channel, ChannelError, Hidden, Sent};
use crate::model::{Lang, Letter};

/// Characters of a header.
const HEADER: usize = 150;
/// Characters of a section's text.
const SECTION: usize = 3000;
/// Characters of all blocks that we use; well below where Slack refuses.
const ALL: usize = 12_000;
/// Characters that are kept free for the changes that are told in one line, and for what ends a message.
const TAIL: usize = 3500;
/// Changes that are told in full at most; with the rest well below 50 blocks.
const FULL: usize = 25;

/// A webhook.
pub(super) struct Slack {
    http: Http,
}

impl Slack {
    pub(super) fn new(channel: &str, url: &Hidden) -> Result<Self, ChannelError> {
        Ok(Self { http: Http::new(channel, "url", url, Plain::Loopback)? })
    }
}

impl Channel for Slack {
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
    let mut page = Page { blocks: Vec::new(), used: 0 };
    let header = cut(&told.subject, HEADER);
    page.used += units(&header);
    page.blocks.push(json!({"type": "header", "text": {"type": "plain_text", "text": header, "emoji": false}}));
    page.section(&escape(&told.summary.join("\n"), SECTION));

    let mut changes = told.changes.iter().peekable();
    for _ in 0..FULL {
        let Some(change) = changes.peek() else { break };
        let mut text = format!("{} *{}*\n", change.mark.sign(), escape(&change.title, 400));
        text.push_str(&escape(&change.lines.join("\n"), SECTION - units(&text)));
        if !page.fits(&text, TAIL) {
            break;
        }
        page.section(&text);
        changes.next();
    }
    let short: Vec<String> = changes.map(|change| format!("{} {}", change.mark.sign(), change.short)).collect();
    page.lines(&short, lang);
    if !told.open.is_empty() {
        page.section(&format!("*{}*", words::still_open(lang)));
        page.lines(&told.open.iter().map(|line| format!("• {line}")).collect::<Vec<_>>(), lang);
    }
    if let Some(link) = &told.link {
        // A link that does not fit is left out: half of one leads nowhere.
        let link = escape(link, usize::MAX).replace('|', "%7C");
        let text = format!("<{link}|{}>", words::dashboard(lang));
        if page.fits(&text, 100) && units(&text) <= SECTION {
            page.section(&text);
        }
    }
    page.blocks.push(json!({"type": "context", "elements": [
        {"type": "mrkdwn", "text": escape(&told.foot, 300)},
    ]}));
    let text = format!("{}\n{}", told.subject, told.summary.join("\n"));
    json!({"text": escape(&text, SECTION), "unfurl_links": false, "unfurl_media": false, "blocks": page.blocks})
}

struct Page {
    blocks: Vec<Value>,
    used: usize,
}

impl Page {
    fn fits(&self, text: &str, keep: usize) -> bool {
        self.used + units(text) + keep <= ALL
    }

    fn section(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.used += units(text);
        self.blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": text}}));
    }

    /// As many lines as there is room for, in as few sections as they need, and how many more there are.
    fn lines(&mut self, lines: &[String], lang: Lang) {
        let mut text = String::new();
        for (told, line) in lines.iter().enumerate() {
            let line = escape(line, 220);
            if !self.fits(&format!("{text}{line}"), 600) {
                text.push_str(&words::more(lines.len() - told, lang));
                break;
            }
            if units(&text) + units(&line) + 100 > SECTION {
                self.section(&text);
                text.clear();
            }
            text.push_str(&line);
            text.push('\n');
        }
        self.section(text.trim_end());
    }
}

/// Escapes what Slack gives a meaning, within `most` characters: an entity is never cut in half.
fn escape(text: &str, most: usize) -> String {
    let mut escaped = String::new();
    let mut used = 0;
    for c in text.chars() {
        let mut own = [0; 4];
        let part = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &*c.encode_utf8(&mut own),
        };
        if used + units(part) + 1 > most {
            escaped.push('…');
            break;
        }
        used += units(part);
        escaped.push_str(part);
    }
    escaped
}
