//! Where what people approved is remembered: `approved.toml`.

use std::path::{Path, PathBuf};

use super::{Failure, exit};
use crate::mapping::{Memory, Project, Remembered};
use crate::snapshot::write_whole;

/// Names another file for the memory; set and empty, nothing is remembered.
const VARIABLE: &str = "KAKUNIN_MEMORY";

/// The file: `KAKUNIN_MEMORY`, then `memory` of kakunin.toml, then the user's data folder. None where the user wants
/// none, or has no folder for it.
pub(super) fn path(project: &Project, folder: &Path) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if std::env::var_os(VARIABLE).is_some() {
        return set(VARIABLE);
    }
    if let Some(memory) = &project.memory {
        return Some(folder.join(memory));
    }
    let data = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let data = data.or_else(|| set("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("kakunin/approved.toml"))
}

/// What is remembered there.
pub(super) fn load(path: Option<&Path>) -> Result<Memory, Failure> {
    path.map_or_else(|| Ok(Memory::default()), |path| Memory::load(path).map_err(|e| Failure::new(exit::DATA, e)))
}

/// Remembers decisions. The file is read again before: somebody else may have written to it meanwhile.
pub(super) fn remember(path: &Path, decisions: Vec<Remembered>) -> Result<(), Failure> {
    let mut memory = load(Some(path))?;
    let before = memory.entries.len();
    for decision in decisions {
        memory = memory.with(decision).unwrap_or(memory);
    }
    if memory.entries.len() == before {
        return Ok(());
    }
    write_whole(path, memory.text().as_bytes()).map_err(|error| {
        Failure::new(exit::DATA, miette::miette!("{}: expected a file that can be written: {error}", path.display()))
    })
}
