//! What people decided for one sheet, remembered for the next: `approved.toml`, in the user's data folder or wherever a
//! team keeps it.
//!
//! The file grows at its end only. What is remembered decides nothing: it is proposed, with high confidence, where a
//! sheet asks the same again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::error::{MappingError, Source, settle};
use super::file::{EntryClaim, Known, MappingFile, RawClaim, claim_text, nature, one_line, quoted, read_claims, same};
use super::knowledge::Approved;
use super::statements::{Day, moment, written};
use crate::model::{By, Candidate, Item, Lang, Moment, Nature, Proposal, ProposedClaim, Review, Sheet, Text};

#[cfg(test)]
mod tests;

/// Confidence that the same text means the same. Not 1: the section around it may differ.
const CONFIDENCE: f64 = 0.97;
/// The same, where people decided differently of the same text.
const IN_DOUBT: f64 = 0.6;
/// Characters below which a text ("実施しているか") says too little to mean the same wherever it stands.
const TELLING: usize = 10;

const HEAD: &str = "\
# What was approved or rejected with `kakunin review`, to be proposed for other sheets. It decides nothing by itself.
# レビューで承認・却下した対応付け。ほかのシートへの提案に使われ、これだけで判定に使われることはありません。
";

const HELP: &str = "write each as [[approved]] with text, sheet, item, decision, who and when";

/// All that is remembered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    text: String,
    /// In the order of remembering.
    pub entries: Vec<Remembered>,
}

/// One decision of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// What the item asked, on one line.
    pub text: String,
    /// File name of the sheet that it was decided for.
    pub sheet: String,
    /// The item of that sheet.
    pub item: String,
    /// The item of a known family that it is.
    pub framework_item: Option<String>,
    /// Whether the person rejected it: no check decides it.
    pub rejected: bool,
    /// Who decided.
    pub who: String,
    /// When.
    pub when: Moment,
    /// What it claims; none where it was rejected.
    pub claims: Vec<EntryClaim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMemory {
    #[serde(default)]
    approved: Vec<RawRemembered>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemembered {
    text: Spanned<String>,
    sheet: String,
    item: String,
    framework_item: Option<String>,
    decision: Spanned<String>,
    who: String,
    when: Spanned<Value>,
    #[serde(default)]
    claim: Vec<Spanned<RawClaim>>,
}

impl Memory {
    /// Reads what is remembered; nothing where there is no file yet.
    ///
    /// # Errors
    /// Where the file is there and cannot be read, or anything in it is wrong: all of it, with places.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        match Source::read(path) {
            Ok(source) => read(&source),
            Err(MappingError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(error) => Err(error),
        }
    }

    /// Reads it from the text of a file called `name`.
    ///
    /// # Errors
    /// Where anything in it is wrong: all of it, with places.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        read(&Source::new(name, text))
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// With one more decision, at the end of the file; none where just that is remembered already.
    pub fn with(&self, entry: Remembered) -> Option<Self> {
        let last = self.entries.iter().rev().find(|known| same(&known.text) == same(&entry.text));
        if last.is_some_and(|known| known.says(&entry) && known.who == entry.who) {
            return None;
        }
        let mut text = if self.text.trim().is_empty() { HEAD.to_owned() } else { self.text.clone() };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        entry.write(&mut text);
        let mut entries = self.entries.clone();
        entries.push(entry);
        Some(Self { text, entries })
    }

    /// What was decided in a project, besides what is remembered; for this run only.
    pub fn and_of(mut self, file: &MappingFile, sheet: &str) -> Self {
        self.entries.extend(file.entries.iter().filter_map(|entry| {
            let (who, when, rejected) = match &entry.review {
                Review::Approved { who, when } => (who.clone(), *when, false),
                Review::Rejected { who, when } => (who.clone(), *when, true),
                _ => return None,
            };
            Some(Remembered {
                text: entry.text.clone(),
                sheet: sheet.to_owned(),
                item: entry.id.clone(),
                framework_item: entry.framework_item.clone(),
                rejected,
                who,
                when,
                claims: if rejected { Vec::new() } else { entry.claims.clone() },
            })
        }));
        self
    }

    /// What the mapping engine compares with, for texts that are only nearly the same: of each text the last decision.
    pub fn approved(&self) -> Vec<Approved> {
        let mut last: BTreeMap<String, &Remembered> = BTreeMap::new();
        for entry in &self.entries {
            let known = last.entry(same(&entry.text)).or_insert(entry);
            if known.when <= entry.when {
                *known = entry;
            }
        }
        last.into_values().flat_map(Remembered::approved).collect()
    }

    /// Proposals with what people decided of the same texts in place of what the program thinks. Its candidates stay
    /// to choose from.
    pub fn recall(&self, sheet: &Sheet, proposals: Vec<Proposal>, known: &Known) -> Vec<Proposal> {
        proposals
            .into_iter()
            .map(|proposal| {
                let item = sheet.items.iter().find(|item| item.id == proposal.item);
                item.and_then(|item| self.of(item, &proposal, known)).unwrap_or(proposal)
            })
            .collect()
    }

    fn of(&self, item: &Item, proposal: &Proposal, known: &Known) -> Option<Proposal> {
        let text = same(&item.text);
        let mut alike: Vec<&Remembered> = self.entries.iter().filter(|entry| same(&entry.text) == text).collect();
        // The sort is stable: of one moment, the last written.
        alike.sort_by_key(|entry| entry.when);
        let last = alike.last()?;
        let doubt = text.chars().count() < TELLING || alike.iter().any(|entry| !entry.says(last));
        Some(last.proposal(item, proposal, if doubt { IN_DOUBT } else { CONFIDENCE }, known))
    }
}

fn read(source: &Source) -> Result<Memory, MappingError> {
    let raw: RawMemory = source.parse(HELP)?;
    let mut problems = Vec::new();
    let mut entries = Vec::new();
    for entry in raw.approved {
        let rejected = match entry.decision.get_ref().as_str() {
            "approved" => false,
            "rejected" => true,
            other => {
                let message = format!("expected approved or rejected, found {other:?}");
                problems.push(source.problem(entry.decision.span(), message, "write one of them"));
                continue;
            }
        };
        let claims = read_claims(source, entry.claim, &entry.item, &mut problems);
        let Some(when) = moment(source, &entry.when, Day::Start, &mut problems) else { continue };
        if claims.is_empty() && !rejected {
            let message = "expected a claim of what was approved, found none";
            problems.push(source.problem(entry.text.span(), message, "add an [[approved.claim]], or remove the entry"));
        }
        entries.push(Remembered {
            text: entry.text.into_inner(),
            sheet: entry.sheet,
            item: entry.item,
            framework_item: entry.framework_item,
            rejected,
            who: entry.who,
            when,
            claims,
        });
    }
    settle(Memory { text: source.text().to_owned(), entries }, problems)
}

impl Remembered {
    /// `checklist.xlsx 6.29 (meti-2013/6.29), approved by … in March 2026`.
    pub fn label(&self) -> Text {
        let family = self.framework_item.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
        let what = format!("{} {}{family}", self.sheet, self.item);
        let (month, who) = (self.when.format("%B %Y"), &self.who);
        let (ja, en) = if self.rejected { ("却下", "rejected") } else { ("承認", "approved") };
        Text::new(
            format!("{what}、{who} が {}に{ja}", self.when.format("%Y 年 %-m 月")),
            format!("{what}, {en} by {who} in {month}"),
        )
    }

    fn approved(&self) -> Vec<Approved> {
        let label = self.label();
        let of = |text: &str, claims: &[EntryClaim]| {
            let mut topics: Vec<String> = Vec::new();
            for topic in claims.iter().flat_map(|entry| &entry.claim.see) {
                if !topics.contains(topic) {
                    topics.push(topic.clone());
                }
            }
            let looks = claims.iter().map(|entry| entry.claim.by).find(|by| *by != By::Attest);
            Approved { text: text.to_owned(), topics, by: looks.unwrap_or(By::Attest), label: label.clone() }
        };
        let mut all = vec![of(&self.text, &self.claims)];
        // A text of one language is the sheet's own; the others are a family's and would meet every sheet of it.
        let own = |entry: &&EntryClaim| entry.claim.text.ja == entry.claim.text.en;
        if self.claims.len() > 1 {
            all.extend(self.claims.iter().filter(own).map(|c| of(&c.claim.text.ja, std::slice::from_ref(c))));
        }
        all
    }

    /// Whether it decides the same as another, whatever their claims are called.
    fn says(&self, other: &Self) -> bool {
        let plain = |entry: &Self| -> Vec<EntryClaim> {
            let unnamed = |claim: &EntryClaim| {
                let mut claim = claim.clone();
                claim.claim.id.clear();
                claim
            };
            entry.claims.iter().map(unnamed).collect()
        };
        self.rejected == other.rejected && plain(self) == plain(other)
    }

    fn write(&self, out: &mut String) {
        let _ = write!(
            out,
            "\n[[approved]]\ntext = {}\nsheet = {}\nitem = {}\n",
            quoted(&one_line(&self.text)),
            quoted(&one_line(&self.sheet)),
            quoted(&self.item)
        );
        if let Some(id) = &self.framework_item {
            let _ = writeln!(out, "framework_item = {}", quoted(id));
        }
        let decision = if self.rejected { "rejected" } else { "approved" };
        let (who, when) = (quoted(&one_line(&self.who)), written(self.when));
        let _ = write!(out, "decision = \"{decision}\"\nwho = {who}\nwhen = \"{when}\"\n");
        for claim in &self.claims {
            claim_text(out, "approved", claim, None, Lang::En);
        }
    }

    /// The same for an item of another sheet. Topics and checks that this catalogue does not have are left out.
    fn proposal(&self, item: &Item, instead: &Proposal, confidence: f64, known: &Known) -> Proposal {
        let label = self.label();
        let reason = Text::new(format!("同じ文面: {}", label.ja), format!("the same text: {}", label.en));
        let mut claims: Vec<ProposedClaim> =
            self.claims.iter().map(|claim| self.claim(claim, item, confidence, &reason, known)).collect();
        if claims.is_empty() {
            claims.push(ProposedClaim {
                id: format!("{}/stated", item.id),
                text: Text::same(one_line(&item.text)),
                by: By::Attest,
                nature: Nature::Organisational,
                confidence,
                reason: reason.clone(),
                topics: Vec::new(),
                rest: None,
                cadence_days: None,
                limits: Vec::new(),
                from: None,
            });
        }
        if let Some(first) = claims.first_mut() {
            let others = instead.claims.iter().flat_map(|claim| claim.topics.iter().cloned());
            for candidate in others.map(|candidate| Candidate { proposed: false, ..candidate }) {
                if !first.topics.iter().any(|there| there.topic == candidate.topic) {
                    first.topics.push(candidate);
                }
            }
        }
        Proposal {
            item: item.id.clone(),
            nature: claims.first().map_or(instead.nature, |claim| claim.nature),
            confidence,
            reason,
            framework_item: self.framework_item.clone().or_else(|| instead.framework_item.clone()),
            same_as: Some(label),
            proposed_by: "built-in".to_owned(),
            claims,
        }
    }

    fn claim(&self, entry: &EntryClaim, item: &Item, confidence: f64, reason: &Text, known: &Known) -> ProposedClaim {
        let claim = &entry.claim;
        let mut topics: Vec<Candidate> = claim
            .see
            .iter()
            .filter(|topic| known.any || known.topics.contains(*topic))
            .map(|topic| Candidate {
                topic: topic.clone(),
                confidence,
                reason: reason.clone(),
                proposed: true,
                checks: Vec::new(),
            })
            .collect();
        let checks: Vec<String> =
            claim.checks.iter().filter(|check| known.any || known.checks.contains(*check)).cloned().collect();
        if !checks.is_empty() {
            // Checks that were named one by one belong to no topic's name.
            let topic = checks.join(" ");
            topics.push(Candidate { topic, confidence, reason: reason.clone(), proposed: true, checks });
        }
        let name = claim.id.rsplit('/').next().unwrap_or_default();
        let of_family = self.framework_item.as_ref().is_some_and(|id| claim.id.starts_with(&format!("{id}/")));
        ProposedClaim {
            id: format!("{}/{name}", item.id),
            text: claim.text.clone(),
            by: claim.by,
            nature: nature(claim.by),
            confidence,
            reason: reason.clone(),
            topics,
            rest: claim.rest.clone(),
            cadence_days: claim.cadence_days,
            limits: entry.limits.clone(),
            from: of_family.then(|| claim.id.clone()),
        }
    }
}
