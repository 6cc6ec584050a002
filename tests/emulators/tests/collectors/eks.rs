use aws_sdk_eks::types::{LogSetup, LogType, Logging, VpcConfigRequest};
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
    let vpc = VpcConfigRequest::builder()
        .subnet_ids("subnet-1")
        .endpoint_public_access(true)
        .public_access_cidrs("203.0.113.0/24")
        .build();
    let on = LogSetup::builder().types(LogType::Audit).enabled(true).build();
    aws_sdk_eks::Client::new(&config(&client, "us-east-1").await)
        .create_cluster()
        .name("main")
        .role_arn(ROLE)
        .version("1.34")
        .resources_vpc_config(vpc)
        .logging(Logging::builder().cluster_logging(on).build())
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [main] = of_kind(&snapshot, "AWS::EKS::Cluster")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(main.attributes["Version"], "1.34");
    assert_eq!(main.attributes["ConnectorConfig"], serde_json::Value::Null);
    assert_eq!(main.attributes["ResourcesVpcConfig"]["EndpointPublicAccess"], true);
    assert_eq!(main.attributes["ResourcesVpcConfig"]["PublicAccessCidrs"], serde_json::json!(["203.0.113.0/24"]));
    assert_eq!(main.attributes["Logging"]["ClusterLogging"]["EnabledTypes"], serde_json::json!([{"Type": "audit"}]));
    assert_eq!(main.attributes["EncryptionConfig"], serde_json::json!([]));
}
