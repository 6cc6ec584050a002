use aws_sdk_accessanalyzer::types::Type;
use kakunin::table::accessanalyzer::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_accessanalyzer::AccessAnalyzerService;

use crate::emulator;

#[tokio::test]
async fn analyzers_keep_the_rules() {
    keeps_the_rules(
        || emulator(AccessAnalyzerService::new()),
        &SERVICE,
        "AWS::AccessAnalyzer::Analyzer",
        // The emulator lacks it: a gap in every run.
        &["ListFindingsV2"],
        |config, n| async move {
            let access = aws_sdk_accessanalyzer::Client::new(&config);
            for i in 0..n {
                let name = format!("external-{n}-{i}");
                access.create_analyzer().analyzer_name(name).r#type(Type::Account).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn findings_that_are_not_answered_are_a_gap() {
    let client = emulator(AccessAnalyzerService::new());
    let access = aws_sdk_accessanalyzer::Client::new(&config(&client, "us-east-1").await);
    access.create_analyzer().analyzer_name("external").r#type(Type::Account).send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [analyzer] = of_kind(&snapshot, "AWS::AccessAnalyzer::Analyzer")[..] else { panic!("no analyzer") };
    assert_eq!(analyzer.attributes["Type"], "ACCOUNT");
    assert!(analyzer.gaps.contains_key("ActiveFindings") && !analyzer.attributes.contains_key("ActiveFindings"));
}
