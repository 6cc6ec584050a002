//! A run becomes history: what changed, who changed it, whom to tell; all written at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{SubsecRound, Utc};

use super::Seen;
use super::attribute::{Attributor, attribute};
use crate::alert::{Outgoing, letters_knowing};
use crate::history::{History, HistoryError, NewRun, RunKind, Vault, VaultError, compare};
use crate::model::{Snapshot, State, Tags, Transition};

/// Times that a run is compared anew because another one was committed meanwhile.
const ATTEMPTS: usize = 3;

/// A run could not be made history. Nothing of it was written but, at most, its snapshot.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The database.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The snapshot could not be kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The snapshot's bytes could not be made.
    #[error("expected a snapshot that can be written: {0}")]
    Snapshot(#[from] serde_json::Error),
}

/// What recording a run brought.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Position in the sheet's history.
    pub seq: i64,
    /// What changed.
    pub transitions: Vec<Transition>,
    /// Letters that were put into the outbox.
    pub letters: usize,
}

/// Where runs of one sheet are kept.
#[derive(Clone)]
pub struct Ledger {
    /// The database.
    pub history: Arc<dyn History>,
    /// The snapshots.
    pub vault: Arc<dyn Vault>,
    /// Name of the sheet in the history.
    pub sheet: String,
    /// Who can say who changed a resource; none where nobody can.
    pub who: Option<Arc<dyn Attributor>>,
}

impl Ledger {
    /// Writes a run: its snapshot first, so that no run ever refers to one that is not there; then, in one transaction,
    /// verdicts, findings, transitions and the letters about them.
    ///
    /// The caller holds the sheet's lock; where somebody committed all the same, the run is compared anew.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub async fn record(&self, seen: &Seen, kind: RunKind) -> Result<Recorded, RecordError> {
        self.vault.put(&seen.sealed.sha256, seen.sealed.to_bytes()?).await?;
        let owners = owners(&seen.sealed.snapshot, &seen.alerts.owner_tag);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let before = self.history.state(&self.sheet).await?;
            let mut transitions = compare(before.as_ref(), &seen.report, &self.sheet, &owners);
            self.attribute(&mut transitions, before.as_ref(), seen).await;
            let now = Utc::now().trunc_subsecs(0);
            let Outgoing { letters, reminded } =
                letters_knowing(&owners, &transitions, before.as_ref(), &seen.report, &self.sheet, &seen.alerts, now);
            let run = NewRun {
                sheet: &self.sheet,
                kind,
                report: &seen.report,
                after: before.as_ref().map_or(0, |state| state.seq),
                transitions: &transitions,
                letters: &letters,
                reminded: &reminded,
            };
            match self.history.commit(run).await {
                Ok(seq) => return Ok(Recorded { seq, transitions, letters: letters.len() }),
                Err(HistoryError::Overtaken { .. }) if attempt < ATTEMPTS => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn attribute(&self, transitions: &mut [Transition], before: Option<&State>, seen: &Seen) {
        let (Some(who), Some(before)) = (&self.who, before) else { return };
        attribute(who.as_ref(), transitions, before.clock, seen.sealed.snapshot.finished).await;
    }
}

/// Resource name → values of the owner tag, where it was read.
fn owners(snapshot: &Snapshot, tag: &str) -> BTreeMap<String, Vec<String>> {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in &snapshot.resources {
        if let Tags::Known(tags) = &resource.tags
            && let Some(owner) = tags.get(tag)
        {
            owners.entry(resource.name().to_string()).or_default().push(owner.clone());
        }
    }
    owners
}
