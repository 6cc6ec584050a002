//! Findings of all checks with waivers applied, and what each check says within a claim.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use crate::evaluate::UnreadCell;
use crate::model::{CheckOutcome, CheckReport, Finding, Gap, GapReason, Outcome, Population};
use crate::plan::Plan;
use crate::table::PAGE_KIND;

/// All findings and gaps of a report, by check.
pub(super) struct Table {
    pub findings: Vec<Finding>,
    pub gaps: Vec<Gap>,
    /// Waivers that cover some finding: check, resource.
    pub used_waivers: BTreeSet<(String, String)>,
    by_check: BTreeMap<String, Vec<usize>>,
}

impl Table {
    pub(super) fn new(case: &Case<'_>) -> Self {
        let valid: BTreeMap<(&str, &str), &str> = case
            .waivers
            .iter()
            .filter(|w| case.clock < w.until)
            .map(|w| ((w.check.as_str(), w.resource.as_str()), w.who.as_str()))
            .collect();
        let mut findings = Vec::new();
        let mut gaps: BTreeSet<Gap> = case.snapshot.gaps.iter().cloned().collect();
        let mut used_waivers = BTreeSet::new();
        for (id, checked) in &case.evaluation.checks {
            for finding in &checked.findings {
                let mut finding = finding.clone();
                if finding.outcome == Outcome::Fail {
                    for name in [finding.resource.name(), &finding.resource.id] {
                        if let Some(who) = valid.get(&(id.as_str(), name)) {
                            used_waivers.insert((id.clone(), name.to_string()));
                            finding.outcome = Outcome::Waived;
                            finding.note = format!("accepted by {who}");
                            break;
                        }
                    }
                }
                findings.push(finding);
            }
            // A listing that the snapshot says nothing about is a gap of its own: nothing unread goes unsaid.
            for cell in &checked.unread {
                if !gaps.iter().any(|gap| is_of(gap, cell)) {
                    gaps.insert(not_read(cell));
                }
            }
        }
        findings.sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
        let mut by_check: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, finding) in findings.iter().enumerate() {
            by_check.entry(finding.check.clone()).or_default().push(index);
        }
        Self { findings, gaps: gaps.into_iter().collect(), used_waivers, by_check }
    }

    /// What a check says. A check of cited pages speaks only of the item's own `urls`.
    pub(super) fn report(&self, case: &Case<'_>, id: &str, urls: &[String]) -> Option<CheckReport> {
        let check = case.catalogue.checks.get(id)?;
        let of_pages = check.resource == PAGE_KIND;
        let checked = case.evaluation.checks.get(id);
        let indexes: Vec<usize> = self
            .by_check
            .get(id)
            .into_iter()
            .flatten()
            .copied()
            .filter(|i| !of_pages || self.findings.get(*i).is_some_and(|f| urls.contains(&f.resource.id)))
            .collect();
        let mut population =
            Population { seen: checked.map_or(0, |c| c.seen), in_scope: indexes.len(), ..Population::default() };
        let mut gaps = BTreeSet::new();
        for finding in indexes.iter().filter_map(|i| self.findings.get(*i)) {
            match finding.outcome {
                Outcome::Pass => population.passed += 1,
                Outcome::Fail => population.failed += 1,
                Outcome::Waived => population.waived += 1,
                Outcome::Unknown => {
                    population.unknown += 1;
                    gaps.extend(self.gaps_of(check, finding));
                }
            }
        }
        let mut unread = false;
        if of_pages {
            population.seen = indexes.len();
            let seen: BTreeSet<&str> =
                indexes.iter().filter_map(|i| self.findings.get(*i)).map(|f| f.resource.id.as_str()).collect();
            unread = urls.iter().any(|url| !seen.contains(url.as_str()));
        } else {
            for cell in checked.into_iter().flat_map(|c| &c.unread) {
                unread = true;
                gaps.extend(self.gaps.iter().enumerate().filter(|(_, gap)| is_of(gap, cell)).map(|(i, _)| i));
            }
        }
        // A check that was not evaluated decides nothing.
        unread |= checked.is_none();
        let outcome = match population {
            Population { failed: 1.., .. } => CheckOutcome::Fail,
            Population { unknown: 1.., .. } => CheckOutcome::Unknown,
            _ if unread => CheckOutcome::Unknown,
            Population { in_scope: 0, .. } => CheckOutcome::Untested,
            Population { waived: 1.., .. } => CheckOutcome::Waived,
            _ => CheckOutcome::Pass,
        };
        Some(CheckReport {
            id: id.to_string(),
            title: check.title.clone(),
            severity: check.severity.label().to_string(),
            outcome,
            population,
            params: checked.map(|c| check.params_in_short(&c.params)).unwrap_or_default(),
            gaps: gaps.into_iter().collect(),
            findings: indexes,
        })
    }

    fn gaps_of(&self, check: &crate::catalogue::Check, finding: &Finding) -> Vec<usize> {
        let operations = Plan::of_check(check).operations;
        let resource = &finding.resource;
        self.gaps
            .iter()
            .enumerate()
            .filter(|(_, gap)| {
                operations.contains_key(&gap.operation)
                    && gap.account == resource.account
                    && match &gap.resource {
                        Some(name) => name == resource.name() || name == &resource.id,
                        None => true,
                    }
            })
            .map(|(index, _)| index)
            .collect()
    }
}

fn is_of(gap: &Gap, cell: &UnreadCell) -> bool {
    gap.resource.is_none()
        && gap.account == cell.account
        && gap.region == cell.region
        && gap.operation == cell.operation
}

fn not_read(cell: &UnreadCell) -> Gap {
    Gap {
        account: cell.account.clone(),
        region: cell.region.clone(),
        operation: cell.operation.clone(),
        resource: None,
        reason: GapReason::NotRead,
        detail: "the snapshot does not hold it".to_string(),
    }
}
