//! `kakunin alert`, as a person runs it, against a receiver on this machine.

use std::path::Path;
use std::process::{Command, Output};

use kakunin::history::{History, Place, Store};
use kakunin::model::*;

use crate::receiver::Receiver;

fn kakunin(folder: &Path, url: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .arg("alert")
        .args(args)
        .current_dir(folder)
        .env("LANG", "C")
        .env("HOOK_URL", url)
        .env("HOOK_SECRET", "s3cr3t-key")
        .env_remove("HOOK_MISSING")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SETTINGS: &str = r#"
[history]
name = "shop"

[[channel]]
name   = "ops"
kind   = "webhook"
url    = { env = "HOOK_URL" }
secret = { env = "HOOK_SECRET" }

[[channel]]
name = "log"
kind = "stdout"
"#;

fn project(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kakunin.toml"), settings).unwrap();
    folder
}

#[test]
fn a_test_says_which_channels_work() {
    let receiver = Receiver::start();
    receiver.behave();
    let folder = project(SETTINGS);
    let done = kakunin(folder.path(), &format!("{}/hook", receiver.url), &["test"]);
    let out = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{out}{}", text(&done.stderr));
    assert!(out.contains("ops: delivered") && out.contains("log: delivered"), "{out}");
    let line = out.lines().find(|line| line.starts_with('{')).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["schema"], &line["message"]["purpose"]), (&"kakunin.alert/1".into(), &"test".into()));
    assert_eq!(receiver.arrived().len(), 1);

    let one = kakunin(folder.path(), &format!("{}/hook", receiver.url), &["test", "log"]);
    assert!(!text(&one.stdout).contains("ops") && receiver.arrived().len() == 1);
    let unknown = kakunin(folder.path(), &receiver.url, &["test", "opps"]);
    assert_eq!(unknown.status.code(), Some(64));
    assert!(text(&unknown.stderr).contains("found \"opps\""), "{}", text(&unknown.stderr));
}

#[test]
fn a_test_that_fails_says_why_and_no_secret() {
    let receiver = Receiver::start();
    receiver.refuse();
    let missing = "[[channel]]\nname = \"chat\"\nkind = \"slack\"\nurl = { env = \"HOOK_MISSING\" }\n";
    let folder = project(&format!("{SETTINGS}\n{missing}"));
    let done = kakunin(folder.path(), &format!("{}/SECRETPATH", receiver.url), &["test"]);
    let out = format!("{}{}", text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(1), "{out}");
    assert!(out.contains("ops: refused: the receiver answered 404: no_service"), "{out}");
    assert!(out.contains("chat: not delivered now") && out.contains("HOOK_MISSING, found it not set"), "{out}");
    assert!(!out.contains("SECRETPATH") && !out.contains("s3cr3t"), "{out}");
    assert!(out.contains("log: delivered"), "a channel that fails keeps no other from its test: {out}");

    let none = kakunin(project("").path(), "x", &["test"]);
    assert_eq!(none.status.code(), Some(64));
    assert!(text(&none.stderr).contains("[[channel]]"));
}

#[test]
fn a_dead_letter_is_seen_and_sent_again() {
    let receiver = Receiver::start();
    receiver.refuse();
    let url = format!("{}/hook", receiver.url);
    let folder = project(SETTINGS);
    let run = |args: &[&str]| {
        let done = kakunin(folder.path(), &url, args);
        (done.status.code(), format!("{}{}", text(&done.stdout), text(&done.stderr)))
    };
    let (code, told) = run(&["list"]);
    assert_eq!(code, Some(65), "{told}");
    assert!(told.contains(".kakunin/history.db") && told.contains("kakunin watch"), "{told}");
    assert!(!folder.path().join(".kakunin").exists(), "looking makes nothing");

    let letter = |sheet: &str| Letter {
        id: format!("{sheet}/0001/ops"),
        channel: "ops".to_owned(),
        message: Message {
            key: format!("{sheet}/0001"),
            purpose: Purpose::Test,
            sheet: sheet.to_owned(),
            run: String::new(),
            at: "2026-11-24T03:00:00Z".parse().unwrap(),
            summary: Summary { items: 0, by_verdict: Default::default(), by_agreement: Default::default() },
            transitions: Vec::new(),
            open: Vec::new(),
            link: None,
        },
        due: "2026-11-24T03:00:00Z".parse().unwrap(),
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: "2026-11-24T03:00:00Z".parse().unwrap(),
        ended: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&Place::Sqlite(folder.path().join(".kakunin/history.db"))).await.unwrap();
        // Another project keeps its letters in the same history.
        store.post(&[letter("shop"), letter("other")]).await.unwrap();
    });

    let (code, told) = run(&["list", "--waiting"]);
    assert!(code == Some(0) && told.contains("shop/0001/ops") && !told.contains("other"), "{told}");
    let (code, told) = run(&["deliver"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("0 delivered, 0 put off, 1 dead") && told.contains("no_service"), "{told}");
    let (code, told) = run(&["list", "--dead", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, list["letters"].as_array().unwrap().len()), (Some(0), 1));
    assert_eq!(list["letters"][0]["error"], "the receiver answered 404: no_service");
    let (code, told) = run(&["list"]);
    assert!(code == Some(0) && told.contains("kakunin alert retry --all"), "{told}");

    let (code, told) = run(&["retry", "shop/0002/ops"]);
    assert!(code == Some(64) && told.contains("alert list --dead"), "{told}");
    assert_eq!(run(&["retry"]).0, Some(64));
    receiver.behave();
    assert_eq!(run(&["retry", "shop/0001/ops"]).0, Some(0));
    let (code, told) = run(&["deliver"]);
    assert!(code == Some(0) && told.contains("1 delivered"), "{told}");
    assert!(receiver.arrived().contains_key("shop/0001/ops") && receiver.arrived().len() == 1);
    assert!(run(&["list", "--dead"]).1.contains("0 letters"));
    assert_eq!(run(&["deliver"]).0, Some(0), "nothing due is all delivered");
}
