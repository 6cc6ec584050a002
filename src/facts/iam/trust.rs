//! Who may take a role: what its trust policy says. Keys: "IAM and AWS STS condition context keys", "The confused deputy
//! problem" and "Create a role for OpenID Connect federation", AWS IAM User Guide.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, Context, Holds, Quantifier, all_hold};
use super::policy::{Effect, Policy, PrincipalElement, Statement};
use super::resource_policy::{accounts, exposure};
use super::set::View;

/// The actions by which a role is taken; a trust policy speaks of one, each by its kind of principal.
const TAKING: [&str; 3] = ["sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"];

/// Where a federated identity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FederationKind {
    /// OpenID Connect.
    Oidc,
    /// SAML 2.0.
    Saml,
}

/// One identity provider that a role trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federated {
    /// ARN or host name, as written.
    pub provider: String,
    /// OIDC or SAML.
    pub kind: FederationKind,
    /// Whether a condition on `…:sub` names whom: no value that leaves the owner open (`*`, `repo:*`).
    pub subject_pinned: bool,
    /// Whether a condition on `…:aud` (`SAML:aud`) names for what.
    pub audience_pinned: bool,
}

/// What a trust policy says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustFacts {
    /// Whether any AWS account at all may take the role.
    pub anyone: bool,
    /// Other accounts, and whether each of their statements asks for an external id.
    pub external_accounts: BTreeMap<String, bool>,
    /// Organisations whose accounts may take it.
    pub organisations: BTreeSet<String>,
    /// AWS services that may.
    pub services: BTreeSet<String>,
    /// Those of them that may on behalf of anybody: no condition names the account, organisation or resource.
    pub services_without_source: BTreeSet<String>,
    /// Identity providers that may vouch.
    pub federated: Vec<Federated>,
    /// Principals that cannot be told: unique ids of deleted ones.
    pub unclear: BTreeSet<String>,
}

/// Analyses the trust policy of a role of the account `owner`.
pub fn trust_facts(policy: &Policy, owner: &str) -> TrustFacts {
    let exposure = exposure(policy, owner);
    let mut facts = TrustFacts {
        anyone: exposure.public,
        external_accounts: exposure.accounts.iter().map(|account| (account.clone(), true)).collect(),
        organisations: exposure.organisations,
        services: exposure.services,
        services_without_source: BTreeSet::new(),
        federated: Vec::new(),
        unclear: BTreeSet::new(),
    };
    for statement in allowing(policy) {
        let PrincipalElement::These(principals) = &statement.principals else {
            // Everyone but some: nothing here asks for an external id of all.
            facts.external_accounts.values_mut().for_each(|asked| *asked &= external_id(statement));
            continue;
        };
        if !source(statement) {
            facts.services_without_source.extend(principals.services.iter().cloned());
        }
        let named = accounts(principals);
        let open = super::resource_policy::everyone(principals);
        for (account, asked) in &mut facts.external_accounts {
            if open || named.contains(account) {
                *asked &= external_id(statement);
            }
        }
        for provider in &principals.federated {
            facts.federated.push(federated(provider, statement));
        }
    }
    let providers: BTreeSet<&String> = facts.federated.iter().map(|one| &one.provider).collect();
    facts.unclear = exposure.unclear.into_iter().filter(|name| !providers.contains(name)).collect();
    facts
}

/// Allow statements by which the role can be taken, and not merely tagged (`sts:TagSession`).
fn allowing(policy: &Policy) -> impl Iterator<Item = &Statement> {
    policy.statements.iter().filter(|statement| {
        statement.effect == Effect::Allow && TAKING.iter().any(|action| statement.actions.contains(action, View::Most))
    })
}

fn must_match(condition: &Condition) -> bool {
    condition.is_positive_match() && !condition.if_exists && condition.quantifier != Quantifier::All
}

fn external_id(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        condition.key == "sts:externalid"
            && must_match(condition)
            && !condition.values.is_empty()
            && condition
                .values
                .iter()
                .all(|value| !(condition.wildcards() && value.trim_matches(['*', '?']).is_empty()))
    })
}

/// Whether it names on whose behalf a service may take the role.
fn source(statement: &Statement) -> bool {
    const KEYS: [&str; 4] = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];
    statement.conditions.iter().any(|condition| {
        KEYS.contains(&condition.key.as_str())
            && !condition.if_exists
            && condition.is_positive_match()
            && condition.quantifier != Quantifier::All
            && !condition.values.is_empty()
            && condition.values.iter().all(|value| !value.trim_matches(['*', '?', ':']).is_empty())
    })
}

fn federated(provider: &str, statement: &Statement) -> Federated {
    let saml = provider.contains(":saml-provider/");
    let pinned = |suffix: &str, check: &dyn Fn(&Condition, &str) -> bool| {
        statement.conditions.iter().any(|condition| {
            condition.key.ends_with(suffix)
                && must_match(condition)
                && !condition.values.is_empty()
                && condition.values.iter().all(|value| check(condition, value))
        })
    };
    Federated {
        provider: provider.to_owned(),
        kind: if saml { FederationKind::Saml } else { FederationKind::Oidc },
        subject_pinned: pinned(":sub", &|condition, value| names_subject(value, condition.wildcards())),
        audience_pinned: pinned(":aud", &|condition, value| !(condition.wildcards() && value.contains('*'))),
    }
}

/// Whether a subject names its owner: without wildcards, or with two whole parts before the first one, as
/// `repo:our-company/*` has and `repo:*`, `repo:our*` have not (`our-evil-twin` would match).
fn names_subject(value: &str, wildcards: bool) -> bool {
    if !wildcards || !value.contains(['*', '?']) {
        return !value.is_empty() && !value.contains("${");
    }
    let head = value.split(['*', '?']).next().unwrap_or_default();
    head.matches([':', '/']).count() >= 2
}

/// How a trust policy lets one principal of the role's own account in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetsIn {
    /// Not at all.
    No,
    /// By its ARN: nothing else is needed.
    ByName,
    /// By its account: the principal's own policies must allow `sts:AssumeRole` too.
    ByAccount,
}

/// Whether the trust policy lets `principal`, an ARN of the role's own account, take the role; conditions may hold.
pub fn lets_in(policy: &Policy, principal: &str) -> LetsIn {
    let account = principal.split(':').nth(4).unwrap_or_default();
    let known: &Context<'_> = &[
        ("aws:principalarn", Some(principal)),
        ("aws:principalaccount", Some(account)),
        ("aws:principaltype", Some(if principal.contains(":user/") { "User" } else { "AssumedRole" })),
    ];
    let mut answer = LetsIn::No;
    for statement in &policy.statements {
        if !statement.actions.contains("sts:assumerole", View::Most) {
            continue;
        }
        let holds = all_hold(&statement.conditions, known);
        let one = match &statement.principals {
            PrincipalElement::These(principals) => {
                let root = format!(":iam::{account}:root");
                if principals.aws.iter().any(|name| name == principal) {
                    LetsIn::ByName
                } else if principals.anyone
                    || principals.aws.iter().any(|name| name == account || name.ends_with(&root))
                {
                    LetsIn::ByAccount
                } else {
                    LetsIn::No
                }
            }
            PrincipalElement::AllBut(but) if !but.aws.iter().any(|name| name == principal) => LetsIn::ByAccount,
            PrincipalElement::AllBut(_) | PrincipalElement::Absent => LetsIn::No,
        };
        match (statement.effect, holds, one) {
            (_, Holds::No, _) | (_, _, LetsIn::No) => {}
            (Effect::Deny, Holds::Yes, _) => return LetsIn::No,
            (Effect::Deny, Holds::Maybe, _) => {}
            (Effect::Allow, _, LetsIn::ByName) => answer = LetsIn::ByName,
            (Effect::Allow, _, LetsIn::ByAccount) if answer == LetsIn::No => answer = LetsIn::ByAccount,
            (Effect::Allow, ..) => {}
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OWNER: &str = "123456789012";

    fn policy(statements: Value) -> Policy {
        Policy::from_value(&json!({ "Statement": statements })).unwrap()
    }

    fn facts(principal: Value, action: &str, condition: Value) -> TrustFacts {
        let statement = json!({"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition});
        trust_facts(&policy(statement), OWNER)
    }

    #[test]
    fn accounts_with_and_without_external_id() {
        let aws = json!({"AWS": ["arn:aws:iam::111122223333:root", OWNER]});
        let id = json!({"StringEquals": {"sts:ExternalId": "x"}});
        assert_eq!(facts(aws.clone(), "sts:AssumeRole", id).external_accounts.get("111122223333"), Some(&true));
        for weak in [
            json!({}),
            json!({"StringLike": {"sts:ExternalId": "*"}}),
            json!({"StringEqualsIfExists": {"sts:ExternalId": "x"}}),
        ] {
            let found = facts(aws.clone(), "sts:AssumeRole", weak);
            assert_eq!(found.external_accounts, BTreeMap::from([("111122223333".to_owned(), false)]));
        }
        assert!(facts(json!("*"), "sts:AssumeRole", json!({})).anyone);
        let org = facts(json!({"AWS": "*"}), "sts:AssumeRole", json!({"StringEquals": {"aws:PrincipalOrgID": "o-a"}}));
        assert!(!org.anyone && org.organisations.contains("o-a"));
        let service = facts(json!({"Service": "ec2.amazonaws.com"}), "sts:AssumeRole", json!({}));
        assert!(!service.anyone && service.services.contains("ec2.amazonaws.com"));
    }

    #[test]
    fn services_must_say_on_whose_behalf_they_come() {
        let service = json!({"Service": "cloudtrail.amazonaws.com"});
        for named in [
            json!({"StringEquals": {"aws:SourceAccount": OWNER}}),
            json!({"ArnLike": {"AWS:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/*"}}),
            json!({"StringEquals": {"aws:SourceOrgID": "o-a"}}),
        ] {
            let found = facts(service.clone(), "sts:AssumeRole", named.clone());
            assert!(found.services_without_source.is_empty(), "{named}");
        }
        for open in [
            json!({}),
            json!({"StringLike": {"aws:SourceAccount": "*"}}),
            json!({"StringEqualsIfExists": {"aws:SourceAccount": OWNER}}),
            json!({"StringNotEquals": {"aws:SourceAccount": OWNER}}),
        ] {
            let found = facts(service.clone(), "sts:AssumeRole", open.clone());
            assert!(found.services_without_source.contains("cloudtrail.amazonaws.com"), "{open}");
        }
        let people = facts(json!({"AWS": OWNER}), "sts:AssumeRole", json!({}));
        assert!(people.services_without_source.is_empty());
    }

    #[test]
    fn oidc_subjects_must_name_their_owner() {
        let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
        let with = |operator: &str, sub: Value| {
            let condition = json!({operator: {"token.actions.githubusercontent.com:sub": sub},
                "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}});
            let found = facts(json!({"Federated": provider}), "sts:AssumeRoleWithWebIdentity", condition);
            assert!(found.federated[0].audience_pinned && found.unclear.is_empty());
            found.federated[0].subject_pinned
        };
        assert!(with("StringLike", json!("repo:our-company/*")));
        assert!(with("StringLike", json!(["repo:our-company/app:ref:refs/heads/main"])));
        assert!(!with("StringLike", json!("*")));
        assert!(!with("StringLike", json!("repo:*")));
        assert!(!with("StringLike", json!("repo:our*")));
        assert!(!with("StringLike", json!(["repo:our-company/*", "*"])));
        assert!(!with("ForAllValues:StringLike", json!("repo:our-company/*")));
        assert!(!with("StringNotLike", json!("repo:our-company/*")));
    }

    #[test]
    fn who_is_let_in() {
        let bob = "arn:aws:iam::123456789012:user/bob";
        let by = |principal: Value| {
            lets_in(&policy(json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})), bob)
        };
        assert_eq!(by(json!({"AWS": bob})), LetsIn::ByName);
        assert_eq!(by(json!({"AWS": "arn:aws:iam::123456789012:root"})), LetsIn::ByAccount);
        assert_eq!(by(json!({"AWS": "arn:aws:iam::111122223333:root"})), LetsIn::No);
        assert_eq!(by(json!({"Service": "ec2.amazonaws.com"})), LetsIn::No);
        let only_alice = json!({"Effect": "Allow", "Principal": {"AWS": OWNER}, "Action": "sts:AssumeRole",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/alice"}}});
        assert_eq!(lets_in(&policy(only_alice), bob), LetsIn::No);
    }
}
