//! Which format a file has, and its tables.

use std::path::Path;

use crate::model::{Layout, Unread};

use super::encoding::Encoding;
use super::evidence;
use super::grid::Grid;
use super::package::{Package, ZIP, broken};
use super::{SheetError, csv, docx, markdown, ods, text, xls, xlsx};

/// How an encrypted workbook and a workbook of before 2007 begin (MS-CFB, "Compound File Header").
pub(crate) const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// What the file formats are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Txt,
    Tsv,
    Csv,
    Markdown,
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    Docx,
}

impl Format {
    /// By the ending of the file's name.
    fn named(name: &str) -> Result<Self, SheetError> {
        let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_lowercase());
        let unknown = |found: String| Err(SheetError::UnknownFormat { file: name.to_owned(), found });
        match ending.as_deref() {
            Some("txt" | "text") => Ok(Format::Txt),
            Some("tsv" | "tab") => Ok(Format::Tsv),
            Some("csv") => Ok(Format::Csv),
            Some("md" | "markdown") => Ok(Format::Markdown),
            Some("xlsx" | "xlsm" | "xltx" | "xltm") => Ok(Format::Xlsx),
            Some("xlsb") => Ok(Format::Xlsb),
            Some("xls" | "xlt") => Ok(Format::Xls),
            Some("ods" | "ots") => Ok(Format::Ods),
            Some("docx" | "docm" | "dotx") => Ok(Format::Docx),
            Some(other) => unknown(format!("`.{other}`")),
            None => unknown("no ending".to_owned()),
        }
    }

    /// By the name's ending, where the bytes do not say otherwise: exports often have an ending that is not theirs.
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Result<Self, SheetError> {
        let named = Format::named(name)?;
        if ZIP.iter().any(|start| bytes.starts_with(start)) {
            let Ok(package) = Package::open(name, bytes) else {
                // Not whole: the reader that the name asks for says what is wrong.
                return if named.is_text() { Err(content(name, "a zip file that is not whole")) } else { Ok(named) };
            };
            let parts = package.names();
            let holds = |start: &str| parts.iter().any(|part| part.trim_start_matches('/').starts_with(start));
            return if holds("xl/workbook.bin") {
                Ok(Format::Xlsb)
            } else if holds("xl/") {
                Ok(Format::Xlsx)
            } else if holds("word/") {
                Ok(Format::Docx)
            } else if holds("content.xml") {
                Ok(Format::Ods)
            } else if named.is_text() {
                Err(content(name, "a zip file that holds no workbook"))
            } else {
                Ok(named)
            };
        }
        if bytes.starts_with(COMPOUND_FILE) {
            // The stream that holds the real document is named in UTF-16 (MS-OFFCRYPTO, "EncryptedPackage Stream").
            let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            return match named {
                _ if bytes.windows(stream.len()).any(|w| w == stream) => {
                    Err(SheetError::Password { file: name.to_owned() })
                }
                Format::Docx => Err(content(name, "a document of before 2007 (.doc)")),
                _ => Ok(Format::Xls),
            };
        }
        match named {
            Format::Xls => of_text(name, bytes),
            Format::Xlsx | Format::Xlsb | Format::Ods | Format::Docx => Err(broken(name, "byte 0", "no zip file")),
            _ => Ok(named),
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Format::Txt | Format::Tsv | Format::Csv | Format::Markdown)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Format::Txt => "txt",
            Format::Tsv => "tsv",
            Format::Csv => "csv",
            Format::Markdown => "md",
            Format::Xlsx => "xlsx",
            Format::Xlsb => "xlsb",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Docx => "docx",
        }
    }
}

fn content(file: &str, found: &str) -> SheetError {
    SheetError::Content { file: file.to_owned(), found: found.to_owned() }
}

/// Web applications export text, web pages and XML under the ending `.xls`.
fn of_text(name: &str, bytes: &[u8]) -> Result<Format, SheetError> {
    let start: String = bytes.iter().take(2048).map(|b| char::from(*b).to_ascii_lowercase()).collect();
    if start.contains("<html") || start.contains("<table") || start.contains("<!doctype html") {
        return Err(content(name, "a web page (HTML) with the ending of a workbook"));
    }
    if start.contains("<?mso-application") || start.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Err(content(name, "an XML spreadsheet of 2003 with the ending of a workbook"));
    }
    match Encoding::detect(name, bytes) {
        Ok(encoding) if encoding.decode(&encoding.body(bytes)).contains('\t') => Ok(Format::Tsv),
        Ok(_) if !bytes.is_empty() => Ok(Format::Csv),
        _ => Err(broken(name, "byte 0", "no compound file")),
    }
}

/// The tables of a file, before anything is made of them.
pub(crate) struct Opened {
    pub(crate) format: Format,
    /// File name without folders.
    pub(crate) file: String,
    pub(crate) tables: Vec<Grid>,
    /// What the format's parser knows of the layout.
    pub(crate) layout: Layout,
    /// What stands in no table, such as footnotes.
    pub(crate) aside: Vec<Unread>,
}

/// Takes a file called `name` apart, without what we filled in.
pub(crate) fn open(name: &str, bytes: &[u8]) -> Result<Opened, SheetError> {
    let mut opened = tables(name, bytes)?;
    evidence::forget(&mut opened.tables);
    Ok(opened)
}

/// Takes a file called `name` apart, with all that is in it.
pub(crate) fn tables(name: &str, bytes: &[u8]) -> Result<Opened, SheetError> {
    let file = Path::new(name).file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    let format = Format::of(&file, bytes)?;
    let mut layout = Layout { format: format.label().to_owned(), ..Layout::default() };
    let mut aside = Vec::new();
    let tables = match format {
        Format::Txt | Format::Tsv | Format::Csv | Format::Markdown => {
            let encoding = Encoding::detect(&file, bytes)?;
            encoding.label().clone_into(&mut layout.encoding);
            let body = encoding.body(bytes);
            match format {
                Format::Csv => {
                    let (delimiter, grid) = csv::parse(&file, encoding, &body)?;
                    layout.delimiter = Some(char::from(delimiter));
                    vec![grid]
                }
                Format::Markdown => markdown::tables(&encoding.decode(&body)),
                _ => {
                    let (cells, grid) = text::grid(encoding, &body);
                    layout.delimiter = Some(cells.delimiter());
                    vec![grid]
                }
            }
        }
        Format::Xlsx => xlsx::tables(&file, bytes)?,
        Format::Xlsb => xls::tables_xlsb(&file, bytes)?,
        Format::Xls => xls::tables(&file, bytes)?,
        Format::Ods => ods::tables(&file, bytes)?,
        Format::Docx => {
            let document = docx::read(&file, bytes)?;
            aside = document.aside;
            document.tables
        }
    };
    Ok(Opened { format, file, tables, layout, aside })
}
