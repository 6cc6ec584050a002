//! Columns that a report adds to the sheet it came from.

use std::collections::BTreeMap;

use super::{draft, labels, words};
use crate::model::{ItemReport, Lang, Report};

/// A column to add to the sheet: its header, and its cells by item id. Each has a cell for every item of the report.
pub type Column = (String, BTreeMap<String, String>);

/// Verdict, agreement, reason, drafts of an answer and a remark, where the evidence is, when it was checked, and the claim
/// that decided, in this order. Headers and reasons are in `lang`, the drafts in the sheet's own language.
///
/// Cells are plain text. Whoever writes them to a spreadsheet must write them as text, never as formulas.
pub fn columns(report: &Report, lang: Lang) -> Vec<Column> {
    let checked_at = words::moment(&report.run.clock);
    let style = draft::Style::of(report);
    let column = |header: labels::Label, cell: &dyn Fn(&ItemReport) -> String| -> Column {
        (header.get(lang).to_owned(), report.items.iter().map(|item| (item.id.clone(), cell(item))).collect())
    };
    vec![
        column(labels::VERDICT, &|item| item.verdict.label().to_owned()),
        column(labels::AGREEMENT, &|item| labels::agreement(item.agreement).get(lang).to_owned()),
        column(labels::REASON, &|item| item_reason(item, lang).to_owned()),
        column(labels::DRAFT_ANSWER, &|item| draft::answer(item, &style)),
        column(labels::DRAFT_REMARK, &|item| draft::remark(report, item, &style)),
        column(labels::EVIDENCE, &|item| draft::evidence(report, item)),
        column(labels::CHECKED_AT, &|_| checked_at.clone()),
        column(labels::DECIDED_BY, &|item| item.decided_by.clone()),
    ]
}

/// An item's reason in `lang`; the other language where this one is missing.
pub(super) fn item_reason(item: &ItemReport, lang: Lang) -> &str {
    let (wanted, other) = match lang {
        Lang::Ja => (&item.reason_ja, &item.reason),
        Lang::En => (&item.reason, &item.reason_ja),
    };
    if wanted.is_empty() { other } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_column_has_a_cell_for_every_item() {
        let report = sample::report();
        for lang in [Lang::Ja, Lang::En] {
            let columns = columns(&report, lang);
            assert_eq!(columns.len(), 8);
            for (header, cells) in &columns {
                assert_eq!(cells.len(), report.items.len(), "{header}");
            }
            for item in &report.items {
                assert_eq!(columns[0].1[&item.id], item.verdict.label());
                assert!(!columns[2].1[&item.id].is_empty());
                assert_eq!(columns[7].1[&item.id], item.decided_by);
            }
        }
        assert_eq!(columns(&report, Lang::Ja)[0].0, "判定");
        assert_eq!(columns(&report, Lang::En)[6].1["1.1"], "2026-03-01 00:00:00 UTC");
    }

    #[test]
    fn a_reason_that_is_missing_in_one_language_is_shown_in_the_other() {
        let mut report = sample::report();
        report.items[0].reason_ja = String::new();
        assert_eq!(columns(&report, Lang::Ja)[2].1[&report.items[0].id], report.items[0].reason);
    }
}
