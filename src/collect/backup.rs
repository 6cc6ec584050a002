//! AWS Backup.

use std::sync::Arc;

use aws_sdk_backup::Client;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::backup::*;

/// Reads AWS Backup in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let backup = client!(cx, aws_sdk_backup, "backup");
        if cx.wants(&LIST_BACKUP_VAULTS) {
            vaults(&cx, &backup).await;
        }
        if cx.wants(&LIST_BACKUP_PLANS) {
            plans(&cx, &backup).await;
        }
        if cx.wants(&LIST_PROTECTED_RESOURCES) {
            protected(&cx, &backup).await;
        }
        if cx.wants(&LIST_RESTORE_TESTING_PLANS) {
            testing(&cx, &backup).await;
        }
        if cx.wants(&LIST_RESTORE_JOBS) {
            restores(&cx, &backup).await;
        }
    })
}

async fn vaults(cx: &Cx, backup: &Client) {
    let stream = backup.list_backup_vaults().into_paginator().send();
    let pages = cx.pages(&LIST_BACKUP_VAULTS, stream, |page| page.next_token()).await;
    let mut drafts = Vec::new();
    for vault in pages.items.iter().flat_map(|page| page.backup_vault_list()) {
        let Some(name) = vault.backup_vault_name() else { continue };
        let mut draft = Draft::new(&VAULT, name).arn(vault.backup_vault_arn());
        draft.read(&LIST_BACKUP_VAULTS, &pages.evidence);
        draft.set("BackupVaultName", name);
        draft.set("Region", cx.region.as_str());
        draft.set("EncryptionKeyArn", vault.encryption_key_arn());
        draft.set("Locked", vault.locked());
        draft.set("LockDate", vault.lock_date());
        draft.set("MinRetentionDays", vault.min_retention_days());
        draft.set("NumberOfRecoveryPoints", vault.number_of_recovery_points());
        drafts.push(draft);
    }
    cx.each(drafts, |mut draft| async move {
        if cx.wants(&GET_BACKUP_VAULT_ACCESS_POLICY) {
            let name = draft.id().to_string();
            let args = ["--backup-vault-name", name.as_str()];
            let call = backup.get_backup_vault_access_policy().backup_vault_name(&name).send();
            let none = ["ResourceNotFoundException"];
            let answer = cx.detail_or_absent(&GET_BACKUP_VAULT_ACCESS_POLICY, &name, &args, &none, call).await;
            draft.fill(&GET_BACKUP_VAULT_ACCESS_POLICY, answer, |draft, answer| {
                document(draft, &GET_BACKUP_VAULT_ACCESS_POLICY, "AccessPolicy", answer.policy());
            });
        }
        cx.push(draft);
    })
    .await;
}

async fn plans(cx: &Cx, backup: &Client) {
    let stream = backup.list_backup_plans().into_paginator().send();
    let pages = cx.pages(&LIST_BACKUP_PLANS, stream, |page| page.next_token()).await;
    let mut drafts = Vec::new();
    for plan in pages.items.iter().flat_map(|page| page.backup_plans_list()) {
        let Some(id) = plan.backup_plan_id() else { continue };
        let mut draft = Draft::new(&PLAN, id).arn(plan.backup_plan_arn());
        draft.read(&LIST_BACKUP_PLANS, &pages.evidence);
        draft.set("BackupPlanName", plan.backup_plan_name());
        draft.set("LastExecutionDate", plan.last_execution_date());
        drafts.push(draft);
    }
    cx.each(drafts, |mut draft| async move {
        let id = draft.id().to_string();
        let args = ["--backup-plan-id", id.as_str()];
        if cx.wants(&GET_BACKUP_PLAN) {
            let answer =
                cx.detail(&GET_BACKUP_PLAN, &id, &args, backup.get_backup_plan().backup_plan_id(&id).send()).await;
            draft.fill(&GET_BACKUP_PLAN, answer, |draft, answer| {
                let Some(plan) = answer.backup_plan() else { return };
                let rules: Vec<Value> = plan
                    .rules()
                    .iter()
                    .map(|rule| {
                        json!({
                            "RuleName": rule.rule_name(),
                            "TargetBackupVault": rule.target_backup_vault_name(),
                            "ScheduleExpression": rule.schedule_expression(),
                            "EnableContinuousBackup": rule.enable_continuous_backup(),
                            "DeleteAfterDays": rule.lifecycle().and_then(|l| l.delete_after_days()),
                            "CopyTo":
                                rule.copy_actions().iter().map(|c| c.destination_backup_vault_arn()).collect::<Vec<_>>(),
                        })
                    })
                    .collect();
                draft.set("BackupPlanRule", rules);
            });
        }
        if cx.wants(&LIST_BACKUP_SELECTIONS) {
            let call = backup
                .list_backup_selections()
                .backup_plan_id(&id)
                .into_paginator()
                .items()
                .send()
                .collect::<Result<Vec<_>, _>>();
            let answer = cx.detail(&LIST_BACKUP_SELECTIONS, &id, &args, call).await;
            draft.fill(&LIST_BACKUP_SELECTIONS, answer, |draft, found| {
                let names: Vec<Value> = found.iter().map(|s| json!({ "SelectionName": s.selection_name() })).collect();
                draft.set("BackupSelections", names);
            });
        }
        cx.push(draft);
    })
    .await;
}

async fn protected(cx: &Cx, backup: &Client) {
    let stream = backup.list_protected_resources().into_paginator().send();
    let pages = cx.pages(&LIST_PROTECTED_RESOURCES, stream, |page| page.next_token()).await;
    for resource in pages.items.iter().flat_map(|page| page.results()) {
        let Some(arn) = resource.resource_arn() else { continue };
        let mut draft = Draft::new(&PROTECTED_RESOURCE, arn).arn(Some(arn));
        draft.read(&LIST_PROTECTED_RESOURCES, &pages.evidence);
        draft.set("ResourceType", resource.resource_type());
        draft.set("LastBackupTime", resource.last_backup_time());
        cx.push(draft);
    }
}

async fn testing(cx: &Cx, backup: &Client) {
    let stream = backup.list_restore_testing_plans().into_paginator().send();
    let pages = cx.pages(&LIST_RESTORE_TESTING_PLANS, stream, |page| page.next_token()).await;
    let mut drafts = Vec::new();
    for plan in pages.items.iter().flat_map(|page| page.restore_testing_plans()) {
        let name = plan.restore_testing_plan_name();
        let mut draft = Draft::new(&RESTORE_TESTING_PLAN, name).arn(Some(plan.restore_testing_plan_arn()));
        draft.read(&LIST_RESTORE_TESTING_PLANS, &pages.evidence);
        draft.set("RestoreTestingPlanName", name);
        draft.set("LastExecutionTime", plan.last_execution_time());
        drafts.push(draft);
    }
    cx.each(drafts, |mut draft| async move {
        if cx.wants(&LIST_RESTORE_TESTING_SELECTIONS) {
            let name = draft.id().to_string();
            let args = ["--restore-testing-plan-name", name.as_str()];
            let call = backup
                .list_restore_testing_selections()
                .restore_testing_plan_name(&name)
                .into_paginator()
                .items()
                .send()
                .collect::<Result<Vec<_>, _>>();
            let answer = cx.detail(&LIST_RESTORE_TESTING_SELECTIONS, &name, &args, call).await;
            draft.fill(&LIST_RESTORE_TESTING_SELECTIONS, answer, |draft, found| {
                let types: Vec<Value> = found.iter().map(|s| Value::from(s.protected_resource_type())).collect();
                draft.set("RestoreTestingSelections", types);
            });
        }
        cx.push(draft);
    })
    .await;
}

async fn restores(cx: &Cx, backup: &Client) {
    let stream = backup.list_restore_jobs().into_paginator().send();
    let pages = cx.pages(&LIST_RESTORE_JOBS, stream, |page| page.next_token()).await;
    for job in pages.items.iter().flat_map(|page| page.restore_jobs()) {
        let Some(id) = job.restore_job_id() else { continue };
        let mut draft = Draft::new(&RESTORE_JOB, id);
        draft.read(&LIST_RESTORE_JOBS, &pages.evidence);
        draft.set("Status", job.status().map(|s| s.as_str()));
        draft.set("CompletionDate", job.completion_date());
        draft.set("RestoreTestingPlanArn", job.created_by().and_then(|by| by.restore_testing_plan_arn()));
        draft.set("ValidationStatus", job.validation_status().map(|s| s.as_str()));
        cx.push(draft);
    }
}
