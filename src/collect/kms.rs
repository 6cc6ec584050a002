//! AWS KMS: keys that the customer manages. Keys that AWS manages are left out as soon as that is known.

use std::sync::Arc;

use aws_sdk_kms::types::{KeyManagerType, KeyMetadata};
use futures::future::BoxFuture;

use super::document::document;
use super::{Cx, Detail, Draft, client};
use crate::table::kms::*;

/// Reads AWS KMS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let kms = client!(cx, aws_sdk_kms, "kms");
        if cx.wants(&LIST_KEYS) {
            keys(&cx, &kms).await;
        }
    })
}

async fn keys(cx: &Cx, kms: &aws_sdk_kms::Client) {
    let stream = kms.list_keys().into_paginator().send();
    let pages = cx.pages(&LIST_KEYS, stream, |page| page.next_marker()).await;
    let mut drafts = Vec::new();
    for key in pages.items.iter().flat_map(|page| page.keys()) {
        let Some(id) = key.key_id() else { continue };
        let mut draft = Draft::new(&KEY, id).arn(key.key_arn());
        draft.read(&LIST_KEYS, &pages.evidence);
        draft.set("KeyId", id);
        drafts.push(draft);
    }
    cx.each(drafts, |draft| one(cx, kms, draft)).await;
}

async fn one(cx: &Cx, kms: &aws_sdk_kms::Client, mut draft: Draft) {
    let id = draft.id().to_string();
    let args = ["--key-id", id.as_str()];
    let mut rotates = true;
    if cx.wants(&DESCRIBE_KEY) {
        let answer = cx.detail(&DESCRIBE_KEY, &id, &args, kms.describe_key().key_id(&id).send()).await;
        if let Detail::Read { value, .. } = &answer
            && let Some(key) = value.key_metadata()
        {
            if key.key_manager() == Some(&KeyManagerType::Aws) {
                return;
            }
            rotates = can_rotate(key);
        }
        draft.fill(&DESCRIBE_KEY, answer, |draft, answer| {
            if let Some(key) = answer.key_metadata() {
                describe(draft, key);
            }
        });
    }
    if cx.wants(&GET_KEY_ROTATION_STATUS) {
        if rotates {
            let call = kms.get_key_rotation_status().key_id(&id).send();
            let answer = cx.detail(&GET_KEY_ROTATION_STATUS, &id, &args, call).await;
            draft.fill(&GET_KEY_ROTATION_STATUS, answer, |draft, answer| {
                draft.set("EnableKeyRotation", answer.key_rotation_enabled());
                draft.set("RotationPeriodInDays", answer.rotation_period_in_days());
            });
        } else {
            draft.read(&GET_KEY_ROTATION_STATUS, &[]);
        }
    }
    if cx.wants(&GET_KEY_POLICY) {
        let answer = cx
            .detail(&GET_KEY_POLICY, &id, &args, kms.get_key_policy().policy_name("default").key_id(&id).send())
            .await;
        draft.fill(&GET_KEY_POLICY, answer, |draft, answer| {
            document(draft, &GET_KEY_POLICY, "KeyPolicy", answer.policy());
        });
    }
    if cx.wants(&LIST_RESOURCE_TAGS) {
        let call = kms.list_resource_tags().key_id(&id).into_paginator().items().send().collect::<Result<Vec<_>, _>>();
        let answer = cx.detail(&LIST_RESOURCE_TAGS, &id, &args, call).await;
        draft.fill(&LIST_RESOURCE_TAGS, answer, |draft, tags| {
            draft.tags(tags.iter().map(|tag| (tag.tag_key(), tag.tag_value())));
        });
    }
    cx.push(draft);
}

/// Whether KMS rotates such keys by itself (AWS KMS Developer Guide, "Rotate AWS KMS keys"): symmetric, with material of
/// KMS, and not about to be deleted.
fn can_rotate(key: &KeyMetadata) -> bool {
    let is = |found: Option<&str>, wanted: &str| found.is_none_or(|f| f == wanted);
    is(key.key_spec().map(|s| s.as_str()), "SYMMETRIC_DEFAULT")
        && is(key.origin().map(|o| o.as_str()), "AWS_KMS")
        && !matches!(key.key_state().map(|s| s.as_str()), Some("PendingDeletion" | "PendingReplicaDeletion"))
}

fn describe(draft: &mut Draft, key: &KeyMetadata) {
    draft.set("KeyManager", key.key_manager().map(|m| m.as_str()));
    draft.set("KeyState", key.key_state().map(|s| s.as_str()));
    draft.set("KeySpec", key.key_spec().map(|s| s.as_str()));
    draft.set("KeyUsage", key.key_usage().map(|u| u.as_str()));
    draft.set("Origin", key.origin().map(|o| o.as_str()));
    draft.set("DeletionDate", key.deletion_date());
    draft.set("MultiRegion", key.multi_region());
}
