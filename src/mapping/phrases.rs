//! Which of many phrases of the field are in a text, and where: all of them at once.
//!
//! The same rules as `words.rs`, which asks for one word at a time: Japanese is searched for anywhere, whatever the
//! spacing and the long vowels; Latin letters at the start of a word, short ones as whole words. The place is kept so
//! that a reason can quote the sheet.

use std::{collections::HashMap, ops::Range};

use super::words::{self, WHOLE_WORD};

/// A text taken apart, with the place of each part.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    original: String,
    /// Letters and digits only, with their places in bytes of the original.
    letters: Vec<(char, Range<usize>)>,
    /// The same, with false friends blanked out: what short katakana is searched in.
    parted: Vec<char>,
    /// Latin words with their places. A break, where Japanese stands between, is an empty word.
    words: Vec<(String, Range<usize>)>,
}

impl Line {
    /// Takes a text apart.
    pub(super) fn new(text: &str) -> Self {
        let mut line = Self { original: text.to_owned(), ..Self::default() };
        let mut open = false;
        for (place, cluster) in clusters(text) {
            for c in words::plain(cluster) {
                if c.is_alphanumeric() {
                    line.letters.push((c, place.clone()));
                }
                if c.is_ascii_alphanumeric() {
                    match line.words.last_mut() {
                        Some((word, at)) if open => {
                            word.push(c);
                            at.end = place.end;
                        }
                        _ => line.words.push((c.to_string(), place.clone())),
                    }
                    open = true;
                } else if c.is_alphanumeric() {
                    if line.words.last().is_some_and(|(word, _)| !word.is_empty()) {
                        line.words.push((String::new(), place.clone()));
                    }
                    open = false;
                } else if !matches!(c, '\'' | '’') {
                    open = false;
                }
            }
        }
        line.join_verbs();
        line.parted = line.letters.iter().map(|(c, _)| *c).collect();
        for friend in words::FALSE_FRIENDS {
            blank(&mut line.parted, friend);
        }
        line
    }

    /// Whether it has hardly any Japanese.
    pub(super) fn is_latin(&self) -> bool {
        let latin = self.letters.iter().filter(|(c, _)| c.is_ascii()).count();
        !self.letters.iter().any(|(c, _)| !c.is_ascii()) || latin > self.letters.len() * 9 / 10
    }

    /// Letters and digits alone.
    pub(super) fn squeezed(&self) -> String {
        self.letters.iter().map(|(c, _)| *c).collect()
    }

    /// Stems of its Latin words, and its figures: the names that tell one claim from another.
    pub(super) fn telling(&self) -> std::collections::BTreeSet<String> {
        words::Words::new(&self.original).tokens().into_iter().filter(|token| token.is_ascii()).collect()
    }

    /// How many letters and digits it has.
    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    /// The words at a place, as written.
    fn quote(&self, place: &Range<usize>) -> &str {
        self.original.get(place.clone()).unwrap_or_default()
    }

    /// `log on` is `logon`: a verb and no log.
    fn join_verbs(&mut self) {
        let mut joined: Vec<(String, Range<usize>)> = Vec::with_capacity(self.words.len());
        for (word, place) in std::mem::take(&mut self.words) {
            match joined.last_mut() {
                Some((last, at)) if last == "log" && matches!(word.as_str(), "on" | "in" | "out" | "off") => {
                    last.push_str(&word);
                    at.end = place.end;
                }
                _ => joined.push((word, place)),
            }
        }
        self.words = joined;
    }
}

/// Characters with the marks that belong to them (ﾊﾞ is two characters and one letter).
fn clusters(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    for (at, c) in text.char_indices() {
        let mark = matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{3099}' | '\u{309a}' | '\u{0300}'..='\u{036f}');
        if !mark || starts.is_empty() {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(text.len()));
    starts.iter().zip(ends).map(|(start, end)| (*start..end, text.get(*start..end).unwrap_or_default())).collect()
}

fn blank(letters: &mut [char], friend: &str) {
    let friend: Vec<char> = friend.chars().collect();
    let mut at = 0;
    while let Some(window) = letters.get_mut(at..at + friend.len()) {
        if *window == *friend {
            window.fill(' ');
        }
        at += 1;
    }
}

/// The first letters of a phrase, by which it is looked up.
type Key = (char, Option<char>);

#[derive(Debug)]
struct Spelled {
    id: usize,
    letters: Vec<char>,
    short: bool,
}

#[derive(Debug)]
struct Spoken {
    id: usize,
    words: Vec<String>,
    /// The last word may go on: `encrypt` is in `encryption`.
    open: bool,
}

/// Many phrases, looked for at once.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    ids: HashMap<String, usize>,
    japanese: HashMap<Key, Vec<Spelled>>,
    latin: HashMap<Key, Vec<Spoken>>,
}

/// The phrases found in a text, each with its first place.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    places: HashMap<usize, Range<usize>>,
    /// One bit per phrase: asking costs most of the time.
    bits: Vec<u64>,
}

impl Phrases {
    /// The number of a phrase; one that was not there is added. None for what holds neither letter nor digit.
    pub(super) fn add(&mut self, phrase: &str) -> Option<usize> {
        let line = Line::new(phrase);
        let letters: Vec<char> = line.letters.iter().map(|(c, _)| *c).collect();
        let key_of = |letters: &[char]| letters.first().map(|first| (*first, letters.get(1).copied()));
        let key = key_of(&letters)?;
        let text: String = if letters.iter().all(char::is_ascii) {
            line.words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ")
        } else {
            letters.iter().collect()
        };
        if let Some(id) = self.ids.get(&text) {
            return Some(*id);
        }
        let id = self.ids.len();
        if letters.iter().all(char::is_ascii) {
            let open = text.len() > WHOLE_WORD;
            let words: Vec<String> = line.words.into_iter().map(|(word, _)| word).collect();
            let first: Vec<char> = words.first()?.chars().collect();
            self.latin.entry(key_of(&first)?).or_default().push(Spoken { id, words, open });
        } else {
            let short = words::is_short_katakana(&letters);
            self.japanese.entry(key).or_default().push(Spelled { id, letters, short });
        }
        self.ids.insert(text, id);
        Some(id)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// All phrases that are in a text.
    pub(super) fn find(&self, line: &Line) -> Found {
        let mut found = Found { places: HashMap::new(), bits: vec![0; self.ids.len().div_ceil(64)] };
        for (at, (first, place)) in line.letters.iter().enumerate() {
            let second = line.letters.get(at + 1).map(|(c, _)| *c);
            let keys = [Some((*first, None)), second.map(|second| (*first, Some(second)))];
            for phrase in keys.into_iter().flatten().filter_map(|key| self.japanese.get(&key)).flatten() {
                if let Some(end) = spelled_at(line, at, phrase) {
                    found.add(phrase.id, place.start..end);
                }
            }
        }
        for (at, (word, place)) in line.words.iter().enumerate() {
            let mut letters = word.chars();
            let Some(first) = letters.next() else { continue };
            let keys = [Some((first, None)), letters.next().map(|second| (first, Some(second)))];
            for phrase in keys.into_iter().flatten().filter_map(|key| self.latin.get(&key)).flatten() {
                if let Some(end) = spoken_at(line, at, phrase) {
                    found.add(phrase.id, place.start..end);
                }
            }
        }
        found
    }
}

fn spelled_at(line: &Line, at: usize, phrase: &Spelled) -> Option<usize> {
    let end = at + phrase.letters.len();
    let letters = line.letters.get(at..end)?;
    // A phrase that begins in Latin letters begins a word: SMS認証 is not in ISMS認証.
    if inside_a_word(line, at) {
        return None;
    }
    let same = if phrase.short {
        line.parted.get(at..end)? == phrase.letters
    } else {
        letters.iter().map(|(c, _)| c).eq(phrase.letters.iter())
    };
    letters.last().filter(|_| same).map(|(_, place)| place.end)
}

/// Whether the letter at a place goes on with the Latin word before it.
fn inside_a_word(line: &Line, at: usize) -> bool {
    let latin = |at: usize| line.letters.get(at).filter(|(c, _)| c.is_ascii_alphabetic());
    match (at.checked_sub(1).and_then(latin), latin(at)) {
        (Some((_, before)), Some((_, place))) => before.end == place.start,
        _ => false,
    }
}

fn spoken_at(line: &Line, at: usize, phrase: &Spoken) -> Option<usize> {
    let (last, before) = phrase.words.split_last()?;
    let words = line.words.get(at..at + phrase.words.len())?;
    let (end, start) = words.split_last()?;
    let starts = start.iter().map(|(word, _)| word).eq(before.iter());
    let ends = if phrase.open { end.0.starts_with(last.as_str()) } else { is_word(&end.0, last) };
    (starts && ends).then_some(end.1.end)
}

/// The word or its plural. OSS is not the plural of OS.
fn is_word(word: &str, wanted: &str) -> bool {
    word == wanted || !wanted.ends_with('s') && word.strip_suffix('s') == Some(wanted)
}

impl Found {
    fn add(&mut self, id: usize, place: Range<usize>) {
        self.places.entry(id).or_insert(place);
        if let Some(bits) = self.bits.get_mut(id / 64) {
            *bits |= 1 << (id % 64);
        }
    }

    /// Whether a phrase is there.
    pub(super) fn has(&self, id: usize) -> bool {
        self.bits.get(id / 64).is_some_and(|bits| bits & (1 << (id % 64)) != 0)
    }

    /// Numbers of the phrases that are there, in no order.
    pub(super) fn ids(&self) -> impl Iterator<Item = usize> {
        self.places.keys().copied()
    }

    /// The first of these phrases that is there, as the sheet writes it.
    pub(super) fn first<'a>(&self, ids: &[usize], line: &'a Line) -> Option<&'a str> {
        // The longest says most: `access key rotation` rather than `access key`.
        let places = ids.iter().filter(|id| self.has(**id)).filter_map(|id| self.places.get(id));
        places.max_by_key(|place| (place.len(), std::cmp::Reverse(place.start))).map(|place| line.quote(place))
    }

    /// What is in either text. Places are those of the first.
    pub(super) fn or(mut self, other: Self) -> Self {
        for (id, place) in other.places {
            self.add(id, place);
        }
        self
    }

    /// Whether any of these is there.
    pub(super) fn any(&self, ids: &[usize]) -> bool {
        ids.iter().any(|id| self.has(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str, phrase: &str) -> Option<String> {
        let mut phrases = Phrases::default();
        let id = phrases.add(phrase)?;
        let line = Line::new(text);
        phrases.find(&line).first(&[id], &line).map(str::to_owned)
    }

    #[test]
    fn a_latin_beginning_begins_a_word() {
        assert_eq!(quote("ISMS認証を取得", "SMS認証"), None);
        assert_eq!(quote("携帯電話のSMS認証", "SMS認証").as_deref(), Some("SMS認証"));
        assert_eq!(quote("MFA SMS認証", "SMS認証").as_deref(), Some("SMS認証"));
    }

    #[test]
    fn the_quote_is_as_the_sheet_writes_it() {
        assert_eq!(quote("ｻｰﾊﾞｰ の ＭＦＡ 設定", "サーバ").as_deref(), Some("ｻｰﾊﾞ"));
        assert_eq!(quote("All Data-Centres are safe", "data centre").as_deref(), Some("Data-Centres"));
        assert_eq!(quote("アクセス キーの管理", "アクセスキー").as_deref(), Some("アクセス キ"));
        assert_eq!(quote("Rotación de claves", "rotacion").as_deref(), Some("Rotación"));
    }

    #[test]
    fn it_finds_what_words_finds() {
        let texts =
            ["OSS licences", "プログラムのログ", "ブログ", "users log on", "unencrypted", "data データ center", "IPs"];
        let keywords = ["OS", "ログ", "log", "encrypt", "data center", "IP", "ログイン"];
        for text in texts {
            for keyword in keywords {
                let wanted = words::Words::new(text).has(&words::Keyword::new(keyword));
                assert_eq!(quote(text, keyword).is_some(), wanted, "{keyword} in {text}");
            }
        }
    }

    #[test]
    fn what_has_no_letter_is_no_phrase() {
        assert_eq!(Phrases::default().add(" - "), None);
    }
}
