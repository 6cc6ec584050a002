//! A sheet handed back in the format it came in, with what was found out about each item.

use std::collections::{BTreeMap, HashSet};

use crate::model::{Lang, Sheet, Text};

use super::grid::Grid;
use super::open::{Format, Opened, open};
use super::{RowKind, SheetError, evidence, fill_docx, fill_markdown, fill_ods, fill_text, fill_xls, fill_xlsx};

/// A column to add at the right of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// What its header says.
    pub header: String,
    /// Item id → what its cell says; items that are not named get an empty cell.
    pub cells: BTreeMap<String, String>,
}

/// Where in the file the columns go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// At the right of the sheet's own columns.
    Columns,
    /// In a table of their own with one row for each item: a new worksheet, a table at the end of a document, a second file
    /// beside a text. The sheet itself stays as it was.
    EvidenceSheet(Lang),
}

/// A filled sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// File name: that of the sheet, with another ending where its format cannot be written.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// A second file, for formats that hold one table only: its name and bytes.
    pub beside: Option<(String, Vec<u8>)>,
    /// What whoever gets the file should know.
    pub note: Option<Text>,
}

/// Line of a table → what stands in its new cells.
pub(crate) type NewCells<'c> = BTreeMap<usize, Vec<&'c str>>;

/// What a writer of a format is given.
pub(crate) struct Job<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) bytes: &'a [u8],
    pub(crate) sheet: &'a Sheet,
    pub(crate) columns: &'a [Column],
    /// One for each table, in order.
    pub(crate) cells: Vec<NewCells<'a>>,
    /// Table and line of each item, in order.
    pub(crate) items: Vec<(usize, usize)>,
}

/// Adds `columns` to the sheet that was read from `bytes` of the file `name`, and changes nothing else: each line of a text
/// file keeps its bytes, encoding and line end, and a workbook or document keeps every part but those that get cells, and in
/// these all but the new cells. The new headers begin with `Kakunin: `, by which a later reading knows them and passes them
/// over; where a table has no header, each new cell begins so and says its column. Workbooks of before 2007 and binary ones
/// cannot be written: they come back as xlsx with the same cells, which the note says.
///
/// # Errors
/// [`SheetError::OtherBytes`] where the sheet was read from other bytes, [`SheetError::UnknownItem`] where a column names an
/// item that the sheet has not, [`SheetError::OtherItems`] where the file now reads as other items,
/// [`SheetError::Character`] where the file's encoding lacks a character; else as reading.
pub fn fill(name: &str, bytes: &[u8], sheet: &Sheet, columns: &[Column], how: Fill) -> Result<Filled, SheetError> {
    let opened = open(name, bytes)?;
    let read = super::read_opened(&opened, bytes, &sheet.layout.corrections)?;
    let file = &opened.file;
    if read.sheet.sha256 != sheet.sha256 {
        let (expected, found) = (sheet.sha256.clone(), read.sheet.sha256.clone());
        return Err(SheetError::OtherBytes { file: file.clone(), expected, found });
    }
    // A verdict beside another item than its own would be worse than none.
    let ids = |sheet: &Sheet| sheet.items.iter().map(|i| (i.id.clone(), i.at.clone())).collect::<Vec<_>>();
    if let Some((own, other)) = differs(&ids(sheet), &ids(&read.sheet)) {
        return Err(SheetError::OtherItems { file: file.clone(), found: format!("{other} where the sheet has {own}") });
    }
    let known: HashSet<&str> = read.sheet.items.iter().map(|i| i.id.as_str()).collect();
    for column in columns {
        if let Some(id) = column.cells.keys().find(|id| !known.contains(id.as_str())) {
            return Err(SheetError::UnknownItem { file: file.clone(), column: column.header.clone(), id: id.clone() });
        }
    }
    let mut filled = Filled { name: file.clone(), bytes: bytes.to_vec(), beside: None, note: None };
    if columns.is_empty() {
        return Ok(filled);
    }
    // Line → what its new cells say. Items stand in the file's order in both lists.
    let mut next = read.sheet.items.iter();
    let mut items = Vec::new();
    let mut cells: Vec<NewCells<'_>> = Vec::new();
    let (marked, labelled) = (evidence::marked(columns), evidence::labelled(columns));
    for (table, kinds) in read.kinds.iter().enumerate() {
        let mut own = NewCells::new();
        let added = if kinds.iter().any(|(_, kind)| *kind == RowKind::Header) { &marked } else { &labelled };
        for (line, kind) in kinds {
            match kind {
                RowKind::Header => {
                    own.insert(*line, added.iter().map(|c| c.header.as_str()).collect());
                }
                RowKind::Item => {
                    if let Some(item) = next.next() {
                        own.insert(
                            *line,
                            added.iter().map(|c| c.cells.get(&item.id).map_or("", String::as_str)).collect(),
                        );
                        items.push((table, *line));
                    }
                }
                _ => {}
            }
        }
        cells.push(own);
    }
    let job = Job { opened: &opened, bytes, sheet: &read.sheet, columns, cells, items };
    match (opened.format, how) {
        (Format::Txt | Format::Tsv | Format::Csv, Fill::Columns) => filled.bytes = fill_text::columns(&job)?,
        (Format::Txt | Format::Tsv | Format::Csv, Fill::EvidenceSheet(lang)) => {
            let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
            let name = format!("{stem}-{}.csv", evidence::name(lang));
            filled.beside = Some((name, fill_text::beside(&job, lang)?));
        }
        (Format::Markdown, _) => filled.bytes = fill_markdown::fill(&job, how)?,
        (Format::Xlsx, _) => filled.bytes = fill_xlsx::fill(&job, how)?,
        (Format::Ods, _) => filled.bytes = fill_ods::fill(&job, how)?,
        (Format::Docx, _) => filled.bytes = fill_docx::fill(&job, how)?,
        (Format::Xls | Format::Xlsb, _) => {
            filled.bytes = fill_xls::fill(&job, how)?;
            let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
            filled.name = format!("{stem}.xlsx");
            filled.note = Some(Text::new(
                format!(
                    "{file} の形式には書き込めないため、同じセルを .xlsx として作成しました。書式は元のファイルのものではありません。"
                ),
                format!(
                    "{file} is of a format that cannot be written: the same cells were made as .xlsx, without the file's formatting"
                ),
            ));
        }
    }
    Ok(filled)
}

/// The first items that differ: what the one list has, and what the other.
fn differs(own: &[(String, String)], other: &[(String, String)]) -> Option<(String, String)> {
    let said =
        |item: Option<&(String, String)>| item.map_or_else(|| "no item".to_owned(), |(id, at)| format!("{id} at {at}"));
    (0..own.len().max(other.len()))
        .map(|place| (own.get(place), other.get(place)))
        .find(|(a, b)| a != b)
        .map(|(a, b)| (said(a), said(b)))
}

/// Cells before the first new one: short lines are padded, so that the new cells stand in one column, and not in one that
/// has a role (a sheet without a header may have no remark).
pub(crate) fn width(grid: &Grid, sheet: &Sheet, cells: &NewCells<'_>) -> usize {
    let rows = grid.rows.iter().filter(|r| cells.contains_key(&r.line)).map(|r| r.width);
    rows.chain([after_roles(sheet)]).max().unwrap_or(0)
}

/// The first column right of all that have a role.
pub(crate) fn after_roles(sheet: &Sheet) -> usize {
    let tables = sheet.layout.tables.iter().flat_map(|t| &t.columns).map(|c| c.column);
    sheet.layout.columns.values().copied().chain(tables).map(|c| c + 1).max().unwrap_or(0)
}
