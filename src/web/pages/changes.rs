//! A transition, as pages show it: what happened, since when it had been otherwise, and who did it.

use serde_json::Value;

use super::href;
use super::parts::{At, Badge};
use crate::model::{Attribution, ChangeKind, Lang, Outcome, ResourceChange, Subject, Transition};
use crate::report::{labels, words as sentences};
use crate::web::words;

/// One transition.
pub(super) struct Change {
    pub(super) at: At,
    pub(super) kind: String,
    /// `bad`, `good` or `plain`, for the mark at its side.
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) item: Option<String>,
    /// Leads to the item.
    pub(super) href: Option<String>,
    pub(super) from: Option<Badge>,
    pub(super) to: Option<Badge>,
    pub(super) since: Option<At>,
    pub(super) severity: String,
    pub(super) reason: String,
    pub(super) owners: String,
    pub(super) claims: Vec<ClaimRow>,
    pub(super) resources: Vec<ResourceRow>,
    /// Resources that are not shown.
    pub(super) more: usize,
}

pub(super) struct ClaimRow {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) kind: String,
    pub(super) from: Option<Badge>,
    pub(super) to: Option<Badge>,
    pub(super) before: usize,
    pub(super) after: usize,
}

pub(super) struct ResourceRow {
    pub(super) check: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) calls: Vec<CallRow>,
    /// Where no call is named: why.
    pub(super) by: String,
}

pub(super) struct CallRow {
    pub(super) who: String,
    pub(super) call: String,
    pub(super) when: At,
    pub(super) address: String,
}

fn tone(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Broken
        | ChangeKind::Blind
        | ChangeKind::Expired
        | ChangeKind::Emptied
        | ChangeKind::Shrunk
        | ChangeKind::Weakened
        | ChangeKind::Expiring
        | ChangeKind::Added => "bad",
        ChangeKind::Restored | ChangeKind::Strengthened => "good",
        ChangeKind::Began | ChangeKind::Moved | ChangeKind::Visible | ChangeKind::Removed => "plain",
    }
}

impl Change {
    pub(super) fn new(t: &Transition, lang: Lang) -> Self {
        let badge = |verdict: Option<_>| verdict.map(|verdict| Badge(verdict, lang));
        let item = match &t.subject {
            Subject::Item { id } => Some(id.clone()),
            Subject::Sheet | Subject::Reminder { .. } => None,
        };
        Self {
            at: At(t.at),
            kind: t.kind.text().get(lang).to_owned(),
            tone: tone(t.kind),
            title: t.title.clone(),
            // An item that left the sheet has no page any more.
            href: item
                .as_ref()
                .filter(|_| t.kind != ChangeKind::Removed)
                .map(|id| href(&["sheets", &t.sheet, "items", id])),
            item,
            from: badge(t.from),
            to: badge(t.to),
            since: t.since.map(At),
            severity: labels::severity(t.severity.label()).get(lang).to_owned(),
            reason: t.reason.get(lang).to_owned(),
            owners: t.owners.join(", "),
            claims: t
                .claims
                .iter()
                .map(|claim| ClaimRow {
                    id: claim.claim.clone(),
                    text: claim.text.get(lang).to_owned(),
                    kind: claim.kind.text().get(lang).to_owned(),
                    from: badge(claim.from),
                    to: badge(claim.to),
                    before: claim.population.0,
                    after: claim.population.1,
                })
                .collect(),
            resources: t.resources.iter().map(|resource| ResourceRow::new(resource, lang)).collect(),
            more: t.resources_total.saturating_sub(t.resources.len()),
        }
    }
}

impl ResourceRow {
    fn new(r: &ResourceChange, lang: Lang) -> Self {
        let outcome = |outcome: Option<Outcome>| outcome.map_or("–", |outcome| labels::outcome(outcome).get(lang));
        let (before, after) = differences(r.before.as_ref(), r.after.as_ref());
        let calls = match &r.by {
            Attribution::Calls(calls) => calls.as_slice(),
            Attribution::NotAsked | Attribution::NoCall | Attribution::Unread(_) => &[],
        };
        let by = words::attribution(&r.by).get(lang);
        Self {
            check: r.check.clone(),
            name: r.resource.name().to_owned(),
            place: format!("{} {}", r.resource.account, r.resource.region),
            from: outcome(r.from),
            to: outcome(r.to),
            before,
            after,
            calls: calls
                .iter()
                .map(|call| CallRow {
                    who: call.who.clone(),
                    call: format!("{} {}", call.source, call.name),
                    when: At(call.when),
                    address: call.address.clone().unwrap_or_default(),
                })
                .collect(),
            by: match &r.by {
                Attribution::Unread(why) => format!("{by}: {why}"),
                Attribution::NotAsked | Attribution::NoCall | Attribution::Calls(_) => by.to_owned(),
            },
        }
    }
}

/// Observed values before and after: of objects only what differs.
fn differences(before: Option<&Value>, after: Option<&Value>) -> (String, String) {
    let shown = |value: Option<&Value>, other: Option<&Value>| match value {
        None => "–".to_owned(),
        Some(Value::Object(map)) => {
            let same = |key: &str, value: &Value| other.and_then(|other| other.get(key)) == Some(value);
            sentences::pairs(&map.iter().filter(|(k, v)| !same(k, v)).map(|(k, v)| (k.clone(), v.clone())).collect())
        }
        Some(other) => other.to_string(),
    };
    (shown(before, after), shown(after, before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_shown() {
        let (before, after) =
            (json!({"MultiAZ": true, "Engine": "mysql"}), json!({"MultiAZ": false, "Engine": "mysql"}));
        assert_eq!(differences(Some(&before), Some(&after)), ("MultiAZ=true".into(), "MultiAZ=false".into()));
        assert_eq!(differences(Some(&before), None).1, "–");
        assert_eq!(differences(Some(&before), None).0, "Engine=mysql, MultiAZ=true");
    }
}
