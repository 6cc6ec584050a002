//! What of databases needs several resources: the zones of a cluster's members, who is told of failures, and whether the
//! capacity of a table scales.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Facts, World};
use crate::model::Resource;

const INSTANCE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "AWS::RDS::DBCluster";
const TABLE: &str = "AWS::DynamoDB::Table";
const SUBSCRIPTION: &str = "AWS::RDS::EventSubscription";

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[
    (CLUSTER, "facts.member_zones"),
    (CLUSTER, "facts.failure_subscriptions"),
    (INSTANCE, "facts.failure_subscriptions"),
    (CLUSTER, "facts.told_categories"),
    (INSTANCE, "facts.told_categories"),
    (TABLE, "facts.autoscaled"),
];

/// Everything that this file says.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for cluster in world.all(CLUSTER) {
        facts.tell(cluster, "facts.member_zones", member_zones(world, cluster));
        facts.tell(cluster, "facts.failure_subscriptions", subscriptions(world, cluster, "db-cluster"));
        facts.tell(cluster, "facts.told_categories", told_categories(world, cluster, "db-cluster"));
    }
    for table in world.all(TABLE) {
        facts.tell(table, "facts.autoscaled", autoscaled(world, table).map(Value::from));
    }
    for instance in world.all(INSTANCE) {
        facts.tell(instance, "facts.failure_subscriptions", subscriptions(world, instance, "db-instance"));
        facts.tell(instance, "facts.told_categories", told_categories(world, instance, "db-instance"));
    }
}

/// The zones that a cluster's members run in.
fn member_zones(world: &World<'_>, cluster: &Resource) -> Result<Value, String> {
    world.complete(INSTANCE, &cluster.account, &cluster.region)?;
    let members = cluster.need("DBClusterMembers")?.as_array().cloned().unwrap_or_default();
    let mut zones = BTreeSet::new();
    for member in members.iter().filter_map(Value::as_str) {
        let Some(instance) = world.in_region(INSTANCE, &cluster.account, &cluster.region).find(|i| i.id == member)
        else {
            return Err(format!("member {member} is not among the instances that were listed"));
        };
        match instance.need("AvailabilityZone")?.as_str() {
            Some(zone) => _ = zones.insert(zone.to_string()),
            None => return Err(format!("member {member} has no Availability Zone yet")),
        }
    }
    Ok(Value::from(zones.into_iter().collect::<Vec<_>>()))
}

/// Enabled subscriptions that tell of this resource. One without a source type or ids is for all of them (Amazon RDS API
/// Reference, CreateEventSubscription).
fn telling<'a>(world: &World<'a>, resource: &Resource, source: &str) -> Result<Vec<&'a Resource>, String> {
    world.complete(SUBSCRIPTION, &resource.account, &resource.region)?;
    let mut found = Vec::new();
    for subscription in world.in_region(SUBSCRIPTION, &resource.account, &resource.region) {
        let enabled = subscription.need("Enabled")?.as_bool() == Some(true);
        let of_type = subscription.need("SourceType")?.as_str().is_none_or(|t| t.is_empty() || t == source);
        let of_id = empty_or_holds(subscription.need("SourceIds")?, &resource.id);
        if enabled && of_type && of_id {
            found.push(subscription);
        }
    }
    Ok(found)
}

/// Names of enabled subscriptions that tell of this resource's failures; one without categories tells of all.
fn subscriptions(world: &World<'_>, resource: &Resource, source: &str) -> Result<Value, String> {
    let mut names = Vec::new();
    for subscription in telling(world, resource, source)? {
        if empty_or_holds(subscription.need("EventCategories")?, "failure") {
            names.push(Value::from(subscription.id.as_str()));
        }
    }
    Ok(Value::from(names))
}

/// Categories of events of this resource that subscriptions tell of; `*` where one tells of all.
fn told_categories(world: &World<'_>, resource: &Resource, source: &str) -> Result<Value, String> {
    let mut categories = BTreeSet::new();
    for subscription in telling(world, resource, source)? {
        match subscription.need("EventCategories")?.as_array() {
            Some(named) if !named.is_empty() => categories.extend(named.iter().filter_map(Value::as_str)),
            _ => _ = categories.insert("*"),
        }
    }
    Ok(Value::from(categories.into_iter().collect::<Vec<_>>()))
}

fn empty_or_holds(list: &Value, wanted: &str) -> bool {
    list.as_array().is_none_or(|items| items.is_empty() || items.iter().any(|item| item.as_str() == Some(wanted)))
}

/// Whether a table's capacity follows its use: on demand, or by a scalable target for reads and one for writes.
fn autoscaled(world: &World<'_>, table: &Resource) -> Result<bool, String> {
    if table.need("BillingMode")?.as_str() == Some("PAY_PER_REQUEST") {
        return Ok(true);
    }
    let kind = "AWS::ApplicationAutoScaling::ScalableTarget";
    world.complete(kind, &table.account, &table.region)?;
    let resource = format!("table/{}", table.id);
    let mut dimensions = BTreeSet::new();
    for target in world.in_region(kind, &table.account, &table.region) {
        if target.need("ResourceId")?.as_str() == Some(&resource) {
            dimensions.extend(target.need("ScalableDimension")?.as_str());
        }
    }
    let both = ["dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"];
    Ok(both.iter().all(|dimension| dimensions.contains(dimension)))
}
