use aws_sdk_ssm::types::{DocumentFormat, DocumentType};
use kakunin::model::{CoverageState, GapReason};
use kakunin::table::REGION_KIND;
use kakunin::table::ssm::{DESCRIBE_INSTANCE_INFORMATION, SERVICE};
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, read, run};
use winterbaume_ssm::SsmService;

use crate::emulator;

async fn preferences(ssm: &aws_sdk_ssm::Client, content: &str) {
    ssm.create_document()
        .name("SSM-SessionManagerRunShell")
        .document_type(DocumentType::Session)
        .document_format(DocumentFormat::Json)
        .content(content)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn preferences_of_sessions_are_read() {
    let client = emulator(SsmService::new());
    let none = run(&client, &SERVICE, None).await;
    assert_eq!(read(&none, &DESCRIBE_INSTANCE_INFORMATION, "us-east-1"), Some(CoverageState::Read));
    for region in of_kind(&none, REGION_KIND) {
        assert_eq!(region.attributes["SessionS3BucketName"], serde_json::Value::Null, "no document: nothing is set");
    }
    let content = r#"{"schemaVersion":"1.0","sessionType":"Standard_Stream","inputs":
        {"s3BucketName":"","cloudWatchLogGroupName":"/ssm/sessions","idleSessionTimeout":"15"}}"#;
    preferences(&aws_sdk_ssm::Client::new(&config(&client, "us-east-1").await), content).await;
    preferences(&aws_sdk_ssm::Client::new(&config(&client, "eu-west-1").await), "{}").await;
    let snapshot = run(&client, &SERVICE, None).await;
    let regions = of_kind(&snapshot, REGION_KIND);
    let at = |name: &str| regions.iter().find(|r| r.id == name).unwrap();
    assert_eq!(at("us-east-1").attributes["SessionCloudWatchLogGroupName"], "/ssm/sessions");
    assert_eq!(at("us-east-1").attributes["SessionIdleTimeout"], 15);
    assert_eq!(at("us-east-1").attributes["SessionS3BucketName"], serde_json::Value::Null);
    assert!(at("eu-west-1").gaps.contains_key("SessionS3BucketName"), "a document that is not understood");

    for (kind, reason) in [(FaultKind::Denied, GapReason::Denied), (FaultKind::Throttled, GapReason::Throttled)] {
        let fault = Fault { operation: Some("GetDocument"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        for region in of_kind(&broken, REGION_KIND) {
            assert_eq!(region.gaps["SessionS3BucketName"].reason, reason);
        }
        let fault = Fault { operation: Some("DescribeInstanceInformation"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        let state = read(&broken, &DESCRIBE_INSTANCE_INFORMATION, "us-east-1");
        assert_eq!(state, Some(CoverageState::Gap(reason)));
    }
}
