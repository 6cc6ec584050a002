//! Texts made comparable, whatever the width, spacing, long vowels and language they are written in.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// English words that say nothing of the subject.
const STOP: &[&str] = &[
    "a", "all", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "each", "for", "from", "get",
    "has", "have", "how", "in", "is", "it", "its", "must", "of", "on", "or", "our", "shall", "should", "so", "such",
    "that", "the", "their", "them", "there", "they", "this", "those", "to", "what", "when", "which", "who", "with",
    "you", "your",
];

/// Letters of an English word that count: `encryption` and `encrypted` are one word.
const STEM: usize = 6;

/// Latin keywords up to this long match whole words only: `fire` is not in `firewall`.
pub(super) const WHOLE_WORD: usize = 4;

/// Katakana keywords up to this long are not searched for inside `FALSE_FRIENDS`.
const SHORT_KATAKANA: usize = 3;

/// Words that hold a short keyword and mean something else: ログ in プログラム. Long vowels are gone.
pub(super) const FALSE_FRIENDS: &[&str] = &[
    "プログラム",
    "ブログ",
    "カタログ",
    "アナログ",
    "ダイアログ",
    "バックログ",
    "ログイン",
    "ログオン",
    "ログアウト",
    "ログオフ",
    "ディスパッチ",
    "コンテスト",
];

/// Verbs whose particle makes them another word than the noun (a log is not a log-on).
const VERBS: [(&str, &str); 4] =
    [(" log on ", " logon "), (" log in ", " login "), (" log out ", " logout "), (" log off ", " logoff ")];

/// A text, normalised.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// Letters and digits only: what Japanese is searched in.
    squeezed: String,
    /// The same without the false friends: what short katakana is searched in.
    #[cfg(test)]
    parted: String,
    /// Latin words with one space around each: what English is searched in.
    latin: String,
}

impl Words {
    /// NFKC, lower case, without the long vowel mark (サーバ and サーバー are both usual).
    pub(super) fn new(text: &str) -> Self {
        let plain: String = plain(text).collect();
        let mut latin = String::from(" ");
        for c in plain.chars() {
            if c.is_ascii_alphanumeric() {
                latin.push(c);
            } else if c.is_alphanumeric() {
                // Japanese between two Latin words keeps them from being one phrase.
                latin.push_str(" / ");
            } else if !latin.ends_with(' ') && c != '\'' && c != '’' {
                latin.push(' ');
            }
        }
        latin.push(' ');
        for (apart, together) in VERBS {
            latin = latin.replace(apart, together);
        }
        let squeezed: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
        #[cfg(test)]
        let parted = FALSE_FRIENDS.iter().fold(squeezed.clone(), |text, friend| text.replace(friend, " "));
        Self {
            squeezed,
            #[cfg(test)]
            parted,
            latin,
        }
    }

    /// Whether `keyword` is in the text.
    #[cfg(test)]
    pub(super) fn has(&self, keyword: &Keyword) -> bool {
        match keyword {
            Keyword::Anywhere(text) => self.squeezed.contains(text),
            Keyword::Short(text) => self.parted.contains(text),
            Keyword::Starts(text) => self.latin.contains(text),
            Keyword::Whole(one, many) => {
                self.latin.contains(one) || many.as_ref().is_some_and(|m| self.latin.contains(m))
            }
            Keyword::Never => false,
        }
    }

    /// Whether any of these Japanese or Latin fragments is in the text, ignoring all spacing.
    pub(super) fn has_any(&self, fragments: &[&str]) -> bool {
        fragments.iter().any(|fragment| self.squeezed.contains(fragment))
    }

    /// Stems of Latin words, and pairs of neighbouring characters of the rest.
    pub(super) fn tokens(&self) -> BTreeSet<String> {
        let mut tokens: BTreeSet<String> = self
            .latin
            .split([' ', '/'])
            .filter(|word| !word.is_empty() && !STOP.contains(word))
            .map(|word| word.chars().take(STEM).collect())
            .collect();
        let chars: Vec<char> = self.squeezed.chars().collect();
        for pair in chars.windows(2) {
            if let [a, b] = pair
                && !a.is_ascii()
                && !b.is_ascii()
                && !(is_hiragana(*a) && is_hiragana(*b))
            {
                tokens.insert([*a, *b].iter().collect());
            }
        }
        tokens
    }
}

/// One word at a time: what `phrases.rs`, which looks for all at once, is held to.
#[cfg(test)]
#[derive(Debug, Clone)]
pub(super) enum Keyword {
    /// Japanese: anywhere.
    Anywhere(String),
    /// Short katakana: anywhere but in a false friend.
    Short(String),
    /// Latin: at the start of a word.
    Starts(String),
    /// Short Latin: the whole word, or its plural.
    Whole(String, Option<String>),
    /// Nothing to search for.
    Never,
}

#[cfg(test)]
impl Keyword {
    pub(super) fn new(text: &str) -> Self {
        let words = Words::new(text);
        let phrase = words.latin.trim();
        if is_short_katakana(&words.squeezed.chars().collect::<Vec<_>>()) {
            Self::Short(words.squeezed)
        } else if !words.squeezed.is_ascii() {
            Self::Anywhere(words.squeezed)
        } else if phrase.is_empty() {
            Self::Never
        } else if phrase.len() > WHOLE_WORD {
            Self::Starts(format!(" {phrase}"))
        } else {
            // OSS is not the plural of OS.
            Self::Whole(format!(" {phrase} "), (!phrase.ends_with('s')).then(|| format!(" {phrase}s ")))
        }
    }
}

/// NFKC, lower case, without long vowel marks and without the accents of Latin letters.
pub(super) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.nfkc().flat_map(without_accent).flat_map(char::to_lowercase).filter(|c| !is_long_vowel(*c))
}

/// `ó` is `o`; Japanese letters keep their marks, which make others of them.
fn without_accent(c: char) -> impl Iterator<Item = char> {
    let accented = matches!(c, '\u{00c0}'..='\u{024f}');
    let letters: Vec<char> = if accented { c.nfd().filter(|c| !is_mark(*c)).collect() } else { vec![c] };
    letters.into_iter()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}')
}

/// Katakana too short to be searched for inside false friends.
pub(super) fn is_short_katakana(letters: &[char]) -> bool {
    !letters.is_empty() && letters.len() <= SHORT_KATAKANA && letters.iter().copied().all(is_katakana)
}

fn is_long_vowel(c: char) -> bool {
    c == 'ー'
}

fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30fa}').contains(&c)
}

fn is_hiragana(c: char) -> bool {
    ('\u{3041}'..='\u{309f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, keyword: &str) -> bool {
        Words::new(text).has(&Keyword::new(keyword))
    }

    #[test]
    fn width_spacing_and_long_vowels_do_not_matter() {
        assert!(has("サーバの ID 登録", "サーバー"));
        assert!(has("利用者の ID 登録機能", "ID登録"));
        assert!(has("ﾌｧｲｱｳｫｰﾙ(FW)", "ファイアウォール"));
        assert!(has("ファイアウォール(ＦＷ)", "FW"));
    }

    #[test]
    fn short_latin_words_match_whole_words_only() {
        assert!(!has("a firewall is in place", "fire"));
        assert!(has("a fire detector", "fire"));
        assert!(has("PCs are locked", "PC"));
        assert!(!has("OSS licences", "OS"));
        assert!(has("対応OSとブラウザ", "OS"));
        assert!(!has("a reboot", "boot"));
    }

    #[test]
    fn long_latin_words_match_at_the_start_of_a_word() {
        assert!(has("Encryption at rest", "encrypt"));
        assert!(!has("unencrypted", "encrypt"));
        assert!(has("each  Data-Center", "data center"));
        assert!(!has("data データ center", "data center"));
    }

    #[test]
    fn false_friends_are_told_apart() {
        assert!(has("ログデータを保存", "ログ") && has("アクセスログ", "ログ") && has("監査ログ", "ログ"));
        for other in ["プログラムを保存", "ブログ", "ログインする", "製品カタログ"] {
            assert!(!has(other, "ログ"), "{other}");
        }
        assert!(has("ログインする", "ログイン"));
        assert!(has("a log of logins", "log") && !has("users log on with MFA", "log"));
        assert!(has("users log on with MFA", "log-on"));
    }

    #[test]
    fn an_empty_keyword_matches_nothing() {
        assert!(!has("anything", " "));
    }
}
