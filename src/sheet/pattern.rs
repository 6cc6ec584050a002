//! Regular expressions of this module, compiled once.

use std::sync::LazyLock;

use regex::{CaptureMatches, Captures, Match, Matches, Regex};
use unicode_normalization::UnicodeNormalization;

/// A constant expression. One that does not compile matches nothing; a test in each file that uses it holds that all compile.
pub(crate) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    /// Wraps the closure that compiles it.
    pub(crate) const fn new(compile: fn() -> Option<Regex>) -> Self {
        Pattern(LazyLock::new(compile))
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|r| r.is_match(text))
    }

    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.0.as_ref()?.captures(text)
    }

    pub(crate) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.0.as_ref()?.find(text)
    }

    pub(crate) fn captures_all<'r, 't>(&'r self, text: &'t str) -> Option<CaptureMatches<'r, 't>> {
        self.0.as_ref().map(|r| r.captures_iter(text))
    }

    pub(crate) fn find_all<'r, 't>(&'r self, text: &'t str) -> Option<Matches<'r, 't>> {
        self.0.as_ref().map(|r| r.find_iter(text))
    }

    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.0.is_some()
    }
}

/// A [`Pattern`] from a literal.
macro_rules! pattern {
    ($expression:expr) => {
        $crate::sheet::pattern::Pattern::new(|| regex::Regex::new($expression).ok())
    };
}
pub(crate) use pattern;

/// NFKC, without the space around it: what is matched. What people wrote is kept beside it.
pub(crate) fn normal(text: &str) -> String {
    super::grid::bare(&text.nfkc().collect::<String>()).to_owned()
}
