use kakunin::table::dynamodb::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_dynamodb::DynamoDbService;

use crate::emulator;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, PointInTimeRecoverySpecification, ScalarAttributeType,
};

async fn table(dynamodb: &aws_sdk_dynamodb::Client, name: &str) {
    let attribute = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    dynamodb
        .create_table()
        .table_name(name)
        .attribute_definitions(attribute.build().unwrap())
        .key_schema(key.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn tables_keep_the_rules() {
    keeps_the_rules(
        || emulator(DynamoDbService::new()),
        &SERVICE,
        "AWS::DynamoDB::Table",
        &[],
        |config, n| async move {
            let dynamodb = aws_sdk_dynamodb::Client::new(&config);
            for i in 0..n {
                table(&dynamodb, &format!("orders-{n}-{i}")).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(DynamoDbService::new());
    let dynamodb = aws_sdk_dynamodb::Client::new(&config(&client, "us-east-1").await);
    table(&dynamodb, "kept").await;
    table(&dynamodb, "loose").await;
    let on = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build().unwrap();
    dynamodb
        .update_continuous_backups()
        .table_name("kept")
        .point_in_time_recovery_specification(on)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [kept, loose] = of_kind(&snapshot, "AWS::DynamoDB::Table")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(kept.attributes["PointInTimeRecoveryEnabled"], true);
    assert_eq!(loose.attributes["PointInTimeRecoveryEnabled"], false);
    assert_eq!(kept.attributes["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(kept.attributes["TimeToLiveEnabled"], false);
}
