//! Layouts that customers send, where a first reading went wrong.

use super::*;

#[test]
fn what_is_hoped_for_or_was_said_last_year_is_no_answer() {
    let sheet = one(&[
        &["No", "確認事項", "前回回答", "今回回答", "備考"],
        &["1", "暗号化していること", "○", "×", ""],
        &["2", "記録していること", "×", "○", ""],
    ]);
    assert_eq!(answers(&sheet), [NO, YES]);
    let sheet = one(&[
        &["ID", "Requirement", "Expected answer", "Vendor answer", "Vendor comments", "Reviewer comments"],
        &["R1", "Is data encrypted?", "Yes", "No", "soon", "poor"],
        &["R2", "Are logs kept?", "Yes", "N/A", "", ""],
    ]);
    assert_eq!(answers(&sheet), [NO, NA]);
    assert_eq!(item(&sheet, "R1").remark, "soon");
    // Without an answer of today there is none.
    let sheet = one(&[&["No", "確認事項", "前回", "備考"], &["1", "a", "○", ""], &["2", "b", "○", ""]]);
    assert_eq!(answers(&sheet), [OPEN, OPEN]);
}

#[test]
fn a_page_that_tells_what_the_marks_mean_gives_no_items() {
    for head in [&["記入方法", ""][..], &["回答", "内容"]] {
        let legend: &[&[&str]] =
            &[head, &["○", "実施している"], &["×", "実施していない"], &["△", "一部実施"], &["-", "対象外"]];
        let body: &[&[&str]] = &[&["No", "確認事項", "回答"], &["1", "a", "○"], &["2", "b", "×"]];
        let sheet = read(&[grid(Some("要領"), legend), grid(Some("回答"), body)]);
        assert_eq!(ids(&sheet), ["1", "2"], "{head:?}");
        assert!(sheet.unread.iter().any(|u| u.at == "要領" && u.why.contains("marks")), "{:?}", sheet.unread);
    }
}

#[test]
fn a_numbering_of_brackets_and_circles_is_a_path() {
    let sheet = one(&[
        &["番号", "確認事項", "回答"],
        &["1", "アクセス管理", ""],
        &["1-(1)", "認証", ""],
        &["1-(1)-①", "a", "はい"],
        &["1-(1)-②", "b", "いいえ"],
        &["1-(2)", "通信", ""],
        &["1-(2)-①", "c", "はい"],
        &["2", "運用", ""],
        &["2-(1)", "記録", ""],
        &["2-(1)-①", "d", "はい"],
    ]);
    assert_eq!(ids(&sheet), ["1.1.1", "1.1.2", "1.2.1", "2.1.1"]);
    assert!(sheet.unread.is_empty(), "{:?}", sheet.unread);
}

#[test]
fn a_nought_that_a_spreadsheet_dropped_is_put_back() {
    let mut rows: Vec<Vec<String>> = vec![["項番", "確認事項", "回答"].map(str::to_owned).to_vec()];
    for n in ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.1", "1.11", "2.1"] {
        rows.push(vec![n.to_owned(), format!("text {}", rows.len()), "○".to_owned()]);
    }
    let rows: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let sheet = one(&rows);
    assert_eq!(ids(&sheet)[8..], ["1.9", "1.10", "1.11", "2.1"]);
    assert!(sheet.layout.tables[0].notes.iter().any(|n| n.contains("1.10")), "it is told");
}

#[test]
fn a_ditto_among_the_categories_is_the_category_above() {
    let sheet = one(&[
        &["区分", "No", "内容", "有無"],
        &["認証", "1", "a", "有"],
        &["〃", "2", "b", "有"],
        &["運用", "3", "c", "無"],
        &["同上", "4", "d", "有"],
    ]);
    let sections: Vec<&str> = sheet.items.iter().map(|i| i.section[0].as_str()).collect();
    assert_eq!(sections, ["認証", "認証", "運用", "運用"]);
}

#[test]
fn the_heading_over_the_first_header_is_one_as_the_later_ones_are() {
    let head: &[&str] = &["No", "確認事項", "回答"];
    let rows: &[&[&str]] = &[
        &["チェックシート", "", ""],
        &["1. 組織", "", ""],
        head,
        &["1", "a", "○"],
        &["2", "b", "○"],
        &["2. 技術", "", ""],
        head,
        &["1", "c", "×"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1.1", "1.2", "2.1"]);
    assert_eq!(sheet.items[0].section, ["1. 組織"]);
}

/// A hidden column of last year's answers must not speak for the one that the customer sees.
#[test]
fn a_hidden_column_of_answers_gives_way_to_one_that_is_shown() {
    let rows: &[&[&str]] = &[&["No", "確認事項", "回答", "回答"], &["1", "a", "×", "○"], &["2", "b", "×", "○"]];
    let mut table = grid(None, rows);
    table.hidden_columns = vec![(3, 3)];
    let answers =
        |table: &Grid| -> Vec<Answer> { read(std::slice::from_ref(table)).items.iter().map(|i| i.answer).collect() };
    assert_eq!(answers(&table), [Answer::No, Answer::No]);
    table.hidden_columns = vec![(2, 2)];
    assert_eq!(answers(&table), [Answer::Yes, Answer::Yes]);
}
