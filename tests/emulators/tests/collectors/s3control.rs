use aws_smithy_runtime_api::client::http::SharedHttpClient;
use kakunin::model::{GapReason, Resource};
use kakunin::table::s3control::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use winterbaume_s3control::S3ControlService;

use crate::emulator;

async fn account(client: &SharedHttpClient, fault: Option<Fault>) -> Resource {
    let snapshot = run(client, &SERVICE, fault).await;
    let [account] = of_kind(&snapshot, "Kakunin::AWS::Account")[..] else { panic!("{:?}", snapshot.resources) };
    account.clone()
}

#[tokio::test]
async fn a_block_is_told_from_a_refusal() {
    let client = emulator(S3ControlService::new());
    // The emulator refuses without the envelope that AWS has, so "there is none" cannot be told here: a gap, never null.
    let none = account(&client, None).await;
    assert!(none.gaps.contains_key("S3PublicAccessBlock"), "{:?}", none.attributes);

    let block = aws_sdk_s3control::types::PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(false)
        .build();
    aws_sdk_s3control::Client::new(&config(&client, "us-east-1").await)
        .put_public_access_block()
        .account_id(&none.account)
        .public_access_block_configuration(block)
        .send()
        .await
        .unwrap();
    let set = account(&client, None).await;
    assert_eq!(set.attributes["S3PublicAccessBlock"]["IgnorePublicAcls"], true);
    assert_eq!(set.attributes["S3PublicAccessBlock"]["RestrictPublicBuckets"], false);

    let fault = Fault { operation: Some("GetPublicAccessBlock"), region: None, kind: FaultKind::Denied };
    let refused = account(&client, Some(fault)).await;
    assert_eq!(refused.gaps["S3PublicAccessBlock"].reason, GapReason::Denied);
    assert!(!refused.attributes.contains_key("S3PublicAccessBlock"));
}
