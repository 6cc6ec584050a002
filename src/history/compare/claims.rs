//! Which claims of an item changed.

use std::collections::BTreeMap;

use super::kinds::kind_of;
use crate::model::{ChangeKind, ClaimChange, ClaimReport, ClaimState, Population, Text};

/// From so many resources on, a fall of a claim's population is told. Fewer come and go every day.
const POPULATED: usize = 4;

/// One claim that changed, with what is known of it on both sides.
pub(super) struct Changed<'a> {
    pub(super) change: ClaimChange,
    pub(super) old: Option<&'a ClaimState>,
    pub(super) new: Option<&'a ClaimReport>,
}

impl Changed<'_> {
    /// Whether it is a reason to tell of its item.
    pub(super) fn tells(&self) -> bool {
        match self.change.kind {
            ChangeKind::Added => self.change.to.is_some_and(|to| !to.holds()),
            ChangeKind::Removed => self.change.from.is_some_and(|from| !from.holds()),
            _ => true,
        }
    }

    pub(super) fn topics(&self) -> impl Iterator<Item = &String> {
        // The topics of a claim that is gone are known from the run before.
        let old = self.old.filter(|_| self.new.is_none());
        self.new.into_iter().flat_map(|new| &new.topics).chain(old.into_iter().flat_map(|old| &old.topics))
    }
}

pub(super) fn text_of(claim: &ClaimReport) -> Text {
    Text::new(&claim.text_ja, &claim.text)
}

fn in_scope<'a>(populations: impl Iterator<Item = &'a Population>) -> usize {
    populations.map(|population| population.in_scope).sum()
}

/// Checks of a claim, before and now.
pub(super) fn checks_of<'a>(claim: &Changed<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let old = claim.old.into_iter().flat_map(|old| old.checks.iter().map(|(id, _)| id.as_str()));
    old.chain(claim.new.into_iter().flat_map(|new| new.checks.iter().map(|check| check.id.as_str())))
}

/// Claims that changed, in their order now, then those that are gone. Claims that are new or gone are all here; whether
/// they are a reason to tell is [`Changed::tells`].
pub(super) fn changed_claims<'a>(old: &'a [ClaimState], new: &'a [ClaimReport]) -> Vec<Changed<'a>> {
    let mut before: BTreeMap<&str, &ClaimState> = old.iter().map(|claim| (claim.id.as_str(), claim)).collect();
    let mut all = Vec::new();
    for claim in new {
        let old = before.remove(claim.id.as_str());
        let now = in_scope(claim.checks.iter().map(|check| &check.population));
        let population = (old.map_or(0, population_of), now);
        let kind = match old {
            None => Some(ChangeKind::Added),
            Some(old) => kind_of(old.verdict, claim.verdict)
                .or_else(|| (claim.verdict.holds() && fell_sharply(population)).then_some(ChangeKind::Shrunk)),
        };
        let Some(kind) = kind else { continue };
        let from = old.map(|old| old.verdict);
        let change = ClaimChange {
            claim: claim.id.clone(),
            text: text_of(claim),
            kind,
            from,
            to: Some(claim.verdict),
            population,
        };
        all.push(Changed { change, old, new: Some(claim) });
    }
    for claim in old.iter().filter(|claim| before.contains_key(claim.id.as_str())) {
        let change = ClaimChange {
            claim: claim.id.clone(),
            text: claim.text.clone(),
            kind: ChangeKind::Removed,
            from: Some(claim.verdict),
            to: None,
            population: (population_of(claim), 0),
        };
        all.push(Changed { change, old: Some(claim), new: None });
    }
    all
}

fn population_of(claim: &ClaimState) -> usize {
    in_scope(claim.checks.iter().map(|(_, population)| population))
}

/// Half or more of what was looked at is gone.
pub(super) fn fell_sharply(population: (usize, usize)) -> bool {
    let (before, now) = population;
    before >= POPULATED && now <= before / 2
}
