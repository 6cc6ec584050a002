//! Check sheets in and out, one file per format.
//!
//! [`read_bytes`] turns a file into a [`Sheet`]; [`fill`] adds columns to the same file and leaves all else as it was.
//! Every format becomes a [`grid::Grid`] of rows and cells first, and [`rows`] alone decides what a row is, so that a sheet
//! reads the same from text, CSV and xlsx. Pure but for [`read`], which opens the file.

mod answer;
pub(crate) mod concession;
mod csv;
mod encoding;
mod error;
mod fill;
mod fill_xlsx;
mod grid;
mod header;
mod number;
pub(crate) mod pattern;
pub(crate) mod remark;
mod rows;
mod text;
mod xlsx;
mod xlsx_parts;

#[cfg(test)]
mod tests;

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::model::Sheet;

pub use error::SheetError;
pub use fill::{Column, fill};
pub use rows::RowKind;

/// What the file formats are, by the ending of the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Txt,
    Tsv,
    Csv,
    Xlsx,
}

impl Format {
    fn of(name: &str) -> Result<Self, SheetError> {
        let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("txt") => Ok(Format::Txt),
            Some("tsv" | "tab") => Ok(Format::Tsv),
            Some("csv") => Ok(Format::Csv),
            Some("xlsx" | "xlsm") => Ok(Format::Xlsx),
            Some(other) => Err(SheetError::UnknownFormat { file: name.to_owned(), found: format!("`.{other}`") }),
            None => Err(SheetError::UnknownFormat { file: name.to_owned(), found: "no ending".to_owned() }),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Format::Txt => "txt",
            Format::Tsv => "tsv",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
}

/// A sheet, and what each row of its file was taken for.
pub(crate) struct Read {
    pub(crate) sheet: Sheet,
    /// One list per table of the file, in its order: line or row number from 1, and its kind; every row that the format's
    /// parser yields.
    pub(crate) kinds: Vec<Vec<(usize, RowKind)>>,
}

/// Reads the check sheet at `path`. The format is chosen by the name's ending.
///
/// # Errors
/// See [`SheetError`]; a file that cannot be opened is [`SheetError::Unreadable`].
pub fn read(path: &Path) -> Result<Sheet, SheetError> {
    let bytes =
        std::fs::read(path).map_err(|source| SheetError::Unreadable { file: path.display().to_string(), source })?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    read_bytes(&name, &bytes)
}

/// Reads a check sheet from the bytes of a file called `name`.
///
/// # Errors
/// See [`SheetError`].
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    read_all(name, bytes).map(|r| r.sheet)
}

/// What each line (text), record (csv, by its first line) or row (xlsx) of each table of a file was taken for, in its order.
/// Whatever holds text is an item, a heading, the header, or stands in [`Sheet::unread`].
///
/// # Errors
/// As [`read_bytes`].
pub fn row_kinds(name: &str, bytes: &[u8]) -> Result<Vec<Vec<(usize, RowKind)>>, SheetError> {
    read_all(name, bytes).map(|r| r.kinds)
}

pub(crate) fn read_all(name: &str, bytes: &[u8]) -> Result<Read, SheetError> {
    let format = Format::of(name)?;
    let file = Path::new(name).file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    let mut read = match format {
        Format::Txt | Format::Tsv => text::read(&file, format, bytes)?,
        Format::Csv => csv::read(&file, bytes)?,
        Format::Xlsx => xlsx::read(&file, bytes)?,
    };
    read.sheet.sha256 = hex::encode(Sha256::digest(bytes));
    Ok(read)
}
