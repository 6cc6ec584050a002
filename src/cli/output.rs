//! Writes the reports of a run, each wholly or not at all.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::{Failure, Out, Place};
use crate::model::{Lang, Report};
use crate::pipeline::Inputs;
use crate::report::{self, Format};
use crate::sheet;
use crate::snapshot::{Sealed, write_whole};

/// File name of the snapshot beside the reports.
const SNAPSHOT: &str = "snapshot.kakunin";

pub(super) fn write(
    report: &Report,
    inputs: &Inputs,
    original: &[u8],
    sealed: Option<&Sealed>,
    out: &Out,
    lang: Lang,
) -> Result<(), Failure> {
    if let Some(dir) = &out.out {
        if let Some(sealed) = sealed {
            sealed.write(&dir.join(SNAPSHOT)).map_err(Failure::data)?;
        }
        for format in &out.format {
            file(*format, report, inputs, original, dir, out.fill, lang)?;
        }
    }
    if out.format.contains(&Format::Terminal) {
        let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let width = terminal_width();
        let text = report::terminal::render(report, &report::terminal::TerminalOptions { lang, width, color });
        // A reader that went away (`| head`) is no failure of the run.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
    Ok(())
}

pub(super) fn terminal_width() -> u16 {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let asked = terminal_size::terminal_size().map(|(width, _)| width.0);
    columns.or(asked).unwrap_or(120).clamp(60, 240)
}

fn file(
    format: Format,
    report: &Report,
    inputs: &Inputs,
    original: &[u8],
    dir: &Path,
    place: Place,
    lang: Lang,
) -> Result<(), Failure> {
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        write_whole(&path, bytes).map_err(|error| {
            Failure::new(
                super::exit::DATA,
                miette::miette!("{}: expected a file that can be written: {error}", path.display()),
            )
        })
    };
    match format {
        Format::Terminal => Ok(()),
        Format::Json => put(
            "report.json",
            report::json::render(report, report::json::Layout::Pretty).map_err(Failure::internal)?.as_bytes(),
        ),
        Format::Html => put("report.html", report::html::render(report, lang).map_err(Failure::internal)?.as_bytes()),
        Format::Sheet => {
            let columns: Vec<sheet::Column> = report::sheet::columns(report, lang)
                .into_iter()
                .map(|(header, cells)| sheet::Column { header, cells })
                .collect();
            let name = &inputs.sheet.name;
            let how = match place {
                Place::Columns => sheet::Fill::Columns,
                Place::Sheet => sheet::Fill::EvidenceSheet(lang),
            };
            let filled = sheet::fill(name, original, &inputs.sheet, &columns, how).map_err(Failure::data)?;
            put(&format!("verified-{}", filled.name), &filled.bytes)?;
            if let Some((name, bytes)) = &filled.beside {
                put(&format!("verified-{name}"), bytes)?;
            }
            if let Some(note) = &filled.note {
                eprintln!("{}", note.get(lang));
            }
            Ok(())
        }
    }
}
