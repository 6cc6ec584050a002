//! Elastic Load Balancing: Classic Load Balancers.

use super::{Kind, Operation, Service, Type::*, attr, fact, opt};

macro_rules! op {
    ($static:ident, $name:literal, $cli:literal) => {
        #[doc = concat!("Elastic Load Balancing (classic) ", $name, ".")]
        pub static $static: Operation = Operation::regional(
            "elasticloadbalancing",
            $name,
            concat!("elb ", $cli),
            &[concat!("elasticloadbalancing:", $name)],
        );
    };
}

op!(DESCRIBE_LOAD_BALANCERS, "DescribeLoadBalancers", "describe-load-balancers");
op!(DESCRIBE_LOAD_BALANCER_ATTRIBUTES, "DescribeLoadBalancerAttributes", "describe-load-balancer-attributes");
op!(DESCRIBE_LOAD_BALANCER_POLICIES, "DescribeLoadBalancerPolicies", "describe-load-balancer-policies");
op!(DESCRIBE_TAGS, "DescribeTags", "describe-tags");

/// A Classic Load Balancer.
pub static LOAD_BALANCER: Kind = Kind {
    name: "AWS::ElasticLoadBalancing::LoadBalancer",
    list: &DESCRIBE_LOAD_BALANCERS,
    tags: Some(&DESCRIBE_TAGS),
    locate: "--load-balancer-names {id}",
    attributes: &[
        attr("Scheme", Str, &DESCRIBE_LOAD_BALANCERS),
        opt("VPCId", Str, &DESCRIBE_LOAD_BALANCERS),
        attr("AvailabilityZones", List, &DESCRIBE_LOAD_BALANCERS),
        attr("Subnets", List, &DESCRIBE_LOAD_BALANCERS),
        attr("SecurityGroups", List, &DESCRIBE_LOAD_BALANCERS),
        // {Protocol, LoadBalancerPort, InstanceProtocol, PolicyNames}
        attr("Listeners", List, &DESCRIBE_LOAD_BALANCERS),
        attr("CrossZone", Bool, &DESCRIBE_LOAD_BALANCER_ATTRIBUTES),
        attr("AccessLoggingPolicyEnabled", Bool, &DESCRIBE_LOAD_BALANCER_ATTRIBUTES),
        // Seconds.
        attr("IdleTimeout", Int, &DESCRIBE_LOAD_BALANCER_ATTRIBUTES),
        // {PolicyName, PolicyType, Attributes: {"Protocol-TLSv1": "false", …}}
        attr("Policies", List, &DESCRIBE_LOAD_BALANCER_POLICIES),
        fact("facts.internet_ports", List, super::ec2::NETWORK_NEEDS),
    ],
};

/// Elastic Load Balancing (classic).
pub static SERVICE: Service = Service {
    name: "elasticloadbalancing",
    operations: &[
        &DESCRIBE_LOAD_BALANCERS,
        &DESCRIBE_LOAD_BALANCER_ATTRIBUTES,
        &DESCRIBE_LOAD_BALANCER_POLICIES,
        &DESCRIBE_TAGS,
    ],
    kinds: &[&LOAD_BALANCER],
};
