use kakunin::model::{GapReason, Resource, Snapshot};
use kakunin::table::REGION_KIND;
use kakunin::table::macie2::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use serde_json::Value;
use winterbaume_macie2::Macie2Service;

use crate::emulator;

fn region<'a>(snapshot: &'a Snapshot, name: &str) -> &'a Resource {
    of_kind(snapshot, REGION_KIND).into_iter().find(|r| r.id == name).unwrap()
}

#[tokio::test]
async fn a_region_says_whether_macie_is_on() {
    let client = emulator(Macie2Service::new());
    let off = run(&client, &SERVICE, None).await;
    assert!(off.gaps.is_empty(), "{:?}", off.gaps);
    assert_eq!(region(&off, "us-east-1").attributes["MacieStatus"], Value::Null);
    assert!(region(&off, "us-east-1").evidence.contains_key("macie2:GetMacieSession"));

    let macie = aws_sdk_macie2::Client::new(&config(&client, "us-east-1").await);
    macie.enable_macie().send().await.unwrap();
    let on = run(&client, &SERVICE, None).await;
    assert_eq!(region(&on, "us-east-1").attributes["MacieStatus"], "ENABLED");
    assert_eq!(region(&on, "eu-west-1").attributes["MacieStatus"], Value::Null);
}

// Macie says "not enabled" with the code of a refusal, so a refusal must not become "not enabled".
#[tokio::test]
async fn a_session_that_is_not_read_is_not_one_that_is_off() {
    let client = emulator(Macie2Service::new());
    let faults = [
        (FaultKind::Denied, GapReason::Denied),
        (FaultKind::Throttled, GapReason::Throttled),
        (FaultKind::Timeout, GapReason::Timeout),
        (FaultKind::ServerError, GapReason::Error),
    ];
    for (kind, reason) in faults {
        let fault = Fault { operation: Some("GetMacieSession"), region: Some("us-east-1"), kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        let here = region(&broken, "us-east-1");
        assert_eq!(here.gaps.get("MacieStatus").map(|gap| gap.reason), Some(reason), "{kind:?}");
        assert!(!here.attributes.contains_key("MacieStatus"), "{kind:?}");
        assert_eq!(region(&broken, "eu-west-1").attributes["MacieStatus"], Value::Null);
    }
}
