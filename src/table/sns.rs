//! Amazon SNS.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// SNS ListTopics.
pub static LIST_TOPICS: Operation = Operation::regional("sns", "ListTopics", "sns list-topics", &["sns:ListTopics"]);
/// SNS GetTopicAttributes.
pub static GET_TOPIC_ATTRIBUTES: Operation =
    Operation::regional("sns", "GetTopicAttributes", "sns get-topic-attributes", &["sns:GetTopicAttributes"]);
/// SNS ListSubscriptions: the account's subscriptions in the region, all topics at once.
pub static LIST_SUBSCRIPTIONS: Operation =
    Operation::regional("sns", "ListSubscriptions", "sns list-subscriptions", &["sns:ListSubscriptions"]);
/// SNS ListTagsForResource.
pub static LIST_TAGS_FOR_RESOURCE: Operation =
    Operation::regional("sns", "ListTagsForResource", "sns list-tags-for-resource", &["sns:ListTagsForResource"]);

/// A topic.
pub static TOPIC: Kind = Kind {
    name: "AWS::SNS::Topic",
    list: &LIST_TOPICS,
    tags: Some(&LIST_TAGS_FOR_RESOURCE),
    locate: "",
    attributes: &[
        attr("TopicArn", Str, &LIST_TOPICS),
        opt("DisplayName", Str, &GET_TOPIC_ATTRIBUTES),
        opt("KmsMasterKeyId", Str, &GET_TOPIC_ATTRIBUTES),
        attr("Policy", Map, &GET_TOPIC_ATTRIBUTES),
        attr("SubscriptionsConfirmed", Int, &GET_TOPIC_ATTRIBUTES),
        attr("SubscriptionsPending", Int, &GET_TOPIC_ATTRIBUTES),
        fact("facts.public", Bool, &[need("AWS::SNS::Topic", &["Policy"])]),
        fact("facts.external_accounts", List, &[need("AWS::SNS::Topic", &["Policy"])]),
        fact("facts.requires_tls", Bool, &[need("AWS::SNS::Topic", &["Policy"])]),
    ],
};

/// A subscription. Its endpoint is left out: an address of a person or a web hook's secret, and no check needs it.
pub static SUBSCRIPTION: Kind = Kind {
    name: "AWS::SNS::Subscription",
    list: &LIST_SUBSCRIPTIONS,
    tags: None,
    locate: "",
    attributes: &[
        attr("TopicArn", Str, &LIST_SUBSCRIPTIONS),
        attr("Protocol", Str, &LIST_SUBSCRIPTIONS),
        attr("Confirmed", Bool, &LIST_SUBSCRIPTIONS),
    ],
};

/// Amazon SNS.
pub static SERVICE: Service = Service {
    name: "sns",
    operations: &[&LIST_TOPICS, &GET_TOPIC_ATTRIBUTES, &LIST_SUBSCRIPTIONS, &LIST_TAGS_FOR_RESOURCE],
    kinds: &[&TOPIC, &SUBSCRIPTION],
};
