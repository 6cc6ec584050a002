//! Settings of one bucket. An answer that says "there is none" is told from one that merely lacks the field.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::LifecycleRule;
use serde_json::{Value, json};

use crate::collect::document::{document, moment};
use crate::collect::{Cx, Draft};
use crate::table::s3::*;

pub(super) async fn read(cx: &Cx, s3: &Client, draft: &mut Draft) {
    let name = draft.id().to_string();
    let name = name.as_str();
    access(cx, s3, draft, name).await;
    protection(cx, s3, draft, name).await;
    keeping(cx, s3, draft, name).await;
}

async fn access(cx: &Cx, s3: &Client, draft: &mut Draft, name: &str) {
    let args = ["--bucket", name];
    if cx.wants(&GET_PUBLIC_ACCESS_BLOCK) {
        let call = s3.get_public_access_block().bucket(name).send();
        let none = ["NoSuchPublicAccessBlockConfiguration"];
        let answer = cx.detail_or_absent(&GET_PUBLIC_ACCESS_BLOCK, name, &args, &none, call).await;
        draft.fill(&GET_PUBLIC_ACCESS_BLOCK, answer, |draft, answer| {
            if let Some(block) = answer.public_access_block_configuration() {
                let value = json!({
                    "BlockPublicAcls": block.block_public_acls(),
                    "IgnorePublicAcls": block.ignore_public_acls(),
                    "BlockPublicPolicy": block.block_public_policy(),
                    "RestrictPublicBuckets": block.restrict_public_buckets(),
                });
                draft.set("PublicAccessBlockConfiguration", value);
            }
        });
    }
    if cx.wants(&GET_BUCKET_POLICY) {
        let call = s3.get_bucket_policy().bucket(name).send();
        let answer = cx.detail_or_absent(&GET_BUCKET_POLICY, name, &args, &["NoSuchBucketPolicy"], call).await;
        draft.fill(&GET_BUCKET_POLICY, answer, |draft, answer| {
            document(draft, &GET_BUCKET_POLICY, "BucketPolicy", answer.policy());
        });
    }
    if cx.wants(&GET_BUCKET_ACL) {
        let call = s3.get_bucket_acl().bucket(name).send();
        let answer = cx.detail(&GET_BUCKET_ACL, name, &args, call).await;
        draft.fill(&GET_BUCKET_ACL, answer, |draft, answer| {
            // An access control list always names its owner; one without is half an answer.
            let Some(owner) = answer.owner().and_then(|owner| owner.id()) else { return };
            let grants: Vec<Value> = answer
                .grants()
                .iter()
                .map(|grant| {
                    let grantee = grant.grantee();
                    json!({
                        "URI": grantee.and_then(|g| g.uri()),
                        "ID": grantee.and_then(|g| g.id()),
                        "EmailAddress": grantee.and_then(|g| g.email_address()),
                        "Permission": grant.permission().map(|p| p.as_str()),
                    })
                })
                .collect();
            draft.set("AccessControlList", grants);
            draft.set("BucketOwner", owner);
        });
    }
    if cx.wants(&GET_BUCKET_LOGGING) {
        let call = s3.get_bucket_logging().bucket(name).send();
        let answer = cx.detail(&GET_BUCKET_LOGGING, name, &args, call).await;
        draft.fill(&GET_BUCKET_LOGGING, answer, |draft, answer| {
            if let Some(logging) = answer.logging_enabled() {
                let value = json!({
                    "DestinationBucketName": logging.target_bucket(),
                    "LogFilePrefix": logging.target_prefix(),
                });
                draft.set("LoggingConfiguration", value);
            }
        });
    }
    if cx.wants(&GET_BUCKET_TAGGING) {
        let call = s3.get_bucket_tagging().bucket(name).send();
        let answer = cx.detail_or_absent(&GET_BUCKET_TAGGING, name, &args, &["NoSuchTagSet"], call).await;
        draft.fill(&GET_BUCKET_TAGGING, answer, |draft, answer| {
            let tags: serde_json::Map<String, Value> =
                answer.tag_set().iter().map(|tag| (tag.key().to_string(), Value::from(tag.value()))).collect();
            draft.set("Tags", tags);
            draft.tags(answer.tag_set().iter().map(|tag| (tag.key(), tag.value())));
        });
    }
}

async fn protection(cx: &Cx, s3: &Client, draft: &mut Draft, name: &str) {
    let args = ["--bucket", name];
    if cx.wants(&GET_BUCKET_ENCRYPTION) {
        let call = s3.get_bucket_encryption().bucket(name).send();
        let none = ["ServerSideEncryptionConfigurationNotFoundError"];
        let answer = cx.detail_or_absent(&GET_BUCKET_ENCRYPTION, name, &args, &none, call).await;
        draft.fill(&GET_BUCKET_ENCRYPTION, answer, |draft, answer| {
            let Some(found) = answer.server_side_encryption_configuration() else { return };
            let rules: Vec<Value> = found
                .rules()
                .iter()
                .map(|rule| {
                    let default = rule.apply_server_side_encryption_by_default();
                    json!({
                        "SSEAlgorithm": default.map(|d| d.sse_algorithm().as_str()),
                        "KMSMasterKeyID": default.and_then(|d| d.kms_master_key_id()),
                        "BucketKeyEnabled": rule.bucket_key_enabled(),
                    })
                })
                .collect();
            draft.set("BucketEncryption", json!({ "ServerSideEncryptionConfiguration": rules }));
        });
    }
    if cx.wants(&GET_OBJECT_LOCK_CONFIGURATION) {
        let call = s3.get_object_lock_configuration().bucket(name).send();
        let none = ["ObjectLockConfigurationNotFoundError"];
        let answer = cx.detail_or_absent(&GET_OBJECT_LOCK_CONFIGURATION, name, &args, &none, call).await;
        draft.fill(&GET_OBJECT_LOCK_CONFIGURATION, answer, |draft, answer| {
            let Some(lock) = answer.object_lock_configuration() else { return };
            let retention = lock.rule().and_then(|rule| rule.default_retention());
            let value = json!({
                "ObjectLockEnabled": lock.object_lock_enabled().map(|e| e.as_str()),
                "Mode": retention.and_then(|r| r.mode()).map(|m| m.as_str()),
                "Days": retention.and_then(|r| r.days()),
                "Years": retention.and_then(|r| r.years()),
            });
            draft.set("ObjectLockConfiguration", value);
        });
    }
    if cx.wants(&GET_BUCKET_VERSIONING) {
        let call = s3.get_bucket_versioning().bucket(name).send();
        let answer = cx.detail(&GET_BUCKET_VERSIONING, name, &args, call).await;
        draft.fill(&GET_BUCKET_VERSIONING, answer, |draft, answer| {
            // A bucket that was never versioned answers without a status (Amazon S3 API Reference,
            // GetBucketVersioning): null, which no check may take for enabled.
            let value = json!({
                "Status": answer.status().map(|s| s.as_str()),
                "MFADelete": answer.mfa_delete().map(|m| m.as_str()),
            });
            draft.set("VersioningConfiguration", value);
        });
    }
}

async fn keeping(cx: &Cx, s3: &Client, draft: &mut Draft, name: &str) {
    let args = ["--bucket", name];
    if cx.wants(&GET_BUCKET_LIFECYCLE_CONFIGURATION) {
        let call = s3.get_bucket_lifecycle_configuration().bucket(name).send();
        let none = ["NoSuchLifecycleConfiguration"];
        let answer = cx.detail_or_absent(&GET_BUCKET_LIFECYCLE_CONFIGURATION, name, &args, &none, call).await;
        draft.fill(&GET_BUCKET_LIFECYCLE_CONFIGURATION, answer, |draft, answer| {
            let rules: Vec<Value> = answer.rules().iter().map(rule).collect();
            // A lifecycle configuration has a rule or does not exist.
            if !rules.is_empty() {
                draft.set("LifecycleConfiguration", json!({ "Rules": rules }));
            }
        });
    }
    if cx.wants(&GET_BUCKET_REPLICATION) {
        let call = s3.get_bucket_replication().bucket(name).send();
        let none = ["ReplicationConfigurationNotFoundError"];
        let answer = cx.detail_or_absent(&GET_BUCKET_REPLICATION, name, &args, &none, call).await;
        draft.fill(&GET_BUCKET_REPLICATION, answer, |draft, answer| {
            let Some(replication) = answer.replication_configuration() else { return };
            let rules: Vec<Value> = replication
                .rules()
                .iter()
                .map(|rule| {
                    let to = rule.destination();
                    json!({
                        "Status": rule.status().as_str(),
                        "Bucket": to.map(|d| d.bucket()),
                        "Account": to.and_then(|d| d.account()),
                    })
                })
                .collect();
            draft.set("ReplicationConfiguration", json!({ "Rules": rules }));
        });
    }
}

fn rule(rule: &LifecycleRule) -> Value {
    let expiration = rule.expiration();
    json!({
        "Id": rule.id(),
        "Status": rule.status().as_str(),
        "ExpirationInDays": expiration.and_then(|e| e.days()),
        "ExpirationDate": expiration.map_or(Value::Null, |e| moment(e.date())),
        "NoncurrentDays": rule.noncurrent_version_expiration().and_then(|n| n.noncurrent_days()),
        "AbortIncompleteMultipartUpload":
            rule.abort_incomplete_multipart_upload().and_then(|a| a.days_after_initiation()),
        "StorageClasses": rule
            .transitions()
            .iter()
            .filter_map(|t| t.storage_class().map(|c| Value::from(c.as_str())))
            .collect::<Vec<_>>(),
    })
}
