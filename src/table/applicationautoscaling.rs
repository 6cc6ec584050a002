//! Application Auto Scaling: ECS services, DynamoDB tables, Aurora replicas.

use super::{Kind, Operation, Service, Type::*, attr};

/// Application Auto Scaling DescribeScalableTargets.
pub static DESCRIBE_SCALABLE_TARGETS: Operation = Operation::regional(
    "applicationautoscaling",
    "DescribeScalableTargets",
    "application-autoscaling describe-scalable-targets",
    &["application-autoscaling:DescribeScalableTargets"],
);
/// Application Auto Scaling DescribeScalingPolicies.
pub static DESCRIBE_SCALING_POLICIES: Operation = Operation::regional(
    "applicationautoscaling",
    "DescribeScalingPolicies",
    "application-autoscaling describe-scaling-policies",
    &["application-autoscaling:DescribeScalingPolicies"],
);

/// Something that may be scaled. Its id is `resource/dimension`: `service/main/web ecs:service:DesiredCount`.
pub static SCALABLE_TARGET: Kind = Kind {
    name: "AWS::ApplicationAutoScaling::ScalableTarget",
    list: &DESCRIBE_SCALABLE_TARGETS,
    tags: None,
    locate: "",
    attributes: &[
        attr("ServiceNamespace", Str, &DESCRIBE_SCALABLE_TARGETS),
        attr("ResourceId", Str, &DESCRIBE_SCALABLE_TARGETS),
        attr("ScalableDimension", Str, &DESCRIBE_SCALABLE_TARGETS),
        attr("MinCapacity", Int, &DESCRIBE_SCALABLE_TARGETS),
        attr("MaxCapacity", Int, &DESCRIBE_SCALABLE_TARGETS),
        // {PolicyName, PolicyType}
        attr("ScalingPolicies", List, &DESCRIBE_SCALING_POLICIES),
    ],
};

/// Application Auto Scaling.
pub static SERVICE: Service = Service {
    name: "applicationautoscaling",
    operations: &[&DESCRIBE_SCALABLE_TARGETS, &DESCRIBE_SCALING_POLICIES],
    kinds: &[&SCALABLE_TARGET],
};
