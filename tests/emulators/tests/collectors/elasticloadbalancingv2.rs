use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, LoadBalancerSchemeEnum, ProtocolEnum, RedirectActionConfig, RedirectActionStatusCodeEnum,
    TargetDescription,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use kakunin::table::elasticloadbalancingv2::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_core::MockAws;

fn emulator() -> SharedHttpClient {
    MockAws::builder()
        .with_service(winterbaume_sts::StsService::new())
        .with_service(winterbaume_ec2::Ec2Service::new())
        .with_service(winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service::new())
        .with_service(winterbaume_wafv2::WafV2Service::new())
        .build()
        .http_client()
}

async fn make(config: SdkConfig, n: usize) {
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&config);
    for i in 0..n {
        let made = elb
            .create_load_balancer()
            .name(format!("web-{n}-{i}"))
            .scheme(LoadBalancerSchemeEnum::InternetFacing)
            .subnets("subnet-1")
            .subnets("subnet-2")
            .send()
            .await
            .unwrap();
        let lb = made.load_balancers()[0].load_balancer_arn().unwrap().to_string();
        let group = elb
            .create_target_group()
            .name(format!("tg-{n}-{i}"))
            .protocol(ProtocolEnum::Http)
            .port(80)
            .vpc_id("vpc-1")
            .send()
            .await
            .unwrap();
        let group = group.target_groups()[0].target_group_arn().unwrap().to_string();
        elb.register_targets()
            .target_group_arn(&group)
            .targets(TargetDescription::builder().id("i-1").build())
            .send()
            .await
            .unwrap();
        elb.create_listener()
            .load_balancer_arn(&lb)
            .protocol(ProtocolEnum::Http)
            .port(80)
            .default_actions(
                Action::builder()
                    .r#type(ActionTypeEnum::Redirect)
                    .redirect_config(
                        RedirectActionConfig::builder()
                            .protocol("HTTPS")
                            .port("443")
                            .status_code(RedirectActionStatusCodeEnum::Http301)
                            .build(),
                    )
                    .build(),
            )
            .send()
            .await
            .unwrap();
        elb.create_listener()
            .load_balancer_arn(&lb)
            .protocol(ProtocolEnum::Https)
            .port(443)
            .ssl_policy("ELBSecurityPolicy-2016-08")
            .default_actions(Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(&group).build())
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn load_balancers_keep_the_rules() {
    keeps_the_rules(emulator, &SERVICE, "AWS::ElasticLoadBalancingV2::LoadBalancer", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator();
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [lb] = of_kind(&snapshot, "AWS::ElasticLoadBalancingV2::LoadBalancer")[..] else { panic!("one") };
    assert_eq!(lb.attributes["Type"], "application");
    let mut listeners = lb.attributes["Listeners"].as_array().unwrap().clone();
    listeners.sort_by_key(|l| l["Port"].as_i64());
    // The emulator forgets where an action redirects to, and the TLS policy.
    assert_eq!(listeners[0]["DefaultActions"][0]["Type"], "redirect");
    assert_eq!(listeners[1]["Protocol"], "HTTPS");
    assert!(lb.attributes["WebACLArn"].is_null(), "{:?}", lb.gaps);
    let [group] = of_kind(&snapshot, "AWS::ElasticLoadBalancingV2::TargetGroup")[..] else { panic!("one") };
    assert_eq!(group.attributes["Targets"][0]["Id"], "i-1");
}
