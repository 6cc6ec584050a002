//! Cells added to lines of text and to records of CSV.

use crate::model::Lang;

use super::encoding::Encoding;
use super::fill::{Job, NewCells, width};
use super::open::Format;
use super::text::{Cells, width_of};
use super::{SheetError, csv, evidence, text};

pub(crate) fn columns(job: &Job<'_>) -> Result<Vec<u8>, SheetError> {
    let empty = NewCells::new();
    let cells = job.cells.first().unwrap_or(&empty);
    let encoding = Encoding::detect(&job.opened.file, job.bytes)?;
    let body = encoding.body(job.bytes);
    let filled = match job.opened.format {
        Format::Csv => records(job, encoding, &body, cells)?,
        _ => lines(job, encoding, &body, cells)?,
    };
    Ok(encoding.file(filled))
}

/// A second file: CSV in the sheet's own encoding.
pub(crate) fn beside(job: &Job<'_>, lang: Lang) -> Result<Vec<u8>, SheetError> {
    let encoding = Encoding::detect(&job.opened.file, job.bytes)?;
    let mut out = Vec::new();
    for (line, row) in (1..).zip(evidence::rows(job.sheet, job.columns, lang, |_| true)) {
        let row: Vec<String> = row.iter().map(|cell| harmless(cell)).collect();
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        let record = format!("{}\r\n", csv::record(b',', &cells));
        out.extend(encoding.encode(&job.opened.file, &format!("line {line} of the second file"), &record)?);
    }
    // Excel takes CSV without a mark for the legacy encoding.
    let encoding = if encoding == Encoding::Utf8 { Encoding::Utf8Bom } else { encoding };
    Ok(encoding.file(out))
}

fn lines(job: &Job<'_>, encoding: Encoding, body: &[u8], cells: &NewCells<'_>) -> Result<Vec<u8>, SheetError> {
    let (kind, grid) = text::grid(encoding, body);
    let width = width(&grid, job.sheet, cells);
    // Where each new column begins, for columns that spaces line up.
    let mut begins = grid.rows.iter().map(|row| width_of(row.raw.trim_end())).max().unwrap_or(0) + 2;
    let mut starts = Vec::new();
    for column in 0..job.columns.len() {
        starts.push(begins);
        let widest = cells.values().filter_map(|row| row.get(column)).map(|cell| width_of(&one_line(cell))).max();
        begins += widest.unwrap_or(0) + 2;
    }
    let mut out = Vec::new();
    for ((line, end), row) in text::lines(body).zip(&grid.rows) {
        out.extend(line);
        if let Some(cells) = cells.get(&row.line) {
            let added = match &kind {
                Cells::Tabs => tabs(cells, width.saturating_sub(row.width)),
                Cells::Bars => bars(&row.raw, cells, width.saturating_sub(row.width)),
                Cells::Aligned(_) => aligned(&row.raw, cells, &starts),
            };
            out.extend(encoding.encode(&job.opened.file, &format!("line {}", row.line), &added)?);
        }
        out.extend(end);
    }
    Ok(out)
}

fn tabs(cells: &[&str], missing: usize) -> String {
    let mut added = "\t".repeat(missing);
    for cell in cells {
        added.push('\t');
        added.push_str(&harmless(&one_line(cell)));
    }
    added
}

fn bars(line: &str, cells: &[&str], missing: usize) -> String {
    let closed = line.trim_end().ends_with('|') && !line.trim_end().ends_with("\\|");
    let mut added = String::new();
    let gap = std::iter::repeat_n("", missing);
    for cell in gap.chain(cells.iter().copied()) {
        let cell = one_line(cell).replace('|', "\\|");
        // A bar around the line stands after each cell, else before.
        added.push_str(&if closed { format!(" {cell} |") } else { format!(" | {cell}") });
    }
    added
}

fn aligned(line: &str, cells: &[&str], starts: &[usize]) -> String {
    let mut added = String::new();
    let mut at = width_of(line);
    for (cell, start) in cells.iter().zip(starts) {
        // Two spaces inside would part the cell, and bars would look like the table's.
        let cell = one_line(cell).replace('|', "/").split_whitespace().collect::<Vec<_>>().join(" ");
        if cell.is_empty() {
            continue;
        }
        added.push_str(&" ".repeat(start.saturating_sub(at)));
        at = start + width_of(&cell);
        added.push_str(&cell);
    }
    added
}

/// A text that a spreadsheet program would take for a formula, with an apostrophe before it: the name of a resource must not
/// run on the machine of whoever opens the sheet (OWASP, "CSV Injection").
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@']) && cell.chars().nth(1).is_some();
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell between tabs can hold neither tab nor line end.
fn one_line(cell: &str) -> String {
    cell.split(['\t', '\r', '\n']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn records(job: &Job<'_>, encoding: Encoding, body: &[u8], cells: &NewCells<'_>) -> Result<Vec<u8>, SheetError> {
    let file = &job.opened.file;
    let delimiter = job.sheet.layout.delimiter.and_then(|d| u8::try_from(d).ok()).unwrap_or(b',');
    let spans = csv::records(file, body, delimiter)?;
    let grid = csv::grid(encoding, body, delimiter, &spans);
    let width = width(&grid, job.sheet, cells);
    let mut out = Vec::new();
    let mut done = 0;
    for (span, row) in spans.iter().zip(&grid.rows) {
        out.extend(body.get(done..span.end).unwrap_or_default());
        done = span.end;
        let Some(cells) = cells.get(&row.line) else { continue };
        let at = format!("line {}", row.line);
        let padding = char::from(delimiter).to_string().repeat(width.saturating_sub(row.width) + 1);
        let cells: Vec<String> = cells.iter().map(|cell| harmless(cell)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let added = format!("{padding}{}", csv::record(delimiter, &cells));
        out.extend(encoding.encode(file, &at, &added)?);
    }
    out.extend(body.get(done..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [("=1+1", "'=1+1"), ("@x", "'@x"), ("-", "-"), ("○", "○"), ("", ""), ("a=1", "a=1")]
        {
            assert_eq!(harmless(cell), written);
        }
        assert_eq!(tabs(&["=x", "a\tb"], 1), "\t\t'=x\ta b");
    }

    #[test]
    fn bars_and_columns_go_on() {
        assert_eq!(bars("| 1 | a |", &["x|y", ""], 1), "  | x\\|y |  |");
        assert_eq!(bars("1 | a", &["x"], 0), " | x");
        assert_eq!(aligned("1  a", &["x  y", "", "z"], &[6, 12, 16]), "  x y       z");
    }
}
