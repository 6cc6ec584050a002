//! Whether a cut kept every word.

use std::collections::HashSet;

use crate::sheet::pattern::{Pattern, pattern};

/// Words that tie and ask, and are gone with the cut.
static TIES: Pattern = pattern!(
    r"(?i)及び|並びに|且つ|更に|加えて|併せて|同時に|(?-u:\b)(?:and|do|does|did|also|both|additionally|furthermore|moreover|in addition|further|but|however|while|whereas|as well as|etc|is|are|was|were|has|have|can|will|must|should|could|would)(?-u:\b)"
);
/// Words: runs of kanji, of katakana, of letters and digits.
static WORD: Pattern = pattern!(
    r"[\p{Han}々]+|[\p{Katakana}ー]+|[\p{Latin}\p{Nd}]+|[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hangul}\p{Hebrew}\p{Thai}]+"
);

/// Whether each word of `sentence` is in one of `pieces`.
pub(super) fn covers(sentence: &str, pieces: &mut dyn Iterator<Item = &str>) -> bool {
    let kept: HashSet<String> = pieces.flat_map(words).collect();
    // A verb may have become the third person of itself.
    let third = |word: &String| {
        word.is_ascii()
            && (kept.contains(&format!("{word}s"))
                || kept.contains(&format!("{word}es"))
                || word.strip_suffix('y').is_some_and(|stem| kept.contains(&format!("{stem}ies"))))
    };
    words(sentence).iter().all(|word| kept.contains(word) || third(word))
}

/// The words of a text, in lower case, without ties.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for tie in TIES.find_all(text).into_iter().flatten() {
        rest.push_str(text.get(from..tie.start()).unwrap_or_default());
        rest.push(' ');
        from = tie.end();
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    WORD.find_all(&rest).into_iter().flatten().map(|m| m.as_str().to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_word_is_seen() {
        assert!(TIES.compiles() && WORD.compiles());
        let kept = |sentence: &str, pieces: &[&str]| covers(sentence, &mut pieces.iter().copied());
        assert!(kept("通信及び保存データを暗号化", &["通信を暗号化", "保存データを暗号化"]));
        assert!(!kept("通信及び保存データを暗号化", &["通信を暗号化"]));
        assert!(kept("Do you log A and B?", &["You log A", "you log B"]));
        assert!(!kept("Logs are kept and read", &["Logs are kept"]));
    }
}
