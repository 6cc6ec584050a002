//! Amazon ElastiCache.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// Amazon ElastiCache DescribeReplicationGroups.
pub static DESCRIBE_REPLICATION_GROUPS: Operation = Operation::regional(
    "elasticache",
    "DescribeReplicationGroups",
    "elasticache describe-replication-groups",
    &["elasticache:DescribeReplicationGroups"],
);

/// Amazon ElastiCache DescribeCacheClusters.
pub static DESCRIBE_CACHE_CLUSTERS: Operation = Operation::regional(
    "elasticache",
    "DescribeCacheClusters",
    "elasticache describe-cache-clusters",
    &["elasticache:DescribeCacheClusters"],
);

/// A replication group (Valkey or Redis OSS).
pub static REPLICATION_GROUP: Kind = Kind {
    name: "AWS::ElastiCache::ReplicationGroup",
    list: &DESCRIBE_REPLICATION_GROUPS,
    tags: None,
    locate: "--replication-group-id {id}",
    attributes: &[
        attr("ReplicationGroupId", Str, &DESCRIBE_REPLICATION_GROUPS),
        attr("Region", Str, &DESCRIBE_REPLICATION_GROUPS),
        opt("Engine", Str, &DESCRIBE_REPLICATION_GROUPS),
        attr("MultiAZEnabled", Bool, &DESCRIBE_REPLICATION_GROUPS),
        attr("AutomaticFailoverEnabled", Bool, &DESCRIBE_REPLICATION_GROUPS),
        attr("TransitEncryptionEnabled", Bool, &DESCRIBE_REPLICATION_GROUPS),
        opt("TransitEncryptionMode", Str, &DESCRIBE_REPLICATION_GROUPS),
        attr("AtRestEncryptionEnabled", Bool, &DESCRIBE_REPLICATION_GROUPS),
        attr("AuthTokenEnabled", Bool, &DESCRIBE_REPLICATION_GROUPS),
        attr("UserGroupIds", List, &DESCRIBE_REPLICATION_GROUPS),
        attr("SnapshotRetentionLimit", Int, &DESCRIBE_REPLICATION_GROUPS),
        opt("AutoMinorVersionUpgrade", Bool, &DESCRIBE_REPLICATION_GROUPS),
        opt("KmsKeyId", Str, &DESCRIBE_REPLICATION_GROUPS),
        attr("MemberZones", List, &DESCRIBE_REPLICATION_GROUPS),
    ],
};

/// A cache cluster: a node of a replication group, or one that stands alone.
pub static CACHE_CLUSTER: Kind = Kind {
    name: "AWS::ElastiCache::CacheCluster",
    list: &DESCRIBE_CACHE_CLUSTERS,
    tags: None,
    locate: "--cache-cluster-id {id}",
    attributes: &[
        attr("CacheClusterId", Str, &DESCRIBE_CACHE_CLUSTERS),
        attr("Region", Str, &DESCRIBE_CACHE_CLUSTERS),
        attr("Engine", Str, &DESCRIBE_CACHE_CLUSTERS),
        opt("EngineVersion", Str, &DESCRIBE_CACHE_CLUSTERS),
        opt("ReplicationGroupId", Str, &DESCRIBE_CACHE_CLUSTERS),
        attr("TransitEncryptionEnabled", Bool, &DESCRIBE_CACHE_CLUSTERS),
        attr("AtRestEncryptionEnabled", Bool, &DESCRIBE_CACHE_CLUSTERS),
        attr("AutoMinorVersionUpgrade", Bool, &DESCRIBE_CACHE_CLUSTERS),
        opt("PreferredAvailabilityZone", Str, &DESCRIBE_CACHE_CLUSTERS),
    ],
};

/// Amazon ElastiCache.
pub static SERVICE: Service = Service {
    name: "elasticache",
    operations: &[&DESCRIBE_REPLICATION_GROUPS, &DESCRIBE_CACHE_CLUSTERS],
    kinds: &[&REPLICATION_GROUP, &CACHE_CLUSTER],
};
