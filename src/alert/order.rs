//! Letters about one item to a receiver that keeps an incident for it: in the order of the runs, whatever fails in between.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::model::{ChangeKind, Letter, Moment, Subject};

/// Whether a letter may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It may.
    Now,
    /// An earlier letter about the same item is being tried: not before this.
    After(Moment),
    /// A later letter about the same item was delivered: it may no longer.
    Past,
}

/// Whether it is a letter's turn, by the letters of the sheet that were delivered and that wait. One that is held back by
/// quiet hours holds no later, more severe one up; it is past when its hour comes.
pub(super) fn turn(letter: &Letter, delivered: &[Letter], waiting: &[Letter], now: Moment) -> Turn {
    let items = items(letter);
    let same = |other: &&Letter| {
        other.channel == letter.channel && other.id != letter.id && !self::items(other).is_disjoint(&items)
    };
    // A letter about several items tells of some that nothing later was told of: better twice than never.
    if items.len() == 1 && delivered.iter().filter(same).any(|other| age(other) > age(letter)) {
        return Turn::Past;
    }
    let earlier = waiting.iter().filter(same).filter(|other| age(other) < age(letter));
    let tried = earlier.filter(|other| other.attempts > 0 || other.due <= now);
    match tried.map(|other| other.due).max() {
        Some(due) => Turn::After(due.max(now) + TimeDelta::seconds(1)),
        None => Turn::Now,
    }
}

/// When a letter was written, and of which run.
fn age(letter: &Letter) -> (Moment, Moment) {
    (letter.created, letter.message.at)
}

/// What a letter is about: items, or the sheet as a whole (no run can be made, or one can again).
fn items(letter: &Letter) -> BTreeSet<String> {
    let changed = letter.message.transitions.iter().filter_map(|transition| match &transition.subject {
        Subject::Item { id } => Some(format!("item {id}")),
        Subject::Sheet if transition.kind != ChangeKind::Began => Some("sheet".to_owned()),
        Subject::Sheet | Subject::Reminder { .. } => None,
    });
    changed.chain(letter.message.open.iter().map(|open| format!("item {}", open.item))).collect()
}
