//! Amazon Route 53.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use super::document::listed;
use super::{Cx, Draft, client};
use crate::table::route53::*;

/// Reads the account's hosted zones and health checks.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let route53 = client!(cx, aws_sdk_route53, "route53");
        if cx.wants(&LIST_HOSTED_ZONES) {
            zones(&cx, &route53).await;
        }
        if cx.wants(&LIST_HEALTH_CHECKS) {
            health_checks(&cx, &route53).await;
        }
    })
}

async fn zones(cx: &Cx, route53: &aws_sdk_route53::Client) {
    let stream = route53.list_hosted_zones().into_paginator().send();
    let pages = cx.pages(&LIST_HOSTED_ZONES, stream, |page| page.next_marker()).await;
    let mut logs: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let log_pages = match cx.wants(&LIST_QUERY_LOGGING_CONFIGS) {
        false => None,
        true => {
            let stream = route53.list_query_logging_configs().into_paginator().send();
            Some(cx.pages(&LIST_QUERY_LOGGING_CONFIGS, stream, |page| page.next_token()).await)
        }
    };
    for config in log_pages.iter().flat_map(|pages| &pages.items).flat_map(|page| page.query_logging_configs()) {
        let group = Value::from(config.cloud_watch_logs_log_group_arn());
        logs.entry(config.hosted_zone_id().to_string()).or_default().push(group);
    }
    for zone in pages.items.iter().flat_map(|page| page.hosted_zones()) {
        let id = zone.id().rsplit('/').next().unwrap_or(zone.id());
        let mut draft = Draft::new(&HOSTED_ZONE, id).arn(Some(format!("arn:aws:route53:::hostedzone/{id}")));
        draft.read(&LIST_HOSTED_ZONES, &pages.evidence);
        draft.set("Name", zone.name());
        draft.set("PrivateZone", zone.config().map(|c| c.private_zone()));
        if let Some(pages) = &log_pages {
            let own = logs.get(id).cloned().unwrap_or_default();
            listed(&mut draft, &LIST_QUERY_LOGGING_CONFIGS, pages, "QueryLoggingConfigs", own);
        }
        cx.push(draft);
    }
}

async fn health_checks(cx: &Cx, route53: &aws_sdk_route53::Client) {
    let stream = route53.list_health_checks().into_paginator().send();
    let pages = cx.pages(&LIST_HEALTH_CHECKS, stream, |page| page.next_marker()).await;
    for check in pages.items.iter().flat_map(|page| page.health_checks()) {
        let id = check.id();
        let mut draft = Draft::new(&HEALTH_CHECK, id).arn(Some(format!("arn:aws:route53:::healthcheck/{id}")));
        draft.read(&LIST_HEALTH_CHECKS, &pages.evidence);
        if let Some(config) = check.health_check_config() {
            draft.set("Type", config.r#type().as_str());
            draft.set("Disabled", config.disabled());
            draft.set("FullyQualifiedDomainName", config.fully_qualified_domain_name());
            draft.set("IPAddress", config.ip_address());
        }
        cx.push(draft);
    }
}
