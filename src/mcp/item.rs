//! One item of a report, with what belongs to it and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::ItemVerdict;
use crate::model::Report;

/// The item with its findings, gaps and evidence; none where the report has no such item. At most `max` findings, the
/// worst first.
pub(super) fn only(report: Report, id: &str, snapshot: String, max: usize) -> Option<ItemVerdict> {
    let Report { run, items, findings, gaps, evidence, warnings, reminders, .. } = report;
    let mut item = items.into_iter().find(|item| item.id == id)?;
    let checks = || item.claims.iter().flat_map(|claim| &claim.checks);
    // Outcomes are ordered from the worst; within one, the report's own order stays.
    let mut wanted: Vec<usize> =
        checks().flat_map(|c| c.findings.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect();
    wanted.sort_by_key(|index| findings.get(*index).map(|f| f.outcome));
    let findings_left_out = wanted.len().saturating_sub(max);
    wanted.truncate(max);
    let wanted_gaps: BTreeSet<usize> = checks().flat_map(|c| c.gaps.iter().copied()).collect();
    let new = |old: &mut dyn Iterator<Item = usize>| -> BTreeMap<usize, usize> {
        old.enumerate().map(|(new, old)| (old, new)).collect()
    };
    let (of_findings, of_gaps) = (new(&mut wanted.iter().copied()), new(&mut wanted_gaps.iter().copied()));
    for check in item.claims.iter_mut().flat_map(|claim| &mut claim.checks) {
        check.findings = check.findings.iter().filter_map(|old| of_findings.get(old).copied()).collect();
        check.gaps = check.gaps.iter().filter_map(|old| of_gaps.get(old).copied()).collect();
    }
    let findings: Vec<_> = wanted.iter().filter_map(|index| findings.get(*index).cloned()).collect();
    let named: BTreeSet<&str> = findings.iter().flat_map(|f| f.evidence.iter().map(String::as_str)).collect();
    let rests = |target: &str| target == item.id || item.claims.iter().any(|claim| claim.id == target);
    Some(ItemVerdict {
        evidence: evidence.into_iter().filter(|e| named.contains(e.id.as_str())).collect(),
        gaps: wanted_gaps.iter().filter_map(|index| gaps.get(*index).cloned()).collect(),
        reminders: reminders
            .into_iter()
            .filter(|r| r.resource.is_none() && (rests(&r.target) || r.claims.iter().any(|claim| rests(claim))))
            .collect(),
        run,
        snapshot,
        item,
        findings,
        findings_left_out,
        warnings,
    })
}
