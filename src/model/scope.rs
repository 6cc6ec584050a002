//! What "the service" is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Resource, Tags};

/// Accounts, regions and tag selectors that a sheet speaks of. Empty lists do not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
    /// Tag key → values; a resource is inside where each key has one of the values. `*` is any value.
    pub include: BTreeMap<String, Vec<String>>,
    /// Tag key → values; a resource is outside where any key has one of the values.
    pub exclude: BTreeMap<String, Vec<String>>,
    /// Leave resources without any tag outside. They are inside unless this says otherwise.
    pub exclude_untagged: bool,
}

/// Whether a resource is in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Its tags were not read, and the selectors need them.
    Unknown,
}

impl Scope {
    /// Whether any tag selector is set.
    pub fn needs_tags(&self) -> bool {
        !self.include.is_empty() || !self.exclude.is_empty() || self.exclude_untagged
    }

    /// Whether `resource` is in scope.
    pub fn holds(&self, resource: &Resource) -> Inside {
        let global = resource.region == "aws-global" || resource.account == "outside";
        if !self.accounts.is_empty() && resource.account != "outside" && !self.accounts.contains(&resource.account) {
            return Inside::No;
        }
        if !self.regions.is_empty() && !global && !self.regions.contains(&resource.region) {
            return Inside::No;
        }
        if !self.needs_tags() {
            return Inside::Yes;
        }
        match &resource.tags {
            // A kind without tags cannot be selected away.
            Tags::NotAsked => Inside::Yes,
            Tags::Gap(_) => Inside::Unknown,
            Tags::Known(tags) if tags.is_empty() => {
                if self.exclude_untagged {
                    Inside::No
                } else {
                    Inside::Yes
                }
            }
            Tags::Known(tags) => {
                let has = |key: &String, values: &Vec<String>| {
                    tags.get(key).is_some_and(|v| values.iter().any(|w| w == "*" || w == v))
                };
                if self.exclude.iter().any(|(k, v)| has(k, v)) || !self.include.iter().all(|(k, v)| has(k, v)) {
                    Inside::No
                } else {
                    Inside::Yes
                }
            }
        }
    }
}
