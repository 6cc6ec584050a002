//! Elastic Load Balancing: Application, Network and Gateway Load Balancers.

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{Listener, LoadBalancer, TargetGroup};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::elasticloadbalancingv2::*;

/// Resources of one DescribeTags call, at most (Elastic Load Balancing API Reference, "DescribeTags").
const TAG_BATCH: usize = 20;
/// Key under which a draft's ARN travels with it.
type Arned = (String, Draft);

/// Reads load balancers and target groups in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let elb = client!(cx, aws_sdk_elasticloadbalancingv2, "elasticloadbalancingv2");
        futures::join!(load_balancers(&cx, &elb), target_groups(&cx, &elb));
    })
}

async fn load_balancers(cx: &Cx, elb: &Client) {
    if !cx.wants(&DESCRIBE_LOAD_BALANCERS) {
        return;
    }
    #[cfg(feature = "wafv2")]
    let waf = client!(cx, aws_sdk_wafv2, "wafv2");
    let stream = elb.describe_load_balancers().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_LOAD_BALANCERS, stream, |page| page.next_marker()).await;
    let drafts = std::sync::Mutex::new(Vec::<Arned>::new());
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.load_balancers()).collect();
    cx.each(all, |balancer| {
        let (pages, drafts) = (&pages, &drafts);
        #[cfg(feature = "wafv2")]
        let waf = &waf;
        async move {
            let Some(arn) = balancer.load_balancer_arn() else { return };
            let mut draft = load_balancer(arn, balancer, &pages.evidence);
            if cx.wants(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES) {
                let call = elb.describe_load_balancer_attributes().load_balancer_arn(arn).send();
                let args = ["--load-balancer-arn", arn];
                let answer = cx.detail(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, arn, &args, call).await;
                draft.fill(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, answer, |d, o| {
                    let by_key = o.attributes().iter().filter_map(|a| Some((a.key()?.into(), a.value()?.into())));
                    d.set("LoadBalancerAttributes", by_key.collect::<Map<String, Value>>());
                });
            }
            if cx.wants(&DESCRIBE_LISTENERS) {
                listeners(cx, elb, arn, &mut draft).await;
            }
            #[cfg(feature = "wafv2")]
            if cx.wants(&GET_WEB_ACL_FOR_RESOURCE) {
                // WAF stands before Application Load Balancers only.
                if balancer.r#type().is_some_and(|t| t.as_str() == "application") {
                    let call = waf.get_web_acl_for_resource().resource_arn(arn).send();
                    let args = ["--resource-arn", arn];
                    let answer = cx.detail(&GET_WEB_ACL_FOR_RESOURCE, arn, &args, call).await;
                    draft.fill(&GET_WEB_ACL_FOR_RESOURCE, answer, |d, o| {
                        d.set("WebACLArn", o.web_acl().map(|acl| acl.arn()));
                    });
                } else {
                    draft.read(&GET_WEB_ACL_FOR_RESOURCE, &pages.evidence);
                }
            }
            if let Ok(mut drafts) = drafts.lock() {
                drafts.push((arn.to_string(), draft));
            }
        }
    })
    .await;
    tag_and_push(cx, elb, drafts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)).await;
}

fn load_balancer(arn: &str, balancer: &LoadBalancer, evidence: &[String]) -> Draft {
    // Names are unique within an account and region, but for balancers of different types.
    let id = arn.split_once(":loadbalancer/").map_or(arn, |(_, id)| id);
    let mut draft = Draft::new(&LOAD_BALANCER, id).arn(Some(arn));
    draft.read(&DESCRIBE_LOAD_BALANCERS, evidence);
    draft.set("Name", balancer.load_balancer_name());
    draft.set("Type", balancer.r#type().map(|t| t.as_str()));
    draft.set("Scheme", balancer.scheme().map(|s| s.as_str()));
    draft.set("DNSName", balancer.dns_name());
    draft.set("VpcId", balancer.vpc_id());
    draft.set("IpAddressType", balancer.ip_address_type().map(|t| t.as_str()));
    let zones = balancer.availability_zones();
    draft.set("AvailabilityZones", texts(zones.iter().map(|z| z.zone_name())));
    draft.set("Subnets", texts(zones.iter().map(|z| z.subnet_id())));
    draft.set("SecurityGroups", balancer.security_groups());
    draft
}

fn texts<'a>(of: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    of.flatten().map(ToString::to_string).collect()
}

/// Listeners of one load balancer, to the last page: half of them would let a bad one go unseen.
async fn listeners(cx: &Cx, elb: &Client, arn: &str, draft: &mut Draft) {
    let mut rows: Vec<Value> = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let call = elb.describe_listeners().load_balancer_arn(arn).set_marker(marker.clone()).send();
        match cx.detail(&DESCRIBE_LISTENERS, arn, &["--load-balancer-arn", arn], call).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                rows.extend(value.listeners().iter().map(listener));
                let next = value.next_marker().filter(|m| !m.is_empty()).map(ToString::to_string);
                if next.is_some() && next == marker {
                    draft.read(&DESCRIBE_LISTENERS, &evidence);
                    draft.unusable("Listeners", &DESCRIBE_LISTENERS, "the listing repeats a page token");
                    return;
                }
                marker = next;
                if marker.is_none() {
                    break;
                }
            }
            other => return draft.fill(&DESCRIBE_LISTENERS, other, |_, _| {}),
        }
    }
    draft.read(&DESCRIBE_LISTENERS, &evidence);
    draft.set("Listeners", rows);
}

fn listener(listener: &Listener) -> Value {
    let actions: Vec<Value> = listener
        .default_actions()
        .iter()
        .map(|a| {
            let redirect = a.redirect_config();
            json!({
                "Type": a.r#type().map(|t| t.as_str()),
                "RedirectProtocol": redirect.and_then(|r| r.protocol()),
            })
        })
        .collect();
    json!({
        "ListenerArn": listener.listener_arn(),
        "Port": listener.port(),
        "Protocol": listener.protocol().map(|p| p.as_str()),
        "SslPolicy": listener.ssl_policy(),
        "DefaultActions": actions,
    })
}

async fn target_groups(cx: &Cx, elb: &Client) {
    if !cx.wants(&DESCRIBE_TARGET_GROUPS) {
        return;
    }
    let stream = elb.describe_target_groups().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_TARGET_GROUPS, stream, |page| page.next_marker()).await;
    let drafts = std::sync::Mutex::new(Vec::<Arned>::new());
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.target_groups()).collect();
    cx.each(all, |group| {
        let (pages, drafts) = (&pages, &drafts);
        async move {
            let Some(arn) = group.target_group_arn() else { return };
            let mut draft = target_group(arn, group, &pages.evidence);
            if cx.wants(&DESCRIBE_TARGET_HEALTH) {
                let call = elb.describe_target_health().target_group_arn(arn).send();
                let answer = cx.detail(&DESCRIBE_TARGET_HEALTH, arn, &["--target-group-arn", arn], call).await;
                draft.fill(&DESCRIBE_TARGET_HEALTH, answer, |d, o| {
                    let targets: Vec<Value> = o
                        .target_health_descriptions()
                        .iter()
                        .map(|t| {
                            json!({
                                "Id": t.target().and_then(|t| t.id()),
                                "AvailabilityZone": t.target().and_then(|t| t.availability_zone()),
                                "State": t.target_health().and_then(|h| h.state()).map(|s| s.as_str()),
                            })
                        })
                        .collect();
                    d.set("Targets", targets);
                });
            }
            if let Ok(mut drafts) = drafts.lock() {
                drafts.push((arn.to_string(), draft));
            }
        }
    })
    .await;
    tag_and_push(cx, elb, drafts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)).await;
}

fn target_group(arn: &str, group: &TargetGroup, evidence: &[String]) -> Draft {
    let id = arn.split_once(":targetgroup/").map_or(arn, |(_, id)| id);
    let mut draft = Draft::new(&TARGET_GROUP, id).arn(Some(arn));
    draft.read(&DESCRIBE_TARGET_GROUPS, evidence);
    draft.set("Name", group.target_group_name());
    draft.set("Protocol", group.protocol().map(|p| p.as_str()));
    draft.set("Port", group.port());
    draft.set("TargetType", group.target_type().map(|t| t.as_str()));
    draft.set("LoadBalancerArns", group.load_balancer_arns());
    draft.set("HealthCheckEnabled", group.health_check_enabled());
    draft.set("HealthCheckProtocol", group.health_check_protocol().map(|p| p.as_str()));
    draft
}

/// Tags come for up to twenty ARNs at once.
async fn tag_and_push(cx: &Cx, elb: &Client, mut drafts: Vec<Arned>) {
    drafts.sort_by(|a, b| a.0.cmp(&b.0));
    if cx.wants(&DESCRIBE_TAGS) {
        for batch in drafts.chunks_mut(TAG_BATCH) {
            let arns: Vec<String> = batch.iter().map(|(arn, _)| arn.clone()).collect();
            let args: Vec<&str> = std::iter::once("--resource-arns").chain(arns.iter().map(String::as_str)).collect();
            let about = arns.first().cloned().unwrap_or_default();
            let call = elb.describe_tags().set_resource_arns(Some(arns.clone())).send();
            let answer = cx.detail(&DESCRIBE_TAGS, &about, &args, call).await;
            for (arn, draft) in batch {
                let own = match &answer {
                    Detail::Read { value, evidence } => Detail::Read { value, evidence: evidence.clone() },
                    Detail::Absent { evidence } => Detail::Absent { evidence: evidence.clone() },
                    Detail::Gap(gap) => Detail::Gap(gap.clone()),
                };
                draft.fill(&DESCRIBE_TAGS, own, |d, o| {
                    let own = o.tag_descriptions().iter().find(|t| t.resource_arn() == Some(arn.as_str()));
                    let tags = own.map(|t| t.tags()).unwrap_or_default();
                    d.tags(tags.iter().filter_map(|t| Some((t.key()?, t.value().unwrap_or_default()))));
                });
            }
        }
    }
    drafts.into_iter().for_each(|(_, draft)| cx.push(draft));
}
