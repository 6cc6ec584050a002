//! Where a project keeps its history and its snapshots.

use std::path::Path;
use std::sync::Arc;

use super::{Failure, exit};
use crate::alert::reveal;
use crate::history::{FileVault, Place, Vault};
use crate::model::HistorySettings;
use crate::watch::Sweep;

/// Name of the sheet in the history: as written, or that of the project's folder.
pub(super) fn name(folder: &Path, settings: &HistorySettings) -> String {
    let own = || {
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        whole.file_name().map_or_else(|| "kakunin".to_owned(), |name| name.to_string_lossy().into_owned())
    };
    settings.name.clone().unwrap_or_else(own)
}

/// The database.
pub(super) fn database(folder: &Path, settings: &HistorySettings) -> Result<Place, Failure> {
    match &settings.database {
        None => Ok(Place::Sqlite(folder.join(&settings.file))),
        Some(secret) => {
            let url = reveal(secret, folder).map_err(|lack| {
                Failure::new(exit::DATA, miette::miette!("[history]: expected the database's URL in {lack}"))
            })?;
            Ok(Place::Postgres(url.expose().to_owned()))
        }
    }
}

/// The snapshots.
pub(super) fn vault(folder: &Path, settings: &HistorySettings) -> Result<Arc<dyn Vault>, Failure> {
    if settings.snapshots.starts_with("s3://") {
        return Err(Failure::usage(format!(
            "[history]: this build cannot keep snapshots in {}: build with the default features, or name a folder",
            settings.snapshots
        )));
    }
    Ok(Arc::new(FileVault::new(folder.join(&settings.snapshots))))
}

/// Deletes snapshots that no run refers to any more.
pub(super) fn sweep(vault: Arc<dyn Vault>) -> Sweep {
    Arc::new(move |digests| {
        let vault = Arc::clone(&vault);
        Box::pin(async move {
            for digest in digests {
                if let Err(error) = vault.delete(&digest).await {
                    tracing::warn!(digest, %error, "a snapshot that no run refers to cannot be deleted");
                }
            }
        })
    })
}
