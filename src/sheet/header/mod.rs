//! The rows that name the columns, and which column is what.

mod columns;
mod words;

use std::collections::BTreeMap;

use super::grid::{Grid, Row, bare};

pub(crate) use columns::{Answers, Choice, Columns, settle};
pub(crate) use words::{choice, classify, is_short, name};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Number,
    Section,
    Text,
    Answer,
    Remark,
    /// Known, and nothing that an item says: an example, a unit, a person, a date.
    Aside,
}

impl Role {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Role::Number => "number",
            Role::Section => "section",
            Role::Text => "text",
            Role::Answer => "answer",
            Role::Remark => "remark",
            Role::Aside => "aside",
        }
    }
}

/// A column by its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) column: usize,
    pub(crate) role: Role,
    /// How surely; smaller is better, below 100 it is the word itself.
    pub(crate) rank: usize,
}

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Header {
    /// Places of its rows in the grid, in order.
    pub(crate) places: Vec<usize>,
    /// What stands over each column, the group's name first.
    pub(crate) cells: BTreeMap<usize, String>,
    /// Columns with a role.
    pub(crate) named: Vec<Named>,
    /// The first column that this program added when it filled the sheet.
    pub(crate) own: Option<usize>,
    /// Columns that a mark goes into, and the answer that it then means.
    pub(crate) choices: Vec<Choice>,
    /// Columns that the spreadsheet program does not show, from and to.
    pub(crate) hidden: Vec<(usize, usize)>,
}

impl Header {
    /// Whether a column is shown to those who read the sheet.
    fn shows(&self, column: usize) -> bool {
        !self.hidden.iter().any(|(from, to)| (*from..=*to).contains(&column))
    }

    /// Whether a row has several cells, those left out that this program added.
    pub(crate) fn has_several(&self, row: &Row) -> bool {
        row.cells.range(..self.own.unwrap_or(usize::MAX)).nth(1).is_some()
    }

    fn has(&self, role: Role) -> bool {
        self.named.iter().any(|n| n.role == role)
    }

    /// Roles that are named, of those that items are made of.
    fn weight(&self) -> usize {
        let roles = [Role::Number, Role::Section, Role::Text, Role::Answer, Role::Remark];
        let choices = usize::from(!self.has(Role::Answer) && self.choices.len() > 1);
        roles.iter().filter(|role| self.has(**role)).count() + choices
    }

    /// Whether it names what a check sheet has: what is asked, and a place for what is said to it.
    fn fits(&self) -> bool {
        self.has(Role::Text) && (self.has(Role::Answer) || self.has(Role::Remark) || self.choices.len() > 1)
    }

    /// Whether it names numbers and texts, as a list of measures without a place for an answer does.
    fn lists(&self) -> bool {
        let exact = |role| self.named.iter().any(|n| n.role == role && n.rank < 100);
        exact(Role::Number) && exact(Role::Text)
    }
}

/// The columns that this program adds when it fills a sheet begin here: they are no part of what is claimed.
fn own_from(row: &Row) -> usize {
    let verdict = |c: &str| matches!(name(c).as_str(), "判定" | "verdict");
    let next = |c: &str| matches!(name(c).as_str(), "理由" | "reason" | "回答との一致" | "agreement");
    let begins = |column: &&usize| verdict(row.get(**column)) && next(row.get(**column + 1));
    row.cells.keys().find(begins).copied().unwrap_or(usize::MAX)
}

/// The header that stands in one row, and in the rows above and below it that belong to it.
fn header_at(grid: &Grid, place: usize, with_neighbours: bool) -> Option<Header> {
    let row = grid.rows.get(place)?;
    let own = own_from(row);
    let (above, below) = if with_neighbours {
        // A row that names all by itself has groups above it only where cells are merged; else a legend stands there.
        let alone = header_at(grid, place, false).is_some_and(|h| h.fits() && h.weight() > 2);
        let spans = |p: &usize| {
            let line = grid.rows.get(*p).map_or(0, |r| r.line);
            grid.merges.iter().any(|m| m.lines.0 <= line && line <= m.lines.1 && m.columns.0 < m.columns.1)
        };
        let above = place.checked_sub(1).filter(|p| (!alone || spans(p)) && groups(grid, *p, place));
        let below_alone = header_at(grid, place + 1, false).is_some_and(|h| h.fits() && h.weight() > 2);
        (above, Some(place + 1).filter(|p| (!below_alone || spans(&place)) && groups(grid, place, *p)))
    } else {
        (None, None)
    };
    let places: Vec<usize> = [above, Some(place), below].into_iter().flatten().collect();
    let mut header = Header {
        places: places.clone(),
        own: Some(own).filter(|o| *o < usize::MAX),
        hidden: grid.hidden_columns.clone(),
        ..Header::default()
    };
    let mut columns: Vec<usize> =
        places.iter().filter_map(|p| grid.rows.get(*p)).flat_map(|r| r.cells.keys().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        let mut layers: Vec<&str> = Vec::new();
        for (nth, place) in places.iter().enumerate() {
            let Some(row) = grid.rows.get(*place) else { continue };
            let cell = row.get(column);
            let last = nth + 1 == places.len();
            if !cell.is_empty() {
                layers.push(cell);
            } else if !last
                && let Some(group) = group_over(grid, row, column)
                && places.get(nth + 1).and_then(|p| grid.rows.get(*p)).is_some_and(|r| !r.get(column).is_empty())
            {
                layers.push(group);
            }
        }
        layers.dedup();
        header.cells.insert(column, layers.iter().map(|l| name_as_written(l)).collect::<Vec<_>>().join(" / "));
        if column >= own {
            continue;
        }
        let Some((last, groups)) = layers.split_last() else { continue };
        let group = groups.iter().rev().find_map(|g| classify(g));
        if let Some(answer) = choice(last)
            && (classify(last).is_none_or(|(role, rank)| role == Role::Answer && rank > 20)
                || group.is_some()
                || beside_another_choice(grid, &places, column, answer))
        {
            header.choices.push(Choice { column, answer, word: name_as_written(last) });
            continue;
        }
        let said = match (classify(last), group) {
            // 回答 over 内容: what is said, not what is asked.
            (Some((Role::Text, rank)), Some((Role::Answer | Role::Remark, _))) => Some((Role::Remark, rank)),
            (Some(found), _) => Some(found),
            // 回答 over A社: an answer column of several.
            (None, Some((role, rank))) => Some((role, rank.max(150))),
            (None, None) => None,
        };
        if let Some((role, rank)) = said {
            header.named.push(Named { column, role, rank });
        }
    }
    // One column with はい over it is no choice; it may be an answer.
    let distinct: std::collections::BTreeSet<_> = header.choices.iter().map(|c| c.answer).collect();
    if distinct.len() < 2 {
        for single in header.choices.drain(..) {
            if let Some((role, rank)) = grid.rows.get(place).and_then(|r| classify(r.get(single.column))) {
                header.named.push(Named { column: single.column, role, rank });
            }
        }
        header.named.sort_by_key(|n| n.column);
    }
    let texts: Vec<String> = header.cells.values().cloned().collect();
    (!words::tells_history(&texts)).then_some(header)
}

/// Whether the column beside this one stands for another answer: `No` beside `Yes` is no number.
fn beside_another_choice(grid: &Grid, places: &[usize], column: usize, answer: crate::model::Answer) -> bool {
    let last = |column: usize| {
        let cells = places.iter().rev().filter_map(|p| grid.rows.get(*p)).map(|r| r.get(column));
        cells.into_iter().find(|c| !c.is_empty()).and_then(choice)
    };
    [column.checked_sub(1), Some(column + 1)].into_iter().flatten().any(|c| last(c).is_some_and(|a| a != answer))
}

/// A header cell on one line.
fn name_as_written(cell: &str) -> String {
    bare(cell).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The group cell of `row` that spans `column`: by a merge, or by the blanks that a merge leaves where a format has none.
fn group_over<'g>(grid: &Grid, row: &'g Row, column: usize) -> Option<&'g str> {
    let merged = grid
        .merges
        .iter()
        .find(|m| m.lines.0 <= row.line && row.line <= m.lines.1 && m.columns.0 <= column && column <= m.columns.1);
    if let Some(merge) = merged {
        return Some(row.get(merge.columns.0)).filter(|c| !c.is_empty());
    }
    let spans = grid.merges.iter().any(|m| m.lines.0 <= row.line && row.line <= m.lines.1 && m.columns.0 < m.columns.1);
    let (_, cell) = row.cells.range(..column).next_back()?;
    (!spans).then(|| bare(cell))
}

/// Whether the row at `upper` groups columns that the row at `lower` names: each cell of the lower row stands below a gap of
/// the upper one, or below the cell that begins a group.
fn groups(grid: &Grid, upper: usize, lower: usize) -> bool {
    let (Some(up), Some(low)) = (grid.rows.get(upper), grid.rows.get(lower)) else { return false };
    let own = own_from(up);
    let figure = |c: &str| c.len() < 4 && c.bytes().all(|b| b.is_ascii_digit());
    let short = |row: &Row| row.cells.values().all(|c| is_short(&name(c)) && !figure(bare(c)));
    if up.cells.len() < 2 || low.cells.len() < 2 || !short(up) || !short(low) || low.line > up.line + 1 {
        return false;
    }
    let below_group = |column: usize| {
        let gap = up.get(column).is_empty() && group_over(grid, up, column).is_some();
        let begins = !up.get(column).is_empty()
            && up.get(column + 1).is_empty()
            && !low.get(column + 1).is_empty()
            && group_over(grid, up, column + 1) == Some(up.get(column));
        (gap, begins)
    };
    let any_group = low.cells.range(..own).any(|(c, _)| below_group(*c).1);
    let spoken = |row: &Row| row.cells.values().filter(|c| classify(c).is_some() || choice(c).is_some()).count();
    // Below the group cells everything is named by the upper row alone.
    let fits = low.cells.range(..own).all(|(c, _)| {
        let (gap, begins) = below_group(*c);
        gap || begins
    });
    any_group && fits && spoken(up) > 0 && (spoken(up) + spoken(low)) * 2 >= up.cells.len().min(low.cells.len())
}

/// Whether a row of the table names the columns of a list of changes to the document.
pub(crate) fn lists_changes(grid: &Grid) -> bool {
    let several = grid.rows.iter().filter(|r| r.cells.len() > 1);
    several.take(5).any(|r| words::tells_history(&r.cells.values().cloned().collect::<Vec<_>>()))
}

/// The best header of the rows from `from` on: the one that names the most, the first of them.
pub(crate) fn find(grid: &Grid, from: usize) -> Option<Header> {
    let mut best: Option<Header> = None;
    for place in from..grid.rows.len() {
        if !may_name(grid, place) {
            continue;
        }
        let Some(header) = header_at(grid, place, true) else { continue };
        let good = header.fits() || (header.lists() && lists_items(grid, &header));
        if good && best.as_ref().is_none_or(|b| b.weight() < header.weight()) {
            best = Some(header);
        }
    }
    best
}

/// A quick look before the thorough one: two cells that name something.
fn may_name(grid: &Grid, place: usize) -> bool {
    let Some(row) = grid.rows.get(place) else { return false };
    row.cells.len() > 1
        && row
            .cells
            .values()
            .filter(|c| c.len() <= 400)
            .any(|c| classify(c).is_some_and(|(role, _)| role == Role::Text))
}

/// Whether numbered texts stand below a header that has no place for answers.
fn lists_items(grid: &Grid, header: &Header) -> bool {
    let Some(last) = header.places.last() else { return false };
    let column = |role| header.named.iter().filter(|n| n.role == role).min_by_key(|n| n.rank).map(|n| n.column);
    let (Some(number), Some(text)) = (column(Role::Number), column(Role::Text)) else { return false };
    let below = grid.rows.iter().skip(last + 1).filter(|r| r.cells.len() > 1);
    let numbered = below.filter(|r| super::number::item(r.get(number)).is_some() && !r.get(text).is_empty());
    numbered.count() > 1
}

/// The header at a given place, whatever it names.
pub(crate) fn at(grid: &Grid, place: usize) -> Option<Header> {
    header_at(grid, place, true)
}

/// Another header below the first, for another table in the same worksheet: it names as much, and not the same columns.
pub(crate) fn begins_another(grid: &Grid, place: usize, current: &Header) -> Option<Header> {
    if !may_name(grid, place) {
        return None;
    }
    let header = header_at(grid, place, true)?;
    let same = header.named == current.named && header.choices == current.choices;
    let exact = header.named.iter().filter(|n| n.rank < 100 && n.role != Role::Aside).count();
    let whole = grid.rows.get(place).is_some_and(|row| {
        let said = row.cells.values().filter(|c| classify(c).is_some() || choice(c).is_some()).count();
        said == row.cells.len()
    });
    (header.fits() && header.weight() >= 3 && exact >= 2 && whole && !same && header.places.first() == Some(&place))
        .then_some(header)
}

/// Whether the row at `place` says again what the header says.
pub(crate) fn repeats(grid: &Grid, place: usize, header: &Header) -> bool {
    let Some(row) = grid.rows.get(place) else { return false };
    header.places.iter().filter_map(|p| grid.rows.get(*p)).any(|h| {
        let same = |(column, cell): (&usize, &String)| name(cell) == name(h.get(*column));
        row.cells.len() > 1 && row.cells.iter().all(same) && row.cells.len() * 2 > h.cells.len()
    })
}

#[cfg(test)]
mod tests;
