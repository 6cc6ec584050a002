//! A project's mapping, reviewed by people: `mapping.toml`.
//!
//! ```toml
//! [[item]]
//! id = "6.29"
//! text = "データを暗号化して保管していること"    # as the sheet had it when it was reviewed
//! framework_item = "meti-2013/6.29"
//! confidence = 0.92
//! review = "approved"                        # proposed | accepted | approved | rejected
//! who = "Hanako Sato"
//! when = "2026-03-02T09:00:00Z"
//!
//!   [[item.claim]]
//!   id = "meti-2013/6.29/at-rest"
//!   text = "保管するデータを暗号化している"
//!   by = "live"
//!   see = ["encryption-at-rest"]
//! ```
//!
//! Only what is approved (or accepted, by a confidence that the user gave) decides a verdict, and only while the sheet
//! still says what was reviewed: an entry whose item was reworded falls back to a proposal. Decisions are edits that
//! keep every comment, every order and every other byte of the file.

mod apply;
mod edit;
mod read;
#[cfg(test)]
pub(super) mod tests;
mod write;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

pub use apply::{Applied, Change, Place, accepted};
pub use edit::{Decision, EditError};
pub(super) use read::{RawClaim, read_claims};
pub use write::file_text;
pub(super) use write::{claim_text, quoted};

use crate::model::{By, Candidate, Claim, Item, Nature, Proposal, ProposedClaim, Review, Text};

/// The topic that what AWS is responsible for rests on: nothing of it runs elsewhere.
const AWS_ONLY: &str = "runs-on-aws-only";

/// What a mapping may point at: the catalogue's topics and checks, as plain names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Ids of topics.
    pub topics: BTreeSet<String>,
    /// Ids of checks.
    pub checks: BTreeSet<String>,
    /// Every name is taken for known: for files of other projects, which may have checks of their own.
    pub any: bool,
}

/// A `mapping.toml` that was read and found right.
#[derive(Debug, Clone, PartialEq)]
pub struct MappingFile {
    /// Path, for messages.
    name: String,
    /// The whole file.
    text: String,
    /// SHA-256 of the sheet that it was made for, lower-case hex; none where the file does not say.
    pub sheet_sha256: Option<String>,
    /// In the file's order.
    pub entries: Vec<Entry>,
}

/// What the file says of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The sheet's item id.
    pub id: String,
    /// What was asked when it was written, on one line.
    pub text: String,
    /// The remark then, on one line; empty where there was none.
    pub remark: String,
    /// The item of a known family that it is.
    pub framework_item: Option<String>,
    /// Of the proposal, 0 to 1; none where a person wrote the entry.
    pub confidence: Option<f64>,
    /// Where its review stands; never the built-in one.
    pub review: Review,
    /// What it claims.
    pub claims: Vec<EntryClaim>,
}

/// A claim of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryClaim {
    /// The claim.
    pub claim: Claim,
    /// What it leaves out or is limited to, as written: for the reviewer, who can turn it into a scope.
    pub limits: Vec<String>,
}

impl MappingFile {
    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ids of all its claims.
    pub fn claim_ids(&self) -> BTreeSet<String> {
        self.entries.iter().flat_map(|entry| &entry.claims).map(|entry| entry.claim.id.clone()).collect()
    }

    /// What it says of an item.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }
}

impl Entry {
    /// What it says, as a proposal: nothing of it is in force.
    pub fn proposal(&self, item: &str, confidence: f64, reason: Text) -> Proposal {
        let claims = self.claims.iter().map(|c| proposed(c, confidence, &reason)).collect::<Vec<_>>();
        let nature = match claims.first().map(|claim| claim.nature) {
            Some(first) if claims.iter().all(|claim| claim.nature == first) => first,
            Some(_) => Nature::Technical,
            None => Nature::Unclear,
        };
        Proposal {
            item: item.to_owned(),
            nature,
            confidence,
            reason,
            framework_item: self.framework_item.clone(),
            same_as: None,
            proposed_by: "mapping.toml".to_owned(),
            claims,
        }
    }
}

/// A claim of the file as a proposed one.
fn proposed(entry: &EntryClaim, confidence: f64, reason: &Text) -> ProposedClaim {
    let claim = &entry.claim;
    let candidate = |topic: &str, checks: Vec<String>| Candidate {
        topic: topic.to_owned(),
        confidence,
        reason: reason.clone(),
        proposed: true,
        checks,
    };
    ProposedClaim {
        id: claim.id.clone(),
        text: claim.text.clone(),
        by: claim.by,
        nature: nature(claim.by),
        confidence,
        reason: reason.clone(),
        topics: claim.see.iter().map(|topic| candidate(topic, Vec::new())).collect(),
        rest: claim.rest.clone(),
        cadence_days: claim.cadence_days,
        limits: entry.limits.clone(),
        from: None,
    }
}

/// The claims of a proposal, as a person would approve them unchanged.
///
/// A claim taken from a family keeps the family's id, so that attestations for it stay in force, unless two claims of
/// the sheet would bear it; `taken` holds the ids that are in use.
pub fn claims_of(proposal: &Proposal, taken: &mut BTreeSet<String>) -> Vec<EntryClaim> {
    let mut free = |claim: &ProposedClaim| {
        let numbered = (2..).map(|n| format!("{}-{n}", claim.id));
        let wanted = claim.from.iter().cloned().chain([claim.id.clone()]).chain(numbered);
        let id = wanted.take(10_000).find(|id| !taken.contains(id)).unwrap_or_else(|| claim.id.clone());
        taken.insert(id.clone());
        id
    };
    proposal
        .claims
        .iter()
        .map(|claim| EntryClaim { claim: approvable(claim, free(claim)), limits: claim.limits.clone() })
        .collect()
}

/// A proposed claim as one that can be in force. A claim that checks should decide and that names none would be green
/// or untested on nothing: a person states it instead.
fn approvable(proposed: &ProposedClaim, id: String) -> Claim {
    let chosen = || proposed.topics.iter().filter(|candidate| candidate.proposed);
    let mut see: Vec<String> = chosen().filter(|c| c.checks.is_empty()).map(|c| c.topic.clone()).collect();
    let mut checks: Vec<String> = chosen().flat_map(|c| c.checks.clone()).collect();
    let by = match proposed.by {
        By::Live | By::Partial if see.is_empty() && checks.is_empty() => By::Attest,
        By::Inherited if see.is_empty() && checks.is_empty() => {
            see.push(AWS_ONLY.to_owned());
            By::Inherited
        }
        by => by,
    };
    if by == By::Attest {
        (see, checks) = (Vec::new(), Vec::new());
    }
    Claim {
        id,
        text: proposed.text.clone(),
        by,
        see,
        checks,
        rest: proposed.rest.clone(),
        cadence_days: proposed.cadence_days.filter(|days| *days > 0 && attested(by)),
    }
}

/// What a claim speaks of, by who decides it.
pub(super) fn nature(by: By) -> Nature {
    match by {
        By::Live | By::Partial => Nature::Technical,
        By::Attest | By::Na => Nature::Organisational,
        By::Inherited => Nature::Inherited,
    }
}

/// Whether a person states it, or a part of it.
fn attested(by: By) -> bool {
    matches!(by, By::Attest | By::Partial)
}

/// A text on one line, without what would break a line of the file.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What two texts have in common that say the same: width and spacing are the format's, not the author's.
pub(super) fn same(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// Whether an entry was written for what the item asks now.
fn says(entry: &Entry, item: &Item) -> bool {
    same(&entry.text) == same(&item.text)
}
