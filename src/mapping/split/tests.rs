//! The split as a whole.

mod properties;
mod sheets;
mod whole;

use std::fmt::Debug;

use crate::model::{Answer, Item};
use crate::sheet::concession;

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
