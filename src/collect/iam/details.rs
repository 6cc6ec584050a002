//! GetAccountAuthorizationDetails: users, groups, roles and policies with all their documents.

use std::collections::BTreeSet;

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput as Page;
use aws_sdk_iam::types::{AttachedPolicy, EntityType, ManagedPolicyDetail, PolicyDetail, Tag};
use serde_json::{Value, json};

use super::Durations;
use super::credentials::Report;
use crate::collect::{Cx, Draft};
use crate::table::iam::*;

/// AWS managed policies have no account in their ARN.
const AWS_OWNED: &str = "arn:aws:iam::aws:policy/";

/// Reads it, where any check needs it.
pub(super) async fn read(cx: &Cx, iam: &aws_sdk_iam::Client, report: Option<&Report>, durations: Option<&Durations>) {
    if !cx.wants(&GET_ACCOUNT_AUTHORIZATION_DETAILS) {
        return;
    }
    let stream = iam
        .get_account_authorization_details()
        .filter(EntityType::User)
        .filter(EntityType::Group)
        .filter(EntityType::Role)
        .filter(EntityType::LocalManagedPolicy)
        .filter(EntityType::AwsManagedPolicy)
        .into_paginator()
        .send();
    let pages = cx.pages(&GET_ACCOUNT_AUTHORIZATION_DETAILS, stream, |page| page.marker()).await;
    let used = used(&pages.items);
    for page in &pages.items {
        users(cx, page, &pages.evidence, report);
        groups(cx, page, &pages.evidence);
        roles(cx, page, &pages.evidence, durations);
        for policy in page.policies() {
            let arn = policy.arn().unwrap_or_default();
            // Emulators list every AWS managed policy; those that nobody uses are no part of the account.
            if !arn.starts_with(AWS_OWNED) || used.contains(arn) {
                push_policy(cx, policy, &pages.evidence);
            }
        }
    }
}

/// ARNs of the policies that some user, group or role has, as a boundary too.
fn used(pages: &[Page]) -> BTreeSet<String> {
    let mut arns = BTreeSet::new();
    let mut attached = |policies: &[AttachedPolicy]| {
        arns.extend(policies.iter().filter_map(|p| p.policy_arn()).map(ToString::to_string));
    };
    for page in pages {
        page.user_detail_list().iter().for_each(|u| attached(u.attached_managed_policies()));
        page.group_detail_list().iter().for_each(|g| attached(g.attached_managed_policies()));
        page.role_detail_list().iter().for_each(|r| attached(r.attached_managed_policies()));
    }
    for page in pages {
        let users = page.user_detail_list().iter().filter_map(|u| u.permissions_boundary());
        let roles = page.role_detail_list().iter().filter_map(|r| r.permissions_boundary());
        arns.extend(users.chain(roles).filter_map(|b| b.permissions_boundary_arn()).map(ToString::to_string));
    }
    arns
}

fn users(cx: &Cx, page: &Page, evidence: &[String], report: Option<&Report>) {
    for user in page.user_detail_list() {
        let Some(name) = user.user_name() else { continue };
        let mut draft = Draft::new(&USER, name).arn(user.arn());
        draft.read(&GET_ACCOUNT_AUTHORIZATION_DETAILS, evidence);
        draft.set("UserName", name);
        draft.set("Path", user.path());
        draft.set("CreateDate", user.create_date());
        draft.set("Groups", user.group_list.clone());
        draft.set("AttachedManagedPolicies", attached(user.attached_managed_policies.as_deref()));
        inline(&mut draft, user.user_policy_list.as_deref());
        draft.set("PermissionsBoundary", user.permissions_boundary().and_then(|b| b.permissions_boundary_arn()));
        draft.tags(tags(user.tags()));
        if let Some(report) = report {
            report.fill_user(&mut draft, name);
        }
        cx.push(draft);
    }
}

fn groups(cx: &Cx, page: &Page, evidence: &[String]) {
    for group in page.group_detail_list() {
        let Some(name) = group.group_name() else { continue };
        let mut draft = Draft::new(&GROUP, name).arn(group.arn());
        draft.read(&GET_ACCOUNT_AUTHORIZATION_DETAILS, evidence);
        draft.set("GroupName", name);
        draft.set("Path", group.path());
        draft.set("AttachedManagedPolicies", attached(group.attached_managed_policies.as_deref()));
        inline(&mut draft, group.group_policy_list.as_deref());
        cx.push(draft);
    }
}

fn roles(cx: &Cx, page: &Page, evidence: &[String], durations: Option<&Durations>) {
    for role in page.role_detail_list() {
        let Some(name) = role.role_name() else { continue };
        let mut draft = Draft::new(&ROLE, name).arn(role.arn());
        draft.read(&GET_ACCOUNT_AUTHORIZATION_DETAILS, evidence);
        draft.set("RoleName", name);
        draft.set("Path", role.path());
        draft.set("CreateDate", role.create_date());
        if let Some(text) = role.assume_role_policy_document() {
            document(&mut draft, "AssumeRolePolicyDocument", text);
        }
        draft.set("AttachedManagedPolicies", attached(role.attached_managed_policies.as_deref()));
        inline(&mut draft, role.role_policy_list.as_deref());
        draft.set("PermissionsBoundary", role.permissions_boundary().and_then(|b| b.permissions_boundary_arn()));
        draft.set("RoleLastUsed", role.role_last_used().and_then(|used| used.last_used_date()));
        draft.tags(tags(role.tags()));
        if let Some(durations) = durations
            && let Some(seconds) = role.arn().and_then(|arn| durations.by_arn.get(arn))
        {
            draft.read(&LIST_ROLES, &durations.evidence);
            draft.set("MaxSessionDuration", *seconds);
        }
        cx.push(draft);
    }
}

fn push_policy(cx: &Cx, policy: &ManagedPolicyDetail, evidence: &[String]) {
    let Some(arn) = policy.arn() else { return };
    let mut draft = Draft::new(&POLICY, arn).arn(Some(arn));
    draft.read(&GET_ACCOUNT_AUTHORIZATION_DETAILS, evidence);
    draft.set("Arn", arn);
    // An ARN of a policy ends with its name ("IAM identifiers", IAM User Guide); moto leaves the name itself out.
    draft.set("ManagedPolicyName", policy.policy_name().or_else(|| arn.rsplit('/').next()));
    draft.set("AttachmentCount", policy.attachment_count());
    draft.set("CustomerManaged", !arn.starts_with(AWS_OWNED));
    let default = policy.policy_version_list().iter().find(|version| version.is_default_version());
    if let Some(text) = default.and_then(|version| version.document()) {
        document(&mut draft, "PolicyDocument", text);
    }
    cx.push(draft);
}

/// A list that the answer lacks is no empty one: AWS sends the empty element.
fn attached(policies: Option<&[AttachedPolicy]>) -> Option<Vec<Value>> {
    let of = |p: &AttachedPolicy| json!({"PolicyName": p.policy_name(), "PolicyArn": p.policy_arn()});
    policies.map(|policies| policies.iter().map(of).collect())
}

fn inline(draft: &mut Draft, policies: Option<&[PolicyDetail]>) {
    let Some(policies) = policies else { return };
    let mut all = Vec::new();
    for policy in policies {
        let name = policy.policy_name();
        match policy.policy_document().map(parse) {
            Some(Ok(document)) => all.push(json!({"PolicyName": name, "PolicyDocument": document})),
            Some(Err(why)) => {
                let detail = format!("the inline policy {} cannot be read: {why}", name.unwrap_or_default());
                draft.unusable("Policies", &GET_ACCOUNT_AUTHORIZATION_DETAILS, detail);
            }
            None => {
                let detail = format!("the inline policy {} came without its document", name.unwrap_or_default());
                draft.unusable("Policies", &GET_ACCOUNT_AUTHORIZATION_DETAILS, detail);
            }
        }
    }
    draft.set("Policies", all);
}

fn document(draft: &mut Draft, attribute: &str, text: &str) {
    match parse(text) {
        Ok(document) => draft.set(attribute, document),
        Err(why) => {
            draft.unusable(
                attribute,
                &GET_ACCOUNT_AUTHORIZATION_DETAILS,
                format!("the document cannot be read: {why}"),
            );
        }
    }
}

/// Documents come URL-encoded (RFC 3986).
fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&decoded)
}

fn tags(tags: &[Tag]) -> impl Iterator<Item = (String, String)> {
    tags.iter().map(|tag| (tag.key().to_string(), tag.value().to_string()))
}
