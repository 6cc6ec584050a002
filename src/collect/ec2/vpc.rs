//! VPCs and what lies in them: subnets, routes, gateways, endpoints.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{DhcpOptions, FlowLog, NetworkInterface};
use serde_json::{Value, json};

use super::compute::ids;
use super::*;

pub(super) async fn vpcs(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_VPCS) {
        return;
    }
    let stream = ec2.describe_vpcs().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_VPCS, stream, |page| page.next_token()).await;
    let mut drafts: Vec<(String, Option<String>, Draft)> = Vec::new();
    for vpc in pages.items.iter().flat_map(|page| page.vpcs()) {
        let Some(id) = vpc.vpc_id() else { continue };
        let mut draft = Draft::new(&VPC, id).arn(arn(cx, "vpc", id));
        draft.read(&DESCRIBE_VPCS, &pages.evidence);
        draft.set("CidrBlock", vpc.cidr_block());
        draft.set("IsDefault", vpc.is_default());
        draft.set("DhcpOptionsId", vpc.dhcp_options_id());
        draft.set("OwnerId", vpc.owner_id());
        tags(&mut draft, vpc.tags());
        drafts.push((id.to_string(), vpc.dhcp_options_id().map(ToString::to_string), draft));
    }
    if cx.wants(&DESCRIBE_NETWORK_INTERFACES) {
        let stream = ec2.describe_network_interfaces().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_NETWORK_INTERFACES, stream, |page| page.next_token()).await;
        let mut count: BTreeMap<&str, i64> = BTreeMap::new();
        for eni in pages.items.iter().flat_map(|page| page.network_interfaces()) {
            *count.entry(eni.vpc_id().unwrap_or_default()).or_default() += 1;
            interface(cx, eni, &pages.evidence);
        }
        for (id, _, draft) in &mut drafts {
            draft.fill(&DESCRIBE_NETWORK_INTERFACES, listed(&DESCRIBE_NETWORK_INTERFACES, &pages), |d, ()| {
                d.set("NetworkInterfaceCount", count.get(id.as_str()).copied().unwrap_or(0));
            });
        }
    }
    if cx.wants(&DESCRIBE_FLOW_LOGS) {
        let stream = ec2.describe_flow_logs().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_FLOW_LOGS, stream, |page| page.next_token()).await;
        let logs: Vec<&FlowLog> = pages.items.iter().flat_map(|page| page.flow_logs()).collect();
        for (id, _, draft) in &mut drafts {
            draft.fill(&DESCRIBE_FLOW_LOGS, listed(&DESCRIBE_FLOW_LOGS, &pages), |d, ()| {
                let of_vpc = logs.iter().filter(|log| log.resource_id() == Some(id.as_str()));
                d.set("FlowLogs", of_vpc.map(|log| flow_log(log)).collect::<Vec<Value>>());
            });
        }
    }
    if cx.wants(&DESCRIBE_DHCP_OPTIONS) {
        let stream = ec2.describe_dhcp_options().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_DHCP_OPTIONS, stream, |page| page.next_token()).await;
        let sets: Vec<&DhcpOptions> = pages.items.iter().flat_map(|page| page.dhcp_options()).collect();
        for (_, set, draft) in &mut drafts {
            draft.fill(&DESCRIBE_DHCP_OPTIONS, listed(&DESCRIBE_DHCP_OPTIONS, &pages), |d, ()| {
                ntp_servers(d, set.as_deref(), &sets);
            });
        }
    }
    drafts.into_iter().for_each(|(_, _, draft)| cx.push(draft));
}

fn interface(cx: &Cx, eni: &NetworkInterface, evidence: &[String]) {
    let Some(id) = eni.network_interface_id() else { return };
    let mut draft = Draft::new(&NETWORK_INTERFACE, id).arn(arn(cx, "network-interface", id));
    draft.read(&DESCRIBE_NETWORK_INTERFACES, evidence);
    draft.set("SubnetId", eni.subnet_id());
    draft.set("InterfaceType", eni.interface_type().map(|t| t.as_str()));
    draft.set("InstanceId", eni.attachment().and_then(|a| a.instance_id()));
    draft.set("RequesterId", eni.requester_id());
    draft.set("Description", eni.description());
    draft.set("GroupSet", ids(eni.groups().iter().map(|g| g.group_id())));
    let first = eni.association().and_then(|a| a.public_ip());
    let others = eni.private_ip_addresses().iter().map(|p| p.association().and_then(|a| a.public_ip()));
    let mut public = ids(std::iter::once(first).chain(others));
    public.sort();
    public.dedup();
    draft.set("PublicIps", public);
    draft.set("Ipv6Addresses", ids(eni.ipv6_addresses().iter().map(|a| a.ipv6_address())));
    tags(&mut draft, eni.tag_set());
    cx.push(draft);
}

fn flow_log(log: &FlowLog) -> Value {
    json!({
        "FlowLogId": log.flow_log_id(),
        "TrafficType": log.traffic_type().map(|t| t.as_str()),
        "FlowLogStatus": log.flow_log_status(),
        "DeliverLogsStatus": log.deliver_logs_status(),
        "LogDestinationType": log.log_destination_type().map(|t| t.as_str()),
    })
}

/// A VPC with the set `default` has no options at all (Amazon VPC User Guide, "DHCP option sets").
fn ntp_servers(draft: &mut Draft, id: Option<&str>, sets: &[&DhcpOptions]) {
    match (id, sets.iter().find(|set| set.dhcp_options_id() == id)) {
        (Some("default"), _) => draft.set("NtpServers", Vec::<String>::new()),
        (Some(_), Some(set)) => {
            let values = set.dhcp_configurations().iter().filter(|c| c.key() == Some("ntp-servers"));
            draft.set("NtpServers", ids(values.flat_map(|c| c.values()).map(|v| v.value())));
        }
        (id, _) => draft.unusable(
            "NtpServers",
            &DESCRIBE_DHCP_OPTIONS,
            format!("the DHCP options {} were not among those listed", id.unwrap_or("(none)")),
        ),
    }
}

pub(super) async fn subnets(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_SUBNETS) {
        return;
    }
    let stream = ec2.describe_subnets().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_SUBNETS, stream, |page| page.next_token()).await;
    for subnet in pages.items.iter().flat_map(|page| page.subnets()) {
        let Some(id) = subnet.subnet_id() else { continue };
        let mut draft = Draft::new(&SUBNET, id).arn(arn(cx, "subnet", id));
        draft.read(&DESCRIBE_SUBNETS, &pages.evidence);
        draft.set("VpcId", subnet.vpc_id());
        draft.set("CidrBlock", subnet.cidr_block());
        draft.set("AvailabilityZone", subnet.availability_zone());
        draft.set("MapPublicIpOnLaunch", subnet.map_public_ip_on_launch());
        draft.set("DefaultForAz", subnet.default_for_az());
        draft.set("OwnerId", subnet.owner_id());
        draft.set("OutpostArn", subnet.outpost_arn());
        tags(&mut draft, subnet.tags());
        cx.push(draft);
    }
}

pub(super) async fn route_tables(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_ROUTE_TABLES) {
        return;
    }
    let stream = ec2.describe_route_tables().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_ROUTE_TABLES, stream, |page| page.next_token()).await;
    for table in pages.items.iter().flat_map(|page| page.route_tables()) {
        let Some(id) = table.route_table_id() else { continue };
        let mut draft = Draft::new(&ROUTE_TABLE, id).arn(arn(cx, "route-table", id));
        draft.read(&DESCRIBE_ROUTE_TABLES, &pages.evidence);
        draft.set("VpcId", table.vpc_id());
        let routes: Vec<Value> = table
            .routes()
            .iter()
            .map(|route| {
                json!({
                    "DestinationCidrBlock": route.destination_cidr_block(),
                    "DestinationIpv6CidrBlock": route.destination_ipv6_cidr_block(),
                    "DestinationPrefixListId": route.destination_prefix_list_id(),
                    "GatewayId": route.gateway_id(),
                    "NatGatewayId": route.nat_gateway_id(),
                    "TransitGatewayId": route.transit_gateway_id(),
                    "VpcPeeringConnectionId": route.vpc_peering_connection_id(),
                    "EgressOnlyInternetGatewayId": route.egress_only_internet_gateway_id(),
                    "NetworkInterfaceId": route.network_interface_id(),
                    "LocalGatewayId": route.local_gateway_id(),
                    "CarrierGatewayId": route.carrier_gateway_id(),
                    "State": route.state().map(|s| s.as_str()),
                })
            })
            .collect();
        draft.set("Routes", routes);
        let associations: Vec<Value> = table
            .associations()
            .iter()
            .map(|a| {
                // Main is false where it is left out (Amazon EC2 API Reference, "RouteTableAssociation").
                json!({"Main": a.main().unwrap_or(false), "SubnetId": a.subnet_id(), "GatewayId": a.gateway_id()})
            })
            .collect();
        draft.set("Associations", associations);
        tags(&mut draft, table.tags());
        cx.push(draft);
    }
}

pub(super) async fn gateways(cx: &Cx, ec2: &Client) {
    if cx.wants(&DESCRIBE_INTERNET_GATEWAYS) {
        let stream = ec2.describe_internet_gateways().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_INTERNET_GATEWAYS, stream, |page| page.next_token()).await;
        for gateway in pages.items.iter().flat_map(|page| page.internet_gateways()) {
            let Some(id) = gateway.internet_gateway_id() else { continue };
            let mut draft = Draft::new(&INTERNET_GATEWAY, id).arn(arn(cx, "internet-gateway", id));
            draft.read(&DESCRIBE_INTERNET_GATEWAYS, &pages.evidence);
            draft.set("VpcIds", ids(gateway.attachments().iter().map(|a| a.vpc_id())));
            tags(&mut draft, gateway.tags());
            cx.push(draft);
        }
    }
    if cx.wants(&DESCRIBE_NAT_GATEWAYS) {
        let stream = ec2.describe_nat_gateways().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_NAT_GATEWAYS, stream, |page| page.next_token()).await;
        for gateway in pages.items.iter().flat_map(|page| page.nat_gateways()) {
            let Some(id) = gateway.nat_gateway_id() else { continue };
            let mut draft = Draft::new(&NAT_GATEWAY, id).arn(arn(cx, "natgateway", id));
            draft.read(&DESCRIBE_NAT_GATEWAYS, &pages.evidence);
            draft.set("State", gateway.state().map(|s| s.as_str()));
            draft.set("VpcId", gateway.vpc_id());
            draft.set("SubnetId", gateway.subnet_id());
            draft.set("ConnectivityType", gateway.connectivity_type().map(|t| t.as_str()));
            draft.set("AvailabilityMode", gateway.availability_mode().map(|m| m.as_str()));
            tags(&mut draft, gateway.tags());
            cx.push(draft);
        }
    }
}

pub(super) async fn endpoints(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_VPC_ENDPOINTS) {
        return;
    }
    let stream = ec2.describe_vpc_endpoints().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_VPC_ENDPOINTS, stream, |page| page.next_token()).await;
    for endpoint in pages.items.iter().flat_map(|page| page.vpc_endpoints()) {
        let Some(id) = endpoint.vpc_endpoint_id() else { continue };
        let mut draft = Draft::new(&VPC_ENDPOINT, id).arn(arn(cx, "vpc-endpoint", id));
        draft.read(&DESCRIBE_VPC_ENDPOINTS, &pages.evidence);
        draft.set("ServiceName", endpoint.service_name());
        draft.set("VpcEndpointType", endpoint.vpc_endpoint_type().map(|t| t.as_str()));
        draft.set("VpcId", endpoint.vpc_id());
        draft.set("State", endpoint.state().map(|s| s.as_str()));
        if let Some(text) = endpoint.policy_document() {
            match serde_json::from_str::<Value>(text) {
                Ok(policy @ Value::Object(_)) => {
                    draft.set("FullAccessStatements", full_access(&policy));
                    draft.set("PolicyDocument", policy);
                }
                _ => {
                    for name in ["PolicyDocument", "FullAccessStatements"] {
                        draft.unusable(
                            name,
                            &DESCRIBE_VPC_ENDPOINTS,
                            "expected a policy as JSON, found something else",
                        );
                    }
                }
            }
        }
        tags(&mut draft, endpoint.tags());
        cx.push(draft);
    }
}

/// Allowing statements for everybody, everything, everywhere, with no condition.
fn full_access(policy: &Value) -> i64 {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let star = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text == "*" || text == "*:*",
        Some(Value::Array(items)) => items.iter().any(|item| matches!(item.as_str(), Some("*" | "*:*"))),
        _ => false,
    };
    let everybody = |value: Option<&Value>| star(value) || star(value.and_then(|p| p.get("AWS")));
    let full = statements.into_iter().filter(|s| {
        s.get("Effect").and_then(Value::as_str) == Some("Allow")
            && s.get("Condition").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty)
            && everybody(s.get("Principal"))
            && star(s.get("Action"))
            && star(s.get("Resource"))
    });
    i64::try_from(full.count()).unwrap_or(i64::MAX)
}
