//! Amazon CloudWatch alarms.

use std::sync::Arc;

use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, Dimension, MetricAlarm};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Draft, client};
use crate::table::cloudwatch::*;

/// Reads Amazon CloudWatch in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&DESCRIBE_ALARMS) {
            return;
        }
        let cloudwatch = client!(cx, aws_sdk_cloudwatch, "cloudwatch");
        // Without types the answer has metric alarms only.
        let stream = cloudwatch
            .describe_alarms()
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .into_paginator()
            .send();
        let pages = cx.pages(&DESCRIBE_ALARMS, stream, |page| page.next_token()).await;
        for page in &pages.items {
            page.metric_alarms().iter().for_each(|alarm| metric(&cx, alarm, &pages.evidence));
            page.composite_alarms().iter().for_each(|alarm| composite(&cx, alarm, &pages.evidence));
        }
    })
}

fn metric(cx: &Cx, alarm: &MetricAlarm, evidence: &[String]) {
    let Some(name) = alarm.alarm_name() else {
        return cx.list_unusable(&DESCRIBE_ALARMS, "an alarm came without its name");
    };
    let mut draft = Draft::new(&ALARM, name).arn(alarm.alarm_arn());
    draft.read(&DESCRIBE_ALARMS, evidence);
    draft.set("AlarmName", name);
    draft.set("ActionsEnabled", alarm.actions_enabled());
    draft.set("AlarmActions", alarm.alarm_actions());
    draft.set("OKActions", alarm.ok_actions());
    draft.set("InsufficientDataActions", alarm.insufficient_data_actions());
    draft.set("StateValue", alarm.state_value().map(|s| s.as_str()));
    draft.set("StateUpdatedTimestamp", alarm.state_updated_timestamp());
    draft.set("Namespace", alarm.namespace());
    draft.set("MetricName", alarm.metric_name());
    draft.set("Dimensions", dimensions(alarm.dimensions()));
    let metrics: Vec<Value> = alarm
        .metrics()
        .iter()
        .map(|query| {
            let metric = query.metric_stat().and_then(|stat| stat.metric());
            json!({
                "Id": query.id(),
                "Expression": query.expression(),
                "MetricStat": metric.map(|m| json!({"Metric": {
                    "Namespace": m.namespace(),
                    "MetricName": m.metric_name(),
                    "Dimensions": dimensions(m.dimensions()),
                }})),
            })
        })
        .collect();
    draft.set("Metrics", metrics);
    draft.set("TreatMissingData", alarm.treat_missing_data());
    cx.push(draft);
}

fn composite(cx: &Cx, alarm: &CompositeAlarm, evidence: &[String]) {
    let Some(name) = alarm.alarm_name() else {
        return cx.list_unusable(&DESCRIBE_ALARMS, "a composite alarm came without its name");
    };
    let mut draft = Draft::new(&COMPOSITE_ALARM, name).arn(alarm.alarm_arn());
    draft.read(&DESCRIBE_ALARMS, evidence);
    draft.set("AlarmName", name);
    draft.set("AlarmRule", alarm.alarm_rule());
    draft.set("ActionsEnabled", alarm.actions_enabled());
    draft.set("AlarmActions", alarm.alarm_actions());
    draft.set("StateValue", alarm.state_value().map(|s| s.as_str()));
    draft.set("StateUpdatedTimestamp", alarm.state_updated_timestamp());
    cx.push(draft);
}

fn dimensions(dimensions: &[Dimension]) -> Vec<Value> {
    dimensions.iter().map(|d| json!({"Name": d.name(), "Value": d.value()})).collect()
}
