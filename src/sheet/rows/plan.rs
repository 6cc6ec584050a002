//! How a table is to be read: found in it, or said by the project file.

use std::collections::BTreeMap;

use crate::model::{Answer, TableCorrection};

use super::super::grid::{Grid, Row, column_letters};
use super::super::header::{self, Answers, Columns, Header};
use super::super::{SheetError, answer, number};
use super::lines;

/// A part of a table with one header.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) header: Header,
    /// Places of its rows in the grid, from and to, the header's included; what stands before the header is preamble.
    pub(super) rows: (usize, usize),
    /// Place of the first row that may be an item.
    pub(super) first: usize,
    pub(super) columns: Columns,
    pub(super) notes: Vec<String>,
}

/// What a table is.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// Each item is a row.
    Rows(Vec<Plan>),
    /// Questions with choices, or labelled answers, below them.
    Lines,
    /// No check sheet, and why.
    No(&'static str),
}

/// What the project file says of one table.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) correction: TableCorrection,
    /// It names this table, or the file has only this one.
    pub(super) surely: bool,
}

/// Finds how the table called `at` is to be read.
pub(super) fn find(file: &str, at: &str, grid: &Grid, said: &Said) -> Result<Form, SheetError> {
    let correction = &said.correction;
    if correction.read == Some(false) {
        return Ok(Form::No("not read, as the project file says"));
    }
    if grid.rows.iter().all(Row::is_blank) {
        return Ok(Form::No("empty"));
    }
    let header = match correction.header_row {
        None => header::find(grid, 0),
        Some(0) => None,
        Some(line) => {
            let place = grid.rows.iter().position(|r| r.line == line);
            match place.and_then(|p| header::at(grid, p)) {
                Some(header) => Some(header),
                None if !said.surely => header::find(grid, 0),
                None => {
                    let last = grid.rows.last().map_or(0, |r| r.line);
                    return Err(SheetError::Correction {
                        file: file.to_owned(),
                        at: at.to_owned(),
                        expected: "header_row to be a row that holds something".to_owned(),
                        found: format!("row {line}"),
                        mend: format!("take the number of a row up to {last}, or 0 where the table has no header"),
                    });
                }
            }
        }
    };
    let columns_said = !correction.columns.is_empty();
    if let Some(header) = header {
        let mut plans = parts(grid, header, columns_said);
        for plan in &mut plans {
            correct(file, at, grid, plan, said)?;
        }
        if !columns_said && plans.len() == 1 && plans.iter().all(|plan| is_legend(grid, plan)) {
            return Ok(Form::No(LEGEND));
        }
        return Ok(Form::Rows(plans));
    }
    if columns_said {
        let mut plan = Plan { rows: (0, grid.rows.len()), ..Plan::default() };
        correct(file, at, grid, &mut plan, said)?;
        if !plan.columns.text.is_empty() {
            return Ok(Form::Rows(vec![plan]));
        }
    }
    if header::lists_changes(grid) {
        return Ok(Form::No("a list of changes to the document"));
    }
    let plain = plain(grid);
    if plain.is_none() && lines::fits(grid) {
        return Ok(Form::Lines);
    }
    let Some((first, columns)) = plain.or_else(|| by_values(grid)) else {
        return Ok(Form::No("no header with words such as 確認事項 and 回答, and no column of answers"));
    };
    let notes = vec!["no header: columns are told by what they hold".to_owned()];
    let plan = Plan { rows: (0, grid.rows.len()), first, columns, notes, ..Plan::default() };
    Ok(if is_legend(grid, &plan) { Form::No(LEGEND) } else { Form::Rows(vec![plan]) })
}

/// Why a page of marks and their meanings gives no items.
const LEGEND: &str = "it tells what the marks mean";

/// Whether the rows say what marks mean: each answer once, and beside it the same answer in words.
fn is_legend(grid: &Grid, plan: &Plan) -> bool {
    let (Answers::One(column), [text]) = (&plan.columns.answer, plan.columns.text.as_slice()) else { return false };
    let body = grid.rows.iter().take(plan.rows.1).skip(plan.first);
    let pairs: Vec<(&str, &str)> = body
        .map(|r| (r.get(*column), r.get(*text)))
        .filter(|(mark, text)| !mark.is_empty() && !text.is_empty())
        .collect();
    let marks: std::collections::BTreeSet<&str> = pairs.iter().map(|(mark, _)| *mark).collect();
    let told = |(mark, text): &(&str, &str)| {
        let known = answer::understand(mark);
        known != Answer::Unknown
            && answer::legends([format!("{mark}：{text}").as_str()]).iter().any(|(_, a)| *a == known)
    };
    pairs.len() > 1 && marks.len() == pairs.len() && pairs.iter().all(told)
}

/// The parts of a table whose first header is `header`: below it, others may begin.
fn parts(grid: &Grid, header: Header, only_one: bool) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut current = header;
    let mut start = 0;
    loop {
        let first = current.places.last().map_or(0, |p| p + 1);
        let another = (first..grid.rows.len())
            .filter(|_| !only_one)
            .find_map(|place| header::begins_another(grid, place, &current).map(|h| (place, h)));
        let end = another.as_ref().map_or(grid.rows.len(), |(place, _)| *place);
        let (columns, notes) = header::settle(&current, grid.rows.get(first..end).unwrap_or_default());
        plans.push(Plan { header: current, rows: (start, end), first, columns, notes });
        match another {
            Some((place, header)) => {
                start = place;
                current = header;
            }
            None => return plans,
        }
    }
}

/// The plain layout without a header: number, text, an answer that is known, remark.
fn plain(grid: &Grid) -> Option<(usize, Columns)> {
    let fits = |row: &Row| {
        number::item(row.get(0)).is_some()
            && !row.get(1).is_empty()
            && answer::box_at_start(row.get(0)).is_none()
            && answer::understand(row.get(2)) != Answer::Unknown
    };
    let at = grid.rows.iter().position(fits)?;
    // A header in words that are not known stands above the answers.
    let names = |row: &Row| {
        !row.get(0).is_empty() && number::item(row.get(0)).is_none() && !row.get(1).is_empty() && !row.get(2).is_empty()
    };
    let first = grid.rows.iter().take(at).position(names).map_or(0, |p| p + 1);
    let columns =
        Columns { number: vec![0], text: vec![1], answer: Answers::One(2), remark: vec![3], ..Columns::default() };
    Some((first, columns))
}

/// Columns by what they hold, where there is no header: the one of answers, and the one of texts beside it.
fn by_values(grid: &Grid) -> Option<(usize, Columns)> {
    let rows: Vec<&Row> = grid.rows.iter().filter(|r| r.cells.len() > 1).collect();
    let filled = |column: usize| rows.iter().filter(|r| !r.get(column).is_empty()).count();
    let bare = |cell: &str| answer::lookup(&answer::plain(cell)).is_some();
    let understood = |column: usize| rows.iter().filter(|r| bare(r.get(column))).count();
    // Sheets have few columns; further ones are not searched.
    let answer = (0..16).find(|c| understood(*c) > 1 && understood(*c) * 5 >= filled(*c) * 4)?;
    let length = |column: usize| {
        let characters: usize = rows.iter().map(|r| r.get(column).chars().count()).sum();
        characters / filled(column).max(1)
    };
    // A text is a few words at least; in characters.
    let texts = |columns: std::ops::Range<usize>| {
        columns.filter(|c| length(*c) >= 4 && filled(*c) * 2 > understood(answer)).max_by_key(|c| length(*c))
    };
    let text = texts(0..answer).or_else(|| texts(answer + 1..answer + 2))?;
    let remark = answer.max(text) + 1;
    let numbers = |c: &usize| rows.iter().filter(|r| number::item(r.get(*c)).is_some()).count() > 1;
    let number: Vec<usize> = (0..text).filter(|c| *c != answer).find(numbers).into_iter().collect();
    // A header in words that are not known stands above the answers.
    let first = grid.rows.iter().position(|r| bare(r.get(answer)))?;
    let above = grid.rows.iter().take(first).rposition(|r| !r.get(answer).is_empty()).map_or(0, |p| p + 1);
    let columns =
        Columns { number, text: vec![text], answer: Answers::One(answer), remark: vec![remark], ..Columns::default() };
    Some((above, columns))
}

/// Puts the columns that the project file names in place of those that were found.
fn correct(file: &str, at: &str, grid: &Grid, plan: &mut Plan, said: &Said) -> Result<(), SheetError> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (role, words) in &said.correction.columns {
        let mut columns = Vec::new();
        for word in words {
            match column(plan, word) {
                Some(column) => columns.push(column),
                None if !said.surely => return Ok(()),
                None => {
                    let headers: Vec<String> =
                        plan.header.cells.iter().map(|(c, h)| format!("{} {h}", column_letters(*c))).collect();
                    let width = grid.rows.iter().filter_map(|r| r.cells.keys().next_back()).max().map_or(0, |c| c + 1);
                    let known = if headers.is_empty() {
                        format!("the table has no header, and {width} columns")
                    } else {
                        format!("the table has {}", headers.join(", "))
                    };
                    return Err(SheetError::Correction {
                        file: file.to_owned(),
                        at: at.to_owned(),
                        expected: format!("a column for {role}, by letter, number or header"),
                        found: format!("`{word}`"),
                        mend: known,
                    });
                }
            }
        }
        named.insert(role, columns);
    }
    let taken: Vec<usize> = named.values().flatten().copied().collect();
    let columns = &mut plan.columns;
    for list in [&mut columns.number, &mut columns.section, &mut columns.text, &mut columns.remark] {
        list.retain(|c| !taken.contains(c));
    }
    match &mut columns.answer {
        Answers::One(column) if taken.contains(column) => columns.answer = Answers::None,
        Answers::Choices(choices) => choices.retain(|c| !taken.contains(&c.column)),
        Answers::One(_) | Answers::None => {}
    }
    if let Some(list) = named.get("number") {
        columns.number.clone_from(list);
    }
    if let Some(list) = named.get("section") {
        columns.section.clone_from(list);
    }
    if let Some(list) = named.get("text") {
        columns.text.clone_from(list);
        columns.carried.retain(|c| list.contains(c));
        if columns.number.len() > 1 && list.len() > 1 {
            columns.carried.extend(list.first());
        }
    }
    if let Some(list) = named.get("remark") {
        columns.remark.clone_from(list);
    }
    if let Some(list) = named.get("answer") {
        let choices: Vec<header::Choice> =
            plan.header.choices.iter().filter(|c| list.contains(&c.column)).cloned().collect();
        columns.answer = match list.as_slice() {
            [] => Answers::None,
            [one] => Answers::One(*one),
            _ if choices.len() == list.len() => Answers::Choices(choices),
            _ => {
                return Err(SheetError::Correction {
                    file: file.to_owned(),
                    at: at.to_owned(),
                    expected: "one column for answer, or several whose headers are answers (はい, いいえ)".to_owned(),
                    found: format!("{} columns", list.len()),
                    mend: "name the one that holds the answers to check".to_owned(),
                });
            }
        };
        plan.notes.clear();
    }
    Ok(())
}

/// The column that `word` names: a header, a letter, or a number from 1.
fn column(plan: &Plan, word: &str) -> Option<usize> {
    let wanted = header::name(word);
    let says = |cell: &str| header::name(cell) == wanted || cell.split(" / ").any(|part| header::name(part) == wanted);
    if let Some((column, _)) = plan.header.cells.iter().find(|(_, cell)| says(cell)) {
        return Some(*column);
    }
    if word.bytes().all(|b| b.is_ascii_uppercase()) {
        return super::super::grid::parse_reference(&format!("{word}1")).map(|(column, _)| column);
    }
    word.parse::<usize>().ok().and_then(|n| n.checked_sub(1))
}
