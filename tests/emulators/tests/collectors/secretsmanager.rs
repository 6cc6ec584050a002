use kakunin::table::secretsmanager::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_secretsmanager::SecretsManagerService;

use crate::emulator;

#[tokio::test]
async fn secrets_keep_the_rules() {
    keeps_the_rules(
        || emulator(SecretsManagerService::new()),
        &SERVICE,
        "AWS::SecretsManager::Secret",
        &[],
        |config, n| async move {
            let secrets = aws_sdk_secretsmanager::Client::new(&config);
            for i in 0..n {
                let name = format!("orders-{n}-{i}");
                secrets.create_secret().name(name).secret_string("hunter2").send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn no_value_of_a_secret_is_kept() {
    let client = emulator(SecretsManagerService::new());
    let secrets = aws_sdk_secretsmanager::Client::new(&config(&client, "us-east-1").await);
    secrets.create_secret().name("orders").secret_string("hunter2").send().await.unwrap();
    let policy =
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue","Resource":"*"}]}"#;
    secrets.put_resource_policy().secret_id("orders").resource_policy(policy).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [secret] = of_kind(&snapshot, "AWS::SecretsManager::Secret")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(secret.attributes["ResourcePolicy"]["Statement"][0]["Principal"], "*");
    assert!(!serde_json::to_string(&snapshot).unwrap().contains("hunter2"));
}
