//! Cells added to an OpenDocument spreadsheet by editing its one part of content.

use std::collections::BTreeMap;

use super::fill::{Fill, Job, NewCells, after_roles};
use super::fill_xlsx::free_name;
use super::grid::bare;
use super::ods::{self, CONTENT, Cell, Content, Row, Table};
use super::package::{Package, broken};
use super::xml::{Edits, attribute, clean, elements, escaped, with_attribute};
use super::{SheetError, evidence};

/// Style of the columns that are added.
const COLUMN_STYLE: &str = "kakunin-column";
/// Rows that one row may stand for and still get cells.
const MOST_REPEATS: usize = 10_000;

/// Name space prefixes of the part, with their colons.
struct Prefixes {
    table: String,
    office: String,
    text: String,
    style: String,
}

impl Prefixes {
    fn of(xml: &str) -> Self {
        let root = elements(xml, "document-content").into_iter().next();
        let find = |space: &str, usual: &str| {
            let uri = format!("urn:oasis:names:tc:opendocument:xmlns:{space}:1.0");
            root.iter()
                .flat_map(|root| root.attributes().flatten())
                .find(|a| a.value.as_ref() == uri)
                .and_then(|a| a.key.as_ref().strip_prefix("xmlns:").map(|p| format!("{p}:")))
                .unwrap_or_else(|| usual.to_owned())
        };
        Prefixes {
            table: find("table", "table:"),
            office: find("office", "office:"),
            text: find("text", "text:"),
            style: find("style", "style:"),
        }
    }
}

pub(crate) fn fill(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, SheetError> {
    let file = &job.opened.file;
    let mut package = Package::open(file, job.bytes)?;
    let xml = package.text(CONTENT)?;
    let content = ods::content(&xml).map_err(|found| broken(file, CONTENT, found))?;
    let prefixes = Prefixes::of(&xml);
    let mut edits = Edits::default();
    let editor = Editor { xml: &xml, prefixes: &prefixes, styled: content.styles_end.is_some() };
    match how {
        Fill::Columns => {
            for (table, cells) in content.tables.iter().zip(&job.cells).filter(|(_, cells)| !cells.is_empty()) {
                editor
                    .columns(&mut edits, table, cells, after_roles(job.sheet))
                    .map_err(|f| broken(file, &table.name, f))?;
            }
        }
        Fill::EvidenceSheet(lang) => {
            let names: Vec<&str> = content.tables.iter().map(|t| t.name.as_str()).collect();
            let name = free_name(evidence::name(lang), &names);
            let rows = evidence::rows(job.sheet, job.columns, lang, |_| true);
            let at = content.tables.last().map(|t| t.end).ok_or_else(|| broken(file, CONTENT, "no worksheet"))?;
            edits.insert(at, editor.sheet(&name, &rows));
        }
    }
    editor.style(&mut edits, &content);
    let edited = edits.apply(&xml).map_err(|found| broken(file, CONTENT, found))?;
    package.rewritten(&BTreeMap::from([(CONTENT.to_owned(), edited)]))
}

struct Editor<'a> {
    xml: &'a str,
    prefixes: &'a Prefixes,
    /// Whether there is a place for the style of columns.
    styled: bool,
}

impl Editor<'_> {
    fn slice(&self, span: (usize, usize)) -> &str {
        self.xml.get(span.0..span.1).unwrap_or_default()
    }

    fn columns(&self, edits: &mut Edits, table: &Table, cells: &NewCells<'_>, least: usize) -> Result<(), String> {
        let count = cells.values().map(Vec::len).max().unwrap_or(0);
        let is_target = |row: &Row| cells.range(row.line..row.line.saturating_add(row.repeat)).next().is_some();
        let targets: Vec<&Row> = table.rows.iter().filter(|row| is_target(row)).collect();
        if let Some(line) =
            cells.keys().find(|line| !targets.iter().any(|r| (r.line..r.line + r.repeat).contains(line)))
        {
            return Err(format!("no row {line}"));
        }
        // The first column that is free on every row that gets cells, beside merged cells too.
        let taken = |cell: &&Cell| !bare(&cell.text).is_empty() || cell.spans.1 > 1 || cell.covered;
        let first = targets
            .iter()
            .flat_map(|row| &row.cells)
            .filter(taken)
            .map(|cell| cell.column.saturating_add(cell.repeat.max(cell.spans.1)))
            .chain([least])
            .max()
            .unwrap_or(0);
        for row in targets {
            if row.repeat > MOST_REPEATS {
                return Err(format!("one row for the {} rows from {}", row.repeat, row.line));
            }
            let mut out = String::new();
            for line in row.line..row.line + row.repeat {
                out.push_str(&self.row(row, first, count, cells.get(&line).map(Vec::as_slice)));
            }
            edits.replace(row.span, out);
        }
        self.widths(edits, table, first, count);
        Ok(())
    }

    /// One row with its new cells.
    fn row(&self, row: &Row, first: usize, count: usize, texts: Option<&[&str]>) -> String {
        let repeated = format!("{}number-rows-repeated", self.prefixes.table);
        let tag = without_attribute(self.slice(row.tag), &repeated);
        let Some(texts) = texts else {
            return format!("{tag}{}", self.slice((row.tag.1, row.span.1)));
        };
        let name = |cell: &Cell, repeat: usize| {
            let attribute = format!("{}number-columns-repeated", self.prefixes.table);
            with_repeat(self.slice(cell.span), &attribute, repeat)
        };
        let style = row.cells.iter().filter(|c| c.column < first && c.style.is_some()).max_by_key(|c| c.column);
        let mut new = String::new();
        for text in texts {
            new.push_str(&self.cell(text, style.and_then(|c| c.style.as_deref())));
        }
        let (mut before, mut after) = (String::new(), String::new());
        let last = first.saturating_add(count);
        let mut reached = 0;
        // What stands between the cells, such as white space, stays where it was.
        let mut done = row.tag.1.min(row.end);
        for cell in &row.cells {
            let end = cell.column.saturating_add(cell.repeat);
            let between = self.slice((done, cell.span.0));
            done = cell.span.1;
            if cell.column < first {
                before.push_str(between);
                let kept = cell.repeat.min(first - cell.column);
                before.push_str(&if kept == cell.repeat { self.slice(cell.span).to_owned() } else { name(cell, kept) });
                reached = end.min(first);
            } else {
                after.push_str(between);
            }
            if end > last {
                let kept = end - last.max(cell.column);
                after.push_str(&if kept == cell.repeat { self.slice(cell.span).to_owned() } else { name(cell, kept) });
            }
        }
        after.push_str(self.slice((done, row.end)));
        if reached < first {
            let table = &self.prefixes.table;
            before.push_str(&format!("<{table}table-cell {table}number-columns-repeated=\"{}\"/>", first - reached));
        }
        // A row without cells is one tag.
        let (tag, end) = match tag.strip_suffix("/>") {
            Some(open) => (format!("{open}>"), format!("</{}table-row>", self.prefixes.table)),
            None => (tag, self.slice((row.end, row.span.1)).to_owned()),
        };
        format!("{tag}{before}{new}{after}{end}")
    }

    fn cell(&self, text: &str, style: Option<&str>) -> String {
        let Prefixes { table, office, text: p, .. } = self.prefixes;
        let style = style.map(|s| format!(" {table}style-name=\"{}\"", escaped(s))).unwrap_or_default();
        if text.is_empty() {
            return format!("<{table}table-cell{style}/>");
        }
        let paragraphs: String =
            clean(text).split('\n').map(|line| format!("<{p}p>{}</{p}p>", escaped(&line.replace('\t', " ")))).collect();
        format!("<{table}table-cell{style} {office}value-type=\"string\">{paragraphs}</{table}table-cell>")
    }

    /// Gives the new columns a width; none of them stays hidden.
    fn widths(&self, edits: &mut Edits, table: &Table, first: usize, count: usize) {
        let name = &self.prefixes.table;
        let style = if self.styled { format!(" {name}style-name=\"{COLUMN_STYLE}\"") } else { String::new() };
        let new = |count: usize| format!("<{name}table-column{style} {name}number-columns-repeated=\"{count}\"/>");
        let attribute = format!("{name}number-columns-repeated");
        let last = first.saturating_add(count);
        let mut placed = false;
        for columns in &table.columns {
            let end = columns.first.saturating_add(columns.repeat);
            if end <= first || columns.first >= last {
                continue;
            }
            let tag = self.slice(columns.span);
            if !tag.ends_with("/>") {
                return;
            }
            let left =
                if columns.first < first { with_repeat(tag, &attribute, first - columns.first) } else { String::new() };
            let right = if end > last { with_repeat(tag, &attribute, end - last) } else { String::new() };
            let middle = if placed { String::new() } else { new(count) };
            placed = true;
            edits.replace(columns.span, format!("{left}{middle}{right}"));
        }
        if let Some(last) = table.columns.last().filter(|_| !placed) {
            let missing = first.saturating_sub(last.first.saturating_add(last.repeat));
            let gap =
                if missing > 0 { format!("<{name}table-column {attribute}=\"{missing}\"/>") } else { String::new() };
            edits.insert(last.span.1, format!("{gap}{}", new(count)));
        }
    }

    fn style(&self, edits: &mut Edits, content: &Content) {
        if let Some(at) = content.styles_end.filter(|_| !self.xml.contains(COLUMN_STYLE)) {
            let style = &self.prefixes.style;
            edits.insert(
                at,
                format!(
                    "<{style}style {style}name=\"{COLUMN_STYLE}\" {style}family=\"table-column\">\
                     <{style}table-column-properties {style}column-width=\"7cm\"/></{style}style>"
                ),
            );
        }
    }

    fn sheet(&self, name: &str, rows: &[Vec<String>]) -> String {
        let table = &self.prefixes.table;
        let style = if self.styled { format!(" {table}style-name=\"{COLUMN_STYLE}\"") } else { String::new() };
        let columns = rows.first().map_or(1, Vec::len);
        let mut out = format!(
            "<{table}table {table}name=\"{}\"><{table}table-column{style} {table}number-columns-repeated=\"{columns}\"/>",
            escaped(name)
        );
        for row in rows {
            out.push_str(&format!("<{table}table-row>"));
            row.iter().for_each(|text| out.push_str(&self.cell(text, None)));
            out.push_str(&format!("</{table}table-row>"));
        }
        out.push_str(&format!("</{table}table>"));
        out
    }
}

/// A start tag, or an element, whose number of repeats is changed.
fn with_repeat(element: &str, name: &str, repeat: usize) -> String {
    if let Some(changed) =
        with_attribute(element, name, |_| Some(repeat.to_string())).filter(|_| has_attribute(element, name))
    {
        return changed;
    }
    let at = element.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(element.len());
    let (head, tail) = element.split_at_checked(at).unwrap_or((element, ""));
    format!("{head} {name}=\"{repeat}\"{tail}")
}

/// Whether the first tag of an element has an attribute.
fn has_attribute(element: &str, name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    let tag = element.split_inclusive('>').next().unwrap_or(element);
    match quick_xml::Reader::from_str(tag).read_event() {
        Ok(quick_xml::events::Event::Start(e) | quick_xml::events::Event::Empty(e)) => attribute(&e, local).is_some(),
        _ => false,
    }
}

fn without_attribute(tag: &str, name: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((head, rest)) = tag.split_once(&format!(" {name}={quote}"))
            && let Some((_, tail)) = rest.split_once(quote)
        {
            return format!("{head}{tail}");
        }
    }
    tag.to_owned()
}
