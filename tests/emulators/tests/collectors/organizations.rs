use aws_sdk_organizations::types::OrganizationFeatureSet;
use kakunin::table::ACCOUNT_KIND;
use kakunin::table::organizations::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use winterbaume_organizations::OrganizationsService;

use crate::emulator;

#[tokio::test]
async fn an_account_is_in_an_organisation_or_in_none() {
    let client = emulator(OrganizationsService::new());
    let alone = run(&client, &SERVICE, None).await;
    assert_eq!(of_kind(&alone, ACCOUNT_KIND)[0].attributes["OrganizationId"], serde_json::Value::Null);
    aws_sdk_organizations::Client::new(&config(&client, "us-east-1").await)
        .create_organization()
        .feature_set(OrganizationFeatureSet::All)
        .send()
        .await
        .unwrap();
    let member = run(&client, &SERVICE, None).await;
    assert_eq!(of_kind(&member, ACCOUNT_KIND)[0].attributes["OrganizationFeatureSet"], "ALL");
    let fault = Fault { operation: Some("DescribeOrganization"), region: None, kind: FaultKind::Denied };
    let broken = run(&client, &SERVICE, Some(fault)).await;
    assert!(of_kind(&broken, ACCOUNT_KIND)[0].gaps.contains_key("OrganizationId"), "refused is not \"in none\"");
}
