//! Deletes what no run refers to any more.

use std::sync::Arc;

use crate::history::Vault;
use crate::watch::Sweep;

/// Deletes snapshots, by digest.
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
