//! Which ports of which resource the Internet reaches.
//!
//! Reached means all of: a public address; a route from its subnet to an Internet gateway; a network ACL that lets the
//! packet in and its answer out; a security group that admits it; and, of a load balancer, a listener on that port.
//! ICMP has no ports and is left out. What blocks public access for a whole VPC (VPC Block Public Access) is not
//! looked at, so that where it is on, more may be listed than is reached, never less.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Facts, World};
use crate::model::{Resource, internet_wide, whole_internet};

/// Ports from which a client may come (Amazon VPC User Guide, "Custom network ACLs": ephemeral ports 1024 to 65535).
const EPHEMERAL: Ports = (1024, 65535);
const EVERY: Ports = (0, 65535);
const KINDS: [&str; 3] =
    ["AWS::EC2::Instance", "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"];

/// First and last port.
type Ports = (i64, i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

impl Family {
    fn label(self) -> &'static str {
        match self {
            Family::V4 => "ipv4",
            Family::V6 => "ipv6",
        }
    }

    fn holds(self, range: &str) -> bool {
        range.contains(':') == (self == Family::V6)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Route {
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
    gateway_id: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Association {
    main: bool,
    subnet_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    rule_number: i64,
    egress: bool,
    protocol: String,
    rule_action: String,
    cidr_block: Option<String>,
    ipv6_cidr_block: Option<String>,
    from_port: i64,
    to_port: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    ip_protocol: String,
    from_port: i64,
    to_port: i64,
    cidr_ip: Option<String>,
    cidr_ipv6: Option<String>,
    source_prefix_list_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Interface {
    subnet_id: Option<String>,
    groups: Vec<String>,
    public_ips: Vec<String>,
    ipv6_addresses: Vec<String>,
}

/// One interface that packets may come to.
#[derive(Debug)]
struct Target {
    subnet: String,
    /// None admits everything (a Network Load Balancer without security groups).
    groups: Option<Vec<String>>,
    v4: bool,
    v6: bool,
}

/// A range of ports that is reached, and what admits it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    protocol: String,
    from: i64,
    to: i64,
    via: String,
    source: String,
    family: &'static str,
}

/// The network of one region of one account.
#[derive(Debug, Default)]
struct Net {
    vpc_of: BTreeMap<String, String>,
    /// Routes by subnet with a table of its own, and by VPC for the main table.
    explicit: BTreeMap<String, usize>,
    main: BTreeMap<String, usize>,
    tables: Vec<Vec<Route>>,
    acl_of: BTreeMap<String, usize>,
    acls: Vec<Vec<Entry>>,
    groups: BTreeMap<String, Vec<Rule>>,
    lists: BTreeMap<String, Vec<String>>,
}

/// What is said here.
pub(super) const SAYS: &[(&str, &str)] = &[
    ("AWS::EC2::Instance", "facts.internet_ports"),
    ("AWS::EC2::NetworkInterface", "facts.internet_ports"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "facts.internet_ports"),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "facts.internet_ports"),
];

/// Says `facts.internet_ports` of instances, interfaces and load balancers.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    let mut nets: BTreeMap<(String, String), Result<Net, String>> = BTreeMap::new();
    for kind in KINDS.into_iter().chain(["AWS::EC2::NetworkInterface"]) {
        for resource in world.all(kind) {
            let key = (resource.account.clone(), resource.region.clone());
            let net = nets.entry(key).or_insert_with(|| Net::of(world, &resource.account, &resource.region));
            facts.tell(resource, "facts.internet_ports", ports(resource, net));
        }
    }
}

fn ports(resource: &Resource, net: &Result<Net, String>) -> Result<Value, String> {
    let targets = match resource.kind.as_str() {
        "AWS::EC2::Instance" => instance(resource)?,
        "AWS::EC2::NetworkInterface" => interface(resource)?,
        _ => balancer(resource)?,
    };
    // Without a public address nothing reaches it, whatever the rest says.
    if !targets.iter().any(|t| t.v4 || t.v6) {
        return Ok(json!([]));
    }
    let net = net.as_ref().map_err(Clone::clone)?;
    let mut open: Vec<Open> = Vec::new();
    for target in &targets {
        for (family, public) in [(Family::V4, target.v4), (Family::V6, target.v6)] {
            if public {
                net.reach(target, family, &mut open)?;
            }
        }
    }
    if resource.kind.contains("LoadBalanc") {
        open = on_listeners(&open, resource)?;
    }
    open.sort();
    open.dedup();
    Ok(open
        .into_iter()
        .map(|o| {
            json!({"protocol": o.protocol, "from": o.from, "to": o.to, "via": o.via, "source": o.source,
                "family": o.family})
        })
        .collect())
}

fn instance(resource: &Resource) -> Result<Vec<Target>, String> {
    if matches!(resource.need("State")?.as_str(), Some("terminated" | "shutting-down")) {
        return Ok(Vec::new());
    }
    let interfaces: Vec<Interface> = read(resource, "NetworkInterfaces")?;
    let public = resource.need("PublicIpAddress")?.is_string();
    let mut targets = Vec::new();
    for interface in &interfaces {
        targets.extend(target(interface, resource)?);
    }
    if public && !targets.iter().any(|t| t.v4) {
        // The answer names a public address and no interface that has it: then it is the first one's.
        match targets.first_mut() {
            Some(first) => first.v4 = true,
            None => targets.push(Target {
                subnet: text(resource, "SubnetId")?,
                groups: Some(read(resource, "SecurityGroupIds")?),
                v4: true,
                v6: false,
            }),
        }
    }
    Ok(targets)
}

fn target(interface: &Interface, resource: &Resource) -> Result<Option<Target>, String> {
    let v4 = !interface.public_ips.is_empty();
    // fd00::/8 is private.
    let v6 = interface.ipv6_addresses.iter().any(|a| !a.to_ascii_lowercase().starts_with("fd"));
    match &interface.subnet_id {
        Some(subnet) => Ok(Some(Target { subnet: subnet.clone(), groups: Some(interface.groups.clone()), v4, v6 })),
        None if v4 || v6 => Err(format!("an interface of {} came without its subnet", resource.name())),
        None => Ok(None),
    }
}

fn interface(resource: &Resource) -> Result<Vec<Target>, String> {
    let interface = Interface {
        subnet_id: resource.need("SubnetId")?.as_str().map(String::from),
        groups: read(resource, "GroupSet")?,
        public_ips: read(resource, "PublicIps")?,
        ipv6_addresses: read(resource, "Ipv6Addresses")?,
    };
    Ok(target(&interface, resource)?.into_iter().collect())
}

fn balancer(resource: &Resource) -> Result<Vec<Target>, String> {
    if resource.need("Scheme")?.as_str() != Some("internet-facing") {
        return Ok(Vec::new());
    }
    let classic = resource.kind == "AWS::ElasticLoadBalancing::LoadBalancer";
    let addresses = if classic { None } else { resource.need("IpAddressType")?.as_str() };
    let v6 = addresses.is_some_and(|t| t.starts_with("dualstack"));
    let v4 = addresses != Some("dualstack-without-public-ipv4");
    let groups: Vec<String> = read(resource, "SecurityGroups")?;
    let subnets: Vec<String> = read(resource, "Subnets")?;
    if subnets.is_empty() {
        return Err(format!("{} came without its subnets", resource.name()));
    }
    let admits_all = groups.is_empty() && !classic;
    let target = |subnet| Target { subnet, groups: (!admits_all).then(|| groups.clone()), v4, v6 };
    Ok(subnets.into_iter().map(target).collect())
}

/// What of the open ports a listener answers on.
fn on_listeners(open: &[Open], resource: &Resource) -> Result<Vec<Open>, String> {
    let listeners = resource.need("Listeners")?.as_array().ok_or("Listeners is no list")?;
    let mut answered = Vec::new();
    for listener in listeners {
        let port = ["Port", "LoadBalancerPort"].iter().find_map(|key| listener.get(key)?.as_i64());
        let protocol = listener.get("Protocol").and_then(Value::as_str);
        let (Some(port), Some(protocol)) = (port, protocol) else {
            return Err(format!("a listener of {} came without its port or protocol", resource.name()));
        };
        let carried: &[&str] = match protocol {
            "UDP" | "QUIC" => &["udp"],
            "TCP_UDP" | "TCP_QUIC" => &["tcp", "udp"],
            _ => &["tcp"],
        };
        for one in open.iter().filter(|o| carried.contains(&o.protocol.as_str())) {
            if (one.from..=one.to).contains(&port) {
                answered.push(Open { from: port, to: port, ..one.clone() });
            }
        }
    }
    Ok(answered)
}

impl Net {
    fn of(world: &World<'_>, account: &str, region: &str) -> Result<Self, String> {
        let mut net = Net::default();
        let listing = |kind: &'static str| {
            world.complete(kind, account, region)?;
            Ok::<_, String>(world.in_region(kind, account, region))
        };
        for subnet in listing("AWS::EC2::Subnet")? {
            net.vpc_of.insert(subnet.id.clone(), text(subnet, "VpcId")?);
        }
        for table in listing("AWS::EC2::RouteTable")? {
            for association in read::<Vec<Association>>(table, "Associations")? {
                if let Some(subnet) = association.subnet_id {
                    net.explicit.insert(subnet, net.tables.len());
                } else if association.main {
                    net.main.insert(text(table, "VpcId")?, net.tables.len());
                }
            }
            net.tables.push(read(table, "Routes")?);
        }
        for acl in listing("AWS::EC2::NetworkAcl")? {
            for subnet in read::<Vec<String>>(acl, "SubnetIds")? {
                net.acl_of.insert(subnet, net.acls.len());
            }
            let mut entries: Vec<Entry> = read(acl, "Entries")?;
            entries.sort_by_key(|e| e.rule_number);
            net.acls.push(entries);
        }
        for group in listing("AWS::EC2::SecurityGroup")? {
            net.groups.insert(group.id.clone(), read(group, "SecurityGroupIngress")?);
        }
        for list in listing("AWS::EC2::PrefixList")? {
            net.lists.insert(list.id.clone(), read(list, "Entries")?);
        }
        Ok(net)
    }

    fn reach(&self, target: &Target, family: Family, open: &mut Vec<Open>) -> Result<(), String> {
        if !self.routed(&target.subnet, family)? {
            return Ok(());
        }
        let acl = self.acl_of.get(&target.subnet).and_then(|i| self.acls.get(*i));
        let acl = acl.ok_or_else(|| format!("no network ACL is known of {}", target.subnet))?;
        let mut add = |rule: &Rule, via: &str, source: &str| -> Result<(), String> {
            let protocols: &[&str] = match rule.ip_protocol.as_str() {
                "icmp" | "icmpv6" => &[],
                "-1" => &["tcp", "udp"],
                other => &[other],
            };
            for protocol in protocols {
                let wanted = if matches!(*protocol, "tcp" | "udp") { EPHEMERAL } else { EVERY };
                let answers = admitted(acl, true, family, protocol)?;
                if intersect(&answers, wanted).is_empty() {
                    continue;
                }
                let ports = (rule.from_port, rule.to_port);
                for (from, to) in intersect(&admitted(acl, false, family, protocol)?, ports) {
                    open.push(Open {
                        protocol: (*protocol).to_string(),
                        from,
                        to,
                        via: via.to_string(),
                        source: source.to_string(),
                        family: family.label(),
                    });
                }
            }
            Ok(())
        };
        let Some(groups) = &target.groups else {
            let everything = Rule {
                ip_protocol: "-1".into(),
                from_port: EVERY.0,
                to_port: EVERY.1,
                cidr_ip: None,
                cidr_ipv6: None,
                source_prefix_list_id: None,
            };
            return add(&everything, "", if family == Family::V4 { "0.0.0.0/0" } else { "::/0" });
        };
        for id in groups {
            let rules = self.groups.get(id).ok_or_else(|| format!("security group {id} is not known"))?;
            for rule in rules {
                for source in self.sources(rule)? {
                    if family.holds(source) && internet_wide(source) {
                        add(rule, id, source)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Address ranges that a rule admits; another security group is not the Internet.
    fn sources<'r>(&'r self, rule: &'r Rule) -> Result<Vec<&'r str>, String> {
        if let Some(list) = &rule.source_prefix_list_id {
            return Ok(self.list(list)?.iter().map(String::as_str).collect());
        }
        Ok(rule.cidr_ip.iter().chain(&rule.cidr_ipv6).map(String::as_str).collect())
    }

    fn list(&self, id: &str) -> Result<&[String], String> {
        self.lists.get(id).map(Vec::as_slice).ok_or_else(|| format!("prefix list {id} is not known"))
    }

    /// Whether the subnet has a way to the Internet and back. An egress-only gateway lets nobody in.
    fn routed(&self, subnet: &str, family: Family) -> Result<bool, String> {
        let vpc = self.vpc_of.get(subnet).ok_or_else(|| format!("subnet {subnet} is not known"))?;
        let table = self.explicit.get(subnet).or_else(|| self.main.get(vpc)).and_then(|i| self.tables.get(*i));
        let table = table.ok_or_else(|| format!("no route table is known of {subnet}"))?;
        for route in table {
            let gateway = route.gateway_id.as_deref().is_some_and(|g| g.starts_with("igw-"));
            if !gateway || route.state.as_deref() == Some("blackhole") {
                continue;
            }
            let listed = match &route.destination_prefix_list_id {
                Some(list) => self.list(list)?,
                None => &[],
            };
            let own = route.destination_cidr_block.iter().chain(&route.destination_ipv6_cidr_block);
            if own.chain(listed).any(|range| family.holds(range) && internet_wide(range)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Ports that a network ACL lets the Internet through: by rule number, the first match decides.
///
/// A rule for a part of the Internet: allowing, it counts, and denying, it does not close the rest.
fn admitted(acl: &[Entry], egress: bool, family: Family, protocol: &str) -> Result<Vec<Ports>, String> {
    let mut left = vec![EVERY];
    let mut allowed = Vec::new();
    for entry in acl.iter().filter(|e| e.egress == egress && (e.protocol == "-1" || e.protocol == protocol)) {
        let Some(range) = entry.cidr_block.as_deref().or(entry.ipv6_cidr_block.as_deref()) else {
            return Err("an entry of a network ACL came without its address range".into());
        };
        if !family.holds(range) {
            continue;
        }
        let ports = (entry.from_port, entry.to_port);
        let hit: Vec<Ports> = intersect(&left, ports);
        match entry.rule_action.as_str() {
            "allow" if internet_wide(range) => allowed.extend(hit),
            "allow" => {}
            "deny" if whole_internet(range) => left = left.into_iter().flat_map(|l| without(l, ports)).collect(),
            "deny" => {}
            other => return Err(format!("expected allow or deny in a network ACL, found {other}")),
        }
    }
    Ok(union(allowed))
}

fn intersect(of: &[Ports], with: Ports) -> Vec<Ports> {
    of.iter().map(|r| (r.0.max(with.0), r.1.min(with.1))).filter(|r| r.0 <= r.1).collect()
}

fn without(range: Ports, cut: Ports) -> Vec<Ports> {
    let before = (range.0, range.1.min(cut.0 - 1));
    let after = (range.0.max(cut.1 + 1), range.1);
    [before, after].into_iter().filter(|r| r.0 <= r.1).collect()
}

fn union(mut ranges: Vec<Ports>) -> Vec<Ports> {
    ranges.sort_unstable();
    let mut merged: Vec<Ports> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.0 <= last.1 + 1 => last.1 = last.1.max(range.1),
            _ => merged.push(range),
        }
    }
    merged
}

fn read<T: DeserializeOwned>(resource: &Resource, attribute: &str) -> Result<T, String> {
    let value = resource.need(attribute)?.clone();
    serde_json::from_value(value).map_err(|e| format!("{attribute} of {}: {e}", resource.name()))
}

fn text(resource: &Resource, attribute: &str) -> Result<String, String> {
    let found = resource.need(attribute)?.as_str();
    found.map(String::from).ok_or_else(|| format!("{attribute} of {} was left out", resource.name()))
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
