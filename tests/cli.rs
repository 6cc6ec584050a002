//! The commands, as a person runs them, without any network.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn kakunin(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(args)
        .current_dir(dir)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("LANG", "C")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_ACCESS_KEY_ID")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn sample() -> PathBuf {
    root().join("reports/demo/sample-sheet.txt")
}

/// `demo` goes through the real collectors, and comes to what the shipped snapshot says: the two cannot drift apart.
#[test]
fn the_demo_agrees_with_the_shipped_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let demo = kakunin(dir.path(), &["demo", "--out", "demo"]);
    assert_eq!(demo.status.code(), Some(0), "{}", text(&demo.stderr));
    let project = root().join("reports/demo");
    let snapshot = project.join("snapshot.kakunin");
    let again = kakunin(
        dir.path(),
        &["verify", "--project", project.to_str().unwrap(), "--snapshot", snapshot.to_str().unwrap(), "--out", "again"],
    );
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stderr));
    let read = |name: &str| std::fs::read(dir.path().join(name).join("report.json")).unwrap();
    assert_eq!(text(&read("demo")), text(&read("again")));
    for name in ["report.html", "report.json", "snapshot.kakunin", "verified-sample-sheet.txt"] {
        assert!(dir.path().join("demo").join(name).is_file(), "{name}");
    }
    assert!(!dir.path().join("demo/.demo").exists(), "the unpacked project is left behind");
}

#[test]
fn the_filled_sheet_reads_as_the_sheet() {
    let dir = tempfile::tempdir().unwrap();
    kakunin(dir.path(), &["demo", "--out", "demo"]);
    let filled = kakunin(dir.path(), &["sheet", "demo/verified-sample-sheet.txt", "--json"]);
    let plain = kakunin(dir.path(), &["sheet", sample().to_str().unwrap(), "--json"]);
    let items = |out: &Output| serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap()["items"].clone();
    assert_eq!(items(&filled), items(&plain));
}

#[test]
fn the_report_keeps_to_its_schema() {
    let dir = tempfile::tempdir().unwrap();
    kakunin(dir.path(), &["demo", "--out", "demo"]);
    let json = |path: &Path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let schema: serde_json::Value = json(&root().join("reports/report.schema.json"));
    let report: serde_json::Value = json(&dir.path().join("demo/report.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).take(5).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn exit_codes_say_what_went_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let code = |args: &[&str]| kakunin(dir.path(), args).status.code();
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["verify", "--no-such-flag"]), Some(64));
    assert_eq!(code(&["verify"]), Some(64), "no sheet");
    assert_eq!(code(&["verify", "--sheet", "missing.txt"]), Some(65));
    std::fs::write(dir.path().join("broken.kakunin"), b"not a snapshot").unwrap();
    assert_eq!(code(&["verify", "--sheet", sample().to_str().unwrap(), "--snapshot", "broken.kakunin"]), Some(65));
    // A build without AWS says so instead.
    if cfg!(feature = "aws") {
        let no_credentials = kakunin(dir.path(), &["verify", "--sheet", sample().to_str().unwrap()]);
        assert_eq!(no_credentials.status.code(), Some(77), "{}", text(&no_credentials.stderr));
        assert!(text(&no_credentials.stderr).contains("AWS_PROFILE"), "{}", text(&no_credentials.stderr));
    }
}

#[test]
fn fail_on_lowers_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let project = root().join("reports/demo");
    let snapshot = project.join("snapshot.kakunin");
    let base = [
        "verify",
        "--project",
        project.to_str().unwrap(),
        "--snapshot",
        snapshot.to_str().unwrap(),
        "--format",
        "json",
        "--fail-on",
    ];
    let code = |how: &str| kakunin(dir.path(), &[&base[..], &[how]].concat()).status.code();
    assert_eq!(code("open"), Some(1));
    assert_eq!(code("never"), Some(0));
}

#[test]
fn a_misspelt_parameter_is_told_and_not_ignored() {
    let dir = tempfile::tempdir().unwrap();
    let project = "[params.\"iam/password-length\"]\nminimum = 8\n";
    std::fs::write(dir.path().join("kakunin.toml"), project).unwrap();
    let out = kakunin(dir.path(), &["verify", "--sheet", sample().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(65));
    assert!(text(&out.stderr).contains("minimum"), "{}", text(&out.stderr));
}

#[test]
fn the_policy_allows_reads_only() {
    let dir = tempfile::tempdir().unwrap();
    let out = kakunin(dir.path(), &["policy", "--sheet", sample().to_str().unwrap()]);
    let policy: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    assert!(actions.len() > 40, "{}", actions.len());
    for action in actions {
        let (_, name) = action.as_str().unwrap().split_once(':').unwrap();
        let reads = ["Get", "List", "Describe", "BatchGet", "GET", "GenerateCredentialReport"];
        assert!(reads.iter().any(|verb| name.starts_with(verb)), "{action}");
    }
    for flag in ["--terraform", "--cloudformation"] {
        let out = kakunin(dir.path(), &["policy", "--sheet", sample().to_str().unwrap(), flag]);
        assert!(text(&out.stdout).contains("iam:GetAccountAuthorizationDetails"), "{flag}");
    }
}

#[test]
fn explain_tells_how_to_repeat_a_check_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let out = kakunin(dir.path(), &["--lang", "en", "explain", "rds/instance-multi-az"]);
    assert!(text(&out.stdout).contains("aws rds describe-db-instances"), "{}", text(&out.stdout));
    let item = kakunin(dir.path(), &["--lang", "en", "explain", "6.10", "--sheet", sample().to_str().unwrap()]);
    assert!(text(&item.stdout).contains("time-sync"), "{}", text(&item.stdout));
}
