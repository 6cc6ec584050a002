use aws_config::SdkConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, FunctionCode, FunctionUrlAuthType, Runtime};
use kakunin::table::lambda::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_lambda::LambdaService;

use crate::emulator;

async fn make(config: SdkConfig, n: usize) {
    let lambda = aws_sdk_lambda::Client::new(&config);
    for i in 0..n {
        let name = format!("f-{n}-{i}");
        lambda
            .create_function()
            .function_name(&name)
            .runtime(Runtime::Python312)
            .role("arn:aws:iam::123456789012:role/lambda")
            .handler("app.handler")
            .code(FunctionCode::builder().zip_file(Blob::new(b"PK".to_vec())).build())
            .environment(Environment::builder().variables("DB_PASSWORD", "hunter2hunter2").build())
            .send()
            .await
            .unwrap();
        lambda
            .create_function_url_config()
            .function_name(&name)
            .auth_type(FunctionUrlAuthType::None)
            .send()
            .await
            .unwrap();
        lambda
            .add_permission()
            .function_name(&name)
            .statement_id("everybody")
            .action("lambda:InvokeFunction")
            .principal("*")
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn functions_keep_the_rules() {
    let client = || emulator(LambdaService::new());
    keeps_the_rules(client, &SERVICE, "AWS::Lambda::Function", &[], make).await;
}

#[tokio::test]
async fn attributes_say_what_was_made_and_hold_no_secret() {
    let client = emulator(LambdaService::new());
    make(config(&client, "us-east-1").await, 1).await;
    let snapshot = run(&client, &SERVICE, None).await;
    let [function] = of_kind(&snapshot, "AWS::Lambda::Function")[..] else { panic!("one") };
    assert_eq!(function.attributes["Runtime"], "python3.12");
    assert_eq!(function.attributes["EnvironmentNames"], serde_json::json!(["DB_PASSWORD"]));
    assert_eq!(function.attributes["FunctionUrlAuthTypes"], serde_json::json!(["NONE"]));
    assert_eq!(function.attributes["Policy"]["Statement"][0]["Sid"], "everybody");
    assert!(!serde_json::to_string(&snapshot.resources).unwrap().contains("hunter2"));
}
