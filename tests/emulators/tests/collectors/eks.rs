use aws_sdk_eks::types::VpcConfigRequest;
use kakunin::table::eks::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_eks::EksService;

use crate::emulator;

const ROLE: &str = "arn:aws:iam::123456789012:role/eks";

#[tokio::test]
async fn clusters_keep_the_rules() {
    keeps_the_rules(
        || emulator(EksService::new()),
        &SERVICE,
        "AWS::EKS::Cluster",
        &[],
        |config, n| async move {
            let eks = aws_sdk_eks::Client::new(&config);
            for i in 0..n {
                let vpc = VpcConfigRequest::builder().subnet_ids("subnet-1").build();
                eks.create_cluster()
                    .name(format!("cluster-{n}-{i}"))
                    .role_arn(ROLE)
                    .resources_vpc_config(vpc)
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
    let client = emulator(EksService::new());
    let vpc = VpcConfigRequest::builder().subnet_ids("subnet-1").endpoint_public_access(true).build();
    aws_sdk_eks::Client::new(&config(&client, "us-east-1").await)
        .create_cluster()
        .name("main")
        .role_arn(ROLE)
        .version("1.34")
        .resources_vpc_config(vpc)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [main] = of_kind(&snapshot, "AWS::EKS::Cluster")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(main.attributes["Version"], "1.34");
    assert_eq!(main.attributes["ConnectorConfig"], serde_json::Value::Null);
    // The emulator leaves both out, AWS does not: gaps, not "closed" and "logged".
    for name in ["ResourcesVpcConfig", "Logging"] {
        assert!(main.gaps.contains_key(name) && !main.attributes.contains_key(name), "{name}");
    }
    assert_eq!(main.attributes["EncryptionConfig"], serde_json::json!([]));
}
