//! What pages and the API read of the history.

use std::collections::HashMap;
use std::sync::Arc;

use super::Web;
use super::error::Fault;
use crate::history::{Run, Stretch};
use crate::model::{Agreement, Finding, ItemReport, Moment, Report, Verdict};

/// A run and what it says, without findings.
pub(super) struct Seen {
    /// The run.
    pub(super) run: Run,
    /// Its report, without findings.
    pub(super) frame: Arc<Report>,
    /// Whether no later run is there.
    pub(super) is_latest: bool,
}

/// A filter over items.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) text: String,
}

impl Filter {
    pub(super) fn is_empty(&self) -> bool {
        self.verdicts.is_empty() && self.agreements.is_empty() && self.text.is_empty()
    }

    pub(super) fn takes(&self, item: &ItemReport) -> bool {
        let needle = self.text.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&needle);
        (self.verdicts.is_empty() || self.verdicts.contains(&item.verdict))
            && (self.agreements.is_empty() || self.agreements.contains(&item.agreement))
            && (needle.is_empty()
                || has(&item.id)
                || has(&item.text)
                || has(&item.section)
                || has(&item.remark)
                || has(&item.reason)
                || has(&item.reason_ja)
                || item.claims.iter().any(|claim| has(&claim.text) || has(&claim.text_ja)))
    }
}

/// A verdict by its label, whatever its case.
pub(super) fn verdict(label: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.label().eq_ignore_ascii_case(label))
}

/// An agreement by its label, whatever its case.
pub(super) fn agreement(label: &str) -> Option<Agreement> {
    Agreement::ALL.into_iter().find(|agreement| agreement.label().eq_ignore_ascii_case(label))
}

/// Since when each item has its verdict in the run at `seq`, by item.
pub(super) fn since(stretches: &[Stretch], seq: i64) -> HashMap<&str, Moment> {
    stretches
        .iter()
        .filter(|stretch| stretch.claim.is_none() && stretch.seqs.0 <= seq && seq <= stretch.seqs.1)
        .map(|stretch| (stretch.item.as_str(), stretch.from))
        .collect()
}

impl Web {
    /// A run by position, id or `latest`, with its frame.
    pub(super) async fn seen(&self, sheet: &str, which: Option<&str>) -> Result<Seen, Fault> {
        let latest = self.history.run(sheet, "latest").await?;
        let run = match which.filter(|which| !which.is_empty() && *which != "latest") {
            Some(which) => self.history.run(sheet, which).await?,
            None => latest.clone(),
        };
        let frame = self.frame(&run).await?;
        Ok(Seen { is_latest: run.seq == latest.seq, run, frame })
    }

    /// A run's report without findings.
    pub(super) async fn frame(&self, run: &Run) -> Result<Arc<Report>, Fault> {
        let key = (run.sheet.clone(), run.seq, run.id.clone());
        if let Some(frame) = self.frames.get(&key) {
            return Ok(frame);
        }
        let frame = self.history.frame(&run.sheet, run.seq).await?;
        Ok(self.frames.put(key, frame))
    }

    /// Stretches of all items of a sheet, as of its latest run.
    pub(super) async fn stretches(&self, sheet: &str) -> Result<Arc<Vec<Stretch>>, Fault> {
        let latest = self.history.run(sheet, "latest").await?;
        let key = (sheet.to_owned(), latest.seq, latest.id);
        if let Some(stretches) = self.stretches.get(&key) {
            return Ok(stretches);
        }
        let stretches = self.history.stretches(sheet, None).await?;
        Ok(self.stretches.put(key, stretches))
    }

    /// Findings of one check in a run, those that want attention first.
    pub(super) async fn findings_of(&self, run: &Run, check: &str) -> Result<Arc<Vec<Finding>>, Fault> {
        let key = (run.sheet.clone(), run.seq, format!("{}/{check}", run.id));
        if let Some(findings) = self.findings.get(&key) {
            return Ok(findings);
        }
        let (mut findings, _) = self.history.findings(&run.sheet, run.seq, &[check.to_owned()], 0).await?;
        findings.sort_by_key(|finding| finding.outcome);
        Ok(self.findings.put(key, findings))
    }
}
