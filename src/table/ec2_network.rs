//! The network part of Amazon EC2.

use super::ec2::NETWORK_NEEDS;
use super::{Kind, Operation, Type::*, attr, fact, need, opt};

macro_rules! op {
    ($static:ident, $name:literal, $cli:literal) => {
        #[doc = concat!("EC2 ", $name, ".")]
        pub static $static: Operation =
            Operation::regional("ec2", $name, concat!("ec2 ", $cli), &[concat!("ec2:", $name)]);
    };
}

op!(DESCRIBE_VPCS, "DescribeVpcs", "describe-vpcs");
op!(DESCRIBE_NETWORK_INTERFACES, "DescribeNetworkInterfaces", "describe-network-interfaces");
op!(DESCRIBE_FLOW_LOGS, "DescribeFlowLogs", "describe-flow-logs");
op!(DESCRIBE_DHCP_OPTIONS, "DescribeDhcpOptions", "describe-dhcp-options");
op!(DESCRIBE_SUBNETS, "DescribeSubnets", "describe-subnets");
op!(DESCRIBE_ROUTE_TABLES, "DescribeRouteTables", "describe-route-tables");
op!(DESCRIBE_INTERNET_GATEWAYS, "DescribeInternetGateways", "describe-internet-gateways");
op!(DESCRIBE_NAT_GATEWAYS, "DescribeNatGateways", "describe-nat-gateways");
op!(DESCRIBE_SECURITY_GROUPS, "DescribeSecurityGroups", "describe-security-groups");
op!(DESCRIBE_NETWORK_ACLS, "DescribeNetworkAcls", "describe-network-acls");
op!(DESCRIBE_MANAGED_PREFIX_LISTS, "DescribeManagedPrefixLists", "describe-managed-prefix-lists");
op!(GET_MANAGED_PREFIX_LIST_ENTRIES, "GetManagedPrefixListEntries", "get-managed-prefix-list-entries");
op!(DESCRIBE_ADDRESSES, "DescribeAddresses", "describe-addresses");
op!(DESCRIBE_VPC_ENDPOINTS, "DescribeVpcEndpoints", "describe-vpc-endpoints");
op!(DESCRIBE_VPC_PEERING_CONNECTIONS, "DescribeVpcPeeringConnections", "describe-vpc-peering-connections");
op!(DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS, "DescribeTransitGatewayAttachments", "describe-transit-gateway-attachments");
// Not DescribeVpnConnections: its answers carry pre-shared keys.
op!(DESCRIBE_CUSTOMER_GATEWAYS, "DescribeCustomerGateways", "describe-customer-gateways");

/// A virtual network.
pub static VPC: Kind = Kind {
    name: "AWS::EC2::VPC",
    list: &DESCRIBE_VPCS,
    tags: Some(&DESCRIBE_VPCS),
    locate: "--vpc-ids {id}",
    attributes: &[
        attr("CidrBlock", Str, &DESCRIBE_VPCS),
        attr("IsDefault", Bool, &DESCRIBE_VPCS),
        attr("DhcpOptionsId", Str, &DESCRIBE_VPCS),
        opt("OwnerId", Str, &DESCRIBE_VPCS),
        // How many network interfaces lie in it: 0 means that nothing uses it.
        attr("NetworkInterfaceCount", Int, &DESCRIBE_NETWORK_INTERFACES),
        // Flow logs of the VPC as a whole: {FlowLogId, TrafficType, FlowLogStatus, DeliverLogsStatus, LogDestinationType}
        attr("FlowLogs", List, &DESCRIBE_FLOW_LOGS),
        // NTP servers of its DHCP options; empty where it leaves instances to the Amazon Time Sync Service.
        attr("NtpServers", List, &DESCRIBE_DHCP_OPTIONS),
        fact("facts.subnet_zones", List, &[need("AWS::EC2::Subnet", &["VpcId", "AvailabilityZone"])]),
        // Services of AWS that its endpoints lead to: `ec2`, `s3`.
        fact("facts.endpoint_services", List, &[need("AWS::EC2::VPCEndpoint", &["VpcId", "State", "ServiceName"])]),
    ],
};

/// A network interface: of an instance, a task, a database, a load balancer.
pub static NETWORK_INTERFACE: Kind = Kind {
    name: "AWS::EC2::NetworkInterface",
    list: &DESCRIBE_NETWORK_INTERFACES,
    tags: Some(&DESCRIBE_NETWORK_INTERFACES),
    locate: "--network-interface-ids {id}",
    attributes: &[
        attr("SubnetId", Str, &DESCRIBE_NETWORK_INTERFACES),
        attr("InterfaceType", Str, &DESCRIBE_NETWORK_INTERFACES),
        opt("InstanceId", Str, &DESCRIBE_NETWORK_INTERFACES),
        opt("RequesterId", Str, &DESCRIBE_NETWORK_INTERFACES),
        opt("Description", Str, &DESCRIBE_NETWORK_INTERFACES),
        attr("GroupSet", List, &DESCRIBE_NETWORK_INTERFACES),
        attr("PublicIps", List, &DESCRIBE_NETWORK_INTERFACES),
        attr("Ipv6Addresses", List, &DESCRIBE_NETWORK_INTERFACES),
        fact("facts.internet_ports", List, NETWORK_NEEDS),
    ],
};

/// A subnet.
pub static SUBNET: Kind = Kind {
    name: "AWS::EC2::Subnet",
    list: &DESCRIBE_SUBNETS,
    tags: Some(&DESCRIBE_SUBNETS),
    locate: "--subnet-ids {id}",
    attributes: &[
        attr("VpcId", Str, &DESCRIBE_SUBNETS),
        attr("CidrBlock", Str, &DESCRIBE_SUBNETS),
        attr("AvailabilityZone", Str, &DESCRIBE_SUBNETS),
        attr("MapPublicIpOnLaunch", Bool, &DESCRIBE_SUBNETS),
        attr("DefaultForAz", Bool, &DESCRIBE_SUBNETS),
        opt("OwnerId", Str, &DESCRIBE_SUBNETS),
        opt("OutpostArn", Str, &DESCRIBE_SUBNETS),
        // The account that shares it; null where it is one's own.
        fact("facts.foreign_owner", Str, &[need("AWS::EC2::Subnet", &["OwnerId"])]),
    ],
};

/// A route table.
pub static ROUTE_TABLE: Kind = Kind {
    name: "AWS::EC2::RouteTable",
    list: &DESCRIBE_ROUTE_TABLES,
    tags: Some(&DESCRIBE_ROUTE_TABLES),
    locate: "--route-table-ids {id}",
    attributes: &[
        attr("VpcId", Str, &DESCRIBE_ROUTE_TABLES),
        // {DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId, GatewayId, NatGatewayId, …, State}
        attr("Routes", List, &DESCRIBE_ROUTE_TABLES),
        // {Main, SubnetId, GatewayId}
        attr("Associations", List, &DESCRIBE_ROUTE_TABLES),
    ],
};

/// An Internet gateway.
pub static INTERNET_GATEWAY: Kind = Kind {
    name: "AWS::EC2::InternetGateway",
    list: &DESCRIBE_INTERNET_GATEWAYS,
    tags: Some(&DESCRIBE_INTERNET_GATEWAYS),
    locate: "--internet-gateway-ids {id}",
    attributes: &[attr("VpcIds", List, &DESCRIBE_INTERNET_GATEWAYS)],
};

/// A NAT gateway.
pub static NAT_GATEWAY: Kind = Kind {
    name: "AWS::EC2::NatGateway",
    list: &DESCRIBE_NAT_GATEWAYS,
    tags: Some(&DESCRIBE_NAT_GATEWAYS),
    locate: "--nat-gateway-ids {id}",
    attributes: &[
        attr("State", Str, &DESCRIBE_NAT_GATEWAYS),
        opt("VpcId", Str, &DESCRIBE_NAT_GATEWAYS),
        // A regional NAT gateway has no subnet.
        opt("SubnetId", Str, &DESCRIBE_NAT_GATEWAYS),
        opt("ConnectivityType", Str, &DESCRIBE_NAT_GATEWAYS),
        opt("AvailabilityMode", Str, &DESCRIBE_NAT_GATEWAYS),
        fact(
            "facts.zones_without_own",
            List,
            &[
                need("AWS::EC2::NatGateway", &["State", "SubnetId", "VpcId"]),
                need("AWS::EC2::RouteTable", &["VpcId", "Routes", "Associations"]),
                need("AWS::EC2::Subnet", &["VpcId", "AvailabilityZone"]),
            ],
        ),
    ],
};

/// A security group.
///
/// Rules have CloudFormation's shape, one row per source: {IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6,
/// SourceSecurityGroupId, SourcePrefixListId, Internet}. Protocols 6 and 17 are written `tcp` and `udp`; a rule for
/// every port has 0 to 65535. `Internet` says that the source is the whole Internet or a large part of it.
pub static SECURITY_GROUP: Kind = Kind {
    name: "AWS::EC2::SecurityGroup",
    list: &DESCRIBE_SECURITY_GROUPS,
    tags: Some(&DESCRIBE_SECURITY_GROUPS),
    locate: "--group-ids {id}",
    attributes: &[
        attr("GroupName", Str, &DESCRIBE_SECURITY_GROUPS),
        opt("VpcId", Str, &DESCRIBE_SECURITY_GROUPS),
        attr("SecurityGroupIngress", List, &DESCRIBE_SECURITY_GROUPS),
        attr("SecurityGroupEgress", List, &DESCRIBE_SECURITY_GROUPS),
        // By a network interface, or by a rule of another group.
        fact(
            "facts.in_use",
            Bool,
            &[
                need("AWS::EC2::NetworkInterface", &["GroupSet"]),
                need("AWS::EC2::SecurityGroup", &["SecurityGroupIngress", "SecurityGroupEgress"]),
            ],
        ),
    ],
};

/// A network ACL.
///
/// Entries: {RuleNumber, Egress, Protocol, RuleAction, CidrBlock, Ipv6CidrBlock, FromPort, ToPort, Internet}; a rule
/// for every port has 0 to 65535, protocols 6 and 17 are written `tcp` and `udp`.
pub static NETWORK_ACL: Kind = Kind {
    name: "AWS::EC2::NetworkAcl",
    list: &DESCRIBE_NETWORK_ACLS,
    tags: Some(&DESCRIBE_NETWORK_ACLS),
    locate: "--network-acl-ids {id}",
    attributes: &[
        attr("VpcId", Str, &DESCRIBE_NETWORK_ACLS),
        attr("IsDefault", Bool, &DESCRIBE_NETWORK_ACLS),
        attr("Entries", List, &DESCRIBE_NETWORK_ACLS),
        attr("SubnetIds", List, &DESCRIBE_NETWORK_ACLS),
    ],
};

/// A list of address ranges that rules and routes may name.
pub static PREFIX_LIST: Kind = Kind {
    name: "AWS::EC2::PrefixList",
    list: &DESCRIBE_MANAGED_PREFIX_LISTS,
    tags: Some(&DESCRIBE_MANAGED_PREFIX_LISTS),
    locate: "--prefix-list-ids {id}",
    attributes: &[
        opt("PrefixListName", Str, &DESCRIBE_MANAGED_PREFIX_LISTS),
        attr("OwnerId", Str, &DESCRIBE_MANAGED_PREFIX_LISTS),
        // Address ranges; not asked of AWS's own lists, which hold ranges of AWS services.
        attr("Entries", List, &GET_MANAGED_PREFIX_LIST_ENTRIES),
    ],
};

/// An Elastic IP address.
pub static EIP: Kind = Kind {
    name: "AWS::EC2::EIP",
    list: &DESCRIBE_ADDRESSES,
    tags: Some(&DESCRIBE_ADDRESSES),
    locate: "--allocation-ids {id}",
    attributes: &[
        attr("PublicIp", Str, &DESCRIBE_ADDRESSES),
        opt("AssociationId", Str, &DESCRIBE_ADDRESSES),
        opt("InstanceId", Str, &DESCRIBE_ADDRESSES),
        opt("NetworkInterfaceId", Str, &DESCRIBE_ADDRESSES),
    ],
};

/// A VPC endpoint.
pub static VPC_ENDPOINT: Kind = Kind {
    name: "AWS::EC2::VPCEndpoint",
    list: &DESCRIBE_VPC_ENDPOINTS,
    tags: Some(&DESCRIBE_VPC_ENDPOINTS),
    locate: "--vpc-endpoint-ids {id}",
    attributes: &[
        attr("ServiceName", Str, &DESCRIBE_VPC_ENDPOINTS),
        attr("VpcEndpointType", Str, &DESCRIBE_VPC_ENDPOINTS),
        attr("VpcId", Str, &DESCRIBE_VPC_ENDPOINTS),
        attr("State", Str, &DESCRIBE_VPC_ENDPOINTS),
        opt("PolicyDocument", Map, &DESCRIBE_VPC_ENDPOINTS),
        // Statements that let everybody do everything to everything, as the default policy does.
        attr("FullAccessStatements", Int, &DESCRIBE_VPC_ENDPOINTS),
    ],
};

/// A peering of two virtual networks.
pub static VPC_PEERING_CONNECTION: Kind = Kind {
    name: "AWS::EC2::VPCPeeringConnection",
    list: &DESCRIBE_VPC_PEERING_CONNECTIONS,
    tags: Some(&DESCRIBE_VPC_PEERING_CONNECTIONS),
    locate: "--vpc-peering-connection-ids {id}",
    attributes: &[
        attr("Status", Str, &DESCRIBE_VPC_PEERING_CONNECTIONS),
        attr("RequesterOwnerId", Str, &DESCRIBE_VPC_PEERING_CONNECTIONS),
        attr("AccepterOwnerId", Str, &DESCRIBE_VPC_PEERING_CONNECTIONS),
        // Accounts at its ends other than this one.
        attr("ForeignAccounts", List, &DESCRIBE_VPC_PEERING_CONNECTIONS),
    ],
};

/// What hangs on a transit gateway.
pub static TRANSIT_GATEWAY_ATTACHMENT: Kind = Kind {
    name: "AWS::EC2::TransitGatewayAttachment",
    list: &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS,
    tags: Some(&DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
    locate: "--transit-gateway-attachment-ids {id}",
    attributes: &[
        attr("State", Str, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
        attr("ResourceType", Str, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
        opt("ResourceId", Str, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
        attr("TransitGatewayOwnerId", Str, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
        attr("ResourceOwnerId", Str, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
        // Accounts that own the gateway or the resource, other than this one.
        attr("ForeignAccounts", List, &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS),
    ],
};

/// The far end of a site-to-site VPN: a device outside AWS.
pub static CUSTOMER_GATEWAY: Kind = Kind {
    name: "AWS::EC2::CustomerGateway",
    list: &DESCRIBE_CUSTOMER_GATEWAYS,
    tags: Some(&DESCRIBE_CUSTOMER_GATEWAYS),
    locate: "--customer-gateway-ids {id}",
    attributes: &[
        attr("State", Str, &DESCRIBE_CUSTOMER_GATEWAYS),
        opt("IpAddress", Str, &DESCRIBE_CUSTOMER_GATEWAYS),
        opt("DeviceName", Str, &DESCRIBE_CUSTOMER_GATEWAYS),
    ],
};
