//! Application Auto Scaling.

use std::sync::Arc;

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::model::{AttributeGap, GapReason};
use crate::table::applicationautoscaling::*;

/// Reads what may be scaled in one region: ECS services, DynamoDB tables, Aurora replicas.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let scaling = client!(cx, aws_sdk_applicationautoscaling, "applicationautoscaling");
        if cx.wants(&DESCRIBE_SCALABLE_TARGETS) {
            for namespace in [ServiceNamespace::Ecs, ServiceNamespace::Dynamodb, ServiceNamespace::Rds] {
                targets(&cx, &scaling, namespace).await;
            }
        }
    })
}

async fn targets(cx: &Cx, scaling: &Client, namespace: ServiceNamespace) {
    let stream = scaling.describe_scalable_targets().service_namespace(namespace.clone()).into_paginator().send();
    let pages = cx.pages(&DESCRIBE_SCALABLE_TARGETS, stream, |page| page.next_token()).await;
    let targets: Vec<_> = pages.items.iter().flat_map(|page| page.scalable_targets()).collect();
    // The policies of a namespace are of interest only where something in it may be scaled.
    let policies = if cx.wants(&DESCRIBE_SCALING_POLICIES) && !targets.is_empty() {
        let stream = scaling.describe_scaling_policies().service_namespace(namespace).into_paginator().send();
        Some(cx.pages(&DESCRIBE_SCALING_POLICIES, stream, |page| page.next_token()).await)
    } else {
        None
    };
    for target in targets {
        let (resource, dimension) = (target.resource_id(), target.scalable_dimension().as_str());
        let mut draft = Draft::new(&SCALABLE_TARGET, format!("{resource} {dimension}"));
        draft = draft.arn(target.scalable_target_arn());
        draft.read(&DESCRIBE_SCALABLE_TARGETS, &pages.evidence);
        draft.set("ServiceNamespace", target.service_namespace().as_str());
        draft.set("ResourceId", resource);
        draft.set("ScalableDimension", dimension);
        draft.set("MinCapacity", target.min_capacity());
        draft.set("MaxCapacity", target.max_capacity());
        if let Some(policies) = &policies {
            let detail = if policies.complete {
                Detail::Read { value: (), evidence: policies.evidence.clone() }
            } else {
                Detail::Gap(AttributeGap {
                    reason: GapReason::NotRead,
                    operation: DESCRIBE_SCALING_POLICIES.id(),
                    detail: "the scaling policies were not read to the end".into(),
                })
            };
            let own: Vec<Value> = policies
                .items
                .iter()
                .flat_map(|page| page.scaling_policies())
                .filter(|p| p.resource_id() == resource && p.scalable_dimension().as_str() == dimension)
                .map(|p| json!({"PolicyName": p.policy_name(), "PolicyType": p.policy_type().as_str()}))
                .collect();
            draft.fill(&DESCRIBE_SCALING_POLICIES, detail, |d, ()| d.set("ScalingPolicies", own));
        }
        cx.push(draft);
    }
}
