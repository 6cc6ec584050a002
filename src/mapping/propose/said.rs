//! Reasons in words.

use crate::{mapping::knowledge::Known, model::Text};

/// The phrases of the sheet that mean a topic: `「複数のデータセンター」は multi-az(複数ゾーン)を指す`.
pub(super) fn means(quotes: &[String], topic: &Known, heading: bool) -> Text {
    let (ja, en) = (quoted_ja(quotes), quoted_en(quotes));
    let (of, by) = if heading { ("見出しの", "the heading's ") } else { ("", "") };
    let verb = if quotes.len() > 1 { "together mean" } else { "means" };
    Text::new(
        format!("{of}{ja}は {}({})を指す", topic.id, topic.title.ja),
        format!("{by}{en} {verb} {} ({})", topic.id, lower(&topic.title.en)),
    )
}

/// The statement is written like something known.
pub(super) fn like(label: &Text, topic: &Known) -> Text {
    Text::new(
        format!("{} に文面が似ており、{}({})を指すと見られる", label.ja, topic.id, topic.title.ja),
        format!("it reads like {}, which is about {} ({})", label.en, topic.id, lower(&topic.title.en)),
    )
}

/// A person approved the same before.
pub(super) fn same(label: &Text) -> Text {
    Text::new(format!("{} と同じ", label.ja), format!("same as {}", label.en))
}

/// Only a person can state it.
pub(super) fn organisational(quote: &str, what: &Text) -> Text {
    Text::new(
        format!("「{quote}」は組織の取り組み({})であり、人が述べるほかない", what.ja),
        format!("'{quote}' is a matter of the organisation ({}): a person must attest it", what.en),
    )
}

/// AWS's side.
pub(super) fn inherited(quote: &str, what: &Text) -> Text {
    Text::new(
        format!("「{quote}」は AWS の責任範囲({})であり、すべてが AWS で稼働する限り引き継がれる", what.ja),
        format!("'{quote}' is AWS's responsibility ({}): inherited as long as everything runs on AWS", what.en),
    )
}

/// Nothing was recognised.
pub(super) fn unclear(nearest: Option<&Known>) -> Text {
    match nearest {
        Some(topic) => Text::new(
            format!("決め手になる語がない。最も近いのは {}({})", topic.id, topic.title.ja),
            format!("no telling words; the nearest is {} ({})", topic.id, lower(&topic.title.en)),
        ),
        None => Text::new("決め手になる語がない", "no telling words"),
    }
}

/// Nothing is proposed, because several readings are as likely.
pub(super) fn doubtful(first: &Known, second: &Known) -> Text {
    Text::new(
        format!("{}({})か {}({})か決められない", first.id, first.title.ja, second.id, second.title.ja),
        format!("it could be {} or {}", first.id, second.id),
    )
}

/// No check decides the topic yet.
pub(super) fn no_check(topic: &Known) -> Text {
    Text::new(
        format!("{}({})を決める検査はまだないため、人が述べる", topic.id, topic.title.ja),
        format!("no check decides {} yet: a person states it", topic.id),
    )
}

/// What a person still has to state, where the text speaks of a rule besides.
pub(super) fn rest(quote: &str, what: &Text) -> Text {
    Text::new(format!("「{quote}」({})", what.ja), format!("'{quote}' ({})", what.en))
}

fn quoted_ja(quotes: &[String]) -> String {
    quotes.iter().map(|quote| format!("「{quote}」")).collect::<Vec<_>>().join("と")
}

fn quoted_en(quotes: &[String]) -> String {
    quotes.iter().map(|quote| format!("'{quote}'")).collect::<Vec<_>>().join(" and ")
}

/// The first letter small, but for an abbreviation: `multi-factor authentication`, `TLS endpoints`.
pub(super) fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}
