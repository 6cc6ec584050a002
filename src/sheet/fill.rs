//! Columns added to a sheet, in the format it came in.

use std::collections::{BTreeMap, HashSet};

use crate::model::Sheet;

use super::encoding::Encoding;
use super::grid::Grid;
use super::{Format, RowKind, SheetError, csv, fill_xlsx, text};

/// A column to add at the right of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// What its header says.
    pub header: String,
    /// Item id → what its cell says; items that are not named get an empty cell.
    pub cells: BTreeMap<String, String>,
}

/// Adds `columns` at the right of the sheet that was read from `bytes` of the file `name`, and changes nothing else: each
/// line of a text file keeps its bytes, encoding and line end, and a workbook keeps every part but the rows that get cells.
/// Where the sheet has no header, the columns get none.
///
/// # Errors
/// [`SheetError::OtherBytes`] where the sheet was read from other bytes, [`SheetError::UnknownItem`] where a column names an
/// item that the sheet has not, [`SheetError::Character`] where the file's encoding lacks a character; else as reading.
pub fn fill(name: &str, bytes: &[u8], sheet: &Sheet, columns: &[Column]) -> Result<Vec<u8>, SheetError> {
    let read = super::read_all(name, bytes)?;
    let file = &read.sheet.name;
    if read.sheet.sha256 != sheet.sha256 {
        let (expected, found) = (sheet.sha256.clone(), read.sheet.sha256.clone());
        return Err(SheetError::OtherBytes { file: file.clone(), expected, found });
    }
    let ids: HashSet<&str> = read.sheet.items.iter().map(|i| i.id.as_str()).collect();
    for column in columns {
        if let Some(id) = column.cells.keys().find(|id| !ids.contains(id.as_str())) {
            return Err(SheetError::UnknownItem { file: file.clone(), column: column.header.clone(), id: id.clone() });
        }
    }
    if columns.is_empty() {
        return Ok(bytes.to_vec());
    }
    // Line → what its new cells say. Items stand in the file's order in both lists.
    let mut items = read.sheet.items.iter();
    let mut cells: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (line, kind) in read.kinds.iter().flatten() {
        match kind {
            RowKind::Header => {
                cells.insert(*line, columns.iter().map(|c| c.header.as_str()).collect());
            }
            RowKind::Item => {
                if let Some(item) = items.next() {
                    cells.insert(
                        *line,
                        columns.iter().map(|c| c.cells.get(&item.id).map_or("", String::as_str)).collect(),
                    );
                }
            }
            RowKind::Blank | RowKind::Section | RowKind::SubHeading | RowKind::Unread => {}
        }
    }
    match Format::of(name)? {
        Format::Txt | Format::Tsv => fill_text(file, bytes, &read.sheet, &cells),
        Format::Csv => fill_csv(file, bytes, &read.sheet, &cells),
        Format::Xlsx => fill_xlsx::fill(file, bytes, &read.sheet, &cells),
    }
}

/// Cells before the first new one: short lines are padded, so that the new cells stand in one column, and not in one that
/// has a role (a sheet without a header may have no remark).
fn width(grid: &Grid, sheet: &Sheet, cells: &BTreeMap<usize, Vec<&str>>) -> usize {
    let rows = grid.rows.iter().filter(|r| cells.contains_key(&r.line)).map(|r| r.width);
    rows.chain([after_roles(sheet)]).max().unwrap_or(0)
}

/// The first column right of all that have a role.
pub(crate) fn after_roles(sheet: &Sheet) -> usize {
    sheet.layout.columns.values().map(|c| c + 1).max().unwrap_or(0)
}

fn fill_text(
    file: &str,
    bytes: &[u8],
    sheet: &Sheet,
    cells: &BTreeMap<usize, Vec<&str>>,
) -> Result<Vec<u8>, SheetError> {
    let encoding = Encoding::detect(file, bytes)?;
    let body = encoding.body(bytes);
    let grid = text::grid(encoding, body);
    let width = width(&grid, sheet, cells);
    let mut out = bytes.strip_suffix(body).unwrap_or_default().to_vec();
    for ((line, end), row) in text::lines(body).zip(&grid.rows) {
        out.extend(line);
        if let Some(cells) = cells.get(&row.line) {
            let mut added = "\t".repeat(width.saturating_sub(row.width));
            for cell in cells {
                added.push('\t');
                added.push_str(&one_line(cell));
            }
            out.extend(encoding.encode(file, &format!("line {}", row.line), &added)?);
        }
        out.extend(end);
    }
    Ok(out)
}

/// A cell between tabs can hold neither tab nor line end.
fn one_line(cell: &str) -> String {
    cell.split(['\t', '\r', '\n']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn fill_csv(
    file: &str,
    bytes: &[u8],
    sheet: &Sheet,
    cells: &BTreeMap<usize, Vec<&str>>,
) -> Result<Vec<u8>, SheetError> {
    let encoding = Encoding::detect(file, bytes)?;
    let body = encoding.body(bytes);
    let delimiter = sheet.layout.delimiter.and_then(|d| u8::try_from(d).ok()).unwrap_or(b',');
    let spans = csv::records(file, body, delimiter)?;
    let grid = csv::grid(encoding, body, delimiter, &spans);
    let width = width(&grid, sheet, cells);
    let mut out = bytes.strip_suffix(body).unwrap_or_default().to_vec();
    let mut done = 0;
    for (span, row) in spans.iter().zip(&grid.rows) {
        out.extend(body.get(done..span.end).unwrap_or_default());
        done = span.end;
        let Some(cells) = cells.get(&row.line) else { continue };
        let at = format!("line {}", row.line);
        let padding = char::from(delimiter).to_string().repeat(width.saturating_sub(row.width) + 1);
        let added = format!("{padding}{}", csv::record(delimiter, cells));
        out.extend(encoding.encode(file, &at, &added)?);
    }
    out.extend(body.get(done..).unwrap_or_default());
    Ok(out)
}
