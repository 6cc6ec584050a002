//! `kakunin mcp`, spoken to over its standard input and output, one JSON-RPC message a line, as an agent does.
#![cfg(feature = "mcp")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes on a busy machine, in seconds.
const PATIENCE: u64 = 120;

fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/demo").join(name)
}

/// A served folder with the sample company's project in it, and something beside it that is nobody's business.
fn place() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("served/project");
    std::fs::create_dir_all(&project).unwrap();
    for name in ["kakunin.toml", "sample-sheet.txt", "attestations.toml", "waivers.toml", "snapshot.kakunin"] {
        std::fs::copy(demo(name), project.join(name)).unwrap();
    }
    std::fs::copy(demo("sample-sheet.txt"), dir.path().join("secret.txt")).unwrap();
    dir
}

/// A client of a running server.
struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    next: i64,
}

impl Client {
    fn start(root: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kakunin"))
            .args(["mcp", "--root", root.to_str().unwrap()])
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let stdin = child.stdin.take();
        let mut client = Self { child, stdin, lines, next: 0 };
        let hello = client.ask(
            "initialize",
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "kakunin", "{hello}");
        assert!(hello["result"]["instructions"].as_str().unwrap().contains("Nothing is written"));
        client.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        client
    }

    fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
        stdin.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(PATIENCE)).expect("no answer");
            // Whatever else stands on standard output would break the protocol.
            let answer: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
            assert_eq!(answer["jsonrpc"], "2.0");
            if answer["id"] == id {
                return answer;
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// What a tool gives, held against the schema that it promises.
    fn give(&mut self, schemas: &BTreeMap<String, Value>, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, arguments.clone());
        let result = &answer["result"];
        assert_eq!(result["isError"], false, "{tool} {arguments}: {answer}");
        let given = result["structuredContent"].clone();
        let as_text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(given, as_text, "the text for older clients says the same");
        let validator = jsonschema::validator_for(&schemas[tool]).unwrap();
        let errors: Vec<String> = validator.iter_errors(&given).map(|e| e.to_string()).take(5).collect();
        assert!(errors.is_empty(), "{tool}: {errors:?}");
        given
    }

    /// The message of a tool's error.
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, arguments.clone());
        assert_eq!(answer["result"]["isError"], true, "{tool} {arguments}: {answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }

    fn schemas(&mut self) -> BTreeMap<String, Value> {
        let tools = self.ask("tools/list", json!({}));
        let tools = tools["result"]["tools"].as_array().unwrap().clone();
        tools
            .into_iter()
            .map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool["outputSchema"].clone()))
            .collect()
    }

    /// Says goodbye; the server must end by itself.
    fn end(mut self) -> String {
        drop(self.stdin.take());
        let output = self.child.wait_with_output().unwrap();
        assert!(output.status.success(), "{:?}", output.status);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

#[test]
fn every_tool_only_reads_and_says_what_it_takes_and_gives() {
    let place = place();
    let mut client = Client::start(&place.path().join("served"));
    let tools = client.ask("tools/list", json!({}));
    let tools = tools["result"]["tools"].as_array().unwrap();
    let mut names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["explain_verdict", "list_checks", "propose_mapping", "read_sheet", "show_evidence", "verify_item"]
    );
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["annotations"]["openWorldHint"], false, "{tool}");
        assert!(tool["description"].as_str().unwrap().len() > 40, "{tool}");
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[schema]["type"], "object", "{tool}");
            jsonschema::validator_for(&tool[schema]).unwrap();
        }
        // A misspelt argument must not be passed over.
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        for (name, argument) in tool["inputSchema"]["properties"].as_object().unwrap() {
            assert!(argument["description"].is_string(), "{name} of {} is not explained", tool["name"]);
        }
    }
    assert_eq!(client.end(), "", "a log where nothing went wrong");
}

#[test]
fn a_sheet_is_read_and_mapped() {
    let place = place();
    let mut client = Client::start(&place.path().join("served"));
    let schemas = client.schemas();
    let path = "project/sample-sheet.txt";
    let whole = client.give(&schemas, "read_sheet", json!({"path": path}));
    let items = whole["sheet"]["items"].as_array().unwrap();
    assert_eq!((items.len(), &whole["total_items"], &whole["next_offset"]), (43, &json!(43), &Value::Null));
    assert!(!whole["sheet"]["unread"].as_array().unwrap().is_empty());
    // In pages nothing is lost.
    let mut pages = Vec::new();
    let mut offset = json!(0);
    while !offset.is_null() {
        let page = client.give(&schemas, "read_sheet", json!({"path": path, "offset": offset, "limit": 10}));
        pages.extend(page["sheet"]["items"].as_array().unwrap().clone());
        offset = page["next_offset"].clone();
    }
    assert_eq!(&pages, items);
    let all = client.give(&schemas, "propose_mapping", json!({"path": path}));
    assert_eq!(all["proposals"].as_array().unwrap().len(), 43);
    let one = client.give(&schemas, "propose_mapping", json!({"path": path, "item": "6.10"}));
    assert_eq!(one["proposals"].as_array().unwrap().len(), 1);
    let reason = &one["proposals"][0]["reason"];
    assert!(reason["ja"].is_string() && reason["en"].is_string(), "{one}");
    let error = client.refused("propose_mapping", json!({"path": path, "item": "6.100"}));
    assert!(error.contains("did you mean 6.10"), "{error}");
    client.end();
}

/// The tools say of each item what `kakunin verify` says.
#[test]
fn verdicts_are_those_of_verify() {
    let place = place();
    let project = place.path().join("served/project");
    let verify = Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(["verify", "--snapshot", "snapshot.kakunin", "--out", "../out", "--format", "json", "--fail-on", "never"])
        .current_dir(&project)
        .output()
        .unwrap();
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
    let report: Value =
        serde_json::from_slice(&std::fs::read(place.path().join("served/out/report.json")).unwrap()).unwrap();
    let mut client = Client::start(&place.path().join("served"));
    let schemas = client.schemas();
    let mut seen = std::collections::BTreeSet::new();
    for item in report["items"].as_array().unwrap() {
        if !seen.insert(item["verdict"].as_str().unwrap()) {
            continue;
        }
        let ask = json!({"project": "project", "item": item["id"], "max_findings": 100_000});
        let one = client.give(&schemas, "verify_item", ask);
        assert_eq!(one["run"], report["run"]);
        assert_eq!((&one["item"]["verdict"], &one["item"]["reason"]), (&item["verdict"], &item["reason"]));
        // Positions were renumbered; what they point at is the same.
        let claims = item["claims"].as_array().unwrap().iter().zip(one["item"]["claims"].as_array().unwrap());
        for (there, here) in claims {
            for (a, b) in there["checks"].as_array().unwrap().iter().zip(here["checks"].as_array().unwrap()) {
                for list in ["findings", "gaps"] {
                    let all = |report: &Value, check: &Value| -> Vec<Value> {
                        let indexes = check[list].as_array().cloned().unwrap_or_default();
                        indexes.iter().map(|i| report[list][i.as_u64().unwrap() as usize].clone()).collect()
                    };
                    assert_eq!(all(&report, a), all(&one, b), "{} {list}", a["id"]);
                }
            }
        }
        for finding in one["findings"].as_array().unwrap() {
            for id in finding["evidence"].as_array().unwrap() {
                let known = one["evidence"].as_array().unwrap().iter().any(|e| e["id"] == *id);
                let there = report["evidence"].as_array().unwrap().iter().any(|e| e["id"] == *id);
                assert_eq!(known, there, "{id}");
            }
        }
        let why = client.give(&schemas, "explain_verdict", json!({"project": "project", "item": item["id"]}));
        assert_eq!((&why["verdict"], &why["reason"]["en"]), (&item["verdict"], &item["reason"]));
        assert!(["meaning", "reason", "agreement_meaning"].iter().all(|w| why[w]["ja"] != "" && why[w]["en"] != ""));
    }
    assert!(seen.len() >= 9, "the sample has fewer kinds of verdicts than it had: {seen:?}");

    // Fewer findings than there are: the worst are kept, and what is left out is told.
    let failing = report["items"].as_array().unwrap().iter().find(|i| i["verdict"] == "FAIL").unwrap();
    let few =
        client.give(&schemas, "verify_item", json!({"project": "project", "item": failing["id"], "max_findings": 1}));
    assert_eq!((few["findings"].as_array().unwrap().len(), &few["findings"][0]["outcome"]), (1, &json!("fail")));
    assert!(few["findings_left_out"].as_u64().unwrap() > 0);

    // Its clock can be set: the sample's waivers end in March 2027.
    let waived = report["items"].as_array().unwrap().iter().find(|i| i["verdict"] == "WAIVED").unwrap();
    let ask = json!({"project": "project", "item": waived["id"], "at": "2027-04-01T00:00:00Z"});
    assert_eq!(client.give(&schemas, "verify_item", ask)["item"]["verdict"], "FAIL");

    // From a finding to what AWS answered.
    let observation = &few["findings"][0]["evidence"][0];
    let shown = client.give(&schemas, "show_evidence", json!({"project": "project", "observation": observation}));
    assert_eq!(&shown["id"], observation);
    assert!(shown["reproduce"].as_str().unwrap().starts_with("aws "), "{shown}");
    assert_eq!(shown["snapshot_sha256"], report["run"]["snapshot"]["sha256"]);
    let named = json!({"snapshot": "project/snapshot.kakunin", "observation": observation});
    assert_eq!(client.give(&schemas, "show_evidence", named), shown);
    client.end();
}

#[test]
fn checks_are_listed_by_topic() {
    let place = place();
    let mut client = Client::start(&place.path().join("served"));
    let schemas = client.schemas();
    let all = client.give(&schemas, "list_checks", json!({}));
    let some = client.give(&schemas, "list_checks", json!({"topic": "multi-az"}));
    let (all, some) = (all["checks"].as_array().unwrap().len(), some["checks"].as_array().unwrap().clone());
    assert!(!some.is_empty() && some.len() < all);
    assert!(some.iter().all(|check| check["detail"]["why"]["ja"] != "" && check["detail"]["reads"][0].is_string()));
    assert!(some.iter().all(|check| check["topics"].as_array().unwrap().contains(&json!("multi-az"))));
    assert!(client.refused("list_checks", json!({"topic": "multi-azz"})).contains("did you mean multi-az"));
    client.end();
}

#[test]
fn nothing_outside_of_the_served_folder_is_read() {
    let place = place();
    let served = place.path().join("served");
    let secret = place.path().join("secret.txt");
    let whole = secret.to_str().unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, served.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(place.path(), served.join("up")).unwrap();
    }
    let mut client = Client::start(&served);
    for path in ["../secret.txt", "project/../../secret.txt", whole, "/etc/hosts", "link.txt", "up/secret.txt"] {
        for (tool, ask) in [
            ("read_sheet", json!({"path": path})),
            ("propose_mapping", json!({"path": path})),
            ("show_evidence", json!({"snapshot": path, "observation": "o"})),
            ("verify_item", json!({"project": "project", "item": "1.1", "snapshot": path})),
            ("explain_verdict", json!({"project": "project", "item": "1.1", "snapshot": path})),
        ] {
            let error = client.refused(tool, ask);
            assert!(error.contains("found one outside"), "{tool} {path}: {error}");
        }
    }
    for project in ["..", "up", "/"] {
        for (tool, ask) in [
            ("verify_item", json!({"project": project, "item": "1.1"})),
            ("list_checks", json!({"project": project})),
            ("show_evidence", json!({"project": project, "observation": "o"})),
        ] {
            let error = client.refused(tool, ask);
            assert!(error.contains("found one outside"), "{tool} {project}: {error}");
        }
    }
    // Nor by what a project's settings name.
    std::fs::write(served.join("project/kakunin.toml"), "sheet = \"../../secret.txt\"\n").unwrap();
    let error = client.refused("verify_item", json!({"project": "project", "item": "1.1"}));
    assert!(error.contains("found one outside"), "{error}");
    std::fs::write(served.join("project/kakunin.toml"), format!("sheet = {whole:?}\n")).unwrap();
    let error = client.refused("verify_item", json!({"project": "project", "item": "1.1"}));
    assert!(error.contains("found one outside"), "{error}");
    client.end();
}

#[test]
fn mistakes_are_told_and_the_server_goes_on() {
    let place = place();
    let served = place.path().join("served");
    std::fs::write(served.join("broken.kakunin"), "no snapshot").unwrap();
    std::fs::write(served.join("broken.xlsx"), "no workbook").unwrap();
    std::fs::create_dir(served.join("bare")).unwrap();
    std::fs::copy(demo("sample-sheet.txt"), served.join("bare/sheet.txt")).unwrap();
    std::fs::write(served.join("bare/kakunin.toml"), "sheet = \"sheet.txt\"\n").unwrap();
    let mut client = Client::start(&served);
    for (tool, ask, wanted) in [
        ("read_sheet", json!({"path": "none.txt"}), "that is there"),
        ("read_sheet", json!({"path": "project"}), "expected a file"),
        ("read_sheet", json!({"path": "broken.xlsx"}), "broken.xlsx"),
        ("read_sheet", json!({}), "path"),
        ("read_sheet", json!({"path": 7}), "string"),
        ("read_sheet", json!({"path": "project/sample-sheet.txt", "limits": 1}), "limits"),
        ("verify_item", json!({"project": "project", "item": "99.1"}), "read_sheet lists them"),
        ("verify_item", json!({"project": "project", "item": "1.1", "at": "today"}), "2026-04-01T09:00:00+09:00"),
        ("verify_item", json!({"project": "project", "item": "1.1", "snapshot": "broken.kakunin"}), "broken.kakunin"),
        ("verify_item", json!({"project": "bare", "item": "1.1"}), "kakunin collect"),
        ("show_evidence", json!({"observation": "o-1"}), "found neither"),
        ("show_evidence", json!({"project": "project", "observation": "o-1"}), "id of an observation"),
    ] {
        let error = client.refused(tool, ask.clone());
        assert!(error.contains(wanted), "{tool} {ask}: {error}");
        assert!(!error.contains(place.path().to_str().unwrap()), "the path of the root is told: {error}");
    }
    // What is no call of a tool of ours is an error of the protocol.
    assert_eq!(client.call("delete_everything", json!({}))["error"]["code"], -32602);
    assert_eq!(client.ask("no/such/method", json!({}))["error"]["code"], -32601);
    for line in ["{nonsense", "", "[]", "42", "\u{0}\u{1}", "{\"jsonrpc\":\"2.0\"}", &"x".repeat(1 << 20)] {
        client.say(line);
    }
    assert!(client.call("list_checks", json!({"topic": "multi-az"}))["result"]["isError"] == false);

    // A broken snapshot is told and not passed over for an older one.
    std::fs::copy(served.join("broken.kakunin"), served.join("project/newer.kakunin")).unwrap();
    let error = client.refused("verify_item", json!({"project": "project", "item": "1.1"}));
    assert!(error.contains("newer.kakunin"), "{error}");
    client.end();
}

#[test]
fn no_tool_writes_anything() {
    let place = place();
    let served = place.path().join("served");
    let state = || {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(served.join("project")).unwrap().map(Result::unwrap) {
            files.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
        files
    };
    let before = state();
    let mut client = Client::start(&served);
    let schemas = client.schemas();
    client.give(&schemas, "read_sheet", json!({"path": "project/sample-sheet.txt"}));
    client.give(&schemas, "propose_mapping", json!({"path": "project/sample-sheet.txt"}));
    client.give(&schemas, "verify_item", json!({"project": "project", "item": "1.1"}));
    client.give(&schemas, "explain_verdict", json!({"project": "project", "item": "1.1"}));
    client.give(&schemas, "list_checks", json!({"project": "project"}));
    client.end();
    assert_eq!(state(), before);
    assert_eq!(std::fs::read_dir(&served).unwrap().count(), 1);
}

#[test]
fn a_root_that_is_no_folder_is_told_at_once() {
    let place = place();
    let out = Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(["mcp", "--root", place.path().join("secret.txt").to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!((out.status.code(), out.stdout.len()), (Some(64), 0));
    // A client that leaves without a word is no failure.
    let out = Command::new(env!("CARGO_BIN_EXE_kakunin"))
        .args(["mcp", "--root", place.path().to_str().unwrap()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!((out.status.code(), out.stdout.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&out.stderr));
}
