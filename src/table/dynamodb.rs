//! Amazon DynamoDB: tables.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Amazon DynamoDB ListTables.
pub static LIST_TABLES: Operation =
    Operation::regional("dynamodb", "ListTables", "dynamodb list-tables", &["dynamodb:ListTables"]);

/// Amazon DynamoDB DescribeTable.
pub static DESCRIBE_TABLE: Operation =
    Operation::regional("dynamodb", "DescribeTable", "dynamodb describe-table", &["dynamodb:DescribeTable"]);

/// Amazon DynamoDB DescribeContinuousBackups.
pub static DESCRIBE_CONTINUOUS_BACKUPS: Operation = Operation::regional(
    "dynamodb",
    "DescribeContinuousBackups",
    "dynamodb describe-continuous-backups",
    &["dynamodb:DescribeContinuousBackups"],
);

/// Amazon DynamoDB DescribeTimeToLive.
pub static DESCRIBE_TIME_TO_LIVE: Operation = Operation::regional(
    "dynamodb",
    "DescribeTimeToLive",
    "dynamodb describe-time-to-live",
    &["dynamodb:DescribeTimeToLive"],
);

/// Amazon DynamoDB ListTagsOfResource.
pub static LIST_TAGS_OF_RESOURCE: Operation = Operation::regional(
    "dynamodb",
    "ListTagsOfResource",
    "dynamodb list-tags-of-resource",
    &["dynamodb:ListTagsOfResource"],
);

/// Amazon DynamoDB GetResourcePolicy.
pub static GET_RESOURCE_POLICY: Operation = Operation::regional(
    "dynamodb",
    "GetResourcePolicy",
    "dynamodb get-resource-policy",
    &["dynamodb:GetResourcePolicy"],
);

/// A table.
pub static TABLE: Kind = Kind {
    name: "AWS::DynamoDB::Table",
    list: &LIST_TABLES,
    tags: Some(&LIST_TAGS_OF_RESOURCE),
    locate: "",
    attributes: &[
        attr("TableName", Str, &LIST_TABLES),
        attr("Region", Str, &LIST_TABLES),
        attr("TableStatus", Str, &DESCRIBE_TABLE),
        attr("BillingMode", Str, &DESCRIBE_TABLE),
        opt("SSESpecification", Map, &DESCRIBE_TABLE),
        attr("DeletionProtectionEnabled", Bool, &DESCRIBE_TABLE),
        attr("Replicas", List, &DESCRIBE_TABLE),
        attr("PointInTimeRecoveryEnabled", Bool, &DESCRIBE_CONTINUOUS_BACKUPS),
        opt("LatestRestorableDateTime", Time, &DESCRIBE_CONTINUOUS_BACKUPS),
        attr("TimeToLiveEnabled", Bool, &DESCRIBE_TIME_TO_LIVE),
        attr("ResourcePolicy", Map, &GET_RESOURCE_POLICY),
        fact(
            "facts.autoscaled",
            Bool,
            &[
                need("AWS::DynamoDB::Table", &["BillingMode"]),
                need("AWS::ApplicationAutoScaling::ScalableTarget", &["ResourceId", "ScalableDimension"]),
            ],
        ),
        fact("facts.public", Bool, &[need("AWS::DynamoDB::Table", &["ResourcePolicy"])]),
        fact("facts.external_accounts", List, &[need("AWS::DynamoDB::Table", &["ResourcePolicy"])]),
        fact(
            "facts.newest_restore_point",
            Time,
            &[
                need("AWS::DynamoDB::Table", &["LatestRestorableDateTime"]),
                need("AWS::Backup::ProtectedResource", &["LastBackupTime"]),
            ],
        ),
    ],
};

/// Amazon DynamoDB: tables.
pub static SERVICE: Service = Service {
    name: "dynamodb",
    operations: &[
        &LIST_TABLES,
        &DESCRIBE_TABLE,
        &DESCRIBE_CONTINUOUS_BACKUPS,
        &DESCRIBE_TIME_TO_LIVE,
        &LIST_TAGS_OF_RESOURCE,
        &GET_RESOURCE_POLICY,
    ],
    kinds: &[&TABLE],
};
