//! AWS Identity and Access Management.

mod credentials;
mod details;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::iam::*;

/// Reads IAM, once per account.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let iam = client!(cx, aws_sdk_iam, "iam");
        let mut account = Draft::new(&ACCOUNT_IAM, cx.account.clone());
        let (report, durations) = futures::join!(credentials::read(&cx, &iam), session_durations(&cx, &iam));
        if let Some(report) = &report {
            report.fill_root(&mut account);
        }
        futures::join!(details::read(&cx, &iam, report.as_ref(), durations.as_ref()), settings(&cx, &iam, account));
    })
}

/// Session durations by role ARN, in seconds, and their evidence.
struct Durations {
    by_arn: BTreeMap<String, i32>,
    evidence: Vec<String>,
}

async fn session_durations(cx: &Cx, iam: &aws_sdk_iam::Client) -> Option<Durations> {
    if !cx.wants(&LIST_ROLES) {
        return None;
    }
    let stream = iam.list_roles().into_paginator().send();
    let pages = cx.pages(&LIST_ROLES, stream, |page| page.marker()).await;
    let by_arn = pages
        .items
        .iter()
        .flat_map(|page| page.roles())
        .filter_map(|role| Some((role.arn().to_string(), role.max_session_duration()?)))
        .collect();
    Some(Durations { by_arn, evidence: pages.evidence })
}

/// Settings of the account as such.
async fn settings(cx: &Cx, iam: &aws_sdk_iam::Client, mut account: Draft) {
    let id = cx.account.clone();
    if cx.wants(&GET_ACCOUNT_PASSWORD_POLICY) {
        let answer = cx
            .detail_or_absent(
                &GET_ACCOUNT_PASSWORD_POLICY,
                &id,
                &[],
                &["NoSuchEntity", "NoSuchEntityException"],
                iam.get_account_password_policy().send(),
            )
            .await;
        account.fill(&GET_ACCOUNT_PASSWORD_POLICY, answer, |d, answer| {
            let Some(policy) = answer.password_policy() else { return };
            d.set("MinimumPasswordLength", policy.minimum_password_length());
            d.set("RequireSymbols", policy.require_symbols());
            d.set("RequireNumbers", policy.require_numbers());
            d.set("RequireUppercaseCharacters", policy.require_uppercase_characters());
            d.set("RequireLowercaseCharacters", policy.require_lowercase_characters());
            d.set("AllowUsersToChangePassword", policy.allow_users_to_change_password());
            d.set("MaxPasswordAge", policy.max_password_age());
            d.set("PasswordReusePrevention", policy.password_reuse_prevention());
        });
    }
    if cx.wants(&GET_ACCOUNT_SUMMARY) {
        let answer = cx.detail(&GET_ACCOUNT_SUMMARY, &id, &[], iam.get_account_summary().send()).await;
        account.fill(&GET_ACCOUNT_SUMMARY, answer, |d, answer| {
            let of = |name: &str| {
                answer.summary_map().and_then(|map| map.iter().find(|(k, _)| k.as_str() == name)).map(|(_, v)| *v)
            };
            d.set("AccountMFAEnabled", of("AccountMFAEnabled"));
            d.set("AccountAccessKeysPresent", of("AccountAccessKeysPresent"));
        });
    }
    if cx.wants(&LIST_VIRTUAL_MFA_DEVICES) {
        let stream = iam.list_virtual_mfa_devices().into_paginator().send();
        let pages = cx.pages(&LIST_VIRTUAL_MFA_DEVICES, stream, |page| page.marker()).await;
        // Only a complete listing shows that the root user has no virtual device.
        let root = format!("arn:aws:iam::{id}:mfa/root-account-mfa-device");
        let has = pages.items.iter().flat_map(|page| page.virtual_mfa_devices()).any(|device| {
            device.serial_number() == root
                || device.user().is_some_and(|user| user.arn() == format!("arn:aws:iam::{id}:root"))
        });
        if has || pages.complete {
            account.read(&LIST_VIRTUAL_MFA_DEVICES, &pages.evidence);
            account.set("RootHasVirtualMfa", has);
        }
    }
    cx.push(account);
}
