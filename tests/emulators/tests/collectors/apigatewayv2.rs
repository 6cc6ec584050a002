use aws_config::SdkConfig;
use aws_sdk_apigatewayv2::types::ProtocolType;
use kakunin::table::apigatewayv2::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_apigatewayv2::ApiGatewayV2Service;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let gateway = aws_sdk_apigatewayv2::Client::new(&config);
    for i in 0..n {
        let api =
            gateway.create_api().name(format!("api-{n}-{i}")).protocol_type(ProtocolType::Http).send().await.unwrap();
        gateway.create_route().api_id(api.api_id().unwrap()).route_key("GET /orders").send().await.unwrap();
    }
}

#[tokio::test]
async fn apis_keep_the_rules() {
    let client = || emulator(ApiGatewayV2Service::new());
    keeps_the_rules(client, &SERVICE, "AWS::ApiGatewayV2::Api", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator(ApiGatewayV2Service::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [api] = of_kind(&snapshot, "AWS::ApiGatewayV2::Api")[..] else { panic!("one") };
    assert_eq!(api.attributes["Routes"][0]["AuthorizationType"], "NONE");
}
