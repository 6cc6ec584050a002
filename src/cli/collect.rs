//! `kakunin collect`: a sealed snapshot and nothing else. And the part of a run that sees.

use std::path::PathBuf;

use clap::Args;

use super::{Done, Failure, SheetSource, Where};

/// Arguments of `kakunin collect`.
#[derive(Debug, Args)]
pub struct CollectArgs {
    #[command(flatten)]
    source: SheetSource,
    #[command(flatten)]
    place: Where,
    /// Where to write the snapshot
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Keep every API answer in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// Serve API answers from this folder instead of AWS
    #[arg(long, value_name = "DIR")]
    replay: Option<PathBuf>,
}

#[cfg(not(feature = "aws"))]
pub(super) fn run(_args: &CollectArgs, _lang: crate::model::Lang) -> Done {
    Err(Failure::usage("this build has no AWS in it: build with the default features"))
}

#[cfg(feature = "aws")]
pub(super) use with_aws::{Target, observe, run};
#[cfg(all(feature = "aws", feature = "watch"))]
pub(super) use with_aws::{look, look_again};

#[cfg(feature = "aws")]
mod with_aws {
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex};

    use chrono::{SubsecRound, Utc};

    use super::super::{exit, inputs, proposals};
    use super::{CollectArgs, Done, Failure};
    use crate::aws::{Origin, Recording, Session};
    use crate::cli::progress::Bar;
    use crate::collect::{CollectError, collect};
    use crate::model::{Lang, Moment, Snapshot};
    use crate::pipeline::Inputs;
    use crate::snapshot::Sealed;

    /// Where answers are kept or come from.
    #[derive(Debug, Clone, Default)]
    pub(in crate::cli) struct Target {
        pub record: Option<PathBuf>,
        pub replay: Option<PathBuf>,
    }

    pub(in crate::cli) fn run(args: &CollectArgs, lang: Lang) -> Done {
        let inputs = inputs::read(&args.source, &args.place)?.inputs;
        proposals::told_waiting(&inputs.mapping, lang);
        let target = Target { record: args.record.clone(), replay: args.replay.clone() };
        let (origin, clock) = match (&args.replay, &args.record) {
            (Some(dir), _) => {
                let recording = Recording::read(dir).map_err(Failure::data)?;
                let clock = recording.latest();
                (Origin::Replay(Arc::new(recording)), clock)
            }
            (None, Some(_)) => (Origin::Record(Arc::new(Mutex::new(Recording::default()))), None),
            (None, None) => (Origin::Live, None),
        };
        let clock = clock.unwrap_or_else(|| Utc::now().trunc_subsecs(0));
        let sealed = observe(origin, &inputs, clock, &target)?;
        sealed.write(&args.out).map_err(Failure::data)?;
        say!("{}  {}", sealed.sha256, args.out.display());
        Ok(exit::HOLDS)
    }

    /// Reads AWS and the outside, and seals what was seen.
    pub(in crate::cli) fn observe(
        origin: Origin,
        inputs: &Inputs,
        clock: Moment,
        target: &Target,
    ) -> Result<Sealed, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
        runtime.block_on(look(origin, inputs, clock, target))
    }

    /// The same, within a runtime.
    pub(in crate::cli) async fn look(
        origin: Origin,
        inputs: &Inputs,
        clock: Moment,
        target: &Target,
    ) -> Result<Sealed, Failure> {
        let recording = match &origin {
            Origin::Record(recording) => Some(Arc::clone(recording)),
            _ => None,
        };
        let session = Session::open(origin).await;
        let plan = inputs.plan();
        let aws = collect(&session, &plan, &inputs.scope, clock, Bar::on_terminal());
        let (aws, outside) = futures::join!(aws, outside(inputs, clock, target));
        let snapshot = aws.map(|snapshot| join(snapshot, inputs, outside)).map_err(|error| match error {
            CollectError::Session(error) => Failure::new(exit::NO_PERMISSION, miette::Report::from_err(error)),
        })?;
        if let (Some(recording), Some(dir)) = (recording, &target.record)
            && let Ok(recording) = recording.lock()
        {
            recording.write(dir).map_err(Failure::data)?;
        }
        Sealed::new(snapshot).map_err(Failure::internal)
    }

    /// Reads some cells anew, on top of a snapshot that fits.
    #[cfg(feature = "watch")]
    pub(in crate::cli) async fn look_again(
        inputs: &Inputs,
        clock: Moment,
        base: &Sealed,
        cells: &std::collections::BTreeSet<crate::model::Cell>,
    ) -> Result<Sealed, Failure> {
        let Some((account, regions)) = base.snapshot.accounts.first_key_value() else {
            return look(Origin::Live, inputs, clock, &Target::default()).await;
        };
        let session = Session::open(Origin::Live).await;
        let plan = inputs.plan().part(cells);
        let stale = |service: &str, region: &str| {
            let cell = crate::model::Cell { account: account.clone(), region: region.into(), service: service.into() };
            cells.contains(&cell)
        };
        let part = crate::collect::collect_part(&session, &plan, &inputs.scope, clock, account, regions, stale).await;
        let part = part.map_err(|error| match error {
            CollectError::Session(error) => Failure::new(exit::NO_PERMISSION, miette::Report::from_err(error)),
        })?;
        Sealed::new(crate::snapshot::merge(&base.snapshot, part, cells)).map_err(Failure::internal)
    }

    #[cfg(feature = "outside")]
    async fn outside(inputs: &Inputs, clock: Moment, target: &Target) -> crate::outside::Seen {
        use crate::outside::{Mode, Options, Targets, look};
        let dir = |dir: &PathBuf| dir.clone();
        let mode = match (&target.replay, &target.record) {
            (Some(from), _) => Mode::Replay(dir(from)),
            (None, Some(to)) => Mode::Record(dir(to)),
            (None, None) => Mode::Live,
        };
        let wanted = inputs.targets();
        let options = Options { mode, ..Options::default() };
        look(&Targets { pages: wanted.pages, tls: wanted.tls }, &options, clock).await
    }

    #[cfg(feature = "outside")]
    fn join(mut snapshot: Snapshot, inputs: &Inputs, seen: crate::outside::Seen) -> Snapshot {
        snapshot.targets = inputs.targets();
        snapshot.resources.extend(seen.resources);
        snapshot.observations.extend(seen.observations);
        snapshot.coverage.extend(seen.coverage);
        snapshot.gaps.extend(seen.gaps);
        snapshot.resources.sort_by(|a, b| a.key().cmp(&b.key()));
        snapshot.observations.sort_by(|a, b| a.id.cmp(&b.id));
        snapshot.observations.dedup_by(|a, b| a.id == b.id);
        snapshot.coverage.sort();
        snapshot.gaps.sort();
        snapshot.gaps.dedup();
        snapshot
    }

    #[cfg(not(feature = "outside"))]
    async fn outside(_inputs: &Inputs, _clock: Moment, _target: &Target) {}

    #[cfg(not(feature = "outside"))]
    fn join(mut snapshot: Snapshot, inputs: &Inputs, (): ()) -> Snapshot {
        // The targets stay on record: what was not looked at is a gap.
        snapshot.targets = inputs.targets();
        snapshot
    }
}
