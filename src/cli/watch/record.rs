//! Writes a run down: what changed since the last, letters about it, all in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{SubsecRound, Utc};
use futures::future::BoxFuture;

use crate::alert::{Courier, Outgoing, letters_knowing};
use crate::history::{History, NewRun, RunKind, Vault, compare};
use crate::model::{Resource, Tags};
use crate::watch::{NotRecorded, Recorder, Seen};

/// The history of one sheet.
pub(super) struct Ledger {
    pub sheet: String,
    pub history: Arc<dyn History>,
    pub vault: Arc<dyn Vault>,
    pub courier: Arc<Courier>,
}

impl Ledger {
    async fn write(&self, seen: Seen, kind: RunKind) -> Result<i64, NotRecorded> {
        let Seen { report, sealed, alerts } = seen;
        let state = self.history.state(&self.sheet).await?;
        let owners = owners(&sealed.snapshot.resources, &alerts.owner_tag);
        let transitions = compare(state.as_ref(), &report, &self.sheet, &owners);
        let now = Utc::now().trunc_subsecs(0);
        let Outgoing { letters, reminded } =
            letters_knowing(&owners, &transitions, state.as_ref(), &report, &self.sheet, &alerts, now);
        // First: a run must not refer to a snapshot that is not there. One that no run refers to is only a file too many.
        let bytes = sealed.to_bytes().map_err(|error| NotRecorded::Other(error.to_string()))?;
        self.vault.put(&sealed.sha256, bytes).await.map_err(|error| NotRecorded::Other(error.to_string()))?;
        let run = NewRun {
            sheet: &self.sheet,
            kind,
            report: &report,
            after: state.map_or(0, |state| state.seq),
            transitions: &transitions,
            letters: &letters,
            reminded: &reminded,
        };
        let seq = self.history.commit(run).await?;
        if !letters.is_empty() {
            self.courier.nudge();
        }
        Ok(seq)
    }
}

impl Recorder for Ledger {
    fn record(&self, seen: Seen, kind: RunKind) -> BoxFuture<'_, Result<i64, NotRecorded>> {
        Box::pin(self.write(seen, kind))
    }
}

fn owners(resources: &[Resource], tag: &str) -> BTreeMap<String, Vec<String>> {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources {
        if let Tags::Known(tags) = &resource.tags
            && let Some(owner) = tags.get(tag)
        {
            owners.entry(resource.name().to_owned()).or_default().push(owner.clone());
        }
    }
    owners
}
