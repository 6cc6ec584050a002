use kakunin::table::cloudfront::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_cloudfront::CloudFrontService;

use crate::emulator;

use aws_sdk_cloudfront::types::{
    DefaultCacheBehavior, DistributionConfig, LoggingConfig, Origin, Origins, S3OriginConfig, ViewerProtocolPolicy,
};

async fn distribution(cloudfront: &aws_sdk_cloudfront::Client, name: &str, policy: ViewerProtocolPolicy) {
    let s3 = S3OriginConfig::builder().origin_access_identity("").build();
    let origin = Origin::builder().id("o").domain_name("orders.s3.amazonaws.com").s3_origin_config(s3).build().unwrap();
    let behaviour =
        DefaultCacheBehavior::builder().target_origin_id("o").viewer_protocol_policy(policy).build().unwrap();
    let logging = LoggingConfig::builder().enabled(true).include_cookies(false).bucket("logs").prefix("").build();
    let made = DistributionConfig::builder()
        .caller_reference(name)
        .comment(name)
        .enabled(true)
        .origins(Origins::builder().quantity(1).items(origin).build().unwrap())
        .default_cache_behavior(behaviour)
        .logging(logging)
        .build()
        .unwrap();
    cloudfront.create_distribution().distribution_config(made).send().await.unwrap();
}

#[tokio::test]
async fn distributions_keep_the_rules() {
    keeps_the_rules(
        || emulator(CloudFrontService::new()),
        &SERVICE,
        "AWS::CloudFront::Distribution",
        &[],
        |config, n| async move {
            let cloudfront = aws_sdk_cloudfront::Client::new(&config);
            for i in 0..n {
                distribution(&cloudfront, &format!("orders-{n}-{i}"), ViewerProtocolPolicy::HttpsOnly).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(CloudFrontService::new());
    let cloudfront = aws_sdk_cloudfront::Client::new(&config(&client, "us-east-1").await);
    distribution(&cloudfront, "orders", ViewerProtocolPolicy::AllowAll).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [found] = of_kind(&snapshot, "AWS::CloudFront::Distribution")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(found.attributes["ViewerProtocolPolicies"][0], "allow-all");
    assert_eq!(found.attributes["WebACLId"], "");
}
