//! `kakunin verify`: one run.

use std::path::PathBuf;

use clap::Args;

use super::inputs::{self, Read};
use super::{Done, Failure, Out, SheetSource, Where, exit, moment, output};
use crate::model::{Lang, Moment, Report, Verdict};
use crate::snapshot::Sealed;

/// What makes the exit code other than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// Only a contradiction (1).
    Contradicted,
    /// A contradiction (1), or something that could not be read (2).
    Inconclusive,
    /// A contradiction (1), or anything that does not hold (2).
    Open,
    /// Nothing: 0 whenever the run ended.
    Never,
}

/// Arguments of `kakunin verify`.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    source: SheetSource,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    out: Out,
    /// The run's clock (RFC 3339); by default now, and with --replay or --snapshot that of the recording
    #[arg(long, value_parser = moment, value_name = "RFC3339")]
    at: Option<Moment>,
    /// Keep every API answer in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["replay", "snapshot"])]
    record: Option<PathBuf>,
    /// Serve API answers from this folder instead of AWS
    #[arg(long, value_name = "DIR", conflicts_with = "snapshot")]
    replay: Option<PathBuf>,
    /// Decide again over a sealed snapshot, without any call
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// What makes the exit code other than 0
    #[arg(long, value_enum, default_value = "open")]
    fail_on: FailOn,
    /// Look without remembering the run, where the project has a [history]
    #[cfg(feature = "watch")]
    #[arg(long)]
    no_history: bool,
}

pub(super) fn run(args: &Verify, lang: Lang) -> Done {
    let Read { inputs, original } = inputs::read(&args.source, &args.place)?;
    #[cfg(feature = "watch")]
    let remember = remember(args)?;
    let (sealed, keep) = match &args.snapshot {
        Some(path) => (Sealed::read(path).map_err(Failure::data)?, false),
        None => (observe(args, &inputs)?, true),
    };
    let clock = args.at.unwrap_or(sealed.snapshot.clock);
    let report = inputs.decide(&sealed, clock);
    output::write(&report, &inputs, &original, keep.then_some(&sealed), &args.out, lang)?;
    #[cfg(feature = "watch")]
    if let Some(remember) = remember {
        remember.end(&report, sealed, inputs.plan(), lang)?;
    }
    Ok(code(&report, args.fail_on))
}

/// The history that this run belongs to: that of a project with `[history]`, where AWS is looked at as it is now. What a
/// recording or a snapshot says, or a part of the regions, is no news of the sheet.
#[cfg(feature = "watch")]
fn remember(args: &Verify) -> Result<Option<super::remember::Remember>, Failure> {
    let other = args.replay.is_some() || args.snapshot.is_some() || args.at.is_some() || args.source.sheet.is_some();
    let part = !args.place.region.is_empty() || !args.place.account.is_empty() || args.source.accept_above.is_some();
    if args.no_history || other || part {
        return Ok(None);
    }
    let project = inputs::project(&args.source.project)?;
    if project.watching.history.is_none() {
        return Ok(None);
    }
    super::remember::Remember::begin(&args.source.project, &project).map(Some)
}

/// The exit code that a report leads to.
pub(super) fn code(report: &Report, fail_on: FailOn) -> u8 {
    let contradicted = report.summary.by_agreement.get("contradicted").copied().unwrap_or_default() > 0;
    let any = |wanted: fn(Verdict) -> bool| report.items.iter().any(|item| wanted(item.verdict));
    match fail_on {
        FailOn::Never => exit::HOLDS,
        _ if contradicted => exit::CONTRADICTED,
        FailOn::Contradicted => exit::HOLDS,
        FailOn::Inconclusive if any(|v| v == Verdict::Inconclusive) => exit::OPEN,
        FailOn::Open if any(|v| !v.holds()) => exit::OPEN,
        FailOn::Inconclusive | FailOn::Open => exit::HOLDS,
    }
}

#[cfg(not(feature = "aws"))]
fn observe(_args: &Verify, _inputs: &crate::pipeline::Inputs) -> Result<Sealed, Failure> {
    Err(Failure::usage("this build has no AWS in it: give --snapshot FILE, or build with the default features"))
}

#[cfg(feature = "aws")]
fn observe(args: &Verify, inputs: &crate::pipeline::Inputs) -> Result<Sealed, Failure> {
    use std::sync::{Arc, Mutex};

    use chrono::{SubsecRound, Utc};

    use super::collect::{Target, observe};
    use crate::aws::{Origin, Recording};

    let (origin, clock) = match (&args.replay, &args.record) {
        (Some(dir), _) => {
            let recording = Recording::read(dir).map_err(Failure::data)?;
            let clock = args.at.or_else(|| recording.latest());
            (Origin::Replay(Arc::new(recording)), clock)
        }
        (None, Some(_)) => (Origin::Record(Arc::new(Mutex::new(Recording::default()))), args.at),
        (None, None) => (Origin::Live, args.at),
    };
    let clock = clock.unwrap_or_else(|| Utc::now().trunc_subsecs(0));
    let target = Target { record: args.record.clone(), replay: args.replay.clone() };
    observe(origin, inputs, clock, &target)
}
