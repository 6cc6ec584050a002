use kakunin::table::cloudtrail::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, keeps_the_rules, of_kind, run};
use winterbaume_cloudtrail::CloudTrailService;

use crate::emulator;

const TRAIL: &str = "AWS::CloudTrail::Trail";

#[tokio::test]
async fn trails_keep_the_rules() {
    keeps_the_rules(
        || emulator(CloudTrailService::new()),
        &SERVICE,
        TRAIL,
        &[],
        |config, n| async move {
            let cloudtrail = aws_sdk_cloudtrail::Client::new(&config);
            for i in 0..n {
                let name = format!("trail-{n}-{i}");
                cloudtrail.create_trail().name(&name).s3_bucket_name("logs").send().await.unwrap();
                cloudtrail.start_logging().name(&name).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(CloudTrailService::new());
    let cloudtrail = aws_sdk_cloudtrail::Client::new(&config(&client, "us-east-1").await);
    cloudtrail
        .create_trail()
        .name("main")
        .s3_bucket_name("logs")
        .is_multi_region_trail(true)
        .enable_log_file_validation(true)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [trail] = of_kind(&snapshot, TRAIL)[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(trail.region, "us-east-1");
    assert_eq!(trail.attributes["IsMultiRegionTrail"], true);
    // The emulator leaves it out, AWS does not: a gap, not "off".
    assert!(trail.gaps.contains_key("EnableLogFileValidation"));
    assert_eq!(trail.attributes["IsLogging"], false);
    assert_eq!(trail.attributes["KMSKeyId"], serde_json::Value::Null);
    // Status denied: what the listing says stays, and the rest is a gap, not "not logging".
    let fault = Fault { operation: Some("GetTrailStatus"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    let [trail] = of_kind(&broken, TRAIL)[..] else { panic!("{:?}", broken.resources) };
    assert!(trail.gaps.contains_key("IsLogging") && !trail.attributes.contains_key("IsLogging"));
    assert_eq!(trail.attributes["IsMultiRegionTrail"], true);
}
