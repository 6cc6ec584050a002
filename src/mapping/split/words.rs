//! Small words of Japanese and English that the split looks at.

use crate::sheet::pattern::{Pattern, pattern};

static PREDICATE_JA: Pattern = pattern!(
    r"(?:ます|ません|ました|です|だ|である|でない|した|する|される|させる|いる|おる|ある|ない|れる|られる|える|ける|せる|てる|める|ぐ|く|こと|望ましい|べき|可能|必要|ください|下さい|のみ|限る|除く|済み|済|か)[\s。.!?)]*$"
);
static PREDICATE_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:is|are|was|were|be|been|has|have|had|do|does|did|can|cannot|will|must|shall|should|may|need|needs|we|you|it|they)(?-u:\b)"
);
static JAPANESE: Pattern = pattern!(r"[\p{Hiragana}\p{Katakana}\p{Han}]");
/// Words that tie a sentence to the one before it and say nothing themselves.
static TIE: Pattern = pattern!(
    r"(?i)^(?:(?:また|なお|さらに|更に|加えて|その他|そして|それから|及び|および|並びに|ならびに|かつ|且つ|その上で?|同時に|あわせて|併せて)[、，,]\s*|(?:また|かつ|且つ|さらに|及び|および|並びに|ならびに)(?:[\p{Han}\p{Katakana}A-Za-z])|(?:and|also|additionally|furthermore|moreover|in addition|further),\s*|and\s+)"
);

static NEGATIVE: Pattern = pattern!(
    r"(?i)(?:ません(?:でした)?(?:が|し|ので|から)?|ない(?:です|もの)?(?:が|ものの)?|ておらず|なかった)[\s。、.)）]*$|(?-u:\b)(?:not|no|never|cannot|without)(?-u:\b)|n['’]t(?-u:\b)"
);

/// Whether a clause ends in a negative, or holds an English one.
pub(super) fn negative(text: &str) -> bool {
    NEGATIVE.is_match(text)
}

/// Whether the text is Japanese, or holds some.
pub(super) fn japanese(text: &str) -> bool {
    JAPANESE.is_match(text)
}

/// Whether the text says something, rather than names it. Meant for short entries of lists.
pub(super) fn has_predicate(text: &str) -> bool {
    if japanese(text) { PREDICATE_JA.is_match(text) } else { PREDICATE_EN.is_match(text) }
}

/// How many bytes of tying words a sentence, uniform in width, begins with: `また、` `And `.
pub(super) fn tie(sentence: &str) -> usize {
    let Some(found) = TIE.find(sentence) else { return 0 };
    let words = found.as_str();
    let last = words.chars().next_back().filter(|c| !matches!(c, '、' | '，' | ',') && !c.is_whitespace());
    // The bare form is known by the letter that follows, which stays.
    match last {
        Some(letter) if words.chars().count() > 1 => words.len() - letter.len_utf8(),
        _ => words.len(),
    }
}

/// Trimmed of space, of the marks that end a sentence, and of commas.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | '\u{feff}'));
    let lower = text.get(text.len().saturating_sub(5)..).unwrap_or_default().to_ascii_lowercase();
    let abbreviated = ["etc.", "inc.", "ltd.", "co.", "..."].iter().any(|a| lower.ends_with(a));
    let text = if abbreviated { text } else { text.trim_end_matches(['。', '．', '.', '｡']) };
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',' | ';' | '；'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [&PREDICATE_JA, &PREDICATE_EN, &JAPANESE, &NEGATIVE, &TIE] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn ties_are_measured() {
        for (text, rest) in [
            ("また、手順を定める", "手順を定める"),
            ("また手順を定める", "手順を定める"),
            ("また又は", "又は"),
            ("または手順", "または手順"),
            ("まだない", "まだない"),
            ("And logs are kept", "logs are kept"),
            ("Android is used", "Android is used"),
            ("In addition, logs are kept", "logs are kept"),
            ("ただし、夜間を除く", "ただし、夜間を除く"),
        ] {
            assert_eq!(&text[tie(text)..], rest, "{text}");
        }
    }

    #[test]
    fn names_and_statements() {
        for text in
            ["ログを取得する", "取得すること", "暗号化されている", "公開済み", "Logs are kept", "退職時は削除する"]
        {
            assert!(has_predicate(text), "{text}");
        }
        for text in ["ログ", "情報セキュリティ基本方針", "通信の暗号化", "Access logs", "OS"] {
            assert!(!has_predicate(text), "{text}");
        }
    }
}
