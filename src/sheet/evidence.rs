//! What is filled in as a table of its own, beside the sheet and not in it: a worksheet, a table at the end, a second file.

use std::collections::BTreeSet;

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

/// How the header of a column begins that we filled in, and, where there is no header, each of its cells.
pub(crate) const OWN_COLUMN: &str = "Kakunin: ";

/// Columns whose header says that they are ours.
pub(crate) fn marked(columns: &[Column]) -> Vec<Column> {
    columns.iter().map(|c| Column { header: format!("{OWN_COLUMN}{}", c.header), cells: c.cells.clone() }).collect()
}

/// Columns whose every cell says so, for a table that has no header.
pub(crate) fn labelled(columns: &[Column]) -> Vec<Column> {
    let label = |header: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("{OWN_COLUMN}{header}: {text}") }
    };
    columns
        .iter()
        .map(|c| {
            let cells = c.cells.iter().map(|(id, text)| (id.clone(), label(&c.header, text))).collect();
            Column { header: String::new(), cells }
        })
        .collect()
}

/// Takes out what we filled in: whole tables of ours, whose places among the tables stay, and columns. A draft of an answer
/// must not be read as the answer.
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
            continue;
        }
        let mut columns = BTreeSet::new();
        for row in &mut table.rows {
            columns.extend(row.cells.iter().filter(|(_, cell)| bare(cell).starts_with(OWN_COLUMN)).map(|(c, _)| *c));
            if columns.is_empty() {
                continue;
            }
            row.cells.retain(|column, _| !columns.contains(column));
            if let Some(at) = row.raw.find(OWN_COLUMN) {
                row.raw.truncate(at);
                row.raw.truncate(row.raw.trim_end_matches(['\t', '|', ',', ';', '"', ' ']).len());
            }
            if row.width != usize::MAX {
                while row.width > 0 && columns.contains(&(row.width - 1)) {
                    row.width -= 1;
                }
            }
        }
    }
}
