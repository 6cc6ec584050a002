//! The whole program over HTTP against moto, with an account made by boto3.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use support::{HOME, Moto, root};

const ADMIN: (&str, &str) = ("testing", "testing");
const REGIONS: &str = "ap-northeast-1,us-east-1";

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn sheet() -> std::path::PathBuf {
    root().join("reports/demo/sample-sheet.txt")
}

fn verify(moto: &Moto, sheet: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    moto.kakunin(ADMIN)
        .args(["verify", "--region", REGIONS, "--format", "json,terminal,html,sheet", "--sheet"])
        .arg(sheet)
        .arg("--out")
        .arg(out)
        .args(more)
        .current_dir(out.parent().unwrap())
        .output()
        .unwrap()
}

/// Resources that a check fails, by name.
fn failing(report: &Value, check: &str) -> BTreeSet<String> {
    findings(report, check, "fail")
}

fn findings(report: &Value, check: &str, outcome: &str) -> BTreeSet<String> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["check"] == check && f["outcome"] == outcome)
        .map(|f| f["resource"]["id"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn the_sample_account_is_seen_as_it_was_made() {
    let Some(moto) = Moto::start() else { return };
    moto.sample_account();
    moto.requests();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let recording = dir.path().join("recording");
    let done = verify(&moto, &sheet(), &out, &["--record", recording.to_str().unwrap()]);
    let errors = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{errors}");
    let report = json(&out.join("report.json"));

    // The defects of the script's list, each by the check that speaks of it, and nothing beside them.
    let one = |id: &str| BTreeSet::from([id.to_string()]);
    assert_eq!(failing(&report, "rds/instance-multi-az"), one("reporting"));
    assert_eq!(findings(&report, "rds/instance-multi-az", "pass"), one("orders"));
    assert_eq!(failing(&report, "ec2/volume-encrypted").len(), 1);
    assert_eq!(failing(&report, "iam/user-console-mfa"), one("jiro.tanaka"));
    assert_eq!(failing(&report, "iam/role-external-id"), one("partner-support"));
    assert_eq!(failing(&report, "ec2/security-group-no-admin-ports").len(), 1);
    let administrators = findings(&report, "iam/administrators-limited", "pass");
    assert_eq!(administrators, one("123456789012"), "one administrator role is within the limit");

    // Law 6: the server saw reads only.
    let read = |action: &str| {
        ["Describe", "List", "Get", "BatchGet", "GenerateCredentialReport", "GET ", "HEAD "].iter().any(|p| action.starts_with(p))
            // REST services that read by POST.
            || ["POST /list", "POST /status/batch/get", "POST /findings/list", "POST /getAlternateContact"]
                .iter()
                .any(|p| action.starts_with(p))
            || (action.starts_with("POST /detector/") && action.contains("/findings"))
    };
    let requests = moto.requests();
    let writes: Vec<_> = requests.iter().filter(|(_, _, action)| !read(action)).collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert!(requests.len() > 50, "only {} requests", requests.len());

    // Each question is asked once.
    let asked: BTreeSet<_> = requests.iter().collect();
    println!("{} requests, {} different by name", requests.len(), asked.len());

    // A secret of a function's environment is nowhere: not in the recording, not in the snapshot, not in a report.
    for file in std::fs::read_dir(&recording).unwrap().chain(std::fs::read_dir(&out).unwrap()) {
        let path = file.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        assert!(!bytes.windows(16).any(|w| w == b"not-a-real-token"), "{} holds a secret", path.display());
    }
    same_again(&moto, &out, &recording, dir.path());
}

/// A replay, and a second look at the snapshot, give the same report byte for byte, without a single request.
fn same_again(moto: &Moto, out: &Path, recording: &Path, dir: &Path) {
    let first = std::fs::read(out.join("report.json")).unwrap();
    let clock = json(&out.join("report.json"))["run"]["clock"].as_str().unwrap().to_string();
    let snapshot = out.join("snapshot.kakunin");
    let again = dir.join("again");
    verify(moto, &sheet(), &again, &["--snapshot", snapshot.to_str().unwrap()]);
    assert_eq!(first, std::fs::read(again.join("report.json")).unwrap(), "the snapshot gives another report");

    let mut replays = Vec::new();
    for name in ["replay-1", "replay-2"] {
        let out = dir.join(name);
        verify(moto, &sheet(), &out, &["--replay", recording.to_str().unwrap(), "--at", &clock]);
        replays.push(std::fs::read(out.join("report.json")).unwrap());
    }
    assert_eq!(replays[0], replays[1], "two replays differ");
    let verdicts = |bytes: &[u8]| -> Vec<Value> {
        let report: Value = serde_json::from_slice(bytes).unwrap();
        report["items"].as_array().unwrap().iter().map(|i| json!([i["id"], i["verdict"], i["agreement"]])).collect()
    };
    assert_eq!(verdicts(&first), verdicts(&replays[0]), "the replay decides otherwise");
    assert!(moto.requests().is_empty(), "a replay asked AWS");
}

/// The policy of `kakunin policy` is enough, and without any one of a sample of its actions something is not seen.
#[test]
fn the_policy_is_enough_and_not_more() {
    let Some(moto) = Moto::start() else { return };
    moto.sample_account();
    let dir = tempfile::tempdir().unwrap();
    let policy = moto.kakunin(ADMIN).args(["policy", "--sheet"]).arg(sheet()).output().unwrap();
    assert!(policy.status.success());
    let mut policy: Value = serde_json::from_slice(&policy.stdout).unwrap();
    let file = dir.path().join("policy.json");
    std::fs::write(&file, policy.to_string()).unwrap();

    let look = |key: (&str, &str), name: &str| {
        let out = dir.path().join(name);
        let done = moto
            .kakunin(key)
            .args(["verify", "--region", HOME, "--format", "json", "--sheet"])
            .arg(sheet())
            .arg("--out")
            .arg(&out)
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert!(out.join("report.json").is_file(), "{}", String::from_utf8_lossy(&done.stderr));
        gaps(&json(&out.join("report.json")))
    };
    let full = look(ADMIN, "full");
    let iam = root().join("tests/moto/iam.py");
    let key = moto.script(&iam, &["user", file.to_str().unwrap()]);
    let (id, secret) = key.trim().split_once(' ').unwrap();
    moto.script(&iam, &["enforce"]);
    moto.requests();
    let least = look((id, secret), "least");
    let answered: BTreeSet<String> =
        moto.requests().into_iter().filter(|(status, ..)| status == "200").map(|(_, _, action)| action).collect();
    let missing: Vec<_> =
        least.difference(&full).filter(|(operation, _)| !ANOTHER_ACTION.contains(&operation.as_str())).collect();
    assert!(missing.is_empty(), "the policy is not enough: {missing:?}");

    let actions: Vec<String> =
        policy["Statement"][0]["Action"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_string()).collect();
    // Every action in turn takes minutes; `KAKUNIN_ALL_ACTIONS=1` tries them all.
    let step = if std::env::var_os("KAKUNIN_ALL_ACTIONS").is_some() { 1 } else { 17 };
    let mut tried = 0;
    for action in actions.iter().step_by(step) {
        let rest: Vec<&String> = actions.iter().filter(|a| *a != action).collect();
        policy["Statement"][0]["Action"] = json!(rest);
        std::fs::write(&file, policy.to_string()).unwrap();
        moto.script(&iam, &["policy", file.to_str().unwrap()]);
        let without = look((id, secret), "without");
        // Only what was asked by name, and answered, can be missed: REST services are logged by path, what moto lacks is
        // a gap with and without the permission, and some calls are about resources that this account has none of.
        let name = action.split(':').nth(1).unwrap();
        let asked = answered.contains(name);
        assert!(without != least || !asked, "without {action} nothing is missing");
        tried += usize::from(without != least);
    }
    assert!(tried >= 3, "only {tried} actions were seen to matter");
}

/// Operations for which moto asks for another IAM action than AWS does (Service Authorization Reference): it takes the
/// operation's own name, and the name in the request's signature for the service. AWS wins.
const ANOTHER_ACTION: &[&str] = &[
    "apigateway:GetDomainNames",
    "apigateway:GetRestApis",
    "apigateway:GetStages",
    "apigatewayv2:GetApis",
    "apigatewayv2:GetDomainNames",
    "cloudwatch:DescribeAlarms",
    "s3:GetBucketEncryption",
    "s3:GetBucketLifecycleConfiguration",
    "s3:GetBucketReplication",
    "s3:GetObjectLockConfiguration",
];

/// Gaps by operation.
fn gaps(report: &Value) -> BTreeSet<(String, String)> {
    report["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["operation"].as_str().unwrap().to_string(), g["reason"].as_str().unwrap().to_string()))
        .collect()
}

/// The real sheet, where it is at hand.
#[test]
fn the_real_sheet_is_reported_whole() {
    let shared = std::env::var_os("KAKUNIN_SHARED").map_or_else(|| root().join("../shared"), std::path::PathBuf::from);
    let real = shared.join("sheets/aianalyst-meti2013.txt");
    if !real.is_file() {
        eprintln!("SKIPPED: {} is not here", real.display());
        return;
    }
    let Some(moto) = Moto::start() else { return };
    moto.sample_account();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let done = verify(&moto, &real, &out, &[]);
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    let report = json(&out.join("report.json"));
    assert_eq!(report["summary"]["items"], 66);
    assert_eq!(report["items"].as_array().unwrap().len(), 66);
    for item in report["items"].as_array().unwrap() {
        assert!(item["match"]["framework_item"].is_string(), "{} matched nothing", item["id"]);
        assert!(!item["reason"].as_str().unwrap().is_empty());
    }
    for name in ["report.html", "snapshot.kakunin", "verified-aianalyst-meti2013.txt"] {
        assert!(out.join(name).is_file(), "{name}");
    }
}
