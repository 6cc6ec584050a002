//! AWS CloudTrail.

use super::{Kind, Need, Operation, Service, Type::*, attr, fact, need, opt};

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

const BUCKET: &str = "AWS::S3::Bucket";
const OWN: Need = need("AWS::CloudTrail::Trail", &["S3BucketName"]);

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
        // Of the bucket that it goes to, where that is one of the run's.
        fact("facts.bucket_versioned", Bool, &[OWN, need(BUCKET, &["BucketName", "VersioningConfiguration"])]),
        fact(
            "facts.bucket_locked",
            Bool,
            &[OWN, need(BUCKET, &["BucketName", "VersioningConfiguration", "ObjectLockConfiguration"])],
        ),
        fact("facts.bucket_logged", Bool, &[OWN, need(BUCKET, &["BucketName", "LoggingConfiguration"])]),
        // The shortest time after which it deletes; null where it never does.
        fact("facts.bucket_expires_days", Int, &[OWN, need(BUCKET, &["BucketName", "LifecycleConfiguration"])]),
    ],
};

/// AWS CloudTrail.
pub static SERVICE: Service = Service {
    name: "cloudtrail",
    operations: &[&DESCRIBE_TRAILS, &GET_TRAIL_STATUS, &GET_EVENT_SELECTORS],
    kinds: &[&TRAIL],
};
