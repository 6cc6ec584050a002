//! Questions one below the other: with choices to tick below them, or with labelled answers.
//!
//! A question with choices that are answers (はい, いいえ) is one item. With other choices it is a heading, and each choice
//! is an item: ticked, the vendor says that it is done; not ticked, that it is not claimed, which is [`Answer::No`]. Where no
//! box of the table is ticked, nobody filled it in, and all are [`Answer::Unknown`].

use crate::model::Answer;

use super::super::answer::{self, Meaning, Reading, Said};
use super::super::grid::{Grid, Row};
use super::super::header::{self, Role};
use super::super::number;
use super::RowKind;
use super::collect::{Collector, Draft};
use super::path::{Heading, Path};

/// What a line is.
enum Line<'r> {
    Choice { ticked: bool, sign: &'r str, label: &'r str, column: usize },
    Label { role: Role, value: &'r str, column: usize },
    Question { number: Option<String>, text: String, column: usize },
    Heading { number: Option<String>, text: &'r str, depth: Option<u8> },
    Plain(&'r str),
}

fn line(row: &Row) -> Option<Line<'_>> {
    let column = row.first_column();
    let first = row.get(column);
    if first.is_empty() {
        return None;
    }
    // Beside it, or beyond a cell that is left free; columns that this program adds stand further right.
    let next = row.cells.range(column + 1..column + 3).next().map(|(c, _)| (*c, row.get(*c)));
    if let Some((ticked, sign, label)) = answer::box_at_start(first) {
        let (label, column) = match next {
            Some((c, text)) if label.is_empty() => (text, c),
            _ => (label, column),
        };
        return Some(Line::Choice { ticked, sign, label, column });
    }
    if let Some((role, value, column)) = label(first, next, column) {
        return Some(Line::Label { role, value, column });
    }
    let bare = first.trim_start_matches('#').trim_start();
    let headed = bare.len() < first.len() || row.heading.is_some();
    // `- Q1. …` in a list.
    let bare = bare.trim_start_matches(['*', '_']).trim_end_matches(['*', '_']);
    if let Some(number) = number::question(bare) {
        return Some(Line::Question { number: Some(number), text: first.to_owned(), column });
    }
    if let (Some(number), Some((c, text))) = (number::item(first), next) {
        return Some(Line::Question { number: Some(number), text: text.to_owned(), column: c });
    }
    if let Some(number) = number::heading(bare) {
        return Some(if number::asks(bare) {
            Line::Question { number: Some(number), text: first.to_owned(), column }
        } else {
            Line::Heading { number: Some(number), text: bare, depth: row.heading }
        });
    }
    let asks = bare.ends_with(['?', '？']);
    Some(match (headed, asks) {
        (_, true) => Line::Question { number: None, text: first.to_owned(), column },
        (true, _) => Line::Heading { number: None, text: bare, depth: row.heading },
        _ => Line::Plain(first),
    })
}

/// `回答：○`, or `回答` with the answer in the next cell.
fn label<'r>(first: &'r str, next: Option<(usize, &'r str)>, column: usize) -> Option<(Role, &'r str, usize)> {
    let known = |word: &str| {
        let word = header::name(word);
        header::classify(&word).filter(|(_, rank)| *rank < 100).map(|(role, _)| role)
    };
    if let Some((at, sign)) = first.char_indices().find(|(_, c)| matches!(c, ':' | '：'))
        && let Some((word, rest)) = first.split_at_checked(at)
        && let word = word.trim_start_matches(['-', '*', '・', '#']).trim_matches(['*', ' '])
        // `A: …` answers; `a` in a cell of its own is a letter.
        && let Some(role) = known(word).or(matches!(word, "A" | "Ans").then_some(Role::Answer))
    {
        let value = rest.get(sign.len_utf8()..).unwrap_or_default().trim_start_matches('*');
        return Some((role, super::super::grid::bare(value), column));
    }
    let role = known(first)?;
    match next {
        Some((column, value)) => Some((role, value, column)),
        None => Some((role, "", column + 1)),
    }
}

/// Whether a table is one of questions: it has boxes to tick, or labelled answers to questions.
pub(super) fn fits(grid: &Grid) -> bool {
    let (mut boxes, mut questions, mut answers) = (0, 0, 0);
    for row in &grid.rows {
        match line(row) {
            Some(Line::Choice { label, .. }) if !label.is_empty() => boxes += 1,
            Some(Line::Question { .. } | Line::Heading { number: Some(_), .. }) => questions += 1,
            Some(Line::Label { role: Role::Text, value, .. }) if !value.is_empty() => questions += 1,
            Some(Line::Label { role: Role::Answer, .. }) => answers += 1,
            _ => {}
        }
    }
    boxes > 1 || (boxes > 0 && questions > 0) || (answers > 0 && questions > 0)
}

struct Ticked<'g> {
    place: usize,
    ticked: bool,
    sign: &'g str,
    label: &'g str,
    column: usize,
}

/// A question and what stands below it.
#[derive(Default)]
struct Block<'g> {
    place: usize,
    number: Option<String>,
    text: String,
    /// Column of the text.
    column: usize,
    /// The last column that is read of the first row.
    read: usize,
    asks: bool,
    /// It may be a heading; and how deep, where the document says so.
    heads: bool,
    depth: Option<u8>,
    choices: Vec<Ticked<'g>>,
    answer: Option<String>,
    remark: Vec<String>,
    /// Whether the last label was one that a line below may go on with, and which.
    last: Option<Role>,
    /// Places of the rows that belong to it, each with the last column that is read of it.
    parts: Vec<(usize, usize)>,
    loose: Vec<usize>,
}

/// Reads a table of questions.
pub(super) fn read(collector: &mut Collector<'_>, marks: &answer::Table, skip: &[(usize, usize)]) {
    let grid = collector.grid;
    let filled_in = grid.rows.iter().any(|row| matches!(line(row), Some(Line::Choice { ticked: true, .. })));
    let mut reader =
        Reader { grid, marks, filled_in, path: Path::default(), category: None, block: None, out: collector };
    for (place, row) in grid.rows.iter().enumerate() {
        if row.is_blank() {
            continue;
        }
        if skip.iter().any(|(first, last)| (*first..=*last).contains(&row.line)) {
            reader.out.not_understood(place, row, "passed over, as the project file says");
            continue;
        }
        if let Some(line) = line(row) {
            reader.line(place, row, line);
        }
    }
    reader.close();
}

struct Reader<'a, 'g> {
    grid: &'g Grid,
    marks: &'a answer::Table,
    filled_in: bool,
    path: Path,
    category: Option<String>,
    block: Option<Block<'g>>,
    out: &'a mut Collector<'g>,
}

impl<'g> Reader<'_, 'g> {
    fn open(&mut self, block: Block<'g>) {
        self.close();
        self.block = Some(block);
    }

    fn line(&mut self, place: usize, row: &'g Row, line: Line<'g>) {
        match line {
            Line::Choice { ticked, sign, label, column } => {
                if label.is_empty() {
                    self.out.not_understood(place, row, "box without a text");
                    return;
                }
                let block = self.block.get_or_insert_with(|| Block { place, ..Block::default() });
                block.choices.push(Ticked { place, ticked, sign, label, column });
                block.last = None;
            }
            Line::Label { role, value, column } => self.label(place, row, role, value, column),
            Line::Question { number, text, column } => {
                let (asks, heads, read) = (true, true, column);
                self.open(Block { place, number, text, column, read, asks, heads, ..Block::default() });
            }
            Line::Heading { number, text, depth } => {
                let column = row.first_column();
                let text = text.to_owned();
                let (heads, read) = (true, column);
                self.open(Block { place, number, text, column, read, heads, depth, ..Block::default() });
            }
            Line::Plain(text) => self.plain(place, row, text),
        }
    }

    fn label(&mut self, place: usize, row: &'g Row, role: Role, value: &'g str, column: usize) {
        match role {
            Role::Number => {
                let number = number::item(value).or_else(|| (!value.is_empty()).then(|| value.to_owned()));
                self.open(Block { place, number, column, read: column, ..Block::default() });
            }
            Role::Text => {
                let fresh = self.block.as_ref().is_some_and(|b| {
                    b.text.is_empty() && b.choices.is_empty() && b.answer.is_none() && b.remark.is_empty()
                });
                if !fresh {
                    self.open(Block { place, ..Block::default() });
                }
                if let Some(block) = &mut self.block {
                    if block.place != place {
                        block.parts.push((place, column));
                    } else {
                        block.read = column;
                    }
                    value.clone_into(&mut block.text);
                    block.column = column;
                    block.asks = true;
                    block.last = Some(Role::Text);
                }
            }
            Role::Section => {
                let open = self.block.as_ref().is_some_and(|b| b.text.is_empty() && b.choices.is_empty());
                if !open {
                    self.close();
                }
                self.category = (!value.is_empty()).then(|| value.to_owned());
                self.out.kind(place, RowKind::SubHeading);
                self.stray(place, row, column);
            }
            Role::Answer | Role::Remark => match &mut self.block {
                Some(block) if role == Role::Answer && block.answer.is_none() => {
                    block.answer = Some(value.to_owned());
                    block.parts.push((place, column));
                    block.last = Some(role);
                }
                Some(block) if role == Role::Remark => {
                    block.remark.extend((!value.is_empty()).then(|| value.to_owned()));
                    block.parts.push((place, column));
                    block.last = Some(role);
                }
                _ => self.out.not_understood(place, row, "answer without a question"),
            },
            Role::Aside => {
                if let Some(block) = &mut self.block {
                    block.last = None;
                }
                self.out.not_understood(place, row, "line that is not read");
            }
        }
    }

    fn plain(&mut self, place: usize, row: &'g Row, text: &'g str) {
        if let Some(block) = &mut self.block {
            let goes_on = match block.last {
                Some(Role::Answer) => block.answer.as_mut(),
                Some(Role::Remark) => block.remark.last_mut(),
                _ => None,
            };
            if let Some(said) = goes_on {
                if !said.is_empty() {
                    said.push('\n');
                }
                said.push_str(text);
                block.parts.push((place, row.first_column()));
                return;
            }
            if block.asks || !block.choices.is_empty() {
                // After a question's choices, a line that can be a heading begins something else.
                if block.choices.is_empty() || !number::may_head(text) || !header::is_short(text) {
                    block.loose.push(place);
                    return;
                }
            }
        }
        if number::may_head(text) {
            let column = row.first_column();
            let (text, heads, read) = (text.to_owned(), true, column);
            self.open(Block { place, text, column, read, heads, ..Block::default() });
        } else {
            self.out.not_understood(place, row, "neither item nor heading");
        }
    }

    fn sections(&self) -> Vec<String> {
        let mut sections = self.path.texts();
        sections.extend(self.category.iter().filter(|c| !sections.contains(c)).cloned().collect::<Vec<_>>());
        sections
    }

    /// The question and what stood below it are complete.
    fn close(&mut self) {
        let Some(block) = self.block.take() else { return };
        for place in &block.loose {
            if let Some(row) = self.grid.rows.get(*place) {
                self.out.not_understood(*place, row, "neither item nor heading");
            }
        }
        // はい and いいえ answer the question, whatever else there is to tick; `☑ いいえ` must not become an item that says yes.
        let answers: std::collections::BTreeSet<Answer> =
            block.choices.iter().filter_map(|c| answer::lookup(&answer::plain(c.label))).collect();
        if !block.choices.is_empty() && (block.text.is_empty() || answers.len() < 2) {
            self.choices(block);
        } else if !block.choices.is_empty() || block.answer.is_some() || (block.asks && !block.text.is_empty()) {
            self.question(block);
        } else if block.heads {
            for (place, _) in &block.parts {
                if let Some(row) = self.grid.rows.get(*place) {
                    self.out.not_understood(*place, row, "answer without a question");
                }
            }
            if let Some(row) = self.grid.rows.get(block.place) {
                self.stray(block.place, row, block.read);
            }
            let heading = Heading { number: block.number, text: block.text };
            let below = match block.depth {
                Some(depth) => {
                    self.path.level(depth, heading);
                    depth > 1
                }
                None => self.path.enter(heading),
            };
            self.out.kind(block.place, if below { RowKind::SubHeading } else { RowKind::Section });
        } else {
            for place in std::iter::once(block.place).chain(block.parts.into_iter().map(|(p, _)| p)) {
                if let Some(row) = self.grid.rows.get(place) {
                    self.out.not_understood(place, row, "number without text");
                }
            }
        }
    }

    fn base(&mut self, number: Option<&String>) -> Option<String> {
        let number = number?;
        // Q1 is the question's name in the whole sheet.
        if number.starts_with(char::is_alphabetic) { Some(number.clone()) } else { Some(self.path.id(number)) }
    }

    fn choices(&mut self, block: Block<'g>) {
        let base = self.base(block.number.as_ref());
        let mut section = self.sections();
        if !block.text.is_empty() {
            section.push(block.text.clone());
            self.out.kind(block.place, RowKind::SubHeading);
            if let Some(row) = self.grid.rows.get(block.place) {
                self.stray(block.place, row, block.read);
            }
        }
        for (nth, choice) in block.choices.iter().enumerate() {
            let Some(row) = self.grid.rows.get(choice.place) else { continue };
            let id = match &base {
                Some(base) => format!("{base}.{}", nth + 1),
                None => self.out.made_id(choice.place, row),
            };
            let answer = match (choice.ticked, self.filled_in) {
                (true, _) => Answer::Yes,
                (false, true) => Answer::No,
                (false, false) => Answer::Unknown,
            };
            let reading = Reading { said: Said { answer, tail: String::new() }, by: Meaning::Usual };
            self.stray(choice.place, row, choice.column);
            let draft = Draft {
                id,
                section: section.clone(),
                text: choice.label.to_owned(),
                column: choice.column,
                answer_text: choice.sign.to_owned(),
                reading,
                remark: String::new(),
                remark_column: choice.column,
            };
            self.out.add(choice.place, row, draft);
        }
        // What is said to all of them is said to the last.
        for (place, _) in block.parts {
            if let Some(row) = self.grid.rows.get(place) {
                self.out.not_understood(place, row, "remark to several choices");
            }
        }
    }

    fn question(&mut self, block: Block<'g>) {
        let Some(row) = self.grid.rows.get(block.place) else { return };
        let id = match self.base(block.number.as_ref()) {
            Some(id) => id,
            None => self.out.made_id(block.place, row),
        };
        let ticked: Vec<&Ticked<'_>> = block.choices.iter().filter(|c| c.ticked).collect();
        let (answer_text, reading) = match (&block.answer, ticked.as_slice()) {
            (Some(answer), []) => (answer.clone(), self.marks.read(answer)),
            (None, [one]) => (format!("{} {}", one.sign, one.label), self.marks.read(one.label)),
            (None, []) => (String::new(), self.marks.read("")),
            // Several are ticked, or another thing is said than ticked: nobody can tell what was meant.
            (answer, several) => {
                let mut said: Vec<String> = several.iter().map(|c| format!("{} {}", c.sign, c.label)).collect();
                said.extend(answer.clone());
                (said.join(" / "), self.marks.read(""))
            }
        };
        let choices = block.choices.iter().map(|c| (c.place, c.column));
        let rows: Vec<(usize, usize)> =
            std::iter::once((block.place, block.read)).chain(block.parts.iter().copied()).chain(choices).collect();
        for (place, last) in rows {
            if let Some(row) = self.grid.rows.get(place) {
                self.stray(place, row, last);
            }
        }
        for place in block.parts.iter().map(|(p, _)| *p).chain(block.choices.iter().map(|c| c.place)) {
            self.out.kind(place, RowKind::Continued);
        }
        let draft = Draft {
            id,
            section: self.sections(),
            text: block.text,
            column: block.column,
            answer_text,
            reading,
            remark: block.remark.join("\n"),
            remark_column: block.column,
        };
        self.out.add(block.place, row, draft);
    }

    /// Cells right of what was read.
    fn stray(&mut self, place: usize, row: &Row, last: usize) {
        for column in row.cells.keys().filter(|c| **c > last) {
            self.out.cell_not_understood(place, row, *column, "cell beside an item, in a column without a header");
        }
    }
}
