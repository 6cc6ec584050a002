//! Questions one below the other.

use super::*;

fn lines(text: &str) -> Sheet {
    let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    one(&rows)
}

#[test]
fn choices_below_a_question_are_items() {
    let sheet = lines(
        "セキュリティ調査票\n\nQ1. どのように暗号化していますか?\n\n☑ 保存時\n□ 通信時\n[x] 鍵の更新\n\nQ2. どう監視していますか?\n□ 毎日\n",
    );
    assert_eq!(ids(&sheet), ["Q1.1", "Q1.2", "Q1.3", "Q2.1"]);
    assert_eq!(answers(&sheet), [YES, NO, YES, NO]);
    assert_eq!(sheet.items[1].section.last().unwrap(), "Q1. どのように暗号化していますか?");
    assert_eq!((sheet.items[1].answer_text.as_str(), sheet.items[1].text.as_str()), ("□", "通信時"));
    assert_eq!(sheet.layout.tables[0].form, "lines");
    // Nobody filled it in.
    let sheet = lines("Q1. どれですか?\n□ 保存時\n□ 通信時\n");
    assert_eq!(answers(&sheet), [OPEN, OPEN]);
}

#[test]
fn choices_that_are_answers_answer_the_question() {
    let sheet = lines(
        "1. 組織\nQ1. 方針はありますか?\n☑ はい\n□ いいえ\nQ2. 監査はありますか?\n□ はい\n☑ いいえ\nQ3. 委託はありますか?\n□ はい □ いいえ\nQ4. 保管場所はどこですか?\n備考：東京\n",
    );
    assert_eq!(ids(&sheet)[..2], ["Q1", "Q2"]);
    assert_eq!(answers(&sheet)[..2], [YES, NO]);
    assert_eq!(sheet.items[0].section, ["1. 組織"]);
    assert_eq!(item(&sheet, "Q4").remark, "東京");
    let sheet =
        lines("Q1. 監査はありますか?\n□ はい\n☑ いいえ\n□ その他\nQ2. 方針はありますか?\n□ はい\n□ いいえ\n☑ その他\n");
    assert_eq!((ids(&sheet), answers(&sheet)), (vec!["Q1", "Q2"], vec![NO, OPEN]));
    // Ticked twice.
    let sheet = lines("Q1. 方針はありますか?\n☑ はい\n☑ いいえ\n");
    assert_eq!(answers(&sheet), [OPEN]);
}

#[test]
fn an_item_below_the_other_with_labels() {
    let sheet = lines(
        "No：1\n分類：組織\n確認事項：方針を定めていること\n回答：○\n備考：社内規程\n毎年見直し\n\nNo：2\n確認事項：教育を行っていること\n回答：×\n備考：\n",
    );
    assert_eq!(ids(&sheet), ["1", "2"]);
    assert_eq!(answers(&sheet), [YES, NO]);
    assert_eq!(sheet.items[0].remark, "社内規程\n毎年見直し");
    assert_eq!(sheet.items[0].text, "方針を定めていること");
    assert!(sheet.unread.is_empty(), "{:?}", sheet.unread);
    // As cells of a table.
    let sheet = lines(
        "質問\t暗号化していますか\n回答\tはい（KMS）\n備考\tなし\n質問\t監視していますか\n回答\tいいえ\n備考\t\n",
    );
    assert_eq!(answers(&sheet), [YES, NO]);
    assert_eq!(sheet.items[0].remark_resolved, "KMS. なし");
    // Numbered questions with answers below them.
    let sheet = lines(
        "1. Is data encrypted?\nAnswer: Yes, with KMS.\n2. Is it audited?\nAnswer: Not implemented\nComment: next year\n3. Where is it?\n",
    );
    assert_eq!(ids(&sheet), ["1", "2", "3"]);
    assert_eq!(answers(&sheet), [YES, NO, OPEN]);
    assert_eq!(sheet.items[1].remark, "next year");
}

#[test]
fn prose_is_no_sheet() {
    for text in ["ただの文章です。\n続きです。", "# 見出し\n- 箇条書き\n- 二つ目", "会社名：サンプル\n備考：なし"]
    {
        let rows: Vec<Vec<&str>> = text.lines().map(|l| vec![l]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        assert!(read_with(&[grid(None, &rows)], &Corrections::default()).is_err(), "{text}");
    }
}
