//! Columns added to the tables of a Markdown text, and lines below the items of its lists.

use super::encoding::Encoding;
use super::evidence;
use super::fill::{Fill, Job};
use super::markdown::{self, OWN_LINE};
use super::xml::Edits;
use super::{SheetError, package};

pub(crate) fn fill(job: &Job<'_>, how: Fill) -> Result<Vec<u8>, SheetError> {
    let file = &job.opened.file;
    let encoding = Encoding::detect(file, job.bytes)?;
    let body = encoding.body(job.bytes);
    let text = encoding.decode(&body).into_owned();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edits = Edits::default();
    // Items that are neither in a table nor in a list.
    let mut left: Vec<usize> = Vec::new();
    let lang = match how {
        Fill::Columns => None,
        Fill::EvidenceSheet(lang) => Some(lang),
    };
    if lang.is_none() {
        left = columns(job, &text, end, &mut edits);
    } else {
        left.extend(0..job.items.len());
    }
    if !left.is_empty() {
        let lang = lang.unwrap_or_else(|| language(job));
        let mut table = if text.ends_with('\n') { end.to_owned() } else { end.repeat(2) };
        table.push_str(&format!("## {}{end}{end}", evidence::name(lang)));
        for (place, row) in
            evidence::rows(job.sheet, job.columns, lang, |place| left.contains(&place)).iter().enumerate()
        {
            table.push_str(&row.iter().map(|cell| format!("| {} ", escaped(cell))).collect::<String>());
            table.push_str(&format!("|{end}"));
            if place == 0 {
                table.push_str(&format!("{}|{end}", "| --- ".repeat(row.len())));
            }
        }
        edits.insert(text.len(), table);
    }
    let filled = edits.apply(&text).map_err(|found| package::broken(file, "line 1", found))?;
    Ok(encoding.file(encoding.encode(file, "the new cells", &filled)?))
}

/// The language of what we write around the columns: theirs.
pub(crate) fn language(job: &Job<'_>) -> crate::model::Lang {
    let japanese = job.columns.iter().any(|c| c.header.chars().any(|c| c >= '\u{3040}'));
    if japanese { crate::model::Lang::Ja } else { crate::model::Lang::En }
}

/// Adds the cells; the places of the items that have nowhere to add them.
fn columns(job: &Job<'_>, text: &str, end: &str, edits: &mut Edits) -> Vec<usize> {
    let (_, spots) = markdown::parse(text);
    let marked = evidence::marked(job.columns);
    for cells in &job.cells {
        // Every table with new cells gets them in its header, without which the dialect does not show them.
        let lines: Vec<usize> = cells.keys().copied().collect();
        let head = spots.headers.keys().rev().find(|head| lines.first().is_some_and(|line| *head <= line));
        if let Some(head) = head.filter(|_| lines.iter().any(|line| spots.rows.contains_key(line))) {
            for (line, (columns, span)) in spots.rows.range(head..) {
                let row = text.get(span.clone()).unwrap_or_default();
                let header: Vec<&str> = marked.iter().map(|c| c.header.as_str()).collect();
                let empty = vec![""; header.len()];
                let own = match cells.get(line) {
                    Some(cells) => cells,
                    None if line == head => &header,
                    None => &empty,
                };
                if line != head && spots.headers.contains_key(line) {
                    break;
                }
                // What is short of cells is shown with empty ones.
                if cells.contains_key(line) || line == head || bar(row, *columns).is_some_and(|at| has_more(row, at)) {
                    edits.insert_row(row, span.start, *columns, own);
                }
                if line == head {
                    let rule = spots.headers.get(head).and_then(|rule| text.lines().nth(rule - 1).map(|t| (*rule, t)));
                    if let Some((rule, source)) = rule {
                        let start: usize = text.split_inclusive('\n').take(rule - 1).map(str::len).sum();
                        edits.insert_row(source, start, *columns, &vec!["---"; header.len()]);
                    }
                }
            }
        }
    }
    let mut left = Vec::new();
    for (place, (table, line)) in job.items.iter().enumerate() {
        if spots.rows.contains_key(line) {
            continue;
        }
        let Some((at, indent)) = spots.items.get(line) else {
            left.push(place);
            continue;
        };
        let Some(cells) = job.cells.get(*table).and_then(|cells| cells.get(line)) else { continue };
        let said: Vec<String> = job
            .columns
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| {
                // The mark at the end of the line says whose it is.
                let label = format!("{}{}: ", evidence::OWN_COLUMN, column.header);
                format!("{}: {}", escaped(&column.header), escaped(cell.strip_prefix(&label).unwrap_or(cell)))
            })
            .collect();
        if said.is_empty() {
            continue;
        }
        let before = if text.get(..*at).is_some_and(|t| t.ends_with('\n')) { "" } else { end };
        let after = if before.is_empty() { end } else { "" };
        edits.insert(*at, format!("{before}{}- {} {OWN_LINE}{after}", " ".repeat(*indent), said.join(" / ")));
    }
    left
}

/// Byte of the bar that ends the cell in column `columns - 1`.
fn bar(row: &str, columns: usize) -> Option<usize> {
    let lead = row.len() - row.trim_start().len();
    let wanted = columns + usize::from(row.trim_start().starts_with('|'));
    let mut escaped = false;
    let mut found = 0;
    for (at, character) in row.char_indices().skip_while(|(at, _)| *at < lead) {
        match character {
            '|' if !escaped => {
                found += 1;
                if found == wanted {
                    return Some(at);
                }
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

fn has_more(row: &str, bar: usize) -> bool {
    row.get(bar + 1..).is_some_and(|rest| !rest.trim().is_empty())
}

impl Edits {
    /// Adds cells after the first `columns` of a row that begins at `start`.
    fn insert_row(&mut self, row: &str, start: usize, columns: usize, cells: &[&str]) {
        let text = cells.iter().map(|cell| format!(" {} |", escaped(cell))).collect::<String>();
        match bar(row, columns) {
            Some(at) => self.insert(start + at + 1, text),
            None => {
                let written = row.trim_end();
                let have = super::text::bars(written).len();
                let closed = written.ends_with('|') && !written.ends_with("\\|");
                let missing = "  |".repeat(columns.saturating_sub(have));
                self.insert(start + written.len(), format!("{}{missing}{text}", if closed { "" } else { " |" }));
            }
        }
    }
}

/// A text as it stands in a cell or an item: plain, whatever is in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        match character {
            '\r' => {}
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '_' if before.is_alphanumeric() && characters.peek().is_some_and(|c| c.is_alphanumeric()) => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(character);
            }
            c => out.push(c),
        }
        before = character;
    }
    out
}
