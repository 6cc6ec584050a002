//! Documents as tables: what stands between the tables, and the headings that stand above each.

use super::grid::{Grid, Places, Row};

/// Collects the tables of a document in its order. Lines between two tables become a table of their own. A heading goes
/// above each table below it, and once above the lines below it, so that items of both have their sections.
pub(crate) struct Outline {
    /// Headings in force, outermost first, and whether they stand above something already.
    headings: Vec<(u8, Row, bool)>,
    lines: Vec<Row>,
    tables: Vec<Grid>,
    /// What the numbers of lines count.
    places: Places,
}

impl Outline {
    pub(crate) fn new(places: Places) -> Self {
        Outline { headings: Vec::new(), lines: Vec::new(), tables: Vec::new(), places }
    }

    pub(crate) fn heading(&mut self, level: u8, mut row: Row) {
        row.heading = Some(level);
        while self.headings.last().is_some_and(|(above, ..)| *above >= level) {
            if let Some((_, row, false)) = self.headings.pop() {
                self.lines.push(row);
            }
        }
        self.headings.push((level, row, false));
    }

    pub(crate) fn line(&mut self, row: Row) {
        self.settle();
        self.lines.push(row);
    }

    /// Headings that stand above nothing yet stand above the lines that follow.
    fn settle(&mut self) {
        for (_, row, used) in self.headings.iter_mut().filter(|(.., used)| !*used) {
            self.lines.push(row.clone());
            *used = true;
        }
    }

    pub(crate) fn table(&mut self, mut table: Grid) {
        self.close();
        let own = table.places == Places::TableRows;
        let mut rows: Vec<Row> = Vec::new();
        for (_, row, used) in &mut self.headings {
            *used = true;
            // A row of the table has a number of its own; what is above it has none.
            rows.push(Row { line: if own { 0 } else { row.line }, ..row.clone() });
        }
        rows.append(&mut table.rows);
        table.rows = rows;
        self.tables.push(table);
    }

    fn close(&mut self) {
        if !self.lines.is_empty() {
            let rows = std::mem::take(&mut self.lines);
            self.tables.push(Grid { rows, places: self.places, ..Grid::default() });
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Grid> {
        self.settle();
        self.close();
        self.tables
    }
}
