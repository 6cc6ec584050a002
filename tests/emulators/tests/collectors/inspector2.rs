use aws_sdk_inspector2::types::ResourceScanType;
use kakunin::model::CoverageState;
use kakunin::table::REGION_KIND;
use kakunin::table::inspector2::{LIST_FINDINGS, SERVICE};
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, read, run};
use winterbaume_inspector2::Inspector2Service;

use crate::emulator;

#[tokio::test]
async fn a_region_says_what_is_scanned() {
    let client = emulator(Inspector2Service::new());
    let inspector = aws_sdk_inspector2::Client::new(&config(&client, "us-east-1").await);
    inspector.enable().account_ids("123456789012").resource_types(ResourceScanType::Ec2).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let regions = of_kind(&snapshot, REGION_KIND);
    let at = |name: &str| regions.iter().find(|r| r.id == name).unwrap();
    assert_eq!(at("us-east-1").attributes["InspectorEc2Status"], "ENABLED");
    assert_ne!(at("eu-west-1").attributes["InspectorEc2Status"], "ENABLED");
    assert_eq!(read(&snapshot, &LIST_FINDINGS, "us-east-1"), Some(CoverageState::Read));
    for kind in [FaultKind::Denied, FaultKind::ServerError, FaultKind::Truncated] {
        let fault = Fault { operation: Some("BatchGetAccountStatus"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        for region in of_kind(&broken, REGION_KIND) {
            assert!(region.gaps.contains_key("InspectorEc2Status"), "{kind:?}");
        }
        let fault = Fault { operation: Some("ListFindings"), region: None, kind };
        let broken = run(&client, &SERVICE, Some(fault)).await;
        assert_ne!(read(&broken, &LIST_FINDINGS, "us-east-1"), Some(CoverageState::Read), "{kind:?}");
    }
}
