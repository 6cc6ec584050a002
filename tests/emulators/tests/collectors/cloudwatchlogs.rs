use aws_sdk_cloudwatchlogs::types::MetricTransformation;
use kakunin::table::cloudwatchlogs::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_cloudwatchlogs::CloudWatchLogsService;

use crate::emulator;

#[tokio::test]
async fn log_groups_keep_the_rules() {
    keeps_the_rules(
        || emulator(CloudWatchLogsService::new()),
        &SERVICE,
        "AWS::Logs::LogGroup",
        &[],
        |config, n| async move {
            let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
            for i in 0..n {
                logs.create_log_group().log_group_name(format!("/app/{n}/{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(CloudWatchLogsService::new());
    let logs = aws_sdk_cloudwatchlogs::Client::new(&config(&client, "us-east-1").await);
    logs.create_log_group().log_group_name("trail").send().await.unwrap();
    logs.put_retention_policy().log_group_name("trail").retention_in_days(365).send().await.unwrap();
    logs.create_log_group().log_group_name("forever").send().await.unwrap();
    let metric = MetricTransformation::builder()
        .metric_name("root")
        .metric_namespace("Audit")
        .metric_value("1")
        .build()
        .unwrap();
    logs.put_metric_filter()
        .log_group_name("trail")
        .filter_name("root")
        .filter_pattern("{ $.userIdentity.type = \"Root\" }")
        .metric_transformations(metric)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [forever, trail] = of_kind(&snapshot, "AWS::Logs::LogGroup")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(trail.attributes["RetentionInDays"], 365);
    assert_eq!(forever.attributes["RetentionInDays"], serde_json::Value::Null);
    let [filter] = of_kind(&snapshot, "AWS::Logs::MetricFilter")[..] else { panic!("no metric filter") };
    assert_eq!(filter.attributes["LogGroupName"], "trail");
    assert_eq!(
        filter.attributes["MetricTransformations"],
        serde_json::json!([{"MetricName": "root", "MetricNamespace": "Audit"}])
    );
}
