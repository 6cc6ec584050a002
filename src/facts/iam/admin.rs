//! Who is effectively an administrator.
//!
//! **Definition.** A principal is an administrator when, alone and with no other principal's help, it can come to hold
//! every right in the account at once:
//!
//! 1. by giving itself a policy: on its own user or role, on a group it is in, or as a new default version of a
//!    customer managed policy that reaches it already, and its boundary does not stop it from using what it gave; or
//! 2. by making a fresh user (and a key or password for it) or a fresh role (that trusts it), and giving that a policy.
//!
//! Whoever holds `*` on `*` can do both, so it is one; so is whoever holds `iam:*` on `*`. Whoever holds everything but
//! IAM (`PowerUserAccess`, `NotAction: iam:*`, a boundary without IAM) can do neither, and is not. A `Deny` counts
//! only where it takes those ways: `Deny s3:*` beside `Allow *` is undone by its holder.
//! What leads there over *another* principal or resource is an escalation, see [`super::escalation`].

use std::collections::BTreeSet;

use super::access::{Access, Principal, PrincipalKind};
use super::condition::Context;
use super::pattern::Pattern;

/// Why a principal is an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// Whether it holds every action on every resource already.
    pub full: bool,
    /// Whether only while some condition holds, or does not.
    pub conditional: bool,
    /// The ways by which it can give itself the rest: `iam:AttachUserPolicy → itself`.
    pub ways: Vec<String>,
}

/// What of the account matters for the question: policies that make their holder an administrator (which an
/// `iam:PolicyARN` condition must not let through, and which are no limit as a boundary), and which names are taken.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    admin_policies: Vec<String>,
    taken: BTreeSet<String>,
}

impl Surroundings {
    /// AWS's own administrator policies and those `of_account`; `taken` are the ARNs of users and roles that exist.
    pub fn new(
        partition: &str,
        of_account: impl IntoIterator<Item = String>,
        taken: impl IntoIterator<Item = String>,
    ) -> Self {
        let aws = ["AdministratorAccess", "IAMFullAccess", "AdministratorAccess-Amplify"];
        let mut admin_policies: Vec<String> =
            aws.iter().map(|name| format!("arn:{partition}:iam::aws:policy/{name}")).collect();
        admin_policies.extend(of_account);
        Self { admin_policies, taken: taken.into_iter().collect() }
    }

    /// Whether the policy with this ARN makes its holder an administrator.
    pub fn makes_admin(&self, arn: &str) -> bool {
        self.admin_policies.iter().any(|one| one == arn)
    }

    /// ARNs of the policies that make their holder an administrator.
    pub fn admin_policies(&self) -> &[String] {
        &self.admin_policies
    }
}

/// One action of each kind of service, and one of a service that does not exist: who may do all of them on `*` may do
/// everything.
const EVERYTHING: [&str; 12] = [
    "kakunin-no-such-service:Anything",
    "iam:CreateUser",
    "iam:PassRole",
    "iam:AttachUserPolicy",
    "sts:AssumeRole",
    "s3:DeleteBucket",
    "ec2:TerminateInstances",
    "kms:Decrypt",
    "cloudtrail:StopLogging",
    "organizations:LeaveOrganization",
    "rds:DeleteDBInstance",
    "lambda:UpdateFunctionCode",
];

/// Whether `principal` is an administrator, and why.
pub fn admin(principal: &Principal, around: &Surroundings) -> Option<Admin> {
    let everything = everything(principal);
    let ways = self_grants(principal, around);
    let best = ways.iter().map(|(_, access)| *access).fold(everything, Access::or);
    let Access::Allowed { conditional } = best else { return None };
    Some(Admin { full: everything.allowed(), conditional, ways: ways.into_iter().map(|(way, _)| way).collect() })
}

fn everything(principal: &Principal) -> Access {
    let all = Pattern::text("*");
    EVERYTHING.iter().map(|action| principal.may_everywhere(action, &all)).fold(SURE, Access::and)
}

pub(super) const SURE: Access = Access::Allowed { conditional: false };
const FRESH: &str = "kakunin-fresh";

/// Every way in which `principal` can make itself, or something fresh that it holds, an administrator.
pub fn self_grants(principal: &Principal, around: &Surroundings) -> Vec<(String, Access)> {
    let mut ways = Vec::new();
    // Most principals hold no write to IAM at all; that is found at little cost.
    if !GRANTING.iter().any(|action| principal.may_somewhere(action).allowed()) {
        return ways;
    }
    let unbounded = unbounded(principal, around);
    if unbounded.allowed() {
        grant_to_itself(principal, around, &mut ways);
        for (_, access) in &mut ways {
            *access = access.and(unbounded);
        }
    }
    fresh(principal, around, &mut ways);
    ways.retain(|(_, access)| access.allowed());
    ways
}

const GRANTING: [&str; 7] = [
    "iam:AttachUserPolicy",
    "iam:PutUserPolicy",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:AttachGroupPolicy",
    "iam:PutGroupPolicy",
    "iam:CreatePolicyVersion",
];

/// Whether a policy that it gives itself would take full effect. Under a boundary it then holds what the boundary holds,
/// so that must be everything, or enough to lift or replace the boundary, or to make something fresh that has none.
fn unbounded(principal: &Principal, around: &Surroundings) -> Access {
    let Some(boundary) = &principal.boundary else { return SURE };
    let own = principal.arn.as_str();
    let inside =
        Principal { policies: vec![boundary.clone()], boundary: None, boundary_arn: None, ..principal.clone() };
    let (delete, put) = match principal.kind {
        PrincipalKind::User => ("iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"),
        PrincipalKind::Role => ("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"),
    };
    let mut answer = everything(&inside);
    answer = answer.or(inside.may_in(delete, own, &[("iam:permissionsboundary", principal.boundary_arn.as_deref())]));
    for arn in around.admin_policies() {
        answer = answer.or(inside.may_in(put, own, &[("iam:permissionsboundary", Some(arn))]));
    }
    if let Some(arn) = principal.boundary_arn.as_deref().filter(|arn| !is_aws_managed(arn)) {
        answer = answer.or(inside.may("iam:CreatePolicyVersion", arn));
    }
    let mut ways = Vec::new();
    fresh(&inside, around, &mut ways);
    ways.into_iter().map(|(_, access)| access).fold(answer, Access::or)
}

fn is_aws_managed(arn: &str) -> bool {
    arn.split(':').nth(4) == Some("aws")
}

fn grant_to_itself(principal: &Principal, around: &Surroundings, ways: &mut Vec<(String, Access)>) {
    let boundary = principal.boundary_arn.as_deref();
    match principal.kind {
        PrincipalKind::User => {
            let own = &principal.arn;
            let attach = may_attach(principal, "iam:AttachUserPolicy", own, boundary, around);
            ways.push(("iam:AttachUserPolicy → itself".into(), attach));
            let known: &Context<'_> = &[("iam:permissionsboundary", boundary)];
            ways.push(("iam:PutUserPolicy → itself".into(), principal.may_in("iam:PutUserPolicy", own, known)));
        }
        PrincipalKind::Role => {
            let own = &principal.arn;
            let attach = may_attach(principal, "iam:AttachRolePolicy", own, boundary, around);
            ways.push(("iam:AttachRolePolicy → itself".into(), attach));
            let known: &Context<'_> = &[("iam:permissionsboundary", boundary)];
            ways.push(("iam:PutRolePolicy → itself".into(), principal.may_in("iam:PutRolePolicy", own, known)));
        }
    }
    for group in &principal.groups {
        let attach = may_attach(principal, "iam:AttachGroupPolicy", group, None, around);
        ways.push((format!("iam:AttachGroupPolicy → {}", short(group)), attach));
        ways.push((format!("iam:PutGroupPolicy → {}", short(group)), principal.may("iam:PutGroupPolicy", group)));
    }
    for policy in &principal.own_policies {
        let version = principal.may("iam:CreatePolicyVersion", policy);
        ways.push((format!("iam:CreatePolicyVersion → {}", short(policy)), version));
    }
}

/// Whether it may attach a policy to `target` that makes an administrator: one that exists, or one that it writes first.
/// `boundary` is the target's, none where it has none.
pub(super) fn may_attach(
    principal: &Principal,
    action: &str,
    target: &str,
    boundary: Option<&str>,
    around: &Surroundings,
) -> Access {
    let with = |arn: &str| {
        principal.may_in(action, target, &[("iam:policyarn", Some(arn)), ("iam:permissionsboundary", boundary)])
    };
    let answer = around.admin_policies().iter().map(|arn| with(arn)).fold(Access::Denied, Access::or);
    if answer == SURE {
        return answer;
    }
    // A policy that it writes itself, under a name that lets it be written and attached.
    let allowed: Vec<Pattern> = principal
        .condition_values(action, "iam:policyarn")
        .into_iter()
        .filter(|value| !value.contains(":iam::aws:"))
        .map(Pattern::text)
        .collect();
    names(principal, principal.patterns_for("iam:CreatePolicy").into_iter().chain(&allowed), "policy")
        .into_iter()
        .map(|name| {
            let write = principal.may("iam:CreatePolicy", &name).or(principal.may("iam:CreatePolicyVersion", &name));
            with(&name).and(write)
        })
        .fold(answer, Access::or)
}

/// A fresh user or role, made and made an administrator. Its name is one that the policies let through; it has no
/// boundary, or one that is no limit.
fn fresh(principal: &Principal, around: &Surroundings, ways: &mut Vec<(String, Access)>) {
    let mut boundaries: Vec<Option<&str>> = vec![None];
    boundaries.extend(around.admin_policies().iter().map(|arn| Some(arn.as_str())));
    let any = |attach: &str, put: &str, target: &str, boundary: Option<&str>| {
        let known: &Context<'_> = &[("iam:permissionsboundary", boundary)];
        may_attach(principal, attach, target, boundary, around).or(principal.may_in(put, target, known))
    };
    let best = |create: &str, kind: &str, rest: &dyn Fn(&str, Option<&str>) -> Access| {
        let mut answer = Access::Denied;
        let fresh = names(principal, principal.patterns_for(create).into_iter(), kind);
        for name in fresh.into_iter().filter(|name| !around.taken.contains(name)) {
            for boundary in &boundaries {
                let made = principal.may_in(create, &name, &[("iam:permissionsboundary", *boundary)]);
                if made.allowed() {
                    answer = answer.or(made.and(rest(&name, *boundary)));
                }
            }
        }
        answer
    };
    let user = best("iam:CreateUser", "user", &|name, boundary| {
        let key = principal.may("iam:CreateAccessKey", name).or(principal.may("iam:CreateLoginProfile", name));
        key.and(any("iam:AttachUserPolicy", "iam:PutUserPolicy", name, boundary))
    });
    ways.push(("iam:CreateUser + policy → fresh user".into(), user));
    let role = best("iam:CreateRole", "role", &|name, boundary| {
        if principal.denied_outright("sts:AssumeRole", name) {
            return Access::Denied;
        }
        any("iam:AttachRolePolicy", "iam:PutRolePolicy", name, boundary)
    });
    ways.push(("iam:CreateRole + policy → fresh role".into(), role));
}

/// An ARN for each pattern under which a thing of this kind may be made.
fn names<'a>(principal: &Principal, patterns: impl Iterator<Item = &'a Pattern>, kind: &str) -> Vec<String> {
    let head = format!("arn:{}:iam::{}:", principal.partition(), principal.account());
    let mut names = vec![format!("{head}{kind}/{FRESH}")];
    for pattern in patterns {
        let example = pattern.example('x');
        let fields: Vec<&str> = example.splitn(6, ':').collect();
        let [_, _, _, _, _, resource] = fields.as_slice() else { continue };
        let resource = if resource.starts_with(kind) { (*resource).to_owned() } else { format!("{kind}/{resource}") };
        names.push(format!("{head}{resource}"));
    }
    names.sort();
    names.dedup();
    names
}

/// The end of an ARN that a person reads: `role/app-admin`.
pub fn short(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}
