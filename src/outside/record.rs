//! Keeping what was seen, and serving it again: one JSON file per target.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::probe::{ErrorKind as Kind, ProbeError};

/// Schema name of a recorded look.
pub const RECORD_SCHEMA: &str = "kakunin.outside/1";

/// What kind of target was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// A page.
    Page,
    /// A TLS endpoint.
    Tls,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    schema: String,
    kind: TargetKind,
    target: String,
    probe: T,
}

/// Where the look at `target` is kept under `dir`: `outside/<first 16 hex of SHA-256 over kind and target>.json`.
pub fn path_of(dir: &Path, kind: TargetKind, target: &str) -> PathBuf {
    let word = match kind {
        TargetKind::Page => "page",
        TargetKind::Tls => "tls",
    };
    let digest = hex::encode(Sha256::digest(format!("{word}\n{target}")));
    dir.join("outside").join(format!("{}.json", digest.get(..16).unwrap_or(&digest)))
}

/// Keeps `probe`. The file appears whole or not at all.
///
/// # Errors
/// The folder or the file cannot be written. The folder is not named: it differs from machine to machine, and details
/// end up in reports.
pub fn write<T: Serialize>(dir: &Path, kind: TargetKind, target: &str, probe: &T) -> Result<(), ProbeError> {
    let failed = |e: &dyn std::fmt::Display| {
        let detail = format!("expected to keep the look at {target}, found: {e}; check the folder given to --record");
        ProbeError::new(Kind::Other, detail)
    };
    let path = path_of(dir, kind, target);
    let envelope = Envelope { schema: RECORD_SCHEMA.to_owned(), kind, target: target.to_owned(), probe };
    let mut text = serde_json::to_string_pretty(&envelope).map_err(|e| failed(&e))?;
    text.push('\n');
    // Targets of a run are distinct, so two writers of one temporary file can only be two processes.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    }
    std::fs::write(&temporary, text).map_err(|e| failed(&e))?;
    std::fs::rename(&temporary, &path).map_err(|e| failed(&e))
}

/// Serves what was kept.
///
/// # Errors
/// [`Kind::NotRecorded`] where there is no such file, [`Kind::Other`] where it cannot be read or is of another target.
pub fn read<T: DeserializeOwned>(dir: &Path, kind: TargetKind, target: &str) -> Result<T, ProbeError> {
    let path = path_of(dir, kind, target);
    // Only the file's name, as above.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = std::fs::read(&path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => ProbeError::new(
            Kind::NotRecorded,
            format!("expected a recorded look at {target} (outside/{name}), found none; record it with --record"),
        ),
        _ => ProbeError::new(Kind::Other, format!("expected to read outside/{name}, found: {e}")),
    })?;
    let odd = |what: String| {
        let detail = format!("expected a recorded look at {target} in outside/{name}, found {what}; record it again");
        ProbeError::new(Kind::Other, detail)
    };
    let envelope: Envelope<T> = serde_json::from_slice(&bytes).map_err(|e| odd(format!("{e}")))?;
    if envelope.schema != RECORD_SCHEMA || envelope.kind != kind || envelope.target != target {
        return Err(odd(format!("{} of {}", envelope.schema, envelope.target)));
    }
    Ok(envelope.probe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_served_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), TargetKind::Page, "https://example.com/", &7u32).unwrap();
        assert_eq!(read::<u32>(dir.path(), TargetKind::Page, "https://example.com/"), Ok(7));
        let missing = read::<u32>(dir.path(), TargetKind::Tls, "https://example.com/").unwrap_err();
        assert_eq!(missing.kind, Kind::NotRecorded);
        assert!(!missing.detail.contains(&*dir.path().to_string_lossy()));
        assert_eq!(std::fs::read_dir(dir.path().join("outside")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_another_target_or_a_torn_one_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), TargetKind::Page, "https://a.example/", &7u32).unwrap();
        let (a, b) = ("https://a.example/", "https://b.example/");
        std::fs::copy(path_of(dir.path(), TargetKind::Page, a), path_of(dir.path(), TargetKind::Page, b)).unwrap();
        assert_eq!(read::<u32>(dir.path(), TargetKind::Page, b).unwrap_err().kind, Kind::Other);
        std::fs::write(path_of(dir.path(), TargetKind::Page, a), "{\"schema\":").unwrap();
        assert_eq!(read::<u32>(dir.path(), TargetKind::Page, a).unwrap_err().kind, Kind::Other);
    }
}
