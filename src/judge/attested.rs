//! The half of a claim that a person states.

use chrono::Duration;

use super::{Case, reasons, time};
use crate::model::{
    Answer, Attestation, AttestedHalf, By, Claim, EvidenceState, Item, MappedItem, Mapping, Moment, Review, Sheet,
    Text, Verdict,
};

/// Something that only a person can state, and what stands for it at the run's clock.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The item.
    pub item: &'a Item,
    /// The claim; none for an item without claims, which a person attests by its id.
    pub claim: Option<&'a Claim>,
    /// How the item was mapped; none where it was not.
    pub mapped: Option<&'a MappedItem>,
    /// What was stated of it.
    pub half: AttestedHalf,
    /// Position of the attestation that `half` shows; none where nobody stated anything.
    pub rests_on: Option<usize>,
    /// From when on that attestation has no effect on this claim: its own end, or earlier by the claim's cadence.
    pub ends: Option<Moment>,
}

impl Asked<'_> {
    /// What `kakunin attest` takes: the claim's id, or the item's where it has none.
    pub fn target(&self) -> &str {
        self.claim.map_or(&self.item.id, |claim| &claim.id)
    }

    /// Whether a person has to review what is proposed for the item, before its claims are known at all.
    pub fn awaits_review(&self) -> bool {
        self.mapped.is_some_and(|mapped| mapped.review == Review::Proposed && mapped.proposal.is_some())
    }

    /// Who states it and until when, or why nothing stands for it: what the report says, too.
    pub fn reason(&self) -> Text {
        match (self.claim, self.half.verdict) {
            (None, Verdict::Unattested) => self.mapped.map_or_else(reasons::not_mapped, |mapped| mapped.reason.clone()),
            _ => reasons::of_half(&self.half),
        }
    }
}

/// Everything of a sheet that a person has to state, in the sheet's order, with what people stated. Pure: it needs
/// no snapshot, because no observation says anything about it.
pub fn asked<'a>(sheet: &'a Sheet, mapping: &'a Mapping, stated: &[Attestation], clock: Moment) -> Vec<Asked<'a>> {
    let mut all = Vec::new();
    for item in &sheet.items {
        let mapped = mapping.items.iter().find(|m| m.item == item.id);
        // What is only proposed decides nothing, and so asks for nothing.
        let claims = mapped.map_or(&[][..], |m| m.deciding());
        if claims.is_empty() {
            let standing = standing(stated, clock, &item.id, &item.id, None);
            all.push(one(stated, clock, (item, mapped), None, standing));
        }
        for claim in claims {
            if matches!(effective(claim.by, item.answer), By::Attest | By::Partial) {
                let standing = standing(stated, clock, &item.id, &claim.id, claim.cadence_days);
                all.push(one(stated, clock, (item, mapped), Some(claim), standing));
            }
        }
    }
    all
}

fn one<'a>(
    stated: &[Attestation],
    clock: Moment,
    (item, mapped): (&'a Item, Option<&'a MappedItem>),
    claim: Option<&'a Claim>,
    standing: Option<Standing>,
) -> Asked<'a> {
    Asked {
        item,
        claim,
        mapped,
        half: shown(stated, clock, claim.and_then(|c| c.rest.clone()), standing),
        rests_on: standing.map(|s| s.index),
        ends: standing.map(|s| s.end),
    }
}

/// Who decides a claim, given the answer: "not applicable" is the vendor's declaration for what only a person can
/// state, and it is no declaration where the vendor answered otherwise.
pub(super) fn effective(by: By, answer: Answer) -> By {
    match (by, answer) {
        (By::Attest, Answer::Na) => By::Na,
        (By::Na, Answer::Na) => By::Na,
        (By::Na, _) => By::Attest,
        (by, _) => by,
    }
}

/// What people stated of a claim, at the run's clock.
pub(super) fn half(case: &Case<'_>, item: &Item, claim: &Claim) -> AttestedHalf {
    let standing = standing(case.attestations, case.clock, &item.id, &claim.id, claim.cadence_days);
    shown(case.attestations, case.clock, claim.rest.clone(), standing)
}

fn shown(stated: &[Attestation], clock: Moment, rest: Option<Text>, standing: Option<Standing>) -> AttestedHalf {
    let found = standing.and_then(|s| stated.get(s.index).map(|a| (a, s)));
    let Some((attestation, standing)) = found else {
        return AttestedHalf {
            verdict: Verdict::Unattested,
            rest,
            statement: None,
            who: None,
            evidence: None,
            expires: None,
            evidence_state: EvidenceState::Stands,
        };
    };
    AttestedHalf {
        // Evidence that changed makes it EXPIRED, not UNATTESTED: UNATTESTED is the better of the two, and a statement
        // past its date would rise to it when its evidence is touched (law 2: less to trust is never greener).
        verdict: if standing.in_force { Verdict::Attested } else { Verdict::Expired },
        rest,
        statement: Some(attestation.statement.clone()),
        who: Some(attestation.who.clone()),
        evidence: Some(attestation.evidence.clone()),
        expires: Some(time(standing.end)),
        evidence_state: if clock < standing.end { attestation.evidence_state } else { EvidenceState::Stands },
    }
}

/// An attestation as it stands for one claim.
#[derive(Debug, Clone, Copy)]
struct Standing {
    index: usize,
    end: Moment,
    in_force: bool,
}

/// One for the claim itself goes before one for its item; among several, the one in force that lasts longest.
fn standing(
    stated: &[Attestation],
    clock: Moment,
    item: &str,
    claim: &str,
    cadence_days: Option<u32>,
) -> Option<Standing> {
    let of = |target: &str| {
        stated
            .iter()
            .enumerate()
            // One that is dated after the run's clock says nothing yet.
            .filter(|(_, a)| a.target == target && a.when <= clock)
            .map(|(index, a)| {
                let end = end(a, cadence_days);
                Standing { index, end, in_force: clock < end && a.evidence_state.stands() }
            })
            .max_by_key(|s| (s.in_force, s.end))
    };
    of(claim).filter(|s| s.in_force).or_else(|| of(item)).or_else(|| of(claim))
}

/// When an attestation stops having an effect on a claim: its own end, or the claim's cadence after it was stated.
pub fn end(attestation: &Attestation, cadence_days: Option<u32>) -> Moment {
    // A cadence beyond the calendar's end cuts nothing.
    cadence_days
        .and_then(|days| attestation.when.checked_add_signed(Duration::days(i64::from(days))))
        .map_or(attestation.expires, |cut| attestation.expires.min(cut))
}
