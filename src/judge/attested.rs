//! The half of a claim that a person states.

use chrono::Duration;

use super::{Case, time};
use crate::model::{Attestation, AttestedHalf, Claim, Item, Verdict};

/// What people stated of a claim, at the run's clock.
///
/// One for the claim itself goes before one for its item; among several, the one in date that lasts longest.
pub(super) fn half(case: &Case<'_>, item: &Item, claim: &Claim) -> AttestedHalf {
    let of = |target: &str| best(case, claim, target);
    let found = of(&claim.id).filter(|(_, in_date)| *in_date).or_else(|| of(&item.id)).or_else(|| of(&claim.id));
    let Some((attestation, in_date)) = found else {
        return AttestedHalf {
            verdict: Verdict::Unattested,
            rest: claim.rest.clone(),
            statement: None,
            who: None,
            evidence: None,
            expires: None,
        };
    };
    AttestedHalf {
        verdict: if in_date { Verdict::Attested } else { Verdict::Expired },
        rest: claim.rest.clone(),
        statement: Some(attestation.statement.clone()),
        who: Some(attestation.who.clone()),
        evidence: Some(attestation.evidence.clone()),
        expires: Some(time(end(attestation, claim))),
    }
}

fn best<'a>(case: &Case<'a>, claim: &Claim, target: &str) -> Option<(&'a Attestation, bool)> {
    case.attestations
        .iter()
        // One that is dated after the run's clock says nothing yet.
        .filter(|a| a.target == target && a.when <= case.clock)
        .map(|a| (a, case.clock < end(a, claim)))
        .max_by_key(|(a, in_date)| (*in_date, end(a, claim)))
}

/// When it stops having an effect: its own end, or the claim's cadence after it was stated.
fn end(attestation: &Attestation, claim: &Claim) -> crate::model::Moment {
    match claim.cadence_days {
        Some(days) => attestation.expires.min(attestation.when + Duration::days(i64::from(days))),
        None => attestation.expires,
    }
}
