use kakunin::table::efs::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_efs::EfsService;

use crate::emulator;

#[tokio::test]
async fn file_systems_keep_the_rules() {
    keeps_the_rules(
        || emulator(EfsService::new()),
        &SERVICE,
        "AWS::EFS::FileSystem",
        &[],
        |config, n| async move {
            let efs = aws_sdk_efs::Client::new(&config);
            for i in 0..n {
                let token = format!("orders-{n}-{i}");
                let made = efs.create_file_system().creation_token(token).send().await.unwrap();
                // With a policy, so that half of an answer is not half of "there is none".
                efs.put_file_system_policy()
                    .file_system_id(made.file_system_id())
                    .policy(r#"{"Version":"2012-10-17","Statement":[]}"#)
                    .send()
                    .await
                    .unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(EfsService::new());
    let efs = aws_sdk_efs::Client::new(&config(&client, "us-east-1").await);
    efs.create_file_system().creation_token("orders").encrypted(true).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [system] = of_kind(&snapshot, "AWS::EFS::FileSystem")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(system.attributes["Encrypted"], true);
    assert!(system.attributes["AvailabilityZoneName"].is_null());
    assert!(system.attributes.get("FileSystemPolicy").is_some_and(serde_json::Value::is_null), "{:?}", system.gaps);
}
