//! Facts about what watches over an account: trails, alarms, detectors, recorders, scanners.

mod cis;
mod containers;
mod delivery;
mod pattern;
mod regions;
mod tags;
#[cfg(test)]
mod tests;
mod tiers;
mod trails;

use serde_json::Value;

pub(super) use cis::audit_alarms;
pub(super) use containers::{exec_logged, zones};
pub(super) use delivery::{composites, reaches_somebody};
pub(super) use regions::{
    access_analyzer, guardduty, guardduty_findings, health_events, inspector, lambda_used, recording, unmanaged,
};
pub(super) use tags::tags;
pub(super) use tiers::tiers;
pub(super) use trails::good_trails;

use super::World;
use crate::model::Resource;
use crate::table::registry;

/// What a search for a good thing among things that may be unread came to.
///
/// One good thing that was read in full decides; without one, anything unread leaves it open. So less seen is never
/// greener.
struct Search {
    found: bool,
    open: Option<String>,
}

impl Search {
    fn new() -> Self {
        Self { found: false, open: None }
    }

    fn one(&mut self, good: Result<bool, String>) {
        match good {
            Ok(true) => self.found = true,
            Ok(false) => {}
            Err(why) => {
                self.open.get_or_insert(why);
            }
        }
    }

    /// Whether there is one; the listing's own completeness counts only where there is none.
    fn end(self, complete: Result<(), String>) -> Result<bool, String> {
        if self.found {
            return Ok(true);
        }
        complete?;
        match self.open {
            Some(why) => Err(why),
            None => Ok(false),
        }
    }
}

/// Whether the listing of a kind is complete in a region; a kind that no collector supplies never is.
fn complete(world: &World<'_>, kind: &str, account: &str, region: &str) -> Result<(), String> {
    known(kind)?;
    world.complete(kind, account, region)
}

/// The same in every region of the account.
fn complete_everywhere(world: &World<'_>, kind: &str, account: &str) -> Result<(), String> {
    known(kind)?;
    world.complete_everywhere(kind, account)
}

fn known(kind: &str) -> Result<(), String> {
    if registry().kind(kind).is_some() { Ok(()) } else { Err(format!("no collector of this build supplies {kind}")) }
}

/// A needed attribute as text; null is empty.
fn text<'r>(resource: &'r Resource, attribute: &str) -> Result<&'r str, String> {
    Ok(resource.need(attribute)?.as_str().unwrap_or_default())
}

/// A needed attribute as truth; anything but true is false.
fn truth(resource: &Resource, attribute: &str) -> Result<bool, String> {
    Ok(resource.need(attribute)?.as_bool() == Some(true))
}

/// A needed attribute as list; null is empty.
fn list<'r>(resource: &'r Resource, attribute: &str) -> Result<&'r [Value], String> {
    Ok(resource.need(attribute)?.as_array().map_or(&[], Vec::as_slice))
}
