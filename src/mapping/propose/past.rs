//! What a person approved before for the same words.

use std::collections::BTreeSet;

use crate::mapping::{
    knowledge::{Approved, Knowledge},
    phrases::Line,
};

/// Likeness (Sørensen and Dice, over pairs of letters) from which two texts say nearly the same.
const NEARLY: f64 = 0.82;

/// Confidence in what was approved for the very same words.
const SAME: f64 = 0.98;

/// Confidence in what was approved for nearly the same words, at full likeness.
const ALMOST: f64 = 0.92;

/// Words that turn a sentence round: texts that differ in them do not say the same.
const TURNS: [&str; 18] = [
    "ない",
    "せん",
    "禁止",
    "不要",
    "除",
    "以外",
    "無効",
    "未",
    "not",
    "no",
    "never",
    "without",
    "except",
    "disable",
    "disabled",
    "none",
    "prohibit",
    "unencrypted",
];

/// Approved for the same words, with the confidence that it holds here too.
pub(super) struct Past<'a> {
    pub(super) approved: Vec<&'a Approved>,
    pub(super) confidence: f64,
}

/// A text, ready to be compared.
#[derive(Debug)]
pub(in crate::mapping) struct Saying {
    squeezed: String,
    telling: BTreeSet<String>,
    /// Pairs of neighbouring letters. Not `strsim`'s, which divides by bytes: Japanese never gets above a third.
    pairs: BTreeSet<(char, char)>,
    turns: Vec<bool>,
}

impl Saying {
    pub(in crate::mapping) fn new(text: &Line) -> Self {
        let squeezed = text.squeezed();
        Self {
            telling: text.telling(),
            pairs: squeezed.chars().zip(squeezed.chars().skip(1)).collect(),
            turns: TURNS.iter().map(|turn| squeezed.contains(turn)).collect(),
            squeezed,
        }
    }

    /// Confidence that what was approved for the other holds for this.
    fn likeness(&self, other: &Self) -> f64 {
        if self.squeezed == other.squeezed {
            return SAME;
        }
        // Names, figures and denials make another claim of a text that is otherwise the same.
        if self.turns != other.turns || self.telling != other.telling {
            return 0.0;
        }
        let both = self.pairs.len() + other.pairs.len();
        let shared = 2 * self.pairs.intersection(&other.pairs).count();
        let alike = if both > 0 { shared as f64 / both as f64 } else { 0.0 };
        if alike >= NEARLY { ALMOST * alike } else { 0.0 }
    }
}

/// What was approved for a text, best match only.
pub(super) fn find<'a>(text: &Line, knowledge: &'a Knowledge) -> Option<Past<'a>> {
    if knowledge.approved.is_empty() || text.len() == 0 {
        return None;
    }
    let asked = Saying::new(text);
    let mut best: Option<Past<'a>> = None;
    for (approved, saying) in &knowledge.approved {
        let confidence = asked.likeness(saying);
        match &mut best {
            Some(past) if confidence == past.confidence => past.approved.push(approved),
            Some(past) if confidence < past.confidence => {}
            _ if confidence > 0.0 => best = Some(Past { approved: vec![approved], confidence }),
            _ => {}
        }
    }
    best
}
