//! AWS Config.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, need, opt};

/// Config DescribeConfigurationRecorders.
pub static DESCRIBE_CONFIGURATION_RECORDERS: Operation = Operation::regional(
    "config",
    "DescribeConfigurationRecorders",
    "configservice describe-configuration-recorders",
    &["config:DescribeConfigurationRecorders"],
);
/// Config DescribeConfigurationRecorderStatus.
pub static DESCRIBE_CONFIGURATION_RECORDER_STATUS: Operation = Operation::regional(
    "config",
    "DescribeConfigurationRecorderStatus",
    "configservice describe-configuration-recorder-status",
    &["config:DescribeConfigurationRecorderStatus"],
);
/// Config DescribeDeliveryChannels.
pub static DESCRIBE_DELIVERY_CHANNELS: Operation = Operation::regional(
    "config",
    "DescribeDeliveryChannels",
    "configservice describe-delivery-channels",
    &["config:DescribeDeliveryChannels"],
);

/// A configuration recorder.
pub static CONFIGURATION_RECORDER: Kind = Kind {
    name: "AWS::Config::ConfigurationRecorder",
    list: &DESCRIBE_CONFIGURATION_RECORDERS,
    tags: None,
    locate: "--configuration-recorder-names {id}",
    attributes: &[
        attr("Name", Str, &DESCRIBE_CONFIGURATION_RECORDERS),
        attr("RoleARN", Str, &DESCRIBE_CONFIGURATION_RECORDERS),
        attr("RecordingGroup", Map, &DESCRIBE_CONFIGURATION_RECORDERS),
        attr("Recording", Bool, &DESCRIBE_CONFIGURATION_RECORDER_STATUS),
        // Absent until it has been started once (ConfigurationRecorderStatus, Config API Reference).
        opt("LastStatus", Str, &DESCRIBE_CONFIGURATION_RECORDER_STATUS),
        opt("LastErrorCode", Str, &DESCRIBE_CONFIGURATION_RECORDER_STATUS),
    ],
};

/// A delivery channel.
pub static DELIVERY_CHANNEL: Kind = Kind {
    name: "AWS::Config::DeliveryChannel",
    list: &DESCRIBE_DELIVERY_CHANNELS,
    tags: None,
    locate: "--delivery-channel-names {id}",
    attributes: &[
        attr("Name", Str, &DESCRIBE_DELIVERY_CHANNELS),
        attr("S3BucketName", Str, &DESCRIBE_DELIVERY_CHANNELS),
        opt("S3KmsKeyArn", Str, &DESCRIBE_DELIVERY_CHANNELS),
        opt("SnsTopicARN", Str, &DESCRIBE_DELIVERY_CHANNELS),
    ],
};

/// What a region says of recording.
pub static REGION_RECORDING: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[fact(
        "facts.config_recording",
        Bool,
        &[
            need("AWS::Config::ConfigurationRecorder", &["RecordingGroup", "Recording", "LastStatus"]),
            need("AWS::Config::DeliveryChannel", &[]),
        ],
    )],
};

/// AWS Config.
pub static SERVICE: Service = Service {
    name: "config",
    operations: &[
        &DESCRIBE_CONFIGURATION_RECORDERS,
        &DESCRIBE_CONFIGURATION_RECORDER_STATUS,
        &DESCRIBE_DELIVERY_CHANNELS,
    ],
    kinds: &[&CONFIGURATION_RECORDER, &DELIVERY_CHANNEL, &REGION_RECORDING],
};
