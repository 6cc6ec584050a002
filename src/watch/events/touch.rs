//! Which cells, operations, checks and claims a call can touch: from the table that drives the plan.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Change;
use crate::catalogue::Catalogue;
use crate::model::{Cell, Mapping, Scope};
use crate::plan::{Plan, checks_touched};
use crate::table::{
    GLOBAL_REGION, Operation, TAGGING_SOURCE, answers_everywhere, changes_nothing, changes_regions, registry, ripples,
};

/// What a call can touch of what a run reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// What has to be read anew. A cell of `core` says that there are other regions now: then a whole run is due.
    pub cells: BTreeSet<Cell>,
    /// Operations whose answers may differ, by `service:Operation`; narrower than the cells, which are read as a whole.
    pub operations: BTreeSet<String>,
}

impl Touched {
    /// Both together.
    pub fn and(&mut self, other: Self) {
        self.cells.extend(other.cells);
        self.operations.extend(other.operations);
    }

    /// Whether a part is not enough.
    pub fn everything(&self) -> bool {
        wants_everything(&self.cells)
    }

    /// The checks in use that can be decided otherwise, by their id.
    pub fn checks(&self, catalogue: &Catalogue, in_use: &BTreeSet<String>, scope: &Scope) -> BTreeSet<String> {
        if self.everything() {
            return in_use.clone();
        }
        checks_touched(catalogue, in_use, scope, &self.operations)
    }
}

/// Whether cells say that there are other regions now, so that a whole run is due.
pub fn wants_everything(cells: &BTreeSet<Cell>) -> bool {
    cells.iter().any(|cell| cell.service == "core")
}

/// The claims that rest on one of these checks, by their id.
pub fn claims_touched(mapping: &Mapping, catalogue: &Catalogue, checks: &BTreeSet<String>) -> BTreeSet<String> {
    let claims = mapping.items.iter().flat_map(|item| item.deciding());
    let touched = claims.filter(|claim| {
        claim.checks.iter().any(|id| checks.contains(id))
            || claim.see.iter().any(|topic| catalogue.of_topic(topic).any(|check| checks.contains(&check.id)))
    });
    touched.map(|claim| claim.id.clone()).collect()
}

/// Why a call touches nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Idle {
    /// It was refused or failed.
    Refused,
    /// It only read.
    Read,
    /// A data event, an insight or a sign-in.
    NotManagement,
    /// It changes nothing that is ever read.
    Harmless,
    /// No operation of the table is of its event source.
    UnknownSource,
    /// The checks in use need nothing of its service.
    NotAsked,
    /// Another account than those looked at.
    OtherAccount,
    /// A region that is not looked at.
    OtherRegion,
}

impl Idle {
    /// A word for counters.
    pub fn label(self) -> &'static str {
        match self {
            Idle::Refused => "refused",
            Idle::Read => "read",
            Idle::NotManagement => "not-management",
            Idle::Harmless => "harmless",
            Idle::UnknownSource => "unknown-source",
            Idle::NotAsked => "not-asked",
            Idle::OtherAccount => "other-account",
            Idle::OtherRegion => "other-region",
        }
    }
}

/// Tells what calls touch, for one plan over the accounts and regions of one snapshot.
#[derive(Debug, Clone)]
pub struct Touch {
    /// Operations of the plan by event source.
    by_source: BTreeMap<&'static str, Vec<&'static Operation>>,
    /// Those that tags come with.
    tags: Vec<&'static Operation>,
    /// Event sources of the whole table.
    known: BTreeSet<&'static str>,
    accounts: BTreeMap<String, Vec<String>>,
}

impl Touch {
    /// `accounts` is that of the snapshot onto which parts are put: what it did not look at, no event adds to it.
    pub fn new(plan: &Plan, accounts: BTreeMap<String, Vec<String>>) -> Self {
        let mut by_source: BTreeMap<&'static str, Vec<&'static Operation>> = BTreeMap::new();
        for operation in plan.operations.values() {
            for source in operation.event_sources() {
                by_source.entry(source).or_default().push(operation);
            }
        }
        let tags = plan.operations.values().copied().filter(|op| op.supplies_tags()).collect();
        let known = registry().operations.values().flat_map(|op| op.event_sources()).collect();
        Self { by_source, tags, known, accounts }
    }

    /// What a call touches.
    ///
    /// # Errors
    /// Why it touches nothing.
    pub fn of(&self, change: &Change) -> Result<Touched, Idle> {
        if change.error.is_some() {
            return Err(Idle::Refused);
        }
        if change.read_only {
            return Err(Idle::Read);
        }
        if !change.management {
            return Err(Idle::NotManagement);
        }
        let (source, name) = (change.source.as_str(), change.name.as_str());
        if changes_nothing(source, name) {
            return Err(Idle::Harmless);
        }
        let tagging = source == TAGGING_SOURCE;
        if !tagging && !self.known.contains(source) {
            return Err(Idle::UnknownSource);
        }
        let Some(regions) = self.accounts.get(&change.account) else { return Err(Idle::OtherAccount) };
        let mut touched = Touched::default();
        if changes_regions(source, name) {
            touched.cells.insert(cell(change, GLOBAL_REGION, "core"));
        }
        let mut operations: Vec<&'static Operation> = if tagging { self.tags.clone() } else { self.of_source(source) };
        operations.extend(ripples(source, name).flat_map(|source| self.of_source(source)));
        let asked = !operations.is_empty();
        for operation in operations {
            let id = operation.id();
            let Some(owner) = registry().owner(&id) else { continue };
            let region = operation.asked_in(&change.region);
            let places: Vec<&str> = if region != GLOBAL_REGION && answers_everywhere(owner.name) {
                regions.iter().map(String::as_str).collect()
            } else if region == GLOBAL_REGION || regions.iter().any(|known| known == region) {
                vec![region]
            } else {
                continue;
            };
            touched.cells.extend(places.into_iter().map(|region| cell(change, region, owner.name)));
            touched.operations.insert(id);
        }
        match (touched.cells.is_empty(), asked) {
            (false, _) => Ok(touched),
            (true, true) => Err(Idle::OtherRegion),
            (true, false) => Err(Idle::NotAsked),
        }
    }

    fn of_source(&self, source: &str) -> Vec<&'static Operation> {
        self.by_source.get(source).cloned().unwrap_or_default()
    }
}

fn cell(change: &Change, region: &str, service: &str) -> Cell {
    Cell { account: change.account.clone(), region: region.to_owned(), service: service.to_owned() }
}
