//! Elastic Load Balancing: Classic Load Balancers.

use std::sync::Arc;

use aws_sdk_elasticloadbalancing::Client;
use aws_sdk_elasticloadbalancing::types::LoadBalancerDescription;
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::elasticloadbalancing::*;

/// Load balancers of one DescribeTags call, at most (Elastic Load Balancing API Reference 2012-06-01, "DescribeTags").
const TAG_BATCH: usize = 20;

/// Reads Classic Load Balancers in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let elb = client!(cx, aws_sdk_elasticloadbalancing, "elasticloadbalancing");
        if cx.wants(&DESCRIBE_LOAD_BALANCERS) {
            load_balancers(&cx, &elb).await;
        }
    })
}

async fn load_balancers(cx: &Cx, elb: &Client) {
    let stream = elb.describe_load_balancers().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_LOAD_BALANCERS, stream, |page| page.next_marker()).await;
    let drafts = std::sync::Mutex::new(Vec::<Draft>::new());
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.load_balancer_descriptions()).collect();
    cx.each(all, |balancer| {
        let (pages, drafts) = (&pages, &drafts);
        async move {
            let Some(name) = balancer.load_balancer_name() else { return };
            let mut draft = load_balancer(name, balancer, &pages.evidence);
            let args = ["--load-balancer-name", name];
            if cx.wants(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES) {
                let call = elb.describe_load_balancer_attributes().load_balancer_name(name).send();
                let answer = cx.detail(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, name, &args, call).await;
                draft.fill(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, answer, |d, o| {
                    let all = o.load_balancer_attributes();
                    d.set("CrossZone", all.and_then(|a| a.cross_zone_load_balancing()).map(|c| c.enabled()));
                    d.set("AccessLoggingPolicyEnabled", all.and_then(|a| a.access_log()).map(|l| l.enabled()));
                    d.set("IdleTimeout", all.and_then(|a| a.connection_settings()).map(|s| s.idle_timeout()));
                });
            }
            if cx.wants(&DESCRIBE_LOAD_BALANCER_POLICIES) {
                let call = elb.describe_load_balancer_policies().load_balancer_name(name).send();
                let answer = cx.detail(&DESCRIBE_LOAD_BALANCER_POLICIES, name, &args, call).await;
                draft.fill(&DESCRIBE_LOAD_BALANCER_POLICIES, answer, |d, o| {
                    let policies: Vec<Value> = o
                        .policy_descriptions()
                        .iter()
                        .map(|p| {
                            let attributes: Map<String, Value> = p
                                .policy_attribute_descriptions()
                                .iter()
                                .filter_map(|a| Some((a.attribute_name()?.into(), a.attribute_value()?.into())))
                                .collect();
                            json!({
                                "PolicyName": p.policy_name(),
                                "PolicyType": p.policy_type_name(),
                                "Attributes": attributes,
                            })
                        })
                        .collect();
                    d.set("Policies", policies);
                });
            }
            if let Ok(mut drafts) = drafts.lock() {
                drafts.push(draft);
            }
        }
    })
    .await;
    let mut drafts = drafts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    drafts.sort_by(|a, b| a.id().cmp(b.id()));
    if cx.wants(&DESCRIBE_TAGS) {
        for batch in drafts.chunks_mut(TAG_BATCH) {
            tag(cx, elb, batch).await;
        }
    }
    drafts.into_iter().for_each(|draft| cx.push(draft));
}

fn load_balancer(name: &str, balancer: &LoadBalancerDescription, evidence: &[String]) -> Draft {
    let mut draft = Draft::new(&LOAD_BALANCER, name);
    draft.read(&DESCRIBE_LOAD_BALANCERS, evidence);
    draft.set("Scheme", balancer.scheme());
    draft.set("VPCId", balancer.vpc_id());
    draft.set("AvailabilityZones", balancer.availability_zones());
    draft.set("Subnets", balancer.subnets());
    draft.set("SecurityGroups", balancer.security_groups());
    let listeners: Vec<Value> = balancer
        .listener_descriptions()
        .iter()
        .filter_map(|d| {
            let listener = d.listener()?;
            Some(json!({
                "Protocol": listener.protocol().to_ascii_uppercase(),
                "LoadBalancerPort": listener.load_balancer_port(),
                "InstanceProtocol": listener.instance_protocol(),
                "PolicyNames": d.policy_names(),
            }))
        })
        .collect();
    draft.set("Listeners", listeners);
    draft
}

async fn tag(cx: &Cx, elb: &Client, batch: &mut [Draft]) {
    let names: Vec<String> = batch.iter().map(|draft| draft.id().to_string()).collect();
    let args: Vec<&str> = std::iter::once("--load-balancer-names").chain(names.iter().map(String::as_str)).collect();
    let about = names.first().cloned().unwrap_or_default();
    let call = elb.describe_tags().set_load_balancer_names(Some(names.clone())).send();
    let answer = cx.detail(&DESCRIBE_TAGS, &about, &args, call).await;
    for (name, draft) in names.iter().zip(batch) {
        let own = match &answer {
            Detail::Read { value, evidence } => Detail::Read { value, evidence: evidence.clone() },
            Detail::Absent { evidence } => Detail::Absent { evidence: evidence.clone() },
            Detail::Gap(gap) => Detail::Gap(gap.clone()),
        };
        draft.fill(&DESCRIBE_TAGS, own, |d, o| {
            let own = o.tag_descriptions().iter().find(|t| t.load_balancer_name() == Some(name.as_str()));
            let tags = own.map(|t| t.tags()).unwrap_or_default();
            d.tags(tags.iter().map(|t| (t.key(), t.value().unwrap_or_default())));
        });
    }
}
