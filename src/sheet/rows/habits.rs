//! How a table writes things, and what its merged cells show.

use std::collections::{BTreeSet, HashMap};

use super::super::answer::{self, Mark};
use super::super::grid::{Grid, Row};
use super::super::header::Answers;
use super::super::number;
use super::plan::Plan;

/// Cells of a grid, with what merged cells above hold.
pub(super) struct View<'g> {
    pub(super) grid: &'g Grid,
    /// Place and column → place of the row that the cell is merged with.
    pub(super) merged: HashMap<(usize, usize), usize>,
}

impl<'g> View<'g> {
    pub(super) fn new(grid: &'g Grid, first: usize) -> Self {
        let mut merged = HashMap::new();
        for merge in grid.merges.iter().filter(|m| m.lines.0 < m.lines.1) {
            let from = grid.rows.partition_point(|r| r.line < merge.lines.0);
            let to = grid.rows.partition_point(|r| r.line <= merge.lines.1);
            for place in from.max(first) + 1..to {
                merged.insert((place, merge.columns.0), from);
            }
        }
        View { grid, merged }
    }

    pub(super) fn own(&self, place: usize, column: usize) -> &'g str {
        self.grid.rows.get(place).map_or("", |r| r.get(column))
    }

    /// What the cell shows: its own, or that of the cells it is merged with.
    pub(super) fn get(&self, place: usize, column: usize) -> &'g str {
        let own = self.own(place, column);
        match self.merged.get(&(place, column)) {
            Some(from) if own.is_empty() => self.own(*from, column),
            _ => own,
        }
    }
}

/// How this table writes things.
pub(super) struct Habits {
    /// `1.` is an item's number here, not a section's.
    pub(super) dotted_items: bool,
    /// Headings stand on lines without any separator here. Where they have separators, as all rows do, a line without any
    /// is no heading but the rest of a broken line, and would shift the ids of what follows.
    pub(super) narrow_headings: bool,
    /// Most rows with a text have a number.
    pub(super) numbered: bool,
    /// Numbers start again with each category.
    pub(super) by_category: bool,
    /// `(1)` stands below `1` in one column.
    pub(super) bracketed_below: bool,
    /// Columns of marks are ticked with a cross.
    pub(super) crosses_tick: bool,
}

pub(super) fn is_bracketed(cell: &str) -> bool {
    cell.starts_with(['(', '（', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨', '⑩', '⑪', '⑫', '⑬', '⑭', '⑮'])
}

impl Habits {
    pub(super) fn of(view: &View<'_>, plan: &Plan) -> Self {
        let rows: Vec<(usize, &Row)> =
            view.grid.rows.iter().enumerate().filter(|(p, _)| (plan.first..plan.rows.1).contains(p)).collect();
        let all = || view.grid.rows.iter().enumerate().filter(|(p, _)| (plan.rows.0..plan.rows.1).contains(p));
        let columns = &plan.columns;
        let answer_columns = answer_columns(&columns.answer);
        let number_of = |place: usize| columns.number.last().map_or("", |c| view.own(place, *c));
        let answered =
            |place: usize| answer_columns.iter().chain(&columns.remark).any(|c| !view.own(place, *c).is_empty());
        let dotted = |place: usize| number::is_dotted(number_of(place));
        let texts = rows
            .iter()
            .filter(|(p, r)| plan.header.has_several(r) && columns.text.iter().any(|c| !view.own(*p, *c).is_empty()));
        let (mut with, mut without) = (0, 0);
        for (place, _) in texts {
            let numbered = columns.number.iter().any(|c| !view.get(*place, *c).is_empty());
            if numbered { with += 1 } else { without += 1 }
        }
        let style = |bracketed: bool| {
            rows.iter().any(|(p, _)| {
                let cell = number_of(*p);
                number::item(cell).is_some() && is_bracketed(cell) == bracketed
            })
        };
        let marks = |wanted: Mark| match &columns.answer {
            Answers::Choices(choices) => {
                rows.iter().any(|(p, _)| choices.iter().any(|c| answer::mark(view.own(*p, c.column)) == wanted))
            }
            _ => false,
        };
        Habits {
            dotted_items: all().any(|(p, _)| dotted(p) && answered(p))
                || !all().any(|(p, _)| !dotted(p) && answered(p)),
            narrow_headings: all().any(|(_, row)| {
                row.width == 1 && row.single().is_some_and(|(_, cell)| number::heading(cell).is_some())
            }),
            numbered: with >= without,
            by_category: by_category(view, plan, &rows),
            bracketed_below: style(true) && style(false),
            crosses_tick: !marks(Mark::Ticked),
        }
    }
}

/// Whether numbers that come again stand under different categories, each once.
fn by_category(view: &View<'_>, plan: &Plan, rows: &[(usize, &Row)]) -> bool {
    let (Some(section), [number]) = (plan.columns.section.first(), plan.columns.number.as_slice()) else {
        return false;
    };
    let (mut numbers, mut pairs, mut count) = (BTreeSet::new(), BTreeSet::new(), 0);
    let mut category = "";
    for (place, row) in rows.iter().filter(|(_, r)| plan.header.has_several(r)) {
        let cell = view.get(*place, *section);
        if !cell.is_empty() {
            category = cell;
        }
        if let Some(number) = number::item(row.get(*number)) {
            numbers.insert(number.clone());
            pairs.insert((category, number));
            count += 1;
        }
    }
    numbers.len() < count && pairs.len() == count
}

pub(super) fn answer_columns(answers: &Answers) -> Vec<usize> {
    match answers {
        Answers::None => Vec::new(),
        Answers::One(column) => vec![*column],
        Answers::Choices(choices) => choices.iter().map(|c| c.column).collect(),
    }
}
