//! The files of a new project, as people first see them.

use std::fmt::Write as _;

use crate::model::{Lang, Sheet};

/// `kakunin.toml`.
pub(super) fn settings(path: &str, sheet: &Sheet, lang: Lang) -> String {
    let path = toml_edit::Value::from(path).to_string();
    let layout = layout(sheet);
    match lang {
        Lang::Ja => format!(
            r#"# このプロジェクトの設定。すべて省略できます。

# チェックシート。このファイルからの相対パス。
# 読み取り: {layout}(`kakunin sheet` で確かめられます)
sheet = {path}

# 出力の言語。なければロケールに従う。
# lang = "ja"

# 承認した対応付けを覚えておくファイル。なければ利用者のデータ用フォルダー。チームで共有するならここに書く。
# memory = "approved.toml"

# 退職者の一覧(user,last_day の CSV)。
# roster = "leavers.csv"

# 「サービス」の範囲。書かなければ、見えるアカウントと有効なリージョンのすべて。
# [scope]
# accounts = ["123456789012"]
# regions = ["ap-northeast-1"]
# include = {{ Service = ["shop"] }}
# exclude = {{ Stage = ["dev", "test"] }}
# exclude_untagged = false

# 検査の基準値。既定値は `kakunin checks show rds/instance-backup-retention`。
# [params."rds/instance-backup-retention"]
# min_days = 14

# 外から確かめる TLS の接続先。
# [endpoints]
# tls = ["shop.example.com:443"]
"#
        ),
        Lang::En => format!(
            r#"# The settings of this project. All may be left out.

# The check sheet, relative to this file.
# Read as: {layout} (`kakunin sheet` shows it)
sheet = {path}

# Language of the output; that of the locale without it.
# lang = "en"

# Where approvals are remembered for other sheets; the user's data folder without it. A team can keep it here.
# memory = "approved.toml"

# People who left: CSV with user,last_day.
# roster = "leavers.csv"

# What "the service" is; without it, every account that is seen and every region that is enabled.
# [scope]
# accounts = ["123456789012"]
# regions = ["ap-northeast-1"]
# include = {{ Service = ["shop"] }}
# exclude = {{ Stage = ["dev", "test"] }}
# exclude_untagged = false

# Parameters of checks; `kakunin checks show rds/instance-backup-retention` tells the defaults.
# [params."rds/instance-backup-retention"]
# min_days = 14

# TLS endpoints to look at from outside.
# [endpoints]
# tls = ["shop.example.com:443"]
"#
        ),
    }
}

/// How the sheet was read, in one line.
fn layout(sheet: &Sheet) -> String {
    let layout = &sheet.layout;
    let mut line = layout.format.clone();
    if !layout.encoding.is_empty() {
        let _ = write!(line, ", {}", layout.encoding);
    }
    if let Some(worksheet) = &layout.worksheet {
        let _ = write!(line, ", {}", worksheet.replace(char::is_control, " "));
    }
    if let Some(row) = layout.header_row {
        let _ = write!(line, ", header {row}");
    }
    for (role, column) in &layout.columns {
        let _ = write!(line, ", {role} {}", column + 1);
    }
    line
}

/// `attestations.toml`.
pub(super) fn attestations(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => {
            r#"# API では確かめられないことを、人が表明するファイル。`kakunin attest` でも書けます。
# expires を過ぎた表明に効力はありません。
#
# [[attestation]]
# for = "6.1"                        # シートの項目、または主張の id
# statement = "運用手順書を 2026 年 4 月に改訂した。"
# who = "佐藤 花子"
# when = "2026-04-10"
# evidence = "https://example.com/wiki/operations"
# expires = "2027-04-09"
"#
        }
        Lang::En => {
            r#"# What a person states because no API can show it; `kakunin attest` writes here, too.
# From `expires` on a statement has no effect.
#
# [[attestation]]
# for = "6.1"                        # an item of the sheet, or the id of a claim
# statement = "The operations manual was revised in April 2026."
# who = "Hanako Sato"
# when = "2026-04-10"
# evidence = "https://example.com/wiki/operations"
# expires = "2027-04-09"
"#
        }
    }
}

/// `waivers.toml`.
pub(super) fn waivers(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => {
            r#"# 不適合のうち、リスクとして受容するもの。`kakunin waive` でも書けます。until を過ぎた受容に効力はありません。
#
# [[waiver]]
# check = "rds/instance-multi-az"
# resource = "arn:aws:rds:ap-northeast-1:123456789012:db:reporting"
# why = "夜間集計専用で、停止しても利用者に影響しない。"
# who = "佐藤 花子"
# until = "2027-03-31"
"#
        }
        Lang::En => {
            r#"# Failing findings that are accepted as a risk; `kakunin waive` writes here, too. From `until` on a waiver has no effect.
#
# [[waiver]]
# check = "rds/instance-multi-az"
# resource = "arn:aws:rds:ap-northeast-1:123456789012:db:reporting"
# why = "Nightly reports only; no user notices when it stops."
# who = "Hanako Sato"
# until = "2027-03-31"
"#
        }
    }
}

/// `checks/README.md`.
pub(super) fn checks(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => {
            "# 独自の検査\n\n`<サービス>/<名前>.toml` に 1 検査を書きます。書き方は `kakunin checks show rds/instance-multi-az` を参考に、\n`kakunin checks lint checks` と `kakunin checks test checks` で確かめてください。\n"
        }
        Lang::En => {
            "# Checks of your own\n\nOne check is one file, `<service>/<name>.toml`. `kakunin checks show rds/instance-multi-az` shows what one says;\n`kakunin checks lint checks` and `kakunin checks test checks` try yours.\n"
        }
    }
}
