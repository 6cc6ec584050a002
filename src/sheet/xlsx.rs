//! Sheets as xlsx workbooks, read by `calamine`.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use crate::model::Layout;

use super::grid::{Grid, Row, bare};
use super::{Read, SheetError, rows};

/// How an encrypted workbook and a workbook of before 2007 begin (MS-CFB, "Compound File Header").
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// A workbook that cannot be taken apart.
pub(crate) fn broken(file: &str, at: &str, found: impl std::fmt::Display) -> SheetError {
    SheetError::Workbook { file: file.to_owned(), at: at.to_owned(), found: found.to_string() }
}

/// Opens a workbook; tells an encrypted one from a broken one.
fn open<'b>(file: &str, bytes: &'b [u8]) -> Result<Xlsx<Cursor<&'b [u8]>>, SheetError> {
    let password = || SheetError::Password { file: file.to_owned() };
    if bytes.starts_with(COMPOUND_FILE) {
        // The stream that holds the real workbook is named in UTF-16 (MS-OFFCRYPTO, "EncryptedPackage Stream").
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(if bytes.windows(name.len()).any(|w| w == name) {
            password()
        } else {
            broken(file, "byte 0", "a workbook of before 2007 (.xls)")
        });
    }
    Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => password(),
        other => broken(file, "byte 0", other),
    })
}

/// A cell as people see it in the plain number format; whole numbers without a fraction.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Int(n) => n.to_string(),
        // `{}` writes 1.0 as "1".
        DataRef::Float(n) => n.to_string(),
        DataRef::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(d) => d.to_string(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(e) => e.to_string(),
    }
}

fn grid(file: &str, workbook: &mut Xlsx<Cursor<&[u8]>>, worksheet: &str) -> Result<Grid, SheetError> {
    let mut cells: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    let mut reader = workbook.worksheet_cells_reader(worksheet).map_err(|e| broken(file, worksheet, e))?;
    // Cell by cell: the crate's ranges allocate every cell up to the last one, and one stray cell in XFD1048576 is enough.
    while let Some(cell) = reader.next_cell().map_err(|e| broken(file, worksheet, e))? {
        let written = text(cell.get_value());
        if !bare(&written).is_empty() {
            let (row, column) = cell.get_position();
            let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX - 1);
            cells.entry(place(row)).or_default().insert(place(column), written);
        }
    }
    let rows = cells.into_iter().map(|(row, cells)| {
        let raw = cells.values().map(|c| bare(c)).collect::<Vec<_>>().join("\t");
        Row { line: row + 1, width: usize::MAX, raw, cells, hidden: false }
    });
    Ok(Grid { worksheet: Some(worksheet.to_owned()), rows: rows.collect(), ..Grid::default() })
}

pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<Read, SheetError> {
    let mut workbook = open(file, bytes)?;
    let names = workbook.sheet_names();
    let mut tables = Vec::new();
    for name in &names {
        // A chart sheet has no cells to read.
        match grid(file, &mut workbook, name) {
            Ok(grid) => tables.push(grid),
            Err(_)
                if workbook
                    .sheets_metadata()
                    .iter()
                    .any(|s| s.name == *name && s.typ != calamine::SheetType::WorkSheet) => {}
            Err(error) => return Err(error),
        }
    }
    let layout = Layout {
        format: "xlsx".to_owned(),
        encoding: String::new(),
        worksheet: None,
        header_row: None,
        columns: BTreeMap::new(),
        delimiter: None,
    };
    rows::read_tables(file, &tables, layout)
}
