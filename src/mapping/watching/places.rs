//! What several sections share: noting what is wrong, with its place.

use std::ops::Range;

use chrono_tz::Tz;
use toml::{Spanned, Value};
use url::Url;

use crate::mapping::error::{Problem, Source};
use crate::model::Secret;

/// Notes of what is wrong in a file.
pub(super) struct Notes<'a> {
    source: &'a Source,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(source: &'a Source, problems: &'a mut Vec<Problem>) -> Self {
        Self { source, problems }
    }

    pub(super) fn wrong(&mut self, place: Range<usize>, found: impl Into<String>, help: impl Into<String>) {
        self.problems.push(self.source.problem(place, found, help));
    }

    /// A text that may be left out, and is not to be empty.
    pub(super) fn filled(&mut self, text: Option<Spanned<String>>) -> Option<String> {
        let text = text?;
        if text.get_ref().trim().is_empty() {
            self.wrong(text.span(), "expected a text, found an empty one", "fill it in or remove it");
        }
        Some(text.into_inner())
    }

    pub(super) fn zone(&mut self, zone: &Spanned<String>) {
        if zone.get_ref().parse::<Tz>().is_err() {
            self.wrong(
                zone.span(),
                format!("expected the name of a time zone, found {:?}", zone.get_ref()),
                "write it as the IANA database does: \"Asia/Tokyo\", \"UTC\"",
            );
        }
    }

    /// Where a secret is. What is written there instead may be the secret itself, and is not repeated.
    pub(super) fn secret(&mut self, field: &str, value: Spanned<Value>) -> Option<Secret> {
        let place = value.span();
        let help = format!("write {field} = {{ env = \"NAME_OF_A_VARIABLE\" }} or {field} = {{ file = \"path\" }}");
        match value.into_inner() {
            Value::Table(table) => match Value::Table(table).try_into() {
                Ok(Secret::Env(name)) if !is_variable(&name) => {
                    self.wrong(place, "expected the name of an environment variable, found something else", help);
                    None
                }
                Ok(Secret::File(path)) if path.as_os_str().is_empty() => {
                    self.wrong(place, "expected the path of a file, found an empty text", help);
                    None
                }
                Ok(secret) => Some(secret),
                Err(_) => {
                    self.wrong(place, format!("expected where {field} is, as env or file, found other keys"), help);
                    None
                }
            },
            Value::String(_) => {
                let found = format!("expected where {field} is, found a text: secrets do not belong into this file");
                self.wrong(place, found, help);
                None
            }
            _ => {
                self.wrong(place, format!("expected where {field} is, as env or file, found something else"), help);
                None
            }
        }
    }

    /// A URL of HTTP that something can be added to.
    pub(super) fn url(&mut self, text: &Spanned<String>, example: &str) {
        let read = Url::parse(text.get_ref()).ok();
        let good = read.is_some_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
        if !good {
            self.wrong(
                text.span(),
                format!("expected a URL, found {:?}", text.get_ref()),
                format!("write it whole: {example:?}"),
            );
        }
    }
}

/// The value that is written, or the usual one.
pub(super) fn plain<T>(written: Option<Spanned<T>>, usual: T) -> T {
    written.map_or(usual, Spanned::into_inner)
}

/// A name that every shell can set.
fn is_variable(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
