//! Amazon CloudWatch Logs.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// CloudWatch Logs DescribeLogGroups.
pub static DESCRIBE_LOG_GROUPS: Operation =
    Operation::regional("cloudwatchlogs", "DescribeLogGroups", "logs describe-log-groups", &["logs:DescribeLogGroups"]);
/// CloudWatch Logs DescribeMetricFilters; without a group it answers for all.
pub static DESCRIBE_METRIC_FILTERS: Operation = Operation::regional(
    "cloudwatchlogs",
    "DescribeMetricFilters",
    "logs describe-metric-filters",
    &["logs:DescribeMetricFilters"],
);

/// A log group.
pub static LOG_GROUP: Kind = Kind {
    name: "AWS::Logs::LogGroup",
    list: &DESCRIBE_LOG_GROUPS,
    tags: None,
    locate: "--log-group-name-prefix {id}",
    attributes: &[
        attr("LogGroupName", Str, &DESCRIBE_LOG_GROUPS),
        // Absent: events never expire (LogGroup, CloudWatch Logs API Reference).
        opt("RetentionInDays", Int, &DESCRIBE_LOG_GROUPS),
        opt("KmsKeyId", Str, &DESCRIBE_LOG_GROUPS),
        opt("LogGroupClass", Str, &DESCRIBE_LOG_GROUPS),
        opt("StoredBytes", Int, &DESCRIBE_LOG_GROUPS),
    ],
};

/// A metric filter.
pub static METRIC_FILTER: Kind = Kind {
    name: "AWS::Logs::MetricFilter",
    list: &DESCRIBE_METRIC_FILTERS,
    tags: None,
    locate: "",
    attributes: &[
        attr("FilterName", Str, &DESCRIBE_METRIC_FILTERS),
        attr("LogGroupName", Str, &DESCRIBE_METRIC_FILTERS),
        attr("FilterPattern", Str, &DESCRIBE_METRIC_FILTERS),
        attr("MetricTransformations", List, &DESCRIBE_METRIC_FILTERS),
    ],
};

/// Amazon CloudWatch Logs.
pub static SERVICE: Service = Service {
    name: "cloudwatchlogs",
    operations: &[&DESCRIBE_LOG_GROUPS, &DESCRIBE_METRIC_FILTERS],
    kinds: &[&LOG_GROUP, &METRIC_FILTER],
};
