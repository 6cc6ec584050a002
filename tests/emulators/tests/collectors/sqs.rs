use kakunin::table::sqs::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_sqs::SqsService;

use crate::emulator;

use aws_sdk_sqs::types::QueueAttributeName;

#[tokio::test]
async fn queues_keep_the_rules() {
    keeps_the_rules(
        || emulator(SqsService::new()),
        &SERVICE,
        "AWS::SQS::Queue",
        &[],
        |config, n| async move {
            let sqs = aws_sdk_sqs::Client::new(&config);
            for i in 0..n {
                sqs.create_queue().queue_name(format!("orders-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(SqsService::new());
    let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}"#;
    aws_sdk_sqs::Client::new(&config(&client, "us-east-1").await)
        .create_queue()
        .queue_name("orders")
        .attributes(QueueAttributeName::Policy, policy)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [queue] = of_kind(&snapshot, "AWS::SQS::Queue")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(queue.id, "orders");
    assert_eq!(queue.attributes["SqsManagedSseEnabled"], true);
    assert_eq!(queue.attributes["Policy"]["Statement"][0]["Principal"], "*");
    assert!(queue.arn.as_deref().is_some_and(|arn| arn.ends_with(":orders")));
}
