//! A text made uniform in width, that still knows where each of its characters was written.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// NFKC of a text, with the place of every byte in what was written. Patterns search the uniform text; what is given back
/// is cut from what was written.
pub(super) struct Fold {
    pub(super) text: String,
    /// For each byte of `text`, and one past its end: where its character begins in what was written.
    at: Vec<usize>,
}

impl Fold {
    pub(super) fn new(written: &str) -> Self {
        let mut text = String::with_capacity(written.len());
        let mut at = Vec::with_capacity(written.len() + 1);
        let mut characters = written.char_indices().peekable();
        while let Some((start, first)) = characters.next() {
            let mut cluster = String::from(first);
            while let Some((_, mark)) = characters.next_if(|(_, c)| joins(*c)) {
                cluster.push(mark);
            }
            let from = text.len();
            text.extend(cluster.nfkc());
            at.resize(at.len() + (text.len() - from), start);
        }
        at.push(written.len());
        Fold { text, at }
    }

    /// Where `range` of the uniform text stands in what was written, as whole characters.
    pub(super) fn written(&self, range: Range<usize>) -> Range<usize> {
        let start = self.at.get(range.start).copied().unwrap_or_default();
        let mut end = range.end.max(range.start);
        // The middle of a character that NFKC made longer ends where the next one begins.
        while end > range.start && end < self.text.len() && self.at.get(end) == self.at.get(end - 1) {
            end += 1;
        }
        start..self.at.get(end).copied().unwrap_or(start).max(start)
    }
}

/// Whether a character belongs to the one before it: combining marks, the voicing marks of half-width katakana.
fn joins(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | 'ﾞ' | 'ﾟ')
}

/// Places that do not overlap.
#[derive(Default)]
pub(super) struct Places(BTreeMap<usize, usize>);

impl Places {
    /// Takes a place if nothing there is taken; says whether it was free.
    pub(super) fn take(&mut self, range: &Range<usize>) -> bool {
        let free = self.0.range(..range.end).next_back().is_none_or(|(_, end)| *end <= range.start);
        if free && !range.is_empty() {
            self.0.insert(range.start, range.end);
        }
        free
    }
}

/// `texts`, once each.
pub(super) fn once(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.into_iter().filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

/// The places, in `text`, that stand inside brackets or quotes or a URL, where nothing is cut. Brackets that do not pair
/// protect nothing.
pub(super) struct Shield(Vec<Range<usize>>);

/// Brackets that pair. ASCII quotes are left out: they open and close alike, and are apostrophes too.
const PAIRS: [(char, char); 10] = [
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('［', '］'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('〔', '〕'),
    ('“', '”'),
    ('｢', '｣'),
];

/// A bracket that closes later than this many bytes after it opened was not meant to hold a sentence together.
const LONGEST: usize = 1_200;

impl Shield {
    pub(super) fn new(text: &str) -> Self {
        let mut found = super::urls::places(text);
        let mut open: Vec<(char, usize)> = Vec::new();
        for (at, character) in text.char_indices() {
            if PAIRS.iter().any(|(o, _)| *o == character) {
                open.push((character, at));
            } else if let Some((opens, _)) = PAIRS.iter().find(|(_, c)| *c == character)
                && let Some((last, start)) = open.last().copied()
                && last == *opens
            {
                open.pop();
                if at - start <= LONGEST {
                    found.push(start..at + character.len_utf8());
                }
            }
        }
        found.sort_by_key(|r| (r.start, r.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Shield(merged)
    }

    /// Whether a cut at `at` would go through something that belongs together.
    pub(super) fn covers(&self, at: usize) -> bool {
        let after = self.0.partition_point(|r| r.start < at);
        after.checked_sub(1).and_then(|i| self.0.get(i)).is_some_and(|r| at < r.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_given_back_as_written() {
        for (written, needle, expected) in [
            ("ＴＬＳ１．２以上", "TLS1.2", "ＴＬＳ１．２"),
            ("ﾊﾞｯｸｱｯﾌﾟを毎日", "バックアップ", "ﾊﾞｯｸｱｯﾌﾟ"),
            ("①二次", "1", "①"),
            ("㍉と㌔", "キロ", "㌔"),
            ("a…b", ".", "…"),
        ] {
            let fold = Fold::new(written);
            let at = fold.text.find(needle).unwrap();
            assert_eq!(&written[fold.written(at..at + needle.len())], expected);
        }
    }

    #[test]
    fn brackets_that_pair_protect_what_is_inside() {
        let text = "a(b、c)d「e。f」g)h(i、j";
        let shield = Shield::new(text);
        let covered: String = text.char_indices().filter(|(at, _)| shield.covers(*at)).map(|(_, c)| c).collect();
        assert_eq!(covered, "b、c)e。f」");
    }
}
