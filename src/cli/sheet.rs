//! `kakunin sheet`: how a sheet is read.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::{Done, Failure, exit};
use crate::model::{Lang, Sheet};
use crate::sheet;

/// Arguments of `kakunin sheet`.
#[derive(Debug, Args)]
pub struct SheetArgs {
    /// The check sheet (.txt, .tsv, .csv, .xlsx)
    file: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &SheetArgs, lang: Lang) -> Done {
    let sheet = sheet::read(&args.file).map_err(Failure::data)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&sheet).map_err(Failure::internal)?);
    } else {
        people(&sheet, lang);
    }
    Ok(exit::HOLDS)
}

fn people(sheet: &Sheet, lang: Lang) {
    let words = match lang {
        Lang::Ja => ["項目", "確認事項", "回答", "備考", "位置"],
        Lang::En => ["Item", "What is asked", "Answer", "Remark", "Where"],
    };
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(words);
    for item in &sheet.items {
        let mut remark = item.remark_resolved.clone();
        if !item.concessions.is_empty() {
            remark = format!("△ {remark}");
        }
        table.add_row([&item.id, &item.text, &item.answer_text, &remark, &item.at]);
    }
    println!("{} · {} · {} · {}", sheet.name, sheet.layout.format, sheet.layout.encoding, sheet.sha256);
    println!("{table}");
    let (items, unread) = (sheet.items.len(), sheet.unread.len());
    match lang {
        Lang::Ja => println!("{items} 項目、項目として読まなかった行 {unread} 件"),
        Lang::En => println!("{items} items, {unread} lines that are no item"),
    }
    for line in &sheet.unread {
        println!("  {}  {}: {}", line.at, line.why, line.text);
    }
}
