use kakunin::table::sns::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_sns::SnsService;

use crate::emulator;

#[tokio::test]
async fn topics_keep_the_rules() {
    keeps_the_rules(
        || emulator(SnsService::new()),
        &SERVICE,
        "AWS::SNS::Topic",
        &[],
        |config, n| async move {
            let sns = aws_sdk_sns::Client::new(&config);
            for i in 0..n {
                sns.create_topic().name(format!("topic-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(SnsService::new());
    let sns = aws_sdk_sns::Client::new(&config(&client, "us-east-1").await);
    let arn = sns.create_topic().name("ops").send().await.unwrap().topic_arn.unwrap();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"SNS:Publish","Resource":"*"}]}"#;
    sns.set_topic_attributes().topic_arn(&arn).attribute_name("Policy").attribute_value(policy).send().await.unwrap();
    sns.subscribe()
        .topic_arn(&arn)
        .protocol("sqs")
        .endpoint("arn:aws:sqs:us-east-1:123456789012:q")
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [topic] = of_kind(&snapshot, "AWS::SNS::Topic")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(topic.attributes["Policy"]["Statement"][0]["Action"], "SNS:Publish");
    assert_eq!(topic.attributes["KmsMasterKeyId"], serde_json::Value::Null);
    let [subscription] = of_kind(&snapshot, "AWS::SNS::Subscription")[..] else { panic!("no subscription") };
    assert_eq!(subscription.attributes["TopicArn"], arn.as_str());
    assert_eq!(subscription.attributes["Confirmed"], true);
    assert!(!serde_json::to_string(subscription).unwrap().contains("sqs:us-east-1"), "the endpoint is not kept");
}
