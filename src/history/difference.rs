//! What differs between any two reports: the nights before and after an audit, say, or two report files.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;

use crate::model::{Agreement, Finding, ItemReport, Outcome, Report, ResourceRef, Text, Verdict};

/// What differs between two reports.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Items whose verdict, agreement or claims differ, in the later sheet's order; what left it comes last.
    pub items: Vec<ItemDifference>,
    /// Findings that differ, by check and resource.
    pub findings: Vec<FindingDifference>,
    /// What else differs, and may be why.
    pub others: Vec<Changed>,
}

impl Difference {
    /// Whether items, claims and findings are the same.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.findings.is_empty()
    }
}

/// What a run rests on besides what it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changed {
    /// The check sheet's file.
    Sheet,
    /// The checks and frameworks.
    Catalogue,
    /// Accounts, regions, selectors.
    Scope,
    /// The program's version.
    Tool,
}

impl Changed {
    /// In words.
    pub fn text(self) -> Text {
        match self {
            Changed::Sheet => Text::new("チェックシートが違います", "the check sheet is another"),
            Changed::Catalogue => Text::new("検査の一覧が違います", "the catalogue of checks is another"),
            Changed::Scope => Text::new("対象範囲が違います", "the scope is another"),
            Changed::Tool => Text::new("プログラムの版が違います", "the program's version is another"),
        }
    }
}

/// An item that differs. `from` and `to` are none where the sheet gained or lost it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemDifference {
    /// Item id.
    pub item: String,
    /// What is asked.
    pub text: String,
    /// Verdict before.
    pub from: Option<Verdict>,
    /// Verdict after.
    pub to: Option<Verdict>,
    /// Against the answer, before and after.
    pub agreement: (Option<Agreement>, Option<Agreement>),
    /// Claims that differ.
    pub claims: Vec<ClaimDifference>,
}

/// A claim that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimDifference {
    /// Claim id.
    pub claim: String,
    /// What is claimed.
    pub text: Text,
    /// Verdict before; none for a new claim.
    pub from: Option<Verdict>,
    /// Verdict after; none for one that is gone.
    pub to: Option<Verdict>,
}

/// A finding that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingDifference {
    /// The check.
    pub check: String,
    /// The resource.
    pub resource: ResourceRef,
    /// Outcome before; none where there was no such finding.
    pub from: Option<Outcome>,
    /// Outcome after; none where it is gone.
    pub to: Option<Outcome>,
    /// Observed before.
    pub before: Option<BTreeMap<String, Value>>,
    /// Observed after.
    pub after: Option<BTreeMap<String, Value>>,
}

/// What differs between two reports. When and by which request something was read is no difference.
pub fn difference(before: &Report, after: &Report) -> Difference {
    Difference { items: items(before, after), findings: findings(before, after), others: others(before, after) }
}

fn items(before: &Report, after: &Report) -> Vec<ItemDifference> {
    let pairs = paired(&before.items, &after.items, |item| item.id.clone());
    pairs.into_iter().filter_map(|(a, b)| item(a, b)).collect()
}

fn item(a: Option<&ItemReport>, b: Option<&ItemReport>) -> Option<ItemDifference> {
    let shown = b.or(a)?;
    let none = Vec::new();
    let claims =
        paired(a.map_or(&none, |item| &item.claims), b.map_or(&none, |item| &item.claims), |claim| claim.id.clone());
    let claims: Vec<ClaimDifference> = claims
        .into_iter()
        .filter_map(|(a, b)| {
            let (shown, from, to) = (b.or(a)?, a.map(|claim| claim.verdict), b.map(|claim| claim.verdict));
            let text = Text::new(&shown.text_ja, &shown.text);
            (from != to).then(|| ClaimDifference { claim: shown.id.clone(), text, from, to })
        })
        .collect();
    let (from, to) = (a.map(|item| item.verdict), b.map(|item| item.verdict));
    let agreement = (a.map(|item| item.agreement), b.map(|item| item.agreement));
    let same = from == to && agreement.0 == agreement.1 && claims.is_empty();
    (!same).then(|| ItemDifference { item: shown.id.clone(), text: shown.text.clone(), from, to, agreement, claims })
}

fn findings(before: &Report, after: &Report) -> Vec<FindingDifference> {
    let pairs = paired(&before.findings, &after.findings, |finding| {
        (
            finding.check.clone(),
            finding.resource.name().to_owned(),
            finding.resource.account.clone(),
            finding.resource.region.clone(),
        )
    });
    let mut all: Vec<FindingDifference> = pairs.into_iter().filter_map(|(a, b)| finding(a, b)).collect();
    all.sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    all
}

fn finding(a: Option<&Finding>, b: Option<&Finding>) -> Option<FindingDifference> {
    let shown = b.or(a)?;
    let says =
        |finding: &Finding| (finding.outcome, finding.expected.clone(), finding.observed.clone(), finding.note.clone());
    (a.map(says) != b.map(says)).then(|| FindingDifference {
        check: shown.check.clone(),
        resource: shown.resource.clone(),
        from: a.map(|finding| finding.outcome),
        to: b.map(|finding| finding.outcome),
        before: a.map(|finding| finding.observed.clone()),
        after: b.map(|finding| finding.observed.clone()),
    })
}

fn others(before: &Report, after: &Report) -> Vec<Changed> {
    let (a, b) = (&before.run, &after.run);
    let differs = [
        (a.sheet.sha256 != b.sheet.sha256, Changed::Sheet),
        (a.catalogue.sha256 != b.catalogue.sha256, Changed::Catalogue),
        (a.scope != b.scope || a.accounts != b.accounts, Changed::Scope),
        (a.tool_version != b.tool_version, Changed::Tool),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
}

/// Two of the same name, of which one may be missing.
type Pair<'r, T> = (Option<&'r T>, Option<&'r T>);

/// What has the same name in both; the later list's order, then what is in the earlier one alone. Of several with one
/// name the first goes with the first.
fn paired<'r, T, K: std::hash::Hash + Eq>(before: &'r [T], after: &'r [T], name: impl Fn(&T) -> K) -> Vec<Pair<'r, T>> {
    let mut old: HashMap<K, Vec<&T>> = HashMap::new();
    for one in before.iter().rev() {
        old.entry(name(one)).or_default().push(one);
    }
    let mut pairs: Vec<Pair<'r, T>> =
        after.iter().map(|one| (old.get_mut(&name(one)).and_then(Vec::pop), Some(one))).collect();
    // What is left of each name are the last ones of it.
    for one in before {
        let left = old.get(&name(one)).is_some_and(|left| left.iter().any(|other| std::ptr::eq(*other, one)));
        if left {
            pairs.push((Some(one), None));
        }
    }
    pairs
}
