//! What holds for every format, and how the terminal looks.

use std::str::FromStr;

use clap::ValueEnum;

use super::terminal::TerminalOptions;
use super::{Format, json, sample, sheet, terminal};
use crate::model::*;

fn terminal_text(report: &Report, lang: Lang, width: u16) -> String {
    terminal::render(report, &TerminalOptions { lang, width, color: false })
}

#[test]
fn terminal_in_japanese() {
    insta::assert_snapshot!(terminal_text(&sample::report(), Lang::Ja, 120));
}

#[test]
fn terminal_in_english() {
    insta::assert_snapshot!(terminal_text(&sample::report(), Lang::En, 100));
}

#[test]
fn write_pages_to_look_at() {
    if let Ok(dir) = std::env::var("KAKUNIN_PAGES") {
        for (name, lang) in [("ja", Lang::Ja), ("en", Lang::En)] {
            let page = super::html::render(&sample::report(), lang).unwrap();
            std::fs::write(format!("{dir}/{name}.html"), page).unwrap();
        }
    }
}
