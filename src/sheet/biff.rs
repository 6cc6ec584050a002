//! A first look at an xls workbook (MS-CFB, MS-XLS): what `calamine` does not give (hidden rows and columns), and whether the
//! records are sound enough to be handed to it, because it trusts sizes and places that a damaged file claims.

use std::collections::BTreeMap;

use super::SheetError;
use super::package::{broken, too_large};

/// Most cells of the rectangle that a worksheet's cells stand in: `calamine` allocates all of them.
const MOST_AREA: usize = 1_000_000;

/// What is hidden in a worksheet.
#[derive(Debug, Default, Clone)]
pub(crate) struct Hidden {
    /// Rows, from 0.
    pub(crate) rows: Vec<usize>,
    /// First and last column, from 0.
    pub(crate) columns: Vec<(usize, usize)>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
}

/// Sectors of a compound file.
struct Sectors<'b> {
    bytes: &'b [u8],
    size: usize,
    /// Sector → the next one of its stream.
    next: Vec<usize>,
}

impl Sectors<'_> {
    /// Sector numbers from here on are marks (MS-CFB 2.1).
    const LAST: usize = 0xFFFF_FFFA;

    fn sector(&self, number: usize) -> Option<&[u8]> {
        let start = number.checked_add(1)?.checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn chain(&self, first: usize) -> Option<Vec<u8>> {
        let (mut out, mut at) = (Vec::new(), first);
        while at < Self::LAST {
            out.extend_from_slice(self.sector(at)?);
            // A chain that goes in circles is longer than the file.
            if out.len() > self.bytes.len() {
                return None;
            }
            at = *self.next.get(at)?;
        }
        Some(out)
    }
}

/// The stream that holds the workbook.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut sectors = Sectors { bytes, size, next: Vec::new() };
    // The table of tables: 109 entries in the header, the rest in sectors of their own.
    let mut tables: Vec<usize> = (0..109).filter_map(|i| u32_at(bytes, 76 + i * 4)).collect();
    let mut more = u32_at(bytes, 68)?;
    let mut seen = 0;
    while more < Sectors::LAST {
        let sector = sectors.sector(more)?;
        tables.extend((0..size / 4 - 1).filter_map(|i| u32_at(sector, i * 4)));
        more = u32_at(sector, size - 4)?;
        seen += 1;
        if seen > bytes.len() / size {
            return None;
        }
    }
    let mut next = Vec::new();
    for table in tables.into_iter().filter(|t| *t < Sectors::LAST) {
        let sector = sectors.sector(table)?;
        next.extend((0..size / 4).filter_map(|i| u32_at(sector, i * 4)));
        if next.len() > bytes.len() {
            return None;
        }
    }
    sectors.next = next;
    let directory = sectors.chain(u32_at(bytes, 48)?)?;
    let mut entries = directory.chunks_exact(128);
    let root = entries.clone().next()?;
    let names = ["Workbook", "Book"].map(|name| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let entry = entries.find(|entry| {
        let length = u16_at(entry, 64).unwrap_or(0).saturating_sub(2);
        names.iter().any(|name| entry.get(..length).is_some_and(|own| own.eq_ignore_ascii_case(name)))
    })?;
    let (first, length) = (u32_at(entry, 116)?, u32_at(entry, 120)?);
    let mut stream = if length < 4096 {
        // Short streams stand in pieces of 64 bytes inside the root's stream.
        let inside = sectors.chain(u32_at(root, 116)?)?;
        let next = sectors.chain(u32_at(bytes, 60)?)?;
        let mini = |at: usize| inside.get(at.checked_mul(64)?..at.checked_mul(64)?.checked_add(64)?.min(inside.len()));
        let (mut out, mut at) = (Vec::new(), first);
        while at < Sectors::LAST && out.len() < length {
            out.extend_from_slice(mini(at)?);
            at = u32_at(&next, at.checked_mul(4)?)?;
        }
        out
    } else {
        sectors.chain(first)?
    };
    stream.truncate(length);
    Some(stream)
}

/// Records of a stream: kind and data.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = Option<(usize, &[u8])>> {
    let mut at = from;
    let mut over = false;
    std::iter::from_fn(move || {
        if over || at >= stream.len() {
            return None;
        }
        let record = (|| {
            let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
            let data = stream.get(at + 4..(at + 4).checked_add(length)?)?;
            at += 4 + length;
            Some((kind, data))
        })();
        over = record.is_none();
        Some(record)
    })
}

/// Looks through the records of every worksheet: what is hidden, by the worksheet's place among all.
///
/// # Errors
/// Where the workbook is broken, or its cells stand too far apart to be held in memory.
pub(crate) fn look(file: &str, bytes: &[u8]) -> Result<BTreeMap<usize, Hidden>, SheetError> {
    let damaged = |found: &str| broken(file, "byte 0", found);
    let stream = workbook_stream(bytes).ok_or_else(|| damaged("a compound file without a whole workbook in it"))?;
    // BOUNDSHEET: where the worksheets' records begin.
    let mut starts = Vec::new();
    for record in records(&stream, 0) {
        match record {
            Some((0x0085, data)) => starts.push(u32_at(data, 0).filter(|s| *s < stream.len())),
            Some((0x000A, _)) => break,
            Some(_) => {}
            None => return Err(damaged("a workbook whose records end early")),
        }
    }
    let mut found = BTreeMap::new();
    for (place, start) in starts.into_iter().enumerate() {
        let start = start.ok_or_else(|| damaged("a worksheet that begins past the end of the workbook"))?;
        found.insert(place, worksheet(file, &stream, start)?);
    }
    Ok(found)
}

fn worksheet(file: &str, stream: &[u8], start: usize) -> Result<Hidden, SheetError> {
    let mut hidden = Hidden::default();
    let mut corners: Option<(usize, usize, usize, usize)> = None;
    let mut depth = 0usize;
    for record in records(stream, start) {
        let Some((kind, data)) = record else {
            return Err(broken(file, "a worksheet", "records that end early"));
        };
        let cell = || Some((u16_at(data, 0)?, u16_at(data, 2)?));
        match kind {
            // Begin and end of the worksheet and of what is embedded in it.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => depth += 1,
            0x000A => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            // DIMENSIONS: calamine reserves as many cells as it claims.
            0x0200 => {
                let size = if data.len() == 10 {
                    (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4), u16_at(data, 6))
                } else {
                    (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10))
                };
                if let (Some(top), Some(bottom), Some(left), Some(right)) = size {
                    let area =
                        bottom.saturating_sub(top).saturating_mul(right.saturating_sub(left.min(right)).max(256));
                    // 65,536 rows of 256 columns are what a worksheet has (Microsoft Support).
                    if bottom > 65_536 || right > 16_384 || (bottom > 0 && top >= bottom) || area > 65_536 * 256 {
                        return Err(broken(file, "a worksheet", format!("a size of rows {top} to {bottom}")));
                    }
                }
            }
            // ROW: bit 5 of the options says that it is hidden.
            0x0208 => {
                if let (Some(row), Some(options)) = (u16_at(data, 0), u16_at(data, 12))
                    && options & 0x20 != 0
                {
                    hidden.rows.push(row);
                }
            }
            // COLINFO: bit 0 of the options.
            0x007D => {
                if let (Some(first), Some(last), Some(options)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 8))
                    && options & 1 != 0
                {
                    hidden.columns.push((first, last.max(first)));
                }
            }
            // Cells: NUMBER, LABEL, RSTRING, BOOLERR, RK, LABELSST, MULRK, FORMULA.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                if let Some((row, column)) = cell() {
                    let last = if kind == 0x00BD {
                        u16_at(data, data.len().saturating_sub(2)).unwrap_or(column)
                    } else {
                        column
                    };
                    let (top, bottom, left, right) = corners.unwrap_or((row, row, column, column));
                    corners = Some((top.min(row), bottom.max(row), left.min(column), right.max(last)));
                }
            }
            _ => {}
        }
    }
    if let Some((top, bottom, left, right)) = corners {
        let area = (bottom - top + 1).saturating_mul(right.saturating_sub(left) + 1);
        if area > MOST_AREA {
            let found = format!("cells as far apart as row {} and column {}", bottom + 1, right + 1);
            return Err(too_large(file, "a worksheet", found));
        }
    }
    hidden.rows.sort_unstable();
    Ok(hidden)
}
