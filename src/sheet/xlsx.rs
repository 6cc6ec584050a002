//! Sheets as xlsx workbooks. `calamine` reads the cells; what it does not give (merged cells, what is hidden) is read from the
//! worksheet's part.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::grid::{Grid, Merge, bare, parse_reference};
use super::package::{MOST_CELLS, Package, broken, too_large};
use super::xlsx_parts::{part_of, relations_of};
use super::xml::{attribute, is_on, number};
use super::{SheetError, checkbox, number_format};

/// A cell as people see it; whole numbers without a fraction.
pub(crate) fn shown(value: Data, code: Option<&str>) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s,
        Data::Int(n) => n.to_string(),
        Data::Float(n) => number_format::number(n, code.unwrap_or("General")),
        Data::Bool(b) => if b { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(d) => number_format::moment(&d),
        Data::Error(e) => e.to_string(),
    }
}

/// Cells of a worksheet, by row and column from 0, with a bound on how many there may be.
#[derive(Default)]
pub(crate) struct Cells(pub(crate) BTreeMap<usize, BTreeMap<usize, String>>, usize);

impl Cells {
    pub(crate) fn put(
        &mut self,
        file: &str,
        at: &str,
        (row, column): (u32, u32),
        text: String,
    ) -> Result<(), SheetError> {
        if bare(&text).is_empty() {
            return Ok(());
        }
        self.1 += 1;
        if self.1 > MOST_CELLS {
            return Err(too_large(file, at, format!("more than {MOST_CELLS} cells")));
        }
        let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX - 1);
        self.0.entry(place(row)).or_default().insert(place(column), text);
        Ok(())
    }
}

fn grid(file: &str, workbook: &mut Xlsx<Cursor<&[u8]>>, worksheet: &str) -> Result<Grid, SheetError> {
    let mut cells = Cells::default();
    let mut reader = workbook.worksheet_cells_reader(worksheet).map_err(|e| broken(file, worksheet, e))?;
    // Cell by cell: the crate's ranges allocate every cell up to the last one, and one stray cell in XFD1048576 is enough.
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| broken(file, worksheet, e))? {
        let code = reader.styles().get(style).and_then(|s| s.number_format.as_ref()).map(|f| f.format_code.as_str());
        cells.put(file, worksheet, cell.get_position(), shown(cell.get_value().clone().into(), code))?;
    }
    Ok(Grid::of_cells(worksheet, cells.0))
}

/// What a worksheet part says besides its cells.
#[derive(Debug, Default)]
struct Marks {
    merges: Vec<Merge>,
    hidden_rows: Vec<usize>,
    hidden_columns: Vec<(usize, usize)>,
    /// Column and line of a cell that is a link, and the id of its relation.
    links: Vec<((usize, usize), String)>,
}

fn marks(xml: &str) -> Marks {
    let mut reader = Reader::from_str(xml);
    let mut marks = Marks::default();
    let mut line = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => {
                let hidden = || attribute(&e, "hidden").is_some_and(|h| is_on(&h));
                match e.local_name().as_ref() {
                    "row" => {
                        line = number(&e, "r").unwrap_or(line.saturating_add(1));
                        if hidden() {
                            marks.hidden_rows.push(line);
                        }
                    }
                    "col" if hidden() => {
                        if let (Some(min @ 1..), Some(max @ 1..)) = (number(&e, "min"), number(&e, "max")) {
                            marks.hidden_columns.push((min - 1, max - 1));
                        }
                    }
                    "hyperlink" => {
                        let cell = attribute(&e, "ref").and_then(|r| parse_reference(r.split(':').next()?));
                        // `r:id`; one without it points into the workbook.
                        marks.links.extend(cell.zip(attribute(&e, "id")));
                    }
                    "mergeCell" => {
                        let range = attribute(&e, "ref").unwrap_or_default();
                        let ends = range.split_once(':').map(|(a, b)| (parse_reference(a), parse_reference(b)));
                        if let Some((Some((left, top)), Some((right, bottom)))) = ends {
                            let merge = Merge { lines: (top, bottom.max(top)), columns: (left, right.max(left)) };
                            marks.merges.push(merge);
                        }
                    }
                    _ => {}
                }
            }
            // The cells were read, so the part is whole as far as they go.
            Ok(Event::Eof) | Err(_) => {
                marks.hidden_rows.sort_unstable();
                return marks;
            }
            Ok(_) => {}
        }
    }
}

/// Writes the addresses of cells that are links after their text, where it does not say them: a page that is cited is
/// looked at.
fn links(
    package: &mut Package<'_>,
    part: &str,
    links: &[((usize, usize), String)],
    table: &mut Grid,
) -> Result<(), SheetError> {
    if links.is_empty() {
        return Ok(());
    }
    let targets: BTreeMap<String, String> =
        relations_of(package, part)?.into_iter().filter(|r| r.external).map(|r| (r.id, r.target)).collect();
    for ((column, line), id) in links {
        let Some(address) = targets.get(id).filter(|a| a.starts_with("http")) else { continue };
        let Ok(place) = table.rows.binary_search_by_key(line, |row| row.line) else { continue };
        let Some(row) = table.rows.get_mut(place) else { continue };
        if let Some(cell) = row.cells.get_mut(column) {
            cited(cell, address);
            row.raw = row.cells.values().map(|c| bare(c)).collect::<Vec<_>>().join("\t");
        }
    }
    Ok(())
}

/// Adds an address to a text that is more than a number or a mark and does not say it.
pub(crate) fn cited(text: &mut String, address: &str) {
    let words = text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    if words && !text.contains(address.trim_end_matches('/')) {
        text.push_str(&format!(" ({address})"));
    }
}

/// The worksheets of a workbook, in its order; chart sheets have no cells and are left out.
pub(crate) fn tables(file: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let mut package = Package::open(file, bytes)?;
    package.check_size()?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => SheetError::Password { file: file.to_owned() },
        other => broken(file, "byte 0", other),
    })?;
    let mut tables = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut table = grid(file, &mut workbook, &sheet.name)?;
        table.hidden = sheet.visible != SheetVisible::Visible;
        if let Ok(part) = part_of(file, &mut package, &sheet.name) {
            let marks = marks(&package.text(&part)?);
            for row in &mut table.rows {
                row.hidden = marks.hidden_rows.binary_search(&row.line).is_ok();
            }
            table.merges = marks.merges.clone();
            table.hidden_columns.clone_from(&marks.hidden_columns);
            links(&mut package, &part, &marks.links, &mut table)?;
            checkbox::place(&mut package, &part, &mut table)?;
        }
        tables.push(table);
    }
    Ok(tables)
}
