//! A check within a claim: what it looked at, its findings a page at a time, the evidence of those shown, and its gaps.

use std::collections::{BTreeMap, HashMap};

use super::Ctx;
use super::gaps::GapView;
use super::parts::Pager;
use crate::model::{CheckOutcome, CheckReport, EvidenceReport, Finding, Outcome};
use crate::report::{labels, words as sentences};
use crate::web::error::Fault;
use crate::web::read::Seen;

/// Findings on one page.
const PAGE: usize = 50;

/// What checks of one page share.
pub(super) struct Look<'l> {
    pub(super) ctx: &'l Ctx,
    pub(super) seen: &'l Seen,
    pub(super) evidence: HashMap<&'l str, &'l EvidenceReport>,
    /// The check whose findings are turned over, and to which page.
    pub(super) wanted: Option<&'l str>,
    pub(super) page: usize,
}

pub(super) struct Check {
    pub(super) anchor: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) outcome: &'static str,
    pub(super) open: bool,
    pub(super) severity: String,
    pub(super) population: String,
    pub(super) params: String,
    /// Expectations of the findings shown, each once.
    pub(super) expected: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) proofs: Vec<Proof>,
    pub(super) gaps: Vec<GapView>,
    pub(super) pager: Option<Pager>,
}

/// Findings of one outcome on this page.
pub(super) struct Group {
    pub(super) class: &'static str,
    pub(super) outcome: &'static str,
    /// How many there are on all pages.
    pub(super) count: usize,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) note: String,
    pub(super) observed: String,
    pub(super) proof: usize,
}

/// A command and the observations that it repeats.
pub(super) struct Proof {
    pub(super) command: String,
    pub(super) seen: Vec<Observed>,
}

pub(super) struct Observed {
    pub(super) id: String,
    /// None where the report names an observation that it does not hold.
    pub(super) evidence: Option<EvidenceReport>,
    pub(super) time: String,
    pub(super) digest: String,
}

impl Check {
    pub(super) async fn new(look: &Look<'_>, c: &CheckReport, anchor: String) -> Result<Self, Fault> {
        let (ctx, lang) = (look.ctx, look.ctx.lang);
        let all = match c.population.in_scope {
            0 => Default::default(),
            _ => ctx.web.findings_of(&look.seen.run, &c.id).await?,
        };
        let wanted = look.wanted == Some(c.id.as_str());
        let pages = all.len().div_ceil(PAGE).max(1);
        let page = if wanted { look.page.min(pages) } else { 1 };
        let shown = || all.iter().skip((page - 1) * PAGE).take(PAGE);
        let mut expected: Vec<String> = Vec::new();
        let mut numbers: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
        let mut proofs = Vec::new();
        let mut groups: Vec<(Outcome, Group)> = Vec::new();
        for f in shown() {
            if !expected.contains(&f.expected) {
                expected.push(f.expected.clone());
            }
            let next = numbers.len() + 1;
            let proof = *numbers.entry((&f.reproduce, &f.evidence)).or_insert_with(|| {
                proofs.push(look.proof(f));
                next
            });
            let row = Row::new(f, proof);
            match groups.last_mut() {
                Some((outcome, group)) if *outcome == f.outcome => group.rows.push(row),
                _ => groups.push((f.outcome, Group::new(f.outcome, &all, row, ctx))),
            }
        }
        let link =
            |page: usize| format!("{}#{anchor}", ctx.here(&[("check", c.id.as_str()), ("page", &page.to_string())]));
        Ok(Self {
            id: c.id.clone(),
            title: c.title.get(lang).to_owned(),
            class: class(c.outcome),
            outcome: labels::check_outcome(c.outcome).get(lang),
            open: wanted || matches!(c.outcome, CheckOutcome::Fail | CheckOutcome::Unknown),
            severity: labels::severity(&c.severity).get(lang).to_owned(),
            population: sentences::population(&c.population).get(lang).to_owned(),
            params: sentences::pairs(&c.params),
            expected,
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            proofs,
            gaps: GapView::all(c.gaps.iter().filter_map(|at| look.seen.frame.gaps.get(*at)), lang),
            pager: Pager::new(page, pages, link),
            anchor,
        })
    }
}

impl Group {
    fn new(outcome: Outcome, all: &[Finding], first: Row, ctx: &Ctx) -> Self {
        Self {
            class: match outcome {
                Outcome::Fail => "fail",
                Outcome::Unknown => "inconclusive",
                Outcome::Waived => "waived",
                Outcome::Pass => "pass",
            },
            outcome: labels::outcome(outcome).get(ctx.lang),
            count: all.iter().filter(|finding| finding.outcome == outcome).count(),
            rows: vec![first],
        }
    }
}

impl Row {
    fn new(f: &Finding, proof: usize) -> Self {
        let (account, region) = (&f.resource.account, &f.resource.region);
        let told = f.resource.arn.as_deref().is_some_and(|arn| arn.contains(&format!(":{region}:{account}:")));
        Self {
            name: f.resource.name().to_owned(),
            place: if told { String::new() } else { format!("{account} {region}") },
            note: f.note.clone(),
            observed: sentences::pairs(&f.observed),
            proof,
        }
    }
}

impl Look<'_> {
    fn proof(&self, f: &Finding) -> Proof {
        let observed = |id: &String| {
            let evidence = self.evidence.get(id.as_str()).copied().cloned();
            Observed {
                id: id.clone(),
                time: evidence.as_ref().map(|e| sentences::moment(&e.time)).unwrap_or_default(),
                digest: evidence.as_ref().map(|e| sentences::short_digest(&e.digest)).unwrap_or_default(),
                evidence,
            }
        };
        Proof { command: f.reproduce.clone(), seen: f.evidence.iter().map(observed).collect() }
    }
}

fn class(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Fail => "fail",
        CheckOutcome::Unknown => "inconclusive",
        CheckOutcome::Untested => "untested",
        CheckOutcome::Waived => "waived",
        CheckOutcome::Pass => "pass",
    }
}
