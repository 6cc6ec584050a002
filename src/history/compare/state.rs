//! What a run leaves for the next comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::text_of;
use crate::model::{ClaimReport, ClaimState, ItemState, Moment, Report, State, Subject, Transition};

/// What the next run is compared with: this one, with its place in the history, and with what is known of when an
/// item was told of. `transitions` and `reminded` are those of this run, told at its clock.
pub fn state_of(
    before: Option<&State>,
    report: &Report,
    transitions: &[Transition],
    reminded: &[String],
    seq: i64,
) -> State {
    let clock = clock_of(report);
    let old: BTreeMap<&str, &ItemState> =
        before.into_iter().flat_map(|state| &state.items).map(|item| (item.id.as_str(), item)).collect();
    let mut told_now: BTreeSet<&str> = reminded.iter().map(String::as_str).collect();
    let mut told: Vec<Subject> = before.map(|state| state.told.clone()).unwrap_or_default();
    for transition in transitions {
        match &transition.subject {
            Subject::Item { id } => {
                told_now.insert(id);
            }
            Subject::Reminder { .. } => told.push(transition.subject.clone()),
            Subject::Sheet => {}
        }
    }
    let items = report.items.iter().map(|item| {
        let old = old.get(item.id.as_str());
        ItemState {
            id: item.id.clone(),
            text: item.text.clone(),
            verdict: item.verdict,
            agreement: item.agreement,
            since: old.filter(|old| old.verdict == item.verdict).map_or(clock, |old| old.since),
            told: if told_now.contains(item.id.as_str()) { Some(clock) } else { old.and_then(|old| old.told) },
            claims: item.claims.iter().map(|claim| claim_state(old.copied(), claim, clock)).collect(),
        }
    });
    State { seq, run: report.run.id.clone(), clock, items: items.collect(), findings: report.findings.clone(), told }
}

fn claim_state(item: Option<&ItemState>, claim: &ClaimReport, clock: Moment) -> ClaimState {
    let old = item.into_iter().flat_map(|item| &item.claims).find(|old| old.id == claim.id);
    ClaimState {
        id: claim.id.clone(),
        text: text_of(claim),
        verdict: claim.verdict,
        since: old.filter(|old| old.verdict == claim.verdict).map_or(clock, |old| old.since),
        topics: claim.topics.clone(),
        checks: claim.checks.iter().map(|check| (check.id.clone(), check.population)).collect(),
    }
}

/// The run's clock; the epoch where a report that was not made by this program holds no moment.
pub(super) fn clock_of(report: &Report) -> Moment {
    chrono::DateTime::parse_from_rfc3339(&report.run.clock).map(|at| at.to_utc()).unwrap_or_default()
}
