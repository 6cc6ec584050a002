//! Evidence files of attestations: their digests, held against what was recorded whenever a project is read.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use url::Url;

use super::Failure;
use crate::model::{Attestation, EvidenceState};

/// What `--evidence` gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// As it is written into the file: a link, or a path, relative to the project's folder where it is inside.
    pub text: String,
    /// Of a file; none for a link.
    pub sha256: Option<String>,
    /// The file is outside of the project's folder, so that another machine will not find it.
    pub outside: bool,
}

/// Whether evidence is a link, and so has no digest.
fn is_link(text: &str) -> bool {
    text.contains("://")
}

/// Reads what a person gave as evidence. `folder` is the project's.
pub(super) fn read(text: &str, folder: &Path) -> Result<Evidence, Failure> {
    let text = text.trim();
    if is_link(text) {
        return match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => {
                Ok(Evidence { text: text.to_owned(), sha256: None, outside: false })
            }
            _ => Err(Failure::usage(format!(
                "expected a link like https://example.com/minutes or a file as evidence, found {text}"
            ))),
        };
    }
    let path = PathBuf::from(text);
    let sha256 = digest(&path).map_err(|error| {
        Failure::usage(format!("{text}: expected evidence as a file that can be read, or an https link: {error}"))
    })?;
    // Both by their real paths: `..` and links would otherwise make one file look like another.
    let (real, base) = (real(&path, text)?, real(folder, &folder.display().to_string())?);
    let (shown, outside) = match real.strip_prefix(&base) {
        Ok(inside) => (inside.to_path_buf(), false),
        Err(_) => (real, true),
    };
    let words: Option<Vec<&str>> = shown.iter().map(|part| part.to_str()).collect();
    let words = words.ok_or_else(|| Failure::usage(format!("{text}: expected a file name in Unicode")))?;
    // One way of writing on every system, so that a project can be shared.
    let text = if outside { shown.display().to_string() } else { words.join("/") };
    Ok(Evidence { text, sha256: Some(sha256), outside })
}

fn real(path: &Path, shown: &str) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::usage(format!("{shown}: expected a path that is there: {error}")))
}

/// SHA-256 of a file, lower-case hex.
fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    // A folder or a pipe has no content that could be held against anything.
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no plain file"));
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// Holds the evidence of every attestation against its recorded digest. Where no digest was recorded there is nothing to
/// hold it against.
pub(super) fn hold(attestations: &mut [Attestation], folder: &Path) {
    for attestation in attestations {
        let Some(recorded) = &attestation.evidence_sha256 else { continue };
        attestation.evidence_state = match digest(&folder.join(&attestation.evidence)) {
            Ok(found) if found == *recorded => EvidenceState::Stands,
            Ok(_) => EvidenceState::Changed,
            Err(_) => EvidenceState::Gone,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_kept_as_a_link_and_nothing_else_passes_for_one() {
        let folder = Path::new(".");
        let link = read(" https://wiki.example.com/a?b=1 ", folder).unwrap();
        assert_eq!(link, Evidence { text: "https://wiki.example.com/a?b=1".into(), sha256: None, outside: false });
        for bad in ["file:///etc/hosts", "javascript://x", "https://", "no/such/file.pdf", "", "."] {
            assert!(read(bad, folder).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_named_from_the_project_and_its_change_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("project");
        std::fs::create_dir_all(project.join("docs")).unwrap();
        let file = project.join("docs/手順 書.pdf");
        std::fs::write(&file, "abc").unwrap();
        let evidence = read(project.join("docs/../docs/手順 書.pdf").to_str().unwrap(), &project).unwrap();
        assert_eq!((evidence.text.as_str(), evidence.outside), ("docs/手順 書.pdf", false));
        // The test vector of FIPS 180-4 for "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(evidence.sha256.as_deref(), Some(abc));

        let moment = |text: &str| text.parse().unwrap();
        let mut stated = [Attestation {
            target: "1".into(),
            statement: "s".into(),
            who: "w".into(),
            when: moment("2026-01-01T00:00:00Z"),
            evidence: evidence.text,
            evidence_sha256: evidence.sha256,
            evidence_state: EvidenceState::Stands,
            expires: moment("2027-01-01T00:00:00Z"),
        }];
        let mut state = || {
            hold(&mut stated, &project);
            stated[0].evidence_state
        };
        assert_eq!(state(), EvidenceState::Stands);
        std::fs::write(&file, "abd").unwrap();
        assert_eq!(state(), EvidenceState::Changed);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(state(), EvidenceState::Gone);
        std::fs::write(&file, "abc").unwrap();
        assert_eq!(state(), EvidenceState::Stands);
    }

    #[test]
    fn a_file_outside_of_the_project_keeps_its_whole_path() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("project");
        std::fs::create_dir(&project).unwrap();
        std::fs::write(dir.path().join("a.txt"), "abc").unwrap();
        let evidence = read(dir.path().join("a.txt").to_str().unwrap(), &project).unwrap();
        assert!(evidence.outside && Path::new(&evidence.text).is_absolute(), "{evidence:?}");
    }
}
