//! What the vendor's mark means.

use crate::model::Answer;

use super::pattern::normal;

const YES: &[&str] = &[
    "○",
    "◯",
    "〇",
    "◎",
    "●",
    "⭕",
    "✓",
    "✔",
    "☑",
    "o",
    "y",
    "yes",
    "true",
    "有",
    "有り",
    "あり",
    "はい",
    "是",
    "済",
    "実施",
    "実施済",
    "実施済み",
    "実施している",
    "実施しています",
    "対応",
    "対応済",
    "対応済み",
    "implemented",
    "compliant",
];
const NO: &[&str] = &[
    "×",
    "✕",
    "✖",
    "✗",
    "✘",
    "╳",
    "❌",
    "☓",
    "x",
    "n",
    "no",
    "false",
    "無",
    "無し",
    "なし",
    "いいえ",
    "否",
    "未実施",
    "未対応",
    "実施していない",
    "実施していません",
    "not implemented",
    "non-compliant",
];
const PARTIAL: &[&str] = &[
    "△",
    "▲",
    "一部",
    "一部実施",
    "一部対応",
    "一部有",
    "一部有り",
    "一部あり",
    "部分的",
    "部分的に実施",
    "partial",
    "partially",
    "partly",
    "partially implemented",
];
const NOT_APPLICABLE: &[&str] = &[
    "-",
    "ー",
    "―",
    "—",
    "–",
    "‐",
    "‑",
    "−",
    "─",
    "━",
    "n/a",
    "na",
    "n.a",
    "n.a.",
    "not applicable",
    "該当なし",
    "該当無し",
    "該当無",
    "該当しない",
    "該当せず",
    "非該当",
    "対象外",
    "適用外",
    "適用対象外",
    "適用なし",
    "不要",
];
/// A bracket after a yes that takes part of it back.
const TAKES_BACK: &[&str] = &["一部", "部分", "除", "未", "予定", "partial", "partly", "except", "planned"];

/// Understands an answer. What is not known for certain is [`Answer::Unknown`], never a yes.
pub(crate) fn understand(text: &str) -> Answer {
    let normal = normal(text).to_lowercase();
    let plain = normal.trim_end_matches(['。', '.', '、']).trim();
    if let Some(answer) = lookup(plain) {
        return answer;
    }
    // `有(日次、7世代)`: the word, and what the vendor adds to it.
    let Some((word, added)) = plain.split_once('(') else { return Answer::Unknown };
    match lookup(word.trim()) {
        Some(Answer::Yes) if TAKES_BACK.iter().any(|w| added.contains(w)) => Answer::Partial,
        Some(answer) => answer,
        None => Answer::Unknown,
    }
}

fn lookup(word: &str) -> Option<Answer> {
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
                ],
            ),
            (Answer::No, &["×", "✕", "x", "Ｘ", "No", "無", "いいえ", "いいえ。", "未実施", "無（来期に検討）"]),
            (
                Answer::Partial,
                &["△", "▲", "一部", "Partial", "○（一部除く）", "Yes (except logs)", "有（リストア試験は未実施）"],
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
                ],
            ),
            (Answer::Unknown, &["", " ", "○/×", "別紙参照", "○×", "yes and no", "0", "(○)", "検討中", "?"]),
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
