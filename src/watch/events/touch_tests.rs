use std::collections::{BTreeMap, BTreeSet};

use super::event::Change;
use super::touch::{Idle, Touch, Touched};
use crate::catalogue::Catalogue;
use crate::model::{Cell, Scope};
use crate::plan::Plan;
use crate::table::{OpScope, registry};

const ACCOUNT: &str = "123456789012";
const REGIONS: [&str; 2] = ["ap-northeast-1", "us-east-1"];

fn change(source: &str, name: &str, region: &str) -> Change {
    Change {
        id: "e-1".into(),
        account: ACCOUNT.into(),
        region: region.into(),
        source: source.into(),
        name: name.into(),
        read_only: false,
        management: true,
        resources: Vec::new(),
        error: None,
        time: None,
    }
}

fn accounts() -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([(ACCOUNT.to_owned(), REGIONS.iter().map(ToString::to_string).collect())])
}

/// A plan of everything.
fn whole() -> Touch {
    Touch::new(&Plan { operations: registry().operations.clone() }, accounts())
}

fn cells(touched: &Touched) -> Vec<String> {
    let name = |cell: &Cell| format!("{}/{}", cell.service, cell.region);
    touched.cells.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect()
}

fn of(source: &str, name: &str, region: &str) -> Vec<String> {
    cells(&whole().of(&change(source, name, region)).unwrap())
}

#[test]
fn a_call_touches_its_service_where_it_was_made() {
    assert_eq!(of("rds", "ModifyDBInstance", "ap-northeast-1"), ["rds/ap-northeast-1"]);
    assert_eq!(of("elasticfilesystem", "DeleteFileSystem", "us-east-1"), ["efs/us-east-1"]);
    assert_eq!(of("logs", "PutMetricFilter", "us-east-1"), ["cloudwatchlogs/us-east-1"]);
    assert_eq!(of("monitoring", "DisableAlarmActions", "us-east-1"), ["cloudwatch/us-east-1"]);
    // One event source of two services, and what is read of another service's.
    let load_balancers = ["elasticloadbalancing/us-east-1", "elasticloadbalancingv2/us-east-1"];
    assert_eq!(of("elasticloadbalancing", "DeleteLoadBalancer", "us-east-1"), load_balancers);
    assert_eq!(of("wafv2", "DisassociateWebACL", "us-east-1"), ["elasticloadbalancingv2/us-east-1", "wafv2/us-east-1"]);
    // Unknown names of known services err towards reading.
    assert_eq!(of("rds", "SomethingNew", "ap-northeast-1"), ["rds/ap-northeast-1"]);
    // Names with a version, as AWS Lambda has them.
    assert_eq!(of("lambda", "UpdateFunctionConfiguration20150331v2", "us-east-1"), ["lambda/us-east-1"]);
}

#[test]
fn what_belongs_to_no_region_is_touched_whatever_region_the_event_names() {
    assert_eq!(of("iam", "CreateAccessKey", "us-east-1"), ["iam/aws-global"]);
    assert_eq!(of("s3", "PutBucketPolicy", "eu-west-1"), ["s3/aws-global", "s3control/aws-global"]);
    assert_eq!(of("cloudfront", "UpdateDistribution", "us-east-1"), ["cloudfront/aws-global"]);
    // Shadows of a trail are listed in every region, also where its home is not looked at.
    assert_eq!(of("cloudtrail", "StopLogging", "eu-west-1"), ["cloudtrail/ap-northeast-1", "cloudtrail/us-east-1"]);
}

#[test]
fn tags_and_instances_reach_over_services() {
    let tagged = of("tagging", "UntagResources", "ap-northeast-1");
    for cell in ["ec2/ap-northeast-1", "rds/ap-northeast-1", "s3/aws-global", "kms/ap-northeast-1"] {
        assert!(tagged.iter().any(|t| t == cell), "{cell}: {tagged:?}");
    }
    assert!(!tagged.iter().any(|t| t.ends_with("us-east-1")), "{tagged:?}");
    let ended = of("ec2", "TerminateInstances", "us-east-1");
    for cell in ["ec2/us-east-1", "autoscaling/us-east-1", "elasticloadbalancingv2/us-east-1", "ssm/us-east-1"] {
        assert!(ended.iter().any(|t| t == cell), "{cell}: {ended:?}");
    }
    assert_eq!(of("ec2", "AuthorizeSecurityGroupIngress", "us-east-1"), ["ec2/us-east-1"]);
}

#[test]
fn another_set_of_regions_wants_everything() {
    let touched = whole().of(&change("account", "EnableRegion", "us-east-1")).unwrap();
    assert!(touched.everything());
    assert!(!whole().of(&change("account", "PutAlternateContact", "us-east-1")).unwrap().everything());
    let catalogue = Catalogue::built_in().unwrap();
    let in_use: BTreeSet<String> = catalogue.checks.keys().cloned().collect();
    assert_eq!(touched.checks(&catalogue, &in_use, &Scope::default()), in_use);
}

#[test]
fn what_touches_nothing_says_why() {
    let idle = |change: Change| whole().of(&change).unwrap_err();
    let rds = || change("rds", "ModifyDBInstance", "us-east-1");
    assert_eq!(idle(Change { error: Some("AccessDenied".into()), ..rds() }), Idle::Refused);
    assert_eq!(idle(Change { read_only: true, ..rds() }), Idle::Read);
    assert_eq!(idle(Change { management: false, ..rds() }), Idle::NotManagement);
    assert_eq!(idle(Change { account: "210987654321".into(), ..rds() }), Idle::OtherAccount);
    assert_eq!(idle(Change { region: "eu-west-1".into(), ..rds() }), Idle::OtherRegion);
    assert_eq!(idle(change("quantum", "Collapse", "us-east-1")), Idle::UnknownSource);
    assert_eq!(idle(change("kms", "CreateGrant", "us-east-1")), Idle::Harmless);
    let narrow = Touch::new(&Plan::default(), accounts());
    assert_eq!(narrow.of(&rds()).unwrap_err(), Idle::NotAsked);
    // Who we are and which regions there are is in every plan, and no call of EC2 changes it.
    let catalogue = Catalogue::built_in().unwrap();
    let least = Touch::new(&Plan::new(&catalogue, &BTreeSet::new(), &Scope::default()), accounts());
    assert_eq!(least.of(&change("ec2", "RunInstances", "us-east-1")).unwrap_err(), Idle::NotAsked);
}

/// Every operation that a check needs is touched by a call of its event sources, and the check with it: facts reach over
/// services.
#[test]
fn no_check_is_missed() {
    let catalogue = Catalogue::built_in().unwrap();
    let in_use: BTreeSet<String> = catalogue.checks.keys().cloned().collect();
    let touch = Touch::new(&Plan::new(&catalogue, &in_use, &Scope::default()), accounts());
    let mut seen = BTreeSet::new();
    for check in catalogue.checks.values() {
        for operation in Plan::of_check(check).operations.values() {
            for source in operation.event_sources() {
                let touched = touch.of(&change(source, "Anything", "us-east-1")).unwrap();
                let region = if operation.scope == OpScope::Global { "aws-global" } else { "us-east-1" };
                let owner = registry().owner(&operation.id()).unwrap().name;
                let cell = Cell { account: ACCOUNT.into(), region: region.into(), service: owner.into() };
                assert!(touched.cells.contains(&cell), "{source} misses {cell:?} of {}", check.id);
                if seen.insert((source, check.id.clone())) {
                    let checks = touched.checks(&catalogue, &in_use, &Scope::default());
                    assert!(checks.contains(&check.id), "{source} misses {}", check.id);
                }
            }
        }
    }
    // The part of the plan that reads the cells anew holds what is touched, and not the rest.
    let plan = Plan::new(&catalogue, &in_use, &Scope::default());
    let touched = touch.of(&change("rds", "ModifyDBInstance", "us-east-1")).unwrap();
    let part = plan.part(&touched.cells);
    assert!(touched.operations.iter().all(|id| part.operations.contains_key(id)));
    assert!(part.operations.contains_key("sts:GetCallerIdentity"));
    assert!(part.operations.keys().all(|id| id.starts_with("rds:") || id == "sts:GetCallerIdentity"), "{part:?}");
}
