//! The folder that the server may read, and nothing beside it.

use std::path::{Component, Path, PathBuf};

/// Larger files are no check sheet: an agent must not fill the server's memory. In bytes.
const LARGEST: u64 = 256 << 20;
/// The files of a project that a run reads besides its sheet.
const OF_A_PROJECT: [&str; 5] = ["kakunin.toml", "mapping.toml", "attestations.toml", "waivers.toml", "approved.toml"];
/// The folder of a project's own checks.
const CHECKS: &str = "checks";
/// A folder nested deeper than this is a loop or a mistake.
const DEEPEST: usize = 8;

/// Where a path leads.
enum Place {
    /// To what is there, by its real path.
    Inside(PathBuf),
    /// To nothing, inside.
    Missing(std::io::Error),
    /// Outside, where nothing is told.
    Outside,
}

fn outside(given: &str) -> String {
    format!("{given}: expected a path inside the folder that `kakunin mcp --root` serves, found one outside")
}

/// A folder by its real path. Every path that a client gives goes through it.
#[derive(Debug, Clone)]
pub struct Root {
    folder: PathBuf,
}

impl Root {
    /// The folder to serve.
    ///
    /// # Errors
    /// Where it is no folder that can be read.
    pub fn new(folder: &Path) -> Result<Self, String> {
        let wrong = |why: String| format!("{}: expected a folder to serve: {why}", folder.display());
        let real = folder.canonicalize().map_err(|error| wrong(error.to_string()))?;
        if real.is_dir() { Ok(Self { folder: real }) } else { Err(wrong("it is no folder".to_owned())) }
    }

    /// The real path of a file that a client names.
    ///
    /// # Errors
    /// Where it lies outside, by `..`, by a link or as it is written, or is no plain file.
    pub fn file(&self, given: &str) -> Result<PathBuf, String> {
        let path = self.resolve(Path::new(given), given)?;
        let size = path.metadata().map_err(|error| format!("{given}: expected a file that can be read: {error}"))?;
        match size {
            size if !size.is_file() => Err(format!("{given}: expected a file, found a folder or something else")),
            size if size.len() > LARGEST => {
                Err(format!("{given}: expected a file of at most {LARGEST} bytes, found {}", size.len()))
            }
            _ => Ok(path),
        }
    }

    /// The real path of a project's folder, all of whose own files lie inside.
    ///
    /// # Errors
    /// Where it lies outside, is no folder, or holds a link that leads outside.
    pub fn project(&self, given: &str) -> Result<PathBuf, String> {
        let folder = self.resolve(Path::new(given), given)?;
        if !folder.is_dir() {
            return Err(format!("{given}: expected the folder of a project, found a file"));
        }
        for name in OF_A_PROJECT {
            self.hold(&folder.join(name))?;
        }
        self.hold_all(&folder.join(CHECKS), 0)?;
        Ok(folder)
    }

    /// Refuses a file that leads outside; one that is not there is for its reader to tell.
    ///
    /// # Errors
    /// Where it leads outside.
    pub fn hold(&self, path: &Path) -> Result<(), String> {
        match self.place(path) {
            Place::Outside => Err(outside(&self.shown(path))),
            Place::Inside(_) | Place::Missing(_) => Ok(()),
        }
    }

    fn hold_all(&self, path: &Path, depth: usize) -> Result<(), String> {
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        self.hold(path)?;
        if depth > DEEPEST {
            return Err(format!("{}: expected at most {DEEPEST} folders in each other", self.shown(path)));
        }
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            self.hold(&entry.path())?;
            if entry.path().is_dir() {
                self.hold_all(&entry.path(), depth + 1)?;
            }
        }
        Ok(())
    }

    /// A path as a client may see it: from the root. Nothing of what lies above it is told.
    pub fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(&self.folder) {
            Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
            Ok(inside) => inside.display().to_string(),
            Err(_) => path.display().to_string(),
        }
    }

    /// A message without the path of the root in it.
    pub fn hide(&self, message: &str) -> String {
        let folder = self.folder.display().to_string();
        message.replace(&format!("{folder}{}", std::path::MAIN_SEPARATOR), "").replace(&folder, ".")
    }

    fn resolve(&self, path: &Path, given: &str) -> Result<PathBuf, String> {
        match self.place(path) {
            Place::Inside(real) => Ok(real),
            Place::Missing(error) => Err(format!("{given}: expected a file or folder that is there: {error}")),
            Place::Outside => Err(outside(given)),
        }
    }

    fn place(&self, path: &Path) -> Place {
        let whole = self.folder.join(path);
        if !self.lexically_inside(&whole) {
            return Place::Outside;
        }
        match whole.canonicalize() {
            Ok(real) if real.starts_with(&self.folder) => Place::Inside(real),
            Ok(_) => Place::Outside,
            Err(error) => {
                // What is outside must not tell whether it is there.
                let parent = whole.ancestors().skip(1).find_map(|parent| parent.canonicalize().ok());
                let link = whole.symlink_metadata().is_ok_and(|m| m.file_type().is_symlink());
                if link || !parent.is_some_and(|parent| parent.starts_with(&self.folder)) {
                    return Place::Outside;
                }
                Place::Missing(error)
            }
        }
    }

    /// Whether a path stays inside as it is written, whatever is there.
    fn lexically_inside(&self, path: &Path) -> bool {
        let mut at = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    at.pop();
                }
                Component::CurDir => {}
                other => at.push(other),
            }
        }
        at.starts_with(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place {
        _dir: tempfile::TempDir,
        root: Root,
        outside: PathBuf,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        for folder in ["served/project/checks/own", "served-too"] {
            std::fs::create_dir_all(base.join(folder)).unwrap();
        }
        for file in ["served/sheet.txt", "served/project/kakunin.toml", "secret.txt", "served-too/secret.txt"] {
            std::fs::write(base.join(file), "x").unwrap();
        }
        let root = Root::new(&base.join("served")).unwrap();
        Place { _dir: dir, root, outside: base }
    }

    #[test]
    fn what_is_inside_is_found_however_it_is_written() {
        let place = place();
        let whole = place.outside.join("served/sheet.txt");
        for given in ["sheet.txt", "./sheet.txt", "project/../sheet.txt", whole.to_str().unwrap()] {
            assert_eq!(place.root.file(given).unwrap(), whole, "{given}");
        }
        assert!(place.root.project("project").is_ok());
        assert!(place.root.project(".").is_ok());
    }

    #[test]
    fn what_is_outside_is_refused_whether_it_is_there_or_not() {
        let place = place();
        let message = |given: &str| place.root.file(given).unwrap_err();
        let (there, not) = (place.outside.join("secret.txt"), place.outside.join("none.txt"));
        for given in [
            "../secret.txt",
            "../none.txt",
            "project/../../secret.txt",
            "../served-too/secret.txt",
            "none/../../none.txt",
            there.to_str().unwrap(),
            not.to_str().unwrap(),
            "/etc/passwd",
            "..",
            "/",
        ] {
            assert!(message(given).contains("found one outside"), "{given}: {}", message(given));
        }
        assert!(message("none.txt").contains("that is there"), "{}", message("none.txt"));
        assert!(message("project").contains("expected a file"));
        assert!(place.root.project("sheet.txt").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_outside_is_refused() {
        use std::os::unix::fs::symlink;
        let place = place();
        let served = place.outside.join("served");
        symlink(place.outside.join("secret.txt"), served.join("link.txt")).unwrap();
        symlink(&place.outside, served.join("up")).unwrap();
        symlink(place.outside.join("none"), served.join("dangling")).unwrap();
        symlink(served.join("sheet.txt"), served.join("inside.txt")).unwrap();
        for given in ["link.txt", "up/secret.txt", "up/none.txt", "dangling", "up/served/../secret.txt"] {
            let message = place.root.file(given).unwrap_err();
            assert!(message.contains("found one outside"), "{given}: {message}");
        }
        assert!(place.root.file("inside.txt").is_ok());

        symlink(place.outside.join("secret.txt"), served.join("project/attestations.toml")).unwrap();
        assert!(place.root.project("project").is_err());
        std::fs::remove_file(served.join("project/attestations.toml")).unwrap();
        symlink(place.outside.join("secret.txt"), served.join("project/checks/own/x.toml")).unwrap();
        assert!(place.root.project("project").is_err());
    }

    #[test]
    fn messages_do_not_tell_where_the_root_is() {
        let place = place();
        let told = format!("{}: broken", place.outside.join("served/sheet.txt").display());
        assert_eq!(place.root.hide(&told), "sheet.txt: broken");
    }
}
