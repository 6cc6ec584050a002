//! AWS Systems Manager.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, opt};

/// SSM DescribeInstanceInformation.
pub static DESCRIBE_INSTANCE_INFORMATION: Operation = Operation::regional(
    "ssm",
    "DescribeInstanceInformation",
    "ssm describe-instance-information",
    &["ssm:DescribeInstanceInformation"],
);
/// SSM DescribeInstancePatchStates.
pub static DESCRIBE_INSTANCE_PATCH_STATES: Operation = Operation::regional(
    "ssm",
    "DescribeInstancePatchStates",
    "ssm describe-instance-patch-states",
    &["ssm:DescribeInstancePatchStates"],
);
/// SSM GetDocument, of the Session Manager preferences only.
pub static GET_DOCUMENT: Operation =
    Operation::regional("ssm", "GetDocument", "ssm get-document", &["ssm:GetDocument"]);

/// An instance that Systems Manager manages: of EC2, or registered from elsewhere (`mi-…`).
pub static MANAGED_INSTANCE: Kind = Kind {
    name: "AWS::SSM::ManagedInstance",
    list: &DESCRIBE_INSTANCE_INFORMATION,
    tags: None,
    locate: "--filters Key=InstanceIds,Values={id}",
    attributes: &[
        attr("InstanceId", Str, &DESCRIBE_INSTANCE_INFORMATION),
        attr("ResourceType", Str, &DESCRIBE_INSTANCE_INFORMATION),
        attr("PingStatus", Str, &DESCRIBE_INSTANCE_INFORMATION),
        attr("LastPingDateTime", Time, &DESCRIBE_INSTANCE_INFORMATION),
        opt("AgentVersion", Str, &DESCRIBE_INSTANCE_INFORMATION),
        opt("IsLatestVersion", Bool, &DESCRIBE_INSTANCE_INFORMATION),
        opt("PlatformType", Str, &DESCRIBE_INSTANCE_INFORMATION),
        opt("PlatformName", Str, &DESCRIBE_INSTANCE_INFORMATION),
        // Null where the instance was never scanned: the answer leaves it out.
        opt("PatchScanTime", Time, &DESCRIBE_INSTANCE_PATCH_STATES),
        opt("MissingCount", Int, &DESCRIBE_INSTANCE_PATCH_STATES),
        opt("FailedCount", Int, &DESCRIBE_INSTANCE_PATCH_STATES),
        opt("CriticalNonCompliantCount", Int, &DESCRIBE_INSTANCE_PATCH_STATES),
        opt("SecurityNonCompliantCount", Int, &DESCRIBE_INSTANCE_PATCH_STATES),
        opt("InstalledPendingRebootCount", Int, &DESCRIBE_INSTANCE_PATCH_STATES),
    ],
};

/// Session Manager's preferences in a region; all null where nobody has set any.
pub static REGION_SESSIONS: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[
        opt("SessionS3BucketName", Str, &GET_DOCUMENT),
        opt("SessionCloudWatchLogGroupName", Str, &GET_DOCUMENT),
        // Minutes.
        opt("SessionIdleTimeout", Int, &GET_DOCUMENT),
        // Minutes.
        opt("SessionMaxDuration", Int, &GET_DOCUMENT),
        opt("SessionKmsKeyId", Str, &GET_DOCUMENT),
    ],
};

/// AWS Systems Manager.
pub static SERVICE: Service = Service {
    name: "ssm",
    operations: &[&DESCRIBE_INSTANCE_INFORMATION, &DESCRIBE_INSTANCE_PATCH_STATES, &GET_DOCUMENT],
    kinds: &[&MANAGED_INSTANCE, &REGION_SESSIONS],
};
