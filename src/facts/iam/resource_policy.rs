//! Who outside the account a resource policy lets in: buckets, keys, queues, topics, functions, repositories, secrets.

use std::collections::BTreeSet;

use super::narrow::{Narrowed, by_allow, by_deny};
use super::pattern::Pattern;
use super::policy::{Effect, Policy, PrincipalElement, Principals, Statement};
use super::set::View;

/// Whom a policy lets in, beyond its own account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Anyone at all: some Allow speaks to everyone and nothing ties it down.
    pub public: bool,
    /// Ids of other accounts that are let in, by name or by a condition.
    pub accounts: BTreeSet<String>,
    /// Organisations whose every account is let in.
    pub organisations: BTreeSet<String>,
    /// Whether everyone is let in from a given network, endpoint or resource.
    pub places: bool,
    /// Services that are let in without being tied to an account (`aws:SourceAccount`, `aws:SourceArn`): not public, but
    /// open to a confused deputy.
    pub untied_services: BTreeSet<String>,
    /// All services that are let in.
    pub services: BTreeSet<String>,
    /// Principals whose account cannot be told: unique ids of deleted principals, canonical users, unknown kinds.
    pub unclear: BTreeSet<String>,
    /// The statements by which the outside comes in.
    pub statements: Vec<ExposedStatement>,
}

/// One statement that lets the outside in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposedStatement {
    /// `Sid`, or its place in the document, from 1: `#2`.
    pub name: String,
    /// Whether it is the public that it lets in.
    pub public: bool,
    /// Other accounts that it names.
    pub accounts: BTreeSet<String>,
    /// Its actions, as written; `!` before those of a `NotAction`.
    pub actions: Vec<String>,
}

/// Where one principal under `AWS` belongs.
enum Named {
    Account(String),
    Anyone,
    Service(String),
    Unclear(String),
}

fn named(principal: &str) -> Named {
    let account = if principal.starts_with("arn:") { principal.split(':').nth(4).unwrap_or("*") } else { principal };
    if account.contains(['*', '?']) {
        Named::Anyone
    } else if account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit()) {
        Named::Account(account.to_owned())
    } else if principal.starts_with("arn:") {
        // `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity …`
        Named::Service(account.to_owned())
    } else {
        Named::Unclear(principal.to_owned())
    }
}

/// Whether these principals are everyone.
pub(super) fn everyone(principals: &Principals) -> bool {
    principals.anyone || principals.aws.iter().any(|principal| matches!(named(principal), Named::Anyone))
}

/// Account ids under `AWS`.
pub(super) fn accounts(principals: &Principals) -> BTreeSet<String> {
    let account = |principal: &String| match named(principal) {
        Named::Account(id) => Some(id),
        _ => None,
    };
    principals.aws.iter().filter_map(account).collect()
}

/// What the denials of a policy leave of an Allow.
struct Left {
    nothing: bool,
    narrowed: Vec<Narrowed>,
}

/// A Deny counts where it takes all actions on all resources of the Allow: from everyone, or from everyone but something
/// narrow. Several such each narrow further.
fn left(policy: &Policy, allow: &Statement, owner: &str) -> Left {
    let mut left = Left { nothing: false, narrowed: Vec::new() };
    for deny in policy.statements.iter().filter(|statement| statement.effect == Effect::Deny) {
        let resources = match (&deny.resources, &allow.resources) {
            (None, _) => true,
            (Some(deny), Some(allow)) => deny.covers_set(allow),
            (Some(deny), None) => deny.covers(&Pattern::text("*"), View::Least),
        };
        if !resources || !deny.actions.covers_set(&allow.actions) {
            continue;
        }
        match &deny.principals {
            PrincipalElement::These(principals) if principals.anyone => {
                let mut spared = Narrowed::default();
                let all = deny
                    .conditions
                    .iter()
                    .all(|condition| by_deny(condition, owner).map(|narrowed| spared.extend(narrowed)).is_some());
                match (deny.conditions.is_empty(), all) {
                    (true, _) => left.nothing = true,
                    (false, true) => left.narrowed.push(spared),
                    (false, false) => {}
                }
            }
            PrincipalElement::AllBut(spared) if deny.conditions.is_empty() && !everyone(spared) => {
                let place = !(spared.services.is_empty() && spared.federated.is_empty() && spared.canonical.is_empty());
                left.narrowed.push(Narrowed { accounts: accounts(spared), place, ..Narrowed::default() });
            }
            _ => {}
        }
    }
    left
}

/// Whom `policy`, on a resource of the account `owner`, lets in from outside. Conditions that are not known to narrow
/// are taken to hold for everyone.
pub fn exposure(policy: &Policy, owner: &str) -> Exposure {
    let mut all = Exposure::default();
    for (at, allow) in policy.statements.iter().enumerate() {
        if allow.effect != Effect::Allow {
            continue;
        }
        let left = left(policy, allow, owner);
        if left.nothing {
            continue;
        }
        let nobody = Principals::default();
        let (principals, open) = match &allow.principals {
            PrincipalElement::Absent => continue,
            PrincipalElement::These(principals) => (principals, everyone(principals)),
            // Everyone but a few is everyone.
            PrincipalElement::AllBut(_) => (&nobody, true),
        };
        let by_conditions: Vec<Narrowed> =
            allow.conditions.iter().filter_map(|condition| by_allow(condition, owner)).collect();
        let mut found = accounts(principals);
        let mut public = false;
        if open {
            // Each narrows by itself; the one that lets the fewest in says most.
            let narrowest = by_conditions.iter().chain(&left.narrowed).min_by_key(|narrowed| {
                let others = narrowed.accounts.iter().filter(|account| *account != owner).count();
                (narrowed.place, narrowed.organisations.len() + others)
            });
            match narrowest {
                None => public = true,
                Some(narrowed) => {
                    found.extend(narrowed.accounts.iter().cloned());
                    all.organisations.extend(narrowed.organisations.iter().cloned());
                    all.places |= narrowed.place;
                }
            }
        }
        for limit in left.narrowed.iter().filter(|limit| !limit.place && limit.organisations.is_empty()) {
            found.retain(|account| limit.accounts.contains(account));
        }
        found.remove(owner);
        for principal in &principals.aws {
            match named(principal) {
                Named::Service(name) => _ = all.services.insert(name),
                Named::Unclear(id) => _ = all.unclear.insert(id),
                Named::Account(_) | Named::Anyone => {}
            }
        }
        all.unclear.extend(principals.canonical.iter().chain(&principals.other).chain(&principals.federated).cloned());
        all.services.extend(principals.services.iter().cloned());
        if by_conditions.is_empty() {
            all.untied_services.extend(principals.services.iter().cloned());
        }
        if public || !found.is_empty() {
            let not = if allow.actions.all_but() { "!" } else { "" };
            all.statements.push(ExposedStatement {
                name: allow.sid.clone().unwrap_or_else(|| format!("#{}", at + 1)),
                public,
                accounts: found.clone(),
                actions: allow.actions.patterns().iter().map(|pattern| format!("{not}{}", pattern.raw())).collect(),
            });
        }
        all.public |= public;
        all.accounts.extend(found);
    }
    all
}

/// Whether every request without TLS is denied: for each action and resource pattern given, some Deny to everyone
/// covers it and has `aws:SecureTransport` = false as its only condition. For a bucket give `s3:*` and both the bucket's
/// ARN and `ARN/*`; for a topic `sns:Publish`; for a queue `sqs:*`.
pub fn requires_tls(policy: &Policy, actions: &[&str], resources: &[&str]) -> bool {
    let denies: Vec<&Statement> = policy
        .statements
        .iter()
        .filter(|statement| {
            let everyone = matches!(&statement.principals, PrincipalElement::These(all) if all.anyone);
            let tls = match statement.conditions.as_slice() {
                [] => true,
                [only] => {
                    only.key == "aws:securetransport"
                        && only.operator == "bool"
                        && only.values.iter().any(|value| value.eq_ignore_ascii_case("false"))
                }
                _ => false,
            };
            statement.effect == Effect::Deny && everyone && tls
        })
        .collect();
    let covered = |action: &str, resource: &str| {
        denies.iter().any(|deny| {
            deny.actions.covers(&Pattern::action(action), View::Least)
                && deny.resources.as_ref().is_none_or(|set| set.covers(&Pattern::resource(resource), View::Least))
        })
    };
    !actions.is_empty()
        && !resources.is_empty()
        && actions.iter().all(|action| resources.iter().all(|resource| covered(action, resource)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OWNER: &str = "123456789012";

    fn of(statements: Value) -> Exposure {
        exposure(&Policy::from_value(&json!({ "Statement": statements })).unwrap(), OWNER)
    }

    #[test]
    fn everyone_is_public_however_it_is_written() {
        for principal in [json!("*"), json!({"AWS": "*"}), json!({"AWS": ["arn:aws:iam::*:root"]})] {
            let exposure =
                of(json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}));
            assert!(exposure.public, "{principal}");
            assert_eq!(exposure.statements[0].name, "#1");
        }
        assert!(
            of(json!({"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}))
                .public
        );
        let odd = json!({"StringEquals": {"aws:SomethingNew": "x"}});
        assert!(
            of(json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": odd})).public
        );
    }

    #[test]
    fn conditions_turn_the_public_into_accounts() {
        let with = |condition: Value| {
            of(json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}))
        };
        let own = with(json!({"StringEquals": {"AWS:SourceOwner": OWNER}}));
        assert!(!own.public && own.accounts.is_empty() && own.statements.is_empty());
        let via = with(json!({"StringEquals": {"kms:CallerAccount": OWNER, "kms:ViaService": "x.amazonaws.com"}}));
        assert!(!via.public && via.accounts.is_empty());
        let other = with(json!({"StringEquals": {"aws:SourceAccount": ["111122223333", OWNER]}}));
        assert!(!other.public);
        assert_eq!(other.accounts, BTreeSet::from(["111122223333".to_owned()]));
        assert!(with(json!({"StringEquals": {"kms:ViaService": "x.amazonaws.com"}})).public);
        assert!(with(json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})).public);
        let org = with(json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}));
        assert!(!org.public && org.organisations.contains("o-abc"));
    }

    #[test]
    fn a_deny_narrows_only_where_it_covers_and_spares_little() {
        let with = |deny: Value| {
            of(json!([
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}, deny]))
        };
        let deny = |action: &str, resource: &str, condition: Value| json!({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, "Condition": condition});
        let all = "arn:aws:s3:::b*";
        assert!(!with(deny("s3:*", all, json!({}))).public);
        assert!(with(deny("s3:Put*", all, json!({}))).public);
        assert!(with(deny("s3:*", "arn:aws:s3:::b/private/*", json!({}))).public);
        let organisation = json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}});
        assert!(!with(deny("s3:*", all, organisation.clone())).public);
        let both =
            json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}, "Bool": {"aws:SecureTransport": "false"}});
        assert!(with(deny("s3:*", all, both)).public);
        assert!(with(deny("s3:*", all, json!({"Bool": {"aws:SecureTransport": "false"}}))).public);
        let service = json!({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}});
        assert!(!with(deny("s3:*", all, service)).public);
    }

    #[test]
    fn other_accounts_services_and_unclear_principals() {
        let exposure = of(json!([
            {"Sid": "share", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
             "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "444455556666", "arn:aws:iam::123456789012:root", "AIDAEXAMPLE"]}},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Principal": {"Service": "logs.amazonaws.com"}},
            {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Principal": {"Service": "events.amazonaws.com"},
             "Condition": {"StringEquals": {"aws:SourceAccount": OWNER}}}]));
        assert!(!exposure.public);
        assert_eq!(exposure.accounts.len(), 2);
        assert_eq!(exposure.statements[0].name, "share");
        assert!(exposure.unclear.contains("AIDAEXAMPLE"));
        assert_eq!(exposure.untied_services, BTreeSet::from(["logs.amazonaws.com".to_owned()]));
        assert_eq!(exposure.services.len(), 2);
    }

    #[test]
    fn tls_is_required_of_bucket_and_objects_of_all_callers_and_actions() {
        let policy = |principal: Value, action: &str, resources: Value, condition: Value| {
            let deny = json!({"Effect": "Deny", "Principal": principal, "Action": action, "Resource": resources,
                "Condition": condition});
            let policy = Policy::from_value(&json!({ "Statement": deny })).unwrap();
            requires_tls(&policy, &["s3:*"], &["arn:aws:s3:::b", "arn:aws:s3:::b/*"])
        };
        let both = json!(["arn:aws:s3:::b", "arn:aws:s3:::b/*"]);
        let plain = json!({"Bool": {"aws:SecureTransport": "false"}});
        assert!(policy(json!("*"), "s3:*", both.clone(), plain.clone()));
        assert!(policy(json!({"AWS": "*"}), "*", json!("*"), json!({"BoolIfExists": {"aws:SecureTransport": false}})));
        assert!(!policy(json!("*"), "s3:*", json!("arn:aws:s3:::b/*"), plain.clone()));
        assert!(!policy(json!("*"), "s3:GetObject", both.clone(), plain.clone()));
        assert!(!policy(json!({"AWS": "111122223333"}), "s3:*", both.clone(), plain.clone()));
        assert!(!policy(json!("*"), "s3:*", both.clone(), json!({"Bool": {"aws:SecureTransport": "true"}})));
        let two = json!({"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalAccount": "1"}});
        assert!(!policy(json!("*"), "s3:*", both, two));
    }
}
