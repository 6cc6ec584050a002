//! Amazon RDS (and the Neptune and DocumentDB clusters that its API lists too).

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Amazon RDS DescribeDBInstances.
pub static DESCRIBE_DB_INSTANCES: Operation =
    Operation::regional("rds", "DescribeDBInstances", "rds describe-db-instances", &["rds:DescribeDBInstances"]);

/// Amazon RDS DescribeDBClusters.
pub static DESCRIBE_DB_CLUSTERS: Operation =
    Operation::regional("rds", "DescribeDBClusters", "rds describe-db-clusters", &["rds:DescribeDBClusters"]);

/// Amazon RDS DescribeDBSnapshots.
pub static DESCRIBE_DB_SNAPSHOTS: Operation =
    Operation::regional("rds", "DescribeDBSnapshots", "rds describe-db-snapshots", &["rds:DescribeDBSnapshots"]);

/// Amazon RDS DescribeDBSnapshotAttributes.
pub static DESCRIBE_DB_SNAPSHOT_ATTRIBUTES: Operation = Operation::regional(
    "rds",
    "DescribeDBSnapshotAttributes",
    "rds describe-db-snapshot-attributes",
    &["rds:DescribeDBSnapshotAttributes"],
);

/// Amazon RDS DescribeDBClusterSnapshots.
pub static DESCRIBE_DB_CLUSTER_SNAPSHOTS: Operation = Operation::regional(
    "rds",
    "DescribeDBClusterSnapshots",
    "rds describe-db-cluster-snapshots",
    &["rds:DescribeDBClusterSnapshots"],
);

/// Amazon RDS DescribeDBClusterSnapshotAttributes.
pub static DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES: Operation = Operation::regional(
    "rds",
    "DescribeDBClusterSnapshotAttributes",
    "rds describe-db-cluster-snapshot-attributes",
    &["rds:DescribeDBClusterSnapshotAttributes"],
);

/// Amazon RDS DescribeDBParameters.
pub static DESCRIBE_DB_PARAMETERS: Operation =
    Operation::regional("rds", "DescribeDBParameters", "rds describe-db-parameters", &["rds:DescribeDBParameters"]);

/// Amazon RDS DescribeDBClusterParameters.
pub static DESCRIBE_DB_CLUSTER_PARAMETERS: Operation = Operation::regional(
    "rds",
    "DescribeDBClusterParameters",
    "rds describe-db-cluster-parameters",
    &["rds:DescribeDBClusterParameters"],
);

/// Amazon RDS DescribeEventSubscriptions.
pub static DESCRIBE_EVENT_SUBSCRIPTIONS: Operation = Operation::regional(
    "rds",
    "DescribeEventSubscriptions",
    "rds describe-event-subscriptions",
    &["rds:DescribeEventSubscriptions"],
);

/// Amazon RDS DescribePendingMaintenanceActions.
pub static DESCRIBE_PENDING_MAINTENANCE_ACTIONS: Operation = Operation::regional(
    "rds",
    "DescribePendingMaintenanceActions",
    "rds describe-pending-maintenance-actions",
    &["rds:DescribePendingMaintenanceActions"],
);

/// A database instance.
pub static DB_INSTANCE: Kind = Kind {
    name: "AWS::RDS::DBInstance",
    list: &DESCRIBE_DB_INSTANCES,
    tags: Some(&DESCRIBE_DB_INSTANCES),
    locate: "--db-instance-identifier {id}",
    attributes: &[
        attr("DBInstanceIdentifier", Str, &DESCRIBE_DB_INSTANCES),
        attr("Region", Str, &DESCRIBE_DB_INSTANCES),
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
        opt("AllocatedStorage", Int, &DESCRIBE_DB_INSTANCES),
        opt("EnableCloudwatchLogsExports", List, &DESCRIBE_DB_INSTANCES),
        opt("EnableIAMDatabaseAuthentication", Bool, &DESCRIBE_DB_INSTANCES),
        opt("CopyTagsToSnapshot", Bool, &DESCRIBE_DB_INSTANCES),
        opt("DBParameterGroupName", Str, &DESCRIBE_DB_INSTANCES),
        opt("ReadReplicaSourceDBInstanceIdentifier", Str, &DESCRIBE_DB_INSTANCES),
        attr("ReadReplicaDBInstanceIdentifiers", List, &DESCRIBE_DB_INSTANCES),
        attr("AutomatedBackupReplications", List, &DESCRIBE_DB_INSTANCES),
        opt("DBParameters", Map, &DESCRIBE_DB_PARAMETERS),
        attr("PendingMaintenanceActions", List, &DESCRIBE_PENDING_MAINTENANCE_ACTIONS),
        fact(
            "facts.failure_subscriptions",
            List,
            &[need("AWS::RDS::EventSubscription", &["Enabled", "SourceType", "SourceIds", "EventCategories"])],
        ),
        // Categories of its events that somebody is told of; `*` is all.
        fact(
            "facts.told_categories",
            List,
            &[need("AWS::RDS::EventSubscription", &["Enabled", "SourceType", "SourceIds", "EventCategories"])],
        ),
        fact(
            "facts.newest_restore_point",
            Time,
            &[
                need("AWS::RDS::DBInstance", &["LatestRestorableTime"]),
                need("AWS::RDS::DBSnapshot", &["DBInstanceIdentifier", "SnapshotCreateTime", "Status"]),
                need("AWS::Backup::ProtectedResource", &["LastBackupTime"]),
            ],
        ),
    ],
};

/// A database cluster: Aurora, Multi-AZ cluster, Neptune, DocumentDB.
pub static DB_CLUSTER: Kind = Kind {
    name: "AWS::RDS::DBCluster",
    list: &DESCRIBE_DB_CLUSTERS,
    tags: Some(&DESCRIBE_DB_CLUSTERS),
    locate: "--db-cluster-identifier {id}",
    attributes: &[
        attr("DBClusterIdentifier", Str, &DESCRIBE_DB_CLUSTERS),
        attr("Region", Str, &DESCRIBE_DB_CLUSTERS),
        attr("Engine", Str, &DESCRIBE_DB_CLUSTERS),
        attr("EngineVersion", Str, &DESCRIBE_DB_CLUSTERS),
        opt("EngineMode", Str, &DESCRIBE_DB_CLUSTERS),
        attr("DBClusterMembers", List, &DESCRIBE_DB_CLUSTERS),
        opt("AvailabilityZones", List, &DESCRIBE_DB_CLUSTERS),
        attr("StorageEncrypted", Bool, &DESCRIBE_DB_CLUSTERS),
        opt("KmsKeyId", Str, &DESCRIBE_DB_CLUSTERS),
        attr("BackupRetentionPeriod", Int, &DESCRIBE_DB_CLUSTERS),
        opt("LatestRestorableTime", Time, &DESCRIBE_DB_CLUSTERS),
        attr("DeletionProtection", Bool, &DESCRIBE_DB_CLUSTERS),
        opt("EnableCloudwatchLogsExports", List, &DESCRIBE_DB_CLUSTERS),
        opt("EnableIAMDatabaseAuthentication", Bool, &DESCRIBE_DB_CLUSTERS),
        opt("GlobalClusterIdentifier", Str, &DESCRIBE_DB_CLUSTERS),
        opt("DBClusterParameterGroupName", Str, &DESCRIBE_DB_CLUSTERS),
        opt("DBClusterParameters", Map, &DESCRIBE_DB_CLUSTER_PARAMETERS),
        fact(
            "facts.member_zones",
            List,
            &[need("AWS::RDS::DBCluster", &["DBClusterMembers"]), need("AWS::RDS::DBInstance", &["AvailabilityZone"])],
        ),
        fact(
            "facts.failure_subscriptions",
            List,
            &[need("AWS::RDS::EventSubscription", &["Enabled", "SourceType", "SourceIds", "EventCategories"])],
        ),
        // Categories of its events that somebody is told of; `*` is all.
        fact(
            "facts.told_categories",
            List,
            &[need("AWS::RDS::EventSubscription", &["Enabled", "SourceType", "SourceIds", "EventCategories"])],
        ),
        fact(
            "facts.newest_restore_point",
            Time,
            &[
                need("AWS::RDS::DBCluster", &["LatestRestorableTime"]),
                need("AWS::RDS::DBClusterSnapshot", &["DBClusterIdentifier", "SnapshotCreateTime", "Status"]),
                need("AWS::Backup::ProtectedResource", &["LastBackupTime"]),
            ],
        ),
    ],
};

/// A snapshot of an instance, of the account itself.
pub static DB_SNAPSHOT: Kind = Kind {
    name: "AWS::RDS::DBSnapshot",
    list: &DESCRIBE_DB_SNAPSHOTS,
    tags: Some(&DESCRIBE_DB_SNAPSHOTS),
    locate: "--db-snapshot-identifier {id}",
    attributes: &[
        opt("DBInstanceIdentifier", Str, &DESCRIBE_DB_SNAPSHOTS),
        attr("Region", Str, &DESCRIBE_DB_SNAPSHOTS),
        attr("SnapshotType", Str, &DESCRIBE_DB_SNAPSHOTS),
        attr("Encrypted", Bool, &DESCRIBE_DB_SNAPSHOTS),
        opt("SnapshotCreateTime", Time, &DESCRIBE_DB_SNAPSHOTS),
        attr("Status", Str, &DESCRIBE_DB_SNAPSHOTS),
        opt("KmsKeyId", Str, &DESCRIBE_DB_SNAPSHOTS),
        opt("RestoreAttributeValues", List, &DESCRIBE_DB_SNAPSHOT_ATTRIBUTES),
    ],
};

/// A snapshot of a cluster, of the account itself.
pub static DB_CLUSTER_SNAPSHOT: Kind = Kind {
    name: "AWS::RDS::DBClusterSnapshot",
    list: &DESCRIBE_DB_CLUSTER_SNAPSHOTS,
    tags: Some(&DESCRIBE_DB_CLUSTER_SNAPSHOTS),
    locate: "--db-cluster-snapshot-identifier {id}",
    attributes: &[
        opt("DBClusterIdentifier", Str, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        attr("Region", Str, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        attr("SnapshotType", Str, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        attr("StorageEncrypted", Bool, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        opt("SnapshotCreateTime", Time, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        attr("Status", Str, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        opt("KmsKeyId", Str, &DESCRIBE_DB_CLUSTER_SNAPSHOTS),
        opt("RestoreAttributeValues", List, &DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES),
    ],
};

/// A subscription to RDS events.
pub static EVENT_SUBSCRIPTION: Kind = Kind {
    name: "AWS::RDS::EventSubscription",
    list: &DESCRIBE_EVENT_SUBSCRIPTIONS,
    tags: None,
    locate: "--subscription-name {id}",
    attributes: &[
        attr("Enabled", Bool, &DESCRIBE_EVENT_SUBSCRIPTIONS),
        opt("SourceType", Str, &DESCRIBE_EVENT_SUBSCRIPTIONS),
        attr("SourceIds", List, &DESCRIBE_EVENT_SUBSCRIPTIONS),
        attr("EventCategories", List, &DESCRIBE_EVENT_SUBSCRIPTIONS),
        attr("SnsTopicArn", Str, &DESCRIBE_EVENT_SUBSCRIPTIONS),
    ],
};

/// Amazon RDS (and the Neptune and DocumentDB clusters that its API lists too).
pub static SERVICE: Service = Service {
    name: "rds",
    operations: &[
        &DESCRIBE_DB_INSTANCES,
        &DESCRIBE_DB_CLUSTERS,
        &DESCRIBE_DB_SNAPSHOTS,
        &DESCRIBE_DB_SNAPSHOT_ATTRIBUTES,
        &DESCRIBE_DB_CLUSTER_SNAPSHOTS,
        &DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES,
        &DESCRIBE_DB_PARAMETERS,
        &DESCRIBE_DB_CLUSTER_PARAMETERS,
        &DESCRIBE_EVENT_SUBSCRIPTIONS,
        &DESCRIBE_PENDING_MAINTENANCE_ACTIONS,
    ],
    kinds: &[&DB_INSTANCE, &DB_CLUSTER, &DB_SNAPSHOT, &DB_CLUSTER_SNAPSHOT, &EVENT_SUBSCRIPTION],
};
