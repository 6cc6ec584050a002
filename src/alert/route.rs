//! Transitions → letters: who hears of what, in one letter per channel and run, and when. Pure.
//!
//! Every transition goes to somebody: what no route takes goes to every channel. A channel that keeps an incident per
//! item (PagerDuty, Security Hub) gets a letter per transition, any other one letter for all that is due at the same
//! moment: severe changes at once, the rest at the end of the quiet hours.

mod matching;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use sha2::{Digest, Sha256};
use url::Url;

use matching::{News, Router};

use super::quiet;
use crate::model::{
    AlertSettings, ChannelKind, ChannelSettings, ItemReport, Letter, LetterState, Message, Moment, OpenItem, Purpose,
    Report, Severity, State, Subject, Transition,
};

/// Runs begin a little earlier or later than the day before (jitter, clocks that are turned) and take a while: a reminder
/// that is due within this time is due now, not a day late.
const EARLY: Duration = Duration::hours(2);

/// What leaves a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outgoing {
    /// Letters for the outbox.
    pub letters: Vec<Letter>,
    /// Items that they remind of.
    pub reminded: Vec<String>,
}

/// Letters about a run: its transitions, and reminders of what is still open.
///
/// `before` is what the run was compared with, `now` when the letters are written. The same arguments give the same
/// letters, with the same keys.
pub fn letters(
    transitions: &[Transition],
    before: Option<&State>,
    report: &Report,
    sheet: &str,
    settings: &AlertSettings,
    now: Moment,
) -> Outgoing {
    letters_knowing(&BTreeMap::new(), transitions, before, report, sheet, settings, now)
}

/// The same, where the owners of resources are known (their names → values of the owner tag), so that reminders find
/// routes that ask for owners. Transitions carry their own.
pub fn letters_knowing(
    owners: &BTreeMap<String, Vec<String>>,
    transitions: &[Transition],
    before: Option<&State>,
    report: &Report,
    sheet: &str,
    settings: &AlertSettings,
    now: Moment,
) -> Outgoing {
    let desk = Desk { router: Router::new(settings, before, report), before, report, sheet, settings, now };
    let mut letters = desk.changes(transitions);
    let open = desk.open(transitions, owners);
    letters.extend(desk.reminders(&open));
    let reminded =
        if settings.channels.is_empty() { Vec::new() } else { open.into_iter().map(|o| o.item.item).collect() };
    Outgoing { letters, reminded }
}

/// An item to be reminded of, with what routes ask for.
struct Open {
    item: OpenItem,
    news: News,
}

/// Everything that a letter is made of.
struct Desk<'a> {
    router: Router<'a>,
    before: Option<&'a State>,
    report: &'a Report,
    sheet: &'a str,
    settings: &'a AlertSettings,
    now: Moment,
}

impl<'a> Desk<'a> {
    /// Letters about what changed, by channel in the settings' order.
    fn changes(&self, transitions: &'a [Transition]) -> Vec<Letter> {
        let mut urgent: Vec<&Transition> = transitions.iter().collect();
        urgent.sort_by_key(|t| (t.kind, std::cmp::Reverse(t.severity)));
        let receivers: Vec<(&Transition, BTreeSet<&str>)> =
            urgent.into_iter().map(|transition| (transition, self.router.channels(transition))).collect();
        let mut letters = Vec::new();
        for channel in &self.settings.channels {
            let mut by_due: BTreeMap<Moment, Vec<&Transition>> = BTreeMap::new();
            for (transition, _) in receivers.iter().filter(|(_, to)| to.contains(channel.name.as_str())) {
                let due = self.due_of(transition, keeps_incidents(&channel.kind));
                if keeps_incidents(&channel.kind) {
                    letters.push(self.letter(channel, Purpose::Changes, &[transition], &[], due));
                } else {
                    by_due.entry(due).or_default().push(transition);
                }
            }
            let groups = by_due.into_iter();
            letters.extend(groups.map(|(due, group)| self.letter(channel, Purpose::Changes, &group, &[], due)));
        }
        letters
    }

    /// Items that do not hold and did not in the run before, that people were told of long enough ago, and that this run
    /// does not tell of.
    fn open(&self, transitions: &[Transition], owners: &BTreeMap<String, Vec<String>>) -> Vec<Open> {
        let Some((days, before)) = self.settings.remind_days.zip(self.before) else { return Vec::new() };
        let told_now: BTreeSet<&str> = transitions.iter().filter_map(item_of).collect();
        let old: BTreeMap<&str, _> = before.items.iter().map(|item| (item.id.as_str(), item)).collect();
        let items =
            self.report.items.iter().filter(|item| !item.verdict.holds() && !told_now.contains(item.id.as_str()));
        items
            .filter_map(|item| {
                let old = old.get(item.id.as_str())?;
                // What was open when the watch began was told then, in the counts of the first run.
                let told = old.told.unwrap_or(old.since);
                (self.now - told + EARLY >= Duration::days(i64::from(days))).then(|| Open {
                    item: OpenItem {
                        item: item.id.clone(),
                        title: item.text.clone(),
                        verdict: item.verdict,
                        since: old.since,
                    },
                    news: self.news(item, owners),
                })
            })
            .collect()
    }

    /// What routes may ask about an item that is open.
    fn news(&self, item: &ItemReport, owners: &BTreeMap<String, Vec<String>>) -> News {
        let claims: Vec<_> = item.claims.iter().filter(|claim| !claim.verdict.holds()).collect();
        let checks: Vec<_> =
            claims.iter().flat_map(|claim| &claim.checks).filter(|check| is_open(check.outcome)).collect();
        let findings: Vec<_> = checks
            .iter()
            .flat_map(|check| &check.findings)
            .filter_map(|position| self.report.findings.get(*position))
            .filter(|finding| matches!(finding.outcome, crate::model::Outcome::Fail | crate::model::Outcome::Unknown))
            .collect();
        let gaps = checks.iter().flat_map(|check| &check.gaps).filter_map(|position| self.report.gaps.get(*position));
        let mut accounts: BTreeSet<String> = findings.iter().map(|finding| finding.resource.account.clone()).collect();
        accounts.extend(gaps.map(|gap| gap.account.clone()));
        if accounts.is_empty() {
            accounts = self.report.run.accounts.keys().cloned().collect();
        }
        let owners = findings.iter().filter_map(|finding| owners.get(finding.resource.name())).flatten().cloned();
        News {
            topics: claims.iter().flat_map(|claim| claim.topics.iter().cloned()).collect(),
            severity: checks.iter().map(|check| Severity::of(&check.severity)).max().unwrap_or_default(),
            accounts,
            owners: owners.collect(),
            // It was told because of some change, and nobody remembers which.
            kinds: None,
        }
    }

    /// Letters that remind, by channel in the settings' order.
    fn reminders(&self, open: &[Open]) -> Vec<Letter> {
        let receivers: Vec<(&Open, BTreeSet<&str>)> =
            open.iter().map(|open| (open, self.router.takers(&open.news))).collect();
        let mut letters = Vec::new();
        for channel in &self.settings.channels {
            let here: Vec<&Open> =
                receivers.iter().filter(|(_, to)| to.contains(channel.name.as_str())).map(|(open, _)| *open).collect();
            let groups: Vec<&[&Open]> =
                if keeps_incidents(&channel.kind) { here.chunks(1).collect() } else { vec![here.as_slice()] };
            for group in groups {
                // One letter, as urgent as the most severe of what it reminds of.
                let Some(severity) = group.iter().map(|open| open.news.severity).max() else { continue };
                let items: Vec<&OpenItem> = group.iter().map(|open| &open.item).collect();
                letters.push(self.letter(channel, Purpose::Reminder, &[], &items, self.due(severity)));
            }
        }
        letters
    }

    /// When a transition is told. The return to good never overtakes bad news that wait for the end of the quiet hours: an
    /// incident would be opened after it was closed. Closing an incident wakes nobody, and waits for nothing else.
    fn due_of(&self, transition: &Transition, incident: bool) -> Moment {
        let own = self.due(transition.severity);
        let Some(item) = item_of(transition).filter(|_| resolves(transition)) else { return own };
        let own = if incident { self.now } else { own };
        let Some(told) = self.router.told(item) else { return own };
        // They were written some time after the clock of their run, at most now.
        let (least, quiet) = (self.router.least(transition), &self.settings.quiet);
        let waiting = [told, (told + EARLY).min(self.now)].into_iter().map(|at| quiet::due(at, least, quiet)).max();
        own.max(waiting.unwrap_or(own))
    }

    fn due(&self, severity: Severity) -> Moment {
        quiet::due(self.now, severity, &self.settings.quiet)
    }

    fn letter(
        &self,
        channel: &ChannelSettings,
        purpose: Purpose,
        transitions: &[&Transition],
        open: &[&OpenItem],
        due: Moment,
    ) -> Letter {
        let message = Message {
            key: self.key(purpose, transitions, open),
            purpose,
            sheet: self.sheet.to_owned(),
            run: self.report.run.id.clone(),
            at: transitions.first().map_or_else(|| self.clock(), |transition| transition.at),
            summary: self.report.summary.clone(),
            transitions: transitions.iter().map(|transition| (*transition).clone()).collect(),
            open: open.iter().map(|item| (*item).clone()).collect(),
            link: self.link(channel, transitions, open),
        };
        Letter {
            id: format!("{}/{}", message.key, channel.name),
            channel: channel.name.clone(),
            message,
            due,
            attempts: 0,
            state: LetterState::Waiting,
            error: None,
            created: self.now,
            ended: None,
        }
    }

    /// The run's clock.
    fn clock(&self) -> Moment {
        let clock = chrono::DateTime::parse_from_rfc3339(&self.report.run.clock);
        clock.map_or(self.now, |clock| clock.to_utc())
    }

    /// Position of this run in the sheet's history.
    fn seq(&self) -> i64 {
        self.before.map_or(0, |state| state.seq) + 1
    }

    /// The same for the same content of the same run, whichever channel it goes to and how often it is worked out.
    fn key(&self, purpose: Purpose, transitions: &[&Transition], open: &[&OpenItem]) -> String {
        let purpose = match purpose {
            Purpose::Changes => "changes",
            Purpose::Reminder => "reminder",
            Purpose::Test => "test",
        };
        let ids: Vec<&str> = transitions.iter().map(|t| t.id.as_str()).collect();
        let items: Vec<&str> = open.iter().map(|o| o.item.as_str()).collect();
        // As JSON, so that no two rows of parts read the same. Plain data always serialises.
        let parts = serde_json::to_vec(&(purpose, self.sheet, &self.report.run.id, self.seq(), ids, items));
        hex::encode(Sha256::digest(parts.unwrap_or_default()))
    }

    /// Where the dashboard shows it: an incident on the page of its item, the rest on that of the run.
    fn link(&self, channel: &ChannelSettings, transitions: &[&Transition], open: &[&OpenItem]) -> Option<String> {
        let seq = self.seq().to_string();
        let one = match (transitions, open) {
            ([transition], []) if transition.to.is_some() => item_of(transition),
            ([], [open]) => Some(open.item.as_str()),
            _ => None,
        };
        let page = match one.filter(|_| keeps_incidents(&channel.kind)) {
            Some(item) => ["items", item],
            None => ["runs", &seq],
        };
        let mut url = Url::parse(self.settings.dashboard.as_deref()?).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(["sheets", self.sheet]).extend(page);
        Some(url.into())
    }
}

/// The item that it is about.
fn item_of(transition: &Transition) -> Option<&str> {
    match &transition.subject {
        Subject::Item { id } => Some(id),
        Subject::Sheet | Subject::Reminder { .. } => None,
    }
}

/// Whether an item did not hold, and is well again or gone.
fn resolves(transition: &Transition) -> bool {
    transition.closes() && transition.from.is_some_and(|from| !from.holds())
}

/// Whether a channel keeps one incident per item, which opens and closes by itself.
fn keeps_incidents(kind: &ChannelKind) -> bool {
    match kind {
        ChannelKind::PagerDuty { .. } | ChannelKind::SecurityHub { .. } => true,
        ChannelKind::Slack { .. }
        | ChannelKind::Teams { .. }
        | ChannelKind::Email { .. }
        | ChannelKind::Sns { .. }
        | ChannelKind::EventBridge { .. }
        | ChannelKind::Webhook { .. }
        | ChannelKind::Stdout {} => false,
    }
}

fn is_open(outcome: crate::model::CheckOutcome) -> bool {
    use crate::model::CheckOutcome;
    match outcome {
        CheckOutcome::Fail | CheckOutcome::Unknown | CheckOutcome::Untested => true,
        CheckOutcome::Waived | CheckOutcome::Pass => false,
    }
}
