//! Where sealed snapshots are kept, by digest.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::GzDecoder;
use futures::future::{BoxFuture, FutureExt};
use sha2::{Digest, Sha256};

/// A snapshot that cannot be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A name that is no digest: it must not become a path.
    #[error("expected a SHA-256 in lower-case hex as the name of a snapshot, found {found:?}")]
    Name {
        /// What was given.
        found: String,
    },
    /// The file or object.
    #[error("{place}: expected a snapshot that can be kept and read: {detail}")]
    Io {
        /// Path or URL.
        place: String,
        /// Why.
        detail: String,
    },
    /// Nothing is kept under this digest.
    #[error("{place}: expected a snapshot, found none; it was deleted, or is kept elsewhere ([history] snapshots)")]
    Missing {
        /// Path or URL.
        place: String,
    },
    /// What is kept is not what was seen.
    #[error("{place}: expected the sealed digest {digest}, found {found}: the file was changed after it was sealed")]
    Broken {
        /// Path or URL.
        place: String,
        /// Its name.
        digest: String,
        /// What its content says.
        found: String,
    },
}

/// Keeps sealed snapshots, each under the digest that it is sealed with and that runs refer to.
pub trait Vault: Send + Sync {
    /// Keeps a sealed file (as [`crate::snapshot`] writes it) under its digest. Keeping one twice is no error.
    fn put<'a>(&'a self, digest: &'a str, sealed: Vec<u8>) -> BoxFuture<'a, Result<(), VaultError>>;
    /// The sealed file, held against its digest.
    fn get<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Vec<u8>, VaultError>>;
    /// Deletes it. Nothing there is no error.
    fn delete<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<(), VaultError>>;
}

/// Refuses what is not the sealed snapshot of this name: `place` is for the message. For every vault.
///
/// # Errors
/// [`VaultError::Name`], [`VaultError::Broken`].
pub fn hold(place: &str, digest: &str, sealed: &[u8]) -> Result<(), VaultError> {
    named(digest)?;
    let found = digest_of(sealed).unwrap_or_else(|error| format!("a file that does not unpack ({error})"));
    if found == digest {
        return Ok(());
    }
    Err(VaultError::Broken { place: place.to_owned(), digest: digest.to_owned(), found })
}

fn named(digest: &str) -> Result<(), VaultError> {
    let hex = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if hex { Ok(()) } else { Err(VaultError::Name { found: digest.to_owned() }) }
}

/// Digest of the content of a sealed file: what follows its first line, without the newline at its end.
fn digest_of(sealed: &[u8]) -> std::io::Result<String> {
    let mut content = BufReader::new(GzDecoder::new(sealed));
    content.skip_until(b'\n')?;
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 16];
    // The newline at the end is no part of it; whether one is at the end shows only with the next block.
    let mut held = false;
    loop {
        let length = content.read(&mut block)?;
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else { break };
        if std::mem::take(&mut held) {
            digest.update(b"\n");
        }
        let body = read.strip_suffix(b"\n").unwrap_or(read);
        held = body.len() < read.len();
        digest.update(body);
    }
    Ok(hex::encode(digest.finalize()))
}

/// A folder of sealed snapshots: `ab/abcd….kakunin`. Only the user can read it.
#[derive(Debug, Clone)]
pub struct FileVault {
    folder: PathBuf,
}

impl FileVault {
    /// The vault in a folder, which is made when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, digest: &str) -> Result<PathBuf, VaultError> {
        named(digest)?;
        let shard: String = digest.chars().take(2).collect();
        Ok(self.folder.join(shard).join(format!("{digest}.kakunin")))
    }
}

impl Vault for FileVault {
    fn put<'a>(&'a self, digest: &'a str, sealed: Vec<u8>) -> BoxFuture<'a, Result<(), VaultError>> {
        let path = self.path(digest);
        let digest = digest.to_owned();
        blocking(move || {
            let path = path?;
            hold(&path.display().to_string(), &digest, &sealed)?;
            // One that is there and whole stays; a broken one is replaced.
            if std::fs::read(&path).is_ok_and(|there| hold("", &digest, &there).is_ok()) {
                return Ok(());
            }
            write(&path, &sealed).map_err(|error| io(&path, &error))
        })
    }

    fn get<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Vec<u8>, VaultError>> {
        let path = self.path(digest);
        let digest = digest.to_owned();
        blocking(move || {
            let path = path?;
            let sealed = std::fs::read(&path).map_err(|error| match error.kind() {
                ErrorKind::NotFound => VaultError::Missing { place: path.display().to_string() },
                _ => io(&path, &error),
            })?;
            hold(&path.display().to_string(), &digest, &sealed)?;
            Ok(sealed)
        })
    }

    fn delete<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<(), VaultError>> {
        let path = self.path(digest);
        blocking(move || {
            let path = path?;
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(io(&path, &error)),
                _ => Ok(()),
            }
        })
    }
}

fn io(path: &Path, error: &std::io::Error) -> VaultError {
    VaultError::Io { place: path.display().to_string(), detail: error.to_string() }
}

/// Reading and unpacking megabytes is nothing for the threads that wait for the network.
fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> BoxFuture<'static, Result<T, VaultError>> {
    async move {
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
            Err(VaultError::Io { place: "the vault".to_owned(), detail: format!("the work was broken off: {error}") })
        })
    }
    .boxed()
}

/// Writes a file wholly or not at all: to a neighbour of its own first, then renamed. Two that write the same file at
/// once write the same bytes.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(Path::new("."));
    private_folder(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let part = path.with_file_name(name);
    let written = private_file(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path))
        .and_then(|()| sync_folder(folder));
    if written.is_err() {
        // The first error is the one that tells.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// A new name in a folder outlives a loss of power only once the folder is written too; Windows has no such call.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Makes a folder for the user alone. One that is there is left as it is.
pub(super) fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
