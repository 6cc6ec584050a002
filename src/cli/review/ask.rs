//! Asking a person, so that the walk can be tried with answers from a list.

use std::io;

/// Whom the walk talks to.
pub(super) trait Ask {
    /// Shows a text.
    fn show(&mut self, text: &str);

    /// One of several; none where the person wants to leave.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    fn one(&mut self, prompt: &str, options: &[String], first: usize) -> io::Result<Option<usize>>;

    /// Any of several, those of `chosen` from the start; none where the person changed nothing after all.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    fn many(&mut self, prompt: &str, options: &[String], chosen: &[bool]) -> io::Result<Option<Vec<usize>>>;

    /// A line of text.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    fn line(&mut self, prompt: &str, before: &str) -> io::Result<String>;
}

/// The terminal.
pub(super) struct Terminal;

/// Options shown at once.
const PAGE: usize = 15;

fn io(error: dialoguer::Error) -> io::Error {
    let dialoguer::Error::IO(error) = error;
    error
}

impl Ask for Terminal {
    fn show(&mut self, text: &str) {
        // Beside the prompts, which are on standard error.
        eprintln!("{text}");
    }

    fn one(&mut self, prompt: &str, options: &[String], first: usize) -> io::Result<Option<usize>> {
        let select = dialoguer::Select::new().with_prompt(prompt).items(options).default(first).max_length(PAGE);
        left(select.interact_opt())
    }

    fn many(&mut self, prompt: &str, options: &[String], chosen: &[bool]) -> io::Result<Option<Vec<usize>>> {
        let chosen = options.iter().zip(chosen).map(|(option, chosen)| (option, *chosen));
        left(dialoguer::MultiSelect::new().with_prompt(prompt).items_checked(chosen).max_length(PAGE).interact_opt())
    }

    fn line(&mut self, prompt: &str, before: &str) -> io::Result<String> {
        let input = dialoguer::Input::<String>::new().with_prompt(prompt).with_initial_text(before).allow_empty(true);
        input.interact_text().map_err(io)
    }
}

/// Ctrl-C is leaving, not a failure: every decision is saved already.
fn left<T>(answer: dialoguer::Result<Option<T>>) -> io::Result<Option<T>> {
    match answer.map_err(io) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
        answer => answer,
    }
}
