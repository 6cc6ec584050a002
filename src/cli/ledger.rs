//! What `attest` and `waive` share: dates, suggestions, questions in a terminal, and adding to a file without losing
//! anything of it.

use std::io::IsTerminal;
use std::path::Path;

use chrono::{SubsecRound, Utc};
use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use dialoguer::Input;

use super::{Failure, exit};
use crate::mapping::{AppendError, Day, parse_date};
use crate::model::{Lang, Moment};
use crate::snapshot::write_whole;

/// The clock that dates are held against.
pub(super) fn now(at: Option<Moment>) -> Moment {
    at.unwrap_or_else(|| Utc::now().trunc_subsecs(0))
}

/// The end that a person gave: a date to come.
pub(super) fn until(text: &str, clock: Moment) -> Result<Moment, String> {
    let until = parse_date(text, Day::End).map_err(|error| format!("--until: {error}"))?;
    if until <= clock {
        return Err(format!("--until: expected a date to come, found {text}, which has passed by {}", shown(clock)));
    }
    Ok(until)
}

/// An empty table in the style of the reports.
pub(super) fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()))
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// As every file writes a moment.
pub(super) fn shown(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Answers for what the flags left out. A terminal asks; where there is none, what is missing is an error that names
/// the flags.
pub(super) trait Ask {
    /// One line of text that `check` accepts; it tells what is wrong and asks again.
    fn text(
        &mut self,
        prompt: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure>;
    /// One of `choices`, by its position; none for "something else".
    fn choose(&mut self, prompt: &str, choices: &[String], other: &str) -> Result<Option<usize>, Failure>;
}

/// Asks in the terminal.
pub(super) struct Terminal;

impl Terminal {
    /// None where nobody could answer.
    pub(super) fn here() -> Option<Terminal> {
        (std::io::stdin().is_terminal() && std::io::stderr().is_terminal()).then_some(Terminal)
    }
}

fn broken_off(error: dialoguer::Error) -> Failure {
    Failure::usage(format!("expected an answer, found the terminal closed: {error}; nothing was written"))
}

impl Ask for Terminal {
    fn text(
        &mut self,
        prompt: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        let mut input = Input::<String>::new()
            .with_prompt(prompt)
            .validate_with(|text: &String| check(text.trim()))
            .allow_empty(true);
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        Ok(input.interact_text().map_err(broken_off)?.trim().to_owned())
    }

    fn choose(&mut self, prompt: &str, choices: &[String], other: &str) -> Result<Option<usize>, Failure> {
        let picked = dialoguer::Select::new()
            .with_prompt(prompt)
            .items(choices)
            .item(other)
            .default(0)
            .max_length(12)
            .interact()
            .map_err(broken_off)?;
        Ok((picked < choices.len()).then_some(picked))
    }
}

/// A check for [`Ask::text`] that only wants something to be written.
pub(super) fn not_empty(text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err("expected a text, found nothing".to_owned()) } else { Ok(()) }
}

/// The error where something is missing and there is nobody to ask.
pub(super) fn missing(flags: &[&str], command: &str, lang: Lang) -> Failure {
    let list = flags.join(", ");
    Failure::usage(match lang {
        Lang::Ja => format!("{list} がありません。端末がないため尋ねられません。`{command} --help` を見てください"),
        Lang::En => {
            format!("expected {list}, found neither the flags nor a terminal to ask on; see `{command} --help`")
        }
    })
}

/// Adds to a file of the project: reads it anew, lets `add` make the new text of it, and writes it in one step. Two at
/// once wait for each other, so that none is lost.
pub(super) fn add_to(path: &Path, add: impl Fn(Option<&str>) -> Result<String, AppendError>) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| {
        Failure::new(
            exit::DATA,
            miette::miette!("{}: expected a file that can be read and written: {error}", path.display()),
        )
    };
    // A link to a shared file stays a link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The folder is locked, not the file: the file is replaced. Systems that cannot open a folder go without.
    let lock = std::fs::File::open(folder).ok();
    if let Some(folder) = &lock {
        let _ = folder.lock();
    }
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwritable(error)),
    };
    let new = add(old.as_deref()).map_err(|error| match error {
        AppendError::File(error) => Failure::new(exit::DATA, error),
        other => Failure::data(other),
    })?;
    write_whole(&path, new.as_bytes()).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_to_come_to_the_second() {
        let clock: Moment = "2026-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(until("2026-12-31", clock).unwrap() - clock, chrono::Duration::seconds(1));
        assert!(until("2026-12-31", clock + chrono::Duration::seconds(1)).is_err());
        assert!(until("2026-12-30", clock).unwrap_err().contains("to come"));
        assert!(until("next year", clock).unwrap_err().contains("2027-03-31"));
    }

    #[test]
    fn entries_added_at_once_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.toml");
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    add_to(path, |old| {
                        let old = old.unwrap_or_default();
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        Ok(format!("{old}{n}\n"))
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 8);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no part file is left");
    }
}
