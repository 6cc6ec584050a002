//! Clusters, and the instances registered with them from outside AWS.

use aws_sdk_ecs::types::{Cluster, ClusterField};
use serde_json::{Value, json};

use crate::collect::{Cx, Detail, Draft};
use crate::table::ecs::*;

/// Clusters or container instances that one call answers for, at most (Amazon ECS API Reference).
const BATCH: usize = 100;

/// Reads the clusters with these ARNs.
pub(super) async fn read(cx: &Cx, ecs: &aws_sdk_ecs::Client, arns: &[String], evidence: &[String]) {
    cx.each(arns.chunks(BATCH), |batch| of_batch(cx, ecs, batch, evidence)).await;
}

async fn of_batch(cx: &Cx, ecs: &aws_sdk_ecs::Client, batch: &[String], evidence: &[String]) {
    let mut described = None;
    if cx.wants_any(&[&DESCRIBE_CLUSTERS, &DESCRIBE_CONTAINER_INSTANCES]) {
        let future = ecs
            .describe_clusters()
            .set_clusters(Some(batch.to_vec()))
            .include(ClusterField::Settings)
            .include(ClusterField::Configurations)
            .include(ClusterField::Tags)
            .send();
        let mut args = vec!["--include", "SETTINGS", "CONFIGURATIONS", "TAGS", "--clusters"];
        args.extend(batch.iter().map(String::as_str));
        let of = batch.first().map_or(cx.region.as_str(), String::as_str);
        described = Some(cx.detail(&DESCRIBE_CLUSTERS, of, &args, future).await);
    }
    for arn in batch {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let mut draft = Draft::new(&CLUSTER, name).arn(Some(arn));
        draft.read(&LIST_CLUSTERS, evidence);
        match &described {
            Some(Detail::Read { value, evidence }) => {
                // A cluster that the answer leaves out stays a gap.
                if let Some(cluster) = value.clusters().iter().find(|c| c.cluster_arn() == Some(arn)) {
                    draft.read(&DESCRIBE_CLUSTERS, evidence);
                    fill(&mut draft, cluster);
                    if cx.wants(&DESCRIBE_CONTAINER_INSTANCES) {
                        external(cx, ecs, cluster, arn, evidence, &mut draft).await;
                    }
                }
            }
            Some(Detail::Gap(gap)) => {
                draft.fill(&DESCRIBE_CLUSTERS, Detail::<()>::Gap(gap.clone()), |_, ()| {});
            }
            Some(Detail::Absent { .. }) | None => {}
        }
        cx.push(draft);
    }
}

fn fill(draft: &mut Draft, cluster: &Cluster) {
    draft.set("ClusterName", cluster.cluster_name());
    draft.set("Status", cluster.status());
    let settings: Vec<Value> =
        cluster.settings().iter().map(|s| json!({"Name": s.name().map(|n| n.as_str()), "Value": s.value()})).collect();
    draft.set("ClusterSettings", settings);
    let exec = cluster.configuration().and_then(|c| c.execute_command_configuration()).map(|exec| {
        let log = exec.log_configuration();
        json!({"ExecuteCommandConfiguration": {
            "KmsKeyId": exec.kms_key_id(),
            "Logging": exec.logging().map(|l| l.as_str()),
            "LogConfiguration": {
                "CloudWatchLogGroupName": log.and_then(|l| l.cloud_watch_log_group_name()),
                "S3BucketName": log.and_then(|l| l.s3_bucket_name()),
            },
        }})
    });
    draft.set("Configuration", exec);
    draft.set("RegisteredContainerInstancesCount", cluster.registered_container_instances_count());
    draft.set("CapacityProviders", cluster.capacity_providers());
    draft.tags(cluster.tags().iter().filter_map(|t| Some((t.key()?, t.value().unwrap_or_default()))));
}

/// Instances of ECS Anywhere: their instance id is that of Systems Manager, `mi-…` ("External instances (Amazon ECS
/// Anywhere)", Amazon ECS Developer Guide).
async fn external(
    cx: &Cx,
    ecs: &aws_sdk_ecs::Client,
    cluster: &Cluster,
    arn: &str,
    seen: &[String],
    draft: &mut Draft,
) {
    if cluster.registered_container_instances_count() == 0 {
        draft.read(&DESCRIBE_CONTAINER_INSTANCES, seen);
        draft.set("ExternalInstances", Vec::<String>::new());
        return;
    }
    let stream = ecs.list_container_instances().cluster(arn).into_paginator().send();
    let pages = cx.pages_for(&LIST_CONTAINER_INSTANCES, &["--cluster", arn], stream, |page| page.next_token()).await;
    if !pages.complete {
        return;
    }
    let instances: Vec<String> = pages.items.iter().flat_map(|p| p.container_instance_arns()).cloned().collect();
    let (mut external, mut evidence) = (Vec::new(), pages.evidence);
    for batch in instances.chunks(BATCH) {
        let future =
            ecs.describe_container_instances().cluster(arn).set_container_instances(Some(batch.to_vec())).send();
        let mut args = vec!["--cluster", arn, "--container-instances"];
        args.extend(batch.iter().map(String::as_str));
        match cx.detail(&DESCRIBE_CONTAINER_INSTANCES, arn, &args, future).await {
            Detail::Read { value, evidence: part } => {
                evidence.extend(part);
                if value.container_instances().len() < batch.len() {
                    let why = "the answer lacks container instances that were asked for";
                    return draft.unusable("ExternalInstances", &DESCRIBE_CONTAINER_INSTANCES, why);
                }
                let ids = value.container_instances().iter().filter_map(|i| i.ec2_instance_id());
                external.extend(ids.filter(|id| id.starts_with("mi-")).map(ToString::to_string));
            }
            Detail::Gap(gap) => {
                return draft.fill(&DESCRIBE_CONTAINER_INSTANCES, Detail::<()>::Gap(gap), |_, ()| {});
            }
            Detail::Absent { .. } => return,
        }
    }
    draft.read(&DESCRIBE_CONTAINER_INSTANCES, &evidence);
    draft.set("ExternalInstances", external);
}
