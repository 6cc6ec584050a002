//! Amazon SQS.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_sqs::types::QueueAttributeName;
use futures::future::BoxFuture;

use super::document::document;
use super::{Cx, Draft, client};
use crate::table::sqs::*;

/// Queues of one page; SQS gives a token only where this is set (Amazon SQS API Reference, ListQueues).
const PAGE: i32 = 1_000;

/// Reads Amazon SQS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let sqs = client!(cx, aws_sdk_sqs, "sqs");
        if cx.wants(&LIST_QUEUES) {
            queues(&cx, &sqs).await;
        }
    })
}

async fn queues(cx: &Cx, sqs: &aws_sdk_sqs::Client) {
    let stream = sqs.list_queues().max_results(PAGE).into_paginator().send();
    let pages = cx.pages(&LIST_QUEUES, stream, |page| page.next_token()).await;
    let urls: Vec<String> = pages.items.iter().flat_map(|page| page.queue_urls().to_vec()).collect();
    let evidence = &pages.evidence;
    cx.each(urls, |url| async move {
        let name = url.rsplit('/').next().unwrap_or(&url).to_string();
        let arn = format!("arn:aws:sqs:{}:{}:{name}", cx.region, cx.account);
        let mut draft = Draft::new(&QUEUE, &name).arn(Some(arn));
        draft.read(&LIST_QUEUES, evidence);
        draft.set("QueueName", name.as_str());
        if cx.wants(&GET_QUEUE_ATTRIBUTES) {
            let args = ["--queue-url", url.as_str(), "--attribute-names", "All"];
            let call = sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All).send();
            let answer = cx.detail(&GET_QUEUE_ATTRIBUTES, &name, &args, call).await;
            draft.fill(&GET_QUEUE_ATTRIBUTES, answer, |draft, answer| match answer.attributes() {
                Some(attributes) => describe(draft, attributes),
                None => {
                    for name in ["KmsMasterKeyId", "SqsManagedSseEnabled", "Policy", "RedrivePolicy"] {
                        draft.unusable(name, &GET_QUEUE_ATTRIBUTES, "the answer came without any attribute");
                    }
                }
            });
        }
        if cx.wants(&LIST_QUEUE_TAGS) {
            let call = sqs.list_queue_tags().queue_url(&url).send();
            let answer = cx.detail(&LIST_QUEUE_TAGS, &name, &["--queue-url", &url], call).await;
            draft.fill(&LIST_QUEUE_TAGS, answer, |draft, answer| {
                draft.tags(answer.tags().into_iter().flatten());
            });
        }
        cx.push(draft);
    })
    .await;
}

fn describe(draft: &mut Draft, attributes: &HashMap<QueueAttributeName, String>) {
    let text = |name: QueueAttributeName| attributes.get(&name).map(String::as_str).filter(|v| !v.is_empty());
    draft.set("QueueArn", text(QueueAttributeName::QueueArn));
    draft.set("KmsMasterKeyId", text(QueueAttributeName::KmsMasterKeyId));
    draft.set("SqsManagedSseEnabled", text(QueueAttributeName::SqsManagedSseEnabled).map(|v| v == "true"));
    document(draft, &GET_QUEUE_ATTRIBUTES, "Policy", text(QueueAttributeName::Policy));
    document(draft, &GET_QUEUE_ATTRIBUTES, "RedrivePolicy", text(QueueAttributeName::RedrivePolicy));
}
