//! A snapshot on disk: sealed with a digest, compressed, written in one step.
//!
//! One gzip stream of two lines: the seal (schema and SHA-256 of the second line), then the snapshot as JSON.

mod merge;

pub use merge::{Unfit, fits, merge};

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{SNAPSHOT_SCHEMA, Snapshot};

/// Largest snapshot that is read, uncompressed, in bytes: a broken or hostile file must not fill the memory.
const MAX_BYTES: u64 = 4 << 30;

/// A snapshot that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file.
    #[error("{path}: expected a file that can be read and written: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not a snapshot, or of a version that this program does not know.
    #[error(
        "{path}: expected a snapshot of {SNAPSHOT_SCHEMA}, found {found}; collect again, or use the version that made it"
    )]
    Schema {
        /// Where.
        path: PathBuf,
        /// What it says it is.
        found: String,
    },
    /// Changed since it was sealed.
    #[error("{path}: expected the sealed digest {sealed}, found {found}: the file was changed after it was sealed")]
    Broken {
        /// Where.
        path: PathBuf,
        /// In the seal.
        sealed: String,
        /// Of the content.
        found: String,
    },
    /// The content does not parse.
    #[error("{path}: expected a whole snapshot, found one that cannot be understood: {source}")]
    Content {
        /// Where.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Seal {
    schema: String,
    sha256: String,
}

/// A snapshot with the digest that it is sealed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// SHA-256 of its JSON, lower-case hex.
    pub sha256: String,
}

impl Sealed {
    /// Seals a snapshot.
    ///
    /// # Errors
    /// When it cannot be serialised, which no snapshot of a run is.
    pub fn new(snapshot: Snapshot) -> Result<Self, serde_json::Error> {
        let sha256 = hex::encode(Sha256::digest(serde_json::to_vec(&snapshot)?));
        Ok(Self { snapshot, sha256 })
    }

    /// The file's bytes: the same for the same snapshot.
    ///
    /// # Errors
    /// When it cannot be serialised.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let seal = Seal { schema: SNAPSHOT_SCHEMA.to_string(), sha256: self.sha256.clone() };
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut text = serde_json::to_vec(&seal)?;
        text.push(b'\n');
        serde_json::to_writer(&mut text, &self.snapshot)?;
        text.push(b'\n');
        encoder.write_all(&text).map_err(serde_json::Error::io)?;
        encoder.finish().map_err(serde_json::Error::io)
    }

    /// Writes the file in one step.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), SnapshotError> {
        let bytes = self.to_bytes().map_err(|source| SnapshotError::Content { path: path.to_path_buf(), source })?;
        write_whole(path, &bytes).map_err(|source| SnapshotError::Io { path: path.to_path_buf(), source })
    }

    /// Reads a file and holds it against its seal.
    ///
    /// # Errors
    /// When it cannot be read, is no snapshot, or was changed.
    pub fn read(path: &Path) -> Result<Self, SnapshotError> {
        let bytes = std::fs::read(path).map_err(|source| SnapshotError::Io { path: path.to_path_buf(), source })?;
        Self::from_bytes(path, &bytes)
    }

    /// The same from bytes; `path` is for messages.
    ///
    /// # Errors
    /// As for [`Sealed::read`].
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let schema = |found: &str| SnapshotError::Schema { path: path.to_path_buf(), found: found.to_string() };
        let mut text = String::new();
        GzDecoder::new(bytes)
            .take(MAX_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| schema(&format!("a file that does not unpack ({error})")))?;
        let (seal, body) = text.split_once('\n').ok_or_else(|| schema("a file without a seal"))?;
        let seal: Seal = serde_json::from_str(seal).map_err(|_| schema("a file without a seal"))?;
        if seal.schema != SNAPSHOT_SCHEMA {
            return Err(schema(&seal.schema));
        }
        let body = body.strip_suffix('\n').unwrap_or(body);
        let found = hex::encode(Sha256::digest(body.as_bytes()));
        if found != seal.sha256 {
            return Err(SnapshotError::Broken { path: path.to_path_buf(), sealed: seal.sha256, found });
        }
        let snapshot =
            serde_json::from_str(body).map_err(|source| SnapshotError::Content { path: path.to_path_buf(), source })?;
        Ok(Self { snapshot, sha256: found })
    }
}

/// Writes a file wholly or not at all: to a neighbour first, then renamed.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let mut file = std::fs::File::create(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // The first error is the one that tells.
        let _ = std::fs::remove_file(&part);
    }
    written
}
