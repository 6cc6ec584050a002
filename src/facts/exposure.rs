//! Whom the policies of resources let in from outside the account, and whether they refuse requests without TLS.

use std::collections::BTreeSet;

use serde_json::Value;

use super::iam::{Exposure, Policy, exposure, requires_tls};
use super::{Facts, World};
use crate::model::Resource;
use crate::table::ACCOUNT_KIND;

/// The name of the bucket kind.
const BUCKET: &str = "AWS::S3::Bucket";
/// Grantees of an access control list that are everyone (Amazon S3 User Guide, "Access control list (ACL) overview").
const EVERYONE: [&str; 2] =
    ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

/// A kind whose resources carry a policy of their own.
struct Carrier {
    kind: &'static str,
    policy: &'static str,
    /// Actions that must be denied without TLS; none where the service speaks nothing but TLS.
    tls: &'static [&'static str],
}

static CARRIERS: &[Carrier] = &[
    Carrier { kind: "AWS::Backup::BackupVault", policy: "AccessPolicy", tls: &[] },
    Carrier { kind: "AWS::DynamoDB::Table", policy: "ResourcePolicy", tls: &[] },
    Carrier { kind: "AWS::ECR::Repository", policy: "RepositoryPolicyText", tls: &[] },
    Carrier {
        kind: "AWS::EFS::FileSystem",
        policy: "FileSystemPolicy",
        tls: &["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    },
    Carrier { kind: "AWS::KMS::Key", policy: "KeyPolicy", tls: &[] },
    Carrier { kind: "AWS::Lambda::Function", policy: "Policy", tls: &[] },
    Carrier { kind: BUCKET, policy: "BucketPolicy", tls: &["s3:*"] },
    Carrier { kind: "AWS::SNS::Topic", policy: "Policy", tls: &["sns:Publish"] },
    Carrier { kind: "AWS::SQS::Queue", policy: "Policy", tls: &["sqs:*"] },
    Carrier { kind: "AWS::SecretsManager::Secret", policy: "ResourcePolicy", tls: &[] },
];

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[
    ("AWS::Backup::BackupVault", "facts.public"),
    ("AWS::Backup::BackupVault", "facts.external_accounts"),
    ("AWS::DynamoDB::Table", "facts.public"),
    ("AWS::DynamoDB::Table", "facts.external_accounts"),
    ("AWS::ECR::Repository", "facts.public"),
    ("AWS::ECR::Repository", "facts.external_accounts"),
    ("AWS::EFS::FileSystem", "facts.public"),
    ("AWS::EFS::FileSystem", "facts.external_accounts"),
    ("AWS::EFS::FileSystem", "facts.requires_tls"),
    ("AWS::KMS::Key", "facts.public"),
    ("AWS::KMS::Key", "facts.external_accounts"),
    ("AWS::Lambda::Function", "facts.public"),
    ("AWS::Lambda::Function", "facts.external_accounts"),
    (BUCKET, "facts.public"),
    (BUCKET, "facts.external_accounts"),
    (BUCKET, "facts.requires_tls"),
    ("AWS::SNS::Topic", "facts.public"),
    ("AWS::SNS::Topic", "facts.external_accounts"),
    ("AWS::SNS::Topic", "facts.requires_tls"),
    ("AWS::SQS::Queue", "facts.public"),
    ("AWS::SQS::Queue", "facts.external_accounts"),
    ("AWS::SQS::Queue", "facts.requires_tls"),
    ("AWS::SecretsManager::Secret", "facts.public"),
    ("AWS::SecretsManager::Secret", "facts.external_accounts"),
];

/// `facts.public`, `facts.external_accounts` and `facts.requires_tls`.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for carrier in CARRIERS {
        for resource in world.all(carrier.kind) {
            let policy = policy(resource, carrier.policy);
            let seen = policy
                .as_ref()
                .map(|policy| policy.as_ref().map(|p| exposure(p, &resource.account)).unwrap_or_default())
                .map_err(Clone::clone);
            if carrier.kind == BUCKET {
                facts.tell(resource, "facts.public", bucket_public(world, resource, &seen).map(Value::from));
                facts.tell(resource, "facts.external_accounts", bucket_outside(resource, &seen));
            } else {
                facts.tell(resource, "facts.public", seen.clone().map(|e| Value::from(e.public)));
                facts.tell(resource, "facts.external_accounts", seen.map(|e| list(outside(&e))));
            }
            if !carrier.tls.is_empty() {
                let tls = policy.map(|policy| {
                    let arn = resource.name().to_string();
                    let below = format!("{arn}/*");
                    let resources: &[&str] = if carrier.kind == BUCKET { &[&arn, &below] } else { &[&arn] };
                    // Without a policy nothing is refused.
                    Value::from(policy.is_some_and(|p| requires_tls(&p, carrier.tls, resources)))
                });
                facts.tell(resource, "facts.requires_tls", tls);
            }
        }
    }
}

/// The resource's policy; none where AWS says that there is none.
fn policy(resource: &Resource, attribute: &str) -> Result<Option<Policy>, String> {
    match resource.need(attribute)? {
        Value::Null => Ok(None),
        value => Policy::from_value(value)
            .map(Some)
            .map_err(|error| format!("{attribute} of {} cannot be understood: {error}", resource.name())),
    }
}

/// Who is let in, as people write it in an allow-list: account ids, organisation ids, and principals whose account
/// cannot be told, so that none of them goes unseen.
fn outside(exposure: &Exposure) -> BTreeSet<String> {
    exposure.accounts.iter().chain(&exposure.organisations).chain(&exposure.unclear).cloned().collect()
}

fn list(names: BTreeSet<String>) -> Value {
    Value::from(names.into_iter().collect::<Vec<_>>())
}

/// Whether anyone can reach a bucket: by its policy or its access control list, less what the public access blocks of
/// the bucket and the account take back (Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage").
fn bucket_public(world: &World<'_>, bucket: &Resource, seen: &Result<Exposure, String>) -> Result<bool, String> {
    let by_policy = unless_blocked(seen.clone().map(|e| e.public), || blocked(world, bucket, "RestrictPublicBuckets"));
    let by_list = unless_blocked(public_grant(bucket), || blocked(world, bucket, "IgnorePublicAcls"));
    match (by_policy, by_list) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(why), _) | (_, Err(why)) => Err(why),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

fn unless_blocked(public: Result<bool, String>, blocked: impl Fn() -> Result<bool, String>) -> Result<bool, String> {
    match public {
        Ok(false) => Ok(false),
        Ok(true) => blocked().map(|blocked| !blocked),
        // A block that is read and on takes back whatever it would be.
        Err(why) => match blocked() {
            Ok(true) => Ok(false),
            Ok(false) | Err(_) => Err(why),
        },
    }
}

/// Whether the bucket or its account has this setting on.
fn blocked(world: &World<'_>, bucket: &Resource, setting: &str) -> Result<bool, String> {
    let on = |block: &Value| block.get(setting).and_then(Value::as_bool) == Some(true);
    let own = bucket.need("PublicAccessBlockConfiguration").map(on);
    let account = world
        .of_account(ACCOUNT_KIND, &bucket.account)
        .next()
        .ok_or_else(|| format!("account {} was not read", bucket.account))
        .and_then(|account| account.need("S3PublicAccessBlock"))
        .map(on);
    match (own, account) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(why), _) | (_, Err(why)) => Err(why),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

fn grants(bucket: &Resource) -> Result<&[Value], String> {
    let grants = bucket.need("AccessControlList")?;
    grants.as_array().map(Vec::as_slice).ok_or_else(|| "the access control list is no list".to_string())
}

fn public_grant(bucket: &Resource) -> Result<bool, String> {
    let everyone = |grant: &Value| grant.get("URI").and_then(Value::as_str).is_some_and(|uri| EVERYONE.contains(&uri));
    Ok(grants(bucket)?.iter().any(everyone))
}

/// Accounts by the policy, and canonical users other than the owner by the access control list.
fn bucket_outside(bucket: &Resource, seen: &Result<Exposure, String>) -> Result<Value, String> {
    let mut names = outside(seen.as_ref().map_err(Clone::clone)?);
    let owner = bucket.need("BucketOwner")?.as_str();
    for grant in grants(bucket)? {
        let text = |key: &str| grant.get(key).and_then(Value::as_str);
        if let Some(id) = text("ID").filter(|id| Some(*id) != owner).or(text("EmailAddress")) {
            names.insert(format!("canonical:{id}"));
        }
    }
    Ok(list(names))
}

#[cfg(test)]
#[path = "exposure_tests.rs"]
mod tests;
