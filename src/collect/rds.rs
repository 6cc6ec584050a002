//! Amazon RDS.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::rds::*;

/// Reads Amazon RDS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let rds = client!(cx, aws_sdk_rds, "rds");
        if cx.wants(&DESCRIBE_DB_INSTANCES) {
            instances(&cx, &rds).await;
        }
    })
}

async fn instances(cx: &Cx, rds: &aws_sdk_rds::Client) {
    let stream = rds.describe_db_instances().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_DB_INSTANCES, stream, |page| page.marker()).await;
    for db in pages.items.iter().flat_map(|page| page.db_instances()) {
        let Some(id) = db.db_instance_identifier() else { continue };
        let mut draft = Draft::new(&DB_INSTANCE, id).arn(db.db_instance_arn());
        draft.read(&DESCRIBE_DB_INSTANCES, &pages.evidence);
        draft.set("DBInstanceIdentifier", id);
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
        draft.set("EnableCloudwatchLogsExports", db.enabled_cloudwatch_logs_exports());
        draft.set("EnableIAMDatabaseAuthentication", db.iam_database_authentication_enabled());
        draft.set("DBParameterGroupName", db.db_parameter_groups().first().and_then(|g| g.db_parameter_group_name()));
        draft.tags(db.tag_list().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        cx.push(draft);
    }
}
