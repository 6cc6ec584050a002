use aws_config::SdkConfig;
use kakunin::table::apigateway::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_apigateway::ApiGatewayService;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let gateway = aws_sdk_apigateway::Client::new(&config);
    for i in 0..n {
        let api = gateway.create_rest_api().name(format!("api-{n}-{i}")).send().await.unwrap();
        let api = api.id().unwrap();
        let resources = gateway.get_resources().rest_api_id(api).send().await.unwrap();
        let root = resources.items()[0].id().unwrap();
        for (verb, auth) in [("GET", "NONE"), ("OPTIONS", "NONE"), ("POST", "AWS_IAM")] {
            gateway
                .put_method()
                .rest_api_id(api)
                .resource_id(root)
                .http_method(verb)
                .authorization_type(auth)
                .send()
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn apis_keep_the_rules() {
    let client = || emulator(ApiGatewayService::new());
    keeps_the_rules(client, &SERVICE, "AWS::ApiGateway::RestApi", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(ApiGatewayService::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [api] = of_kind(&snapshot, "AWS::ApiGateway::RestApi")[..] else { panic!("one") };
    assert_eq!(api.attributes["Name"], "api-1-0");
    // The emulator embeds no methods, so that what they say is not seen here.
    assert_eq!(api.attributes["Methods"], serde_json::json!([]), "{:?}", api.gaps);
    assert_eq!(api.attributes["Stages"], serde_json::json!([]));
}
