//! What each row is: header, section, sub-heading, item, or not understood. The same for every format.

use std::collections::HashMap;

use crate::model::{Item, Layout, Sheet, Unread};

use super::grid::{Grid, Row};
use super::header::{self, Columns, Role};
use super::remark::{self, Ditto};
use super::{Read, SheetError, answer, concession, number};

/// What a row of a sheet was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// Nothing is written in it.
    Blank,
    /// Names the columns.
    Header,
    /// A numbered heading.
    Section,
    /// A heading below a section.
    SubHeading,
    /// An item.
    Item,
    /// None of these; stands in [`Sheet::unread`].
    Unread,
}

/// A heading that stands above the rows that follow.
struct Heading {
    number: Option<String>,
    text: String,
}

/// Where we are in the sheet.
#[derive(Default)]
struct Path {
    section: Option<Heading>,
    sub: Option<Heading>,
    /// Ordinal of `sub` within its section, once an item stands below it.
    ordinal: Option<String>,
    /// Sub-headings with items in this section so far.
    count: usize,
}

impl Path {
    fn section_number(&self) -> Option<&str> {
        self.section.as_ref().and_then(|s| s.number.as_deref())
    }

    /// The id of the item with `number` here.
    fn id(&mut self, number: &str) -> String {
        let section = self.section_number().map(str::to_owned);
        let inside =
            section.as_ref().is_some_and(|s| number.strip_prefix(s.as_str()).is_some_and(|r| r.starts_with('.')));
        // A number that already carries its path (`6.29`, `A.5.1`) needs no other.
        let whole =
            inside || (number.contains('.') && (section.is_none() || number.starts_with(|c: char| c.is_alphabetic())));
        if let Some(sub) = &self.sub
            && self.ordinal.is_none()
        {
            let own = match (&sub.number, &section) {
                (Some(n), Some(s)) => n.strip_prefix(s.as_str()).and_then(|r| r.strip_prefix('.')).map(str::to_owned),
                _ => None,
            };
            self.count = own.as_ref().and_then(|o| o.parse().ok()).unwrap_or(self.count + 1);
            self.ordinal = Some(own.unwrap_or_else(|| self.count.to_string()));
        }
        if whole {
            return number.to_owned();
        }
        let parts = [section.as_deref(), self.ordinal.as_deref(), Some(number)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }
}

/// Reads the tables of a file called `file`: lines of text, worksheets, tables of a document. `layout` says what the
/// format's parser already knows.
pub(crate) fn read_tables(file: &str, tables: &[Grid], layout: Layout) -> Result<Read, SheetError> {
    if let [only] = tables
        && only.worksheet.is_none()
    {
        return read(file, only, layout);
    }
    let fits: Vec<bool> = tables.iter().map(|table| header::find(&table.rows).is_some()).collect();
    let Some((at, chosen)) = tables.iter().enumerate().find(|(at, _)| fits.get(*at) == Some(&true)) else {
        let names: Vec<&str> = tables.iter().filter_map(|table| table.worksheet.as_deref()).collect();
        let found = if names.is_empty() { "no worksheet".to_owned() } else { format!("none in {}", names.join(", ")) };
        return Err(SheetError::NoWorksheet { file: file.to_owned(), found });
    };
    let mut read = read(file, chosen, layout)?;
    let kinds = std::mem::take(&mut read.kinds);
    for (place, table) in tables.iter().enumerate() {
        if place == at {
            read.kinds.extend(kinds.iter().cloned());
            continue;
        }
        read.kinds.push(Vec::new());
        if !table.rows.is_empty() {
            let fits = fits.get(place) == Some(&true);
            let why = if fits { "another worksheet that looks like a check sheet" } else { "another worksheet" };
            let name = table.worksheet.clone().unwrap_or_default();
            let text = format!("{name} ({} rows)", table.rows.len());
            read.sheet.unread.push(Unread { at: name, text, why: why.to_owned() });
        }
    }
    Ok(read)
}

fn read(file: &str, grid: &Grid, layout: Layout) -> Result<Read, SheetError> {
    let Some((header, columns)) = header::find(&grid.rows) else {
        return Err(SheetError::NoHeader { file: file.to_owned(), found: describe(&grid.rows) });
    };
    let mut reader = Reader {
        file,
        grid,
        columns: &columns,
        header: header.and_then(|h| grid.rows.get(h)),
        habits: Habits::of(&grid.rows, &columns),
        path: Path::default(),
        items: Vec::new(),
        rows_of_items: Vec::new(),
        unread: Vec::new(),
        seen: HashMap::new(),
        kinds: vec![RowKind::Blank; grid.rows.len()],
    };
    for (place, row) in grid.rows.iter().enumerate() {
        reader.row(place, row, header)?;
    }
    reader.finish(header, layout)
}

fn describe(rows: &[Row]) -> String {
    let written: Vec<&Row> = rows.iter().filter(|r| !r.is_blank()).collect();
    match written.first() {
        None => "an empty file".to_owned(),
        Some(first) => {
            let start: String = first.raw.trim().chars().take(30).collect();
            format!("{} rows without one, the first being `{start}`", written.len())
        }
    }
}

/// How this sheet writes things.
struct Habits {
    /// `1.` is an item's number here, not a section's.
    dotted_items: bool,
    /// Headings stand on lines without any separator here. Where they have separators, as all rows do, a line without any
    /// is no heading but the rest of a broken line, and would shift the ids of what follows.
    narrow_headings: bool,
}

impl Habits {
    fn of(rows: &[Row], columns: &Columns) -> Self {
        let answered =
            |row: &Row| !columns.cell(row, Role::Answer).is_empty() || !columns.cell(row, Role::Remark).is_empty();
        let dotted = |row: &&Row| number::is_dotted(columns.cell(row, Role::Number));
        Habits {
            dotted_items: rows.iter().filter(dotted).any(answered) || !rows.iter().filter(|r| !dotted(r)).any(answered),
            narrow_headings: rows
                .iter()
                .any(|row| row.width == 1 && row.single().is_some_and(|(_, cell)| number::heading(cell).is_some())),
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    grid: &'a Grid,
    columns: &'a Columns,
    header: Option<&'a Row>,
    habits: Habits,
    path: Path,
    items: Vec<Item>,
    rows_of_items: Vec<usize>,
    /// With the place of its row, by which they are sorted in the end.
    unread: Vec<(usize, Unread)>,
    seen: HashMap<String, String>,
    kinds: Vec<RowKind>,
}

impl Reader<'_> {
    fn kind(&mut self, place: usize, kind: RowKind) {
        if let Some(slot) = self.kinds.get_mut(place) {
            *slot = kind;
        }
    }

    fn not_understood(&mut self, place: usize, row: &Row, why: &str) {
        let at = self.grid.at(row, row.first_column());
        self.unread.push((place, Unread { at, text: row.raw.clone(), why: why.to_owned() }));
        self.kind(place, RowKind::Unread);
    }

    fn row(&mut self, place: usize, row: &Row, header: Option<usize>) -> Result<(), SheetError> {
        if row.is_blank() {
            return Ok(());
        }
        if header.is_some_and(|h| place < h) {
            self.not_understood(place, row, "preamble");
            return Ok(());
        }
        if header == Some(place) {
            self.kind(place, RowKind::Header);
            return Ok(());
        }
        if header.is_some() && header::repeats(row, self.columns) {
            // Printed sheets repeat the header on each page.
            self.kind(place, RowKind::Header);
            return Ok(());
        }
        let text_column = self.columns.get(Role::Text).unwrap_or(0);
        if let Some((column, cell)) = row.single() {
            if let Some(number) = number::heading(cell).filter(|_| column <= text_column && number::may_head(cell)) {
                self.heading(place, Some(number), cell);
                return Ok(());
            }
            let stands = row.width > 1 || self.habits.narrow_headings;
            if column < text_column && stands && number::item(cell).is_none() && number::may_head(cell) {
                self.heading(place, None, cell);
                return Ok(());
            }
        }
        let number_cell = self.columns.cell(row, Role::Number);
        let text = self.columns.cell(row, Role::Text);
        let bare = self.columns.cell(row, Role::Answer).is_empty() && self.columns.cell(row, Role::Remark).is_empty();
        match number::item(number_cell) {
            Some(number) if !text.is_empty() => {
                if bare && !self.habits.dotted_items && number::is_dotted(number_cell) {
                    self.heading(place, Some(number), &format!("{number_cell} {text}"));
                    return Ok(());
                }
                self.item(place, row, &number)
            }
            Some(_) => {
                self.not_understood(place, row, "number without text");
                Ok(())
            }
            None => {
                let why = if row.single().is_some() { "neither item nor heading" } else { "no number" };
                self.not_understood(place, row, why);
                Ok(())
            }
        }
    }

    fn heading(&mut self, place: usize, number: Option<String>, text: &str) {
        let heading = Heading { number, text: text.to_owned() };
        let below = match (heading.number.as_deref(), self.path.section_number()) {
            (None, _) => true,
            (Some(number), Some(section)) => number.strip_prefix(section).is_some_and(|r| r.starts_with('.')),
            (Some(_), None) => false,
        };
        if below {
            self.path.sub = Some(heading);
            self.path.ordinal = None;
            self.kind(place, RowKind::SubHeading);
            return;
        }
        // A section that goes on after a page break keeps counting its sub-headings.
        let goes_on = heading.number.as_deref() == self.path.section_number();
        let count = if goes_on { self.path.count } else { 0 };
        self.path = Path { section: Some(heading), count, ..Path::default() };
        self.kind(place, RowKind::Section);
    }

    fn item(&mut self, place: usize, row: &Row, number: &str) -> Result<(), SheetError> {
        let id = self.path.id(number);
        let at = self.grid.at(row, self.columns.get(Role::Text).unwrap_or(0));
        if let Some(first) = self.seen.insert(id.clone(), at.clone()) {
            return Err(SheetError::DuplicateId { file: self.file.to_owned(), id, first, second: at });
        }
        let text = self.columns.cell(row, Role::Text);
        let answer_text = self.columns.cell(row, Role::Answer);
        let answer = answer::understand(answer_text);
        let remark = self.columns.cell(row, Role::Remark);
        let remark_resolved = match remark::ditto(remark) {
            None => remark.to_owned(),
            Some((kind, tail)) => match self.referred(kind, answer_text, answer) {
                Some(referred) => remark::resolve(&referred, tail),
                None => {
                    let at = self.grid.at(row, self.columns.get(Role::Remark).unwrap_or(0));
                    let why = "ditto that refers to nothing".to_owned();
                    self.unread.push((place, Unread { at, text: remark.to_owned(), why }));
                    remark.to_owned()
                }
            },
        };
        self.stray(place, row);
        let section = [&self.path.section, &self.path.sub].into_iter().flatten().map(|h| h.text.clone()).collect();
        self.items.push(Item {
            id,
            section,
            text: text.to_owned(),
            answer,
            answer_text: answer_text.to_owned(),
            remark: remark.to_owned(),
            concessions: concession::find(&remark_resolved, answer),
            urls: remark::urls(&[text, &remark_resolved]),
            remark_resolved,
            at,
        });
        self.rows_of_items.push(place);
        self.kind(place, RowKind::Item);
        Ok(())
    }

    /// What a ditto refers to.
    fn referred(&self, kind: Ditto, answer_text: &str, answer: crate::model::Answer) -> Option<String> {
        match kind {
            Ditto::Above => self.items.iter().rev().find(|i| !i.remark.is_empty()).map(|i| i.remark_resolved.clone()),
            // Beside a mark there is nothing to refer to; beside a sentence, the sentence.
            Ditto::Beside => {
                (answer == crate::model::Answer::Unknown && !answer_text.is_empty()).then(|| answer_text.to_owned())
            }
        }
    }

    /// Cells of an item that stand under no header.
    fn stray(&mut self, place: usize, row: &Row) {
        for (column, cell) in &row.cells {
            let named = self.header.is_some_and(|h| !h.get(*column).is_empty());
            if !self.columns.has(*column) && !named {
                let at = self.grid.at(row, *column);
                let why = "cell beside an item, in a column without a header".to_owned();
                self.unread.push((place, Unread { at, text: cell.clone(), why }));
            }
        }
    }

    fn finish(mut self, header: Option<usize>, mut layout: Layout) -> Result<Read, SheetError> {
        if self.items.is_empty() {
            let at = self.header.map_or_else(|| "line 1".to_owned(), |h| self.grid.at(h, h.first_column()));
            let below = self.grid.rows.iter().skip(header.map_or(0, |h| h + 1)).filter(|r| !r.is_blank()).count();
            return Err(SheetError::NoItems {
                file: self.file.to_owned(),
                at,
                found: format!("{below} rows and no item among them"),
            });
        }
        self.empty_headings();
        // A column that is not used is told once, not on every row.
        if let (Some(place), Some(row)) = (header, self.header) {
            for (column, cell) in row.cells.iter().filter(|(c, _)| !self.columns.has(**c)) {
                let why = "column that is not read".to_owned();
                self.unread.push((place, Unread { at: self.grid.at(row, *column), text: cell.trim().to_owned(), why }));
            }
        }
        self.unread.sort_by_key(|(place, _)| *place);
        layout.worksheet.clone_from(&self.grid.worksheet);
        layout.header_row = self.header.map(|h| h.line);
        layout.columns = self.columns.0.iter().map(|(role, column)| (role.label().to_owned(), *column)).collect();
        let kinds = self.grid.rows.iter().zip(&self.kinds).map(|(row, kind)| (row.line, *kind)).collect();
        let unread = self.unread.into_iter().map(|(_, u)| u).collect();
        let sheet = Sheet { name: self.file.to_owned(), sha256: String::new(), layout, items: self.items, unread };
        Ok(Read { sheet, kinds: vec![kinds] })
    }

    /// A heading above no item says nothing about any item, and may be a note.
    fn empty_headings(&mut self) {
        let headings: Vec<(usize, RowKind)> = (0..)
            .zip(self.kinds.iter().copied())
            .filter(|(_, kind)| matches!(kind, RowKind::Section | RowKind::SubHeading))
            .collect();
        for (nth, (place, kind)) in headings.iter().enumerate() {
            let end = headings
                .iter()
                .skip(nth + 1)
                .find(|(_, next)| *kind == RowKind::SubHeading || *next == RowKind::Section)
                .map_or(usize::MAX, |(next, _)| *next);
            let has_items = self.rows_of_items.iter().any(|item| item > place && *item < end);
            if !has_items && let Some(row) = self.grid.rows.get(*place) {
                self.not_understood(*place, row, "heading without items");
            }
        }
    }
}
