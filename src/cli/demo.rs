//! `kakunin demo`: the whole main job with no AWS account.
//!
//! A shipped recording of an emulated account of an invented company goes through the real collectors; a build without
//! AWS decides over the shipped snapshot of the same recording instead.

use std::path::PathBuf;

use clap::Args;
use include_dir::{Dir, include_dir};

use super::inputs;
use super::{Done, Failure, Out, Where, exit, output};
use crate::model::Lang;
use crate::report::Format;
use crate::snapshot::Sealed;

/// The sample project: sheet, attestations, waivers, recording and snapshot.
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports/demo");

/// Arguments of `kakunin demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder for the reports
    #[arg(long, value_name = "DIR", default_value = "kakunin-report")]
    out: PathBuf,
}

pub(super) fn run(args: &Demo, lang: Lang) -> Done {
    let folder = Unpacked::new(&args.out)?;
    let project = inputs::project(&folder.0)?;
    let sheet = project.sheet.clone().unwrap_or_default().display().to_string();
    let original = std::fs::read(folder.0.join(&sheet)).map_err(Failure::internal)?;
    let read = inputs::from_bytes(
        &sheet,
        original,
        &folder.0,
        project,
        &Where::default(),
        inputs::Use { reviewed: true, above: None },
    )?;
    let sealed = see(&read.inputs, &folder)?;
    let report = read.inputs.decide(&sealed, sealed.snapshot.clock);
    let format = vec![Format::Terminal, Format::Json, Format::Html, Format::Sheet];
    let out = Out { out: Some(args.out.clone()), format, fill: super::Place::default() };
    output::write(&report, &read.inputs, &read.original, Some(&sealed), &out, lang)?;
    say!("{}", args.out.join("report.html").display());
    Ok(exit::HOLDS)
}

#[cfg(not(feature = "all-services"))]
fn see(_inputs: &crate::pipeline::Inputs, folder: &Unpacked) -> Result<Sealed, Failure> {
    Sealed::read(&folder.0.join("snapshot.kakunin")).map_err(Failure::internal)
}

#[cfg(feature = "all-services")]
fn see(inputs: &crate::pipeline::Inputs, folder: &Unpacked) -> Result<Sealed, Failure> {
    use super::collect::{Target, observe};
    use crate::aws::{Origin, Recording};

    let dir = folder.0.join("recording");
    let recording = Recording::read(&dir).map_err(Failure::internal)?;
    let clock = recording.latest().unwrap_or_default();
    let target = Target { record: None, replay: Some(dir) };
    observe(Origin::Replay(std::sync::Arc::new(recording)), inputs, clock, &target)
}

/// The sample project as files, gone when the demo ends.
struct Unpacked(PathBuf);

impl Unpacked {
    fn new(out: &std::path::Path) -> Result<Self, Failure> {
        let dir = out.join(".demo");
        std::fs::create_dir_all(&dir).and_then(|()| DEMO.extract(&dir)).map_err(|error| {
            Failure::new(
                exit::DATA,
                miette::miette!("{}: expected a folder that can be written: {error}", out.display()),
            )
        })?;
        Ok(Self(dir))
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        // What stays behind is only a copy of what ships.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
