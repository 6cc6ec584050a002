//! Real sheets: counted, and printed for the eye with `--nocapture`.

use std::path::PathBuf;

use crate::mapping::statements;
use crate::model::{Answer, Item, Part, Statement};

use super::item;

/// `../shared/` or what KAKUNIN_SHARED names; none where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAKUNIN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    Some(path)
}

fn items() -> Vec<Item> {
    let mut items = Vec::new();
    for name in ["aianalyst-meti2013.txt", "layouts/L1_sla_grid.xlsx", "layouts/L4_measure_ab_rows.tsv"] {
        let Some(path) = shared(&format!("sheets/{name}")) else { continue };
        match crate::sheet::read(&path) {
            Ok(sheet) => items.extend(sheet.items),
            Err(error) => eprintln!("skipped: {name}: {error}"),
        }
    }
    if let Some(path) = shared("reference/mapping_dev.jsonl") {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            for field in ["title", "text"] {
                let text = row[field].as_str().unwrap_or_default();
                if !text.is_empty() {
                    items.push(item(text, "", Answer::Unknown));
                }
            }
        }
    }
    // A file of one's own, to look at: text and remark with a tab between, `\\n` for a line end.
    if let Some(path) = std::env::var_os("KAKUNIN_LOOK") {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line = line.replace("\\n", "\n");
            let (text, remark) = line.split_once('\t').unwrap_or((&line, ""));
            items.push(item(text, remark, Answer::Yes));
        }
    }
    for line in include_str!("../../tests/rewordings.tsv").lines().filter(|l| !l.starts_with('#')) {
        items.extend(line.split_once('\t').map(|(_, text)| item(text, "", Answer::Unknown)));
    }
    items
}

fn line(s: &Statement) -> String {
    let mut line = format!("{:?}{} {}", s.part, if s.conceded { " △" } else { "" }, s.text);
    if let Some(c) = &s.cadence {
        line.push_str(&format!(" [{} days: {}]", c.days, c.words));
    }
    let lists = [("except", &s.except), ("only", &s.only), ("urls", &s.urls), ("certificates", &s.certificates)];
    for (name, list) in lists.into_iter().chain([("figures", &s.figures)]) {
        if !list.is_empty() {
            line.push_str(&format!(" {name}={list:?}"));
        }
    }
    line
}

#[test]
fn real_items_keep_their_words_and_read_alone() {
    let (mut texts, mut remarks, mut conceded, mut again) = (0, 0, 0, Vec::new());
    let items = items();
    let marker =
        regex::Regex::new(r"(?m)^\s*[(（]?[0-9a-z]{1,2}[.)）]\s*|(?:^|\s)[(]?(?:[a-c]|i{1,3})[)]\s|[①②③]").unwrap();
    for item in &items {
        let found = statements(item);
        eprintln!("# {}", item.text.replace('\n', " "));
        found.iter().for_each(|s| eprintln!("  {}", line(s)));
        texts += found.iter().filter(|s| s.part == Part::Text).count();
        remarks += found.iter().filter(|s| s.part == Part::Remark).count();
        conceded += found.iter().filter(|s| s.conceded).count();
        assert!(item.text.is_empty() || !found.is_empty(), "{}", item.text);
        assert_eq!(item.concessions.is_empty(), found.iter().all(|s| !s.conceded), "{}", item.remark);
        let mut kept = found.iter().flat_map(|s| s.except.iter().chain(&s.only).chain([&s.text])).map(String::as_str);
        assert!(
            super::super::cover::covers(&marker.replace_all(&item.text, " "), &mut kept),
            "{}: {found:?}",
            item.text
        );
        for s in found.iter().filter(|s| s.part == Part::Text) {
            let split: Vec<String> =
                statements(&super::item(&s.text, "", Answer::Yes)).into_iter().map(|s| s.text).collect();
            if split != [s.text.clone()] {
                again.push(format!("{}\n    {split:?}", s.text));
            }
        }
    }
    eprintln!("{} items: {texts} statements of texts, {remarks} of remarks, {conceded} conceded", items.len());
    assert!(again.is_empty(), "split again:\n{}", again.join("\n"));
}
