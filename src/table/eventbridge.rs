//! Amazon EventBridge: rules of the default bus.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// EventBridge ListRules.
pub static LIST_RULES: Operation =
    Operation::regional("eventbridge", "ListRules", "events list-rules", &["events:ListRules"]);
/// EventBridge ListTargetsByRule.
pub static LIST_TARGETS_BY_RULE: Operation = Operation::regional(
    "eventbridge",
    "ListTargetsByRule",
    "events list-targets-by-rule",
    &["events:ListTargetsByRule"],
);

/// A rule of the default bus.
pub static RULE: Kind = Kind {
    name: "AWS::Events::Rule",
    list: &LIST_RULES,
    tags: None,
    locate: "--name-prefix {id}",
    attributes: &[
        attr("Name", Str, &LIST_RULES),
        attr("State", Str, &LIST_RULES),
        // One of the two is there.
        opt("EventPattern", Map, &LIST_RULES),
        opt("ScheduleExpression", Str, &LIST_RULES),
        opt("ManagedBy", Str, &LIST_RULES),
        attr("Targets", List, &LIST_TARGETS_BY_RULE),
    ],
};

/// Amazon EventBridge.
pub static SERVICE: Service =
    Service { name: "eventbridge", operations: &[&LIST_RULES, &LIST_TARGETS_BY_RULE], kinds: &[&RULE] };
