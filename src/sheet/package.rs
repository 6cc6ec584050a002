//! Zip files that hold a document: parts read with a bound on memory, and written back with all other parts as they were.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::{ZipArchive, ZipWriter};

use super::SheetError;

/// How a zip file begins (APPNOTE.TXT, "Local file header", and that of an empty archive).
pub(crate) const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Most bytes that the parts of a document may unpack to. A sheet of 500 items has half a megabyte; a file of a few
/// kilobytes can claim gigabytes.
pub(crate) const MOST_UNPACKED: u64 = 96 * 1024 * 1024;

/// Most cells of a document that hold something.
pub(crate) const MOST_CELLS: usize = 500_000;

/// Most parts of a document.
const MOST_PARTS: usize = 20_000;

/// A document that cannot be taken apart.
pub(crate) fn broken(file: &str, at: &str, found: impl std::fmt::Display) -> SheetError {
    SheetError::Workbook { file: file.to_owned(), at: at.to_owned(), found: found.to_string() }
}

/// A document that is too large to be a check sheet.
pub(crate) fn too_large(file: &str, at: &str, found: impl std::fmt::Display) -> SheetError {
    SheetError::TooLarge { file: file.to_owned(), at: at.to_owned(), found: found.to_string() }
}

/// An opened zip file.
pub(crate) struct Package<'b> {
    file: String,
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'b> Package<'b> {
    pub(crate) fn open(file: &str, bytes: &'b [u8]) -> Result<Self, SheetError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(file, "byte 0", e))?;
        if archive.len() > MOST_PARTS {
            return Err(too_large(file, "zip directory", format!("{} parts", archive.len())));
        }
        Ok(Package { file: file.to_owned(), archive, left: MOST_UNPACKED })
    }

    pub(crate) fn has(&self, part: &str) -> bool {
        self.archive.index_for_name(part).is_some()
    }

    /// Names of all parts.
    pub(crate) fn names(&self) -> Vec<String> {
        self.archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    /// The text of a part.
    pub(crate) fn text(&mut self, part: &str) -> Result<String, SheetError> {
        let file = &self.file;
        let entry = self.archive.by_name(part).map_err(|e| broken(file, part, e))?;
        let mut bytes = Vec::new();
        entry.take(self.left + 1).read_to_end(&mut bytes).map_err(|e| broken(file, part, e))?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > self.left {
            return Err(unpacked(file, part));
        }
        self.left -= length;
        xml_text(bytes).map_err(|found| broken(file, part, found))
    }

    /// The text of a part; none where there is no such part.
    pub(crate) fn optional(&mut self, part: &str) -> Result<Option<String>, SheetError> {
        if self.has(part) { self.text(part).map(Some) } else { Ok(None) }
    }

    /// Whether all parts that readers unpack fit into memory, whatever the directory says of their size: for parsers that
    /// have no bound of their own.
    pub(crate) fn check_size(&mut self) -> Result<(), SheetError> {
        let mut left = MOST_UNPACKED;
        for index in 0..self.archive.len() {
            let Ok(entry) = self.archive.by_index(index) else { continue };
            let name = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
            if ![".xml", ".rels", ".bin"].iter().any(|ending| name.to_lowercase().ends_with(ending)) {
                continue;
            }
            // A part that is broken is told by whoever needs it.
            let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).unwrap_or(0);
            left = left.checked_sub(read).ok_or_else(|| unpacked(&self.file, &name))?;
        }
        Ok(())
    }

    /// The zip file again, with the parts `changed` (by name) replaced and those that it has not added at the end. All
    /// other parts are copied as they are, without unpacking them.
    pub(crate) fn rewritten(mut self, changed: &BTreeMap<String, String>) -> Result<Vec<u8>, SheetError> {
        let file = &self.file;
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let comment = self.archive.comment().to_vec();
        if !comment.is_empty() {
            writer.set_raw_comment(comment.into_boxed_slice()).map_err(|e| broken(file, "zip comment", e))?;
        }
        for index in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(index).map_err(|e| broken(file, &format!("zip entry {index}"), e))?;
            let name = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
            if let Some(text) = changed.get(&name) {
                let options = entry.options();
                drop(entry);
                writer.start_file(name.as_str(), options).map_err(|e| broken(file, &name, e))?;
                writer.write_all(text.as_bytes()).map_err(|e| broken(file, &name, e))?;
            } else {
                writer.raw_copy_file(entry).map_err(|e| broken(file, &name, e))?;
            }
        }
        for (name, text) in changed.iter().filter(|(name, _)| self.archive.index_for_name(name).is_none()) {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(name.as_str(), options).map_err(|e| broken(file, name, e))?;
            writer.write_all(text.as_bytes()).map_err(|e| broken(file, name, e))?;
        }
        writer.finish().map(Cursor::into_inner).map_err(|e| broken(file, "zip directory", e))
    }
}

fn unpacked(file: &str, part: &str) -> SheetError {
    too_large(file, part, format!("parts that unpack to more than {} megabytes", MOST_UNPACKED / (1024 * 1024)))
}

/// XML parts are UTF-8 or UTF-16 (ECMA-376 part 2, "Part Content"); the latter has a byte order mark.
fn xml_text(bytes: Vec<u8>) -> Result<String, String> {
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            let (charset, _) = encoding_rs::Encoding::for_bom(&bytes).unwrap_or((encoding_rs::UTF_16LE, 2));
            let (text, _, lost) = charset.decode(&bytes);
            // It is written back as UTF-8, and its declaration must say so.
            let text = text.replacen("encoding=\"UTF-16\"", "encoding=\"UTF-8\"", 1);
            if lost { Err("broken UTF-16".to_owned()) } else { Ok(text) }
        }
        _ => String::from_utf8(bytes).map_err(|e| e.to_string()),
    }
}
