//! What marks mean in one table: as usual, as the sheet's legend says, or as the project file says.

use std::collections::BTreeMap;

use super::{Said, lookup, plain, say};
use crate::model::Answer;

/// Who says what a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Usual,
    Legend,
    Project,
}

impl Meaning {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Meaning::Usual => "usual",
            Meaning::Legend => "legend",
            Meaning::Project => "project",
        }
    }
}

/// An answer as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) said: Said,
    pub(crate) by: Meaning,
}

/// The marks of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    legend: BTreeMap<String, Answer>,
    project: BTreeMap<String, Answer>,
    /// Answers are 1 and 0.
    binary: bool,
    /// All boxes of the table are empty: it was not filled in.
    blank_boxes: bool,
}

impl Table {
    /// The marks of a table with this legend, whose answers are `cells`. `project` goes before all.
    pub(crate) fn new<'c>(
        legend: impl IntoIterator<Item = (String, Answer)>,
        project: &BTreeMap<String, Answer>,
        cells: impl IntoIterator<Item = &'c str>,
    ) -> Self {
        let cells: Vec<String> = cells.into_iter().map(plain).filter(|c| !c.is_empty()).collect();
        let has = |mark: &str| cells.iter().any(|c| c == mark);
        Table {
            legend: legend.into_iter().collect(),
            project: project.iter().map(|(mark, answer)| (plain(mark), *answer)).collect(),
            binary: has("1") && has("0") && cells.iter().all(|c| c == "1" || c == "0"),
            blank_boxes: !cells.is_empty() && cells.iter().all(|c| matches!(c.as_str(), "□" | "☐" | "◻")),
        }
    }

    fn known(&self, word: &str) -> Option<Answer> {
        if let Some(answer) = self.project.get(word).or_else(|| self.legend.get(word)) {
            return Some(*answer);
        }
        match word {
            "1" if self.binary => Some(Answer::Yes),
            "0" if self.binary => Some(Answer::No),
            "□" | "☐" | "◻" if self.blank_boxes => Some(Answer::Unknown),
            _ => lookup(word),
        }
    }

    /// Understands an answer of this table.
    pub(crate) fn read(&self, text: &str) -> Reading {
        let whole = plain(text);
        if let Some(answer) = self.project.get(&whole) {
            let said = Said { answer: *answer, tail: String::new() };
            return Reading { said, by: Meaning::Project };
        }
        let said = say(text, &|word| self.known(word));
        let begins = |marks: &BTreeMap<String, Answer>| marks.keys().any(|mark| whole.starts_with(mark.as_str()));
        let by = if said.answer == super::understand(text) {
            Meaning::Usual
        } else if begins(&self.project) {
            Meaning::Project
        } else if begins(&self.legend) {
            Meaning::Legend
        } else {
            Meaning::Usual
        };
        Reading { said, by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &Table, text: &str) -> Answer {
        table.read(text).said.answer
    }

    #[test]
    fn the_sheets_own_meaning_goes_before_the_usual_one() {
        let legend = [("○".to_owned(), Answer::Partial), ("×".to_owned(), Answer::Unknown)];
        let table = Table::new(legend, &BTreeMap::new(), ["○"]);
        assert_eq!(read(&table, "○"), Answer::Partial);
        assert_eq!(read(&table, "○（本番）"), Answer::Partial);
        assert_eq!(read(&table, "×"), Answer::Unknown);
        assert_eq!(read(&table, "はい"), Answer::Yes);
        assert_eq!(table.read("○").by, Meaning::Legend);
        let project = BTreeMap::from([("○".to_owned(), Answer::No), ("Ｓ".to_owned(), Answer::Yes)]);
        let table = Table::new([("○".to_owned(), Answer::Partial)], &project, ["○"]);
        assert_eq!((read(&table, "○"), read(&table, "S")), (Answer::No, Answer::Yes));
    }

    #[test]
    fn figures_are_answers_only_where_the_column_tells() {
        let of = |cells: &[&str], text: &str| read(&Table::new([], &BTreeMap::new(), cells.iter().copied()), text);
        assert_eq!(of(&["1", "0", ""], "1"), Answer::Yes);
        assert_eq!(of(&["1", "0"], "0"), Answer::No);
        assert_eq!(of(&["1", "1"], "1"), Answer::Unknown);
        assert_eq!(of(&["1", "0", "3"], "0"), Answer::Unknown);
        assert_eq!(of(&["□", "□"], "□"), Answer::Unknown);
        assert_eq!(of(&["□", "☑"], "□"), Answer::No);
    }
}
