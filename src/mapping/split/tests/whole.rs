//! Items as people write them, and the statements that they make.

use crate::mapping::statements;
use crate::model::{Answer, Part, Statement};

use super::{item, table};

/// The statements, one a line of the table: `△` before a conceded one, `R ` before one of the remark.
fn of(text: &str, remark: &str) -> Vec<String> {
    statements(&item(text, remark, Answer::Yes))
        .into_iter()
        .map(|s| {
            let part = if s.part == Part::Remark { "R " } else { "" };
            let conceded = if s.conceded { "△" } else { "" };
            format!("{part}{conceded}{}", s.text)
        })
        .collect()
}

fn one(text: &str, remark: &str, at: usize) -> Statement {
    statements(&item(text, remark, Answer::Yes)).into_iter().nth(at).unwrap()
}

#[test]
fn texts_become_statements() {
    table(
        [
            ("", vec![]),
            ("-", vec![]),
            ("通信及び保存データを暗号化している", vec!["通信を暗号化している", "保存データを暗号化している"]),
            (
                "通信及び保存データを暗号化していますか？",
                vec!["通信を暗号化しています", "保存データを暗号化しています"],
            ),
            (
                "情報及びソフトウェアのバックアップを取得すること。",
                vec!["情報及びソフトウェアのバックアップを取得すること"],
            ),
            ("関連する法令、規則及び倫理に従って確認を行う。", vec!["関連する法令、規則及び倫理に従って確認を行う"]),
            ("方針を定めること。また、従業員に周知すること。", vec!["方針を定めること", "従業員に周知すること"]),
            (
                "次のログを取得しているか。\n・認証ログ\n・操作ログ",
                vec!["次のログを取得している: 認証ログ", "次のログを取得している: 操作ログ"],
            ),
            (
                "退職時の手続きを次のとおり定める。(1) 鍵を回収すること (2) IDを削除すること",
                vec!["退職時の手続きを次のとおり定める", "鍵を回収すること", "IDを削除すること"],
            ),
            (
                "取得するログをご教示ください。\n・OS\n・ネットワーク",
                vec!["取得するログをご教示ください。・OS ・ネットワーク"],
            ),
            ("どのように管理していますか？", vec!["どのように管理していますか？"]),
            (
                "The following are logged:\n- logins\n- changes",
                vec!["The following are logged: logins", "The following are logged: changes"],
            ),
            (
                "Logins, changes and deletions are logged.",
                vec!["Logins are logged", "changes are logged", "deletions are logged"],
            ),
            (
                "Do you encrypt data in transit and at rest?",
                vec!["You encrypt data in transit", "You encrypt data at rest"],
            ),
            (
                "We a) encrypt backups, b) test restores, and c) keep copies off site.",
                vec!["We: encrypt backups", "We: test restores", "We: keep copies off site"],
            ),
            ("Policies and procedures are documented.", vec!["Policies and procedures are documented"]),
            ("暗号化し、又はアクセスを制限すること。", vec!["暗号化し、又はアクセスを制限すること"]),
            ("Is data encrypted or masked?", vec!["Data is encrypted or masked"]),
            (
                "ログは改ざんされないよう保護し、\n1年間保管していますか。",
                vec!["ログは改ざんされないよう保護し", "ログは1年間保管しています"],
            ),
        ],
        |text| of(text, ""),
    );
}

#[test]
fn remarks_become_statements() {
    table(
        [
            ("", vec![]),
            ("なし", vec![]),
            ("Yes. Encrypted with AES-256.", vec!["R Encrypted with AES-256"]),
            ("No.", vec!["R No"]),
            ("https://example.com/a", vec!["R https://example.com/a"]),
            ("詳細は社内規程を参照ください。", vec![]),
            ("バックアップは毎日取得しています。", vec!["R バックアップは毎日取得しています"]),
            (
                "バックアップは取得しておりますが、復元の試験は行っておりません。",
                vec!["R バックアップは取得しておりますが", "R △復元の試験は行っておりません"],
            ),
            (
                "管理画面は提供しておりませんが、強度の検査をしています。",
                vec!["R △管理画面は提供しておりませんが", "R 強度の検査をしています"],
            ),
            (
                "ログは残しています。ただし、お客様には開示しておりません。",
                vec!["R ログは残しています", "R △ただし、お客様には開示しておりません"],
            ),
            ("一部のサーバーを除き、暗号化しています。", vec!["R △一部のサーバーを除き、暗号化しています"]),
            ("復元の試験は実施しておりません。", vec!["R △復元の試験は実施しておりません"]),
            ("来期に導入予定です。", vec!["R △来期に導入予定です"]),
            ("ただし、本番環境のみです。", vec!["R △ただし、本番環境のみです"]),
            ("ログは保存しています。本番環境のみです。", vec!["R ログは保存しています"]),
            ("Backups are taken, but not tested.", vec!["R △Backups are taken, but not tested"]),
            (
                "Backups are taken; however, restores are not tested.",
                vec!["R Backups are taken", "R △restores are not tested"],
            ),
            ("モバイルコードは利用しておりません。", vec!["R モバイルコードは利用しておりません"]),
            ("・MFAを必須としています ・端末は未対応です", vec!["R MFAを必須としています", "R △端末は未対応です"]),
        ],
        |remark| of("", remark),
    );
}

#[test]
fn a_page_goes_to_the_statement_it_supports() {
    for remark in [
        "方針を公開しております。 ・基本方針 https://example.com/policy",
        "方針を公開しております。https://example.com/policy",
        "方針を公開しております。\n詳細は https://example.com/policy をご覧ください。",
        "https://example.com/policy\n方針を公開しております。",
        "方針を公開しております（https://example.com/policy）。",
    ] {
        let found = statements(&item("", remark, Answer::Yes));
        assert_eq!(found.len(), 1, "{remark}: {found:?}");
        assert!(found[0].text.contains("方針を公開しております"), "{remark}");
        assert_eq!(found[0].urls, ["https://example.com/policy"], "{remark}");
    }
    let two = statements(&item("", "ログを残す。https://example.com/a\n複製する。https://example.com/b", Answer::Yes));
    assert_eq!(two[0].urls, ["https://example.com/a"]);
    assert_eq!(two[1].urls, ["https://example.com/b"]);
}

#[test]
fn limits_go_to_what_they_limit() {
    let limited = one("データを暗号化していること（開発環境を除く）。", "", 0);
    assert_eq!(limited.except, ["開発環境を除く"]);
    let after = statements(&item("データを暗号化していること。ただし、開発環境を除く。", "", Answer::Yes));
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].except, ["開発環境を除く"]);
    let shared = statements(&item("開発環境を除き、通信を監視し、記録を保管している。", "", Answer::Yes));
    assert_eq!(shared.len(), 2, "{shared:?}");
    assert!(shared.iter().all(|s| s.except == ["開発環境を除き"]), "{shared:?}");
    let own = statements(&item("入室は許可された者に限定し、記録を残している。", "", Answer::Yes));
    assert_eq!(own.iter().map(|s| s.only.len()).collect::<Vec<_>>(), [1, 0], "{own:?}");
    let note = statements(&item("バックアップを取得している。\n※本番環境のみ", "", Answer::Yes));
    assert_eq!(note[0].only, ["本番環境のみ"]);
    assert_eq!(one("All data is encrypted (production only).", "", 0).only, ["production only"]);
    assert_eq!(one("Backups are taken daily, except development.", "", 0).except, ["except development"]);
}

#[test]
fn what_a_statement_names_is_read() {
    let backup = one("バックアップを日次で取得し、7世代を保管する。", "", 0);
    assert_eq!(backup.cadence.map(|c| (c.days, c.words)), Some((1, "日次".to_owned())));
    assert_eq!(one("バックアップを日次で取得し、7世代を保管する。", "", 1).figures, ["7世代"]);
    let certified = one("", "ISO/IEC 27001:2013及びプライバシーマークを取得しています https://example.com/iso", 0);
    assert_eq!(certified.certificates, ["ISO/IEC 27001", "PrivacyMark"]);
    assert_eq!(certified.urls, ["https://example.com/iso"]);
    let review = one("Access rights are reviewed at least quarterly and removed within 24 hours.", "", 0);
    assert_eq!(review.cadence.map(|c| c.days), Some(92));
}

#[test]
fn a_concession_is_never_lost() {
    // The engine may give concessions that the split cannot place: then all of the remark is conceded.
    let mut odd = item("復元を試験する", "復元を試験しています", Answer::Yes);
    odd.concessions = vec!["書かれていない文".to_owned()];
    let found = statements(&odd);
    assert!(found.iter().any(|s| s.part == Part::Remark && s.conceded));
    assert!(found.iter().all(|s| s.part == Part::Remark || !s.conceded));
    // A pointer that concedes is a statement.
    let mut pointer = item("", "詳細は https://example.com/a をご覧ください。", Answer::Yes);
    pointer.concessions = vec!["詳細は https://example.com/a をご覧ください。".to_owned()];
    assert!(statements(&pointer).iter().any(|s| s.conceded));
}

#[test]
fn the_same_statement_is_said_once() {
    let found = statements(&item("監視する。監視する。", "監視する。", Answer::Yes));
    assert_eq!(found.iter().map(|s| s.part).collect::<Vec<_>>(), [Part::Text, Part::Remark]);
}
