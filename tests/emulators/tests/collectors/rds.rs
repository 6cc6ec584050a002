use kakunin::table::rds::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_rds::RdsService;

use crate::emulator;

#[tokio::test]
async fn instances_keep_the_rules() {
    keeps_the_rules(
        || emulator(RdsService::new()),
        &SERVICE,
        "AWS::RDS::DBInstance",
        &[],
        |config, n| async move {
            let rds = aws_sdk_rds::Client::new(&config);
            for i in 0..n {
                rds.create_db_instance()
                    .db_instance_identifier(format!("orders-{n}-{i}"))
                    .db_instance_class("db.t4g.micro")
                    .engine("postgres")
                    .send()
                    .await
                    .unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(RdsService::new());
    aws_sdk_rds::Client::new(&config(&client, "us-east-1").await)
        .create_db_instance()
        .db_instance_identifier("orders")
        .db_instance_class("db.t4g.micro")
        .engine("postgres")
        .multi_az(true)
        .storage_encrypted(false)
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [db] = of_kind(&snapshot, "AWS::RDS::DBInstance")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(db.attributes["MultiAZ"], true);
    assert_eq!(db.attributes["StorageEncrypted"], false);
    assert_eq!(db.region, "us-east-1");
}

#[tokio::test]
async fn clusters_and_snapshots_say_what_was_made() {
    let client = emulator(RdsService::new());
    let rds = aws_sdk_rds::Client::new(&config(&client, "us-east-1").await);
    rds.create_db_cluster()
        .db_cluster_identifier("ledger")
        .engine("aurora-postgresql")
        .storage_encrypted(true)
        .master_username("admin1")
        .master_user_password("not-a-real-one")
        .send()
        .await
        .unwrap();
    rds.create_db_instance()
        .db_instance_identifier("orders")
        .db_instance_class("db.t4g.micro")
        .engine("postgres")
        .send()
        .await
        .unwrap();
    rds.create_db_snapshot().db_instance_identifier("orders").db_snapshot_identifier("shared").send().await.unwrap();
    rds.modify_db_snapshot_attribute()
        .db_snapshot_identifier("shared")
        .attribute_name("restore")
        .values_to_add("all")
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [cluster] = of_kind(&snapshot, "AWS::RDS::DBCluster")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(cluster.attributes["StorageEncrypted"], true);
    let [copy] = of_kind(&snapshot, "AWS::RDS::DBSnapshot")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(copy.attributes["DBInstanceIdentifier"], "orders");
    // The emulator keeps no attributes of a snapshot: a gap, and never "shared with nobody".
    assert!(copy.gaps.contains_key("RestoreAttributeValues"), "{:?}", copy.attributes);
}
