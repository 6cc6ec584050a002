//! Amazon EKS.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Draft, client};
use crate::table::eks::*;

/// Reads Amazon EKS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_CLUSTERS) {
            return;
        }
        let eks = client!(cx, aws_sdk_eks, "eks");
        // Clusters outside of EKS that are only connected to it are left out otherwise.
        let stream = eks.list_clusters().include("all").into_paginator().send();
        let pages = cx.pages(&LIST_CLUSTERS, stream, |page| page.next_token()).await;
        let names = pages.items.iter().flat_map(|page| page.clusters());
        cx.each(names, |name| cluster(&cx, &eks, name, &pages.evidence)).await;
    })
}

async fn cluster(cx: &Cx, eks: &aws_sdk_eks::Client, name: &str, evidence: &[String]) {
    let arn = format!("arn:aws:eks:{}:{}:cluster/{name}", cx.region, cx.account);
    let mut draft = Draft::new(&CLUSTER, name).arn(Some(arn));
    draft.read(&LIST_CLUSTERS, evidence);
    if cx.wants(&DESCRIBE_CLUSTER) {
        let future = eks.describe_cluster().name(name).send();
        let answer = cx.detail(&DESCRIBE_CLUSTER, name, &["--name", name], future).await;
        draft.fill(&DESCRIBE_CLUSTER, answer, |d, o| {
            let Some(cluster) = o.cluster() else {
                d.unusable("ConnectorConfig", &DESCRIBE_CLUSTER, "the answer came without the cluster");
                return;
            };
            d.set("Name", cluster.name());
            d.set("ConnectorConfig", cluster.connector_config().map(|c| json!({"Provider": c.provider()})));
            d.set("Version", cluster.version());
            d.set(
                "ResourcesVpcConfig",
                cluster.resources_vpc_config().map(|vpc| {
                    json!({
                        "EndpointPublicAccess": vpc.endpoint_public_access(),
                        "EndpointPrivateAccess": vpc.endpoint_private_access(),
                        "PublicAccessCidrs": vpc.public_access_cidrs(),
                        "SubnetIds": vpc.subnet_ids(),
                        "VpcId": vpc.vpc_id(),
                    })
                }),
            );
            d.set(
                "Logging",
                cluster.logging().map(|logging| {
                    let types: Vec<Value> = logging
                        .cluster_logging()
                        .iter()
                        .filter(|setup| setup.enabled() == Some(true))
                        .flat_map(|setup| setup.types())
                        .map(|t| json!({"Type": t.as_str()}))
                        .collect();
                    json!({"ClusterLogging": {"EnabledTypes": types}})
                }),
            );
            // Absent where no key of the customer encrypts secrets ("EncryptionConfig", Amazon EKS API Reference).
            let encryption: Vec<Value> = cluster
                .encryption_config()
                .iter()
                .map(|e| json!({"Provider": {"KeyArn": e.provider().and_then(|p| p.key_arn())}}))
                .collect();
            d.set("EncryptionConfig", encryption);
            d.tags(cluster.tags().into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str())));
        });
    }
    cx.push(draft);
}
