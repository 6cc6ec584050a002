//! What lies in a network, and who uses it: zones and endpoints of VPCs, owners of subnets, security groups in use.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Facts, World};
use crate::model::Resource;

const VPC: &str = "AWS::EC2::VPC";
const SUBNET: &str = "AWS::EC2::Subnet";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const INTERFACE: &str = "AWS::EC2::NetworkInterface";

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[
    (VPC, "facts.subnet_zones"),
    (VPC, "facts.endpoint_services"),
    (SUBNET, "facts.foreign_owner"),
    (GROUP, "facts.in_use"),
];

/// `facts.subnet_zones`, `facts.endpoint_services`, `facts.foreign_owner` and `facts.in_use`.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for vpc in world.all(VPC) {
        facts.tell(vpc, "facts.subnet_zones", of_vpc(world, vpc, SUBNET, zone));
        facts.tell(vpc, "facts.endpoint_services", of_vpc(world, vpc, ENDPOINT, service));
    }
    for subnet in world.all(SUBNET) {
        facts.tell(subnet, "facts.foreign_owner", foreign_owner(subnet));
    }
    for group in world.all(GROUP) {
        facts.tell(group, "facts.in_use", in_use(world, group).map(Value::from));
    }
}

type Told = Result<Option<String>, String>;

/// What is told of everything of a kind that lies in a VPC.
fn of_vpc(world: &World<'_>, vpc: &Resource, kind: &str, told: fn(&Resource) -> Told) -> Result<Value, String> {
    world.complete(kind, &vpc.account, &vpc.region)?;
    let mut found = BTreeSet::new();
    for resource in world.in_region(kind, &vpc.account, &vpc.region) {
        if resource.need("VpcId")?.as_str() == Some(&vpc.id) {
            found.extend(told(resource)?);
        }
    }
    Ok(json!(found))
}

fn zone(subnet: &Resource) -> Told {
    Ok(subnet.need("AvailabilityZone")?.as_str().map(ToOwned::to_owned))
}

/// `com.amazonaws.ap-northeast-1.ec2` without the region: `ec2`. One that does not work yet, or any more, is none.
fn service(endpoint: &Resource) -> Told {
    let state = endpoint.need("State")?.as_str().unwrap_or_default();
    let name = endpoint.need("ServiceName")?.as_str().unwrap_or_default();
    let aws = name.strip_prefix("com.amazonaws.").map(|rest| rest.trim_start_matches(&format!("{}.", endpoint.region)));
    Ok(state.eq_ignore_ascii_case("available").then(|| aws.unwrap_or(name).to_owned()))
}

/// The account that shares a subnet with this one; null where it is this one's own.
fn foreign_owner(subnet: &Resource) -> Result<Value, String> {
    let owner = subnet.need("OwnerId")?;
    let foreign = owner.as_str().is_some_and(|owner| owner != subnet.account);
    Ok(if foreign { owner.clone() } else { Value::Null })
}

/// Whether an interface has the group, or a rule of another group names it.
fn in_use(world: &World<'_>, group: &Resource) -> Result<bool, String> {
    let (account, region) = (group.account.as_str(), group.region.as_str());
    for interface in world.in_region(INTERFACE, account, region) {
        if holds(interface.need("GroupSet")?, |named| named.as_str() == Some(&group.id)) {
            return Ok(true);
        }
    }
    for other in world.in_region(GROUP, account, region).filter(|other| other.id != group.id) {
        for (rules, key) in
            [("SecurityGroupIngress", "SourceSecurityGroupId"), ("SecurityGroupEgress", "DestinationSecurityGroupId")]
        {
            if holds(other.need(rules)?, |rule| rule.get(key).and_then(Value::as_str) == Some(&group.id)) {
                return Ok(true);
            }
        }
    }
    world.complete(INTERFACE, account, region)?;
    world.complete(GROUP, account, region)?;
    Ok(false)
}

fn holds(list: &Value, wanted: impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|items| items.iter().any(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::testing::{resource, snapshot};

    fn said(resources: Vec<Resource>, unread: &[&str], kind: &str, name: &str) -> Fact {
        let snapshot = snapshot(resources, unread);
        let world = World::new(&snapshot);
        let mut facts = Facts::default();
        derive(&world, &mut facts);
        facts.of(world.all(kind)[0]).unwrap()[name].clone()
    }

    #[test]
    fn a_vpc_lies_where_its_subnets_do_and_has_its_own_endpoints() {
        let vpc = || resource(VPC, "vpc-1", json!({}));
        let subnet =
            |id: &str, vpc: &str, zone: &str| resource(SUBNET, id, json!({"VpcId": vpc, "AvailabilityZone": zone}));
        let network =
            || vec![vpc(), subnet("a", "vpc-1", "1a"), subnet("b", "vpc-1", "1c"), subnet("c", "vpc-2", "1d")];
        let zones = said(network(), &[], VPC, "facts.subnet_zones");
        assert_eq!(zones, Fact::Value(json!(["1a", "1c"])));
        let unread = said(network(), &["ec2:DescribeSubnets"], VPC, "facts.subnet_zones");
        assert!(matches!(unread, Fact::Gap(_)));
        let endpoint = |state: &str, name: &str| {
            resource(ENDPOINT, name, json!({"VpcId": "vpc-1", "State": state, "ServiceName": name}))
        };
        let ec2 = format!("com.amazonaws.{}.ec2", crate::facts::testing::REGION);
        let all = vec![vpc(), endpoint("available", &ec2), endpoint("pending", "com.amazonaws.x.s3")];
        assert_eq!(said(all, &[], VPC, "facts.endpoint_services"), Fact::Value(json!(["ec2"])));
    }

    #[test]
    fn a_subnet_of_somebody_else_is_told() {
        let owner = |owner: Value| {
            said(vec![resource(SUBNET, "a", json!({"OwnerId": owner}))], &[], SUBNET, "facts.foreign_owner")
        };
        assert_eq!(owner(json!(crate::facts::testing::ACCOUNT)), Fact::Value(Value::Null));
        assert_eq!(owner(json!("444455556666")), Fact::Value(json!("444455556666")));
        let unread = said(vec![resource(SUBNET, "a", json!({}))], &[], SUBNET, "facts.foreign_owner");
        assert!(matches!(unread, Fact::Gap(_)));
    }

    #[test]
    fn a_group_is_in_use_by_an_interface_or_by_a_rule_of_another() {
        let group = |id: &str, from: Value| {
            let rules = json!([{"SourceSecurityGroupId": from}]);
            resource(GROUP, id, json!({"SecurityGroupIngress": rules, "SecurityGroupEgress": []}))
        };
        let used = |resources: Vec<Resource>, unread: &[&str]| said(resources, unread, GROUP, "facts.in_use");
        let alone = || group("a", Value::Null);
        assert_eq!(used(vec![alone()], &[]), Fact::Value(json!(false)));
        assert!(matches!(used(vec![alone()], &["ec2:DescribeNetworkInterfaces"]), Fact::Gap(_)));
        let interface = resource(INTERFACE, "eni-1", json!({"GroupSet": ["a"]}));
        assert_eq!(used(vec![alone(), interface], &[]), Fact::Value(json!(true)));
        assert_eq!(used(vec![alone(), group("b", json!("a"))], &[]), Fact::Value(json!(true)));
        assert_eq!(used(vec![group("a", json!("a"))], &[]), Fact::Value(json!(false)), "its own rule is no use");
    }
}
