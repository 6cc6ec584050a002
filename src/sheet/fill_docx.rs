//! Cells added to the tables of a Word document, and a table at its end for what stands in no table.

use std::collections::BTreeMap;

use super::docx;
use super::docx_body::{Block, Row, Table};
use super::fill::{Fill, Job, NewCells};
use super::fill_markdown::language;
use super::grid::Places;
use super::package::{Package, broken};
use super::xml::{Edits, clean, elements, escaped, is_well_formed, prefix};
use super::{SheetError, evidence};

/// Most columns of a table (Microsoft Support, "Operating parameter limitations and specifications in Word").
const MOST_COLUMNS: usize = 63;
/// Width of an added column, in twentieths of a point.
const WIDTH: usize = 1_800;

pub(crate) fn fill(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, SheetError> {
    let file = &job.opened.file;
    let mut package = Package::open(file, job.bytes)?;
    let part = docx::text_part(&mut package)?;
    let xml = package.text(&part)?;
    let text = docx::body(file, &mut package, &part, &xml)?;
    let tables: Vec<&Table> = text
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Paragraph(_) => None,
        })
        .collect();
    let mut edits = Edits::default();
    // Tables of the sheet that have their cells.
    let mut done = Vec::new();
    if how == Fill::Columns {
        let grids = job.opened.tables.iter().enumerate().filter(|(_, grid)| grid.places == Places::TableRows);
        for ((place, _), table) in grids.zip(&tables) {
            let cells = job.cells.get(place).filter(|cells| !cells.is_empty());
            if let Some(cells) = cells
                && columns(&mut edits, &xml, table, cells)
            {
                done.push(place);
            }
        }
    }
    let left = |place: usize| job.items.get(place).is_some_and(|(table, _)| !done.contains(table));
    if (0..job.items.len()).any(left) {
        let lang = match how {
            Fill::EvidenceSheet(lang) => lang,
            Fill::Columns => language(job),
        };
        let at = text.tail.ok_or_else(|| broken(file, &part, "no end of the text"))?;
        let tag = elements(&xml, "body").first().map(prefix).unwrap_or_default();
        edits.insert(at, table_at_end(&tag, &evidence::rows(job.sheet, job.columns, lang, left)));
    }
    let edited = edits.apply(&xml).map_err(|found| broken(file, &part, found))?;
    if !is_well_formed(&edited) {
        return Err(broken(file, &part, "tags that do not pair up"));
    }
    package.rewritten(&BTreeMap::from([(part, edited)]))
}

/// Adds the cells at the right of each row; false where the table cannot take them.
fn columns(edits: &mut Edits, xml: &str, table: &Table, cells: &NewCells<'_>) -> bool {
    let count = cells.values().map(Vec::len).max().unwrap_or(0);
    let width = table.width();
    let Some(grid_end) = table.grid_end.filter(|_| width + count <= MOST_COLUMNS) else { return false };
    if cells.keys().any(|line| !table.rows.iter().any(|row| row.line == *line)) {
        return false;
    }
    let tag = &table.prefix;
    // A grid that lacks columns of its own is made whole, so that the new ones are right of all.
    let missing = width.saturating_sub(table.columns);
    edits.insert(grid_end, format!("<{tag}gridCol {tag}w=\"{WIDTH}\"/>").repeat(missing + count));
    for row in &table.rows {
        for span in &row.after {
            edits.replace(*span, String::new());
        }
        let mut new = String::new();
        let gap = width.max(table.columns).saturating_sub(row.width());
        if gap > 0 {
            new.push_str(&cell(tag, xml, None, gap, gap * WIDTH, ""));
        }
        match cells.get(&row.line) {
            Some(texts) => texts.iter().for_each(|text| new.push_str(&cell(tag, xml, Some(row), 1, WIDTH, text))),
            None => new.push_str(&cell(tag, xml, Some(row), count, count * WIDTH, "")),
        }
        edits.insert(row.end, new);
    }
    true
}

/// A cell that looks like the last one of `row`.
fn cell(tag: &str, xml: &str, row: Option<&Row>, span: usize, width: usize, text: &str) -> String {
    let last = row.and_then(|row| row.cells.last());
    let spans = if span > 1 { format!("<{tag}gridSpan {tag}val=\"{span}\"/>") } else { String::new() };
    let looks: String =
        last.iter().flat_map(|cell| &cell.looks).map(|(from, to)| xml.get(*from..*to).unwrap_or_default()).collect();
    let run = last.and_then(|cell| cell.run).and_then(|(from, to)| xml.get(from..to)).unwrap_or_default();
    format!(
        "<{tag}tc><{tag}tcPr><{tag}tcW {tag}w=\"{width}\" {tag}type=\"dxa\"/>{spans}{looks}</{tag}tcPr><{tag}p>{}</{tag}p></{tag}tc>",
        runs(tag, run, text)
    )
}

fn runs(tag: &str, properties: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = clean(text);
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| format!("<{tag}t xml:space=\"preserve\">{}</{tag}t>", escaped(&line.replace('\t', " "))))
        .collect();
    format!("<{tag}r>{properties}{}</{tag}r>", lines.join(&format!("<{tag}br/>")))
}

fn table_at_end(tag: &str, rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(1, Vec::len);
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .map(|side| format!("<{tag}{side} {tag}val=\"single\" {tag}sz=\"4\" {tag}space=\"0\" {tag}color=\"auto\"/>"))
        .concat();
    let mut out = format!(
        "<{tag}p/><{tag}tbl><{tag}tblPr><{tag}tblW {tag}w=\"5000\" {tag}type=\"pct\"/><{tag}tblBorders>{borders}</{tag}tblBorders></{tag}tblPr><{tag}tblGrid>{}</{tag}tblGrid>",
        format!("<{tag}gridCol {tag}w=\"{WIDTH}\"/>").repeat(columns)
    );
    for row in rows {
        out.push_str(&format!("<{tag}tr>"));
        row.iter().for_each(|text| out.push_str(&cell(tag, "", None, 1, WIDTH, text)));
        out.push_str(&format!("</{tag}tr>"));
    }
    // A document does not end with a table.
    out.push_str(&format!("</{tag}tbl><{tag}p/>"));
    out
}
