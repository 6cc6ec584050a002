use aws_config::SdkConfig;
use aws_sdk_wafv2::types::{AllowAction, DefaultAction, Scope, VisibilityConfig};
use kakunin::table::wafv2::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_wafv2::WafV2Service;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let waf = aws_sdk_wafv2::Client::new(&config);
    for i in 0..n {
        let name = format!("edge-{n}-{i}");
        waf.create_web_acl()
            .name(&name)
            .scope(Scope::Regional)
            .default_action(DefaultAction::builder().allow(AllowAction::builder().build()).build())
            .visibility_config(
                VisibilityConfig::builder()
                    .sampled_requests_enabled(true)
                    .cloud_watch_metrics_enabled(true)
                    .metric_name(&name)
                    .build()
                    .unwrap(),
            )
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn web_acls_keep_the_rules() {
    keeps_the_rules(|| emulator(WafV2Service::new()), &SERVICE, "AWS::WAFv2::WebACL", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(WafV2Service::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [acl] = of_kind(&snapshot, "AWS::WAFv2::WebACL")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(acl.attributes["DefaultAction"], "ALLOW");
    assert_eq!(acl.attributes["Rules"], serde_json::json!([]));
    assert_eq!(acl.attributes["LogDestinationConfigs"], serde_json::json!([]));
}
