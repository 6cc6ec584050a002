//! AWS WAF.

use std::sync::Arc;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::Scope;
use futures::future::BoxFuture;

use super::by_token::by_token;
use super::{Cx, Detail, Draft, client};
use crate::model::{AttributeGap, GapReason};
use crate::table::wafv2::*;

/// The region in which web ACLs for CloudFront stand (AWS WAF API Reference, "ListWebACLs").
const CLOUDFRONT_REGION: &str = "us-east-1";

/// Reads web ACLs in one region; in us-east-1 those for CloudFront too.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let waf = client!(cx, aws_sdk_wafv2, "wafv2");
        if !cx.wants(&LIST_WEB_ACLS) {
            return;
        }
        web_acls(&cx, &waf, Scope::Regional).await;
        if cx.region == CLOUDFRONT_REGION {
            web_acls(&cx, &waf, Scope::Cloudfront).await;
        }
    })
}

async fn web_acls(cx: &Cx, waf: &Client, scope: Scope) {
    let (client, of) = (waf.clone(), scope.clone());
    let stream = by_token(
        move |token| client.list_web_acls().scope(of.clone()).set_next_marker(token).send(),
        |page: &aws_sdk_wafv2::operation::list_web_acls::ListWebAcLsOutput| page.next_marker(),
    );
    let pages = cx.pages(&LIST_WEB_ACLS, stream, |page| page.next_marker()).await;
    let logging = if cx.wants(&LIST_LOGGING_CONFIGURATIONS) {
        let (client, of) = (waf.clone(), scope.clone());
        let stream = by_token(
            move |token| client.list_logging_configurations().scope(of.clone()).set_next_marker(token).send(),
            |page: &aws_sdk_wafv2::operation::list_logging_configurations::ListLoggingConfigurationsOutput| {
                page.next_marker()
            },
        );
        Some(cx.pages(&LIST_LOGGING_CONFIGURATIONS, stream, |page| page.next_marker()).await)
    } else {
        None
    };
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.web_acls()).collect();
    cx.each(all, |acl| {
        let (pages, logging, scope) = (&pages, &logging, &scope);
        async move {
            let (Some(name), Some(id), Some(arn)) = (acl.name(), acl.id(), acl.arn()) else { return };
            let mut draft = Draft::new(&WEB_ACL, format!("{name}|{id}|{}", scope.as_str())).arn(Some(arn));
            draft.read(&LIST_WEB_ACLS, &pages.evidence);
            draft.set("Name", name);
            draft.set("Scope", scope.as_str());
            if let Some(logging) = logging {
                let detail = if logging.complete {
                    Detail::Read { value: (), evidence: logging.evidence.clone() }
                } else {
                    Detail::Gap(AttributeGap {
                        reason: GapReason::NotRead,
                        operation: LIST_LOGGING_CONFIGURATIONS.id(),
                        detail: "the logging configurations were not read to the end".into(),
                    })
                };
                let own = logging
                    .items
                    .iter()
                    .flat_map(|page| page.logging_configurations())
                    .filter(|c| c.resource_arn() == arn)
                    .flat_map(|c| c.log_destination_configs().iter().cloned());
                draft.fill(&LIST_LOGGING_CONFIGURATIONS, detail, |d, ()| {
                    d.set("LogDestinationConfigs", own.collect::<Vec<String>>());
                });
            }
            if cx.wants(&GET_WEB_ACL) {
                let call = waf.get_web_acl().name(name).id(id).scope(scope.clone()).send();
                let args = ["--name", name, "--id", id, "--scope", scope.as_str()];
                let answer = cx.detail(&GET_WEB_ACL, arn, &args, call).await;
                draft.fill(&GET_WEB_ACL, answer, |d, o| {
                    let Some(acl) = o.web_acl() else { return };
                    let managed = acl
                        .pre_process_firewall_manager_rule_groups()
                        .iter()
                        .chain(acl.post_process_firewall_manager_rule_groups())
                        .map(|g| g.name().to_string());
                    let rules = acl.rules().iter().map(|r| r.name().to_string());
                    d.set("Rules", rules.chain(managed).collect::<Vec<String>>());
                    let action = acl.default_action();
                    d.set(
                        "DefaultAction",
                        match (action.and_then(|a| a.allow()), action.and_then(|a| a.block())) {
                            (_, Some(_)) => Some("BLOCK"),
                            (Some(_), None) => Some("ALLOW"),
                            (None, None) => None,
                        },
                    );
                });
            }
            if cx.wants(&LIST_TAGS_FOR_RESOURCE) {
                let call = waf.list_tags_for_resource().resource_arn(arn).send();
                let answer = cx.detail(&LIST_TAGS_FOR_RESOURCE, arn, &["--resource-arn", arn], call).await;
                draft.fill(&LIST_TAGS_FOR_RESOURCE, answer, |d, o| {
                    let tags = o.tag_info_for_resource().map(|t| t.tag_list()).unwrap_or_default();
                    d.tags(tags.iter().map(|t| (t.key(), t.value())));
                });
            }
            cx.push(draft);
        }
    })
    .await;
}
