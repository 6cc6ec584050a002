//! A run against the one before it: what changed, once per item. Pure.
//!
//! The first run of a sheet is the start and tells its counts only. From then on an item is told of where its verdict
//! is another, where one of its claims' is, or where most of what a claim speaks of vanished while it still holds. Items
//! and claims that are new and hold, or that are gone and held, are told nobody: the sheet changed, not the service.

mod claims;
mod findings;
mod kinds;
mod state;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub use kinds::kind_of;
pub use state::state_of;

use claims::{Changed, changed_claims, checks_of, fell_sharply};
use findings::{ByCheck, made};
use state::clock_of;

use crate::model::{
    ChangeKind, CheckOutcome, Gap, ItemReport, ItemState, Moment, Reminder, ReminderOf, Report, ResourceChange,
    Severity, State, Subject, Text, Transition,
};

/// What changed since the last run, in the order of the sheet: items, then items that are gone, then dates that come
/// near. `owners` are the values of the owner tag, by the resource's name ([`crate::model::ResourceRef::name`]).
pub fn compare(
    before: Option<&State>,
    report: &Report,
    sheet: &str,
    owners: &BTreeMap<String, Vec<String>>,
) -> Vec<Transition> {
    let run = Run::new(before, report, sheet, owners);
    let mut all = Vec::new();
    match before {
        None => all.push(run.began()),
        Some(before) => {
            let mut old: BTreeMap<&str, &ItemState> = before.items.iter().map(|i| (i.id.as_str(), i)).collect();
            for item in &report.items {
                all.extend(match old.remove(item.id.as_str()) {
                    Some(old) => run.changed(old, item),
                    None => run.added(item),
                });
            }
            let gone = before.items.iter().filter(|item| old.contains_key(item.id.as_str()));
            all.extend(gone.filter_map(|item| run.removed(item)));
        }
    }
    let told: BTreeSet<&Subject> = before.into_iter().flat_map(|state| &state.told).collect();
    let mut new = BTreeSet::new();
    for reminder in &report.reminders {
        let subject = subject_of(reminder);
        if !told.contains(&subject) && new.insert(subject.clone()) {
            all.push(run.expiring(reminder, subject));
        }
    }
    all
}

/// A reminder as the subject of a transition. A renewed one ends at another moment, and is another subject.
fn subject_of(reminder: &Reminder) -> Subject {
    Subject::Reminder {
        of: reminder.kind,
        target: reminder.target.clone(),
        resource: reminder.resource.clone(),
        ends: reminder.ends.clone(),
        within: reminder.within,
    }
}

/// Everything that a comparison looks at, with what is looked up in it.
struct Run<'a> {
    sheet: &'a str,
    report: &'a Report,
    owners: &'a BTreeMap<String, Vec<String>>,
    after: i64,
    at: Moment,
    old: Option<ByCheck<'a>>,
    new: ByCheck<'a>,
    severities: BTreeMap<&'a str, Severity>,
}

/// What a transition tells besides its subject and kind.
#[derive(Default)]
struct Told {
    severity: Option<Severity>,
    accounts: BTreeSet<String>,
    owners: BTreeSet<String>,
    resources: Vec<ResourceChange>,
    /// The resources, or what was not read; none where neither made it.
    why: Option<Text>,
}

impl<'a> Run<'a> {
    fn new(
        before: Option<&'a State>,
        report: &'a Report,
        sheet: &'a str,
        owners: &'a BTreeMap<String, Vec<String>>,
    ) -> Self {
        let checks = report.items.iter().flat_map(|item| &item.claims).flat_map(|claim| &claim.checks);
        Self {
            sheet,
            report,
            owners,
            after: before.map_or(0, |state| state.seq),
            at: clock_of(report),
            old: before.map(ByCheck::of_state),
            new: ByCheck::of_report(report),
            severities: checks.map(|check| (check.id.as_str(), Severity::of(&check.severity))).collect(),
        }
    }

    /// The item was there before, and is now.
    fn changed(&self, old: &'a ItemState, new: &'a ItemReport) -> Option<Transition> {
        let claims = changed_claims(&old.claims, &new.claims);
        let worst = || claims.iter().filter(|claim| claim.tells()).map(|claim| claim.change.kind).min();
        let of_item = kind_of(old.verdict, new.verdict);
        let kind = of_item.or_else(worst)?;
        let told = self.told(kind, &claims);
        let mut why = told.why.clone().unwrap_or_else(|| Text::new(&new.reason_ja, &new.reason));
        let deciding = claims.iter().find(|claim| claim.change.kind == kind && claim.tells());
        let fell = claims.iter().find(|claim| fell_sharply(claim.change.population) && claim.change.to.is_some());
        if let Some(fell) = fell.filter(|_| kind != ChangeKind::Shrunk) {
            why = words::fell(why, fell.change.population);
        }
        let reason = match (of_item, deciding.map(|claim| &claim.change)) {
            (Some(_), _) | (None, None) => words::item(&new.id, old.verdict, new.verdict, &why),
            (None, Some(c)) => match (c.kind, c.from, c.to) {
                (ChangeKind::Shrunk, _, Some(to)) => words::shrunk(&new.id, &c.text, to, c.population, &why),
                (_, Some(from), Some(to)) => words::claim(&new.id, new.verdict, &c.text, from, to, &why),
                (_, None, to) => words::added(&new.id, Some(&c.text), to.unwrap_or(new.verdict), &why),
                (_, Some(from), None) => words::removed(&new.id, Some(&c.text), from),
            },
        };
        Some(Transition {
            from: Some(old.verdict),
            to: Some(new.verdict),
            agreement: Some(new.agreement),
            since: Some(old.since),
            ..self.item(&new.id, &new.text, kind, claims, told, reason)
        })
    }

    /// The item is new in the sheet.
    fn added(&self, new: &'a ItemReport) -> Option<Transition> {
        if new.verdict.holds() {
            return None;
        }
        let mut claims = changed_claims(&[], &new.claims);
        claims.retain(Changed::tells);
        let told = self.told(ChangeKind::Added, &claims);
        let why = told.why.clone().unwrap_or_else(|| Text::new(&new.reason_ja, &new.reason));
        let reason = words::added(&new.id, None, new.verdict, &why);
        Some(Transition {
            to: Some(new.verdict),
            agreement: Some(new.agreement),
            ..self.item(&new.id, &new.text, ChangeKind::Added, claims, told, reason)
        })
    }

    /// The item is no longer in the sheet.
    fn removed(&self, old: &'a ItemState) -> Option<Transition> {
        if old.verdict.holds() {
            return None;
        }
        let mut claims = changed_claims(&old.claims, &[]);
        claims.retain(Changed::tells);
        let told = self.told(ChangeKind::Removed, &claims);
        let reason = words::removed(&old.id, None, old.verdict);
        Some(Transition {
            from: Some(old.verdict),
            since: Some(old.since),
            ..self.item(&old.id, &old.text, ChangeKind::Removed, claims, told, reason)
        })
    }

    /// The first run of the sheet.
    fn began(&self) -> Transition {
        let reason = words::began(self.sheet, self.report);
        Transition { title: self.sheet.to_owned(), ..self.transition(Subject::Sheet, ChangeKind::Began, reason) }
    }

    /// An attestation or a waiver runs out.
    fn expiring(&self, reminder: &'a Reminder, subject: Subject) -> Transition {
        let claims = || self.report.items.iter().flat_map(|item| item.claims.iter().map(move |claim| (item, claim)));
        let concerned: Vec<_> = claims()
            .filter(|(item, claim)| match reminder.kind {
                ReminderOf::Attestation => {
                    reminder.claims.contains(&claim.id) || [&item.id, &claim.id].contains(&&reminder.target)
                }
                ReminderOf::Waiver => claim.checks.iter().any(|check| check.id == reminder.target),
            })
            .collect();
        let topics: BTreeSet<&String> = concerned.iter().flat_map(|(_, claim)| &claim.topics).collect();
        let title = match (reminder.kind, &reminder.resource) {
            (ReminderOf::Waiver, Some(resource)) => format!("{}: {resource}", reminder.target),
            _ => {
                let item = self.report.items.iter().find(|item| item.id == reminder.target);
                item.or_else(|| concerned.first().map(|(item, _)| *item))
                    .map_or_else(|| reminder.target.clone(), |item| item.text.clone())
            }
        };
        let of_waiver = reminder.kind == ReminderOf::Waiver;
        let severity = of_waiver.then(|| self.severities.get(reminder.target.as_str()).copied()).flatten();
        let resource = reminder.resource.as_deref().unwrap_or_default();
        let accounts: BTreeSet<&String> = self
            .report
            .findings
            .iter()
            .filter(|f| of_waiver && f.check == reminder.target)
            .filter(|f| f.resource.id == resource || f.resource.name() == resource)
            .map(|f| &f.resource.account)
            .collect();
        let plain = self.transition(subject, ChangeKind::Expiring, reminder.text.clone());
        Transition {
            title,
            severity: severity.unwrap_or_default(),
            topics: topics.into_iter().cloned().collect(),
            accounts: if accounts.is_empty() { plain.accounts } else { accounts.into_iter().cloned().collect() },
            owners: self.owners.get(resource).cloned().unwrap_or_default(),
            ..plain
        }
    }

    /// What the changed claims tell: how severe, where, whose, which resources.
    fn told(&self, kind: ChangeKind, claims: &[Changed<'a>]) -> Told {
        let mut told = Told::default();
        let Some(old) = &self.old else { return told };
        let checks: BTreeSet<&str> = claims.iter().flat_map(checks_of).collect();
        told.resources = findings::changes(old, &self.new, &checks);
        let mut did: Vec<&ResourceChange> = told.resources.iter().filter(|change| made(kind, change)).collect();
        if did.is_empty() {
            did = told.resources.iter().collect();
        }
        told.severity = self.severity(claims, &told.resources);
        told.accounts = did.iter().map(|change| change.resource.account.clone()).collect();
        told.owners =
            did.iter().filter_map(|change| self.owners.get(change.resource.name())).flatten().cloned().collect();
        let unread = if kind == ChangeKind::Blind { self.unread(claims) } else { Vec::new() };
        told.accounts.extend(unread.iter().map(|gap| gap.account.clone()));
        // A refusal is the cause of findings that are gone with it: it is told first.
        let gap = unread.first().map(|gap| words::gap(gap, unread.len() - 1));
        told.why = gap.or_else(|| words::resources(&did));
        told
    }

    /// Gaps that keep the changed claims from being decided.
    fn unread(&self, claims: &[Changed<'a>]) -> Vec<&'a Gap> {
        let checks = claims.iter().filter_map(|claim| claim.new).flat_map(|claim| &claim.checks);
        let positions: BTreeSet<usize> = checks.flat_map(|check| check.gaps.iter().copied()).collect();
        positions.into_iter().filter_map(|position| self.report.gaps.get(position)).collect()
    }

    /// The worst severity of the checks that made the changes; none where no check did.
    fn severity(&self, claims: &[Changed<'a>], resources: &[ResourceChange]) -> Option<Severity> {
        let moved: BTreeSet<&str> = resources.iter().map(|change| change.check.as_str()).collect();
        let of_claim = |claim: &Changed<'a>| -> Vec<&'a str> {
            let with = |outcome: CheckOutcome| -> Vec<&'a str> {
                let checks = claim.new.into_iter().flat_map(|new| &new.checks);
                checks.filter(|check| check.outcome == outcome).map(|check| check.id.as_str()).collect()
            };
            match claim.change.kind {
                ChangeKind::Broken => with(CheckOutcome::Fail),
                ChangeKind::Blind => with(CheckOutcome::Unknown),
                ChangeKind::Emptied => with(CheckOutcome::Untested),
                ChangeKind::Weakened => with(CheckOutcome::Waived),
                ChangeKind::Added => {
                    let all = [CheckOutcome::Fail, CheckOutcome::Unknown, CheckOutcome::Untested];
                    all.into_iter().flat_map(with).collect()
                }
                // What was open is closed: the checks that held it open.
                ChangeKind::Removed => {
                    let checks = claim.old.into_iter().flat_map(|old| &old.checks);
                    checks.filter(|(_, p)| p.failed + p.unknown > 0).map(|(id, _)| id.as_str()).collect()
                }
                ChangeKind::Restored
                | ChangeKind::Strengthened
                | ChangeKind::Visible
                | ChangeKind::Moved
                | ChangeKind::Shrunk
                | ChangeKind::Expired
                | ChangeKind::Expiring
                | ChangeKind::Began => {
                    let did: Vec<&str> = checks_of(claim).filter(|check| moved.contains(check)).collect();
                    // Where no finding moved (a listing can be read again, and is empty): the checks that are open.
                    let open = || [CheckOutcome::Fail, CheckOutcome::Unknown, CheckOutcome::Untested].into_iter();
                    if did.is_empty() { open().flat_map(with).collect() } else { did }
                }
            }
        };
        let checks = claims.iter().filter(|claim| claim.tells()).flat_map(of_claim);
        checks.filter_map(|check| self.severities.get(check).copied()).max()
    }

    fn item(
        &self,
        id: &str,
        title: &str,
        kind: ChangeKind,
        claims: Vec<Changed<'a>>,
        told: Told,
        reason: Text,
    ) -> Transition {
        let topics: BTreeSet<&String> = claims.iter().flat_map(|claim| claim.topics()).collect();
        let topics = topics.into_iter().cloned().collect();
        let plain = self.transition(Subject::Item { id: id.to_owned() }, kind, reason);
        let resources_total = told.resources.len();
        let mut resources = told.resources;
        resources.truncate(Transition::RESOURCES);
        Transition {
            title: title.to_owned(),
            severity: told.severity.unwrap_or_default(),
            topics,
            accounts: if told.accounts.is_empty() { plain.accounts } else { told.accounts.into_iter().collect() },
            owners: told.owners.into_iter().collect(),
            claims: claims.into_iter().map(|claim| claim.change).collect(),
            resources,
            resources_total,
            ..plain
        }
    }

    /// A transition of this run that says nothing yet but of what it is.
    fn transition(&self, subject: Subject, kind: ChangeKind, reason: Text) -> Transition {
        Transition {
            id: self.id(&subject, kind),
            sheet: self.sheet.to_owned(),
            run: self.report.run.id.clone(),
            at: self.at,
            subject,
            title: String::new(),
            kind,
            from: None,
            to: None,
            agreement: None,
            since: None,
            severity: Severity::default(),
            topics: Vec::new(),
            accounts: self.report.run.accounts.keys().cloned().collect(),
            owners: Vec::new(),
            claims: Vec::new(),
            resources: Vec::new(),
            resources_total: 0,
            reason,
        }
    }

    /// The same change of the same run after the same run has the same id, whoever works it out and how often.
    fn id(&self, subject: &Subject, kind: ChangeKind) -> String {
        let mut hash = Sha256::new();
        // A subject is plain data and always serialises. Its form as JSON holds no line end, so that no two rows of
        // parts read the same.
        let subject = serde_json::to_string(subject).unwrap_or_default();
        let sheet = serde_json::to_string(self.sheet).unwrap_or_default();
        for part in [&sheet, &self.report.run.id, &self.after.to_string(), &subject, kind.label()] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        hex::encode(hash.finalize())
    }
}
