//! All AWS managed policies, as moto carries them: which of them make their holder an administrator.

mod support;

use std::process::Command;
use std::sync::Arc;

use kakunin::facts::iam::Policy;
use kakunin::facts::iam::access::{Principal, PrincipalKind};
use kakunin::facts::iam::admin::{Surroundings, admin};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Managed {
    name: String,
    document: Value,
}

#[test]
fn aws_managed_policies_that_make_administrators() {
    let Some(python) = support::python_or_skip() else { return };
    let out = Command::new(python).arg(support::root().join("tests/moto/managed_policies.py")).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let all: Vec<Managed> = serde_json::from_slice(&out.stdout).unwrap();
    assert!(all.len() > 1000, "only {} policies", all.len());
    let known = Surroundings::new("aws", [], []);
    let mut found = Vec::new();
    for managed in &all {
        let policy =
            Arc::new(Policy::from_value(&managed.document).unwrap_or_else(|error| panic!("{}: {error}", managed.name)));
        for (kind, name) in [(PrincipalKind::User, "user"), (PrincipalKind::Role, "role")] {
            let arn = format!("arn:aws:iam::123456789012:{name}/holder");
            if let Some(admin) = admin(&Principal::new(arn, kind, vec![policy.clone()], None), &known) {
                eprintln!(
                    "{} as {name}: full {} conditional {} {:?}",
                    managed.name, admin.full, admin.conditional, admin.ways
                );
                found.push(managed.name.as_str());
            }
        }
    }
    found.dedup();
    // Each was read: CodeStar's and StackSets' may make a role under a given name and give it any policy (StackSets: only
    // AdministratorAccess); Amplify's may do so to every role; the MCP one is everything under a condition; IAM Identity
    // Center's is meant to, outside the management account. AdministratorAccess-AWSElasticBeanstalk is rightly not here:
    // it attaches Beanstalk's policies only. Nor are the Quick Setup ones, bounded or limited to harmless policies.
    let expected = [
        "AWSCodeStarServiceRole",
        "AWSMcpServiceActionsFullAccess",
        "AWSSSOServiceRolePolicy",
        "AdministratorAccess",
        "AdministratorAccess-Amplify",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
        "IAMFullAccess",
    ];
    assert_eq!(found, expected);
}
