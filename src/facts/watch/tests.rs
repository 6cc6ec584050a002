use serde_json::{Value, json};

use super::pattern::{Filter, rule_matches};
use super::{audit_alarms, composites, good_trails, reaches_somebody, recording, tags, tiers, unmanaged, zones};
use crate::facts::testing::{ACCOUNT, REGION, resource, snapshot, tagged};
use crate::facts::{Fact, Facts, World};
use crate::model::{Resource, Snapshot, Tags};
use crate::table::{ACCOUNT_KIND, REGION_KIND};

const TOPIC: &str = "arn:aws:sns:ap-northeast-1:123456789012:ops";
const TRAIL: &str = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/main";

fn fact(snapshot: &Snapshot, derive: fn(&World<'_>, &mut Facts), kind: &str, name: &str) -> Fact {
    let world = World::new(snapshot);
    let mut facts = Facts::default();
    derive(&world, &mut facts);
    let first = world.all(kind)[0];
    facts.of(first).and_then(|all| all.get(name)).cloned().unwrap()
}

fn account() -> Resource {
    let mut account = resource(ACCOUNT_KIND, ACCOUNT, json!({}));
    account.region = "aws-global".into();
    account
}

fn trail(change: Value) -> Resource {
    let mut attributes = json!({
        "HomeRegion": REGION, "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true,
        "IsOrganizationTrail": false, "IsLogging": true, "LatestDeliveryError": null,
        "LatestDeliveryTime": "2025-12-31T23:50:00Z", "StartLoggingTime": "2025-01-01T00:00:00Z",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:ap-northeast-1:123456789012:log-group:trail:*",
        "LatestCloudWatchLogsDeliveryError": null,
        "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}], "AdvancedEventSelectors": [],
    });
    attributes.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    resource("AWS::CloudTrail::Trail", TRAIL, attributes)
}

fn good(trails: Vec<Resource>, unread: &[&str]) -> Fact {
    let mut all = vec![account()];
    all.extend(trails);
    fact(&snapshot(all, unread), good_trails, ACCOUNT_KIND, "facts.good_trails")
}

fn count(fact: &Fact) -> Option<usize> {
    match fact {
        Fact::Value(Value::Array(all)) => Some(all.len()),
        _ => None,
    }
}

#[test]
fn one_good_trail_is_enough_and_a_broken_one_is_none() {
    assert_eq!(count(&good(vec![trail(json!({}))], &[])), Some(1));
    for broken in [
        json!({"IsMultiRegionTrail": false}),
        json!({"IsLogging": false}),
        json!({"IncludeGlobalServiceEvents": false}),
        json!({"LatestDeliveryError": "AccessDenied"}),
        json!({"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true}]}),
        json!({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": false}]}),
    ] {
        assert_eq!(count(&good(vec![trail(broken.clone())], &[])), Some(0), "{broken}");
    }
}

#[test]
fn a_trail_that_is_not_read_leaves_it_open() {
    let mut unread = trail(json!({}));
    unread.attributes.remove("IsLogging");
    assert!(matches!(good(vec![unread.clone()], &[]), Fact::Gap(_)));
    // What was read says no already.
    unread.attributes.insert("IsMultiRegionTrail".into(), json!(false));
    assert_eq!(count(&good(vec![unread], &[])), Some(0));
    assert!(matches!(good(vec![], &["cloudtrail:DescribeTrails"]), Fact::Gap(_)));
    assert_eq!(count(&good(vec![], &[])), Some(0));
    assert_eq!(count(&good(vec![trail(json!({}))], &["cloudtrail:DescribeTrails"])), Some(1));
}

#[test]
fn advanced_selectors_log_all_management_events_or_do_not() {
    let field = |name: &str, equals: &[&str]| json!({"Field": name, "Equals": equals});
    let management = || field("eventCategory", &["Management"]);
    let with =
        |selectors: Value| good(vec![trail(json!({"EventSelectors": [], "AdvancedEventSelectors": selectors}))], &[]);
    assert_eq!(count(&with(json!([{"FieldSelectors": [management()]}]))), Some(1));
    assert_eq!(count(&with(json!([{"FieldSelectors": [management(), field("readOnly", &["false"])]}]))), Some(0));
    assert_eq!(
        count(&with(json!([
            {"FieldSelectors": [management(), field("readOnly", &["false"])]},
            {"FieldSelectors": [management(), field("readOnly", &["true"])]},
        ]))),
        Some(1)
    );
    assert_eq!(count(&with(json!([{"FieldSelectors": [field("eventCategory", &["Data"])]}]))), Some(0));
    assert_eq!(
        count(&with(json!([{"FieldSelectors": [management(), field("eventSource", &["iam.amazonaws.com"])]}]))),
        Some(0)
    );
    assert_eq!(
        count(&with(json!([{"FieldSelectors": [
            management(), {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
        ]}]))),
        Some(1)
    );
}

fn alarm(change: Value) -> Resource {
    let mut attributes = json!({
        "AlarmName": "a", "ActionsEnabled": true, "AlarmActions": [TOPIC], "Namespace": "Audit", "MetricName": "events",
        "Metrics": [],
    });
    attributes.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    resource("AWS::CloudWatch::Alarm", "a", attributes)
}

fn topic() -> Resource {
    resource("AWS::SNS::Topic", TOPIC, json!({}))
}

fn subscription(confirmed: bool) -> Resource {
    resource("AWS::SNS::Subscription", "s", json!({"TopicArn": TOPIC, "Confirmed": confirmed}))
}

fn composite(rule: &str) -> Resource {
    let attributes = json!({"AlarmName": "c", "AlarmRule": rule, "ActionsEnabled": true, "AlarmActions": [TOPIC]});
    resource("AWS::CloudWatch::CompositeAlarm", "c", attributes)
}

fn reach(resources: Vec<Resource>, unread: &[&str]) -> Fact {
    fact(&snapshot(resources, unread), reaches_somebody, "AWS::CloudWatch::Alarm", "facts.reaches_somebody")
}

#[test]
fn an_alarm_reaches_somebody_only_by_a_confirmed_subscription_of_a_topic_that_exists() {
    let yes = Fact::Value(json!(true));
    let no = Fact::Value(json!(false));
    assert_eq!(reach(vec![alarm(json!({})), topic(), subscription(true)], &[]), yes);
    assert_eq!(reach(vec![alarm(json!({})), topic(), subscription(false)], &[]), no);
    assert_eq!(reach(vec![alarm(json!({})), subscription(true)], &[]), no, "the topic is gone");
    assert_eq!(reach(vec![alarm(json!({"ActionsEnabled": false})), topic(), subscription(true)], &[]), no);
    let scaling = "arn:aws:autoscaling:ap-northeast-1:123456789012:scalingPolicy:1:autoScalingGroupName/g:policyName/p";
    assert_eq!(reach(vec![alarm(json!({"AlarmActions": [scaling]}))], &[]), Fact::Value(Value::Null));
}

#[test]
fn delivery_that_is_not_read_is_open() {
    let all = || vec![alarm(json!({})), topic()];
    assert!(matches!(reach(all(), &["sns:ListSubscriptions"]), Fact::Gap(_)));
    assert!(matches!(reach(vec![alarm(json!({}))], &["sns:ListTopics"]), Fact::Gap(_)));
    let mut open = subscription(true);
    open.attributes.remove("Confirmed");
    assert!(matches!(reach(vec![alarm(json!({})), topic(), open], &[]), Fact::Gap(_)));
    let stranger = "arn:aws:sns:ap-northeast-1:210987654321:ops";
    assert!(matches!(reach(vec![alarm(json!({"AlarmActions": [stranger]}))], &[]), Fact::Gap(_)));
    let mut unread = alarm(json!({}));
    unread.attributes.remove("AlarmActions");
    assert!(matches!(reach(vec![unread, topic(), subscription(true)], &[]), Fact::Gap(_)));
}

#[test]
fn a_composite_alarm_speaks_for_its_parts_unless_it_negates_them() {
    let silent = || alarm(json!({"AlarmActions": []}));
    let with = |rule: &str| reach(vec![silent(), composite(rule), topic(), subscription(true)], &[]);
    assert_eq!(with(r#"ALARM("a") OR ALARM(b)"#), Fact::Value(json!(true)));
    assert_eq!(with("ALARM(b)"), Fact::Value(Value::Null));
    assert_eq!(with(r#"NOT ALARM("a")"#), Fact::Value(Value::Null));
    let names = |rule: &str, unread: &[&str]| {
        let all = snapshot(vec![silent(), composite(rule)], unread);
        fact(&all, composites, "AWS::CloudWatch::Alarm", "facts.composites")
    };
    assert_eq!(names("ALARM(a)", &[]), Fact::Value(json!(["c"])));
    assert!(matches!(names("ALARM(a)", &["cloudwatch:DescribeAlarms"]), Fact::Gap(_)));
}

fn filter(pattern: &str) -> Resource {
    let attributes = json!({
        "LogGroupName": "trail", "FilterPattern": pattern,
        "MetricTransformations": [{"MetricName": "events", "MetricNamespace": "Audit"}],
    });
    resource("AWS::Logs::MetricFilter", "trail|f", attributes)
}

fn missing(resources: &[Resource], unread: &[&str]) -> Fact {
    let mut all = vec![account()];
    all.extend_from_slice(resources);
    fact(&snapshot(all, unread), audit_alarms, ACCOUNT_KIND, "facts.audit_alarms_missing")
}

fn lacks(fact: &Fact, id: &str) -> bool {
    let Fact::Value(Value::Array(missing)) = fact else { panic!("{fact:?}") };
    missing.iter().any(|m| m.as_str().unwrap().contains(id))
}

#[test]
fn a_chain_covers_what_its_pattern_matches() {
    let chain = |pattern: &str| vec![trail(json!({})), filter(pattern), alarm(json!({})), topic(), subscription(true)];
    let root = r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#;
    let found = missing(&chain(root), &[]);
    assert!(!lacks(&found, "root-use"));
    assert!(lacks(&found, "cloudtrail-changes"));
    let trails = "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }";
    assert!(!lacks(&missing(&chain(trails), &[]), "cloudtrail-changes"));
    let partly = "{ ($.eventName = CreateTrail) || ($.eventName = DeleteTrail) }";
    assert!(lacks(&missing(&chain(partly), &[]), "cloudtrail-changes"), "StopLogging would go unseen");
    let narrowed = format!("{{ ({}) && ($.sourceIPAddress = 10.*) }}", trails.trim_matches(['{', '}', ' ']));
    assert!(lacks(&missing(&chain(&narrowed), &[]), "cloudtrail-changes"));
    let unauthorised = r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#;
    assert!(!lacks(&missing(&chain(unauthorised), &[]), "unauthorised-calls"));
    let mfa = r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }"#;
    let found = missing(&chain(mfa), &[]);
    assert!(!lacks(&found, "console-without-mfa"));
    assert!(lacks(&found, "console-failures"));
    assert_eq!(missing(&chain(""), &[]), Fact::Value(json!([])), "an alarm on every event covers all");
}

/// Law 2: from a world that lacks something, no unread part makes the list of what is missing empty.
#[test]
fn nothing_unread_makes_a_broken_chain_whole() {
    let broken: Vec<Vec<Resource>> = vec![
        vec![trail(json!({"IsLogging": false})), filter(""), alarm(json!({})), topic(), subscription(true)],
        vec![trail(json!({})), filter("{ $.eventName = Nothing }"), alarm(json!({})), topic(), subscription(true)],
        vec![trail(json!({})), filter(""), alarm(json!({"ActionsEnabled": false})), topic(), subscription(true)],
        vec![trail(json!({})), filter(""), alarm(json!({"MetricName": "other"})), topic(), subscription(true)],
        vec![trail(json!({})), filter(""), alarm(json!({})), topic(), subscription(false)],
        vec![trail(json!({})), filter(""), alarm(json!({})), subscription(true)],
    ];
    let whole = Fact::Value(json!([]));
    for resources in broken {
        assert!(count(&missing(&resources, &[])).is_some_and(|n| n > 0));
        for unread in [
            "cloudtrail:DescribeTrails",
            "cloudwatchlogs:DescribeMetricFilters",
            "cloudwatch:DescribeAlarms",
            "sns:ListTopics",
            "sns:ListSubscriptions",
            "eventbridge:ListRules",
        ] {
            assert_ne!(missing(&resources, &[unread]), whole, "{unread}");
        }
        for at in 0..resources.len() {
            let mut fewer = resources.clone();
            let gone = fewer.remove(at);
            assert_ne!(missing(&fewer, &[]), whole, "without {}", gone.kind);
            for attribute in gone.attributes.keys() {
                let mut less = resources.clone();
                less[at].attributes.remove(attribute);
                assert_ne!(missing(&less, &[]), whole, "{} without {attribute}", gone.kind);
            }
        }
    }
}

#[test]
fn unread_parts_of_the_chain_are_gaps_where_something_is_missing() {
    let chain = [trail(json!({})), filter("{ $.eventName = Nothing }"), alarm(json!({})), topic(), subscription(true)];
    assert!(matches!(missing(&chain, &["eventbridge:ListRules"]), Fact::Gap(_)));
    assert!(matches!(missing(&chain, &["cloudwatchlogs:DescribeMetricFilters"]), Fact::Gap(_)));
    let mut away = chain.clone();
    away[0].attributes.insert(
        "CloudWatchLogsLogGroupArn".into(),
        json!("arn:aws:logs:ap-northeast-1:210987654321:log-group:trail:*"),
    );
    assert!(matches!(missing(&away, &[]), Fact::Gap(_)), "the group of the management account cannot be seen");
}

#[test]
fn rules_cover_events_where_they_are_logged() {
    let rule = |target: Value| {
        let pattern = json!({"detail-type": ["AWS API Call via CloudTrail"], "detail": {
            "eventSource": ["cloudtrail.amazonaws.com"],
            "eventName": ["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"],
        }});
        let attributes = json!({"State": "ENABLED", "EventPattern": pattern, "Targets": target});
        resource("AWS::Events::Rule", "r", attributes)
    };
    let with = |resources: Vec<Resource>| missing(&resources, &[]);
    assert!(!lacks(&with(vec![trail(json!({})), rule(json!([{"Arn": TOPIC}]))]), "cloudtrail-changes"));
    assert!(lacks(&with(vec![trail(json!({})), rule(json!([]))]), "cloudtrail-changes"), "no target");
    assert!(lacks(&with(vec![rule(json!([{"Arn": TOPIC}]))]), "cloudtrail-changes"), "no trail, so no events");
}

#[test]
fn filters_of_other_forms_match_nothing() {
    for pattern in ["ConsoleLogin", "[ip, user]", "{ $.x > 1 }", "{ $.x = %a% }", "{ $.x = }", "{ ($.x = 1 }"] {
        assert_eq!(Filter::parse(pattern), None, "{pattern}");
    }
    let event = json!({"a": {"b": "DeleteTrail"}, "flag": true, "n": 5});
    let matches = |pattern: &str| Filter::parse(pattern).unwrap().matches(&event);
    assert!(matches("{ $.a.b = Delete* && $.flag IS TRUE }"));
    assert!(matches("{ $.n = 5 }"));
    assert!(!matches("{ $.missing != x }"));
    assert!(matches("{ $.missing NOT EXISTS }"));
    // `&&` binds tighter than `||`.
    assert!(matches("{ $.n = 5 || $.n = 6 && $.n = 7 }"));
}

#[test]
fn patterns_of_rules_match_as_eventbridge_does() {
    let event = json!({"source": "aws.health", "detail": {"service": "EC2", "n": 3}});
    for (pattern, expected) in [
        (json!({"source": ["aws.health"]}), true),
        (json!({"source": ["aws.ec2"]}), false),
        (json!({"source": [{"prefix": "aws."}]}), true),
        (json!({"source": [{"anything-but": "aws.health"}]}), false),
        (json!({"source": [{"anything-but": {"prefix": "aws."}}]}), false),
        (json!({"source": [{"anything-but": {"unknown": "x"}}]}), false),
        (json!({"detail": {"service": [{"exists": true}], "other": [{"exists": false}]}}), true),
        (json!({"$or": [{"source": ["x"]}, {"detail": {"service": ["EC2"]}}]}), true),
        (json!({"detail": {"n": [{"numeric": [">", 1, "<=", 3]}]}}), true),
        (json!({"detail": {"n": [{"numeric": ["<", 3]}]}}), false),
        (json!({"detail": {"n": [{"numeric": ["~", 3]}]}}), false),
        (json!({"detail": {"service": {"below": ["x"]}}}), false),
    ] {
        assert_eq!(rule_matches(&pattern, &event), expected, "{pattern}");
    }
}

#[test]
fn a_region_is_recorded_only_by_a_working_recorder_with_a_channel() {
    let region = || resource(REGION_KIND, REGION, json!({}));
    let recorder = |change: Value| {
        let mut attributes =
            json!({"RecordingGroup": {"AllSupported": true}, "Recording": true, "LastStatus": "SUCCESS"});
        attributes.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        resource("AWS::Config::ConfigurationRecorder", "default", attributes)
    };
    let channel = || resource("AWS::Config::DeliveryChannel", "default", json!({}));
    let said = |resources: Vec<Resource>, unread: &[&str]| {
        fact(&snapshot(resources, unread), recording, REGION_KIND, "facts.config_recording")
    };
    assert_eq!(said(vec![region(), recorder(json!({})), channel()], &[]), Fact::Value(json!(true)));
    assert_eq!(said(vec![region(), recorder(json!({}))], &[]), Fact::Value(json!(false)));
    for broken in [
        json!({"Recording": false}),
        json!({"LastStatus": "FAILURE"}),
        json!({"RecordingGroup": {"AllSupported": false}}),
    ] {
        assert_eq!(said(vec![region(), recorder(broken), channel()], &[]), Fact::Value(json!(false)));
    }
    let mut open = recorder(json!({}));
    open.attributes.remove("Recording");
    assert!(matches!(said(vec![region(), open, channel()], &[]), Fact::Gap(_)));
    assert!(matches!(said(vec![region(), channel()], &["config:DescribeConfigurationRecorders"]), Fact::Gap(_)));
}

#[test]
fn a_tier_needs_an_alarm_in_its_own_region() {
    let said = |resources: Vec<Resource>, unread: &[&str]| {
        fact(&snapshot(resources, unread), tiers, ACCOUNT_KIND, "facts.tiers_without_alarm")
    };
    let db = || resource("AWS::RDS::DBInstance", "orders", json!({}));
    assert_eq!(said(vec![account()], &[]), Fact::Value(json!([])));
    let found = said(vec![account(), db()], &[]);
    assert_eq!(found, Fact::Value(json!([format!("AWS::RDS::DBInstance in {REGION}")])));
    assert_eq!(said(vec![account(), db(), alarm(json!({"Namespace": "AWS/RDS"}))], &[]), Fact::Value(json!([])));
    let mut elsewhere = alarm(json!({"Namespace": "AWS/RDS"}));
    elsewhere.region = "us-east-1".into();
    assert_eq!(said(vec![account(), db(), elsewhere], &[]), found);
    let math = json!({"Namespace": null, "Metrics": [{"MetricStat": {"Metric": {"Namespace": "AWS/RDS"}}}]});
    assert_eq!(said(vec![account(), db(), alarm(math)], &[]), Fact::Value(json!([])));
    for unread in ["rds:DescribeDBInstances", "cloudwatch:DescribeAlarms"] {
        assert!(matches!(said(vec![account()], &[unread]), Fact::Gap(_)), "{unread}");
    }
}

#[test]
fn tags_that_are_not_read_leave_the_rest_open() {
    let db = |tags: &[(&str, &str)]| tagged(resource("AWS::RDS::DBInstance", "orders", json!({})), tags);
    let said = |resources: Vec<Resource>, name: &str| fact(&snapshot(resources, &[]), tags, ACCOUNT_KIND, name);
    assert_eq!(said(vec![account(), db(&[("Owner", "data")])], "facts.untagged"), Fact::Value(json!([])));
    assert_eq!(said(vec![account(), db(&[("Name", "orders")])], "facts.untagged"), Fact::Value(json!(["orders"])));
    let mut open = db(&[]);
    open.tags = Tags::NotAsked;
    assert!(matches!(said(vec![account(), open], "facts.taggable"), Fact::Gap(_)));
}

#[test]
fn instances_that_answer_are_managed() {
    let instance = |state: &str| resource("AWS::EC2::Instance", "i-1", json!({"State": state}));
    let managed = |ping: &str| resource("AWS::SSM::ManagedInstance", "i-1", json!({"PingStatus": ping}));
    let said = |resources: Vec<Resource>, unread: &[&str]| {
        fact(&snapshot(resources, unread), unmanaged, ACCOUNT_KIND, "facts.unmanaged_instances")
    };
    assert_eq!(said(vec![account(), instance("running"), managed("Online")], &[]), Fact::Value(json!([])));
    assert_eq!(said(vec![account(), instance("running"), managed("ConnectionLost")], &[]), Fact::Value(json!(["i-1"])));
    assert_eq!(said(vec![account(), instance("stopped")], &[]), Fact::Value(json!([])));
    assert!(matches!(said(vec![account(), instance("running")], &["ssm:DescribeInstanceInformation"]), Fact::Gap(_)));
}

#[test]
fn zones_of_a_service_are_those_of_its_subnets() {
    let service = |subnets: &[&str]| {
        let network = json!({"AwsvpcConfiguration": {"Subnets": subnets}});
        resource("AWS::ECS::Service", "c/s", json!({"NetworkConfiguration": network}))
    };
    let subnet = |id: &str, zone: &str| resource("AWS::EC2::Subnet", id, json!({"AvailabilityZone": zone}));
    let said = |resources: Vec<Resource>| fact(&snapshot(resources, &[]), zones, "AWS::ECS::Service", "facts.zones");
    assert_eq!(
        said(vec![service(&["s-1", "s-2"]), subnet("s-1", "1a"), subnet("s-2", "1a")]),
        Fact::Value(json!(["1a"]))
    );
    assert!(matches!(said(vec![service(&["s-1", "s-2"]), subnet("s-1", "1a")]), Fact::Gap(_)));
    let none = resource("AWS::ECS::Service", "c/s", json!({"NetworkConfiguration": null}));
    assert_eq!(said(vec![none]), Fact::Value(Value::Null));
}
