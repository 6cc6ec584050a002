//! How alike an item of a sheet and an item of a family are.
//!
//! Two signals that fail in different ways: groups of words of the field, written by hand, which know what tells
//! neighbours apart; and the overlap of all words and character pairs, weighted by how rare they are. Number and heading
//! only break ties: vendors renumber.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    framework::{Framework, FrameworkItem},
    phrases::{Found, Line, Phrases},
    words::Words,
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
    /// Each word and its number among the phrases; none for a word without letters.
    words: Vec<(String, Option<usize>)>,
}

struct Candidate {
    id: String,
    groups: Vec<Group>,
    not: Vec<usize>,
    headings: Vec<usize>,
    ja: Vec<usize>,
    en: Vec<usize>,
}

/// Items of a family, ready to be compared with those of any sheet.
pub(super) struct Index {
    pub(super) framework: Framework,
    candidates: Vec<Candidate>,
    phrases: Phrases,
    /// Every token of the family, in order: its place is its number.
    tokens: BTreeMap<String, usize>,
    /// In how many items of the family each token is; 0 for what only headings have.
    counts: Vec<f64>,
    /// The candidates whose text or headings have each token.
    ja: Postings,
    en: Postings,
    headings: Postings,
}

/// By token: which candidates have it.
type Postings = Vec<Vec<usize>>;

/// How much each token tells, in the family and one sheet: squares of the weights.
struct Rarity {
    known: Vec<f64>,
    foreign: HashMap<String, f64>,
    /// Lengths of the candidates' token lists under these weights.
    ja: Vec<f64>,
    en: Vec<f64>,
    headings: Vec<f64>,
}

/// An item of a sheet, ready to be compared.
pub(super) struct Query {
    id: String,
    line: Line,
    tokens: BTreeSet<String>,
    headings: BTreeSet<String>,
}

impl Query {
    pub(super) fn new(item: &Item) -> Self {
        let headings = Words::new(&item.section.join(" ")).tokens();
        let tokens = Words::new(&item.text).tokens();
        Self { id: item.id.clone(), line: Line::new(&item.text), tokens, headings }
    }
}

impl Index {
    pub(super) fn new(framework: &Framework) -> Self {
        let items = &framework.items;
        let mut phrases = Phrases::default();
        let mut candidates: Vec<Candidate> = items.iter().map(|item| Candidate::new(item, &mut phrases)).collect();
        let own: Vec<(Found, BTreeSet<String>)> = items
            .iter()
            .map(|item| {
                let text = format!("{} {}", item.text.ja, item.text.en);
                (phrases.find(&Line::new(&text)), Words::new(&text).tokens())
            })
            .collect();
        for group in candidates.iter_mut().flat_map(|candidate| &mut candidate.groups) {
            let with = own.iter().filter(|(found, _)| group.words.iter().any(|(_, id)| has(found, *id))).count().max(1);
            // What many items of the family speak of tells little.
            group.weight = (1.0 + own.len() as f64 / with as f64).ln();
        }
        let headings: Vec<BTreeSet<String>> = items
            .iter()
            .map(|item| {
                let headings: String = item.section.iter().map(|text| format!("{} {} ", text.ja, text.en)).collect();
                Words::new(&headings).tokens()
            })
            .collect();
        let all: BTreeSet<&String> = own.iter().map(|(_, tokens)| tokens).chain(&headings).flatten().collect();
        let tokens: BTreeMap<String, usize> = all.into_iter().cloned().zip(0..).collect();
        let numbers =
            |of: &BTreeSet<String>| of.iter().filter_map(|token| tokens.get(token).copied()).collect::<Vec<_>>();
        let mut counts = vec![0.0; tokens.len()];
        for token in own.iter().flat_map(|(_, of)| numbers(of)) {
            add(&mut counts, token, 1.0);
        }
        for ((candidate, item), headings) in candidates.iter_mut().zip(items).zip(&headings) {
            candidate.ja = numbers(&Words::new(&item.text.ja).tokens());
            candidate.en = numbers(&Words::new(&item.text.en).tokens());
            candidate.headings = numbers(headings);
        }
        let [ja, en, headings] = [
            postings(&candidates, tokens.len(), |candidate| &candidate.ja),
            postings(&candidates, tokens.len(), |candidate| &candidate.en),
            postings(&candidates, tokens.len(), |candidate| &candidate.headings),
        ];
        Self { framework: framework.clone(), candidates, phrases, tokens, counts, ja, en, headings }
    }

    /// How alike each item of a sheet is to each of the family, in their orders. `queries` are all items of the sheet:
    /// phrases that a vendor repeats in many items tell little.
    pub(super) fn scores(&self, queries: &[Query]) -> Vec<Vec<Score>> {
        let rarity = self.rarity(queries);
        queries.iter().map(|query| self.line(query, &rarity)).collect()
    }

    fn rarity(&self, queries: &[Query]) -> Rarity {
        let texts = (self.candidates.len() + queries.len()) as f64;
        let mut here = vec![0.0; self.counts.len()];
        let mut foreign: HashMap<String, f64> = HashMap::new();
        for token in queries.iter().flat_map(|query| &query.tokens) {
            match self.tokens.get(token) {
                Some(number) => add(&mut here, *number, 1.0),
                None => *foreign.entry(token.clone()).or_default() += 1.0,
            }
        }
        let square = |n: f64, of: f64| {
            let weight = if n > 0.0 { (1.0 + texts / n).ln() } else { (1.0 + texts).ln() } * of;
            weight * weight
        };
        let of = |own: f64| if own > 0.0 { 1.0 } else { FOREIGN };
        let known: Vec<f64> = self.counts.iter().zip(&here).map(|(own, here)| square(own + here, of(*own))).collect();
        let foreign = foreign.into_iter().map(|(token, n)| (token, square(n, FOREIGN))).collect();
        let lengths = |of: fn(&Candidate) -> &Vec<usize>| {
            let length = |candidate| of(candidate).iter().map(|token| at(&known, *token)).sum::<f64>().sqrt();
            self.candidates.iter().map(length).collect::<Vec<f64>>()
        };
        Rarity {
            ja: lengths(|candidate| &candidate.ja),
            en: lengths(|candidate| &candidate.en),
            headings: lengths(|candidate| &candidate.headings),
            known,
            foreign,
        }
    }

    fn line(&self, query: &Query, rarity: &Rarity) -> Vec<Score> {
        let found = self.phrases.find(&query.line);
        let ja = self.cosines(&query.tokens, &self.ja, &rarity.ja, rarity);
        let en = self.cosines(&query.tokens, &self.en, &rarity.en, rarity);
        let headings = self.cosines(&query.headings, &self.headings, &rarity.headings, rarity);
        let overlaps = ja.into_iter().zip(en).map(|(ja, en)| ja.max(en));
        let all = self.candidates.iter().zip(overlaps).zip(headings);
        all.map(|((candidate, overlap), heading)| score(query, candidate, &found, overlap, heading)).collect()
    }

    fn cosines(&self, asked: &BTreeSet<String>, postings: &Postings, lengths: &[f64], rarity: &Rarity) -> Vec<f64> {
        let mut shared = vec![0.0; lengths.len()];
        let (mut own, unseen) = (0.0, (1.0 + self.candidates.len() as f64).ln() * FOREIGN);
        for token in asked {
            let Some(number) = self.tokens.get(token) else {
                own += rarity.foreign.get(token).copied().unwrap_or(unseen * unseen);
                continue;
            };
            let square = at(&rarity.known, *number);
            own += square;
            for candidate in postings.get(*number).into_iter().flatten() {
                add(&mut shared, *candidate, square);
            }
        }
        let own = own.sqrt();
        shared
            .iter()
            .zip(lengths)
            .map(|(shared, length)| if own * length > 0.0 { shared / (own * length) } else { 0.0 })
            .collect()
    }
}

fn score(query: &Query, candidate: &Candidate, found: &Found, overlap: f64, heading: f64) -> Score {
    let mut words = Vec::new();
    let (mut hit, mut all) = (0.0, 0.0);
    for group in &candidate.groups {
        all += group.weight;
        if let Some((word, _)) = group.words.iter().find(|(_, id)| has(found, *id)) {
            hit += group.weight;
            words.push(word.clone());
        }
    }
    let whole = words.len() == candidate.groups.len();
    let denied = found.any(&candidate.not);
    let groups = if all > 0.0 { hit / all } else { 0.0 } * if denied { DENIED } else { 1.0 };
    let hints = HEADING * heading + if query.id == candidate.id { NUMBER } else { 0.0 };
    let total = GROUPS * groups + OVERLAP * (overlap / FULL_OVERLAP).min(1.0) + hints;
    Score { total: total.min(1.0), whole: whole && !denied, words }
}

impl Candidate {
    /// Its phrases; weights and tokens are known when all of the family is.
    fn new(item: &FrameworkItem, phrases: &mut Phrases) -> Self {
        let mut group = |words: &Vec<String>| Group {
            weight: 0.0,
            words: words.iter().map(|word| (word.clone(), phrases.add(word))).collect(),
        };
        Self {
            id: item.id.clone(),
            groups: item.keywords.iter().map(&mut group).collect(),
            not: item.not.iter().filter_map(|word| phrases.add(word)).collect(),
            headings: Vec::new(),
            ja: Vec::new(),
            en: Vec::new(),
        }
    }
}

fn postings(candidates: &[Candidate], tokens: usize, of: fn(&Candidate) -> &Vec<usize>) -> Postings {
    let mut postings: Postings = vec![Vec::new(); tokens];
    for (number, candidate) in candidates.iter().enumerate() {
        for token in of(candidate) {
            if let Some(list) = postings.get_mut(*token) {
                list.push(number);
            }
        }
    }
    postings
}

fn has(found: &Found, id: Option<usize>) -> bool {
    id.is_some_and(|id| found.has(id))
}

fn at(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or_default()
}

fn add(values: &mut [f64], place: usize, more: f64) {
    if let Some(value) = values.get_mut(place) {
        *value += more;
    }
}
