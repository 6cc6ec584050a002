//! How far collecting is, on a terminal; silent elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar, where standard error is a terminal.
    pub(super) fn on_terminal() -> Option<Arc<dyn crate::collect::Progress>> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar} {msg}") {
            bar.set_style(style);
        }
        Some(Arc::new(Bar(bar)))
    }
}

impl crate::collect::Progress for Bar {
    fn total(&self, parts: usize) {
        self.0.set_length(u64::try_from(parts).unwrap_or(u64::MAX));
    }

    fn done(&self, part: &str) {
        self.0.set_message(part.to_string());
        self.0.inc(1);
        if Some(self.0.position()) == self.0.length() {
            self.0.finish_and_clear();
        }
    }
}
