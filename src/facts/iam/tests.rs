//! Traps that other analysers fall into, and a whole account.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{Surroundings, admin};
use super::duties::{audit_admin, decrypt_all, network_admin};
use super::*;

const ACCOUNT: &str = "123456789012";
const BOB: &str = "arn:aws:iam::123456789012:user/bob";

fn policy(statements: Value) -> Arc<Policy> {
    Arc::new(Policy::from_value(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap())
}

fn bob(statements: Value) -> Principal {
    Principal::new(BOB, PrincipalKind::User, vec![policy(statements)], None)
}

fn bounded(statements: Value, boundary: Value) -> Principal {
    let mut bob = Principal::new(BOB, PrincipalKind::User, vec![policy(statements)], Some(policy(boundary)));
    bob.boundary_arn = Some("arn:aws:iam::123456789012:policy/boundary".into());
    bob
}

fn allow(action: Value, resource: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn deny(action: Value, resource: Value) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

/// None: not an administrator; else whether conditional.
fn standing(principal: &Principal) -> Option<bool> {
    admin(principal, &Surroundings::new("aws", [], ["arn:aws:iam::123456789012:user/alice".to_owned()]))
        .map(|admin| admin.conditional)
}

const YES: Option<bool> = Some(false);
const PERHAPS: Option<bool> = Some(true);
const NO: Option<bool> = None;

#[test]
fn administrators_by_what_they_hold() {
    let all = || allow(json!("*"), json!("*"));
    let mfa = json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}});
    let cases = [
        (YES, "everything", all()),
        (YES, "every service", allow(json!("*:*"), json!("*"))),
        (YES, "a list with a star in it", allow(json!(["s3:Get*", "*"]), json!(["arn:aws:s3:::x", "*"]))),
        (
            PERHAPS,
            "with a condition",
            json!({"Effect": "Allow", "Action": "*:*", "Resource": "*", "Condition":
            {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}),
        ),
        (YES, "all of IAM", allow(json!("iam:*"), json!("*"))),
        (YES, "all of IAM, mixed case, wildcards inside", allow(json!("IAM:Put*Policy"), json!("*"))),
        (YES, "create and attach", allow(json!(["iam:Create*", "iam:Attach*"]), json!("*"))),
        (YES, "IAM by ARN", allow(json!("*"), json!("arn:aws:iam::*"))),
        (YES, "all but S3", json!({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})),
        (YES, "all but one bucket", json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x"})),
        (NO, "all but IAM's resources", json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::*"})),
        (NO, "power user", json!({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"})),
        (
            NO,
            "power user and reading IAM",
            json!([
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}, allow(json!(["iam:Get*", "iam:List*"]), json!("*"))]),
        ),
        (
            NO,
            "NotAction with a Deny",
            json!([
            {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, deny(json!("iam:*"), json!("*"))]),
        ),
        (NO, "Deny by NotAction", json!([all(), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}])),
        (NO, "reads of S3", allow(json!("s3:Get*"), json!("*"))),
        (NO, "all of S3", allow(json!("s3:*"), json!("*"))),
        (NO, "reads of IAM", allow(json!(["iam:Get*", "iam:List*"]), json!("*"))),
        (NO, "everything on one bucket", allow(json!("*"), json!(["arn:aws:s3:::x", "arn:aws:s3:::x/*"]))),
        (NO, "passing one role", allow(json!("iam:PassRole"), json!("arn:aws:iam::123456789012:role/app"))),
        (
            NO,
            "its own password and keys",
            allow(
                json!(["iam:ChangePassword", "iam:*AccessKey*", "iam:*LoginProfile"]),
                json!("arn:aws:iam::*:user/${aws:username}"),
            ),
        ),
        (YES, "its own policies", allow(json!("iam:*UserPolicy"), json!("arn:aws:iam::*:user/${aws:username}"))),
        (NO, "the policies of another", allow(json!("iam:*"), json!("arn:aws:iam::*:user/alice"))),
        (NO, "everything denied", json!([all(), deny(json!("*"), json!("*"))])),
        (YES, "one service denied", json!([all(), deny(json!("s3:*"), json!("*"))])),
        (
            PERHAPS,
            "denied without MFA",
            json!([all(), {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": mfa}]),
        ),
        (YES, "denied on others only", json!([all(), deny(json!("iam:*"), json!("arn:aws:iam::*:user/alice"))])),
        (YES, "denied on itself only", json!([all(), deny(json!("iam:*"), json!(BOB))])),
        (
            NO,
            "attaching of harmless policies only",
            json!({"Effect": "Allow", "Action": ["iam:AttachUserPolicy"],
            "Resource": "*", "Condition": {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}),
        ),
        (
            YES,
            "attaching of AWS's policies",
            json!({"Effect": "Allow", "Action": ["iam:AttachUserPolicy"],
            "Resource": "*", "Condition": {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}}),
        ),
        (
            NO,
            "delegation within a boundary",
            json!({"Effect": "Allow", "Resource": "*",
            "Action": ["iam:CreateUser", "iam:CreateRole", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:CreateAccessKey"],
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/limit"}}}),
        ),
        (
            YES,
            "users under a path",
            allow(
                json!(["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"]),
                json!("arn:aws:iam::*:user/app/*"),
            ),
        ),
        (NO, "nothing", json!([])),
    ];
    for (expected, name, statements) in cases {
        assert_eq!(standing(&bob(statements)), expected, "{name}");
    }
}

#[test]
fn boundaries_cut_and_do_not_give() {
    let all = || allow(json!("*"), json!("*"));
    let power = json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"});
    let iam = || allow(json!("iam:*"), json!("*"));
    assert_eq!(standing(&bounded(all(), all())), YES, "a boundary that cuts nothing");
    assert_eq!(standing(&bounded(all(), power)), NO, "a boundary without IAM");
    assert_eq!(standing(&bounded(all(), allow(json!("s3:*"), json!("*")))), NO);
    assert_eq!(standing(&bounded(allow(json!("s3:*"), json!("*")), all())), NO, "a boundary gives nothing");
    assert_eq!(standing(&bounded(all(), iam())), YES, "within IAM it makes a fresh user without boundary");
    assert_eq!(standing(&bounded(all(), json!([all(), deny(json!("iam:*"), json!("*"))]))), NO);
    let put_own = || allow(json!("iam:PutUserPolicy"), json!(BOB));
    assert_eq!(standing(&bounded(put_own(), put_own())), NO, "what it gives itself stays within the boundary");
    let lift = || allow(json!(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"]), json!(BOB));
    assert_eq!(standing(&bounded(put_own(), lift())), YES, "it gives itself the right to lift the boundary");
    let kept = json!([
        allow(json!("*"), json!("*")),
        deny(json!(["iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:CreatePolicyVersion"]), json!("*")),
        {"Effect": "Deny", "Action": ["iam:CreateUser", "iam:CreateRole"], "Resource": "*",
         "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary"}}}]);
    assert!(
        admin(&bounded(all(), kept), &Surroundings::new("aws", [], [])).is_some_and(|admin| admin.full),
        "all but lifting it is all"
    );
}

#[test]
fn answers_for_one_action() {
    let principal = bob(json!([
        allow(json!("s3:GetObject"), json!("arn:aws:s3:::a/*")),
        {"Effect": "Allow", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::a/*"},
        deny(json!("s3:*"), json!("arn:aws:s3:::a/secret/*")),
        {"Effect": "Allow", "Action": "ec2:Start*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}},
        deny(json!("ec2:StartFleet"), json!("*"))]));
    assert_eq!(principal.may("s3:getobject", "arn:aws:s3:::a/x"), Access::Allowed { conditional: false });
    assert_eq!(principal.may("s3:GetObject", "arn:aws:s3:::a/secret/x"), Access::Denied);
    assert_eq!(principal.may("s3:GetObject", "arn:aws:s3:::b/x"), Access::Denied);
    assert!(principal.may("s3:PutObject", "arn:aws:s3:::b/x").allowed());
    assert_eq!(principal.may_somewhere("ec2:StartInstances"), Access::Allowed { conditional: true });
    assert_eq!(principal.may_somewhere("ec2:StartFleet"), Access::Denied);
    assert!(principal.may_somewhere("s3:GetObject").allowed());
}

#[test]
fn single_duties() {
    let key = "arn:aws:kms:ap-northeast-1:123456789012:key/";
    assert!(decrypt_all(&bob(allow(json!("kms:*"), json!("*")))).allowed());
    assert!(decrypt_all(&bob(allow(json!("kms:Decrypt"), json!("arn:aws:kms:*:123456789012:key/*")))).allowed());
    assert!(decrypt_all(&bob(allow(json!("kms:Decrypt"), json!(format!("{key}*"))))).allowed());
    assert!(!decrypt_all(&bob(allow(json!("kms:Decrypt"), json!(format!("{key}1"))))).allowed());
    assert!(!decrypt_all(&bob(allow(json!("kms:Describe*"), json!("*")))).allowed());
    let one = json!([allow(json!("kms:*"), json!("*")), deny(json!("kms:Decrypt"), json!(format!("{key}1")))]);
    assert!(decrypt_all(&bob(one)).allowed(), "all but one is still as good as all");

    assert!(
        network_admin(&bob(allow(json!("ec2:Authorize*"), json!("arn:aws:ec2:*:*:security-group/sg-1")))).allowed()
    );
    assert!(!network_admin(&bob(allow(json!("ec2:Describe*"), json!("*")))).allowed());

    let trails = ["arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/main".to_owned()];
    let buckets = ["logs".to_owned()];
    let audit = |statements: Value| audit_admin(&bob(statements), &trails, &buckets).allowed();
    assert!(audit(allow(json!("cloudtrail:*"), json!("*"))));
    assert!(!audit(allow(json!("cloudtrail:*"), json!("arn:aws:cloudtrail:*:*:trail/other"))));
    assert!(audit(allow(json!("s3:DeleteObject"), json!("arn:aws:s3:::logs/AWSLogs/*"))));
    assert!(!audit(allow(json!("s3:DeleteObject"), json!("arn:aws:s3:::other/*"))));
    assert!(!audit(json!([
        allow(json!("s3:*"), json!("*")),
        deny(json!("s3:*"), json!(["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]))
    ])));
}

fn attributes(value: Value) -> Attributes {
    serde_json::from_value(value).unwrap()
}

fn user(name: &str, groups: &[&str], attached: &[&str], inline: Value) -> UserIn {
    let attached: Vec<Value> = attached.iter().map(|arn| json!({"PolicyName": "p", "PolicyArn": arn})).collect();
    UserIn::from_attributes(&attributes(json!({"UserName": name, "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "Groups": groups, "AttachedManagedPolicies": attached, "PermissionsBoundary": null,
        "Policies": [{"PolicyName": "inline", "PolicyDocument": {"Statement": inline}}]})))
    .unwrap()
}

fn role(name: &str, service: &str, attached: &[&str]) -> RoleIn {
    RoleIn::from_attributes(&attributes(json!({"RoleName": name, "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        "AttachedManagedPolicies": attached, "Policies": [], "PermissionsBoundary": null,
        "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": service}}}})))
    .unwrap()
}

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const OWN: &str = "arn:aws:iam::123456789012:policy/own";

fn account(users: Vec<UserIn>) -> AccountIam {
    let document = |statement: Value| Some(json!({"Version": "2012-10-17", "Statement": statement}));
    AccountIam {
        account: ACCOUNT.into(),
        users,
        roles: vec![role("app-admin", "ec2.amazonaws.com", &[ADMIN]), role("plain", "lambda.amazonaws.com", &[])],
        groups: vec![
            GroupIn::from_attributes(&attributes(json!({"GroupName": "admins", "Policies": [], "Arn":
                format!("arn:aws:iam::{ACCOUNT}:group/admins"), "AttachedManagedPolicies": [{"PolicyArn": ADMIN}]})))
            .unwrap(),
        ],
        policies: vec![
            PolicyIn { arn: ADMIN.into(), document: document(allow(json!("*"), json!("*"))), versions: Some(1) },
            PolicyIn { arn: OWN.into(), document: document(allow(json!("s3:*"), json!("*"))), versions: Some(2) },
        ],
        ..AccountIam::default()
    }
}

fn facts_of(statements: Value) -> PrincipalFacts {
    let users = vec![user("bob", &[], &[OWN], statements), user("root-like", &["admins"], &[], json!([]))];
    analyse(&account(users)).principals.remove(BOB).unwrap()
}

#[test]
fn ways_up_are_told_only_where_they_lead_somewhere() {
    let any = |actions: Value| facts_of(allow(actions, json!("*")));
    let cases = [
        (json!("iam:CreatePolicyVersion"), "iam:CreatePolicyVersion → policy/own"),
        (json!("iam:SetDefaultPolicyVersion"), "iam:SetDefaultPolicyVersion → policy/own"),
        (json!("iam:AttachUserPolicy"), "iam:AttachUserPolicy → itself"),
        (json!("iam:PutUserPolicy"), "iam:PutUserPolicy → itself"),
        (json!("iam:CreateAccessKey"), "iam:CreateAccessKey → user/root-like"),
        (json!("iam:CreateLoginProfile"), "iam:CreateLoginProfile → user/root-like"),
        (json!("iam:UpdateLoginProfile"), "iam:UpdateLoginProfile → user/root-like"),
        (json!("iam:AddUserToGroup"), "iam:AddUserToGroup → group/admins"),
        (json!("iam:UpdateAssumeRolePolicy"), "iam:UpdateAssumeRolePolicy → role/app-admin"),
        (json!(["iam:Pass*", "ec2:Run*"]), "iam:PassRole + ec2:RunInstances → role/app-admin"),
        (json!("ssm:StartSession"), "ssm:StartSession → role/app-admin"),
    ];
    for (actions, way) in cases {
        let facts = any(actions);
        assert_eq!(facts.escalation, [way]);
        assert_eq!(facts.escalates, Holding::Yes { conditional: false });
    }
    // No administrator role trusts Lambda; a right on PassRole alone, or on the own key alone, leads nowhere.
    for nowhere in [
        allow(json!(["iam:PassRole", "lambda:*"]), json!("*")),
        allow(json!("iam:PassRole"), json!("*")),
        allow(json!("ec2:RunInstances"), json!("*")),
        allow(json!(["iam:PassRole", "ec2:RunInstances"]), json!("arn:aws:iam::123456789012:role/plain")),
        allow(json!("iam:CreateAccessKey"), json!("arn:aws:iam::*:user/${aws:username}")),
        allow(json!("iam:AddUserToGroup"), json!("arn:aws:iam::*:group/others")),
        json!([allow(json!("ec2:Run*"), json!("*")), {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}]),
    ] {
        let facts = facts_of(nowhere.clone());
        assert_eq!((facts.escalates, facts.admin), (Holding::No, Holding::No), "{nowhere}: {:?}", facts.escalation);
    }
}

#[test]
fn roles_are_taken_by_whom_their_trust_lets_in() {
    let mut iam = account(vec![
        user("bob", &[], &[], allow(json!("sts:AssumeRole"), json!("*"))),
        user("eve", &[], &[], json!([])),
    ]);
    iam.roles[0].trust =
        Some(json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}}));
    let facts = analyse(&iam);
    assert_eq!(facts.principals[BOB].escalation, ["sts:AssumeRole → role/app-admin"]);
    assert_eq!(facts.principals["arn:aws:iam::123456789012:user/eve"].escalates, Holding::No);
    iam.roles[0].trust = Some(json!("%7B broken"));
    let facts = analyse(&iam);
    assert!(facts.trusts["arn:aws:iam::123456789012:role/app-admin"].is_err());
    assert_eq!(facts.principals[BOB].escalates, Holding::Unknown);
}

#[test]
fn a_whole_account() {
    let facts =
        analyse(&account(vec![user("root-like", &["admins"], &[], json!([])), user("bob", &[], &[], json!([]))]));
    let of = |name: &str| &facts.principals[&format!("arn:aws:iam::{ACCOUNT}:{name}")];
    assert_eq!(of("user/root-like").admin, Holding::Yes { conditional: false });
    assert!(of("user/root-like").full && of("user/root-like").escalation.is_empty());
    assert_eq!(of("role/app-admin").admin, Holding::Yes { conditional: false });
    assert_eq!((of("user/bob").admin, of("user/bob").escalates), (Holding::No, Holding::No));
    assert_eq!(of("role/plain").decrypt_all, Holding::No);
    assert!(facts.policies[ADMIN].full);
    assert_eq!(facts.policies[OWN].grants_admin, Holding::No);
}

#[test]
fn what_was_not_read_is_unknown_and_never_no() {
    let base = || account(vec![user("bob", &[], &[OWN], json!([]))]);
    let admin_of = |iam: &AccountIam| {
        let facts = analyse(iam).principals.remove(BOB).unwrap();
        assert_eq!(facts.unresolved.is_empty(), facts.admin != Holding::Unknown, "{:?}", facts.unresolved);
        assert_eq!(facts.network_admin, facts.admin);
        assert_eq!(facts.escalates, facts.admin);
        facts.admin
    };
    assert_eq!(admin_of(&base()), Holding::No);
    let mut iam = base();
    iam.policies.pop();
    assert_eq!(admin_of(&iam), Holding::Unknown, "the policy is not there");
    let mut iam = base();
    iam.policies[1].document = None;
    assert_eq!(admin_of(&iam), Holding::Unknown, "the document is not there");
    let mut iam = base();
    iam.policies[1].document = Some(json!({"Statement": [{"Effect": "Allow"}]}));
    assert_eq!(admin_of(&iam), Holding::Unknown, "the document cannot be understood");
    let mut iam = base();
    iam.users[0].groups = Some(vec!["gone".into()]);
    assert_eq!(admin_of(&iam), Holding::Unknown, "the group is not there");
    for missing in ["Groups", "AttachedManagedPolicies", "Policies"] {
        let mut all = attributes(json!({"Arn": BOB, "Groups": [], "AttachedManagedPolicies": [], "Policies": [],
            "PermissionsBoundary": null}));
        all.remove(missing);
        assert_eq!(admin_of(&account(vec![UserIn::from_attributes(&all).unwrap()])), Holding::Unknown, "{missing}");
    }
    let mut iam = base();
    iam.users[0].granted.attached = Some(vec!["arn:aws:iam::aws:policy/Unread".into(), ADMIN.into()]);
    let facts = analyse(&iam).principals.remove(BOB).unwrap();
    assert_eq!(facts.admin, Holding::Yes { conditional: false }, "proven already");
    assert_eq!(facts.unresolved.len(), 1);
    // A boundary that was not read may cut, and cannot give.
    iam.users[0].granted.attached = Some(vec![ADMIN.into()]);
    iam.users[0].granted.boundary = None;
    assert_eq!(analyse(&iam).principals[BOB].admin, Holding::Unknown);
    let mut iam = base();
    iam.users[0].granted.boundary = Some(Some("arn:aws:iam::aws:policy/Unread".into()));
    assert_eq!(analyse(&iam).principals[BOB].admin, Holding::No);
}

#[test]
fn an_unread_administrator_makes_the_way_to_it_doubtful() {
    let mut iam = account(vec![
        user("bob", &[], &[], allow(json!("iam:CreateAccessKey"), json!("*"))),
        user("dim", &[], &[], json!([])),
    ]);
    iam.users[1].granted.inline = None;
    let facts = analyse(&iam).principals.remove(BOB).unwrap();
    assert_eq!(facts.escalates, Holding::Unknown);
    assert_eq!(facts.doubtful_escalation, ["iam:CreateAccessKey → user/dim"]);
}

#[test]
fn five_thousand_principals_are_no_matter() {
    let users = (0..5000).map(|n| {
        let inline = json!([
            allow(
                json!(["s3:Get*", "ec2:*", "iam:PassRole", "iam:List*"]),
                json!(["*", format!("arn:aws:s3:::b{n}/*")])
            ),
            allow(json!("iam:*AccessKey"), json!("arn:aws:iam::*:user/${aws:username}"))
        ]);
        user(&format!("u{n}"), if n % 100 == 0 { &["admins"] } else { &[] }, &[OWN], inline)
    });
    let iam = account(users.collect());
    let start = Instant::now();
    let facts = analyse(&iam);
    let took = start.elapsed();
    eprintln!("5,000 principals in {took:?}");
    assert_eq!(facts.principals.values().filter(|facts| facts.full).count(), 51);
    assert!(took < Duration::from_secs(60), "{took:?} in a debug build");
}

#[test]
fn each_method_over_a_role_is_found_by_exactly_its_actions() {
    use super::methods::{Kind, methods};
    let mut ids: Vec<&str> = methods().map(|method| method.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), methods().count());
    for method in methods() {
        let (Kind::Pass(service) | Kind::TakeOver(service)) = method.kind else { continue };
        let facts = |actions: &[&str]| {
            let mut iam = account(vec![user("bob", &[], &[], allow(json!(actions), json!("*")))]);
            iam.roles.push(role("target", service, &[ADMIN]));
            iam.roles.remove(0);
            analyse(&iam).principals.remove(BOB).unwrap()
        };
        let way = format!("{} → role/target", method.actions.join(" + "));
        assert!(facts(method.actions).escalation.contains(&way), "{}", method.id);
        for left_out in method.actions {
            let rest: Vec<&str> = method.actions.iter().copied().filter(|action| action != left_out).collect();
            if !rest.is_empty() {
                assert!(!facts(&rest).escalation.contains(&way), "{} without {left_out}", method.id);
            }
        }
    }
}

#[test]
fn a_deny_in_the_old_language_does_not_bind_variables() {
    let statements =
        json!([allow(json!("*"), json!("*")), deny(json!("*"), json!("arn:aws:iam::*:user/${aws:username}"))]);
    let of = |version: &str| {
        let policy = Policy::from_value(&json!({"Version": version, "Statement": statements})).unwrap();
        Principal::new(BOB, PrincipalKind::User, vec![Arc::new(policy)], None).may("iam:PutUserPolicy", BOB).allowed()
    };
    assert!(!of("2012-10-17"));
    assert!(of("2008-10-17"));
}
