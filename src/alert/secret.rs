//! Secrets by where they are: in the environment or in a file, never in the settings.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::model::Secret;

/// A secret's value. Neither `Debug` nor an error shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for what has to be told it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// A secret that is not where the settings say.
#[derive(Debug, thiserror::Error)]
pub enum Lack {
    /// No such variable, or nothing in it.
    #[error("the environment variable {name}, found {found}; set it where kakunin runs")]
    Env {
        /// Name of the variable.
        name: String,
        /// What is wrong with it.
        found: &'static str,
    },
    /// No such file, or nothing in it.
    #[error("the file {}, found {found}; write the secret there, readable by the user that kakunin runs as", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        found: String,
    },
}

/// Reads a secret. A file's path is relative to `folder`, and newlines at its end are no part of the secret.
///
/// # Errors
/// Where it is not there or empty.
pub fn reveal(secret: &Secret, folder: &Path) -> Result<Hidden, Lack> {
    match secret {
        Secret::Env(name) => {
            let lack = |found| Lack::Env { name: name.clone(), found };
            match std::env::var(name) {
                Ok(value) if value.is_empty() => Err(lack("it empty")),
                Ok(value) => Ok(Hidden(value)),
                Err(std::env::VarError::NotPresent) => Err(lack("it not set")),
                Err(std::env::VarError::NotUnicode(_)) => Err(lack("something that is no text")),
            }
        }
        Secret::File(path) => {
            let path = folder.join(path);
            match std::fs::read_to_string(&path) {
                Ok(text) => match text.trim_end_matches(['\r', '\n']) {
                    "" => Err(Lack::File { path, found: "it empty".to_owned() }),
                    value => Ok(Hidden(value.to_owned())),
                },
                Err(error) => Err(Lack::File { path, found: error.to_string() }),
            }
        }
    }
}
