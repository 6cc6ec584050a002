//! What is shipped to run Kakunin elsewhere, and what docs/watch.md says of it, is of this program: its commands, its
//! flags, its settings, its metrics. The tools of each place look at their own files where they are installed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kakunin::mapping::Project;
use kakunin::model::ChangeKind;
use regex::Regex;

const DOCS: [&str; 2] = ["docs/watch.md", "docs/watch.ja.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn kakunin(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakunin")).args(args).env("LANG", "C").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a tool; none, and a message, where it is not installed.
fn tool(name: &str, args: &[&str]) -> Option<Output> {
    match Command::new(name)
        .args(args)
        .current_dir(root())
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_CLI_CONFIG_FILE")
        .output()
    {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: {name} is not to be had ({error})");
            None
        }
    }
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".terraform") {
            files(&path, into);
        } else if path.is_file() {
            into.push(path);
        }
    }
}

/// Every file under deploy/, and the documents.
fn written() -> Vec<(String, String)> {
    let mut all = Vec::new();
    files(&root().join("deploy"), &mut all);
    all.extend(DOCS.map(|doc| root().join(doc)));
    let mut all: Vec<(String, String)> = all
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some((path.strip_prefix(root()).unwrap().display().to_string(), text))
        })
        .collect();
    all.sort();
    all
}

/// The words that follow `kakunin` wherever a command is written, and the argument lists of containers.
fn invocations(text: &str) -> Vec<Vec<String>> {
    let spoken = Regex::new(r"(?:^|[\s`/])kakunin ((?:[a-z]+)(?: [^\s`|&;<>()#。、]+)*)").unwrap();
    let lists =
        Regex::new(r#"(?:args: |CMD |command += |kakunin:0\.1\.0 )\[?"?((?:watch|serve|verify)\b[^\]\n#]*)"#).unwrap();
    let words = |found: &str| -> Vec<String> {
        let plain = found.replace(['"', ',', '[', ']'], " ");
        plain.split_whitespace().map(str::to_owned).collect()
    };
    // Kubernetes' namespace has the name, too.
    let text = text.replace("-n kakunin ", "");
    spoken.captures_iter(&text).chain(lists.captures_iter(&text)).map(|found| words(&found[1])).collect()
}

/// Commands that only some builds have.
fn is_built(command: &str) -> bool {
    match command {
        "watch" => cfg!(feature = "watch"),
        "serve" => cfg!(feature = "web"),
        "alert" => cfg!(feature = "alert"),
        "history" | "diff" => cfg!(feature = "history"),
        "mcp" => cfg!(feature = "mcp"),
        _ => true,
    }
}

#[test]
fn every_command_and_flag_that_is_written_exists() {
    let commands: BTreeSet<String> = text(&kakunin(&["--help"]).stdout)
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(commands.contains("verify"), "{commands:?}");
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for (file, content) in written() {
        for words in invocations(&content) {
            // Prose goes on in lower case, too: a command is meant where it is one, or where a flag follows.
            let (command, rest) = words.split_first().unwrap();
            let has_flag = rest.iter().any(|word| word.starts_with("--"));
            if !is_built(command) || !(has_flag || commands.contains(command)) {
                continue;
            }
            if !commands.contains(command) {
                wrong.push(format!("{file}: kakunin {command} is no command: {words:?}"));
                continue;
            }
            let mut path = vec![command.as_str()];
            if ["alert", "checks", "evidence"].contains(&command.as_str()) {
                path.extend(rest.first().map(String::as_str).filter(|word| !word.starts_with('-')));
            }
            let help = kakunin(&[path.clone(), vec!["--help"]].concat());
            if !help.status.success() {
                wrong.push(format!("{file}: kakunin {} is no command", path.join(" ")));
                continue;
            }
            let help = text(&help.stdout);
            seen.insert(command.clone());
            for flag in rest.iter().filter(|word| word.starts_with("--")) {
                // Of builds that have a history only.
                if flag == "--no-history" && !cfg!(feature = "watch") {
                    continue;
                }
                let flag = flag.split('=').next().unwrap();
                if !Regex::new(&format!(r"(?m)(^|[\s,]){}(\s|=|$)", regex::escape(flag))).unwrap().is_match(&help) {
                    wrong.push(format!("{file}: kakunin {} has no {flag}", path.join(" ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for command in ["watch", "serve", "verify", "policy", "alert", "history"].into_iter().filter(|name| is_built(name))
    {
        assert!(seen.contains(command), "no file speaks of kakunin {command}: the reading is broken");
    }
}

/// The ```toml blocks of a document.
fn blocks(doc: &str) -> Vec<String> {
    let fence = Regex::new(r"(?s)```toml\n(.*?)```").unwrap();
    fence.captures_iter(&read(doc)).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_settings_that_are_shown_are_settings() {
    let mut projects = Vec::new();
    for doc in DOCS {
        let parsed: Vec<Project> = blocks(doc)
            .iter()
            .enumerate()
            .map(|(n, block)| {
                Project::parse(&format!("{doc}, block {n}"), block).unwrap_or_else(|error| panic!("{error:?}"))
            })
            .collect();
        assert!(parsed.len() >= 5, "{doc} has {} blocks", parsed.len());
        projects.push(parsed);
    }
    // The translations show the same settings, but for the language itself.
    let (ja, en) = (projects.pop().unwrap(), projects.pop().unwrap());
    for (mut en, ja) in en.into_iter().zip(ja) {
        en.watching.alerts.lang = ja.watching.alerts.lang;
        assert_eq!(en, ja);
    }
    let shipped = "deploy/kubernetes/base/project/kakunin.toml";
    let settings = read(shipped);
    Project::parse(shipped, &settings).unwrap();
    // What is commented out would work, too.
    let on = settings.replace("# [events]", "[events]").replace("# queue", "queue");
    assert!(Project::parse(shipped, &on).unwrap().watching.events.is_some());
}

#[test]
fn the_shipped_project_runs_as_it_is() {
    let out = tempfile::tempdir().unwrap();
    let project = root().join("deploy/kubernetes/base/project");
    let snapshot = root().join("reports/demo/snapshot.kakunin");
    let (project, snapshot) = (project.to_str().unwrap(), snapshot.to_str().unwrap());
    let run = kakunin(&[
        "verify",
        "--project",
        project,
        "--snapshot",
        snapshot,
        "--fail-on",
        "never",
        "--out",
        out.path().to_str().unwrap(),
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
}

#[test]
fn what_the_project_takes_from_the_environment_is_given_to_it() {
    let settings = read("deploy/kubernetes/base/project/kakunin.toml");
    let names = Regex::new(r#"env = "([A-Z_]+)""#).unwrap();
    let given = |file: &str, name: &str| read(file).contains(&format!("- name: {name}\n"));
    let mut some = 0;
    for found in names.captures_iter(&settings) {
        let name = &found[1];
        some += 1;
        let web = name == "KAKUNIN_WEB_TOKEN";
        let (serve, runs) = ("deploy/kubernetes/base/serve.yaml", ["nightly/cron-job.yaml", "watch/watch.yaml"]);
        if web || name == "KAKUNIN_DATABASE_URL" {
            assert!(given(serve, name), "{serve} gives no {name}");
        }
        for file in runs.map(|file| format!("deploy/kubernetes/{file}")).iter().filter(|_| !web) {
            assert!(given(file, name), "{file} gives no {name}");
        }
    }
    assert!(some >= 3);
}

#[test]
fn the_metrics_that_are_named_are_told() {
    let code = read("src/watch/metrics.rs");
    let name = Regex::new(r"`?(kakunin_[a-z_]+)").unwrap();
    for doc in DOCS {
        let content = read(doc);
        let named: BTreeSet<&str> = name.captures_iter(&content).map(|found| found.get(1).unwrap().as_str()).collect();
        assert!(named.len() > 5, "{doc}: {named:?}");
        for metric in named {
            let stem = metric.trim_start_matches("kakunin_").trim_end_matches("_total").trim_end_matches("_seconds");
            assert!(code.contains(&format!("\"{stem}\"")), "{doc}: {metric} is not in src/watch/metrics.rs");
        }
    }
}

#[test]
fn every_kind_of_change_is_explained() {
    for doc in DOCS {
        let content = read(doc);
        let lack: Vec<&str> = ChangeKind::ALL
            .iter()
            .map(|kind| kind.label())
            .filter(|kind| !content.contains(&format!("`{kind}`")))
            .collect();
        assert!(lack.is_empty(), "{doc} does not explain {lack:?}");
    }
}

#[test]
fn the_permissions_that_are_listed_are_those_that_are_printed() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = BTreeSet::new();
    for block in blocks(DOCS[0]) {
        std::fs::write(dir.path().join("kakunin.toml"), &block).unwrap();
        let run = kakunin(&["policy", "--all", "--watch", "--project", dir.path().to_str().unwrap()]);
        assert!(run.status.success(), "{}", text(&run.stderr));
        let policy: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        // A managed policy holds 6,144 characters, white space not counted ("IAM and AWS STS quotas", IAM User Guide):
        // the module for ECS makes one of it.
        let long = serde_json::to_string(&policy).unwrap().len();
        assert!(long <= 6144, "the policy of the whole catalogue has {long} characters");
        // The first statement is what the checks read; docs/checks.md lists that.
        for statement in policy["Statement"].as_array().unwrap().iter().skip(1) {
            all.extend(statement["Action"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_owned()));
        }
    }
    assert!(all.len() >= 8, "{all:?}");
    for doc in DOCS {
        let content = read(doc);
        let lack: Vec<&String> = all.iter().filter(|action| !content.contains(&format!("`{action}`"))).collect();
        assert!(lack.is_empty(), "{doc} does not list {lack:?}");
    }
}

#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)(?:#[^)]*)?\)").unwrap();
    for doc in DOCS {
        for found in link.captures_iter(&read(doc)) {
            assert!(root().join("docs").join(&found[1]).exists(), "{doc}: {} is not there", &found[1]);
        }
    }
}

#[test]
fn systemd_takes_the_units() {
    let dir = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    files(&root().join("deploy/systemd"), &mut units);
    let mut args = vec!["verify".to_owned()];
    for unit in &units {
        // Only a program that is there passes.
        let content = std::fs::read_to_string(unit).unwrap();
        assert!(!content.contains("ExecStart=") || content.contains("ExecStart=/usr/local/bin/kakunin "));
        let there = dir.path().join(unit.file_name().unwrap());
        std::fs::write(&there, content.replace("/usr/local/bin/kakunin", env!("CARGO_BIN_EXE_kakunin"))).unwrap();
        args.push(there.display().to_string());
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(run) = tool("systemd-analyze", &args) else { return };
    // What is wrong with other units of the machine is told as well, and is not ours.
    let ours: Vec<String> = text(&run.stderr).lines().filter(|l| l.contains("kakunin")).map(str::to_owned).collect();
    assert!(ours.is_empty(), "{}", ours.join("\n"));
    for unit in units.iter().filter(|unit| unit.extension().is_some_and(|e| e == "service")) {
        let args = ["security", "--offline=true", "--no-pager", "--threshold=20", unit.to_str().unwrap()];
        let Some(run) = tool("systemd-analyze", &args) else { return };
        assert!(run.status.success(), "{} is more exposed than 2.0:\n{}", unit.display(), text(&run.stdout));
    }
}

#[test]
fn kubernetes_manifests_build_and_keep_to_the_restricted_standard() {
    for (way, kinds) in
        [("nightly", ["kind: CronJob", "kind: Deployment"]), ("watch", ["kind: Deployment", "kind: Service\n"])]
    {
        let Some(run) = tool("kubectl", &["kustomize", &format!("deploy/kubernetes/{way}")]) else { return };
        assert!(run.status.success(), "{}", text(&run.stderr));
        let built = text(&run.stdout);
        for kind in kinds {
            assert!(built.contains(kind), "{way} has no {kind}");
        }
        let count = |what: &str| built.matches(what).count();
        let containers = count("image: ");
        assert!(containers >= 2);
        assert_eq!(containers, count("/kakunin:0.1.0"), "an image is not the one that kustomization.yaml names");
        for held in ["runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "- ALL"] {
            assert_eq!(containers, count(held), "{way}: {held}");
        }
        // The generated name of the project reaches everything that mounts it.
        let names = Regex::new(r"name: kakunin-project\S*").unwrap();
        let names: BTreeSet<&str> = names.find_iter(&built).map(|found| found.as_str()).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("built.yaml");
        std::fs::write(&file, &built).unwrap();
        if let Some(run) = tool("kubernetes-validate", &["--strict", file.to_str().unwrap()]) {
            assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
        }
    }
}

#[test]
fn terraform_is_formatted() {
    let Some(run) = tool("terraform", &["fmt", "-check", "-diff", "-recursive", "deploy/terraform"]) else { return };
    assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
}

/// `KAKUNIN_TF_PLUGINS=DIR` plans the examples with the real provider against moto; `KAKUNIN_TF_APPLY=1` applies them, too.
#[test]
fn terraform_plans_against_an_emulator() {
    let Some(plugins) = std::env::var_os("KAKUNIN_TF_PLUGINS") else {
        eprintln!("skipped: KAKUNIN_TF_PLUGINS names no folder with the provider");
        return;
    };
    let mut command = Command::new(root().join("deploy/terraform/try.sh"));
    command.arg(plugins).env("KAKUNIN", env!("CARGO_BIN_EXE_kakunin"));
    if std::env::var_os("KAKUNIN_TF_APPLY").is_none() {
        command.arg("plan");
    }
    let run = command.output().unwrap();
    assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
    eprintln!("{}", text(&run.stdout));
}
