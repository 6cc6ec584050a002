//! `kakunin sheet`: how a sheet is read.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::{Done, Failure, exit, inputs};
use crate::model::{Answer, Lang, Sheet, TableLayout, Text};
use crate::sheet;

/// Arguments of `kakunin sheet`.
#[derive(Debug, Args)]
pub struct SheetArgs {
    /// The check sheet
    file: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Read it as the [layout] of this project's kakunin.toml says
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Print only the layout that was found, as a [layout] for kakunin.toml
    #[arg(long, conflicts_with = "json")]
    suggest: bool,
}

pub(super) fn run(args: &SheetArgs, lang: Lang) -> Done {
    let corrections = match &args.project {
        Some(folder) => inputs::project(folder)?.layout,
        None => crate::model::Corrections::default(),
    };
    let sheet = sheet::read_corrected(&args.file, &corrections).map_err(Failure::data)?;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&sheet).map_err(Failure::internal)?);
    } else if args.suggest {
        print!("{}", sheet::suggest(&sheet.layout));
    } else {
        people(&sheet, lang);
    }
    Ok(exit::HOLDS)
}

fn people(sheet: &Sheet, lang: Lang) {
    let say = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    say!("{} · {} · {} · {}", sheet.name, sheet.layout.format, sheet.layout.encoding, sheet.sha256);
    for found in &sheet.layout.tables {
        say!("\n{}", layout(found, lang));
    }
    let mut table = table();
    table.set_header([
        say("項目", "Item"),
        say("確認事項", "What is asked"),
        say("回答", "Answer"),
        say("備考", "Remark"),
        say("位置", "Where"),
    ]);
    for item in &sheet.items {
        let mut remark = item.remark_resolved.clone();
        if !item.concessions.is_empty() {
            remark = format!("△ {remark}");
        }
        table.add_row([&item.id, &item.text, &item.answer_text, &remark, &item.at]);
    }
    say!("{table}");
    let (items, unread) = (sheet.items.len(), sheet.unread.len());
    say!(
        "{}",
        say(
            &format!("{items} 項目。項目として読まなかったもの {unread} 件"),
            &format!("{items} items; {unread} cells and lines that are no item")
        )
    );
    for line in &sheet.unread {
        say!("  {}  {}: {}", line.at, line.why, line.text);
    }
    say!(
        "\n{}",
        say(
            "読み方が違うときは `kakunin sheet FILE --suggest` の出力を kakunin.toml に貼り付けて直してください。",
            "If this is not how the sheet is meant, paste what `kakunin sheet FILE --suggest` prints into kakunin.toml and correct it."
        )
    );
}

fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(super::output::terminal_width());
    table
}

/// How one table was read: its header, what each column is, what each mark means.
fn layout(found: &TableLayout, lang: Lang) -> String {
    let say = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    let name = found.worksheet.clone().unwrap_or_else(|| format!("{} {}", say("表", "table"), found.table));
    let rows: Vec<String> = found.header_rows.iter().map(ToString::to_string).collect();
    let header = match (found.form.as_str(), rows.is_empty()) {
        ("lines", _) => say("設問と選択肢・回答欄が縦に並ぶ形", "questions with choices or answers below them"),
        (_, true) => say("見出し行なし", "no header"),
        (_, false) => format!("{} {}", say("見出し行", "header row"), rows.join(", ")),
    };
    let mut text = format!("{name}: {header}, {} {}\n", found.items, say("項目", "items"));
    let mut columns = table();
    columns.set_header([say("列", "Column"), say("役割", "Role"), say("見出し", "Header")]);
    for column in &found.columns {
        columns.add_row([column.letter.clone(), role(&column.role, lang), column.header.clone()]);
    }
    if !found.columns.is_empty() {
        text.push_str(&format!("{columns}\n"));
    }
    let mut marks = table();
    marks.set_header([
        say("回答の書き方", "Answer as written"),
        say("意味", "Means"),
        say("件数", "Items"),
        say("根拠", "Because of"),
    ]);
    for mark in &found.answers {
        marks.add_row([mark.text.clone(), meaning(mark.answer, lang), mark.count.to_string(), by(&mark.by, lang)]);
    }
    if !found.answers.is_empty() {
        text.push_str(&format!("{marks}\n"));
    }
    for note in &found.notes {
        text.push_str(&format!("  {note}\n"));
    }
    text
}

fn role(role: &str, lang: Lang) -> String {
    let (ja, en) = match role {
        "number" => ("番号", "number"),
        "section" => ("分類", "section"),
        "text" => ("確認事項", "what is asked"),
        "answer" => ("回答", "answer"),
        "remark" => ("備考", "remark"),
        "choice yes" => ("選択肢：はい", "choice: yes"),
        "choice no" => ("選択肢：いいえ", "choice: no"),
        "choice partial" => ("選択肢：一部", "choice: partly"),
        "choice na" => ("選択肢：該当なし", "choice: not applicable"),
        "choice unknown" => ("選択肢：不明", "choice: unknown"),
        other => (other, other),
    };
    Text::new(ja, en).get(lang).to_owned()
}

fn meaning(answer: Answer, lang: Lang) -> String {
    let (ja, en) = match answer {
        Answer::Yes => ("はい", "yes"),
        Answer::No => ("いいえ", "no"),
        Answer::Partial => ("一部", "partly"),
        Answer::Na => ("該当なし", "not applicable"),
        Answer::Unknown => ("読み取れず", "not understood"),
    };
    Text::new(ja, en).get(lang).to_owned()
}

fn by(by: &str, lang: Lang) -> String {
    let (ja, en) = match by {
        "legend" => ("シートの凡例", "the sheet's legend"),
        "project" => ("kakunin.toml", "kakunin.toml"),
        _ => ("通常の意味", "the usual meaning"),
    };
    Text::new(ja, en).get(lang).to_owned()
}
