//! Amazon CloudWatch Logs.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Draft, client};
use crate::table::cloudwatchlogs::*;

/// Reads Amazon CloudWatch Logs in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let logs = client!(cx, aws_sdk_cloudwatchlogs, "cloudwatchlogs");
        if cx.wants(&DESCRIBE_LOG_GROUPS) {
            groups(&cx, &logs).await;
        }
        if cx.wants(&DESCRIBE_METRIC_FILTERS) {
            filters(&cx, &logs).await;
        }
    })
}

async fn groups(cx: &Cx, logs: &aws_sdk_cloudwatchlogs::Client) {
    let stream = logs.describe_log_groups().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_LOG_GROUPS, stream, |page| page.next_token()).await;
    for group in pages.items.iter().flat_map(|page| page.log_groups()) {
        let Some(name) = group.log_group_name() else {
            cx.list_unusable(&DESCRIBE_LOG_GROUPS, "a log group came without its name");
            continue;
        };
        // `arn` ends in `:*`, which stands for its streams.
        let arn = group.log_group_arn().or_else(|| group.arn().map(|arn| arn.trim_end_matches(":*")));
        let mut draft = Draft::new(&LOG_GROUP, name).arn(arn);
        draft.read(&DESCRIBE_LOG_GROUPS, &pages.evidence);
        draft.set("LogGroupName", name);
        draft.set("RetentionInDays", group.retention_in_days());
        draft.set("KmsKeyId", group.kms_key_id());
        draft.set("LogGroupClass", group.log_group_class().map(|c| c.as_str()));
        draft.set("StoredBytes", group.stored_bytes());
        cx.push(draft);
    }
}

async fn filters(cx: &Cx, logs: &aws_sdk_cloudwatchlogs::Client) {
    let stream = logs.describe_metric_filters().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_METRIC_FILTERS, stream, |page| page.next_token()).await;
    for filter in pages.items.iter().flat_map(|page| page.metric_filters()) {
        let (Some(name), Some(group)) = (filter.filter_name(), filter.log_group_name()) else {
            cx.list_unusable(&DESCRIBE_METRIC_FILTERS, "a metric filter came without its name or its log group");
            continue;
        };
        let mut draft = Draft::new(&METRIC_FILTER, format!("{group}|{name}"));
        draft.read(&DESCRIBE_METRIC_FILTERS, &pages.evidence);
        draft.set("FilterName", name);
        draft.set("LogGroupName", group);
        draft.set("FilterPattern", filter.filter_pattern());
        let metrics: Vec<Value> = filter
            .metric_transformations()
            .iter()
            .map(|t| json!({"MetricName": t.metric_name(), "MetricNamespace": t.metric_namespace()}))
            .collect();
        draft.set("MetricTransformations", metrics);
        cx.push(draft);
    }
}
