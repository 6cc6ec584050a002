use kakunin::table::cognitoidentityprovider::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, keeps_the_rules, of_kind, run};
use serde_json::Value;
use winterbaume_cognitoidentityprovider::CognitoIdentityProviderService;

use crate::emulator;

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";

async fn make_pools(config: aws_config::SdkConfig, n: usize) {
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config);
    for i in 0..n {
        let pool = cognito.create_user_pool().pool_name(format!("users-{n}-{i}")).send().await.unwrap();
        let id = pool.user_pool.unwrap().id.unwrap();
        cognito.create_user_pool_client().user_pool_id(id).client_name("web").send().await.unwrap();
    }
}

// Where there is no pool, no clients are asked for, and nothing can fail: the next test has a pool in both regions.
#[tokio::test]
async fn pools_keep_the_rules() {
    let skip = &["ListUserPoolClients"];
    keeps_the_rules(|| emulator(CognitoIdentityProviderService::new()), &SERVICE, POOL, skip, make_pools).await;
}

#[tokio::test]
async fn clients_keep_the_rules() {
    keeps_the_rules(
        || emulator(CognitoIdentityProviderService::new()),
        &SERVICE,
        CLIENT,
        &[],
        |config, n| async move {
            let elsewhere = config.to_builder().region(aws_config::Region::new("eu-west-1")).build();
            let elsewhere = aws_sdk_cognitoidentityprovider::Client::new(&elsewhere);
            elsewhere.create_user_pool().pool_name("empty").send().await.unwrap();
            make_pools(config, n).await;
        },
    )
    .await;
}

// The emulator keeps only the name of a pool, and answers with a password policy of its own.
#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(CognitoIdentityProviderService::new());
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config(&client, "us-east-1").await);
    let pool = cognito.create_user_pool().pool_name("users").send().await.unwrap().user_pool.unwrap().id.unwrap();
    let made = cognito
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("web")
        .generate_secret(true)
        .refresh_token_validity(90)
        .send()
        .await
        .unwrap();
    let secret = made.user_pool_client.unwrap().client_secret.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [found] = of_kind(&snapshot, POOL)[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!((found.id.as_str(), found.region.as_str()), (pool.as_str(), "us-east-1"));
    assert_eq!(found.attributes["UserPoolName"], "users");
    assert_eq!(found.attributes["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(found.attributes["Policies"]["PasswordPolicy"]["RequireSymbols"], false);
    assert_eq!(found.attributes["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"], 7);
    assert_eq!(found.attributes["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(found.attributes["AccountRecoverySetting"]["RecoveryMechanisms"][0]["Name"], "verified_email");
    assert_eq!(found.attributes["UserPoolAddOns"], Value::Null);
    // Not in the answer, and AWS always has them: not "no MFA", and not "MFA".
    for name in ["MfaConfiguration", "DeletionProtection"] {
        assert!(found.gaps.contains_key(name) && !found.attributes.contains_key(name), "{name}");
    }
    let [web] = of_kind(&snapshot, CLIENT)[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(web.attributes["UserPoolId"], pool.as_str());
    assert_eq!(web.attributes["ClientName"], "web");
    assert_eq!(web.attributes["RefreshTokenValidity"], 90);
    assert_eq!(web.attributes["TokenValidityUnits"]["RefreshToken"], "days");
    // Not set, so AWS's default with its own unit.
    assert_eq!(web.attributes["AccessTokenValidity"], 1);
    assert_eq!(web.attributes["TokenValidityUnits"]["AccessToken"], "hours");
    assert!(!serde_json::to_string(&snapshot).unwrap().contains(&secret), "the client's secret is kept");
}

#[tokio::test]
async fn pools_that_are_not_read_leave_no_absent_settings() {
    let client = emulator(CognitoIdentityProviderService::new());
    make_pools(config(&client, "us-east-1").await, 1).await;
    let fault = Fault { operation: Some("DescribeUserPool"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    let [pool] = of_kind(&broken, POOL)[..] else { panic!("{:?}", broken.resources) };
    for name in ["Policies", "MfaConfiguration", "AccountRecoverySetting", "DeletionProtection"] {
        assert!(pool.gaps.contains_key(name) && !pool.attributes.contains_key(name), "{name}");
    }
    let fault = Fault { operation: Some("DescribeUserPoolClient"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    let [web] = of_kind(&broken, CLIENT)[..] else { panic!("{:?}", broken.resources) };
    for name in ["AccessTokenValidity", "RefreshTokenValidity", "TokenValidityUnits"] {
        assert!(web.gaps.contains_key(name) && !web.attributes.contains_key(name), "{name}: a default from nothing");
    }
}
