//! Effective access of every user and role, from the whole account's IAM at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::iam::pattern::Pattern;
use super::iam::policy::Effect;
use super::iam::{
    AccountIam, Attributes, GroupIn, Holding, IamFacts, Policy, PolicyIn, PrincipalFacts, RoleIn, UserIn, analyse,
};
use super::{Fact, Facts, World};
use crate::model::Resource;
use crate::table::ACCOUNT_KIND;
use crate::table::iam::{GROUP_KIND, POLICY_KIND, ROLE_KIND, USER_KIND};

/// Kind of a trail.
const TRAIL_KIND: &str = "AWS::CloudTrail::Trail";

/// What [`derive`] says.
pub(super) static SAYS: &[(&str, &str)] = &[
    (USER_KIND, "facts.admin"),
    (USER_KIND, "facts.escalations"),
    (USER_KIND, "facts.escalation_path"),
    (USER_KIND, "facts.network_admin"),
    (USER_KIND, "facts.decrypts_all"),
    (USER_KIND, "facts.privileged"),
    (USER_KIND, "facts.inherits_rights_only_by_groups"),
    (ROLE_KIND, "facts.admin"),
    (ROLE_KIND, "facts.escalations"),
    (ROLE_KIND, "facts.escalation_path"),
    (ROLE_KIND, "facts.network_admin"),
    (ROLE_KIND, "facts.decrypts_all"),
    (ROLE_KIND, "facts.trusts_anyone"),
    (ROLE_KIND, "facts.external_accounts"),
    (ROLE_KIND, "facts.external_without_external_id"),
    (ROLE_KIND, "facts.unpinned_oidc"),
    (ROLE_KIND, "facts.service_linked"),
    (ROLE_KIND, "facts.services_without_source"),
    (USER_KIND, "facts.inline_whole_services"),
    (GROUP_KIND, "facts.inline_whole_services"),
    (ROLE_KIND, "facts.inline_whole_services"),
    (POLICY_KIND, "facts.allows_everything"),
    (POLICY_KIND, "facts.passes_any_role"),
    (POLICY_KIND, "facts.whole_services"),
    (ACCOUNT_KIND, "facts.administrators"),
    (ACCOUNT_KIND, "facts.network_administrators"),
    (ACCOUNT_KIND, "facts.escalating_principals"),
    (ACCOUNT_KIND, "facts.escalation_paths"),
    (ACCOUNT_KIND, "facts.decrypting_all_principals"),
    (ACCOUNT_KIND, "facts.audit_stopping_principals"),
    (ACCOUNT_KIND, "facts.privileged_users_without_mfa"),
];

/// Derives the access facts of every account.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for account in world.snapshot.accounts.keys() {
        let iam = iam_of(world, account);
        let derived = analyse(&iam);
        // A principal that was not listed may be anybody: whatever is said of all of them needs the whole listing.
        let whole = world.complete(USER_KIND, account, "aws-global");
        of_users(world, account, &derived, facts);
        of_roles(world, account, &derived, facts);
        of_policies(world, account, &derived, facts);
        for kind in [USER_KIND, GROUP_KIND, ROLE_KIND] {
            for holder in world.of_account(kind, account) {
                facts.tell(holder, "facts.inline_whole_services", inline_whole_services(holder));
            }
        }
        of_account(world, account, &derived, whole, facts);
    }
}

fn attributes(resource: &Resource) -> Attributes {
    let mut attributes = resource.attributes.clone();
    if let Some(arn) = &resource.arn {
        attributes.insert("Arn".to_string(), Value::from(arn.as_str()));
    }
    attributes
}

fn iam_of(world: &World<'_>, account: &str) -> AccountIam {
    let all = |kind: &'static str| world.of_account(kind, account).map(attributes);
    AccountIam {
        account: account.to_string(),
        users: all(USER_KIND).filter_map(|a| UserIn::from_attributes(&a)).collect(),
        roles: all(ROLE_KIND).filter_map(|a| RoleIn::from_attributes(&a)).collect(),
        groups: all(GROUP_KIND).filter_map(|a| GroupIn::from_attributes(&a)).collect(),
        policies: all(POLICY_KIND).filter_map(|a| PolicyIn::from_attributes(&a)).collect(),
        trails: world.of_account(TRAIL_KIND, account).filter_map(|r| r.arn.clone()).collect(),
        log_buckets: Vec::new(),
    }
}

fn holding(holding: Holding, of: &PrincipalFacts) -> Result<Value, String> {
    holding.known().map(Value::from).ok_or_else(|| of.unresolved.join("; "))
}

/// Why it is not known whether a principal has a way up.
fn doubt(of: &PrincipalFacts) -> String {
    let ways = of.doubtful_escalation.iter().take(3).map(|way| format!("not known whether this leads up: {way}"));
    of.unresolved.iter().cloned().chain(ways).collect::<Vec<_>>().join("; ")
}

/// The steps of a principal's path.
fn steps(of: &PrincipalFacts) -> Value {
    let steps = of
        .path
        .iter()
        .flat_map(|path| &path.steps)
        .map(|step| json!({"from": step.from, "method": step.method, "actions": step.actions, "to": step.to}));
    steps.collect()
}

/// An administrator, or on the way to be one.
fn privileged(of: &PrincipalFacts) -> Option<bool> {
    match (of.admin.known(), of.escalates.known()) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn of_principal(resource: &Resource, derived: &IamFacts, facts: &mut Facts) -> Option<PrincipalFacts> {
    let of = derived.principals.get(resource.arn.as_deref()?)?;
    facts.tell(resource, "facts.admin", holding(of.admin, of));
    facts.tell(resource, "facts.network_admin", holding(of.network_admin, of));
    facts.tell(resource, "facts.decrypts_all", holding(of.decrypt_all, of));
    let escalates = of.escalates.known().ok_or_else(|| doubt(of));
    facts.tell(resource, "facts.escalations", escalates.clone().map(|_| json!(of.escalation)));
    facts.tell(resource, "facts.escalation_path", escalates.map(|_| steps(of)));
    Some(of.clone())
}

fn of_users(world: &World<'_>, account: &str, derived: &IamFacts, facts: &mut Facts) {
    for user in world.of_account(USER_KIND, account) {
        let Some(of) = of_principal(user, derived, facts) else { continue };
        let known = privileged(&of).map(Value::from).ok_or_else(|| of.unresolved.join("; "));
        facts.tell(user, "facts.privileged", known);
        let own = user.need("AttachedManagedPolicies").and_then(|attached| {
            let inline = user.need("Policies")?;
            Ok(Value::from(is_empty(attached) && is_empty(inline)))
        });
        facts.tell(user, "facts.inherits_rights_only_by_groups", own);
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn of_roles(world: &World<'_>, account: &str, derived: &IamFacts, facts: &mut Facts) {
    for role in world.of_account(ROLE_KIND, account) {
        if let Some(of) = of_principal(role, derived, facts) {
            facts.say(role, "facts.service_linked", Fact::Value(of.service_linked.into()));
        }
        let trust = match role.arn.as_deref().and_then(|arn| derived.trusts.get(arn)) {
            Some(Ok(trust)) => Ok(trust),
            Some(Err(why)) => Err(why.clone()),
            None => Err("its trust policy was not read".to_string()),
        };
        let say = |of: &dyn Fn(&super::iam::TrustFacts) -> Value| trust.clone().map(of);
        facts.tell(role, "facts.trusts_anyone", say(&|t| t.anyone.into()));
        facts.tell(role, "facts.external_accounts", say(&|t| json!(t.external_accounts.keys().collect::<Vec<_>>())));
        facts.tell(
            role,
            "facts.external_without_external_id",
            say(&|t| json!(t.external_accounts.iter().filter(|(_, asks)| !**asks).map(|(a, _)| a).collect::<Vec<_>>())),
        );
        facts.tell(
            role,
            "facts.unpinned_oidc",
            say(&|t| {
                let oidc = super::iam::trust::FederationKind::Oidc;
                t.federated.iter().any(|f| f.kind == oidc && !f.subject_pinned).into()
            }),
        );
        facts.tell(role, "facts.services_without_source", say(&|t| json!(t.services_without_source)));
    }
}

fn of_policies(world: &World<'_>, account: &str, derived: &IamFacts, facts: &mut Facts) {
    for policy in world.of_account(POLICY_KIND, account) {
        let document = policy
            .need("PolicyDocument")
            .and_then(|document| Policy::from_value(document).map_err(|error| error.to_string()));
        let full = policy.arn.as_deref().and_then(|arn| derived.policies.get(arn)).map(|of| of.full);
        let everything = document
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|_| full.map(Value::from).ok_or_else(|| "the policy could not be analysed".to_string()));
        facts.tell(policy, "facts.allows_everything", everything);
        facts.tell(
            policy,
            "facts.passes_any_role",
            document.as_ref().map(|d| passes_any_role(d).into()).map_err(Clone::clone),
        );
        facts.tell(policy, "facts.whole_services", document.map(|d| json!(whole_services(&d))));
    }
}

/// Patterns of the Allow statements that speak of every resource.
fn allowed_everywhere(policy: &Policy) -> impl Iterator<Item = (bool, &[Pattern])> {
    policy
        .statements
        .iter()
        .filter(|s| s.effect == Effect::Allow)
        .filter(|s| {
            s.resources.as_ref().is_some_and(|set| {
                let all = set.patterns().iter().any(|p| p.raw() == "*");
                // Everything but a few is as good as everything.
                if set.all_but() { !all } else { all || set.patterns().iter().any(|p| any_role(p.raw())) }
            })
        })
        .map(|s| (s.actions.all_but(), s.actions.patterns()))
}

fn any_role(resource: &str) -> bool {
    resource.starts_with("arn:") && (resource.ends_with(":role/*") || resource.ends_with(":iam::*"))
}

/// Whether it allows `iam:PassRole` on every role.
fn passes_any_role(policy: &Policy) -> bool {
    let action = "iam:PassRole";
    allowed_everywhere(policy).any(|(all_but, patterns)| {
        let named = patterns.iter().any(|p| Pattern::action(p.raw()).matches(action));
        named != all_but
    })
}

/// Services of which it allows every action on every resource: `s3:*` on `*`. `*` is another check's.
fn whole_services(policy: &Policy) -> Vec<String> {
    let mut services: Vec<String> = allowed_everywhere(policy)
        .filter(|(all_but, _)| !all_but)
        .flat_map(|(_, patterns)| patterns)
        .filter_map(|p| p.raw().strip_suffix(":*").map(str::to_ascii_lowercase))
        .filter(|service| service != "*")
        .collect();
    services.sort();
    services.dedup();
    services
}

/// Services of which its inline policies allow every action on every resource; `*` is all of them.
fn inline_whole_services(holder: &Resource) -> Result<Value, String> {
    let mut services = Vec::new();
    for inline in holder.need("Policies")?.as_array().into_iter().flatten() {
        let document = inline.get("PolicyDocument").unwrap_or(&Value::Null);
        let policy = Policy::from_value(document).map_err(|error| error.to_string())?;
        services.extend(whole_services(&policy));
        let all = allowed_everywhere(&policy)
            .any(|(all_but, patterns)| all_but || patterns.iter().any(|p| matches!(p.raw(), "*" | "*:*")));
        services.extend(all.then(|| "*".to_string()));
    }
    services.sort();
    services.dedup();
    Ok(json!(services))
}

fn of_account(world: &World<'_>, account: &str, derived: &IamFacts, whole: Result<(), String>, facts: &mut Facts) {
    // Roles that only AWS itself can take are no one's.
    let people: BTreeMap<&String, &PrincipalFacts> =
        derived.principals.iter().filter(|(_, of)| !of.service_linked).collect();
    // An administrator needs no way up.
    let escalates = |of: &PrincipalFacts| match of.admin.known() {
        Some(true) => Some(false),
        _ => of.escalates.known(),
    };
    let those = |holds: &dyn Fn(&PrincipalFacts) -> Option<bool>| -> Result<Vec<String>, String> {
        whole.clone()?;
        let mut found = Vec::new();
        for (arn, of) in &people {
            match holds(of) {
                Some(true) => found.push((*arn).clone()),
                Some(false) => {}
                None => return Err(format!("{arn}: {}", doubt(of))),
            }
        }
        Ok(found)
    };
    let list = |found: Result<Vec<String>, String>| found.map(|found| json!(found));
    for resource in world.of_account(ACCOUNT_KIND, account) {
        facts.tell(resource, "facts.administrators", list(those(&|of| of.admin.known())));
        facts.tell(resource, "facts.network_administrators", list(those(&|of| of.network_admin.known())));
        facts.tell(resource, "facts.decrypting_all_principals", list(those(&|of| of.decrypt_all.known())));
        let escalating = those(&escalates);
        let paths = escalating.clone().map(|arns| arns.iter().filter_map(|arn| path(arn, people.get(arn)?)).collect());
        facts.tell(resource, "facts.escalating_principals", list(escalating));
        facts.tell(resource, "facts.escalation_paths", paths);
        let trails = world.complete_everywhere(TRAIL_KIND, account);
        let stopping = trails.and_then(|()| list(those(&|of| of.audit_admin.known())));
        facts.tell(resource, "facts.audit_stopping_principals", stopping);
        facts.tell(resource, "facts.privileged_users_without_mfa", without_mfa(world, account, derived, &whole));
    }
}

/// The path of one principal, as data and in words.
fn path(arn: &str, of: &PrincipalFacts) -> Option<Value> {
    let path = of.path.as_ref()?;
    Some(json!({"principal": arn, "steps": steps(of), "ja": path.ja(), "en": path.en()}))
}

fn without_mfa(
    world: &World<'_>,
    account: &str,
    derived: &IamFacts,
    whole: &Result<(), String>,
) -> Result<Value, String> {
    whole.clone()?;
    let mut found = Vec::new();
    for user in world.of_account(USER_KIND, account) {
        let of = user.arn.as_deref().and_then(|arn| derived.principals.get(arn));
        let Some(of) = of else { return Err(format!("{} could not be analysed", user.name())) };
        match privileged(of) {
            Some(false) => {}
            Some(true) => {
                if user.need("MfaActive")? != &Value::Bool(true) {
                    found.push(user.name().to_string());
                }
            }
            // Whoever has MFA is no finding, privileged or not.
            None if user.attributes.get("MfaActive") == Some(&Value::Bool(true)) => {}
            None => return Err(format!("{}: {}", user.name(), of.unresolved.join("; "))),
        }
    }
    Ok(json!(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::resource;

    #[test]
    fn inline_policies_tell_the_services_that_they_give_wholly() {
        let said = |statements: Value| {
            let policies = json!([{"PolicyName": "own", "PolicyDocument": {"Statement": statements}}]);
            inline_whole_services(&resource(ROLE_KIND, "web", json!({ "Policies": policies })))
        };
        let allow = |action: Value, on: &str| json!({"Effect": "Allow", "Action": action, "Resource": on});
        assert_eq!(said(allow(json!(["kms:*", "s3:Get*"]), "*")), Ok(json!(["kms"])));
        assert_eq!(said(json!([allow(json!("*"), "*"), allow(json!("s3:*"), "*")])), Ok(json!(["*", "s3"])));
        assert_eq!(said(json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})), Ok(json!(["*"])));
        assert_eq!(said(allow(json!("kms:*"), "arn:aws:kms:*:123456789012:key/1")), Ok(json!([])));
        assert_eq!(said(json!({"Effect": "Deny", "Action": "kms:*", "Resource": "*"})), Ok(json!([])));
        assert_eq!(inline_whole_services(&resource(ROLE_KIND, "web", json!({"Policies": []}))), Ok(json!([])));
        assert!(inline_whole_services(&resource(ROLE_KIND, "web", json!({}))).is_err(), "not read");
        assert!(said(json!("none")).is_err());
    }
}
