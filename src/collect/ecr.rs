//! Amazon ECR.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::ecr::*;

/// Reads Amazon ECR in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let ecr = client!(cx, aws_sdk_ecr, "ecr");
        if cx.wants(&DESCRIBE_REPOSITORIES) {
            repositories(&cx, &ecr).await;
        }
        if cx.wants_any(&[&GET_REGISTRY_SCANNING_CONFIGURATION, &DESCRIBE_REGISTRY]) {
            registry(&cx, &ecr).await;
        }
    })
}

async fn repositories(cx: &Cx, ecr: &aws_sdk_ecr::Client) {
    let stream = ecr.describe_repositories().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_REPOSITORIES, stream, |page| page.next_token()).await;
    let mut drafts = Vec::new();
    for repository in pages.items.iter().flat_map(|page| page.repositories()) {
        let Some(name) = repository.repository_name() else { continue };
        let arn = repository.repository_arn().map(ToString::to_string);
        let mut draft = Draft::new(&REPOSITORY, name).arn(arn.clone());
        draft.read(&DESCRIBE_REPOSITORIES, &pages.evidence);
        draft.set("RepositoryName", name);
        draft.set("Region", cx.region.as_str());
        draft.set("ScanOnPush", repository.image_scanning_configuration().map(|c| c.scan_on_push()));
        draft.set("ImageTagMutability", repository.image_tag_mutability().map(|m| m.as_str()));
        let encryption = repository.encryption_configuration();
        draft.set("EncryptionType", encryption.map(|e| e.encryption_type().as_str()));
        draft.set("KmsKey", encryption.and_then(|e| e.kms_key()));
        drafts.push((draft, arn));
    }
    cx.each(drafts, |(mut draft, arn)| async move {
        let name = draft.id().to_string();
        let args = ["--repository-name", name.as_str()];
        if cx.wants(&GET_REPOSITORY_POLICY) {
            let call = ecr.get_repository_policy().repository_name(&name).send();
            let none = ["RepositoryPolicyNotFoundException"];
            let answer = cx.detail_or_absent(&GET_REPOSITORY_POLICY, &name, &args, &none, call).await;
            draft.fill(&GET_REPOSITORY_POLICY, answer, |draft, answer| {
                document(draft, &GET_REPOSITORY_POLICY, "RepositoryPolicyText", answer.policy_text());
            });
        }
        if cx.wants(&GET_LIFECYCLE_POLICY) {
            let call = ecr.get_lifecycle_policy().repository_name(&name).send();
            let none = ["LifecyclePolicyNotFoundException"];
            let answer = cx.detail_or_absent(&GET_LIFECYCLE_POLICY, &name, &args, &none, call).await;
            draft.fill(&GET_LIFECYCLE_POLICY, answer, |draft, answer| {
                document(draft, &GET_LIFECYCLE_POLICY, "LifecyclePolicy", answer.lifecycle_policy_text());
            });
        }
        if cx.wants(&LIST_TAGS_FOR_RESOURCE)
            && let Some(arn) = arn
        {
            let call = ecr.list_tags_for_resource().resource_arn(&arn).send();
            let answer = cx.detail(&LIST_TAGS_FOR_RESOURCE, &name, &["--resource-arn", &arn], call).await;
            draft.fill(&LIST_TAGS_FOR_RESOURCE, answer, |draft, answer| {
                draft.tags(answer.tags().iter().map(|tag| (tag.key(), tag.value())));
            });
        }
        cx.push(draft);
    })
    .await;
}

/// Settings of the region's registry.
async fn registry(cx: &Cx, ecr: &aws_sdk_ecr::Client) {
    let mut draft = Draft::new(&REGION_ECR, &cx.region);
    if cx.wants(&GET_REGISTRY_SCANNING_CONFIGURATION) {
        let call = ecr.get_registry_scanning_configuration().send();
        let answer = cx.detail(&GET_REGISTRY_SCANNING_CONFIGURATION, &cx.region, &[], call).await;
        draft.fill(&GET_REGISTRY_SCANNING_CONFIGURATION, answer, |draft, answer| {
            let Some(found) = answer.scanning_configuration() else { return };
            let rules: Vec<Value> = found
                .rules()
                .iter()
                .map(|rule| {
                    json!({
                        "ScanFrequency": rule.scan_frequency().as_str(),
                        "Filters": rule.repository_filters().iter().map(|f| f.filter()).collect::<Vec<_>>(),
                    })
                })
                .collect();
            draft.set("EcrScanningRules", rules);
        });
    }
    if cx.wants(&DESCRIBE_REGISTRY) {
        let answer = cx.detail(&DESCRIBE_REGISTRY, &cx.region, &[], ecr.describe_registry().send()).await;
        draft.fill(&DESCRIBE_REGISTRY, answer, |draft, answer| {
            let Some(replication) = answer.replication_configuration() else { return };
            let to: Vec<Value> = replication
                .rules()
                .iter()
                .flat_map(|rule| rule.destinations())
                .map(|d| json!({ "Region": d.region(), "RegistryId": d.registry_id() }))
                .collect();
            draft.set("EcrReplicationDestinations", to);
        });
    }
    cx.push(draft);
}
