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

/// What was approved for a text, best match only.
pub(super) fn find<'a>(text: &Line, knowledge: &'a Knowledge) -> Option<Past<'a>> {
    if knowledge.approved.is_empty() || text.len() == 0 {
        return None;
    }
    let asked = text.squeezed();
    let mut best: Option<Past<'a>> = None;
    for approved in &knowledge.approved {
        let confidence = likeness(&asked, &text.telling(), &approved.text);
        match &mut best {
            Some(past) if confidence == past.confidence => past.approved.push(approved),
            Some(past) if confidence < past.confidence => {}
            _ if confidence > 0.0 => best = Some(Past { approved: vec![approved], confidence }),
            _ => {}
        }
    }
    best
}

fn likeness(asked: &str, telling: &BTreeSet<String>, approved: &str) -> f64 {
    let line = Line::new(approved);
    let known = line.squeezed();
    if asked == known {
        return SAME;
    }
    let alike = strsim::sorensen_dice(asked, &known);
    // Names, figures and denials make another claim of a text that is otherwise the same.
    let same = alike >= NEARLY
        && *telling == line.telling()
        && TURNS.iter().all(|turn| asked.contains(turn) == known.contains(turn));
    if same { ALMOST * alike } else { 0.0 }
}
