//! Amazon Cognito user pools and their application clients.

use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::types::{
    PasswordPolicyType, TimeUnitsType, UserPoolClientDescription, UserPoolClientType, UserPoolType,
};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{Cx, Draft, client};
use crate::table::cognitoidentityprovider::*;

/// Largest page of both listings ("ListUserPools" and "ListUserPoolClients", Amazon Cognito API Reference).
const PAGE: i32 = 60;
/// What AWS makes of a validity that is not set, with its unit ("UserPoolClientType", Amazon Cognito API Reference).
const DEFAULT_ACCESS: (i32, &str) = (1, "hours");
/// The same of ID tokens.
const DEFAULT_ID: (i32, &str) = (1, "hours");
/// The same of refresh tokens; 0 means unset too.
const DEFAULT_REFRESH: (i32, &str) = (30, "days");

/// Reads Amazon Cognito in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let cognito = client!(cx, aws_sdk_cognitoidentityprovider, "cognitoidentityprovider");
        let stream = cognito.list_user_pools().max_results(PAGE).into_paginator().send();
        let pages = cx.pages(&LIST_USER_POOLS, stream, |page| page.next_token()).await;
        let mut pools = Vec::new();
        for pool in pages.items.iter().flat_map(|page| page.user_pools()) {
            match pool.id() {
                Some(id) => pools.push((id.to_string(), pool.name().map(ToString::to_string))),
                None => cx.list_unusable(&LIST_USER_POOLS, "a user pool came without its id"),
            }
        }
        if cx.wants(&LIST_USER_POOL_CLIENTS) {
            if !pages.complete {
                cx.list_unusable(&LIST_USER_POOL_CLIENTS, "the user pools were not listed to the end");
            } else if pools.is_empty() {
                cx.nothing_to_list(&LIST_USER_POOL_CLIENTS, &pages.evidence);
            }
        }
        cx.each(&pools, |(id, name)| of_pool(&cx, &cognito, id, name.as_deref(), &pages.evidence)).await;
    })
}

async fn of_pool(
    cx: &Cx,
    cognito: &aws_sdk_cognitoidentityprovider::Client,
    id: &str,
    name: Option<&str>,
    evidence: &[String],
) {
    let mut draft = Draft::new(&USER_POOL, id).arn(Some(arn(cx, id)));
    draft.read(&LIST_USER_POOLS, evidence);
    draft.set("UserPoolName", name);
    if cx.wants(&DESCRIBE_USER_POOL) {
        let future = cognito.describe_user_pool().user_pool_id(id).send();
        let answer = cx.detail(&DESCRIBE_USER_POOL, id, &["--user-pool-id", id], future).await;
        draft.fill(&DESCRIBE_USER_POOL, answer, |d, o| match o.user_pool() {
            Some(pool) => fill_pool(d, pool),
            None => empty_answer(d, &["UserPoolAddOns", "AccountRecoverySetting", "UserPoolTier"], &DESCRIBE_USER_POOL),
        });
    }
    cx.push(draft);
    if cx.wants(&LIST_USER_POOL_CLIENTS) {
        let stream = cognito.list_user_pool_clients().user_pool_id(id).max_results(PAGE).into_paginator().send();
        let pages =
            cx.pages_for(&LIST_USER_POOL_CLIENTS, &["--user-pool-id", id], stream, |page| page.next_token()).await;
        for client in pages.items.iter().flat_map(|page| page.user_pool_clients()) {
            of_client(cx, cognito, id, client, &pages.evidence).await;
        }
    }
}

/// The listing tells ids only (Service Authorization Reference, "Amazon Cognito User Pools": format of the ARN).
fn arn(cx: &Cx, id: &str) -> String {
    let partition = match &cx.region {
        r if r.starts_with("cn-") => "aws-cn",
        r if r.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:cognito-idp:{}:{}:userpool/{id}", cx.region, cx.account)
}

/// An answer without the thing that was asked about says nothing of it, also not that a part of it is unset.
fn empty_answer(draft: &mut Draft, optional: &[&str], operation: &'static crate::table::Operation) {
    for name in optional {
        draft.unusable(name, operation, "the answer came without what was asked about");
    }
}

fn fill_pool(draft: &mut Draft, pool: &UserPoolType) {
    let password = pool.policies().and_then(|p| p.password_policy());
    draft.set("Policies", password.map(|p| json!({"PasswordPolicy": password_policy(p)})));
    draft.set("MfaConfiguration", pool.mfa_configuration().map(|m| m.as_str()));
    draft.set(
        "AdminCreateUserConfig",
        pool.admin_create_user_config().map(|c| json!({"AllowAdminCreateUserOnly": c.allow_admin_create_user_only()})),
    );
    draft.set(
        "UserPoolAddOns",
        pool.user_pool_add_ons().map(|a| json!({"AdvancedSecurityMode": a.advanced_security_mode().as_str()})),
    );
    draft.set(
        "AccountRecoverySetting",
        pool.account_recovery_setting().map(|setting| {
            let mechanisms: Vec<Value> = setting
                .recovery_mechanisms()
                .iter()
                .map(|m| json!({"Name": m.name().as_str(), "Priority": m.priority()}))
                .collect();
            json!({"RecoveryMechanisms": mechanisms})
        }),
    );
    draft.set("DeletionProtection", pool.deletion_protection().map(|d| d.as_str()));
    draft.set("UserPoolTier", pool.user_pool_tier().map(|t| t.as_str()));
    draft.tags(pool.user_pool_tags().into_iter().flatten());
}

fn password_policy(policy: &PasswordPolicyType) -> Value {
    let mut map = Map::new();
    // Left out where the answer lacks it, so that an expectation over it is unknown: the SDK gives 0 for an absent
    // number of days, and AWS never stores 0 ("PasswordPolicyType", Amazon Cognito API Reference).
    map.extend(policy.minimum_length().map(|n| ("MinimumLength".to_string(), Value::from(n))));
    let days = policy.temporary_password_validity_days();
    map.extend((days > 0).then(|| ("TemporaryPasswordValidityDays".to_string(), Value::from(days))));
    for (name, required) in [
        ("RequireUppercase", policy.require_uppercase()),
        ("RequireLowercase", policy.require_lowercase()),
        ("RequireNumbers", policy.require_numbers()),
        ("RequireSymbols", policy.require_symbols()),
    ] {
        map.insert(name.to_string(), Value::from(required));
    }
    map.insert("PasswordHistorySize".to_string(), policy.password_history_size().map_or(Value::Null, Value::from));
    Value::Object(map)
}

async fn of_client(
    cx: &Cx,
    cognito: &aws_sdk_cognitoidentityprovider::Client,
    pool: &str,
    listed: &UserPoolClientDescription,
    evidence: &[String],
) {
    let Some(id) = listed.client_id() else {
        return cx.list_unusable(&LIST_USER_POOL_CLIENTS, format!("a client of {pool} came without its id"));
    };
    // Client ids are unique within a region, and DescribeUserPoolClient wants both ids.
    let mut draft = Draft::new(&USER_POOL_CLIENT, format!("{pool}/{id}"));
    draft.read(&LIST_USER_POOL_CLIENTS, evidence);
    draft.set("UserPoolId", pool);
    draft.set("ClientName", listed.client_name());
    if cx.wants(&DESCRIBE_USER_POOL_CLIENT) {
        let future = cognito.describe_user_pool_client().user_pool_id(pool).client_id(id).send();
        let args = ["--user-pool-id", pool, "--client-id", id];
        let answer = cx.detail(&DESCRIBE_USER_POOL_CLIENT, draft.id(), &args, future).await;
        draft.fill(&DESCRIBE_USER_POOL_CLIENT, answer, |d, o| {
            if let Some(client) = o.user_pool_client() {
                fill_client(d, client);
            }
        });
    }
    cx.push(draft);
}

fn fill_client(draft: &mut Draft, client: &UserPoolClientType) {
    let units = client.token_validity_units();
    let or = |value: i32, unit: Option<&TimeUnitsType>, default: (i32, &'static str)| match value {
        // The default has its own unit, whatever unit is set for a value that is not.
        0 => (default.0, default.1.to_string()),
        value => (value, unit.map_or(default.1, |u| u.as_str()).to_string()),
    };
    let access = client.access_token_validity().unwrap_or_default();
    let access = or(access, units.and_then(|u| u.access_token()), DEFAULT_ACCESS);
    let id = or(client.id_token_validity().unwrap_or_default(), units.and_then(|u| u.id_token()), DEFAULT_ID);
    let refresh = or(client.refresh_token_validity(), units.and_then(|u| u.refresh_token()), DEFAULT_REFRESH);
    draft.set("AccessTokenValidity", access.0);
    draft.set("IdTokenValidity", id.0);
    draft.set("RefreshTokenValidity", refresh.0);
    draft.set("TokenValidityUnits", json!({"AccessToken": access.1, "IdToken": id.1, "RefreshToken": refresh.1}));
    draft.set("EnableTokenRevocation", client.enable_token_revocation());
    // LEGACY where it is not set ("UserPoolClientType", Amazon Cognito API Reference).
    draft.set("PreventUserExistenceErrors", client.prevent_user_existence_errors().map_or("LEGACY", |p| p.as_str()));
    // Left out where the client allows none.
    draft.set(
        "AllowedOAuthFlows",
        client.allowed_o_auth_flows().iter().map(|f| f.as_str().to_string()).collect::<Vec<_>>(),
    );
}
