//! Sheets as CSV. The `csv` crate reads the cells; it forgives broken quotes, which would swallow the items after them, so
//! the records are marked out first.

use super::encoding::Encoding;
use super::grid::{Grid, Row};
use super::{SheetError, rows};

/// Where a record stands in the body of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Line of its first byte, from 1.
    pub(crate) line: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// The byte after its last, line end not included.
    pub(crate) end: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    CellStart,
    Plain,
    Quoted { opened: usize },
    QuoteInQuoted { opened: usize },
}

/// Marks out the records: a line end inside quotes does not end one.
pub(crate) fn records(file: &str, body: &[u8], delimiter: u8) -> Result<Vec<Span>, SheetError> {
    let broken = |line, found: &str| SheetError::Quotes { file: file.to_owned(), line, found: found.to_owned() };
    let mut spans = Vec::new();
    let mut state = State::CellStart;
    let mut line = 1;
    let mut span = Span { line, start: 0, end: 0 };
    let mut bytes = body.iter().copied().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let quoted = matches!(state, State::Quoted { .. });
        let ends_line = byte == b'\n' || (byte == b'\r' && bytes.peek().is_none_or(|(_, next)| *next != b'\n'));
        let before_line_end = byte == b'\r' && !ends_line;
        state = match (state, byte) {
            (State::Quoted { opened }, b'"') => State::QuoteInQuoted { opened },
            (State::Quoted { opened }, _) => State::Quoted { opened },
            (State::QuoteInQuoted { opened }, b'"') => State::Quoted { opened },
            (State::CellStart, b'"') => State::Quoted { opened: line },
            (_, b) if b == delimiter => State::CellStart,
            _ if ends_line => State::CellStart,
            (state, _) if before_line_end => state,
            (State::QuoteInQuoted { opened }, _) => {
                return Err(broken(opened, &format!("more text after it on line {line}")));
            }
            _ => State::Plain,
        };
        if ends_line {
            line += 1;
            if !quoted {
                let with_return = at > span.start && byte == b'\n' && body.get(at - 1) == Some(&b'\r');
                span.end = if with_return { at - 1 } else { at };
                spans.push(span);
                span = Span { line, start: at + 1, end: at + 1 };
            }
        }
    }
    if let State::Quoted { opened } = state {
        return Err(broken(opened, "the end of the file"));
    }
    if span.start < body.len() {
        span.end = body.len();
        spans.push(span);
    }
    Ok(spans)
}

/// The rows of a CSV file.
pub(crate) fn grid(encoding: Encoding, body: &[u8], delimiter: u8, spans: &[Span]) -> Grid {
    let rows = spans.iter().map(|span| {
        let bytes = body.get(span.start..span.end).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(512)
            .from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let cells: Vec<String> = match reader.read_byte_record(&mut record) {
            Ok(true) => record.iter().map(|cell| encoding.decode(cell).into_owned()).collect(),
            _ => Vec::new(),
        };
        Row::new(span.line, encoding.decode(bytes).into_owned(), cells)
    });
    Grid { rows: rows.collect(), ..Grid::default() }
}

/// Cells as a piece of a record, without a line end; what needs quotes has them.
pub(crate) fn record(delimiter: u8, cells: &[&str]) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // Writing to memory cannot fail, and cells that were text stay text.
    let _ = writer.write_record(cells);
    let bytes = writer.into_inner().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// Separators in the order in which they are tried: what the name says, then what European and Japanese Excel make of it.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The rows, and what separates their cells: where a header is found, else where most records have as many cells as most.
pub(crate) fn parse(file: &str, encoding: Encoding, body: &[u8]) -> Result<(u8, Grid), SheetError> {
    let mut best: Option<(usize, u8, Grid)> = None;
    for delimiter in DELIMITERS {
        let Ok(spans) = records(file, body, delimiter) else { continue };
        let grid = grid(encoding, body, delimiter, &spans);
        if rows::looks_like_a_sheet(&grid) {
            return Ok((delimiter, grid));
        }
        let regular = regular(&grid);
        if best.as_ref().is_none_or(|(most, ..)| regular > *most) {
            best = Some((regular, delimiter, grid));
        }
    }
    match best.filter(|(regular, ..)| *regular > 1) {
        Some((_, delimiter, grid)) => Ok((delimiter, grid)),
        // The name says commas: what is wrong with them is told.
        None => {
            let spans = records(file, body, b',')?;
            Ok((b',', grid(encoding, body, b',', &spans)))
        }
    }
}

/// How many rows have as many cells, more than one, as most rows have.
fn regular(grid: &Grid) -> usize {
    let mut widths = std::collections::BTreeMap::<usize, usize>::new();
    for row in grid.rows.iter().filter(|row| row.width > 1) {
        *widths.entry(row.width).or_default() += 1;
    }
    widths.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(usize, &str)> {
        let spans = records("a.csv", text.as_bytes(), b',').unwrap();
        spans.into_iter().map(|s| (s.line, &text[s.start..s.end])).collect()
    }

    #[test]
    fn records_end_outside_quotes() {
        assert_eq!(cut("a,b\nc\n"), [(1, "a,b"), (2, "c")]);
        assert_eq!(cut("a,\"b\nc\",d\r\ne"), [(1, "a,\"b\nc\",d"), (3, "e")]);
        assert_eq!(cut("a\r\n\r\nb"), [(1, "a"), (2, ""), (3, "b")]);
        assert_eq!(cut("a\rb\r"), [(1, "a"), (2, "b")]);
        assert_eq!(cut("\"a\"\"b\",c\n"), [(1, "\"a\"\"b\",c")]);
        assert_eq!(cut("5\" disk,\"q\"\r\n"), [(1, "5\" disk,\"q\"")]);
        assert!(cut("").is_empty());
    }

    #[test]
    fn broken_quotes_are_told_with_their_line() {
        let error = |text: &str| records("a.csv", text.as_bytes(), b',').unwrap_err().to_string();
        assert!(error("a\nb,\"c\nd\n").contains("a.csv, line 2: "));
        assert!(error("a\n\"b\"c,d\n").contains("line 2: "));
        let swallowed = error("x\n1,\"open,○\n2,\"ok\",○\n");
        assert!(swallowed.contains("line 2: ") && swallowed.contains("line 3"), "{swallowed}");
    }
}
