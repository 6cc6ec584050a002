//! Sheets as Word documents: tables, and the paragraphs between them (ECMA-376 part 1, 17).

use super::SheetError;
use super::docx_body::{self, Block, Merging, Text};
use super::docx_numbering::{Numbers, Styles};
use super::grid::{Grid, Merge, Places, Row, bare};
use super::outline::Outline;
use super::package::{MOST_CELLS, Package, broken, too_large};
use super::xlsx_parts::{Relation, main_part, relations_of};
use crate::model::Unread;

/// A document: its tables, and what stands beside its text.
pub(crate) struct Document {
    pub(crate) tables: Vec<Grid>,
    pub(crate) aside: Vec<Unread>,
}

/// The part that holds the text.
pub(crate) fn text_part(package: &mut Package<'_>) -> Result<String, SheetError> {
    main_part(package, "word/document.xml")
}

/// The text of a document, taken apart.
pub(crate) fn body(file: &str, package: &mut Package<'_>, part: &str, xml: &str) -> Result<Text, SheetError> {
    let relations = relations_of(package, part)?;
    let mut linked = |kind: &str| -> Result<Option<String>, SheetError> {
        match relations.iter().find(|r| r.kind.ends_with(kind) && !r.external) {
            Some(relation) => package.optional(&relation.target),
            None => Ok(None),
        }
    };
    let numbers = linked("/numbering")?.map(|xml| Numbers::parse(&xml)).unwrap_or_default();
    let styles = linked("/styles")?.map(|xml| Styles::parse(&xml)).unwrap_or_default();
    let links = relations.iter().filter(|r| r.external).map(|r| (r.id.clone(), r.target.clone())).collect();
    docx_body::parse(xml, numbers, &styles, &links).map_err(|found| broken(file, part, found))
}

pub(crate) fn read(file: &str, bytes: &[u8]) -> Result<Document, SheetError> {
    let mut package = Package::open(file, bytes)?;
    let part = text_part(&mut package)?;
    let xml = package.text(&part)?;
    let text = body(file, &mut package, &part, &xml)?;
    let mut outline = Outline::new(Places::Paragraphs);
    let mut tables = 0;
    let mut count = 0;
    for block in &text.blocks {
        match block {
            Block::Paragraph(paragraph) => {
                let text = &paragraph.text;
                if bare(text).is_empty() {
                    continue;
                }
                let row = Row::new(paragraph.line, text.clone(), text.split('\t'));
                match paragraph.heading {
                    Some(level) => outline.heading(level, Row::new(paragraph.line, text.clone(), [text.as_str()])),
                    None => outline.line(row),
                }
            }
            Block::Table(table) => {
                tables += 1;
                count += table.rows.iter().map(|r| r.cells.len()).sum::<usize>();
                if count > MOST_CELLS {
                    return Err(too_large(file, &format!("table {tables}"), format!("more than {MOST_CELLS} cells")));
                }
                outline.table(grid(&format!("table {tables}"), table));
            }
        }
    }
    let aside = aside(&mut package, &part)?;
    Ok(Document { tables: outline.finish(), aside })
}

fn grid(name: &str, table: &docx_body::Table) -> Grid {
    let width = table.width();
    let mut grid = Grid { worksheet: Some(name.to_owned()), places: Places::TableRows, ..Grid::default() };
    // Column → where a cell that is merged downwards begins, and the columns that it spans.
    let mut open: std::collections::BTreeMap<usize, (usize, usize)> = std::collections::BTreeMap::new();
    for row in &table.rows {
        let cells: std::collections::BTreeMap<usize, String> = row
            .cells
            .iter()
            .filter(|cell| !bare(&cell.text).is_empty() && !row.deleted)
            .map(|cell| (cell.column, cell.text.clone()))
            .collect();
        for cell in &row.cells {
            if cell.merging == Merging::Continued {
                if let Some((place, _)) = open.get(&cell.column).copied()
                    && let Some(merge) = grid.merges.get_mut(place)
                {
                    merge.lines.1 = row.line;
                }
                continue;
            }
            open.remove(&cell.column);
            if cell.span > 1 || cell.merging == Merging::Begins {
                if cell.merging == Merging::Begins {
                    open.insert(cell.column, (grid.merges.len(), cell.span));
                }
                let columns = (cell.column, cell.column.saturating_add(cell.span - 1));
                grid.merges.push(Merge { lines: (row.line, row.line), columns });
            }
        }
        let raw = cells.values().map(|c| bare(c)).collect::<Vec<_>>().join("\t");
        grid.rows.push(Row { line: row.line, width, raw, cells, hidden: row.hidden, heading: None });
    }
    // A cell that was to be merged with the next one, and is not.
    grid.merges.retain(|m| m.lines.0 != m.lines.1 || m.columns.0 != m.columns.1);
    grid
}

/// What stands beside the text: told, because a claim may stand in a footnote.
fn aside(package: &mut Package<'_>, part: &str) -> Result<Vec<Unread>, SheetError> {
    let mut found = Vec::new();
    let relations: Vec<Relation> = relations_of(package, part)?;
    for (kind, at, why) in [
        ("/footnotes", "footnotes", "footnotes, which belong to no item"),
        ("/endnotes", "endnotes", "endnotes, which belong to no item"),
        ("/comments", "comments", "comments, which belong to no item"),
        ("/header", "page header", "page header"),
        ("/footer", "page footer", "page footer"),
    ] {
        for relation in relations.iter().filter(|r| r.kind.ends_with(kind) && !r.external) {
            let Some(xml) = package.optional(&relation.target)? else { continue };
            let Ok(text) = docx_body::parse(&xml, Numbers::default(), &Styles::default(), &Default::default()) else {
                continue;
            };
            let mut texts = Vec::new();
            for block in &text.blocks {
                match block {
                    Block::Paragraph(paragraph) => texts.push(bare(&paragraph.text)),
                    Block::Table(table) => {
                        texts.extend(table.rows.iter().flat_map(|r| &r.cells).map(|c| bare(&c.text)))
                    }
                }
            }
            texts.retain(|text| !text.is_empty());
            if !texts.is_empty() {
                found.push(Unread { at: at.to_owned(), text: texts.join("\n"), why: why.to_owned() });
            }
        }
    }
    Ok(found)
}
