//! AWS CloudTrail.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// CloudTrail DescribeTrails.
pub static DESCRIBE_TRAILS: Operation =
    Operation::regional("cloudtrail", "DescribeTrails", "cloudtrail describe-trails", &["cloudtrail:DescribeTrails"]);
/// CloudTrail GetTrailStatus.
pub static GET_TRAIL_STATUS: Operation =
    Operation::regional("cloudtrail", "GetTrailStatus", "cloudtrail get-trail-status", &["cloudtrail:GetTrailStatus"]);
/// CloudTrail GetEventSelectors.
pub static GET_EVENT_SELECTORS: Operation = Operation::regional(
    "cloudtrail",
    "GetEventSelectors",
    "cloudtrail get-event-selectors",
    &["cloudtrail:GetEventSelectors"],
);

/// A trail, kept in its home region.
pub static TRAIL: Kind = Kind {
    name: "AWS::CloudTrail::Trail",
    list: &DESCRIBE_TRAILS,
    tags: None,
    locate: "--trail-name-list {arn}",
    attributes: &[
        attr("TrailName", Str, &DESCRIBE_TRAILS),
        attr("HomeRegion", Str, &DESCRIBE_TRAILS),
        attr("IsMultiRegionTrail", Bool, &DESCRIBE_TRAILS),
        attr("IsOrganizationTrail", Bool, &DESCRIBE_TRAILS),
        attr("IncludeGlobalServiceEvents", Bool, &DESCRIBE_TRAILS),
        attr("EnableLogFileValidation", Bool, &DESCRIBE_TRAILS),
        attr("S3BucketName", Str, &DESCRIBE_TRAILS),
        opt("KMSKeyId", Str, &DESCRIBE_TRAILS),
        opt("CloudWatchLogsLogGroupArn", Str, &DESCRIBE_TRAILS),
        opt("SnsTopicARN", Str, &DESCRIBE_TRAILS),
        attr("IsLogging", Bool, &GET_TRAIL_STATUS),
        opt("LatestDeliveryError", Str, &GET_TRAIL_STATUS),
        opt("LatestDeliveryTime", Time, &GET_TRAIL_STATUS),
        opt("StartLoggingTime", Time, &GET_TRAIL_STATUS),
        opt("LatestCloudWatchLogsDeliveryError", Str, &GET_TRAIL_STATUS),
        opt("LatestCloudWatchLogsDeliveryTime", Time, &GET_TRAIL_STATUS),
        opt("LatestDigestDeliveryError", Str, &GET_TRAIL_STATUS),
        attr("EventSelectors", List, &GET_EVENT_SELECTORS),
        attr("AdvancedEventSelectors", List, &GET_EVENT_SELECTORS),
    ],
};

/// AWS CloudTrail.
pub static SERVICE: Service = Service {
    name: "cloudtrail",
    operations: &[&DESCRIBE_TRAILS, &GET_TRAIL_STATUS, &GET_EVENT_SELECTORS],
    kinds: &[&TRAIL],
};
