//! The family of 2013 against the real sheet, against its own specification, and against rewordings and strangers.

mod families;
mod family;
mod glossary_file;
mod matches;
mod proposals;
mod rewordings;

use std::{path::PathBuf, sync::LazyLock};

use super::*;
use crate::model::{Answer, Item, Layout, Mapping, Sheet};

fn family() -> Framework {
    builtin().unwrap().remove(0)
}

/// A file handed to the project from outside it; none where it is not there.
fn shared(path: &str) -> Option<String> {
    let root = std::env::var_os("KAKUNIN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let file = root.join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not there; set KAKUNIN_SHARED", file.display());
    }
    text
}

fn item(id: &str, text: &str) -> Item {
    Item {
        id: id.to_owned(),
        section: Vec::new(),
        text: text.to_owned(),
        answer: Answer::Yes,
        answer_text: "○".to_owned(),
        remark: String::new(),
        remark_resolved: String::new(),
        concessions: Vec::new(),
        urls: Vec::new(),
        at: String::new(),
    }
}

fn sheet(items: Vec<Item>) -> Sheet {
    let layout = Layout {
        format: "txt".to_owned(),
        encoding: "UTF-8".to_owned(),
        worksheet: None,
        header_row: None,
        columns: std::collections::BTreeMap::new(),
        delimiter: None,
        ..Layout::default()
    };
    Sheet { name: "sheet.txt".to_owned(), sha256: String::new(), layout, items, unread: Vec::new() }
}

fn families() -> &'static [Framework] {
    static FAMILIES: LazyLock<Vec<Framework>> = LazyLock::new(|| builtin().unwrap());
    &FAMILIES
}

fn indexes() -> &'static [score::Index] {
    static INDEXES: LazyLock<Vec<score::Index>> = LazyLock::new(|| families().iter().map(score::Index::new).collect());
    &INDEXES
}

/// By all families, as the program does it.
fn mapping(items: Vec<Item>) -> Mapping {
    matching::map_indexed(&sheet(items), indexes())
}

/// By the family of 2013 alone.
fn mapping_2013(items: Vec<Item>) -> Mapping {
    matching::map_indexed(&sheet(items), &indexes()[..1])
}

/// The real sheet, by a reader just good enough for it: the ids are those of the family.
fn real_sheet() -> Option<Vec<Item>> {
    let text = shared("sheets/aianalyst-meti2013.txt")?;
    let (mut section, mut sub, mut sub_number, mut items) = (String::new(), String::new(), 0, Vec::<Item>::new());
    for line in text.lines().skip_while(|line| !line.starts_with("\t確認事項")).skip(1) {
        let cells: Vec<&str> = line.trim_end().split('\t').collect();
        match cells[..] {
            [number, text, answer, remark] if number.parse::<u32>().is_ok() => {
                let major = section.split('.').next().unwrap();
                let id =
                    if sub.is_empty() { format!("{major}.{number}") } else { format!("{major}.{sub_number}.{number}") };
                let resolved = match (remark, items.last()) {
                    ("同上", Some(above)) => above.remark_resolved.clone(),
                    _ => remark.to_owned(),
                };
                items.push(Item {
                    section: [&section, &sub].into_iter().filter(|s| !s.is_empty()).cloned().collect(),
                    answer: if answer == "○" { Answer::Yes } else { Answer::Na },
                    remark: remark.to_owned(),
                    urls: resolved
                        .split_whitespace()
                        .filter(|w| w.starts_with("https://"))
                        .map(str::to_owned)
                        .collect(),
                    remark_resolved: resolved,
                    ..item(&id, text)
                });
            }
            [""] => {}
            [heading] if heading.starts_with(|c: char| c.is_ascii_digit()) => {
                section = heading.to_owned();
                (sub, sub_number) = (String::new(), 0);
            }
            [heading] => {
                sub = heading.to_owned();
                sub_number += 1;
            }
            _ => panic!("the reader of this test does not understand {line:?}"),
        }
    }
    Some(items)
}

/// How many matched right, and the wrong ones. `expected` gives the number of the family, or none for a stranger.
fn judge<'a>(items: Vec<Item>, expected: impl Fn(usize) -> Option<&'a str>) -> (usize, Vec<String>) {
    let (mut right, mut wrong) = (0, Vec::new());
    for (at, (mapped, item)) in mapping(items.clone()).items.iter().zip(&items).enumerate() {
        let found = mapped.framework_item.as_deref().and_then(|id| id.strip_prefix("meti-2013/"));
        match (expected(at), found) {
            (Some(want), Some(found)) if want == found => right += 1,
            (_, Some(_)) => {
                wrong.push(format!("{} -> {found:?}, not {:?}: {}", item.text, expected(at), mapped.reason.en))
            }
            (None, None) => {}
            (Some(want), None) => eprintln!("unmatched {want}: {} -- {}", item.text, mapped.reason.en),
        }
    }
    (right, wrong)
}
