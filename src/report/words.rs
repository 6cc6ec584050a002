//! Sentences and small texts that more than one format builds from the report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::labels;
use crate::model::{CheckReport, Finding, Gap, GapReason, Outcome, Population, Report, Review, RunInfo, Text};

/// A count with thousands separated: `12,345`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `2026-03-01T00:00:00Z` as people write it; what is no such moment stays as it is.
pub(crate) fn moment(rfc3339: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(rfc3339) {
        Ok(at) => at.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => rfc3339.to_owned(),
    }
}

/// Who decided of a mapping, and when, or from which confidence on it was taken; empty where nothing was decided.
pub(crate) fn reviewed(review: &Review) -> String {
    match review {
        Review::BuiltIn | Review::Proposed => String::new(),
        Review::Accepted { above } => format!("≥ {above:.2}"),
        Review::Approved { who, when } | Review::Rejected { who, when } => format!("{who} {}", when.format("%Y-%m-%d")),
    }
}

/// What to tell of items whose mapping nobody has reviewed; none where there is no such item.
pub(crate) fn waiting(report: &Report) -> Option<Text> {
    let count = report.items.iter().filter(|item| item.matched.review == Review::Proposed).count();
    (count > 0).then(|| labels::waiting(count))
}

/// That a run read only a part anew, and how old the oldest part is; none where all was read at once.
pub(super) fn partial(run: &RunInfo) -> Option<Text> {
    let oldest = run.parts.iter().map(|part| part.as_of).min()?;
    let newest = run.parts.iter().map(|part| part.as_of).max()?;
    let anew = run.parts.iter().filter(|part| part.as_of == newest).count();
    let at = oldest.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    Some(labels::partial(anew, run.parts.len(), &at))
}

/// The first twelve digits of a digest: enough to compare by eye.
pub(crate) fn short_digest(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// `{MultiAZ: true, Engine: "mysql"}` as `Engine=mysql, MultiAZ=true`.
pub(crate) fn pairs(values: &BTreeMap<String, Value>) -> String {
    values.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join(", ")
}

/// A value as JSON; a string without its quotes where nobody could take it for something else.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text)
            if text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
                && !text.is_empty()
                && serde_json::from_str::<Value>(text).is_err() =>
        {
            text.clone()
        }
        other => other.to_string(),
    }
}

/// Tag selectors as `env=prod|staging, team=*`.
pub(crate) fn selectors(tags: &BTreeMap<String, Vec<String>>) -> String {
    tags.iter().map(|(key, values)| format!("{key}={}", values.join("|"))).collect::<Vec<_>>().join(", ")
}

/// How many resources a check was tried on, in the words that the laws ask for: passed of all, then the rest.
pub(crate) fn population(p: &Population) -> Text {
    let mut ja = format!("{} 件中 {} 件適合、不適合 {} 件、不明 {} 件", p.in_scope, p.passed, p.failed, p.unknown);
    let mut en = format!("{} of {} passed, {} failed, {} unknown", p.passed, p.in_scope, p.failed, p.unknown);
    if p.waived > 0 {
        ja.push_str(&format!("、リスク受容 {} 件", p.waived));
        en.push_str(&format!(", {} waived", p.waived));
    }
    ja.push_str(&format!("（確認した {} 件のうち範囲内 {} 件）", p.seen, p.in_scope));
    en.push_str(&format!("; {} in scope, of {} seen", p.in_scope, p.seen));
    Text::new(ja, en)
}

/// Which accounts and regions: `3 accounts × 2 regions`, or the number of pairs where accounts differ.
pub(crate) fn reach(accounts: &BTreeMap<String, Vec<String>>) -> Text {
    let pairs: usize = accounts.values().map(Vec::len).sum();
    let sizes: BTreeSet<usize> = accounts.values().map(Vec::len).collect();
    let n = accounts.len();
    let account = if n == 1 { "account" } else { "accounts" };
    match (sizes.len(), sizes.first()) {
        (1, Some(&each)) => {
            let region = if each == 1 { "region" } else { "regions" };
            Text::new(format!("{n} アカウント × {each} リージョン"), format!("{n} {account} × {each} {region}"))
        }
        _ => Text::new(
            format!("{n} アカウント・延べ {pairs} リージョン"),
            format!("{n} {account}, {pairs} account-region pairs"),
        ),
    }
}

/// The findings of a check, the ones that want attention first; positions that do not exist are left out.
pub(crate) fn findings<'r>(report: &'r Report, check: &CheckReport) -> Vec<&'r Finding> {
    let mut found: Vec<&Finding> = check.findings.iter().filter_map(|i| report.findings.get(*i)).collect();
    found.sort_by_key(|finding| finding.outcome);
    found
}

/// Only those that fail.
pub(crate) fn failing<'r>(report: &'r Report, check: &CheckReport) -> Vec<&'r Finding> {
    findings(report, check).into_iter().filter(|finding| finding.outcome == Outcome::Fail).collect()
}

/// Gaps of one reason and operation, taken together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GapGroup {
    pub(crate) reason: GapReason,
    pub(crate) operation: String,
    /// How many gaps.
    pub(crate) count: usize,
    /// `account region`, sorted, without duplicates.
    pub(crate) places: Vec<String>,
    /// Resources that were asked about one by one.
    pub(crate) resources: usize,
    /// What the other side said, without duplicates.
    pub(crate) details: Vec<String>,
    /// IAM actions that AWS named in its refusals.
    pub(crate) permissions: Vec<String>,
}

static REFUSED_ACTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"not authorized to perform:? ?([a-z0-9-]+:[A-Za-z0-9*]+)").ok());

/// The IAM action that AWS's own message names. It is often not the operation's name (`s3:ListAllMyBuckets` for
/// `ListBuckets`), so it is never derived from the operation. Message form: AWS IAM User Guide,
/// "Troubleshoot access denied error messages".
pub(crate) fn refused_action(detail: &str) -> Option<String> {
    let found = REFUSED_ACTION.as_ref()?.captures(detail)?;
    found.get(1).map(|action| action.as_str().to_owned())
}

/// Gaps by reason and operation, in that order.
pub(crate) fn gap_groups<'r>(gaps: impl IntoIterator<Item = &'r Gap>) -> Vec<GapGroup> {
    let mut groups: BTreeMap<(GapReason, &str), Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        groups.entry((gap.reason, &gap.operation)).or_default().push(gap);
    }
    let mut out = Vec::with_capacity(groups.len());
    for ((reason, operation), gaps) in groups {
        let unique = |texts: Vec<String>| -> Vec<String> {
            texts.into_iter().filter(|text| !text.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
        };
        out.push(GapGroup {
            reason,
            operation: operation.to_owned(),
            count: gaps.len(),
            places: unique(gaps.iter().map(|gap| format!("{} {}", gap.account, gap.region)).collect()),
            resources: unique(gaps.iter().filter_map(|gap| gap.resource.clone()).collect()).len(),
            details: unique(gaps.iter().map(|gap| gap.detail.trim().to_owned()).collect()),
            permissions: match reason {
                GapReason::Denied => unique(gaps.iter().filter_map(|gap| refused_action(&gap.detail)).collect()),
                _ => Vec::new(),
            },
        });
    }
    out
}

/// A count of the summary; 0 where the report does not name it.
pub(crate) fn counted(counts: &BTreeMap<String, usize>, label: &str) -> usize {
    counts.get(label).copied().unwrap_or(0)
}

/// A check's severity and population in one line.
pub(crate) fn check_line(check: &CheckReport) -> Text {
    let severity = labels::severity(&check.severity);
    let population = population(&check.population);
    Text::new(
        format!("重要度 {} · {}", severity.ja, population.ja),
        format!("severity {} · {}", severity.en, population.en),
    )
}

/// Reminders of what is still in force. What has ended is told among the warnings, once.
pub(crate) fn soon(report: &Report) -> impl Iterator<Item = &Text> {
    report.reminders.iter().filter(|reminder| reminder.within > 0).map(|reminder| &reminder.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let shown = [0, 12, 999, 1000, 1204, 1_234_567].map(count);
        assert_eq!(shown, ["0", "12", "999", "1,000", "1,204", "1,234,567"]);
    }

    #[test]
    fn a_string_that_looks_like_another_value_keeps_its_quotes() {
        let of = |value: Value| pairs(&[("a".to_owned(), value)].into());
        assert_eq!(of("ap-northeast-1a".into()), "a=ap-northeast-1a");
        assert_eq!(of(true.into()), "a=true");
        for (text, shown) in [
            ("true", "a=\"true\""),
            ("null", "a=\"null\""),
            ("1", "a=\"1\""),
            ("", "a=\"\""),
            ("x, b=1", "a=\"x, b=1\""),
        ] {
            assert_eq!(of(text.into()), shown);
        }
    }

    #[test]
    fn the_refused_action_is_the_one_that_aws_names() {
        let scp = "User: arn:aws:iam::123456789012:user/a is not authorized to perform: s3:ListAllMyBuckets with an explicit deny";
        assert_eq!(refused_action(scp).as_deref(), Some("s3:ListAllMyBuckets"));
        assert_eq!(refused_action("Access Denied"), None, "nothing is guessed from a message that names nothing");
    }

    #[test]
    fn reach_tells_pairs_where_accounts_differ() {
        let of = |sizes: &[usize]| {
            let each = |(n, size): (usize, &usize)| (n.to_string(), vec!["r".to_owned(); *size]);
            reach(&sizes.iter().enumerate().map(each).collect()).en
        };
        assert_eq!(of(&[1]), "1 account × 1 region");
        assert_eq!(of(&[2, 2, 2]), "3 accounts × 2 regions");
        assert_eq!(of(&[2, 17]), "2 accounts, 19 account-region pairs");
        assert_eq!(of(&[]), "0 accounts, 0 account-region pairs");
    }
}
