//! The language model's part in a mapping, over HTTP against a server of Converse's shape (AWS's page "Converse", Amazon
//! Bedrock API Reference): what is asked, what is taken, and what is not.
#![cfg(feature = "bedrock")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const SHEET: &str = "No.\t確認事項\t回答\t備考\n\
    1\t保存されるデータを暗号化しているか\t○\t\n\
    2\tデータのバックアップを毎日取得しているか\t○\t\n\
    3\t従業員に毎年セキュリティ教育を行っているか\t○\t\n";

/// Answers as a model would: for each claim, through the tool.
struct Model {
    /// What the model says of a claim, given the claim as it was asked.
    choose: fn(&Value) -> Value,
}

impl Respond for Model {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let tool = &asked["toolConfig"]["tools"][0]["toolSpec"];
        let user: Value = serde_json::from_str(asked["messages"][0]["content"][0]["text"].as_str().unwrap()).unwrap();
        let claims: Vec<Value> = user["claims"].as_array().unwrap().iter().map(self.choose).collect();
        let used = json!({"toolUseId": "t-1", "name": tool["name"], "input": {"claims": claims}});
        ResponseTemplate::new(200).set_body_json(json!({
            "output": {"message": {"role": "assistant", "content": [{"toolUse": used}]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
            "metrics": {"latencyMs": 1},
        }))
    }
}

fn kakunin(dir: &Path, endpoint: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(args)
        .current_dir(dir)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("XDG_DATA_HOME", dir)
        .env("LANG", "C")
        .env_remove("AWS_PROFILE")
        .output()
        .unwrap()
}

/// `kakunin map` with a model that chooses so; its output, and the requests that left the program.
async fn mapped(choose: fn(&Value) -> Value, model: bool) -> (Value, String, Vec<Request>) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Model { choose }).mount(&server).await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sheet.tsv"), SHEET).unwrap();
    let mut args = vec!["map", "sheet.tsv", "--json"];
    if model {
        args.extend(["--model", "some.model-v1:0"]);
    }
    let (path, endpoint) = (dir.path().to_owned(), server.uri());
    let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
    let out = tokio::task::spawn_blocking(move || {
        kakunin(&path, &endpoint, &args.iter().map(String::as_str).collect::<Vec<_>>())
    })
    .await
    .unwrap();
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{told}");
    (serde_json::from_slice(&out.stdout).unwrap(), told, server.received_requests().await.unwrap())
}

fn first_candidate(claim: &Value) -> Value {
    json!({"id": claim["id"], "nature": "technical", "topics": [claim["candidates"][0]["topic"]],
           "reason_ja": "モデルの理由", "reason_en": "the model's reason"})
}

#[tokio::test(flavor = "multi_thread")]
async fn no_model_is_asked_unless_one_is_named() {
    let (_, _, requests) = mapped(first_candidate, false).await;
    assert!(requests.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_among_the_candidates_is_taken_and_marked() {
    let (mapping, told, requests) = mapped(first_candidate, true).await;
    assert!(!requests.is_empty());
    for request in &requests {
        assert_eq!(request.url.path(), "/model/some.model-v1%3A0/converse");
        assert!(request.headers["authorization"].to_str().unwrap().contains("/bedrock/aws4_request"));
    }
    let encrypted = &mapping["items"][0];
    let claim = &encrypted["claims"][0];
    assert_eq!(claim["reason"]["en"], "the model's reason", "{encrypted}\n{told}");
    assert_eq!(encrypted["proposed_by"], "some.model-v1:0");
    assert_eq!(encrypted["topics"], json!(["encryption-at-rest"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_offered_is_not_taken() {
    let (plain, ..) = mapped(first_candidate, false).await;
    let invented = |claim: &Value| json!({"id": claim["id"], "nature": "technical", "topics": ["everything-is-fine"], "reason_ja": "", "reason_en": ""});
    let (mapping, told, requests) = mapped(invented, true).await;
    assert!(!requests.is_empty());
    assert_eq!(mapping["items"], plain["items"], "the built-in proposal stays");
    assert!(told.contains("everything-is-fine"), "and it is told: {told}");
}
