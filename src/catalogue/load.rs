//! Loads checks: those that ship inside the program, and the user's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use miette::{Diagnostic, NamedSource, SourceSpan};
use sha2::{Digest, Sha256};

use super::check::{Check, CheckFile};
use super::lint::nearest;
use super::tables::{Placed, SupportTable, TableError, TableFile, reference};
use super::topics::{Topic, TopicsFile};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/checks");

/// A check's file, for messages that point into it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path as people know it: `checks/rds/instance-multi-az.toml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A check that cannot be loaded.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum CatalogueError {
    /// The file is not as a check must be.
    #[error("{path}: {message}")]
    #[diagnostic(help("see checks/README.md for the fields of a check and of a table"))]
    File {
        /// Its path.
        path: String,
        /// What is wrong.
        message: String,
        /// Its text.
        #[source_code]
        source_code: NamedSource<String>,
        /// Where.
        #[label("here")]
        span: Option<SourceSpan>,
    },
    /// The folder or a file cannot be read.
    #[error("{path}: expected a folder of checks that can be read: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Two files with one id.
    #[error("{path}: expected an id of its own, found {id}, which a shipped check has; rename the file")]
    Duplicate {
        /// The second file.
        path: String,
        /// The id.
        id: String,
    },
}

/// All checks and topics.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By id.
    pub checks: BTreeMap<String, Check>,
    /// By id.
    pub topics: BTreeMap<String, Topic>,
    /// Support tables by id.
    pub tables: BTreeMap<String, Arc<SupportTable>>,
    /// Files by check id.
    pub sources: BTreeMap<String, Source>,
    /// SHA-256 over every file in order, lower-case hex.
    pub sha256: String,
}

impl Catalogue {
    /// The checks that ship inside the program.
    ///
    /// # Errors
    /// When a shipped file is broken; the tests keep that from happening.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::with(None)
    }

    /// The shipped checks and those of a user's folder.
    ///
    /// # Errors
    /// The first file that is not as a check must be.
    pub fn with(own: Option<&Path>) -> Result<Self, CatalogueError> {
        let mut files = BTreeMap::new();
        built_in_files(&BUILT_IN, &mut files);
        // What the checks are compared with decides nothing.
        files.retain(|path, _| !path.starts_with("coverage/"));
        let mut catalogue = Self::default();
        let mut hash = Sha256::new();
        if let Some(text) = files.remove("topics.toml") {
            hash.update(&text);
            let topics: TopicsFile = toml::from_str(&text).map_err(|e| file_error("checks/topics.toml", &text, &e))?;
            catalogue.topics = topics.topic.into_iter().map(|t| (t.id.clone(), t)).collect();
        }
        let mut own_ones = BTreeMap::new();
        if let Some(own) = own {
            own_files(own, own, &mut own_ones)?;
        }
        let shown_own = |path: &str| own.unwrap_or(Path::new("")).join(path).display().to_string();
        // Tables first, the user's own in place of shipped ones: the checks rest on what then stands.
        for (path, text) in files.iter().filter(|(path, _)| is_table(path)) {
            catalogue.add_table(path, &format!("checks/{path}"), text)?;
        }
        for (path, text) in own_ones.iter().filter(|(path, _)| is_table(path)) {
            catalogue.add_table(path, &shown_own(path), text)?;
        }
        for (path, text) in &files {
            hash.update(path);
            hash.update(text);
            // Checks stand in folders; beside these are the topics and the glossary.
            if path.contains('/') && !path.starts_with("frameworks/") && !is_table(path) {
                catalogue.add(path, &format!("checks/{path}"), text)?;
            }
        }
        for (path, text) in &own_ones {
            hash.update(path);
            hash.update(text);
            if !is_table(path) {
                catalogue.add(path, &shown_own(path), text)?;
            }
        }
        catalogue.sha256 = hex::encode(hash.finalize());
        Ok(catalogue)
    }

    /// One check from text, for tests and editors.
    ///
    /// # Errors
    /// When it is not as a check must be.
    pub fn add(&mut self, path: &str, shown: &str, text: &str) -> Result<(), CatalogueError> {
        let id = path.trim_end_matches(".toml").to_string();
        let mut file: CheckFile = toml::from_str(text).map_err(|e| file_error(shown, text, &e))?;
        let tables = self.resolve(&mut file, text).map_err(|placed| table_error(shown, text, placed))?;
        let check = Check::compile(id.clone(), file, tables).map_err(|(error, span)| CatalogueError::File {
            path: located(shown, text, Some(&span)),
            message: error.to_string(),
            source_code: NamedSource::new(shown, text.to_string()),
            span: Some(span.into()),
        })?;
        if self.checks.contains_key(&id) {
            return Err(CatalogueError::Duplicate { path: shown.to_string(), id });
        }
        self.sources.insert(id.clone(), Source { path: shown.to_string(), text: text.to_string() });
        self.checks.insert(id, check);
        Ok(())
    }

    /// One support table from text; it stands for one of the same name that is there already.
    ///
    /// # Errors
    /// When it is not as a table must be, or has other columns than the one that it stands for.
    pub fn add_table(&mut self, path: &str, shown: &str, text: &str) -> Result<(), CatalogueError> {
        let id = path.trim_start_matches(TABLES).trim_end_matches(".toml");
        let file: TableFile = toml::from_str(text).map_err(|e| file_error(shown, text, &e))?;
        let table = SupportTable::new(id, file).map_err(|placed| table_error(shown, text, placed))?;
        if let Some(shipped) = self.tables.get(id) {
            table
                .stands_for(shipped)
                .map_err(|error| table_error(shown, text, (error, text.find("columns").map(|at| at..at + 7))))?;
        }
        self.tables.insert(id.to_string(), Arc::new(table));
        Ok(())
    }

    /// Puts the rows of tables where parameters name them; gives the tables by parameter.
    fn resolve(
        &self,
        file: &mut CheckFile,
        text: &str,
    ) -> Result<BTreeMap<String, Arc<SupportTable>>, Placed<TableError>> {
        let mut tables = BTreeMap::new();
        for (name, value) in &mut file.params {
            let place = |id: &str| text.find(&format!("\"{id}\"")).map(|at| at + 1..at + 1 + id.len());
            let Some(id) = reference(value).map_err(|error| (error, text.find("params").map(|at| at..at + 6)))? else {
                continue;
            };
            let table = self.tables.get(id).cloned().ok_or_else(|| {
                let near = nearest(id, self.tables.keys().map(String::as_str));
                (TableError::Unknown { found: id.to_string(), near }, place(id))
            })?;
            *value = serde_json::Value::Array(table.rows.clone());
            tables.insert(name.clone(), table);
        }
        Ok(tables)
    }

    /// Checks of a topic, by id.
    pub fn of_topic(&self, topic: &str) -> impl Iterator<Item = &Check> {
        self.checks.values().filter(move |check| check.topics.iter().any(|t| t == topic))
    }
}

/// The folder of support tables.
const TABLES: &str = "tables/";

fn is_table(path: &str) -> bool {
    path.starts_with(TABLES)
}

fn table_error(shown: &str, text: &str, (error, span): Placed<TableError>) -> CatalogueError {
    CatalogueError::File {
        path: located(shown, text, span.as_ref()),
        message: error.to_string(),
        source_code: NamedSource::new(shown, text.to_string()),
        span: span.map(Into::into),
    }
}

fn built_in_files(dir: &Dir<'_>, into: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        if file.path().extension().is_some_and(|e| e == "toml")
            && let Some(text) = file.contents_utf8()
        {
            into.insert(file.path().display().to_string(), text.to_string());
        }
    }
    for dir in dir.dirs() {
        built_in_files(dir, into);
    }
}

fn own_files(root: &Path, dir: &Path, into: &mut BTreeMap<String, String>) -> Result<(), CatalogueError> {
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |source| CatalogueError::Io { path, source }
    };
    for entry in std::fs::read_dir(dir).map_err(io(dir))? {
        let path = entry.map_err(io(dir))?.path();
        if path.is_dir() {
            own_files(root, &path, into)?;
        } else if path.extension().is_some_and(|e| e == "toml")
            && let Ok(name) = path.strip_prefix(root)
        {
            into.insert(name.display().to_string(), std::fs::read_to_string(&path).map_err(io(&path))?);
        }
    }
    Ok(())
}

/// `path:line:column`, from 1.
pub(super) fn located(path: &str, text: &str, span: Option<&std::ops::Range<usize>>) -> String {
    let Some(before) = span.and_then(|span| text.get(..span.start)) else { return path.to_string() };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{path}:{line}:{column}")
}

fn file_error(path: &str, text: &str, error: &toml::de::Error) -> CatalogueError {
    CatalogueError::File {
        path: located(path, text, error.span().as_ref()),
        message: error.message().to_string(),
        source_code: NamedSource::new(path, text.to_string()),
        span: error.span().map(Into::into),
    }
}
