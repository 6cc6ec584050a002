use aws_sdk_eventbridge::types::Target;
use kakunin::table::eventbridge::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_eventbridge::EventBridgeService;

use crate::emulator;

#[tokio::test]
async fn rules_keep_the_rules() {
    keeps_the_rules(
        || emulator(EventBridgeService::new()),
        &SERVICE,
        "AWS::Events::Rule",
        &[],
        |config, n| async move {
            let events = aws_sdk_eventbridge::Client::new(&config);
            for i in 0..n {
                let pattern = r#"{"source":["aws.health"]}"#;
                events.put_rule().name(format!("rule-{n}-{i}")).event_pattern(pattern).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let topic = "arn:aws:sns:us-east-1:123456789012:ops";
    let client = emulator(EventBridgeService::new());
    let events = aws_sdk_eventbridge::Client::new(&config(&client, "us-east-1").await);
    events.put_rule().name("health").event_pattern(r#"{"source":["aws.health"]}"#).send().await.unwrap();
    let target = Target::builder().id("1").arn(topic).build().unwrap();
    events.put_targets().rule("health").targets(target).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [rule] = of_kind(&snapshot, "AWS::Events::Rule")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(rule.attributes["EventPattern"], serde_json::json!({"source": ["aws.health"]}));
    assert_eq!(rule.attributes["State"], "ENABLED");
    assert_eq!(rule.attributes["Targets"], serde_json::json!([{"Id": "1", "Arn": topic}]));
}
