//! AWS Storage Gateway.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// Storage Gateway ListGateways.
pub static LIST_GATEWAYS: Operation = Operation::regional(
    "storagegateway",
    "ListGateways",
    "storagegateway list-gateways",
    &["storagegateway:ListGateways"],
);

/// A gateway.
pub static GATEWAY: Kind = Kind {
    name: "AWS::StorageGateway::Gateway",
    list: &LIST_GATEWAYS,
    tags: None,
    locate: "",
    attributes: &[
        attr("GatewayId", Str, &LIST_GATEWAYS),
        opt("GatewayName", Str, &LIST_GATEWAYS),
        opt("GatewayType", Str, &LIST_GATEWAYS),
        attr("HostEnvironment", Str, &LIST_GATEWAYS),
        opt("Ec2InstanceId", Str, &LIST_GATEWAYS),
    ],
};

/// AWS Storage Gateway.
pub static SERVICE: Service = Service { name: "storagegateway", operations: &[&LIST_GATEWAYS], kinds: &[&GATEWAY] };
