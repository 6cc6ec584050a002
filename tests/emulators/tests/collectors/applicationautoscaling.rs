use aws_config::SdkConfig;
use aws_sdk_applicationautoscaling::types::{ScalableDimension, ServiceNamespace};
use kakunin::table::applicationautoscaling::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_applicationautoscaling::ApplicationAutoScalingService;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let scaling = aws_sdk_applicationautoscaling::Client::new(&config);
    for i in 0..n {
        scaling
            .register_scalable_target()
            .service_namespace(ServiceNamespace::Dynamodb)
            .resource_id(format!("table/orders-{n}-{i}"))
            .scalable_dimension(ScalableDimension::DynamoDbTableReadCapacityUnits)
            .min_capacity(1)
            .max_capacity(10)
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn targets_keep_the_rules() {
    let client = || emulator(ApplicationAutoScalingService::new());
    keeps_the_rules(client, &SERVICE, "AWS::ApplicationAutoScaling::ScalableTarget", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(ApplicationAutoScalingService::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [target] = of_kind(&snapshot, "AWS::ApplicationAutoScaling::ScalableTarget")[..] else { panic!("one") };
    assert_eq!(target.attributes["MaxCapacity"], 10);
    assert_eq!(target.attributes["ScalingPolicies"], serde_json::json!([]));
}
