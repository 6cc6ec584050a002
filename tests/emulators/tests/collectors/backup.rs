use kakunin::table::backup::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_backup::BackupService;

use crate::emulator;

use aws_sdk_backup::types::{BackupPlanInput, BackupRuleInput, BackupSelection};

#[tokio::test]
async fn vaults_keep_the_rules() {
    keeps_the_rules(
        || emulator(BackupService::new()),
        &SERVICE,
        "AWS::Backup::BackupVault",
        &[],
        |config, n| async move {
            let backup = aws_sdk_backup::Client::new(&config);
            for i in 0..n {
                backup.create_backup_vault().backup_vault_name(format!("orders-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_plan_says_where_it_stores_and_what_it_selects() {
    let client = emulator(BackupService::new());
    let backup = aws_sdk_backup::Client::new(&config(&client, "us-east-1").await);
    backup.create_backup_vault().backup_vault_name("main").send().await.unwrap();
    let rule = BackupRuleInput::builder().rule_name("daily").target_backup_vault_name("main").build().unwrap();
    let plan = BackupPlanInput::builder().backup_plan_name("daily").rules(rule).build().unwrap();
    let id = backup.create_backup_plan().backup_plan(plan).send().await.unwrap().backup_plan_id.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [plan] = of_kind(&snapshot, "AWS::Backup::BackupPlan")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(plan.attributes["BackupPlanRule"][0]["TargetBackupVault"], "main");
    assert_eq!(plan.attributes["BackupSelections"].as_array().unwrap().len(), 0);

    let role = "arn:aws:iam::123456789012:role/backup";
    let all = BackupSelection::builder().selection_name("all").iam_role_arn(role).resources("*").build().unwrap();
    backup.create_backup_selection().backup_plan_id(id).backup_selection(all).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [plan] = of_kind(&snapshot, "AWS::Backup::BackupPlan")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(plan.attributes["BackupSelections"][0]["SelectionName"], "all");
}
