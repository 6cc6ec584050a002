//! Reads everything that a run needs before it sees anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Failure, SheetSource, Where, proposals};
use crate::catalogue::Catalogue;
use crate::evaluate::Params;
use crate::mapping;
use crate::model::{Scope, Waiver};
use crate::pipeline::Inputs;
use crate::sheet;

/// The check that a roster of leavers is for.
const LEAVER_CHECK: &str = "iam/leaver-has-no-credentials";

/// A run's inputs, and the sheet's own bytes for the filled sheet.
pub(super) struct Read {
    pub inputs: Inputs,
    pub original: Vec<u8>,
}

/// Reads sheet, project and catalogue.
pub(super) fn read(source: &SheetSource, place: &Where) -> Result<Read, Failure> {
    let project = project(&source.project)?;
    // A sheet that is given is a bare one, unless it is the project's own.
    let own = project.sheet.as_ref().map(|sheet| source.project.join(sheet));
    let reviewed = match (&source.sheet, &own) {
        (Some(given), Some(own)) => same_file(given, own),
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let path =
        source.sheet.clone().or_else(|| project.sheet.as_ref().map(|sheet| source.project.join(sheet))).ok_or_else(
            || Failure::usage("expected a check sheet: give --sheet FILE, or `sheet = \"…\"` in kakunin.toml"),
        )?;
    let original = std::fs::read(&path).map_err(|error| {
        Failure::new(
            super::exit::DATA,
            miette::miette!("{}: expected a check sheet that can be read: {error}", path.display()),
        )
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    from_bytes(&name, original, &source.project, project, place, Use { reviewed, above: source.accept_above })
}

/// Which mapping a run takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    /// The sheet is the project's: its mapping.toml decides, where there is one.
    pub reviewed: bool,
    /// Proposals whose confidence reaches this are taken without a person's review.
    pub above: Option<f64>,
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The project's settings; the defaults where the folder has no kakunin.toml.
pub(super) fn project(folder: &Path) -> Result<mapping::Project, Failure> {
    let path = folder.join("kakunin.toml");
    if !path.is_file() {
        return Ok(mapping::Project::default());
    }
    mapping::Project::load(&path).map_err(|e| Failure::new(super::exit::DATA, e))
}

/// Reads a file of the project where it is there; nothing where it is not.
fn optional<T: Default>(path: &Path, load: impl Fn(&Path) -> Result<T, mapping::MappingError>) -> Result<T, Failure> {
    if path.is_file() { load(path).map_err(|e| Failure::new(super::exit::DATA, e)) } else { Ok(T::default()) }
}

/// The same, from a sheet's bytes.
pub(super) fn from_bytes(
    name: &str,
    original: Vec<u8>,
    folder: &Path,
    project: mapping::Project,
    place: &Where,
    take: Use,
) -> Result<Read, Failure> {
    let sheet = sheet::read_with(name, &original, &project.layout).map_err(Failure::data)?;
    let catalogue = catalogue(folder)?;
    let mapping::Applied { mapping, warnings } = proposals::in_force(&sheet, folder, &project, &catalogue, take)?;
    let mut attestations = optional(&folder.join("attestations.toml"), mapping::load_attestations)?;
    super::evidence::hold(&mut attestations, folder);
    let waivers = waivers(folder)?;
    let params = params(folder, &project, &catalogue)?;
    let mut scope: Scope = project.scope;
    if !place.region.is_empty() {
        scope.regions = place.region.clone();
    }
    if !place.account.is_empty() {
        scope.accounts = place.account.clone();
    }
    let endpoints = project.tls.iter().map(|e| format!("{}:{}", e.host, e.port)).collect();
    let owners = project.watching.alerts.routes.iter().any(|route| !route.owners.is_empty());
    let inputs =
        Inputs { sheet, mapping, catalogue, params, attestations, waivers, scope, endpoints, owners, warnings };
    Ok(Read { inputs, original })
}

/// The built-in checks and the project's own.
pub(super) fn catalogue(folder: &Path) -> Result<Catalogue, Failure> {
    let own = folder.join("checks");
    // The project folder may be this program's own source tree, whose checks are built in already.
    let own = (own.is_dir() && folder.join("kakunin.toml").is_file()).then_some(own);
    Catalogue::with(own.as_deref()).map_err(|e| Failure::new(super::exit::DATA, e))
}

/// The project's waivers; none where it has no such file.
pub(super) fn waivers(folder: &Path) -> Result<Vec<Waiver>, Failure> {
    optional(&folder.join("waivers.toml"), mapping::load_waivers)
}

/// The project's parameters, with the roster of leavers where it names one.
pub(super) fn params(folder: &Path, project: &mapping::Project, catalogue: &Catalogue) -> Result<Params, Failure> {
    let mut params = project.params.clone();
    if let Some(roster) = &project.roster {
        let leavers = roster_of(&folder.join(roster))?;
        params.entry(LEAVER_CHECK.to_string()).or_default().insert("leavers".to_string(), leavers);
    }
    known_params(catalogue, &params)?;
    Ok(params)
}

/// A misspelt parameter must not leave the default in force without a word.
fn known_params(catalogue: &Catalogue, params: &BTreeMap<String, BTreeMap<String, Value>>) -> Result<(), Failure> {
    for (id, values) in params {
        let Some(check) = catalogue.checks.get(id) else {
            return Err(data(format!(
                "kakunin.toml: expected [params.\"<check>\"] of a check in `kakunin checks list`, found {id}"
            )));
        };
        for name in values.keys() {
            if !check.params.contains_key(name) {
                let known: Vec<&str> = check.params.keys().map(String::as_str).collect();
                return Err(data(format!(
                    "kakunin.toml: expected a parameter of {id} ({}), found {name}",
                    known.join(", ")
                )));
            }
        }
    }
    Ok(())
}

fn data(message: String) -> Failure {
    Failure::new(super::exit::DATA, miette::Report::msg(message))
}

/// The roster of leavers: CSV with the columns `user` and `last_day` (and any others).
fn roster_of(path: &PathBuf) -> Result<Value, Failure> {
    let place = path.display();
    let mut reader = csv::Reader::from_path(path)
        .map_err(|e| data(format!("{place}: expected a roster as CSV with user,last_day: {e}")))?;
    let mut leavers = Vec::new();
    for (index, row) in reader.deserialize::<BTreeMap<String, String>>().enumerate() {
        let line = index + 2;
        let row = row.map_err(|e| data(format!("{place}, line {line}: expected a row of the roster: {e}")))?;
        let of = |column: &str| row.get(column).map(|text| text.trim()).filter(|text| !text.is_empty());
        let (Some(user), Some(last_day)) = (of("user"), of("last_day")) else {
            return Err(data(format!(
                "{place}, line {line}: expected user and last_day, found a row without one of them"
            )));
        };
        let day: chrono::NaiveDate = last_day.parse().map_err(|e| {
            data(format!("{place}, line {line}: expected last_day like 2026-03-31, found {last_day}: {e}"))
        })?;
        leavers.push(json!({"user": user, "last_day": format!("{day}T23:59:59Z")}));
    }
    Ok(Value::Array(leavers))
}
