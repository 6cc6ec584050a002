//! Paths of several steps, hard cases, and laws of the whole search.

use std::time::Instant;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ACCOUNT: &str = "123456789012";
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const POWERLESS: &str = "arn:aws:iam::123456789012:policy/limit";

fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{name}")
}

fn allow(action: Value, resource: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn granted(statements: Value, attached: &[&str], boundary: Option<&str>) -> Granted {
    let inline =
        InlineIn { name: "inline".into(), document: Some(json!({"Version": "2012-10-17", "Statement": statements})) };
    Granted {
        attached: Some(attached.iter().map(ToString::to_string).collect()),
        inline: Some(vec![inline]),
        boundary: Some(boundary.map(str::to_owned)),
    }
}

fn user(name: &str, statements: Value) -> UserIn {
    UserIn { arn: arn(&format!("user/{name}")), groups: Some(vec![]), granted: granted(statements, &[], None) }
}

fn role(name: &str, trusted: Value, statements: Value, attached: &[&str]) -> RoleIn {
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted}});
    RoleIn { arn: arn(&format!("role/{name}")), granted: granted(statements, attached, None), trust: Some(trust) }
}

fn service(name: &str) -> Value {
    json!({"Service": format!("{name}.amazonaws.com")})
}

fn account(users: Vec<UserIn>, roles: Vec<RoleIn>, groups: Vec<GroupIn>) -> AccountIam {
    let policy = |arn: &str, statement: Value| PolicyIn {
        arn: arn.into(),
        document: Some(json!({"Version": "2012-10-17", "Statement": statement})),
        versions: Some(1),
    };
    AccountIam {
        account: ACCOUNT.into(),
        users,
        roles,
        groups,
        policies: vec![
            policy(ADMIN, allow(json!("*"), json!("*"))),
            policy(POWERLESS, allow(json!("s3:*"), json!("*"))),
        ],
        ..AccountIam::default()
    }
}

fn of(iam: &AccountIam, name: &str) -> PrincipalFacts {
    analyse(iam).principals.remove(&arn(name)).unwrap()
}

/// Methods and ends of a path: `assume-role role/b`.
fn path(facts: &PrincipalFacts) -> Vec<String> {
    let steps = facts.path.iter().flat_map(|path| &path.steps);
    steps.map(|step| format!("{} {}", step.method, admin::short(&step.to))).collect()
}

const YES: Holding = Holding::Yes { conditional: false };

/// bob takes `one`, which takes `two`, which passes the administrator role to Lambda.
fn long_chain() -> AccountIam {
    let passes = allow(json!(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]), json!("*"));
    account(
        vec![user("bob", allow(json!("sts:AssumeRole"), json!(arn("role/one"))))],
        vec![
            role("one", json!({"AWS": ACCOUNT}), allow(json!("sts:AssumeRole"), json!(arn("role/two"))), &[]),
            role("two", json!({"AWS": arn("role/one")}), passes, &[]),
            role("admin", service("lambda"), json!([]), &[ADMIN]),
        ],
        vec![],
    )
}

#[test]
fn a_chain_through_two_roles_is_shown_step_by_step() {
    let bob = of(&long_chain(), "user/bob");
    assert_eq!(bob.escalates, YES);
    assert_eq!(path(&bob), ["assume-role role/one", "assume-role role/two", "pass-lambda-invoke role/admin"]);
    let steps = &bob.path.as_ref().unwrap().steps;
    assert_eq!(
        steps.iter().map(|step| step.from.as_str()).collect::<Vec<_>>(),
        [arn("user/bob"), arn("role/one"), arn("role/two")]
    );
    let path = bob.path.unwrap();
    assert!(path.en().starts_with("user/bob → role/one (takes the role: sts:AssumeRole), role/one → role/two"));
    assert!(path.ja().contains("ロールを引き受ける") && path.ja().ends_with("管理者の権限を得る"), "{}", path.ja());
    assert_eq!(bob.escalation.len(), 1, "the whole path in one line: {:?}", bob.escalation);
}

#[test]
fn a_chain_ends_where_any_link_is_cut() {
    let no = |iam: &AccountIam, why: &str| {
        let bob = of(iam, "user/bob");
        assert_eq!((bob.escalates, path(&bob).len()), (Holding::No, 0), "{why}: {:?}", bob.escalation);
    };
    let mut iam = long_chain();
    iam.roles[2].trust = role("x", service("ec2"), json!([]), &[]).trust;
    no(&iam, "the administrator role trusts another service");
    let mut iam = long_chain();
    iam.roles[2].arn = arn("role/aws-service-role/lambda.amazonaws.com/admin");
    no(&iam, "a service-linked role cannot be passed");
    let mut iam = long_chain();
    iam.roles[1].granted.boundary = Some(Some(POWERLESS.into()));
    no(&iam, "a boundary leaves the second role nothing to pass");
    let mut iam = long_chain();
    iam.roles[2].granted.boundary = Some(Some(POWERLESS.into()));
    no(&iam, "a boundary makes the last role no administrator");
    for (denied, on) in [("sts:AssumeRole", "role/one"), ("sts:*", "role/*"), ("*", "*")] {
        let mut iam = long_chain();
        let resource = if on == "*" { on.to_owned() } else { arn(on) };
        let statements = json!([allow(json!("sts:AssumeRole"), json!("*")), {"Effect": "Deny", "Action": denied, "Resource": resource}]);
        iam.users[0].granted = granted(statements, &[], None);
        no(&iam, denied);
    }
    let passing = |condition: Value, resource: Value| {
        let mut iam = long_chain();
        iam.roles[1].granted = granted(
            json!([allow(json!(["lambda:CreateFunction", "lambda:Invoke*"]), json!("*")), {"Effect": "Allow", "Action": "iam:PassRole", "Resource": resource,
                "Condition": condition}]),
            &[],
            None,
        );
        iam
    };
    let to = |service: &str| json!({"StringEquals": {"iam:PassedToService": service}});
    no(&passing(to("ec2.amazonaws.com"), json!("*")), "passed to another service only");
    no(&passing(json!({}), json!(arn("role/other-*"))), "passes other roles only");
    assert_eq!(of(&passing(to("lambda.amazonaws.com"), json!(arn("role/adm*"))), "user/bob").escalates, YES);
    let mut iam = long_chain();
    let only_alice = json!({"ArnEquals": {"aws:PrincipalArn": arn("user/alice")}});
    iam.roles[0].trust = Some(json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": ACCOUNT}, "Condition": only_alice}}));
    no(&iam, "the trust lets alice in only");
}

#[test]
fn what_rests_on_tags_is_not_known() {
    let tagged = |key: &str| json!({"StringEquals": {key: "dev"}});
    let with = |condition: Value| {
        let mut iam = long_chain();
        let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*", "Condition": condition});
        iam.users[0].granted = granted(statement, &[], None);
        of(&iam, "user/bob")
    };
    assert_eq!(with(tagged("aws:ResourceTag/team")).escalates, Holding::Unknown);
    assert_eq!(with(tagged("iam:ResourceTag/team")).escalates, Holding::Unknown);
    let mfa = with(json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}));
    assert_eq!(mfa.escalates, Holding::Yes { conditional: true }, "whoever has its MFA device gets up");
    let mut iam = long_chain();
    iam.roles[0].trust = Some(json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": ACCOUNT}, "Condition": tagged("aws:PrincipalTag/team")}}));
    assert_eq!(of(&iam, "user/bob").escalates, Holding::Unknown, "a trust policy that asks for a tag");
    let spared = json!([allow(json!("sts:AssumeRole"), json!("*")), {"Effect": "Deny", "Action": "sts:AssumeRole",
        "Resource": "*", "Condition": tagged("aws:ResourceTag/team")}]);
    let mut iam = long_chain();
    iam.users[0].granted = granted(spared, &[], None);
    assert_eq!(of(&iam, "user/bob").escalates, Holding::Unknown, "a deny that may take it");
}

#[test]
fn a_cycle_leads_nowhere_and_a_shorter_path_is_preferred() {
    let each = || json!({"AWS": ACCOUNT});
    let takes = |name: &str| allow(json!("sts:AssumeRole"), json!(arn(name)));
    let mut iam = account(
        vec![user("bob", takes("role/a"))],
        vec![
            role("a", each(), takes("role/b"), &[]),
            role("b", each(), takes("role/c"), &[]),
            role("c", each(), takes("role/a"), &[]),
        ],
        vec![],
    );
    assert_eq!(of(&iam, "user/bob").escalates, Holding::No);
    iam.roles.push(role("end", each(), json!([]), &[ADMIN]));
    iam.roles[2].granted = granted(takes("role/end"), &[], None);
    assert_eq!(path(&of(&iam, "user/bob")).len(), 4);
    assert_eq!(path(&of(&iam, "role/c")), ["assume-role role/end"]);
    iam.users[0].granted = granted(json!([takes("role/a"), takes("role/c")]), &[], None);
    assert_eq!(path(&of(&iam, "user/bob")), ["assume-role role/c", "assume-role role/end"]);
    let again = analyse(&iam);
    iam.roles.reverse();
    assert_eq!(analyse(&iam), again, "the order of the listing changes nothing");
}

#[test]
fn running_code_another_user_and_a_group_are_links_too() {
    // A function's role is no administrator, but may write policies for itself by a wildcard.
    let keys = allow(json!("iam:CreateAccessKey"), json!(arn("user/carol")));
    let mut iam = account(
        vec![
            user("bob", allow(json!("iam:AddUserToGroup"), json!(arn("group/ops")))),
            user("carol", allow(json!("lambda:UpdateFunctionCode"), json!("*"))),
        ],
        vec![role("fn", service("lambda"), allow(json!("IAM:*Policy*"), json!(arn("role/fn"))), &[])],
        vec![GroupIn { name: "ops".into(), arn: arn("group/ops"), granted: granted(keys, &[], None) }],
    );
    assert_eq!(path(&of(&iam, "role/fn")), ["attach-role-policy role/fn"]);
    assert_eq!(path(&of(&iam, "user/carol")), ["lambda-update-code role/fn"]);
    let expected = ["add-user-to-group group/ops", "create-access-key user/carol", "lambda-update-code role/fn"];
    assert_eq!(path(&of(&iam, "user/bob")), expected);
    iam.groups[0].granted.inline = None;
    assert_eq!(of(&iam, "user/bob").escalates, Holding::Unknown, "the group was not read");
}

#[test]
fn not_action_and_not_resource_are_understood() {
    let with = |statement: Value| {
        let mut iam = long_chain();
        iam.users[0].granted = granted(statement, &[], None);
        of(&iam, "user/bob").escalates
    };
    assert_eq!(with(json!({"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"})), YES);
    assert_eq!(
        with(json!({"Effect": "Allow", "NotAction": ["sts:*", "iam:*", "lambda:*"], "Resource": "*"})),
        Holding::No
    );
    let not = |name: &str| json!({"Effect": "Allow", "Action": "sts:AssumeRole", "NotResource": arn(name)});
    assert_eq!(with(not("role/one")), Holding::No);
    assert_eq!(with(not("role/two")), YES);
}

#[test]
fn a_boundary_that_its_holder_can_lift_is_no_limit() {
    let bounded = |boundary: Value| {
        let mut iam = account(vec![user("bob", allow(json!("*"), json!("*")))], vec![], vec![]);
        iam.users[0].granted.boundary = Some(Some(POWERLESS.into()));
        iam.policies[1].document = Some(json!({"Version": "2012-10-17", "Statement": boundary}));
        of(&iam, "user/bob")
    };
    assert_eq!(bounded(allow(json!("s3:*"), json!("*"))).escalates, Holding::No);
    let lifted = bounded(allow(json!("iam:DeleteUserPermissionsBoundary"), json!("*")));
    assert_eq!((path(&lifted), lifted.escalates), (vec!["delete-user-boundary user/bob".into()], YES));
    let rewritten = bounded(allow(json!("iam:CreatePolicyVersion"), json!(POWERLESS)));
    assert_eq!(path(&rewritten), ["version-boundary user/bob"]);
    assert_eq!(bounded(allow(json!("iam:DeleteRolePermissionsBoundary"), json!("*"))).escalates, Holding::No);
    // With the boundary gone it is no administrator yet, but it can take one's place.
    let mut iam = account(
        vec![user("bob", allow(json!(["iam:Delete*Boundary", "sts:AssumeRole"]), json!("*")))],
        vec![role("admin", json!({"AWS": ACCOUNT}), json!([]), &[ADMIN])],
        vec![],
    );
    iam.users[0].granted.boundary = Some(Some(POWERLESS.into()));
    iam.policies[1].document = Some(json!({"Statement": allow(json!("iam:*Boundary"), json!("*"))}));
    assert_eq!(path(&of(&iam, "user/bob")), ["delete-user-boundary user/bob", "assume-role role/admin"]);
}

#[test]
fn providers_and_pools_that_a_role_trusts() {
    let trusting = |provider: &str, does: &str| {
        let mut iam = account(
            vec![user("bob", allow(json!(does.split(' ').collect::<Vec<_>>()), json!("*")))],
            vec![role("admin", json!({"Federated": provider}), json!([]), &[ADMIN])],
            vec![],
        );
        let kind = if provider.contains("saml") { "SAML" } else { "WebIdentity" };
        iam.roles[0].trust = Some(json!({"Statement": {"Effect": "Allow", "Principal": {"Federated": provider},
            "Action": format!("sts:AssumeRoleWith{kind}")}}));
        of(&iam, "user/bob").escalates
    };
    let saml = arn("saml-provider/corp");
    assert_eq!(trusting(&saml, "iam:UpdateSAMLProvider"), YES);
    let oidc = arn("oidc-provider/token.example.com");
    assert_eq!(trusting(&oidc, "iam:UpdateSAMLProvider"), Holding::No);
    assert_eq!(trusting(&oidc, "iam:UpdateOpenIDConnectProviderThumbprint"), Holding::Unknown);
    let pool = "cognito-identity.amazonaws.com";
    assert_eq!(trusting(pool, "iam:PassRole cognito-identity:SetIdentityPoolRoles"), YES);
}

#[test]
fn what_was_not_read_on_the_way_makes_the_way_doubtful() {
    let unknown = |spoil: &dyn Fn(&mut AccountIam), what: &str| {
        let mut iam = long_chain();
        spoil(&mut iam);
        let bob = of(&iam, "user/bob");
        assert_eq!(bob.escalates, Holding::Unknown, "{what}: {:?}", bob.escalation);
        assert!(!bob.doubtful_escalation.is_empty() || !bob.unresolved.is_empty(), "{what}: it says why");
    };
    for at in 0..3 {
        unknown(&|iam| iam.roles[at].trust = None, "trust");
        unknown(&|iam| iam.roles[at].granted.boundary = None, "boundary");
    }
    // Where the trust names the first role, it needs no right of its own; where it names the account, it does.
    let by_account = role("x", json!({"AWS": ACCOUNT}), json!([]), &[]).trust;
    unknown(
        &|iam| {
            iam.roles[1].trust.clone_from(&by_account);
            iam.roles[0].granted.inline = None;
        },
        "first role's policies",
    );
    unknown(&|iam| iam.roles[1].granted.inline = None, "second role's policies");
    unknown(&|iam| iam.roles[2].granted.attached = None, "administrator's policies");
    unknown(&|iam| iam.users[0].granted.inline = None, "its own policies");
    unknown(&|iam| iam.policies[0].document = None, "the administrator policy");
    unknown(&|iam| drop(iam.policies.remove(0)), "the administrator policy's listing");
}

#[test]
fn methods_are_counted_and_said_in_both_languages() {
    use super::methods::{Published, methods};
    let rhino: std::collections::BTreeSet<String> = methods()
        .filter(|method| matches!(method.published, Published::Rhino(_)))
        .map(|method| method.name())
        .collect();
    eprintln!("{} methods, {} by Rhino Security Labs' names", methods().count(), rhino.len());
    assert!(methods().count() >= 150);
    for method in methods() {
        assert!(!method.ja.is_ascii() && method.en.is_ascii(), "{}", method.id);
        assert!(method.actions.iter().all(|action| action.split_once(':').is_some()), "{}", method.id);
        assert!(!method.kind.gives().is_empty() && !method.name().is_empty());
    }
}

const DOES: [&str; 8] = [
    "sts:AssumeRole",
    "iam:PassRole",
    "lambda:*",
    "iam:CreateAccessKey",
    "iam:AddUserToGroup",
    "iam:UpdateAssumeRolePolicy",
    "iam:PutRolePolicy",
    "ssm:StartSession",
];
const ENDS: [&str; 6] = ["*", "role/r0", "role/r1", "role/r2", "user/u1", "group/g"];

fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    let condition = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"StringEquals": {"aws:ResourceTag/a": "b"}})),
        1 => Just(json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})),
    ];
    (prop::sample::subsequence(DOES.to_vec(), 1..4), prop::sample::select(ENDS.to_vec()), condition).prop_map(
        move |(actions, end, condition)| {
            let resource = if end == "*" { end.to_owned() } else { arn(end) };
            json!({"Effect": effect, "Action": actions, "Resource": resource, "Condition": condition})
        },
    )
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![4 => statement("Allow"), 1 => statement("Deny")], 0..3)
}

/// Two users, three roles and a group with any rights, and an administrator role that trusts someone.
fn any_account() -> impl Strategy<Value = AccountIam> {
    let trusted = || {
        prop::sample::select(vec![
            service("lambda"),
            service("ec2"),
            json!({"AWS": ACCOUNT}),
            json!({"AWS": arn("role/r0")}),
        ])
    };
    (prop::collection::vec(statements(), 6), prop::collection::vec(trusted(), 4)).prop_map(|(rights, trusts)| {
        let of = |at: usize| Value::from(rights[at].clone());
        account(
            vec![user("u0", of(0)), user("u1", of(1))],
            vec![
                role("r0", trusts[0].clone(), of(2), &[]),
                role("r1", trusts[1].clone(), of(3), &[]),
                role("r2", trusts[2].clone(), of(4), &[]),
                role("admin", trusts[3].clone(), json!([]), &[ADMIN]),
            ],
            vec![GroupIn { name: "g".into(), arn: arn("group/g"), granted: granted(of(5), &[], None) }],
        )
    })
}

fn everyone(iam: &mut AccountIam) -> Vec<&mut Granted> {
    let users = iam.users.iter_mut().map(|user| &mut user.granted);
    let roles = iam.roles.iter_mut().map(|role| &mut role.granted);
    users.chain(roles).chain(iam.groups.iter_mut().map(|group| &mut group.granted)).collect()
}

/// No is least, then what is not known, then yes.
fn level(facts: &PrincipalFacts) -> u8 {
    [facts.admin, facts.escalates]
        .into_iter()
        .map(|holding| match holding {
            Holding::No => 0,
            Holding::Unknown => 1,
            Holding::Yes { .. } => 2,
        })
        .max()
        .unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_deny_never_adds_a_path(mut iam in any_account(), to in 0..7_usize, more in statement("Deny")) {
        let before = analyse(&iam);
        let mut all = everyone(&mut iam);
        let inline = InlineIn { name: "more".into(), document: Some(json!({"Version": "2012-10-17", "Statement": more})) };
        all[to].inline.get_or_insert_default().push(inline);
        for (arn, after) in analyse(&iam).principals {
            prop_assert!(level(&after) <= level(&before.principals[&arn]), "{arn}: {:?}", after.escalation);
        }
    }

    #[test]
    fn what_is_taken_from_sight_never_becomes_no(mut iam in any_account(), of in 0..7_usize, what in 0..4_u8) {
        let before = analyse(&iam);
        if what == 3 {
            iam.roles[of % 4].trust = None;
        } else {
            let mut all = everyone(&mut iam);
            match what {
                0 => all[of].inline = None,
                1 => all[of].attached = None,
                // Groups have no boundary.
                _ if of < 6 => all[of].boundary = None,
                _ => {}
            }
        }
        for (arn, after) in analyse(&iam).principals {
            let path = before.principals[&arn].path.as_ref();
            prop_assert!(level(&before.principals[&arn]) == 0 || level(&after) > 0, "{arn}: {path:?}");
        }
    }

    #[test]
    fn every_path_ends_and_says_so(iam in any_account()) {
        for (arn, facts) in analyse(&iam).principals {
            let yes = matches!(facts.escalates, Holding::Yes { .. });
            prop_assert_eq!(yes && !facts.full, facts.path.as_ref().is_some_and(|path| path.sure), "{}", arn);
            prop_assert!(facts.path.is_none_or(|path| path.steps.len() <= 8 && path.steps[0].from == arn));
        }
    }
}

#[test]
fn a_thousand_principals_in_chains() {
    for (depth, expected) in [(5, 5), (500, 500)] {
        let users = (0..500).map(|n| {
            let take = allow(json!("sts:AssumeRole"), json!(arn(&format!("role/r{}", n / depth * depth))));
            let rest = allow(json!(["s3:Get*", "iam:PassRole", "ec2:Describe*"]), json!("*"));
            user(&format!("u{n}"), json!([take, rest]))
        });
        let roles = (0..500).map(|n| {
            let next = if n % depth == depth - 1 {
                allow(json!("iam:Put*Policy"), json!(arn(&format!("role/r{n}"))))
            } else {
                allow(json!("sts:AssumeRole"), json!(arn(&format!("role/r{}", n + 1))))
            };
            role(&format!("r{n}"), json!({"AWS": ACCOUNT}), next, &[])
        });
        let iam = account(users.collect(), roles.collect(), vec![]);
        let start = Instant::now();
        let facts = analyse(&iam);
        eprintln!("1,000 principals in chains of {depth}: {:?}", start.elapsed());
        assert_eq!(path(&facts.principals[&arn("user/u0")]).len(), expected);
    }
}
