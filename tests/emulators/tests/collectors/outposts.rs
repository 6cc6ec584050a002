use kakunin::table::outposts::SERVICE;
use kakunin_emulator_tests::keeps_the_rules;
use winterbaume_outposts::OutpostsService;

use crate::emulator;

#[tokio::test]
async fn outposts_keep_the_rules() {
    keeps_the_rules(
        || emulator(OutpostsService::new()),
        &SERVICE,
        "AWS::Outposts::Outpost",
        &[],
        |config, n| async move {
            let outposts = aws_sdk_outposts::Client::new(&config);
            for i in 0..n {
                let site = outposts.create_site().name(format!("site-{n}-{i}")).send().await.unwrap();
                let site = site.site.unwrap().site_id.unwrap();
                outposts.create_outpost().name(format!("op-{n}-{i}")).site_id(site).send().await.unwrap();
            }
        },
    )
    .await;
}
