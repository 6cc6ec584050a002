use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancing::types::Listener;
use kakunin::table::elasticloadbalancing::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_elasticloadbalancing::ElasticLoadBalancingService;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let elb = aws_sdk_elasticloadbalancing::Client::new(&config);
    for i in 0..n {
        elb.create_load_balancer()
            .load_balancer_name(format!("old-{n}-{i}"))
            .availability_zones("us-east-1a")
            .listeners(
                Listener::builder()
                    .protocol("HTTP")
                    .load_balancer_port(80)
                    .instance_protocol("HTTP")
                    .instance_port(80)
                    .build()
                    .unwrap(),
            )
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn classic_load_balancers_keep_the_rules() {
    let client = || emulator(ElasticLoadBalancingService::new());
    keeps_the_rules(client, &SERVICE, "AWS::ElasticLoadBalancing::LoadBalancer", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(ElasticLoadBalancingService::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [lb] = of_kind(&snapshot, "AWS::ElasticLoadBalancing::LoadBalancer")[..] else { panic!("one") };
    assert_eq!(lb.attributes["Listeners"][0]["Protocol"], "HTTP");
    assert_eq!(lb.attributes["Listeners"][0]["LoadBalancerPort"], 80);
    assert_eq!(lb.attributes["AvailabilityZones"], serde_json::json!(["us-east-1a"]));
}
