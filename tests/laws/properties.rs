use std::sync::{LazyLock, Mutex};

use chrono::Duration;
use kakunin::model::{
    Attestation, By, CheckOutcome, ClaimReport, EvidenceState, Outcome, Report, Snapshot, Verdict, Waiver,
};
use kakunin::pipeline::Inputs;
use kakunin::snapshot::Sealed;
use proptest::prelude::*;

use super::account::{clock, inputs, picks, snapshot};
use super::faults::{apply, faults};

static INPUTS: LazyLock<Inputs> = LazyLock::new(inputs);
/// Inputs of the property that states things of its own.
static STATED: LazyLock<Mutex<Inputs>> = LazyLock::new(|| Mutex::new(inputs()));

pub fn decide(inputs: &Inputs, snapshot: Snapshot) -> Report {
    inputs.decide(&Sealed::new(snapshot).unwrap(), clock())
}

/// Cases of each property; `KAKUNIN_CASES` asks for more.
pub fn config() -> ProptestConfig {
    let cases = std::env::var("KAKUNIN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(120);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Law 2: whether a verdict that was `before` may be `after` when less is seen.
fn may_become(before: Verdict, after: Verdict) -> bool {
    after <= before || (before == Verdict::Fail && after == Verdict::Inconclusive)
}

pub fn law_2(before: &Report, after: &Report) -> Result<(), String> {
    for (was, is) in before.items.iter().zip(&after.items) {
        for (was_claim, is_claim) in was.claims.iter().zip(&is.claims) {
            if !may_become(was_claim.verdict, is_claim.verdict) {
                return Err(format!("{}: {:?} became {:?}", was_claim.id, was_claim.verdict, is_claim.verdict));
            }
        }
        // An item's verdict is the worst of its claims', so where a claim's FAIL became INCONCLUSIVE the item's may be
        // the worst of the others; never better than INCONCLUSIVE.
        if !may_become(was.verdict, is.verdict) {
            return Err(format!("item {}: {:?} became {:?}", was.id, was.verdict, is.verdict));
        }
    }
    Ok(())
}

/// Attestations of a few items and claims, in and out of date, before and after the clock.
fn stated() -> impl Strategy<Value = Vec<Attestation>> {
    let claims: Vec<(String, String)> = INPUTS
        .mapping
        .items
        .iter()
        .flat_map(|m| m.claims.iter().map(|c| (m.item.clone(), c)))
        .filter(|(_, c)| matches!(c.by, By::Attest | By::Partial))
        .map(|(item, c)| (item, c.id.clone()))
        .take(6)
        .collect();
    let targets: Vec<String> = claims.into_iter().flat_map(|(item, claim)| [item, claim]).collect();
    let one = (prop::sample::select(targets), -500i64..20, -50i64..500).prop_map(|(target, when, ends)| Attestation {
        target,
        statement: "so it is".into(),
        who: "officer".into(),
        when: clock() + Duration::days(when),
        evidence: "rule.pdf".into(),
        evidence_sha256: Some("00".repeat(32)),
        evidence_state: EvidenceState::Stands,
        expires: clock() + Duration::days(ends.max(when + 1)),
    });
    prop::collection::vec(one, 0..12)
}

proptest! {
    #![proptest_config(config())]

    /// Law 1: no green on nothing.
    #[test]
    fn no_green_on_nothing(picks in picks()) {
        let report = decide(&INPUTS, snapshot(&INPUTS.catalogue, &picks));
        for claim in report.items.iter().flat_map(|item| &item.claims) {
            for check in &claim.checks {
                if check.outcome == CheckOutcome::Pass {
                    prop_assert!(check.population.passed > 0, "{} passes on nothing", check.id);
                }
            }
            let green = matches!(claim.verdict, Verdict::Pass | Verdict::Inherited | Verdict::Waived);
            let passing = claim.checks.iter().any(|c| matches!(c.outcome, CheckOutcome::Pass | CheckOutcome::Waived));
            prop_assert!(!green || passing, "{} is {:?} without a finding", claim.id, claim.verdict);
        }
    }

    /// Law 2: less seen, never greener.
    #[test]
    fn less_seen_is_never_greener(picks in picks(), faults in faults()) {
        let whole = snapshot(&INPUTS.catalogue, &picks);
        let mut broken = whole.clone();
        for fault in &faults {
            apply(&mut broken, fault);
        }
        let (before, after) = (decide(&INPUTS, whole), decide(&INPUTS, broken));
        if let Err(why) = law_2(&before, &after) {
            prop_assert!(false, "{why}");
        }
    }

    /// Law 3: every item is in the report, in order, with a reason.
    #[test]
    fn nothing_is_dropped(picks in picks(), faults in faults()) {
        let mut seen = snapshot(&INPUTS.catalogue, &picks);
        for fault in &faults {
            apply(&mut seen, fault);
        }
        let report = decide(&INPUTS, seen);
        let ids: Vec<&str> = report.items.iter().map(|i| i.id.as_str()).collect();
        let wanted: Vec<&str> = INPUTS.sheet.items.iter().map(|i| i.id.as_str()).collect();
        prop_assert_eq!(ids, wanted);
        for item in &report.items {
            prop_assert!(!item.reason.is_empty() && !item.reason_ja.is_empty(), "{} has no reason", item.id);
        }
    }

    /// Law 4: same evidence, same verdict: also through the sealed file.
    #[test]
    fn the_same_evidence_gives_the_same_bytes(picks in picks()) {
        let sealed = Sealed::new(snapshot(&INPUTS.catalogue, &picks)).unwrap();
        let again = Sealed::from_bytes(std::path::Path::new("x"), &sealed.to_bytes().unwrap()).unwrap();
        let bytes = |sealed: &Sealed| serde_json::to_vec(&INPUTS.decide(sealed, clock())).unwrap();
        prop_assert_eq!(bytes(&sealed), bytes(&again));
    }

    /// Law 5: a waiver or attestation has no effect from the second that it ends.
    #[test]
    fn nothing_holds_past_its_date(picks in picks(), before in 1i64..100_000) {
        let seen = snapshot(&INPUTS.catalogue, &picks);
        // What fails in the last second: some checks fail by age, and not yet at the clock.
        let sealed = Sealed::new(seen).unwrap();
        let plain = INPUTS.decide(&sealed, clock() + Duration::seconds(before - 1));
        let waivers: Vec<Waiver> = plain
            .findings
            .iter()
            .filter(|f| f.outcome == Outcome::Fail)
            .map(|f| Waiver {
                check: f.check.clone(),
                resource: f.resource.name().to_string(),
                why: "accepted".into(),
                who: "officer".into(),
                ticket: None,
                until: clock() + Duration::seconds(before),
            })
            .collect();
        let attestations: Vec<Attestation> = INPUTS
            .sheet
            .items
            .iter()
            .map(|item| Attestation {
                target: item.id.clone(),
                statement: "so it is".into(),
                who: "officer".into(),
                when: clock() - Duration::days(1),
                evidence: "https://example.com/evidence".into(),
                evidence_sha256: None,
                evidence_state: EvidenceState::Stands,
                expires: clock() + Duration::seconds(before),
            })
            .collect();
        let mut inputs = STATED.lock().unwrap();
        (inputs.waivers, inputs.attestations) = (waivers, attestations);
        let last = inputs.decide(&sealed, clock() + Duration::seconds(before - 1));
        let over = inputs.decide(&sealed, clock() + Duration::seconds(before));
        prop_assert!(last.findings.iter().all(|f| f.outcome != Outcome::Fail), "a valid waiver does not cover");
        prop_assert!(over.findings.iter().all(|f| f.outcome != Outcome::Waived), "a waiver outlives its date");
        let attested = |report: &Report, verdict: Verdict| {
            report.items.iter().flat_map(|i| &i.claims).filter(|c| c.by == By::Attest && c.verdict == verdict).count()
        };
        prop_assert!(attested(&last, Verdict::Attested) > 0);
        prop_assert_eq!(attested(&over, Verdict::Attested), 0);
        prop_assert_eq!(attested(&over, Verdict::Expired), attested(&last, Verdict::Attested));
    }

    /// Law 2, of what people state: evidence that changed or is gone never makes anything greener, nor does an
    /// attestation that is taken away.
    #[test]
    fn less_to_trust_is_never_greener(stated in stated(), broken in prop::collection::vec(0usize..4, 12)) {
        let sealed = Sealed::new(snapshot(&INPUTS.catalogue, &[])).unwrap();
        let mut inputs = STATED.lock().unwrap();
        (inputs.waivers, inputs.attestations) = (Vec::new(), stated);
        let before = inputs.decide(&sealed, clock());
        let mut how = broken.iter();
        for attestation in &mut inputs.attestations {
            attestation.evidence_state = match how.next() {
                Some(0) => EvidenceState::Changed,
                Some(1) => EvidenceState::Gone,
                _ => EvidenceState::Stands,
            };
        }
        let after = inputs.decide(&sealed, clock());
        for (a, b) in before.items.iter().zip(&after.items) {
            prop_assert!(b.verdict <= a.verdict, "{}: {:?} became {:?}", a.id, a.verdict, b.verdict);
            for (a, b) in a.claims.iter().zip(&b.claims) {
                prop_assert!(b.verdict <= a.verdict, "{}: {:?} became {:?}", a.id, a.verdict, b.verdict);
            }
        }
        // A statement whose evidence does not stand holds nothing up.
        let trusted: Vec<Attestation> =
            inputs.attestations.iter().filter(|a| a.evidence_state.stands()).cloned().collect();
        inputs.attestations = trusted;
        let without = inputs.decide(&sealed, clock());
        for (a, b) in after.items.iter().flat_map(|i| &i.claims).zip(without.items.iter().flat_map(|i| &i.claims)) {
            let attested = |c: &ClaimReport| c.attested.as_ref().is_some_and(|half| half.verdict == Verdict::Attested);
            prop_assert_eq!(attested(a), attested(b), "{}", &a.id);
        }
    }

    /// Law 7: every finding names observations that are there, and a command.
    #[test]
    fn every_word_has_evidence(picks in picks(), faults in faults()) {
        let mut seen = snapshot(&INPUTS.catalogue, &picks);
        for fault in &faults {
            apply(&mut seen, fault);
        }
        let report = decide(&INPUTS, seen);
        let known: Vec<&str> = report.evidence.iter().map(|e| e.id.as_str()).collect();
        for finding in &report.findings {
            if matches!(finding.outcome, Outcome::Pass | Outcome::Fail) {
                prop_assert!(!finding.evidence.is_empty(), "{} has no evidence", finding.check);
                let there = finding.evidence.iter().any(|id| known.contains(&id.as_str()));
                prop_assert!(there, "{} names evidence that is not there", finding.check);
                prop_assert!(!finding.reproduce.is_empty(), "{} cannot be repeated", finding.check);
            }
        }
    }
}

/// An account of which nothing was seen is green nowhere.
#[test]
fn an_unseen_account_is_green_nowhere() {
    let mut nothing = snapshot(&INPUTS.catalogue, &[]);
    nothing.observations.clear();
    nothing.coverage.clear();
    let report = decide(&INPUTS, nothing);
    let outside = ["published-page", "tls-endpoints"];
    for claim in report.items.iter().flat_map(|i| &i.claims).filter(|c| matches!(c.by, By::Live | By::Inherited)) {
        // No page and no endpoint was named, so there is nothing of theirs that could have been seen.
        let wanted = if claim.topics.iter().all(|t| outside.contains(&t.as_str())) {
            Verdict::Untested
        } else {
            Verdict::Inconclusive
        };
        assert_eq!(claim.verdict, wanted, "{}", claim.id);
    }
}
