//! What is told of a run, and what is not.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::history::testing::{
    ACCOUNTS, ItemScene, check, claim, histories, item, night, reminder, report, resource, stated,
};
use crate::model::{Outcome, Outcome::Fail, Outcome::Pass, Outcome::Unknown, Outcome::Waived, ReminderOf, Verdict};

type Owners = BTreeMap<String, Vec<String>>;

/// The state that a first run leaves.
fn first(items: &[ItemScene]) -> State {
    let report = report(night(0), items);
    let transitions = compare(None, &report, "shop", &Owners::new());
    state_of(None, &report, &transitions, &[], 1)
}

fn second(before: &[ItemScene], now: &[ItemScene]) -> Vec<Transition> {
    compare(Some(&first(before)), &report(night(1), now), "shop", &Owners::new())
}

fn one(mut transitions: Vec<Transition>) -> Transition {
    assert_eq!(transitions.len(), 1, "{transitions:#?}");
    transitions.remove(0)
}

/// Resources 0 to n, all passing.
fn passing(n: u8) -> Vec<(u8, Outcome)> {
    (0..n).map(|number| (number, Pass)).collect()
}

fn multi_az(seen: &[(u8, Outcome)]) -> ItemScene {
    item("6.29", vec![claim("family/6.29", "multi-az", check("rds/multi-az", "high", seen))])
}

#[test]
fn the_first_run_is_the_start_and_no_change() {
    let mut report = report(night(0), &[multi_az(&[(1, Fail)]), item("1.1", vec![stated("a", Verdict::Unattested)])]);
    let began = one(compare(None, &report, "shop", &Owners::new()));
    assert_eq!((began.kind, &began.subject, began.closes()), (ChangeKind::Began, &Subject::Sheet, false));
    assert_eq!(began.reason.en, "the watch of shop began; of 2 items it found FAIL 1, UNATTESTED 1");
    assert!(began.reason.ja.contains("FAIL 1, UNATTESTED 1"), "{}", began.reason.ja);
    assert_eq!(began.accounts, ["111122223333", "123456789012"]);
    // What runs out has to be told from the first day on: nobody may start the watch again to hear of it.
    report.reminders = vec![reminder("1.1", night(5), 7)];
    let kinds: Vec<_> = compare(None, &report, "shop", &Owners::new()).iter().map(|t| t.kind).collect();
    assert_eq!(kinds, [ChangeKind::Began, ChangeKind::Expiring]);
}

#[test]
fn a_claim_that_stops_being_true_names_what_broke_it() {
    let before = [multi_az(&passing(3))];
    let now = report(night(1), &[multi_az(&[(0, Pass), (1, Fail), (2, Pass), (4, Pass)])]);
    let name = |number| resource(number).name().to_owned();
    let owners = Owners::from([(name(1), vec!["dba".to_owned()]), (name(4), vec!["web".to_owned()])]);
    let broken = one(compare(Some(&first(&before)), &now, "shop", &owners));
    assert_eq!(broken.kind, ChangeKind::Broken);
    assert_eq!((broken.from, broken.to), (Some(Verdict::Pass), Some(Verdict::Fail)));
    assert_eq!(broken.agreement, Some(crate::model::Agreement::Contradicted));
    assert_eq!((broken.since, broken.at), (Some(night(0)), night(1)));
    assert_eq!(broken.severity, Severity::High);
    assert_eq!(broken.topics, ["multi-az"]);
    // The instance that appeared beside it is shown, and concerns neither its account nor its owner.
    assert_eq!(
        (broken.resources_total, broken.accounts, broken.owners),
        (2, vec![ACCOUNTS[1].to_owned()], vec!["dba".to_owned()])
    );
    assert_eq!((broken.resources[0].from, broken.resources[0].to), (Some(Pass), Some(Fail)));
    assert_eq!(broken.resources[0].before, Some(serde_json::json!({ "MultiAZ": true })));
    assert_eq!(broken.resources[0].after, Some(serde_json::json!({ "MultiAZ": false })));
    assert_eq!(broken.claims[0].population, (3, 4));
    assert_eq!(
        broken.reason.en,
        "6.29 was PASS and is FAIL now: arn:aws:rds:ap-northeast-1:111122223333:db:db-1 fails rds/multi-az"
    );
    assert_eq!(
        broken.reason.ja,
        "6.29 は PASS から FAIL になりました: arn:aws:rds:ap-northeast-1:111122223333:db:db-1 が rds/multi-az に適合しません"
    );
}

#[test]
fn another_failing_resource_of_a_broken_claim_is_no_alert() {
    assert_eq!(second(&[multi_az(&[(1, Fail), (2, Pass)])], &[multi_az(&[(1, Pass), (2, Fail)])]), []);
}

#[test]
fn the_return_to_good_is_told_with_the_severity_of_what_was_mended() {
    let restored = one(second(&[multi_az(&[(1, Fail), (2, Pass)])], &[multi_az(&[(1, Pass), (2, Pass)])]));
    assert_eq!((restored.kind, restored.severity), (ChangeKind::Restored, Severity::High));
    assert!(restored.closes());
    assert_eq!(restored.accounts, [ACCOUNTS[1]]);
}

#[test]
fn a_claim_that_passes_because_what_failed_vanished_says_so() {
    let mut before = passing(6);
    before[5].1 = Fail;
    let restored = one(second(&[multi_az(&before)], &[multi_az(&passing(2))]));
    assert_eq!(restored.kind, ChangeKind::Restored);
    assert!(
        restored.reason.en.ends_with("is gone from what rds/multi-az looks at (what was looked at fell from 6 to 2)"),
        "{}",
        restored.reason.en
    );
}

#[test]
fn what_can_no_longer_be_seen_is_told_with_the_refusal() {
    let mut refused = check("rds/multi-az", "critical", &[]);
    refused.gap = true;
    let now = [item("6.29", vec![claim("family/6.29", "multi-az", refused)])];
    let blind = one(second(&[multi_az(&passing(2))], &now));
    assert_eq!((blind.kind, blind.severity, blind.resources_total), (ChangeKind::Blind, Severity::Critical, 2));
    assert!(
        blind.reason.en.contains("rds:DescribeDBInstances (123456789012, ap-northeast-1) was not read"),
        "{}",
        blind.reason.en
    );
    let seen = one(second(&now, &[multi_az(&passing(2))]));
    assert_eq!((seen.kind, seen.severity), (ChangeKind::Restored, Severity::High));
    let failing = one(second(&now, &[multi_az(&[(1, Fail)])]));
    assert_eq!(failing.kind, ChangeKind::Broken);
    let empty = one(second(&now, &[multi_az(&[])]));
    assert_eq!(empty.kind, ChangeKind::Visible);
    // One that cannot be judged blinds its claim, and names itself.
    let unknown = one(second(&[multi_az(&passing(2))], &[multi_az(&[(0, Pass), (1, Unknown)])]));
    assert_eq!((unknown.kind, unknown.accounts.as_slice()), (ChangeKind::Blind, [ACCOUNTS[1].to_owned()].as_slice()));
}

#[test]
fn a_population_that_falls_to_half_is_told_while_the_claim_still_holds() {
    let fell = |before, now| second(&[multi_az(&passing(before))], &[multi_az(&passing(now))]);
    let shrunk = one(fell(8, 4));
    assert_eq!((shrunk.kind, shrunk.from, shrunk.to), (ChangeKind::Shrunk, Some(Verdict::Pass), Some(Verdict::Pass)));
    assert_eq!((shrunk.claims[0].population, shrunk.resources_total, shrunk.severity), ((8, 4), 4, Severity::High));
    assert!(shrunk.reason.en.contains("stays PASS, but what was looked at fell from 8 to 4"), "{}", shrunk.reason.en);
    assert_eq!(fell(8, 5), []);
    assert_eq!(one(fell(4, 2)).kind, ChangeKind::Shrunk);
    assert_eq!(fell(3, 1), []);
    assert_eq!(one(fell(5, 0)).kind, ChangeKind::Emptied);
    assert_eq!(one(fell(1, 0)).kind, ChangeKind::Emptied);
    // Growing is no news.
    assert_eq!(fell(2, 9), []);
}

#[test]
fn an_accepted_risk_is_told_as_one() {
    let weakened = one(second(&[multi_az(&passing(2))], &[multi_az(&[(0, Pass), (1, Waived)])]));
    assert_eq!((weakened.kind, weakened.severity), (ChangeKind::Weakened, Severity::High));
    let strengthened = one(second(&[multi_az(&[(0, Pass), (1, Waived)])], &[multi_az(&passing(2))]));
    assert_eq!(strengthened.kind, ChangeKind::Strengthened);
}

#[test]
fn a_claim_that_changes_within_an_item_that_stays_bad_is_told() {
    let two = |a: &[(u8, Outcome)], b: &[(u8, Outcome)]| {
        [item(
            "2.1",
            vec![claim("a", "multi-az", check("rds/a", "low", a)), claim("b", "backup", check("rds/b", "critical", b))],
        )]
    };
    let broken = one(second(&two(&[(1, Fail)], &[(1, Pass)]), &two(&[(1, Fail)], &[(1, Fail)])));
    assert_eq!((broken.kind, broken.from, broken.to), (ChangeKind::Broken, Some(Verdict::Fail), Some(Verdict::Fail)));
    assert_eq!((broken.topics.as_slice(), broken.severity), (["backup".to_owned()].as_slice(), Severity::Critical));
    assert!(broken.reason.en.starts_with("2.1 stays FAIL, but its claim \"Claim b\" was PASS and is FAIL now: "));
    let half = one(second(&two(&[(1, Fail)], &[(1, Fail)]), &two(&[(1, Pass)], &[(1, Fail)])));
    assert_eq!((half.kind, half.closes()), (ChangeKind::Restored, false));
    // One breaks in the run in which the other is mended: the item's verdict stands still, and the worse is told.
    let swapped = one(second(&two(&[(1, Fail)], &[(1, Pass)]), &two(&[(1, Pass)], &[(1, Fail)])));
    assert_eq!((swapped.kind, swapped.claims.len(), swapped.severity), (ChangeKind::Broken, 2, Severity::Critical));
}

#[test]
fn of_a_changed_sheet_only_what_is_open_is_told() {
    let good = multi_az(&passing(1));
    let bad = item("7.1", vec![claim("x", "backup", check("rds/x", "low", &[(1, Fail)]))]);
    assert_eq!(second(&[], std::slice::from_ref(&good)), []);
    assert_eq!(second(std::slice::from_ref(&good), &[]), []);
    let added = one(second(&[], std::slice::from_ref(&bad)));
    assert_eq!(
        (added.kind, added.from, added.to, added.severity),
        (ChangeKind::Added, None, Some(Verdict::Fail), Severity::Low)
    );
    let removed = one(second(std::slice::from_ref(&bad), &[]));
    assert_eq!((removed.kind, removed.to, removed.closes()), (ChangeKind::Removed, None, true));
    assert_eq!((removed.title.as_str(), removed.topics.as_slice()), ("Question 7.1", ["backup".to_owned()].as_slice()));
    // A claim that comes and holds changes nothing; one that comes and does not hold is told although its item was bad.
    let with = |extra: Option<Verdict>| {
        let mut item = bad.clone();
        item.claims.extend(extra.map(|verdict| stated("y", verdict)));
        [item]
    };
    assert_eq!(second(&with(None), &with(Some(Verdict::Attested))), []);
    assert_eq!(second(&with(Some(Verdict::Attested)), &with(None)), []);
    assert_eq!(one(second(&with(None), &with(Some(Verdict::Unattested)))).kind, ChangeKind::Added);
    let gone = one(second(&with(Some(Verdict::Unattested)), &with(None)));
    assert_eq!((gone.kind, gone.closes()), (ChangeKind::Removed, false));
}

#[test]
fn a_date_that_comes_near_is_told_once_and_again_when_it_was_renewed() {
    let items = [item("1.1", vec![stated("a", Verdict::Attested)])];
    let run = |n: i64, before: &State, ends: i64, within: u32| {
        let mut report = report(night(n), &items);
        report.reminders = vec![reminder("1.1", night(ends), within)];
        let transitions = compare(Some(before), &report, "shop", &Owners::new());
        let state = state_of(Some(before), &report, &transitions, &[], before.seq + 1);
        (transitions, state)
    };
    let (told, state) = run(1, &first(&items), 20, 30);
    let told = one(told);
    assert_eq!((told.kind, told.title.as_str()), (ChangeKind::Expiring, "Question 1.1"));
    assert_eq!(told.reason.en, "the statement for 1.1 runs out");
    let (again, state) = run(2, &state, 20, 30);
    assert_eq!(again, []);
    let (nearer, state) = run(14, &state, 20, 7);
    assert_eq!(nearer.len(), 1);
    let (renewed, state) = run(15, &state, 40, 30);
    assert_eq!(renewed.len(), 1);
    assert_eq!(state.told.len(), 3);
}

#[test]
fn a_waiver_that_runs_out_is_told_with_its_checks_severity_and_its_resources_account() {
    let mut now = report(night(1), &[multi_az(&[(1, Waived)])]);
    let arn = resource(1).name().to_owned();
    now.reminders = vec![Reminder {
        kind: ReminderOf::Waiver,
        target: "rds/multi-az".to_owned(),
        resource: Some(arn.clone()),
        ..reminder("", night(9), 30)
    }];
    let owners = Owners::from([(arn.clone(), vec!["dba".to_owned()])]);
    let told = one(compare(Some(&first(&[multi_az(&[(1, Waived)])])), &now, "shop", &owners));
    assert_eq!(told.title, format!("rds/multi-az: {arn}"));
    assert_eq!(
        (told.severity, told.topics, told.owners),
        (Severity::High, vec!["multi-az".to_owned()], vec!["dba".to_owned()])
    );
    assert_eq!(told.accounts, [ACCOUNTS[1]]);
}

#[test]
fn a_transition_carries_so_many_resources_and_counts_the_rest() {
    let all = |outcome| (0..120).map(|number| (number, outcome)).collect::<Vec<_>>();
    let mut now = all(Pass);
    now[77].1 = Fail;
    now.extend((120..180).map(|number| (number, Pass)));
    let broken = one(second(&[multi_az(&all(Pass))], &[multi_az(&now)]));
    assert_eq!((broken.resources.len(), broken.resources_total), (Transition::RESOURCES, 61));
    assert_eq!(broken.resources[0].resource, resource(77));
}

#[test]
fn an_id_is_that_of_the_sheet_the_run_its_place_the_subject_and_the_kind() {
    let now = report(night(1), &[multi_az(&[(1, Fail)]), item("9", vec![stated("z", Verdict::Unattested)])]);
    let state = first(&[multi_az(&[(1, Pass)]), item("9", vec![stated("z", Verdict::Attested)])]);
    let ids = |sheet: &str, state: &State| -> Vec<String> {
        compare(Some(state), &now, sheet, &Owners::new()).into_iter().map(|t| t.id).collect()
    };
    let mut all = ids("shop", &state);
    assert_eq!(ids("shop", &state), all);
    all.extend(ids("cart", &state));
    all.extend(ids("shop", &State { seq: 2, ..state.clone() }));
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 6);
}

/// Verdicts of items and of their claims: what a person who hears every alert believes.
#[derive(Debug, Default, PartialEq)]
struct Believed {
    items: BTreeMap<String, Verdict>,
    claims: BTreeMap<(String, String), Verdict>,
}

impl Believed {
    fn of(report: &Report) -> Self {
        let claims = report
            .items
            .iter()
            .flat_map(|item| item.claims.iter().map(|claim| ((item.id.clone(), claim.id.clone()), claim.verdict)));
        Self {
            items: report.items.iter().map(|item| (item.id.clone(), item.verdict)).collect(),
            claims: claims.collect(),
        }
    }

    /// Hears a run's transitions.
    fn hear(&mut self, transitions: &[Transition]) {
        for transition in transitions {
            let Subject::Item { id } = &transition.subject else { continue };
            match transition.to {
                Some(to) => self.items.insert(id.clone(), to),
                None => self.items.remove(id),
            };
            for change in &transition.claims {
                let key = (id.clone(), change.claim.clone());
                match change.to {
                    Some(to) => self.claims.insert(key, to),
                    None => self.claims.remove(&key),
                };
            }
        }
    }

    /// Reads the sheet anew: what came and holds, and what went and held, is told nobody.
    fn read(&mut self, report: &Report) {
        let real = Self::of(report);
        self.items.retain(|id, verdict| {
            assert!(real.items.contains_key(id) || verdict.holds(), "{id} was open, is gone, and nobody was told");
            real.items.contains_key(id)
        });
        let items = &self.items;
        self.claims.retain(|key, _| items.contains_key(&key.0) && real.claims.contains_key(key));
        for (id, verdict) in &real.items {
            if !self.items.contains_key(id) {
                assert!(verdict.holds(), "{id} came, does not hold, and nobody was told");
                self.items.insert(id.clone(), *verdict);
            }
        }
        for (key, verdict) in real.claims {
            if verdict.holds() {
                self.claims.entry(key).or_insert(verdict);
            }
        }
    }
}

fn populations(item: &ItemReport) -> BTreeMap<&str, usize> {
    let sum = |claim: &crate::model::ClaimReport| claim.checks.iter().map(|c| c.population.in_scope).sum();
    item.claims.iter().map(|claim| (claim.id.as_str(), sum(claim))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Alerts are exactly the transitions: who hears all of them knows every verdict, and nothing is told that did not
    /// happen.
    #[test]
    fn transitions_are_exactly_the_changes(history in histories()) {
        let mut state: Option<State> = None;
        let mut before: Option<&Report> = None;
        let mut believed = Believed::default();
        let mut ids = BTreeSet::new();
        let mut told_dates = BTreeSet::new();
        for (report, seq) in history.iter().zip(1..) {
            let transitions = compare(state.as_ref(), report, "shop", &Owners::new());
            for transition in &transitions {
                prop_assert!(ids.insert(transition.id.clone()), "the same id twice: {transition:#?}");
                prop_assert!(!transition.reason.ja.is_empty() && !transition.reason.en.is_empty());
                if let Subject::Reminder { .. } = transition.subject {
                    prop_assert!(told_dates.insert(transition.subject.clone()), "told twice: {transition:#?}");
                }
            }
            for reminder in &report.reminders {
                prop_assert!(told_dates.contains(&subject_of(reminder)), "never told: {reminder:?}");
            }
            let mut subjects: Vec<&Subject> = transitions.iter().map(|t| &t.subject).collect();
            subjects.sort();
            subjects.dedup();
            prop_assert_eq!(subjects.len(), transitions.len(), "one transition per subject");
            match before {
                None => believed = Believed::of(report),
                Some(before) => {
                    // No transition without a change.
                    for transition in &transitions {
                        let Subject::Item { id } = &transition.subject else { continue };
                        let old = before.items.iter().find(|item| item.id == *id);
                        let new = report.items.iter().find(|item| item.id == *id);
                        let verdicts = |item: &ItemReport| -> BTreeMap<String, Verdict> {
                            item.claims.iter().map(|c| (c.id.clone(), c.verdict)).collect()
                        };
                        prop_assert_eq!(transition.from, old.map(|item| item.verdict));
                        prop_assert_eq!(transition.to, new.map(|item| item.verdict));
                        let changed = match (old, new) {
                            (Some(old), Some(new)) => {
                                let (was, is) = (populations(old), populations(new));
                                let fell = was.iter().any(|(id, n)| *n >= 4 && is.get(id).is_some_and(|now| now * 2 <= *n));
                                old.verdict != new.verdict || verdicts(old) != verdicts(new) || fell
                            }
                            _ => true,
                        };
                        prop_assert!(changed, "nothing changed: {transition:#?}");
                    }
                    believed.hear(&transitions);
                    believed.read(report);
                }
            }
            // No change without a transition.
            prop_assert_eq!(&believed, &Believed::of(report));
            let next = state_of(state.as_ref(), report, &transitions, &[], seq);
            for item in &next.items {
                let old = state.as_ref().and_then(|s| s.items.iter().find(|old| old.id == item.id));
                let since = old.filter(|old| old.verdict == item.verdict).map_or(next.clock, |old| old.since);
                prop_assert_eq!(item.since, since);
            }
            state = Some(next);
            before = Some(report);
        }
    }

    /// A run over the same evidence changes nothing.
    #[test]
    fn the_same_run_again_is_silent(history in histories()) {
        let mut state: Option<State> = None;
        for (report, seq) in history.iter().zip(1..) {
            let transitions = compare(state.as_ref(), report, "shop", &Owners::new());
            let next = state_of(state.as_ref(), report, &transitions, &[], seq);
            prop_assert_eq!(compare(Some(&next), report, "shop", &Owners::new()), vec![]);
            state = Some(next);
        }
    }
}
