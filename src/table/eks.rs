//! Amazon EKS.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// EKS ListClusters, those that are only connected to EKS included.
pub static LIST_CLUSTERS: Operation =
    Operation::regional("eks", "ListClusters", "eks list-clusters", &["eks:ListClusters"]);
/// EKS DescribeCluster.
pub static DESCRIBE_CLUSTER: Operation =
    Operation::regional("eks", "DescribeCluster", "eks describe-cluster", &["eks:DescribeCluster"]);

/// A cluster.
pub static CLUSTER: Kind = Kind {
    name: "AWS::EKS::Cluster",
    list: &LIST_CLUSTERS,
    tags: Some(&DESCRIBE_CLUSTER),
    locate: "",
    attributes: &[
        attr("Name", Str, &DESCRIBE_CLUSTER),
        // Null for a cluster that runs in EKS; there for one that runs elsewhere and is only shown in EKS.
        opt("ConnectorConfig", Map, &DESCRIBE_CLUSTER),
        attr("Version", Str, &DESCRIBE_CLUSTER),
        attr("ResourcesVpcConfig", Map, &DESCRIBE_CLUSTER),
        attr("Logging", Map, &DESCRIBE_CLUSTER),
        attr("EncryptionConfig", List, &DESCRIBE_CLUSTER),
    ],
};

/// Amazon EKS.
pub static SERVICE: Service =
    Service { name: "eks", operations: &[&LIST_CLUSTERS, &DESCRIBE_CLUSTER], kinds: &[&CLUSTER] };
