//! What admits traffic: security groups, network ACLs, prefix lists; addresses; and what connects to elsewhere.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{IpPermission, NetworkAclEntry};
use serde_json::{Value, json};

use super::compute::ids;
use super::*;
use crate::model::internet_wide;

/// All ports.
const ALL: (i32, i32) = (0, 65535);

pub(super) async fn security_groups(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_SECURITY_GROUPS) {
        return;
    }
    let stream = ec2.describe_security_groups().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_SECURITY_GROUPS, stream, |page| page.next_token()).await;
    for group in pages.items.iter().flat_map(|page| page.security_groups()) {
        let Some(id) = group.group_id() else { continue };
        let mut draft = Draft::new(&SECURITY_GROUP, id).arn(arn(cx, "security-group", id));
        draft.read(&DESCRIBE_SECURITY_GROUPS, &pages.evidence);
        draft.set("GroupName", group.group_name());
        draft.set("VpcId", group.vpc_id());
        draft.set("SecurityGroupIngress", rules(group.ip_permissions(), "SourceSecurityGroupId", "SourcePrefixListId"));
        let egress = rules(group.ip_permissions_egress(), "DestinationSecurityGroupId", "DestinationPrefixListId");
        draft.set("SecurityGroupEgress", egress);
        tags(&mut draft, group.tags());
        cx.push(draft);
    }
}

/// One row per source, in CloudFormation's shape.
fn rules(permissions: &[IpPermission], group_key: &str, list_key: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    for permission in permissions {
        let protocol = protocol(permission.ip_protocol().unwrap_or("-1"));
        // Ports are left out where the rule is for all protocols (Amazon EC2 API Reference, "IpPermission").
        let ports = match (permission.from_port(), permission.to_port()) {
            (Some(from), Some(to)) if protocol != "-1" && (from, to) != (-1, -1) => (from, to),
            _ => ALL,
        };
        let mut row = |cidr: Option<&str>, cidr6: Option<&str>, group: Option<&str>, list: Option<&str>| {
            rows.push(json!({
                "IpProtocol": protocol,
                "FromPort": ports.0,
                "ToPort": ports.1,
                "CidrIp": cidr,
                "CidrIpv6": cidr6,
                group_key: group,
                list_key: list,
                "Internet": cidr.or(cidr6).is_some_and(internet_wide),
            }));
        };
        permission.ip_ranges().iter().for_each(|r| row(r.cidr_ip(), None, None, None));
        permission.ipv6_ranges().iter().for_each(|r| row(None, r.cidr_ipv6(), None, None));
        permission.user_id_group_pairs().iter().for_each(|g| row(None, None, g.group_id(), None));
        permission.prefix_list_ids().iter().for_each(|p| row(None, None, None, p.prefix_list_id()));
    }
    rows
}

/// Protocol numbers as security groups write them.
fn protocol(number: &str) -> &str {
    match number {
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        "all" => "-1",
        other => other,
    }
}

pub(super) async fn network_acls(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_NETWORK_ACLS) {
        return;
    }
    let stream = ec2.describe_network_acls().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_NETWORK_ACLS, stream, |page| page.next_token()).await;
    for acl in pages.items.iter().flat_map(|page| page.network_acls()) {
        let Some(id) = acl.network_acl_id() else { continue };
        let mut draft = Draft::new(&NETWORK_ACL, id).arn(arn(cx, "network-acl", id));
        draft.read(&DESCRIBE_NETWORK_ACLS, &pages.evidence);
        draft.set("VpcId", acl.vpc_id());
        draft.set("IsDefault", acl.is_default());
        let mut entries: Vec<&NetworkAclEntry> = acl.entries().iter().collect();
        entries.sort_by_key(|e| (e.egress(), e.rule_number()));
        draft.set("Entries", entries.into_iter().map(entry).collect::<Vec<Value>>());
        draft.set("SubnetIds", ids(acl.associations().iter().map(|a| a.subnet_id())));
        tags(&mut draft, acl.tags());
        cx.push(draft);
    }
}

fn entry(entry: &NetworkAclEntry) -> Value {
    let protocol = protocol(entry.protocol().unwrap_or("-1"));
    let ports = match entry.port_range().and_then(|r| Some((r.from()?, r.to()?))) {
        Some(ports) if protocol != "-1" => ports,
        _ => ALL,
    };
    json!({
        "RuleNumber": entry.rule_number(),
        "Egress": entry.egress(),
        "Protocol": protocol,
        "RuleAction": entry.rule_action().map(|a| a.as_str()),
        "CidrBlock": entry.cidr_block(),
        "Ipv6CidrBlock": entry.ipv6_cidr_block(),
        "FromPort": ports.0,
        "ToPort": ports.1,
        "Internet": entry.cidr_block().or(entry.ipv6_cidr_block()).is_some_and(internet_wide),
    })
}

pub(super) async fn prefix_lists(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_MANAGED_PREFIX_LISTS) {
        return;
    }
    let stream = ec2.describe_managed_prefix_lists().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_MANAGED_PREFIX_LISTS, stream, |page| page.next_token()).await;
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.prefix_lists()).collect();
    cx.each(all, |list| {
        let pages = &pages;
        async move {
            let Some(id) = list.prefix_list_id() else { return };
            let mut draft = Draft::new(&PREFIX_LIST, id).arn(list.prefix_list_arn());
            draft.read(&DESCRIBE_MANAGED_PREFIX_LISTS, &pages.evidence);
            draft.set("PrefixListName", list.prefix_list_name());
            draft.set("OwnerId", list.owner_id());
            tags(&mut draft, list.tags());
            if !cx.wants(&GET_MANAGED_PREFIX_LIST_ENTRIES) {
            } else if list.owner_id() == Some("AWS") {
                // AWS's own lists hold addresses of AWS services, never the Internet (Amazon VPC User Guide,
                // "AWS-managed prefix lists"), so they are not asked for.
                draft.read(&GET_MANAGED_PREFIX_LIST_ENTRIES, &pages.evidence);
                draft.set("Entries", Vec::<String>::new());
            } else {
                let call = ec2.get_managed_prefix_list_entries().prefix_list_id(id).max_results(100).send();
                let args = ["--prefix-list-id", id];
                let answer = cx.detail(&GET_MANAGED_PREFIX_LIST_ENTRIES, id, &args, call).await;
                draft.fill(&GET_MANAGED_PREFIX_LIST_ENTRIES, answer, |d, o| {
                    if o.next_token().is_some_and(|token| !token.is_empty()) {
                        d.unusable(
                            "Entries",
                            &GET_MANAGED_PREFIX_LIST_ENTRIES,
                            "the list has more than 100 entries, and only the first 100 were read",
                        );
                    }
                    d.set("Entries", ids(o.entries().iter().map(|e| e.cidr())));
                });
            }
            cx.push(draft);
        }
    })
    .await;
}

pub(super) async fn addresses(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_ADDRESSES) {
        return;
    }
    let pages = cx.list(&DESCRIBE_ADDRESSES, ec2.describe_addresses().send()).await;
    for address in pages.items.iter().flat_map(|page| page.addresses()) {
        let Some(id) = address.allocation_id().or(address.public_ip()) else { continue };
        let mut draft = Draft::new(&EIP, id).arn(arn(cx, "elastic-ip", id));
        draft.read(&DESCRIBE_ADDRESSES, &pages.evidence);
        draft.set("PublicIp", address.public_ip());
        draft.set("AssociationId", address.association_id());
        draft.set("InstanceId", address.instance_id().filter(|id| !id.is_empty()));
        draft.set("NetworkInterfaceId", address.network_interface_id());
        tags(&mut draft, address.tags());
        cx.push(draft);
    }
}

/// Accounts other than the one that is read.
fn foreign(cx: &Cx, owners: [Option<&str>; 2]) -> Option<Vec<String>> {
    let mut accounts: Vec<String> = Vec::new();
    for owner in owners {
        // Without an owner it is not known whether there is a foreign one.
        let owner = owner?;
        if owner != cx.account && !accounts.iter().any(|a| a == owner) {
            accounts.push(owner.to_string());
        }
    }
    accounts.sort();
    Some(accounts)
}

pub(super) async fn connections(cx: &Cx, ec2: &Client) {
    if cx.wants(&DESCRIBE_VPC_PEERING_CONNECTIONS) {
        let stream = ec2.describe_vpc_peering_connections().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_VPC_PEERING_CONNECTIONS, stream, |page| page.next_token()).await;
        for peering in pages.items.iter().flat_map(|page| page.vpc_peering_connections()) {
            let Some(id) = peering.vpc_peering_connection_id() else { continue };
            let mut draft = Draft::new(&VPC_PEERING_CONNECTION, id).arn(arn(cx, "vpc-peering-connection", id));
            draft.read(&DESCRIBE_VPC_PEERING_CONNECTIONS, &pages.evidence);
            let requester = peering.requester_vpc_info().and_then(|v| v.owner_id());
            let accepter = peering.accepter_vpc_info().and_then(|v| v.owner_id());
            draft.set("Status", peering.status().and_then(|s| s.code()).map(|c| c.as_str()));
            draft.set("RequesterOwnerId", requester);
            draft.set("AccepterOwnerId", accepter);
            draft.set("ForeignAccounts", foreign(cx, [requester, accepter]));
            tags(&mut draft, peering.tags());
            cx.push(draft);
        }
    }
    if cx.wants(&DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS) {
        let stream = ec2.describe_transit_gateway_attachments().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS, stream, |page| page.next_token()).await;
        for attachment in pages.items.iter().flat_map(|page| page.transit_gateway_attachments()) {
            let Some(id) = attachment.transit_gateway_attachment_id() else { continue };
            let mut draft = Draft::new(&TRANSIT_GATEWAY_ATTACHMENT, id).arn(arn(cx, "transit-gateway-attachment", id));
            draft.read(&DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS, &pages.evidence);
            draft.set("State", attachment.state().map(|s| s.as_str()));
            draft.set("ResourceType", attachment.resource_type().map(|t| t.as_str()));
            draft.set("ResourceId", attachment.resource_id());
            draft.set("TransitGatewayOwnerId", attachment.transit_gateway_owner_id());
            draft.set("ResourceOwnerId", attachment.resource_owner_id());
            let owners = [attachment.transit_gateway_owner_id(), attachment.resource_owner_id()];
            draft.set("ForeignAccounts", foreign(cx, owners));
            tags(&mut draft, attachment.tags());
            cx.push(draft);
        }
    }
    if cx.wants(&DESCRIBE_CUSTOMER_GATEWAYS) {
        let pages = cx.list(&DESCRIBE_CUSTOMER_GATEWAYS, ec2.describe_customer_gateways().send()).await;
        for gateway in pages.items.iter().flat_map(|page| page.customer_gateways()) {
            let Some(id) = gateway.customer_gateway_id() else { continue };
            let mut draft = Draft::new(&CUSTOMER_GATEWAY, id).arn(arn(cx, "customer-gateway", id));
            draft.read(&DESCRIBE_CUSTOMER_GATEWAYS, &pages.evidence);
            draft.set("State", gateway.state());
            draft.set("IpAddress", gateway.ip_address());
            draft.set("DeviceName", gateway.device_name());
            tags(&mut draft, gateway.tags());
            cx.push(draft);
        }
    }
}
