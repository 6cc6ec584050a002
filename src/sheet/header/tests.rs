//! Headers of every kind.

use super::super::grid::{Grid, Merge, Row};
use super::*;

fn grid(rows: &[&[&str]]) -> Grid {
    let rows = (1..).zip(rows).map(|(line, cells)| Row::new(line, cells.join("\t"), cells.iter().copied()));
    Grid { rows: rows.collect(), ..Grid::default() }
}

fn roles(rows: &[&[&str]]) -> Vec<(usize, String)> {
    let grid = grid(rows);
    let header = find(&grid, 0).unwrap();
    let first = header.places.last().unwrap() + 1;
    settle(&header, &grid.rows[first..]).0.roles()
}

fn plain(roles: &[(usize, &str)]) -> Vec<(usize, String)> {
    roles.iter().map(|(c, r)| (*c, (*r).to_owned())).collect()
}

#[test]
fn words_of_both_languages() {
    let body: &[&str] = &["1", "a", "○", "b"];
    let all = plain(&[(0, "number"), (1, "text"), (2, "answer"), (3, "remark")]);
    for header in [
        &["No", "Question", "Answer", "Remarks"],
        &["Ｎｏ．", "質問内容", "貴社回答", "備考（自由記述）"],
        &["ID", "Evaluation Question", "Answer (Y / N / NA)", "Comments / Remediation Plan"],
        // "Note" is not a number, though it begins with "no".
        &["#", "Item", "Status", "Note"],
        &["", "確認 事項", "実施の\n有無", "備　考"],
    ] {
        assert_eq!(roles(&[header.as_slice(), body]), all, "{header:?}");
    }
}

#[test]
fn a_sentence_is_no_header() {
    let row: &[&str] = &[
        "1",
        "備考に回答すること。質問があれば事務局に連絡すること。",
        "○",
        "回答は社内の規程に従って行っています。質問も受け付けています。",
    ];
    assert_eq!(find(&grid(&[row]), 0), None);
    assert_eq!(find(&grid(&[&["確認", "する"]]), 0), None);
}

#[test]
fn a_legend_above_does_not_win() {
    let rows: [&[&str]; 3] = [&["項目", "回答"], &["", "確認事項", "実施の有無", "備考"], &["1", "x", "○", ""]];
    assert_eq!(find(&grid(&rows), 0).unwrap().places, [1]);
    assert_eq!(roles(&rows)[0], (0, "number".to_owned()));
}

#[test]
fn two_rows_with_a_group_over_the_answer() {
    let rows: [&[&str]; 3] =
        [&["No.", "確認事項", "回答", ""], &["", "", "有無", "詳細"], &["1", "暗号化していること", "有", "KMS"]];
    let expected = plain(&[(0, "number"), (1, "text"), (2, "answer"), (3, "remark")]);
    assert_eq!(roles(&rows), expected);
    let mut merged = grid(&rows);
    merged.merges = vec![Merge { lines: (1, 1), columns: (2, 3) }, Merge { lines: (1, 2), columns: (0, 0) }];
    let header = find(&merged, 0).unwrap();
    assert_eq!(header.places, [0, 1]);
    assert_eq!(header.cells[&3], "回答 / 詳細");
    // 内容 below 回答 is what is said.
    let rows: [&[&str]; 3] = [&["No.", "項目", "回答", ""], &["", "", "○×", "内容"], &["1", "a", "○", "b"]];
    assert_eq!(roles(&rows), expected);
}

#[test]
fn a_row_of_an_item_is_no_second_header() {
    let rows: [&[&str]; 2] = [&["No", "確認事項", "回答", "備考"], &["", "", "○", "説明"]];
    assert_eq!(find(&grid(&rows), 0).unwrap().places, [0]);
}

#[test]
fn columns_that_this_program_added_have_no_role() {
    let rows: [&[&str]; 2] = [
        &["No", "確認事項", "回答", "判定", "回答との一致", "理由", "備考"],
        &["1", "a", "○", "PASS", "confirmed", "b", "c"],
    ];
    assert_eq!(roles(&rows), plain(&[(0, "number"), (1, "text"), (2, "answer")]));
}

#[test]
fn a_list_of_changes_is_no_sheet() {
    assert_eq!(find(&grid(&[&["No", "改訂内容", "備考"], &["1", "初版", ""]]), 0), None);
}
