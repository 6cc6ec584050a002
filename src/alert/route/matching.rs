//! Which channels hear of something.

use std::collections::{BTreeMap, BTreeSet};

use super::{keeps_incidents, resolves};
use crate::model::{
    AlertSettings, By, ChangeKind, ItemReport, ItemState, Moment, Report, Route, Severity, State, Subject, Transition,
};

/// What routes ask about.
pub(super) struct News {
    pub(super) topics: BTreeSet<String>,
    pub(super) severity: Severity,
    pub(super) accounts: BTreeSet<String>,
    pub(super) owners: BTreeSet<String>,
    /// What happened; none where any change is meant.
    pub(super) kinds: Option<BTreeSet<ChangeKind>>,
}

impl News {
    fn of(transition: &Transition) -> Self {
        // The worst of several changes gives a transition its kind; a route may ask for one of the others.
        let of_claims = transition.claims.iter().map(|change| change.kind);
        Self {
            topics: transition.topics.iter().cloned().collect(),
            severity: transition.severity,
            accounts: transition.accounts.iter().cloned().collect(),
            owners: transition.owners.iter().cloned().collect(),
            kinds: Some(of_claims.chain([transition.kind]).collect()),
        }
    }
}

/// What may have been told of an item when it stopped holding. Whom it was told to is not remembered, and the item may
/// have broken by another check, another resource and in another account than it was mended by.
struct Past {
    /// Topics of each claim, before and now.
    topics: Vec<BTreeSet<String>>,
    least: Severity,
    worst: Severity,
}

impl Past {
    fn may_be_of(&self, patterns: &[String]) -> bool {
        patterns.is_empty() || self.topics.iter().any(|topics| any_topic(patterns, topics))
    }

    fn is_of(&self, patterns: &[String]) -> bool {
        patterns.is_empty() || !self.topics.is_empty() && self.topics.iter().all(|topics| any_topic(patterns, topics))
    }
}

/// The routes, with what is known of the items.
pub(super) struct Router<'a> {
    settings: &'a AlertSettings,
    old: BTreeMap<&'a str, &'a ItemState>,
    new: BTreeMap<&'a str, &'a ItemReport>,
    severities: BTreeMap<&'a str, Severity>,
}

impl<'a> Router<'a> {
    pub(super) fn new(settings: &'a AlertSettings, before: Option<&'a State>, report: &'a Report) -> Self {
        let old = before.into_iter().flat_map(|state| &state.items);
        let checks = report.items.iter().flat_map(|item| &item.claims).flat_map(|claim| &claim.checks);
        Self {
            settings,
            old: old.map(|item| (item.id.as_str(), item)).collect(),
            new: report.items.iter().map(|item| (item.id.as_str(), item)).collect(),
            severities: checks.map(|check| (check.id.as_str(), Severity::of(&check.severity))).collect(),
        }
    }

    /// Names of the channels that hear of a transition. Whoever may have heard that an item does not hold hears that it
    /// does again.
    pub(super) fn channels(&self, transition: &Transition) -> BTreeSet<&'a str> {
        let mut channels = self.takers(&News::of(transition));
        if resolves(transition) {
            channels.extend(self.may_have_heard(transition));
            // An incident may have been opened under another mapping or other routes. Closing what is not open does no
            // harm, and leaving it open does.
            let incidents = self.settings.channels.iter().filter(|channel| keeps_incidents(&channel.kind));
            channels.extend(incidents.map(|channel| channel.name.as_str()));
        }
        channels
    }

    /// Channels of the routes that take it; all where none does.
    pub(super) fn takers(&self, news: &News) -> BTreeSet<&'a str> {
        let mut channels = BTreeSet::new();
        for route in self.settings.routes.iter().filter(|route| takes(route, news)) {
            channels.extend(self.known(route));
            if route.last {
                break;
            }
        }
        if channels.is_empty() { self.all().collect() } else { channels }
    }

    /// Channels that may have heard the bad news of an item that is well again or gone, if they were of the topics,
    /// accounts and owners of now: teams are not to hear of each other's resources.
    fn may_have_heard(&self, transition: &Transition) -> BTreeSet<&'a str> {
        let past = self.past(transition);
        let mut channels = BTreeSet::new();
        // Whether some route must have taken the news, so that it did not fall to every channel.
        let mut taken = false;
        for route in &self.settings.routes {
            let theirs = any(&route.owners, &transition.owners);
            let may = past.may_be_of(&route.topics)
                && route.severity.0 <= past.worst
                && any(&route.accounts, &transition.accounts)
                && (theirs || transition.owners.is_empty());
            if !may || self.known(route).next().is_none() {
                continue;
            }
            channels.extend(self.known(route));
            let surely =
                past.is_of(&route.topics) && route.severity.0 <= past.least && route.changes.is_empty() && theirs;
            taken |= surely;
            if surely && route.last {
                break;
            }
        }
        if taken { channels } else { self.all().collect() }
    }

    /// The least severity that the bad news of an item can have had.
    pub(super) fn least(&self, transition: &Transition) -> Severity {
        self.past(transition).least
    }

    /// When an item was last told of; none where never.
    pub(super) fn told(&self, item: &str) -> Option<Moment> {
        self.old.get(item).and_then(|item| item.told)
    }

    fn past(&self, transition: &Transition) -> Past {
        let Subject::Item { id } = &transition.subject else {
            return Past { topics: Vec::new(), least: Severity::Low, worst: Severity::Critical };
        };
        let (old, new) = (self.old.get(id.as_str()), self.new.get(id.as_str()));
        let set = |topics: &[String]| topics.iter().cloned().collect::<BTreeSet<_>>();
        let old_claims = || old.iter().flat_map(|item| &item.claims);
        let new_claims = || new.iter().flat_map(|item| &item.claims);
        let topics = old_claims().map(|c| set(&c.topics)).chain(new_claims().map(|c| set(&c.topics))).collect();
        let mut severities: BTreeSet<Severity> = BTreeSet::from([transition.severity]);
        let old_checks = old_claims().flat_map(|claim| claim.checks.iter().map(|(check, _)| check.as_str()));
        let new_checks = new_claims().flat_map(|claim| claim.checks.iter().map(|check| check.id.as_str()));
        for check in old_checks.chain(new_checks) {
            match self.severities.get(check) {
                Some(severity) => severities.extend([*severity]),
                // The check is in use no longer, and its severity not remembered.
                None => severities.extend([Severity::Low, Severity::Critical]),
            }
        }
        // What no check decided is told as medium.
        if new.is_none() || new_claims().any(|claim| claim.by != By::Live || claim.checks.is_empty()) {
            severities.extend([Severity::default()]);
        }
        Past {
            topics,
            least: severities.first().copied().unwrap_or(Severity::Low),
            worst: severities.last().copied().unwrap_or(Severity::Critical),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.settings.channels.iter().map(|channel| channel.name.as_str())
    }

    /// Channels of a route that there are.
    fn known(&self, route: &'a Route) -> impl Iterator<Item = &'a str> + use<'a> {
        let channels = &self.settings.channels;
        route.channels.iter().map(String::as_str).filter(|name| channels.iter().any(|channel| channel.name == *name))
    }
}

/// Whether all of the fields that a route names hold of some news.
fn takes(route: &Route, news: &News) -> bool {
    (route.topics.is_empty() || any_topic(&route.topics, &news.topics))
        && route.severity.0 <= news.severity
        && any(&route.accounts, &news.accounts)
        && any(&route.owners, &news.owners)
        && news.kinds.as_ref().is_none_or(|kinds| any(&route.changes, kinds))
}

/// Whether any of what is wanted is there; true where nothing is wanted in particular.
fn any<'a, T: Eq + 'a>(wanted: &[T], there: impl IntoIterator<Item = &'a T>) -> bool {
    wanted.is_empty() || there.into_iter().any(|one| wanted.contains(one))
}

/// Whether any topic matches any pattern. `*` at a pattern's end stands for any rest.
fn any_topic(patterns: &[String], topics: &BTreeSet<String>) -> bool {
    patterns.iter().any(|pattern| {
        topics.iter().any(|topic| match pattern.strip_suffix('*') {
            Some(start) => topic.starts_with(start),
            None => topic == pattern,
        })
    })
}
