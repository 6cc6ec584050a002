//! Amazon ElastiCache.

use std::sync::Arc;

use aws_sdk_elasticache::types::{AutomaticFailoverStatus, MultiAzStatus};
use futures::future::BoxFuture;
use serde_json::Value;

use super::{Cx, Draft, client};
use crate::table::elasticache::*;

/// Reads Amazon ElastiCache in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let elasticache = client!(cx, aws_sdk_elasticache, "elasticache");
        if cx.wants(&DESCRIBE_REPLICATION_GROUPS) {
            groups(&cx, &elasticache).await;
        }
        if cx.wants(&DESCRIBE_CACHE_CLUSTERS) {
            clusters(&cx, &elasticache).await;
        }
    })
}

async fn groups(cx: &Cx, elasticache: &aws_sdk_elasticache::Client) {
    let stream = elasticache.describe_replication_groups().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_REPLICATION_GROUPS, stream, |page| page.marker()).await;
    for group in pages.items.iter().flat_map(|page| page.replication_groups()) {
        let Some(id) = group.replication_group_id() else { continue };
        let mut draft = Draft::new(&REPLICATION_GROUP, id).arn(group.arn());
        draft.read(&DESCRIBE_REPLICATION_GROUPS, &pages.evidence);
        draft.set("ReplicationGroupId", id);
        draft.set("Region", cx.region.as_str());
        draft.set("Engine", group.engine());
        draft.set("MultiAZEnabled", group.multi_az().map(|s| *s == MultiAzStatus::Enabled));
        // `enabling` is not yet a failover.
        let failover = group.automatic_failover().map(|s| *s == AutomaticFailoverStatus::Enabled);
        draft.set("AutomaticFailoverEnabled", failover);
        draft.set("TransitEncryptionEnabled", group.transit_encryption_enabled());
        draft.set("TransitEncryptionMode", group.transit_encryption_mode().map(|m| m.as_str()));
        draft.set("AtRestEncryptionEnabled", group.at_rest_encryption_enabled());
        draft.set("AuthTokenEnabled", group.auth_token_enabled());
        draft.set("UserGroupIds", group.user_group_ids());
        draft.set("SnapshotRetentionLimit", group.snapshot_retention_limit());
        draft.set("AutoMinorVersionUpgrade", group.auto_minor_version_upgrade());
        draft.set("KmsKeyId", group.kms_key_id());
        let mut zones: Vec<&str> = group
            .node_groups()
            .iter()
            .flat_map(|shard| shard.node_group_members())
            .filter_map(|member| member.preferred_availability_zone())
            .collect();
        zones.sort_unstable();
        zones.dedup();
        draft.set("MemberZones", zones.into_iter().map(Value::from).collect::<Vec<_>>());
        cx.push(draft);
    }
}

async fn clusters(cx: &Cx, elasticache: &aws_sdk_elasticache::Client) {
    let stream = elasticache.describe_cache_clusters().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_CACHE_CLUSTERS, stream, |page| page.marker()).await;
    for cluster in pages.items.iter().flat_map(|page| page.cache_clusters()) {
        let Some(id) = cluster.cache_cluster_id() else { continue };
        let mut draft = Draft::new(&CACHE_CLUSTER, id).arn(cluster.arn());
        draft.read(&DESCRIBE_CACHE_CLUSTERS, &pages.evidence);
        draft.set("CacheClusterId", id);
        draft.set("Region", cx.region.as_str());
        draft.set("Engine", cluster.engine());
        draft.set("EngineVersion", cluster.engine_version());
        draft.set("ReplicationGroupId", cluster.replication_group_id());
        draft.set("TransitEncryptionEnabled", cluster.transit_encryption_enabled());
        draft.set("AtRestEncryptionEnabled", cluster.at_rest_encryption_enabled());
        draft.set("AutoMinorVersionUpgrade", cluster.auto_minor_version_upgrade());
        draft.set("PreferredAvailabilityZone", cluster.preferred_availability_zone());
        cx.push(draft);
    }
}
