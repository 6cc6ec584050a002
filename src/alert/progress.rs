//! What of a letter has got through, for channels that send it in parts: a mail per receiver, an event per item.
//!
//! Without it a letter with many parts could start from its beginning at every attempt and never come to its end. It is
//! kept in memory only: after a restart all parts go out again, and the receiver's own key (Message-ID, dedup_key) tells
//! that they are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Letters that are kept in mind at once; the lowest ids are forgotten beyond.
const LETTERS: usize = 1_000;

/// Parts by letter.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<BTreeMap<String, BTreeSet<String>>>);

impl Progress {
    fn parts(&self) -> MutexGuard<'_, BTreeMap<String, BTreeSet<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a part got through before.
    pub(super) fn has(&self, letter: &str, part: &str) -> bool {
        self.parts().get(letter).is_some_and(|parts| parts.contains(part))
    }

    /// Notes that a part got through.
    pub(super) fn note(&self, letter: &str, part: &str) {
        let mut all = self.parts();
        all.entry(letter.to_owned()).or_default().insert(part.to_owned());
        if all.len() > LETTERS {
            all.pop_first();
        }
    }

    /// The letter came to its end.
    pub(super) fn forget(&self, letter: &str) {
        self.parts().remove(letter);
    }
}
