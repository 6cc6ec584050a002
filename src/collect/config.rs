//! AWS Config.

use std::sync::Arc;

use aws_sdk_config::types::{ConfigurationRecorderStatus, RecordingGroup};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::config::*;

/// Reads AWS Config in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let config = client!(cx, aws_sdk_config, "config");
        if cx.wants(&DESCRIBE_CONFIGURATION_RECORDERS) {
            recorders(&cx, &config).await;
        }
        if cx.wants(&DESCRIBE_DELIVERY_CHANNELS) {
            channels(&cx, &config).await;
        }
    })
}

async fn recorders(cx: &Cx, config: &aws_sdk_config::Client) {
    let pages = cx.list(&DESCRIBE_CONFIGURATION_RECORDERS, config.describe_configuration_recorders().send()).await;
    let recorders: Vec<_> = pages.items.iter().flat_map(|answer| answer.configuration_recorders()).collect();
    // One answer has the state of all of them.
    let mut status = None;
    if cx.wants(&DESCRIBE_CONFIGURATION_RECORDER_STATUS) && !recorders.is_empty() {
        let future = config.describe_configuration_recorder_status().send();
        let answer = cx.detail(&DESCRIBE_CONFIGURATION_RECORDER_STATUS, &cx.region, &[], future).await;
        status = Some(answer.map(|a| a.configuration_recorders_status.unwrap_or_default()));
    }
    for recorder in recorders {
        let Some(name) = recorder.name() else {
            cx.list_unusable(&DESCRIBE_CONFIGURATION_RECORDERS, "a recorder came without its name");
            continue;
        };
        let mut draft = Draft::new(&CONFIGURATION_RECORDER, name).arn(recorder.arn());
        draft.read(&DESCRIBE_CONFIGURATION_RECORDERS, &pages.evidence);
        draft.set("Name", name);
        draft.set("RoleARN", recorder.role_arn());
        draft.set("RecordingGroup", recorder.recording_group().map(recording_group));
        match &status {
            Some(Detail::Read { value, evidence }) => {
                // A recorder that the answer leaves out stays a gap.
                if let Some(status) = value.iter().find(|s: &&ConfigurationRecorderStatus| s.name() == Some(name)) {
                    draft.read(&DESCRIBE_CONFIGURATION_RECORDER_STATUS, evidence);
                    draft.set("Recording", status.recording());
                    draft.set("LastStatus", status.last_status().map(|s| s.as_str()));
                    draft.set("LastErrorCode", status.last_error_code().filter(|code| !code.is_empty()));
                }
            }
            Some(Detail::Gap(gap)) => {
                draft.fill(&DESCRIBE_CONFIGURATION_RECORDER_STATUS, Detail::<()>::Gap(gap.clone()), |_, ()| {});
            }
            Some(Detail::Absent { .. }) | None => {}
        }
        cx.push(draft);
    }
}

fn recording_group(group: &RecordingGroup) -> Value {
    json!({
        "AllSupported": group.all_supported(),
        "IncludeGlobalResourceTypes": group.include_global_resource_types(),
        "ResourceTypes": group.resource_types().iter().map(|t| t.as_str()).collect::<Vec<_>>(),
        "ExclusionByResourceTypes": group.exclusion_by_resource_types().map(|e| {
            json!({"ResourceTypes": e.resource_types().iter().map(|t| t.as_str()).collect::<Vec<_>>()})
        }),
        "RecordingStrategy": group
            .recording_strategy()
            .map(|s| json!({"UseOnly": s.use_only().map(|u| u.as_str())})),
    })
}

async fn channels(cx: &Cx, config: &aws_sdk_config::Client) {
    let pages = cx.list(&DESCRIBE_DELIVERY_CHANNELS, config.describe_delivery_channels().send()).await;
    for channel in pages.items.iter().flat_map(|answer| answer.delivery_channels()) {
        let Some(name) = channel.name() else {
            cx.list_unusable(&DESCRIBE_DELIVERY_CHANNELS, "a delivery channel came without its name");
            continue;
        };
        let mut draft = Draft::new(&DELIVERY_CHANNEL, name);
        draft.read(&DESCRIBE_DELIVERY_CHANNELS, &pages.evidence);
        draft.set("Name", name);
        draft.set("S3BucketName", channel.s3_bucket_name());
        draft.set("S3KmsKeyArn", channel.s3_kms_key_arn());
        draft.set("SnsTopicARN", channel.sns_topic_arn());
        cx.push(draft);
    }
}
