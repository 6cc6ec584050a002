//! What is filled in as a table of its own, beside the sheet and not in it: a worksheet, a table at the end, a second file.

use crate::model::{Lang, Sheet};

use super::Column;
use super::grid::{Grid, bare};

/// Header of the first column of such a table, by which it is known again: what we filled in is no part of the sheet.
pub(crate) const OWN_HEADER: &str = "Kakunin No.";

/// Its name.
pub(crate) fn name(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "確認結果",
        Lang::En => "Results",
    }
}

/// The table: its header, then each item of `sheet` that `wanted` names by its place: its id, what is asked, the answer, and
/// what `columns` say of it.
pub(crate) fn rows(sheet: &Sheet, columns: &[Column], lang: Lang, wanted: impl Fn(usize) -> bool) -> Vec<Vec<String>> {
    let (text, answer) = match lang {
        Lang::Ja => ("確認事項", "シートの回答"),
        Lang::En => ("What is asked", "Answer in the sheet"),
    };
    let mut header = vec![OWN_HEADER.to_owned(), text.to_owned(), answer.to_owned()];
    header.extend(columns.iter().map(|c| c.header.clone()));
    let items = sheet.items.iter().enumerate().filter(|(place, _)| wanted(*place)).map(|(_, item)| {
        let mut row = vec![item.id.clone(), item.text.clone(), item.answer_text.clone()];
        row.extend(columns.iter().map(|c| c.cells.get(&item.id).cloned().unwrap_or_default()));
        row
    });
    std::iter::once(header).chain(items).collect()
}

/// Takes the rows out of tables that were filled in. Their places among the tables stay.
pub(crate) fn forget(tables: &mut [Grid]) {
    for table in tables {
        let own = table
            .rows
            .iter()
            .find(|row| row.heading.is_none() && !row.is_blank())
            .is_some_and(|row| row.cells.values().next().is_some_and(|cell| bare(cell) == OWN_HEADER));
        if own {
            table.rows.clear();
            table.merges.clear();
        }
    }
}
