//! Finds what is written like a statement: checks of the catalogue, items of known families, phrases of the glossary.
//!
//! BM25 over pairs of Japanese characters and stems of Latin words. Japanese and Latin texts are searched apart: one
//! language's documents must not make the other's words look rare.

use std::collections::HashMap;

use bm25::{Embedder, EmbedderBuilder, Embedding, Scorer, Tokenizer};

use super::words::Words;
use crate::model::Text;

/// A token that is in more than this share of the documents tells nothing, and looking it up costs most.
const COMMON: f64 = 0.15;

/// Added to what a text says, so that three common words, which many documents have, do not count as covered.
const SHORT: f64 = 10.0;

/// What a text can be found by.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Places of the topics that it speaks of; none where only a person can state it.
    pub(super) topics: Vec<usize>,
    /// What it is, for a reason: `check rds/instance-multi-az`.
    pub(super) label: Text,
}

/// A document that is like the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Like<'a> {
    pub(super) document: &'a Document,
    /// How much of what the text says the document says too, 0 to about 1.
    pub(super) coverage: f64,
}

struct Bilingual;

impl Tokenizer for Bilingual {
    fn tokenize(&self, text: &str) -> Vec<String> {
        Words::new(text).tokens().into_iter().collect()
    }
}

/// One language's documents.
struct Side {
    documents: Vec<Document>,
    embedder: Embedder<u32, Bilingual>,
    scorer: Scorer<usize>,
    /// In how many documents each token is.
    counts: HashMap<u32, usize>,
}

/// Documents in both languages.
pub(super) struct Search {
    japanese: Side,
    latin: Side,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Search({} + {} documents)", self.japanese.documents.len(), self.latin.documents.len())
    }
}

impl Search {
    /// Makes the documents ready to be searched. Each text is given in both languages, either of them may be empty.
    pub(super) fn new(documents: Vec<(Text, Document)>) -> Self {
        let side = |of: fn(&Text) -> &String| {
            let texts = documents.iter().filter(|(text, _)| !of(text).trim().is_empty());
            let (texts, documents): (Vec<&str>, Vec<Document>) =
                texts.map(|(text, document)| (of(text).as_str(), document.clone())).unzip();
            Side::new(&texts, documents)
        };
        Self { japanese: side(|text| &text.ja), latin: side(|text| &text.en) }
    }

    /// The documents most like a text, best first.
    pub(super) fn like(&self, text: &str, latin: bool, limit: usize) -> Vec<Like<'_>> {
        if latin { self.latin.like(text, limit) } else { self.japanese.like(text, limit) }
    }
}

impl Side {
    fn new(texts: &[&str], documents: Vec<Document>) -> Self {
        let embedder: Embedder<u32, Bilingual> =
            EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Bilingual, texts).k1(1.2).b(0.6).build();
        let mut scorer = Scorer::new();
        let mut counts = HashMap::new();
        for (at, text) in texts.iter().enumerate() {
            let embedding = embedder.embed(text);
            for token in embedding.indices() {
                *counts.entry(*token).or_default() += 1;
            }
            scorer.upsert(&at, embedding);
        }
        Self { documents, embedder, scorer, counts }
    }

    fn like(&self, text: &str, limit: usize) -> Vec<Like<'_>> {
        let asked = self.embedder.embed(text);
        let telling = |count: usize| count as f64 <= self.documents.len() as f64 * COMMON;
        // What no document knows counts too: a text full of other things is not covered.
        let all: f64 = asked.indices().map(|token| self.rarity(self.counts.get(token).copied().unwrap_or(0))).sum();
        let query = Embedding(
            asked
                .0
                .into_iter()
                .filter(|token| self.counts.get(&token.index).is_some_and(|count| telling(*count)))
                .collect(),
        );
        let mut found = self.scorer.matches(&query);
        // The scorer leaves equals in the order of a hash table.
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        found
            .into_iter()
            .take(limit)
            .filter_map(|hit| {
                let document = self.documents.get(hit.id)?;
                Some(Like { document, coverage: f64::from(hit.score) / (all + SHORT) })
            })
            .collect()
    }

    /// The weight that BM25 gives a token. The same as `Scorer`'s, which does not tell it.
    fn rarity(&self, count: usize) -> f64 {
        let (all, count) = (self.documents.len() as f64, count as f64);
        (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
    }
}
