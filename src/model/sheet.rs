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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// `txt`, `tsv`, `csv` or `xlsx`.
    pub format: String,
    /// Character encoding of a text file: `UTF-8`, `UTF-8 with BOM`, `Shift_JIS`; empty for xlsx.
    pub encoding: String,
    /// Worksheet name of an xlsx file.
    pub worksheet: Option<String>,
    /// Line (text) or row (xlsx), from 1, where the header stands; none where the file has none.
    pub header_row: Option<usize>,
    /// Columns, from 0, by role: `number`, `text`, `answer`, `remark`.
    pub columns: std::collections::BTreeMap<String, usize>,
    /// Field separator of a text file.
    pub delimiter: Option<char>,
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
