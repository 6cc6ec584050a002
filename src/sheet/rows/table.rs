//! Tables in which each item is a row.

use std::collections::BTreeMap;

use crate::model::Answer;

use super::super::answer::{self, Mark, Meaning, Reading, Said};
use super::super::grid::Row;
use super::super::header::{self, Answers, Choice};
use super::super::{number, remark};
use super::RowKind;
use super::collect::{Collector, Draft};
use super::habits::{Habits, View, answer_columns, is_bracketed};
use super::path::{Heading, Path};
use super::plan::Plan;

/// Texts of one item from several cells, as one. A title stands before its text with a colon, a sentence with a space.
fn join(parts: &[&str]) -> String {
    let mut joined = String::new();
    for part in parts.iter().filter(|p| !p.is_empty()) {
        if joined.is_empty() {
            joined.push_str(part);
        } else if joined != *part {
            let sentence = joined.ends_with(['。', '.', '?', '？', '！', '!', ':', '：', '．']);
            joined.push_str(match (sentence, joined.is_ascii() && part.is_ascii()) {
                (true, _) => " ",
                (false, true) => ": ",
                (false, false) => "：",
            });
            joined.push_str(part);
        }
    }
    joined
}

/// Whether an answer says that something is done, if only in part.
fn claims(answer: Answer) -> bool {
    matches!(answer, Answer::Yes | Answer::Partial)
}

/// Reads the part of `collector`'s table that `plan` speaks of. `skip` holds lines that are passed over.
pub(super) fn read(collector: &mut Collector<'_>, plan: &Plan, marks: &answer::Table, skip: &[(usize, usize)]) {
    let view = View::new(collector.grid, plan.first);
    let mut reader = Reader {
        habits: Habits::of(&view, plan),
        view,
        plan,
        marks,
        path: Path::default(),
        categories: Vec::new(),
        ordinals: BTreeMap::new(),
        outer: None,
        carried: BTreeMap::new(),
        levelled: false,
        headed: false,
        parent: None,
        out: collector,
    };
    let (from, to) = plan.rows;
    for place in from..to {
        let Some(row) = reader.view.grid.rows.get(place) else { break };
        if skip.iter().any(|(first, last)| (*first..=*last).contains(&row.line)) && !row.is_blank() {
            reader.out.not_understood(place, row, "passed over, as the project file says");
            continue;
        }
        reader.row(place, row);
    }
    reader.unused_columns();
}

struct Reader<'a, 'g> {
    habits: Habits,
    view: View<'g>,
    plan: &'a Plan,
    marks: &'a answer::Table,
    path: Path,
    /// Categories in force, the outermost first.
    categories: Vec<String>,
    /// Categories in the order in which they come, where numbers start again with each.
    ordinals: BTreeMap<String, usize>,
    /// The number that is carried down to the rows below it.
    outer: Option<String>,
    /// The texts that are carried down with it, by column.
    carried: BTreeMap<usize, &'g str>,
    /// The section is one of the items' own numbers: 1 above 1.1.
    levelled: bool,
    /// Headings stand in rows of their own; categories then only name.
    headed: bool,
    /// A numbered text without an answer, for the lettered rows below it.
    parent: Option<(String, String)>,
    out: &'a mut Collector<'g>,
}

impl<'g> Reader<'_, 'g> {
    fn row(&mut self, place: usize, row: &'g Row) {
        if row.is_blank() {
            return;
        }
        if let Some(depth) = row.heading {
            let text = row.get(row.first_column());
            self.path.level(depth, Heading { number: number::heading(text), text: text.to_owned() });
            self.categories.clear();
            self.outer = None;
            self.out.kind(place, if depth == 1 { RowKind::Section } else { RowKind::SubHeading });
            return;
        }
        if self.plan.header.places.contains(&place) {
            self.out.kind(place, RowKind::Header);
            return;
        }
        if place < self.plan.first {
            if let Some((number, text)) = self.heads_the_first_part(place, row) {
                self.heading(place, Some(number), text);
                return;
            }
            self.out.not_understood(place, row, "preamble");
            return;
        }
        if header::repeats(self.view.grid, place, &self.plan.header) {
            // Printed sheets repeat the header on each page.
            self.out.kind(place, RowKind::Header);
            return;
        }
        if let Some((column, cell)) = row.single()
            && self.lone(place, row, column, cell)
        {
            return;
        }
        self.entry(place, row);
    }

    /// The numbered heading over the header, where each part of the table has its own: `1. 組織`, header, items, `2. 技術`,
    /// header, items.
    fn heads_the_first_part(&self, place: usize, row: &'g Row) -> Option<(String, &'g str)> {
        let header = *self.plan.header.places.first()?;
        let rows = |range: std::ops::Range<usize>| range.filter_map(|p| self.view.grid.rows.get(p));
        if place >= header || rows(place + 1..header).any(|r| !r.is_blank()) {
            return None;
        }
        let (column, cell) = row.single()?;
        let number = number::heading(cell).filter(|_| number::may_head(cell))?;
        let next = number.parse::<u32>().ok()?.checked_add(1)?.to_string();
        let goes_on = |r: &Row| {
            r.single().is_some_and(|(c, text)| c == column && number::heading(text).as_deref() == Some(next.as_str()))
        };
        rows(header + 1..self.view.grid.rows.len()).any(goes_on).then_some((number, cell))
    }

    /// A cell that stands alone in its row. Whether it is a heading.
    fn lone(&mut self, place: usize, row: &Row, column: usize, cell: &str) -> bool {
        let columns = &self.plan.columns;
        let text_column = columns.text.iter().min().copied().unwrap_or(0);
        // Without numbers a question stands alone until it is answered.
        let asks = columns.number.is_empty()
            && columns.text.contains(&column)
            && (number::asks(cell) || self.merged_around(place));
        if asks || self.merged_around(place) {
            return false;
        }
        if let Some(number) = number::heading(cell).filter(|_| column <= text_column && number::may_head(cell)) {
            self.heading(place, Some(number), cell);
            return true;
        }
        let stands = row.width > 1 || self.habits.narrow_headings;
        if column < text_column && stands && number::item(cell).is_none() && number::may_head(cell) {
            self.heading(place, None, cell);
            return true;
        }
        false
    }

    /// Whether a cell of an item's row is merged into this row.
    fn merged_around(&self, place: usize) -> bool {
        let columns = &self.plan.columns;
        columns.text.iter().chain(&columns.number).any(|c| self.view.merged.contains_key(&(place, *c)))
    }

    fn heading(&mut self, place: usize, number: Option<String>, text: &str) {
        let below = self.path.enter(Heading { number, text: text.to_owned() });
        self.out.kind(place, if below { RowKind::SubHeading } else { RowKind::Section });
        self.categories.clear();
        self.parent = None;
        self.outer = None;
        self.levelled = false;
        self.headed = true;
    }

    fn entry(&mut self, place: usize, row: &'g Row) {
        let columns = &self.plan.columns;
        let answered = answer_columns(&columns.answer).iter().any(|c| !self.view.get(place, *c).is_empty());
        let remarked = columns.remark.iter().any(|c| !row.get(*c).is_empty());
        let own_text = columns.text.iter().any(|c| !row.get(*c).is_empty());
        let own_number = columns.number.iter().any(|c| !row.get(*c).is_empty());
        let own_answer = answer_columns(&columns.answer).iter().any(|c| !row.get(*c).is_empty());
        if self.merged_around(place) && !own_text && !own_number && !own_answer {
            // One item over several rows: what is said goes on.
            self.go_on(place, row);
            return;
        }
        let number_cell = columns.number.last().map_or("", |c| self.view.get(place, *c));
        let number = self.number(place, number_cell);
        let text = self.text(place);
        if let Some(number) = &number
            && !text.is_empty()
            && !answered
            && !remarked
        {
            if !self.habits.dotted_items && number::is_dotted(number_cell) {
                self.heading(place, Some(number.clone()), &format!("{number_cell} {text}"));
                self.beside_heading(place, row);
                return;
            }
            if number::may_head(&text) && self.below_follows(place, number) {
                if self.levelled {
                    self.path.leave_for(number);
                }
                self.heading(place, Some(number.clone()), &format!("{number_cell} {text}"));
                self.beside_heading(place, row);
                self.levelled = true;
                return;
            }
            if self.letters_follow(place) {
                // Its text is that of the rows below it too.
                self.parent = Some((number.clone(), text));
                self.out.kind(place, RowKind::SubHeading);
                self.categories(place, row);
                self.stray(place, row);
                return;
            }
        }
        match number {
            Some(_) if text.is_empty() => self.out.not_understood(place, row, "number without text"),
            Some(number) => self.item(place, row, Some(number), text),
            None if text.is_empty() => {
                let why = if row.single().is_some() { "neither item nor heading" } else { "no number" };
                self.out.not_understood(place, row, why);
            }
            // Among numbered rows, a text that nobody answered may be the rest of the text above it.
            None if self.habits.numbered && !answered && !remarked && !columns.number.is_empty() => {
                let why = if row.single().is_some() { "neither item nor heading" } else { "no number" };
                self.out.not_understood(place, row, why);
            }
            None if columns.number.is_empty() && row.single().is_some() && !number::may_ask(&text) => {
                self.out.not_understood(place, row, "neither item nor heading");
            }
            None => {
                let own = number::heading(&text).or_else(|| number::question(&text));
                let own = own.filter(|_| columns.number.is_empty());
                if own.is_none() && !number_cell.is_empty() {
                    let column = columns.number.last().copied().unwrap_or(0);
                    self.out.cell_not_understood(place, row, column, "number that is not understood");
                }
                self.item(place, row, own, text);
            }
        }
    }

    /// What stands beside a heading that has cells of its own for number and text.
    fn beside_heading(&mut self, place: usize, row: &Row) {
        for column in &self.plan.columns.section {
            if !row.get(*column).is_empty() {
                self.out.cell_not_understood(place, row, *column, "category beside a heading");
            }
        }
        self.stray(place, row);
    }

    /// The number of a row: its own, or that of the row it belongs to and its own letter.
    fn number(&mut self, place: usize, cell: &str) -> Option<String> {
        let columns = &self.plan.columns;
        if let [outer, inner] = columns.number.as_slice() {
            let own = self.view.get(place, *outer);
            if let Some(number) = number::item(own) {
                self.outer = Some(number);
                self.carried.clear();
            }
            for column in &columns.carried {
                let own = self.view.get(place, *column);
                if !own.is_empty() {
                    self.carried.insert(*column, own);
                }
            }
            let inner = self.view.get(place, *inner);
            return match (&self.outer, number::sub(inner)) {
                (Some(outer), Some(sub)) => Some(format!("{outer}.{sub}")),
                (Some(outer), None) if !own.is_empty() => Some(outer.clone()),
                (_, _) => number::item(inner),
            };
        }
        let letter = number::sub(cell).filter(|s| s.chars().all(char::is_alphabetic));
        let below = letter.or_else(|| {
            let bracketed = self.habits.bracketed_below && is_bracketed(cell);
            number::sub(cell).filter(|_| bracketed)
        });
        if let (Some(sub), Some(outer)) = (below, &self.outer) {
            return Some(format!("{outer}.{sub}"));
        }
        let mut number = number::item(cell);
        if let (Some(before), Some(own)) = (&self.outer, &number)
            && let Some(meant) = number::tenth(before, own, self.next_number(place).and_then(number::item).as_deref())
        {
            self.out.notes.push(format!("{own} after {before} is read as {meant}: a spreadsheet drops the last 0"));
            number = Some(meant);
        }
        if number.is_some() {
            self.outer.clone_from(&number);
            self.parent = None;
        }
        number
    }

    /// What a row asks, with the text of the row that it belongs to.
    fn text(&self, place: usize) -> String {
        let columns = &self.plan.columns;
        let cell = |column: &usize| {
            let own = self.view.get(place, *column);
            if own.is_empty() && columns.carried.contains(column) {
                self.carried.get(column).copied().unwrap_or("")
            } else {
                own
            }
        };
        let own: Vec<&str> = columns.text.iter().map(cell).collect();
        // What is carried alone is no row's own text.
        if columns.text.iter().all(|c| columns.carried.contains(c) || self.view.get(place, *c).is_empty())
            && !columns.text.iter().any(|c| !self.view.get(place, *c).is_empty())
        {
            return String::new();
        }
        let number = columns.number.last().map_or("", |c| self.view.get(place, *c));
        let below = number::sub(number).is_some_and(|_| number::item(number).is_none() || is_bracketed(number));
        match &self.parent {
            Some((_, text)) if below => {
                let mut parts = vec![text.as_str()];
                parts.extend(own);
                join(&parts)
            }
            _ => join(&own),
        }
    }

    fn next_number(&self, place: usize) -> Option<&'g str> {
        let column = self.plan.columns.number.last()?;
        let next =
            (place + 1..self.plan.rows.1).find(|p| self.view.grid.rows.get(*p).is_some_and(|r| !r.is_blank()))?;
        Some(self.view.own(next, *column))
    }

    /// Whether the next row's number stands below this one: `1`, then `1.1`.
    fn below_follows(&self, place: usize, number: &str) -> bool {
        let next = self.next_number(place).and_then(number::item);
        next.is_some_and(|n| n.strip_prefix(number).is_some_and(|r| r.starts_with('.')))
    }

    /// Whether the next row is a lettered one of this.
    fn letters_follow(&self, place: usize) -> bool {
        let next = place + 1;
        // A row with a category of its own belongs to no row above it.
        let own = self.plan.columns.section.iter().any(|c| !self.view.own(next, *c).is_empty());
        self.plan.columns.number.len() == 1
            && !own
            && self.next_number(place).is_some_and(|n| {
                let sub = number::sub(n);
                let letter = sub.as_ref().is_some_and(|s| matches!(s.as_str(), "a" | "A" | "ア" | "i"));
                letter || (self.habits.bracketed_below && is_bracketed(n) && sub.as_deref() == Some("1"))
            })
    }

    /// The categories of a row, the outermost first; each holds until another one stands in its column.
    fn categories(&mut self, place: usize, row: &Row) -> Vec<String> {
        let sections = &self.plan.columns.section;
        self.categories.resize(sections.len(), String::new());
        for (level, column) in sections.iter().enumerate() {
            let cell = self.view.get(place, *column);
            // 〃 is the category above it.
            let ditto = matches!(remark::ditto(cell), Some((remark::Ditto::Above, "")));
            if cell.is_empty() || ditto || self.categories.get(level).is_some_and(|c| c == cell) {
                continue;
            }
            if let Some(slot) = self.categories.get_mut(level) {
                cell.clone_into(slot);
            }
            for deeper in self.categories.iter_mut().skip(level + 1) {
                deeper.clear();
            }
            if level == 0
                && !self.headed
                && (self.habits.by_category || number::heading(cell).is_some())
                && !row.is_blank()
            {
                let count = self.ordinals.len() + 1;
                let ordinal = *self.ordinals.entry(cell.to_owned()).or_insert(count);
                let number = number::heading(cell).or(self.habits.by_category.then(|| ordinal.to_string()));
                self.path.leave();
                self.path.enter(Heading { number, text: cell.to_owned() });
            }
        }
        let mut texts = self.path.texts();
        for category in self.categories.iter().filter(|c| !c.is_empty()) {
            if !texts.iter().any(|t| t == category || t.ends_with(category.as_str())) {
                texts.push(category.clone());
            }
        }
        texts
    }

    fn item(&mut self, place: usize, row: &'g Row, number: Option<String>, text: String) {
        let section = self.categories(place, row);
        let id = match number {
            Some(number) => {
                if self.levelled {
                    self.path.leave_for(&number);
                }
                self.path.id(&number)
            }
            None => self.out.made_id(place, row),
        };
        let columns = &self.plan.columns;
        let (answer_text, reading) = self.answer(place, row);
        let remarks: Vec<&str> =
            columns.remark.iter().map(|c| self.view.get(place, *c)).filter(|c| !c.is_empty()).collect();
        let draft = Draft {
            id,
            section,
            text,
            column: columns.text.iter().rev().copied().find(|c| !row.get(*c).is_empty()).unwrap_or(columns.main_text()),
            answer_text,
            reading,
            remark: remarks.join("\n"),
            remark_column: columns.remark.iter().copied().find(|c| !row.get(*c).is_empty()).unwrap_or(0),
        };
        self.out.add(place, row, draft);
        self.stray(place, row);
    }

    fn answer(&mut self, place: usize, row: &Row) -> (String, Reading) {
        match &self.plan.columns.answer {
            Answers::None => (String::new(), self.marks.read("")),
            Answers::One(column) => {
                let text = self.view.get(place, *column);
                (text.to_owned(), self.marks.read(text))
            }
            Answers::Choices(choices) => {
                let chosen = self.chosen(place, choices);
                let words: Vec<String> = chosen.iter().map(|(c, tail)| join(&[&c.word, tail])).collect();
                let said = match chosen.as_slice() {
                    [(choice, tail)] => Said { answer: choice.answer, tail: tail.clone() },
                    _ => Said { answer: Answer::Unknown, tail: String::new() },
                };
                if chosen.len() > 1 {
                    let column = choices.first().map_or(0, |c| c.column);
                    let why = format!("several answers are marked: {}", words.join(", "));
                    self.out.cell_not_understood(place, row, column, why);
                }
                (words.join(" / "), Reading { said, by: Meaning::Usual })
            }
        }
    }

    /// The choices that are marked, with the words in place of a mark.
    fn chosen<'c>(&self, place: usize, choices: &'c [Choice]) -> Vec<(&'c Choice, String)> {
        let mut chosen = Vec::new();
        for choice in choices {
            let cell = self.view.get(place, choice.column);
            match answer::mark(cell) {
                Mark::Ticked => chosen.push((choice, String::new())),
                // A cross below はい may as well deny it; the letter x ticks.
                Mark::Cross if self.habits.crosses_tick && (cell.is_ascii() || !claims(choice.answer)) => {
                    chosen.push((choice, String::new()))
                }
                Mark::Cross | Mark::Empty => {}
                // The word of the column itself is a tick.
                Mark::Words if header::name(cell) == header::name(&choice.word) => chosen.push((choice, String::new())),
                Mark::Words => chosen.push((choice, cell.to_owned())),
            }
        }
        chosen
    }

    /// A row whose item began above it.
    fn go_on(&mut self, place: usize, row: &Row) {
        let more: Vec<&str> = self.plan.columns.remark.iter().map(|c| row.get(*c)).filter(|c| !c.is_empty()).collect();
        if more.is_empty() || self.out.items.is_empty() {
            self.out.not_understood(place, row, "no number");
            return;
        }
        self.out.go_on(place, &more.join("\n"));
        for column in row.cells.keys() {
            if !self.plan.columns.remark.contains(column) {
                self.out.cell_not_understood(place, row, *column, "cell beside an item that goes on");
            }
        }
    }

    /// Cells of an item that stand under no header.
    fn stray(&mut self, place: usize, row: &Row) {
        for column in row.cells.keys() {
            let named = self.plan.header.cells.get(column).is_some_and(|h| !h.is_empty());
            if !self.plan.columns.reads(*column) && !named {
                self.out.cell_not_understood(place, row, *column, "cell beside an item, in a column without a header");
            }
        }
    }

    /// A column that is not used is told once, not on every row.
    fn unused_columns(&mut self) {
        for place in &self.plan.header.places {
            let Some(row) = self.view.grid.rows.get(*place) else { continue };
            for column in row.cells.keys() {
                // A group's name stands over several columns.
                let group = self.plan.header.cells.iter().any(|(c, h)| {
                    c > column && self.plan.columns.reads(*c) && h.starts_with(row.get(*column)) && h.contains(" / ")
                });
                if !self.plan.columns.reads(*column) && !group {
                    self.out.cell_not_understood(*place, row, *column, "column that is not read");
                }
            }
        }
    }
}
