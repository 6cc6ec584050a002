//! Findings × mapping × attestations × waivers × clock → verdicts. Pure.

mod agreement;
mod attested;
mod checks;
mod claims;
#[cfg(test)]
mod people_tests;
mod reasons;
mod reminders;
mod tables;

pub use attested::{Asked, asked, end as attestation_end};
pub use reminders::{attest_command, days_left, reminders, waive_command};

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::catalogue::Catalogue;
use crate::evaluate::Evaluation;
use crate::model::{
    Agreement, Attestation, EvidenceReport, Item, ItemReport, MappedItem, Mapping, MatchReport, Moment, NamedDigest,
    REPORT_SCHEMA, Report, Review, RunInfo, Sheet, Snapshot, Summary, Text, Verdict, Waiver,
};

/// Everything that a verdict depends on.
pub struct Case<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// Its claims.
    pub mapping: &'a Mapping,
    /// The checks.
    pub catalogue: &'a Catalogue,
    /// What they say.
    pub evaluation: &'a Evaluation,
    /// What was seen.
    pub snapshot: &'a Snapshot,
    /// SHA-256 that the snapshot is sealed with.
    pub snapshot_sha256: &'a str,
    /// People's statements.
    pub attestations: &'a [Attestation],
    /// Accepted risks.
    pub waivers: &'a [Waiver],
    /// What reading the inputs has to tell, for the report to show first.
    pub warnings: &'a [Text],
    /// The run's clock.
    pub clock: Moment,
}

/// Decides every item, in the sheet's order; none is dropped (law 3).
pub fn judge(case: &Case<'_>) -> Report {
    let table = checks::Table::new(case);
    let mapped: BTreeMap<&str, &MappedItem> = case.mapping.items.iter().map(|m| (m.item.as_str(), m)).collect();
    let items: Vec<ItemReport> = case
        .sheet
        .items
        .iter()
        .map(|item| judge_item(case, &table, item, mapped.get(item.id.as_str()).copied()))
        .collect();
    let mut by_verdict: BTreeMap<String, usize> = Verdict::ALL.iter().map(|v| (v.label().to_string(), 0)).collect();
    let mut by_agreement: BTreeMap<String, usize> = Agreement::ALL.iter().map(|a| (a.label().to_string(), 0)).collect();
    for item in &items {
        *by_verdict.entry(item.verdict.label().to_string()).or_default() += 1;
        *by_agreement.entry(item.agreement.label().to_string()).or_default() += 1;
    }
    let evidence = evidence(case, &table);
    let warnings = warnings(case, &items, &table);
    Report {
        schema: REPORT_SCHEMA.to_string(),
        run: run_info(case),
        summary: Summary { items: items.len(), by_verdict, by_agreement },
        items,
        findings: table.findings,
        gaps: table.gaps,
        evidence,
        unread: case.sheet.unread.clone(),
        warnings,
        reminders: reminders(case.sheet, case.mapping, case.attestations, case.waivers, case.clock),
    }
}

fn judge_item(case: &Case<'_>, table: &checks::Table, item: &Item, mapped: Option<&MappedItem>) -> ItemReport {
    let matched = match mapped {
        Some(m) => MatchReport {
            framework_item: m.framework_item.clone(),
            confidence: (m.confidence * 100.0).round() / 100.0,
            reason: m.reason.clone(),
            review: m.review.clone(),
            proposed: proposed(m),
        },
        None => MatchReport {
            framework_item: None,
            confidence: 0.0,
            reason: reasons::not_mapped(),
            review: Review::Proposed,
            proposed: Vec::new(),
        },
    };
    let claims: Vec<_> = mapped
        .into_iter()
        .flat_map(|m| m.deciding())
        .map(|claim| claims::judge_claim(case, table, item, claim))
        .collect();
    // The first of the worst decides.
    let decided = claims.iter().min_by_key(|c| c.verdict);
    let (verdict, decided_by, reason) = match decided {
        Some(c) => (c.verdict, c.id.clone(), reasons::of_item(c)),
        None => claims::unmatched(case, item, &matched.reason),
    };
    ItemReport {
        id: item.id.clone(),
        section: item.section.join(" / "),
        text: item.text.clone(),
        answer: item.answer,
        answer_text: item.answer_text.clone(),
        remark: item.remark_resolved.clone(),
        verdict,
        agreement: agreement::agreement(item.answer, verdict, !item.concessions.is_empty()),
        decided_by,
        reason: reason.en,
        reason_ja: reason.ja,
        matched,
        claims,
    }
}

/// Topics that wait for a person's review, each once, in the proposal's order.
fn proposed(mapped: &MappedItem) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    let waiting = mapped.proposal.iter().filter(|_| !mapped.review.decides()).flat_map(|p| &p.claims);
    for candidate in waiting.flat_map(|claim| &claim.topics).filter(|candidate| candidate.proposed) {
        if !topics.contains(&candidate.topic) {
            topics.push(candidate.topic.clone());
        }
    }
    topics
}

/// The observations that the findings of the report name.
fn evidence(case: &Case<'_>, table: &checks::Table) -> Vec<EvidenceReport> {
    let named: std::collections::BTreeSet<&str> =
        table.findings.iter().flat_map(|f| f.evidence.iter().map(String::as_str)).collect();
    case.snapshot
        .observations
        .iter()
        .filter(|o| named.contains(o.id.as_str()))
        .map(|o| EvidenceReport {
            id: o.id.clone(),
            account: o.account.clone(),
            region: o.region.clone(),
            operation: o.operation.clone(),
            status: o.status,
            request_id: o.request_id.clone(),
            time: time(o.time),
            digest: o.digest.clone(),
        })
        .collect()
}

/// Statements that had no effect: a person meant something by them.
fn warnings(case: &Case<'_>, items: &[ItemReport], table: &checks::Table) -> Vec<Text> {
    let asked = asked(case.sheet, case.mapping, case.attestations, case.clock);
    let mut warnings = case.warnings.to_vec();
    warnings.extend(tables::old(case));
    for (index, a) in case.attestations.iter().enumerate() {
        let used = items.iter().any(|i| i.id == a.target || i.claims.iter().any(|c| c.id == a.target));
        // One that was renewed is history, and needs nobody's attention.
        let renewed = case.attestations.iter().any(|other| {
            other.target == a.target
                && other.when <= case.clock
                && case.clock < other.expires
                && other.evidence_state.stands()
        });
        let cut = asked
            .iter()
            .filter(|asked| asked.rests_on == Some(index))
            .filter_map(|asked| asked.ends.filter(|end| *end <= case.clock))
            .min();
        if !used {
            warnings.push(reasons::attestation_for_nothing(a));
        } else if a.when > case.clock {
            warnings.push(reasons::attestation_not_yet(a));
        } else if let Some(end) = cut.or_else(|| (case.clock >= a.expires && !renewed).then_some(a.expires)) {
            warnings.push(reasons::attestation_ended(a, end));
        } else if case.clock < a.expires && !a.evidence_state.stands() && !renewed {
            warnings.push(reasons::attestation_evidence(a));
        }
    }
    for w in case.waivers {
        let renewed = || {
            let same = |other: &&Waiver| (&other.check, &other.resource) == (&w.check, &w.resource);
            case.waivers.iter().filter(same).any(|other| case.clock < other.until)
        };
        if case.clock >= w.until {
            if !renewed() {
                warnings.push(reasons::waiver_ended(w));
            }
        } else if !table.used_waivers.contains(&(w.check.clone(), w.resource.clone())) {
            warnings.push(reasons::waiver_for_nothing(w));
        }
    }
    warnings
}

fn run_info(case: &Case<'_>) -> RunInfo {
    let mut hash = Sha256::new();
    for part in [case.snapshot_sha256, &case.sheet.sha256, &case.catalogue.sha256, &time(case.clock)] {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    for part in
        [serde_json::to_vec(case.mapping), serde_json::to_vec(case.attestations), serde_json::to_vec(case.waivers)]
    {
        // These are plain data and always serialise; an empty part would only make ids less distinct.
        hash.update(part.unwrap_or_default());
    }
    let id = hex::encode(hash.finalize());
    RunInfo {
        id: id.get(..16).unwrap_or(&id).to_string(),
        started: time(case.snapshot.started),
        finished: time(case.snapshot.finished),
        clock: time(case.clock),
        tool_version: case.snapshot.tool_version.clone(),
        sheet: NamedDigest { name: case.sheet.name.clone(), sha256: case.sheet.sha256.clone() },
        snapshot: NamedDigest { name: String::new(), sha256: case.snapshot_sha256.to_string() },
        catalogue: NamedDigest { name: String::new(), sha256: case.catalogue.sha256.clone() },
        scope: case.snapshot.scope.clone(),
        accounts: case.snapshot.accounts.clone(),
        api_calls: case.snapshot.api_calls,
        parts: case.snapshot.parts.clone(),
    }
}

/// A moment as every file writes it.
pub(crate) fn time(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
