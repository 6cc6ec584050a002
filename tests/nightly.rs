//! The watch over HTTP against moto: an account made and changed by boto3, calls that become events, a queue, a receiver.
//!
//! `KAKUNIN_ROUNDS=100 cargo test --test nightly seconds -- --nocapture` prints how long a change takes to be told.
#![cfg(all(feature = "watch", feature = "aws"))]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{HOME, Moto, root};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

const ADMIN: (&str, &str) = ("testing", "testing");
/// Far above what a change takes here; a machine under load is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

const SHEET: &str = "No,確認事項,回答,備考\n\
    1,データベースを複数のアベイラビリティーゾーンに置いていること。,○,\n\
    2,管理用のポートをインターネットに開いていないこと。,○,\n\
    3,方針を毎年見直していること。,○,\n";

const MAPPING: &str = r#"
[[item]]
id = "1"
text = "データベースを複数のアベイラビリティーゾーンに置いていること。"
confidence = 1.0
review = "approved"
who = "Hanako Sato"
when = "2026-11-01T00:00:00Z"

  [[item.claim]]
  id = "own/1/zones"
  text = "データベースは複数のゾーンにある"
  by = "live"
  checks = ["rds/instance-multi-az"]

[[item]]
id = "2"
text = "管理用のポートをインターネットに開いていないこと。"
confidence = 1.0
review = "approved"
who = "Hanako Sato"
when = "2026-11-01T00:00:00Z"

  [[item.claim]]
  id = "own/2/ports"
  text = "管理用のポートは閉じている"
  by = "live"
  checks = ["ec2/security-group-no-admin-ports"]

[[item]]
id = "3"
text = "方針を毎年見直していること。"
confidence = 1.0
review = "approved"
who = "Hanako Sato"
when = "2026-11-01T00:00:00Z"

  [[item.claim]]
  id = "own/3/reviewed"
  text = "方針は毎年見直す"
  by = "attest"
"#;

fn settings(queue: &str, topic: &str) -> String {
    format!(
        r#"
sheet = "sheet.csv"

[scope]
regions = ["{HOME}"]

[history]
name = "shop"

[schedule]
cron = "0 3 * * *"
zone = "Asia/Tokyo"
jitter-seconds = 0

[events]
queue = "{queue}"
settle-seconds = 1

[[channel]]
name = "receiver"
kind = "webhook"
url = {{ env = "KAKUNIN_TEST_URL" }}
secret = {{ env = "KAKUNIN_TEST_SECRET" }}

[[channel]]
name = "people"
kind = "sns"
topic = "{topic}"

[[channel]]
name = "bus"
kind = "event-bridge"
bus = "kakunin-alerts"

[[channel]]
name = "hub"
kind = "security-hub"
"#
    )
}

/// A project of three items, the account that it speaks of, and the receiver of its alerts.
struct Watched {
    moto: Moto,
    dir: tempfile::TempDir,
    group: String,
    queue: String,
    receiver: MockServer,
    told: usize,
}

impl Watched {
    async fn new() -> Option<Self> {
        let moto = Moto::start()?;
        let made: Value = serde_json::from_str(&moto.script(&script(), &["make"])).unwrap();
        let (queue, group) = (made["queue"].as_str().unwrap().to_owned(), made["group"].as_str().unwrap().to_owned());
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(&queue, made["topic"].as_str().unwrap());
        std::fs::write(dir.path().join("kakunin.toml"), settings).unwrap();
        std::fs::write(dir.path().join("sheet.csv"), SHEET).unwrap();
        std::fs::write(dir.path().join("mapping.toml"), MAPPING).unwrap();
        let receiver = MockServer::start().await;
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&receiver).await;
        Some(Self { moto, dir, group, queue, receiver, told: 0 })
    }

    fn project(&self) -> &Path {
        self.dir.path()
    }

    fn kakunin(&self) -> std::process::Command {
        let mut command = self.moto.kakunin(ADMIN);
        command.env("KAKUNIN_TEST_URL", self.receiver.uri()).env("KAKUNIN_TEST_SECRET", "s3cret");
        command
    }

    fn watch(&self) -> Daemon {
        self.watch_with(&[])
    }

    fn watch_with(&self, env: &[(&str, &str)]) -> Daemon {
        let child = self
            .kakunin()
            .envs(env.iter().copied())
            .args(["watch", "--project"])
            .arg(self.project())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.project().join("watch.log")).unwrap())
            .spawn()
            .unwrap();
        Daemon(child)
    }

    fn change(&self, args: &[&str]) -> Instant {
        self.moto.script(&script(), args);
        Instant::now()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.project().join("watch.log")).unwrap_or_default()
    }

    /// Transitions of the next message; the first of a kind that was told before is a failure of the caller's.
    async fn next(&mut self) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let requests = self.receiver.received_requests().await.unwrap();
            if let Some(request) = requests.get(self.told) {
                self.told += 1;
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                return transitions(&body);
            }
            assert!(began.elapsed() < PATIENCE, "nothing was told\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn untold(&self) -> usize {
        self.receiver.received_requests().await.unwrap().len() - self.told
    }
}

/// The message's transitions, wherever the body has the message.
fn transitions(body: &Value) -> Vec<Value> {
    let message = body.get("message").unwrap_or(body);
    message["transitions"].as_array().unwrap_or_else(|| panic!("{body}")).clone()
}

fn script() -> PathBuf {
    root().join("tests/moto/watched_account.py")
}

/// Stops with the test.
struct Daemon(Child);

impl Daemon {
    /// SIGTERM, as systemd and Kubernetes do it.
    fn stop(&mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn kinds(transitions: &[Value]) -> Vec<(&str, &str)> {
    transitions
        .iter()
        .map(|t| (t["subject"]["item"]["id"].as_str().unwrap_or("-"), t["kind"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_told_once_with_who_changed_it() {
    let Some(mut watched) = Watched::new().await else { return };
    let mut daemon = watched.watch();
    let began = watched.next().await;
    assert_eq!(kinds(&began), [("-", "began")]);

    let group = watched.group.clone();
    watched.change(&["open", &group]);
    let broken = watched.next().await;
    assert_eq!(kinds(&broken), [("2", "broken")]);
    let culprit = &broken[0]["resources"][0];
    assert_eq!(culprit["resource"]["id"], json!(group));
    let call = &culprit["by"]["calls"][0];
    assert_eq!(call["name"], "AuthorizeSecurityGroupIngress", "{culprit}");
    assert_eq!(call["who"], "arn:aws:iam::123456789012:user/aya");

    watched.change(&["close", &group]);
    assert_eq!(kinds(&watched.next().await), [("2", "restored")]);
    watched.change(&["single"]);
    assert_eq!(kinds(&watched.next().await), [("1", "broken")]);
    watched.change(&["multi"]);
    assert_eq!(kinds(&watched.next().await), [("1", "restored")]);

    // Reads, duplicates and nonsense change nothing, and nothing is told of them.
    let queue = watched.queue.clone();
    watched.change(&["flood", "60", &queue]);
    watched.change(&["vanish"]);
    // One call deletes one database: between the two the claim still holds of the other.
    let mut last = watched.next().await;
    while kinds(&last) != [("1", "emptied")] {
        last = watched.next().await;
    }
    assert_eq!(daemon.stop(), Some(0), "{}", watched.log());
    assert_eq!(watched.untold().await, 0);

    told_by_aws(&watched);

    // What partial runs left is what a full look finds.
    let out = watched.project().join("out");
    let mut full = watched.kakunin();
    let done = full.args(["verify", "--format", "json", "--project"]).arg(watched.project()).arg("--out").arg(&out);
    let done = done.output().unwrap();
    assert_eq!(done.status.code(), Some(2), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let verdicts: Vec<_> = report["items"].as_array().unwrap().iter().map(|item| item["verdict"].clone()).collect();
    assert_eq!(verdicts, ["UNTESTED", "PASS", "UNATTESTED"]);
    let history = watched.kakunin().args(["history", "--json", "--project"]).arg(watched.project()).output().unwrap();
    let history: Value = serde_json::from_slice(&history.stdout).unwrap();
    let runs = history["runs"].as_array().unwrap();
    assert_eq!(
        runs.first().map(|entry| (&entry["run"]["kind"], &entry["run"]["transitions"])),
        Some((&json!("full"), &json!(0)))
    );
}

/// SNS, EventBridge and Security Hub were told the same, each in its own form.
fn told_by_aws(watched: &Watched) {
    let told: Value = serde_json::from_str(&watched.moto.script(&script(), &["told"])).unwrap();
    let by_sns: Vec<Value> = told["told-by-sns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sent| serde_json::from_str(sent["Message"].as_str().unwrap()).unwrap())
        .collect();
    let mut by_bus: Vec<(String, String)> = told["told-by-bus"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            assert_eq!(event["detail-type"], "Kakunin Verdict Changed");
            let transition = &event["detail"]["transition"];
            (transition["id"].to_string(), transition["kind"].to_string())
        })
        .collect();
    let mut expected: Vec<(String, String)> = by_sns
        .iter()
        .flat_map(transitions)
        .map(|transition| (transition["id"].to_string(), transition["kind"].to_string()))
        .collect();
    by_bus.sort();
    expected.sort();
    assert!(expected.len() >= 6, "{expected:?}");
    assert_eq!(by_bus, expected);
    // The hub has one finding per item, as it stands now.
    let hub = told["hub"].as_array().unwrap();
    let of = |id: &str| hub.iter().find(|finding| finding["Id"] == id).unwrap_or_else(|| panic!("{hub:?}"));
    assert_eq!(of("kakunin/shop/2")["RecordState"], "ARCHIVED");
    assert_eq!(of("kakunin/shop/2")["Compliance"]["Status"], "PASSED");
    assert_eq!(of("kakunin/shop/1")["RecordState"], "ACTIVE");
    assert_eq!(of("kakunin/shop/1")["Compliance"]["Status"], "NOT_AVAILABLE");
}

/// Law 2, all the way to the alert: a part that could not be read keeps nothing of the green before it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_part_cannot_read_is_told_and_not_green() {
    let Some(mut watched) = Watched::new().await else { return };
    let once = watched.kakunin().args(["watch", "--once", "--project"]).arg(watched.project()).output().unwrap();
    assert_eq!(once.status.code(), Some(0), "{}", String::from_utf8_lossy(&once.stderr));
    assert_eq!(kinds(&watched.next().await), [("-", "began")]);
    // Nothing listens there.
    let mut daemon = watched.watch_with(&[("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:9")]);
    watched.change(&["single"]);
    let blind = watched.next().await;
    assert_eq!(kinds(&blind), [("1", "blind")]);
    assert_eq!((&blind[0]["from"], &blind[0]["to"]), (&json!("PASS"), &json!("INCONCLUSIVE")));
    assert_eq!(daemon.stop(), Some(0), "{}", watched.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_within_seconds() {
    let rounds: usize = std::env::var("KAKUNIN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2);
    let Some(mut watched) = Watched::new().await else { return };
    let mut daemon = watched.watch();
    watched.next().await;
    let group = watched.group.clone();
    let mut took = Vec::new();
    for round in 0..rounds {
        let (change, kind) = if round % 2 == 0 { ("open", "broken") } else { ("close", "restored") };
        let began = watched.change(&[change, &group]);
        assert_eq!(kinds(&watched.next().await), [("2", kind)]);
        took.push(began.elapsed());
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
    println!("event to alert over {rounds} changes: p50 {:?}, p99 {:?}, longest {:?}", at(0.5), at(0.99), at(1.0));
    assert_eq!(daemon.stop(), Some(0), "{}", watched.log());
}
