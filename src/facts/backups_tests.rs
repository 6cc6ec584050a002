use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::facts::{Fact, derive, testing};
use crate::model::{AttributeGap, GapReason, Resource, Tags};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "ap-northeast-1";
const ARN: &str = "arn:aws:rds:ap-northeast-1:123456789012:db:orders";

fn resource(kind: &str, id: &str, attributes: Value, gaps: &[&str]) -> Resource {
    let gap = || AttributeGap { reason: GapReason::Denied, operation: "x:Y".into(), detail: "denied".into() };
    Resource {
        kind: kind.into(),
        id: id.into(),
        arn: (id == "orders").then(|| ARN.to_string()),
        account: ACCOUNT.into(),
        region: REGION.into(),
        attributes: attributes.as_object().cloned().unwrap_or_default().into_iter().collect(),
        gaps: gaps.iter().map(|name| (name.to_string(), gap())).collect(),
        tags: Tags::NotAsked,
        evidence: BTreeMap::new(),
    }
}

/// The fact of the first resource, where these listings were read.
fn fact(name: &str, resources: Vec<Resource>, read: &[&str]) -> Fact {
    let clock = "2026-01-10T00:00:00Z".parse().unwrap();
    let first = resources[0].clone();
    let mut snapshot = testing::snapshot(resources, &[]);
    snapshot.clock = clock;
    snapshot.coverage.retain(|cell| read.contains(&cell.operation.as_str()));
    let facts = derive(&snapshot, &BTreeSet::from([(first.kind.clone(), name.to_string())]));
    facts.of(&first).and_then(|f| f.get(name)).cloned().unwrap()
}

const SNAPSHOTS: &str = "rds:DescribeDBSnapshots";
const PROTECTED: &str = "backup:ListProtectedResources";
const NEWEST: &str = "facts.newest_restore_point";

fn db(latest: Value) -> Resource {
    resource("AWS::RDS::DBInstance", "orders", json!({ "LatestRestorableTime": latest }), &[])
}

fn db_snapshot(of: &str, status: &str, at: &str) -> Resource {
    let attributes = json!({ "DBInstanceIdentifier": of, "Status": status, "SnapshotCreateTime": at });
    resource("AWS::RDS::DBSnapshot", &format!("{of}-{at}"), attributes, &[])
}

#[test]
fn the_newest_point_counts_whoever_made_it() {
    let resources = vec![
        db(json!("2026-01-02T00:00:00Z")),
        db_snapshot("orders", "available", "2026-01-03T00:00:00Z"),
        db_snapshot("orders", "creating", "2026-01-09T12:00:00Z"),
        db_snapshot("invoices", "available", "2026-01-09T12:00:00Z"),
        resource("AWS::Backup::ProtectedResource", ARN, json!({ "LastBackupTime": "2026-01-04T00:00:00Z" }), &[]),
    ];
    assert_eq!(fact(NEWEST, resources, &[SNAPSHOTS, PROTECTED]), Fact::Value(json!("2026-01-04T00:00:00Z")));
}

#[test]
fn no_point_at_all_is_null() {
    assert_eq!(fact(NEWEST, vec![db(json!(null))], &[SNAPSHOTS, PROTECTED]), Fact::Value(json!(null)));
}

#[test]
fn what_was_not_read_is_a_gap_unless_a_fresh_point_is_seen() {
    for read in [&[][..], &[SNAPSHOTS], &[PROTECTED]] {
        let said = fact(NEWEST, vec![db(json!(null))], read);
        assert!(matches!(said, Fact::Gap(_)), "{read:?}: {said:?}");
        let said = fact(NEWEST, vec![db(json!("2026-01-01T00:00:00Z"))], read);
        assert!(matches!(said, Fact::Gap(_)), "{read:?}: {said:?}");
    }
    let fresh = fact(NEWEST, vec![db(json!("2026-01-09T23:55:00Z"))], &[]);
    assert_eq!(fresh, Fact::Value(json!("2026-01-09T23:55:00Z")));
    let unread = resource("AWS::RDS::DBInstance", "orders", json!({}), &["LatestRestorableTime"]);
    let said = fact(NEWEST, vec![unread], &[SNAPSHOTS, PROTECTED]);
    assert!(matches!(said, Fact::Gap(_)), "{said:?}");
}

#[test]
fn a_file_system_is_as_old_as_its_last_backup() {
    let system = || resource("AWS::EFS::FileSystem", "orders", json!({}), &[]);
    assert_eq!(fact(NEWEST, vec![system()], &[PROTECTED]), Fact::Value(json!(null)));
    assert!(matches!(fact(NEWEST, vec![system()], &[]), Fact::Gap(_)));
}

#[test]
fn only_a_restore_that_came_through_counts() {
    let plan = || resource("AWS::Backup::RestoreTestingPlan", "orders", json!({}), &[]);
    let job = |id: &str, of: &str, status: &str, validation: Value, at: &str| {
        let attributes = json!({
            "RestoreTestingPlanArn": of, "Status": status, "CompletionDate": at, "ValidationStatus": validation,
        });
        resource("AWS::Backup::RestoreJob", id, attributes, &[])
    };
    let jobs = ["backup:ListRestoreJobs"];
    let resources = vec![
        plan(),
        job("a", ARN, "COMPLETED", json!(null), "2026-01-01T00:00:00Z"),
        job("b", ARN, "FAILED", json!(null), "2026-01-08T00:00:00Z"),
        job("c", ARN, "COMPLETED", json!("FAILED"), "2026-01-08T00:00:00Z"),
        job("d", "arn:other", "COMPLETED", json!(null), "2026-01-08T00:00:00Z"),
    ];
    assert_eq!(fact("facts.newest_success", resources, &jobs), Fact::Value(json!("2026-01-01T00:00:00Z")));
    assert_eq!(fact("facts.newest_success", vec![plan()], &jobs), Fact::Value(json!(null)));
    assert!(matches!(fact("facts.newest_success", vec![plan()], &[]), Fact::Gap(_)));
}

#[test]
fn a_cluster_is_in_the_zones_of_its_members() {
    let instances = ["rds:DescribeDBInstances"];
    let cluster = || resource("AWS::RDS::DBCluster", "orders", json!({ "DBClusterMembers": ["a", "b"] }), &[]);
    let member = |id: &str, zone: &str| resource("AWS::RDS::DBInstance", id, json!({ "AvailabilityZone": zone }), &[]);
    let name = "facts.member_zones";
    let spread = vec![cluster(), member("a", "ap-northeast-1a"), member("b", "ap-northeast-1c")];
    assert_eq!(fact(name, spread.clone(), &instances), Fact::Value(json!(["ap-northeast-1a", "ap-northeast-1c"])));
    assert!(matches!(fact(name, spread, &[]), Fact::Gap(_)));
    let one_unseen = vec![cluster(), member("a", "ap-northeast-1a")];
    assert!(matches!(fact(name, one_unseen, &instances), Fact::Gap(_)));
    let unread = resource("AWS::RDS::DBInstance", "b", json!({}), &["AvailabilityZone"]);
    assert!(matches!(fact(name, vec![cluster(), member("a", "x"), unread], &instances), Fact::Gap(_)));
}

#[test]
fn a_subscription_counts_only_where_it_tells_of_this_database() {
    let listing = ["rds:DescribeEventSubscriptions"];
    let name = "facts.failure_subscriptions";
    let told = |enabled: bool, source: Value, ids: Value, categories: Value| {
        let attributes =
            json!({ "Enabled": enabled, "SourceType": source, "SourceIds": ids, "EventCategories": categories });
        let subscription = resource("AWS::RDS::EventSubscription", "ops", attributes, &[]);
        fact(name, vec![db(json!(null)), subscription], &listing)
    };
    let yes = Fact::Value(json!(["ops"]));
    let no = Fact::Value(json!([]));
    assert_eq!(told(true, json!(null), json!([]), json!([])), yes);
    assert_eq!(told(true, json!("db-instance"), json!(["orders"]), json!(["failure"])), yes);
    assert_eq!(told(false, json!(null), json!([]), json!([])), no);
    assert_eq!(told(true, json!("db-snapshot"), json!([]), json!([])), no);
    assert_eq!(told(true, json!("db-instance"), json!(["invoices"]), json!([])), no);
    assert_eq!(told(true, json!("db-instance"), json!([]), json!(["backup"])), no);
    assert!(matches!(fact(name, vec![db(json!(null))], &[]), Fact::Gap(_)));
}

#[test]
fn categories_are_those_that_subscriptions_of_this_database_tell_of() {
    let listing = ["rds:DescribeEventSubscriptions"];
    let subscription = |id: &str, enabled: bool, categories: Value| {
        let attributes = json!({
            "Enabled": enabled, "SourceType": "db-instance", "SourceIds": [], "EventCategories": categories,
        });
        resource("AWS::RDS::EventSubscription", id, attributes, &[])
    };
    let told = |mut subscriptions: Vec<Resource>| {
        subscriptions.insert(0, db(json!(null)));
        fact("facts.told_categories", subscriptions, &listing)
    };
    let some =
        || vec![subscription("a", true, json!(["failure"])), subscription("b", true, json!(["backup", "failure"]))];
    assert_eq!(told(some()), Fact::Value(json!(["backup", "failure"])));
    assert_eq!(told(vec![subscription("a", false, json!(["failure"]))]), Fact::Value(json!([])));
    assert_eq!(told(vec![subscription("a", true, json!([]))]), Fact::Value(json!(["*"])), "none named is all");
    assert!(matches!(fact("facts.told_categories", vec![db(json!(null))], &[]), Fact::Gap(_)));
}
