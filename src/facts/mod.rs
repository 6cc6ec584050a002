//! What is derived over several resources: effective access, reachable ports, zone spread, used regions.
//!
//! Each fact declares in the table which attributes of which kinds it needs. A fact that rests on something unread is a
//! gap, never a guess: less seen must never be greener.

mod access;
mod backups;
mod buckets;
mod database;
mod exposure;
pub mod iam;
mod neighbours;
mod network;
mod regions;
mod registry;
#[cfg(test)]
pub(crate) mod testing;
mod watch;
mod world;
mod zones;

pub use world::{Unread as UnreadCell, World};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{Resource, Snapshot};
use crate::table::{ACCOUNT_KIND, REGION_KIND};

/// A derived attribute of one resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Derived.
    Value(Value),
    /// Not to be derived, and why.
    Gap(String),
}

/// Derived attributes by resource (kind, account, region, id) and name (`facts.…`).
#[derive(Debug, Default)]
pub struct Facts {
    values: BTreeMap<(String, String, String, String), BTreeMap<&'static str, Fact>>,
}

impl Facts {
    /// Says a fact of a resource.
    pub fn say(&mut self, resource: &Resource, name: &'static str, fact: Fact) {
        let (kind, account, region, id) = resource.key();
        self.values
            .entry((kind.to_string(), account.to_string(), region.to_string(), id.to_string()))
            .or_default()
            .insert(name, fact);
    }

    /// Says a fact that may not have been derivable.
    pub fn tell(&mut self, resource: &Resource, name: &'static str, fact: Result<Value, String>) {
        self.say(
            resource,
            name,
            match fact {
                Ok(value) => Fact::Value(value),
                Err(why) => Fact::Gap(why),
            },
        );
    }

    /// The facts of a resource.
    pub fn of(&self, resource: &Resource) -> Option<&BTreeMap<&'static str, Fact>> {
        let (kind, account, region, id) = resource.key();
        self.values.get(&(kind.to_string(), account.to_string(), region.to_string(), id.to_string()))
    }
}

/// One deriver.
struct Deriver {
    /// `(kind, fact)` that it says.
    says: &'static [(&'static str, &'static str)],
    derive: fn(&World<'_>, &mut Facts),
}

/// Every deriver. A wanted fact without one stays a gap.
static DERIVERS: &[Deriver] = &[
    Deriver { says: access::SAYS, derive: access::derive },
    Deriver { says: &[(REGION_KIND, "facts.access_analyzer_on")], derive: watch::access_analyzer },
    Deriver { says: &[(REGION_KIND, "facts.config_recording")], derive: watch::recording },
    Deriver { says: &[(REGION_KIND, "facts.guardduty_on")], derive: watch::guardduty },
    Deriver { says: &[(REGION_KIND, "facts.guardduty_findings_routed")], derive: watch::guardduty_findings },
    Deriver { says: &[(REGION_KIND, "facts.health_events_routed")], derive: watch::health_events },
    Deriver { says: &[(REGION_KIND, "facts.inspector_on")], derive: watch::inspector },
    Deriver { says: &[(REGION_KIND, "facts.lambda_used")], derive: watch::lambda_used },
    Deriver { says: &[(ACCOUNT_KIND, "facts.audit_alarms_missing")], derive: watch::audit_alarms },
    Deriver { says: &[(ACCOUNT_KIND, "facts.good_trails")], derive: watch::good_trails },
    Deriver { says: &[(ACCOUNT_KIND, "facts.taggable"), (ACCOUNT_KIND, "facts.untagged")], derive: watch::tags },
    Deriver { says: &[(ACCOUNT_KIND, "facts.tiers_without_alarm")], derive: watch::tiers },
    Deriver { says: &[(ACCOUNT_KIND, "facts.unmanaged_instances")], derive: watch::unmanaged },
    Deriver { says: &[("AWS::CloudWatch::Alarm", "facts.composites")], derive: watch::composites },
    Deriver { says: &[("AWS::CloudWatch::Alarm", "facts.reaches_somebody")], derive: watch::reaches_somebody },
    Deriver { says: &[("AWS::ECS::Service", "facts.exec_logged")], derive: watch::exec_logged },
    Deriver { says: &[("AWS::ECS::Service", "facts.zones")], derive: watch::zones },
    Deriver { says: network::SAYS, derive: network::derive },
    Deriver { says: regions::SAYS, derive: regions::derive },
    Deriver { says: zones::SAYS, derive: zones::derive },
    Deriver { says: backups::SAYS, derive: backups::derive },
    Deriver { says: database::SAYS, derive: database::derive },
    Deriver { says: exposure::SAYS, derive: exposure::derive },
    Deriver { says: registry::SAYS, derive: registry::derive },
    Deriver { says: buckets::SAYS, derive: buckets::derive },
    Deriver { says: neighbours::SAYS, derive: neighbours::derive },
];

/// Derives the wanted facts: `(kind, name)`.
pub fn derive(snapshot: &Snapshot, wanted: &BTreeSet<(String, String)>) -> Facts {
    let world = World::new(snapshot);
    let mut facts = Facts::default();
    for deriver in DERIVERS {
        if deriver.says.iter().any(|(kind, name)| wanted.contains(&(kind.to_string(), name.to_string()))) {
            (deriver.derive)(&world, &mut facts);
        }
    }
    facts
}
