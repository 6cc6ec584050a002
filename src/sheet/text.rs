//! Sheets as lines: cells with tabs between them, or with vertical bars, or in columns that spaces line up.

use super::encoding::Encoding;
use super::grid::{Grid, Row};

/// A line without its end, and its end (`\n`, `\r\n`, or nothing on the last line).
pub(crate) fn lines(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    body.split_inclusive(|b| *b == b'\n').map(|line| {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        line.split_at_checked(text.len()).unwrap_or((line, &[]))
    })
}

/// What separates the cells of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cells {
    Tabs,
    Bars,
    /// Two or more spaces, or an ideographic one. Where each column begins, in half widths.
    Aligned(Vec<usize>),
}

impl Cells {
    /// As [`crate::model::Layout::delimiter`] has it.
    pub(crate) fn delimiter(&self) -> char {
        match self {
            Cells::Tabs => '\t',
            Cells::Bars => '|',
            Cells::Aligned(_) => ' ',
        }
    }

    /// Finds what separates the cells. Tabs, wherever there is one; others only where the whole file is so.
    pub(crate) fn find(lines: &[&str]) -> Self {
        if lines.iter().any(|line| line.contains('\t')) {
            return Cells::Tabs;
        }
        let written: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
        let most = |count: usize| count >= 2 && count * 2 >= written.len();
        if most(written.iter().filter(|line| bars(line).len() > 2 || is_rule(line)).count()) {
            return Cells::Bars;
        }
        let wide: Vec<Vec<(usize, &str)>> =
            written.iter().map(|line| words(line)).filter(|cells| cells.len() > 2).collect();
        // The line with the most cells is the header, or as good as one.
        let widest = wide.iter().max_by_key(|cells| (cells.len(), std::cmp::Reverse(cells.first().map(|c| c.0))));
        match widest {
            Some(header) if most(wide.len()) => Cells::Aligned(header.iter().map(|(start, _)| *start).collect()),
            _ => Cells::Tabs,
        }
    }

    fn split(&self, line: &str) -> Vec<String> {
        match self {
            Cells::Tabs => line.split('\t').map(str::to_owned).collect(),
            Cells::Bars if is_rule(line) => Vec::new(),
            Cells::Bars => bars(line),
            Cells::Aligned(starts) => {
                let words = words(line);
                if words.len() < 2
                    && words.first().is_none_or(|(start, _)| *start <= starts.first().copied().unwrap_or(0))
                {
                    return vec![line.to_owned()];
                }
                let mut cells = vec![String::new(); starts.len()];
                for (start, word) in words {
                    // One half width of slack: people align by eye.
                    let column = starts.iter().rposition(|s| *s <= start + 1).unwrap_or(0);
                    if let Some(cell) = cells.get_mut(column) {
                        if !cell.is_empty() {
                            cell.push_str("  ");
                        }
                        cell.push_str(word);
                    }
                }
                cells
            }
        }
    }
}

/// A line that only draws: `|---|:-:|`, `+----+`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains("--") && line.chars().all(|c| matches!(c, '-' | '+' | ':' | '=' | '|' | ' '))
}

/// Cells between vertical bars; a backslash keeps a bar as text. Bars around the line are no cells.
pub(crate) fn bars(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for character in line.trim().chars() {
        match character {
            '|' if !escaped => cells.push(String::new()),
            '\\' if !escaped => escaped = true,
            c => {
                if let Some(cell) = cells.last_mut() {
                    if escaped && c != '|' {
                        cell.push('\\');
                    }
                    cell.push(c);
                }
                escaped = false;
            }
        }
    }
    if escaped && let Some(cell) = cells.last_mut() {
        cell.push('\\');
    }
    if cells.len() > 1 {
        if cells.first().is_some_and(|cell| cell.trim().is_empty()) {
            cells.remove(0);
        }
        if cells.last().is_some_and(|cell| cell.trim().is_empty()) && line.trim().ends_with('|') {
            cells.pop();
        }
    }
    cells
}

/// Pieces of a line that two or more spaces (or an ideographic one) part, and where each begins in half widths.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut column = 0;
    // Where the piece begins, in bytes and half widths, and where its last character that is no space ends.
    let mut piece: Option<(usize, usize, usize)> = None;
    let mut gap = 0;
    for (at, character) in line.char_indices() {
        if character.is_whitespace() {
            gap += width(character);
        } else {
            if let Some((start, begins, end)) = piece.filter(|_| gap > 1) {
                found.push((begins, line.get(start..end).unwrap_or_default()));
                piece = None;
            }
            let (start, begins, _) = piece.unwrap_or((at, column, at));
            piece = Some((start, begins, at + character.len_utf8()));
            gap = 0;
        }
        column += width(character);
    }
    if let Some((start, begins, end)) = piece {
        found.push((begins, line.get(start..end).unwrap_or_default()));
    }
    found
}

/// Half widths that a character takes on a Japanese terminal: one up to U+10FF and for half-width kana (Unicode Standard
/// Annex 11, "East Asian Width").
fn width(character: char) -> usize {
    match character {
        '\u{0}'..='\u{10FF}' | '\u{FF61}'..='\u{FF9F}' => 1,
        _ => 2,
    }
}

/// Half widths that a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// The rows of a text file, and what separates their cells.
pub(crate) fn grid(encoding: Encoding, body: &[u8]) -> (Cells, Grid) {
    let decoded: Vec<String> = lines(body).map(|(line, _)| encoding.decode(line).into_owned()).collect();
    let cells = Cells::find(&decoded.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = (1..).zip(decoded).map(|(number, line)| {
        let split = cells.split(&line);
        Row::new(number, line, split)
    });
    let rows = rows.collect();
    (cells, Grid { rows, ..Grid::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (char, Vec<Vec<String>>) {
        let (cells, grid) = grid(Encoding::Utf8, text.as_bytes());
        let rows = grid.rows.iter().map(|row| (0..row.width).map(|c| row.get(c).to_owned()).collect()).collect();
        (cells.delimiter(), rows)
    }

    #[test]
    fn bars_and_columns_are_found_where_the_whole_file_is_so() {
        let (delimiter, found) = rows("No | 質問 | 回答\n---+---+---\n1 | a \\| b | ○\n| 2 | c |  |\n");
        assert_eq!(delimiter, '|');
        assert_eq!(found[0], ["No", "質問", "回答"]);
        assert!(found[1].is_empty());
        assert_eq!(found[2], ["1", "a | b", "○"]);
        assert_eq!(found[3], ["2", "c", ""]);

        let text = "No  確認事項              回答  備考\n1   暗号化すること。      ○    毎日\n2   退職者を消すこと。          未定\n注記\n";
        let (delimiter, found) = rows(text);
        assert_eq!(delimiter, ' ');
        assert_eq!(found[0], ["No", "確認事項", "回答", "備考"]);
        assert_eq!(found[1], ["1", "暗号化すること。", "○", "毎日"]);
        assert_eq!(found[2], ["2", "退職者を消すこと。", "", "未定"]);
        assert_eq!(found[3], ["注記"]);

        for prose in
            ["a | b\nただの文章\nただの文章\nただの文章\n", "一つ  二つ\n三つ\n", "1\ta | b | c\n2\td | e | f\n"]
        {
            assert_eq!(rows(prose).0, '\t', "{prose}");
        }
    }
}
