//! Which findings made a difference.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{Attribution, ChangeKind, Finding, Outcome, Report, ResourceChange, ResourceRef, State};

/// Findings by check, so that each changed claim looks at its own only.
pub(super) struct ByCheck<'a>(BTreeMap<&'a str, Vec<&'a Finding>>);

impl<'a> ByCheck<'a> {
    pub(super) fn of_state(state: &'a State) -> Self {
        Self::of(&state.findings)
    }

    pub(super) fn of_report(report: &'a Report) -> Self {
        Self::of(&report.findings)
    }

    fn of(findings: &'a [Finding]) -> Self {
        let mut by: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            by.entry(&finding.check).or_default().push(finding);
        }
        Self(by)
    }

    /// Findings of some checks, by check and resource.
    fn among(&self, checks: &BTreeSet<&str>) -> BTreeMap<(&'a str, &'a ResourceRef), &'a Finding> {
        let mut found = BTreeMap::new();
        for finding in checks.iter().filter_map(|check| self.0.get(check)).flatten() {
            found.insert((finding.check.as_str(), &finding.resource), *finding);
        }
        found
    }
}

/// Findings of these checks whose outcome is another, that are gone or that appeared; the most telling first.
pub(super) fn changes(before: &ByCheck<'_>, now: &ByCheck<'_>, checks: &BTreeSet<&str>) -> Vec<ResourceChange> {
    let (old, new) = (before.among(checks), now.among(checks));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let mut changes: Vec<ResourceChange> = keys
        .into_iter()
        .filter_map(|key| {
            let (from, to) = (old.get(&key), new.get(&key));
            let outcomes = (from.map(|f| f.outcome), to.map(|f| f.outcome));
            (outcomes.0 != outcomes.1).then(|| ResourceChange {
                check: key.0.to_owned(),
                resource: key.1.clone(),
                from: outcomes.0,
                to: outcomes.1,
                before: from.map(|f| observed(f)),
                after: to.map(|f| observed(f)),
                by: Attribution::NotAsked,
            })
        })
        .collect();
    changes.sort_by_key(|change| Reverse(telling(change)));
    changes
}

fn observed(finding: &Finding) -> Value {
    Value::Object(finding.observed.clone().into_iter().collect())
}

/// How much a change tells: what fails newly first, then what cannot be judged, what is gone, what is accepted, what is
/// well again, and last what appeared and passes.
fn telling(change: &ResourceChange) -> u8 {
    match (change.from, change.to) {
        (_, Some(Outcome::Fail)) => 5,
        (_, Some(Outcome::Unknown)) => 4,
        (_, None) => 3,
        (_, Some(Outcome::Waived)) => 2,
        (Some(_), Some(Outcome::Pass)) => 1,
        (None, Some(Outcome::Pass)) => 0,
    }
}

/// Whether a change of a finding made a change of this kind, and did not only happen beside it.
pub(super) fn made(kind: ChangeKind, change: &ResourceChange) -> bool {
    match kind {
        ChangeKind::Broken | ChangeKind::Added => change.to == Some(Outcome::Fail),
        ChangeKind::Blind => matches!(change.to, Some(Outcome::Unknown) | None),
        ChangeKind::Emptied | ChangeKind::Shrunk => change.to.is_none(),
        ChangeKind::Weakened => change.to == Some(Outcome::Waived),
        ChangeKind::Restored | ChangeKind::Strengthened | ChangeKind::Visible => {
            matches!(change.from, Some(Outcome::Fail | Outcome::Unknown | Outcome::Waived))
        }
        ChangeKind::Expired | ChangeKind::Expiring | ChangeKind::Began | ChangeKind::Moved | ChangeKind::Removed => {
            true
        }
    }
}
