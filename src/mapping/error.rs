//! Errors that point into a user's file.

use std::{ops::Range, path::Path, sync::Arc};

use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::de::DeserializeOwned;

/// A file of this room could not be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum MappingError {
    /// The file could not be read.
    #[error("{file}: expected a readable file: {source}")]
    Read {
        /// The path, as given.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file was read and something in it is wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(#[related] Vec<Problem>),
}

/// One thing that is wrong in a file, with its place. Rendered by miette it shows the line with a caret under it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}; {help}")]
pub struct Problem {
    /// The path, as given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
    /// How to mend it.
    pub help: String,
    /// Bytes of the file that it speaks of.
    pub span: Range<usize>,
    source_text: NamedSource<Arc<String>>,
}

// By hand: the derived code trips `unused_assignments` on recent compilers.
impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source_text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let span = SourceSpan::new(self.span.start.into(), self.span.len());
        Some(Box::new(std::iter::once(miette::LabeledSpan::new_with_span(Some(self.message.clone()), span))))
    }
}

/// The text of a file and its name: makes located problems.
pub(super) struct Source {
    name: String,
    text: Arc<String>,
}

impl Source {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: Arc::new(text.into()) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn read(path: &Path) -> Result<Self, MappingError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(source) => Err(MappingError::Read { file: name, source }),
        }
    }

    /// The file as TOML of shape `T`. `help` tells how the file should look.
    pub(super) fn parse<T: DeserializeOwned>(&self, help: &str) -> Result<T, MappingError> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            MappingError::Invalid(vec![self.problem(span, error.message().replace('\n', ", "), help)])
        })
    }

    pub(super) fn problem(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Problem {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Problem {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: message.into(),
            help: help.into(),
            span,
            source_text: NamedSource::new(&self.name, Arc::clone(&self.text)).with_language("TOML"),
        }
    }
}

/// `value`, unless problems were found.
pub(super) fn settle<T>(value: T, problems: Vec<Problem>) -> Result<T, MappingError> {
    if problems.is_empty() { Ok(value) } else { Err(MappingError::Invalid(problems)) }
}
