//! The newest point that a store can be restored to, and what plans do with vaults and restores.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Facts, World};
use crate::model::{Moment, Resource};

const INSTANCE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "AWS::RDS::DBCluster";
const PROTECTED: &str = "AWS::Backup::ProtectedResource";
const NEWEST: &str = "facts.newest_restore_point";

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[
    (INSTANCE, NEWEST),
    (CLUSTER, NEWEST),
    ("AWS::DynamoDB::Table", NEWEST),
    ("AWS::EFS::FileSystem", NEWEST),
    ("AWS::EC2::Volume", NEWEST),
    ("AWS::Backup::BackupVault", "facts.plans"),
    ("AWS::Backup::RestoreTestingPlan", "facts.newest_success"),
];

/// Snapshots of a store.
#[derive(Clone, Copy)]
struct Snapshots {
    kind: &'static str,
    /// The attribute that names what it is of.
    of: &'static str,
    /// The attribute that says whether it is finished, and how it says so.
    state: (&'static str, &'static str),
    time: &'static str,
}

const fn of_rds(kind: &'static str, of: &'static str) -> Option<Snapshots> {
    Some(Snapshots { kind, of, state: ("Status", "available"), time: "SnapshotCreateTime" })
}

/// Everything that this file says.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    let of_disks = Some(Snapshots {
        kind: "AWS::EC2::Snapshot",
        of: "VolumeId",
        state: ("State", "completed"),
        time: "StartTime",
    });
    let stores: [(&str, Option<&str>, Option<Snapshots>); 5] = [
        (INSTANCE, Some("LatestRestorableTime"), of_rds("AWS::RDS::DBSnapshot", "DBInstanceIdentifier")),
        (CLUSTER, Some("LatestRestorableTime"), of_rds("AWS::RDS::DBClusterSnapshot", "DBClusterIdentifier")),
        ("AWS::DynamoDB::Table", Some("LatestRestorableDateTime"), None),
        ("AWS::EFS::FileSystem", None, None),
        ("AWS::EC2::Volume", None, of_disks),
    ];
    for (kind, own, snapshots) in stores {
        for store in world.all(kind) {
            facts.tell(store, NEWEST, newest(world, store, own, snapshots));
        }
    }
    for vault in world.all("AWS::Backup::BackupVault") {
        facts.tell(vault, "facts.plans", plans(world, vault));
    }
    for plan in world.all("AWS::Backup::RestoreTestingPlan") {
        facts.tell(plan, "facts.newest_success", newest_success(world, plan));
    }
}

/// A moment in an attribute; null is "none".
fn time(resource: &Resource, attribute: &str) -> Result<Option<Moment>, String> {
    match resource.need(attribute)? {
        Value::Null => Ok(None),
        value => value
            .as_str()
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map(|t| Some(t.with_timezone(&Utc)))
            .ok_or_else(|| format!("{attribute} of {} is no moment: {value}", resource.name())),
    }
}

fn written(time: Option<Moment>) -> Value {
    time.map_or(Value::Null, |t| Value::from(t.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
}

/// The newest of all points. A store's own point younger than a day stands by itself: what else was not read could only
/// be newer. Otherwise anything unread is a gap.
fn newest(
    world: &World<'_>,
    store: &Resource,
    own: Option<&str>,
    snapshots: Option<Snapshots>,
) -> Result<Value, String> {
    let own = own.map(|attribute| time(store, attribute)).transpose().map(Option::flatten);
    if let Ok(Some(point)) = own
        && world.snapshot.clock - point < TimeDelta::days(1)
    {
        return Ok(written(Some(point)));
    }
    let mut points: Vec<Moment> = own?.into_iter().collect();
    if let Some(Snapshots { kind, of, state, time: at }) = snapshots {
        world.complete(kind, &store.account, &store.region)?;
        for snapshot in world.in_region(kind, &store.account, &store.region) {
            if snapshot.need(of)?.as_str() == Some(&store.id) && snapshot.need(state.0)?.as_str() == Some(state.1) {
                points.extend(time(snapshot, at)?);
            }
        }
    }
    world.complete(PROTECTED, &store.account, &store.region)?;
    for protected in world.in_region(PROTECTED, &store.account, &store.region) {
        if store.arn.as_deref() == Some(protected.id.as_str()) {
            points.extend(time(protected, "LastBackupTime")?);
        }
    }
    Ok(written(points.into_iter().max()))
}

/// Names of the plans that put recovery points into a vault.
fn plans(world: &World<'_>, vault: &Resource) -> Result<Value, String> {
    let kind = "AWS::Backup::BackupPlan";
    world.complete(kind, &vault.account, &vault.region)?;
    let mut names = Vec::new();
    for plan in world.in_region(kind, &vault.account, &vault.region) {
        let rules = plan.need("BackupPlanRule")?.as_array().map(Vec::as_slice).unwrap_or_default();
        if rules.iter().any(|rule| rule.get("TargetBackupVault").and_then(Value::as_str) == Some(&vault.id)) {
            names.push(plan.need("BackupPlanName")?.clone());
        }
    }
    Ok(Value::from(names))
}

/// When a restore of this plan last came through; null where none did.
fn newest_success(world: &World<'_>, plan: &Resource) -> Result<Value, String> {
    let kind = "AWS::Backup::RestoreJob";
    world.complete(kind, &plan.account, &plan.region)?;
    let mut newest = None;
    for job in world.in_region(kind, &plan.account, &plan.region) {
        let of_plan = job.need("RestoreTestingPlanArn")?.as_str() == plan.arn.as_deref();
        let restored = job.need("Status")?.as_str() == Some("COMPLETED");
        let refuted = matches!(job.need("ValidationStatus")?.as_str(), Some("FAILED" | "TIMED_OUT"));
        if of_plan && restored && !refuted {
            newest = newest.max(time(job, "CompletionDate")?);
        }
    }
    Ok(written(newest))
}

#[cfg(test)]
#[path = "backups_tests.rs"]
mod tests;
