//! The API: its answers are what its own document says, and nothing more.

use serde_json::{Value, json};

use super::*;

/// Paths of the document and requests for them.
const ASKED: [(&str, &str); 14] = [
    ("/api/v1/sheets", "/api/v1/sheets"),
    ("/api/v1/sheets/{sheet}", "/api/v1/sheets/shop"),
    ("/api/v1/sheets/{sheet}/items", "/api/v1/sheets/shop/items"),
    ("/api/v1/sheets/{sheet}/items", "/api/v1/sheets/shop/items?run=1&verdict=FAIL,PASS&q=a"),
    ("/api/v1/sheets/{sheet}/items/{item}", "/api/v1/sheets/shop/items/5.4"),
    ("/api/v1/sheets/{sheet}/items/{item}", "/api/v1/sheets/shop/items/6.29?run=2"),
    ("/api/v1/sheets/{sheet}/runs", "/api/v1/sheets/shop/runs?limit=2"),
    ("/api/v1/sheets/{sheet}/runs/{run}", "/api/v1/sheets/shop/runs/latest"),
    ("/api/v1/sheets/{sheet}/transitions", "/api/v1/sheets/shop/transitions"),
    ("/api/v1/sheets/{sheet}/transitions", "/api/v1/sheets/shop/transitions?item=5.4&run=4"),
    ("/api/v1/sheets/{sheet}/findings", "/api/v1/sheets/shop/findings?check=rds/instance-multi-az&limit=5"),
    ("/api/v1/sheets/{sheet}/gaps", "/api/v1/sheets/shop/gaps"),
    ("/api/v1/letters", "/api/v1/letters"),
    ("/api/v1/letters", "/api/v1/letters?state=dead&sheet=shop"),
];

/// Takes away what a schema leaves open: a field that it does not name is an error.
fn close(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.get("properties").is_some_and(Value::is_object) && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            into.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let site = Site::new(Login::None).await;
    let document = site.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut all = Vec::new();
    references(&document, &mut all);
    assert!(all.len() > 30);
    for reference in all {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    let mut described: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for (path, request) in ASKED {
        described.retain(|other| *other != path);
        let schema = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let mut schema = json!({"allOf": [schema], "components": document["components"]});
        close(&mut schema["components"]["schemas"]);
        let validator = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{path}: {error}"));
        let got = site.get(request).await;
        assert_eq!((got.status, got.header("content-type")), (200, "application/json"), "{request}: {}", got.body);
        let body = got.json();
        let errors: Vec<String> =
            validator.iter_errors(&body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(errors.is_empty(), "{request}: {errors:#?}");
        assert!(!validator.is_valid(&json!({"nothing": true})), "{path}: the schema takes anything");
    }
    assert!(described.is_empty(), "not asked for: {described:?}");
}

#[tokio::test]
async fn answers_say_what_the_history_holds() {
    let site = Site::new(Login::None).await;
    let items = site.get("/api/v1/sheets/shop/items?verdict=fail").await.json();
    let ids: Vec<&str> = items["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["5.4", "5.5"]);
    assert_eq!(items["items"][0]["since"], "2026-03-01T00:00:00Z");
    let item = site.get("/api/v1/sheets/shop/items/5.4").await.json();
    let verdicts: Vec<&Value> = item["stretches"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|stretch| stretch["claim"].is_null())
        .map(|stretch| &stretch["verdict"])
        .collect();
    assert_eq!(verdicts, ["PASS", "FAIL"]);
    let findings = site.get("/api/v1/sheets/shop/findings?check=rds/instance-multi-az&limit=5").await.json();
    assert_eq!(findings["findings"].as_array().unwrap().len(), 5);
    assert_eq!(findings["total"], 12);
    let gaps = site.get("/api/v1/sheets/shop/gaps").await.json();
    assert_eq!(gaps["gaps"][0]["refused"], json!(["s3:GetEncryptionConfiguration"]));
    assert_eq!(gaps["gaps"][0]["needed"], json!(["s3:GetEncryptionConfiguration"]));
    let runs = site.get("/api/v1/sheets/shop/runs?limit=2").await.json();
    assert_eq!(runs["runs"].as_array().unwrap().iter().map(|run| &run["seq"]).collect::<Vec<_>>(), [4, 3]);
}

#[tokio::test]
async fn problems_are_told_as_problems() {
    let site = Site::new(Login::None).await;
    let document = site.get("/api/v1/openapi.json").await.json();
    let schema = json!({"$ref": "#/components/schemas/Problem", "components": document["components"]});
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (path, status) in [
        ("/api/v1/sheets/none", 404),
        ("/api/v1/sheets/none/runs", 404),
        ("/api/v1/sheets/none/transitions", 404),
        ("/api/v1/sheets/shop/items/9.99", 404),
        ("/api/v1/sheets/shop/runs/99", 404),
        ("/api/v1/sheets/shop/items?verdict=GREEN", 400),
        ("/api/v1/sheets/shop/runs?limit=many", 400),
        ("/api/v1/sheets/shop/findings", 400),
        ("/api/v1/sheets/shop/findings?check=a&limit=0", 400),
        ("/api/v1/letters?state=lost", 400),
        ("/api/v2/sheets", 404),
    ] {
        let got = site.get(path).await;
        assert_eq!((got.status, got.header("content-type")), (status, "application/problem+json"), "{path}");
        let body = got.json();
        assert!(validator.is_valid(&body), "{path}: {body}");
        assert_eq!(body["status"], status, "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again() {
    let site = Site::new(Login::None).await;
    let first = site.get("/api/v1/sheets/shop/items").await;
    let tag = first.header("etag").to_owned();
    let again = site.send(site.request("/api/v1/sheets/shop/items").header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let other = site.send(site.request("/api/v1/sheets/shop/items?run=1").header("if-none-match", &tag)).await;
    assert_eq!(other.status, 200);
}
