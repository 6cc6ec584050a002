//! A report taken apart and put together again.
//!
//! What stays the same from night to night is kept once, for as long as it stays the same: each finding, each item, the
//! evidence of each account × region × service. What is new with every run (its clock, its counts) is its *head*. Nothing
//! here may lose a byte: the report that is put together renders as the one that was taken apart.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{EvidenceReport, Finding, Gap, ItemReport, Reminder, Report, RunInfo, Summary, Text, Unread};

/// What a part is of. The numbers are in databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// One finding.
    Finding = 1,
    /// One item with its claims.
    Item = 2,
    /// The evidence of one account × region × service.
    Evidence = 3,
}

/// A piece of a report that outlives the run where it does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub kind: Kind,
    /// Which one, the same in every run: a digest of what names it.
    pub key: [u8; 16],
    /// The check of a finding, the id of an item, the place of evidence.
    pub label: String,
    /// SHA-256 of what it says.
    pub digest: [u8; 32],
    /// JSON, compressed where that makes it smaller by much.
    pub body: Vec<u8>,
}

/// Whole numbers in a row: (first, how many). Lists of positions are a few of them.
type Runs = Vec<(i64, u64)>;

/// What a run has of its own.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    schema: String,
    run: RunInfo,
    summary: Summary,
    gaps: Vec<Gap>,
    unread: Vec<Unread>,
    warnings: Vec<Text>,
    reminders: Vec<Reminder>,
    /// Keys of the items in the report's order, as hex.
    items: Vec<String>,
    /// Check → position of its first finding: items count from there, so that a finding more does not change them all.
    bases: BTreeMap<String, i64>,
    /// The report's order of findings, as positions in the canonical one. One run where they are the same.
    findings: Runs,
    /// The same of evidence.
    evidence: Runs,
}

#[derive(Serialize, Deserialize)]
struct ItemPart {
    item: ItemReport,
    /// Per claim and check, in order: positions of its findings, from the base of the check.
    positions: Vec<Runs>,
}

/// A report taken apart.
pub(super) struct Apart {
    pub head: Vec<u8>,
    pub parts: Vec<Part>,
}

/// Takes a report apart.
pub(super) fn apart(report: &Report) -> Result<Apart, String> {
    let mut parts = Vec::with_capacity(report.findings.len() + report.items.len());
    let bases = bases(&report.findings);

    let mut names = Repeats::default();
    for finding in &report.findings {
        let key = names.key(&(&finding.check, &finding.resource))?;
        let mut finding = finding.clone();
        finding.observed.values_mut().for_each(serde_json::Value::sort_all_objects);
        parts.push(part(Kind::Finding, key, finding.check.clone(), &finding)?);
    }

    let mut items = Vec::new();
    let mut names = Repeats::default();
    for item in &report.items {
        let key = names.key(&item.id)?;
        items.push(hex::encode(key));
        let mut item = item.clone();
        let mut positions = Vec::new();
        for check in item.claims.iter_mut().flat_map(|claim| &mut claim.checks) {
            check.params.values_mut().for_each(serde_json::Value::sort_all_objects);
            let base = bases.get(&check.id).copied().unwrap_or(0);
            positions.push(runs(std::mem::take(&mut check.findings).into_iter().map(|at| whole(at) - base)));
        }
        parts.push(part(Kind::Item, key, item.id.clone(), &ItemPart { item, positions })?);
    }

    let mut cells: BTreeMap<String, Vec<&EvidenceReport>> = BTreeMap::new();
    for evidence in &report.evidence {
        cells.entry(cell(evidence)).or_default().push(evidence);
    }
    for (label, evidence) in cells {
        let key = Repeats::default().key(&label)?;
        parts.push(part(Kind::Evidence, key, label, &evidence)?);
    }

    let head = Head {
        schema: report.schema.clone(),
        run: report.run.clone(),
        summary: report.summary.clone(),
        gaps: report.gaps.clone(),
        unread: report.unread.clone(),
        warnings: report.warnings.clone(),
        reminders: report.reminders.clone(),
        items,
        findings: order(sorted_findings(report.findings.iter().enumerate(), |(_, finding)| *finding)),
        evidence: order(sorted_evidence(report.evidence.iter().enumerate(), |(_, evidence)| *evidence)),
        bases,
    };
    Ok(Apart { head: pack(&head)?, parts })
}

/// The order of a run's findings.
pub(super) struct Order(Runs);

/// Reads it from a run's head alone.
pub(super) fn order_of(head: &[u8]) -> Result<Order, String> {
    Ok(Order(unpack::<Head>(head)?.findings))
}

/// Puts a report together, without its findings: from its head and its parts of the other kinds, in any order.
pub(super) fn frame(
    head: &[u8],
    items: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>,
    evidence: impl IntoIterator<Item = Vec<u8>>,
) -> Result<(Report, Order), String> {
    let head: Head = unpack(head)?;
    let mut by_key = BTreeMap::new();
    for (key, body) in items {
        by_key.insert(hex::encode(key), unpack::<ItemPart>(&body)?);
    }
    let mut items = Vec::with_capacity(head.items.len());
    for key in &head.items {
        let part = by_key.remove(key).ok_or_else(|| format!("an item of the run is not there: {key}"))?;
        items.push(item(part, &head.bases)?);
    }
    let mut all: Vec<EvidenceReport> = Vec::new();
    for body in evidence {
        all.extend(unpack::<Vec<EvidenceReport>>(&body)?);
    }
    let report = Report {
        schema: head.schema,
        run: head.run,
        summary: head.summary,
        items,
        findings: Vec::new(),
        gaps: head.gaps,
        evidence: ordered(sorted_evidence(all, |evidence| evidence), &head.evidence)?,
        unread: head.unread,
        warnings: head.warnings,
        reminders: head.reminders,
    };
    Ok((report, Order(head.findings)))
}

impl Order {
    /// All findings, in the report's order.
    pub(super) fn findings(&self, bodies: impl IntoIterator<Item = Vec<u8>>) -> Result<Vec<Finding>, String> {
        ordered(canonical(bodies)?, &self.0)
    }

    /// Whether the report has its findings in the order in which [`canonical`] puts some of them.
    pub(super) fn is_canonical(&self) -> bool {
        matches!(self.0.as_slice(), [] | [(0, _)])
    }
}

/// Some findings, by check and resource.
pub(super) fn canonical(bodies: impl IntoIterator<Item = Vec<u8>>) -> Result<Vec<Finding>, String> {
    let findings: Result<Vec<Finding>, String> = bodies.into_iter().map(|body| unpack(&body)).collect();
    Ok(sorted_findings(findings?, |finding| finding))
}

fn item(part: ItemPart, bases: &BTreeMap<String, i64>) -> Result<ItemReport, String> {
    let ItemPart { mut item, positions } = part;
    let mut positions = positions.into_iter();
    for check in item.claims.iter_mut().flat_map(|claim| &mut claim.checks) {
        let base = bases.get(&check.id).copied().unwrap_or(0);
        let runs = positions.next().ok_or("an item has fewer positions than checks")?;
        for at in numbers(&runs) {
            check.findings.push(usize::try_from(at + base).map_err(|_| "a position is below zero")?);
        }
    }
    Ok(item)
}

fn bases(findings: &[Finding]) -> BTreeMap<String, i64> {
    let mut bases = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if !bases.contains_key(&finding.check) {
            bases.insert(finding.check.clone(), whole(at));
        }
    }
    bases
}

/// Account, region and service: what a partial run reads anew, and so what changes at once.
fn cell(evidence: &EvidenceReport) -> String {
    let service = evidence.operation.split(':').next().unwrap_or_default();
    format!("{}/{}/{service}", evidence.account, evidence.region)
}

/// The order in which findings are put together, whatever order the database gives them in. Two findings of one check on
/// one resource would be told apart by what they say.
fn sorted_findings<T>(findings: impl IntoIterator<Item = T>, of: impl Fn(&T) -> &Finding) -> Vec<T> {
    let mut all: Vec<T> = findings.into_iter().collect();
    all.sort_by(|a, b| {
        let (a, b) = (of(a), of(b));
        (&a.check, &a.resource).cmp(&(&b.check, &b.resource)).then_with(|| said(a).cmp(&said(b)))
    });
    all
}

/// Tells two findings of the same check and resource apart; not computed for others.
fn said(finding: &Finding) -> String {
    let mut finding = finding.clone();
    finding.observed.values_mut().for_each(serde_json::Value::sort_all_objects);
    serde_json::to_string(&finding).unwrap_or_default()
}

fn sorted_evidence<T>(evidence: impl IntoIterator<Item = T>, of: impl Fn(&T) -> &EvidenceReport) -> Vec<T> {
    fn key(e: &EvidenceReport) -> (&str, &str, &str, &str, u16, Option<&str>, &str, &str) {
        let request = e.request_id.as_deref();
        (&e.id, &e.account, &e.region, &e.operation, e.status, request, &e.time, &e.digest)
    }
    let mut all: Vec<T> = evidence.into_iter().collect();
    all.sort_by(|a, b| key(of(a)).cmp(&key(of(b))));
    all
}

/// For each position of the report, the position in the canonical order.
fn order<T>(canonical: Vec<(usize, T)>) -> Runs {
    let mut places: Vec<(usize, i64)> =
        canonical.into_iter().enumerate().map(|(place, (at, _))| (at, whole(place))).collect();
    places.sort_unstable();
    runs(places.into_iter().map(|(_, place)| place))
}

/// The canonical list in the order that `order` says.
fn ordered<T>(canonical: Vec<T>, order: &Runs) -> Result<Vec<T>, String> {
    let said: u64 = order.iter().map(|(_, length)| *length).sum();
    if said != canonical.len() as u64 {
        return Err(format!("the run has {said} parts, found {}", canonical.len()));
    }
    if matches!(order.as_slice(), [] | [(0, _)]) {
        return Ok(canonical);
    }
    let mut slots: Vec<Option<T>> = canonical.into_iter().map(Some).collect();
    let mut out = Vec::with_capacity(slots.len());
    for place in numbers(order) {
        let slot = usize::try_from(place).ok().and_then(|place| slots.get_mut(place));
        out.push(slot.and_then(Option::take).ok_or("the order of the run names a part twice")?);
    }
    Ok(out)
}

fn runs(numbers: impl IntoIterator<Item = i64>) -> Runs {
    let mut runs: Runs = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((first, length)) if i64::try_from(*length).is_ok_and(|length| *first + length == number) => {
                *length += 1;
            }
            _ => runs.push((number, 1)),
        }
    }
    runs
}

fn numbers(runs: &Runs) -> impl Iterator<Item = i64> {
    runs.iter().flat_map(|(first, length)| (*first..).take(usize::try_from(*length).unwrap_or(usize::MAX)))
}

/// A position fits: no report has 2⁶³ findings.
fn whole(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// Keys of parts. What names a part twice in one report gets keys of their own, by their order.
#[derive(Default)]
struct Repeats(BTreeMap<[u8; 16], u64>);

impl Repeats {
    fn key(&mut self, name: &impl Serialize) -> Result<[u8; 16], String> {
        let mut name = serde_json::to_vec(name).map_err(|error| error.to_string())?;
        let count = self.0.entry(short(&name)).or_default();
        if *count > 0 {
            name.extend(count.to_string().into_bytes());
        }
        *count += 1;
        Ok(short(&name))
    }
}

/// 128 bits are enough to name a part within a sheet.
fn short(bytes: &[u8]) -> [u8; 16] {
    let whole: [u8; 32] = Sha256::digest(bytes).into();
    let mut short = [0; 16];
    short.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    short
}

fn part(kind: Kind, key: [u8; 16], label: String, says: &impl Serialize) -> Result<Part, String> {
    let body = serde_json::to_vec(says).map_err(|error| error.to_string())?;
    let digest = Sha256::digest(&body).into();
    Ok(Part { kind, key, label, digest, body })
}

/// Bodies from this size on are compressed: below it, what is gained is not worth that nobody can read the row.
const WORTH: usize = 2048;

/// As it is stored.
pub(super) fn squeezed(body: Vec<u8>) -> Result<Vec<u8>, String> {
    if body.len() < WORTH {
        return Ok(body);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(6));
    encoder.write_all(&body).and_then(|()| encoder.finish()).map_err(|error| error.to_string())
}

fn pack(value: &impl Serialize) -> Result<Vec<u8>, String> {
    squeezed(serde_json::to_vec(value).map_err(|error| error.to_string())?)
}

/// Reads JSON, compressed or not: gzip's first bytes begin no JSON.
fn unpack<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    if body.starts_with(&[0x1f, 0x8b]) {
        let mut text = Vec::new();
        GzDecoder::new(body).read_to_end(&mut text).map_err(|error| error.to_string())?;
        return serde_json::from_slice(&text).map_err(|error| error.to_string());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}
