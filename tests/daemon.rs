//! `kakunin watch` as a process: signals, the service manager, health over HTTP, logs, traces, two at once.
#![cfg(feature = "watch")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo")
}

/// The demo's project in a folder of its own, with more settings.
fn project(settings: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["kakunin.toml", "sample-sheet.txt", "attestations.toml", "waivers.toml", "snapshot.kakunin"] {
        std::fs::copy(demo().join(name), dir.path().join(name)).unwrap();
    }
    let mut file = std::fs::File::options().append(true).open(dir.path().join("kakunin.toml")).unwrap();
    writeln!(file, "\n{settings}").unwrap();
    dir
}

fn watch(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("kakunin"));
    command.arg("watch").arg("--project").arg(dir).arg("--snapshot").arg(dir.join("snapshot.kakunin")).args(args);
    for name in ["NOTIFY_SOCKET", "KAKUNIN_LOG", "KAKUNIN_LOG_FORMAT", "OTEL_EXPORTER_OTLP_ENDPOINT"] {
        command.env_remove(name);
    }
    command.env("LANG", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn once(dir: &Path, args: &[&str]) -> Output {
    watch(dir, &[&["--once"], args].concat()).output().unwrap()
}

/// `name  seq  run` that `--once` prints; other lines are letters of a stdout channel.
fn seq(output: &Output) -> i64 {
    let out = text(&output.stdout);
    let line =
        out.lines().find(|line| !line.starts_with('{')).unwrap_or_else(|| panic!("{out}{}", text(&output.stderr)));
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

const STDOUT: &str = "[history]\nname = \"demo\"\n\n[[channel]]\nname = \"line\"\nkind = \"stdout\"\n";

#[test]
fn once_runs_remembers_and_tells_what_changed() {
    let dir = project(STDOUT);
    let first = once(dir.path(), &[]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert_eq!(seq(&first), 1);
    let letters: Vec<Value> =
        text(&first.stdout).lines().filter(|l| l.starts_with('{')).map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(letters.len(), 1, "the watch began: {}", text(&first.stdout));
    assert!(dir.path().join(".kakunin/history.db").is_file());
    // The same evidence a moment later: nothing changed, nothing is told.
    let second = once(dir.path(), &["--fail-on", "contradicted"]);
    assert_eq!(second.status.code(), Some(1), "{}", text(&second.stderr));
    assert_eq!(seq(&second), 2);
    assert!(!text(&second.stdout).contains('{'), "{}", text(&second.stdout));
}

#[test]
fn exit_codes_say_why_no_run_could_be_made() {
    let dir = project(STDOUT);
    std::fs::remove_file(dir.path().join("sample-sheet.txt")).unwrap();
    let output = once(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(65), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("sample-sheet.txt"), "{}", text(&output.stderr));
    // A second moment without a run is told, by the channel.
    let output = once(dir.path(), &[]);
    assert!(text(&output.stdout).contains("no run could be made since"), "{}", text(&output.stdout));
    // And the return.
    std::fs::copy(demo().join("sample-sheet.txt"), dir.path().join("sample-sheet.txt")).unwrap();
    let output = once(dir.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("runs are made again"), "{}", text(&output.stdout));

    let empty = tempfile::tempdir().unwrap();
    assert_eq!(once(empty.path(), &[]).status.code(), Some(64));
    let broken = project("[schedule]\ncron = \"at dawn\"\n");
    let output = once(broken.path(), &[]);
    assert_eq!(output.status.code(), Some(65), "{}", text(&output.stderr));
    let twice = project(STDOUT);
    let folder = twice.path().to_str().unwrap();
    assert_eq!(once(twice.path(), &["--project", folder]).status.code(), Some(64));
}

/// Answers 503 to the first so many requests, 200 afterwards; counts them.
fn receiver(refuses: usize) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let count = Arc::new(Mutex::new(0));
    let counts = count.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (mut reader, mut line, mut length) = (BufReader::new(stream.try_clone().unwrap()), String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let nth = {
                let mut count = counts.lock().unwrap();
                *count += 1;
                *count
            };
            let answer = if nth <= refuses { "503 Service Unavailable" } else { "200 OK" };
            write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        }
    });
    (url, count)
}

const WEBHOOK: &str = "[history]\nname = \"demo\"\n\n[[channel]]\nname = \"hook\"\nkind = \"webhook\"\n\
                       url = { env = \"HOOK_URL\" }\nsecret = { env = \"HOOK_KEY\" }\n";

#[test]
fn once_waits_for_a_receiver_that_is_away_for_a_moment_and_leaves_the_letter_where_it_stays_away() {
    let dir = project(WEBHOOK);
    let run = |url: &str, wait: &str| {
        let mut command = watch(dir.path(), &["--once", "--deliver", wait]);
        command.env("HOOK_URL", url).env("HOOK_KEY", "k").output().unwrap()
    };
    let begin = Instant::now();
    let gone = run("http://127.0.0.1:1/hook", "3");
    assert_eq!(gone.status.code(), Some(0), "the run ended: {}", text(&gone.stderr));
    assert!(begin.elapsed() < Duration::from_secs(30));
    // The next run's receiver refuses once: the letter of the first run gets there all the same.
    std::thread::sleep(Duration::from_secs(8));
    let (url, count) = receiver(1);
    let back = run(&url, "60");
    assert_eq!(back.status.code(), Some(0));
    assert_eq!(*count.lock().unwrap(), 2, "{}", text(&back.stderr));
}

#[test]
fn processes_at_once_make_one_run_at_a_time() {
    let dir = project(STDOUT);
    let children: Vec<Child> = (0..4).map(|_| watch(dir.path(), &["--once"]).spawn().unwrap()).collect();
    let codes: Vec<i32> =
        children.into_iter().map(|child| child.wait_with_output().unwrap().status.code().unwrap()).collect();
    assert!(codes.iter().all(|code| [0, 75].contains(code)), "{codes:?}");
    let made = codes.iter().filter(|code| **code == 0).count();
    assert!(made >= 1, "{codes:?}");
    assert_eq!(seq(&once(dir.path(), &[])), i64::try_from(made).unwrap() + 1);
}

/// A watch that stays up.
struct Up {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
}

impl Up {
    fn new(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, into) = (BufReader::new(child.stderr.take().unwrap()), log.clone());
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Self { child, log }
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn wait_for<T>(&self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            if let Some(found) = found(self) {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{what} did not come:\n{}", self.log().join("\n"));
    }

    fn address(&self) -> String {
        self.wait_for("the address", |up| {
            up.log().iter().find_map(|line| {
                let line: Value = serde_json::from_str(line).ok()?;
                Some(line["fields"]["address"].as_str()?.to_owned())
            })
        })
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    fn end(mut self) -> (i32, Duration) {
        let begin = Instant::now();
        let code = self.wait();
        (code, begin.elapsed())
    }

    fn wait(&mut self) -> i32 {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end:\n{}", self.log().join("\n"));
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// Status and body.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split_whitespace().nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn it_stays_up_says_how_it_is_and_stops_gracefully() {
    let dir = project(STDOUT);
    let socket = dir.path().join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut command = watch(dir.path(), &["--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "1000000");
    let up = Up::new(command);
    let address = up.address();
    up.wait_for("the first run", |_| (get(&address, "/readyz").0 == 200).then_some(()));
    assert_eq!(get(&address, "/healthz"), (200, "alive\n".to_owned()));
    let (_, state) = get(&address, "/state");
    let state: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(state["sheets"][0]["sheet"], "demo");
    assert_eq!(state["sheets"][0]["runs"][0]["seq"], 1);
    assert!(state["sheets"][0]["next_run"].is_string(), "{state}");
    assert_eq!(state["sheets"][0]["letters"]["dead"], 0);
    up.wait_for("the letter", |_| get(&address, "/metrics").1.contains("outcome=\"delivered\"} 1").then_some(()));
    let (status, numbers) = get(&address, "/metrics");
    assert_eq!(status, 200);
    for line in [
        "kakunin_runs_total{sheet=\"demo\",kind=\"full\",result=\"ok\"} 1",
        "kakunin_run_duration_seconds_count{sheet=\"demo\",kind=\"full\"} 1",
        "kakunin_items{sheet=\"demo\",verdict=\"FAIL\"}",
        "kakunin_last_success_timestamp_seconds{sheet=\"demo\"}",
        "# TYPE kakunin_runs counter",
    ] {
        assert!(numbers.contains(line), "{line} is not in\n{numbers}");
    }
    assert!(numbers.ends_with("# EOF\n"));

    let mut told = String::new();
    let mut buffer = [0; 4096];
    let hear = |told: &mut String, buffer: &mut [u8]| {
        while let Ok(read) = manager.recv(buffer) {
            told.push_str(&text(&buffer[..read]));
            told.push('\n');
        }
    };
    let begin = Instant::now();
    while !told.contains("WATCHDOG=1") && begin.elapsed() < Duration::from_secs(10) {
        hear(&mut told, &mut buffer);
    }
    assert!(told.contains("READY=1") && told.contains("WATCHDOG=1") && told.contains("STATUS=demo"), "{told}");

    up.signal("-TERM");
    let log = up.log.clone();
    let (code, took) = up.end();
    assert_eq!(code, 0);
    assert!(took < Duration::from_secs(5), "{took:?}");
    hear(&mut told, &mut buffer);
    assert!(told.contains("STOPPING=1"), "{told}");
    std::thread::sleep(Duration::from_millis(200));
    let lines = log.lock().unwrap().clone();
    let read: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    let run = read.iter().find(|line| line["fields"]["message"] == "the run is in the history").expect("a run's line");
    assert_eq!(run["span"]["sheet"], "demo");

    // Begun again, it knows that the night's run was made.
    let up = Up::new(watch(dir.path(), &["--listen", "127.0.0.1:0", "--log-format", "json"]));
    let address = up.address();
    up.wait_for("readiness", |_| (get(&address, "/readyz").0 == 200).then_some(()));
    let (_, state) = get(&address, "/state");
    let state: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(state["sheets"][0]["runs"].as_array().unwrap().len(), 1, "{state}");
    up.signal("-INT");
    assert_eq!(up.end().0, 0);
}

#[test]
fn an_address_that_is_taken_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = project(STDOUT);
    let output = watch(dir.path(), &["--listen", &taken.local_addr().unwrap().to_string()]).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("--listen"), "{}", text(&output.stderr));
}

/// Takes one request after the other; answers each with `answer`, or never.
fn collector(answer: bool) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let into = bodies.clone();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            if !answer {
                held.push(stream);
                continue;
            }
            let into = into.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                loop {
                    let (mut line, mut length) = (String::new(), 0);
                    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                            length = value.trim().parse().unwrap();
                        }
                        line.clear();
                    }
                    if length == 0 {
                        return;
                    }
                    let mut body = vec![0; length];
                    reader.read_exact(&mut body).unwrap();
                    into.lock().unwrap().extend(body);
                    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
                }
            });
        }
    });
    (address, bodies)
}

#[test]
fn traces_reach_a_collector() {
    let dir = project(STDOUT);
    let (address, bodies) = collector(true);
    let output = watch(dir.path(), &["--once"]).env("OTEL_EXPORTER_OTLP_ENDPOINT", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let sent = text(&bodies.lock().unwrap());
    // Protobuf holds strings as they are.
    for name in ["kakunin", "run", "collect", "decide", "commit", "deliver", "sheet"] {
        assert!(sent.contains(name), "{name} is not in what was sent: {sent:?}; {}", text(&output.stderr));
    }
}

#[test]
fn a_collector_that_is_gone_or_hangs_holds_no_run_up() {
    let dir = project(STDOUT);
    let (hangs, _) = collector(false);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [hangs, format!("http://{free}"), "no address".to_owned()] {
        let begin = Instant::now();
        let output = watch(dir.path(), &["--once"]).env("OTEL_EXPORTER_OTLP_ENDPOINT", &address).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{address}: {}", text(&output.stderr));
        assert!(begin.elapsed() < Duration::from_secs(20), "{address}: {:?}", begin.elapsed());
        assert!(text(&output.stderr).contains("the run is in the history"), "{}", text(&output.stderr));
    }
}
