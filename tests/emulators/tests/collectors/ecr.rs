use kakunin::table::ecr::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_ecr::EcrService;

use crate::emulator;

use aws_sdk_ecr::types::{ImageScanningConfiguration, ImageTagMutability};

#[tokio::test]
async fn repositories_keep_the_rules() {
    keeps_the_rules(
        || emulator(EcrService::new()),
        &SERVICE,
        "AWS::ECR::Repository",
        &[],
        |config, n| async move {
            let ecr = aws_sdk_ecr::Client::new(&config);
            for i in 0..n {
                ecr.create_repository().repository_name(format!("orders-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(EcrService::new());
    let ecr = aws_sdk_ecr::Client::new(&config(&client, "us-east-1").await);
    ecr.create_repository()
        .repository_name("app/web")
        .image_scanning_configuration(ImageScanningConfiguration::builder().scan_on_push(true).build())
        .image_tag_mutability(ImageTagMutability::Immutable)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [repository] = of_kind(&snapshot, "AWS::ECR::Repository")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(repository.attributes["ScanOnPush"], true);
    assert_eq!(repository.attributes["ImageTagMutability"], "IMMUTABLE");
    for name in ["RepositoryPolicyText", "LifecyclePolicy"] {
        assert!(repository.attributes.get(name).is_some_and(serde_json::Value::is_null), "{name}");
    }
}
