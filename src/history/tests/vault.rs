//! Snapshots as files.

use crate::history::{FileVault, Vault, VaultError};
use crate::snapshot::Sealed;

fn sealed(version: &str) -> Sealed {
    let snapshot = serde_json::json!({
        "schema": "kakunin.snapshot/1", "tool_version": version, "started": "2026-01-01T00:00:00Z",
        "finished": "2026-01-01T00:00:00Z", "clock": "2026-01-01T00:00:00Z", "scope": crate::model::Scope::default(),
        "accounts": {}, "api_calls": 0, "observations": [], "coverage": [], "resources": [], "gaps": [],
    });
    Sealed::new(serde_json::from_value(snapshot).unwrap()).unwrap()
}

#[tokio::test]
async fn a_snapshot_is_kept_once_given_back_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let vault = FileVault::new(folder.path().join("snapshots"));
    let sealed = sealed("1");
    let bytes = sealed.to_bytes().unwrap();
    assert!(matches!(vault.get(&sealed.sha256).await, Err(VaultError::Missing { .. })));
    for _ in 0..2 {
        vault.put(&sealed.sha256, bytes.clone()).await.unwrap();
    }
    assert_eq!(vault.get(&sealed.sha256).await.unwrap(), bytes);
    let path = folder.path().join("snapshots").join(&sealed.sha256[..2]).join(format!("{}.kakunin", sealed.sha256));
    assert_eq!(Sealed::read(&path).unwrap(), sealed);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing half-written is left");
    vault.delete(&sealed.sha256).await.unwrap();
    vault.delete(&sealed.sha256).await.unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn what_is_not_what_was_seen_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = FileVault::new(folder.path());
    let (one, two) = (sealed("1"), sealed("2"));
    let bytes = one.to_bytes().unwrap();
    assert!(matches!(vault.put(&two.sha256, bytes.clone()).await, Err(VaultError::Broken { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    vault.put(&one.sha256, bytes.clone()).await.unwrap();
    let path = folder.path().join(&one.sha256[..2]).join(format!("{}.kakunin", one.sha256));
    for broken in [two.to_bytes().unwrap(), bytes[..bytes.len() / 2].to_vec(), Vec::new(), b"text".to_vec()] {
        std::fs::write(&path, broken).unwrap();
        assert!(matches!(vault.get(&one.sha256).await, Err(VaultError::Broken { .. })));
    }
    vault.put(&one.sha256, bytes.clone()).await.unwrap();
    assert_eq!(vault.get(&one.sha256).await.unwrap(), bytes, "a broken file is mended");
    for name in ["", "latest", "../../../etc/passwd", &one.sha256.to_uppercase(), &one.sha256[..63]] {
        assert!(matches!(vault.get(name).await, Err(VaultError::Name { .. })), "{name}");
        assert!(matches!(vault.delete(name).await, Err(VaultError::Name { .. })), "{name}");
    }
}
