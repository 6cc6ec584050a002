//! Sheets as workbooks of before 2007 (xls) and as binary workbooks (xlsb), read by `calamine`.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader as _, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError};

use super::grid::{Grid, Merge};
use super::package::{Package, broken};
use super::xlsx::{Cells, shown};
use super::{SheetError, biff};

/// Runs a parser that panics on some damaged files: that a file is damaged must be told, not end the program.
fn guarded<T>(file: &str, parse: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(broken(file, "byte 0", "damaged records")))
}

/// The worksheets of an xls workbook, in its order.
pub(crate) fn tables(file: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let hidden = biff::look(file, bytes)?;
    guarded(file, || {
        let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsError::Password => SheetError::Password { file: file.to_owned() },
            other => broken(file, "byte 0", other),
        })?;
        let mut tables = Vec::new();
        for (place, sheet) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
            if sheet.typ != SheetType::WorkSheet {
                continue;
            }
            let range = workbook.worksheet_range(&sheet.name).map_err(|e| broken(file, &sheet.name, e))?;
            let (top, left) = range.start().unwrap_or_default();
            let mut cells = Cells::default();
            for (row, column, value) in range.used_cells() {
                let at = (top + u32::try_from(row).unwrap_or(0), left + u32::try_from(column).unwrap_or(0));
                cells.put(file, &sheet.name, at, shown(value.clone(), None))?;
            }
            let mut table = Grid::of_cells(&sheet.name, cells.0);
            table.hidden = sheet.visible != SheetVisible::Visible;
            let place_of = |n: u32| usize::try_from(n).unwrap_or(0);
            for merge in workbook.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default() {
                let (start, end) = (merge.start, merge.end);
                table.merges.push(Merge {
                    lines: (place_of(start.0) + 1, place_of(end.0.max(start.0)) + 1),
                    columns: (place_of(start.1), place_of(end.1.max(start.1))),
                });
            }
            if let Some(hidden) = hidden.get(&place) {
                for row in &mut table.rows {
                    row.hidden = row.line.checked_sub(1).is_some_and(|r| hidden.rows.binary_search(&r).is_ok());
                }
                table.hidden_columns.clone_from(&hidden.columns);
            }
            tables.push(table);
        }
        Ok(tables)
    })
}

/// The worksheets of an xlsb workbook, in its order. Merged cells and hidden rows are not known.
pub(crate) fn tables_xlsb(file: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    Package::open(file, bytes)?.check_size()?;
    guarded(file, || {
        let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsbError::Password => SheetError::Password { file: file.to_owned() },
            other => broken(file, "byte 0", other),
        })?;
        let mut tables = Vec::new();
        for sheet in workbook.sheets_metadata().to_vec() {
            if sheet.typ != SheetType::WorkSheet {
                continue;
            }
            let mut cells = Cells::default();
            let mut reader = workbook.worksheet_cells_reader(&sheet.name).map_err(|e| broken(file, &sheet.name, e))?;
            while let Some(cell) = reader.next_cell().map_err(|e| broken(file, &sheet.name, e))? {
                cells.put(file, &sheet.name, cell.get_position(), shown(cell.get_value().clone().into(), None))?;
            }
            let mut table = Grid::of_cells(&sheet.name, cells.0);
            table.hidden = sheet.visible != SheetVisible::Visible;
            tables.push(table);
        }
        Ok(tables)
    })
}
