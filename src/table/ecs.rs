//! Amazon ECS.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// ECS ListClusters.
pub static LIST_CLUSTERS: Operation =
    Operation::regional("ecs", "ListClusters", "ecs list-clusters", &["ecs:ListClusters"]);
/// ECS DescribeClusters.
pub static DESCRIBE_CLUSTERS: Operation =
    Operation::regional("ecs", "DescribeClusters", "ecs describe-clusters", &["ecs:DescribeClusters"]);
/// ECS ListServices, cluster by cluster.
pub static LIST_SERVICES: Operation =
    Operation::regional("ecs", "ListServices", "ecs list-services", &["ecs:ListServices", "ecs:ListClusters"]);
/// ECS DescribeServices; the services are listed for it, so that permission is needed with it.
pub static DESCRIBE_SERVICES: Operation = Operation::regional(
    "ecs",
    "DescribeServices",
    "ecs describe-services",
    &["ecs:DescribeServices", "ecs:ListServices", "ecs:ListClusters"],
);
/// ECS ListContainerInstances.
pub static LIST_CONTAINER_INSTANCES: Operation = Operation::regional(
    "ecs",
    "ListContainerInstances",
    "ecs list-container-instances",
    &["ecs:ListContainerInstances"],
);
/// ECS DescribeContainerInstances.
pub static DESCRIBE_CONTAINER_INSTANCES: Operation = Operation::regional(
    "ecs",
    "DescribeContainerInstances",
    "ecs describe-container-instances",
    &["ecs:DescribeContainerInstances", "ecs:ListContainerInstances", "ecs:DescribeClusters"],
);
/// ECS DescribeTaskDefinition. Values of environment variables and options of log drivers may be secrets.
pub static DESCRIBE_TASK_DEFINITION: Operation = Operation::regional(
    "ecs",
    "DescribeTaskDefinition",
    "ecs describe-task-definition",
    &["ecs:DescribeTaskDefinition"],
)
.with_secrets(&["environment", "command", "entryPoint", "options"]);

/// A cluster.
pub static CLUSTER: Kind = Kind {
    name: "AWS::ECS::Cluster",
    list: &LIST_CLUSTERS,
    tags: Some(&DESCRIBE_CLUSTERS),
    locate: "",
    attributes: &[
        attr("ClusterName", Str, &DESCRIBE_CLUSTERS),
        attr("Status", Str, &DESCRIBE_CLUSTERS),
        attr("ClusterSettings", List, &DESCRIBE_CLUSTERS),
        opt("Configuration", Map, &DESCRIBE_CLUSTERS),
        attr("RegisteredContainerInstancesCount", Int, &DESCRIBE_CLUSTERS),
        attr("CapacityProviders", List, &DESCRIBE_CLUSTERS),
        attr("ExternalInstances", List, &DESCRIBE_CONTAINER_INSTANCES),
    ],
};

/// A service.
pub static ECS_SERVICE: Kind = Kind {
    name: "AWS::ECS::Service",
    list: &LIST_SERVICES,
    tags: Some(&DESCRIBE_SERVICES),
    locate: "",
    attributes: &[
        attr("ServiceName", Str, &DESCRIBE_SERVICES),
        attr("Cluster", Str, &DESCRIBE_SERVICES),
        attr("Status", Str, &DESCRIBE_SERVICES),
        attr("DesiredCount", Int, &DESCRIBE_SERVICES),
        attr("RunningCount", Int, &DESCRIBE_SERVICES),
        attr("SchedulingStrategy", Str, &DESCRIBE_SERVICES),
        // Absent where a capacity provider strategy is set.
        opt("LaunchType", Str, &DESCRIBE_SERVICES),
        opt("PlatformVersion", Str, &DESCRIBE_SERVICES),
        attr("EnableExecuteCommand", Bool, &DESCRIBE_SERVICES),
        opt("TaskDefinition", Str, &DESCRIBE_SERVICES),
        // Absent where tasks do not use the awsvpc network mode.
        opt("NetworkConfiguration", Map, &DESCRIBE_SERVICES),
        attr("PlacementStrategies", List, &DESCRIBE_SERVICES),
        // Null where the service names no subnets: its tasks run where its container instances are.
        fact(
            "facts.zones",
            List,
            &[need("AWS::ECS::Service", &["NetworkConfiguration"]), need("AWS::EC2::Subnet", &["AvailabilityZone"])],
        ),
        fact(
            "facts.exec_logged",
            Bool,
            &[need("AWS::ECS::Service", &["Cluster"]), need("AWS::ECS::Cluster", &["Configuration"])],
        ),
    ],
};

/// A task definition that some service runs; revisions that nothing runs are not looked at.
pub static TASK_DEFINITION: Kind = Kind {
    name: "AWS::ECS::TaskDefinition",
    list: &DESCRIBE_SERVICES,
    tags: None,
    locate: "",
    attributes: &[
        attr("Family", Str, &DESCRIBE_TASK_DEFINITION),
        opt("NetworkMode", Str, &DESCRIBE_TASK_DEFINITION),
        // Name, Image, Privileged, ReadonlyRootFilesystem, LogDriver, Environment (names of variables only), Secrets.
        attr("ContainerDefinitions", List, &DESCRIBE_TASK_DEFINITION),
    ],
};

/// Amazon ECS.
pub static SERVICE: Service = Service {
    name: "ecs",
    operations: &[
        &LIST_CLUSTERS,
        &DESCRIBE_CLUSTERS,
        &LIST_SERVICES,
        &DESCRIBE_SERVICES,
        &LIST_CONTAINER_INSTANCES,
        &DESCRIBE_CONTAINER_INSTANCES,
        &DESCRIBE_TASK_DEFINITION,
    ],
    kinds: &[&CLUSTER, &ECS_SERVICE, &TASK_DEFINITION],
};
