//! What was read of runs, kept in memory: a run never changes once it is committed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The last few values by key, the one used longest ago leaving first.
pub(super) struct Recent<K, V> {
    room: usize,
    kept: Mutex<VecDeque<(K, Arc<V>)>>,
}

impl<K: PartialEq, V> Recent<K, V> {
    pub(super) fn new(room: usize) -> Self {
        Self { room, kept: Mutex::new(VecDeque::with_capacity(room)) }
    }

    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(other, _)| other == key)?;
        let entry = kept.remove(at)?;
        let value = Arc::clone(&entry.1);
        kept.push_back(entry);
        Some(value)
    }

    pub(super) fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != key);
        while kept.len() >= self.room {
            kept.pop_front();
        }
        kept.push_back((key, Arc::clone(&value)));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_used_longest_ago_leaves_first() {
        let recent = Recent::new(2);
        recent.put(1, "a");
        recent.put(2, "b");
        assert_eq!(recent.get(&1).as_deref(), Some(&"a"));
        recent.put(3, "c");
        assert_eq!(recent.get(&2), None);
        assert_eq!(recent.get(&1).as_deref(), Some(&"a"));
        assert_eq!(recent.get(&3).as_deref(), Some(&"c"));
    }
}
