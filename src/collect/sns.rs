//! Amazon SNS.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use super::{Cx, Draft, client};
use crate::table::sns::*;

/// Reads Amazon SNS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let sns = client!(cx, aws_sdk_sns, "sns");
        if cx.wants(&LIST_TOPICS) {
            topics(&cx, &sns).await;
        }
        if cx.wants(&LIST_SUBSCRIPTIONS) {
            subscriptions(&cx, &sns).await;
        }
    })
}

async fn topics(cx: &Cx, sns: &aws_sdk_sns::Client) {
    let stream = sns.list_topics().into_paginator().send();
    let pages = cx.pages(&LIST_TOPICS, stream, |page| page.next_token()).await;
    let arns = pages.items.iter().flat_map(|page| page.topics()).filter_map(|topic| topic.topic_arn());
    cx.each(arns, |arn| topic(cx, sns, arn, &pages.evidence)).await;
}

async fn topic(cx: &Cx, sns: &aws_sdk_sns::Client, arn: &str, evidence: &[String]) {
    let mut draft = Draft::new(&TOPIC, arn).arn(Some(arn));
    draft.read(&LIST_TOPICS, evidence);
    draft.set("TopicArn", arn);
    if cx.wants(&GET_TOPIC_ATTRIBUTES) {
        let future = sns.get_topic_attributes().topic_arn(arn).send();
        let answer = cx.detail(&GET_TOPIC_ATTRIBUTES, arn, &["--topic-arn", arn], future).await;
        draft.fill(&GET_TOPIC_ATTRIBUTES, answer, |d, o| {
            let empty = std::collections::HashMap::new();
            let attributes = o.attributes().unwrap_or(&empty);
            let text = |name: &str| attributes.get(name).filter(|value| !value.is_empty());
            let number = |name: &str| text(name).and_then(|value| value.parse::<i64>().ok());
            d.set("DisplayName", text("DisplayName"));
            d.set("KmsMasterKeyId", text("KmsMasterKeyId"));
            d.set("SubscriptionsConfirmed", number("SubscriptionsConfirmed"));
            d.set("SubscriptionsPending", number("SubscriptionsPending"));
            match text("Policy").map(|policy| serde_json::from_str::<Value>(policy)) {
                Some(Ok(policy @ Value::Object(_))) => d.set("Policy", policy),
                Some(Ok(_)) => d.unusable("Policy", &GET_TOPIC_ATTRIBUTES, "the policy is no JSON object"),
                Some(Err(error)) => d.unusable("Policy", &GET_TOPIC_ATTRIBUTES, format!("the policy: {error}")),
                None => {}
            }
        });
    }
    if cx.wants(&LIST_TAGS_FOR_RESOURCE) {
        let future = sns.list_tags_for_resource().resource_arn(arn).send();
        let answer = cx.detail(&LIST_TAGS_FOR_RESOURCE, arn, &["--resource-arn", arn], future).await;
        draft.fill(&LIST_TAGS_FOR_RESOURCE, answer, |d, o| {
            d.tags(o.tags().iter().map(|tag| (tag.key(), tag.value())));
        });
    }
    cx.push(draft);
}

async fn subscriptions(cx: &Cx, sns: &aws_sdk_sns::Client) {
    let stream = sns.list_subscriptions().into_paginator().send();
    let pages = cx.pages(&LIST_SUBSCRIPTIONS, stream, |page| page.next_token()).await;
    // Those that wait for confirmation have no ARN yet: they are counted within their topic and protocol.
    let mut waiting: BTreeMap<String, usize> = BTreeMap::new();
    for subscription in pages.items.iter().flat_map(|page| page.subscriptions()) {
        let arn = subscription.subscription_arn().filter(|arn| arn.starts_with("arn:"));
        let id = match arn {
            Some(arn) => arn.to_string(),
            None => {
                let base = format!(
                    "{}|{}|{}",
                    subscription.topic_arn().unwrap_or_default(),
                    subscription.protocol().unwrap_or_default(),
                    subscription.subscription_arn().unwrap_or_default()
                );
                let count = waiting.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
                format!("{base}|{count}")
            }
        };
        let mut draft = Draft::new(&SUBSCRIPTION, id).arn(arn);
        draft.read(&LIST_SUBSCRIPTIONS, &pages.evidence);
        draft.set("TopicArn", subscription.topic_arn());
        draft.set("Protocol", subscription.protocol());
        // `PendingConfirmation` or `Deleted` stand in place of the ARN (ListSubscriptions, Amazon SNS API Reference).
        draft.set("Confirmed", subscription.subscription_arn().map(|arn| arn.starts_with("arn:")));
        cx.push(draft);
    }
}
