//! One transition in words.

use super::labels::{self, Mark};
use super::{at, clean, cut, more, verdict_name};
use crate::model::{
    Agreement, Attribution, ClaimChange, Lang, Moment, ReminderOf, ResourceChange, Subject, Transition,
};

/// Resources that are named; the rest is counted.
const RESOURCES: usize = 5;
/// Claims that are named; the rest is counted.
const CLAIMS: usize = 5;
/// Calls that are named for each resource, the newest first.
const CALLS: usize = 2;
/// Longest title, in characters.
const TITLE: usize = 150;
/// Longest other line, in characters.
const LINE: usize = 400;

/// One transition in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// At a glance.
    pub mark: Mark,
    /// Item id and what is asked, or what ends.
    pub title: String,
    /// Item id, what happened, what is asked: for a subject line.
    pub headline: String,
    /// All in one line.
    pub short: String,
    /// What happened, since when, why, which resources, who.
    pub lines: Vec<String>,
}

impl Change {
    /// Puts a transition into words.
    pub fn of(transition: &Transition, lang: Lang) -> Self {
        let asked = cut(&clean(&transition.title), TITLE);
        let what = labels::what(transition, lang);
        let name = name(&transition.subject, lang);
        let title = match (name.is_empty(), asked.is_empty()) {
            (false, false) => format!("{name} {asked}"),
            (false, true) => name.clone(),
            (true, _) => asked.clone(),
        };
        let step = labels::step(transition.from, transition.to, lang);
        let happened = match &step {
            Some(step) => format!("{what}: {step}"),
            None => what.clone(),
        };
        let headline = match (&transition.subject, lang) {
            // The sheet is named before the headline.
            (Subject::Sheet, Lang::Ja) => format!("{name}: {what}"),
            (Subject::Sheet, Lang::En) => format!("{name} {what}"),
            (_, Lang::Ja) => format!("{name} {what}（{asked}）"),
            (_, Lang::En) => format!("{name} {what} ({asked})"),
        };
        Self {
            mark: Mark::of(transition),
            short: cut(&format!("{title}: {happened}"), LINE),
            headline: headline.trim().to_owned(),
            title,
            lines: lines(transition, happened, lang).iter().map(|line| cut(line, LINE)).collect(),
        }
    }
}

fn name(subject: &Subject, lang: Lang) -> String {
    match (subject, lang) {
        (Subject::Sheet, Lang::Ja) => "シート全体".to_owned(),
        (Subject::Sheet, Lang::En) => "the whole sheet".to_owned(),
        (Subject::Item { id }, _) => clean(id),
        (Subject::Reminder { of, target, resource, .. }, lang) => {
            let of = match (of, lang) {
                (ReminderOf::Attestation, Lang::Ja) => "表明",
                (ReminderOf::Attestation, Lang::En) => "attestation",
                (ReminderOf::Waiver, Lang::Ja) => "リスク受容",
                (ReminderOf::Waiver, Lang::En) => "waiver",
            };
            match resource {
                Some(resource) => format!("{of} {} {}", clean(target), clean(resource)),
                None => format!("{of} {}", clean(target)),
            }
        }
    }
}

fn lines(transition: &Transition, happened: String, lang: Lang) -> Vec<String> {
    let mut lines = vec![happened];
    if transition.agreement == Some(Agreement::Contradicted) {
        lines.push(match lang {
            Lang::Ja => "シートの「はい」という回答と矛盾しています".to_owned(),
            Lang::En => "this contradicts the answer “yes” in the sheet".to_owned(),
        });
    }
    if let (Some(from), Some(since)) = (transition.from, transition.since) {
        let verdict = verdict_name(from, lang);
        let changed = transition.to != Some(from);
        lines.push(match (lang, changed) {
            (Lang::Ja, true) => format!("それまで: {} から {verdict}", at(since)),
            (Lang::En, true) => format!("before: {verdict} since {}", at(since)),
            (Lang::Ja, false) => format!("{} から {verdict}", at(since)),
            (Lang::En, false) => format!("{verdict} since {}", at(since)),
        });
    }
    if let Subject::Reminder { ends, .. } = &transition.subject {
        let ends = ends.parse::<Moment>().map_or_else(|_| clean(ends), at);
        lines.push(match lang {
            Lang::Ja => format!("期限: {ends}"),
            Lang::En => format!("ends: {ends}"),
        });
    }
    let reason = clean(transition.reason.get(lang));
    if !reason.is_empty() {
        lines.push(match lang {
            Lang::Ja => format!("理由: {reason}"),
            Lang::En => format!("why: {reason}"),
        });
    }
    lines.extend(transition.claims.iter().take(CLAIMS).map(|change| claim(change, lang)));
    if transition.claims.len() > CLAIMS {
        lines.push(format!("– {}", more(transition.claims.len() - CLAIMS, lang)));
    }
    for change in transition.resources.iter().take(RESOURCES) {
        lines.push(resource(change, lang));
        lines.extend(who(&change.by, lang));
    }
    let total = transition.resources_total.max(transition.resources.len());
    let named = transition.resources.len().min(RESOURCES);
    if total > named && named > 0 {
        lines.push(format!("• {}", more(total - named, lang)));
    }
    lines
}

fn claim(change: &ClaimChange, lang: Lang) -> String {
    let mut line = format!("– {}: {}", clean(change.text.get(lang)), change.kind.text().get(lang));
    // Without the verdicts "the population vanished" could be read as "it holds".
    if let Some(step) = labels::step(change.from, change.to, lang) {
        line.push_str(&match lang {
            Lang::Ja => format!("、{step}"),
            Lang::En => format!(", {step}"),
        });
    }
    let (before, now) = change.population;
    if before != now {
        line.push_str(&match lang {
            Lang::Ja => format!("、対象 {before} → {now}"),
            Lang::En => format!(", resources {before} → {now}"),
        });
    }
    line
}

fn resource(change: &ResourceChange, lang: Lang) -> String {
    let resource = &change.resource;
    let (from, to) = (labels::outcome(change.from, lang), labels::outcome(change.to, lang));
    let step = if from == to { to.to_owned() } else { format!("{from} → {to}") };
    format!(
        "• {} {} ({}, {}): {step} [{}]",
        clean(&resource.kind),
        clean(resource.name()),
        clean(&resource.account),
        clean(&resource.region),
        clean(&change.check),
    )
}

/// Who changed a resource. Nothing where nobody looked: silence is no statement.
fn who(by: &Attribution, lang: Lang) -> Vec<String> {
    match (by, lang) {
        (Attribution::NotAsked, _) => Vec::new(),
        (Attribution::NoCall, Lang::Ja) => vec!["  変更者: CloudTrail にこの間の操作の記録なし".to_owned()],
        (Attribution::NoCall, Lang::En) => {
            vec!["  who: CloudTrail names no call on it since the run before".to_owned()]
        }
        (Attribution::Unread(why), Lang::Ja) => vec![format!("  変更者: CloudTrail を読めず不明（{}）", clean(why))],
        (Attribution::Unread(why), Lang::En) => {
            vec![format!("  who: unknown, CloudTrail could not be read ({})", clean(why))]
        }
        (Attribution::Calls(calls), _) => {
            let mut lines: Vec<String> = calls
                .iter()
                .take(CALLS)
                .map(|call| {
                    let (who, name, when) = (clean(&call.who), clean(&call.name), at(call.when));
                    match lang {
                        Lang::Ja => format!("  変更者: {who}（{name}、{when}）"),
                        Lang::En => format!("  by {who}: {name} at {when}"),
                    }
                })
                .collect();
            if calls.len() > CALLS {
                lines.push(format!("  {}", more(calls.len() - CALLS, lang)));
            }
            lines
        }
    }
}
