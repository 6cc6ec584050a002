//! Amazon EventBridge: rules of the default bus.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_eventbridge::types::Rule;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::eventbridge::*;

/// Reads Amazon EventBridge in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_RULES) {
            return;
        }
        let events = client!(cx, aws_sdk_eventbridge, "eventbridge");
        let (rules, evidence) = rules(&cx, &events).await;
        cx.each(&rules, |one| rule(&cx, &events, one, &evidence)).await;
    })
}

/// The SDK has no paginator for this listing.
async fn rules(cx: &Cx, events: &aws_sdk_eventbridge::Client) -> (Vec<Rule>, Vec<String>) {
    let (mut rules, mut evidence) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut token: Option<String> = None;
    loop {
        let page = cx.list(&LIST_RULES, events.list_rules().set_next_token(token.take()).send()).await;
        evidence.extend(page.evidence);
        for answer in page.items {
            token = answer.next_token.filter(|token| !token.is_empty());
            rules.extend(answer.rules.unwrap_or_default());
        }
        match &token {
            Some(next) if !seen.insert(next.clone()) => {
                cx.list_unusable(&LIST_RULES, "the listing repeats a page token, so its end was never reached");
                break;
            }
            Some(_) => {}
            None => break,
        }
    }
    (rules, evidence)
}

async fn rule(cx: &Cx, events: &aws_sdk_eventbridge::Client, rule: &Rule, evidence: &[String]) {
    let Some(name) = rule.name() else {
        return cx.list_unusable(&LIST_RULES, "a rule came without its name");
    };
    let mut draft = Draft::new(&RULE, name).arn(rule.arn());
    draft.read(&LIST_RULES, evidence);
    draft.set("Name", name);
    draft.set("State", rule.state().map(|s| s.as_str()));
    draft.set("ScheduleExpression", rule.schedule_expression());
    draft.set("ManagedBy", rule.managed_by());
    match rule.event_pattern().map(serde_json::from_str::<Value>) {
        Some(Ok(pattern @ Value::Object(_))) => draft.set("EventPattern", pattern),
        Some(Ok(_)) => draft.unusable("EventPattern", &LIST_RULES, "the pattern is no JSON object"),
        Some(Err(error)) => draft.unusable("EventPattern", &LIST_RULES, format!("the pattern: {error}")),
        None => {}
    }
    if cx.wants(&LIST_TARGETS_BY_RULE) {
        targets(cx, events, name, &mut draft).await;
    }
    cx.push(draft);
}

async fn targets(cx: &Cx, events: &aws_sdk_eventbridge::Client, name: &str, draft: &mut Draft) {
    let (mut targets, mut evidence) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut token: Option<String> = None;
    loop {
        let future = events.list_targets_by_rule().rule(name).set_next_token(token.take()).send();
        match cx.detail(&LIST_TARGETS_BY_RULE, name, &["--rule", name], future).await {
            Detail::Read { value, evidence: part } => {
                evidence.extend(part);
                targets.extend(value.targets().iter().map(|t| json!({"Id": t.id(), "Arn": t.arn()})));
                match value.next_token().filter(|token| !token.is_empty()) {
                    Some(next) if seen.insert(next.to_string()) => token = Some(next.to_string()),
                    Some(_) => {
                        let why = "the listing repeats a page token, so its end was never reached";
                        return draft.unusable("Targets", &LIST_TARGETS_BY_RULE, why);
                    }
                    None => break,
                }
            }
            Detail::Gap(gap) => return draft.fill(&LIST_TARGETS_BY_RULE, Detail::<()>::Gap(gap), |_, ()| {}),
            Detail::Absent { .. } => return,
        }
    }
    draft.read(&LIST_TARGETS_BY_RULE, &evidence);
    draft.set("Targets", targets);
}
