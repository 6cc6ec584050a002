//! Works back from the checks in use to what must be asked of AWS: nothing else is asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Catalogue, Check};
use crate::model::{Cell, Scope};
use crate::table::{DESCRIBE_REGIONS, GET_CALLER_IDENTITY, Operation, Source, registry};

/// What must be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// By `service:Operation`.
    pub operations: BTreeMap<String, &'static Operation>,
}

impl Plan {
    /// The plan for the checks with these ids.
    pub fn new(catalogue: &Catalogue, in_use: &BTreeSet<String>, scope: &Scope) -> Self {
        let mut plan = Self::default();
        let mut seen = BTreeSet::new();
        for check in in_use.iter().filter_map(|id| catalogue.checks.get(id)) {
            plan.for_check(check, scope, &mut seen);
        }
        plan.ask(&GET_CALLER_IDENTITY);
        plan.ask(&DESCRIBE_REGIONS);
        plan
    }

    /// The same, and the tags of every kind that these checks look at: for routes by a resource's owner.
    pub fn with_tags(mut self, catalogue: &Catalogue, in_use: &BTreeSet<String>) -> Self {
        let kinds = in_use.iter().filter_map(|id| catalogue.checks.get(id)).map(|check| check.resource.as_str());
        for tags in kinds.filter_map(|kind| registry().kind(kind)?.tags) {
            self.ask(tags);
        }
        self
    }

    /// The part of the plan that reads these cells anew: every operation of their services. Who we are is always asked.
    pub fn part(&self, cells: &BTreeSet<Cell>) -> Self {
        let services: BTreeSet<&str> = cells.iter().map(|cell| cell.service.as_str()).collect();
        let of_part = |id: &str| registry().owner(id).is_some_and(|service| services.contains(service.name));
        let who = GET_CALLER_IDENTITY.id();
        let operations = self.operations.iter().filter(|(id, _)| **id == who || of_part(id));
        Self { operations: operations.map(|(id, op)| (id.clone(), *op)).collect() }
    }

    /// Everything that one check needs.
    pub fn of_check(check: &Check) -> Self {
        let mut plan = Self::default();
        plan.for_check(check, &Scope::default(), &mut BTreeSet::new());
        plan
    }

    fn for_check(&mut self, check: &Check, scope: &Scope, seen: &mut BTreeSet<(String, String)>) {
        self.kind(&check.resource, scope);
        for path in check.paths().chain(check.observed.iter().map(String::as_str)) {
            self.attribute(&check.resource, path, scope, seen);
        }
    }

    fn kind(&mut self, kind: &str, scope: &Scope) {
        let Some(kind) = registry().kind(kind) else { return };
        self.ask(kind.list);
        if scope.needs_tags()
            && let Some(tags) = kind.tags
        {
            self.ask(tags);
        }
    }

    fn attribute(&mut self, kind: &str, path: &str, scope: &Scope, seen: &mut BTreeSet<(String, String)>) {
        let Some(attribute) = registry().attribute(kind, path) else { return };
        if !seen.insert((kind.to_string(), attribute.name.to_string())) {
            return;
        }
        match attribute.source {
            Source::Op(operation) => self.ask(operation),
            Source::Fact(needs) => {
                for need in needs {
                    self.kind(need.kind, scope);
                    for name in need.attributes {
                        self.attribute(need.kind, name, scope, seen);
                    }
                }
            }
        }
    }

    fn ask(&mut self, operation: &'static Operation) {
        self.operations.insert(operation.id(), operation);
        for other in operation.with {
            self.operations.insert(other.id(), other);
        }
    }

    /// IAM actions that allow the plan, sorted, without duplicates.
    pub fn actions(&self) -> BTreeSet<&'static str> {
        self.operations.values().flat_map(|op| op.iam.iter().copied()).collect()
    }
}

impl Plan {
    /// The least policy document that allows the plan: one statement, read actions only.
    pub fn policy(&self) -> serde_json::Value {
        let actions: Vec<&str> = self.actions().into_iter().collect();
        serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "KakuninRead",
                "Effect": "Allow",
                "Action": actions,
                "Resource": "*",
            }],
        })
    }
}

/// The checks among `in_use` that an answer of one of `operations` can decide: theirs and those whose facts rest on them.
pub fn checks_touched(
    catalogue: &Catalogue,
    in_use: &BTreeSet<String>,
    scope: &Scope,
    operations: &BTreeSet<String>,
) -> BTreeSet<String> {
    let touched = |check: &Check| {
        let mut plan = Plan::default();
        plan.for_check(check, scope, &mut BTreeSet::new());
        plan.operations.keys().any(|id| operations.contains(id))
    };
    let checks = in_use.iter().filter_map(|id| catalogue.checks.get(id));
    checks.filter(|check| touched(check)).map(|check| check.id.clone()).collect()
}
