//! Families of sheets, each made up in the layout of its kind.

use super::*;

#[test]
fn caiq_with_columns_of_marks() {
    let rows: &[&[&str]] = &[
        &[
            "Control Domain",
            "CCM Control ID",
            "Question ID",
            "Consensus Assessment Questions",
            "Consensus Answers",
            "",
            "",
            "Notes",
        ],
        &["", "", "", "", "Yes", "No", "N/A", ""],
        &["Application Security", "AIS-01", "AIS-01.1", "Do you review code?", "X", "", "", "by peers"],
        &["", "", "AIS-01.2", "Do you scan images?", "", "x", "", ""],
        &["", "AIS-02", "AIS-02.1", "Do you sell devices?", "", "", "x", ""],
        &["Encryption", "EKM-01", "EKM-01.1", "Do you encrypt?", "x", "x", "", ""],
        &["", "", "EKM-01.2", "Do you rotate keys?", "", "", "", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["AIS-01.1", "AIS-01.2", "AIS-02.1", "EKM-01.1", "EKM-01.2"]);
    assert_eq!(answers(&sheet), [YES, NO, NA, OPEN, OPEN]);
    assert_eq!(item(&sheet, "AIS-01.1").answer_text, "Yes");
    assert_eq!(item(&sheet, "AIS-01.2").section, ["Application Security"]);
    assert_eq!(item(&sheet, "AIS-01.1").remark, "by peers");
    assert!(sheet.unread.iter().any(|u| u.why == "several answers are marked: Yes, No"), "{:?}", sheet.unread);
}

#[test]
fn caiq_version_four() {
    let rows: &[&[&str]] = &[
        &[
            "Question ID",
            "Question",
            "CSP CAIQ Answer",
            "SSRM Control Ownership",
            "CSP Implementation Description (Optional/Recommended)",
            "CCM Control ID",
            "CCM Control Title",
            "CCM Domain Title",
        ],
        &[
            "A&A-01.1",
            "Are audit policies established?",
            "Yes",
            "CSP-owned",
            "Reviewed every year.",
            "A&A-01",
            "Audit policy",
            "Audit & Assurance",
        ],
        &["A&A-01.2", "Are they reviewed?", "NA", "CSC-owned", "", "", "", ""],
        &["IAM-02.1", "Are passwords strong?", "No", "Shared", "Planned.", "IAM-02", "Passwords", "Identity"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["A&A-01.1", "A&A-01.2", "IAM-02.1"]);
    assert_eq!(answers(&sheet), [YES, NA, NO]);
    assert_eq!(item(&sheet, "A&A-01.1").text, "Are audit policies established?");
    assert_eq!(item(&sheet, "A&A-01.1").remark, "Reviewed every year.");
    assert_eq!(item(&sheet, "A&A-01.1").section, ["Audit & Assurance"]);
}

#[test]
fn sig_with_levels_of_numbers() {
    let rows: &[&[&str]] = &[
        &["Ques Num", "Question/Request", "Response", "Additional Information"],
        &["A.1", "Is there a risk program?", "Yes", ""],
        &["A.1.1", "Does it have an owner?", "Yes - the CISO", ""],
        &["A.1.2", "Is it reviewed?", "No, but it is planned", "next year"],
        &["D.2", "Is scoped data encrypted?", "Partially", "not in test"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["A.1", "A.1.1", "A.1.2", "D.2"]);
    assert_eq!(answers(&sheet), [YES, YES, NO, PART]);
    assert_eq!(item(&sheet, "A.1.1").remark_resolved, "the CISO");
}

#[test]
fn vsa_without_numbers() {
    let rows: &[&[&str]] = &[
        &["Vendor Security Assessment"],
        &["Security Domain", "Question", "Compliant?", "Evidence / Comments"],
        &["Access", "Is MFA used for administrators?", "Y", "IAM report"],
        &["", "Are keys rotated every 90 days?", "N", ""],
        &["Data", "Is data encrypted at rest?", "N/A", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["r3", "r4", "r5"]);
    assert_eq!(answers(&sheet), [YES, NO, NA]);
    assert_eq!(sheet.items[1].section, ["Access"]);
}

#[test]
fn self_check_with_four_choices() {
    let rows: &[&[&str]] = &[
        &["診断項目", "No", "診断内容", "チェック", "", "", ""],
        &["", "", "", "実施している", "一部実施している", "実施していない", "わからない"],
        &["Part1 基本的対策", "1", "OSは最新の状態にしていますか？", "○", "", "", ""],
        &["", "2", "ウイルス対策ソフトを入れていますか？", "", "○", "", ""],
        &["", "3", "パスワードは長くしていますか？", "", "", "○", ""],
        &["Part2 従業員", "4", "教育をしていますか？", "", "", "", "○"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1", "2", "3", "4"]);
    assert_eq!(answers(&sheet), [YES, PART, NO, OPEN]);
    assert_eq!(item(&sheet, "2").section, ["Part1 基本的対策"]);
    assert_eq!(item(&sheet, "4").answer_text, "わからない");
}

#[test]
fn a_cross_beside_a_circle_is_no_tick() {
    let rows: &[&[&str]] = &[
        &["No", "質問", "はい", "いいえ", "備考"],
        &["1", "a", "×", "○", ""],
        &["2", "b", "○", "×", ""],
        &["3", "c", "×", "", ""],
    ];
    assert_eq!(answers(&one(rows)), [NO, YES, OPEN]);
    // Nobody ticks with a circle here, and a cross below はい is no yes.
    let rows: &[&[&str]] =
        &[&["No", "質問", "はい", "いいえ", "備考"], &["1", "a", "×", "", ""], &["2", "b", "", "×", ""]];
    assert_eq!(answers(&one(rows)), [OPEN, NO]);
    let rows: &[&[&str]] = &[
        &["No", "質問", "はい", "いいえ", "備考"],
        &["1", "a", "レ", "", ""],
        &["2", "b", "", "レ", ""],
        &["3", "c", "□", "☑", ""],
    ];
    assert_eq!(answers(&one(rows)), [YES, NO, NO]);
}

#[test]
fn statement_of_applicability() {
    let rows: &[&[&str]] = &[
        &["管理策番号", "管理策", "要求事項", "適用/除外", "適用・除外の理由", "実施状況"],
        &["A.5.1", "情報セキュリティのための方針群", "方針群を定義する。", "適用", "法令による", "実施済"],
        &["A.7.4", "物理的セキュリティの監視", "施設を監視する。", "除外", "AWSの責任範囲", ""],
        &["A.8.24", "暗号の利用", "暗号の規則を定める。", "適用", "リスク対応", "未実施"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["A.5.1", "A.7.4", "A.8.24"]);
    assert_eq!(sheet.items[0].answer, YES);
    assert_eq!(sheet.items[2].answer, NO, "applies, and is not done");
    assert_eq!(sheet.items[0].text, "情報セキュリティのための方針群：方針群を定義する。");
    let rows: &[&[&str]] = &[
        &["管理策番号", "管理策", "適用/除外", "理由"],
        &["A.5.1", "方針", "適用", "法令"],
        &["A.7.4", "監視", "除外", "AWS"],
    ];
    assert_eq!(answers(&one(rows)), [YES, NA]);
}

#[test]
fn numbers_with_a_kanji() {
    let rows: &[&[&str]] = &[
        &["基準番号", "基準", "対応状況", "具体的な内容"],
        &["実 3", "蓄積データの漏えい防止策を講ずること。", "対応済", "KMSで暗号化"],
        &["実 14", "不正アクセスを監視すること。", "一部対応", "GuardDuty"],
        &["統 1", "方針を定めること。", "対象外", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["実3", "実14", "統1"]);
    assert_eq!(answers(&sheet), [YES, PART, NA]);
}

#[test]
fn question_answer_and_supplement() {
    let rows: &[&[&str]] = &[
        &["質問", "回答", "補足"],
        &["バックアップを取得していますか", "はい", "日次"],
        &["復元の試験をしていますか", "いいえ", ""],
        &["データの保管場所はどこですか", "東京リージョン", ""],
        &["委託先はありますか", "", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["r2", "r3", "r4", "r5"]);
    assert_eq!(answers(&sheet), [YES, NO, OPEN, OPEN]);
    assert_eq!(sheet.items[2].remark_resolved, "東京リージョン");
}

#[test]
fn two_languages_side_by_side() {
    let rows: &[&[&str]] = &[
        &["No.", "確認事項", "Question", "回答 / Answer", "備考 / Remarks"],
        &["1", "暗号化していること", "Data is encrypted", "はい / Yes", "KMS"],
        &["2", "監査していること", "Access is audited", "いいえ / No", ""],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1", "2"]);
    assert_eq!(answers(&sheet), [YES, NO]);
    assert_eq!(sheet.items[0].text, "暗号化していること：Data is encrypted");
    assert_eq!(sheet.items[0].remark, "KMS");
}

#[test]
fn answers_year_by_year() {
    let rows: &[&[&str]] = &[
        &["No", "確認事項", "2024年度", "2025年度", "2026年度", "備考"],
        &["1", "a", "×", "○", "", ""],
        &["2", "b", "○", "×", "", ""],
    ];
    let sheet = one(rows);
    assert_eq!(answers(&sheet), [YES, NO]);
    let notes = &sheet.layout.tables[0].notes;
    assert!(notes[0].contains("D (2025年度) is read") && notes[0].contains("C (2024年度)"), "{notes:?}");
    let said = correction(&[("answer", &["2024年度"])]);
    let sheet = read_with(&[grid(None, rows)], &Corrections { tables: vec![said] }).unwrap();
    assert_eq!(answers(&sheet), [NO, YES]);
    // Company by company, below one heading.
    let rows: &[&[&str]] = &[&["No", "確認事項", "回答", ""], &["", "", "本番環境", "検証環境"], &["1", "a", "○", "×"]];
    let sheet = one(rows);
    assert_eq!(answers(&sheet), [NO]);
    assert!(sheet.layout.tables[0].notes[0].contains("検証環境"));
}

#[test]
fn a_header_below_notes_with_the_answer_left_of_the_text() {
    let rows: &[&[&str]] = &[
        &["セキュリティチェックシート", "", "", ""],
        &["回答欄に○×を記入してください。", "", "", ""],
        &["", "", "", ""],
        &["項番", "チェック欄(○/×)", "チェック内容", "特記事項"],
        &["1-1", "○", "入退室を管理しているか", ""],
        &["1-2", "×", "記録しているか", "未実施"],
    ];
    let sheet = one(rows);
    assert_eq!(ids(&sheet), ["1.1", "1.2"]);
    assert_eq!(answers(&sheet), [YES, NO]);
}

#[test]
fn without_a_header_the_values_tell() {
    let rows: &[&[&str]] = &[
        &["組織", "方針を定めていること", "はい", "2024年に改定"],
        &["組織", "教育を行っていること", "いいえ", ""],
        &["技術", "暗号化していること", "はい", ""],
    ];
    let sheet = one(rows);
    assert_eq!(answers(&sheet), [YES, NO, YES]);
    assert_eq!(sheet.items[0].remark, "2024年に改定");
    // Words of a language that is not known.
    let rows: &[&[&str]] =
        &[&["Nr", "Frage", "Antwort"], &["1", "Verschlüsselt?", "Yes"], &["2", "Geprüft?", "No"], &["3", "Offen?", ""]];
    let sheet = one(rows);
    assert_eq!((ids(&sheet), answers(&sheet)), (vec!["1", "2", "3"], vec![YES, NO, OPEN]));
}
