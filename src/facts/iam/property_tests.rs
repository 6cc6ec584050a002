//! Laws of access, over generated policies: giving never takes, taking never gives.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Policy;
use super::access::{Access, Principal, PrincipalKind};
use super::admin::{Surroundings, admin};
use super::duties::{decrypt_all, network_admin};

const BOB: &str = "arn:aws:iam::123456789012:user/bob";
const ACTIONS: [&str; 9] = [
    "*",
    "iam:*",
    "iam:Put*Policy",
    "iam:AttachUserPolicy",
    "iam:Create*",
    "ec2:*",
    "ec2:CreateRoute",
    "kms:Decrypt",
    "s3:*",
];
const RESOURCES: [&str; 7] = [
    "*",
    "arn:aws:iam::*",
    "arn:aws:iam::123456789012:user/*",
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:kms:*:123456789012:key/*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::${aws:PrincipalTag/team}/*",
];

fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    let some = |all: &'static [&'static str]| prop::sample::subsequence(all, 1..3);
    (some(&ACTIONS), some(&RESOURCES), any::<bool>(), any::<bool>(), 0..4u8).prop_map(
        move |(actions, resources, not_action, not_resource, condition)| {
            let action = if not_action { "NotAction" } else { "Action" };
            let resource = if not_resource { "NotResource" } else { "Resource" };
            let condition = match condition {
                0 => json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
                1 => json!({"StringNotEquals": {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/limit"}}),
                _ => json!({}),
            };
            json!({"Effect": effect, action: actions, resource: resources, "Condition": condition})
        },
    )
}

fn policy(statements: &[Value]) -> Arc<Policy> {
    Arc::new(Policy::from_value(&json!({ "Statement": statements })).unwrap())
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![3 => statement("Allow"), 1 => statement("Deny")], 0..4)
}

fn principal(statements: &[Value], boundary: Option<&[Value]>) -> Principal {
    let mut bob = Principal::new(BOB, PrincipalKind::User, vec![policy(statements)], boundary.map(policy));
    bob.boundary_arn = boundary.map(|_| "arn:aws:iam::123456789012:policy/limit".to_owned());
    bob
}

/// All answers about a principal, in one order.
fn answers(principal: &Principal) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    for action in ["iam:PutUserPolicy", "iam:AttachUserPolicy", "ec2:CreateRoute", "kms:Decrypt", "s3:GetObject", "x:Y"]
    {
        for resource in [BOB, "arn:aws:s3:::b/k", "arn:aws:kms:ap-northeast-1:123456789012:key/1", "arn:aws:x:::y"] {
            all.push((format!("{action} on {resource}"), principal.may(action, resource).allowed()));
        }
        all.push((format!("{action} somewhere"), principal.may_somewhere(action).allowed()));
    }
    all.push(("network".into(), network_admin(principal).allowed()));
    all.push(("decrypt".into(), decrypt_all(principal).allowed()));
    all.push(("admin".into(), admin(principal, &Surroundings::new("aws", [], [])).is_some()));
    all
}

fn assert_no_more(less: &Principal, more: &Principal) -> Result<(), TestCaseError> {
    for ((question, less), (_, more)) in answers(less).into_iter().zip(answers(more)) {
        prop_assert!(!less || more, "{}", question);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_allow_never_removes_access(base in statements(), boundary in prop::option::of(statements()), more in statement("Allow")) {
        let wider: Vec<Value> = base.iter().cloned().chain([more]).collect();
        assert_no_more(&principal(&base, boundary.as_deref()), &principal(&wider, boundary.as_deref()))?;
    }

    #[test]
    fn a_deny_never_adds_access(base in statements(), boundary in prop::option::of(statements()), less in statement("Deny")) {
        let narrower: Vec<Value> = base.iter().cloned().chain([less]).collect();
        assert_no_more(&principal(&narrower, boundary.as_deref()), &principal(&base, boundary.as_deref()))?;
    }

    #[test]
    fn a_boundary_never_adds_access(base in statements(), boundary in statements()) {
        // Conditions on `iam:PermissionsBoundary` look at the ARN, so one that none of them names.
        let mut with = principal(&base, Some(&boundary));
        with.boundary_arn = Some("arn:aws:iam::123456789012:policy/other".to_owned());
        let without = principal(&base, None);
        for ((question, less), (_, more)) in answers(&with).into_iter().zip(answers(&without)) {
            prop_assert!(!less || more, "{}", question);
        }
    }

    #[test]
    fn what_is_allowed_on_one_thing_is_allowed_somewhere(base in statements(), boundary in prop::option::of(statements())) {
        let bob = principal(&base, boundary.as_deref());
        for action in ["iam:PutUserPolicy", "ec2:CreateRoute", "kms:Decrypt", "s3:GetObject"] {
            for resource in [BOB, "arn:aws:s3:::b/k", "arn:aws:kms:ap-northeast-1:123456789012:key/1"] {
                if bob.may(action, resource) != Access::Denied {
                    prop_assert!(bob.may_somewhere(action).allowed(), "{} on {}", action, resource);
                }
            }
        }
    }
}
