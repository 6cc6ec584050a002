//! A workbook of a format that nothing writes, made again as xlsx: the same cells and merged cells, in plain formatting.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, Format as Look, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::fill::{Fill, Job, NewCells, after_roles};
use super::grid::{Grid, bare};
use super::package::broken;
use super::xml::clean;
use super::{SheetError, evidence, fill_xlsx};

pub(crate) fn fill(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, SheetError> {
    make(job, how).map_err(|e| broken(&job.opened.file, "the new workbook", e))
}

fn make(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let look = Look::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let head = look.clone().set_bold().set_background_color(Color::RGB(0x00D9_E1F2));
    let empty = NewCells::new();
    let mut visible = false;
    for (place, grid) in job.opened.tables.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(grid.worksheet.as_deref().unwrap_or("Sheet"))?;
        let cells = if how == Fill::Columns { job.cells.get(place).unwrap_or(&empty) } else { &empty };
        table(sheet, grid, cells, after_roles(job.sheet), &look, &head)?;
        // A workbook without a worksheet that is shown does not open.
        sheet.set_hidden(grid.hidden && place + 1 < job.opened.tables.len());
        if !grid.hidden && !visible {
            visible = true;
            sheet.set_active(true).set_first_tab(true);
        }
    }
    if let Fill::EvidenceSheet(lang) = how {
        let sheet = workbook.add_worksheet();
        let taken = job.opened.tables.iter().filter_map(|t| t.worksheet.as_deref()).collect::<Vec<_>>();
        sheet.set_name(fill_xlsx::free_name(evidence::name(lang), &taken))?;
        for (row, texts) in (0u32..).zip(evidence::rows(job.sheet, job.columns, lang, |_| true)) {
            for (column, text) in (0u16..).zip(texts) {
                sheet.write_string_with_format(row, column, cut(&text), if row == 0 { &head } else { &look })?;
            }
        }
    }
    workbook.save_to_buffer()
}

fn cut(text: &str) -> String {
    fill_xlsx::cut(clean(text))
}

fn table(
    sheet: &mut Worksheet,
    grid: &Grid,
    cells: &NewCells<'_>,
    least: usize,
    look: &Look,
    head: &Look,
) -> Result<(), XlsxError> {
    let row_of = |line: usize| u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
    let column_of = |column: usize| u16::try_from(column).unwrap_or(u16::MAX);
    let mut done = BTreeSet::new();
    let texts: BTreeMap<(usize, usize), &str> =
        grid.rows.iter().flat_map(|r| r.cells.iter().map(|(c, t)| ((r.line, *c), t.as_str()))).collect();
    for merge in &grid.merges {
        let (top, left) = (merge.lines.0, merge.columns.0);
        let text = texts.get(&(top, left)).map_or_else(String::new, |t| cut(t));
        // Ranges that overlap are in damaged files only, and are left out.
        let range = (row_of(top), column_of(left), row_of(merge.lines.1), column_of(merge.columns.1));
        if sheet.merge_range(range.0, range.1, range.2, range.3, &text, look).is_ok() {
            done.insert((top, left));
        }
    }
    for ((line, column), text) in &texts {
        if !done.contains(&(*line, *column)) {
            sheet.write_string_with_format(row_of(*line), column_of(*column), cut(text), look)?;
        }
    }
    let right = grid.rows.iter().filter(|r| cells.contains_key(&r.line)).filter_map(|r| r.cells.keys().last());
    let merged = grid
        .merges
        .iter()
        .filter(|m| cells.keys().any(|line| (m.lines.0..=m.lines.1).contains(line)))
        .map(|m| m.columns.1 + 1);
    let first = right.map(|c| c + 1).chain(merged).chain([least]).max().unwrap_or(0);
    let header = cells.keys().next().copied();
    for (line, new) in cells {
        for (column, text) in (first..).zip(new) {
            let look = if header == Some(*line) { head } else { look };
            sheet.write_string_with_format(row_of(*line), column_of(column), cut(text), look)?;
        }
    }
    for row in grid.rows.iter().filter(|r| r.hidden) {
        sheet.set_row_hidden(row_of(row.line))?;
    }
    for (from, to) in &grid.hidden_columns {
        for column in *from..=(*to).min(first.saturating_sub(1)) {
            sheet.set_column_hidden(column_of(column))?;
        }
    }
    // Wide enough to be read: as the longest line in it, within bounds.
    let mut widths = BTreeMap::<usize, usize>::new();
    for ((_, column), text) in &texts {
        let longest = text.lines().map(|l| super::text::width_of(bare(l))).max().unwrap_or(0);
        let widest = widths.entry(*column).or_default();
        *widest = (*widest).max(longest.clamp(6, 60));
    }
    for column in first..first + cells.values().map(Vec::len).max().unwrap_or(0) {
        widths.insert(column, 36);
    }
    for (column, width) in widths {
        sheet.set_column_width(column_of(column), f64::from(u32::try_from(width).unwrap_or(20)))?;
    }
    Ok(())
}
