use kakunin::table::guardduty::SERVICE;
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, run};
use winterbaume_guardduty::GuardDutyService;

use crate::emulator;

const DETECTOR: &str = "AWS::GuardDuty::Detector";

// A region has one detector at most, so the rules for many are tried here by hand.
#[tokio::test]
async fn a_detector_says_what_it_found() {
    let client = emulator(GuardDutyService::new());
    let empty = run(&client, &SERVICE, None).await;
    assert!(of_kind(&empty, DETECTOR).is_empty() && empty.gaps.is_empty(), "{:?}", empty.gaps);
    let guardduty = aws_sdk_guardduty::Client::new(&config(&client, "us-east-1").await);
    let id = guardduty.create_detector().enable(true).send().await.unwrap().detector_id.unwrap();
    let quiet = run(&client, &SERVICE, None).await;
    let [detector] = of_kind(&quiet, DETECTOR)[..] else { panic!("{:?}", quiet.resources) };
    assert_eq!(detector.attributes["Status"], "ENABLED");
    assert_eq!(detector.attributes["HighFindings"], 0);
    assert_eq!(detector.attributes["OldestHighFinding"], serde_json::Value::Null);

    guardduty.create_sample_findings().detector_id(&id).send().await.unwrap();
    let loud = run(&client, &SERVICE, None).await;
    let [detector] = of_kind(&loud, DETECTOR)[..] else { panic!("{:?}", loud.resources) };
    assert_eq!(detector.attributes["HighFindings"], 1);
    assert!(detector.attributes["OldestHighFinding"].is_string());

    // Findings that cannot be read are no "none".
    for (operation, attribute) in [("ListFindings", "HighFindings"), ("GetFindings", "OldestHighFinding")] {
        for kind in [FaultKind::Denied, FaultKind::Throttled, FaultKind::Timeout, FaultKind::Truncated] {
            let fault = Fault { operation: Some(operation), region: None, kind };
            let broken = run(&client, &SERVICE, Some(fault)).await;
            let [detector] = of_kind(&broken, DETECTOR)[..] else { panic!("{:?}", broken.resources) };
            assert!(detector.gaps.contains_key(attribute), "{operation} {kind:?}");
            assert!(!detector.attributes.contains_key(attribute), "{operation} {kind:?}");
        }
    }
}
