use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::facts::{Fact, Facts, derive, testing};
use crate::model::{AttributeGap, GapReason, Resource, Snapshot, Tags};

const ACCOUNT: &str = "123456789012";

fn resource(kind: &str, id: &str, region: &str, attributes: Value, gaps: &[&str]) -> Resource {
    let gap = || AttributeGap { reason: GapReason::Denied, operation: "x:Y".into(), detail: "denied".into() };
    Resource {
        kind: kind.into(),
        id: id.into(),
        arn: Some(if kind == "AWS::S3::Bucket" {
            format!("arn:aws:s3:::{id}")
        } else {
            format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:{id}")
        }),
        account: ACCOUNT.into(),
        region: region.into(),
        attributes: attributes.as_object().cloned().unwrap_or_default().into_iter().collect(),
        gaps: gaps.iter().map(|name| (name.to_string(), gap())).collect(),
        tags: Tags::NotAsked,
        evidence: BTreeMap::new(),
    }
}

fn snapshot(resources: Vec<Resource>) -> Snapshot {
    testing::snapshot(resources, &[])
}

fn said(facts: &Facts, resource: &Resource, name: &str) -> Fact {
    facts.of(resource).and_then(|f| f.get(name)).cloned().unwrap()
}

/// `facts.public` of a bucket with these attributes, in an account with this public access block.
fn public(bucket: Value, gaps: &[&str], account: Value, account_gaps: &[&str]) -> Fact {
    let snapshot = snapshot(vec![
        resource("AWS::S3::Bucket", "orders", "eu-west-1", bucket, gaps),
        resource("Kakunin::AWS::Account", ACCOUNT, "aws-global", account, account_gaps),
    ]);
    let wanted = BTreeSet::from([("AWS::S3::Bucket".to_string(), "facts.public".to_string())]);
    said(&derive(&snapshot, &wanted), &snapshot.resources[0], "facts.public")
}

fn open_policy() -> Value {
    json!({ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" }] })
}

fn block(on: bool) -> Value {
    json!({ "BlockPublicAcls": on, "IgnorePublicAcls": on, "BlockPublicPolicy": on, "RestrictPublicBuckets": on })
}

#[test]
fn an_open_policy_makes_a_bucket_public_unless_a_block_takes_it_back() {
    let bucket = |policy: Value, own: Value| json!({ "BucketPolicy": policy, "AccessControlList": [], "BucketOwner": "me", "PublicAccessBlockConfiguration": own });
    let none = json!({ "S3PublicAccessBlock": null });
    assert_eq!(public(bucket(open_policy(), json!(null)), &[], none.clone(), &[]), Fact::Value(json!(true)));
    assert_eq!(public(bucket(open_policy(), block(true)), &[], none.clone(), &[]), Fact::Value(json!(false)));
    assert_eq!(public(bucket(json!(null), json!(null)), &[], none, &[]), Fact::Value(json!(false)));
    let account = json!({ "S3PublicAccessBlock": block(true) });
    assert_eq!(public(bucket(open_policy(), json!(null)), &[], account, &[]), Fact::Value(json!(false)));
    // Blocking new public policies does not take back the one that is there.
    let only_new = json!({ "BlockPublicPolicy": true, "BlockPublicAcls": true });
    let account = json!({ "S3PublicAccessBlock": only_new });
    assert_eq!(public(bucket(open_policy(), only_new_block()), &[], account, &[]), Fact::Value(json!(true)));
}

fn only_new_block() -> Value {
    json!({ "BlockPublicPolicy": true, "BlockPublicAcls": true, "IgnorePublicAcls": false, "RestrictPublicBuckets": false })
}

#[test]
fn a_grant_to_everyone_makes_a_bucket_public() {
    let bucket = json!({
        "BucketPolicy": null,
        "AccessControlList": [{ "URI": "http://acs.amazonaws.com/groups/global/AllUsers", "Permission": "READ" }],
        "BucketOwner": "me",
        "PublicAccessBlockConfiguration": null,
    });
    assert_eq!(public(bucket, &[], json!({ "S3PublicAccessBlock": null }), &[]), Fact::Value(json!(true)));
    let delivery = json!({
        "BucketPolicy": null,
        "AccessControlList": [{ "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery", "Permission": "WRITE" }],
        "BucketOwner": "me",
        "PublicAccessBlockConfiguration": null,
    });
    assert_eq!(public(delivery, &[], json!({ "S3PublicAccessBlock": null }), &[]), Fact::Value(json!(false)));
}

#[test]
fn what_was_not_read_is_never_taken_for_private() {
    let bucket = json!({ "BucketPolicy": open_policy(), "AccessControlList": [], "BucketOwner": "me" });
    let none = json!({ "S3PublicAccessBlock": null });
    let unread = public(bucket.clone(), &["PublicAccessBlockConfiguration"], none.clone(), &[]);
    assert!(matches!(unread, Fact::Gap(_)), "{unread:?}");
    let without_policy =
        json!({ "AccessControlList": [], "BucketOwner": "me", "PublicAccessBlockConfiguration": null });
    let unread = public(without_policy, &["BucketPolicy"], none.clone(), &[]);
    assert!(matches!(unread, Fact::Gap(_)), "{unread:?}");
    let without_list = json!({ "BucketPolicy": null, "PublicAccessBlockConfiguration": null });
    let unread = public(without_list, &["AccessControlList"], none, &[]);
    assert!(matches!(unread, Fact::Gap(_)), "{unread:?}");
    let account_unread = json!({ "BucketPolicy": open_policy(), "AccessControlList": [], "BucketOwner": "me", "PublicAccessBlockConfiguration": null });
    let unread = public(account_unread, &[], json!({}), &["S3PublicAccessBlock"]);
    assert!(matches!(unread, Fact::Gap(_)), "{unread:?}");
}

#[test]
fn a_queue_says_whom_it_lets_in_and_whether_it_refuses_plain_http() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::210987654321:root" }, "Action": "sqs:SendMessage", "Resource": "*" },
        { "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
    ]});
    let kind = "AWS::SQS::Queue";
    let snapshot = snapshot(vec![
        resource(kind, "orders", "eu-west-1", json!({ "Policy": policy }), &[]),
        resource(kind, "plain", "eu-west-1", json!({ "Policy": null }), &[]),
        resource(kind, "unread", "eu-west-1", json!({}), &["Policy"]),
    ]);
    let facts = derive(&snapshot, &BTreeSet::from([(kind.to_string(), "facts.public".to_string())]));
    let [orders, plain, unread] = &snapshot.resources[..] else { panic!() };
    assert_eq!(said(&facts, orders, "facts.public"), Fact::Value(json!(false)));
    assert_eq!(said(&facts, orders, "facts.external_accounts"), Fact::Value(json!(["210987654321"])));
    assert_eq!(said(&facts, orders, "facts.requires_tls"), Fact::Value(json!(true)));
    assert_eq!(said(&facts, plain, "facts.public"), Fact::Value(json!(false)));
    assert_eq!(said(&facts, plain, "facts.requires_tls"), Fact::Value(json!(false)));
    for name in ["facts.public", "facts.external_accounts", "facts.requires_tls"] {
        assert!(matches!(said(&facts, unread, name), Fact::Gap(_)), "{name}");
    }
}
