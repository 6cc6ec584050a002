use kakunin::table::iam::SERVICE;
use kakunin::table::{ACCOUNT_KIND, iam};
use kakunin_emulator_tests::{Fault, FaultKind, config, keeps_the_rules, of_kind, run};
use serde_json::Value;
use winterbaume_iam::IamService;

use crate::emulator;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const READS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// Users' columns of the credential report.
const REPORT: [&str; 5] = ["PasswordEnabled", "PasswordLastUsed", "PasswordLastChanged", "MfaActive", "AccessKeys"];

#[tokio::test]
async fn users_keep_the_rules() {
    keeps_the_rules(
        || emulator(IamService::new()),
        &SERVICE,
        iam::USER_KIND,
        &[],
        |config, n| async move {
            let iam = aws_sdk_iam::Client::new(&config);
            // "There is none" cut in half is no answer at all, so the account has a policy.
            iam.update_account_password_policy().minimum_password_length(14).send().await.unwrap();
            for i in 0..n {
                iam.create_user().user_name(format!("user-{n}-{i}")).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn principals_and_policies_say_what_was_made() {
    let client = emulator(IamService::new());
    let iam = aws_sdk_iam::Client::new(&config(&client, "us-east-1").await);
    let policy = iam.create_policy().policy_name("reads").policy_document(READS).send().await.unwrap();
    let policy = policy.policy.unwrap().arn.unwrap();
    iam.create_user().user_name("alice").send().await.unwrap();
    iam.put_user_policy().user_name("alice").policy_name("own").policy_document(READS).send().await.unwrap();
    iam.attach_user_policy().user_name("alice").policy_arn(&policy).send().await.unwrap();
    iam.create_group().group_name("staff").send().await.unwrap();
    iam.attach_group_policy().group_name("staff").policy_arn(&policy).send().await.unwrap();
    iam.put_group_policy().group_name("staff").policy_name("theirs").policy_document(READS).send().await.unwrap();
    iam.create_role()
        .role_name("batch")
        .assume_role_policy_document(TRUST)
        .max_session_duration(7200)
        .send()
        .await
        .unwrap();
    iam.attach_role_policy().role_name("batch").policy_arn(&policy).send().await.unwrap();
    iam.put_role_policy().role_name("batch").policy_name("its").policy_document(READS).send().await.unwrap();

    let snapshot = run(&client, &SERVICE, None).await;
    let principals =
        [(iam::USER_KIND, "alice", "own"), (iam::GROUP_KIND, "staff", "theirs"), (iam::ROLE_KIND, "batch", "its")];
    for (kind, id, inline) in principals {
        let found = of_kind(&snapshot, kind).into_iter().find(|r| r.id == id);
        let Some(found) = found else { panic!("no {kind} {id}: {:?}", snapshot.resources) };
        assert_eq!(found.region, "aws-global");
        assert_eq!(found.attributes["AttachedManagedPolicies"][0]["PolicyArn"], policy.as_str(), "{id}");
        let own = &found.attributes["Policies"][0];
        assert_eq!(own["PolicyName"], inline);
        assert_eq!(own["PolicyDocument"]["Statement"][0]["Action"], "s3:GetObject", "{id}");
    }
    let [role] = of_kind(&snapshot, iam::ROLE_KIND)[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(role.attributes["MaxSessionDuration"], 7200);
    let trust = &role.attributes["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"]["Service"], "ec2.amazonaws.com");
    let document = of_kind(&snapshot, iam::POLICY_KIND).into_iter().find(|r| r.id == policy).unwrap();
    assert_eq!(document.attributes["CustomerManaged"], true);
    assert_eq!(document.attributes["PolicyDocument"]["Statement"][0]["Action"], "s3:GetObject");

    // A duration that is not read is not the default hour.
    let fault = Fault { operation: Some("ListRoles"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    let [role] = of_kind(&broken, iam::ROLE_KIND)[..] else { panic!("{:?}", broken.resources) };
    assert!(role.gaps.contains_key("MaxSessionDuration") && !role.attributes.contains_key("MaxSessionDuration"));
}

// The emulator's report has the root user's row only, as AWS's has for a user made after it.
#[tokio::test]
async fn a_user_without_a_row_in_the_report_has_gaps() {
    let client = emulator(IamService::new());
    let iam = aws_sdk_iam::Client::new(&config(&client, "us-east-1").await);
    iam.create_user().user_name("alice").send().await.unwrap();
    iam.create_login_profile().user_name("alice").password("not-a-real-one-1A!").send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [alice] = of_kind(&snapshot, iam::USER_KIND)[..] else { panic!("{:?}", snapshot.resources) };
    for name in REPORT {
        assert!(alice.gaps.contains_key(name), "{name} is no gap");
        assert!(!alice.attributes.contains_key(name), "{name} is {:?}", alice.attributes.get(name));
    }
    let account = of_kind(&snapshot, ACCOUNT_KIND)[0];
    assert_eq!(account.attributes["RootAccessKeyLastUsed"], Value::Null, "the root user's row is read");
    assert_eq!(account.attributes["RootHasVirtualMfa"], false);
}

#[tokio::test]
async fn a_password_policy_is_there_or_null_or_not_read() {
    let names = ["MinimumPasswordLength", "RequireSymbols", "MaxPasswordAge", "PasswordReusePrevention"];
    let client = emulator(IamService::new());
    let none = run(&client, &SERVICE, None).await;
    for name in names {
        assert_eq!(of_kind(&none, ACCOUNT_KIND)[0].attributes[name], Value::Null, "{name}");
    }
    aws_sdk_iam::Client::new(&config(&client, "us-east-1").await)
        .update_account_password_policy()
        .minimum_password_length(14)
        .require_symbols(true)
        .password_reuse_prevention(24)
        .send()
        .await
        .unwrap();
    let set = run(&client, &SERVICE, None).await;
    let account = of_kind(&set, ACCOUNT_KIND)[0];
    assert_eq!(account.attributes["MinimumPasswordLength"], 14);
    assert_eq!(account.attributes["RequireSymbols"], true);
    assert_eq!(account.attributes["RequireNumbers"], false);
    assert_eq!(account.attributes["PasswordReusePrevention"], 24);
    assert_eq!(account.attributes["MaxPasswordAge"], Value::Null);

    let fault = Fault { operation: Some("GetAccountPasswordPolicy"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    for name in names {
        assert!(of_kind(&broken, ACCOUNT_KIND)[0].gaps.contains_key(name), "{name}: refused is not \"none\"");
    }
}
