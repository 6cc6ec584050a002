use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLoggingStatus, Destination, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LoggingEnabled, ObjectLockConfiguration, ObjectLockEnabled, PublicAccessBlockConfiguration,
    ReplicationConfiguration, ReplicationRule, ReplicationRuleStatus, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging,
};
use kakunin::table::s3::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_s3::S3Service;

use crate::emulator;

fn client_of(config: &aws_config::SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(config).force_path_style(true).build();
    aws_sdk_s3::Client::from_conf(config)
}

/// A bucket with every setting made, so that half of an answer is not half of "there is none".
async fn furnished(s3: &aws_sdk_s3::Client, name: &str) {
    s3.create_bucket().bucket(name).object_lock_enabled_for_bucket(true).send().await.unwrap();
    let block = PublicAccessBlockConfiguration::builder().block_public_acls(true).build();
    s3.put_public_access_block().bucket(name).public_access_block_configuration(block).send().await.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    s3.put_bucket_policy().bucket(name).policy(policy).send().await.unwrap();
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256).build().unwrap();
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
    let encryption = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
    s3.put_bucket_encryption().bucket(name).server_side_encryption_configuration(encryption).send().await.unwrap();
    let rule = LifecycleRule::builder()
        .status(ExpirationStatus::Enabled)
        .expiration(LifecycleExpiration::builder().days(365).build())
        .build()
        .unwrap();
    let lifecycle = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
    s3.put_bucket_lifecycle_configuration().bucket(name).lifecycle_configuration(lifecycle).send().await.unwrap();
    let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).build();
    s3.put_object_lock_configuration().bucket(name).object_lock_configuration(lock).send().await.unwrap();
    let to = Destination::builder().bucket("arn:aws:s3:::elsewhere").build().unwrap();
    let rule = ReplicationRule::builder().status(ReplicationRuleStatus::Enabled).destination(to).build().unwrap();
    let role = "arn:aws:iam::123456789012:role/copy";
    let replication = ReplicationConfiguration::builder().role(role).rules(rule).build().unwrap();
    s3.put_bucket_replication().bucket(name).replication_configuration(replication).send().await.unwrap();
    let tags = Tagging::builder().tag_set(Tag::builder().key("Owner").value("web").build().unwrap()).build().unwrap();
    s3.put_bucket_tagging().bucket(name).tagging(tags).send().await.unwrap();
    let logging = LoggingEnabled::builder().target_bucket(name).target_prefix("logs/").build().unwrap();
    let logging = BucketLoggingStatus::builder().logging_enabled(logging).build();
    s3.put_bucket_logging().bucket(name).bucket_logging_status(logging).send().await.unwrap();
}

#[tokio::test]
async fn buckets_keep_the_rules() {
    keeps_the_rules(
        || emulator(S3Service::new()),
        &SERVICE,
        "AWS::S3::Bucket",
        &[],
        |config, n| async move {
            let s3 = client_of(&config);
            for i in 0..n {
                furnished(&s3, &format!("orders-{n}-{i}")).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn none_is_told_from_what_was_made() {
    let client = emulator(S3Service::new());
    let s3 = client_of(&config(&client, "us-east-1").await);
    for name in ["bare", "kept"] {
        s3.create_bucket().bucket(name).send().await.unwrap();
    }
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}"#;
    s3.put_bucket_policy().bucket("kept").policy(policy).send().await.unwrap();
    let block = PublicAccessBlockConfiguration::builder().block_public_acls(true).build();
    s3.put_public_access_block().bucket("kept").public_access_block_configuration(block).send().await.unwrap();
    let versioning = aws_sdk_s3::types::VersioningConfiguration::builder()
        .status(aws_sdk_s3::types::BucketVersioningStatus::Enabled)
        .build();
    s3.put_bucket_versioning().bucket("kept").versioning_configuration(versioning).send().await.unwrap();

    let snapshot = run(&client, &SERVICE, None).await;
    let [bare, kept] = of_kind(&snapshot, "AWS::S3::Bucket")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!((bare.id.as_str(), kept.id.as_str()), ("bare", "kept"));
    assert_eq!(kept.attributes["BucketPolicy"]["Statement"][0]["Effect"], "Deny");
    assert_eq!(kept.attributes["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
    assert_ne!(kept.attributes["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"], true);
    assert_eq!(kept.attributes["VersioningConfiguration"]["Status"], "Enabled");
    assert!(bare.attributes["VersioningConfiguration"]["Status"].is_null());
    for name in ["BucketPolicy", "LifecycleConfiguration", "ObjectLockConfiguration", "ReplicationConfiguration"] {
        assert!(bare.attributes.get(name).is_some_and(serde_json::Value::is_null), "{name}: {:?}", bare.gaps);
    }
    // AWS answers with the region; the emulator does, too, or with a constraint that says the same.
    assert_eq!(kept.attributes["BucketRegion"], "us-east-1");
    assert_eq!(kept.region, "us-east-1");
}
