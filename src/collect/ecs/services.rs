//! Services of the clusters.

use std::collections::BTreeSet;
use std::sync::Mutex;

use aws_sdk_ecs::operation::list_clusters::ListClustersOutput;
use aws_sdk_ecs::types::{Service, ServiceField};
use serde_json::{Value, json};

use super::definitions;
use crate::collect::{Cx, Draft, Pages};
use crate::table::ecs::*;

/// Services that one DescribeServices answers for, at most (Amazon ECS API Reference).
const BATCH: usize = 10;

/// Reads the services of these clusters, and the task definitions that they run.
pub(super) async fn read(cx: &Cx, ecs: &aws_sdk_ecs::Client, clusters: &[String], listed: &Pages<ListClustersOutput>) {
    let definitions: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if !listed.complete {
        let why = "the clusters were not listed to the end";
        cx.list_unusable(&LIST_SERVICES, why);
        cx.list_unusable(&DESCRIBE_SERVICES, why);
    } else if clusters.is_empty() {
        cx.nothing_to_list(&LIST_SERVICES, &listed.evidence);
        cx.nothing_to_list(&DESCRIBE_SERVICES, &listed.evidence);
    }
    cx.each(clusters, |cluster| of_cluster(cx, ecs, cluster, &definitions)).await;
    if cx.wants(&DESCRIBE_TASK_DEFINITION) {
        let definitions = definitions.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        definitions::read(cx, ecs, definitions).await;
    }
}

async fn of_cluster(cx: &Cx, ecs: &aws_sdk_ecs::Client, cluster: &str, definitions: &Mutex<BTreeSet<String>>) {
    let stream = ecs.list_services().cluster(cluster).into_paginator().send();
    let pages = cx.pages_for(&LIST_SERVICES, &["--cluster", cluster], stream, |page| page.next_token()).await;
    let arns: Vec<String> = pages.items.iter().flat_map(|page| page.service_arns()).cloned().collect();
    if !pages.complete {
        cx.list_unusable(&DESCRIBE_SERVICES, format!("the services of {cluster} were not listed to the end"));
    } else if arns.is_empty() {
        cx.nothing_to_list(&DESCRIBE_SERVICES, &pages.evidence);
    }
    for batch in arns.chunks(BATCH) {
        let answer = if cx.wants(&DESCRIBE_SERVICES) {
            let future = ecs
                .describe_services()
                .cluster(cluster)
                .set_services(Some(batch.to_vec()))
                .include(ServiceField::Tags)
                .send();
            // A listing too: the task definitions in use are known from it.
            Some(cx.list(&DESCRIBE_SERVICES, future).await)
        } else {
            None
        };
        for arn in batch {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            let short = cluster.rsplit('/').next().unwrap_or(cluster);
            let mut draft = Draft::new(&ECS_SERVICE, format!("{short}/{name}")).arn(Some(arn));
            draft.read(&LIST_SERVICES, &pages.evidence);
            if let Some(answer) = &answer {
                let found = answer.items.iter().flat_map(|a| a.services()).find(|s| s.service_arn() == Some(arn));
                if let Some(service) = found {
                    draft.read(&DESCRIBE_SERVICES, &answer.evidence);
                    fill(&mut draft, service);
                    if let (Some(definition), Ok(mut all)) = (service.task_definition(), definitions.lock()) {
                        all.insert(definition.to_string());
                    }
                } else if answer.complete {
                    cx.list_unusable(&DESCRIBE_SERVICES, format!("the answer does not speak of {arn}"));
                }
            }
            cx.push(draft);
        }
    }
}

fn fill(draft: &mut Draft, service: &Service) {
    draft.set("ServiceName", service.service_name());
    draft.set("Cluster", service.cluster_arn());
    draft.set("Status", service.status());
    draft.set("DesiredCount", service.desired_count());
    draft.set("RunningCount", service.running_count());
    // REPLICA unless told otherwise ("Service", Amazon ECS API Reference).
    draft.set("SchedulingStrategy", service.scheduling_strategy().map_or("REPLICA", |s| s.as_str()));
    draft.set("LaunchType", service.launch_type().map(|t| t.as_str()));
    draft.set("PlatformVersion", service.platform_version());
    draft.set("EnableExecuteCommand", service.enable_execute_command());
    draft.set("TaskDefinition", service.task_definition());
    let network = service.network_configuration().and_then(|n| n.awsvpc_configuration()).map(|vpc| {
        json!({"AwsvpcConfiguration": {
            "Subnets": vpc.subnets(),
            "SecurityGroups": vpc.security_groups(),
            "AssignPublicIp": vpc.assign_public_ip().map(|a| a.as_str()),
        }})
    });
    draft.set("NetworkConfiguration", network);
    let strategies: Vec<Value> = service
        .placement_strategy()
        .iter()
        .map(|s| json!({"Type": s.r#type().map(|t| t.as_str()), "Field": s.field()}))
        .collect();
    draft.set("PlacementStrategies", strategies);
    draft.tags(service.tags().iter().filter_map(|t| Some((t.key()?, t.value().unwrap_or_default()))));
}
