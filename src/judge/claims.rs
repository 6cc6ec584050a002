//! One claim: which of its halves decide it, and how.

use std::collections::BTreeSet;

use super::checks::Table;
use super::{Case, attested, reasons};
use crate::model::{AttestedHalf, By, CheckOutcome, CheckReport, Claim, ClaimReport, Item, Text, Verdict};

/// Decides a claim.
pub(super) fn judge_claim(case: &Case<'_>, table: &Table, item: &Item, claim: &Claim) -> ClaimReport {
    let mut ids: BTreeSet<&str> = claim.checks.iter().map(String::as_str).collect();
    for topic in &claim.see {
        ids.extend(case.catalogue.of_topic(topic).map(|check| check.id.as_str()));
    }
    let checks: Vec<CheckReport> = ids.iter().filter_map(|id| table.report(case, id, &item.urls)).collect();
    let missing: Vec<&str> = claim
        .see
        .iter()
        .map(String::as_str)
        .filter(|topic| case.catalogue.of_topic(topic).next().is_none())
        .chain(claim.checks.iter().map(String::as_str).filter(|id| !case.catalogue.checks.contains_key(*id)))
        .collect();
    let live = live(&checks, !missing.is_empty());
    let by = attested::effective(claim.by, item.answer);
    let half = matches!(by, By::Attest | By::Partial).then(|| attested::half(case, item, claim));
    let verdict = match by {
        By::Live => live,
        By::Partial => half.as_ref().map_or(Verdict::Unattested, |h| h.verdict).min(live),
        By::Attest => half.as_ref().map_or(Verdict::Unattested, |h| h.verdict),
        By::Inherited => match live {
            Verdict::Pass => Verdict::Inherited,
            other => other,
        },
        By::Na => match live {
            Verdict::Fail | Verdict::Inconclusive if has_checks(claim) => live,
            _ => Verdict::Na,
        },
    };
    let reason = reason(by, verdict, live, half.as_ref(), &checks, &missing, claim);
    ClaimReport {
        id: claim.id.clone(),
        text: claim.text.en.clone(),
        text_ja: claim.text.ja.clone(),
        by,
        verdict,
        reason,
        topics: claim.see.clone(),
        concession: item.concessions.first().cloned(),
        live: (by == By::Partial).then_some(live),
        attested: half,
        checks,
    }
}

fn has_checks(claim: &Claim) -> bool {
    !claim.see.is_empty() || !claim.checks.is_empty()
}

/// The live verdict of a claim's checks. `missing`: a topic of it has no check, so a part of it is not looked at.
fn live(checks: &[CheckReport], missing: bool) -> Verdict {
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    if any(CheckOutcome::Fail) {
        Verdict::Fail
    } else if any(CheckOutcome::Unknown) || missing {
        Verdict::Inconclusive
    } else if any(CheckOutcome::Waived) {
        Verdict::Waived
    } else if any(CheckOutcome::Pass) {
        Verdict::Pass
    } else {
        Verdict::Untested
    }
}

fn reason(
    by: By,
    verdict: Verdict,
    live: Verdict,
    half: Option<&AttestedHalf>,
    checks: &[CheckReport],
    missing: &[&str],
    claim: &Claim,
) -> Text {
    match (by, half) {
        (By::Attest, Some(half)) => reasons::of_half(half),
        (By::Partial, Some(half)) if half.verdict < live => reasons::of_half(half),
        (By::Na, _) if verdict == Verdict::Na => reasons::declared(),
        (By::Inherited, _) if verdict == Verdict::Inherited => reasons::inherited(checks),
        _ => reasons::of_checks(live, checks, missing, claim),
    }
}

/// An item that matched nothing: a person may still attest it by its id.
pub(super) fn unmatched(case: &Case<'_>, item: &Item, why: &Text) -> (Verdict, String, Text) {
    let claim = Claim {
        id: item.id.clone(),
        text: Text::same(item.text.clone()),
        by: By::Attest,
        see: Vec::new(),
        checks: Vec::new(),
        rest: None,
        cadence_days: None,
    };
    let half = attested::half(case, item, &claim);
    let reason = if half.verdict == Verdict::Unattested { why.clone() } else { reasons::of_half(&half) };
    (half.verdict, String::new(), reason)
}
