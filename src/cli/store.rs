//! The project's history, for every command that needs it.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use crate::history::{FileVault, Place, Store, Vault};
use crate::mapping::Project;
use crate::model::HistorySettings;

/// A history that is not where the settings say.
#[derive(Debug, thiserror::Error)]
enum Lack {
    #[error("{0}: expected a history, found none; `kakunin watch` keeps one, from its first run on")]
    File(std::path::PathBuf),
    #[error("kakunin.toml, [history] database: expected the URL of a database in {0}")]
    Secret(String),
}

/// Name of the project's sheet in the history: `[history] name`, or that of the project's folder.
pub(super) fn name(folder: &Path, project: &Project) -> String {
    settings(project).name.unwrap_or_else(|| {
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        whole.file_name().map_or_else(|| "kakunin".to_owned(), |name| name.to_string_lossy().into_owned())
    })
}

/// `[history]`, or what holds without it.
pub(super) fn settings(project: &Project) -> HistorySettings {
    project.watching.history.clone().unwrap_or_default()
}

/// The project's history and the sheet's name in it. Looking makes no database: there is an error where none is yet.
pub(super) async fn history_of(folder: &Path, project: &Project) -> Result<(Store, String), Failure> {
    let place = place(folder, project)?;
    if let Place::Sqlite(file) = &place
        && !file.is_file()
    {
        return Err(Failure::data(Lack::File(file.clone())));
    }
    open(&place, folder, project).await
}

/// The same for who writes runs: SQLite's file is made where it is not there.
pub(super) async fn history_made(folder: &Path, project: &Project) -> Result<(Store, String), Failure> {
    open(&place(folder, project)?, folder, project).await
}

async fn open(place: &Place, folder: &Path, project: &Project) -> Result<(Store, String), Failure> {
    let store = Store::open(place).await.map_err(Failure::data)?;
    Ok((store, name(folder, project)))
}

/// Where the project's history is.
pub(super) fn place(folder: &Path, project: &Project) -> Result<Place, Failure> {
    let settings = settings(project);
    match &settings.database {
        Some(secret) => {
            let url = crate::alert::reveal(secret, folder);
            let url = url.map_err(|lack| Failure::data(Lack::Secret(lack.to_string())))?;
            Ok(Place::Postgres(url.expose().to_owned()))
        }
        None => Ok(Place::Sqlite(folder.join(&settings.file))),
    }
}

/// Where the project's snapshots are.
#[cfg(feature = "watch")]
pub(super) async fn vault(folder: &Path, project: &Project) -> Result<Arc<dyn Vault>, Failure> {
    let place = settings(project).snapshots;
    if !place.starts_with("s3://") {
        return Ok(Arc::new(FileVault::new(folder.join(place))));
    }
    #[cfg(all(feature = "sqs", feature = "s3"))]
    if let Some(bucket) = crate::watch::aws::Bucket::open(&place).await {
        return Ok(Arc::new(bucket));
    }
    Err(Failure::usage(format!(
        "[history] snapshots: expected a folder or s3://bucket/prefix, found {place:?}, which this build cannot write to"
    )))
}

/// Who can say who changed a resource.
#[cfg(feature = "watch")]
pub(super) async fn who() -> Option<Arc<dyn crate::watch::Attributor>> {
    #[cfg(feature = "cloudtrail")]
    {
        Some(Arc::new(crate::aws::Trail::open().await))
    }
    #[cfg(not(feature = "cloudtrail"))]
    None
}
