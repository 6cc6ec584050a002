//! `kakunin attest` and `kakunin waive`, as a person runs them, and what they do to verdicts.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn snapshot() -> PathBuf {
    root().join("reports/demo/snapshot.kakunin")
}

/// The sample company's project, in a folder of its own.
fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["kakunin.toml", "sample-sheet.txt", "attestations.toml", "waivers.toml"] {
        std::fs::copy(root().join("reports/demo").join(name), dir.path().join(name)).unwrap();
    }
    dir
}

fn kakunin(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(args)
        .current_dir(dir)
        .env("LANG", "C")
        .env("KAKUNIN_MEMORY", dir.join("memory.toml"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs, and gives what it says: the message of an error without the breaks of its lines.
fn said(dir: &Path, args: &[&str], code: i32) -> String {
    let out = kakunin(dir, args);
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert_eq!(out.status.code(), Some(code), "{args:?}\n{stdout}\n{stderr}");
    if code == 0 || code == 2 {
        stdout
    } else {
        stderr.replace("\n  │", "").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn json(dir: &Path, args: &[&str], code: i32) -> Value {
    serde_json::from_str(&said(dir, args, code)).unwrap()
}

fn report(dir: &Path, at: &str) -> Value {
    let snapshot = snapshot();
    let out = kakunin(
        dir,
        &[
            "verify",
            "--snapshot",
            snapshot.to_str().unwrap(),
            "--at",
            at,
            "--out",
            "out",
            "--format",
            "json",
            "--fail-on",
            "never",
        ],
    );
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    serde_json::from_slice(&std::fs::read(dir.join("out/report.json")).unwrap()).unwrap()
}

fn claim<'r>(report: &'r Value, id: &str) -> &'r Value {
    let items = report["items"].as_array().unwrap();
    items.iter().flat_map(|i| i["claims"].as_array().unwrap()).find(|c| c["id"] == id).unwrap()
}

const AT: &str = "2026-11-24T12:00:00Z";
/// A claim of the sample sheet that only a person can state, and one that a person has to state every year.
const ENTRY: &str = "meti-2013/5.2/entry";
const REVIEWED: &str = "meti-2013/1.2/reviewed";

fn attest<'a>(target: &'a str, evidence: &'a str, until: &'a str) -> Vec<&'a str> {
    vec![
        "attest",
        target,
        "--statement",
        "窓口を公開した",
        "--who",
        "山田 花子",
        "--evidence",
        evidence,
        "--until",
        until,
        "--at",
        AT,
    ]
}

#[test]
fn a_statement_counts_until_its_evidence_is_touched() {
    let dir = project();
    let before = std::fs::read(dir.path().join("attestations.toml")).unwrap();
    assert_eq!(claim(&report(dir.path(), AT), ENTRY)["verdict"], "UNATTESTED");
    std::fs::write(dir.path().join("窓口.md"), "tel").unwrap();
    said(dir.path(), &attest(ENTRY, "窓口.md", "2027-03-31"), 0);
    let after = std::fs::read(dir.path().join("attestations.toml")).unwrap();
    assert!(after.starts_with(&before), "a byte of what was there is lost");

    let attested = report(dir.path(), AT);
    let of = claim(&attested, ENTRY);
    assert_eq!(of["verdict"], "ATTESTED");
    assert_eq!((&of["attested"]["who"], &of["attested"]["evidence"]), (&"山田 花子".into(), &"窓口.md".into()));

    std::fs::write(dir.path().join("窓口.md"), "tel, changed").unwrap();
    let changed = report(dir.path(), AT);
    assert_eq!(claim(&changed, ENTRY)["verdict"], "EXPIRED");
    assert_eq!(claim(&changed, ENTRY)["attested"]["evidence_state"], "changed");
    let warned = |report: &Value, word: &str| report["warnings"].to_string().contains(word);
    assert!(warned(&changed, "was changed after it was stated") && warned(&changed, "変更されています"), "{changed}");
    assert_ne!(attested["run"]["id"], changed["run"]["id"], "two verdicts from one run id");

    std::fs::remove_file(dir.path().join("窓口.md")).unwrap();
    let gone = report(dir.path(), AT);
    assert_eq!(claim(&gone, ENTRY)["verdict"], "EXPIRED");
    assert!(warned(&gone, "cannot be found"));

    // Stated again, it stands again, and the old entry needs nobody's attention.
    said(dir.path(), &attest(ENTRY, "https://example.com/contact", "2027-03-31"), 0);
    let again = report(dir.path(), AT);
    assert_eq!(claim(&again, ENTRY)["verdict"], "ATTESTED");
    assert!(!warned(&again, ENTRY));
}

#[test]
fn what_could_have_no_effect_is_refused_and_nothing_is_written() {
    let dir = project();
    let before = std::fs::read(dir.path().join("attestations.toml")).unwrap();
    let link = "https://example.com/e";
    for (args, wanted) in [
        (attest("meti-2013/5.2/entri", link, "2027-03-31"), "did you mean meti-2013/5.2/entry"),
        (attest("99.9", link, "2027-03-31"), "--list-missing"),
        (attest(ENTRY, link, "2026-11-23"), "expected a date to come"),
        (attest(ENTRY, link, "someday"), "2027-03-31"),
        (attest(ENTRY, "missing.pdf", "2027-03-31"), "missing.pdf"),
        (attest(ENTRY, ".", "2027-03-31"), "plain file"),
        ([&attest(ENTRY, link, "2027-03-31")[..], &["--when", "2027-05-01"]].concat(), "after --when"),
        ([&attest(ENTRY, link, "2027-03-31")[..], &["--who", " "]].concat(), "cannot be used multiple times"),
        (vec!["attest", ENTRY, "--who", "w"], "--statement, --evidence, --until"),
        (vec!["attest", "meti-2013/5.2/entrance"], "did you mean"),
    ] {
        let error = said(dir.path(), &args, 64);
        assert!(error.contains(wanted), "{args:?}: {error}");
    }
    assert_eq!(std::fs::read(dir.path().join("attestations.toml")).unwrap(), before);
    let broken = "[[attestation]]\nfor = \"1\"\n";
    std::fs::write(dir.path().join("attestations.toml"), broken).unwrap();
    let error = said(dir.path(), &attest(ENTRY, link, "2027-03-31"), 65);
    assert!(error.contains("attestations.toml"), "{error}");
    assert_eq!(std::fs::read_to_string(dir.path().join("attestations.toml")).unwrap(), broken);
}

#[test]
fn a_statement_longer_than_its_cadence_is_told_what_it_is_cut_to() {
    let dir = project();
    let out = kakunin(dir.path(), &attest(REVIEWED, "https://example.com/review", "2030-12-31"));
    assert_eq!(out.status.code(), Some(0));
    assert!(text(&out.stderr).contains("cut to 2027-11-24T00:00:00Z"), "{}", text(&out.stderr));
    let verdict = |at: &str| claim(&report(dir.path(), at), REVIEWED)["verdict"].clone();
    assert_eq!(
        (verdict("2027-11-23T23:59:59Z"), verdict("2027-11-24T00:00:00Z")),
        ("ATTESTED".into(), "EXPIRED".into())
    );
}

/// What `--list-missing` lists is exactly what the report finds nobody to have stated.
#[test]
fn what_is_missing_is_what_the_report_misses() {
    let dir = project();
    let listed = json(dir.path(), &["attest", "--list-missing", "--json", "--at", AT], 2);
    let missing = listed["missing"].as_array().unwrap();
    let targets: Vec<&str> =
        missing.iter().map(|m| m["claim"].as_str().unwrap_or_else(|| m["item"].as_str().unwrap())).collect();
    let report = report(dir.path(), AT);
    let mut wanted = Vec::new();
    for item in report["items"].as_array().unwrap() {
        let claims = item["claims"].as_array().unwrap();
        if claims.is_empty() && item["verdict"] != "ATTESTED" {
            wanted.push(item["id"].as_str().unwrap());
        }
        let lacking = |c: &&Value| c.get("attested").is_some_and(|half| half["verdict"] != "ATTESTED");
        wanted.extend(claims.iter().filter(lacking).map(|c| c["id"].as_str().unwrap()));
    }
    assert_eq!(targets, wanted);
    assert!(missing.iter().any(|m| m["rest"]["ja"].is_string() && m["verdict"] == "EXPIRED"), "{listed}");
    let command = missing[0]["command"].as_str().unwrap();
    assert!(command.starts_with(&format!("kakunin attest {}", targets[0])), "{command}");
    let people = said(dir.path(), &["attest", "--list-missing", "--at", AT, "--lang", "ja"], 2);
    assert!(targets.iter().all(|target| people.contains(target)), "{people}");

    // Once everything is stated, nothing is missing.
    let mut all = std::fs::read_to_string(dir.path().join("attestations.toml")).unwrap();
    for target in targets {
        all.push_str(&format!(
            "\n[[attestation]]\nfor = \"{target}\"\nstatement = \"so it is\"\nwho = \"w\"\nwhen = 2026-11-01\n\
             evidence = \"https://example.com/e\"\nexpires = 2027-03-31\n"
        ));
    }
    std::fs::write(dir.path().join("attestations.toml"), all).unwrap();
    let left = json(dir.path(), &["attest", "--list-missing", "--json", "--at", AT], 0);
    assert_eq!(left["missing"].as_array().unwrap().len(), 0);
}

#[test]
fn the_list_tells_which_one_is_in_force() {
    let dir = project();
    said(dir.path(), &attest(ENTRY, "https://example.com/e", "2026-12-01"), 0);
    said(dir.path(), &attest(ENTRY, "https://example.com/e", "2027-12-01"), 0);
    let list = json(dir.path(), &["attest", "--list", "--json", "--at", AT], 0);
    let of = |n: usize| {
        let a = &list["attestations"][n];
        (a["state"].as_str().unwrap().to_owned(), a["days_left"].as_i64().unwrap())
    };
    assert_eq!(list["attestations"].as_array().unwrap().len(), 5);
    assert_eq!(of(2), ("ended".into(), 0), "by its cadence, though its own date is to come");
    assert_eq!(of(3), ("superseded".into(), 7));
    assert_eq!(of(4), ("in-force".into(), 372));
    // The ended one is told, the renewed one is not.
    let soon = json(dir.path(), &["attest", "--expiring", "30", "--json", "--at", AT], 2);
    let targets: Vec<&str> =
        soon["attestations"].as_array().unwrap().iter().map(|a| a["for"].as_str().unwrap()).collect();
    assert_eq!(targets, ["3.2.1"]);
    assert!(said(dir.path(), &["attest", "--list", "--at", AT], 0).contains("another one is in force"));
}

/// Law 5, through the commands: a day in `--until` is in force to its last second, and reminders change with it.
#[test]
fn reminders_come_before_the_end() {
    let dir = project();
    said(dir.path(), &attest(ENTRY, "https://example.com/e", "2027-01-31"), 0);
    let told = |at: &str| {
        let report = report(dir.path(), at);
        let found = report["reminders"].as_array().into_iter().flatten().find(|r| r["target"] == ENTRY).cloned();
        let verdict = claim(&report, ENTRY)["verdict"].as_str().unwrap().to_owned();
        (found.map(|r| (r["within"].as_u64().unwrap(), r["days_left"].as_i64().unwrap())), verdict)
    };
    assert_eq!(told("2027-01-01T23:59:59Z"), (None, "ATTESTED".into()));
    assert_eq!(told("2027-01-02T00:00:00Z"), (Some((30, 30)), "ATTESTED".into()));
    assert_eq!(told("2027-01-31T23:59:59Z"), (Some((7, 0)), "ATTESTED".into()));
    assert_eq!(told("2027-02-01T00:00:00Z"), (Some((0, 0)), "EXPIRED".into()));

    let snapshot = snapshot();
    let args = [
        "verify",
        "--snapshot",
        snapshot.to_str().unwrap(),
        "--at",
        "2027-01-20T00:00:00Z",
        "--fail-on",
        "never",
        "--out",
        "out",
    ];
    let people = said(dir.path(), &args, 0);
    assert!(people.contains("Statements and waivers that end soon") && people.contains("12 days left"), "{people}");
    let page = std::fs::read_to_string(dir.path().join("out/report.html")).unwrap();
    assert!(page.contains("h-reminders") && page.contains("残り 12 日"));
    let schema = serde_json::from_slice(&std::fs::read(root().join("reports/report.schema.json")).unwrap()).unwrap();
    let report = serde_json::from_slice(&std::fs::read(dir.path().join("out/report.json")).unwrap()).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn waive<'a>(check: &'a str, resource: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["waive", check, resource, "--why", "廃止まで", "--who", "CTO", "--until", "2027-03-31", "--at", AT];
    [&fixed[..], more].concat()
}

#[test]
fn a_waiver_is_held_against_the_snapshot_and_then_covers() {
    let dir = project();
    let snapshot = snapshot();
    let seen = ["--snapshot", snapshot.to_str().unwrap()];
    let failing = report(dir.path(), AT);
    let finding = failing["findings"].as_array().unwrap().iter().find(|f| f["outcome"] == "fail").unwrap();
    let (check, id) = (finding["check"].as_str().unwrap(), finding["resource"]["id"].as_str().unwrap());
    let before = std::fs::read(dir.path().join("waivers.toml")).unwrap();
    let misspelt = format!("{id}x");
    for (args, wanted) in [
        (waive("rds/instance-multiaz", id, &[]), "did you mean rds/instance-multi-az"),
        (waive(check, &misspelt, &seen), id),
        (waive(check, "*", &[]), "one resource"),
        (vec!["waive", check, id, "--who", "CTO"], "--why, --until"),
        (waive(check, id, &["--ticket"]), "--ticket"),
    ] {
        let error = said(dir.path(), &args, 64);
        assert!(error.contains(wanted), "{args:?}: {error}");
    }
    assert_eq!(std::fs::read(dir.path().join("waivers.toml")).unwrap(), before);

    said(dir.path(), &waive(check, id, &[&seen[..], &["--ticket", "RISK-7"]].concat()), 0);
    assert!(std::fs::read(dir.path().join("waivers.toml")).unwrap().starts_with(&before));
    let same = |f: &&Value| f["check"] == check && f["resource"] == finding["resource"];
    let waived = report(dir.path(), AT);
    assert_eq!(waived["findings"].as_array().unwrap().iter().find(same).unwrap()["outcome"], "waived");
    let over = report(dir.path(), "2027-04-01T00:00:00Z");
    assert_eq!(over["findings"].as_array().unwrap().iter().find(same).unwrap()["outcome"], "fail");

    let list = json(dir.path(), &["waive", "--list", "--json", "--at", AT], 0);
    let last = list["waivers"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["ticket"], &last["state"], &last["days_left"]),
        (&"RISK-7".into(), &"in-force".into(), &127.into())
    );
    let ended = json(dir.path(), &["waive", "--expiring", "0", "--json", "--at", AT], 2);
    assert_eq!(ended["waivers"].as_array().unwrap().len(), 1);
}

#[test]
fn a_note_tells_that_there_is_nothing_to_accept() {
    let dir = project();
    let snapshot = snapshot();
    let report = report(dir.path(), AT);
    let passing = report["findings"].as_array().unwrap().iter().find(|f| f["outcome"] == "pass").unwrap();
    let (check, id) = (passing["check"].as_str().unwrap(), passing["resource"]["id"].as_str().unwrap());
    let out = kakunin(dir.path(), &waive(check, id, &["--snapshot", snapshot.to_str().unwrap()]));
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stderr).contains("nothing to accept yet"), "{}", text(&out.stderr));
}

#[test]
fn a_project_without_the_files_gets_them_with_their_explanation() {
    let dir = project();
    std::fs::remove_file(dir.path().join("attestations.toml")).unwrap();
    std::fs::remove_file(dir.path().join("waivers.toml")).unwrap();
    said(dir.path(), &attest("5.1", "https://example.com/e", "2027-03-31"), 0);
    said(dir.path(), &waive("rds/instance-multi-az", "reporting", &[]), 0);
    for name in ["attestations.toml", "waivers.toml"] {
        assert!(std::fs::read_to_string(dir.path().join(name)).unwrap().starts_with("# "), "{name}");
    }
    assert_eq!(claim(&report(dir.path(), AT), ENTRY)["attested"]["verdict"], "ATTESTED", "by its item");
}

/// Where a mapping waits for its review, that is asked for, and a claim that is only proposed cannot be attested.
#[test]
fn what_is_only_proposed_waits_for_its_review() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = root().join("reports/demo/sample-sheet.txt");
    said(dir.path(), &["init", sheet.to_str().unwrap(), "--dir", "p"], 0);
    let listed = json(dir.path(), &["attest", "--list-missing", "--json", "--at", AT, "--project", "p"], 2);
    let missing = listed["missing"].as_array().unwrap();
    assert_eq!(missing.len(), 43);
    for one in missing {
        assert_eq!((&one["claim"], &one["awaits_review"]), (&Value::Null, &true.into()), "{one}");
        let wanted = format!("kakunin review --item {} --project p", one["item"].as_str().unwrap());
        assert_eq!(one["command"], wanted);
    }
    let text = std::fs::read_to_string(dir.path().join("p/mapping.toml")).unwrap();
    let mapping: toml::Value = toml::from_str(&text).unwrap();
    let items = mapping["item"].as_array().unwrap();
    let proposed = items.iter().find_map(|item| item.get("claim")?.get(0)?.get("id")?.as_str()).unwrap();
    let in_project =
        |target| [&attest(target, "https://example.com/e", "2027-03-31")[..], &["--project", "p"]].concat();
    let error = said(dir.path(), &in_project(proposed), 64);
    assert!(error.contains("only proposed") && error.contains("kakunin review"), "{error}");
    // The item can be attested, at the end of the file that `init` made.
    let before = std::fs::read(dir.path().join("p/attestations.toml")).unwrap();
    said(dir.path(), &in_project("1.2"), 0);
    assert!(std::fs::read(dir.path().join("p/attestations.toml")).unwrap().starts_with(&before));
    let left = json(dir.path(), &["attest", "--list-missing", "--json", "--at", AT, "--project", "p"], 2);
    assert_eq!(left["missing"].as_array().unwrap().len(), 42);
    let snapshot = snapshot();
    let args = [
        "verify",
        "--project",
        "p",
        "--snapshot",
        snapshot.to_str().unwrap(),
        "--at",
        AT,
        "--out",
        "out",
        "--format",
        "json",
    ];
    said(dir.path(), &args, 2);
    let report: Value = serde_json::from_slice(&std::fs::read(dir.path().join("out/report.json")).unwrap()).unwrap();
    let item = report["items"].as_array().unwrap().iter().find(|item| item["id"] == "1.2").unwrap();
    assert_eq!(item["verdict"], "ATTESTED");
}

/// In a terminal the questions are asked, and what is answered is written.
#[cfg(unix)]
#[test]
fn a_terminal_is_asked() {
    let dir = project();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakunin"));
    command
        .args(["--lang", "en", "attest", REVIEWED, "--who", "Yamada", "--at", AT])
        .current_dir(dir.path())
        .env("TERM", "xterm");
    let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    terminal.exp_string("to be stated").unwrap();
    terminal.exp_string("What is stated").unwrap();
    terminal.send_line("the contact is public").unwrap();
    terminal.exp_string("Evidence").unwrap();
    terminal.send_line("https://example.com/contact").unwrap();
    terminal.exp_string("Until when").unwrap();
    terminal.send_line("2020-01-01").unwrap();
    terminal.exp_string("expected a date to come").unwrap();
    // The refused answer stands there to be mended: ^U clears nothing here, so it is rubbed out.
    terminal.send("\u{7f}".repeat(10).as_str()).unwrap();
    terminal.send_line("2027-03-31").unwrap();
    terminal.exp_string("is recorded").unwrap();
    terminal.exp_eof().unwrap();
    assert_eq!(claim(&report(dir.path(), AT), REVIEWED)["verdict"], "ATTESTED");
}
