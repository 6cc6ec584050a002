//! Events of the audit log that somebody must be told of (CIS AWS Foundations Benchmark 3.0, section 4).

use serde_json::{Value, json};

use super::delivery::reaches;
use super::pattern::{Filter, rule_matches};
use super::{complete, complete_everywhere, list, text, trails::is_good};
use crate::facts::{Facts, World};
use crate::model::Resource;
use crate::table::ACCOUNT_KIND;

/// Where events of services without regions are logged ("Global service events", AWS CloudTrail User Guide).
const GLOBAL_REGION: &str = "us-east-1";

struct Control {
    /// Number in the benchmark and what it speaks of.
    id: &'static str,
    /// Whether the events are logged in `us-east-1` only.
    global: bool,
    samples: Vec<Value>,
}

/// Says `facts.audit_alarms_missing` of each account.
pub(in crate::facts) fn audit_alarms(world: &World<'_>, facts: &mut Facts) {
    for account in world.all(ACCOUNT_KIND) {
        facts.tell(account, "facts.audit_alarms_missing", missing(world, &account.account).map(Value::from));
    }
}

fn missing(world: &World<'_>, account: &str) -> Result<Vec<String>, String> {
    let mut open = None;
    let trails = good(world, account, &mut open);
    let filters = chains(world, account, &trails, &mut open);
    let rules = if trails.is_empty() { Vec::new() } else { rules(world, account, &mut open) };
    let regions = world.snapshot.accounts.get(account).map_or(&[][..], Vec::as_slice);
    let mut missing = Vec::new();
    for control in controls() {
        let covered = control.samples.iter().all(|sample| {
            let by_filter = filters.iter().any(|filter| filter.matches(sample));
            let event = event(sample);
            let in_region =
                |region: &str| rules.iter().any(|(at, pattern)| at.as_str() == region && rule_matches(pattern, &event));
            by_filter
                || if control.global {
                    in_region(GLOBAL_REGION)
                } else {
                    !regions.is_empty() && regions.iter().all(|r| in_region(r))
                }
        });
        if !covered {
            missing.push(control.id.to_string());
        }
    }
    if !missing.is_empty() {
        for kind in ["AWS::CloudTrail::Trail", "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm", "AWS::Events::Rule"]
        {
            complete_everywhere(world, kind, account)?;
        }
        if let Some(why) = open {
            return Err(why);
        }
    }
    Ok(missing)
}

fn good<'a>(world: &World<'a>, account: &str, open: &mut Option<String>) -> Vec<&'a Resource> {
    let mut good = Vec::new();
    for trail in world.of_account("AWS::CloudTrail::Trail", account) {
        match is_good(trail) {
            Ok(true) => good.push(trail),
            Ok(false) => {}
            Err(why) => {
                open.get_or_insert(why);
            }
        }
    }
    good
}

/// Patterns of metric filters whose alarm reaches somebody, on the log groups of the good trails.
fn chains(world: &World<'_>, account: &str, trails: &[&Resource], open: &mut Option<String>) -> Vec<Filter> {
    let mut patterns = Vec::new();
    let mut note = |why: String| {
        open.get_or_insert(why);
    };
    for trail in trails {
        let error = text(trail, "LatestCloudWatchLogsDeliveryError");
        let (group, error) = match (text(trail, "CloudWatchLogsLogGroupArn"), error) {
            (Ok(group), Ok(error)) => (group, error),
            (Err(why), _) | (_, Err(why)) => {
                note(why);
                continue;
            }
        };
        // arn:aws:logs:region:account:log-group:name:*
        let parts: Vec<&str> = group.split(':').collect();
        let (Some(region), Some(owner), Some(name)) = (parts.get(3), parts.get(4), parts.get(6)) else { continue };
        if *owner != account {
            note(format!("{group} is a log group of another account, whose alarms cannot be seen"));
            continue;
        }
        if !error.is_empty() {
            continue;
        }
        for filter in world.in_region("AWS::Logs::MetricFilter", account, region) {
            match alarmed(world, filter, name) {
                Ok(Some(pattern)) => patterns.push(pattern),
                Ok(None) => {}
                Err(why) => note(why),
            }
        }
        if let Err(why) = complete(world, "AWS::Logs::MetricFilter", account, region) {
            note(why);
        }
    }
    patterns
}

/// The pattern of a metric filter of that log group, where an alarm on one of its metrics reaches somebody.
fn alarmed(world: &World<'_>, filter: &Resource, group: &str) -> Result<Option<Filter>, String> {
    if text(filter, "LogGroupName")? != group {
        return Ok(None);
    }
    let Some(pattern) = Filter::parse(text(filter, "FilterPattern")?) else { return Ok(None) };
    let metrics: Vec<(&str, &str)> = list(filter, "MetricTransformations")?
        .iter()
        .filter_map(|t| Some((t.get("MetricNamespace")?.as_str()?, t.get("MetricName")?.as_str()?)))
        .collect();
    let mut open = None;
    for alarm in world.in_region("AWS::CloudWatch::Alarm", &filter.account, &filter.region) {
        let told = watches(alarm, &metrics)
            .and_then(|on| if on { reaches(world, alarm).unwrap_or(Ok(false)) } else { Ok(false) });
        match told {
            Ok(true) => return Ok(Some(pattern)),
            Ok(false) => {}
            Err(why) => open = open.or(Some(why)),
        }
    }
    match open {
        Some(why) => Err(why),
        None => Ok(None),
    }
}

fn watches(alarm: &Resource, metrics: &[(&str, &str)]) -> Result<bool, String> {
    let own = (text(alarm, "Namespace")?, text(alarm, "MetricName")?);
    let inner = list(alarm, "Metrics")?.iter().filter_map(|query| {
        let metric = query.get("MetricStat")?.get("Metric")?;
        Some((metric.get("Namespace")?.as_str()?, metric.get("MetricName")?.as_str()?))
    });
    Ok(std::iter::once(own).chain(inner).any(|metric| metrics.contains(&metric)))
}

/// Enabled rules with a target, by region.
fn rules(world: &World<'_>, account: &str, open: &mut Option<String>) -> Vec<(String, Value)> {
    let mut rules = Vec::new();
    for rule in world.of_account("AWS::Events::Rule", account) {
        match routed(rule) {
            Ok(Some(pattern)) => rules.push((rule.region.clone(), pattern.clone())),
            Ok(None) => {}
            Err(why) => {
                open.get_or_insert(why);
            }
        }
    }
    rules
}

/// The pattern of a rule that is enabled and hands its events to a target.
pub(super) fn routed(rule: &Resource) -> Result<Option<&Value>, String> {
    let enabled = text(rule, "State")?.starts_with("ENABLED");
    if !enabled {
        return Ok(None);
    }
    let pattern = rule.need("EventPattern")?;
    if pattern.is_null() || list(rule, "Targets")?.is_empty() {
        return Ok(None);
    }
    Ok(Some(pattern))
}

/// The sample as EventBridge would carry it.
fn event(sample: &Value) -> Value {
    let field = |name: &str| sample.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = if field("eventType") == "AwsConsoleSignIn" {
        "AWS Console Sign In via CloudTrail"
    } else {
        "AWS API Call via CloudTrail"
    };
    let source = field("eventSource").split('.').next().unwrap_or_default();
    json!({"source": format!("aws.{source}"), "detail-type": kind, "detail": sample})
}

fn sample(source: &str, name: &str, more: Value) -> Value {
    let mut event = json!({
        "eventVersion": "1.11", "eventType": "AwsApiCall", "eventSource": source, "eventName": name,
        "awsRegion": GLOBAL_REGION, "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2",
        "managementEvent": true, "readOnly": false, "eventCategory": "Management",
        "userIdentity": {"type": "IAMUser", "userName": "somebody", "arn": "arn:aws:iam::123456789012:user/somebody"},
    });
    if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
        event.extend(more);
    }
    event
}

fn named(id: &'static str, global: bool, source: &str, names: &[&str]) -> Control {
    Control { id, global, samples: names.iter().map(|name| sample(source, name, json!({}))).collect() }
}

/// The events of the benchmark. Those of EC2-Classic are left out: it was retired in 2022.
fn controls() -> Vec<Control> {
    const SIGNIN: &str = "signin.amazonaws.com";
    let login = |more: Value| {
        let mut all = json!({"eventType": "AwsConsoleSignIn", "additionalEventData": {"MFAUsed": "Yes"}});
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
        vec![sample(SIGNIN, "ConsoleLogin", all)]
    };
    let root = json!({"userIdentity": {"type": "Root", "arn": "arn:aws:iam::123456789012:root"}});
    vec![
        Control {
            id: "4.1 unauthorised-calls",
            global: false,
            samples: ["Client.UnauthorizedOperation", "AccessDenied"]
                .iter()
                .map(|code| sample("ec2.amazonaws.com", "RunInstances", json!({"errorCode": code})))
                .collect(),
        },
        Control {
            id: "4.2 console-without-mfa",
            global: true,
            samples: login(json!({
                "additionalEventData": {"MFAUsed": "No"}, "responseElements": {"ConsoleLogin": "Success"},
            })),
        },
        Control { id: "4.3 root-use", global: false, samples: vec![sample("iam.amazonaws.com", "CreateUser", root)] },
        named(
            "4.4 iam-policy-changes",
            true,
            "iam.amazonaws.com",
            &[
                "DeleteGroupPolicy",
                "DeleteRolePolicy",
                "DeleteUserPolicy",
                "PutGroupPolicy",
                "PutRolePolicy",
                "PutUserPolicy",
                "CreatePolicy",
                "DeletePolicy",
                "CreatePolicyVersion",
                "DeletePolicyVersion",
                "AttachRolePolicy",
                "DetachRolePolicy",
                "AttachUserPolicy",
                "DetachUserPolicy",
                "AttachGroupPolicy",
                "DetachGroupPolicy",
            ],
        ),
        named(
            "4.5 cloudtrail-changes",
            false,
            "cloudtrail.amazonaws.com",
            &["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"],
        ),
        Control {
            id: "4.6 console-failures",
            global: true,
            samples: login(json!({
                "errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"},
            })),
        },
        named("4.7 kms-disable", false, "kms.amazonaws.com", &["DisableKey", "ScheduleKeyDeletion"]),
        named(
            "4.8 s3-policy-changes",
            false,
            "s3.amazonaws.com",
            &[
                "PutBucketAcl",
                "PutBucketPolicy",
                "PutBucketCors",
                "PutBucketLifecycle",
                "PutBucketReplication",
                "DeleteBucketPolicy",
                "DeleteBucketCors",
                "DeleteBucketLifecycle",
                "DeleteBucketReplication",
            ],
        ),
        named(
            "4.9 config-changes",
            false,
            "config.amazonaws.com",
            &["StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"],
        ),
        named(
            "4.10 security-group-changes",
            false,
            "ec2.amazonaws.com",
            &[
                "AuthorizeSecurityGroupIngress",
                "AuthorizeSecurityGroupEgress",
                "RevokeSecurityGroupIngress",
                "RevokeSecurityGroupEgress",
                "CreateSecurityGroup",
                "DeleteSecurityGroup",
            ],
        ),
        named(
            "4.11 nacl-changes",
            false,
            "ec2.amazonaws.com",
            &[
                "CreateNetworkAcl",
                "CreateNetworkAclEntry",
                "DeleteNetworkAcl",
                "DeleteNetworkAclEntry",
                "ReplaceNetworkAclEntry",
                "ReplaceNetworkAclAssociation",
            ],
        ),
        named(
            "4.12 gateway-changes",
            false,
            "ec2.amazonaws.com",
            &[
                "CreateCustomerGateway",
                "DeleteCustomerGateway",
                "AttachInternetGateway",
                "CreateInternetGateway",
                "DeleteInternetGateway",
                "DetachInternetGateway",
            ],
        ),
        named(
            "4.13 route-changes",
            false,
            "ec2.amazonaws.com",
            &[
                "CreateRoute",
                "CreateRouteTable",
                "ReplaceRoute",
                "ReplaceRouteTableAssociation",
                "DeleteRouteTable",
                "DeleteRoute",
                "DisassociateRouteTable",
            ],
        ),
        named(
            "4.14 vpc-changes",
            false,
            "ec2.amazonaws.com",
            &[
                "CreateVpc",
                "DeleteVpc",
                "ModifyVpcAttribute",
                "AcceptVpcPeeringConnection",
                "CreateVpcPeeringConnection",
                "DeleteVpcPeeringConnection",
                "RejectVpcPeeringConnection",
            ],
        ),
        named(
            "4.15 organizations-changes",
            true,
            "organizations.amazonaws.com",
            &[
                "AcceptHandshake",
                "AttachPolicy",
                "CreateAccount",
                "CreateOrganizationalUnit",
                "CreatePolicy",
                "DeclineHandshake",
                "DeleteOrganization",
                "DeleteOrganizationalUnit",
                "DeletePolicy",
                "DetachPolicy",
                "DisablePolicyType",
                "EnablePolicyType",
                "InviteAccountToOrganization",
                "LeaveOrganization",
                "MoveAccount",
                "RemoveAccountFromOrganization",
                "UpdatePolicy",
                "UpdateOrganizationalUnit",
            ],
        ),
    ]
}
