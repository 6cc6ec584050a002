//! The `[layout]` of a project: what a person says of a sheet's layout, where the program would read it otherwise.
//!
//! ```toml
//! [layout]                                  # of every table, or of the one that worksheet or table (from 1) names
//! header_row = 3                            # 0: there is none
//! columns = { number = "B", text = ["C", "D"], answer = "F", remark = "備考", section = ["A"] }
//! answers = { "A" = "yes", "B" = "partial", "C" = "no" }
//! skip_rows = ["1-2", 40]
//!
//! [[layout.table]]                          # of one table among several
//! worksheet = "改訂履歴"
//! read = false
//! ```

use std::{collections::BTreeMap, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::error::{Problem, Source};
use crate::model::{Answer, Corrections, TableCorrection};

const ROLES: [&str; 5] = ["number", "section", "text", "answer", "remark"];
const ANSWERS: [(&str, Answer); 5] = [
    ("yes", Answer::Yes),
    ("no", Answer::No),
    ("partial", Answer::Partial),
    ("na", Answer::Na),
    ("unknown", Answer::Unknown),
];

/// `[layout]`, with the places of what may be wrong in it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawLayout {
    worksheet: Option<String>,
    /// A number; or the list that `[[layout.table]]` makes.
    table: Option<Spanned<toml::Value>>,
    read: Option<bool>,
    header_row: Option<usize>,
    columns: BTreeMap<String, Spanned<toml::Value>>,
    answers: BTreeMap<String, Spanned<String>>,
    skip_rows: Vec<Spanned<toml::Value>>,
}

/// One of `[[layout.table]]`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawTable {
    worksheet: Option<String>,
    table: Option<usize>,
    read: Option<bool>,
    header_row: Option<usize>,
    columns: BTreeMap<String, toml::Value>,
    answers: BTreeMap<String, String>,
    skip_rows: Vec<toml::Value>,
}

/// Where a problem is told, and what it is.
struct Wrong<'a> {
    source: &'a Source,
    problems: &'a mut Vec<Problem>,
}

impl Wrong<'_> {
    fn add(&mut self, span: &Range<usize>, message: String, help: &str) {
        self.problems.push(self.source.problem(span.clone(), message, help));
    }
}

/// What `[layout]` says.
pub(super) fn corrections(source: &Source, raw: Option<RawLayout>, problems: &mut Vec<Problem>) -> Corrections {
    let Some(raw) = raw else { return Corrections::default() };
    let mut wrong = Wrong { source, problems };
    let mut first = TableCorrection {
        worksheet: raw.worksheet,
        read: raw.read,
        header_row: raw.header_row,
        ..TableCorrection::default()
    };
    for (role, words) in raw.columns {
        let span = words.span();
        column(&mut wrong, &span, role, words.into_inner(), &mut first);
    }
    for (mark, meaning) in raw.answers {
        answer(&mut wrong, &meaning.span(), mark, meaning.get_ref(), &mut first);
    }
    for rows in raw.skip_rows {
        let span = rows.span();
        skip(&mut wrong, &span, &rows.into_inner(), &mut first);
    }
    let mut tables = Vec::new();
    match raw.table.map(|t| (t.span(), t.into_inner())) {
        None => {}
        Some((span, toml::Value::Integer(number))) => match usize::try_from(number).ok().filter(|n| *n > 0) {
            Some(number) => first.table = Some(number),
            None => wrong.add(
                &span,
                format!("expected a table's place from 1, found {number}"),
                "count the tables of the file",
            ),
        },
        Some((span, toml::Value::Array(list))) => {
            for value in list {
                match value.try_into::<RawTable>() {
                    Ok(raw) => tables.push(table(&mut wrong, &span, raw)),
                    Err(error) => wrong.add(
                        &span,
                        error.message().replace('\n', ", "),
                        "a [[layout.table]] has worksheet, table, read, header_row, columns, answers and skip_rows",
                    ),
                }
            }
        }
        Some((span, other)) => wrong.add(
            &span,
            format!("expected a table's place from 1, found {other}"),
            "write table = 2, or [[layout.table]] for several",
        ),
    }
    if first != TableCorrection::default() {
        tables.insert(0, first);
    }
    Corrections { tables }
}

fn table(wrong: &mut Wrong<'_>, span: &Range<usize>, raw: RawTable) -> TableCorrection {
    let mut table = TableCorrection {
        worksheet: raw.worksheet,
        table: raw.table,
        read: raw.read,
        header_row: raw.header_row,
        ..TableCorrection::default()
    };
    if table.worksheet.is_none() && table.table.is_none() {
        wrong.add(
            span,
            "expected worksheet or table in each [[layout.table]], found neither".to_owned(),
            "name the table, or write it under [layout] where it holds for all",
        );
    }
    for (role, words) in raw.columns {
        column(wrong, span, role, words, &mut table);
    }
    for (mark, meaning) in raw.answers {
        answer(wrong, span, mark, &meaning, &mut table);
    }
    for rows in &raw.skip_rows {
        skip(wrong, span, rows, &mut table);
    }
    table
}

fn column(wrong: &mut Wrong<'_>, span: &Range<usize>, role: String, words: toml::Value, table: &mut TableCorrection) {
    if !ROLES.contains(&role.as_str()) {
        wrong.add(
            span,
            format!("expected number, section, text, answer or remark, found {role}"),
            "a column is one of these, or is not read",
        );
        return;
    }
    let word = |value: toml::Value| match value {
        toml::Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        toml::Value::Integer(number) if number > 0 => Some(number.to_string()),
        _ => None,
    };
    let list = match words {
        toml::Value::Array(list) => list.into_iter().map(word).collect::<Option<Vec<String>>>(),
        one => word(one).map(|w| vec![w]),
    };
    match list {
        Some(list) => {
            table.columns.insert(role, list);
        }
        None => wrong.add(
            span,
            format!("expected the column of {role} by letter, header or number from 1, found something else"),
            "write \"C\", \"備考\", 3, or a list of these",
        ),
    }
}

fn answer(wrong: &mut Wrong<'_>, span: &Range<usize>, mark: String, meaning: &str, table: &mut TableCorrection) {
    match ANSWERS.iter().find(|(word, _)| *word == meaning) {
        Some((_, answer)) => {
            table.answers.insert(mark, *answer);
        }
        None => wrong.add(
            span,
            format!("expected yes, no, partial, na or unknown, found {meaning:?}"),
            "say what the mark means: answers = { \"A\" = \"yes\" }",
        ),
    }
}

fn skip(wrong: &mut Wrong<'_>, span: &Range<usize>, rows: &toml::Value, table: &mut TableCorrection) {
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n > 0);
    let range = match rows {
        toml::Value::Integer(row) => usize::try_from(*row).ok().filter(|n| *n > 0).map(|n| (n, n)),
        toml::Value::String(text) => match text.split_once('-') {
            Some((from, to)) => number(from).zip(number(to)),
            None => number(text).map(|n| (n, n)),
        },
        _ => None,
    };
    match range.filter(|(from, to)| from <= to) {
        Some(range) => table.skip_rows.push(range),
        None => wrong.add(
            span,
            format!("expected a row or a range of rows, found {rows}"),
            "write 40, or \"1-3\" with the smaller first",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MappingError, Project};
    use super::*;

    fn read(text: &str) -> Corrections {
        Project::parse("kakunin.toml", text).unwrap().layout
    }

    fn problems(text: &str) -> Vec<(usize, String)> {
        match Project::parse("kakunin.toml", text) {
            Err(MappingError::Invalid(problems)) => problems.iter().map(|p| (p.line, p.to_string())).collect(),
            other => panic!("expected problems, found {other:?}"),
        }
    }

    #[test]
    fn a_layout_is_read() {
        let said = read(
            "[layout]\nworksheet = \"回答\"\nheader_row = 3\ncolumns = { number = \"B\", text = [\"C\", 4], remark = \"備考\" }\n\
             answers = { \"A\" = \"yes\", \"-\" = \"na\" }\nskip_rows = [\"1-2\", 40]\n",
        );
        let [table] = said.tables.as_slice() else { panic!("{said:?}") };
        assert_eq!(table.worksheet.as_deref(), Some("回答"));
        assert_eq!((table.header_row, table.table), (Some(3), None));
        assert_eq!(table.columns["text"], ["C", "4"]);
        assert_eq!(table.columns["remark"], ["備考"]);
        assert_eq!((table.answers["A"], table.answers["-"]), (Answer::Yes, Answer::Na));
        assert_eq!(table.skip_rows, [(1, 2), (40, 40)]);
        assert!(read("").is_empty() && read("[layout]\n").is_empty());
    }

    #[test]
    fn several_tables_are_told_apart() {
        let said = read(
            "[layout]\nanswers = { \"済\" = \"yes\" }\n[[layout.table]]\nworksheet = \"表紙\"\nread = false\n\
             [[layout.table]]\ntable = 2\ncolumns = { answer = \"F\" }\n",
        );
        assert_eq!(said.tables.len(), 3);
        assert_eq!((said.tables[0].table, said.tables[1].read, said.tables[2].table), (None, Some(false), Some(2)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_a_help() {
        for (text, line, says) in [
            ("[layout]\ncolums = {}", 2, "colums"),
            ("[layout]\ncolumns = { note = \"B\" }", 2, "number, section, text, answer or remark"),
            ("[layout]\ncolumns = { text = 0 }", 2, "by letter, header or number"),
            ("[layout]\nanswers = { \"A\" = \"ok\" }", 2, "yes, no, partial, na or unknown"),
            ("[layout]\nskip_rows = [\n1,\n\"9-3\"]", 4, "smaller first"),
            ("[layout]\ntable = 0", 2, "from 1"),
            ("[layout]\ntable = \"x\"", 2, "[[layout.table]]"),
            ("[[layout.table]]\nread = false", 1, "neither"),
            ("[[layout.table]]\ntable = 1\ncolumn = {}", 1, "column"),
        ] {
            let found = problems(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].0, line, "{text}: {found:?}");
            assert!(found[0].1.contains(says), "{text}: {found:?}");
        }
    }
}
