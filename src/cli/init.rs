//! `kakunin init`: a project of a check sheet.

use std::path::{Path, PathBuf};

use chrono::{SubsecRound, Utc};
use clap::Args;

use super::proposals::{self, MAPPING};
use super::{Done, Failure, exit, inputs, memory, share};
use crate::catalogue::Catalogue;
use crate::mapping::{self, Known, MappingFile, Memory};
use crate::model::{Lang, Proposal, Review, Sheet};
use crate::sheet;
use crate::snapshot::write_whole;

mod text;

/// Arguments of `kakunin init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The check sheet; copied into the project unless it is there
    sheet: PathBuf,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Propose what was approved in these projects, too
    #[arg(long, value_name = "PROJECT", num_args = 1..)]
    from: Vec<PathBuf>,
    /// Take proposals whose confidence (0 to 1) reaches this without a person's review; with --who, as approved
    #[arg(long, value_name = "CONFIDENCE", value_parser = share)]
    accept_above: Option<f64>,
    /// Who answers for what --accept-above takes
    #[arg(long, value_name = "NAME", requires = "accept_above")]
    who: Option<String>,
}

pub(super) fn run(args: &Init, lang: Lang) -> Done {
    let bytes = std::fs::read(&args.sheet)
        .map_err(|error| data(format!("{}: expected a check sheet that can be read: {error}", args.sheet.display())))?;
    let name = args.sheet.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sheet = sheet::read_bytes(&name, &bytes).map_err(Failure::data)?;
    if sheet.items.is_empty() {
        return Err(data(format!(
            "{}: expected items, found none; `kakunin sheet` shows how it was read",
            args.sheet.display()
        )));
    }
    let (kept, copy) = place(&args.sheet, &args.dir, &name);
    let own = args.dir.join("checks");
    let catalogue = Catalogue::with(own.is_dir().then_some(own.as_path())).map_err(|e| Failure::new(exit::DATA, e))?;
    let mut memory = memory::load(memory::path(&mapping::Project::default(), &args.dir).as_deref())?;
    for project in &args.from {
        memory = from(memory, project)?;
    }
    let proposals = proposals::propose(&sheet, &catalogue, &memory)?;
    let when = Utc::now().trunc_subsecs(0);
    let decide = |proposal: &Proposal| match (args.accept_above, &args.who) {
        (Some(above), _) if proposal.confidence < above => Review::Proposed,
        (Some(_), Some(who)) => Review::Approved { who: who.clone(), when },
        (Some(above), None) => Review::Accepted { above },
        (None, _) => Review::Proposed,
    };
    let mapping = mapping::file_text(&sheet, &proposals, &decide, lang);
    // What is written must be what can be read.
    let known = proposals::known(&catalogue);
    let read = MappingFile::parse(MAPPING, &mapping, &known).map_err(|e| Failure::new(exit::INTERNAL, e))?;

    let mut files: Vec<(PathBuf, Vec<u8>)> = vec![
        (args.dir.join(MAPPING), mapping.into_bytes()),
        (args.dir.join("attestations.toml"), text::attestations(lang).into()),
        (args.dir.join("waivers.toml"), text::waivers(lang).into()),
    ];
    if !own.exists() {
        files.push((own.join("README.md"), text::checks(lang).into()));
    }
    if copy {
        files.push((args.dir.join(&kept), bytes));
    }
    // Last: it is what makes the folder a project.
    files.push((args.dir.join("kakunin.toml"), text::settings(&kept, &sheet, lang).into_bytes()));
    write_new(&files)?;
    told(args, &sheet, &read, lang);
    Ok(exit::HOLDS)
}

/// The sheet's path as the project will name it, and whether it has to be copied there.
fn place(sheet: &Path, dir: &Path, name: &str) -> (String, bool) {
    if let (Ok(sheet), Ok(dir)) = (sheet.canonicalize(), dir.canonicalize())
        && let Ok(inside) = sheet.strip_prefix(&dir)
    {
        let parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        return (parts.join("/"), false);
    }
    (name.to_owned(), true)
}

/// What was decided in another project.
fn from(memory: Memory, project: &Path) -> Result<Memory, Failure> {
    let path = project.join(MAPPING);
    let any = Known { any: true, ..Known::default() };
    let file = MappingFile::load(&path, &any).map_err(|e| Failure::new(exit::DATA, e))?;
    let settings = inputs::project(project)?;
    let name = settings.sheet.as_deref().and_then(Path::file_name).unwrap_or(project.as_os_str());
    Ok(memory.and_of(&file, &name.to_string_lossy()))
}

/// Writes all files or none, and none that is there already.
fn write_new(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    let there: Vec<String> =
        files.iter().filter(|(path, _)| path.exists()).map(|(p, _)| p.display().to_string()).collect();
    if !there.is_empty() {
        return Err(data(format!(
            "expected a folder without a project, found {}; nothing was written: give another --dir, or go on with \
             `kakunin review`",
            there.join(", ")
        )));
    }
    for (index, (path, bytes)) in files.iter().enumerate() {
        if let Err(error) = write_whole(path, bytes) {
            for (written, _) in files.iter().take(index) {
                // The first error is the one that tells.
                let _ = std::fs::remove_file(written);
            }
            return Err(data(format!("{}: expected a file that can be written: {error}", path.display())));
        }
    }
    Ok(())
}

fn told(args: &Init, sheet: &Sheet, file: &MappingFile, lang: Lang) {
    let (dir, items) = (args.dir.display(), sheet.items.len());
    let claimed = file.entries.iter().filter(|entry| !entry.claims.is_empty()).count();
    let known = file.entries.iter().filter(|entry| entry.review.decides()).count();
    match lang {
        Lang::Ja => {
            say!("{dir}: {items} 項目のうち {claimed} 項目に対応付けを提案しました(採用済み {known})");
            say!("次の手順: kakunin review --project {dir}");
        }
        Lang::En => {
            say!("{dir}: {claimed} of {items} items have a proposed mapping ({known} accepted)");
            say!("next: kakunin review --project {dir}");
        }
    }
}

fn data(message: String) -> Failure {
    Failure::new(exit::DATA, miette::Report::msg(message))
}
