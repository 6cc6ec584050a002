use kakunin::table::kms::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_kms::KmsService;

use crate::emulator;

#[tokio::test]
async fn keys_keep_the_rules() {
    keeps_the_rules(
        || emulator(KmsService::new()),
        &SERVICE,
        "AWS::KMS::Key",
        &[],
        |config, n| async move {
            let kms = aws_sdk_kms::Client::new(&config);
            for i in 0..n {
                kms.create_key().description(format!("orders-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(KmsService::new());
    let kms = aws_sdk_kms::Client::new(&config(&client, "us-east-1").await);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"}]}"#;
    let id = kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
    kms.put_key_policy().key_id(&id).policy(policy).send().await.unwrap();
    kms.enable_key_rotation().key_id(&id).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [key] = of_kind(&snapshot, "AWS::KMS::Key")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(key.id, id);
    assert_eq!(key.attributes["EnableKeyRotation"], true);
    assert_eq!(key.attributes["KeyManager"], "CUSTOMER");
    assert_eq!(key.attributes["KeyPolicy"]["Statement"][0]["Principal"]["AWS"], "*");
}
