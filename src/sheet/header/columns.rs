//! Which column an item's parts are taken from, by the header and by what stands below it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::grid::{Row, column_letters};
use super::super::{answer, number};
use super::{Header, Named, Role, is_short, name};
use crate::model::Answer;

/// A column that a mark goes into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) column: usize,
    /// What a mark in it means.
    pub(crate) answer: Answer,
    /// What its header says.
    pub(crate) word: String,
}

/// Where answers stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Answers {
    #[default]
    None,
    One(usize),
    Choices(Vec<Choice>),
}

/// The columns that items are read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    /// The number; before the last, those that are carried down to the rows below them (Ⅲ.1.1, then a, b).
    pub(crate) number: Vec<usize>,
    /// Categories, the outermost first.
    pub(crate) section: Vec<usize>,
    /// What is asked, in the order in which it is joined.
    pub(crate) text: Vec<usize>,
    /// Of `text`, those whose cell holds for the rows below it too, as their number does.
    pub(crate) carried: BTreeSet<usize>,
    pub(crate) answer: Answers,
    pub(crate) remark: Vec<usize>,
}

impl Columns {
    /// All that are read, with their role's label.
    pub(crate) fn roles(&self) -> Vec<(usize, String)> {
        let mut roles: Vec<(usize, String)> = Vec::new();
        for (role, columns) in [
            (Role::Number, &self.number),
            (Role::Section, &self.section),
            (Role::Text, &self.text),
            (Role::Remark, &self.remark),
        ] {
            roles.extend(columns.iter().map(|c| (*c, role.label().to_owned())));
        }
        match &self.answer {
            Answers::None => {}
            Answers::One(column) => roles.push((*column, Role::Answer.label().to_owned())),
            Answers::Choices(choices) => roles.extend(choices.iter().map(|c| {
                let kind = match c.answer {
                    Answer::Yes => "choice yes",
                    Answer::No => "choice no",
                    Answer::Partial => "choice partial",
                    Answer::Na => "choice na",
                    Answer::Unknown => "choice unknown",
                };
                (c.column, kind.to_owned())
            })),
        }
        roles.sort();
        roles
    }

    pub(crate) fn reads(&self, column: usize) -> bool {
        self.roles().iter().any(|(c, _)| *c == column)
    }

    /// The column of the text that the item is named by.
    pub(crate) fn main_text(&self) -> usize {
        self.text.last().copied().unwrap_or(0)
    }

    /// The first column of each role and of its further ones: `text`, `text.2`.
    pub(crate) fn by_role(&self) -> BTreeMap<String, usize> {
        let mut map = BTreeMap::new();
        let mut add = |role: &str, columns: &[usize]| {
            for (nth, column) in columns.iter().enumerate() {
                let key = if nth == 0 { role.to_owned() } else { format!("{role}.{}", nth + 1) };
                map.insert(key, *column);
            }
        };
        // The last number is the row's own, and the last text the one that every row has.
        let turned = |columns: &[usize]| columns.iter().rev().copied().collect::<Vec<_>>();
        add("number", &turned(&self.number));
        add("section", &self.section);
        add("text", &turned(&self.text));
        add("remark", &self.remark);
        match &self.answer {
            Answers::None => {}
            Answers::One(column) => add("answer", &[*column]),
            Answers::Choices(choices) => add("answer", &choices.iter().map(|c| c.column).collect::<Vec<_>>()),
        }
        map
    }
}

/// What stands in the rows below a header.
struct Body<'r> {
    rows: Vec<&'r Row>,
}

impl Body<'_> {
    fn filled(&self, column: usize) -> usize {
        self.rows.iter().filter(|r| !r.get(column).is_empty()).count()
    }

    fn understood(&self, column: usize) -> usize {
        let known = |r: &&&Row| answer::understand(r.get(column)) != Answer::Unknown;
        self.rows.iter().filter(known).count()
    }

    /// Rows in which every filled cell of `column` stands beside a filled cell of `other`, and the other way round.
    fn filled_together(&self, column: usize, other: usize) -> bool {
        self.rows.iter().all(|r| r.get(column).is_empty() == r.get(other).is_empty())
    }
}

/// Settles which column is what. `rows` are those below the header. Notes tell what was decided among several.
pub(crate) fn settle(header: &Header, rows: &[Row]) -> (Columns, Vec<String>) {
    // Rows with one cell are headings and notes, and tell nothing of the columns.
    let body = Body { rows: rows.iter().filter(|r| header.has_several(r)).collect() };
    let mut notes = Vec::new();
    let of = |role: Role| header.named.iter().filter(|n| n.role == role).cloned().collect::<Vec<Named>>();
    let mut columns = Columns::default();
    let (answer, mut said) = answers(header, &of(Role::Answer), &body, &mut notes);
    let answer_at = match &answer {
        Answers::None => None,
        Answers::One(column) => Some(*column),
        Answers::Choices(choices) => choices.iter().map(|c| c.column).min(),
    };
    columns.answer = answer;
    columns.number = numbers(header, &of(Role::Number), &body);
    let mut remarks = of(Role::Remark);
    let mut texts = of(Role::Text);
    // 説明 beside what is asked explains it; beside the answer it is the vendor's.
    let best = texts.iter().min_by_key(|t| t.rank).map(|t| t.column);
    if let (Some(answer), Some(best)) = (answer_at, best) {
        let explains = |n: &Named| {
            n.column < answer
                && n.column > best
                && matches!(
                    header.cells.get(&n.column).map(|c| name(c)).as_deref(),
                    Some("説明" | "詳細" | "詳細説明" | "explanation" | "details" | "detail")
                )
        };
        texts.extend(remarks.iter().filter(|n| explains(n)).cloned());
        remarks.retain(|n| !explains(n));
        texts.retain(|t| t.column < answer || t.column == best);
    }
    texts.sort_by_key(|t| t.column);
    said.extend(remarks.iter().map(|n| n.column));
    said.sort_unstable();
    columns.remark = said;
    columns.section = of(Role::Section).iter().map(|n| n.column).collect();
    let most = texts.iter().map(|t| body.filled(t.column)).max().unwrap_or(0);
    let best = texts
        .iter()
        .filter(|t| body.filled(t.column) * 10 >= most * 7)
        .min_by_key(|t| t.rank)
        .or(texts.first())
        .map(|t| t.column);
    for text in &texts {
        let filled = body.filled(text.column);
        let parent =
            columns.number.len() > 1 && columns.number.first().is_some_and(|n| body.filled_together(text.column, *n));
        if parent && filled < most {
            columns.text.push(text.column);
            columns.carried.insert(text.column);
        } else if filled * 10 < most * 7 && filled > 0 {
            // A title that few rows have stands over the rows below it.
            columns.section.push(text.column);
        } else {
            columns.text.push(text.column);
        }
    }
    if columns.text.iter().all(|c| columns.carried.contains(c)) {
        columns.text.extend(best.filter(|b| !columns.text.contains(b)));
    }
    unnamed(header, &body, &mut columns);
    columns.section.sort_unstable();
    (columns, notes)
}

/// Where the answers stand; and answer columns that hold words, which are remarks.
fn answers(header: &Header, named: &[Named], body: &Body<'_>, notes: &mut Vec<String>) -> (Answers, Vec<usize>) {
    let chosen = header.choices.iter().any(|c| body.filled(c.column) > 0);
    let marked = named.iter().any(|n| body.understood(n.column) > 0);
    if header.choices.len() > 1 && (chosen || !marked) {
        return (Answers::Choices(header.choices.clone()), Vec::new());
    }
    // What the vendor does not show is no answer to the customer, as long as another column is.
    let Some(best) = named.iter().min_by_key(|n| (!header.shows(n.column), n.rank, n.column)) else {
        return (by_values(header, body), Vec::new());
    };
    // Year by year, company by company: one group, or one word, over several columns.
    let word = |n: &Named| {
        let cell = header.cells.get(&n.column).cloned().unwrap_or_default();
        let first = cell.split(" / ").next().unwrap_or_default().to_owned();
        let plain: String =
            name(&first).chars().filter(|c| !c.is_numeric() && !"年度fyr第回令和".contains(*c)).collect();
        plain
    };
    let alike: Vec<&Named> = named.iter().filter(|n| word(n) == word(best)).collect();
    let filled = |n: &&&Named| body.filled(n.column) > 0;
    if alike.len() > 1 {
        let shown = |n: &&&Named| header.shows(n.column);
        let last = alike.iter().rev().find(|n| filled(n) && shown(n));
        let last = last.or_else(|| alike.iter().rev().find(filled)).or(alike.last()).map_or(best.column, |n| n.column);
        let cell = |c: usize| format!("{} ({})", column_letters(c), header.cells.get(&c).map_or("", String::as_str));
        let others: Vec<String> = alike.iter().filter(|n| n.column != last).map(|n| cell(n.column)).collect();
        notes.push(format!(
            "several answer columns: {} is read, the last that is filled; {} not (name another under [layout] columns)",
            cell(last),
            others.join(", ")
        ));
        return (Answers::One(last), Vec::new());
    }
    let order = |n: &&Named| (!header.shows(n.column), n.rank, n.column);
    let understood = named.iter().filter(|n| body.understood(n.column) > 0).min_by_key(order);
    let written = || named.iter().filter(|n| body.filled(n.column) > 0).min_by_key(order);
    let chosen = understood.or_else(written).unwrap_or(best).column;
    let words = |n: &&Named| {
        n.column != chosen && body.filled(n.column) > 0 && body.understood(n.column) * 2 < body.filled(n.column)
    };
    let said: Vec<usize> = named.iter().filter(words).map(|n| n.column).collect();
    (Answers::One(chosen), said)
}

/// A column that the header does not name as one of answers, and that holds nothing else.
fn by_values(header: &Header, body: &Body<'_>) -> Answers {
    let free = header.cells.keys().filter(|c| !header.named.iter().any(|n| n.column == **c));
    let holds = |c: &&usize| body.understood(**c) > 1 && body.understood(**c) * 5 >= body.filled(**c) * 4;
    // Not the columns that this program added.
    let last = header.named.iter().map(|n| n.column + 1).max().unwrap_or(0);
    let found = free.filter(holds).find(|c| {
        **c <= last && !matches!(name(&header.cells.get(*c).cloned().unwrap_or_default()).as_str(), "判定" | "verdict")
    });
    found.map_or(Answers::None, |c| Answers::One(*c))
}

/// The number's columns: one, or an outer one and that of the rows below it.
fn numbers(header: &Header, named: &[Named], body: &Body<'_>) -> Vec<usize> {
    let text = header.named.iter().filter(|n| n.role == Role::Text).map(|n| n.column).min().unwrap_or(0);
    if named.is_empty() {
        // The column left of the text that holds the most numbers.
        let count = |column: usize| body.rows.iter().filter(|r| number::item(r.get(column)).is_some()).count();
        let free = |column: &usize| !header.named.iter().any(|n| n.column == *column);
        let best = (0..text).filter(free).map(|c| (count(c), c)).filter(|(n, _)| *n > 0).max();
        return best.map(|(_, column)| vec![column]).unwrap_or_default();
    }
    let parsed =
        |column: usize| -> Vec<String> { body.rows.iter().filter_map(|r| number::item(r.get(column))).collect() };
    for (nth, outer) in named.iter().enumerate() {
        for inner in named.iter().skip(nth + 1).take(1) {
            let subs = body.rows.iter().filter(|r| number::sub(r.get(inner.column)).is_some()).count();
            let carried = body.rows.iter().any(|r| r.get(outer.column).is_empty() && !r.get(inner.column).is_empty());
            let inner_filled = body.filled(inner.column);
            if carried && subs > 0 && subs * 10 >= inner_filled * 8 && !parsed(outer.column).is_empty() {
                return vec![outer.column, inner.column];
            }
        }
    }
    // Among several, the one that tells the most items apart.
    let apart = |n: &Named| parsed(n.column).into_iter().collect::<BTreeSet<_>>().len();
    let best = named.iter().max_by_key(|n| (apart(n), std::cmp::Reverse((n.rank, n.column))));
    best.map(|n| vec![n.column]).unwrap_or_default()
}

/// Categories in columns left of the text whose header is blank.
fn unnamed(header: &Header, body: &Body<'_>, columns: &mut Columns) {
    let text = columns.text.iter().min().copied().unwrap_or(0);
    for column in 0..text {
        if columns.reads(column)
            || header.named.iter().any(|n| n.column == column)
            || header.cells.contains_key(&column)
        {
            continue;
        }
        let cells: Vec<&str> = body
            .rows
            .iter()
            .filter(|r| !r.get(column).is_empty() && !r.get(columns.main_text()).is_empty())
            .map(|r| r.get(column))
            .collect();
        let categories = !cells.is_empty()
            && cells
                .iter()
                .all(|c| is_short(c) && number::item(c).is_none() && answer::understand(c) == Answer::Unknown);
        if categories && !columns.number.is_empty() {
            columns.section.push(column);
        }
    }
}
