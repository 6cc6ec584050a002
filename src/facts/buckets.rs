//! Where buckets copy to, and how the buckets of trails are kept.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Facts, World};
use crate::model::Resource;

const BUCKET: &str = "AWS::S3::Bucket";
const TRAIL: &str = "AWS::CloudTrail::Trail";

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[
    (BUCKET, "facts.replica_regions"),
    (TRAIL, "facts.bucket_versioned"),
    (TRAIL, "facts.bucket_locked"),
    (TRAIL, "facts.bucket_logged"),
    (TRAIL, "facts.bucket_expires_days"),
];

/// `facts.replica_regions` of buckets, and `facts.bucket_…` of trails.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for bucket in world.all(BUCKET) {
        facts.tell(bucket, "facts.replica_regions", replica_regions(world, bucket));
    }
    for trail in world.all(TRAIL) {
        let bucket = of_trail(world, trail);
        let say = |fact: fn(&Resource) -> Result<Value, String>| bucket.clone().and_then(fact);
        facts.tell(trail, "facts.bucket_versioned", say(|b| versioning(b, "Status").map(Value::from)));
        facts.tell(trail, "facts.bucket_locked", say(|b| locked(b).map(Value::from)));
        facts.tell(trail, "facts.bucket_logged", say(|b| Ok(json!(!b.need("LoggingConfiguration")?.is_null()))));
        facts.tell(trail, "facts.bucket_expires_days", say(expires_days));
    }
}

/// A bucket by its name, in whatever account of the run: names are one of a kind in the whole partition.
fn named<'a>(world: &World<'a>, name: &str) -> Result<&'a Resource, String> {
    world
        .all(BUCKET)
        .iter()
        .copied()
        .find(|bucket| bucket.attributes.get("BucketName").and_then(Value::as_str) == Some(name))
        .ok_or_else(|| format!("bucket {name} is not among those that were read; add its account to the run"))
}

fn of_trail<'a>(world: &World<'a>, trail: &Resource) -> Result<&'a Resource, String> {
    named(world, trail.need("S3BucketName")?.as_str().unwrap_or_default())
}

/// Regions of the buckets that its enabled rules copy to.
fn replica_regions(world: &World<'_>, bucket: &Resource) -> Result<Value, String> {
    let rules = bucket.need("ReplicationConfiguration")?.get("Rules").and_then(Value::as_array);
    let mut regions = BTreeSet::new();
    for rule in rules.into_iter().flatten().filter(|rule| text(rule, "Status") == Some("Enabled")) {
        // arn:aws:s3:::name
        let name = text(rule, "Bucket").and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
        let target = named(world, name)?;
        regions.insert(target.need("BucketRegion")?.as_str().unwrap_or_default().to_string());
    }
    Ok(json!(regions))
}

fn versioning(bucket: &Resource, key: &str) -> Result<bool, String> {
    Ok(text(bucket.need("VersioningConfiguration")?, key) == Some("Enabled"))
}

/// Whether objects cannot be deleted, or only with a second factor.
fn locked(bucket: &Resource) -> Result<bool, String> {
    let lock = bucket.need("ObjectLockConfiguration")?;
    let mfa = versioning(bucket, "Status")? && versioning(bucket, "MFADelete")?;
    Ok(mfa || text(lock, "ObjectLockEnabled") == Some("Enabled"))
}

/// The shortest time after which one of its enabled rules deletes objects; null where none does.
fn expires_days(bucket: &Resource) -> Result<Value, String> {
    let rules = bucket.need("LifecycleConfiguration")?.get("Rules").and_then(Value::as_array);
    let mut shortest: Option<i64> = None;
    for rule in rules.into_iter().flatten().filter(|rule| text(rule, "Status") == Some("Enabled")) {
        if rule.get("ExpirationDate").is_some_and(|date| !date.is_null()) {
            return Err(format!("a lifecycle rule of {} deletes from a day on, not after a time", bucket.name()));
        }
        if let Some(days) = rule.get("ExpirationInDays").and_then(Value::as_i64) {
            shortest = Some(shortest.map_or(days, |known| known.min(days)));
        }
    }
    Ok(json!(shortest))
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::facts::testing::{resource, snapshot};

    fn bucket(name: &str, more: Value) -> Resource {
        let mut bucket = resource(BUCKET, name, json!({"BucketName": name}));
        bucket.attributes.extend(more.as_object().unwrap().clone());
        bucket
    }

    fn facts(resources: Vec<Resource>, kind: &str) -> Vec<Fact> {
        let snapshot = snapshot(resources, &[]);
        let world = World::new(&snapshot);
        let mut facts = Facts::default();
        derive(&world, &mut facts);
        let said = facts.of(world.all(kind)[0]).unwrap();
        SAYS.iter().filter(|(of, _)| *of == kind).map(|(_, name)| said[name].clone()).collect()
    }

    #[test]
    fn a_bucket_copies_to_the_regions_of_the_buckets_that_its_rules_name() {
        let rule = |status: &str, to: &str| json!({"Status": status, "Bucket": format!("arn:aws:s3:::{to}")});
        let from = |rules: Vec<Value>| bucket("from", json!({"ReplicationConfiguration": {"Rules": rules}}));
        let to = || bucket("to", json!({"BucketRegion": "us-east-1", "ReplicationConfiguration": null}));
        let said = |rules| facts(vec![from(rules), to()], BUCKET).remove(0);
        assert_eq!(said(vec![rule("Enabled", "to")]), Fact::Value(json!(["us-east-1"])));
        assert_eq!(said(vec![rule("Disabled", "to")]), Fact::Value(json!([])));
        assert!(matches!(said(vec![rule("Enabled", "elsewhere")]), Fact::Gap(why) if why.contains("elsewhere")));
        assert!(matches!(facts(vec![bucket("from", json!({}))], BUCKET).remove(0), Fact::Gap(_)), "not read");
    }

    #[test]
    fn a_trail_is_kept_as_its_bucket_is() {
        let trail = || resource(TRAIL, "main", json!({"S3BucketName": "logs"}));
        let kept = json!({
            "VersioningConfiguration": {"Status": "Enabled", "MFADelete": null}, "LoggingConfiguration": {"DestinationBucketName": "x"},
            "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}, "ReplicationConfiguration": null,
            "LifecycleConfiguration": {"Rules": [
                {"Status": "Enabled", "ExpirationInDays": 400}, {"Status": "Enabled", "ExpirationInDays": 370},
                {"Status": "Disabled", "ExpirationInDays": 1}, {"Status": "Enabled", "ExpirationInDays": null},
            ]},
        });
        let good = [json!(true), json!(true), json!(true), json!(370)].map(Fact::Value);
        assert_eq!(facts(vec![trail(), bucket("logs", kept)], TRAIL), good);
        let bare = json!({
            "VersioningConfiguration": {"Status": null, "MFADelete": "Enabled"}, "LoggingConfiguration": null,
            "ObjectLockConfiguration": null, "ReplicationConfiguration": null, "LifecycleConfiguration": null,
        });
        let bad = [json!(false), json!(false), json!(false), Value::Null].map(Fact::Value);
        assert_eq!(facts(vec![trail(), bucket("logs", bare)], TRAIL), bad);
        let dated = json!({"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationDate": "2026-01-01T00:00:00Z"}]}});
        let open = facts(vec![trail(), bucket("logs", dated)], TRAIL);
        assert!(open.iter().all(|fact| matches!(fact, Fact::Gap(_))), "{open:?}");
        let other = facts(vec![trail(), bucket("other", json!({}))], TRAIL);
        assert!(other.iter().all(|fact| matches!(fact, Fact::Gap(why) if why.contains("logs"))), "{other:?}");
    }
}
