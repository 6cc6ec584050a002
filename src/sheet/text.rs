//! Sheets as lines of cells with tabs between them.

use crate::model::Layout;

use super::encoding::Encoding;
use super::grid::{Grid, Row};
use super::{Format, Read, SheetError, rows};

/// A line without its end, and its end (`\n`, `\r\n`, or nothing on the last line).
pub(crate) fn lines(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    body.split_inclusive(|b| *b == b'\n').map(|line| {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        line.split_at_checked(text.len()).unwrap_or((line, &[]))
    })
}

/// The rows of a text file.
pub(crate) fn grid(encoding: Encoding, body: &[u8]) -> Grid {
    let rows = (1..).zip(lines(body)).map(|(number, (line, _))| {
        let line = encoding.decode(line);
        Row::new(number, line.clone().into_owned(), line.split('\t'))
    });
    Grid { rows: rows.collect(), ..Grid::default() }
}

pub(crate) fn read(file: &str, format: Format, bytes: &[u8]) -> Result<Read, SheetError> {
    let encoding = Encoding::detect(file, bytes)?;
    let layout = Layout {
        format: format.label().to_owned(),
        encoding: encoding.label().to_owned(),
        worksheet: None,
        header_row: None,
        columns: std::collections::BTreeMap::new(),
        delimiter: Some('\t'),
    };
    rows::read_tables(file, &[grid(encoding, encoding.body(bytes))], layout)
}
