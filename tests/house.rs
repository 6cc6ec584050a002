//! Who may import whom. Holds the house's rules by reading `use crate::` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Rooms that each room may import, besides itself and `model`.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let all = |rooms: &[&'static str]| rooms.iter().copied().collect();
    BTreeMap::from([
        ("model", all(&[])),
        ("table", all(&[])),
        // To take a snapshot apart, one has to know which operation supplied what.
        ("snapshot", all(&["table"])),
        ("sheet", all(&[])),
        ("mapping", all(&["sheet"])),
        ("catalogue", all(&["table", "plan", "evaluate"])),
        ("plan", all(&["table", "catalogue"])),
        ("aws", all(&["table", "snapshot"])),
        ("collect", all(&["aws", "plan", "table", "snapshot"])),
        ("outside", all(&["table", "snapshot"])),
        ("facts", all(&["table", "snapshot"])),
        ("evaluate", all(&["catalogue", "facts", "table"])),
        ("judge", all(&["catalogue", "evaluate", "mapping", "plan", "table"])),
        ("report", all(&[])),
        ("history", all(&[])),
        // The channels of AWS take the guard and the meaning of failures from `aws`.
        ("alert", all(&["history", "aws"])),
        (
            "watch",
            all(&[
                "alert",
                "catalogue",
                "history",
                "judge",
                "pipeline",
                "plan",
                "report",
                "snapshot",
                "table",
                "aws",
                "collect",
            ]),
        ),
        ("web", all(&["history", "report", "alert", "table", "judge"])),
        ("pipeline", all(&["catalogue", "evaluate", "judge", "plan", "snapshot", "table"])),
        (
            "mcp",
            all(&[
                "catalogue",
                "evaluate",
                "judge",
                "mapping",
                "pipeline",
                "plan",
                "report",
                "sheet",
                "snapshot",
                "table",
            ]),
        ),
    ])
}

#[test]
fn every_room_imports_only_what_it_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let allowed = allowed();
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let room = relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        // Tests of a room may look around.
        let is_test = relative.to_str().unwrap().contains("test");
        let Some(may) = allowed.get(room).filter(|_| !is_test) else { continue };
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for line in code.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for found in line.split("crate::").skip(1) {
                let other: String = found.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let known = allowed.contains_key(other.as_str()) || other == "cli";
                if known && other != room && other != "model" && !may.contains(other.as_str()) {
                    wrong.push(format!("{}: {room} may not import {other}", relative.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let long: Vec<String> = files
        .iter()
        .map(|f| (f, std::fs::read_to_string(f).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(f, lines)| format!("{}: {lines} lines", f.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
