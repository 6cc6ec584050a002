//! Check sheets in and out, one file per format.
//!
//! [`read_bytes`] turns a file into a [`Sheet`]; [`fill`] adds columns to the same file and leaves all else as it was.
//! Every format becomes a list of [`grid::Grid`]s of rows and cells first (worksheets, tables of a document, the lines of a
//! text), and [`rows`] alone decides what a row is, so that a sheet reads the same from text, CSV, workbooks, Word and
//! Markdown. Pure but for [`read`], which opens the file.

mod answer;
mod biff;
mod checkbox;
pub(crate) mod concession;
mod csv;
mod docx;
mod docx_body;
mod docx_numbering;
mod encoding;
mod error;
mod evidence;
mod fill;
mod fill_docx;
mod fill_markdown;
mod fill_ods;
mod fill_text;
mod fill_xls;
mod fill_xlsx;
mod fill_xlsx_sheet;
mod grid;
mod header;
mod markdown;
mod number;
mod number_format;
mod ods;
mod open;
mod outline;
mod package;
pub(crate) mod pattern;
pub(crate) mod remark;
mod rows;
mod suggest;
mod text;
mod xls;
mod xlsx;
mod xlsx_parts;
mod xml;

#[cfg(test)]
mod tests;

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::model::{Corrections, Sheet};

pub use error::SheetError;
pub use fill::{Column, Fill, Filled, fill};
pub use rows::RowKind;
pub use suggest::suggest;

/// A sheet, and what each row of its file was taken for.
pub(crate) struct Read {
    pub(crate) sheet: Sheet,
    /// One list per table of the file, in its order: line or row number from 1, and its kind; every row that the format's
    /// parser yields.
    pub(crate) kinds: Vec<Vec<(usize, RowKind)>>,
}

/// Reads the check sheet at `path`. The format is chosen by the name's ending, unless the bytes say otherwise.
///
/// # Errors
/// See [`SheetError`]; a file that cannot be opened is [`SheetError::Unreadable`].
pub fn read(path: &Path) -> Result<Sheet, SheetError> {
    read_corrected(path, &Corrections::default())
}

/// As [`read`], with what a person says of the layout.
///
/// # Errors
/// As [`read`] and [`read_with`].
pub fn read_corrected(path: &Path, corrections: &Corrections) -> Result<Sheet, SheetError> {
    let bytes =
        std::fs::read(path).map_err(|source| SheetError::Unreadable { file: path.display().to_string(), source })?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    read_with(&name, &bytes, corrections)
}

/// Reads a check sheet from the bytes of a file called `name`.
///
/// # Errors
/// See [`SheetError`].
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    read_with(name, bytes, &Corrections::default())
}

/// As [`read_bytes`], with what a person says of the layout.
///
/// # Errors
/// See [`SheetError`]; [`SheetError::Correction`] where what is said does not fit the file.
pub fn read_with(name: &str, bytes: &[u8], corrections: &Corrections) -> Result<Sheet, SheetError> {
    read_all(name, bytes, corrections).map(|r| r.sheet)
}

/// What each line (text), record (csv, by its first line) or row (xlsx) of each table of a file was taken for, in its order.
/// Whatever holds text is an item, a heading, the header, or stands in [`Sheet::unread`].
///
/// # Errors
/// As [`read_bytes`].
pub fn row_kinds(name: &str, bytes: &[u8]) -> Result<Vec<Vec<(usize, RowKind)>>, SheetError> {
    read_all(name, bytes, &Corrections::default()).map(|r| r.kinds)
}

pub(crate) fn read_all(name: &str, bytes: &[u8], corrections: &Corrections) -> Result<Read, SheetError> {
    read_opened(&open::open(name, bytes)?, bytes, corrections)
}

/// Reads a file that was taken apart.
pub(crate) fn read_opened(opened: &open::Opened, bytes: &[u8], corrections: &Corrections) -> Result<Read, SheetError> {
    let mut read = rows::read_tables(&opened.file, &opened.tables, opened.layout.clone(), corrections)?;
    read.sheet.unread.extend(opened.aside.iter().cloned());
    read.sheet.sha256 = hex::encode(Sha256::digest(bytes));
    Ok(read)
}
