use kakunin::table::elasticache::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_elasticache::ElastiCacheService;

use crate::emulator;

#[tokio::test]
async fn replication_groups_keep_the_rules() {
    keeps_the_rules(
        || emulator(ElastiCacheService::new()),
        &SERVICE,
        "AWS::ElastiCache::ReplicationGroup",
        &[],
        |config, n| async move {
            let elasticache = aws_sdk_elasticache::Client::new(&config);
            for i in 0..n {
                elasticache
                    .create_replication_group()
                    .replication_group_id(format!("orders-{n}-{i}"))
                    .replication_group_description("orders")
                    .cache_node_type("cache.t4g.micro")
                    .send()
                    .await
                    .unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made_or_are_gaps() {
    let client = emulator(ElastiCacheService::new());
    aws_sdk_elasticache::Client::new(&config(&client, "us-east-1").await)
        .create_replication_group()
        .replication_group_id("orders")
        .replication_group_description("orders")
        .cache_node_type("cache.t4g.micro")
        .transit_encryption_enabled(true)
        .at_rest_encryption_enabled(false)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [group] = of_kind(&snapshot, "AWS::ElastiCache::ReplicationGroup")[..] else { panic!() };
    for (name, made) in [("TransitEncryptionEnabled", true), ("AtRestEncryptionEnabled", false)] {
        match group.attributes.get(name) {
            Some(value) => assert_eq!(*value, made, "{name}"),
            None => assert!(group.gaps.contains_key(name), "{name}"),
        }
    }
}
