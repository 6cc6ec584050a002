//! Lines, bullets and numbered entries.

use std::ops::Range;

use crate::sheet::pattern::{Pattern, pattern};

use super::words;

static LINE_END: Pattern = pattern!(r"\r\n|[\n\r\x0B\x0C\u{85}\u{2028}\u{2029}]|(?i:<br\s*/?>)");
/// What begins an entry at the start of a line.
static MARKER: Pattern = pattern!(
    r"^[\s　]*(?:[・･•●■□☑☐☒✓✔◆◇▪▫‣⁃✅][\s　]*|[○◯◎＊*–—－\-‐―][\s　]+|[①-⑳][\s　]*|[(（][0-9０-９]{1,2}[)）][\s　]*|[0-9０-９]{1,2}[)）][\s　]*|[0-9０-９]{1,2}[.．、][\s　]+|[(（]?[a-zａ-ｚ][)）][\s　]*|[a-zａ-ｚ][.．][\s　]+|[(（]?(?:i{1,3}|iv|vi{0,3}|ix|x)[)）][\s　]*|[(（]?[アイウエオカキクケコ][)）][\s　]*|[ⅰ-ⅹⅠ-Ⅻ][.．、)）]?[\s　]+)"
);
static NOTE: Pattern = pattern!(r"^[\s　]*(?:※|注[0-9０-９]?[:：)）])[0-9０-９]{0,2}[\s　]*");
/// A dot or a dash inside a line that begins an entry: after a space, where what stands before has ended.
static INLINE_DOT: Pattern = pattern!(r"(?:[\s　。:：]|^)(?:[・•●■□☑◆▪]|[‐-](?:[\s　]))[\s　]*");
/// A count inside a line: a) …, (1) …, ① …, ア) ….
static INLINE_COUNT: Pattern = pattern!(
    r"(?:^|[\s　。、，,;；:：])(?:[(（]?(?P<count>[0-9０-９]{1,2}|[a-zａ-ｚ]|[ivx]{1,4}|[アイウエオカキクケコ])(?:[)）]|[.．][\s　]))[\s　]*|(?P<circle>[①-⑳])[\s　]*"
);
/// A line that goes on in the next one.
static GOES_ON: Pattern =
    pattern!(r"(?:[、，,]|[^ァ-ヶ](?:を|は|が|に|の|で|と|及び|および|並びに|又は|または))[\s　]*$");
/// An entry that ties to the next one by "or": the list is one statement.
static OR_END: Pattern = pattern!(r"(?i)(?:[,;、\s]|^)(?:or|又は|または|もしくは|若しくは|あるいは)[\s　]*$");
static AND_END: Pattern = pattern!(r"(?i)(?:[,;、，；\s]+(?:and|及び|および|並びに|ならびに|かつ)|[,;、，；])[\s　]*$");

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// An entry of a list; the list's lead is the plain block before its first entry.
    Entry,
}

/// The blocks of a text, in order. What is between them is markers, line ends, and the "and" before a last entry.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Where each block's first line begins, marker and all.
    let mut begins: Vec<usize> = Vec::new();
    let mut joins = false;
    for line in lines(text) {
        let written = text.get(line.clone()).unwrap_or_default();
        if written.trim().is_empty() {
            joins = false;
            continue;
        }
        let marker = MARKER.find(written).map_or(0, |m| m.end());
        // ①～③ refers to entries and begins none.
        let refers = written.get(marker..).is_some_and(|t| t.starts_with(['～', '〜', '~', '、', '・', '及', 'と']));
        let marker = if refers { 0 } else { marker };
        let note = if marker == 0 { NOTE.find(written).map_or(0, |m| m.end()) } else { 0 };
        let start = line.start + marker.max(note);
        let indented = written.starts_with([' ', '　', '\t']);
        let lower = text.get(start..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_lowercase()));
        if marker == 0
            && note == 0
            && let Some(last) = blocks.last_mut()
            && (joins
                || (lower
                    && text.get(last.range.clone()).is_some_and(|t| t.ends_with(|c: char| c.is_ascii_alphanumeric())))
                || (indented && last.kind == Kind::Entry))
        {
            last.range.end = line.end;
        } else {
            let kind = if marker > 0 { Kind::Entry } else { Kind::Plain };
            blocks.push(Block { range: start..line.end, kind });
            begins.push(line.start);
        }
        joins = GOES_ON.is_match(written);
    }
    let says = |b: &Block| text.get(b.range.clone()).is_some_and(|t| t.chars().any(char::is_alphanumeric));
    blocks.into_iter().zip(begins).flat_map(|(block, begin)| inside(text, block, begin)).filter(says).collect()
}

/// Line ends as spaces, and as nothing between Japanese characters.
pub(super) fn in_one_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for line in lines(text) {
        let words = text.get(line).unwrap_or_default().trim();
        if words.is_empty() {
            continue;
        }
        let ascii = |c: Option<char>| c.is_none_or(|c| c.is_ascii());
        if !clean.is_empty() && (ascii(clean.chars().next_back()) || ascii(words.chars().next())) {
            clean.push(' ');
        }
        clean.push_str(words);
    }
    clean.replace('\t', " ")
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut from = 0;
    for end in LINE_END.find_all(text).into_iter().flatten() {
        lines.push(from..end.start());
        from = end.end();
    }
    lines.push(from..text.len());
    lines
}

/// Cuts a block at the entries inside its line.
fn inside(text: &str, mut block: Block, begin: usize) -> Vec<Block> {
    let line = text.get(begin..block.range.end).unwrap_or_default();
    if block.kind == Kind::Entry && counts(line).first().is_some_and(|first| first.end + begin <= block.range.start) {
        // (1) … (2) … in one line: the first count is the marker of the line.
        block = Block { range: begin..block.range.end, kind: Kind::Plain };
    }
    let written = text.get(block.range.clone()).unwrap_or_default();
    let mut cuts = dots(written);
    if cuts.is_empty() {
        cuts = counts(written);
    }
    if cuts.is_empty() {
        return vec![block];
    }
    let first = cuts.first().map_or(written.len(), |c| c.start);
    let ends: Vec<usize> = cuts.iter().skip(1).map(|c| c.start).chain([written.len()]).collect();
    let entries: Vec<Range<usize>> = cuts.iter().zip(ends).map(|(cut, end)| cut.end..end.max(cut.end)).collect();
    let is_or = |r: &Range<usize>| OR_END.is_match(written.get(r.clone()).unwrap_or_default());
    if entries.iter().any(is_or) {
        return vec![block];
    }
    let base = block.range.start;
    let mut blocks = vec![Block { range: base..base + first, kind: block.kind }];
    for entry in entries {
        let words = written.get(entry.clone()).unwrap_or_default();
        let end = AND_END.find(words).map_or(entry.end, |m| entry.start + m.start());
        blocks.push(Block { range: base + entry.start..base + end, kind: Kind::Entry });
    }
    blocks.retain(|b| text.get(b.range.clone()).is_some_and(|t| !t.trim().is_empty()));
    blocks
}

/// Where dots and dashes begin entries.
fn dots(written: &str) -> Vec<Range<usize>> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for found in INLINE_DOT.find_all(written).into_iter().flatten() {
        let before = written.get(..found.start()).unwrap_or_default();
        let mark = found.as_str();
        let led = mark.starts_with(['。', ':', '：']);
        let skip = mark.chars().next().filter(|c| c.is_whitespace() || led).map_or(0, char::len_utf8);
        // A dash inside an English sentence is a dash.
        let dash = mark.contains(['-', '‐']);
        let ended = before.trim_end().chars().next_back().is_none_or(|c| !c.is_ascii() || matches!(c, ':' | '.'));
        if !dash || ended || led || !cuts.is_empty() {
            cuts.push(found.start() + skip..found.end());
        }
    }
    // 「A ・ B」 with spaces on both sides couples nouns; a list has a lead that has ended, or begins the text.
    let spaced = |c: &Range<usize>| written.get(c.clone()).is_some_and(|m| m.ends_with([' ', '　']));
    let lead = cuts.first().map(|c| written.get(..c.start).unwrap_or_default());
    let ended = lead.is_some_and(|lead| lead.trim().is_empty() || lead_ended(lead));
    if cuts.iter().all(spaced) && !ended {
        return Vec::new();
    }
    cuts
}

fn lead_ended(lead: &str) -> bool {
    let lead = lead.trim_end();
    lead.ends_with(['。', ':', '：', '?', '？', '.']) || words::has_predicate(lead)
}

/// Where a run of counts from the first one on begins entries: a) b) c).
fn counts(written: &str) -> Vec<Range<usize>> {
    let found: Vec<(Range<usize>, &str)> = INLINE_COUNT
        .captures_all(written)
        .into_iter()
        .flatten()
        .filter_map(|c| {
            let whole = c.get(0)?;
            let count = c.name("count").or_else(|| c.name("circle"))?;
            // What ends the words before stays with them.
            let first = whole.as_str().chars().next()?;
            let skip = if matches!(first, '。' | '、' | '，' | ',' | ';' | '；' | ':' | '：') || first.is_whitespace()
            {
                first.len_utf8()
            } else {
                0
            };
            Some((whole.start() + skip..whole.end(), count.as_str()))
        })
        .collect();
    for style in [digit, letter, roman, kana, circle] {
        let mut cuts: Vec<Range<usize>> = Vec::new();
        for (range, count) in &found {
            if style(count) == Some(cuts.len() + 1) {
                cuts.push(range.clone());
            }
        }
        let apart = |pair: &[Range<usize>]| match pair {
            [a, b] => written.get(a.end..b.start).is_some_and(|t| t.trim().chars().count() > 2),
            _ => true,
        };
        if cuts.len() > 1 && cuts.windows(2).all(apart) {
            return cuts;
        }
    }
    Vec::new()
}

fn digit(count: &str) -> Option<usize> {
    let text: String =
        count.chars().filter_map(|c| c.to_digit(10).or_else(|| wide(c))).map(|d| d.to_string()).collect();
    text.parse().ok()
}

fn wide(character: char) -> Option<u32> {
    u32::from(character).checked_sub(u32::from('０')).filter(|d| *d < 10)
}

fn letter(count: &str) -> Option<usize> {
    let character = count.chars().next().filter(|c| count.len() == c.len_utf8())?;
    "abcdefghijklmnopqrstuvwxyz"
        .chars()
        .zip("ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ".chars())
        .position(|(narrow, wide)| character == narrow || character == wide)
        .map(|at| at + 1)
}

fn roman(count: &str) -> Option<usize> {
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"].iter().position(|r| *r == count).map(|at| at + 1)
}

fn kana(count: &str) -> Option<usize> {
    "アイウエオカキクケコ".chars().position(|c| count.chars().eq([c])).map(|at| at + 1)
}

fn circle(count: &str) -> Option<usize> {
    ('①'..='⑳').position(|c| count.chars().eq([c])).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        blocks(text)
            .into_iter()
            .map(|b| {
                let mark = if b.kind == Kind::Entry { "*" } else { "" };
                format!("{mark}{}", text[b.range].trim())
            })
            .collect()
    }

    #[test]
    fn patterns_compile() {
        for pattern in [&LINE_END, &MARKER, &NOTE, &INLINE_DOT, &INLINE_COUNT, &GOES_ON, &OR_END, &AND_END] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn lists_are_cut() {
        table(
            [
                ("一文。", vec!["一文。"]),
                ("次を記録する\n・認証\n・変更", vec!["次を記録する", "*認証", "*変更"]),
                ("次を記録する。<br />・認証<br>・変更", vec!["次を記録する。", "*認証", "*変更"]),
                (
                    "公開しています。 ・基本方針 https://example.com/a",
                    vec!["公開しています。", "*基本方針 https://example.com/a"],
                ),
                ("定めています - 事故 - 過失", vec!["定めています", "*事故", "*過失"]),
                ("追加・削除・変更を管理する", vec!["追加・削除・変更を管理する"]),
                ("追加 ・ 削除 を管理する", vec!["追加 ・ 削除 を管理する"]),
                ("Backups - daily and weekly - are taken", vec!["Backups - daily and weekly - are taken"]),
                ("We log: - logins - changes", vec!["We log:", "*logins", "*changes"]),
                (
                    "We log a) logins, b) changes, and c) deletions.",
                    vec!["We log", "*logins", "*changes", "*deletions."],
                ),
                ("(1) 手順を定める (2) 記録する", vec!["*手順を定める", "*記録する"]),
                ("次のこと。①手順を定める②記録する", vec!["次のこと。", "*手順を定める", "*記録する"]),
                ("ア）手順を定める\nイ）記録する", vec!["*手順を定める", "*記録する"]),
                ("a. Logs are kept\nb. Logs are read", vec!["*Logs are kept", "*Logs are read"]),
                ("1. Logs are kept\n2. Logs are read", vec!["*Logs are kept", "*Logs are read"]),
                ("①～③を実施", vec!["①～③を実施"]),
                ("a) TLS, or b) VPN is used", vec!["a) TLS, or b) VPN is used"]),
                ("監査ログを取得し、\n保管している", vec!["監査ログを取得し、\n保管している"]),
                ("Logs are kept\nfor a year", vec!["Logs are kept\nfor a year"]),
                ("一行目\n二行目", vec!["一行目", "二行目"]),
                ("暗号化する\n※開発を除く", vec!["暗号化する", "開発を除く"]),
                ("164.308(a)(4)(ii)(B) Access", vec!["164.308(a)(4)(ii)(B) Access"]),
                ("TLS 1.2 and 1.3 are used", vec!["TLS 1.2 and 1.3 are used"]),
            ],
            of,
        );
    }
}
