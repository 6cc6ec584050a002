//! `kakunin map`, as a person and as a program call it.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

fn sheet(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let text = "No,確認事項,回答\n1,多要素認証を使っている,○\n2,従業員に教育を行っている,○\n3,データセンターは耐震構造である,-\n4,詳細を見よ https://example.com/policy,○\n5,その他,○\n";
    std::fs::write(&path, text).unwrap();
    path
}

fn kakunin(args: &[&str]) -> Output {
    Command::cargo_bin("kakunin").unwrap().env("COLUMNS", "240").args(args).output().unwrap()
}

#[test]
fn programs_get_every_item_with_candidates_and_reasons() {
    let path = sheet("map-json.csv");
    let output = kakunin(&["map", path.to_str().unwrap(), "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema"], "kakunin.mapping/1");
    assert_eq!(json["sheet"]["name"], "map-json.csv");
    let items = json["items"].as_array().unwrap();
    let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    assert_eq!(items[0]["topics"], serde_json::json!(["mfa"]));
    assert_eq!(items[0]["nature"], "technical");
    assert!(items[0]["reason"]["en"].as_str().unwrap().contains("means mfa"));
    assert_eq!((&items[1]["topics"], &items[1]["nature"]), (&serde_json::json!([]), &Value::from("organisational")));
    // What AWS's side rests on is no topic that the item speaks of.
    assert_eq!((&items[2]["topics"], &items[2]["nature"]), (&serde_json::json!([]), &Value::from("inherited")));
    assert_eq!(items[2]["preconditions"], serde_json::json!(["runs-on-aws-only"]));
    assert!(items[3]["topics"].as_array().unwrap().contains(&Value::from("published-page")));
    for item in items {
        assert!(!item["claims"].as_array().unwrap().is_empty());
        for candidate in item["candidates"].as_array().unwrap() {
            assert!(candidate["reason"]["ja"].is_string() && candidate["confidence"].is_f64());
        }
    }
    assert_eq!(output.stdout, kakunin(&["map", path.to_str().unwrap(), "--json"]).stdout);
}

#[test]
fn people_get_a_table_and_are_told_that_it_decides_nothing() {
    let path = sheet("map-table.csv");
    let output = kakunin(&["map", path.to_str().unwrap(), "--lang", "en"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("mfa 0.9") && text.contains("5 items: "), "{text}");
    assert!(text.contains("decides nothing until it is approved"), "{text}");
    let output = kakunin(&["map", path.to_str().unwrap(), "--lang", "ja"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("「多要素認証」は mfa(多要素認証)を指す"));
}

#[test]
fn a_file_that_is_no_sheet_is_refused() {
    let output = kakunin(&["map", "/nowhere/sheet.csv"]);
    assert_eq!(output.status.code(), Some(65));
}
