//! What the vendor's mark means.

mod boxes;
mod legend;
mod marks;

use crate::model::Answer;

use super::pattern::{Pattern, normal, pattern};

pub(crate) use boxes::{Mark, box_at_start, mark};
pub(crate) use legend::legends;
pub(crate) use marks::{Meaning, Reading, Table};

#[rustfmt::skip]
const YES: &[&str] = &[
    "○", "◯", "〇", "◎", "●", "⭕", "✓", "✔", "☑", "o", "y", "yes", "true", "有", "有り", "あり", "はい", "是", "済",
    "実施", "実施済", "実施済み", "実施している", "実施しています", "対応", "対応済", "対応済み", "implemented", "compliant", "レ", "■",
    "実施あり", "対応あり", "対応している", "対応しています", "対応しております", "実施しております", "導入済", "導入済み", "設定済", "設定済み", "整備済",
    "整備済み", "完了", "完了済", "完了済み", "適合", "適合している", "準拠", "準拠している", "遵守", "充足", "満たす", "満たしている", "可", "可能",
    "対応可", "対応可能", "実施可", "可能である", "適用", "適用する", "fully", "full", "fully implemented", "fully compliant",
    "in place", "met", "applied", "applicable", "対応済です", "実施済です", "✅", "ハイ", "良", "良好",
];
#[rustfmt::skip]
const NO: &[&str] = &[
    "×", "✕", "✖", "✗", "✘", "╳", "❌", "☓", "x", "n", "no", "false", "無", "無し", "なし", "いいえ", "否", "未実施",
    "未対応", "実施していない", "実施していません", "not implemented", "non-compliant", "□", "☐", "◻", "不可", "対応不可", "実施不可",
    "不可能", "不適合", "非準拠", "未準拠", "未達", "未達成", "未導入", "未設定", "未整備", "未策定", "未完了", "未着手", "未取得",
    "対応していない", "対応していません", "対応しておりません", "実施しておりません", "対応なし", "対応無し", "実施なし", "実施無し", "対応予定", "実施予定",
    "導入予定", "予定", "計画中", "対応できない", "実施できない", "要対応", "要改善", "適合しない", "適合していない", "準拠していない", "満たさない",
    "満たしていない", "not compliant", "noncompliant", "not in place", "not met", "not done", "unimplemented",
    "イイエ", "未", "未済", "不良", "none", "planned", "not started", "not supported", "unsupported",
];
#[rustfmt::skip]
const PARTIAL: &[&str] = &[
    "△", "▲", "一部", "一部実施", "一部対応", "一部有", "一部有り", "一部あり", "部分的", "部分的に実施", "partial", "partially", "partly",
    "partially implemented", "一部適合", "一部準拠", "一部実施している", "一部実施しています", "一部対応している", "一部対応しています", "一部実施済",
    "一部対応済", "一部実施済み", "一部対応済み", "一部未実施", "一部未対応", "一部適用", "一部可", "部分実施", "部分対応", "部分適合", "部分準拠", "条件付き",
    "条件付", "対応中", "実施中", "導入中", "partly implemented", "partially compliant", "in progress",
    "partial compliance", "partially met", "partially in place",
];
#[rustfmt::skip]
const NOT_APPLICABLE: &[&str] = &[
    "-", "ー", "―", "—", "–", "‐", "‑", "−", "─", "━", "n/a", "na", "n.a", "n.a.", "not applicable",
    "該当なし", "該当無し", "該当無", "該当しない", "該当せず", "非該当", "対象外", "適用外", "適用対象外", "適用なし", "不要", "/", "対象なし",
    "対象無し", "適用除外", "除外", "非適用", "適用しない", "対応不要", "実施不要", "対象でない", "out of scope", "excluded", "not required",
    "not relevant",
];

/// A tail after a yes that takes part of it back.
static TAKES_BACK: Pattern = pattern!(
    r"一部|部分|除|未|予定|ただし|但し|のみ|ません|ていない|ておらず|ではない|できない|対象外|不可|検討中|計画中|(?i:\b(?:partial(?:ly)?|partly|except|planned|but|however|only|not|no|without|excluding)\b|n't\b)"
);
/// What a sheet offers instead of what was chosen: `はい・いいえ`.
static OFFERS: Pattern = pattern!(r"^(?:and|or|・|/|又は|または)");
/// A mark, then words: `○毎日`. Marks that begin the entries of a list (●, ・, -) are left out.
static MARKED: Pattern = pattern!(r"^([○◯〇×✕✗△▲])\s*([^\s○◯〇×✕✗△▲/・,、|].*)$");
/// `はい当社は…` is no known answer, `Yes, we …` and `Yes we do` are.
static YES_WE: Pattern =
    pattern!(r"^(?i:(yes)\s+((?:we|it|all|they|this|our)\b.*)|(not applicable)\s+((?:as|because|since)\b.*))$");
/// A choice of a numbered list, as drop-downs write it: `1. 実施済み`, `A：実施`, `②未実施`.
static LISTED: Pattern = pattern!(r"^(?:[(（]?(?:[0-9０-９]{1,2}|[A-Fa-fＡ-Ｆ])\s*[.．:：)）]|[①-⑳])\s*(.+)$");

/// An answer, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) answer: Answer,
    /// What was written besides the answer itself, as written.
    pub(crate) tail: String,
}

/// Understands an answer. What is not known for certain is [`Answer::Unknown`], never a yes.
pub(crate) fn understand(text: &str) -> Answer {
    say(text, &lookup).answer
}

/// Understands an answer, where `known` tells what a bare word or mark means.
pub(crate) fn say(text: &str, known: &dyn Fn(&str) -> Option<Answer>) -> Said {
    let whole = plain(text);
    if whole.is_empty() {
        return Said { answer: Answer::Unknown, tail: String::new() };
    }
    if let Some(answer) = known(&whole) {
        return Said { answer, tail: String::new() };
    }
    boxes::say(text, known).unwrap_or_else(|| say_without_boxes(text, known))
}

fn say_without_boxes(text: &str, known: &dyn Fn(&str) -> Option<Answer>) -> Said {
    let unknown = || Said { answer: Answer::Unknown, tail: String::new() };
    if let Some(answer) = known(&plain(text)) {
        return Said { answer, tail: String::new() };
    }
    // `はい / Yes`: the same twice. `Yes / No` offers both.
    let parts: Vec<&str> = text.split(['/', '／', '|', '\n']).filter(|p| !plain(p).is_empty()).collect();
    let both: std::collections::BTreeSet<Option<Answer>> = parts.iter().map(|p| known(&plain(p))).collect();
    if parts.len() > 1
        && !both.contains(&None)
        && let Some(Some(answer)) = both.first()
    {
        let answer = if both.len() == 1 { *answer } else { Answer::Unknown };
        return Said { answer, tail: String::new() };
    }
    let Some((answer, tail)) = begins(text, known) else {
        // Only a word that is an answer as it stands: `1. はい 2. いいえ` offers two.
        let listed = LISTED.captures(super::grid::bare(text)).and_then(|c| c.get(1));
        return match listed.and_then(|word| known(&plain(word.as_str()))) {
            Some(answer) => Said { answer, tail: String::new() },
            None => unknown(),
        };
    };
    // `はい、いいえ` and `Yes / No` offer answers; nobody has chosen one.
    if lookup(&plain(&tail)).is_some_and(|other| other != answer) || OFFERS.is_match(&normal(&tail).to_lowercase()) {
        return unknown();
    }
    let answer = match answer {
        Answer::Yes if TAKES_BACK.is_match(&normal(&tail)) => Answer::Partial,
        other => other,
    };
    Said { answer, tail }
}

/// An answer that `text` plainly begins with, and what follows it: `有(日次、7世代)`, `無し。ただし…`, `Yes - daily`, `○毎日`.
fn begins(text: &str, known: &dyn Fn(&str) -> Option<Answer>) -> Option<(Answer, String)> {
    let text = super::grid::bare(text);
    let mut before = None;
    for (at, character) in text.char_indices() {
        let ends = match character {
            '(' | '（' | '[' | '［' | '。' | '、' | '，' | ';' | '；' | ':' | '：' | '\n' | '\r' | '．' | '　' => {
                true
            }
            // `No.5` is a number.
            '.' | ',' => text.get(at + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)),
            // A dash with a space before it, or one that is no hyphen; at the start it is an answer itself.
            '-' | '–' | '—' | '―' | '－' => at > 0 && before.is_some_and(char::is_whitespace),
            // Between words of Japanese a space ends one; English words belong together.
            ' ' => before.is_some_and(|c: char| !c.is_ascii()),
            _ => false,
        };
        before = Some(character);
        if !ends {
            continue;
        }
        let (head, tail) = text.split_at_checked(at)?;
        // `n.a.` and `実施 済` go on.
        if let Some(answer) = known(&plain(head)) {
            let tail = unwrapped(tail);
            return Some((answer, tail));
        }
    }
    let marked = MARKED.captures(text).or_else(|| YES_WE.captures(text))?;
    let mut groups = marked.iter().skip(1).flatten().map(|m| m.as_str());
    let (head, tail) = (groups.next()?, groups.next()?);
    // `△/×` and `○○株式会社` are no answers.
    Some((known(&plain(head))?, tail.to_owned()))
}

/// The tail without the marks that tie it to its head, and without brackets around all of it.
fn unwrapped(tail: &str) -> String {
    let tie = |c: char| c.is_whitespace() || "。、，,;；:：.．-–—―－".contains(c);
    let tail = tail.trim_matches(|c: char| c.is_whitespace()).trim_start_matches(tie);
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('（', ')'), ('(', '）')] {
        let inner = tail.strip_prefix(open).and_then(|t| t.trim_end_matches('。').strip_suffix(close));
        if let Some(inner) = inner.filter(|i| !i.contains([open, close])) {
            return inner.trim().to_owned();
        }
    }
    tail.to_owned()
}

/// What is compared: normal, lower case, without the full stop.
pub(crate) fn plain(text: &str) -> String {
    // The sign that asks for a coloured or a plain picture of a mark: `✔️`.
    let text = text.replace(['\u{fe0e}', '\u{fe0f}'], "");
    normal(&text).to_lowercase().trim_end_matches(['。', '.', '、']).trim().to_owned()
}

/// What a bare word or mark means. `word` is [`plain`].
pub(crate) fn lookup(word: &str) -> Option<Answer> {
    if YES.contains(&word) {
        Some(Answer::Yes)
    } else if NO.contains(&word) {
        Some(Answer::No)
    } else if PARTIAL.contains(&word) {
        Some(Answer::Partial)
    } else if NOT_APPLICABLE.contains(&word) {
        Some(Answer::Na)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_check_sheets() {
        let cases: &[(Answer, &[&str])] = &[
            (
                Answer::Yes,
                &[
                    "○",
                    "◯",
                    "〇",
                    "o",
                    "O",
                    "ｏ",
                    "Ｏ",
                    "Yes",
                    "YES",
                    "Ｙｅｓ",
                    "有",
                    "はい",
                    " ○ ",
                    "○　",
                    "はい。",
                    "有（日次、7世代）",
                    "○毎日取得",
                    "○ 毎日取得",
                    "Yes - daily",
                    "Yes, we do.",
                    "Yes we do",
                    "対応済",
                    "対応可",
                    "準拠",
                    "☑",
                    "□いいえ ☑はい",
                    "☒ Yes ☐ No",
                    "[x] Yes [ ] No",
                    "■実施　□未実施",
                    "はい、実施しています。",
                    "✅",
                    "✔️",
                    "ﾊｲ",
                    "1. 実施済み",
                    "A：実施している",
                ],
            ),
            (
                Answer::No,
                &[
                    "×",
                    "✕",
                    "x",
                    "Ｘ",
                    "No",
                    "無",
                    "いいえ",
                    "いいえ。",
                    "未実施",
                    "無（来期に検討）",
                    "無し。ただし代替策あり",
                    "No, but we plan to.",
                    "対応不可",
                    "対応予定",
                    "実施していない",
                    "Not implemented",
                    "not in place",
                    "いいえ、ただし一部実施",
                    "☑いいえ □はい",
                    "☐",
                    "×（来期）",
                    "No - planned",
                    "未対応。検討中",
                    "未",
                    "✖️",
                    "ｲｲｴ",
                    "2. 未実施",
                    "②未実施",
                    "（２）いいえ",
                ],
            ),
            (
                Answer::Partial,
                &[
                    "△",
                    "▲",
                    "一部",
                    "Partial",
                    "○（一部除く）",
                    "Yes (except logs)",
                    "有（リストア試験は未実施）",
                    "一部実施",
                    "Partially",
                    "はい、ただし本番のみ",
                    "Yes, but not for logs",
                    "○一部のみ",
                    "対応中",
                    "Yes - not tested",
                    "一部（本番のみ）",
                ],
            ),
            (
                Answer::Na,
                &[
                    "-",
                    "－",
                    "ー",
                    "–",
                    "—",
                    "−",
                    "ｰ",
                    "N/A",
                    "Ｎ／Ａ",
                    "n/a",
                    "NA",
                    "該当なし",
                    "対象外",
                    "対象外（AWSの責任範囲）",
                    "N/A - no mobile code",
                    "Not applicable as we write no mobile code",
                    "4：対象外",
                    "N.A.",
                    "－（対象外）",
                    "適用除外",
                    "／",
                ],
            ),
            (
                Answer::Unknown,
                &[
                    "",
                    " ",
                    "○/×",
                    "別紙参照",
                    "○×",
                    "yes and no",
                    "0",
                    "(○)",
                    "検討中",
                    "?",
                    "はい・いいえ",
                    "はい、いいえ",
                    "Yes / No",
                    "□はい □いいえ",
                    "☑はい ☑いいえ",
                    "No exceptions noted",
                    "No.5",
                    "○○株式会社のサービス",
                    "●毎日取得",
                    "- daily backups",
                    "1",
                    "A",
                    "AES-256で暗号化",
                    "毎日、実施しています",
                    "対応が必要",
                    "あります",
                    "○×△",
                    "Yes or No",
                    "Y/N",
                    "○、×",
                    "☒",
                    "□ 実施",
                    "1. はい 2. いいえ",
                    "1. はい / 2. いいえ",
                    "1. 毎日取得",
                    "1.5",
                ],
            ),
        ];
        for (answer, texts) in cases {
            for text in *texts {
                assert_eq!(understand(text), *answer, "{text:?}");
            }
        }
    }

    #[test]
    fn no_word_means_two_things() {
        let all: Vec<&str> = [YES, NO, PARTIAL, NOT_APPLICABLE].concat();
        let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len());
    }

    #[test]
    fn every_word_is_already_normal() {
        // A word in the tables that NFKC or lower-casing changes would never be met.
        for word in [YES, NO, PARTIAL, NOT_APPLICABLE].concat() {
            assert_ne!(understand(word), Answer::Unknown, "{word}");
        }
    }
}
