//! What people stated and accepted, at the boundaries of their dates.

use std::sync::LazyLock;

use chrono::Duration;

use super::*;
use crate::model::{Answer, By, Claim, EvidenceState, Reminder, ReminderOf};

const SHEET: &str =
    "番号\t確認事項\t実施の有無\t備考\n1\t手順書を定めている\t○\t\n2\t教育を行っている\t○\t\n3\t独自の項目\t○\t\n";

static PLACE: LazyLock<(Sheet, Mapping)> = LazyLock::new(|| {
    let sheet = crate::sheet::read_bytes("sheet.tsv", SHEET.as_bytes()).unwrap();
    let claim = |id: &str, by: By, cadence_days: Option<u32>| Claim {
        id: id.to_owned(),
        text: Text::same(id),
        by,
        see: Vec::new(),
        checks: Vec::new(),
        rest: Some(Text::new("改訂の記録", "record of the revision")),
        cadence_days,
    };
    let mapped = |item: &str, claims: Vec<Claim>| MappedItem {
        item: item.to_owned(),
        framework_item: None,
        confidence: 1.0,
        reason: Text::same("given"),
        claims,
        review: Default::default(),
        proposal: None,
    };
    let mapping = Mapping {
        items: vec![
            mapped("1", vec![claim("f/1/written", By::Attest, None), claim("f/1/reviewed", By::Partial, Some(365))]),
            mapped("2", vec![claim("f/2/trained", By::Attest, Some(100)), claim("f/2/live", By::Live, None)]),
        ],
    };
    (sheet, mapping)
});

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

const END: &str = "2026-12-31T00:00:00Z";

fn attestation(target: &str, when: &str, expires: &str) -> Attestation {
    Attestation {
        target: target.into(),
        statement: "so it is".into(),
        who: "山田".into(),
        when: at(when),
        evidence: "docs/rule.pdf".into(),
        evidence_sha256: Some("00".repeat(32)),
        evidence_state: EvidenceState::Stands,
        expires: at(expires),
    }
}

fn waiver(until: &str) -> Waiver {
    Waiver {
        check: "rds/instance-multi-az".into(),
        resource: "orders db".into(),
        why: "retired soon".into(),
        who: "CTO".into(),
        ticket: None,
        until: at(until),
    }
}

fn verdicts(stated: &[Attestation], clock: Moment) -> Vec<(String, Verdict)> {
    let (sheet, mapping) = &*PLACE;
    asked(sheet, mapping, stated, clock).iter().map(|a| (a.target().to_owned(), a.half.verdict)).collect()
}

fn of(stated: &[Attestation], target: &str, clock: Moment) -> Verdict {
    verdicts(stated, clock).into_iter().find(|(t, _)| t == target).unwrap().1
}

fn remind(stated: &[Attestation], waivers: &[Waiver], clock: Moment) -> Vec<Reminder> {
    let (sheet, mapping) = &*PLACE;
    reminders(sheet, mapping, stated, waivers, clock)
}

#[test]
fn everything_that_a_person_has_to_state_is_asked_and_nothing_else() {
    let all = verdicts(&[], at("2026-06-01T00:00:00Z"));
    let targets: Vec<&str> = all.iter().map(|(target, _)| target.as_str()).collect();
    assert_eq!(targets, ["f/1/written", "f/1/reviewed", "f/2/trained", "3"]);
    assert!(all.iter().all(|(_, verdict)| *verdict == Verdict::Unattested));
}

#[test]
fn a_declaration_of_not_applicable_asks_nobody() {
    let mut sheet = PLACE.0.clone();
    for item in &mut sheet.items {
        item.answer = Answer::Na;
    }
    let left = asked(&sheet, &PLACE.1, &[], at(END));
    let targets: Vec<&str> = left.iter().map(Asked::target).collect();
    assert_eq!(targets, ["f/1/reviewed", "3"]);
}

#[test]
fn evidence_that_changed_or_is_gone_takes_the_effect_and_never_helps() {
    let (during, after) = (at("2026-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z"));
    let good = attestation("f/1/written", "2026-01-01T00:00:00Z", END);
    for state in [EvidenceState::Changed, EvidenceState::Gone] {
        let bad = Attestation { evidence_state: state, ..good.clone() };
        assert_eq!(of(std::slice::from_ref(&bad), "f/1/written", during), Verdict::Expired);
        // Past its date, too, it is no better than what it was before.
        assert_eq!(of(std::slice::from_ref(&bad), "f/1/written", after), Verdict::Expired);
        // One that stands goes before it, however short.
        let short = attestation("f/1/written", "2026-05-01T00:00:00Z", "2026-06-02T00:00:00Z");
        assert_eq!(of(&[bad, short], "f/1/written", during), Verdict::Attested);
    }
}

#[test]
fn reminders_begin_and_change_on_the_second() {
    let stated = [attestation("f/1/written", "2026-01-01T00:00:00Z", END)];
    let waivers = [waiver(END)];
    let end = at(END);
    let seconds = |days: i64, seconds: i64| end - Duration::days(days) + Duration::seconds(seconds);
    for (clock, within, days_left) in [
        (seconds(30, -1), None, 30),
        (seconds(30, 0), Some(30), 30),
        (seconds(30, 1), Some(30), 29),
        (seconds(7, -1), Some(30), 7),
        (seconds(7, 0), Some(7), 7),
        (seconds(0, -1), Some(7), 0),
        (seconds(0, 0), Some(0), 0),
        (seconds(0, 1), Some(0), 0),
    ] {
        let found = remind(&stated, &waivers, clock);
        let wanted: Vec<_> = within
            .map(|within| [(ReminderOf::Attestation, within, days_left), (ReminderOf::Waiver, within, days_left)])
            .into_iter()
            .flatten()
            .collect();
        let seen: Vec<_> = found.iter().map(|r| (r.kind, r.within, r.days_left)).collect();
        assert_eq!(seen, wanted, "{clock}");
        // Law 5: it says "has ended" exactly when it has no effect.
        let attested = of(&stated, "f/1/written", clock) == Verdict::Attested;
        assert_eq!(attested, clock < end);
        assert!(found.iter().all(|r| (r.within == 0) != attested), "{clock}");
    }
}

#[test]
fn a_cadence_ends_a_statement_early_and_the_reminder_knows() {
    let stated = [attestation("2", "2026-01-01T00:00:00Z", END)];
    // 100 days after New Year.
    let cut = at("2026-04-11T00:00:00Z");
    assert_eq!(of(&stated, "f/2/trained", cut - Duration::seconds(1)), Verdict::Attested);
    assert_eq!(of(&stated, "f/2/trained", cut), Verdict::Expired);
    let found = remind(&stated, &[], cut - Duration::days(3));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].ends.as_str(), found[0].within, found[0].days_left), ("2026-04-11T00:00:00Z", 7, 3));
    assert_eq!(found[0].claims, ["f/2/trained"]);
    assert!(found[0].text.ja.contains("残り 3 日") && found[0].text.en.contains("3 days left"));
}

#[test]
fn a_renewed_one_is_not_told_again() {
    let old = attestation("f/1/written", "2026-01-01T00:00:00Z", "2026-06-10T00:00:00Z");
    let new = attestation("f/1/written", "2026-05-01T00:00:00Z", "2027-06-10T00:00:00Z");
    let clock = at("2026-06-09T00:00:00Z");
    assert_eq!(remind(std::slice::from_ref(&old), &[], clock).len(), 1);
    assert!(remind(&[old.clone(), new.clone()], &[], clock).is_empty());
    assert!(remind(&[new, old], &[], clock + Duration::days(30)).is_empty());
    let waivers = [waiver("2026-06-10T00:00:00Z"), waiver("2027-06-10T00:00:00Z")];
    assert!(remind(&[], &waivers, clock).is_empty());
    let ended = remind(&[], &waivers[..1], clock + Duration::days(30));
    assert_eq!(ended[0].within, 0);
    assert!(ended[0].text.en.contains("kakunin waive rds/instance-multi-az 'orders db'"), "{}", ended[0].text.en);
}

#[test]
fn a_statement_for_the_item_holds_for_each_claim_until_its_own_end() {
    let stated = [attestation("1", "2026-01-01T00:00:00Z", "2027-01-15T00:00:00Z")];
    let found = remind(&stated, &[], at("2026-12-31T00:00:00Z"));
    let seen: Vec<_> = found.iter().map(|r| (r.claims.join(","), r.ends.as_str())).collect();
    assert_eq!(
        seen,
        [("f/1/reviewed".to_owned(), "2027-01-01T00:00:00Z"), ("f/1/written".to_owned(), "2027-01-15T00:00:00Z")]
    );
}

#[test]
fn a_cadence_beyond_the_calendar_cuts_nothing() {
    let a = attestation("1", "2026-01-01T00:00:00Z", END);
    assert_eq!(attestation_end(&a, Some(u32::MAX)), at(END));
}

#[test]
fn a_proposal_that_waits_asks_for_its_review_and_for_no_claim_of_it() {
    let (sheet, mut mapping) = PLACE.clone();
    mapping.items[0].review = crate::model::Review::Proposed;
    mapping.items[0].reason = Text::same("waits for review");
    let all = asked(&sheet, &mapping, &[], at(END));
    assert_eq!(all[0].target(), "1");
    assert_eq!(all[0].reason().en, "waits for review");
    // By its item a person may state it all the same.
    let stated = [attestation("1", "2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z")];
    assert_eq!(asked(&sheet, &mapping, &stated, at(END))[0].half.verdict, Verdict::Attested);
    // A statement for a claim that is only proposed has no effect.
    let stated = [attestation("f/1/written", "2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z")];
    assert!(asked(&sheet, &mapping, &stated, at(END)).iter().all(|a| a.half.verdict == Verdict::Unattested));
}
