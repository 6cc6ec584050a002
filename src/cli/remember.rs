//! A run of `kakunin verify` becomes history, as one of `kakunin watch` does.

use std::path::Path;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::{Failure, exit, store};
use crate::history::{RunKind, RunLock};
use crate::mapping::Project;
use crate::model::{Lang, Report, Text};
use crate::plan::Plan;
use crate::snapshot::Sealed;
use crate::watch::{Ledger, Seen};

/// A history that is held for one run, from before it looks: no other run may be written over what it is about to see.
pub(super) struct Remember {
    runtime: Runtime,
    ledger: Ledger,
    alerts: crate::model::AlertSettings,
    _lock: Box<dyn RunLock>,
}

impl Remember {
    /// Opens the project's history and takes the sheet's lock.
    pub(super) fn begin(folder: &Path, project: &Project) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
        let (ledger, lock) = runtime.block_on(async {
            let (history, sheet) = store::history_made(folder, project).await?;
            let vault = store::vault(folder, project).await?;
            let ledger = Ledger { history: Arc::new(history), vault, sheet, who: store::who().await };
            let lock = ledger.history.lock(&ledger.sheet).await.map_err(Failure::data)?;
            Ok::<_, Failure>((ledger, lock))
        })?;
        let lock = lock.ok_or_else(|| {
            Failure::new(
                exit::BUSY,
                miette::miette!(
                    "expected that no other run of {} is under way, found one; wait for it, or look without remembering \
                     (--no-history)",
                    ledger.sheet
                ),
            )
        })?;
        Ok(Self { runtime, ledger, alerts: project.watching.alerts.clone(), _lock: lock })
    }

    /// Writes the run down, and says so.
    pub(super) fn end(self, report: &Report, sealed: Sealed, plan: Plan, lang: Lang) -> Result<(), Failure> {
        let seen = Seen { report: report.clone(), sealed, alerts: self.alerts, plan };
        let recorded = self.runtime.block_on(self.ledger.record(&seen, RunKind::Full)).map_err(Failure::data)?;
        let (sheet, seq) = (&self.ledger.sheet, recorded.seq);
        let (changes, letters) = (recorded.transitions.len(), recorded.letters);
        let mut said = Text::new(
            format!("{sheet} の {seq} 回目の実行として記録しました。変化 {changes} 件"),
            format!("remembered as run {seq} of {sheet}: {changes} changes"),
        );
        if letters > 0 {
            said.ja += &format!("、通知待ち {letters} 通(`kakunin watch` か `kakunin alert deliver` が届けます)");
            said.en += &format!(", {letters} letters wait (`kakunin watch` or `kakunin alert deliver` carries them)");
        }
        eprintln!("{}", said.get(lang));
        Ok(())
    }
}
