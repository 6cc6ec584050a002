//! Layouts seen in the wild, as grids.

use std::collections::BTreeMap;

use super::*;
use crate::model::Item;
use crate::sheet::grid::Merge;

mod kinds;
mod lines;
mod lost;
mod sent;
mod shared;

pub(super) fn grid(worksheet: Option<&str>, rows: &[&[&str]]) -> Grid {
    let rows = (1..).zip(rows).map(|(line, cells)| Row::new(line, cells.join("\t"), cells.iter().copied()));
    Grid { worksheet: worksheet.map(str::to_owned), rows: rows.collect(), ..Grid::default() }
}

/// First and last, from and to.
type Span = (usize, usize);

pub(super) fn merged(mut grid: Grid, merges: &[(Span, Span)]) -> Grid {
    grid.merges = merges.iter().map(|(lines, columns)| Merge { lines: *lines, columns: *columns }).collect();
    grid
}

pub(super) fn read_with(tables: &[Grid], corrections: &Corrections) -> Result<Sheet, SheetError> {
    read_tables("a.xlsx", tables, Layout::default(), corrections).map(|r| r.sheet)
}

pub(super) fn read(tables: &[Grid]) -> Sheet {
    read_with(tables, &Corrections::default()).unwrap()
}

pub(super) fn one(rows: &[&[&str]]) -> Sheet {
    read(&[grid(None, rows)])
}

pub(super) fn ids(sheet: &Sheet) -> Vec<&str> {
    sheet.items.iter().map(|i| i.id.as_str()).collect()
}

pub(super) fn answers(sheet: &Sheet) -> Vec<Answer> {
    sheet.items.iter().map(|i| i.answer).collect()
}

pub(super) fn item<'s>(sheet: &'s Sheet, id: &str) -> &'s Item {
    sheet.items.iter().find(|i| i.id == id).unwrap_or_else(|| panic!("no item {id} in {:?}", ids(sheet)))
}

const YES: Answer = Answer::Yes;
const NO: Answer = Answer::No;
const PART: Answer = Answer::Partial;
const NA: Answer = Answer::Na;
const OPEN: Answer = Answer::Unknown;

#[test]
fn every_table_that_is_a_sheet_counts() {
    let tables = [
        grid(Some("表紙"), &[&["会社名", "株式会社サンプル"], &["作成日", "2026/4/1"]]),
        grid(Some("組織"), &[&["No", "確認事項", "回答"], &["1", "a", "○"], &["2", "b", "×"]]),
        grid(Some("技術"), &[&["No", "確認事項", "回答"], &["1", "c", "△"]]),
        grid(Some("追加"), &[&["No", "確認事項", "回答"], &["3", "d", "-"]]),
    ];
    let sheet = read(&tables);
    assert_eq!(ids(&sheet), ["1", "2", "3/1", "3"]);
    assert_eq!(answers(&sheet), [YES, NO, PART, NA]);
    assert_eq!(sheet.items[2].at, "技術!B2");
    assert!(sheet.unread[0].at == "表紙" && sheet.unread[0].why.starts_with("no check sheet"), "{:?}", sheet.unread);
    assert!(sheet.unread[0].text.contains("2 rows"));
    let tables: Vec<(usize, usize)> = sheet.layout.tables.iter().map(|t| (t.table, t.items)).collect();
    assert_eq!(tables, [(2, 2), (3, 1), (4, 1)]);
    assert_eq!(sheet.layout.worksheet.as_deref(), Some("組織"));
}

#[test]
fn a_list_of_changes_gives_no_item() {
    let tables = [
        grid(Some("改訂履歴"), &[&["版数", "改訂内容", "備考"], &["1.0", "初版", "-"]]),
        grid(Some("回答"), &[&["No", "確認事項", "回答"], &["1", "a", "○"]]),
    ];
    assert_eq!(ids(&read(&tables)), ["1"]);
}

#[test]
fn merged_categories_numbers_and_answers_hold_for_all_their_rows() {
    let rows: &[&[&str]] = &[
        &["分類", "No", "確認事項", "回答", "備考"],
        &["組織", "1", "方針があること", "○", "あり"],
        &["", "2", "体制があること", "", ""],
        &["技術", "3", "暗号化していること", "×", ""],
        &["", "", "", "", "来期に実施"],
        &["", "4", "監視していること", "△", ""],
    ];
    let grid = merged(
        grid(Some("S"), rows),
        &[((2, 3), (0, 0)), ((2, 3), (3, 3)), ((4, 6), (0, 0)), ((4, 5), (1, 1)), ((4, 5), (2, 2)), ((4, 5), (3, 3))],
    );
    let sheet = read(&[grid]);
    assert_eq!(ids(&sheet), ["1", "2", "3", "4"]);
    assert_eq!(answers(&sheet), [YES, YES, NO, PART]);
    assert_eq!(
        (item(&sheet, "2").section.clone(), item(&sheet, "4").section.clone()),
        (vec!["組織".to_owned()], vec!["技術".to_owned()])
    );
    assert_eq!(item(&sheet, "3").remark, "来期に実施");
    assert!(sheet.unread.is_empty(), "{:?}", sheet.unread);
}

#[test]
fn numbers_that_start_again_with_each_category_stay_apart() {
    let rows: &[&[&str]] = &[
        &["カテゴリ", "No", "質問", "回答"],
        &["組織", "1", "a", "はい"],
        &["", "2", "b", "はい"],
        &["技術", "1", "c", "いいえ"],
    ];
    assert_eq!(ids(&one(rows)), ["1.1", "1.2", "2.1"]);
    let rows: &[&[&str]] =
        &[&["分類", "No", "質問", "回答"], &["5. 組織", "1", "a", "はい"], &["8. 技術", "2", "c", "いいえ"]];
    assert_eq!(ids(&one(rows)), ["5.1", "8.2"]);
}

#[test]
fn rows_below_a_number() {
    // One column of numbers and letters, the text above answered below.
    let rows: &[&[&str]] = &[
        &["No", "確認事項", "回答", "備考"],
        &["1", "次の対策を行っていること。", "", ""],
        &["a", "暗号化", "○", ""],
        &["b", "監視", "×", ""],
        &["2", "別の項目", "○", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1.a", "1.b", "2"]);
    assert_eq!(item(&sheet, "1.b").text, "次の対策を行っていること。 監視");
    assert_eq!(item(&sheet, "2").text, "別の項目");
    // `(1)` below `1`.
    let rows: &[&[&str]] = &[
        &["No", "確認事項", "回答"],
        &["1", "a", "○"],
        &["(1)", "b", "○"],
        &["(2)", "c", "×"],
        &["2", "d", "○"],
        &["(1)", "e", "○"],
    ];
    assert_eq!(ids(&one(rows)), ["1", "1.1", "1.2", "2", "2.1"]);
    // 1 above 1.1, without an answer, is a heading; with one, an item.
    let rows: &[&[&str]] =
        &[&["No", "確認事項", "回答"], &["1", "組織", ""], &["1.1", "a", "○"], &["2", "技術", "○"], &["2.1", "b", "○"]];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1.1", "2", "2.1"]);
    assert_eq!(item(&sheet, "1.1").section, ["1 組織"]);
}

#[test]
fn an_answered_row_without_a_number_is_an_item() {
    let rows: &[&[&str]] =
        &[&["No", "確認事項", "回答"], &["1", "a", "○"], &["", "b", "×"], &["新規", "c", "○"], &["", "続き", ""]];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1", "r3", "r4"]);
    assert_eq!(answers(&sheet), [YES, NO, YES]);
    let unread: Vec<(&str, &str)> = sheet.unread.iter().map(|u| (u.text.as_str(), u.why.as_str())).collect();
    assert_eq!(unread, [("新規", "number that is not understood"), ("\t続き\t", "neither item nor heading")]);
    assert!(sheet.layout.tables[0].notes[0].contains("2 of 3"));
}

#[test]
fn the_sheets_own_legend_goes_before_the_usual_meaning() {
    let rows: &[&[&str]] = &[
        &["凡例　◎：実施済　○：一部実施　△：計画中　×：未実施"],
        &["No", "確認事項", "評価", "備考"],
        &["1", "a", "◎", ""],
        &["2", "b", "○", ""],
        &["3", "c", "△", ""],
        &["4", "d", "×", ""],
    ];
    let sheet = one(rows);
    assert_eq!(answers(&sheet), [YES, PART, NO, NO]);
    let marks = &sheet.layout.tables[0].answers;
    assert_eq!((marks[0].by.as_str(), marks.iter().find(|m| m.text == "△").unwrap().by.as_str()), ("usual", "legend"));
    // On another worksheet, as two columns.
    let tables = [
        grid(
            Some("記入要領"),
            &[&["記号", "意味"], &["A", "実施している"], &["B", "一部実施"], &["C", "実施していない"]],
        ),
        grid(Some("回答"), &[&["No", "確認事項", "評価"], &["1", "a", "A"], &["2", "b", "B"], &["3", "c", "C"]]),
    ];
    assert_eq!(answers(&read(&tables)), [YES, PART, NO]);
    // In the header itself.
    let rows: &[&[&str]] = &[
        &["No", "質問", "回答（1：実施 2：一部実施 3：未実施）"],
        &["1", "a", "1"],
        &["2", "b", "3"],
        &["3", "c", "2"],
    ];
    assert_eq!(answers(&one(rows)), [YES, NO, PART]);
}

#[test]
fn two_tables_below_each_other() {
    let rows: &[&[&str]] = &[
        &["1. 組織"],
        &["No", "確認事項", "回答", "備考"],
        &["1", "a", "○", "x"],
        &["", "", "", ""],
        &["No", "要求事項", "根拠", "適合状況"],
        &["2", "b", "y", "適合"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1", "2"]);
    assert_eq!((item(&sheet, "2").answer, item(&sheet, "2").remark.as_str()), (YES, "y"));
    assert_eq!(sheet.layout.tables[0].header_rows, [2, 5]);
}

#[test]
fn a_header_is_repeated_on_each_page() {
    let header: &[&str] = &["No", "確認事項", "実施の有無", "備考"];
    let rows: &[&[&str]] = &[header, &["1", "a", "○", ""], header, &["2", "b", "×", ""]];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1", "2"]);
    assert!(sheet.unread.is_empty());
}

#[test]
fn words_beside_an_answer_count_as_a_remark() {
    let rows: &[&[&str]] = &[
        &["No", "確認事項", "回答", "備考"],
        &["1", "a", "有（日次、7世代）", "別リージョンにも保存"],
        &["2", "b", "Yes, but not for logs.", ""],
        &["3", "c", "AES-256で暗号化しています", ""],
        &["4", "d", "無し。ただし代替策があります", ""],
    ];
    let sheet = one(rows);
    assert_eq!(answers(&sheet), [YES, PART, OPEN, NO]);
    assert_eq!(item(&sheet, "1").remark_resolved, "日次、7世代。 別リージョンにも保存");
    assert_eq!(item(&sheet, "1").remark, "別リージョンにも保存");
    assert_eq!(item(&sheet, "2").concessions.len(), 1);
    assert_eq!(item(&sheet, "3").remark_resolved, "AES-256で暗号化しています");
}

fn correction(columns: &[(&str, &[&str])]) -> TableCorrection {
    let columns =
        columns.iter().map(|(role, list)| ((*role).to_owned(), list.iter().map(|c| (*c).to_owned()).collect()));
    TableCorrection { columns: columns.collect(), ..TableCorrection::default() }
}

#[test]
fn the_project_file_says_how_to_read() {
    let rows: &[&[&str]] = &[
        &["題名", "", "", ""],
        &["列1", "列2", "列3", "列4"],
        &["x", "1", "暗号化していること", "S"],
        &["y", "2", "監視していること", "T"],
        &["z", "3", "不要な行", "S"],
    ];
    let mut said = correction(&[("number", &["列2"]), ("text", &["C"]), ("answer", &["4"])]);
    said.header_row = Some(2);
    said.answers = BTreeMap::from([("S".to_owned(), YES), ("T".to_owned(), NO)]);
    said.skip_rows = vec![(5, 9)];
    let sheet = read_with(&[grid(None, rows)], &Corrections { tables: vec![said] }).unwrap();
    assert_eq!(ids(&sheet), ["1", "2"]);
    assert_eq!(answers(&sheet), [YES, NO]);
    assert_eq!(sheet.layout.tables[0].answers[0].by, "project");
    let unread: Vec<&str> = sheet.unread.iter().map(|u| u.why.as_str()).collect();
    assert_eq!(unread, ["preamble", "column that is not read", "passed over, as the project file says"]);
}

#[test]
fn a_correction_that_does_not_fit_says_what_there_is() {
    let table = || [grid(Some("回答"), &[&["No", "確認事項", "回答"], &["1", "a", "○"]])];
    let message =
        |said: TableCorrection| read_with(&table(), &Corrections { tables: vec![said] }).unwrap_err().to_string();
    let text = message(correction(&[("remark", &["所見"])]));
    assert!(text.contains("所見") && text.contains("A No, B 確認事項, C 回答"), "{text}");
    let text = message(TableCorrection { header_row: Some(9), ..TableCorrection::default() });
    assert!(text.contains("row 9"), "{text}");
    let text = message(TableCorrection { worksheet: Some("問診".to_owned()), ..TableCorrection::default() });
    assert!(text.contains("問診") && text.contains("1 回答"), "{text}");
    let text = message(correction(&[("answer", &["B", "C"])]));
    assert!(text.contains("one column"), "{text}");
}

#[test]
fn headings_of_a_document_stand_above_its_tables() {
    let mut first = grid(
        None,
        &[
            &["可用性"],
            &["稼働率"],
            &["質問", "質問の意図", "ご回答"],
            &["RPOは？", "x", ""],
            &["RTOは？", "y", "4時間"],
        ],
    );
    first.rows[0].heading = Some(2);
    first.rows[1].heading = Some(3);
    let mut second = grid(None, &[&["可用性"], &["復旧"], &["質問", "質問の意図", "ご回答"], &["手順は？", "z", ""]]);
    second.rows[0].heading = Some(2);
    second.rows[1].heading = Some(3);
    let sheet = read(&[first, second]);
    assert_eq!(ids(&sheet), ["r2", "r3", "2/r2"]);
    assert_eq!(sheet.items[0].section, ["可用性", "稼働率"]);
    assert_eq!(sheet.items[2].section, ["可用性", "復旧"]);
    assert!(sheet.unread.iter().all(|u| u.why == "column that is not read"), "{:?}", sheet.unread);
}
