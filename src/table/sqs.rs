//! Amazon SQS: queues.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Amazon SQS ListQueues.
pub static LIST_QUEUES: Operation = Operation::regional("sqs", "ListQueues", "sqs list-queues", &["sqs:ListQueues"]);

/// Amazon SQS GetQueueAttributes.
pub static GET_QUEUE_ATTRIBUTES: Operation =
    Operation::regional("sqs", "GetQueueAttributes", "sqs get-queue-attributes", &["sqs:GetQueueAttributes"]);

/// Amazon SQS ListQueueTags.
pub static LIST_QUEUE_TAGS: Operation =
    Operation::regional("sqs", "ListQueueTags", "sqs list-queue-tags", &["sqs:ListQueueTags"]);

/// A queue; its id is its name.
pub static QUEUE: Kind = Kind {
    name: "AWS::SQS::Queue",
    list: &LIST_QUEUES,
    tags: Some(&LIST_QUEUE_TAGS),
    locate: "--queue-name-prefix {id}",
    attributes: &[
        attr("QueueName", Str, &LIST_QUEUES),
        attr("QueueArn", Str, &GET_QUEUE_ATTRIBUTES),
        opt("KmsMasterKeyId", Str, &GET_QUEUE_ATTRIBUTES),
        opt("SqsManagedSseEnabled", Bool, &GET_QUEUE_ATTRIBUTES),
        opt("Policy", Map, &GET_QUEUE_ATTRIBUTES),
        opt("RedrivePolicy", Map, &GET_QUEUE_ATTRIBUTES),
        fact("facts.public", Bool, &[need("AWS::SQS::Queue", &["Policy"])]),
        fact("facts.external_accounts", List, &[need("AWS::SQS::Queue", &["Policy"])]),
        fact("facts.requires_tls", Bool, &[need("AWS::SQS::Queue", &["Policy", "QueueArn"])]),
    ],
};

/// Amazon SQS: queues.
pub static SERVICE: Service =
    Service { name: "sqs", operations: &[&LIST_QUEUES, &GET_QUEUE_ATTRIBUTES, &LIST_QUEUE_TAGS], kinds: &[&QUEUE] };
