//! Rows and cells, whatever the file format was.

use std::collections::BTreeMap;

/// One row. Sparse, because a spreadsheet may hold a cell in its last column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Line of the file, or row of the worksheet, from 1.
    pub(crate) line: usize,
    /// Cells that hold something, by column from 0, as written.
    pub(crate) cells: BTreeMap<usize, String>,
    /// Cells of the row, empty ones included.
    pub(crate) width: usize,
    /// The row as written, for the list of what was not understood.
    pub(crate) raw: String,
    /// Hidden or filtered away in the spreadsheet program; read all the same, and told.
    pub(crate) hidden: bool,
    /// Depth of a heading, from 1, where the format itself says that this row is one (a Markdown heading, a heading style).
    pub(crate) heading: Option<u8>,
}

/// Cells that are shown as one; what they hold stands in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    /// First and last line, as in [`Row::line`].
    pub(crate) lines: (usize, usize),
    /// First and last column, from 0.
    pub(crate) columns: (usize, usize),
}

/// A cell without the space around it, marks of no width included, which editors and web pages leave behind unseen.
pub(crate) fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{2060}'))
}

impl Row {
    /// A row of the given cells.
    pub(crate) fn new<S: Into<String>>(line: usize, raw: String, cells: impl IntoIterator<Item = S>) -> Self {
        let mut row = Row { line, raw, ..Row::default() };
        for cell in cells {
            let cell: String = cell.into();
            if !bare(&cell).is_empty() {
                row.cells.insert(row.width, cell);
            }
            row.width += 1;
        }
        row
    }

    /// The cell without the space around it; empty where there is none.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.cells.get(&column).map_or("", |c| bare(c))
    }

    /// Whether nothing is written in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    /// Its only cell, where it has one cell.
    pub(crate) fn single(&self) -> Option<(usize, &str)> {
        let mut cells = self.cells.iter();
        match (cells.next(), cells.next()) {
            (Some((column, cell)), None) => Some((*column, bare(cell))),
            _ => None,
        }
    }

    /// Column of its first cell.
    pub(crate) fn first_column(&self) -> usize {
        self.cells.keys().next().copied().unwrap_or(0)
    }
}

/// What a row's number counts, and so how a place is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Places {
    /// Lines of the file where there is no worksheet, else cells of it.
    #[default]
    Plain,
    /// Rows of a document's table; 0 is a heading above it.
    TableRows,
    /// Paragraphs of a document.
    Paragraphs,
}

/// All rows of a file, a worksheet, or a table of a document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    /// Name of the worksheet or of the document's table (`table 1`); none for text.
    pub(crate) worksheet: Option<String>,
    /// What its rows' numbers count.
    pub(crate) places: Places,
    /// The worksheet is hidden.
    pub(crate) hidden: bool,
    /// Merged cells.
    pub(crate) merges: Vec<Merge>,
    /// Hidden columns, first and last, from 0.
    pub(crate) hidden_columns: Vec<(usize, usize)>,
    /// In the file's order.
    pub(crate) rows: Vec<Row>,
}

impl Grid {
    /// `line 42`, `Sheet1!B7`, `table 1, row 3`, or `paragraph 12`.
    pub(crate) fn at(&self, row: &Row, column: usize) -> String {
        match (self.places, &self.worksheet) {
            (Places::TableRows, Some(name)) if row.line == 0 => format!("above {name}"),
            (Places::TableRows, Some(name)) => format!("{name}, row {}", row.line),
            (Places::Paragraphs, _) => format!("paragraph {}", row.line),
            (_, None) => format!("line {}", row.line),
            (_, Some(name)) => format!("{name}!{}{}", column_letters(column), row.line),
        }
    }

    /// The rows as one list of cells, for a spreadsheet: what is written between them is their width.
    pub(crate) fn of_cells(worksheet: &str, cells: BTreeMap<usize, BTreeMap<usize, String>>) -> Self {
        let rows = cells.into_iter().map(|(row, cells)| {
            let raw = cells.values().map(|c| bare(c)).collect::<Vec<_>>().join("\t");
            Row { line: row + 1, width: usize::MAX, raw, cells, ..Row::default() }
        });
        Grid { worksheet: Some(worksheet.to_owned()), rows: rows.collect(), ..Grid::default() }
    }
}

/// `A` for 0, `AA` for 26.
pub(crate) fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Column from 0 and row from 1 of a reference such as `AB12`; `$` signs are passed over.
pub(crate) fn parse_reference(reference: &str) -> Option<(usize, usize)> {
    let plain: String = reference.chars().filter(|c| *c != '$').collect();
    let split = plain.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = plain.split_at_checked(split)?;
    let row = digits.parse().ok().filter(|r| *r > 0)?;
    // A worksheet has at most 16,384 columns, XFD (Excel specifications and limits).
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0usize;
    for letter in letters.bytes() {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A').filter(|d| *d < 26)?;
        column = column * 26 + usize::from(digit) + 1;
    }
    Some((column - 1, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_go_there_and_back() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(column_letters(column), letters);
            assert_eq!(parse_reference(&format!("{letters}7")), Some((column, 7)));
        }
        assert_eq!(parse_reference("$B$12"), Some((1, 12)));
        for bad in ["", "12", "A", "A0", "ABCD1", "あ1", "A1B"] {
            assert_eq!(parse_reference(bad), None, "{bad}");
        }
    }
}
