//! Sentences of a block.

use std::ops::Range;

use super::fold::Shield;

/// Words with a full stop that end no sentence.
const ABBREVIATED: [&str; 14] =
    ["e.g", "i.e", "vs", "no", "art", "sec", "fig", "approx", "cf", "mr", "ms", "dr", "incl", "resp"];
/// Words with a full stop that end one only before a capital letter.
const PERHAPS: [&str; 5] = ["etc", "inc", "ltd", "co", "corp"];

/// The sentences of `text`, with what ends them; brackets, quotes and URLs hold together.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let shield = Shield::new(text);
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if !matches!(character, '。' | '｡' | '．' | '！' | '？' | '.' | '!' | '?') || shield.covers(at) {
            continue;
        }
        let next = characters.peek().map(|(_, c)| *c);
        let ends = match character {
            '．' => next.is_none_or(|c| !c.is_ascii_alphanumeric() && !('０'..='９').contains(&c)),
            '.' => next.is_none_or(char::is_whitespace) && stops(text, start, at),
            '!' | '?' => next.is_none_or(|c| c.is_whitespace() || c.is_uppercase() || !c.is_ascii()),
            _ => true,
        };
        if !ends {
            continue;
        }
        let mut end = at + character.len_utf8();
        while let Some((_, c)) =
            characters.next_if(|(_, c)| matches!(c, '」' | '』' | '”' | '"' | '。' | '？' | '?' | '!'))
        {
            end += c.len_utf8();
        }
        sentences.push(start..end);
        start = end;
    }
    sentences.push(start..text.len());
    sentences.retain(|r| text.get(r.clone()).is_some_and(|t| t.chars().any(char::is_alphanumeric)));
    sentences
}

/// Whether a full stop before a space ends a sentence.
fn stops(text: &str, start: usize, at: usize) -> bool {
    let before = text.get(start..at).unwrap_or_default();
    let near = before.char_indices().rev().nth(11).and_then(|(from, _)| before.get(from..)).unwrap_or(before);
    let word = near.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '（' | ',')).next().unwrap_or_default();
    let word = word.to_ascii_lowercase();
    let next = text.get(at + 1..).and_then(|t| t.chars().take(12).find(|c| !c.is_whitespace()));
    if ABBREVIATED.contains(&word.as_str())
        || (near == before && word.trim_start_matches(['q', 'a']).bytes().all(|b| b.is_ascii_digit()))
    {
        return false;
    }
    let lower = next.is_some_and(char::is_lowercase);
    !lower && (!PERHAPS.contains(&word.as_str()) || next.is_none_or(|c| c.is_uppercase() || !c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_end() {
        for (text, expected) in [
            ("取得する。保管する。", vec!["取得する。", "保管する。"]),
            ("方針は「守る。直す。」である。次。", vec!["方針は「守る。直す。」である。", "次。"]),
            (
                "TLS 1.2 is used. Logs, e.g. access logs, are kept. OK",
                vec!["TLS 1.2 is used.", "Logs, e.g. access logs, are kept.", "OK"],
            ),
            ("行いますか？そのチェックは?", vec!["行いますか？", "そのチェックは?"]),
            ("Topics?Removing services", vec!["Topics?", "Removing services"]),
            ("see https://example.com/a?b=c.d for it. Yes.", vec!["see https://example.com/a?b=c.d for it.", "Yes."]),
            ("規程を定める．周知する．", vec!["規程を定める．", "周知する．"]),
            ("ＴＬＳ１．２を使う。", vec!["ＴＬＳ１．２を使う。"]),
            ("。。", vec![]),
            ("Q1. 実施していますか?", vec!["Q1. 実施していますか?"]),
            ("Logs etc. are kept. Acme Inc. Keeps them.", vec!["Logs etc. are kept.", "Acme Inc.", "Keeps them."]),
        ] {
            let found: Vec<&str> = sentences(text).into_iter().map(|r| text[r].trim()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
