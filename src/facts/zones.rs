//! Over how many Availability Zones what serves is spread.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Facts, World};
use crate::model::{Resource, Tags};

const INSTANCE: &str = "AWS::EC2::Instance";
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
const FUNCTION: &str = "AWS::Lambda::Function";
const NAT: &str = "AWS::EC2::NatGateway";
const SUBNET: &str = "AWS::EC2::Subnet";
const ROUTES: &str = "AWS::EC2::RouteTable";

/// The tag that Auto Scaling puts on its instances, and that nobody else may set.
const ASG_TAG: &str = "aws:autoscaling:groupName";

/// What is said here.
pub(super) const SAYS: &[(&str, &str)] = &[
    (GROUP, "facts.healthy_zones"),
    (BALANCER, "facts.healthy_target_zones"),
    (INSTANCE, "facts.zones_of_its_group"),
    (FUNCTION, "facts.zones"),
    (NAT, "facts.zones_without_own"),
];

/// Says `facts.healthy_zones`, `facts.healthy_target_zones`, `facts.zones_of_its_group`, `facts.zones` and
/// `facts.zones_without_own`.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for group in world.all(GROUP) {
        facts.tell(group, "facts.healthy_zones", healthy_zones(group));
    }
    for balancer in world.all(BALANCER) {
        facts.tell(balancer, "facts.healthy_target_zones", target_zones(world, balancer));
    }
    for instance in world.all(INSTANCE) {
        facts.tell(instance, "facts.zones_of_its_group", group_zones(world, instance));
    }
    for function in world.all(FUNCTION) {
        facts.tell(function, "facts.zones", function_zones(world, function));
    }
    for nat in world.all(NAT) {
        facts.tell(nat, "facts.zones_without_own", nat_zones(world, nat));
    }
}

fn rows<'r>(resource: &'r Resource, attribute: &str) -> Result<&'r [Value], String> {
    let found = resource.need(attribute)?.as_array();
    found.map(Vec::as_slice).ok_or_else(|| format!("{attribute} of {} is no list", resource.name()))
}

fn text<'v>(row: &'v Value, key: &str) -> Option<&'v str> {
    row.get(key).and_then(Value::as_str)
}

/// Zones in which a group has an instance that is in service and healthy.
fn healthy_zones(group: &Resource) -> Result<Value, String> {
    let healthy = |row: &&Value| {
        text(row, "HealthStatus").is_some_and(|h| h.eq_ignore_ascii_case("healthy"))
            && text(row, "LifecycleState") == Some("InService")
    };
    let zones = rows(group, "Instances")?.iter().filter(healthy).map(|row| {
        text(row, "AvailabilityZone").ok_or_else(|| format!("an instance of {} came without its zone", group.name()))
    });
    Ok(json!(zones.collect::<Result<BTreeSet<&str>, String>>()?))
}

/// Zones in which a load balancer has a healthy target; null where it has no target group.
fn target_zones(world: &World<'_>, balancer: &Resource) -> Result<Value, String> {
    let (account, region) = (balancer.account.as_str(), balancer.region.as_str());
    world.complete(TARGET_GROUP, account, region)?;
    let arn = balancer.arn.as_deref().unwrap_or_default();
    let mut zones: BTreeSet<String> = BTreeSet::new();
    let mut any = false;
    for group in world.in_region(TARGET_GROUP, account, region) {
        if !rows(group, "LoadBalancerArns")?.iter().any(|a| a.as_str() == Some(arn)) {
            continue;
        }
        any = true;
        let kind = group.need("TargetType")?.as_str().unwrap_or_default();
        for target in rows(group, "Targets")?.iter().filter(|t| text(t, "State") == Some("healthy")) {
            let id = text(target, "Id").ok_or_else(|| format!("a target of {} came without its id", group.name()))?;
            match kind {
                // Lambda runs a function in several zones by itself (AWS Lambda Developer Guide, "Resilience").
                "lambda" => zones.extend(zones_of(balancer)?),
                "alb" => {
                    world.complete(BALANCER, account, region)?;
                    let mut all = world.in_region(BALANCER, account, region);
                    let behind = all.find(|b| b.arn.as_deref() == Some(id));
                    zones.extend(zones_of(behind.ok_or_else(|| format!("load balancer {id} is not known"))?)?);
                }
                "instance" => {
                    let found = world.in_region(INSTANCE, account, region).find(|i| i.id == id);
                    let found = found.ok_or_else(|| format!("instance {id} is not known"))?;
                    zones.extend(found.need("AvailabilityZone")?.as_str().map(String::from));
                }
                // An address outside the VPC has the zone `all`, and nobody knows where it is.
                _ => match text(target, "AvailabilityZone") {
                    Some("all") | None => return Err(format!("the zone of the target {id} is not known")),
                    Some(zone) => {
                        zones.insert(zone.to_string());
                    }
                },
            }
        }
    }
    Ok(if any { json!(zones) } else { Value::Null })
}

fn zones_of(balancer: &Resource) -> Result<Vec<String>, String> {
    Ok(rows(balancer, "AvailabilityZones")?.iter().filter_map(Value::as_str).map(String::from).collect())
}

/// Zones of the running instances that bear the same name, for an instance that no Auto Scaling group keeps; null for
/// one that is kept, or does not run.
fn group_zones(world: &World<'_>, instance: &Resource) -> Result<Value, String> {
    if instance.need("State")?.as_str() != Some("running") {
        return Ok(Value::Null);
    }
    let Some(own) = service_of(instance)? else { return Ok(Value::Null) };
    let (account, region) = (instance.account.as_str(), instance.region.as_str());
    world.complete(INSTANCE, account, region)?;
    let mut zones: BTreeSet<&str> = BTreeSet::new();
    for other in world.in_region(INSTANCE, account, region) {
        if other.need("State")?.as_str() == Some("running") && service_of(other)?.as_ref() == Some(&own) {
            zones.extend(other.need("AvailabilityZone")?.as_str());
        }
    }
    Ok(json!(zones))
}

/// What an instance serves: its tag `Service`, else `Name` without the number at its end (`web-1`), else itself.
fn service_of(instance: &Resource) -> Result<Option<String>, String> {
    let tags: &BTreeMap<String, String> = match &instance.tags {
        Tags::Known(tags) => tags,
        Tags::NotAsked => return Err(format!("the tags of {} were not asked for", instance.name())),
        Tags::Gap(gap) => return Err(format!("the tags of {} were not read: {}", instance.name(), gap.detail)),
    };
    if tags.contains_key(ASG_TAG) {
        return Ok(None);
    }
    let named = |key: &str| tags.get(key).filter(|value| !value.trim().is_empty());
    if let Some(service) = named("Service").or_else(|| named("service")) {
        return Ok(Some(format!("service {service}")));
    }
    let separator = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ' ');
    let name = named("Name").map(|name| name.trim_end_matches(separator)).filter(|name| !name.is_empty());
    Ok(Some(name.map_or_else(|| format!("id {}", instance.id), |name| format!("name {name}"))))
}

/// Zones of the subnets that a function runs in; null for one in no VPC, which AWS spreads by itself.
fn function_zones(world: &World<'_>, function: &Resource) -> Result<Value, String> {
    let config = function.need("VpcConfig")?;
    if config.is_null() {
        return Ok(Value::Null);
    }
    let subnets = config.get("SubnetIds").and_then(Value::as_array).ok_or("VpcConfig has no subnets")?;
    let mut zones = BTreeSet::new();
    for subnet in subnets.iter().filter_map(Value::as_str) {
        zones.insert(zone_of(world, function, subnet)?);
    }
    Ok(json!(zones))
}

fn zone_of(world: &World<'_>, near: &Resource, subnet: &str) -> Result<String, String> {
    let mut all = world.in_region(SUBNET, &near.account, &near.region);
    let found = all.find(|s| s.id == subnet).ok_or_else(|| format!("subnet {subnet} is not known"))?;
    let zone = found.need("AvailabilityZone")?.as_str();
    zone.map(String::from).ok_or_else(|| format!("subnet {subnet} came without its zone"))
}

/// Zones whose subnets go out by a NAT gateway of another zone; null where nothing goes out by it, or where it is
/// spread by AWS (a regional one, without a subnet).
fn nat_zones(world: &World<'_>, nat: &Resource) -> Result<Value, String> {
    let Some(own) = nat.need("SubnetId")?.as_str() else { return Ok(Value::Null) };
    if nat.need("State")?.as_str() != Some("available") {
        return Ok(Value::Null);
    }
    let (account, region) = (nat.account.as_str(), nat.region.as_str());
    world.complete(ROUTES, account, region)?;
    world.complete(SUBNET, account, region)?;
    let own = zone_of(world, nat, own)?;
    let vpc = nat.need("VpcId")?;
    let mut explicit: BTreeSet<&str> = BTreeSet::new();
    for table in world.in_region(ROUTES, account, region) {
        explicit.extend(rows(table, "Associations")?.iter().filter_map(|a| text(a, "SubnetId")));
    }
    let mut zones: BTreeSet<String> = BTreeSet::new();
    let mut used = false;
    for table in world.in_region(ROUTES, account, region) {
        if table.need("VpcId")? != vpc
            || !rows(table, "Routes")?.iter().any(|r| text(r, "NatGatewayId") == Some(nat.id.as_str()))
        {
            continue;
        }
        let associations = rows(table, "Associations")?;
        let main = associations.iter().any(|a| a.get("Main").and_then(Value::as_bool) == Some(true));
        let listed: BTreeSet<&str> = associations.iter().filter_map(|a| text(a, "SubnetId")).collect();
        for subnet in world.in_region(SUBNET, account, region) {
            if subnet.need("VpcId")? != vpc {
                continue;
            }
            let by_main = main && !explicit.contains(subnet.id.as_str());
            if listed.contains(subnet.id.as_str()) || by_main {
                used = true;
                zones.extend(subnet.need("AvailabilityZone")?.as_str().map(String::from));
            }
        }
    }
    zones.remove(&own);
    Ok(if used { json!(zones) } else { Value::Null })
}

#[cfg(test)]
#[path = "zones_tests.rs"]
mod tests;
