//! Amazon CloudWatch alarms.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// CloudWatch DescribeAlarms.
pub static DESCRIBE_ALARMS: Operation =
    Operation::regional("cloudwatch", "DescribeAlarms", "cloudwatch describe-alarms", &["cloudwatch:DescribeAlarms"]);

/// A metric alarm.
pub static ALARM: Kind = Kind {
    name: "AWS::CloudWatch::Alarm",
    list: &DESCRIBE_ALARMS,
    tags: None,
    locate: "--alarm-names {id}",
    attributes: &[
        attr("AlarmName", Str, &DESCRIBE_ALARMS),
        attr("ActionsEnabled", Bool, &DESCRIBE_ALARMS),
        attr("AlarmActions", List, &DESCRIBE_ALARMS),
        attr("OKActions", List, &DESCRIBE_ALARMS),
        attr("InsufficientDataActions", List, &DESCRIBE_ALARMS),
        attr("StateValue", Str, &DESCRIBE_ALARMS),
        attr("StateUpdatedTimestamp", Time, &DESCRIBE_ALARMS),
        opt("Namespace", Str, &DESCRIBE_ALARMS),
        opt("MetricName", Str, &DESCRIBE_ALARMS),
        attr("Dimensions", List, &DESCRIBE_ALARMS),
        attr("Metrics", List, &DESCRIBE_ALARMS),
        opt("TreatMissingData", Str, &DESCRIBE_ALARMS),
        fact("facts.composites", List, &[need("AWS::CloudWatch::CompositeAlarm", &["AlarmName", "AlarmRule"])]),
        fact(
            "facts.reaches_somebody",
            Bool,
            &[
                need("AWS::CloudWatch::Alarm", &["AlarmName", "ActionsEnabled", "AlarmActions"]),
                need("AWS::CloudWatch::CompositeAlarm", &["AlarmName", "AlarmRule", "ActionsEnabled", "AlarmActions"]),
                need("AWS::SNS::Topic", &[]),
                need("AWS::SNS::Subscription", &["TopicArn", "Confirmed"]),
            ],
        ),
    ],
};

/// An alarm over other alarms.
pub static COMPOSITE_ALARM: Kind = Kind {
    name: "AWS::CloudWatch::CompositeAlarm",
    list: &DESCRIBE_ALARMS,
    tags: None,
    locate: "--alarm-types CompositeAlarm --alarm-names {id}",
    attributes: &[
        attr("AlarmName", Str, &DESCRIBE_ALARMS),
        attr("AlarmRule", Str, &DESCRIBE_ALARMS),
        attr("ActionsEnabled", Bool, &DESCRIBE_ALARMS),
        attr("AlarmActions", List, &DESCRIBE_ALARMS),
        attr("StateValue", Str, &DESCRIBE_ALARMS),
        attr("StateUpdatedTimestamp", Time, &DESCRIBE_ALARMS),
    ],
};

/// Amazon CloudWatch.
pub static SERVICE: Service =
    Service { name: "cloudwatch", operations: &[&DESCRIBE_ALARMS], kinds: &[&ALARM, &COMPOSITE_ALARM] };
