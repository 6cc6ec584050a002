//! Amazon EC2 Auto Scaling.

use std::sync::Arc;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types::AutoScalingGroup;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, Pages, client};
use crate::model::{AttributeGap, GapReason};
use crate::table::Operation;
use crate::table::autoscaling::*;

/// Reads Auto Scaling groups in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let asg = client!(cx, aws_sdk_autoscaling, "autoscaling");
        if cx.wants(&DESCRIBE_AUTO_SCALING_GROUPS) {
            groups(&cx, &asg).await;
        }
    })
}

async fn groups(cx: &Cx, asg: &Client) {
    let stream = asg.describe_auto_scaling_groups().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_AUTO_SCALING_GROUPS, stream, |page| page.next_token()).await;
    let mut drafts: Vec<Draft> = pages
        .items
        .iter()
        .flat_map(|page| page.auto_scaling_groups())
        .filter_map(|group| draft(group, &pages.evidence))
        .collect();
    if cx.wants(&DESCRIBE_NOTIFICATION_CONFIGURATIONS) {
        let stream = asg.describe_notification_configurations().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_NOTIFICATION_CONFIGURATIONS, stream, |page| page.next_token()).await;
        let all: Vec<_> = pages.items.iter().flat_map(|page| page.notification_configurations()).collect();
        for draft in &mut drafts {
            let of_group: Vec<Value> = all
                .iter()
                .filter(|n| n.auto_scaling_group_name() == Some(draft.id()))
                .map(|n| json!({"TopicARN": n.topic_arn(), "NotificationType": n.notification_type()}))
                .collect();
            draft.fill(
                &DESCRIBE_NOTIFICATION_CONFIGURATIONS,
                listed(&DESCRIBE_NOTIFICATION_CONFIGURATIONS, &pages),
                |d, ()| d.set("NotificationConfigurations", of_group),
            );
        }
    }
    if cx.wants(&DESCRIBE_POLICIES) {
        let stream = asg.describe_policies().into_paginator().send();
        let pages = cx.pages(&DESCRIBE_POLICIES, stream, |page| page.next_token()).await;
        let all: Vec<_> = pages.items.iter().flat_map(|page| page.scaling_policies()).collect();
        for draft in &mut drafts {
            let of_group: Vec<Value> = all
                .iter()
                .filter(|p| p.auto_scaling_group_name() == Some(draft.id()))
                .map(|p| json!({"PolicyName": p.policy_name(), "PolicyType": p.policy_type(), "Enabled": p.enabled()}))
                .collect();
            draft.fill(&DESCRIBE_POLICIES, listed(&DESCRIBE_POLICIES, &pages), |d, ()| {
                d.set("ScalingPolicies", of_group);
            });
        }
    }
    drafts.into_iter().for_each(|draft| cx.push(draft));
}

fn draft(group: &AutoScalingGroup, evidence: &[String]) -> Option<Draft> {
    let mut draft = Draft::new(&GROUP, group.auto_scaling_group_name()?).arn(group.auto_scaling_group_arn());
    draft.read(&DESCRIBE_AUTO_SCALING_GROUPS, evidence);
    draft.set("MinSize", group.min_size());
    draft.set("MaxSize", group.max_size());
    draft.set("DesiredCapacity", group.desired_capacity());
    draft.set("AvailabilityZones", group.availability_zones());
    let subnets = group.vpc_zone_identifier().unwrap_or_default().split(',').map(str::trim);
    draft.set("VPCZoneIdentifier", subnets.filter(|s| !s.is_empty()).map(String::from).collect::<Vec<String>>());
    draft.set("HealthCheckType", group.health_check_type());
    draft.set("LoadBalancerNames", group.load_balancer_names());
    draft.set("TargetGroupARNs", group.target_group_arns());
    let instances: Vec<Value> = group
        .instances()
        .iter()
        .map(|i| {
            json!({
                "InstanceId": i.instance_id(),
                "AvailabilityZone": i.availability_zone(),
                "HealthStatus": i.health_status(),
                "LifecycleState": i.lifecycle_state().map(|s| s.as_str()),
            })
        })
        .collect();
    draft.set("Instances", instances);
    draft.tags(group.tags().iter().filter_map(|t| Some((t.key()?, t.value().unwrap_or_default()))));
    Some(draft)
}

/// A whole listing as the answer about one group.
fn listed<O>(operation: &Operation, pages: &Pages<O>) -> Detail<()> {
    if pages.complete {
        Detail::Read { value: (), evidence: pages.evidence.clone() }
    } else {
        let detail = format!("{} was not read to the end", operation.id());
        Detail::Gap(AttributeGap { reason: GapReason::NotRead, operation: operation.id(), detail })
    }
}
