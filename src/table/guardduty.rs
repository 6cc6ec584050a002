//! Amazon GuardDuty.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, need, opt};

/// GuardDuty ListDetectors.
pub static LIST_DETECTORS: Operation =
    Operation::regional("guardduty", "ListDetectors", "guardduty list-detectors", &["guardduty:ListDetectors"]);
/// GuardDuty GetDetector.
pub static GET_DETECTOR: Operation =
    Operation::regional("guardduty", "GetDetector", "guardduty get-detector", &["guardduty:GetDetector"]);
/// GuardDuty ListFindings: those that are of high severity and not archived.
pub static LIST_FINDINGS: Operation =
    Operation::regional("guardduty", "ListFindings", "guardduty list-findings", &["guardduty:ListFindings"]);
/// GuardDuty GetFindings.
pub static GET_FINDINGS: Operation = Operation::regional(
    "guardduty",
    "GetFindings",
    "guardduty get-findings",
    &["guardduty:GetFindings", "guardduty:ListFindings"],
);

/// A detector.
pub static DETECTOR: Kind = Kind {
    name: "AWS::GuardDuty::Detector",
    list: &LIST_DETECTORS,
    tags: Some(&GET_DETECTOR),
    locate: "",
    attributes: &[
        attr("Status", Str, &GET_DETECTOR),
        attr("FindingPublishingFrequency", Str, &GET_DETECTOR),
        attr("Features", List, &GET_DETECTOR),
        attr("HighFindings", Int, &LIST_FINDINGS),
        // Null where there is no such finding.
        opt("OldestHighFinding", Time, &GET_FINDINGS),
    ],
};

/// What a region says of threat detection.
pub static REGION_DETECTION: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[fact("facts.guardduty_on", Bool, &[need("AWS::GuardDuty::Detector", &["Status"])])],
};

/// Amazon GuardDuty.
pub static SERVICE: Service = Service {
    name: "guardduty",
    operations: &[&LIST_DETECTORS, &GET_DETECTOR, &LIST_FINDINGS, &GET_FINDINGS],
    kinds: &[&DETECTOR, &REGION_DETECTION],
};
