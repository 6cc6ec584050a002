//! How alike an item of a sheet and an item of a family are.
//!
//! Two signals that fail in different ways: groups of words of the field, written by hand, which know what tells
//! neighbours apart; and the overlap of all words and character pairs, weighted by how rare they are. Number and heading
//! only break ties: vendors renumber.

use std::collections::{BTreeSet, HashMap};

use super::{
    framework::{Framework, FrameworkItem},
    words::{Keyword, Words},
};
use crate::model::Item;

/// Weight of the hand-written groups.
const GROUPS: f64 = 0.6;
/// Weight of the overlap.
const OVERLAP: f64 = 0.4;
/// An overlap (cosine) that counts as full: a paraphrase hardly goes above it.
const FULL_OVERLAP: f64 = 0.5;
/// What a like heading adds.
const HEADING: f64 = 0.03;
/// What an equal number adds. Far below the margin that a match needs, so it can never make one.
const NUMBER: f64 = 0.02;
/// What is left of the groups' part where a word says that another item is meant.
const DENIED: f64 = 0.4;
/// Weight of a word that no item of the family has, against one that some have.
const FOREIGN: f64 = 0.5;

/// How alike, 0 to 1, and by which words.
#[derive(Debug, Clone, Default)]
pub(super) struct Score {
    /// 0 to 1.
    pub(super) total: f64,
    /// Whether each group has a word in the text.
    pub(super) whole: bool,
    /// First word found of each group.
    pub(super) words: Vec<String>,
}

struct Group {
    weight: f64,
    /// Numbers of its keywords in the family's list.
    words: Vec<usize>,
}

struct Candidate<'a> {
    id: &'a str,
    groups: Vec<Group>,
    /// Numbers of its denying keywords.
    not: Vec<usize>,
    headings: Tokens,
    ja: Tokens,
    en: Tokens,
}

/// Numbers of words of a family, ascending, each once.
type Tokens = Vec<usize>;

/// Items of a family, ready to be compared with those of any sheet.
pub(super) struct Index<'a> {
    pub(super) framework: &'a Framework,
    candidates: Vec<Candidate<'a>>,
    /// Keywords of all items, each once: many items share some, and searching is most of the work.
    keywords: Vec<(&'a str, Keyword)>,
    /// Words of the family's texts and headings, and their numbers.
    vocabulary: HashMap<String, usize>,
    /// In how many items' texts each word is, by its number.
    counts: Vec<f64>,
}

/// An item of a sheet, ready to be compared.
pub(super) struct Query {
    id: String,
    words: Words,
    tokens: BTreeSet<String>,
    headings: BTreeSet<String>,
}

impl Query {
    pub(super) fn new(item: &Item) -> Self {
        let words = Words::new(&item.text);
        let headings = Words::new(&item.section.join(" ")).tokens();
        Self { id: item.id.clone(), tokens: words.tokens(), words, headings }
    }
}

/// How much each word tells, in one family and one sheet: squared weights, the rarer the more.
struct Rarity<'q> {
    /// Of the family's words, by their number.
    known: Vec<f64>,
    /// In how many items of the sheet each word is.
    asked: &'q HashMap<&'q str, f64>,
    /// How many items the family and the sheet have.
    texts: f64,
}

/// A text of a sheet, weighed for one family.
struct Weighed {
    /// Those of its words that the family has.
    known: Tokens,
    /// Length of the whole.
    length: f64,
}

/// Lengths of a candidate's texts.
struct Lengths {
    headings: f64,
    ja: f64,
    en: f64,
}

/// Which keywords of a family are in a text, searched for when first asked.
struct Hits<'i, 'q> {
    keywords: &'i [(&'i str, Keyword)],
    words: &'q Words,
    found: Vec<Option<bool>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(framework: &'a Framework) -> Self {
        let items = &framework.items;
        let own: Vec<Words> =
            items.iter().map(|item| Words::new(&format!("{} {}", item.text.ja, item.text.en))).collect();
        let mut vocabulary = Numbers::default();
        let mut counts: Vec<f64> = Vec::new();
        for number in own.iter().flat_map(|text| vocabulary.all(text.tokens())) {
            counts.resize(counts.len().max(number + 1), 0.0);
            if let Some(count) = counts.get_mut(number) {
                *count += 1.0;
            }
        }
        let mut names = Numbers::default();
        for word in items.iter().flat_map(|item| item.keywords.iter().flatten().chain(&item.not)) {
            names.number(word);
        }
        let mut keywords: Vec<(usize, &str)> = items
            .iter()
            .flat_map(|item| item.keywords.iter().flatten().chain(&item.not))
            .map(|word| (names.number(word), word.as_str()))
            .collect();
        keywords.sort_unstable();
        keywords.dedup();
        let keywords: Vec<(&str, Keyword)> = keywords.into_iter().map(|(_, word)| (word, Keyword::new(word))).collect();
        let mut hits: Vec<Hits> = own.iter().map(|words| Hits::new(&keywords, words)).collect();
        let candidates =
            items.iter().map(|item| Candidate::new(item, &mut hits, &mut names, &mut vocabulary)).collect();
        counts.resize(vocabulary.0.len(), 0.0);
        Self { framework, candidates, keywords, vocabulary: vocabulary.0, counts }
    }

    /// How alike each item of a sheet is to each of the family, in their orders. `queries` are all items of the sheet:
    /// phrases that a vendor repeats in many items tell little.
    pub(super) fn scores(&self, queries: &[Query]) -> Vec<Vec<Score>> {
        let mut asked: HashMap<&str, f64> = HashMap::new();
        for token in queries.iter().flat_map(|query| &query.tokens) {
            *asked.entry(token).or_default() += 1.0;
        }
        let rarity = Rarity::new(self, &asked, queries.len());
        let lengths: Vec<Lengths> = self.candidates.iter().map(|candidate| rarity.lengths(candidate)).collect();
        let line = |query: &Query| {
            let tokens = rarity.weigh(&query.tokens, &self.vocabulary);
            let headings = rarity.weigh(&query.headings, &self.vocabulary);
            let mut hits = Hits::new(&self.keywords, &query.words);
            self.candidates
                .iter()
                .zip(&lengths)
                .map(|(candidate, lengths)| {
                    let overlap = rarity.cosine(&tokens, &candidate.ja, lengths.ja).max(rarity.cosine(
                        &tokens,
                        &candidate.en,
                        lengths.en,
                    ));
                    let like_heading = rarity.cosine(&headings, &candidate.headings, lengths.headings);
                    score(candidate, &mut hits, overlap, like_heading, query.id == candidate.id)
                })
                .collect()
        };
        queries.iter().map(line).collect()
    }
}

fn score(candidate: &Candidate, hits: &mut Hits, overlap: f64, like_heading: f64, same_number: bool) -> Score {
    let mut found = Vec::new();
    let (mut hit, mut all) = (0.0, 0.0);
    for group in &candidate.groups {
        all += group.weight;
        if let Some(word) = hits.first(&group.words) {
            hit += group.weight;
            found.push(word.to_owned());
        }
    }
    let whole = found.len() == candidate.groups.len();
    let denied = hits.first(&candidate.not).is_some();
    let groups = if all > 0.0 { hit / all } else { 0.0 } * if denied { DENIED } else { 1.0 };
    let hints = HEADING * like_heading + if same_number { NUMBER } else { 0.0 };
    let total = GROUPS * groups + OVERLAP * (overlap / FULL_OVERLAP).min(1.0) + hints;
    Score { total: total.min(1.0), whole: whole && !denied, words: found }
}

impl<'i, 'q> Hits<'i, 'q> {
    fn new(keywords: &'i [(&'i str, Keyword)], words: &'q Words) -> Self {
        Self { keywords, words, found: vec![None; keywords.len()] }
    }

    fn has(&mut self, number: usize) -> bool {
        let (Some((_, keyword)), Some(found)) = (self.keywords.get(number), self.found.get_mut(number)) else {
            return false;
        };
        *found.get_or_insert_with(|| self.words.has(keyword))
    }

    /// The first of some keywords that is in the text.
    fn first(&mut self, numbers: &[usize]) -> Option<&'i str> {
        let number = numbers.iter().copied().find(|number| self.has(*number))?;
        self.keywords.get(number).map(|(word, _)| *word)
    }
}

impl<'q> Rarity<'q> {
    fn new(index: &Index, asked: &'q HashMap<&'q str, f64>, queries: usize) -> Self {
        let texts = (index.candidates.len() + queries) as f64;
        let mut known = vec![0.0; index.counts.len()];
        for (word, number) in &index.vocabulary {
            let (Some(square), Some(own)) = (known.get_mut(*number), index.counts.get(*number)) else { continue };
            let here = asked.get(word.as_str()).copied().unwrap_or_default();
            // A word that only a heading has is as foreign as one of the sheet alone.
            let of = if *own > 0.0 { 1.0 } else { FOREIGN };
            *square = weight(texts, own + here, of).powi(2);
        }
        Self { known, asked, texts }
    }

    fn weigh(&self, tokens: &BTreeSet<String>, vocabulary: &HashMap<String, usize>) -> Weighed {
        let (mut known, mut square) = (Vec::new(), 0.0);
        for token in tokens {
            match vocabulary.get(token) {
                Some(number) => known.push(*number),
                None => {
                    let here = self.asked.get(token.as_str()).copied().unwrap_or_default();
                    square += weight(self.texts, here, FOREIGN).powi(2);
                }
            }
        }
        known.sort_unstable();
        square += self.sum(known.iter().copied());
        Weighed { known, length: square.sqrt() }
    }

    fn lengths(&self, candidate: &Candidate) -> Lengths {
        let length = |tokens: &Tokens| self.sum(tokens.iter().copied()).sqrt();
        Lengths { headings: length(&candidate.headings), ja: length(&candidate.ja), en: length(&candidate.en) }
    }

    fn sum(&self, tokens: impl Iterator<Item = usize>) -> f64 {
        tokens.filter_map(|token| self.known.get(token)).sum()
    }

    fn cosine(&self, asked: &Weighed, own: &Tokens, length: f64) -> f64 {
        let lengths = asked.length * length;
        if lengths > 0.0 { self.sum(shared(&asked.known, own)) / lengths } else { 0.0 }
    }
}

/// How much a word tells that is in `n` of `texts`.
fn weight(texts: f64, n: f64, of: f64) -> f64 {
    (1.0 + texts / n.max(1.0)).ln() * of
}

/// What two ascending lists share.
fn shared<'t>(a: &'t [usize], b: &'t [usize]) -> impl Iterator<Item = usize> + 't {
    let mut rest = b;
    a.iter().copied().filter(move |token| {
        let at = rest.partition_point(|other| other < token);
        rest = rest.get(at..).unwrap_or_default();
        rest.first() == Some(token)
    })
}

/// Numbers given in the order of asking.
#[derive(Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    fn number(&mut self, word: &str) -> usize {
        if let Some(number) = self.0.get(word) {
            return *number;
        }
        let next = self.0.len();
        self.0.insert(word.to_owned(), next);
        next
    }

    fn all(&mut self, words: BTreeSet<String>) -> Tokens {
        let mut numbers: Tokens = words.iter().map(|word| self.number(word)).collect();
        numbers.sort_unstable();
        numbers
    }
}

impl<'a> Candidate<'a> {
    fn new(item: &'a FrameworkItem, own: &mut [Hits], names: &mut Numbers, vocabulary: &mut Numbers) -> Self {
        let groups = item
            .keywords
            .iter()
            .map(|group| {
                let words: Vec<usize> = group.iter().map(|word| names.number(word)).collect();
                let with = own.iter_mut().filter_map(|text| text.first(&words)).count().max(1);
                // What many items of the family speak of tells little.
                Group { weight: (1.0 + own.len() as f64 / with as f64).ln(), words }
            })
            .collect();
        let headings: String = item.section.iter().map(|text| format!("{} {} ", text.ja, text.en)).collect();
        let mut tokens = |text: &str| vocabulary.all(Words::new(text).tokens());
        Self {
            id: &item.id,
            groups,
            not: item.not.iter().map(|word| names.number(word)).collect(),
            headings: tokens(&headings),
            ja: tokens(&item.text.ja),
            en: tokens(&item.text.en),
        }
    }
}
