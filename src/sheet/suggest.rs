//! The layout that was found, as a `[layout]` of the project file: to be kept, or corrected.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use crate::model::{Answer, Layout, TableLayout};

const ROLES: [&str; 5] = ["number", "section", "text", "answer", "remark"];

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Partial => "partial",
        Answer::Na => "na",
        Answer::Unknown => "unknown",
    }
}

/// The layout as text for kakunin.toml. Read with it, the sheet gives the same items. Marks with another meaning than the
/// usual one are in it; so are short answers that were not understood, as comments to fill in.
pub fn suggest(layout: &Layout) -> String {
    let mut document = DocumentMut::new();
    let mut open = Vec::new();
    match layout.tables.as_slice() {
        [only] => {
            let mut table = one(only, &mut open);
            table.remove("worksheet");
            document.insert("layout", Item::Table(table));
        }
        several => {
            let mut list = ArrayOfTables::new();
            for found in several {
                let mut table = one(found, &mut open);
                // Names may come twice in a document; places do not.
                if found.worksheet.is_none() {
                    table.insert("table", value(count(found.table)));
                }
                list.push(table);
            }
            let mut parent = Table::new();
            parent.set_implicit(true);
            parent.insert("table", Item::ArrayOfTables(list));
            document.insert("layout", Item::Table(parent));
        }
    }
    let mut text = document.to_string();
    if !open.is_empty() {
        open.sort();
        open.dedup();
        text.push_str("# Answers that were not understood; give them a meaning under answers: yes, no, partial, na\n");
        for answer in open {
            text.push_str(&format!("# {answer:?} = \"\"\n"));
        }
    }
    text
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn one(found: &TableLayout, open: &mut Vec<String>) -> Table {
    let mut table = Table::new();
    if let Some(name) = &found.worksheet {
        table.insert("worksheet", value(name));
    }
    let mut answers = InlineTable::new();
    for mark in &found.answers {
        // Sentences are remarks in the place of an answer; marks are short. In characters.
        let short = mark.text.chars().count() <= 8 && !mark.text.contains('\n');
        if mark.by != "usual" && short {
            answers.insert(&mark.text, word(mark.answer).into());
        } else if mark.answer == Answer::Unknown && short {
            open.push(mark.text.clone());
        }
    }
    if found.form == "rows" {
        table.insert("header_row", value(count(found.header_rows.last().copied().unwrap_or(0))));
        let mut columns = InlineTable::new();
        for role in ROLES {
            let of =
                |c: &&crate::model::ColumnLayout| c.role == role || (role == "answer" && c.role.starts_with("choice"));
            let letters: Vec<&str> = found.columns.iter().filter(of).map(|c| c.letter.as_str()).collect();
            match letters.as_slice() {
                [] => {}
                [one] => {
                    columns.insert(role, (*one).into());
                }
                several => {
                    columns.insert(role, several.iter().copied().collect::<Array>().into());
                }
            }
        }
        // A second header below the first has columns of its own: what is said here would hold for both.
        if found.header_rows.windows(2).all(|pair| matches!(pair, [a, b] if b - a == 1)) {
            table.insert("columns", value(columns));
        } else {
            table.remove("header_row");
        }
    }
    if !answers.is_empty() {
        table.insert("answers", value(answers));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::{read_bytes, read_with};
    use crate::mapping::Project;

    #[test]
    fn what_is_suggested_reads_the_same_items() {
        for text in [
            "No\t確認事項\t回答\t備考\n1\ta\t○\tx\n2\tb\t確認済\t\n",
            "凡例　◎：実施　○：一部実施　×：未実施\n分類\tNo\t項目\t内容\t評価\n組織\t1\tx\ta\t◎\n\t2\ty\tb\t○\n",
            "No\t質問\tはい\tいいえ\t備考\n1\ta\t○\t\t\n2\tb\t\t○\t\n",
            "1\t暗号化\t○\tする\n",
            "番号\t枝番\t対策項目\t評価項目\t回答\nⅢ.1\ta\tx\tp\t○\n\tb\t\tq\t×\n",
            "Q1. どれですか?\n☑ a\n□ b\n",
        ] {
            let found = read_bytes("a.txt", text.as_bytes()).unwrap();
            let suggested = super::suggest(&found.layout);
            let said = Project::parse("kakunin.toml", &suggested).unwrap_or_else(|e| panic!("{suggested}: {e}")).layout;
            let again = read_with("a.txt", text.as_bytes(), &said).unwrap_or_else(|e| panic!("{suggested}: {e}"));
            assert_eq!(again.items, found.items, "{suggested}");
        }
        let found = read_bytes("a.txt", "No\t確認事項\t回答\n1\ta\t確認済\n2\tb\t○\n".as_bytes()).unwrap();
        let suggested = super::suggest(&found.layout);
        assert_eq!(
            suggested,
            "[layout]\nheader_row = 1\ncolumns = { number = \"A\", text = \"B\", answer = \"C\" }\n\
             # Answers that were not understood; give them a meaning under answers: yes, no, partial, na\n# \"確認済\" = \"\"\n"
        );
    }
}
