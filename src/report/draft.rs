//! A draft of the answer and the remark that an item could be given, from the evidence. A draft says that it is one, and
//! stays empty where a person has to answer.

use std::collections::BTreeMap;

use super::words;
use crate::model::{Answer, CheckOutcome, CheckReport, ItemReport, Lang, Outcome, Report, Verdict};

/// Checks that a remark names, the worst first: a cell is read at a glance.
const CHECKS: usize = 4;
/// Failing resources that it names for each.
const RESOURCES: usize = 2;

/// How a sheet writes its answers, and in which language.
#[derive(Debug, Clone)]
pub struct Style {
    lang: Lang,
    marks: BTreeMap<Answer, String>,
}

impl Style {
    /// The habits of the sheet that `report` is of: the marks that it uses most, else those of its language.
    pub fn of(report: &Report) -> Self {
        let japanese = report.items.iter().filter(|item| item.text.chars().any(is_japanese)).count();
        let lang = if japanese * 2 >= report.items.len() { Lang::Ja } else { Lang::En };
        let mut counts: BTreeMap<Answer, BTreeMap<&str, usize>> = BTreeMap::new();
        for item in report.items.iter().filter(|item| item.answer != Answer::Unknown) {
            let mark = item.answer_text.trim();
            // "有(日次)" is an answer and a remark; only a bare mark says how answers are written.
            if !mark.is_empty() && mark.chars().count() <= LONGEST_MARK {
                *counts.entry(item.answer).or_default().entry(mark).or_default() += 1;
            }
        }
        let mut marks: BTreeMap<Answer, String> = match lang {
            Lang::Ja => [(Answer::Yes, "○"), (Answer::No, "×"), (Answer::Partial, "△"), (Answer::Na, "-")],
            Lang::En => [(Answer::Yes, "Yes"), (Answer::No, "No"), (Answer::Partial, "Partial"), (Answer::Na, "N/A")],
        }
        .into_iter()
        .map(|(answer, mark)| (answer, mark.to_owned()))
        .collect();
        for (answer, used) in counts {
            // The most used; of several, the first in the alphabet, so that the same sheet gives the same draft.
            if let Some((mark, _)) = used.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))) {
                marks.insert(answer, (*mark).to_owned());
            }
        }
        Self { lang, marks }
    }

    /// The mark for `answer`.
    fn mark(&self, answer: Answer) -> String {
        self.marks.get(&answer).cloned().unwrap_or_default()
    }
}

/// Longest answer that counts as a mark, in characters: `Not applicable`.
const LONGEST_MARK: usize = 14;

fn is_japanese(c: char) -> bool {
    ('\u{3041}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The answer that the evidence speaks for, in the sheet's own marks; empty where it decides nothing.
pub fn answer(item: &ItemReport, style: &Style) -> String {
    match item.verdict {
        Verdict::Pass | Verdict::Inherited | Verdict::Attested => style.mark(Answer::Yes),
        // An accepted risk is no yes.
        Verdict::Waived => style.mark(Answer::Partial),
        Verdict::Na => style.mark(Answer::Na),
        Verdict::Fail if something_holds(item) => style.mark(Answer::Partial),
        Verdict::Fail => style.mark(Answer::No),
        Verdict::Inconclusive | Verdict::Expired | Verdict::Unattested | Verdict::Untested => String::new(),
    }
}

fn something_holds(item: &ItemReport) -> bool {
    item.claims.iter().any(|claim| claim.verdict.holds() || claim.checks.iter().any(|c| c.population.passed > 0))
}

/// A remark that says what was found: counts, failing resources, statements of people, and when.
pub fn remark(report: &Report, item: &ItemReport, style: &Style) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut checks: Vec<&CheckReport> = item.claims.iter().flat_map(|claim| &claim.checks).collect();
    // The worst first; a check that several claims share is told once.
    checks.sort_by(|a, b| a.outcome.cmp(&b.outcome).then(a.id.cmp(&b.id)));
    checks.dedup_by(|a, b| a.id == b.id);
    checks.retain(|check| check.outcome != CheckOutcome::Untested && check.population.in_scope > 0);
    parts.extend(checks.iter().take(CHECKS).map(|check| of_check(report, check, style.lang)));
    let left = checks.len().saturating_sub(CHECKS);
    if left > 0 {
        parts.push(match style.lang {
            Lang::Ja => format!("ほか {left} 件の確認"),
            Lang::En => format!("{left} more checks"),
        });
    }
    for half in item.claims.iter().filter_map(|claim| claim.attested.as_ref()) {
        if half.verdict == Verdict::Attested
            && let (Some(statement), Some(who)) = (&half.statement, &half.who)
        {
            let told = match style.lang {
                Lang::Ja => format!("{statement}(表明: {who})"),
                Lang::En => format!("{statement} (stated by {who})"),
            };
            if !parts.contains(&told) {
                parts.push(told);
            }
        }
    }
    if parts.is_empty() {
        return String::new();
    }
    let at = words::moment(&report.run.clock);
    match style.lang {
        Lang::Ja => format!("【下書き】{}({at} 時点)", parts.join("。")),
        Lang::En => format!("[Draft] {} (as of {at})", parts.join("; ")),
    }
}

fn of_check(report: &Report, check: &CheckReport, lang: Lang) -> String {
    let counts = check.population;
    let title = check.title.get(lang);
    let mut told = match lang {
        Lang::Ja => format!("{title}: {} 件中 {} 件", counts.in_scope, counts.passed),
        Lang::En => format!("{title}: {} of {}", counts.passed, counts.in_scope),
    };
    let failing: Vec<&str> = check
        .findings
        .iter()
        .filter_map(|at| report.findings.get(*at))
        .filter(|finding| finding.outcome == Outcome::Fail)
        .map(|finding| finding.resource.id.as_str())
        .collect();
    let mut notes = Vec::new();
    if !failing.is_empty() {
        let named = failing.iter().take(RESOURCES).copied().collect::<Vec<_>>().join(", ");
        let dots = if failing.len() > RESOURCES { ", …" } else { "" };
        notes.push(match lang {
            Lang::Ja => format!("不適合 {}: {named}{dots}", counts.failed),
            Lang::En => format!("{} failing: {named}{dots}", counts.failed),
        });
    }
    if counts.waived > 0 {
        notes.push(match lang {
            Lang::Ja => format!("許容済み {}", counts.waived),
            Lang::En => format!("{} waived", counts.waived),
        });
    }
    if counts.unknown > 0 {
        notes.push(match lang {
            Lang::Ja => format!("判定不能 {}", counts.unknown),
            Lang::En => format!("{} not read", counts.unknown),
        });
    }
    if !notes.is_empty() {
        told.push_str(&match lang {
            Lang::Ja => format!("({})", notes.join("、")),
            Lang::En => format!(" ({})", notes.join(", ")),
        });
    }
    told
}

/// Where the evidence of an item is found: the snapshot, and the observations that its findings rest on.
pub fn evidence(report: &Report, item: &ItemReport) -> String {
    let mut observations: Vec<&str> = item
        .claims
        .iter()
        .flat_map(|claim| &claim.checks)
        .flat_map(|check| &check.findings)
        .filter_map(|at| report.findings.get(*at))
        .flat_map(|finding| finding.evidence.iter().map(String::as_str))
        .collect();
    observations.sort_unstable();
    observations.dedup();
    let mut links: Vec<&str> = item
        .claims
        .iter()
        .filter_map(|claim| claim.attested.as_ref().and_then(|half| half.evidence.as_deref()))
        .collect();
    links.dedup();
    let mut parts: Vec<String> = links.into_iter().map(str::to_owned).collect();
    if !observations.is_empty() {
        let shown = observations.iter().take(OBSERVATIONS).copied().collect::<Vec<_>>().join(", ");
        let dots = if observations.len() > OBSERVATIONS { ", …" } else { "" };
        let snapshot = words::short_digest(&report.run.snapshot.sha256);
        parts.push(format!("snapshot {snapshot}: {shown}{dots}"));
    }
    parts.join(" / ")
}

/// Observations that a cell names; `report.json` has all.
const OBSERVATIONS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_draft_is_marked_and_names_counts_and_time() {
        let report = sample::report();
        let style = Style::of(&report);
        let drafts: Vec<String> = report.items.iter().map(|item| remark(&report, item, &style)).collect();
        assert!(drafts.iter().any(|draft| !draft.is_empty()));
        for draft in drafts.iter().filter(|draft| !draft.is_empty()) {
            assert!(draft.starts_with("【下書き】") || draft.starts_with("[Draft]"), "{draft}");
            assert!(draft.contains("2026-03-01"), "{draft}");
        }
    }

    #[test]
    fn nothing_that_does_not_hold_is_drafted_as_a_yes() {
        let report = sample::report();
        let style = Style::of(&report);
        let yes = style.mark(Answer::Yes);
        for item in &report.items {
            let drafted = answer(item, &style);
            match item.verdict {
                Verdict::Pass | Verdict::Inherited | Verdict::Attested => assert_eq!(drafted, yes),
                Verdict::Inconclusive | Verdict::Expired | Verdict::Unattested | Verdict::Untested => {
                    assert_eq!(drafted, "", "{}", item.id);
                }
                Verdict::Fail | Verdict::Waived | Verdict::Na => assert_ne!(drafted, yes, "{}", item.id),
            }
        }
    }

    #[test]
    fn the_sheets_own_marks_are_used() {
        let mut report = sample::report();
        for item in &mut report.items {
            item.answer = Answer::Yes;
            item.answer_text = "対応済".to_owned();
        }
        report.items[0].answer_text = "有(日次のバックアップを七世代)".to_owned();
        assert_eq!(Style::of(&report).mark(Answer::Yes), "対応済");
        assert_eq!(Style::of(&report).mark(Answer::No), if Style::of(&report).lang == Lang::Ja { "×" } else { "No" });
    }

    #[test]
    fn an_english_sheet_gets_english_drafts() {
        let mut report = sample::report();
        for item in &mut report.items {
            item.text = "Is data encrypted?".to_owned();
            item.answer_text = String::new();
        }
        let style = Style::of(&report);
        assert_eq!(style.mark(Answer::Yes), "Yes");
        assert!(report.items.iter().map(|i| remark(&report, i, &style)).any(|draft| draft.starts_with("[Draft]")));
    }
}
