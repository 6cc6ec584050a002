//! What nobody approved has no effect: not on a verdict, not on what is read.

use std::sync::{LazyLock, Mutex};

use kakunin::model::{Candidate, MappedItem, Mapping, Nature, Proposal, ProposedClaim, Report, Review, Verdict};
use kakunin::pipeline::Inputs;
use kakunin::snapshot::Sealed;
use proptest::prelude::*;

use super::account::{clock, inputs, picks, snapshot};

static INPUTS: LazyLock<Mutex<(Inputs, Mapping, Vec<Proposal>)>> = LazyLock::new(|| {
    let inputs = inputs();
    let (mapping, proposals) = (inputs.mapping.clone(), inputs.mapping.items.iter().map(proposal).collect());
    Mutex::new((inputs, mapping, proposals))
});

/// What would be proposed of an item that has these claims, as surely as can be.
fn proposal(mapped: &MappedItem) -> Proposal {
    let claims = mapped.claims.iter().map(|claim| ProposedClaim {
        id: format!("{}/{}", mapped.item, claim.id.rsplit('/').next().unwrap_or_default()),
        text: claim.text.clone(),
        by: claim.by,
        nature: Nature::Technical,
        confidence: 1.0,
        reason: mapped.reason.clone(),
        topics: claim
            .see
            .iter()
            .map(|topic| Candidate {
                topic: topic.clone(),
                confidence: 1.0,
                reason: mapped.reason.clone(),
                proposed: true,
                checks: Vec::new(),
            })
            .collect(),
        rest: claim.rest.clone(),
        cadence_days: claim.cadence_days,
        limits: Vec::new(),
        from: Some(claim.id.clone()),
    });
    Proposal {
        item: mapped.item.clone(),
        nature: Nature::Technical,
        confidence: 1.0,
        reason: mapped.reason.clone(),
        framework_item: mapped.framework_item.clone(),
        same_as: None,
        proposed_by: "built-in".to_owned(),
        claims: claims.collect(),
    }
}

fn review(of: u8) -> Review {
    let (who, when) = ("officer".to_owned(), clock());
    match of % 5 {
        0 => Review::Approved { who, when },
        1 => Review::Accepted { above: 0.5 },
        2 => Review::Rejected { who, when },
        _ => Review::Proposed,
    }
}

/// All that a verdict is: everything but the words about proposals and the run's own id.
fn verdicts(report: &Report) -> Vec<(String, Verdict, String, Vec<(String, Verdict)>)> {
    let items = report.items.iter();
    items
        .map(|item| {
            let claims = item.claims.iter().map(|claim| (claim.id.clone(), claim.verdict)).collect();
            (item.id.clone(), item.verdict, item.decided_by.clone(), claims)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn a_proposal_that_nobody_approved_changes_no_verdict(
        picks in picks(),
        states in prop::collection::vec(any::<u8>(), 80),
        kept in any::<bool>(),
    ) {
        let mut shared = INPUTS.lock().unwrap();
        let (inputs, mapping, proposals) = &mut *shared;
        let sealed = Sealed::new(snapshot(&inputs.catalogue, &picks)).unwrap();
        let mut with = mapping.clone();
        let mut without = mapping.clone();
        for (index, (there, gone)) in with.items.iter_mut().zip(&mut without.items).enumerate() {
            let state = review(states[index % states.len()]);
            (there.review, gone.review) = (state.clone(), state.clone());
            if !state.decides() {
                gone.claims.clear();
                gone.proposal = None;
                // As sure as can be, and with claims that somebody forgot to take out.
                there.proposal = Some(Proposal { confidence: 1.0, ..proposals[index].clone() });
                if !kept {
                    there.claims.clear();
                }
            }
        }
        inputs.mapping = without;
        let (before, in_use) = (inputs.decide(&sealed, clock()), inputs.in_use());
        inputs.mapping = with;
        let after = inputs.decide(&sealed, clock());
        prop_assert_eq!(verdicts(&before), verdicts(&after));
        prop_assert_eq!(&before.findings, &after.findings);
        prop_assert_eq!(&before.summary, &after.summary);
        prop_assert_eq!(in_use, inputs.in_use());
        for item in after.items.iter().filter(|item| !item.matched.review.decides()) {
            prop_assert_eq!(item.verdict, Verdict::Unattested, "{} is decided by nobody", item.id);
            prop_assert!(!item.reason.is_empty() && !item.reason_ja.is_empty());
        }
    }
}
