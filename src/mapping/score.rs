//! How alike an item of a sheet and an item of a family are.
//!
//! Two signals that fail in different ways: groups of words of the field, written by hand, which know what tells
//! neighbours apart; and the overlap of all words and character pairs, weighted by how rare they are. Number and heading
//! only break ties: vendors renumber.

use std::collections::{BTreeMap, BTreeSet};

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
    words: Vec<(String, Keyword)>,
}

struct Candidate {
    id: String,
    groups: Vec<Group>,
    not: Vec<Keyword>,
    headings: BTreeSet<String>,
    ja: BTreeSet<String>,
    en: BTreeSet<String>,
}

/// Items of a family, ready to be compared with those of any sheet.
pub(super) struct Index {
    pub(super) framework: Framework,
    candidates: Vec<Candidate>,
    /// In how many items of the family each word is.
    counts: BTreeMap<String, f64>,
}

/// How much each word tells, in the family and one sheet.
struct Rarity {
    weights: BTreeMap<String, f64>,
    unseen: f64,
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

impl Index {
    pub(super) fn new(framework: &Framework) -> Self {
        let items = &framework.items;
        let own: Vec<Words> =
            items.iter().map(|item| Words::new(&format!("{} {}", item.text.ja, item.text.en))).collect();
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        for token in own.iter().flat_map(Words::tokens) {
            *counts.entry(token).or_default() += 1.0;
        }
        let candidates = items.iter().map(|item| Candidate::new(item, &own)).collect();
        Self { framework: framework.clone(), candidates, counts }
    }

    /// How alike each item of a sheet is to each of the family, in their orders. `queries` are all items of the sheet:
    /// phrases that a vendor repeats in many items tell little.
    pub(super) fn scores(&self, queries: &[Query]) -> Vec<Vec<Score>> {
        let rarity = self.rarity(queries);
        let line = |query| self.candidates.iter().map(|candidate| score(query, candidate, &rarity)).collect();
        queries.iter().map(line).collect()
    }

    fn rarity(&self, queries: &[Query]) -> Rarity {
        let texts = (self.candidates.len() + queries.len()) as f64;
        let mut counts = self.counts.clone();
        for token in queries.iter().flat_map(|query| &query.tokens) {
            *counts.entry(token.clone()).or_default() += 1.0;
        }
        let weigh = |(token, n): (String, f64)| {
            let of = if self.counts.contains_key(&token) { 1.0 } else { FOREIGN };
            (token, (1.0 + texts / n).ln() * of)
        };
        Rarity { weights: counts.into_iter().map(weigh).collect(), unseen: (1.0 + texts).ln() * FOREIGN }
    }
}

fn score(query: &Query, candidate: &Candidate, rarity: &Rarity) -> Score {
    let mut found = Vec::new();
    let (mut hit, mut all) = (0.0, 0.0);
    for group in &candidate.groups {
        all += group.weight;
        if let Some((word, _)) = group.words.iter().find(|(_, words)| query.words.has(words)) {
            hit += group.weight;
            found.push(word.clone());
        }
    }
    let whole = found.len() == candidate.groups.len();
    let denied = candidate.not.iter().any(|word| query.words.has(word));
    let groups = if all > 0.0 { hit / all } else { 0.0 } * if denied { DENIED } else { 1.0 };
    let overlap = rarity.cosine(&query.tokens, &candidate.ja).max(rarity.cosine(&query.tokens, &candidate.en));
    let hints = HEADING * rarity.cosine(&query.headings, &candidate.headings)
        + if query.id == candidate.id { NUMBER } else { 0.0 };
    let total = GROUPS * groups + OVERLAP * (overlap / FULL_OVERLAP).min(1.0) + hints;
    Score { total: total.min(1.0), whole: whole && !denied, words: found }
}

impl Rarity {
    fn cosine(&self, a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
        let square = |token: &String| {
            let rare = self.weights.get(token).copied().unwrap_or(self.unseen);
            rare * rare
        };
        let shared: f64 = a.intersection(b).map(square).sum();
        let lengths = a.iter().map(square).sum::<f64>().sqrt() * b.iter().map(square).sum::<f64>().sqrt();
        if lengths > 0.0 { shared / lengths } else { 0.0 }
    }
}

impl Candidate {
    fn new(item: &FrameworkItem, own: &[Words]) -> Self {
        let groups = item
            .keywords
            .iter()
            .map(|group| {
                let words: Vec<(String, Keyword)> =
                    group.iter().map(|word| (word.clone(), Keyword::new(word))).collect();
                let with = own.iter().filter(|text| words.iter().any(|(_, word)| text.has(word))).count().max(1);
                // What many items of the family speak of tells little.
                Group { weight: (1.0 + own.len() as f64 / with as f64).ln(), words }
            })
            .collect();
        let headings: String = item.section.iter().map(|text| format!("{} {} ", text.ja, text.en)).collect();
        Self {
            id: item.id.clone(),
            groups,
            not: item.not.iter().map(|word| Keyword::new(word)).collect(),
            headings: Words::new(&headings).tokens(),
            ja: Words::new(&item.text.ja).tokens(),
            en: Words::new(&item.text.en).tokens(),
        }
    }
}
