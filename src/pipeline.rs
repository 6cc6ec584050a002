//! The flow of one run, from inputs that were read to a report: what commands and tests share.

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::evaluate::{Params, evaluate};
use crate::judge::{Case, judge};
use crate::model::{Attestation, Mapping, Moment, Report, Scope, Sheet, Targets, Text, Waiver};
use crate::plan::Plan;
use crate::snapshot::Sealed;

/// Everything that a run needs besides what it sees.
#[derive(Debug)]
pub struct Inputs {
    /// The sheet.
    pub sheet: Sheet,
    /// Its claims.
    pub mapping: Mapping,
    /// The checks.
    pub catalogue: Catalogue,
    /// Parameters that differ from the checks' defaults.
    pub params: Params,
    /// People's statements.
    pub attestations: Vec<Attestation>,
    /// Accepted risks.
    pub waivers: Vec<Waiver>,
    /// What the service is.
    pub scope: Scope,
    /// TLS endpoints that the user names, `host:port`.
    pub endpoints: Vec<String>,
    /// Whether alerts are routed by the owners of resources, whose tags must be read then.
    pub owners: bool,
    /// What reading them has to tell: approvals that are no longer in force, and the like.
    pub warnings: Vec<Text>,
}

impl Inputs {
    /// Ids of the checks that some claim of the sheet points at.
    pub fn in_use(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for claim in self.mapping.items.iter().flat_map(|item| item.deciding()) {
            for topic in &claim.see {
                ids.extend(self.catalogue.of_topic(topic).map(|check| check.id.clone()));
            }
            ids.extend(claim.checks.iter().filter(|id| self.catalogue.checks.contains_key(*id)).cloned());
        }
        ids
    }

    /// What must be read.
    pub fn plan(&self) -> Plan {
        let in_use = self.in_use();
        let plan = Plan::new(&self.catalogue, &in_use, &self.scope);
        if self.owners { plan.with_tags(&self.catalogue, &in_use) } else { plan }
    }

    /// What must be looked at from outside: pages only where a claim of their item asks for them.
    pub fn targets(&self) -> Targets {
        let in_use = self.in_use();
        let looks_at = |kind: &str| {
            self.catalogue.checks.values().any(|check| check.resource == kind && in_use.contains(&check.id))
        };
        let mut pages: Vec<String> = Vec::new();
        if looks_at(crate::table::PAGE_KIND) {
            pages = self.sheet.items.iter().flat_map(|item| item.urls.clone()).collect();
            pages.sort();
            pages.dedup();
        }
        let tls = if looks_at(crate::table::TLS_KIND) { self.endpoints.clone() } else { Vec::new() };
        Targets { pages, tls }
    }

    /// Decides every item. Pure: the same inputs, snapshot and clock give the same report.
    pub fn decide(&self, sealed: &Sealed, clock: Moment) -> Report {
        let evaluation = evaluate(&self.catalogue, &self.in_use(), &self.params, &sealed.snapshot, clock);
        judge(&Case {
            sheet: &self.sheet,
            mapping: &self.mapping,
            catalogue: &self.catalogue,
            evaluation: &evaluation,
            snapshot: &sealed.snapshot,
            snapshot_sha256: &sealed.sha256,
            attestations: &self.attestations,
            waivers: &self.waivers,
            warnings: &self.warnings,
            clock,
        })
    }
}
