//! A project from its sheet to verdicts: `init`, `verify`, `review`, as a person runs them, without any network.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> PathBuf {
    root().join("reports/demo/sample-sheet.txt")
}

fn snapshot() -> PathBuf {
    root().join("reports/demo/snapshot.kakunin")
}

/// A folder with a project, and a memory of its own.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kakunin"))
            .args(args)
            .current_dir(self.path())
            .env("KAKUNIN_MEMORY", self.path().join("memory/approved.toml"))
            .env("LANG", "C")
            .env_remove("LC_ALL")
            .env_remove("KAKUNIN_WHO")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    fn ok(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(0), "{args:?}\n{}{}", text(&out.stdout), text(&out.stderr));
        text(&out.stdout)
    }

    fn init(&self, dir: &str) {
        self.ok(&["init", sample().to_str().unwrap(), "--dir", dir]);
    }

    /// The report of a run over the shipped snapshot.
    fn verify(&self, args: &[&str]) -> Value {
        let snapshot = snapshot();
        let base = [
            "verify",
            "--snapshot",
            snapshot.to_str().unwrap(),
            "--out",
            "out",
            "--format",
            "json,html",
            "--fail-on",
            "never",
        ];
        self.ok(&[&base[..], args].concat());
        serde_json::from_slice(&std::fs::read(self.path().join("out/report.json")).unwrap()).unwrap()
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let before = self.read(path);
        assert!(before.contains(from), "{path} has no {from}");
        std::fs::write(self.path().join(path), before.replacen(from, to, 1)).unwrap();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `item → verdict`.
fn verdicts(report: &Value) -> Vec<(String, String)> {
    let items = report["items"].as_array().unwrap();
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    items.iter().map(|item| (string(&item["id"]), string(&item["verdict"]))).collect()
}

fn item<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap()
}

#[test]
fn from_a_sheet_to_verdicts_that_a_person_answers_for() {
    let place = Place::new();
    place.init("p");
    for name in
        ["kakunin.toml", "mapping.toml", "attestations.toml", "waivers.toml", "checks/README.md", "sample-sheet.txt"]
    {
        assert!(place.path().join("p").join(name).is_file(), "{name}");
    }
    // Nothing that is proposed decides, however sure it is.
    let before = place.verify(&["--project", "p"]);
    assert!(verdicts(&before).iter().all(|(_, verdict)| verdict == "UNATTESTED"), "{:?}", verdicts(&before));
    let waiting = item(&before, "1.1");
    assert_eq!(waiting["match"]["review"]["state"], "proposed");
    assert_eq!(waiting["reason"], "a proposal waits for review: kakunin review");
    assert_eq!(waiting["match"]["proposed"][0], "published-page");

    place.ok(&["review", "--project", "p", "--approve-above", "0.8", "--who", "Hanako Sato"]);
    let after = place.verify(&["--project", "p"]);
    let approved = item(&after, "1.1");
    assert_eq!(approved["match"]["review"]["state"], "approved");
    assert_eq!(approved["match"]["review"]["who"], "Hanako Sato");
    let live = verdicts(&after).into_iter().filter(|(_, v)| v == "FAIL" || v == "PASS").count();
    assert!(live > 10, "{:?}", verdicts(&after));
    assert!(place.read("out/report.html").contains("Hanako Sato"));
    // The same claims come to the same verdict, whether a person approved them or the built-in mapping knows them.
    let bare = place.verify(&["--sheet", sample().to_str().unwrap()]);
    let claims = |report: &Value, id: &str| -> Vec<String> {
        item(report, id)["claims"].as_array().unwrap().iter().map(|claim| claim["id"].to_string()).collect()
    };
    let mut compared = 0;
    for (id, verdict) in verdicts(&after) {
        let ids = claims(&after, &id);
        if !ids.is_empty() && ids == claims(&bare, &id) {
            assert_eq!(item(&bare, &id)["verdict"], verdict.as_str(), "{id}");
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
    assert_eq!(item(&bare, "1.1")["match"]["review"]["state"], "built-in");
}

#[test]
fn a_project_is_made_once_and_never_over_another() {
    let place = Place::new();
    place.init("p");
    place.edit("p/mapping.toml", "review = \"proposed\"", "review = \"proposed\" # mine");
    let before = place.read("p/mapping.toml");
    let again = place.run(&["init", sample().to_str().unwrap(), "--dir", "p"]);
    assert_eq!(again.status.code(), Some(65));
    assert!(text(&again.stderr).contains("mapping.toml"), "{}", text(&again.stderr));
    assert_eq!(place.read("p/mapping.toml"), before);
    // One file in the way is enough to write none.
    std::fs::create_dir(place.path().join("q")).unwrap();
    std::fs::write(place.path().join("q/waivers.toml"), "# mine\n").unwrap();
    assert_eq!(place.run(&["init", sample().to_str().unwrap(), "--dir", "q"]).status.code(), Some(65));
    assert_eq!(std::fs::read_dir(place.path().join("q")).unwrap().count(), 1);
    // No items, no project.
    std::fs::write(place.path().join("empty.txt"), "nothing here\n").unwrap();
    assert_eq!(place.run(&["init", "empty.txt", "--dir", "r"]).status.code(), Some(65));
    assert!(!place.path().join("r").exists());
}

#[test]
fn a_sheet_in_the_project_s_folder_is_referred_to_and_not_copied() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("sheets")).unwrap();
    std::fs::copy(sample(), place.path().join("sheets/our \"sheet\".txt")).unwrap();
    place.ok(&["init", "sheets/our \"sheet\".txt"]);
    assert!(
        place.read("kakunin.toml").contains("sheet = 'sheets/our \"sheet\".txt'"),
        "{}",
        place.read("kakunin.toml")
    );
    assert_eq!(verdicts(&place.verify(&[])).len(), 43);
}

#[test]
fn a_confidence_accepts_and_the_report_says_that_nobody_looked() {
    let place = Place::new();
    place.init("p");
    let report = place.verify(&["--project", "p", "--accept-above", "0.8"]);
    assert_eq!(item(&report, "1.1")["match"]["review"], serde_json::json!({"state": "accepted", "above": 0.8}));
    assert!(verdicts(&report).iter().any(|(_, verdict)| verdict == "FAIL"));
    assert!(
        place.verify(&["--project", "p"])["items"].as_array().unwrap().iter().all(|i| i["verdict"] == "UNATTESTED")
    );
    place.ok(&["init", sample().to_str().unwrap(), "--dir", "q", "--accept-above", "0.8"]);
    let report = place.verify(&["--project", "q"]);
    assert_eq!(item(&report, "1.1")["match"]["review"]["state"], "accepted");
    assert_eq!(place.run(&["verify", "--project", "p", "--accept-above", "80"]).status.code(), Some(64));
}

#[test]
fn an_approval_ends_where_the_sheet_changes() {
    let place = Place::new();
    place.init("p");
    place.ok(&["review", "--project", "p", "--approve-above", "0", "--who", "Sato"]);
    let before = place.verify(&["--project", "p"]);
    place.edit("p/sample-sheet.txt", "水害対策を行っていること。", "水害対策を行っていないこと。");
    let changed = place.verify(&["--project", "p"]);
    assert_ne!(item(&before, "5.4")["verdict"], "UNATTESTED");
    assert_eq!(item(&changed, "5.4")["verdict"], "UNATTESTED");
    assert_eq!(item(&changed, "5.4")["match"]["review"]["state"], "proposed");
    assert!(item(&changed, "5.4")["claims"].as_array().unwrap().is_empty());
    let warnings = changed["warnings"].to_string();
    assert!(warnings.contains("5.4") && warnings.contains("Sato") && warnings.contains("--approve 5.4"), "{warnings}");
    // The same where a confidence is given: it was another text that was so sure.
    let accepted = place.verify(&["--project", "p", "--accept-above", "0.99"]);
    assert_ne!(item(&accepted, "5.4")["match"]["review"]["state"], "approved");
    place.ok(&["review", "--project", "p", "--approve", "5.4", "--who", "Ito"]);
    let again = place.verify(&["--project", "p"]);
    assert_eq!(item(&again, "5.4")["match"]["review"]["who"], "Ito");
    assert_eq!(item(&again, "5.4")["verdict"], item(&before, "5.4")["verdict"]);
}

#[test]
fn an_attestation_counts_for_an_item_that_waits() {
    let place = Place::new();
    place.init("p");
    let stated = "[[attestation]]\nfor = \"3.2.1\"\nstatement = \"done\"\nwho = \"Ito\"\nwhen = \"2020-01-01\"\n\
                  evidence = \"https://example.com/x\"\nexpires = \"2100-01-01\"\n";
    std::fs::write(place.path().join("p/attestations.toml"), stated).unwrap();
    assert_eq!(item(&place.verify(&["--project", "p"]), "3.2.1")["verdict"], "ATTESTED");
    place.ok(&["review", "--project", "p", "--reject", "3.2.1,3.1.1", "--who", "Sato"]);
    let report = place.verify(&["--project", "p"]);
    assert_eq!(item(&report, "3.2.1")["verdict"], "ATTESTED");
    assert_eq!(item(&report, "3.1.1")["verdict"], "UNATTESTED");
    assert_eq!(item(&report, "3.1.1")["match"]["review"]["state"], "rejected");
}

#[test]
fn what_was_approved_is_known_to_the_next_project() {
    let place = Place::new();
    place.init("p");
    // Item 11.x matches nothing well; a person says what it is.
    place.ok(&["review", "--project", "p", "--approve-above", "0.8", "--who", "Hanako Sato"]);
    let list: Value = serde_json::from_str(&place.ok(&["review", "--project", "p", "--list", "--json"])).unwrap();
    let open: Vec<&str> =
        list.as_array().unwrap().iter().filter(|i| i["in_force"] == false).map(|i| i["id"].as_str().unwrap()).collect();
    assert!(!open.is_empty());
    place.ok(&["review", "--project", "p", "--reject", &open.join(","), "--who", "Hanako Sato"]);
    place.init("q");
    let mapping = place.read("q/mapping.toml");
    assert!(
        mapping.contains("approved by Hanako Sato in ") && mapping.contains("rejected by Hanako Sato in "),
        "{mapping}"
    );
    let list: Value = serde_json::from_str(&place.ok(&["review", "--project", "q", "--list", "--json"])).unwrap();
    for entry in list.as_array().unwrap() {
        assert_eq!(entry["review"]["state"], "proposed", "remembered is not approved");
        assert!(entry["confidence"].as_f64().unwrap() >= 0.6, "{entry}");
    }
    // Without a memory, another project can tell.
    std::fs::remove_dir_all(place.path().join("memory")).unwrap();
    place.ok(&["init", sample().to_str().unwrap(), "--dir", "r", "--from", "p"]);
    assert!(place.read("r/mapping.toml").contains("approved by Hanako Sato in "));
    assert!(!place.path().join("memory").exists(), "reading is not remembering");
}

#[test]
fn without_a_terminal_the_flags_are_named() {
    let place = Place::new();
    place.init("p");
    let out = place.run(&["review", "--project", "p", "--who", "Sato"]);
    assert_eq!(out.status.code(), Some(64));
    for flag in ["--approve", "--approve-above", "--reject", "--list"] {
        assert!(text(&out.stderr).replace(['\n', ' ', '│'], "").contains(flag), "{}", text(&out.stderr));
    }
    let nobody = place.run(&["review", "--project", "p", "--approve", "1.1"]);
    assert_eq!(nobody.status.code(), Some(64));
    assert!(text(&nobody.stderr).contains("--who"), "{}", text(&nobody.stderr));
    let unknown = place.run(&["review", "--project", "p", "--approve", "1.1,11", "--who", "Sato"]);
    assert_eq!(unknown.status.code(), Some(64));
    let both = place.run(&["review", "--project", "p", "--approve", "1.1", "--reject", "1.1", "--who", "Sato"]);
    assert_eq!(both.status.code(), Some(64));
    assert!(!place.read("p/mapping.toml").contains("\"approved\"\n"), "all or nothing");
}

#[test]
fn a_mapping_that_is_wrong_is_told_with_line_and_column() {
    let place = Place::new();
    place.init("p");
    place.edit("p/mapping.toml", "see = [\"account-contacts\"]", "see = [\"account-contact\"]");
    place.edit("p/mapping.toml", "by = \"attest\"", "by = \"atest\"");
    let snapshot = snapshot();
    let out = place.run(&["verify", "--project", "p", "--snapshot", snapshot.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(65));
    let told = text(&out.stderr).replace(['\n', ' ', '│'], "");
    for part in ["didyoumean\"account-contacts\"?", "didyoumean\"attest\"?", "mapping.toml:"] {
        assert!(told.contains(part), "{part}\n{}", text(&out.stderr));
    }
}

#[test]
fn a_project_without_a_mapping_gets_one_with_the_first_decision() {
    let place = Place::new();
    std::fs::copy(sample(), place.path().join("sheet.txt")).unwrap();
    std::fs::write(place.path().join("kakunin.toml"), "sheet = \"sheet.txt\"\n").unwrap();
    assert_eq!(item(&place.verify(&[]), "1.1")["match"]["review"]["state"], "built-in");
    place.ok(&["review", "--list"]);
    assert!(!place.path().join("mapping.toml").exists(), "looking changes nothing");
    place.ok(&["review", "--approve", "1.1", "--who", "Sato"]);
    let report = place.verify(&[]);
    assert_eq!(item(&report, "1.1")["match"]["review"]["state"], "approved");
    assert_eq!(item(&report, "1.2")["match"]["review"]["state"], "proposed");
}

/// The real dialogue, in a pseudo-terminal.
#[cfg(unix)]
#[test]
fn a_person_decides_at_a_terminal() {
    let place = Place::new();
    place.init("p");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakunin"));
    command
        .args(["--lang", "en", "review", "--project", "p"])
        .current_dir(place.path())
        .env("KAKUNIN_MEMORY", place.path().join("memory.toml"))
        .env("TERM", "xterm")
        .env("USER", "Hanako Sato")
        .env_remove("KAKUNIN_WHO");
    let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("your name").unwrap();
    session.exp_string("Hanako Sato").unwrap();
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_string("[1/43] 1.1").unwrap();
    session.exp_string("what about this item").unwrap();
    session.exp_string("approve").unwrap();
    session.send("\r").unwrap();
    session.flush().unwrap();
    session.exp_string("[2/43] 1.2").unwrap();
    session.exp_string("quit").unwrap();
    session.send("q").unwrap();
    session.flush().unwrap();
    session.exp_string("1 approved, 0 rejected, 42 wait for review").unwrap();
    session.exp_eof().unwrap();
    let mapping = place.read("p/mapping.toml");
    assert_eq!(mapping.matches("review = \"approved\"").count(), 1);
    assert_eq!(mapping.matches("who = \"Hanako Sato\"").count(), 1, "{mapping}");
}
