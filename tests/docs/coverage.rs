//! `docs/coverage.md`: our checks beside those of the largest open scanner, and the floor that no check reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kakunin::catalogue::Catalogue;
use serde::Deserialize;

/// `checks/coverage/prowler.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanner {
    source: String,
    checks: usize,
    why: BTreeMap<String, Why>,
    service: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// What keeps us from a check of theirs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    not_yet: bool,
    ja: String,
    en: String,
}

/// A check of theirs.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Entry {
    Covered {
        ours: Vec<String>,
        #[serde(default)]
        with: toml::Table,
    },
    Open {
        why: String,
        what: Option<String>,
        #[serde(default)]
        near: Vec<String>,
    },
}

/// `checks/coverage/floor.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    missing: Vec<Missing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    topic: String,
    why: String,
    what: String,
    ja: String,
    en: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("checks/coverage")
}

fn scanner() -> Scanner {
    toml::from_str(&std::fs::read_to_string(folder().join("prowler.toml")).unwrap()).unwrap()
}

fn floor() -> Floor {
    toml::from_str(&std::fs::read_to_string(folder().join("floor.toml")).unwrap()).unwrap()
}

/// Covered, not yet, deliberately not.
fn counted<'a>(scanner: &Scanner, entries: impl Iterator<Item = &'a Entry>) -> [usize; 3] {
    let mut counts = [0; 3];
    for entry in entries {
        let at = match entry {
            Entry::Covered { .. } => 0,
            Entry::Open { why, .. } => 2 - usize::from(scanner.why[why].not_yet),
        };
        counts[at] += 1;
    }
    counts
}

fn code(ids: &[String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn cells(scanner: &Scanner, entry: &Entry) -> (&'static str, String) {
    match entry {
        Entry::Covered { ours, with } if with.is_empty() => ("covered", code(ours)),
        Entry::Covered { ours, with } => {
            let with: Vec<String> = with.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            ("covered", format!("{} with `{}`", code(ours), with.join(", ")))
        }
        Entry::Open { why, what, near } => {
            let Why { not_yet, ja, en } = &scanner.why[why];
            let mut text = format!("{en} / {ja}");
            if let Some(what) = what {
                let _ = write!(text, ": `{what}`");
            }
            if !near.is_empty() {
                let _ = write!(text, "; near: {}", code(near));
            }
            (if *not_yet { "not yet" } else { "deliberately not" }, text)
        }
    }
}

fn page() -> String {
    let (scanner, floor) = (scanner(), floor());
    let [covered, not_yet, never] = counted(&scanner, scanner.service.values().flat_map(BTreeMap::values));
    let mut text = String::from("# Coverage\n\nGenerated from `checks/coverage/` by `tests/docs.rs`; do not edit.\n");
    let _ = writeln!(
        text,
        "\nOur checks beside those of the largest open scanner ({}; {} of them).\n\
         *Covered*: one of ours sees at least as much, with the parameters that are named, where they are not the defaults.\n\
         Where theirs asks every region, ours asks the regions in use; where theirs asks for one particular means, ours takes\n\
         every means of the same effect. Some checks (`required = true`, and those whose list is empty) say nothing until a\n\
         project asks for them: no claim should fall with them unasked.\n",
        scanner.source, scanner.checks
    );
    let _ = writeln!(text, "- covered: {covered}\n- not yet: {not_yet}\n- deliberately not: {never}\n");
    let _ = writeln!(text, "| service | covered | not yet | deliberately not |\n|---|---|---|---|");
    for (service, entries) in &scanner.service {
        let [covered, not_yet, never] = counted(&scanner, entries.values());
        let _ = writeln!(text, "| [{service}](#{service}) | {covered} | {not_yet} | {never} |");
    }
    let _ = writeln!(text, "\n## The floor that is not reached\n");
    let _ = writeln!(
        text,
        "What a user of a topic would expect and no check sees yet. A verdict rests on what its evidence shows, and says\n\
         nothing of these.\n"
    );
    let _ = writeln!(text, "| topic | what is expected | why not |\n|---|---|---|");
    for Missing { topic, why, what, ja, en } in &floor.missing {
        let reason = &scanner.why[why];
        let _ = writeln!(text, "| `{topic}` | {en} / {ja} | {} / {}: `{what}` |", reason.en, reason.ja);
    }
    for (service, entries) in &scanner.service {
        let _ = writeln!(text, "\n## {service}\n\n| theirs | | ours, or why not |\n|---|---|---|");
        for (id, entry) in entries {
            let (state, ours) = cells(&scanner, entry);
            let _ = writeln!(text, "| `{id}` | {state} | {ours} |");
        }
    }
    text
}

#[test]
fn the_list_of_what_is_covered_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    let wanted = page();
    if std::env::var_os("KAKUNIN_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/coverage.md is not what the code says: KAKUNIN_BLESS=1 cargo test --test docs");
}

#[test]
fn every_check_and_parameter_that_coverage_names_exists() {
    let (scanner, floor, catalogue) = (scanner(), floor(), Catalogue::built_in().unwrap());
    let mut wrong = Vec::new();
    for (id, entry) in scanner.service.values().flatten() {
        let named = match entry {
            Entry::Covered { ours, .. } if ours.is_empty() => {
                wrong.push(format!("{id} is covered by nothing"));
                continue;
            }
            Entry::Covered { ours, with } => {
                for (name, value) in with {
                    let value = serde_json::to_value(value).unwrap();
                    let defaults: Vec<_> = ours
                        .iter()
                        .filter_map(|ours| catalogue.checks.get(ours).and_then(|check| check.params.get(name)))
                        .collect();
                    if defaults.is_empty() || defaults.iter().all(|default| **default == value) {
                        wrong.push(format!("{id}: {name} is no parameter of {ours:?}, or has that value anyway"));
                    }
                }
                ours
            }
            Entry::Open { why, near, .. } => {
                if !scanner.why.contains_key(why) {
                    wrong.push(format!("{id}: no reason is called {why}"));
                }
                near
            }
        };
        wrong.extend(
            named
                .iter()
                .filter(|ours| !catalogue.checks.contains_key(*ours))
                .map(|ours| format!("{id}: no check is called {ours}")),
        );
    }
    for Missing { topic, why, ja, en, .. } in &floor.missing {
        if !catalogue.topics.contains_key(topic) || !scanner.why.contains_key(why) {
            wrong.push(format!("the floor names {topic} or {why}, which is not there"));
        }
        if ja.is_empty() || en.is_empty() {
            wrong.push(format!("the floor of {topic} lacks words"));
        }
    }
    let without_check = catalogue.topics.values().filter(|topic| topic.no_check.is_some());
    for topic in without_check.filter(|topic| !floor.missing.iter().any(|missing| missing.topic == topic.id)) {
        wrong.push(format!("topic {} has no check and is not in the floor that is not reached", topic.id));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_of_the_scanner_has_one_entry() {
    let scanner = scanner();
    let ids: Vec<&String> = scanner.service.values().flat_map(BTreeMap::keys).collect();
    let once: BTreeSet<&String> = ids.iter().copied().collect();
    assert_eq!((ids.len(), once.len()), (scanner.checks, scanner.checks));
    // Beside the repository, where it is there, lies the list that the ids were taken from.
    let shared = std::env::var_os("KAKUNIN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(list) = std::fs::read_to_string(shared.join("reference/prowler_checks.jsonl")) else { return };
    let theirs: BTreeSet<(String, String)> = list
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|row| (row["service"].as_str().unwrap().to_owned(), row["check_id"].as_str().unwrap().to_owned()))
        .collect();
    let ours: BTreeSet<(String, String)> = scanner
        .service
        .iter()
        .flat_map(|(service, entries)| entries.keys().map(|id| (service.clone(), id.clone())))
        .collect();
    assert_eq!(ours.symmetric_difference(&theirs).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}
