use super::*;
use crate::facts::testing::{resource, snapshot};

const INSTANCE: &str = "AWS::EC2::Instance";

/// An account with one public instance; each test bends one piece.
struct Case {
    instance: Value,
    groups: Vec<(&'static str, Value)>,
    tables: Vec<(&'static str, Value, Value)>,
    entries: Value,
    lists: Vec<(&'static str, Value)>,
}

fn allow(number: i64, egress: bool, cidr: &str) -> Value {
    acl(number, egress, "-1", "allow", cidr, (0, 65535))
}

fn acl(number: i64, egress: bool, protocol: &str, action: &str, cidr: &str, ports: (i64, i64)) -> Value {
    let v6 = cidr.contains(':');
    json!({"RuleNumber": number, "Egress": egress, "Protocol": protocol, "RuleAction": action,
        "CidrBlock": if v6 { None } else { Some(cidr) }, "Ipv6CidrBlock": if v6 { Some(cidr) } else { None },
        "FromPort": ports.0, "ToPort": ports.1})
}

fn rule(protocol: &str, from: i64, to: i64, source: &str) -> Value {
    let mut rule = json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to});
    let key = match source {
        s if s.starts_with("sg-") => "SourceSecurityGroupId",
        s if s.starts_with("pl-") => "SourcePrefixListId",
        s if s.contains(':') => "CidrIpv6",
        _ => "CidrIp",
    };
    rule[key] = json!(source);
    rule
}

fn route(to: &str, via: &str) -> Value {
    let key = if to.contains(':') { "DestinationIpv6CidrBlock" } else { "DestinationCidrBlock" };
    let gateway = if via.starts_with("eigw-") { "EgressOnlyInternetGatewayId" } else { "GatewayId" };
    json!({key: to, gateway: via, "State": "active"})
}

impl Default for Case {
    fn default() -> Self {
        let deny_rest = |egress| acl(32767, egress, "-1", "deny", "0.0.0.0/0", (0, 65535));
        Self {
            instance: interfaces(json!(["203.0.113.5"]), json!([])),
            groups: vec![("sg-1", json!([rule("tcp", 443, 443, "0.0.0.0/0")]))],
            tables: vec![("rtb-main", json!([route("0.0.0.0/0", "igw-1")]), json!([{"Main": true, "SubnetId": null}]))],
            entries: json!([
                allow(100, false, "0.0.0.0/0"),
                allow(100, true, "0.0.0.0/0"),
                deny_rest(false),
                deny_rest(true)
            ]),
            lists: vec![],
        }
    }
}

fn interfaces(v4: Value, v6: Value) -> Value {
    json!({"State": "running", "SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1"], "PublicIpAddress": v4[0],
        "NetworkInterfaces": [{"SubnetId": "subnet-1", "Groups": ["sg-1"], "PublicIps": v4, "Ipv6Addresses": v6}]})
}

impl Case {
    fn world(&self) -> Vec<Resource> {
        let mut all = vec![
            resource(INSTANCE, "i-1", self.instance.clone()),
            resource("AWS::EC2::Subnet", "subnet-1", json!({"VpcId": "vpc-1"})),
            resource("AWS::EC2::NetworkAcl", "acl-1", json!({"Entries": self.entries, "SubnetIds": ["subnet-1"]})),
        ];
        for (id, rules) in &self.groups {
            all.push(resource("AWS::EC2::SecurityGroup", id, json!({"SecurityGroupIngress": rules})));
        }
        for (id, routes, associations) in &self.tables {
            let attributes = json!({"VpcId": "vpc-1", "Routes": routes, "Associations": associations});
            all.push(resource("AWS::EC2::RouteTable", id, attributes));
        }
        for (id, entries) in &self.lists {
            all.push(resource("AWS::EC2::PrefixList", id, json!({"Entries": entries})));
        }
        all
    }

    fn try_ports(&self, unread: &[&str]) -> Result<Vec<String>, String> {
        fact(self.world(), unread, INSTANCE)
    }

    fn ports(&self) -> Vec<String> {
        self.try_ports(&[]).unwrap()
    }
}

fn fact(resources: Vec<Resource>, unread: &[&str], kind: &str) -> Result<Vec<String>, String> {
    let snapshot = snapshot(resources, unread);
    let world = World::new(&snapshot);
    let mut facts = Facts::default();
    derive(&world, &mut facts);
    match facts.of(world.all(kind)[0]).unwrap()["facts.internet_ports"].clone() {
        crate::facts::Fact::Value(value) => Ok(value
            .as_array()
            .unwrap()
            .iter()
            .map(|p| {
                let t = |key: &str| p[key].as_str().unwrap().to_string();
                format!("{} {}-{} {} {}", t("protocol"), p["from"], p["to"], t("via"), t("source"))
            })
            .collect()),
        crate::facts::Fact::Gap(why) => Err(why),
    }
}

#[test]
fn an_open_port_of_a_public_instance_is_reached() {
    assert_eq!(Case::default().ports(), ["tcp 443-443 sg-1 0.0.0.0/0"]);
}

#[test]
fn without_a_public_address_nothing_is_reached() {
    let case = Case { instance: interfaces(json!([]), json!([])), ..Case::default() };
    assert!(case.ports().is_empty());
    let private_v6 = Case { instance: interfaces(json!([]), json!(["fd00::1"])), ..Case::default() };
    assert!(private_v6.ports().is_empty());
}

#[test]
fn an_elastic_address_that_no_interface_shows_still_counts() {
    let mut instance = interfaces(json!([]), json!([]));
    instance["PublicIpAddress"] = json!("203.0.113.5");
    assert_eq!(Case { instance: instance.clone(), ..Case::default() }.ports().len(), 1);
    instance["NetworkInterfaces"] = json!([]);
    assert_eq!(Case { instance, ..Case::default() }.ports().len(), 1);
}

#[test]
fn a_subnet_without_a_route_to_an_internet_gateway_is_not_reached() {
    for routes in [json!([]), json!([route("0.0.0.0/0", "nat-1")]), json!([route("203.0.113.0/24", "igw-1")])] {
        let main = json!([{"Main": true, "SubnetId": null}]);
        let case = Case { tables: vec![("rtb-main", routes, main)], ..Case::default() };
        assert!(case.ports().is_empty());
    }
}

#[test]
fn half_the_internet_is_the_internet() {
    let case = Case {
        groups: vec![("sg-1", json!([rule("tcp", 22, 22, "0.0.0.0/1")]))],
        tables: vec![("rtb-main", json!([route("0.0.0.0/1", "igw-1")]), json!([{"Main": true, "SubnetId": null}]))],
        ..Case::default()
    };
    assert_eq!(case.ports(), ["tcp 22-22 sg-1 0.0.0.0/1"]);
}

#[test]
fn a_table_of_its_own_wins_over_the_main_one() {
    let main = json!([{"Main": true, "SubnetId": null}]);
    let own = json!([{"Main": false, "SubnetId": "subnet-1"}]);
    let public = json!([route("0.0.0.0/0", "igw-1")]);
    let private = json!([]);
    let closed = Case {
        tables: vec![("rtb-main", public.clone(), main.clone()), ("rtb-own", private.clone(), own.clone())],
        ..Case::default()
    };
    assert!(closed.ports().is_empty());
    let open = Case { tables: vec![("rtb-main", private, main), ("rtb-own", public, own)], ..Case::default() };
    assert_eq!(open.ports().len(), 1);
}

#[test]
fn a_deny_before_the_allow_closes_and_after_it_does_not() {
    let deny = |number| acl(number, false, "tcp", "deny", "0.0.0.0/0", (443, 443));
    let with = |number| Case {
        entries: json!([deny(number), allow(100, false, "0.0.0.0/0"), allow(100, true, "0.0.0.0/0")]),
        ..Case::default()
    };
    assert!(with(90).ports().is_empty());
    assert_eq!(with(110).ports().len(), 1);
}

#[test]
fn a_deny_for_a_part_of_the_internet_closes_nothing() {
    let entries = json!([
        acl(90, false, "tcp", "deny", "198.51.100.0/24", (443, 443)),
        allow(100, false, "0.0.0.0/0"),
        allow(100, true, "0.0.0.0/0")
    ]);
    assert_eq!(Case { entries, ..Case::default() }.ports().len(), 1);
}

#[test]
fn an_acl_cuts_a_range_of_ports() {
    let case = Case {
        groups: vec![("sg-1", json!([rule("tcp", 20, 30, "0.0.0.0/0")]))],
        entries: json!([
            acl(90, false, "tcp", "deny", "0.0.0.0/0", (22, 23)),
            allow(100, false, "0.0.0.0/0"),
            allow(100, true, "0.0.0.0/0")
        ]),
        ..Case::default()
    };
    assert_eq!(case.ports(), ["tcp 20-21 sg-1 0.0.0.0/0", "tcp 24-30 sg-1 0.0.0.0/0"]);
}

#[test]
fn an_acl_that_lets_no_answer_out_closes() {
    let entries = json!([
        allow(100, false, "0.0.0.0/0"),
        acl(100, true, "tcp", "allow", "0.0.0.0/0", (0, 1023)),
        acl(32767, true, "-1", "deny", "0.0.0.0/0", (0, 65535))
    ]);
    assert!(Case { entries, ..Case::default() }.ports().is_empty());
}

#[test]
fn every_protocol_means_tcp_and_udp_on_every_port() {
    let case = Case { groups: vec![("sg-1", json!([rule("-1", 0, 65535, "0.0.0.0/0")]))], ..Case::default() };
    assert_eq!(case.ports(), ["tcp 0-65535 sg-1 0.0.0.0/0", "udp 0-65535 sg-1 0.0.0.0/0"]);
}

#[test]
fn another_security_group_is_not_the_internet() {
    let case = Case { groups: vec![("sg-1", json!([rule("tcp", 22, 22, "sg-2")]))], ..Case::default() };
    assert!(case.ports().is_empty());
}

#[test]
fn a_prefix_list_is_what_it_holds() {
    let groups = vec![("sg-1", json!([rule("tcp", 22, 22, "pl-1")]))];
    let with = |entries: Value| Case { groups: groups.clone(), lists: vec![("pl-1", entries)], ..Case::default() };
    assert_eq!(with(json!(["0.0.0.0/0"])).ports(), ["tcp 22-22 sg-1 0.0.0.0/0"]);
    assert!(with(json!(["203.0.113.0/24"])).ports().is_empty());
    let unknown = Case { groups, ..Case::default() };
    assert!(unknown.try_ports(&[]).unwrap_err().contains("pl-1"));
}

#[test]
fn ipv6_alone_is_enough() {
    let main = json!([{"Main": true, "SubnetId": null}]);
    let case = |via: &str| Case {
        instance: interfaces(json!([]), json!(["2001:db8::1"])),
        groups: vec![("sg-1", json!([rule("tcp", 22, 22, "::/0"), rule("tcp", 80, 80, "0.0.0.0/0")]))],
        tables: vec![("rtb-main", json!([route("::/0", via)]), main.clone())],
        entries: json!([allow(101, false, "::/0"), allow(101, true, "::/0")]),
        ..Case::default()
    };
    assert_eq!(case("igw-1").ports(), ["tcp 22-22 sg-1 ::/0"]);
    assert!(case("eigw-1").ports().is_empty());
}

#[test]
fn whatever_is_unread_is_a_gap() {
    for operation in [
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeManagedPrefixLists",
    ] {
        assert!(Case::default().try_ports(&[operation]).unwrap_err().contains(operation), "{operation}");
    }
    let unknown_group = Case { groups: vec![], ..Case::default() };
    assert!(unknown_group.try_ports(&[]).is_err());
    let mut without = Case::default();
    without.instance.as_object_mut().unwrap().remove("NetworkInterfaces");
    assert!(without.try_ports(&[]).is_err());
}

fn balancer(attributes: Value) -> Result<Vec<String>, String> {
    let mut all =
        Case { groups: vec![("sg-1", json!([rule("-1", 0, 65535, "0.0.0.0/0")]))], ..Case::default() }.world();
    let mut whole = json!({"Scheme": "internet-facing", "IpAddressType": "ipv4", "Subnets": ["subnet-1"],
        "SecurityGroups": ["sg-1"], "Listeners": [{"Port": 443, "Protocol": "HTTPS"}]});
    whole.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    all.push(resource("AWS::ElasticLoadBalancingV2::LoadBalancer", "app/web/1", whole));
    fact(all, &[], "AWS::ElasticLoadBalancingV2::LoadBalancer")
}

#[test]
fn a_load_balancer_is_reached_where_it_listens() {
    assert_eq!(balancer(json!({})).unwrap(), ["tcp 443-443 sg-1 0.0.0.0/0"]);
    assert!(balancer(json!({"Scheme": "internal"})).unwrap().is_empty());
    assert!(balancer(json!({"Listeners": []})).unwrap().is_empty());
    let network = json!({"SecurityGroups": [], "Listeners": [{"Port": 53, "Protocol": "TCP_UDP"}]});
    assert_eq!(balancer(network).unwrap(), ["tcp 53-53  0.0.0.0/0", "udp 53-53  0.0.0.0/0"]);
    assert!(balancer(json!({"Subnets": []})).is_err());
    assert!(balancer(json!({"Listeners": [{"Protocol": "HTTPS"}]})).is_err());
}
