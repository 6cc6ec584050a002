use aws_sdk_config::types::{ConfigurationRecorder, DeliveryChannel, RecordingGroup};
use kakunin::table::config::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use winterbaume_config::ConfigService;

use crate::emulator;

const RECORDER: &str = "AWS::Config::ConfigurationRecorder";

// A region has one recorder at most, so the rules for many are tried here by hand.
#[tokio::test]
async fn a_recorder_says_whether_it_runs() {
    let client = emulator(ConfigService::new());
    let empty = run(&client, &SERVICE, None).await;
    assert!(of_kind(&empty, RECORDER).is_empty() && empty.gaps.is_empty(), "{:?}", empty.gaps);
    let aws = aws_sdk_config::Client::new(&config(&client, "us-east-1").await);
    let recorder = ConfigurationRecorder::builder()
        .name("default")
        .role_arn("arn:aws:iam::123456789012:role/config")
        .recording_group(RecordingGroup::builder().all_supported(true).include_global_resource_types(true).build())
        .build();
    aws.put_configuration_recorder().configuration_recorder(recorder).send().await.unwrap();
    let channel = DeliveryChannel::builder().name("default").s3_bucket_name("logs").build();
    aws.put_delivery_channel().delivery_channel(channel).send().await.unwrap();
    let stopped = run(&client, &SERVICE, None).await;
    assert_eq!(of_kind(&stopped, RECORDER)[0].attributes["Recording"], false);
    aws.start_configuration_recorder().configuration_recorder_name("default").send().await.unwrap();
    let started = run(&client, &SERVICE, None).await;
    let [recorder] = of_kind(&started, RECORDER)[..] else { panic!("{:?}", started.resources) };
    assert_eq!(recorder.attributes["Recording"], true);
    assert_eq!(recorder.attributes["RecordingGroup"]["AllSupported"], true);
    assert_eq!(of_kind(&started, "AWS::Config::DeliveryChannel")[0].attributes["S3BucketName"], "logs");

    let fault =
        Fault { operation: Some("DescribeConfigurationRecorderStatus"), region: None, kind: FaultKind::Throttled };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    let [recorder] = of_kind(&broken, RECORDER)[..] else { panic!("{:?}", broken.resources) };
    assert!(recorder.gaps.contains_key("Recording") && !recorder.attributes.contains_key("Recording"));
}
