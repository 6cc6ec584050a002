//! The text of a Word document as paragraphs and tables, each with its place in the XML, for reading and for filling.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::docx_numbering::{Numbers, Styles, outline};
use super::xml::{attribute, is_on, number, position, prefix, text_of};

/// Widest span of a cell that is believed; a page has no more columns (Word allows 63).
const MOST_SPAN: usize = 1_000;

/// A paragraph outside of tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paragraph {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Depth of a heading, from 1.
    pub(crate) heading: Option<u8>,
}

/// How a cell is merged downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Merging {
    #[default]
    None,
    Begins,
    Continued,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// First column of the table's grid, from 0.
    pub(crate) column: usize,
    /// Columns that it takes.
    pub(crate) span: usize,
    pub(crate) merging: Merging,
    pub(crate) text: String,
    /// What its properties say of its looks: pieces of the XML.
    pub(crate) looks: Vec<(usize, usize)>,
    /// Properties of its first run.
    pub(crate) run: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) hidden: bool,
    /// Deleted, with changes tracked.
    pub(crate) deleted: bool,
    pub(crate) cells: Vec<Cell>,
    /// Columns that it leaves out at its end, and the pieces of XML that say so.
    pub(crate) after: Vec<(usize, usize)>,
    /// Where its end tag begins.
    pub(crate) end: usize,
    next_column: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// Where the end tag of the grid of columns begins.
    pub(crate) grid_end: Option<usize>,
    pub(crate) columns: usize,
    /// Name space prefix with its colon.
    pub(crate) prefix: String,
}

impl Table {
    /// Columns of its widest row.
    pub(crate) fn width(&self) -> usize {
        self.rows.iter().map(Row::width).max().unwrap_or(0)
    }
}

impl Row {
    pub(crate) fn width(&self) -> usize {
        self.next_column
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Block {
    Paragraph(Paragraph),
    Table(Table),
}

/// The text of a document.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) blocks: Vec<Block>,
    /// Where a block can be added at the end.
    pub(crate) tail: Option<usize>,
}

/// A table that is being read: which block it is, and its open row and cell.
struct Open {
    block: usize,
    table: Table,
    row: Option<Row>,
    cell: Option<Cell>,
}

/// A paragraph that is being read.
#[derive(Default)]
struct Written {
    text: String,
    style: String,
    list: Option<usize>,
    level: Option<usize>,
    heading: Option<u8>,
}

/// A content control: the mark that stands for its check box, and whether its content is to be passed over.
#[derive(Default)]
struct Control {
    checked: Option<bool>,
    placeholder: bool,
    /// The mark is still to be written.
    pending: bool,
}

struct Body<'a> {
    numbers: Numbers,
    styles: &'a Styles,
    links: &'a BTreeMap<String, String>,
    blocks: Vec<Block>,
    open: Vec<Open>,
    paragraphs: Vec<Written>,
    controls: Vec<Control>,
    /// Addresses of the links that are open, and how long the text was before each.
    linked: Vec<(Option<String>, usize)>,
    /// Depth inside what is not read: deleted text, old properties, what only old programs see.
    skipped: usize,
    /// Path of elements inside the properties of a paragraph, row, cell or run.
    path: Vec<String>,
    in_text: bool,
    line: usize,
    /// A check box or list of a form field.
    form: Form,
}

#[derive(Default)]
struct Form {
    default: bool,
    checked: Option<bool>,
    entries: Vec<String>,
    chosen: usize,
}

/// Parts of a document that say what was before, or is for other programs.
fn is_skipped(local: &str) -> bool {
    matches!(
        local,
        "moveFrom"
            | "Fallback"
            | "instrText"
            | "delInstrText"
            | "delText"
            | "pPrChange"
            | "rPrChange"
            | "sectPrChange"
            | "tcPrChange"
            | "tblPrChange"
            | "trPrChange"
            | "tblPrExChange"
            | "tblGridChange"
            | "numberingChange"
            | "sectPr"
    )
}

/// Takes the XML of a document apart, in its order; a table within a cell comes after the one around it.
pub(crate) fn parse(
    xml: &str,
    numbers: Numbers,
    styles: &Styles,
    links: &BTreeMap<String, String>,
) -> Result<Text, String> {
    let mut tail = None;
    let mut reader = Reader::from_str(xml);
    let mut body = Body {
        numbers,
        styles,
        links,
        blocks: Vec::new(),
        open: Vec::new(),
        paragraphs: Vec::new(),
        controls: Vec::new(),
        linked: Vec::new(),
        skipped: 0,
        path: Vec::new(),
        in_text: false,
        line: 0,
        form: Form::default(),
    };
    loop {
        let start = position(&reader)?;
        let event = reader.read_event().map_err(|e| e.to_string())?;
        let end = position(&reader)?;
        match &event {
            Event::Start(e) => {
                if e.local_name().as_ref() == "sectPr" && body.parent() == "body" && body.skipped == 0 {
                    tail = Some(start);
                }
                if body.skipped > 0 || body.skips(e) {
                    body.skipped += 1;
                    continue;
                }
                body.start(e, (start, end), false);
                body.path.push(e.local_name().as_ref().to_owned());
            }
            Event::Empty(e) => {
                if e.local_name().as_ref() == "sectPr" && body.parent() == "body" && body.skipped == 0 {
                    tail = Some(start);
                }
                if body.skipped > 0 || is_skipped(e.local_name().as_ref()) {
                    continue;
                }
                body.start(e, (start, end), true);
                let local = e.local_name().as_ref().to_owned();
                // These open nothing where they are empty.
                if !matches!(local.as_str(), "sdt" | "hyperlink" | "tbl") {
                    body.end(&local, (start, end), start);
                }
            }
            Event::End(e) => {
                if body.skipped > 0 {
                    body.skipped -= 1;
                    continue;
                }
                body.path.pop();
                let local = e.local_name().as_ref().to_owned();
                if local == "body" && tail.is_none() {
                    tail = Some(start);
                }
                body.end(&local, (start, end), start);
            }
            Event::Eof => {
                // A table that does not end is in a file that is not whole, which the reader tells.
                return if body.open.is_empty() {
                    Ok(Text { blocks: body.blocks, tail })
                } else {
                    Err("a table that does not end".to_owned())
                };
            }
            event => {
                if body.in_text
                    && body.skipped == 0
                    && let Some(text) = text_of(event)
                {
                    body.write(&text);
                }
            }
        }
    }
}

impl Body<'_> {
    fn skips(&self, element: &BytesStart<'_>) -> bool {
        let local = element.local_name();
        // Deleted runs; in the properties of a row or of a paragraph's mark it is empty.
        is_skipped(local.as_ref()) || local.as_ref() == "del"
    }

    fn inside(&self, element: &str) -> bool {
        self.path.iter().any(|e| e == element)
    }

    fn parent(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Writes text where the reader stands.
    fn write(&mut self, text: &str) {
        let mut out = text.to_owned();
        // The outermost control that has something to say decides.
        if let Some(control) = self.controls.iter_mut().find(|c| c.placeholder || c.checked.is_some()) {
            let pending = std::mem::take(&mut control.pending);
            out = match control.checked.filter(|_| pending) {
                Some(checked) => mark(checked).to_owned(),
                None => return,
            };
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(&out);
        }
    }

    fn row(&mut self) -> Option<&mut Row> {
        self.open.last_mut().and_then(|open| open.row.as_mut())
    }

    fn cell(&mut self) -> Option<&mut Cell> {
        self.open.last_mut().and_then(|open| open.cell.as_mut())
    }

    fn start(&mut self, e: &BytesStart<'_>, span: (usize, usize), empty: bool) {
        let name = e.local_name();
        let local = name.as_ref();
        // On, unless it says that it is not.
        let on = || attribute(e, "val").is_none_or(|v| is_on(&v));
        let parent = self.parent().to_owned();
        match (parent.as_str(), local) {
            (_, "tbl") if !empty => {
                self.blocks.push(Block::Table(Table::default()));
                let table = Table { prefix: prefix(e), ..Table::default() };
                self.open.push(Open { block: self.blocks.len() - 1, table, row: None, cell: None });
            }
            (_, "tr") => {
                if let Some(open) = self.open.last_mut() {
                    let line = open.table.rows.len() + 1;
                    open.row = Some(Row { line, ..Row::default() });
                }
            }
            (_, "tc") => {
                if let Some(open) = self.open.last_mut() {
                    let column = open.row.as_ref().map_or(0, |row| row.next_column);
                    open.cell = Some(Cell { column, span: 1, ..Cell::default() });
                }
            }
            (_, "p") => self.paragraphs.push(Written::default()),
            ("tblGrid", "gridCol") => {
                if let Some(open) = self.open.last_mut() {
                    open.table.columns += 1;
                }
            }
            ("trPr", "gridBefore") => {
                let before = number(e, "val").unwrap_or(0).min(MOST_SPAN);
                if let Some(row) = self.row() {
                    row.next_column += before;
                }
            }
            ("trPr", "gridAfter" | "wAfter") => {
                if let Some(row) = self.row() {
                    row.after.push(span);
                }
            }
            ("trPr", "hidden") if on() => self.row().into_iter().for_each(|row| row.hidden = true),
            ("trPr", "del") => self.row().into_iter().for_each(|row| row.deleted = true),
            ("tcPr", "gridSpan") => {
                let columns = number(e, "val").unwrap_or(1).clamp(1, MOST_SPAN);
                self.cell().into_iter().for_each(|cell| cell.span = columns);
            }
            ("tcPr", "vMerge") => {
                let begins = attribute(e, "val").as_deref() == Some("restart");
                let merging = if begins { Merging::Begins } else { Merging::Continued };
                self.cell().into_iter().for_each(|cell| cell.merging = merging);
            }
            ("tcPr", "shd" | "vAlign" | "tcMar" | "tcBorders" | "noWrap") if empty => {
                self.cell().into_iter().for_each(|cell| cell.looks.push(span));
            }
            ("r", "rPr") if !empty => {
                if let Some(cell) = self.cell().filter(|cell| cell.run.is_none()) {
                    cell.run = Some((span.0, span.0));
                }
            }
            ("pPr", "pStyle") => {
                let style = attribute(e, "val").unwrap_or_default();
                self.paragraphs.last_mut().into_iter().for_each(|p| p.style.clone_from(&style));
            }
            ("pPr", "outlineLvl") => {
                let depth = outline(number(e, "val"));
                self.paragraphs.last_mut().into_iter().for_each(|p| p.heading = depth);
            }
            ("numPr", "numId") => {
                let list = number(e, "val");
                self.paragraphs.last_mut().into_iter().for_each(|p| p.list = list);
            }
            ("numPr", "ilvl") => {
                let level = number(e, "val");
                self.paragraphs.last_mut().into_iter().for_each(|p| p.level = level);
            }
            (_, "t") => self.in_text = !empty,
            ("r", "tab") => self.write("\t"),
            ("r", "br" | "cr") => self.write("\n"),
            ("r", "noBreakHyphen") => self.write("-"),
            ("r", "sym") => {
                let font = attribute(e, "font").unwrap_or_default();
                if let Some(symbol) = symbol(&font, &attribute(e, "char").unwrap_or_default()) {
                    self.write(symbol.encode_utf8(&mut [0; 4]));
                }
            }
            (_, "sdt") if !empty => self.controls.push(Control::default()),
            ("sdtPr", "showingPlcHdr") if on() => {
                self.controls.last_mut().into_iter().for_each(|c| c.placeholder = true)
            }
            ("sdtPr", "checkbox") => {
                self.controls.last_mut().into_iter().for_each(|c| (c.checked, c.pending) = (Some(false), true));
            }
            ("checkbox", "checked") => {
                let checked = on();
                self.controls.last_mut().into_iter().for_each(|c| c.checked = Some(checked));
            }
            (_, "hyperlink") if !empty => {
                let address = attribute(e, "id").and_then(|id| self.links.get(&id).cloned());
                self.linked.push((address, self.paragraphs.last().map_or(0, |p| p.text.len())));
            }
            (_, "checkBox" | "ddList") => self.form = Form::default(),
            ("checkBox", "default") => self.form.default = on(),
            ("checkBox", "checked") => self.form.checked = Some(on()),
            ("ddList", "result") => self.form.chosen = number(e, "val").unwrap_or(0),
            ("ddList", "listEntry") => self.form.entries.extend(attribute(e, "val")),
            _ => {}
        }
    }

    fn end(&mut self, local: &str, span: (usize, usize), start: usize) {
        let parent = self.parent().to_owned();
        match (parent.as_str(), local) {
            (_, "t") => self.in_text = false,
            (_, "checkBox") if self.inside("ffData") => {
                let checked = self.form.checked.unwrap_or(self.form.default);
                self.write(mark(checked));
            }
            (_, "ddList") if self.inside("ffData") => {
                let chosen = self.form.entries.get(self.form.chosen).cloned().unwrap_or_default();
                self.write(&chosen);
            }
            ("r", "rPr") => {
                if let Some((from, to)) = self.cell().and_then(|cell| cell.run.as_mut())
                    && from == to
                {
                    *to = span.1;
                }
            }
            (_, "sdt") => drop(self.controls.pop()),
            (_, "hyperlink") => {
                if let Some((Some(address), before)) = self.linked.pop() {
                    let text =
                        self.paragraphs.last().and_then(|p| p.text.get(before..)).unwrap_or_default().trim().to_owned();
                    if !text.is_empty() && !text.contains(address.trim_end_matches('/')) {
                        self.write(&format!(" ({address})"));
                    }
                }
            }
            (_, "p") => self.paragraph(),
            ("tbl", "tblGrid") => {
                if let Some(open) = self.open.last_mut() {
                    open.table.grid_end = Some(start);
                }
            }
            (_, "tc") => {
                if let Some(open) = self.open.last_mut()
                    && let (Some(row), Some(cell)) = (open.row.as_mut(), open.cell.take())
                {
                    row.next_column = row.next_column.saturating_add(cell.span);
                    row.cells.push(cell);
                }
            }
            (_, "tr") => {
                if let Some(open) = self.open.last_mut()
                    && let Some(mut row) = open.row.take()
                {
                    row.end = start;
                    open.table.rows.push(row);
                }
            }
            (_, "tbl") => {
                if let Some(open) = self.open.pop()
                    && let Some(block) = self.blocks.get_mut(open.block)
                {
                    *block = Block::Table(open.table);
                }
            }
            _ => {}
        }
    }

    /// Ends a paragraph: it belongs to the text box's paragraph around it, to a cell, or to the document.
    fn paragraph(&mut self) {
        let Some(done) = self.paragraphs.pop() else { return };
        let style = self.styles.get(&done.style);
        let heading = done.heading.or(style.heading);
        let mut text = done.text;
        // List 0 means that the style's list does not count.
        if let Some(list) = done.list.or(style.list).filter(|list| *list > 0) {
            let number = self.numbers.next(list, done.level.or(style.level).unwrap_or(0));
            if !number.is_empty() {
                text = format!("{number} {text}").trim_end().to_owned();
            }
        }
        let join = |whole: &mut String, text: &str| {
            if !whole.is_empty() && !text.is_empty() {
                whole.push('\n');
            }
            whole.push_str(text);
        };
        if let Some(around) = self.paragraphs.last_mut() {
            join(&mut around.text, &text);
        } else if let Some(cell) = self.cell() {
            join(&mut cell.text, &text);
        } else {
            self.line += 1;
            self.blocks.push(Block::Paragraph(Paragraph { line: self.line, text, heading }));
        }
    }
}

fn mark(checked: bool) -> &'static str {
    if checked { "☑" } else { "☐" }
}

/// Symbols of the fonts that check boxes are drawn with; their codes may stand in the private area.
fn symbol(font: &str, code: &str) -> Option<char> {
    let code = u32::from_str_radix(code, 16).ok()?;
    let plain = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    let known = match (font.to_lowercase().as_str(), plain) {
        ("wingdings", 0xFE) | ("wingdings 2", 0x52) => '☑',
        ("wingdings", 0xFC) | ("wingdings 2", 0x50) => '✓',
        ("wingdings", 0xFD | 0x78) | ("wingdings 2", 0x51 | 0x54) => '☒',
        ("wingdings", 0xFB) | ("wingdings 2", 0x4F) => '✗',
        ("wingdings", 0xA8 | 0x6F | 0x71 | 0x72) | ("wingdings 2", 0xA3 | 0x2A) => '☐',
        ("wingdings", 0x6E) => '■',
        ("wingdings", 0xA1) => '○',
        ("wingdings", 0x6C) => '●',
        _ => char::from_u32(code)?,
    };
    Some(known)
}
