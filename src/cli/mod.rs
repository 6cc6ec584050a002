//! The commands: wiring only, one file each.

/// Prints a line. A reader that went away (`| head`) is no failure of the command.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

#[cfg(feature = "alert")]
mod alert;
mod attest;
mod checks;
mod collect;
mod demo;
#[cfg(feature = "alert")]
mod diff;
mod evidence;
mod explain;
#[cfg(feature = "alert")]
mod history;
mod init;
mod inputs;
pub mod knowledge;
mod ledger;
mod locale;
mod map;
#[cfg(feature = "mcp")]
mod mcp;
mod memory;
mod model;
mod output;
mod policy;
#[cfg(feature = "aws")]
mod progress;
mod proposals;
#[cfg(feature = "watch")]
mod remember;
mod review;
#[cfg(feature = "web")]
mod serve;
mod sheet;
#[cfg(feature = "alert")]
mod store;
mod verify;
mod waive;
#[cfg(feature = "watch")]
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::model::{Lang, Moment};
use crate::report::Format;

/// Exit codes of the program.
pub mod exit {
    /// Every claim holds or is attested.
    pub const HOLDS: u8 = 0;
    /// Something is contradicted.
    pub const CONTRADICTED: u8 = 1;
    /// Nothing contradicted, but something inconclusive, untested, unattested or expired.
    pub const OPEN: u8 = 2;
    /// Wrong use of the command.
    pub const USAGE: u8 = 64;
    /// A file that cannot be used.
    pub const DATA: u8 = 65;
    /// Internal.
    pub const INTERNAL: u8 = 70;
    /// Another process is at it: try later.
    pub const BUSY: u8 = 75;
    /// No permission to start.
    pub const NO_PERMISSION: u8 = 77;
}

/// Are the claims of a security check sheet true of the AWS accounts that run the service?
#[derive(Debug, Parser)]
#[command(name = "kakunin", version, propagate_version = true)]
pub struct Cli {
    /// Language of the output; by default that of the locale.
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// Tell more about what happens (-v, -vv).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// How the log on standard error is written
    #[cfg(feature = "watch")]
    #[arg(long, global = true, value_enum, env = "KAKUNIN_LOG_FORMAT", default_value = "text", hide_env_values = true)]
    log_format: crate::watch::telemetry::LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole main job without an AWS account: a shipped recording and a sample sheet
    Demo(demo::Demo),
    /// Make a project of a check sheet: its settings and a proposed mapping to review
    Init(init::Init),
    /// Walk through the proposed mapping of a project; only what is approved decides
    Review(review::Review),
    /// One run: read the sheet, ask AWS, decide every item, write the reports
    Verify(Box<verify::Verify>),
    /// Keep what AWS says in a sealed snapshot, and decide nothing
    Collect(collect::CollectArgs),
    /// How a sheet is read: layout, items, answers, remarks
    Sheet(sheet::SheetArgs),
    /// What each item of a sheet claims, and which topics would decide it: proposals with confidence and reason
    Map(map::MapArgs),
    /// The catalogue of checks
    Checks(checks::ChecksArgs),
    /// The least IAM policy that the checks in use need
    Policy(policy::PolicyArgs),
    /// What an item claims or a check expects, and how to repeat it by hand
    Explain(explain::Explain),
    /// State what no API can show: who, with what evidence, until when
    Attest(Box<attest::Attest>),
    /// Accept a failing finding as a risk: who, why, until when
    Waive(Box<waive::Waive>),
    /// Runs and their changes; of an item, since when it is what it is and who changed it
    #[cfg(feature = "alert")]
    History(history::HistoryArgs),
    /// What differs between two runs: items, claims, findings (exit code 1 where something does)
    #[cfg(feature = "alert")]
    Diff(diff::Diff),
    /// Channels that tell people: try them, see what waits or is dead, send it
    #[cfg(feature = "alert")]
    Alert(alert::Alert),
    /// Stay up: run by the schedule, tell what changed, keep the history
    #[cfg(feature = "watch")]
    Watch(Box<watch::WatchArgs>),
    /// The dashboard and its JSON API over the history of the runs
    #[cfg(feature = "web")]
    Serve(serve::Serve),
    /// Tools for other agents: a Model Context Protocol server on standard input and output
    #[cfg(feature = "mcp")]
    Mcp(mcp::Mcp),
}

/// Which sheet, and what belongs to it.
#[derive(Debug, Clone, Args)]
pub struct SheetSource {
    /// The check sheet (.xlsx, .xls, .ods, .csv, .tsv, .txt, .docx, .md), with the built-in mapping
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// A project folder: kakunin.toml, mapping.toml, attestations.toml, waivers.toml, checks/
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Take proposals whose confidence (0 to 1) reaches this, without a person's review
    #[arg(long, value_name = "CONFIDENCE", value_parser = share)]
    accept_above: Option<f64>,
}

/// What to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct Where {
    /// Only these regions (comma-separated); by default every region that is enabled
    #[arg(long, value_delimiter = ',')]
    region: Vec<String>,
    /// Refuse to run against any other account (comma-separated)
    #[arg(long, value_delimiter = ',')]
    account: Vec<String>,
}

/// What to write.
#[derive(Debug, Clone, Args)]
pub struct Out {
    /// Folder for the reports
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Reports to make (comma-separated): terminal, json, html, sheet
    #[arg(long, value_delimiter = ',', default_values_t = [Format::Terminal, Format::Json, Format::Html, Format::Sheet])]
    format: Vec<Format>,
    /// Where the filled sheet has its results: in columns at its right, or in a sheet of their own
    #[arg(long, value_enum, default_value = "columns")]
    fill: Place,
}

/// Where a filled sheet has its results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Place {
    /// Columns at the right of the sheet's own.
    #[default]
    Columns,
    /// A new worksheet, a table at the end of a document, a second file beside a text.
    Sheet,
}

/// A failure of a command: an exit code and what to tell.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    report: miette::Report,
}

impl Failure {
    fn new(code: u8, error: impl Into<miette::Report>) -> Self {
        Self { code, report: error.into() }
    }

    fn data(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { code: exit::DATA, report: miette::Report::from_err(error) }
    }

    fn usage(message: impl Into<String>) -> Self {
        Self { code: exit::USAGE, report: miette::Report::msg(message.into()) }
    }

    fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { code: exit::INTERNAL, report: miette::Report::from_err(error) }
    }
}

type Done = Result<u8, Failure>;

/// A confidence.
fn share(text: &str) -> Result<f64, String> {
    let read = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    read.ok_or_else(|| "expected a confidence from 0 to 1, as in 0.9".to_owned())
}

fn moment(text: &str) -> Result<Moment, String> {
    text.parse::<Moment>().map_err(|e| format!("expected a moment like 2026-04-01T09:00:00+09:00: {e}"))
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors.
            let code = if error.use_stderr() { exit::USAGE } else { exit::HOLDS };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let _telemetry = logging(&cli);
    let lang = cli.lang.unwrap_or_else(locale::lang);
    let done = match cli.command {
        Command::Demo(args) => demo::run(&args, lang),
        Command::Init(args) => init::run(&args, lang),
        Command::Review(args) => review::run(&args, lang),
        Command::Verify(args) => verify::run(&args, lang),
        Command::Collect(args) => collect::run(&args, lang),
        Command::Sheet(args) => sheet::run(&args, lang),
        Command::Map(args) => map::run(&args, lang),
        Command::Checks(args) => checks::run(&args, lang),
        Command::Policy(args) => policy::run(&args, lang),
        Command::Explain(args) => explain::run(&args, lang),
        Command::Attest(args) => attest::run(&args, lang),
        Command::Waive(args) => waive::run(&args, lang),
        #[cfg(feature = "alert")]
        Command::History(args) => history::run(&args, lang),
        #[cfg(feature = "alert")]
        Command::Diff(args) => diff::run(&args, lang),
        #[cfg(feature = "alert")]
        Command::Alert(args) => alert::run(&args, lang),
        #[cfg(feature = "watch")]
        Command::Watch(args) => watch::run(&args, lang),
        #[cfg(feature = "web")]
        Command::Serve(args) => serve::run(&args, lang),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => mcp::run(&args),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("{:?}", failure.report);
            ExitCode::from(failure.code)
        }
    }
}

/// What `-v` and KAKUNIN_LOG ask for. What stays up tells what it does without being asked.
fn filter(cli: &Cli) -> tracing_subscriber::EnvFilter {
    let level = match cli.verbose {
        0 if cli.command.stays_up() => "kakunin=info,warn",
        0 => "error",
        1 => "kakunin=debug,warn",
        _ => "debug",
    };
    tracing_subscriber::EnvFilter::try_from_env("KAKUNIN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level))
}

#[cfg(feature = "watch")]
fn logging(cli: &Cli) -> crate::watch::telemetry::Telemetry {
    crate::watch::telemetry::begin(filter(cli), cli.log_format)
}

#[cfg(not(feature = "watch"))]
fn logging(cli: &Cli) {
    tracing_subscriber::fmt().with_env_filter(filter(cli)).with_writer(std::io::stderr).init();
}

impl Command {
    fn stays_up(&self) -> bool {
        #[cfg(feature = "watch")]
        if matches!(self, Command::Watch(_)) {
            return true;
        }
        false
    }
}
