//! All services together, by kind.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Attribute, GLOBAL_REGION, Kind, OpScope, Operation, Service, Source};
use crate::model::Cell;

/// A kind with the attributes of every service that declares it.
#[derive(Debug, Clone)]
pub struct FullKind {
    /// CloudFormation type name where there is one.
    pub name: &'static str,
    /// The operation that lists them.
    pub list: &'static Operation,
    /// The operation that supplies tags.
    pub tags: Option<&'static Operation>,
    /// Arguments that narrow the listing to one.
    pub locate: &'static str,
    /// By name.
    pub attributes: BTreeMap<&'static str, Attribute>,
}

/// Every kind and operation that is declared.
#[derive(Debug)]
pub struct Registry {
    /// In the order of the services.
    pub services: Vec<&'static Service>,
    /// By name.
    pub kinds: BTreeMap<&'static str, FullKind>,
    /// By `service:Operation`.
    pub operations: BTreeMap<String, &'static Operation>,
    /// By `service:Operation`: the service whose collector asks it. Load balancers ask AWS WAF what stands before them.
    owners: BTreeMap<String, &'static Service>,
}

impl Registry {
    fn build() -> Self {
        let services: Vec<&'static Service> = super::SERVICES.to_vec();
        let mut kinds: BTreeMap<&'static str, FullKind> = BTreeMap::new();
        let mut operations = BTreeMap::new();
        let mut owners = BTreeMap::new();
        for service in &services {
            for operation in service.operations {
                operations.insert(operation.id(), *operation);
                owners.entry(operation.id()).or_insert(*service);
            }
            for kind in service.kinds {
                let Kind { name, list, tags, locate, attributes } = kind;
                let full = kinds.entry(name).or_insert_with(|| FullKind {
                    name,
                    list,
                    tags: *tags,
                    locate,
                    attributes: BTreeMap::new(),
                });
                full.attributes.extend(attributes.iter().map(|a| (a.name, *a)));
            }
        }
        Self { services, kinds, operations, owners }
    }

    /// The kind of that name.
    pub fn kind(&self, name: &str) -> Option<&FullKind> {
        self.kinds.get(name)
    }

    /// The service whose collector asks an operation (`wafv2:GetWebACLForResource`): `elasticloadbalancingv2`.
    pub fn owner(&self, operation: &str) -> Option<&'static Service> {
        self.owners.get(operation).copied()
    }

    /// The cell that an operation reads, or a resource of `region` whose attributes it supplies: what is asked once per
    /// account is of `aws-global`, wherever the resource lives (a bucket).
    pub fn cell(&self, account: &str, region: &str, operation: &str) -> Cell {
        let service = self.owner(operation).map(|service| service.name);
        let service = service.or_else(|| operation.split(':').next()).unwrap_or_default();
        // What is seen by connecting stands under a label of its own.
        let global =
            service != "outside" && self.operations.get(operation).is_some_and(|op| op.scope == OpScope::Global);
        Cell {
            account: account.to_string(),
            region: if global { GLOBAL_REGION } else { region }.to_string(),
            service: service.to_string(),
        }
    }

    /// The declared attribute that a dotted path of an expression refers to: the longest declared prefix.
    /// `facts.internet_ports.size` finds `facts.internet_ports`.
    pub fn attribute(&self, kind: &str, path: &str) -> Option<&Attribute> {
        let kind = self.kind(kind)?;
        let mut prefix = path;
        loop {
            if let Some(found) = kind.attributes.get(prefix) {
                return Some(found);
            }
            prefix = prefix.rsplit_once('.')?.0;
        }
    }
}

impl FullKind {
    /// The operation that supplies an attribute; none for a fact.
    pub fn operation_of(&self, attribute: &str) -> Option<&'static Operation> {
        match self.attributes.get(attribute)?.source {
            Source::Op(op) => Some(op),
            Source::Fact(_) => None,
        }
    }
}

/// The one registry of the program.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(Registry::build)
}
