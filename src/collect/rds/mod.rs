//! Amazon RDS.

mod parameters;
mod snapshots;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::document::{listed, moment};
use super::{Cx, Draft, Pages, client};
use crate::table::rds::*;

/// Reads Amazon RDS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let rds = client!(cx, aws_sdk_rds, "rds");
        if cx.wants(&DESCRIBE_DB_INSTANCES) {
            instances(&cx, &rds).await;
        }
        if cx.wants(&DESCRIBE_DB_CLUSTERS) {
            clusters(&cx, &rds).await;
        }
        if cx.wants(&DESCRIBE_DB_SNAPSHOTS) {
            snapshots::of_instances(&cx, &rds).await;
        }
        if cx.wants(&DESCRIBE_DB_CLUSTER_SNAPSHOTS) {
            snapshots::of_clusters(&cx, &rds).await;
        }
        if cx.wants(&DESCRIBE_EVENT_SUBSCRIPTIONS) {
            subscriptions(&cx, &rds).await;
        }
    })
}

async fn instances(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_db_instances().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_DB_INSTANCES, stream, |page| page.marker()).await;
    let pending = pending(cx, rds).await;
    let mut drafts = Vec::new();
    for db in pages.items.iter().flat_map(|page| page.db_instances()) {
        let Some(id) = db.db_instance_identifier() else { continue };
        let mut draft = Draft::new(&DB_INSTANCE, id).arn(db.db_instance_arn());
        draft.read(&DESCRIBE_DB_INSTANCES, &pages.evidence);
        draft.set("DBInstanceIdentifier", id);
        draft.set("Region", cx.region.as_str());
        draft.set("Engine", db.engine());
        draft.set("EngineVersion", db.engine_version());
        draft.set("DBClusterIdentifier", db.db_cluster_identifier());
        draft.set("MultiAZ", db.multi_az());
        draft.set("AvailabilityZone", db.availability_zone());
        draft.set("SecondaryAvailabilityZone", db.secondary_availability_zone());
        draft.set("StorageEncrypted", db.storage_encrypted());
        draft.set("KmsKeyId", db.kms_key_id());
        draft.set("PubliclyAccessible", db.publicly_accessible());
        draft.set("BackupRetentionPeriod", db.backup_retention_period());
        draft.set("LatestRestorableTime", db.latest_restorable_time());
        draft.set("DeletionProtection", db.deletion_protection());
        draft.set("AutoMinorVersionUpgrade", db.auto_minor_version_upgrade());
        draft.set("MaxAllocatedStorage", db.max_allocated_storage());
        draft.set("AllocatedStorage", db.allocated_storage());
        draft.set("EnableCloudwatchLogsExports", db.enabled_cloudwatch_logs_exports());
        draft.set("EnableIAMDatabaseAuthentication", db.iam_database_authentication_enabled());
        draft.set("CopyTagsToSnapshot", db.copy_tags_to_snapshot());
        draft.set("ReadReplicaSourceDBInstanceIdentifier", db.read_replica_source_db_instance_identifier());
        draft.set("ReadReplicaDBInstanceIdentifiers", db.read_replica_db_instance_identifiers());
        let replications: Vec<Value> = db
            .db_instance_automated_backups_replications()
            .iter()
            .filter_map(|replication| replication.db_instance_automated_backups_arn().map(Value::from))
            .collect();
        draft.set("AutomatedBackupReplications", replications);
        let group = db.db_parameter_groups().first().and_then(|g| g.db_parameter_group_name());
        draft.set("DBParameterGroupName", group);
        draft.tags(db.tag_list().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        if let Some((pages, actions)) = &pending {
            let own = db.db_instance_arn().and_then(|arn| actions.get(arn)).cloned().unwrap_or_default();
            listed(&mut draft, &DESCRIBE_PENDING_MAINTENANCE_ACTIONS, pages, "PendingMaintenanceActions", own);
        }
        // The parameter of a member of a cluster is set at the cluster.
        let parameter = match db.db_cluster_identifier() {
            Some(_) => None,
            None => db.engine().and_then(parameters::tls_parameter),
        };
        drafts.push((draft, group.map(ToString::to_string), parameter));
    }
    parameters::of_instances(cx, rds, drafts).await;
}

type Pending = (
    Pages<aws_sdk_rds::operation::describe_pending_maintenance_actions::DescribePendingMaintenanceActionsOutput>,
    BTreeMap<String, Vec<Value>>,
);

/// Pending maintenance by ARN.
async fn pending(cx: &Cx, rds: &aws_sdk_rds::Client) -> Option<Pending> {
    if !cx.wants(&DESCRIBE_PENDING_MAINTENANCE_ACTIONS) {
        return None;
    }
    let stream = rds.describe_pending_maintenance_actions().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_PENDING_MAINTENANCE_ACTIONS, stream, |page| page.marker()).await;
    let mut by_arn: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for resource in pages.items.iter().flat_map(|page| page.pending_maintenance_actions()) {
        let Some(arn) = resource.resource_identifier() else { continue };
        for action in resource.pending_maintenance_action_details() {
            by_arn.entry(arn.to_string()).or_default().push(json!({
                "Action": action.action(),
                "Description": action.description(),
                "AutoAppliedAfterDate": moment(action.auto_applied_after_date()),
                "ForcedApplyDate": moment(action.forced_apply_date()),
                "CurrentApplyDate": moment(action.current_apply_date()),
            }));
        }
    }
    Some((pages, by_arn))
}

async fn clusters(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_db_clusters().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_DB_CLUSTERS, stream, |page| page.marker()).await;
    let mut drafts = Vec::new();
    for cluster in pages.items.iter().flat_map(|page| page.db_clusters()) {
        let Some(id) = cluster.db_cluster_identifier() else { continue };
        let mut draft = Draft::new(&DB_CLUSTER, id).arn(cluster.db_cluster_arn());
        draft.read(&DESCRIBE_DB_CLUSTERS, &pages.evidence);
        draft.set("DBClusterIdentifier", id);
        draft.set("Region", cx.region.as_str());
        draft.set("Engine", cluster.engine());
        draft.set("EngineVersion", cluster.engine_version());
        draft.set("EngineMode", cluster.engine_mode());
        let members: Vec<Value> =
            cluster.db_cluster_members().iter().filter_map(|m| m.db_instance_identifier().map(Value::from)).collect();
        draft.set("DBClusterMembers", members);
        draft.set("AvailabilityZones", cluster.availability_zones());
        draft.set("StorageEncrypted", cluster.storage_encrypted());
        draft.set("KmsKeyId", cluster.kms_key_id());
        draft.set("BackupRetentionPeriod", cluster.backup_retention_period());
        draft.set("LatestRestorableTime", cluster.latest_restorable_time());
        draft.set("DeletionProtection", cluster.deletion_protection());
        draft.set("EnableCloudwatchLogsExports", cluster.enabled_cloudwatch_logs_exports());
        draft.set("EnableIAMDatabaseAuthentication", cluster.iam_database_authentication_enabled());
        draft.set("GlobalClusterIdentifier", cluster.global_cluster_identifier());
        let group = cluster.db_cluster_parameter_group();
        draft.set("DBClusterParameterGroupName", group);
        draft.tags(cluster.tag_list().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        let parameter = cluster.engine().and_then(parameters::tls_parameter);
        drafts.push((draft, group.map(ToString::to_string), parameter));
    }
    parameters::of_clusters(cx, rds, drafts).await;
}

async fn subscriptions(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_event_subscriptions().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_EVENT_SUBSCRIPTIONS, stream, |page| page.marker()).await;
    for subscription in pages.items.iter().flat_map(|page| page.event_subscriptions_list()) {
        let Some(id) = subscription.cust_subscription_id() else { continue };
        let mut draft = Draft::new(&EVENT_SUBSCRIPTION, id).arn(subscription.event_subscription_arn());
        draft.read(&DESCRIBE_EVENT_SUBSCRIPTIONS, &pages.evidence);
        draft.set("Enabled", subscription.enabled());
        draft.set("SourceType", subscription.source_type());
        draft.set("SourceIds", subscription.source_ids_list());
        draft.set("EventCategories", subscription.event_categories_list());
        draft.set("SnsTopicArn", subscription.sns_topic_arn());
        cx.push(draft);
    }
}
