//! IAM Access Analyzer.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, need, opt};

/// Access Analyzer ListAnalyzers.
pub static LIST_ANALYZERS: Operation = Operation::regional(
    "accessanalyzer",
    "ListAnalyzers",
    "accessanalyzer list-analyzers",
    &["access-analyzer:ListAnalyzers"],
);
/// Access Analyzer ListFindingsV2: the active ones.
pub static LIST_FINDINGS_V2: Operation = Operation::regional(
    "accessanalyzer",
    "ListFindingsV2",
    "accessanalyzer list-findings-v2",
    &["access-analyzer:ListFindings"],
);

/// An analyzer.
pub static ANALYZER: Kind = Kind {
    name: "AWS::AccessAnalyzer::Analyzer",
    list: &LIST_ANALYZERS,
    tags: Some(&LIST_ANALYZERS),
    locate: "",
    attributes: &[
        attr("AnalyzerName", Str, &LIST_ANALYZERS),
        attr("Type", Str, &LIST_ANALYZERS),
        attr("Status", Str, &LIST_ANALYZERS),
        opt("LastResourceAnalyzedAt", Time, &LIST_ANALYZERS),
        attr("ActiveFindings", Int, &LIST_FINDINGS_V2),
        attr("ActiveFindingResources", List, &LIST_FINDINGS_V2),
    ],
};

/// What a region says of access analysis.
pub static REGION_ANALYSIS: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[fact(
        "facts.access_analyzer_on",
        Bool,
        &[need("AWS::AccessAnalyzer::Analyzer", &["Type", "Status"])],
    )],
};

/// IAM Access Analyzer.
pub static SERVICE: Service = Service {
    name: "accessanalyzer",
    operations: &[&LIST_ANALYZERS, &LIST_FINDINGS_V2],
    kinds: &[&ANALYZER, &REGION_ANALYSIS],
};
