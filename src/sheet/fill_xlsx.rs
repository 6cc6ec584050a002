//! Cells added to a workbook by editing the one worksheet part inside the zip. All other parts are copied as they are,
//! without unpacking them, because workbook libraries lose what they do not know (charts, extensions, furigana).

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::SheetError;
use super::fill::{Fill, Job, after_roles};
use super::fill_xlsx_sheet;
use super::grid::{column_letters, parse_reference};
use super::package::{Package, broken};
use super::xlsx_parts::part_of;
use super::xml::{Edits, attribute, clean, escaped, position, with_attribute};

/// Most characters that a cell holds (Microsoft Support, "Excel specifications and limits").
const LONGEST_CELL: usize = 32_767;
/// Most columns of a worksheet (as above).
const MOST_COLUMNS: usize = 16_384;
/// Width of an added column, in characters of the default font.
const WIDTH: usize = 36;

pub(crate) fn fill(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, SheetError> {
    let file = &job.opened.file;
    let mut package = Package::open(file, job.bytes)?;
    let mut changed = BTreeMap::new();
    match how {
        Fill::Columns => {
            for (table, cells) in job.opened.tables.iter().zip(&job.cells).filter(|(_, cells)| !cells.is_empty()) {
                let worksheet = table.worksheet.as_deref().unwrap_or_default();
                let part = part_of(file, &mut package, worksheet)?;
                let xml = package.text(&part)?;
                let edited =
                    edit(&xml, after_roles(job.sheet), cells).map_err(|found| broken(file, worksheet, found))?;
                changed.insert(part, edited);
            }
        }
        Fill::EvidenceSheet(lang) => fill_xlsx_sheet::add(job, lang, &mut package, &mut changed)?,
    }
    package.rewritten(&changed)
}

/// A name for a new worksheet that none has yet; worksheets' names differ in more than case.
pub(crate) fn free_name(wanted: &str, taken: &[&str]) -> String {
    let is_free = |name: &str| !taken.iter().any(|t| t.to_lowercase() == name.to_lowercase());
    std::iter::once(wanted.to_owned())
        .chain((2..).map(|n| format!("{wanted} {n}")))
        .find(|name| is_free(name))
        .unwrap_or_else(|| wanted.to_owned())
}

/// A cell of a row that gets new cells.
struct Cell {
    column: usize,
    style: Option<String>,
    /// Where it stands in the XML.
    span: (usize, usize),
    /// Whether it holds a value.
    filled: bool,
}

/// A row that gets new cells.
struct Target {
    line: usize,
    cells: Vec<Cell>,
    /// Start tag.
    tag: (usize, usize),
    /// Where its end tag begins.
    end: usize,
}

/// What of a worksheet part matters for adding cells.
#[derive(Default)]
struct Scan {
    targets: Vec<Target>,
    dimension: Option<(usize, usize)>,
    /// `<cols>`'s children, with their first and last column from 1.
    cols: Vec<(usize, usize, (usize, usize))>,
    /// Where `</cols>` begins.
    cols_end: Option<usize>,
    sheet_data: Option<usize>,
    /// Name space prefix of the part with its colon, or nothing.
    prefix: String,
    /// Merged ranges: first row, last row, last column.
    merges: Vec<(usize, usize, usize)>,
}

fn scan(xml: &str, cells: &BTreeMap<usize, Vec<&str>>) -> Result<Scan, String> {
    let mut reader = Reader::from_str(xml);
    let mut scan = Scan::default();
    let (mut line, mut column) = (0usize, 0usize);
    let mut target: Option<Target> = None;
    let mut cell: Option<Cell> = None;
    loop {
        let start = position(&reader)?;
        let event = reader.read_event().map_err(|e| e.to_string())?;
        let end = position(&reader)?;
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(e) | Event::Empty(e) => match e.local_name().as_ref() {
                "dimension" => scan.dimension = Some((start, end)),
                "sheetData" => {
                    scan.sheet_data = Some(start);
                    scan.prefix = e.name().as_ref().strip_suffix("sheetData").unwrap_or_default().to_owned();
                }
                "col" => {
                    let get = |name| attribute(&e, name).and_then(|v| v.parse::<usize>().ok());
                    if let (Some(min), Some(max)) = (get("min"), get("max")) {
                        scan.cols.push((min, max, (start, end)));
                    }
                }
                "row" => {
                    line = attribute(&e, "r").and_then(|r| r.parse().ok()).unwrap_or(line.saturating_add(1));
                    column = 0;
                    if !empty && cells.contains_key(&line) {
                        target = Some(Target { line, cells: Vec::new(), tag: (start, end), end });
                    }
                }
                "c" => {
                    let place = attribute(&e, "r").and_then(|r| parse_reference(&r)).map_or(column, |(c, _)| c);
                    column = place + 1;
                    if let Some(target) = &mut target {
                        let new = Cell { column: place, style: attribute(&e, "s"), span: (start, end), filled: false };
                        if empty {
                            target.cells.push(new);
                        } else {
                            cell = Some(new);
                        }
                    }
                }
                "v" | "is" | "f" => {
                    if let Some(cell) = &mut cell {
                        cell.filled = true;
                    }
                }
                "mergeCell" => {
                    let range = attribute(&e, "ref").unwrap_or_default();
                    if let Some((Some((_, top)), Some((right, bottom)))) =
                        range.split_once(':').map(|(a, b)| (parse_reference(a), parse_reference(b)))
                    {
                        scan.merges.push((top, bottom, right));
                    }
                }
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "c" => {
                    if let (Some(target), Some(mut cell)) = (&mut target, cell.take()) {
                        cell.span.1 = end;
                        target.cells.push(cell);
                    }
                }
                "row" => {
                    if let Some(mut target) = target.take() {
                        target.end = start;
                        scan.targets.push(target);
                    }
                }
                "cols" => scan.cols_end = Some(start),
                _ => {}
            },
            Event::Eof => return Ok(scan),
            _ => {}
        }
    }
}

/// The worksheet part with the cells added, in column `least` or right of it.
fn edit(xml: &str, least: usize, cells: &BTreeMap<usize, Vec<&str>>) -> Result<String, String> {
    let scan = scan(xml, cells)?;
    if let Some(line) = cells.keys().find(|line| !scan.targets.iter().any(|t| t.line == **line)) {
        return Err(format!("no row {line} in the worksheet part"));
    }
    let count = cells.values().map(Vec::len).max().unwrap_or(0);
    // The first column that is free on every row that gets cells, beside merged cells too.
    let filled = scan.targets.iter().flat_map(|t| &t.cells).filter(|c| c.filled).map(|c| c.column + 1);
    let merged = scan
        .merges
        .iter()
        .filter(|(top, bottom, _)| scan.targets.iter().any(|t| (*top..=*bottom).contains(&t.line)))
        .map(|(_, _, right)| right + 1);
    let first = filled.chain(merged).chain([least]).max().unwrap_or(0);
    if first + count > MOST_COLUMNS {
        return Err(format!("no room for {count} columns at the right of column {}", column_letters(first)));
    }
    let mut edits = Edits::default();
    for target in &scan.targets {
        let texts = cells.get(&target.line).map(Vec::as_slice).unwrap_or_default();
        add_cells(&mut edits, xml, &scan.prefix, target, first, texts);
    }
    extend_dimension(&mut edits, xml, &scan, first + count);
    add_widths(&mut edits, xml, &scan, first, count);
    edits.apply(xml)
}

fn add_cells(edits: &mut Edits, xml: &str, prefix: &str, target: &Target, first: usize, texts: &[&str]) {
    // The look of the row goes on: that of its last cell before the new ones that has a look.
    let looks = |cell: &&Cell| cell.column < first && cell.style.as_deref().is_some_and(|s| s != "0");
    let style = target.cells.iter().filter(looks).max_by_key(|c| c.column).and_then(|c| c.style.as_deref());
    let mut inserted = String::new();
    for (column, text) in (first..).zip(texts) {
        let own = target.cells.iter().find(|c| c.column == column);
        let style = own.and_then(|c| c.style.as_deref()).or(style);
        let cell = inline_cell(prefix, column, target.line, style, text);
        match own {
            Some(own) => edits.replace(own.span, cell),
            None => match target.cells.iter().find(|c| c.column > column) {
                Some(next) => edits.insert(next.span.0, cell),
                None => inserted.push_str(&cell),
            },
        }
    }
    if !inserted.is_empty() {
        edits.insert(target.end, inserted);
    }
    let last = first + texts.len();
    let tag = xml.get(target.tag.0..target.tag.1).unwrap_or_default();
    if let Some(widened) = with_attribute(tag, "spans", |spans| {
        let (from, to) = spans.split_once(':')?;
        let to: usize = to.parse().ok()?;
        Some(format!("{from}:{}", to.max(last)))
    }) {
        edits.replace(target.tag, widened);
    }
}

pub(crate) fn inline_cell(prefix: &str, column: usize, line: usize, style: Option<&str>, text: &str) -> String {
    let style = style.map(|s| format!(" s=\"{}\"", quick_xml::escape::escape(s))).unwrap_or_default();
    let reference = format!("{}{line}", column_letters(column));
    if text.is_empty() {
        return format!("<{prefix}c r=\"{reference}\"{style}/>");
    }
    let text = escaped(&cell_text(text));
    format!(
        "<{prefix}c r=\"{reference}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{text}</{prefix}t></{prefix}is></{prefix}c>"
    )
}

/// The text without what XML 1.0 cannot hold, cut where Excel would refuse it; a cut shows.
fn cell_text(text: &str) -> String {
    cut(clean(text))
}

/// The text, cut where Excel would refuse it.
pub(crate) fn cut(clean: String) -> String {
    // Excel counts UTF-16 units.
    if clean.encode_utf16().count() <= LONGEST_CELL {
        return clean;
    }
    let mut length = 0;
    let mut cut: String = clean
        .chars()
        .take_while(|c| {
            length += c.len_utf16();
            length < LONGEST_CELL
        })
        .collect();
    cut.push('…');
    cut
}

fn extend_dimension(edits: &mut Edits, xml: &str, scan: &Scan, columns: usize) {
    let Some(span) = scan.dimension else { return };
    let tag = xml.get(span.0..span.1).unwrap_or_default();
    let extended = with_attribute(tag, "ref", |range| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        let (right, bottom) = parse_reference(to)?;
        Some(format!("{from}:{}{bottom}", column_letters(right.max(columns.saturating_sub(1)))))
    });
    if let Some(extended) = extended {
        edits.replace(span, extended);
    }
}

/// Gives the new columns a width. A range of columns that reaches over them is split, so that none of them stays hidden.
fn add_widths(edits: &mut Edits, xml: &str, scan: &Scan, first: usize, count: usize) {
    let prefix = &scan.prefix;
    let (min, max) = (first + 1, first + count);
    let added = format!("<{prefix}col min=\"{min}\" max=\"{max}\" width=\"{WIDTH}\" customWidth=\"1\"/>");
    let Some(cols_end) = scan.cols_end else {
        if let Some(at) = scan.sheet_data {
            edits.insert(at, format!("<{prefix}cols>{added}</{prefix}cols>"));
        }
        return;
    };
    // `<col>` elements stand in order and do not overlap.
    let mut place = None;
    for (from, to, span) in &scan.cols {
        if *from > max && place.is_none() {
            place = Some(span.0);
        }
        if *to < min || *from > max {
            continue;
        }
        let tag = xml.get(span.0..span.1).unwrap_or_default();
        let piece = |from: usize, to: usize| {
            with_attribute(tag, "min", |_| Some(from.to_string()))
                .and_then(|t| with_attribute(&t, "max", |_| Some(to.to_string())))
                .unwrap_or_default()
        };
        let left = if *from < min { piece(*from, min - 1) } else { String::new() };
        let right = if *to > max { piece(max + 1, *to) } else { String::new() };
        // The new columns stand where the first range that reaches over them stood.
        let middle = if place.is_none() { added.as_str() } else { "" };
        place = Some(span.0);
        edits.replace(*span, format!("{left}{middle}{right}"));
    }
    if place.is_none_or(|at| !scan.cols.iter().any(|(from, to, s)| s.0 == at && *to >= min && *from <= max)) {
        edits.insert(place.unwrap_or(cols_end), added);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(rows: &str, cells: &[(usize, &[&str])]) -> String {
        let cells = cells.iter().map(|(line, texts)| (*line, texts.to_vec())).collect();
        edit(&format!("<worksheet>{rows}</worksheet>"), 0, &cells).unwrap()
    }

    #[test]
    fn only_the_target_cells_change() {
        let out = edited(
            r#"<dimension ref="A1:B2"/><sheetData><row r="1" spans="1:2"><c r="A1" s="4"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" s="7"><v>2</v></c></row></sheetData><x/>"#,
            &[(2, &["a<b>&\"c\"", ""])],
        );
        assert_eq!(
            out,
            r#"<worksheet><dimension ref="A1:D2"/><cols><col min="3" max="4" width="36" customWidth="1"/></cols><sheetData><row r="1" spans="1:2"><c r="A1" s="4"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" s="7"><v>2</v></c><c r="C2" s="7" t="inlineStr"><is><t xml:space="preserve">a&lt;b&gt;&amp;&quot;c&quot;</t></is></c><c r="D2" s="7"/></row></sheetData><x/></worksheet>"#
        );
    }

    #[test]
    fn cells_without_references_and_a_prefix() {
        let out = edited("<x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>", &[(1, &["a"])]);
        assert!(out.contains(r#"<x:c><x:v>1</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:t xml:space="preserve">a</x:t></x:is></x:c></x:row>"#), "{out}");
        assert!(out.contains("<x:cols><x:col min=\"2\""));
    }

    #[test]
    fn an_empty_cell_in_the_way_is_replaced_and_later_ones_stay_behind() {
        let out = edited(
            r#"<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" s="9"/><c r="E1" s="8"/></row></sheetData>"#,
            &[(1, &["a", "b"])],
        );
        assert!(out.contains(r#"<c r="B1" s="9" t="inlineStr">"#), "{out}");
        let places: Vec<usize> =
            ["r=\"A1\"", "r=\"B1\"", "r=\"C1\"", "r=\"E1\""].iter().map(|r| out.find(r).unwrap()).collect();
        assert!(places.is_sorted(), "{out}");
        assert_eq!(out.matches("r=\"B1\"").count(), 1);
    }

    #[test]
    fn merged_cells_are_stepped_over() {
        let out = edited(
            r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C2"/></mergeCells>"#,
            &[(1, &["a"])],
        );
        assert!(out.contains(r#"r="D1""#), "{out}");
    }

    #[test]
    fn columns_get_a_width_and_are_never_hidden() {
        let rows = r#"<sheetData><row r="1"><c r="B1"><v>1</v></c></row></sheetData>"#;
        let cols = |cols: &str| {
            let out = edited(&format!("<cols>{cols}</cols>{rows}"), &[(1, &["a", "b"])]);
            out.split("<cols>").nth(1).unwrap().split("</cols>").next().unwrap().to_owned()
        };
        let new = r#"<col min="3" max="4" width="36" customWidth="1"/>"#;
        assert_eq!(cols(r#"<col min="1" max="2" width="9"/>"#), format!(r#"<col min="1" max="2" width="9"/>{new}"#));
        assert_eq!(cols(r#"<col min="7" max="8" width="9"/>"#), format!(r#"{new}<col min="7" max="8" width="9"/>"#));
        assert_eq!(
            cols(r#"<col min="1" max="16384" width="9" hidden="1"/>"#),
            format!(
                r#"<col min="1" max="2" width="9" hidden="1"/>{new}<col min="5" max="16384" width="9" hidden="1"/>"#
            )
        );
        assert_eq!(
            cols(r#"<col min="3" max="3" width="9"/><col min="4" max="4" width="9"/><col min="5" max="5" width="9"/>"#),
            format!(r#"{new}<col min="5" max="5" width="9"/>"#)
        );
    }

    #[test]
    fn what_a_cell_cannot_hold() {
        assert_eq!(cell_text("a\r\nb\u{1}c\u{FFFF}"), "a\nb c ");
        let long = cell_text(&"あ".repeat(40_000));
        assert_eq!(long.encode_utf16().count(), LONGEST_CELL);
        assert!(long.ends_with('…'));
    }
}
