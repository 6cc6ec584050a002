//! Random histories: whatever happens from night to night, every run comes back to the byte, and the state is what the
//! last report says.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::sample::{day, finding, item, report, transition};
use super::*;
use crate::model::{AuditWindow, ChangeKind, Finding, HistorySettings, ItemReport, Moment, Outcome, Verdict};

/// What one night looks like, by numbers.
#[derive(Debug, Clone)]
struct Night {
    /// Item → verdicts of its claims, each by a check.
    items: Vec<(usize, Vec<(usize, usize)>)>,
    /// Check, resource, outcome, value.
    findings: Vec<(usize, usize, usize, u8)>,
    /// Whether findings are in the order that `judge` gives them.
    sorted: bool,
    /// Whether the same finding may be there twice.
    twice: bool,
    nonce: u64,
    told: Vec<usize>,
}

fn nights() -> impl Strategy<Value = Vec<Night>> {
    let items = vec((0..5_usize, vec((0..Verdict::ALL.len(), 0..4_usize), 0..3)), 0..5);
    let findings = vec((0..4_usize, 0..7_usize, 0..4_usize, 0..3_u8), 0..25);
    let night = (items, findings, any::<bool>(), any::<bool>(), 0..3_u64, vec(0..5_usize, 0..3)).prop_map(
        |(items, findings, sorted, twice, nonce, told)| Night { items, findings, sorted, twice, nonce, told },
    );
    vec(night, 1..7)
}

fn reports(nights: &[Night]) -> Vec<Report> {
    (0..).zip(nights).map(|(at, night)| night.report(day(at))).collect()
}

impl Night {
    fn report(&self, clock: Moment) -> Report {
        let outcomes = [Outcome::Fail, Outcome::Unknown, Outcome::Waived, Outcome::Pass];
        let mut seen = BTreeSet::new();
        let mut findings: Vec<Finding> = Vec::new();
        for (check, resource, outcome, value) in &self.findings {
            if seen.insert((check, resource)) || self.twice {
                let value = serde_json::json!({"z": value, "a": [{"y": 0.5, "b": null}]});
                findings.push(finding(*check, *resource, outcomes[*outcome], value));
            }
        }
        if self.sorted {
            findings.sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
        }
        let mut names = BTreeSet::new();
        let mut items: Vec<ItemReport> = Vec::new();
        for (id, claims) in &self.items {
            if names.insert(*id) {
                let claims: Vec<(Verdict, usize)> =
                    claims.iter().map(|(v, check)| (Verdict::ALL[*v], *check)).collect();
                items.push(item(&format!("6.{id}"), &claims));
            }
        }
        report(clock, items, findings, self.nonce)
    }

    fn told<'n>(&'n self, report: &'n Report) -> BTreeSet<String> {
        let there = |id: &String| report.items.iter().any(|item| item.id == *id);
        self.told.iter().map(|id| format!("6.{id}")).filter(there).collect()
    }
}

/// What the history must say, worked out the simple way.
#[derive(Default)]
struct Expected {
    /// (item, claim) → (verdict, since).
    since: BTreeMap<(String, String), (Verdict, Moment)>,
    told: BTreeMap<String, Moment>,
}

impl Expected {
    fn follow(&mut self, report: &Report, told: &BTreeSet<String>, clock: Moment) {
        let mut now = BTreeMap::new();
        for item in &report.items {
            let claims = item.claims.iter().map(|claim| (claim.id.clone(), claim.verdict));
            for (claim, verdict) in [(String::new(), item.verdict)].into_iter().chain(claims) {
                let key = (item.id.clone(), claim);
                let since = self.since.get(&key).filter(|(before, _)| *before == verdict).map_or(clock, |(_, at)| *at);
                now.insert(key, (verdict, since));
            }
        }
        self.since = now;
        self.told.extend(told.iter().map(|item| (item.clone(), clock)));
        self.told.retain(|item, _| report.items.iter().any(|there| there.id == *item));
    }
}

async fn hold(store: &Store, sheet: &str, nights: &[Night]) -> Result<(), TestCaseError> {
    let reports = reports(nights);
    let mut expected = Expected::default();
    let mut before = None;
    for ((after, night), report) in (0..).zip(nights).zip(&reports) {
        let told = night.told(report);
        let transitions: Vec<Transition> =
            told.iter().map(|item| transition(report, sheet, item, ChangeKind::Moved)).collect();
        store.commit(telling(run(sheet, after, report), &transitions, &[])).await.unwrap();
        expected.follow(report, &told, day(after));

        let state = store.state(sheet).await.unwrap().unwrap();
        // What the comparison takes for the state of this run is what it reads back.
        let taken = crate::history::state_of(before.as_ref(), report, &transitions, &[], after + 1);
        prop_assert_eq!(&state, &taken);
        before = Some(taken);
        prop_assert_eq!(&state.findings, &report.findings);
        prop_assert_eq!((state.seq, state.clock), (after + 1, day(after)));
        prop_assert_eq!(state.items.len(), report.items.len());
        for (item, was) in state.items.iter().zip(&report.items) {
            prop_assert_eq!((&item.id, item.verdict, item.agreement), (&was.id, was.verdict, was.agreement));
            let (verdict, since) = expected.since[&(item.id.clone(), String::new())];
            prop_assert_eq!((item.verdict, item.since), (verdict, since));
            prop_assert_eq!(item.told, expected.told.get(&item.id).copied());
            prop_assert_eq!(item.claims.len(), was.claims.len());
            for (claim, was) in item.claims.iter().zip(&was.claims) {
                let (verdict, since) = expected.since[&(item.id.clone(), claim.id.clone())];
                prop_assert_eq!((&claim.id, claim.verdict, claim.since), (&was.id, verdict, since));
                let checks: Vec<_> = was.checks.iter().map(|check| (check.id.clone(), check.population)).collect();
                prop_assert_eq!(&claim.checks, &checks);
            }
        }
        prop_assert_eq!(store.transitions(sheet, None, Some(after + 1), 0).await.unwrap(), transitions);
    }
    all_come_back(store, sheet, &reports, (1..).take(reports.len()).collect()).await?;
    stretches_cover(store, sheet, &reports).await?;

    // Forgetting takes whole runs and harms no other.
    let audits = vec![AuditWindow { from: day(1).date_naive(), until: day(1).date_naive() }];
    let settings = HistorySettings { keep_days: 2, keep_runs: 1, audits, ..HistorySettings::default() };
    store.forget(sheet, &settings, day(i64::try_from(nights.len()).unwrap())).await.unwrap();
    let state = store.state(sheet).await.unwrap().unwrap();
    let left: Vec<i64> = store.runs(sheet, 0).await.unwrap().iter().map(|run| run.seq).collect();
    prop_assert_eq!(left.first(), Some(&state.seq));
    prop_assert!(reports.len() < 2 || left.contains(&2));
    all_come_back(store, sheet, &reports, left).await
}

async fn all_come_back(store: &Store, sheet: &str, reports: &[Report], seqs: Vec<i64>) -> Result<(), TestCaseError> {
    for seq in seqs {
        let was = &reports[usize::try_from(seq - 1).unwrap()];
        prop_assert_eq!(rendered(&store.report(sheet, seq).await.unwrap()), rendered(was));
        let frame = Report { findings: Vec::new(), ..was.clone() };
        prop_assert_eq!(rendered(&store.frame(sheet, seq).await.unwrap()), rendered(&frame));
        let checks = ["rds/check-2".to_owned(), "rds/check-0".to_owned(), "no such check".to_owned()];
        let wanted: Vec<&Finding> = was.findings.iter().filter(|finding| checks.contains(&finding.check)).collect();
        let (found, count) = store.findings(sheet, seq, &checks, 0).await.unwrap();
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), wanted);
        prop_assert_eq!(count, found.len() as u64);
    }
    Ok(())
}

/// Each run's verdict of each item is in exactly one stretch.
async fn stretches_cover(store: &Store, sheet: &str, reports: &[Report]) -> Result<(), TestCaseError> {
    let stretches = store.stretches(sheet, None).await.unwrap();
    let mut covered = 0;
    for (seq, report) in (1..).zip(reports) {
        for item in &report.items {
            let own: Vec<_> = stretches
                .iter()
                .filter(|stretch| stretch.item == item.id && stretch.seqs.0 <= seq && seq <= stretch.seqs.1)
                .collect();
            prop_assert_eq!(own.len(), 1);
            prop_assert_eq!(own[0].verdict, item.verdict);
            prop_assert!(own[0].from <= day(seq - 1) && day(seq - 1) <= own[0].until);
            covered += 1;
        }
    }
    let lengths: i64 = stretches.iter().map(|stretch| stretch.seqs.1 - stretch.seqs.0 + 1).sum();
    prop_assert_eq!(lengths, covered);
    Ok(())
}

#[test]
fn every_run_comes_back_and_the_state_is_what_the_last_one_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let databases = runtime.block_on(databases());
    for Database { store, .. } in &databases {
        let count = std::sync::atomic::AtomicU32::new(0);
        let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(nights in nights())| {
            let sheet = format!("sheet {}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            runtime.block_on(hold(store, &sheet, &nights))?;
        });
    }
    runtime.block_on(async { drop(databases) });
}

#[test]
fn a_night_without_changes_writes_one_row() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for Database { store, .. } in databases().await {
            let findings: Vec<Finding> = (0..50).map(|n| finding(n % 4, n, Outcome::Pass, n.into())).collect();
            let report = |at: i64| report(day(at), vec![item("6.1", &[(Verdict::Pass, 0)])], findings.clone(), 7);
            let parts = async |store: &Store| {
                let mut tx = store.read().await.unwrap();
                tx.first("SELECT COUNT(*) FROM parts", &[]).await.unwrap().unwrap().int(0).unwrap()
            };
            let mut first = report(0);
            let mut second = report(1);
            // The same observations, as after a partial run that read nothing of them anew.
            second.evidence.clone_from(&first.evidence);
            store.commit(run("shop", 0, &first)).await.unwrap();
            let before = parts(&store).await;
            store.commit(run("shop", 1, &second)).await.unwrap();
            assert_eq!(parts(&store).await, before);
            // One finding that goes: positions of all others move, and still only its item changes with it.
            first = report(2);
            first.evidence.clone_from(&second.evidence);
            let mut less = first.clone();
            let gone = less.findings.iter().position(|finding| finding.check == "rds/check-3").unwrap();
            less.findings.remove(gone);
            for check in less.items.iter_mut().flat_map(|i| &mut i.claims).flat_map(|c| &mut c.checks) {
                let own = less.findings.iter().enumerate().filter(|(_, finding)| finding.check == check.id);
                check.findings = own.map(|(at, _)| at).collect();
            }
            store.commit(run("shop", 2, &less)).await.unwrap();
            assert!(parts(&store).await <= before + 1);
            assert_eq!(rendered(&store.report("shop", 3).await.unwrap()), rendered(&less));
        }
    });
}
