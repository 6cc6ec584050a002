use aws_sdk_account::types::AlternateContactType;
use kakunin::table::ACCOUNT_KIND;
use kakunin::table::account::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use winterbaume_account::AccountService;

use crate::emulator;

#[tokio::test]
async fn contacts_are_there_absent_or_unread() {
    let client = emulator(AccountService::new());
    let account = aws_sdk_account::Client::new(&config(&client, "us-east-1").await);
    account
        .put_alternate_contact()
        .alternate_contact_type(AlternateContactType::Security)
        .email_address("security@example.com")
        .name("Security")
        .title("CISO")
        .phone_number("+10000000")
        .send()
        .await
        .unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [account] = of_kind(&snapshot, ACCOUNT_KIND)[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(account.attributes["SecurityContact"], "security@example.com");
    assert_eq!(account.attributes["OperationsContact"], serde_json::Value::Null);
    assert_eq!(account.attributes["BillingContact"], serde_json::Value::Null);
    for kind in [FaultKind::Denied, FaultKind::Throttled, FaultKind::Timeout, FaultKind::ServerError] {
        let fault = Fault { operation: Some("GetAlternateContact"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        let [account] = of_kind(&broken, ACCOUNT_KIND)[..] else { panic!("{:?}", broken.resources) };
        for name in ["SecurityContact", "OperationsContact", "BillingContact"] {
            assert!(account.gaps.contains_key(name) && !account.attributes.contains_key(name), "{name} {kind:?}");
        }
    }
}
