//! The report for people and for programs. Renders what [`crate::model::Report`] holds and decides nothing:
//! counts, verdicts and reasons come from `judge`, and a renderer only chooses how to show them.

use std::fmt;
use std::str::FromStr;

pub mod draft;
pub mod html;
pub mod json;
pub mod labels;
pub mod sheet;
pub mod terminal;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

/// A format that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// A table and explanations on the terminal.
    Terminal,
    /// `report.json`.
    Json,
    /// One self-contained page.
    Html,
    /// The sheet itself with columns added.
    Sheet,
}

impl Format {
    /// All, in the order in which help texts name them.
    pub const ALL: [Format; 4] = [Format::Terminal, Format::Json, Format::Html, Format::Sheet];

    /// As written on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Format::Terminal => "terminal",
            Format::Json => "json",
            Format::Html => "html",
            Format::Sheet => "sheet",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a report format (terminal, json, html or sheet), found `{0}`; give one of these, or several with commas"
)]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let wanted = word.trim();
        Format::ALL
            .into_iter()
            .find(|format| format.label().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownFormat(wanted.to_owned()))
    }
}

/// A report that could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A value that JSON cannot hold.
    #[error("expected a report that JSON can hold, found one that it cannot: {0}; this is a defect, please report it")]
    Json(#[from] serde_json::Error),
    /// The page's template failed.
    #[error("expected the page's template to render, and it did not: {0}; this is a defect, please report it")]
    Html(#[from] askama::Error),
}
