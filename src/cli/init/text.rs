//! The files of a new project, as people first see them.

use std::fmt::Write as _;

use crate::model::{Answer, Lang, Sheet};

/// `kakunin.toml`.
pub(super) fn settings(path: &str, sheet: &Sheet, lang: Lang) -> String {
    let path = quoted(path);
    let layout = layout(sheet);
    match lang {
        Lang::Ja => format!(
            r#"# このプロジェクトの設定。すべて省略できます。

# チェックシート。このファイルからの相対パス。
sheet = {path}

# シートの読み取り方。`kakunin sheet` で確かめ、違っていればここで直す。読み取った結果:
{layout}
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

# 実行の記録。書かなければ .kakunin/history.db と .kakunin/snapshots に残す。この見出しを消すと記録しない。
[history]
# keep-days = 400
# audits = [{{ from = "2026-04-01", until = "2027-03-31" }}]     # この期間の記録は消さない
# database = {{ env = "KAKUNIN_DATABASE_URL" }}                  # チームで使うなら PostgreSQL
# snapshots = "s3://example-evidence/kakunin"

# 定期実行の時刻(`kakunin watch`)。分、時、日、月、曜日の順。
# [schedule]
# cron = "0 3 * * *"
# zone = "Asia/Tokyo"

# 判定の変化を知らせる。静かな時間には、critical だけをすぐに、ほかはその終わりに知らせる。
# [alerts]
# lang = "ja"
# dashboard = "https://kakunin.example.com"
# remind-days = 7                                              # 直っていないことを 7 日ごとに知らせる
# quiet = [{{ from = "22:00", until = "07:00", zone = "Asia/Tokyo" }}]

# 知らせ先。`kakunin alert test` で試せる。秘密の値は環境変数かファイルに置く。
# kind は slack, teams, email, sns, event-bridge, pager-duty, webhook, security-hub, stdout。
# [[channel]]
# name = "ops"
# kind = "slack"
# url = {{ env = "SLACK_WEBHOOK_URL" }}
#
# [[channel]]
# name = "mail"
# kind = "email"
# host = "smtp.example.com"
# user = "kakunin"
# password = {{ env = "SMTP_PASSWORD" }}
# from = "kakunin@example.com"
# to = ["ciso@example.com"]

# だれに何を知らせるか。なければ、すべての知らせ先にすべてを知らせる。
# [[route]]
# topics = ["encryption-*"]
# severity = "high"
# channels = ["ops"]
#
# [[route]]
# channels = ["mail"]

# 変更を受け取るキュー。変更から数秒で確かめ直す。
# [events]
# queue = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/kakunin"

# ダッシュボード(`kakunin serve`)。この機械の外から見るなら login が要る。
# [web]
# listen = "127.0.0.1:8613"
# login = {{ by = "token", token = {{ env = "KAKUNIN_TOKEN" }} }}
"#
        ),
        Lang::En => format!(
            r#"# The settings of this project. All may be left out.

# The check sheet, relative to this file.
sheet = {path}

# How the sheet is laid out: `kakunin sheet` shows how it was read, and this corrects it. It was read as:
{layout}
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

# Runs are remembered, in .kakunin/history.db and .kakunin/snapshots unless told otherwise. Without this heading they are not.
[history]
# keep-days = 400
# audits = [{{ from = "2026-04-01", until = "2027-03-31" }}]     # nothing of this period is deleted
# database = {{ env = "KAKUNIN_DATABASE_URL" }}                  # PostgreSQL, for a team
# snapshots = "s3://example-evidence/kakunin"

# When `kakunin watch` runs: minute, hour, day of month, month, day of week.
# [schedule]
# cron = "0 3 * * *"
# zone = "Europe/Berlin"

# Changes of verdicts are told. In quiet hours only what is critical is told at once, the rest when they end.
# [alerts]
# lang = "en"
# dashboard = "https://kakunin.example.com"
# remind-days = 7                                              # what is still open is told again every 7 days
# quiet = [{{ from = "22:00", until = "07:00", zone = "Europe/Berlin" }}]

# Whom to tell; `kakunin alert test` tries it. Secrets stand in environment variables or files.
# The kinds are slack, teams, email, sns, event-bridge, pager-duty, webhook, security-hub, stdout.
# [[channel]]
# name = "ops"
# kind = "slack"
# url = {{ env = "SLACK_WEBHOOK_URL" }}
#
# [[channel]]
# name = "mail"
# kind = "email"
# host = "smtp.example.com"
# user = "kakunin"
# password = {{ env = "SMTP_PASSWORD" }}
# from = "kakunin@example.com"
# to = ["ciso@example.com"]

# Who hears of what; without routes every channel hears everything.
# [[route]]
# topics = ["encryption-*"]
# severity = "high"
# channels = ["ops"]
#
# [[route]]
# channels = ["mail"]

# A queue of change events: what changed is looked at again within seconds.
# [events]
# queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/kakunin"

# The dashboard, `kakunin serve`. Whoever reaches it from outside this machine needs a login.
# [web]
# listen = "127.0.0.1:8613"
# login = {{ by = "token", token = {{ env = "KAKUNIN_TOKEN" }} }}
"#
        ),
    }
}

/// How the sheet was read, as the `[layout]` that would say the same, commented out.
fn layout(sheet: &Sheet) -> String {
    let tables = &sheet.layout.tables;
    let mut out = String::new();
    for table in tables {
        let mut line = |text: String| {
            let _ = writeln!(out, "# {text}");
        };
        match (tables.as_slice(), &table.worksheet) {
            ([_], _) => line("[layout]".to_owned()),
            (_, Some(worksheet)) => line(format!("[[layout.table]]\n# worksheet = {}", quoted(worksheet))),
            (_, None) => line(format!("[[layout.table]]\n# table = {}", table.table)),
        }
        match table.header_rows.as_slice() {
            [] => line("header_row = 0".to_owned()),
            [row] => line(format!("header_row = {row}")),
            // A header of several rows is found again as it was found.
            _ => {}
        }
        let columns: Vec<String> = ROLES
            .iter()
            .filter_map(|role| {
                let letters = table.columns.iter().filter(|column| column.role == *role).map(|c| quoted(&c.letter));
                let letters: Vec<String> = letters.collect();
                match letters.as_slice() {
                    [] => None,
                    [one] => Some(format!("{role} = {one}")),
                    several => Some(format!("{role} = [{}]", several.join(", "))),
                }
            })
            .collect();
        if !columns.is_empty() {
            line(format!("columns = {{ {} }}", columns.join(", ")));
        }
        let answers = table.answers.iter().filter(|answer| !answer.text.trim().is_empty()).take(ANSWERS);
        let answers: Vec<String> =
            answers.map(|answer| format!("{} = {}", quoted(&answer.text), quoted(meaning(answer.answer)))).collect();
        if !answers.is_empty() {
            line(format!("answers = {{ {} }}", answers.join(", ")));
        }
    }
    out
}

/// Roles of columns that `[layout]` can name.
const ROLES: [&str; 5] = ["number", "section", "text", "answer", "remark"];
/// Answers shown of each table: free text would fill the file.
const ANSWERS: usize = 8;

fn meaning(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Partial => "partial",
        Answer::Na => "na",
        Answer::Unknown => "unknown",
    }
}

/// As TOML, on one line: a cell may hold line ends, and what stands in a comment must not leave it.
fn quoted(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    toml_edit::Value::from(text).to_string()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Project;
    use crate::model::{HistorySettings, Watching};
    use crate::sheet;

    const SHEETS: [(&str, &str); 2] = [
        ("a.tsv", "No\t確認事項\t実施の有無\t備考\n1\t暗号化していること。\t○\t\n2\t教育していること。\t△\t年に一度\n"),
        (
            "b.csv",
            "\"No.\",\"Question\",\"Answer\",\"Comment\"\n1,Is data encrypted?,Yes,\"AES\"\n2,Are staff trained?,N/A,\n",
        ),
    ];

    #[test]
    fn the_settings_of_a_new_project_are_right_and_say_how_the_sheet_was_read() {
        for (name, text) in SHEETS {
            let read = sheet::read_bytes(name, text.as_bytes()).unwrap();
            for lang in [Lang::Ja, Lang::En] {
                let settings = settings(name, &read, lang);
                let plain = Project::parse("kakunin.toml", &settings).unwrap();
                // A project remembers its runs from the first one on; everything else is as usual.
                let watching = Watching { history: Some(HistorySettings::default()), ..Watching::default() };
                assert_eq!(plain, Project { sheet: Some(name.into()), watching, ..Project::default() });
                // Taken out of its comment, it is the same sheet.
                let (before, after) = settings.split_once("# [layout]").unwrap();
                let (block, after) = after.split_once("\n\n").unwrap();
                let said = format!("{before}\n{after}\n[layout]{}\n", block.replace("\n# ", "\n"));
                let project = Project::parse("kakunin.toml", &said).unwrap();
                assert!(!project.layout.is_empty(), "{said}");
                let again = sheet::read_with(name, text.as_bytes(), &project.layout).unwrap();
                assert_eq!(again.items, read.items, "{said}");
            }
        }
    }

    #[test]
    fn every_section_of_the_settings_is_right_when_taken_out_of_its_comment() {
        let (name, text) = SHEETS[0];
        let read = sheet::read_bytes(name, text.as_bytes()).unwrap();
        for lang in [Lang::Ja, Lang::En] {
            let settings = settings(name, &read, lang);
            // How the sheet is laid out has its own test.
            let (before, after) = settings.split_once("# [layout]").unwrap();
            let settings = format!("{before}{}", after.split_once("\n\n").unwrap().1);
            // A line that is a heading or sets a value; prose is neither.
            let is_toml = |line: &str| {
                let sets = |(key, _): (&str, &str)| key.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c));
                line.starts_with('[') || line.split_once(" = ").is_some_and(sets)
            };
            let lines = settings.lines().map(|line| match line.strip_prefix("# ") {
                Some(inner) if is_toml(inner) => inner,
                _ => line,
            });
            let said: String = lines.map(|line| format!("{line}\n")).collect();
            let project = match Project::parse("kakunin.toml", &said) {
                Ok(project) => project,
                Err(error) => panic!("{error}\n{said}"),
            };
            let Watching { history, schedule, alerts, events, web } = project.watching;
            let history = history.unwrap();
            assert!(history.database.is_some() && history.audits.len() == 1 && history.snapshots.starts_with("s3://"));
            assert_ne!(schedule.zone, "UTC");
            assert_eq!((alerts.channels.len(), alerts.routes.len(), alerts.quiet.len()), (2, 2, 1));
            assert_eq!((alerts.lang, alerts.remind_days), (Some(lang), Some(7)));
            assert!(events.is_some() && web.login != crate::model::Login::None);
            assert!(!project.scope.accounts.is_empty() && !project.tls.is_empty() && project.memory.is_some());
        }
    }

    #[test]
    fn every_example_of_the_files_is_right() {
        let uncomment = |text: &str| -> String {
            let lines = text.lines().skip_while(|line| !line.starts_with("# [["));
            lines.map(|line| format!("{}\n", line.trim_start_matches("# "))).collect()
        };
        for lang in [Lang::Ja, Lang::En] {
            assert_eq!(crate::mapping::parse_attestations("a", &uncomment(attestations(lang))).unwrap().len(), 1);
            assert_eq!(crate::mapping::parse_waivers("w", &uncomment(waivers(lang))).unwrap().len(), 1);
            assert!(crate::mapping::parse_waivers("w", waivers(lang)).unwrap().is_empty());
        }
    }
}
