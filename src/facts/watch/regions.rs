//! Which regions have their watchers on.

use serde_json::{Value, json};

use super::cis::routed;
use super::pattern::rule_matches;
use super::{Search, complete, complete_everywhere, text, truth};
use crate::facts::{Facts, World};
use crate::model::Resource;
use crate::table::{ACCOUNT_KIND, REGION_KIND};

/// The region that receives a copy of every Health event of the other regions ("Monitoring events in AWS Health with
/// Amazon EventBridge", AWS Health User Guide).
const HEALTH_BACKUP: &str = "us-west-2";

/// Says a fact of every region: whether a resource of `kind` in it is good.
fn any_good(
    world: &World<'_>,
    facts: &mut Facts,
    fact: &'static str,
    kind: &str,
    good: impl Fn(&Resource) -> Result<bool, String>,
) {
    for region in world.all(REGION_KIND) {
        let mut search = Search::new();
        world.in_region(kind, &region.account, &region.id).for_each(|one| search.one(good(one)));
        let found = search.end(complete(world, kind, &region.account, &region.id));
        facts.tell(region, fact, found.map(Value::from));
    }
}

/// Says `facts.guardduty_on`.
pub(in crate::facts) fn guardduty(world: &World<'_>, facts: &mut Facts) {
    any_good(world, facts, "facts.guardduty_on", "AWS::GuardDuty::Detector", |detector| {
        Ok(text(detector, "Status")? == "ENABLED")
    });
}

/// Says `facts.access_analyzer_on`: an analyzer of external access is active.
pub(in crate::facts) fn access_analyzer(world: &World<'_>, facts: &mut Facts) {
    any_good(world, facts, "facts.access_analyzer_on", "AWS::AccessAnalyzer::Analyzer", |analyzer| {
        Ok(matches!(text(analyzer, "Type")?, "ACCOUNT" | "ORGANIZATION") && text(analyzer, "Status")? == "ACTIVE")
    });
}

/// Says `facts.inspector_on`.
pub(in crate::facts) fn inspector(world: &World<'_>, facts: &mut Facts) {
    for region in world.all(REGION_KIND) {
        let on = text(region, "InspectorStatus").map(|status| Value::from(status == "ENABLED"));
        facts.tell(region, "facts.inspector_on", on);
    }
}

/// Says `facts.lambda_used`.
pub(in crate::facts) fn lambda_used(world: &World<'_>, facts: &mut Facts) {
    any_good(world, facts, "facts.lambda_used", "AWS::Lambda::Function", |_| Ok(true));
}

/// Says `facts.config_recording`: a recorder of all types runs and does not fail, and there is a delivery channel.
pub(in crate::facts) fn recording(world: &World<'_>, facts: &mut Facts) {
    const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
    const CHANNEL: &str = "AWS::Config::DeliveryChannel";
    for region in world.all(REGION_KIND) {
        let (account, at) = (&region.account, &region.id);
        let mut recorders = Search::new();
        world.in_region(RECORDER, account, at).for_each(|recorder| recorders.one(records_all(recorder)));
        let mut channels = Search::new();
        world.in_region(CHANNEL, account, at).for_each(|_| channels.one(Ok(true)));
        let recorders = recorders.end(complete(world, RECORDER, account, at));
        let channels = channels.end(complete(world, CHANNEL, account, at));
        let fact = match (recorders, channels) {
            // Half of it missing is enough to say no.
            (Ok(false), _) | (_, Ok(false)) => Ok(Value::from(false)),
            (Ok(true), Ok(true)) => Ok(Value::from(true)),
            (Err(why), _) | (_, Err(why)) => Err(why),
        };
        facts.tell(region, "facts.config_recording", fact);
    }
}

fn records_all(recorder: &Resource) -> Result<bool, String> {
    let group = recorder.need("RecordingGroup")?;
    let all = group.get("AllSupported").and_then(Value::as_bool) == Some(true)
        || group.pointer("/RecordingStrategy/UseOnly").and_then(Value::as_str) == Some("ALL_SUPPORTED_RESOURCE_TYPES");
    Ok(all && truth(recorder, "Recording")? && !text(recorder, "LastStatus")?.eq_ignore_ascii_case("FAILURE"))
}

/// Says `facts.health_events_routed`.
pub(in crate::facts) fn health_events(world: &World<'_>, facts: &mut Facts) {
    const RULE: &str = "AWS::Events::Rule";
    for region in world.all(REGION_KIND) {
        let event = json!({
            "source": "aws.health", "detail-type": "AWS Health Event", "account": region.account, "region": region.id,
            "detail": {
                "service": "EC2", "eventTypeCategory": "issue", "eventTypeCode": "AWS_EC2_OPERATIONAL_ISSUE",
                "eventScopeCode": "PUBLIC", "statusCode": "open",
            },
        });
        let mut search = Search::new();
        for at in [region.id.as_str(), HEALTH_BACKUP] {
            for rule in world.in_region(RULE, &region.account, at) {
                search.one(routed(rule).map(|pattern| pattern.is_some_and(|p| rule_matches(p, &event))));
            }
        }
        // A rule in the backup region counts where that region is part of the run; it need not be.
        let found = search.end(complete(world, RULE, &region.account, &region.id));
        facts.tell(region, "facts.health_events_routed", found.map(Value::from));
    }
}

/// Says `facts.guardduty_findings_routed`: whether an enabled rule of the region hands grave findings to a target.
pub(in crate::facts) fn guardduty_findings(world: &World<'_>, facts: &mut Facts) {
    const RULE: &str = "AWS::Events::Rule";
    for region in world.all(REGION_KIND) {
        let event = json!({
            "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "account": region.account,
            "region": region.id, "detail": { "severity": 8, "type": "UnauthorizedAccess:EC2/SSHBruteForce" },
        });
        let mut search = Search::new();
        for rule in world.in_region(RULE, &region.account, &region.id) {
            search.one(routed(rule).map(|pattern| pattern.is_some_and(|p| rule_matches(p, &event))));
        }
        let found = search.end(complete(world, RULE, &region.account, &region.id));
        facts.tell(region, "facts.guardduty_findings_routed", found.map(Value::from));
    }
}

/// Says `facts.unmanaged_instances` of each account: running instances that Systems Manager does not reach.
pub(in crate::facts) fn unmanaged(world: &World<'_>, facts: &mut Facts) {
    for account in world.all(ACCOUNT_KIND) {
        let fact = unmanaged_of(world, &account.account).map(Value::from);
        facts.tell(account, "facts.unmanaged_instances", fact);
    }
}

fn unmanaged_of(world: &World<'_>, account: &str) -> Result<Vec<String>, String> {
    const INSTANCE: &str = "AWS::EC2::Instance";
    const MANAGED: &str = "AWS::SSM::ManagedInstance";
    complete_everywhere(world, INSTANCE, account)?;
    complete_everywhere(world, MANAGED, account)?;
    let mut unmanaged = Vec::new();
    for instance in world.of_account(INSTANCE, account) {
        if text(instance, "State")? != "running" {
            continue;
        }
        let mut search = Search::new();
        for managed in world.in_region(MANAGED, account, &instance.region).filter(|m| m.id == instance.id) {
            search.one(text(managed, "PingStatus").map(|status| status == "Online"));
        }
        if !search.end(Ok(()))? {
            unmanaged.push(instance.id.clone());
        }
    }
    Ok(unmanaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::testing::{REGION, resource, snapshot};

    #[test]
    fn findings_go_on_by_an_enabled_rule_with_a_target() {
        let said = |rules: Vec<Resource>, unread: &[&str]| {
            let mut all = vec![resource(REGION_KIND, REGION, json!({}))];
            all.extend(rules);
            let snapshot = snapshot(all, unread);
            let world = World::new(&snapshot);
            let mut facts = Facts::default();
            guardduty_findings(&world, &mut facts);
            facts.of(world.all(REGION_KIND)[0]).unwrap()["facts.guardduty_findings_routed"].clone()
        };
        let rule = |state: &str, pattern: Value, targets: Value| {
            let attributes = json!({"State": state, "EventPattern": pattern, "Targets": targets});
            vec![resource("AWS::Events::Rule", "findings", attributes)]
        };
        let grave = json!({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}});
        assert_eq!(said(rule("ENABLED", grave.clone(), json!(["topic"])), &[]), Fact::Value(json!(true)));
        assert_eq!(said(rule("DISABLED", grave.clone(), json!(["topic"])), &[]), Fact::Value(json!(false)));
        assert_eq!(said(rule("ENABLED", grave, json!([])), &[]), Fact::Value(json!(false)), "to nobody");
        let mild = json!({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": ["<", 4]}]}});
        assert_eq!(said(rule("ENABLED", mild, json!(["topic"])), &[]), Fact::Value(json!(false)));
        assert!(matches!(said(vec![], &["eventbridge:ListRules"]), Fact::Gap(_)));
    }
}
