//! From an alarm to a person: the alarm's topic exists and somebody has confirmed a subscription to it.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::{Search, complete, list, text, truth};
use crate::facts::{Facts, World};
use crate::model::Resource;

const ALARM: &str = "AWS::CloudWatch::Alarm";
const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";
const TOPIC: &str = "AWS::SNS::Topic";
const SUBSCRIPTION: &str = "AWS::SNS::Subscription";

/// Says `facts.composites` of each alarm: the composite alarms that go off with it.
pub(in crate::facts) fn composites(world: &World<'_>, facts: &mut Facts) {
    for alarm in world.all(ALARM) {
        facts.tell(alarm, "facts.composites", composites_of(world, alarm).map(Value::from));
    }
}

fn composites_of(world: &World<'_>, alarm: &Resource) -> Result<Vec<String>, String> {
    complete(world, COMPOSITE, &alarm.account, &alarm.region)?;
    let mut names = Vec::new();
    for composite in world.in_region(COMPOSITE, &alarm.account, &alarm.region) {
        if mentions(text(composite, "AlarmRule")?, alarm) {
            names.push(text(composite, "AlarmName")?.to_string());
        }
    }
    Ok(names)
}

/// Says `facts.reaches_somebody` of each alarm; null where it has nothing that notifies (only scaling, say).
pub(in crate::facts) fn reaches_somebody(world: &World<'_>, facts: &mut Facts) {
    for alarm in world.all(ALARM) {
        let fact = match reaches(world, alarm) {
            Some(Ok(yes)) => Ok(Value::from(yes)),
            Some(Err(why)) => Err(why),
            None => Ok(Value::Null),
        };
        facts.tell(alarm, "facts.reaches_somebody", fact);
    }
}

/// Whether somebody is told when the alarm goes off; none where nothing it does would tell anybody.
pub(super) fn reaches(world: &World<'_>, alarm: &Resource) -> Option<Result<bool, String>> {
    let mut search = Search::new();
    let mut notifies = false;
    let own = own_actions(world, alarm);
    if let Some(result) = own {
        notifies = true;
        search.one(result);
    }
    for composite in world.in_region(COMPOSITE, &alarm.account, &alarm.region) {
        match text(composite, "AlarmRule").map(|rule| mentions(rule, alarm)) {
            Ok(true) => {
                if let Some(result) = own_actions(world, composite) {
                    notifies = true;
                    search.one(result);
                }
            }
            Ok(false) => {}
            Err(why) => search.one(Err(why)),
        }
    }
    match search.end(complete(world, COMPOSITE, &alarm.account, &alarm.region)) {
        Ok(found) => notifies.then_some(Ok(found)),
        Err(why) => Some(Err(why)),
    }
}

fn own_actions(world: &World<'_>, alarm: &Resource) -> Option<Result<bool, String>> {
    let (actions, enabled) = match (list(alarm, "AlarmActions"), truth(alarm, "ActionsEnabled")) {
        (Ok(actions), Ok(enabled)) => (actions, enabled),
        (Err(why), _) | (_, Err(why)) => return Some(Err(why)),
    };
    let notifying: Vec<&str> = actions.iter().filter_map(Value::as_str).filter(|arn| notifies(arn)).collect();
    if notifying.is_empty() {
        return None;
    }
    if !enabled {
        return Some(Ok(false));
    }
    let mut search = Search::new();
    for arn in notifying {
        search.one(if service(arn) == "sns" { topic_reaches(world, &alarm.account, arn) } else { Ok(true) });
    }
    Some(search.end(Ok(())))
}

fn service(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// Topics, and the items and incidents that people work on; scaling, reboots and functions tell nobody by themselves.
fn notifies(arn: &str) -> bool {
    matches!(service(arn), "sns" | "ssm-incidents") || (service(arn) == "ssm" && arn.contains(":opsitem:"))
}

/// Whether a topic exists and has a confirmed subscription.
///
/// # Errors
/// When it lies in another account, or its subscriptions were not read.
fn topic_reaches(world: &World<'_>, account: &str, arn: &str) -> Result<bool, String> {
    let (region, owner) = (arn.split(':').nth(3).unwrap_or_default(), arn.split(':').nth(4).unwrap_or_default());
    if owner != account {
        return Err(format!("{arn} is a topic of another account, whose subscriptions cannot be seen"));
    }
    if !world.in_region(TOPIC, account, region).any(|topic| topic.name() == arn) {
        complete(world, TOPIC, account, region)?;
        return Ok(false);
    }
    let mut search = Search::new();
    for subscription in world.in_region(SUBSCRIPTION, account, region) {
        search.one(match text(subscription, "TopicArn") {
            Ok(topic) if topic == arn => truth(subscription, "Confirmed"),
            Ok(_) => Ok(false),
            Err(why) => Err(why),
        });
    }
    search.end(complete(world, SUBSCRIPTION, account, region))
}

/// Whether a composite alarm's rule goes off with the alarm: `ALARM("name")`, also by ARN, and not negated.
fn mentions(rule: &str, alarm: &Resource) -> bool {
    static OPERAND: OnceLock<Option<Regex>> = OnceLock::new();
    let operand = OPERAND.get_or_init(|| {
        Regex::new(r#"(?i)(\bNOT\s*\(?\s*)?\bALARM\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)"#).ok()
    });
    let Some(operand) = operand else { return false };
    operand.captures_iter(rule).any(|found| {
        let name = [2, 3, 4].iter().find_map(|group| found.get(*group)).map_or("", |m| m.as_str());
        found.get(1).is_none() && (name == alarm.id || name == alarm.name())
    })
}
