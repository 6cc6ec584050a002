//! Facts of the account that rest on several of the watching services.

use super::{
    ACCOUNT_KIND, DESCRIBE_REGIONS, GET_CALLER_IDENTITY, Kind, Need, REGION_KIND, Service, Type::*, fact, need,
};

/// What the chain from a trail to a person needs to be seen.
const CHAIN: &[Need] = &[
    TRAILS,
    need("AWS::Logs::MetricFilter", &["LogGroupName", "FilterPattern", "MetricTransformations"]),
    need(
        "AWS::CloudWatch::Alarm",
        &["AlarmName", "ActionsEnabled", "AlarmActions", "Namespace", "MetricName", "Metrics"],
    ),
    need("AWS::CloudWatch::CompositeAlarm", &["AlarmName", "AlarmRule", "ActionsEnabled", "AlarmActions"]),
    need("AWS::SNS::Topic", &[]),
    need("AWS::SNS::Subscription", &["TopicArn", "Confirmed"]),
    need("AWS::Events::Rule", &["State", "EventPattern", "Targets"]),
];
const TRAILS: Need = need(
    "AWS::CloudTrail::Trail",
    &[
        "HomeRegion",
        "IsMultiRegionTrail",
        "IncludeGlobalServiceEvents",
        "IsOrganizationTrail",
        "CloudWatchLogsLogGroupArn",
        "IsLogging",
        "LatestDeliveryError",
        "LatestDeliveryTime",
        "StartLoggingTime",
        "LatestCloudWatchLogsDeliveryError",
        "EventSelectors",
        "AdvancedEventSelectors",
    ],
);

/// The account as such.
pub static ACCOUNT_WATCH: Kind = Kind {
    name: ACCOUNT_KIND,
    list: &GET_CALLER_IDENTITY,
    tags: None,
    locate: "",
    attributes: &[
        // Trails of several regions that log every management event now, each with its delivery time.
        fact("facts.good_trails", List, &[TRAILS]),
        // CIS events that nobody would be told of.
        fact("facts.audit_alarms_missing", List, CHAIN),
        // `namespace in region` of what exists and has no alarm.
        fact(
            "facts.tiers_without_alarm",
            List,
            &[
                need("AWS::CloudWatch::Alarm", &["Namespace", "Metrics"]),
                need("AWS::ElasticLoadBalancingV2::LoadBalancer", &[]),
                need("AWS::AutoScaling::AutoScalingGroup", &[]),
                need("AWS::RDS::DBInstance", &[]),
                need("AWS::Lambda::Function", &[]),
                need("AWS::SQS::Queue", &[]),
                need("AWS::DynamoDB::Table", &[]),
                need("AWS::ECS::Service", &[]),
            ],
        ),
        // Resources whose listing tells their tags: name and tag keys.
        fact("facts.taggable", List, TAGGED),
        // Those of them that carry no tag at all but a name.
        fact("facts.untagged", List, TAGGED),
        // Running instances of EC2 that Systems Manager does not reach: instance ids.
        fact(
            "facts.unmanaged_instances",
            List,
            &[need("AWS::EC2::Instance", &["State"]), need("AWS::SSM::ManagedInstance", &["InstanceId", "PingStatus"])],
        ),
    ],
};

/// A region.
pub static REGION_WATCH: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[
        // Whether an enabled rule there, or in the region that backs it up, hands AWS Health events to a target.
        fact("facts.health_events_routed", Bool, &[need("AWS::Events::Rule", &["State", "EventPattern", "Targets"])]),
        // Whether an enabled rule there hands grave findings of GuardDuty to a target.
        fact(
            "facts.guardduty_findings_routed",
            Bool,
            &[need("AWS::Events::Rule", &["State", "EventPattern", "Targets"])],
        ),
        // Whether there is a Lambda function.
        fact("facts.lambda_used", Bool, &[need("AWS::Lambda::Function", &[])]),
    ],
};

/// Kinds whose listing tells their tags.
const TAGGED: &[Need] = &[
    need("AWS::EC2::Instance", &[]),
    need("AWS::RDS::DBInstance", &[]),
    need("AWS::RDS::DBCluster", &[]),
    need("AWS::EFS::FileSystem", &[]),
    need("AWS::AutoScaling::AutoScalingGroup", &[]),
];

/// No calls of its own.
pub static SERVICE: Service = Service { name: "watch", operations: &[], kinds: &[&ACCOUNT_WATCH, &REGION_WATCH] };
