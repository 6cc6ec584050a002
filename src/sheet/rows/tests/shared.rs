//! Real layouts, where the folder that is shared between clones is there.

use super::*;
use crate::sheet::{read_bytes, tests::shared};

fn file(name: &str) -> Option<Sheet> {
    let path = shared(&format!("sheets/{name}"))?;
    let bytes = std::fs::read(path).unwrap();
    Some(read_bytes(name, &bytes).unwrap())
}

fn count(sheet: &Sheet) -> [usize; 5] {
    [YES, NO, PART, NA, OPEN].map(|a| sheet.items.iter().filter(|i| i.answer == a).count())
}

/// The tables of a Markdown file as grids, until a reader gives them.
fn markdown(name: &str) -> Option<Sheet> {
    let text = std::fs::read_to_string(shared(&format!("sheets/{name}"))?).unwrap();
    let mut tables: Vec<Grid> = Vec::new();
    let mut open = false;
    for (line, text) in (1..).zip(text.lines()) {
        let is_row = text.starts_with('|') && text.trim_end().ends_with('|');
        if is_row && !open {
            tables.push(Grid::default());
        }
        open = is_row;
        let cells: Vec<&str> = text.trim().trim_matches('|').split('|').map(str::trim).collect();
        if is_row && !cells.iter().all(|c| c.chars().all(|c| matches!(c, '-' | ':'))) {
            tables.last_mut().unwrap().rows.push(Row::new(line, text.to_owned(), cells));
        }
    }
    Some(read(&tables))
}

#[test]
fn a_grid_of_service_levels() {
    for name in ["layouts/L1_sla_grid.xlsx", "layouts/L2_sla_grid_sjis.csv"] {
        let Some(sheet) = file(name) else { return };
        assert_eq!(sheet.items.len(), 22, "{name}");
        assert_eq!(count(&sheet)[4], 22 - count(&sheet)[..4].iter().sum::<usize>());
        for item in &sheet.items {
            assert_eq!(item.answer == OPEN, item.answer_text.is_empty(), "{name} {}: {}", item.id, item.answer_text);
        }
    }
    let Some(sheet) = file("layouts/L2_sla_grid_sjis.csv") else { return };
    assert_eq!(count(&sheet), [6, 1, 1, 1, 13]);
    assert_eq!(sheet.items[1].section, ["6 情報セキュリティのための組織"]);
    assert!(sheet.items[0].text.starts_with("情報セキュリティ責任の割当て：すべての"));
    assert_eq!(sheet.items[9].remark_resolved, "日次、7世代");
}

#[test]
fn measures_with_lettered_rows() {
    let Some(sheet) = file("layouts/L4_measure_ab_rows.tsv") else { return };
    assert_eq!(sheet.items.len(), 12);
    assert_eq!(ids(&sheet)[..4], ["3.1.1.a", "3.1.1.b", "3.1.2.a", "3.1.2.b"]);
    let (a, b) = (item(&sheet, "3.1.1.a"), item(&sheet, "3.1.1.b"));
    assert!(a.text.starts_with("情報及び") && a.text.ends_with("実施間隔：1回以上/日*"), "{}", a.text);
    assert!(b.text.starts_with("情報及び") && b.text.ends_with("通知時間：60分以内*"), "{}", b.text);
    assert_eq!(
        (a.section.clone(), item(&sheet, "3.1.2.b").section.clone()),
        (vec!["基本".to_owned()], vec!["推奨".to_owned()])
    );
    assert!(sheet.unread.is_empty(), "{:?}", sheet.unread);
}

#[test]
fn questions_with_boxes() {
    let Some(sheet) = file("layouts/L6_question_groups_checkbox.txt") else { return };
    assert_eq!(sheet.items.len(), 22);
    assert_eq!(count(&sheet), [6, 16, 0, 0, 0]);
    assert_eq!(item(&sheet, "Q1.2").answer, YES);
    assert!(item(&sheet, "Q4.6").section[0].starts_with("Q4. "));
    assert!(sheet.unread.is_empty(), "{:?}", sheet.unread);
}

#[test]
fn tables_of_documents() {
    let Some(sheet) = markdown("layouts/L9_markdown_yn_comments.md") else { return };
    assert_eq!(sheet.items.len(), 16);
    assert_eq!(count(&sheet), [4, 4, 0, 4, 4]);
    assert_eq!(sheet.items[9].id, "1.10");
    let Some(sheet) = markdown("10_fisc_controltower_table.md") else { return };
    eprintln!("fisc: {} items, {:?}, {:?}", sheet.items.len(), count(&sheet), sheet.layout.tables[0].columns);
    let Some(sheet) = markdown("12_aws_hearing_sheet_ja.md") else { return };
    eprintln!("hearing: {} items, {:?}", sheet.items.len(), count(&sheet));
    assert!(sheet.unread.iter().all(|u| u.why == "column that is not read"), "{:?}", sheet.unread.first());
}
