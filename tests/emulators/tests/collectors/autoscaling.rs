use aws_config::SdkConfig;
use kakunin::table::autoscaling::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_autoscaling::AutoScalingService;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let asg = aws_sdk_autoscaling::Client::new(&config);
    for i in 0..n {
        let name = format!("web-{n}-{i}");
        asg.create_launch_configuration()
            .launch_configuration_name(&name)
            .image_id("ami-12345678")
            .instance_type("t3.micro")
            .send()
            .await
            .unwrap();
        asg.create_auto_scaling_group()
            .auto_scaling_group_name(&name)
            .launch_configuration_name(&name)
            .min_size(2)
            .max_size(4)
            .availability_zones("us-east-1a")
            .availability_zones("us-east-1b")
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn groups_keep_the_rules() {
    let client = || emulator(AutoScalingService::new());
    keeps_the_rules(client, &SERVICE, "AWS::AutoScaling::AutoScalingGroup", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(AutoScalingService::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [group] = of_kind(&snapshot, "AWS::AutoScaling::AutoScalingGroup")[..] else { panic!("one") };
    assert_eq!(group.attributes["MinSize"], 2);
    assert_eq!(group.attributes["AvailabilityZones"], serde_json::json!(["us-east-1a", "us-east-1b"]));
    assert_eq!(group.attributes["ScalingPolicies"], serde_json::json!([]));
}
