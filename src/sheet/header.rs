//! The row that names the columns.

use std::collections::BTreeMap;

use super::grid::Row;
use super::pattern::normal;
use super::{answer, number};
use crate::model::Answer;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Number,
    Answer,
    Remark,
    Text,
}

impl Role {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Role::Number => "number",
            Role::Answer => "answer",
            Role::Remark => "remark",
            Role::Text => "text",
        }
    }

    /// The words that name it, the surest first.
    fn words(self) -> &'static [&'static str] {
        match self {
            Role::Number => &[
                "no",
                "no.",
                "番号",
                "項番",
                "項目番号",
                "質問番号",
                "管理番号",
                "通番",
                "#",
                "id",
                "number",
                "ref",
                "item no",
                "item no.",
            ],
            Role::Answer => &[
                "実施の有無",
                "実施有無",
                "対応の有無",
                "対応有無",
                "実施状況",
                "対応状況",
                "回答",
                "ご回答",
                "有無",
                "判断",
                "適合状況",
                "answer",
                "response",
                "implemented",
                "compliance",
                "status",
            ],
            Role::Remark => &[
                "備考",
                "備考欄",
                "補足",
                "補足説明",
                "コメント",
                "特記事項",
                "説明",
                "詳細",
                "remarks",
                "remark",
                "comments",
                "comment",
                "notes",
                "note",
                "explanation",
                "details",
            ],
            Role::Text => &[
                "確認事項",
                "確認項目",
                "確認内容",
                "チェック項目",
                "チェック内容",
                "質問",
                "質問事項",
                "質問内容",
                "質問項目",
                "設問",
                "要求事項",
                "評価項目",
                "管理策",
                "question",
                "questions",
                "requirement",
                "control",
                "check item",
                "項目",
                "内容",
                "item",
                "description",
            ],
        }
    }
}

/// Which column has which role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns(pub(crate) BTreeMap<Role, usize>);

impl Columns {
    pub(crate) fn get(&self, role: Role) -> Option<usize> {
        self.0.get(&role).copied()
    }

    /// The cell of a role; empty where the sheet has no such column.
    pub(crate) fn cell<'r>(&self, row: &'r Row, role: Role) -> &'r str {
        self.get(role).map_or("", |c| row.get(c))
    }

    pub(crate) fn has(&self, column: usize) -> bool {
        self.0.values().any(|c| *c == column)
    }
}

/// Whether a header cell is short enough to name a column by how it begins or ends; longer ones are sentences. In characters.
fn is_short(name: &str) -> bool {
    name.chars().count() <= if name.is_ascii() { 40 } else { 16 }
}

/// How well a header cell names a role; smaller is better.
fn rank(cell: &str, role: Role) -> Option<usize> {
    let normal = normal(cell).to_lowercase();
    let words: Vec<&str> = normal.split('(').next().unwrap_or("").split_whitespace().collect();
    // Japanese header cells are broken anywhere to fit a narrow column.
    let name = words.join(if normal.is_ascii() { " " } else { "" });
    let words = role.words();
    if let Some(exact) = words.iter().position(|w| *w == name) {
        return Some(exact);
    }
    // One or two letters begin and end too many words ("note" begins with "no").
    let fits = |w: &&str| w.chars().count() > 2 || !w.is_ascii();
    is_short(&name)
        .then(|| words.iter().position(|w| fits(w) && (name.starts_with(w) || name.ends_with(w))))
        .flatten()
        .map(|p| 100 + p)
}

/// The columns that a row names.
fn named(row: &Row) -> Columns {
    let mut columns = Columns::default();
    for role in [Role::Number, Role::Answer, Role::Remark, Role::Text] {
        let best = row
            .cells
            .iter()
            .filter(|(column, _)| !columns.has(**column))
            .filter_map(|(column, cell)| rank(cell, role).map(|r| (r, *column)))
            .min();
        if let Some((_, column)) = best {
            columns.0.insert(role, column);
        }
    }
    columns
}

fn is_header(columns: &Columns) -> bool {
    columns.get(Role::Text).is_some() && (columns.get(Role::Answer).is_some() || columns.get(Role::Remark).is_some())
}

/// Whether `row` repeats the header.
pub(crate) fn repeats(row: &Row, columns: &Columns) -> bool {
    let named = named(row);
    is_header(&named) && named.0.iter().all(|(role, column)| columns.get(*role) == Some(*column))
}

/// The header's place in `rows` and its columns; or no place, and the columns that rows of the plain layout have.
/// None where the rows are no check sheet.
pub(crate) fn find(rows: &[Row]) -> Option<(Option<usize>, Columns)> {
    let mut best: Option<(usize, Columns)> = None;
    for (place, row) in rows.iter().enumerate() {
        let columns = named(row);
        if is_header(&columns) && best.as_ref().is_none_or(|(_, b)| b.0.len() < columns.0.len()) {
            best = Some((place, columns));
        }
    }
    if let Some((place, mut columns)) = best {
        if columns.get(Role::Number).is_none()
            && let Some(column) = numbers(rows.get(place + 1..).unwrap_or_default(), &columns)
        {
            columns.0.insert(Role::Number, column);
        }
        return Some((Some(place), columns));
    }
    // Without a header only the plain layout is safe: number, text, an answer that is known, remark.
    let plain = rows.iter().any(|row| {
        number::item(row.get(0)).is_some()
            && !row.get(1).is_empty()
            && answer::understand(row.get(2)) != Answer::Unknown
    });
    plain.then(|| {
        (
            None,
            Columns([(Role::Number, 0), (Role::Text, 1), (Role::Answer, 2), (Role::Remark, 3)].into_iter().collect()),
        )
    })
}

/// The column left of the text that holds the most numbers, where the header does not name it.
fn numbers(rows: &[Row], columns: &Columns) -> Option<usize> {
    let text = columns.get(Role::Text)?;
    (0..text)
        .filter(|column| !columns.has(*column))
        .map(|column| (rows.iter().filter(|row| number::item(row.get(column)).is_some()).count(), column))
        .filter(|(count, _)| *count > 0)
        .max_by_key(|(count, column)| (*count, *column))
        .map(|(_, column)| column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        Row::new(1, String::new(), cells.iter().copied())
    }

    fn roles(cells: &[&str]) -> Vec<(Role, usize)> {
        named(&row(cells)).0.into_iter().collect()
    }

    #[test]
    fn words_of_both_languages() {
        assert_eq!(
            roles(&["", "確認 事項", "実施の\n有無", "備　考"]),
            [(Role::Answer, 2), (Role::Remark, 3), (Role::Text, 1)]
        );
        let all = [(Role::Number, 0), (Role::Answer, 2), (Role::Remark, 3), (Role::Text, 1)];
        assert_eq!(roles(&["No", "Question", "Answer", "Remarks"]), all);
        assert_eq!(roles(&["Ｎｏ．", "質問内容", "貴社回答", "備考（自由記述）"]), all);
        assert_eq!(roles(&["ID", "Evaluation Question", "Answer (Y / N / NA)", "Comments / Remediation Plan"]), all);
        // "Note" is not a number, though it begins with "no".
        assert_eq!(roles(&["#", "Item", "Status", "Note"]), all);
    }

    #[test]
    fn a_sentence_is_no_header() {
        let row = row(&[
            "1",
            "備考に回答すること。質問があれば事務局に連絡すること。",
            "○",
            "回答は社内の規程に従って行っています。質問も受け付けています。",
        ]);
        assert!(!is_header(&named(&row)));
        assert_eq!(find(&[super::Row::new(1, String::new(), ["確認", "する"])]), None);
    }

    #[test]
    fn a_legend_above_does_not_win() {
        let rows = [row(&["項目", "回答"]), row(&["", "確認事項", "実施の有無", "備考"]), row(&["1", "x", "○", ""])];
        let (place, columns) = find(&rows).unwrap();
        assert_eq!(place, Some(1));
        assert_eq!(columns.get(Role::Number), Some(0));
    }
}
