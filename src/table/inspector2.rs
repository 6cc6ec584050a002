//! Amazon Inspector.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, opt};

/// Inspector BatchGetAccountStatus, of the account itself.
pub static BATCH_GET_ACCOUNT_STATUS: Operation = Operation::regional(
    "inspector2",
    "BatchGetAccountStatus",
    "inspector2 batch-get-account-status",
    &["inspector2:BatchGetAccountStatus"],
);
/// Inspector ListFindings: the active ones of critical and high severity.
pub static LIST_FINDINGS: Operation =
    Operation::regional("inspector2", "ListFindings", "inspector2 list-findings", &["inspector2:ListFindings"]);

/// Inspector's state in a region: `ENABLED`, `DISABLED`, …
pub static REGION_SCANNING: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[
        attr("InspectorStatus", Str, &BATCH_GET_ACCOUNT_STATUS),
        attr("InspectorEc2Status", Str, &BATCH_GET_ACCOUNT_STATUS),
        attr("InspectorEcrStatus", Str, &BATCH_GET_ACCOUNT_STATUS),
        attr("InspectorLambdaStatus", Str, &BATCH_GET_ACCOUNT_STATUS),
        opt("InspectorLambdaCodeStatus", Str, &BATCH_GET_ACCOUNT_STATUS),
        fact(
            "facts.inspector_on",
            Bool,
            &[super::need(REGION_KIND, &["InspectorEc2Status", "InspectorEcrStatus", "InspectorLambdaStatus"])],
        ),
    ],
};

/// An active finding of critical or high severity.
pub static FINDING: Kind = Kind {
    name: "AWS::InspectorV2::Finding",
    list: &LIST_FINDINGS,
    tags: None,
    locate: "",
    attributes: &[
        attr("Severity", Str, &LIST_FINDINGS),
        attr("Type", Str, &LIST_FINDINGS),
        opt("Title", Str, &LIST_FINDINGS),
        attr("FirstObservedAt", Time, &LIST_FINDINGS),
        opt("FixAvailable", Str, &LIST_FINDINGS),
        attr("Resources", List, &LIST_FINDINGS),
    ],
};

/// Amazon Inspector.
pub static SERVICE: Service = Service {
    name: "inspector2",
    operations: &[&BATCH_GET_ACCOUNT_STATUS, &LIST_FINDINGS],
    kinds: &[&REGION_SCANNING, &FINDING],
};
