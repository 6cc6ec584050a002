//! Small reports for tests of what follows a run: written by hand with [`item`], [`claim`] and [`check`], or generated as
//! random histories with [`histories`]. Verdicts follow from the findings as the judge's do, so that no history shows what
//! no run can show.

use std::collections::BTreeMap;

use chrono::{Duration, TimeZone, Utc};
use proptest::prelude::*;

use crate::model::{
    Agreement, Answer, By, CheckOutcome, CheckReport, ClaimReport, Finding, Gap, GapReason, ItemReport, MatchReport,
    Moment, NamedDigest, Outcome, Population, REPORT_SCHEMA, Reminder, ReminderOf, Report, ResourceRef, Review,
    RunInfo, Scope, Summary, Text, Verdict,
};

/// Accounts that resources are in, by their number.
pub(crate) const ACCOUNTS: [&str; 2] = ["123456789012", "111122223333"];
/// Topics of claims, by their number.
pub(crate) const TOPICS: [&str; 3] = ["encryption-at-rest", "multi-az", "backup"];
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

/// The clock of the nth nightly run, from 0.
pub(crate) fn night(n: i64) -> Moment {
    Utc.with_ymd_and_hms(2026, 1, 1, 3, 0, 0).unwrap() + Duration::days(n)
}

/// One resource under a check: its number and what the check says of it.
pub(crate) type Seen = (u8, Outcome);

/// A check with what it found.
#[derive(Debug, Clone)]
pub(crate) struct CheckScene {
    pub(crate) id: String,
    pub(crate) severity: &'static str,
    pub(crate) seen: Vec<Seen>,
    /// Whether a listing that it needs was refused.
    pub(crate) gap: bool,
}

/// A claim: decided by its checks, or by a person.
#[derive(Debug, Clone)]
pub(crate) struct ClaimScene {
    pub(crate) id: String,
    pub(crate) topics: Vec<String>,
    pub(crate) checks: Vec<CheckScene>,
    /// The verdict where no check decides it.
    pub(crate) stated: Option<Verdict>,
}

/// An item with its claims.
#[derive(Debug, Clone)]
pub(crate) struct ItemScene {
    pub(crate) id: String,
    pub(crate) claims: Vec<ClaimScene>,
}

/// An item.
pub(crate) fn item(id: &str, claims: Vec<ClaimScene>) -> ItemScene {
    ItemScene { id: id.to_owned(), claims }
}

/// A claim that one check decides.
pub(crate) fn claim(id: &str, topic: &str, check: CheckScene) -> ClaimScene {
    ClaimScene { id: id.to_owned(), topics: vec![topic.to_owned()], checks: vec![check], stated: None }
}

/// A claim that a person states, or not.
pub(crate) fn stated(id: &str, verdict: Verdict) -> ClaimScene {
    ClaimScene { id: id.to_owned(), topics: Vec::new(), checks: Vec::new(), stated: Some(verdict) }
}

/// A check with its findings on resources of these numbers.
pub(crate) fn check(id: &str, severity: &'static str, seen: &[Seen]) -> CheckScene {
    CheckScene { id: id.to_owned(), severity, seen: seen.to_vec(), gap: false }
}

/// The resource of a number: odd ones are in the second account.
pub(crate) fn resource(number: u8) -> ResourceRef {
    let account = ACCOUNTS[usize::from(number % 2)];
    ResourceRef {
        kind: "AWS::RDS::DBInstance".to_owned(),
        id: format!("db-{number}"),
        arn: Some(format!("arn:aws:rds:ap-northeast-1:{account}:db:db-{number}")),
        account: account.to_owned(),
        region: "ap-northeast-1".to_owned(),
    }
}

/// An attestation of an item that ends within so many days.
pub(crate) fn reminder(target: &str, ends: Moment, within: u32) -> Reminder {
    Reminder {
        kind: ReminderOf::Attestation,
        target: target.to_owned(),
        resource: None,
        claims: Vec::new(),
        who: "Hanako Sato".to_owned(),
        ends: ends.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        days_left: i64::from(within),
        within,
        text: Text::new(
            format!("{target} の表明の期限が近づいています"),
            format!("the statement for {target} runs out"),
        ),
    }
}

/// The report of a run that found this.
pub(crate) fn report(clock: Moment, items: &[ItemScene]) -> Report {
    let mut findings: Vec<Finding> = items
        .iter()
        .flat_map(|item| &item.claims)
        .flat_map(|claim| &claim.checks)
        .flat_map(|check| check.seen.iter().map(|(number, outcome)| finding(&check.id, *number, *outcome)))
        .collect();
    let key = |f: &Finding| (f.check.clone(), f.resource.account.clone(), f.resource.id.clone());
    findings.sort_by_key(key);
    findings.dedup_by_key(|f| key(f));
    let mut gaps = Vec::new();
    let items: Vec<ItemReport> = items.iter().map(|item| item_report(item, &findings, &mut gaps)).collect();
    let count = |labels: Vec<&'static str>, of: &dyn Fn(&ItemReport) -> &'static str| -> BTreeMap<String, usize> {
        let counted = |label: &str| items.iter().filter(|item| of(item) == label).count();
        labels.into_iter().map(|label| (label.to_owned(), counted(label))).collect()
    };
    let summary = Summary {
        items: items.len(),
        by_verdict: count(Verdict::ALL.iter().map(|v| v.label()).collect(), &|item| item.verdict.label()),
        by_agreement: count(Agreement::ALL.iter().map(|a| a.label()).collect(), &|item| item.agreement.label()),
    };
    let time = clock.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    Report {
        schema: REPORT_SCHEMA.to_owned(),
        run: RunInfo {
            id: format!("{:016x}", clock.timestamp()),
            started: time.clone(),
            finished: time.clone(),
            clock: time,
            tool_version: "0.1.0".to_owned(),
            sheet: digest("sheet"),
            snapshot: digest("snapshot"),
            catalogue: digest("catalogue"),
            scope: Scope::default(),
            accounts: ACCOUNTS.iter().map(|id| ((*id).to_owned(), vec!["ap-northeast-1".to_owned()])).collect(),
            api_calls: 12,
            parts: Vec::new(),
        },
        summary,
        items,
        findings,
        gaps,
        evidence: Vec::new(),
        unread: Vec::new(),
        warnings: Vec::new(),
        reminders: Vec::new(),
    }
}

fn digest(name: &str) -> NamedDigest {
    NamedDigest { name: name.to_owned(), sha256: "0".repeat(64) }
}

fn finding(check: &str, number: u8, outcome: Outcome) -> Finding {
    let known = outcome != Outcome::Unknown;
    Finding {
        check: check.to_owned(),
        resource: resource(number),
        outcome,
        expected: "MultiAZ == true".to_owned(),
        observed: known
            .then(|| BTreeMap::from([("MultiAZ".to_owned(), (outcome == Outcome::Pass).into())]))
            .unwrap_or_default(),
        note: if known { String::new() } else { "not read".to_owned() },
        evidence: vec![format!("o-{number}")],
        reproduce: format!("aws rds describe-db-instances --db-instance-identifier db-{number}"),
    }
}

fn item_report(scene: &ItemScene, findings: &[Finding], gaps: &mut Vec<Gap>) -> ItemReport {
    let claims: Vec<ClaimReport> = scene.claims.iter().map(|claim| claim_report(claim, findings, gaps)).collect();
    let decided = claims.iter().min_by_key(|claim| claim.verdict);
    let verdict = decided.map_or(Verdict::Unattested, |claim| claim.verdict);
    ItemReport {
        id: scene.id.clone(),
        section: "1 General".to_owned(),
        text: format!("Question {}", scene.id),
        answer: Answer::Yes,
        answer_text: "○".to_owned(),
        remark: String::new(),
        verdict,
        agreement: match verdict {
            Verdict::Fail => Agreement::Contradicted,
            verdict if verdict.holds() => Agreement::Confirmed,
            _ => Agreement::Unproven,
        },
        decided_by: decided.map(|claim| claim.id.clone()).unwrap_or_default(),
        reason: format!("it is {}", verdict.label()),
        reason_ja: format!("{} です", verdict.label()),
        matched: MatchReport {
            framework_item: None,
            confidence: 1.0,
            reason: Text::same("number"),
            review: Review::BuiltIn,
            proposed: Vec::new(),
        },
        claims,
    }
}

fn claim_report(scene: &ClaimScene, findings: &[Finding], gaps: &mut Vec<Gap>) -> ClaimReport {
    let checks: Vec<CheckReport> = scene.checks.iter().map(|check| check_report(check, findings, gaps)).collect();
    let verdict = match (scene.stated, checks.iter().map(|check| check.outcome).min()) {
        (Some(verdict), _) => verdict,
        (None, Some(CheckOutcome::Fail)) => Verdict::Fail,
        (None, Some(CheckOutcome::Unknown)) => Verdict::Inconclusive,
        (None, Some(CheckOutcome::Untested) | None) => Verdict::Untested,
        (None, Some(CheckOutcome::Waived)) => Verdict::Waived,
        (None, Some(CheckOutcome::Pass)) => Verdict::Pass,
    };
    ClaimReport {
        id: scene.id.clone(),
        text: format!("Claim {}", scene.id),
        text_ja: format!("主張 {}", scene.id),
        by: if scene.checks.is_empty() { By::Attest } else { By::Live },
        verdict,
        reason: Text::same(verdict.label()),
        topics: scene.topics.clone(),
        concession: None,
        live: None,
        attested: None,
        checks,
    }
}

fn check_report(scene: &CheckScene, findings: &[Finding], gaps: &mut Vec<Gap>) -> CheckReport {
    let positions: Vec<usize> =
        findings.iter().enumerate().filter(|(_, f)| f.check == scene.id).map(|(position, _)| position).collect();
    let of = |outcome| positions.iter().filter(|position| findings[**position].outcome == outcome).count();
    let population = Population {
        seen: positions.len(),
        in_scope: positions.len(),
        passed: of(Outcome::Pass),
        failed: of(Outcome::Fail),
        waived: of(Outcome::Waived),
        unknown: of(Outcome::Unknown),
    };
    let mut unread = Vec::new();
    if scene.gap {
        unread.push(gaps.len());
        gaps.push(Gap {
            account: ACCOUNTS[0].to_owned(),
            region: "ap-northeast-1".to_owned(),
            operation: "rds:DescribeDBInstances".to_owned(),
            resource: None,
            reason: GapReason::Denied,
            detail: "not authorized to perform: rds:DescribeDBInstances".to_owned(),
        });
    }
    CheckReport {
        id: scene.id.clone(),
        title: Text::same(&scene.id),
        severity: scene.severity.to_owned(),
        outcome: match population {
            Population { failed: 1.., .. } => CheckOutcome::Fail,
            Population { unknown: 1.., .. } => CheckOutcome::Unknown,
            _ if scene.gap => CheckOutcome::Unknown,
            Population { in_scope: 0, .. } => CheckOutcome::Untested,
            Population { waived: 1.., .. } => CheckOutcome::Waived,
            _ => CheckOutcome::Pass,
        },
        population,
        params: BTreeMap::new(),
        gaps: unread,
        findings: positions,
    }
}

/// What happens to an item from one night to the next.
#[derive(Debug, Clone)]
enum Step {
    Stays,
    Goes,
    Becomes(Vec<ClaimScene>),
}

fn some_claims(item: usize) -> impl Strategy<Value = Vec<ClaimScene>> {
    let outcome = prop_oneof![
        8 => Just(Outcome::Pass),
        1 => Just(Outcome::Fail),
        1 => Just(Outcome::Unknown),
        1 => Just(Outcome::Waived),
    ];
    let seen = prop::collection::btree_map(0..9u8, outcome, 0..8).prop_map(|seen| seen.into_iter().collect());
    let live = (seen, prop::bool::weighted(0.1)).prop_map(|(seen, gap): (Vec<Seen>, bool)| Ok((seen, gap)));
    let verdicts = [Verdict::Expired, Verdict::Unattested, Verdict::Attested, Verdict::Inherited, Verdict::Na];
    let by_person = prop::sample::select(verdicts.to_vec()).prop_map(Err);
    let claim = prop::option::weighted(0.8, prop_oneof![3 => live, 1 => by_person]);
    prop::collection::vec(claim, 3).prop_map(move |claims| {
        let scene = |(number, claim): (usize, Option<Result<(Vec<Seen>, bool), Verdict>>)| {
            let id = format!("family/{item}/{number}");
            Some(match claim? {
                Ok((seen, gap)) => ClaimScene {
                    topics: vec![TOPICS[number].to_owned()],
                    checks: vec![CheckScene {
                        id: format!("rds/check-{item}-{number}"),
                        severity: SEVERITIES[(item + number) % SEVERITIES.len()],
                        seen,
                        gap,
                    }],
                    id,
                    stated: None,
                },
                Err(verdict) => stated(&id, verdict),
            })
        };
        claims.into_iter().enumerate().filter_map(scene).collect()
    })
}

fn some_step(item: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Stays),
        1 => Just(Step::Goes),
        4 => some_claims(item).prop_map(Step::Becomes),
    ]
}

/// Histories of 1 to 7 nightly runs over at most five items: verdicts of every kind come and go, claims and items too,
/// populations fall, listings are refused, statements run out.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Report>> {
    let steps: Vec<_> = (0..5usize).map(some_step).collect();
    let dates = prop::collection::vec((1..4u8, prop::sample::select(vec![0u32, 7, 30]), 0..2i64), 0..3);
    prop::collection::vec((steps, dates), 1..8).prop_map(|nights| {
        let mut now: BTreeMap<usize, Vec<ClaimScene>> = BTreeMap::new();
        let mut reports = Vec::new();
        for (n, (steps, dates)) in nights.into_iter().enumerate() {
            for (item, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Stays => {}
                    Step::Goes => {
                        now.remove(&item);
                    }
                    Step::Becomes(claims) => {
                        now.insert(item, claims);
                    }
                }
            }
            let scenes: Vec<ItemScene> =
                now.iter().map(|(number, claims)| item(&format!("1.{number}"), claims.clone())).collect();
            let mut report = report(night(i64::try_from(n).unwrap()), &scenes);
            report.reminders = dates
                .into_iter()
                .map(|(number, within, renewed)| reminder(&format!("1.{number}"), night(100 + renewed), within))
                .collect();
            reports.push(report);
        }
        reports
    })
}
