//! What a message says, in plain words and both languages, before any channel lays it out.
//!
//! Names of sheets, items and resources come from outside: [`clean`] takes out what could break a line or turn its
//! direction, and each channel escapes for itself.

mod change;
mod labels;

use chrono::SecondsFormat;

pub use change::Change;
pub use labels::{Mark, verdict_name};

use crate::model::{ChangeKind, Lang, Message, Moment, Purpose, Subject, Transition, Verdict};

/// Longest title of an item, in characters.
const TITLE: usize = 200;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// One line: which sheet, what happened.
    pub subject: String,
    /// What the run says of the whole sheet, and why the message is sent where that is not plain.
    pub summary: Vec<String>,
    /// What changed, what wants attention most first.
    pub changes: Vec<Change>,
    /// What is still open, one line each.
    pub open: Vec<String>,
    /// Where the dashboard shows it.
    pub link: Option<String>,
    /// Which run said it.
    pub foot: String,
}

/// Puts a message into words.
pub fn tell(message: &Message, lang: Lang) -> Told {
    Told {
        subject: subject(message, lang),
        summary: summary(message, lang),
        changes: message.transitions.iter().map(|transition| Change::of(transition, lang)).collect(),
        open: message
            .open
            .iter()
            .map(|open| {
                let verdict = verdict_name(open.verdict, lang);
                let (item, title) = (clean(&open.item), cut(&clean(&open.title), TITLE));
                match lang {
                    Lang::Ja => format!("{item} {title}: {} から {verdict}", at(open.since)),
                    Lang::En => format!("{item} {title}: {verdict} since {}", at(open.since)),
                }
            })
            .collect(),
        link: message.link.clone(),
        foot: match (lang, message.run.is_empty() || unseen(message)) {
            (_, true) => at(message.at),
            (Lang::Ja, false) => format!("実行 {}、{} 時点", short(&message.run), at(message.at)),
            (Lang::En, false) => format!("run {}, as of {}", short(&message.run), at(message.at)),
        },
    }
}

impl Told {
    /// Everything as plain text: all changes, the first `detailed` of them in full.
    pub fn plain(&self, detailed: usize, lang: Lang) -> String {
        let mut text = self.subject.clone();
        text.push_str("\n\n");
        for line in &self.summary {
            text.push_str(line);
            text.push('\n');
        }
        for change in self.changes.iter().take(detailed) {
            text.push_str(&format!("\n{} {}\n", change.mark.sign(), change.title));
            for line in &change.lines {
                text.push_str(&format!("  {line}\n"));
            }
        }
        if self.changes.len() > detailed {
            text.push('\n');
            for change in self.changes.iter().skip(detailed) {
                text.push_str(&format!("{} {}\n", change.mark.sign(), change.short));
            }
        }
        if !self.open.is_empty() {
            text.push_str(&format!("\n{}\n", still_open(lang)));
            for line in &self.open {
                text.push_str(&format!("- {line}\n"));
            }
        }
        text.push('\n');
        if let Some(link) = &self.link {
            text.push_str(&format!("{link}\n"));
        }
        text.push_str(&self.foot);
        text.push('\n');
        text
    }
}

/// Heading over what is still open.
pub fn still_open(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "成り立つと示せないままの項目",
        Lang::En => "Still not shown to hold",
    }
}

/// Text of the link to the dashboard.
pub fn dashboard(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ダッシュボードで見る",
        Lang::En => "Open the dashboard",
    }
}

/// What stands for changes that found no room.
pub fn more(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ほか {count} 件"),
        Lang::En => format!("and {count} more"),
    }
}

/// Takes out control characters, line breaks among them, and marks that turn a text's direction.
pub fn clean(text: &str) -> String {
    let turned = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let spaced: String = text.chars().map(|c| if c.is_control() || turned(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of at most `most` characters; what is cut is marked. Counted in UTF-16, which is what receivers count in or more.
pub fn cut(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(1);
    let mut kept: String = text
        .chars()
        .take_while(|c| match room.checked_sub(c.len_utf16()) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        })
        .collect();
    kept.push('…');
    kept
}

/// Length of a text in UTF-16.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A moment for people, to the minute.
pub fn at(moment: Moment) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A moment for programs.
pub fn rfc3339(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn short(run: &str) -> String {
    clean(run).chars().take(12).collect()
}

fn subject(message: &Message, lang: Lang) -> String {
    let sheet = clean(&message.sheet);
    let what = match message.purpose {
        Purpose::Test => match lang {
            Lang::Ja => "通知の試験".to_owned(),
            Lang::En => "test of this channel".to_owned(),
        },
        Purpose::Reminder if message.transitions.is_empty() => match (lang, message.open.len()) {
            (Lang::Ja, count) => format!("{count} 項目が成り立つと示せないままです"),
            (Lang::En, 1) => "1 item still cannot be shown to hold".to_owned(),
            (Lang::En, count) => format!("{count} items still cannot be shown to hold"),
        },
        Purpose::Reminder | Purpose::Changes => match message.transitions.as_slice() {
            [] => match lang {
                Lang::Ja => "変化なし".to_owned(),
                Lang::En => "nothing changed".to_owned(),
            },
            [Transition { subject: Subject::Sheet, kind: ChangeKind::Began, .. }] => began(message, lang),
            [one] => Change::of(one, lang).headline,
            many => labels::counts(many, lang),
        },
    };
    cut(&format!("[Kakunin] {sheet}: {what}"), TITLE)
}

/// Whether the message says that no run can be made: its counts are then those of the last one that could.
fn unseen(message: &Message) -> bool {
    message.transitions.iter().any(|t| t.subject == Subject::Sheet && t.kind == ChangeKind::Blind)
}

fn began(message: &Message, lang: Lang) -> String {
    let (items, open) = (message.summary.items, open_count(message));
    match lang {
        Lang::Ja => format!("見張りを始めました（{items} 項目中 {open} 項目が成り立つと示せません）"),
        Lang::En => format!("the watch began; {open} of {items} items cannot be shown to hold"),
    }
}

fn open_count(message: &Message) -> usize {
    Verdict::ALL.iter().filter(|v| !v.holds()).map(|v| count(message, *v)).sum()
}

fn count(message: &Message, verdict: Verdict) -> usize {
    message.summary.by_verdict.get(verdict.label()).copied().unwrap_or(0)
}

fn summary(message: &Message, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if message.purpose == Purpose::Test {
        lines.push(match lang {
            Lang::Ja => "このメッセージが届いたので、この通知先は使えます。判定の変化ではありません。".to_owned(),
            Lang::En => "This message arrived, so this channel works. It tells of no change.".to_owned(),
        });
        return lines;
    }
    let open: Vec<String> = Verdict::ALL
        .iter()
        .filter(|verdict| !verdict.holds() && count(message, **verdict) > 0)
        .map(|verdict| format!("{} {}", verdict_name(*verdict, lang), count(message, *verdict)))
        .collect();
    let holds: usize = Verdict::ALL.iter().filter(|v| v.holds()).map(|v| count(message, *v)).sum();
    let items = message.summary.items;
    if items == 0 {
        return lines;
    }
    let counts = match (lang, open.is_empty()) {
        (Lang::Ja, true) => format!("全 {items} 項目: 成り立つ {holds}"),
        (Lang::En, true) => format!("{items} items: {holds} hold"),
        (Lang::Ja, false) => format!("全 {items} 項目: {}、成り立つ {holds}", open.join("、")),
        (Lang::En, false) => format!("{items} items: {}; {holds} hold", open.join(", ")),
    };
    lines.push(match (lang, unseen(message)) {
        (_, false) => counts,
        (Lang::Ja, true) => format!("最後にできた実行の結果（今の状態ではありません）: {counts}"),
        (Lang::En, true) => format!("by the last run that could be made, and not how it is now: {counts}"),
    });
    lines
}
