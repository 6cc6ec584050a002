//! `kakunin history` and `kakunin diff`, as a person runs them.
#![cfg(feature = "watch")]

use std::path::Path;
use std::process::{Command, Output};

use kakunin::history::{History, NewRun, Place, RunKind, Store, compare};
use kakunin::model::{Agreement, Outcome, Report, Verdict};
use serde_json::Value;

fn kakunin(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin")).args(args).current_dir(dir).env("LANG", "C").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the shipped snapshot says, decided into `out`.
fn shipped(out: &Path) -> Report {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo");
    let snapshot = project.join("snapshot.kakunin");
    let (project, snapshot) = (project.to_str().unwrap(), snapshot.to_str().unwrap());
    let file = out.join("report.json");
    if !file.is_file() {
        let args = ["verify", "--project", project, "--snapshot", snapshot, "--format", "json", "--out", "."];
        let done = kakunin(out, &args);
        assert!(file.is_file(), "{}", text(&done.stderr));
    }
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// The shipped run a day later, with one claim that is no longer true. Names the item and the finding that broke.
fn broken(first: &Report) -> (Report, String, String) {
    let mut report = first.clone();
    report.run.id = "run-0000deadbeef".to_owned();
    let clock: kakunin::model::Moment = report.run.clock.parse().unwrap();
    report.run.clock = (clock + chrono::Duration::days(1)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let item = report.items.iter_mut().find(|item| item.verdict == Verdict::Pass && item.claims.len() == 1).unwrap();
    item.verdict = Verdict::Fail;
    item.agreement = Agreement::Contradicted;
    let claim =
        item.claims.iter_mut().find(|claim| claim.checks.iter().any(|check| !check.findings.is_empty())).unwrap();
    claim.verdict = Verdict::Fail;
    let id = item.id.clone();
    let at = *claim.checks.iter().flat_map(|check| &check.findings).next().unwrap();
    let finding = &mut report.findings[at];
    finding.outcome = Outcome::Fail;
    let name = finding.resource.name().to_owned();
    (report, id, name)
}

async fn fill(folder: &Path) -> (String, String) {
    std::fs::write(folder.join("kakunin.toml"), "[history]\nname = \"shop\"\n").unwrap();
    let store = Store::open(&Place::Sqlite(folder.join(".kakunin/history.db"))).await.unwrap();
    let first = shipped(folder);
    let (second, item, resource) = broken(&first);
    for (after, report) in (0..).zip([&first, &second]) {
        let before = store.state("shop").await.unwrap();
        let transitions = compare(before.as_ref(), report, "shop", &Default::default());
        let run = NewRun {
            sheet: "shop",
            kind: RunKind::Full,
            report,
            after,
            transitions: &transitions,
            letters: &[],
            reminded: &[],
        };
        store.commit(run).await.unwrap();
    }
    store.close().await;
    (item, resource)
}

#[tokio::test]
async fn runs_items_and_differences_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (item, resource) = fill(dir.path()).await;

    let runs = kakunin(dir.path(), &["history"]);
    assert_eq!(runs.status.code(), Some(0), "{}", text(&runs.stderr));
    let shown = text(&runs.stdout);
    assert!(shown.contains("run-0000deadbeef") && shown.contains("FAIL") && shown.contains(&item), "{shown}");
    let json = kakunin(dir.path(), &["history", "--json", "--limit", "1"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["sheet"], &json["runs"][0]["run"]["seq"]), (&"shop".into(), &2.into()));
    assert_eq!(json["runs"].as_array().unwrap().len(), 1);
    assert_eq!(json["runs"][0]["changes"][0]["kind"], "broken");

    let of_item = kakunin(dir.path(), &["history", "--project", ".", &item]);
    assert_eq!(of_item.status.code(), Some(0), "{}", text(&of_item.stderr));
    let shown = text(&of_item.stdout);
    assert!(shown.contains("FAIL") && shown.contains("PASS") && shown.contains(&resource), "{shown}");
    let json: Value = serde_json::from_slice(&kakunin(dir.path(), &["history", &item, "--json"]).stdout).unwrap();
    assert!(json["stretches"].as_array().unwrap().len() >= 4, "two of the item, two of the claim: {json}");

    let diff = kakunin(dir.path(), &["diff", "latest~1", "run-0000"]);
    assert_eq!(diff.status.code(), Some(1), "{}", text(&diff.stderr));
    let shown = text(&diff.stdout);
    assert!(shown.contains(&item) && shown.contains(&resource), "{shown}");
    let json: Value = serde_json::from_slice(&kakunin(dir.path(), &["diff", "1", "2", "--json"]).stdout).unwrap();
    assert_eq!((json["items"].as_array().unwrap().len(), json["findings"].as_array().unwrap().len()), (1, 1));
    assert_eq!((&json["findings"][0]["from"], &json["findings"][0]["to"]), (&"pass".into(), &"fail".into()));
    let same = kakunin(dir.path(), &["diff", "latest", "2"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stderr));
    assert!(text(&same.stdout).contains("no difference"));

    // A report file against a run, and two files without any history.
    let file = dir.path().join("report.json");
    let file = file.to_str().unwrap();
    assert_eq!(kakunin(dir.path(), &["diff", file, "1"]).status.code(), Some(0));
    assert_eq!(kakunin(dir.path(), &["diff", file, "2"]).status.code(), Some(1));
    let other = tempfile::tempdir().unwrap();
    assert_eq!(kakunin(other.path(), &["diff", file, file]).status.code(), Some(0));
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["history"][..], &["diff", "1", "2"]] {
        let none = kakunin(dir.path(), args);
        assert_eq!(none.status.code(), Some(65));
        assert!(text(&none.stderr).contains("kakunin watch"), "{}", text(&none.stderr));
    }
    assert!(!dir.path().join(".kakunin").exists(), "looking makes no history");
    fill(dir.path()).await;
    for (args, says) in [
        (&["history", "99.99"][..], "99.99"),
        (&["history", "--sheet-name", "other"], "shop"),
        (&["diff", "1", "7"], "latest~1"),
        (&["diff", "1", "no-such.json"], "no-such.json"),
        (&["diff", "1", "kakunin.toml/"], "kakunin.toml"),
    ] {
        let wrong = kakunin(dir.path(), args);
        assert_eq!(wrong.status.code(), Some(65), "{args:?}: {}", text(&wrong.stdout));
        assert!(text(&wrong.stderr).contains(says), "{args:?}: {}", text(&wrong.stderr));
    }
}
