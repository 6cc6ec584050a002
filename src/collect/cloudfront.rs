//! Amazon CloudFront.

use std::sync::Arc;

use aws_sdk_cloudfront::types::{DistributionSummary, Origin};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Draft, client};
use crate::table::cloudfront::*;

/// Reads the account's distributions.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let cloudfront = client!(cx, aws_sdk_cloudfront, "cloudfront");
        if cx.wants(&LIST_DISTRIBUTIONS) {
            distributions(&cx, &cloudfront).await;
        }
    })
}

async fn distributions(cx: &Cx, cloudfront: &aws_sdk_cloudfront::Client) {
    let stream = cloudfront.list_distributions().into_paginator().send();
    let pages = cx
        .pages(&LIST_DISTRIBUTIONS, stream, |page| page.distribution_list().and_then(|list| list.next_marker()))
        .await;
    if pages.items.iter().any(|page| page.distribution_list().is_none()) {
        cx.list_unusable(&LIST_DISTRIBUTIONS, "the answer came without the list of distributions");
    }
    let mut drafts = Vec::new();
    for summary in pages.items.iter().filter_map(|page| page.distribution_list()).flat_map(|list| list.items()) {
        let mut draft = Draft::new(&DISTRIBUTION, summary.id()).arn(Some(summary.arn()));
        draft.read(&LIST_DISTRIBUTIONS, &pages.evidence);
        describe(&mut draft, summary);
        drafts.push((draft, summary.arn().to_string()));
    }
    cx.each(drafts, |(mut draft, arn)| async move {
        let id = draft.id().to_string();
        if cx.wants(&GET_DISTRIBUTION_CONFIG) {
            let call = cloudfront.get_distribution_config().id(&id).send();
            let answer = cx.detail(&GET_DISTRIBUTION_CONFIG, &id, &["--id", &id], call).await;
            draft.fill(&GET_DISTRIBUTION_CONFIG, answer, |draft, answer| {
                if let Some(logging) = answer.distribution_config().and_then(|c| c.logging()) {
                    draft.set("Logging", json!({ "Enabled": logging.enabled(), "Bucket": logging.bucket() }));
                }
            });
        }
        if cx.wants(&LIST_TAGS_FOR_RESOURCE) {
            let call = cloudfront.list_tags_for_resource().resource(&arn).send();
            let answer = cx.detail(&LIST_TAGS_FOR_RESOURCE, &id, &["--resource", &arn], call).await;
            draft.fill(&LIST_TAGS_FOR_RESOURCE, answer, |draft, answer| {
                if let Some(tags) = answer.tags() {
                    draft.tags(tags.items().iter().map(|tag| (tag.key(), tag.value().unwrap_or_default())));
                }
            });
        }
        cx.push(draft);
    })
    .await;
}

fn describe(draft: &mut Draft, summary: &DistributionSummary) {
    draft.set("Enabled", summary.enabled());
    draft.set("DomainName", summary.domain_name());
    draft.set("Aliases", summary.aliases().map(|aliases| aliases.items()));
    // Empty where no web ACL is attached.
    draft.set("WebACLId", summary.web_acl_id());
    if let Some(default) = summary.default_cache_behavior() {
        let mut policies = vec![Value::from(default.viewer_protocol_policy().as_str())];
        let mut logs: Vec<Value> = default.realtime_log_config_arn().map(Value::from).into_iter().collect();
        for behaviour in summary.cache_behaviors().map(|b| b.items()).unwrap_or_default() {
            policies.push(Value::from(behaviour.viewer_protocol_policy().as_str()));
            logs.extend(behaviour.realtime_log_config_arn().map(Value::from));
        }
        draft.set("ViewerProtocolPolicies", policies);
        draft.set("RealtimeLogConfigArns", logs);
    }
    if let Some(certificate) = summary.viewer_certificate() {
        let value = json!({
            "CloudFrontDefaultCertificate": certificate.cloud_front_default_certificate(),
            "AcmCertificateArn": certificate.acm_certificate_arn(),
            "MinimumProtocolVersion": certificate.minimum_protocol_version().map(|v| v.as_str()),
        });
        draft.set("ViewerCertificate", value);
    }
    if let Some(origins) = summary.origins() {
        draft.set("Origins", origins.items().iter().map(origin).collect::<Vec<_>>());
    }
}

fn origin(origin: &Origin) -> Value {
    let custom = origin.custom_origin_config();
    json!({
        "Id": origin.id(),
        "DomainName": origin.domain_name(),
        "OriginProtocolPolicy": custom.map(|c| c.origin_protocol_policy().as_str()),
        "OriginSSLProtocols": custom
            .and_then(|c| c.origin_ssl_protocols())
            .map(|p| p.items().iter().map(|i| i.as_str()).collect::<Vec<_>>())
            .unwrap_or_default(),
        "OriginAccessControlId": origin.origin_access_control_id(),
        "OriginAccessIdentity": origin.s3_origin_config().map(|s| s.origin_access_identity()),
    })
}
