//! Amazon EFS.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::json;

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::efs::*;

/// Reads Amazon EFS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let efs = client!(cx, aws_sdk_efs, "efs");
        if cx.wants(&DESCRIBE_FILE_SYSTEMS) {
            file_systems(&cx, &efs).await;
        }
    })
}

async fn file_systems(cx: &Cx, efs: &aws_sdk_efs::Client) {
    let stream = efs.describe_file_systems().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_FILE_SYSTEMS, stream, |page| page.next_marker()).await;
    let mut drafts = Vec::new();
    for system in pages.items.iter().flat_map(|page| page.file_systems()) {
        let id = system.file_system_id();
        let arn = system.file_system_arn().map_or_else(
            || format!("arn:aws:elasticfilesystem:{}:{}:file-system/{id}", cx.region, cx.account),
            ToString::to_string,
        );
        let mut draft = Draft::new(&FILE_SYSTEM, id).arn(Some(arn));
        draft.read(&DESCRIBE_FILE_SYSTEMS, &pages.evidence);
        draft.set("FileSystemId", id);
        draft.set("Region", cx.region.as_str());
        draft.set("Encrypted", system.encrypted());
        draft.set("KmsKeyId", system.kms_key_id());
        draft.set("AvailabilityZoneName", system.availability_zone_name());
        draft.tags(system.tags().iter().map(|tag| (tag.key(), tag.value())));
        drafts.push(draft);
    }
    cx.each(drafts, |mut draft| async move {
        let id = draft.id().to_string();
        let args = ["--file-system-id", id.as_str()];
        if cx.wants(&DESCRIBE_BACKUP_POLICY) {
            let call = efs.describe_backup_policy().file_system_id(&id).send();
            let answer = cx.detail_or_absent(&DESCRIBE_BACKUP_POLICY, &id, &args, &["PolicyNotFound"], call).await;
            draft.fill(&DESCRIBE_BACKUP_POLICY, answer, |draft, answer| {
                if let Some(policy) = answer.backup_policy() {
                    draft.set("BackupPolicy", json!({ "Status": policy.status().as_str() }));
                }
            });
        }
        if cx.wants(&DESCRIBE_FILE_SYSTEM_POLICY) {
            let call = efs.describe_file_system_policy().file_system_id(&id).send();
            let answer = cx.detail_or_absent(&DESCRIBE_FILE_SYSTEM_POLICY, &id, &args, &["PolicyNotFound"], call).await;
            draft.fill(&DESCRIBE_FILE_SYSTEM_POLICY, answer, |draft, answer| {
                document(draft, &DESCRIBE_FILE_SYSTEM_POLICY, "FileSystemPolicy", answer.policy());
            });
        }
        cx.push(draft);
    })
    .await;
}
