//! AWS Systems Manager.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ssm::types::{InstanceInformation, InstancePatchState};
use futures::future::BoxFuture;
use serde_json::Value;

use super::{Cx, Draft, client};
use crate::table::ssm::*;

/// The document that holds Session Manager's preferences of a region.
const PREFERENCES: &str = "SSM-SessionManagerRunShell";
/// Instances that one DescribeInstancePatchStates answers for, at most (AWS Systems Manager API Reference).
const BATCH: usize = 50;

/// Reads AWS Systems Manager in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let ssm = client!(cx, aws_sdk_ssm, "ssm");
        if cx.wants(&GET_DOCUMENT) {
            preferences(&cx, &ssm).await;
        }
        if cx.wants(&DESCRIBE_INSTANCE_INFORMATION) {
            instances(&cx, &ssm).await;
        }
    })
}

async fn instances(cx: &Cx, ssm: &aws_sdk_ssm::Client) {
    let stream = ssm.describe_instance_information().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_INSTANCE_INFORMATION, stream, |page| page.next_token()).await;
    let instances: Vec<(&str, &InstanceInformation)> = pages
        .items
        .iter()
        .flat_map(|page| page.instance_information_list())
        .filter_map(|instance| Some((instance.instance_id()?, instance)))
        .collect();
    let batches = instances.chunks(BATCH);
    cx.each(batches, |batch| of_batch(cx, ssm, batch, &pages.evidence)).await;
}

async fn of_batch(cx: &Cx, ssm: &aws_sdk_ssm::Client, batch: &[(&str, &InstanceInformation)], evidence: &[String]) {
    let patches = if cx.wants(&DESCRIBE_INSTANCE_PATCH_STATES) { patch_states(cx, ssm, batch).await } else { None };
    for (id, instance) in batch {
        let mut draft = Draft::new(&MANAGED_INSTANCE, *id);
        draft.read(&DESCRIBE_INSTANCE_INFORMATION, evidence);
        draft.set("InstanceId", *id);
        draft.set("ResourceType", instance.resource_type().map(|t| t.as_str()));
        draft.set("PingStatus", instance.ping_status().map(|s| s.as_str()));
        draft.set("LastPingDateTime", instance.last_ping_date_time());
        draft.set("AgentVersion", instance.agent_version());
        draft.set("IsLatestVersion", instance.is_latest_version());
        draft.set("PlatformType", instance.platform_type().map(|t| t.as_str()));
        draft.set("PlatformName", instance.platform_name());
        if let Some((states, evidence)) = &patches {
            draft.read(&DESCRIBE_INSTANCE_PATCH_STATES, evidence);
            if let Some(state) = states.get(*id) {
                draft.set("PatchScanTime", state.operation_end_time());
                draft.set("MissingCount", state.missing_count());
                draft.set("FailedCount", state.failed_count());
                draft.set("CriticalNonCompliantCount", state.critical_non_compliant_count());
                draft.set("SecurityNonCompliantCount", state.security_non_compliant_count());
                draft.set("InstalledPendingRebootCount", state.installed_pending_reboot_count());
            }
        }
        cx.push(draft);
    }
}

/// The patch states of a batch by instance, and the evidence; none where they were not read to the end.
async fn patch_states(
    cx: &Cx,
    ssm: &aws_sdk_ssm::Client,
    batch: &[(&str, &InstanceInformation)],
) -> Option<(BTreeMap<String, InstancePatchState>, Vec<String>)> {
    let ids: Vec<String> = batch.iter().map(|(id, _)| (*id).to_string()).collect();
    let mut args = vec!["--instance-ids"];
    args.extend(ids.iter().map(String::as_str));
    let stream = ssm.describe_instance_patch_states().set_instance_ids(Some(ids.clone())).into_paginator().send();
    let pages = cx.pages_for(&DESCRIBE_INSTANCE_PATCH_STATES, &args, stream, |page| page.next_token()).await;
    if !pages.complete {
        return None;
    }
    let states = pages
        .items
        .into_iter()
        .flat_map(|page| page.instance_patch_states.unwrap_or_default())
        .map(|state| (state.instance_id.clone(), state))
        .collect();
    Some((states, pages.evidence))
}

async fn preferences(cx: &Cx, ssm: &aws_sdk_ssm::Client) {
    let mut draft = Draft::new(&REGION_SESSIONS, &cx.region);
    let future = ssm.get_document().name(PREFERENCES).send();
    // Without the document Session Manager uses its defaults: nothing is logged.
    let answer =
        cx.detail_or_absent(&GET_DOCUMENT, &cx.region, &["--name", PREFERENCES], &["InvalidDocument"], future).await;
    draft.fill(&GET_DOCUMENT, answer, |d, o| {
        let content = o.content().map(serde_json::from_str::<Value>);
        let why = match content {
            Some(Ok(content)) if content.get("inputs").is_some_and(Value::is_object) => {
                inputs(d, &content);
                return;
            }
            Some(Ok(_)) => "the document has no inputs".to_string(),
            Some(Err(error)) => format!("the document is no JSON: {error}"),
            None => "the answer came without the document's content".to_string(),
        };
        for name in [
            "SessionS3BucketName",
            "SessionCloudWatchLogGroupName",
            "SessionIdleTimeout",
            "SessionMaxDuration",
            "SessionKmsKeyId",
        ] {
            d.unusable(name, &GET_DOCUMENT, why.as_str());
        }
    });
    cx.push(draft);
}

/// Takes the preferences over; an empty text means "not set".
fn inputs(draft: &mut Draft, content: &Value) {
    let text = |name: &str| {
        let value = content.get("inputs").and_then(|inputs| inputs.get(name)).and_then(Value::as_str);
        value.filter(|text| !text.is_empty())
    };
    draft.set("SessionS3BucketName", text("s3BucketName"));
    draft.set("SessionCloudWatchLogGroupName", text("cloudWatchLogGroupName"));
    draft.set("SessionKmsKeyId", text("kmsKeyId"));
    for (attribute, name) in
        [("SessionIdleTimeout", "idleSessionTimeout"), ("SessionMaxDuration", "maxSessionDuration")]
    {
        match text(name).map(str::parse::<i64>) {
            Some(Ok(minutes)) => draft.set(attribute, minutes),
            Some(Err(error)) => draft.unusable(attribute, &GET_DOCUMENT, format!("{name} is no number: {error}")),
            None => {}
        }
    }
}
