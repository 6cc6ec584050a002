use kakunin::table::route53::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_route53::Route53Service;

use crate::emulator;

#[tokio::test]
async fn zones_keep_the_rules() {
    keeps_the_rules(
        || emulator(Route53Service::new()),
        &SERVICE,
        "AWS::Route53::HostedZone",
        &[],
        |config, n| async move {
            let route53 = aws_sdk_route53::Client::new(&config);
            for i in 0..n {
                let name = format!("orders-{n}-{i}.example.com");
                route53.create_hosted_zone().name(&name).caller_reference(&name).send().await.unwrap();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_zone_without_query_logging_says_so() {
    let client = emulator(Route53Service::new());
    let route53 = aws_sdk_route53::Client::new(&config(&client, "us-east-1").await);
    route53.create_hosted_zone().name("example.com").caller_reference("1").send().await.unwrap();
    let snapshot = run(&client, &SERVICE, None).await;
    let [zone] = of_kind(&snapshot, "AWS::Route53::HostedZone")[..] else { panic!("{:?}", snapshot.resources) };
    assert_eq!(zone.attributes["QueryLoggingConfigs"].as_array().unwrap().len(), 0);
    assert_eq!(zone.region, "aws-global");
}
