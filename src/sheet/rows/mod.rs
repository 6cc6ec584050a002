//! What the tables of a file hold: headers, sections, items, and what was not understood. The same for every format.
//!
//! Ids are the sheet's own numbers, as a path below its headings. Where they do not tell items apart, they are made to, always
//! in the same way: an item without a number is `r12`, after its row; a number that comes again in its table is `1.1-2`; and
//! where a table has a number that a table before it has, all ids of the later table begin with its place in the file,
//! `2/1.1`.

mod collect;
mod habits;
mod lines;
mod path;
mod plan;
mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::model::{Answer, ColumnLayout, Corrections, Item, Layout, Sheet, TableCorrection, TableLayout, Unread};

use super::grid::{Grid, Row, column_letters};
use super::header::Answers;
use super::{Read, SheetError, answer};
use collect::Collector;
use plan::{Form, Plan, Said};

/// What a row of a sheet was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// Nothing is written in it.
    Blank,
    /// Names the columns.
    Header,
    /// A numbered heading.
    Section,
    /// A heading below a section.
    SubHeading,
    /// An item.
    Item,
    /// Belongs to the item that began above it.
    Continued,
    /// None of these; stands in [`Sheet::unread`].
    Unread,
}

/// Whether a table can be read as a check sheet.
pub(crate) fn looks_like_a_sheet(grid: &Grid) -> bool {
    matches!(plan::find("", "", grid, &Said::default()), Ok(Form::Rows(_) | Form::Lines))
}

/// What one table gave.
struct Table {
    layout: TableLayout,
    columns: std::collections::BTreeMap<String, usize>,
    items: Vec<Item>,
    unread: Vec<Unread>,
    kinds: Vec<RowKind>,
}

/// Reads the tables of a file called `file`: lines of text, worksheets, tables of a document. `layout` says what the
/// format's parser already knows.
pub(crate) fn read_tables(
    file: &str,
    tables: &[Grid],
    mut layout: Layout,
    corrections: &Corrections,
) -> Result<Read, SheetError> {
    known_tables(file, tables, corrections)?;
    let said: Vec<Said> =
        (0..).zip(tables).map(|(place, grid)| said_of(place, grid, tables.len(), corrections)).collect();
    let mut forms = Vec::new();
    for ((place, grid), said) in (0..).zip(tables).zip(&said) {
        forms.push(plan::find(file, &label(place, grid), grid, said)?);
    }
    // A page of instructions tells what the marks of the other pages mean.
    let outer: Vec<(String, Answer)> = tables
        .iter()
        .zip(&forms)
        .filter(|(_, form)| matches!(form, Form::No(_)))
        .flat_map(|(grid, _)| legend(grid, 0, grid.rows.len()))
        .collect();
    let mut read = Read { sheet: Sheet { name: file.to_owned(), ..blank() }, kinds: Vec::new() };
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut refused = None;
    for (place, ((grid, form), said)) in (0..).zip(tables.iter().zip(&forms).zip(&said)) {
        let mut why = "another worksheet";
        let found = match form {
            Form::No(reason) => {
                why = reason;
                None
            }
            Form::Rows(plans) => Some(rows(place, grid, plans, &outer, &said.correction)),
            Form::Lines => Some(questions(place, grid, &outer, &said.correction)),
        };
        match found {
            Some(table) if !table.items.is_empty() => add(&mut read, &mut layout, &mut ids, place, grid, table),
            found => {
                if found.is_some() {
                    why = "a header, and no item below it";
                    refused = refused.or_else(|| Some(no_items(file, place, grid, form)));
                }
                pass_over(&mut read, place, grid, tables.len() > 1, why);
            }
        }
    }
    if read.sheet.items.is_empty() {
        return Err(refused.unwrap_or_else(|| nothing(file, tables)));
    }
    layout.corrections = corrections.clone();
    read.sheet.layout = layout;
    Ok(read)
}

fn blank() -> Sheet {
    let (name, sha256) = (String::new(), String::new());
    Sheet { name, sha256, layout: Layout::default(), items: Vec::new(), unread: Vec::new() }
}

/// `表紙`, or `table 2` where it has no name.
fn label(place: usize, grid: &Grid) -> String {
    grid.worksheet.clone().unwrap_or_else(|| format!("table {}", place + 1))
}

/// Adds what a table gave to what the tables before it gave.
fn add(read: &mut Read, layout: &mut Layout, ids: &mut BTreeSet<String>, place: usize, grid: &Grid, mut table: Table) {
    if table.items.iter().any(|item| ids.contains(&item.id)) {
        table.layout.notes.push(format!("ids that a table before it has: all of this one begin with {}/", place + 1));
        for item in &mut table.items {
            item.id = format!("{}/{}", place + 1, item.id);
        }
    }
    for item in &mut table.items {
        // `2/1` may be a number of the sheet's own.
        while !ids.insert(item.id.clone()) {
            item.id.push('\'');
        }
    }
    if layout.tables.is_empty() {
        layout.worksheet.clone_from(&grid.worksheet);
        layout.header_row = table.layout.header_rows.last().copied();
        layout.columns = table.columns;
    }
    layout.tables.push(table.layout);
    read.sheet.items.extend(table.items);
    read.sheet.unread.extend(table.unread);
    read.kinds.push(grid.rows.iter().zip(table.kinds).map(|(row, kind)| (row.line, kind)).collect());
}

/// Tells of a table that gave nothing.
fn pass_over(read: &mut Read, place: usize, grid: &Grid, among_others: bool, why: &str) {
    let written: Vec<&Row> = grid.rows.iter().filter(|r| !r.is_blank()).collect();
    let kind = |row: &Row| if row.is_blank() { RowKind::Blank } else { RowKind::Unread };
    read.kinds.push(grid.rows.iter().map(|row| (row.line, kind(row))).collect());
    let Some(first) = written.first().filter(|_| among_others) else { return };
    let at = grid.worksheet.clone().unwrap_or_else(|| grid.at(first, first.first_column()));
    let start: String = first.raw.trim().chars().take(60).collect();
    let text = format!("{} ({} rows): {start}", label(place, grid), written.len());
    read.sheet.unread.push(Unread { at, text, why: format!("no check sheet: {why}") });
}

/// What the project file says of a table: of all tables, then of this one.
fn said_of(place: usize, grid: &Grid, count: usize, corrections: &Corrections) -> Said {
    let mut said = Said { surely: count == 1, ..Said::default() };
    let named = |c: &TableCorrection| c.worksheet.is_some() || c.table.is_some();
    let of_all = corrections.tables.iter().filter(|c| !named(c));
    let of_this = corrections.tables.iter().filter(|c| named(c) && is_of(c, place, grid));
    for correction in of_all.chain(of_this) {
        let all = &mut said.correction;
        said.surely = said.surely || named(correction);
        all.read = correction.read.or(all.read);
        all.header_row = correction.header_row.or(all.header_row);
        if !correction.columns.is_empty() {
            all.columns.clone_from(&correction.columns);
        }
        all.answers.extend(correction.answers.clone());
        all.skip_rows.extend(correction.skip_rows.clone());
    }
    said
}

fn is_of(correction: &TableCorrection, place: usize, grid: &Grid) -> bool {
    correction.table.is_none_or(|t| t == place + 1)
        && correction.worksheet.as_ref().is_none_or(|w| grid.worksheet.as_deref() == Some(w))
}

/// A correction for a table that the file has not would be lost without a word.
fn known_tables(file: &str, tables: &[Grid], corrections: &Corrections) -> Result<(), SheetError> {
    for correction in &corrections.tables {
        if (0..).zip(tables).any(|(place, grid)| is_of(correction, place, grid)) {
            continue;
        }
        let names: Vec<String> =
            (0..).zip(tables).map(|(place, grid)| format!("{} {}", place + 1, label(place, grid))).collect();
        let wanted = [correction.worksheet.clone(), correction.table.map(|t| format!("table {t}"))];
        return Err(SheetError::Correction {
            file: file.to_owned(),
            at: "the whole file".to_owned(),
            expected: "a table of the file".to_owned(),
            found: wanted.into_iter().flatten().collect::<Vec<_>>().join(", "),
            mend: format!("the file has {}", names.join(", ")),
        });
    }
    Ok(())
}

/// Marks that the rows of a table define: lines of their own, and lists of two cells.
fn legend(grid: &Grid, from: usize, to: usize) -> Vec<(String, Answer)> {
    let rows = grid.rows.iter().take(to).skip(from);
    let lines: Vec<String> = rows
        .filter_map(|row| {
            let cells: Vec<&str> = row.cells.keys().map(|c| row.get(*c)).collect();
            match cells.as_slice() {
                [mark, meaning] if mark.chars().count() <= 3 => Some(format!("{mark}：{meaning}")),
                [] => None,
                several => Some(several.join("　")),
            }
        })
        .collect();
    answer::legends(lines.iter().map(String::as_str))
}

/// Reads a table whose items are rows.
fn rows(place: usize, grid: &Grid, plans: &[Plan], outer: &[(String, Answer)], correction: &TableCorrection) -> Table {
    let mut collector = Collector::new(grid);
    let mut columns: Vec<ColumnLayout> = Vec::new();
    let mut header_rows = Vec::new();
    for plan in plans {
        let mut said = legend(grid, plan.rows.0, plan.header.places.first().copied().unwrap_or(plan.first));
        let cells: Vec<usize> = match &plan.columns.answer {
            Answers::One(column) => vec![*column],
            _ => Vec::new(),
        };
        let over =
            cells.iter().filter_map(|c| plan.header.places.iter().find_map(|p| grid.rows.get(*p)).map(|r| r.get(*c)));
        said.extend(answer::legends(over));
        let body = || grid.rows.iter().take(plan.rows.1).skip(plan.first);
        // Notes below or between the items.
        let notes: Vec<&str> = body().filter_map(|r| r.single().map(|(_, cell)| cell)).collect();
        said.extend(answer::legends(notes));
        // The nearest legend goes before one of another page.
        let mut legend = outer.to_vec();
        legend.extend(said.into_iter().rev());
        let answers = body().filter(|r| r.cells.len() > 1).flat_map(|r| cells.iter().map(|c| r.get(*c)));
        let marks = answer::Table::new(legend, &correction.answers, answers);
        table::read(&mut collector, plan, &marks, &correction.skip_rows);
        for (column, role) in plan.columns.roles() {
            let header = plan.header.cells.get(&column).cloned().unwrap_or_default();
            if !columns.iter().any(|c| c.column == column && c.role == role) {
                columns.push(ColumnLayout { column, letter: column_letters(column), role, header });
            }
        }
        header_rows.extend(plan.header.places.iter().filter_map(|p| grid.rows.get(*p)).map(|r| r.line));
        collector.notes.extend(plan.notes.iter().cloned());
    }
    let by_role = plans.first().map(|p| p.columns.by_role()).unwrap_or_default();
    finish(place, collector, "rows", header_rows, columns, by_role)
}

/// Reads a table of questions.
fn questions(place: usize, grid: &Grid, outer: &[(String, Answer)], correction: &TableCorrection) -> Table {
    let mut collector = Collector::new(grid);
    let mut legend_of = outer.to_vec();
    legend_of.extend(legend(grid, 0, grid.rows.len()));
    let marks = answer::Table::new(legend_of, &correction.answers, []);
    lines::read(&mut collector, &marks, &correction.skip_rows);
    // New columns stand right of all that is read.
    let width =
        collector.places.iter().filter_map(|p| grid.rows.get(*p)).map(|r| r.first_column() + 2).max().unwrap_or(0);
    // Fewer columns than the plain layout has could make that of it once they are filled.
    let by_role = [("text".to_owned(), width.max(3))].into();
    finish(place, collector, "lines", Vec::new(), Vec::new(), by_role)
}

fn finish(
    place: usize,
    mut collector: Collector<'_>,
    form: &str,
    header_rows: Vec<usize>,
    mut columns: Vec<ColumnLayout>,
    by_role: std::collections::BTreeMap<String, usize>,
) -> Table {
    collector.empty_headings();
    if collector.made > 0 {
        let (items, total) = (collector.made, collector.items.len());
        collector
            .notes
            .push(format!("{items} of {total} items have no number: their id is r and the number of their row"));
    }
    if collector.grid.hidden {
        collector.notes.push("the worksheet is hidden".to_owned());
    }
    let hidden = collector.places.iter().filter_map(|p| collector.grid.rows.get(*p)).filter(|r| r.hidden).count();
    if hidden > 0 {
        collector.notes.push(format!("{hidden} items stand in hidden rows"));
    }
    columns.sort_by_key(|c| c.column);
    collector.unread.sort_by_key(|(place, _)| *place);
    let layout = TableLayout {
        table: place + 1,
        worksheet: collector.grid.worksheet.clone(),
        form: form.to_owned(),
        header_rows,
        columns,
        answers: collector.marks(),
        items: collector.items.len(),
        notes: collector.notes,
    };
    let unread = collector.unread.into_iter().map(|(_, u)| u).collect();
    Table { layout, columns: by_role, items: collector.items, unread, kinds: collector.kinds }
}

fn no_items(file: &str, place: usize, grid: &Grid, form: &Form) -> SheetError {
    let header = match form {
        Form::Rows(plans) => plans.first().and_then(|p| p.header.places.last().copied()),
        Form::Lines | Form::No(_) => None,
    };
    let row = header.and_then(|h| grid.rows.get(h));
    let at = row.map_or_else(
        || grid.worksheet.clone().map_or_else(|| "line 1".to_owned(), |_| label(place, grid)),
        |r| grid.at(r, r.first_column()),
    );
    let below = grid.rows.iter().skip(header.map_or(0, |h| h + 1)).filter(|r| !r.is_blank()).count();
    SheetError::NoItems { file: file.to_owned(), at, found: format!("{below} rows and no item among them") }
}

fn nothing(file: &str, tables: &[Grid]) -> SheetError {
    let file = file.to_owned();
    if let [only] = tables
        && only.worksheet.is_none()
    {
        return SheetError::NoHeader { file, found: describe(&only.rows) };
    }
    let names: Vec<String> = (0..).zip(tables).map(|(place, grid)| label(place, grid)).collect();
    let found = if names.is_empty() { "no worksheet".to_owned() } else { format!("none in {}", names.join(", ")) };
    SheetError::NoWorksheet { file, found }
}

fn describe(rows: &[Row]) -> String {
    let written: Vec<&Row> = rows.iter().filter(|r| !r.is_blank()).collect();
    match written.first() {
        None => "an empty file".to_owned(),
        Some(first) => {
            let start: String = first.raw.trim().chars().take(30).collect();
            format!("{} rows without one, the first being `{start}`", written.len())
        }
    }
}
