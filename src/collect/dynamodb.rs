//! Amazon DynamoDB.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, TableDescription, TimeToLiveStatus};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::dynamodb::*;

/// Reads Amazon DynamoDB in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let dynamodb = client!(cx, aws_sdk_dynamodb, "dynamodb");
        if cx.wants(&LIST_TABLES) {
            tables(&cx, &dynamodb).await;
        }
    })
}

async fn tables(cx: &Cx, dynamodb: &aws_sdk_dynamodb::Client) {
    let stream = dynamodb.list_tables().into_paginator().send();
    let pages = cx.pages(&LIST_TABLES, stream, |page| page.last_evaluated_table_name()).await;
    let names: Vec<String> = pages.items.iter().flat_map(|page| page.table_names().to_vec()).collect();
    let evidence = &pages.evidence;
    cx.each(names, |name| async move {
        let arn = format!("arn:aws:dynamodb:{}:{}:table/{name}", cx.region, cx.account);
        let mut draft = Draft::new(&TABLE, &name).arn(Some(arn.clone()));
        draft.read(&LIST_TABLES, evidence);
        draft.set("TableName", name.as_str());
        draft.set("Region", cx.region.as_str());
        let args = ["--table-name", name.as_str()];
        if cx.wants(&DESCRIBE_TABLE) {
            let call = dynamodb.describe_table().table_name(&name).send();
            let answer = cx.detail(&DESCRIBE_TABLE, &name, &args, call).await;
            draft.fill(&DESCRIBE_TABLE, answer, |draft, answer| {
                if let Some(table) = answer.table() {
                    describe(draft, table);
                }
            });
        }
        if cx.wants(&DESCRIBE_CONTINUOUS_BACKUPS) {
            let call = dynamodb.describe_continuous_backups().table_name(&name).send();
            let answer = cx.detail(&DESCRIBE_CONTINUOUS_BACKUPS, &name, &args, call).await;
            draft.fill(&DESCRIBE_CONTINUOUS_BACKUPS, answer, |draft, answer| {
                let found = answer.continuous_backups_description();
                let recovery = found.and_then(|c| c.point_in_time_recovery_description());
                let status = recovery.and_then(|r| r.point_in_time_recovery_status());
                let on = status.map(|s| *s == PointInTimeRecoveryStatus::Enabled);
                draft.set("PointInTimeRecoveryEnabled", on);
                draft.set("LatestRestorableDateTime", recovery.and_then(|r| r.latest_restorable_date_time()));
            });
        }
        if cx.wants(&DESCRIBE_TIME_TO_LIVE) {
            let call = dynamodb.describe_time_to_live().table_name(&name).send();
            let answer = cx.detail(&DESCRIBE_TIME_TO_LIVE, &name, &args, call).await;
            draft.fill(&DESCRIBE_TIME_TO_LIVE, answer, |draft, answer| {
                let status = answer.time_to_live_description().and_then(|t| t.time_to_live_status());
                draft.set("TimeToLiveEnabled", status.map(|s| *s == TimeToLiveStatus::Enabled));
            });
        }
        if cx.wants(&GET_RESOURCE_POLICY) {
            let call = dynamodb.get_resource_policy().resource_arn(&arn).send();
            let args = ["--resource-arn", arn.as_str()];
            let none = ["PolicyNotFoundException"];
            let answer = cx.detail_or_absent(&GET_RESOURCE_POLICY, &name, &args, &none, call).await;
            draft.fill(&GET_RESOURCE_POLICY, answer, |draft, answer| {
                document(draft, &GET_RESOURCE_POLICY, "ResourcePolicy", answer.policy());
            });
        }
        if cx.wants(&LIST_TAGS_OF_RESOURCE) {
            let call = dynamodb.list_tags_of_resource().resource_arn(&arn).send();
            let args = ["--resource-arn", arn.as_str()];
            let answer = cx.detail(&LIST_TAGS_OF_RESOURCE, &name, &args, call).await;
            draft.fill(&LIST_TAGS_OF_RESOURCE, answer, |draft, answer| {
                draft.tags(answer.tags().iter().map(|tag| (tag.key(), tag.value())));
            });
        }
        cx.push(draft);
    })
    .await;
}

fn describe(draft: &mut Draft, table: &TableDescription) {
    draft.set("TableStatus", table.table_status().map(|s| s.as_str()));
    // A table that was never switched to on-demand answers without the summary (Amazon DynamoDB API Reference,
    // TableDescription): it is provisioned.
    let mode = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    draft.set("BillingMode", mode.map_or("PROVISIONED", |mode| mode.as_str()));
    if let Some(sse) = table.sse_description() {
        let value = json!({
            "SSEEnabled": sse.status().map(|s| matches!(s.as_str(), "ENABLED" | "UPDATING" | "ENABLING")),
            "SSEType": sse.sse_type().map(|t| t.as_str()),
            "KMSMasterKeyId": sse.kms_master_key_arn(),
        });
        draft.set("SSESpecification", value);
    }
    draft.set("DeletionProtectionEnabled", table.deletion_protection_enabled());
    let replicas: Vec<Value> =
        table.replicas().iter().filter_map(|replica| replica.region_name().map(Value::from)).collect();
    draft.set("Replicas", replicas);
}
