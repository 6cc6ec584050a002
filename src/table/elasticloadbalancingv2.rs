//! Elastic Load Balancing: Application, Network and Gateway Load Balancers.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

macro_rules! op {
    ($static:ident, $name:literal, $cli:literal) => {
        #[doc = concat!("Elastic Load Balancing v2 ", $name, ".")]
        pub static $static: Operation = Operation::regional(
            "elasticloadbalancingv2",
            $name,
            concat!("elbv2 ", $cli),
            &[concat!("elasticloadbalancing:", $name)],
        );
    };
}

op!(DESCRIBE_LOAD_BALANCERS, "DescribeLoadBalancers", "describe-load-balancers");
op!(DESCRIBE_LOAD_BALANCER_ATTRIBUTES, "DescribeLoadBalancerAttributes", "describe-load-balancer-attributes");
op!(DESCRIBE_LISTENERS, "DescribeListeners", "describe-listeners");
op!(DESCRIBE_TARGET_GROUPS, "DescribeTargetGroups", "describe-target-groups");
op!(DESCRIBE_TARGET_HEALTH, "DescribeTargetHealth", "describe-target-health");
op!(DESCRIBE_TAGS, "DescribeTags", "describe-tags");

/// WAF GetWebACLForResource, asked of Application Load Balancers.
pub static GET_WEB_ACL_FOR_RESOURCE: Operation = Operation::regional(
    "wafv2",
    "GetWebACLForResource",
    "wafv2 get-web-acl-for-resource",
    &["wafv2:GetWebACLForResource", "wafv2:GetWebACL"],
);

/// An Application, Network or Gateway Load Balancer.
pub static LOAD_BALANCER: Kind = Kind {
    name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    list: &DESCRIBE_LOAD_BALANCERS,
    tags: Some(&DESCRIBE_TAGS),
    locate: "--load-balancer-arns {arn}",
    attributes: &[
        attr("Name", Str, &DESCRIBE_LOAD_BALANCERS),
        attr("Type", Str, &DESCRIBE_LOAD_BALANCERS),
        // A Gateway Load Balancer has none.
        opt("Scheme", Str, &DESCRIBE_LOAD_BALANCERS),
        opt("DNSName", Str, &DESCRIBE_LOAD_BALANCERS),
        opt("VpcId", Str, &DESCRIBE_LOAD_BALANCERS),
        opt("IpAddressType", Str, &DESCRIBE_LOAD_BALANCERS),
        attr("AvailabilityZones", List, &DESCRIBE_LOAD_BALANCERS),
        attr("Subnets", List, &DESCRIBE_LOAD_BALANCERS),
        attr("SecurityGroups", List, &DESCRIBE_LOAD_BALANCERS),
        // By key: {"access_logs.s3.enabled": "true", …}
        attr("LoadBalancerAttributes", Map, &DESCRIBE_LOAD_BALANCER_ATTRIBUTES),
        // {ListenerArn, Port, Protocol, SslPolicy, DefaultActions: [{Type, RedirectProtocol}]}
        attr("Listeners", List, &DESCRIBE_LISTENERS),
        // The web ACL before an Application Load Balancer; null where there is none, and on other types.
        opt("WebACLArn", Str, &GET_WEB_ACL_FOR_RESOURCE),
        fact("facts.internet_ports", List, super::ec2::NETWORK_NEEDS),
        fact(
            "facts.healthy_target_zones",
            List,
            &[
                need("AWS::ElasticLoadBalancingV2::LoadBalancer", &["AvailabilityZones"]),
                need("AWS::ElasticLoadBalancingV2::TargetGroup", &["TargetType", "LoadBalancerArns", "Targets"]),
                need("AWS::EC2::Instance", &["AvailabilityZone"]),
            ],
        ),
    ],
};

/// A target group.
pub static TARGET_GROUP: Kind = Kind {
    name: "AWS::ElasticLoadBalancingV2::TargetGroup",
    list: &DESCRIBE_TARGET_GROUPS,
    tags: Some(&DESCRIBE_TAGS),
    locate: "--target-group-arns {arn}",
    attributes: &[
        attr("Name", Str, &DESCRIBE_TARGET_GROUPS),
        // A target group for a Lambda function has neither protocol nor port.
        opt("Protocol", Str, &DESCRIBE_TARGET_GROUPS),
        opt("Port", Int, &DESCRIBE_TARGET_GROUPS),
        attr("TargetType", Str, &DESCRIBE_TARGET_GROUPS),
        attr("LoadBalancerArns", List, &DESCRIBE_TARGET_GROUPS),
        attr("HealthCheckEnabled", Bool, &DESCRIBE_TARGET_GROUPS),
        opt("HealthCheckProtocol", Str, &DESCRIBE_TARGET_GROUPS),
        // {Id, AvailabilityZone, State}
        attr("Targets", List, &DESCRIBE_TARGET_HEALTH),
    ],
};

/// Elastic Load Balancing v2.
pub static SERVICE: Service = Service {
    name: "elasticloadbalancingv2",
    operations: &[
        &DESCRIBE_LOAD_BALANCERS,
        &DESCRIBE_LOAD_BALANCER_ATTRIBUTES,
        &DESCRIBE_LISTENERS,
        &DESCRIBE_TARGET_GROUPS,
        &DESCRIBE_TARGET_HEALTH,
        &DESCRIBE_TAGS,
        &GET_WEB_ACL_FOR_RESOURCE,
    ],
    kinds: &[&LOAD_BALANCER, &TARGET_GROUP],
};
