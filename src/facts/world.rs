//! A snapshot, indexed for derivation.

use std::collections::{BTreeMap, HashSet};

use crate::model::{Coverage, CoverageState, Resource, Snapshot};
use crate::table::{DESCRIBE_REGIONS, OpScope, PAGE_KIND, TLS_KIND, registry};

/// Region label of what belongs to no region.
const GLOBAL: &str = "aws-global";
/// Account and region of what is seen by connecting.
const OUTSIDE: &str = "outside";

/// A snapshot, indexed.
pub struct World<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    by_kind: BTreeMap<&'a str, Vec<&'a Resource>>,
    cells: BTreeMap<(&'a str, &'a str, &'a str), &'a Coverage>,
    observed: HashSet<&'a str>,
}

/// A cell of the plan that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Account id.
    pub account: String,
    /// Region label.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
}

impl<'a> World<'a> {
    /// Indexes a snapshot.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let mut by_kind: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for resource in &snapshot.resources {
            by_kind.entry(&resource.kind).or_default().push(resource);
        }
        let cells = snapshot
            .coverage
            .iter()
            .map(|c| ((c.account.as_str(), c.region.as_str(), c.operation.as_str()), c))
            .collect();
        let observed = snapshot.observations.iter().map(|o| o.id.as_str()).collect();
        Self { snapshot, by_kind, cells, observed }
    }

    /// Every resource of a kind.
    pub fn all(&self, kind: &str) -> &[&'a Resource] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Resources of a kind in one account.
    pub fn of_account(&self, kind: &str, account: &str) -> impl Iterator<Item = &'a Resource> {
        let account = account.to_string();
        self.all(kind).iter().copied().filter(move |r| r.account == account)
    }

    /// Resources of a kind in one region of one account.
    pub fn in_region(&self, kind: &str, account: &str, region: &str) -> impl Iterator<Item = &'a Resource> {
        let (account, region) = (account.to_string(), region.to_string());
        self.all(kind).iter().copied().filter(move |r| r.account == account && r.region == region)
    }

    /// The coverage cell.
    pub fn cell(&self, account: &str, region: &str, operation: &str) -> Option<&'a Coverage> {
        self.cells.get(&(account, region, operation)).copied()
    }

    fn targets(&self, kind: &str) -> Option<&'a [String]> {
        match kind {
            PAGE_KIND => Some(&self.snapshot.targets.pages),
            TLS_KIND => Some(&self.snapshot.targets.tls),
            _ => None,
        }
    }

    fn read(&self, account: &str, region: &str, operation: &str) -> bool {
        self.cell(account, region, operation).is_some_and(|c| {
            // A listing that no observation of the snapshot supports was not read.
            c.state == CoverageState::Read
                && !c.observations.is_empty()
                && c.observations.iter().all(|o| self.observed.contains(o.as_str()))
        })
    }

    /// Whether the snapshot holds an observation.
    pub fn observed(&self, id: &str) -> bool {
        self.observed.contains(id)
    }

    /// Observations of a kind's listing, as far as it matters for `region`.
    pub fn listed_by(&self, kind: &str, account: &str, region: &str) -> &'a [String] {
        let Some(full) = registry().kind(kind) else { return &[] };
        let region = if full.list.scope == OpScope::Global { GLOBAL } else { region };
        self.cell(account, region, &full.list.id()).map_or(&[], |cell| cell.observations.as_slice())
    }

    /// Cells that the complete listing of a kind needs: account, region, operation.
    pub fn cells_of(&self, kind: &str) -> Vec<Unread> {
        let Some(kind) = registry().kind(kind) else { return Vec::new() };
        let operation = kind.list.id();
        let mut cells = Vec::new();
        if kind.list.service == "outside" {
            return cells;
        }
        for (account, regions) in &self.snapshot.accounts {
            let mut cell = |region: &str, operation: &str| {
                cells.push(Unread {
                    account: account.clone(),
                    region: region.to_string(),
                    operation: operation.to_string(),
                });
            };
            match kind.list.scope {
                OpScope::Global => cell(GLOBAL, &operation),
                OpScope::Regional => {
                    // Which regions there are is part of the listing, unless the user named them.
                    if self.snapshot.scope.regions.is_empty() {
                        cell(GLOBAL, &DESCRIBE_REGIONS.id());
                    }
                    regions.iter().for_each(|region| cell(region, &operation));
                }
            }
        }
        cells
    }

    /// Cells of a kind's listing that were not read.
    pub fn unread(&self, kind: &str) -> Vec<Unread> {
        if let Some(targets) = self.targets(kind) {
            // From outside, each target is a resource of its own: one that is missing was not looked at.
            let seen: Vec<&str> = self.all(kind).iter().map(|r| r.id.as_str()).collect();
            let operation = registry().kind(kind).map(|k| k.list.id()).unwrap_or_default();
            return targets
                .iter()
                .filter(|target| !seen.contains(&target.as_str()))
                .map(|_| Unread { account: OUTSIDE.into(), region: OUTSIDE.into(), operation: operation.clone() })
                .collect();
        }
        let mut cells = self.cells_of(kind);
        cells.retain(|c| !self.read(&c.account, &c.region, &c.operation));
        cells
    }

    /// Whether the listing of a kind is complete where it matters for `region` (`aws-global` for a global kind).
    ///
    /// # Errors
    /// Names what was not read.
    pub fn complete(&self, kind: &str, account: &str, region: &str) -> Result<(), String> {
        let Some(full) = registry().kind(kind) else { return Err(format!("{kind} is not known")) };
        let region = if full.list.scope == OpScope::Global { GLOBAL } else { region };
        let operation = full.list.id();
        if self.read(account, region, &operation) {
            Ok(())
        } else {
            Err(format!("{operation} in {region} was not read to the end"))
        }
    }

    /// The same in every region of the account.
    ///
    /// # Errors
    /// Names the first that was not read.
    pub fn complete_everywhere(&self, kind: &str, account: &str) -> Result<(), String> {
        match self.unread(kind).into_iter().find(|c| c.account == account) {
            None => Ok(()),
            Some(c) => Err(format!("{} in {} was not read to the end", c.operation, c.region)),
        }
    }
}

impl Resource {
    /// An attribute that a fact needs.
    ///
    /// # Errors
    /// When it was not read: a fact must not be derived from it.
    pub fn need(&self, attribute: &str) -> Result<&serde_json::Value, String> {
        match self.attributes.get(attribute) {
            Some(value) => Ok(value),
            None => Err(match self.gaps.get(attribute) {
                Some(gap) => format!("{attribute} of {} was not read: {}", self.name(), gap.detail),
                None => format!("{attribute} of {} was not asked for", self.name()),
            }),
        }
    }
}
