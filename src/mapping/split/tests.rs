//! The split as a whole.

use std::fmt::Debug;

use crate::model::{Answer, Item, Part};
use crate::sheet::concession;

use super::statements;

/// Runs a table of cases and shows every row that fails, not the first one only.
pub(super) fn table<I: Debug + Copy, O: Debug, F: Debug + PartialEq<O>>(
    cases: impl IntoIterator<Item = (I, O)>,
    run: impl Fn(I) -> F,
) {
    let failed: Vec<String> = cases
        .into_iter()
        .filter_map(|(given, expected)| {
            let found = run(given);
            (found != expected).then(|| format!("{given:?}\n     found {found:?}\n  expected {expected:?}"))
        })
        .collect();
    assert!(failed.is_empty(), "{} rows fail:\n{}", failed.len(), failed.join("\n"));
}

/// Prints how the sheets and reference items given in KAKUNIN_LOOK read, for a person to judge.
#[test]
#[ignore = "for the eye"]
fn look() {
    for line in std::fs::read_to_string(std::env::var("KAKUNIN_LOOK").unwrap()).unwrap().lines() {
        let (text, remark) = line.split_once('\t').unwrap_or((line, ""));
        let item = item(&text.replace("\\n", "\n"), &remark.replace("\\n", "\n"), Answer::Yes);
        println!("# {line}");
        for s in statements(&item) {
            let mut notes = String::new();
            if let Some(c) = &s.cadence {
                notes += &format!(" [{} {}]", c.days, c.words);
            }
            for (name, list) in [
                ("except", &s.except),
                ("only", &s.only),
                ("url", &s.urls),
                ("cert", &s.certificates),
                ("fig", &s.figures),
            ] {
                if !list.is_empty() {
                    notes += &format!(" {name}={list:?}");
                }
            }
            println!(
                "  {}{} {}{notes}",
                if s.part == Part::Text { "T" } else { "R" },
                if s.conceded { "△" } else { " " },
                s.text
            );
        }
    }
}

/// An item with nothing but what is split.
pub(super) fn item(text: &str, remark: &str, answer: Answer) -> Item {
    Item {
        id: "1".to_owned(),
        section: Vec::new(),
        text: text.to_owned(),
        answer,
        answer_text: String::new(),
        remark: remark.to_owned(),
        remark_resolved: remark.to_owned(),
        concessions: concession::find(remark, answer),
        urls: Vec::new(),
        at: "line 1".to_owned(),
    }
}
