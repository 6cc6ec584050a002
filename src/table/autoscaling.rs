//! Amazon EC2 Auto Scaling.

use super::{Kind, Operation, Service, Type::*, attr, fact, need};

/// Auto Scaling DescribeAutoScalingGroups.
pub static DESCRIBE_AUTO_SCALING_GROUPS: Operation = Operation::regional(
    "autoscaling",
    "DescribeAutoScalingGroups",
    "autoscaling describe-auto-scaling-groups",
    &["autoscaling:DescribeAutoScalingGroups"],
);
/// Auto Scaling DescribeNotificationConfigurations.
pub static DESCRIBE_NOTIFICATION_CONFIGURATIONS: Operation = Operation::regional(
    "autoscaling",
    "DescribeNotificationConfigurations",
    "autoscaling describe-notification-configurations",
    &["autoscaling:DescribeNotificationConfigurations"],
);
/// Auto Scaling DescribePolicies.
pub static DESCRIBE_POLICIES: Operation = Operation::regional(
    "autoscaling",
    "DescribePolicies",
    "autoscaling describe-policies",
    &["autoscaling:DescribePolicies"],
);

/// A group of instances that is kept at a number.
pub static GROUP: Kind = Kind {
    name: "AWS::AutoScaling::AutoScalingGroup",
    list: &DESCRIBE_AUTO_SCALING_GROUPS,
    tags: Some(&DESCRIBE_AUTO_SCALING_GROUPS),
    locate: "--auto-scaling-group-names {id}",
    attributes: &[
        attr("MinSize", Int, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("MaxSize", Int, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("DesiredCapacity", Int, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("AvailabilityZones", List, &DESCRIBE_AUTO_SCALING_GROUPS),
        // Subnet ids.
        attr("VPCZoneIdentifier", List, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("HealthCheckType", Str, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("LoadBalancerNames", List, &DESCRIBE_AUTO_SCALING_GROUPS),
        attr("TargetGroupARNs", List, &DESCRIBE_AUTO_SCALING_GROUPS),
        // {InstanceId, AvailabilityZone, HealthStatus, LifecycleState}
        attr("Instances", List, &DESCRIBE_AUTO_SCALING_GROUPS),
        // {TopicARN, NotificationType}
        attr("NotificationConfigurations", List, &DESCRIBE_NOTIFICATION_CONFIGURATIONS),
        // {PolicyName, PolicyType, Enabled}
        attr("ScalingPolicies", List, &DESCRIBE_POLICIES),
        fact("facts.healthy_zones", List, &[need("AWS::AutoScaling::AutoScalingGroup", &["Instances"])]),
    ],
};

/// Amazon EC2 Auto Scaling.
pub static SERVICE: Service = Service {
    name: "autoscaling",
    operations: &[&DESCRIBE_AUTO_SCALING_GROUPS, &DESCRIBE_NOTIFICATION_CONFIGURATIONS, &DESCRIBE_POLICIES],
    kinds: &[&GROUP],
};
