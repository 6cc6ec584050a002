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

/// An approval made ready for comparing: a memory of years meets every statement of a sheet.
#[derive(Debug, Clone)]
pub(in crate::mapping) struct Ready {
    pub(in crate::mapping) approved: Approved,
    words: Words,
}

/// What of a text is compared.
#[derive(Debug, Clone)]
struct Words {
    squeezed: String,
    /// Letters.
    len: usize,
    telling: BTreeSet<String>,
    /// Which of `TURNS` are in it.
    turns: Vec<bool>,
    /// Which pairs of letters are in it, as bits.
    pairs: [u64; 4],
}

impl Ready {
    pub(in crate::mapping) fn new(approved: Approved) -> Self {
        let words = Words::new(&Line::new(&approved.text));
        Self { approved, words }
    }
}

impl Words {
    fn new(line: &Line) -> Self {
        let squeezed = line.squeezed();
        let mut pairs = [0u64; 4];
        for (a, b) in squeezed.chars().zip(squeezed.chars().skip(1)) {
            let bit = u32::from(a).wrapping_mul(31).wrapping_add(u32::from(b)) % 256;
            if let Some(word) = pairs.get_mut(bit as usize / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        let turns = TURNS.iter().map(|turn| squeezed.contains(turn)).collect();
        Self { len: squeezed.chars().count(), telling: line.telling(), turns, pairs, squeezed }
    }

    /// Whether it is worth comparing letter by letter: texts of such different length, or with so few pairs in common,
    /// are never nearly the same.
    fn may_be(&self, other: &Self) -> bool {
        let shared: u32 = self.pairs.iter().zip(&other.pairs).map(|(a, b)| (a & b).count_ones()).sum();
        let most = |words: &Self| words.pairs.iter().map(|word| word.count_ones()).sum::<u32>();
        let (short, long) = (self.len.min(other.len), self.len.max(other.len));
        short * 3 >= long * 2 && shared * 2 >= most(self).max(most(other))
    }
}

/// What was approved for a text, best match only.
pub(super) fn find<'a>(text: &Line, knowledge: &'a Knowledge) -> Option<Past<'a>> {
    if knowledge.approved.is_empty() || text.len() == 0 {
        return None;
    }
    let asked = Words::new(text);
    let mut best: Option<Past<'a>> = None;
    for ready in &knowledge.approved {
        let (confidence, approved) = (likeness(&asked, &ready.words), &ready.approved);
        match &mut best {
            Some(past) if confidence == past.confidence => past.approved.push(approved),
            Some(past) if confidence < past.confidence => {}
            _ if confidence > 0.0 => best = Some(Past { approved: vec![approved], confidence }),
            _ => {}
        }
    }
    best
}

fn likeness(asked: &Words, known: &Words) -> f64 {
    if asked.squeezed == known.squeezed {
        return SAME;
    }
    // Names, figures and denials make another claim of a text that is otherwise the same.
    if !asked.may_be(known) || asked.telling != known.telling || asked.turns != known.turns {
        return 0.0;
    }
    let alike = strsim::sorensen_dice(&asked.squeezed, &known.squeezed);
    if alike >= NEARLY { ALMOST * alike } else { 0.0 }
}
