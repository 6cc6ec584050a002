use aws_sdk_ecs::types::{ContainerDefinition, KeyValuePair, LaunchType, NetworkMode};
use kakunin::model::CoverageState;
use kakunin::table::ecs::{DESCRIBE_SERVICES, SERVICE};
use kakunin_emulator_tests::{Fault, FaultKind, config, keeps_the_rules, of_kind, read, run};
use winterbaume_ecs::EcsService;

use crate::emulator;

async fn service(ecs: &aws_sdk_ecs::Client, cluster: &str, name: &str) {
    let container = ContainerDefinition::builder()
        .name("app")
        .image("app:1")
        .environment(KeyValuePair::builder().name("TOKEN").value("not-to-be-kept").build())
        .build();
    ecs.register_task_definition()
        .family("app")
        .network_mode(NetworkMode::Awsvpc)
        .container_definitions(container)
        .send()
        .await
        .unwrap();
    ecs.create_service()
        .cluster(cluster)
        .service_name(name)
        .task_definition("app")
        .desired_count(2)
        .launch_type(LaunchType::Fargate)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn services_keep_the_rules() {
    keeps_the_rules(
        || emulator(EcsService::new()),
        &SERVICE,
        "AWS::ECS::Service",
        &["DescribeServices"],
        |config, n| async move {
            // A cluster there too: where there is none, nothing is asked of the services, and nothing can fail.
            let elsewhere = config.to_builder().region(aws_config::Region::new("eu-west-1")).build();
            aws_sdk_ecs::Client::new(&elsewhere).create_cluster().cluster_name("empty").send().await.unwrap();
            let ecs = aws_sdk_ecs::Client::new(&config);
            let cluster = format!("cluster-{n}");
            ecs.create_cluster().cluster_name(&cluster).send().await.unwrap();
            for i in 0..n {
                service(&ecs, &cluster, &format!("service-{i}")).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(EcsService::new());
    let ecs = aws_sdk_ecs::Client::new(&config(&client, "us-east-1").await);
    ecs.create_cluster().cluster_name("main").send().await.unwrap();
    service(&ecs, "main", "web").await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [web] = of_kind(&snapshot, "AWS::ECS::Service")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(web.id, "main/web");
    assert_eq!(web.attributes["DesiredCount"], 2);
    assert_eq!(web.attributes["LaunchType"], "FARGATE");
    let [cluster] = of_kind(&snapshot, "AWS::ECS::Cluster")[..] else { panic!("no cluster") };
    assert_eq!(cluster.attributes["ExternalInstances"], serde_json::json!([]));
    let [definition] = of_kind(&snapshot, "AWS::ECS::TaskDefinition")[..] else { panic!("no task definition") };
    let container = &definition.attributes["ContainerDefinitions"][0];
    assert_eq!(container["Privileged"], false);
    assert_eq!(container["LogDriver"], serde_json::Value::Null);
    assert_eq!(container["Environment"], serde_json::json!(["TOKEN"]));
    assert!(
        !serde_json::to_string(&snapshot).unwrap().contains("not-to-be-kept"),
        "a value of the environment is kept"
    );
}

/// Skipped above, as a region without services does not ask for any, and that is no fault.
#[tokio::test]
async fn services_that_are_not_described_are_gaps() {
    let client = emulator(EcsService::new());
    let ecs = aws_sdk_ecs::Client::new(&config(&client, "us-east-1").await);
    ecs.create_cluster().cluster_name("main").send().await.unwrap();
    service(&ecs, "main", "web").await;
    for kind in [FaultKind::Denied, FaultKind::Throttled, FaultKind::Timeout, FaultKind::Truncated] {
        let fault = Fault { operation: Some("DescribeServices"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        let [web] = of_kind(&broken, "AWS::ECS::Service")[..] else { panic!("the listing still knows it") };
        assert!(web.gaps.contains_key("DesiredCount") && !web.attributes.contains_key("DesiredCount"), "{kind:?}");
        assert_ne!(read(&broken, &DESCRIBE_SERVICES, "us-east-1"), Some(CoverageState::Read), "{kind:?}");
    }
}
