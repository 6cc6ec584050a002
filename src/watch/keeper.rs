//! One watched sheet: writes its runs down, and has looked at again what change events touch, on top of the last run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{SubsecRound, Utc};
use futures::future::BoxFuture;

use super::events::{Poisoned, QueueError, Recheck, RecheckError, Shelf, Touch, wants_everything};
use super::record::{Ledger, RecordError, Recorded};
use super::{Cell, Look, NotRecorded, Recorder, Seen, Verifier};
use crate::history::{HistoryError, RunKind};
use crate::plan::Plan;
use crate::snapshot::Sealed;

/// Told when letters wait, so that nobody waits for the courier's next round.
pub type Nudge = Arc<dyn Fn() + Send + Sync>;

/// A sheet with its history, and the last snapshot at hand.
pub struct Keeper {
    ledger: Ledger,
    verifier: Arc<dyn Verifier>,
    nudge: Nudge,
    last: Mutex<Option<Last>>,
}

/// What the last committed run saw, and what calls touch of it.
#[derive(Clone)]
struct Last {
    sealed: Arc<Sealed>,
    touch: Arc<Touch>,
}

impl Keeper {
    /// Over a ledger.
    pub fn new(ledger: Ledger, verifier: Arc<dyn Verifier>, nudge: Nudge) -> Self {
        Self { ledger, verifier, nudge, last: Mutex::new(None) }
    }

    /// Takes up where the last run ended, so that change events can be followed before the next whole run. Does nothing
    /// where there was no run yet, or its snapshot is not kept any more.
    pub async fn resume(&self, plan: &Plan) -> Option<Arc<Sealed>> {
        match self.latest().await {
            Ok(Some(sealed)) => {
                self.remember(Arc::clone(&sealed), plan);
                Some(sealed)
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(%error, "the last snapshot cannot be read: change events wait for the next whole run");
                None
            }
        }
    }

    fn remember(&self, sealed: Arc<Sealed>, plan: &Plan) {
        let touch = Arc::new(Touch::new(plan, sealed.snapshot.accounts.clone()));
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Last { sealed, touch });
    }

    fn last(&self) -> Option<Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The snapshot of the last committed run, whoever made it.
    async fn latest(&self) -> Result<Option<Arc<Sealed>>, NotRecorded> {
        let run = match self.ledger.history.run(&self.ledger.sheet, "latest").await {
            Ok(run) => run,
            Err(HistoryError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if let Some(last) = self.last().filter(|last| last.sealed.sha256 == run.snapshot) {
            return Ok(Some(last.sealed));
        }
        let other = |error: &dyn std::fmt::Display| NotRecorded::Other(error.to_string());
        let bytes = self.ledger.vault.get(&run.snapshot).await.map_err(|error| other(&error))?;
        let sealed = Sealed::from_bytes(Path::new(&run.snapshot), &bytes).map_err(|error| other(&error))?;
        Ok(Some(Arc::new(sealed)))
    }

    /// Writes a run down. The caller holds the sheet's lock.
    async fn write(&self, seen: Seen) -> Result<Recorded, RecordError> {
        // What a part was put onto is told by the ages of its parts.
        let kind = if seen.sealed.snapshot.parts.is_empty() { RunKind::Full } else { RunKind::Partial };
        let recorded = self.ledger.record(&seen, kind).await?;
        self.remember(Arc::new(seen.sealed), &seen.plan);
        if recorded.letters > 0 {
            (self.nudge)();
        }
        tracing::info!(
            sheet = self.ledger.sheet,
            seq = recorded.seq,
            transitions = recorded.transitions.len(),
            letters = recorded.letters,
            ?kind,
            "a run was written down"
        );
        Ok(recorded)
    }

    async fn again(&self, cells: BTreeSet<Cell>) -> Result<(), RecheckError> {
        let wrong = |error: &dyn std::fmt::Display| RecheckError(error.to_string());
        let sheet = &self.ledger.sheet;
        let lock = self.ledger.history.lock(sheet).await.map_err(|error| wrong(&error))?;
        // Held to the end: a whole run that began before these calls must not be committed over them.
        let Some(_lock) = lock else { return Err(RecheckError(format!("another run of {sheet} is under way"))) };
        let base = self.latest().await.map_err(|error| wrong(&error))?;
        let look = match base {
            Some(base) if !wants_everything(&cells) => Look::Part { base: Box::new(Sealed::clone(&base)), cells },
            _ => Look::Full,
        };
        let clock = Utc::now().trunc_subsecs(0);
        let seen = self.verifier.verify(clock, look).await.map_err(|error| wrong(&error))?;
        self.write(seen).await.map(|_| ()).map_err(|error| wrong(&error))
    }
}

impl Recorder for Keeper {
    fn record(&self, seen: Seen, _kind: RunKind) -> BoxFuture<'_, Result<i64, NotRecorded>> {
        Box::pin(async move {
            let recorded = self.write(seen).await.map_err(|error| match error {
                RecordError::History(error) => NotRecorded::History(error),
                other => NotRecorded::Other(other.to_string()),
            })?;
            Ok(recorded.seq)
        })
    }
}

impl Recheck for Keeper {
    fn touch(&self) -> Option<Arc<Touch>> {
        Some(self.last()?.touch)
    }

    fn recheck(&self, cells: BTreeSet<Cell>) -> BoxFuture<'_, Result<(), RecheckError>> {
        Box::pin(self.again(cells))
    }
}

impl Shelf for Keeper {
    fn keep(&self, poisoned: Poisoned) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move {
            let key = format!("poison/{}/{}", self.ledger.sheet, poisoned.id);
            let value = serde_json::json!({
                "sha256": poisoned.sha256,
                "length": poisoned.length,
                "reason": poisoned.reason,
                "seen": Utc::now().trunc_subsecs(0),
            });
            let kept = self.ledger.history.keep(&key, &value.to_string()).await;
            kept.map_err(|error| QueueError(error.to_string()))
        })
    }
}
