//! The report, arranged for the page: grouped, counted and shortened, with nothing decided.

use std::collections::{BTreeMap, HashMap};

use super::Both;
use crate::model::{
    self, Agreement, CheckOutcome, CheckReport, ClaimReport, EvidenceReport, Finding, ItemReport, MatchReport, Outcome,
    ResourceRef, Verdict,
};
use crate::report::{labels, words};

/// Findings shown of each check; the rest is counted and stands in `report.json`. Failing ones come first.
const SHOWN_FINDINGS: usize = 200;

/// Places shown of each gap: an account with every region enabled would fill the page.
const SHOWN_PLACES: usize = 6;

pub(super) struct Report<'r> {
    pub(super) r: &'r model::Report,
    pub(super) title: String,
    pub(super) clock: String,
    pub(super) started: String,
    pub(super) finished: String,
    pub(super) reach: Both,
    pub(super) api_calls: String,
    pub(super) include: String,
    pub(super) exclude: String,
    pub(super) verdicts: Vec<Count>,
    pub(super) agreements: Vec<Count>,
    pub(super) sections: Vec<Section<'r>>,
    pub(super) gaps: Vec<Gap>,
    pub(super) reminders: Vec<Both>,
    pub(super) warnings: Vec<Both>,
    /// Items whose mapping waits for review; none where there is no such item.
    pub(super) waiting: Option<Both>,
    /// Only of a run that read a part anew.
    pub(super) partial: Option<Both>,
}

/// One line of the overview.
pub(super) struct Count {
    pub(super) label: &'static str,
    /// The label without what a CSS class cannot hold.
    pub(super) class: String,
    pub(super) name: Both,
    pub(super) meaning: Both,
    pub(super) count: usize,
    /// Percent of all items, for the bar.
    pub(super) share: String,
}

/// Items under one heading of the sheet.
pub(super) struct Section<'r> {
    pub(super) name: &'r str,
    pub(super) items: Vec<Item<'r>>,
}

pub(super) struct Item<'r> {
    pub(super) i: &'r ItemReport,
    pub(super) answer: Both,
    pub(super) verdict: &'static str,
    pub(super) class: String,
    pub(super) agreement: &'static str,
    pub(super) agreement_name: Both,
    pub(super) reason: Both,
    pub(super) matched: Both,
    pub(super) match_reason: Both,
    /// Who decided of the mapping, and when; empty where nobody did, and the reason tells.
    pub(super) reviewed: String,
    pub(super) review: Both,
    pub(super) proposed: String,
    pub(super) claims: Vec<Claim<'r>>,
}

pub(super) struct Claim<'r> {
    pub(super) c: &'r ClaimReport,
    pub(super) text: Both,
    pub(super) by: Both,
    pub(super) class: String,
    pub(super) verdict: &'static str,
    pub(super) reason: Both,
    pub(super) topics: String,
    pub(super) decides: bool,
    pub(super) live: Option<(&'static str, String)>,
    pub(super) attested: Option<Attested<'r>>,
    pub(super) checks: Vec<Check<'r>>,
}

pub(super) struct Attested<'r> {
    pub(super) verdict: &'static str,
    pub(super) class: String,
    pub(super) rest: Option<Both>,
    pub(super) statement: Option<&'r str>,
    pub(super) who: Option<&'r str>,
    pub(super) evidence: Option<&'r str>,
    /// Whether the evidence may be a link: other schemes (`javascript:`) are shown as text.
    pub(super) is_link: bool,
    pub(super) expires: Option<String>,
}

pub(super) struct Check<'r> {
    pub(super) c: &'r CheckReport,
    pub(super) title: Both,
    pub(super) class: &'static str,
    pub(super) outcome: Both,
    pub(super) severity: Both,
    pub(super) population: Both,
    pub(super) params: String,
    /// Expectations, each once.
    pub(super) expected: Vec<&'r str>,
    pub(super) groups: Vec<Group<'r>>,
    /// Findings that the page leaves out.
    pub(super) more: usize,
    pub(super) proofs: Vec<Proof<'r>>,
    pub(super) gaps: Vec<Gap>,
}

/// Findings of one outcome.
pub(super) struct Group<'r> {
    pub(super) class: &'static str,
    pub(super) outcome: Both,
    /// Findings, shown or not.
    pub(super) count: usize,
    pub(super) rows: Vec<Row<'r>>,
}

/// Resources that were observed alike, by the same observation.
pub(super) struct Row<'r> {
    pub(super) names: Vec<Name<'r>>,
    pub(super) note: &'r str,
    pub(super) observed: String,
    /// Number of its proof within the check.
    pub(super) proof: usize,
}

pub(super) struct Name<'r> {
    pub(super) name: &'r str,
    /// Account and region, where the ARN does not tell them.
    pub(super) place: String,
}

/// A command and the observations that it repeats; findings that share them share the number.
pub(super) struct Proof<'r> {
    pub(super) command: &'r str,
    pub(super) seen: Vec<Seen<'r>>,
}

pub(super) struct Seen<'r> {
    pub(super) id: &'r str,
    /// None where the report names an observation that it does not hold.
    pub(super) evidence: Option<&'r EvidenceReport>,
    pub(super) time: String,
    pub(super) digest: String,
}

pub(super) struct Gap {
    pub(super) reason: Both,
    pub(super) remedy: Both,
    pub(super) g: words::GapGroup,
    pub(super) permissions: String,
    pub(super) places: String,
}

fn place(f: &Finding) -> String {
    let ResourceRef { arn, account, region, .. } = &f.resource;
    match arn {
        Some(arn) if arn.contains(&format!(":{region}:{account}:")) => String::new(),
        _ => format!("{account} {region}"),
    }
}

fn class(label: &str) -> String {
    label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn share(count: usize, of: usize) -> String {
    // Whole hundredths of a percent: no float, so the page is the same on every machine.
    let hundredths = count * 10_000 / of.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

impl<'r> Report<'r> {
    pub(super) fn new(r: &'r model::Report) -> Self {
        let run = &r.run;
        let observations: HashMap<&str, &EvidenceReport> = r.evidence.iter().map(|e| (e.id.as_str(), e)).collect();
        let summary = &r.summary;
        let verdicts = Verdict::ALL.map(|verdict| {
            let count = words::counted(&summary.by_verdict, verdict.label());
            Count {
                label: verdict.label(),
                class: class(verdict.label()),
                name: labels::verdict(verdict).into(),
                meaning: labels::verdict_meaning(verdict).into(),
                count,
                share: share(count, summary.items),
            }
        });
        let agreements = Agreement::ALL.map(|agreement| {
            let count = words::counted(&summary.by_agreement, agreement.label());
            Count {
                label: agreement.label(),
                class: class(agreement.label()),
                name: labels::agreement(agreement).into(),
                meaning: labels::agreement_meaning(agreement).into(),
                count,
                share: share(count, summary.items),
            }
        });
        let mut sections: Vec<Section<'r>> = Vec::new();
        for item in &r.items {
            let view = Item::new(r, item, &observations);
            match sections.last_mut() {
                Some(section) if section.name == item.section => section.items.push(view),
                _ => sections.push(Section { name: &item.section, items: vec![view] }),
            }
        }
        Self {
            r,
            title: match run.sheet.name.as_str() {
                "" => words::short_digest(&run.sheet.sha256),
                name => name.to_owned(),
            },
            clock: words::moment(&run.clock),
            started: words::moment(&run.started),
            finished: words::moment(&run.finished),
            reach: words::reach(&run.accounts).into(),
            api_calls: words::count(run.api_calls),
            include: words::selectors(&run.scope.include),
            exclude: words::selectors(&run.scope.exclude),
            verdicts: verdicts.into(),
            agreements: agreements.into(),
            sections,
            gaps: gaps(words::gap_groups(&r.gaps)),
            reminders: words::soon(r).map(Both::from).collect(),
            warnings: r.warnings.iter().map(Both::from).collect(),
            waiting: words::waiting(r).map(Both::from),
            partial: words::partial(run).map(Both::from),
        }
    }
}

impl<'r> Item<'r> {
    fn new(r: &'r model::Report, i: &'r ItemReport, observations: &HashMap<&str, &'r EvidenceReport>) -> Self {
        let MatchReport { framework_item, confidence, reason, review, proposed } = &i.matched;
        Self {
            i,
            answer: labels::answer(i.answer).into(),
            verdict: i.verdict.label(),
            class: class(i.verdict.label()),
            agreement: i.agreement.label(),
            agreement_name: labels::agreement(i.agreement).into(),
            reason: Both::new(&i.reason_ja, &i.reason),
            matched: match framework_item {
                Some(id) => {
                    let id = format!("{id} · {confidence:.2}");
                    Both::new(id.clone(), id)
                }
                None => labels::NOT_MATCHED.into(),
            },
            match_reason: reason.into(),
            reviewed: words::reviewed(review),
            review: labels::review_word(review).into(),
            proposed: proposed.join(", "),
            claims: i.claims.iter().map(|c| Claim::new(r, i, c, observations)).collect(),
        }
    }
}

impl<'r> Claim<'r> {
    fn new(
        r: &'r model::Report,
        item: &ItemReport,
        c: &'r ClaimReport,
        observations: &HashMap<&str, &'r EvidenceReport>,
    ) -> Self {
        Self {
            c,
            text: Both::new(&c.text_ja, &c.text),
            by: labels::by(c.by).into(),
            class: class(c.verdict.label()),
            verdict: c.verdict.label(),
            reason: (&c.reason).into(),
            topics: c.topics.join(", "),
            decides: c.id == item.decided_by && item.claims.len() > 1,
            live: c.live.map(|verdict| (verdict.label(), class(verdict.label()))),
            attested: c.attested.as_ref().map(|half| Attested {
                verdict: half.verdict.label(),
                class: class(half.verdict.label()),
                rest: half.rest.as_ref().map(Both::from),
                statement: half.statement.as_deref(),
                who: half.who.as_deref(),
                evidence: half.evidence.as_deref(),
                is_link: half.evidence.as_deref().is_some_and(|link| link.starts_with("https://")),
                expires: half.expires.as_deref().map(words::moment),
            }),
            checks: c.checks.iter().map(|check| Check::new(r, check, observations)).collect(),
        }
    }
}

impl<'r> Check<'r> {
    fn new(r: &'r model::Report, c: &'r CheckReport, observations: &HashMap<&str, &'r EvidenceReport>) -> Self {
        let findings = words::findings(r, c);
        let mut expected: Vec<&str> = Vec::new();
        let mut numbers: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
        let mut proofs = Vec::new();
        let mut groups: Vec<Group<'r>> = Vec::new();
        let mut last = None;
        for f in findings.iter().copied().take(SHOWN_FINDINGS) {
            if !expected.contains(&f.expected.as_str()) {
                expected.push(&f.expected);
            }
            let next = numbers.len() + 1;
            let proof = *numbers.entry((&f.reproduce, &f.evidence)).or_insert_with(|| {
                proofs.push(Proof::new(f, observations));
                next
            });
            if last != Some(f.outcome) {
                groups.push(Group {
                    class: outcome_class(f.outcome),
                    outcome: labels::outcome(f.outcome).into(),
                    count: findings.iter().filter(|other| other.outcome == f.outcome).count(),
                    rows: Vec::new(),
                });
            }
            last = Some(f.outcome);
            let Some(group) = groups.last_mut() else { continue };
            let (name, observed) = (Name { name: f.resource.name(), place: place(f) }, words::pairs(&f.observed));
            let alike = |row: &&mut Row<'_>| row.proof == proof && row.observed == observed && row.note == f.note;
            match group.rows.iter_mut().find(alike) {
                Some(row) => row.names.push(name),
                None => group.rows.push(Row { names: vec![name], note: &f.note, observed, proof }),
            }
        }
        Self {
            c,
            title: (&c.title).into(),
            class: check_class(c.outcome),
            outcome: labels::check_outcome(c.outcome).into(),
            severity: labels::severity(&c.severity).into(),
            population: words::population(&c.population).into(),
            params: words::pairs(&c.params),
            expected,
            groups,
            more: findings.len().saturating_sub(SHOWN_FINDINGS),
            proofs,
            gaps: gaps(words::gap_groups(c.gaps.iter().filter_map(|position| r.gaps.get(*position)))),
        }
    }
}

impl<'r> Proof<'r> {
    fn new(f: &'r Finding, observations: &HashMap<&str, &'r EvidenceReport>) -> Self {
        let seen = f.evidence.iter().map(|id| {
            let evidence = observations.get(id.as_str()).copied();
            Seen {
                id,
                evidence,
                time: evidence.map(|e| words::moment(&e.time)).unwrap_or_default(),
                digest: evidence.map(|e| words::short_digest(&e.digest)).unwrap_or_default(),
            }
        });
        Self { command: &f.reproduce, seen: seen.collect() }
    }
}

fn gaps(groups: Vec<words::GapGroup>) -> Vec<Gap> {
    let view = |g: words::GapGroup| Gap {
        reason: labels::gap_reason(g.reason).into(),
        remedy: labels::gap_remedy(g.reason).into(),
        permissions: g.permissions.join(", "),
        places: match g.places.len().saturating_sub(SHOWN_PLACES) {
            0 => g.places.join(", "),
            more => format!("{} + {more}", g.places.iter().take(SHOWN_PLACES).cloned().collect::<Vec<_>>().join(", ")),
        },
        g,
    };
    groups.into_iter().map(view).collect()
}

fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "fail",
        Outcome::Unknown => "inconclusive",
        Outcome::Waived => "waived",
        Outcome::Pass => "pass",
    }
}

fn check_class(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Fail => "fail",
        CheckOutcome::Unknown => "inconclusive",
        CheckOutcome::Untested => "untested",
        CheckOutcome::Waived => "waived",
        CheckOutcome::Pass => "pass",
    }
}
