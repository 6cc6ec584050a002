use aws_sdk_cloudwatch::types::{ComparisonOperator, Statistic};
use kakunin::table::cloudwatch::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_cloudwatch::CloudWatchService;

use crate::emulator;

async fn alarm(cloudwatch: &aws_sdk_cloudwatch::Client, name: &str, action: Option<&str>) {
    cloudwatch
        .put_metric_alarm()
        .alarm_name(name)
        .namespace("AWS/RDS")
        .metric_name("CPUUtilization")
        .statistic(Statistic::Average)
        .period(60)
        .evaluation_periods(1)
        .threshold(80.0)
        .comparison_operator(ComparisonOperator::GreaterThanThreshold)
        .actions_enabled(true)
        .set_alarm_actions(action.map(|a| vec![a.to_string()]))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn alarms_keep_the_rules() {
    keeps_the_rules(
        || emulator(CloudWatchService::new()),
        &SERVICE,
        "AWS::CloudWatch::Alarm",
        &[],
        |config, n| async move {
            let cloudwatch = aws_sdk_cloudwatch::Client::new(&config);
            for i in 0..n {
                alarm(&cloudwatch, &format!("alarm-{n}-{i}"), None).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let topic = "arn:aws:sns:us-east-1:123456789012:ops";
    let client = emulator(CloudWatchService::new());
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&config(&client, "us-east-1").await);
    alarm(&cloudwatch, "cpu", Some(topic)).await;
    cloudwatch
        .put_composite_alarm()
        .alarm_name("down")
        .alarm_rule("ALARM(\"cpu\")")
        .alarm_actions(topic)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [cpu] = of_kind(&snapshot, "AWS::CloudWatch::Alarm")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(cpu.attributes["AlarmActions"], serde_json::json!([topic]));
    assert_eq!(cpu.attributes["ActionsEnabled"], true);
    assert_eq!(cpu.attributes["Namespace"], "AWS/RDS");
    let [down] = of_kind(&snapshot, "AWS::CloudWatch::CompositeAlarm")[..] else { panic!("no composite alarm") };
    assert_eq!(down.attributes["AlarmRule"], "ALARM(\"cpu\")");
}
