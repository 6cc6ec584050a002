//! Amazon Route 53: hosted zones and health checks.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// Amazon Route 53 ListHostedZones.
pub static LIST_HOSTED_ZONES: Operation =
    Operation::global("route53", "ListHostedZones", "route53 list-hosted-zones", &["route53:ListHostedZones"]);

/// Amazon Route 53 ListHealthChecks.
pub static LIST_HEALTH_CHECKS: Operation =
    Operation::global("route53", "ListHealthChecks", "route53 list-health-checks", &["route53:ListHealthChecks"]);

/// Amazon Route 53 ListQueryLoggingConfigs.
pub static LIST_QUERY_LOGGING_CONFIGS: Operation = Operation::global(
    "route53",
    "ListQueryLoggingConfigs",
    "route53 list-query-logging-configs",
    &["route53:ListQueryLoggingConfigs"],
);

/// A hosted zone.
pub static HOSTED_ZONE: Kind = Kind {
    name: "AWS::Route53::HostedZone",
    list: &LIST_HOSTED_ZONES,
    tags: None,
    locate: "",
    attributes: &[
        attr("Name", Str, &LIST_HOSTED_ZONES),
        attr("PrivateZone", Bool, &LIST_HOSTED_ZONES),
        attr("QueryLoggingConfigs", List, &LIST_QUERY_LOGGING_CONFIGS),
    ],
};

/// A health check.
pub static HEALTH_CHECK: Kind = Kind {
    name: "AWS::Route53::HealthCheck",
    list: &LIST_HEALTH_CHECKS,
    tags: None,
    locate: "",
    attributes: &[
        attr("Type", Str, &LIST_HEALTH_CHECKS),
        opt("Disabled", Bool, &LIST_HEALTH_CHECKS),
        opt("FullyQualifiedDomainName", Str, &LIST_HEALTH_CHECKS),
        opt("IPAddress", Str, &LIST_HEALTH_CHECKS),
    ],
};

/// Amazon Route 53: hosted zones and health checks.
pub static SERVICE: Service = Service {
    name: "route53",
    operations: &[&LIST_HOSTED_ZONES, &LIST_HEALTH_CHECKS, &LIST_QUERY_LOGGING_CONFIGS],
    kinds: &[&HOSTED_ZONE, &HEALTH_CHECK],
};
