//! A verdict in words.

use std::cmp::Reverse;

use super::answers::{CheckExplained, ClaimExplained, Explanation, Unread};
use crate::catalogue::Catalogue;
use crate::judge::attest_command;
use crate::model::{CheckOutcome, CheckReport, ClaimReport, Finding, ItemReport, Outcome, Report, Text, Verdict};
use crate::report::labels;

/// Findings and gaps shown of each check: enough to see what is meant.
const EXAMPLES: usize = 3;

/// Explains an item; none where the report has no such item.
pub(super) fn explain(report: &Report, catalogue: &Catalogue, id: &str, snapshot: String) -> Option<Explanation> {
    let item = report.items.iter().find(|item| item.id == id)?;
    Some(Explanation {
        item: item.id.clone(),
        text: item.text.clone(),
        answer: item.answer,
        remark: item.remark.clone(),
        verdict: item.verdict,
        meaning: labels::verdict_meaning(item.verdict).text(),
        agreement: item.agreement,
        agreement_meaning: labels::agreement_meaning(item.agreement).text(),
        reason: Text::new(&item.reason_ja, &item.reason),
        mapped: item.matched.reason.clone(),
        claims: item.claims.iter().map(|claim| explained(report, catalogue, item, claim)).collect(),
        clock: report.run.clock.clone(),
        snapshot,
    })
}

fn explained(report: &Report, catalogue: &Catalogue, item: &ItemReport, claim: &ClaimReport) -> ClaimExplained {
    let mut checks: Vec<&CheckReport> = claim.checks.iter().collect();
    checks.sort_by_key(|check| (check.outcome, Reverse(check.population.failed)));
    let lacking = claim.attested.as_ref().filter(|half| half.verdict != Verdict::Attested);
    ClaimExplained {
        id: claim.id.clone(),
        text: Text::new(&claim.text_ja, &claim.text),
        by: claim.by,
        decided_by: labels::by(claim.by).text(),
        decides: claim.id == item.decided_by,
        verdict: claim.verdict,
        reason: claim.reason.clone(),
        concession: claim.concession.clone(),
        to_state: claim.attested.as_ref().and_then(|half| half.rest.clone()),
        attest: lacking.map(|_| attest_command(&claim.id)),
        checks: checks.into_iter().map(|check| of_check(report, catalogue, check)).collect(),
    }
}

fn of_check(report: &Report, catalogue: &Catalogue, check: &CheckReport) -> CheckExplained {
    let known = catalogue.checks.get(&check.id);
    let mend = known.filter(|_| check.outcome != CheckOutcome::Pass);
    let mut examples: Vec<&Finding> = check
        .findings
        .iter()
        .filter_map(|index| report.findings.get(*index))
        .filter(|finding| finding.outcome != Outcome::Pass)
        .collect();
    examples.sort_by_key(|finding| finding.outcome);
    let unread = check.gaps.iter().filter_map(|index| report.gaps.get(*index));
    CheckExplained {
        id: check.id.clone(),
        title: check.title.clone(),
        severity: check.severity.clone(),
        outcome: check.outcome,
        outcome_name: labels::check_outcome(check.outcome).text(),
        population: check.population,
        expect: known.map(|c| c.expect.source().to_owned()).unwrap_or_default(),
        why: known.map(|c| c.why.clone()).unwrap_or_default(),
        fix: mend.map(|c| Text::new(&c.fix.ja, &c.fix.en)),
        fix_command: mend.and_then(|c| c.fix.cli.clone()),
        examples: examples.into_iter().take(EXAMPLES).cloned().collect(),
        unread: unread
            .take(EXAMPLES)
            .map(|gap| Unread { gap: gap.clone(), remedy: labels::gap_remedy(gap.reason).text() })
            .collect(),
    }
}
