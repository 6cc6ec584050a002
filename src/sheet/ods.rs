//! Sheets as OpenDocument spreadsheets. The one part that holds the cells is read here, because `calamine` gives neither merged
//! cells nor hidden rows of it, and unfolds rows that are said to be repeated a million times.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::SheetError;
use super::grid::{Grid, Merge, bare};
use super::package::{MOST_CELLS, Package, broken, too_large};
use super::xlsx::cited;
use super::xml::{attribute, number, position, text_of};

/// The part that holds the cells.
pub(crate) const CONTENT: &str = "content.xml";

/// A cell, or a run of equal ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// From 0.
    pub(crate) column: usize,
    pub(crate) repeat: usize,
    /// Rows and columns that it is merged over.
    pub(crate) spans: (usize, usize),
    /// Hidden below a merged cell.
    pub(crate) covered: bool,
    pub(crate) style: Option<String>,
    pub(crate) text: String,
    /// Where it stands in the XML, and its start tag.
    pub(crate) span: (usize, usize),
    pub(crate) tag: (usize, usize),
}

/// A row, or a run of equal ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) repeat: usize,
    pub(crate) hidden: bool,
    pub(crate) cells: Vec<Cell>,
    pub(crate) span: (usize, usize),
    pub(crate) tag: (usize, usize),
    /// Where its end tag begins.
    pub(crate) end: usize,
}

/// Columns as they are declared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// From 0.
    pub(crate) first: usize,
    pub(crate) repeat: usize,
    pub(crate) hidden: bool,
    pub(crate) span: (usize, usize),
}

/// A worksheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) style: String,
    pub(crate) columns: Vec<Columns>,
    pub(crate) rows: Vec<Row>,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The content part, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) tables: Vec<Table>,
    /// Styles of tables that are not shown.
    hidden_styles: BTreeSet<String>,
    /// Where the automatic styles end.
    pub(crate) styles_end: Option<usize>,
}

/// What is in a cell and not of it.
fn is_aside(local: &str) -> bool {
    matches!(local, "annotation" | "frame" | "custom-shape" | "control" | "tracked-changes" | "shapes" | "g")
}

pub(crate) fn content(xml: &str) -> Result<Content, String> {
    let mut reader = Reader::from_str(xml);
    let mut content = Content::default();
    let mut table: Option<Table> = None;
    let mut row: Option<Row> = None;
    let mut cell: Option<Cell> = None;
    let (mut line, mut column, mut columns) = (1usize, 0usize, 0usize);
    // Depth inside what is not read, and inside a table within a cell.
    let (mut aside, mut inner) = (0usize, 0usize);
    let mut style = String::new();
    let mut paragraphs = 0usize;
    let mut link: Option<String> = None;
    loop {
        let start = position(&reader)?;
        let event = reader.read_event().map_err(|e| e.to_string())?;
        let end = position(&reader)?;
        let empty = matches!(event, Event::Empty(_));
        match &event {
            Event::Start(e) | Event::Empty(e) => {
                let name = e.local_name();
                let local = name.as_ref();
                if aside > 0 || (is_aside(local) && (cell.is_some() || local != "g")) {
                    aside += usize::from(!empty);
                    continue;
                }
                match local {
                    "style" => style = attribute(e, "name").unwrap_or_default(),
                    "table-properties" if attribute(e, "display").as_deref() == Some("false") => {
                        content.hidden_styles.insert(style.clone());
                    }
                    "table" if cell.is_some() => inner += usize::from(!empty),
                    "table" if !empty => {
                        table = Some(Table {
                            name: attribute(e, "name").unwrap_or_default(),
                            style: attribute(e, "style-name").unwrap_or_default(),
                            ..Table::default()
                        });
                        (line, columns) = (1, 0);
                    }
                    _ if inner > 0 => {}
                    "table-column" => {
                        if let Some(table) = &mut table {
                            let repeat = number(e, "number-columns-repeated").unwrap_or(1).max(1);
                            table.columns.push(Columns {
                                first: columns,
                                repeat,
                                hidden: is_hidden(e),
                                span: (start, end),
                            });
                            columns = columns.saturating_add(repeat);
                        }
                    }
                    "table-row" if table.is_some() => {
                        let repeat = number(e, "number-rows-repeated").unwrap_or(1).max(1);
                        let new = Row {
                            line,
                            repeat,
                            hidden: is_hidden(e),
                            span: (start, end),
                            tag: (start, end),
                            end,
                            ..Row::default()
                        };
                        line = line.saturating_add(repeat);
                        column = 0;
                        if empty {
                            table.iter_mut().for_each(|t| t.rows.push(new.clone()));
                        } else {
                            row = Some(new);
                        }
                    }
                    "table-cell" | "covered-table-cell" if row.is_some() => {
                        let new = new_cell(e, column, (start, end));
                        column = column.saturating_add(new.repeat);
                        paragraphs = 0;
                        if empty {
                            row.iter_mut().for_each(|r| r.cells.push(new.clone()));
                        } else {
                            cell = Some(Cell { text: String::new(), ..new });
                        }
                    }
                    _ => {
                        if let Some(cell) = &mut cell {
                            match local {
                                "p" | "h" => {
                                    if paragraphs > 0 {
                                        cell.text.push('\n');
                                    }
                                    paragraphs += 1;
                                }
                                "a" if !empty => {
                                    link = attribute(e, "href").filter(|a| a.starts_with("http"));
                                }
                                "s" => cell.text.push_str(&" ".repeat(number(e, "c").unwrap_or(1).min(100))),
                                "tab" => cell.text.push('\t'),
                                "line-break" => cell.text.push('\n'),
                                _ => {}
                            }
                        }
                    }
                }
            }
            Event::End(e) => {
                let name = e.local_name();
                if aside > 0 {
                    aside -= 1;
                    continue;
                }
                match name.as_ref() {
                    "table" if inner > 0 => inner -= 1,
                    _ if inner > 0 => {}
                    "table" => {
                        if let Some(mut done) = table.take() {
                            done.end = end;
                            content.tables.push(done);
                        }
                    }
                    "table-row" => {
                        if let (Some(table), Some(mut done)) = (&mut table, row.take()) {
                            done.end = start;
                            done.span.1 = end;
                            table.rows.push(done);
                        }
                    }
                    "table-cell" | "covered-table-cell" => {
                        if let (Some(row), Some(mut done)) = (&mut row, cell.take()) {
                            done.span.1 = end;
                            if paragraphs == 0 {
                                // Programs may leave out the text of a value.
                                let tag = xml.get(done.tag.0..done.tag.1).unwrap_or_default();
                                done.text = value_of(tag);
                            }
                            row.cells.push(done);
                        }
                    }
                    "a" => {
                        if let (Some(cell), Some(address)) = (&mut cell, link.take()) {
                            cited(&mut cell.text, &address);
                        }
                    }
                    "automatic-styles" => content.styles_end = Some(start),
                    _ => {}
                }
            }
            Event::Eof => return Ok(content),
            event => {
                // White space between the elements is none of the text.
                if aside == 0
                    && paragraphs > 0
                    && let Some(cell) = &mut cell
                    && let Some(text) = text_of(event)
                {
                    cell.text.push_str(&text);
                }
            }
        }
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|v| v != "visible")
}

fn new_cell(element: &BytesStart<'_>, column: usize, span: (usize, usize)) -> Cell {
    Cell {
        column,
        repeat: number(element, "number-columns-repeated").unwrap_or(1).max(1),
        spans: (
            number(element, "number-rows-spanned").unwrap_or(1).max(1),
            number(element, "number-columns-spanned").unwrap_or(1).max(1),
        ),
        covered: element.local_name().as_ref() == "covered-table-cell",
        style: attribute(element, "style-name"),
        text: value(element),
        span,
        tag: span,
    }
}

/// The value of a cell that has no text.
fn value(element: &BytesStart<'_>) -> String {
    ["string-value", "date-value", "time-value", "boolean-value", "value"]
        .into_iter()
        .find_map(|name| attribute(element, name))
        .unwrap_or_default()
}

fn value_of(tag: &str) -> String {
    match Reader::from_str(tag).read_event() {
        Ok(Event::Start(e) | Event::Empty(e)) => value(&e),
        _ => String::new(),
    }
}

/// The worksheets of a workbook, in its order.
pub(crate) fn tables(file: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let mut package = Package::open(file, bytes)?;
    if package.optional("META-INF/manifest.xml")?.is_some_and(|xml| xml.contains("encryption-data")) {
        return Err(SheetError::Password { file: file.to_owned() });
    }
    let xml = package.text(CONTENT)?;
    let content = content(&xml).map_err(|found| broken(file, CONTENT, found))?;
    let mut count = 0;
    let mut grids = Vec::new();
    for table in &content.tables {
        let mut cells = BTreeMap::<usize, BTreeMap<usize, String>>::new();
        let mut hidden = BTreeSet::new();
        let mut merges = Vec::new();
        for row in &table.rows {
            if row.cells.iter().all(|cell| bare(&cell.text).is_empty() && cell.spans == (1, 1)) {
                continue;
            }
            let written: usize = row.cells.iter().filter(|c| !bare(&c.text).is_empty()).map(|c| c.repeat).sum();
            count = written.saturating_mul(row.repeat).saturating_add(count);
            if count > MOST_CELLS {
                return Err(too_large(file, &table.name, format!("more than {MOST_CELLS} cells")));
            }
            for line in row.line..row.line.saturating_add(if written > 0 { row.repeat } else { 1 }) {
                if row.hidden {
                    hidden.insert(line);
                }
                for cell in &row.cells {
                    if cell.spans != (1, 1) {
                        merges.push(Merge {
                            lines: (line, line.saturating_add(cell.spans.0 - 1)),
                            columns: (cell.column, cell.column.saturating_add(cell.spans.1 - 1)),
                        });
                    }
                    // What a merged cell hides is not seen by anybody.
                    if !bare(&cell.text).is_empty() && !cell.covered {
                        for column in cell.column..cell.column.saturating_add(cell.repeat) {
                            cells.entry(line - 1).or_default().insert(column, cell.text.clone());
                        }
                    }
                }
            }
        }
        let mut grid = Grid::of_cells(&table.name, cells);
        for row in &mut grid.rows {
            row.hidden = hidden.contains(&row.line);
        }
        grid.merges = merges;
        grid.hidden = content.hidden_styles.contains(&table.style);
        grid.hidden_columns = table
            .columns
            .iter()
            .filter(|c| c.hidden)
            .map(|c| (c.first, c.first.saturating_add(c.repeat - 1)))
            .collect();
        grids.push(grid);
    }
    Ok(grids)
}
