use kakunin::table::acm::SERVICE;
use kakunin_emulator_tests::keeps_the_rules;
use winterbaume_acm::AcmService;

use crate::emulator;

#[tokio::test]
async fn certificates_keep_the_rules() {
    keeps_the_rules(
        || emulator(AcmService::new()),
        &SERVICE,
        "AWS::CertificateManager::Certificate",
        &[],
        |config, n| async move {
            let acm = aws_sdk_acm::Client::new(&config);
            for i in 0..n {
                acm.request_certificate().domain_name(format!("orders-{n}-{i}.example.com")).send().await.unwrap();
            }
        },
    )
    .await;
}
