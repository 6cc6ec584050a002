//! AWS CloudTrail.

use std::sync::Arc;

use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, Trail};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Draft, client};
use crate::table::cloudtrail::*;

/// Reads AWS CloudTrail in one region.
///
/// Shadows of trails of other regions are asked for too: an organisation's trail is one in every member account, and
/// the home region of a trail may lie outside the scope. Each is kept in its home region, and only there its state is
/// asked, so that the parts agree whatever region answers first.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&DESCRIBE_TRAILS) {
            return;
        }
        let cloudtrail = client!(cx, aws_sdk_cloudtrail, "cloudtrail");
        let pages = cx.list(&DESCRIBE_TRAILS, cloudtrail.describe_trails().include_shadow_trails(true).send()).await;
        let trails = pages.items.iter().flat_map(|answer| answer.trail_list());
        cx.each(trails, |one| trail(&cx, &cloudtrail, one, &pages.evidence)).await;
    })
}

async fn trail(cx: &Cx, cloudtrail: &aws_sdk_cloudtrail::Client, trail: &Trail, evidence: &[String]) {
    let Some(name) = trail.name() else {
        return cx.list_unusable(&DESCRIBE_TRAILS, "a trail came without its name");
    };
    let arn = trail.trail_arn().unwrap_or(name);
    let home = trail.home_region().unwrap_or(&cx.region);
    let mut draft = Draft::new(&TRAIL, arn).arn(trail.trail_arn());
    draft.read(&DESCRIBE_TRAILS, evidence);
    draft.set("TrailName", name);
    draft.set("HomeRegion", trail.home_region());
    draft.set("IsMultiRegionTrail", trail.is_multi_region_trail());
    draft.set("IsOrganizationTrail", trail.is_organization_trail());
    draft.set("IncludeGlobalServiceEvents", trail.include_global_service_events());
    draft.set("EnableLogFileValidation", trail.log_file_validation_enabled());
    draft.set("S3BucketName", trail.s3_bucket_name());
    draft.set("KMSKeyId", trail.kms_key_id());
    draft.set("CloudWatchLogsLogGroupArn", trail.cloud_watch_logs_log_group_arn());
    draft.set("SnsTopicARN", trail.sns_topic_arn());
    if home == cx.region {
        if cx.wants(&GET_TRAIL_STATUS) {
            let future = cloudtrail.get_trail_status().name(arn).send();
            let answer = cx.detail(&GET_TRAIL_STATUS, arn, &["--name", arn], future).await;
            draft.fill(&GET_TRAIL_STATUS, answer, |d, s| {
                d.set("IsLogging", s.is_logging());
                d.set("LatestDeliveryError", s.latest_delivery_error().filter(|e| !e.is_empty()));
                d.set("LatestDeliveryTime", s.latest_delivery_time());
                d.set("StartLoggingTime", s.start_logging_time());
                let error = s.latest_cloud_watch_logs_delivery_error().filter(|e| !e.is_empty());
                d.set("LatestCloudWatchLogsDeliveryError", error);
                d.set("LatestCloudWatchLogsDeliveryTime", s.latest_cloud_watch_logs_delivery_time());
                d.set("LatestDigestDeliveryError", s.latest_digest_delivery_error().filter(|e| !e.is_empty()));
            });
        }
        if cx.wants(&GET_EVENT_SELECTORS) {
            let future = cloudtrail.get_event_selectors().trail_name(arn).send();
            let answer = cx.detail(&GET_EVENT_SELECTORS, arn, &["--trail-name", arn], future).await;
            draft.fill(&GET_EVENT_SELECTORS, answer, |d, s| {
                let mut plain: Vec<Value> = s.event_selectors().iter().map(event_selector).collect();
                let advanced: Vec<Value> = s.advanced_event_selectors().iter().map(advanced_selector).collect();
                if plain.is_empty() && advanced.is_empty() {
                    if trail.has_custom_event_selectors() != Some(false) {
                        return;
                    }
                    // A trail without selectors of its own logs all management events ("Logging management events",
                    // AWS CloudTrail User Guide).
                    plain.push(json!({"ReadWriteType": "All", "IncludeManagementEvents": true}));
                }
                d.set("EventSelectors", plain);
                d.set("AdvancedEventSelectors", advanced);
            });
        }
    }
    cx.push_in(home, draft);
}

fn event_selector(selector: &EventSelector) -> Value {
    json!({
        "ReadWriteType": selector.read_write_type().map(|t| t.as_str()),
        "IncludeManagementEvents": selector.include_management_events(),
        "ExcludeManagementEventSources": selector.exclude_management_event_sources(),
        "DataResources": selector.data_resources().iter().map(|r| json!({"Type": r.r#type(), "Values": r.values()}))
            .collect::<Vec<_>>(),
    })
}

fn advanced_selector(selector: &AdvancedEventSelector) -> Value {
    let fields: Vec<Value> = selector
        .field_selectors()
        .iter()
        .map(|f| {
            json!({
                "Field": f.field(), "Equals": f.equals(), "NotEquals": f.not_equals(),
                "StartsWith": f.starts_with(), "NotStartsWith": f.not_starts_with(),
                "EndsWith": f.ends_with(), "NotEndsWith": f.not_ends_with(),
            })
        })
        .collect();
    json!({"Name": selector.name(), "FieldSelectors": fields})
}
