//! What can be wrong with a check sheet.

/// Why a check sheet could not be read or filled: which file, where in it, what was expected, what was found, what to do.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The file cannot be opened.
    #[error("{file}: expected a file that can be read, found: {source}; check the path and its permissions")]
    Unreadable {
        /// Path as given.
        file: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The name's ending is none of the known ones.
    #[error(
        "{file}: expected a name that ends in .txt, .tsv, .csv, .xlsx, .xlsm, .xls, .xlsb, .ods, .docx or .md, found {found}; \
         save the sheet in one of these formats"
    )]
    UnknownFormat {
        /// File name.
        file: String,
        /// The ending.
        found: String,
    },
    /// The bytes are no text in a known encoding.
    #[error(
        "{file}, {at}: expected text in UTF-8, UTF-16, Shift_JIS, EUC-JP or ISO-2022-JP, found {found}; save the file as UTF-8"
    )]
    Encoding {
        /// File name.
        file: String,
        /// `line 3`, or `line 1` where the whole file is meant.
        at: String,
        /// What it looks like.
        found: String,
    },
    /// Neither a header nor rows that look like items.
    #[error(
        "{file}: expected a header row with words such as 確認事項 and 実施の有無 (or Question and Answer), found {found}; \
         name the columns in one row above the items"
    )]
    NoHeader {
        /// File name.
        file: String,
        /// What the file holds instead.
        found: String,
    },
    /// A header, and no item below it.
    #[error(
        "{file}, {at}: expected numbered items below the header, found {found}; each item needs a number and a text, \
         in text files separated by tabs"
    )]
    NoItems {
        /// File name.
        file: String,
        /// Where the header stands.
        at: String,
        /// What stands below it.
        found: String,
    },
    /// What the project file says of the layout does not fit the file.
    #[error("{file}, {at}: expected {expected} under [layout] of the project file, found {found}; {mend}")]
    Correction {
        /// File name.
        file: String,
        /// The table, or the row.
        at: String,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
        /// How to mend it.
        mend: String,
    },
    /// CSV quotes that do not pair up.
    #[error(
        "{file}, line {line}: expected a quoted cell to end with a quote and a separator, found {found}; \
         double a quote that belongs to the text"
    )]
    Quotes {
        /// File name.
        file: String,
        /// Line on which the quoted cell begins.
        line: usize,
        /// What is wrong.
        found: String,
    },
    /// No worksheet of the workbook looks like a check sheet.
    #[error(
        "{file}: expected a worksheet with a header row with words such as 確認事項 and 実施の有無 (or Question and Answer), \
         found {found}; name the columns in one row above the items"
    )]
    NoWorksheet {
        /// File name.
        file: String,
        /// The worksheets.
        found: String,
    },
    /// The workbook is encrypted.
    #[error(
        "{file}: expected a workbook without a password, found an encrypted one; remove the password and save it again"
    )]
    Password {
        /// File name.
        file: String,
    },
    /// The bytes are of a kind that no reader is for, whatever the name says.
    #[error(
        "{file}: expected a check sheet as its name says, found {found}; open it in a spreadsheet program and save it as .xlsx"
    )]
    Content {
        /// File name.
        file: String,
        /// What the bytes are.
        found: String,
    },
    /// The document would not fit into memory, or into what a check sheet can be.
    #[error("{file}, {at}: expected a check sheet, found {found}; keep only the check sheet in the file")]
    TooLarge {
        /// File name.
        file: String,
        /// Worksheet or part.
        at: String,
        /// How large.
        found: String,
    },
    /// The workbook or document cannot be taken apart.
    #[error(
        "{file}, {at}: expected a whole workbook or document, found {found}; open it in the program that it is made with and save it \
         again, as .xlsx or .docx"
    )]
    Workbook {
        /// File name.
        file: String,
        /// Worksheet, cell or part.
        at: String,
        /// What is wrong.
        found: String,
    },
    /// A character that is to be written does not exist in the file's encoding.
    #[error(
        "{file}, {at}: expected text that {encoding} can hold, found `{character}` (U+{code:04X}); save the sheet as UTF-8 and fill that",
        code = u32::from(*character)
    )]
    Character {
        /// File name.
        file: String,
        /// Where it was to be written.
        at: String,
        /// The encoding.
        encoding: String,
        /// The character.
        character: char,
    },
    /// The bytes to fill are not those that the sheet was read from.
    #[error(
        "{file}: expected the bytes that the sheet was read from (sha256 {expected}), found others ({found}); read the file again before filling it"
    )]
    OtherBytes {
        /// File name.
        file: String,
        /// Digest of the sheet.
        expected: String,
        /// Digest of the bytes.
        found: String,
    },
    /// The file reads as other items than the sheet has.
    #[error(
        "{file}: expected the items of the sheet, found {found}; read the file again with the same layout before filling it"
    )]
    OtherItems {
        /// File name.
        file: String,
        /// What differs.
        found: String,
    },
    /// A column speaks of an item that the sheet does not have.
    #[error("{file}: expected item ids of the sheet in column `{column}`, found {id}; take the ids from the sheet")]
    UnknownItem {
        /// File name.
        file: String,
        /// The column's header.
        column: String,
        /// The id.
        id: String,
    },
}
