//! Amazon RDS (and the Neptune and DocumentDB clusters that its API lists too).

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// RDS DescribeDBInstances.
pub static DESCRIBE_DB_INSTANCES: Operation =
    Operation::regional("rds", "DescribeDBInstances", "rds describe-db-instances", &["rds:DescribeDBInstances"]);

/// A database instance.
pub static DB_INSTANCE: Kind = Kind {
    name: "AWS::RDS::DBInstance",
    list: &DESCRIBE_DB_INSTANCES,
    tags: Some(&DESCRIBE_DB_INSTANCES),
    locate: "--db-instance-identifier {id}",
    attributes: &[
        attr("DBInstanceIdentifier", Str, &DESCRIBE_DB_INSTANCES),
        attr("Engine", Str, &DESCRIBE_DB_INSTANCES),
        attr("EngineVersion", Str, &DESCRIBE_DB_INSTANCES),
        opt("DBClusterIdentifier", Str, &DESCRIBE_DB_INSTANCES),
        attr("MultiAZ", Bool, &DESCRIBE_DB_INSTANCES),
        opt("AvailabilityZone", Str, &DESCRIBE_DB_INSTANCES),
        opt("SecondaryAvailabilityZone", Str, &DESCRIBE_DB_INSTANCES),
        attr("StorageEncrypted", Bool, &DESCRIBE_DB_INSTANCES),
        opt("KmsKeyId", Str, &DESCRIBE_DB_INSTANCES),
        attr("PubliclyAccessible", Bool, &DESCRIBE_DB_INSTANCES),
        attr("BackupRetentionPeriod", Int, &DESCRIBE_DB_INSTANCES),
        opt("LatestRestorableTime", Time, &DESCRIBE_DB_INSTANCES),
        attr("DeletionProtection", Bool, &DESCRIBE_DB_INSTANCES),
        attr("AutoMinorVersionUpgrade", Bool, &DESCRIBE_DB_INSTANCES),
        opt("MaxAllocatedStorage", Int, &DESCRIBE_DB_INSTANCES),
        opt("EnableCloudwatchLogsExports", List, &DESCRIBE_DB_INSTANCES),
        opt("EnableIAMDatabaseAuthentication", Bool, &DESCRIBE_DB_INSTANCES),
        opt("DBParameterGroupName", Str, &DESCRIBE_DB_INSTANCES),
    ],
};

/// Amazon RDS.
pub static SERVICE: Service = Service { name: "rds", operations: &[&DESCRIBE_DB_INSTANCES], kinds: &[&DB_INSTANCE] };
