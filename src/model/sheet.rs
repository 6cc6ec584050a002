//! A check sheet as it was read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the vendor says of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// ○
    Yes,
    /// ×
    No,
    /// △
    Partial,
    /// -
    Na,
    /// Empty, or written in a way that is not known.
    Unknown,
}

/// How a sheet was laid out in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// `txt`, `tsv`, `csv` or `xlsx`.
    pub format: String,
    /// Character encoding of a text file: `UTF-8`, `UTF-8 with BOM`, `Shift_JIS`; empty for xlsx.
    pub encoding: String,
    /// Worksheet name of an xlsx file.
    pub worksheet: Option<String>,
    /// Line (text) or row (xlsx), from 1, where the header stands; none where the file has none.
    pub header_row: Option<usize>,
    /// Columns, from 0, by role: `number`, `section`, `text`, `answer`, `remark`; further ones of a role as `text.2`.
    pub columns: std::collections::BTreeMap<String, usize>,
    /// Field separator of a text file.
    pub delimiter: Option<char>,
    /// Each table of the file that gave items, in order. The fields above speak of the first of them.
    #[serde(default)]
    pub tables: Vec<TableLayout>,
    /// What the project file said of the layout, kept so that the file is filled as it was read.
    #[serde(default, skip_serializing_if = "Corrections::is_empty")]
    pub corrections: Corrections,
}

/// What a person says of a sheet's layout, where the program would read it otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Corrections {
    /// One for each table that something is said of.
    pub tables: Vec<TableCorrection>,
}

impl Corrections {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// What a person says of one table; of every table where it names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableCorrection {
    /// The worksheet's or the table's name.
    pub worksheet: Option<String>,
    /// Its place among the file's tables, from 1.
    pub table: Option<usize>,
    /// False where it is no part of the sheet.
    pub read: Option<bool>,
    /// Line or row of the header, from 1; 0 where it has none.
    pub header_row: Option<usize>,
    /// Role (`number`, `section`, `text`, `answer`, `remark`) to its columns, each by letter (`C`), number from 1, or
    /// header text.
    pub columns: std::collections::BTreeMap<String, Vec<String>>,
    /// What a mark or a word means as an answer.
    pub answers: std::collections::BTreeMap<String, Answer>,
    /// Lines or rows that are passed over, first and last.
    pub skip_rows: Vec<(usize, usize)>,
}

/// How one table of a file was read: a worksheet, a table of a document, the lines of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableLayout {
    /// Place among the file's tables, from 1.
    pub table: usize,
    /// Name of the worksheet, or of the table; none for text.
    pub worksheet: Option<String>,
    /// `rows` where each item is a row; `lines` where items are questions with choices or labelled answers below them.
    pub form: String,
    /// Lines or rows of the header, from 1; none where the table has no header.
    pub header_rows: Vec<usize>,
    /// Columns that are read, from the left.
    pub columns: Vec<ColumnLayout>,
    /// How its answers were understood, the most frequent first.
    pub answers: Vec<AnswerLayout>,
    /// Items it gave.
    pub items: usize,
    /// What else was decided: ids that were made, a column that was chosen among several.
    pub notes: Vec<String>,
}

/// A column that is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnLayout {
    /// From 0.
    pub column: usize,
    /// As spreadsheets call it: `B`.
    pub letter: String,
    /// `number`, `section`, `text`, `answer`, `remark`; or `choice yes`, `choice no`, … for a column of marks.
    pub role: String,
    /// What its header says; empty where it has none.
    pub header: String,
}

/// One way in which answers are written in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerLayout {
    /// As written.
    pub text: String,
    /// What it was taken for.
    pub answer: Answer,
    /// Items that have it.
    pub count: usize,
    /// `usual` meaning, the sheet's own `legend`, or the `project` file.
    pub by: String,
}

/// One row of the sheet: what is asked, what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Dotted path of the sheet's own numbering: `6.29`; under a sub-heading `3.2.1`. Unique in a sheet.
    pub id: String,
    /// Headings above it, outermost first.
    pub section: Vec<String>,
    /// What is asked, as written.
    pub text: String,
    /// The answer, understood.
    pub answer: Answer,
    /// The answer, as written.
    pub answer_text: String,
    /// The remark, as written.
    pub remark: String,
    /// The remark with dittos (同上, "same as above") replaced by what they refer to; equal to `remark` without one.
    pub remark_resolved: String,
    /// Sentences of the remark that admit that a part is not done.
    pub concessions: Vec<String>,
    /// URLs cited in the text or the resolved remark, in order, without duplicates.
    pub urls: Vec<String>,
    /// `line 42` or `Sheet1!B7`.
    pub at: String,
}

/// A line or cell that was not understood. Nothing is dropped silently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    /// `line 3` or `Sheet1!A1`.
    pub at: String,
    /// As written.
    pub text: String,
    /// Why it is no item: `preamble`, `no number`, …
    pub why: String,
}

/// A check sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sheet {
    /// File name without folders.
    pub name: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    /// How it was laid out.
    pub layout: Layout,
    /// In the sheet's order.
    pub items: Vec<Item>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}
