//! AWS Secrets Manager. Values of secrets are never asked for.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::json;

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::secretsmanager::*;

/// Reads AWS Secrets Manager in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let secrets = client!(cx, aws_sdk_secretsmanager, "secretsmanager");
        if cx.wants(&LIST_SECRETS) {
            list(&cx, &secrets).await;
        }
    })
}

async fn list(cx: &Cx, secrets: &aws_sdk_secretsmanager::Client) {
    let stream = secrets.list_secrets().into_paginator().send();
    let pages = cx.pages(&LIST_SECRETS, stream, |page| page.next_token()).await;
    let mut drafts = Vec::new();
    for secret in pages.items.iter().flat_map(|page| page.secret_list()) {
        let Some(id) = secret.name().or(secret.arn()) else { continue };
        let arn = secret.arn().map(ToString::to_string);
        let mut draft = Draft::new(&SECRET, id).arn(arn.clone());
        draft.read(&LIST_SECRETS, &pages.evidence);
        draft.set("Name", id);
        draft.set("Region", cx.region.as_str());
        draft.set("KmsKeyId", secret.kms_key_id());
        draft.set("RotationEnabled", secret.rotation_enabled());
        if let Some(rules) = secret.rotation_rules() {
            let value = json!({
                "AutomaticallyAfterDays": rules.automatically_after_days(),
                "ScheduleExpression": rules.schedule_expression(),
            });
            draft.set("RotationRules", value);
        }
        draft.set("LastRotatedDate", secret.last_rotated_date());
        draft.set("LastChangedDate", secret.last_changed_date());
        draft.set("CreatedDate", secret.created_date());
        draft.set("OwningService", secret.owning_service());
        draft.set("PrimaryRegion", secret.primary_region());
        draft.tags(secret.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
        drafts.push((draft, arn.unwrap_or_else(|| id.to_string())));
    }
    cx.each(drafts, |(mut draft, arn)| async move {
        if cx.wants(&GET_RESOURCE_POLICY) {
            let id = draft.id().to_string();
            let call = secrets.get_resource_policy().secret_id(&arn).send();
            let answer = cx.detail(&GET_RESOURCE_POLICY, &id, &["--secret-id", &arn], call).await;
            draft.fill(&GET_RESOURCE_POLICY, answer, |draft, answer| {
                // A secret without a policy answers with its name and nothing else; an answer without the name is none.
                if answer.arn().is_none() && answer.name().is_none() {
                    draft.unusable("ResourcePolicy", &GET_RESOURCE_POLICY, "the answer names no secret");
                }
                document(draft, &GET_RESOURCE_POLICY, "ResourcePolicy", answer.resource_policy());
            });
        }
        cx.push(draft);
    })
    .await;
}
