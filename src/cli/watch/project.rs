//! A project as the watch sees it: read anew for each run, so that what people changed counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures::future::BoxFuture;
use tracing::Instrument;

use super::super::{Failure, SheetSource, Where, exit, inputs};
use crate::model::{AlertSettings, Moment};
use crate::pipeline::Inputs;
#[cfg(feature = "aws")]
use crate::plan::Plan;
use crate::snapshot::Sealed;
#[cfg(feature = "aws")]
use crate::snapshot::fits;
use crate::watch::{Cell, Look, NoRun, Seen, Verifier};

/// Makes the runs of one project.
#[derive(Debug)]
pub(super) struct Project {
    source: SheetSource,
    snapshot: Option<PathBuf>,
    code: AtomicU8,
}

impl Project {
    /// Of a folder; over a sealed snapshot instead of AWS where one is given.
    pub(super) fn new(folder: &Path, snapshot: Option<&Path>) -> Self {
        let source = SheetSource { sheet: None, project: folder.to_path_buf(), accept_above: None };
        Self { source, snapshot: snapshot.map(Path::to_path_buf), code: AtomicU8::new(exit::INTERNAL) }
    }

    /// The exit code that the last run that could not be made leads to.
    pub(super) fn code(&self) -> u8 {
        self.code.load(Ordering::Relaxed)
    }

    fn no_run(&self, failure: &Failure) -> NoRun {
        self.code.store(failure.code, Ordering::Relaxed);
        // One line: it goes into logs, messages and the history.
        let causes: Vec<String> = failure.report.chain().map(ToString::to_string).collect();
        NoRun(causes.join(": "))
    }

    /// What the project's checks need.
    #[cfg(feature = "aws")]
    pub(super) async fn plan(&self) -> Result<Plan, Failure> {
        let source = self.source.clone();
        apart(move || read(&source).map(|(inputs, _)| inputs.plan())).await?
    }

    async fn run(&self, clock: Moment, how: Look) -> Result<Seen, Failure> {
        let source = self.source.clone();
        let (inputs, alerts) = apart(move || read(&source)).await??;
        let inputs = Arc::new(inputs);
        let plan = inputs.plan();
        let sealed = self.see(&inputs, clock, how).instrument(tracing::info_span!("collect")).await?;
        let span = tracing::info_span!("decide");
        let (report, sealed) = apart(move || {
            let _in_span = span.entered();
            (inputs.decide(&sealed, clock), sealed)
        })
        .await?;
        Ok(Seen { report, sealed, alerts, plan })
    }

    async fn see(&self, inputs: &Inputs, clock: Moment, how: Look) -> Result<Sealed, Failure> {
        match (self.snapshot.clone(), how) {
            (Some(path), _) => apart(move || Sealed::read(&path)).await?.map_err(Failure::data),
            (None, Look::Full) => look(inputs, clock).await,
            (None, Look::Part { base, cells }) => again(inputs, clock, &base, &cells).await,
        }
    }
}

impl Verifier for Project {
    fn verify(&self, clock: Moment, look: Look) -> BoxFuture<'_, Result<Seen, NoRun>> {
        Box::pin(async move { self.run(clock, look).await.map_err(|failure| self.no_run(&failure)) })
    }
}

fn read(source: &SheetSource) -> Result<(Inputs, AlertSettings), Failure> {
    let alerts = inputs::project(&source.project)?.watching.alerts;
    Ok((inputs::read(source, &Where::default())?.inputs, alerts))
}

/// Work that takes the processor or the disk for long, away from the loop.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
}

#[cfg(feature = "aws")]
async fn look(inputs: &Inputs, clock: Moment) -> Result<Sealed, Failure> {
    use super::super::collect::{Target, look};
    look(crate::aws::Origin::Live, inputs, clock, &Target::default()).await
}

/// Reads some cells anew, or everything where the base is not what a whole look would bring today.
#[cfg(feature = "aws")]
async fn again(inputs: &Inputs, clock: Moment, base: &Sealed, cells: &BTreeSet<Cell>) -> Result<Sealed, Failure> {
    let plan = inputs.plan();
    if let Err(unfit) = fits(&base.snapshot, &inputs.scope, &inputs.targets(), plan.operations.keys()) {
        tracing::info!(%unfit, "a part is not enough");
        return look(inputs, clock).await;
    }
    super::super::collect::look_again(inputs, clock, base, cells).await
}

#[cfg(not(feature = "aws"))]
async fn again(inputs: &Inputs, clock: Moment, _: &Sealed, _: &BTreeSet<Cell>) -> Result<Sealed, Failure> {
    look(inputs, clock).await
}

#[cfg(not(feature = "aws"))]
async fn look(_inputs: &Inputs, _clock: Moment) -> Result<Sealed, Failure> {
    Err(Failure::usage("this build has no AWS in it: give --snapshot FILE, or build with the default features"))
}
