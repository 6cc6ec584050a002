//! What a table gives: items, what was not understood, and what each row was taken for.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Answer, AnswerLayout, Item, Unread};

use super::super::answer::Reading;
use super::super::concession;
use super::super::grid::{Grid, Row};
use super::super::remark::{self, Ditto};
use super::RowKind;

/// An item before its remark is resolved.
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) section: Vec<String>,
    pub(super) text: String,
    /// Column that `at` names.
    pub(super) column: usize,
    pub(super) answer_text: String,
    pub(super) reading: Reading,
    pub(super) remark: String,
    pub(super) remark_column: usize,
}

/// Collects what one table gives.
pub(super) struct Collector<'g> {
    pub(super) grid: &'g Grid,
    pub(super) items: Vec<Item>,
    pub(super) places: Vec<usize>,
    /// With the place of its row, by which they are sorted in the end.
    pub(super) unread: Vec<(usize, Unread)>,
    pub(super) kinds: Vec<RowKind>,
    pub(super) notes: Vec<String>,
    seen: BTreeSet<String>,
    answers: BTreeMap<(String, Answer, &'static str), usize>,
    /// Items whose id was made from their row.
    pub(super) made: usize,
}

impl<'g> Collector<'g> {
    pub(super) fn new(grid: &'g Grid) -> Self {
        Collector {
            grid,
            items: Vec::new(),
            places: Vec::new(),
            unread: Vec::new(),
            kinds: vec![RowKind::Blank; grid.rows.len()],
            notes: Vec::new(),
            seen: BTreeSet::new(),
            answers: BTreeMap::new(),
            made: 0,
        }
    }

    pub(super) fn kind(&mut self, place: usize, kind: RowKind) {
        if let Some(slot) = self.kinds.get_mut(place) {
            *slot = kind;
        }
    }

    /// A row that is none of what a sheet has.
    pub(super) fn not_understood(&mut self, place: usize, row: &Row, why: &str) {
        let at = self.grid.at(row, row.first_column());
        self.unread.push((place, Unread { at, text: row.raw.clone(), why: why.to_owned() }));
        self.kind(place, RowKind::Unread);
    }

    /// A cell that is none of what an item has.
    pub(super) fn cell_not_understood(&mut self, place: usize, row: &Row, column: usize, why: impl Into<String>) {
        let at = self.grid.at(row, column);
        self.unread.push((place, Unread { at, text: row.get(column).to_owned(), why: why.into() }));
    }

    /// The id of an item without a number: `r12`, from its row in a worksheet, else from its place among the table's rows.
    /// A line's number would not do: filling moves the lines of a file whose cells have several.
    pub(super) fn made_id(&mut self, place: usize, row: &Row) -> String {
        self.made += 1;
        let above = self.grid.rows.iter().take_while(|r| r.heading.is_some()).count();
        let number = if self.grid.worksheet.is_some() { row.line } else { (place + 1).saturating_sub(above) };
        format!("r{number}")
    }

    /// An id that no item of the table has: the second `1.1` is `1.1-2`.
    fn unique(&mut self, place: usize, row: &Row, column: usize, id: String) -> String {
        if self.seen.insert(id.clone()) {
            return id;
        }
        let mut nth = 2;
        let unique = loop {
            let next = format!("{id}-{nth}");
            if self.seen.insert(next.clone()) {
                break next;
            }
            nth += 1;
        };
        let why = format!("number {id} again; the item's id is {unique}");
        self.cell_not_understood(place, row, column, why);
        unique
    }

    /// Adds an item. Rows give one each, in their order.
    pub(super) fn add(&mut self, place: usize, row: &Row, draft: Draft) {
        let id = self.unique(place, row, draft.column, draft.id);
        let at = self.grid.at(row, draft.column);
        let Reading { said, by } = draft.reading;
        let answer = said.answer;
        if !draft.answer_text.is_empty() {
            *self.answers.entry((draft.answer_text.clone(), answer, by.label())).or_default() += 1;
        }
        let resolved = match remark::ditto(&draft.remark) {
            None => draft.remark.clone(),
            Some((kind, tail)) => match self.referred(kind, &draft.answer_text, answer) {
                Some(referred) => remark::resolve(&referred, tail),
                None => {
                    self.cell_not_understood(place, row, draft.remark_column, "ditto that refers to nothing");
                    draft.remark.clone()
                }
            },
        };
        // What the vendor says beside the mark, or instead of one, is said as a remark is.
        let words =
            if answer == Answer::Unknown && !is_mark(&draft.answer_text) { &draft.answer_text } else { &said.tail };
        let remark_resolved = match (words.as_str(), resolved.as_str()) {
            ("", _) => resolved,
            (words, "") => words.to_owned(),
            (words, resolved) if resolved.contains(words) => resolved.to_owned(),
            (words, resolved) => remark::resolve(words, resolved),
        };
        self.items.push(Item {
            id,
            section: draft.section,
            answer,
            answer_text: draft.answer_text,
            concessions: concession::find(&remark_resolved, answer),
            urls: remark::urls(&[&draft.text, &remark_resolved]),
            text: draft.text,
            remark: draft.remark,
            remark_resolved,
            at,
        });
        self.places.push(place);
        self.kind(place, RowKind::Item);
    }

    /// Adds to the remark of the last item, which goes on in `row`.
    pub(super) fn go_on(&mut self, place: usize, more: &str) {
        if let Some(item) = self.items.last_mut() {
            for remark in [&mut item.remark, &mut item.remark_resolved] {
                if !remark.is_empty() {
                    remark.push('\n');
                }
                remark.push_str(more);
            }
            item.concessions = concession::find(&item.remark_resolved, item.answer);
            item.urls = remark::urls(&[&item.text, &item.remark_resolved]);
        }
        self.kind(place, RowKind::Continued);
    }

    /// What a ditto refers to.
    fn referred(&self, kind: Ditto, answer_text: &str, answer: Answer) -> Option<String> {
        match kind {
            Ditto::Above => self.items.iter().rev().find(|i| !i.remark.is_empty()).map(|i| i.remark_resolved.clone()),
            // Beside a mark there is nothing to refer to; beside a sentence, the sentence.
            Ditto::Beside => (answer == Answer::Unknown && !answer_text.is_empty()).then(|| answer_text.to_owned()),
        }
    }

    /// A heading above no item says nothing about any item, and may be a note.
    pub(super) fn empty_headings(&mut self) {
        let headings: Vec<(usize, RowKind)> = (0..)
            .zip(self.kinds.iter().copied())
            .filter(|(_, kind)| matches!(kind, RowKind::Section | RowKind::SubHeading))
            .collect();
        for (nth, (place, kind)) in headings.iter().enumerate() {
            let end = headings
                .iter()
                .skip(nth + 1)
                .find(|(_, next)| *kind == RowKind::SubHeading || *next == RowKind::Section)
                .map_or(usize::MAX, |(next, _)| *next);
            // A heading of the document ends where another of its depth begins.
            let depth = self.grid.rows.get(*place).and_then(|r| r.heading);
            let end = match depth {
                None => end,
                Some(depth) => {
                    let ends = |r: &Row| r.heading.is_some_and(|other| other <= depth);
                    let next = self.grid.rows.iter().skip(place + 1).position(ends);
                    next.map_or(usize::MAX, |n| place + 1 + n)
                }
            };
            let has_items = self.places.iter().any(|item| item > place && *item < end);
            if !has_items && let Some(row) = self.grid.rows.get(*place) {
                self.not_understood(*place, row, "heading without items");
            }
        }
    }

    /// How answers were understood, the most frequent first.
    pub(super) fn marks(&self) -> Vec<AnswerLayout> {
        // Sentences are shown as answers of their items; the list is of marks. In characters.
        let mut marks: Vec<AnswerLayout> = self
            .answers
            .iter()
            .map(|((text, answer, by), count)| AnswerLayout {
                text: text.clone(),
                answer: *answer,
                count: *count,
                by: (*by).to_owned(),
            })
            .collect();
        marks.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        marks
    }
}

/// Whether an answer is a mark or a figure, which says nothing in words.
fn is_mark(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic) || text.chars().count() < 3
}
