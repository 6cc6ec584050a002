//! Snapshots, and with whom they are shared.

use serde_json::Value;

use crate::collect::{Cx, Draft};
use crate::table::Operation;
use crate::table::rds::*;

/// Whether a snapshot of this type can be shared at all (Amazon RDS User Guide, "Sharing a DB snapshot": automated
/// snapshots and those of AWS Backup cannot).
fn can_be_shared(kind: Option<&str>) -> bool {
    !matches!(kind, Some("automated" | "awsbackup"))
}

pub(super) async fn of_instances(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_db_snapshots().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_DB_SNAPSHOTS, stream, |page| page.marker()).await;
    let mut drafts = Vec::new();
    for snapshot in pages.items.iter().flat_map(|page| page.db_snapshots()) {
        let Some(id) = snapshot.db_snapshot_identifier() else { continue };
        let mut draft = Draft::new(&DB_SNAPSHOT, id).arn(snapshot.db_snapshot_arn());
        draft.read(&DESCRIBE_DB_SNAPSHOTS, &pages.evidence);
        draft.set("DBInstanceIdentifier", snapshot.db_instance_identifier());
        draft.set("Region", cx.region.as_str());
        draft.set("SnapshotType", snapshot.snapshot_type());
        draft.set("Encrypted", snapshot.encrypted());
        draft.set("SnapshotCreateTime", snapshot.snapshot_create_time());
        draft.set("Status", snapshot.status());
        draft.set("KmsKeyId", snapshot.kms_key_id());
        draft.tags(snapshot.tag_list().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        drafts.push((draft, can_be_shared(snapshot.snapshot_type())));
    }
    cx.each(drafts, |(mut draft, shareable)| async move {
        let operation = &DESCRIBE_DB_SNAPSHOT_ATTRIBUTES;
        if shareable && cx.wants(operation) {
            let id = draft.id().to_string();
            let args = ["--db-snapshot-identifier", id.as_str()];
            let call = rds.describe_db_snapshot_attributes().db_snapshot_identifier(&id).send();
            let answer = cx.detail(operation, &id, &args, call).await;
            draft.fill(operation, answer, |draft, answer| {
                let attributes = answer.db_snapshot_attributes_result().and_then(|result| {
                    let named = result.db_snapshot_attributes().iter();
                    restore(named.map(|a| (a.attribute_name(), a.attribute_values())))
                });
                shared_with(draft, operation, attributes);
            });
        } else {
            not_shared(cx, &mut draft, operation);
        }
        cx.push(draft);
    })
    .await;
}

pub(super) async fn of_clusters(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_db_cluster_snapshots().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_DB_CLUSTER_SNAPSHOTS, stream, |page| page.marker()).await;
    let mut drafts = Vec::new();
    for snapshot in pages.items.iter().flat_map(|page| page.db_cluster_snapshots()) {
        let Some(id) = snapshot.db_cluster_snapshot_identifier() else { continue };
        let mut draft = Draft::new(&DB_CLUSTER_SNAPSHOT, id).arn(snapshot.db_cluster_snapshot_arn());
        draft.read(&DESCRIBE_DB_CLUSTER_SNAPSHOTS, &pages.evidence);
        draft.set("DBClusterIdentifier", snapshot.db_cluster_identifier());
        draft.set("Region", cx.region.as_str());
        draft.set("SnapshotType", snapshot.snapshot_type());
        draft.set("StorageEncrypted", snapshot.storage_encrypted());
        draft.set("SnapshotCreateTime", snapshot.snapshot_create_time());
        draft.set("Status", snapshot.status());
        draft.set("KmsKeyId", snapshot.kms_key_id());
        draft.tags(snapshot.tag_list().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        drafts.push((draft, can_be_shared(snapshot.snapshot_type())));
    }
    cx.each(drafts, |(mut draft, shareable)| async move {
        let operation = &DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES;
        if shareable && cx.wants(operation) {
            let id = draft.id().to_string();
            let args = ["--db-cluster-snapshot-identifier", id.as_str()];
            let call = rds.describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier(&id).send();
            let answer = cx.detail(operation, &id, &args, call).await;
            draft.fill(operation, answer, |draft, answer| {
                let attributes = answer.db_cluster_snapshot_attributes_result().and_then(|result| {
                    let named = result.db_cluster_snapshot_attributes().iter();
                    restore(named.map(|a| (a.attribute_name(), a.attribute_values())))
                });
                shared_with(draft, operation, attributes);
            });
        } else {
            not_shared(cx, &mut draft, operation);
        }
        cx.push(draft);
    })
    .await;
}

/// Accounts that may restore it; `all` is everyone. AWS lists the attribute even where it is empty (Amazon RDS API
/// Reference, DescribeDBSnapshotAttributes), so an answer without it says nothing.
fn restore<'a>(named: impl Iterator<Item = (Option<&'a str>, &'a [String])>) -> Option<Vec<Value>> {
    let mut named = named.filter(|(name, _)| *name == Some("restore")).peekable();
    named.peek()?;
    Some(named.flat_map(|(_, values)| values.iter().map(|value| Value::from(value.as_str()))).collect())
}

fn shared_with(draft: &mut Draft, operation: &Operation, attributes: Option<Vec<Value>>) {
    match attributes {
        Some(accounts) => draft.set("RestoreAttributeValues", accounts),
        None => draft.unusable("RestoreAttributeValues", operation, "the answer came without the attribute restore"),
    }
}

/// A snapshot that cannot be shared: there is nothing to ask.
fn not_shared(cx: &Cx, draft: &mut Draft, operation: &'static Operation) {
    if cx.wants(operation) {
        draft.read(operation, &[]);
    }
}
