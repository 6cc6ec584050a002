//! What each tool does.

use std::path::{Path, PathBuf};

use super::answers::{
    CheckDetail, CheckListed, Checks, Evidence, Explanation, ItemVerdict, Proposals, Seen, SheetRead, TopicListed,
};
use super::{Host, Root, ask, explain, item};
use crate::catalogue::{Catalogue, Check};
use crate::evaluate::again;
use crate::mapping::{Project, suggestion};
use crate::model::{Moment, Observation, Report, Resource, Sheet};
use crate::plan::Plan;
use crate::snapshot::Sealed;
use crate::table::{Source, registry};

/// Findings that one item gives unless the client asks for more.
const FINDINGS: usize = 20;
/// Resources shown of one observation.
const RESOURCES: usize = 100;
/// How a sealed snapshot's file name ends.
const SNAPSHOT: &str = "kakunin";

pub(super) struct Work {
    pub(super) root: Root,
    pub(super) host: Box<dyn Host>,
}

/// A decided project.
struct Decided {
    report: Report,
    catalogue: Catalogue,
    snapshot: String,
}

impl Work {
    pub(super) fn read_sheet(&self, ask: &ask::ReadSheet) -> Result<SheetRead, String> {
        let mut sheet = self.sheet(&ask.path)?;
        let total_items = sheet.items.len();
        let (items, next_offset) = page(sheet.items, ask.offset, ask.limit);
        sheet.items = items;
        Ok(SheetRead { sheet, total_items, next_offset })
    }

    pub(super) fn propose_mapping(&self, ask: &ask::ProposeMapping) -> Result<Proposals, String> {
        let sheet = self.sheet(&ask.path)?;
        let mut proposals = self.host.propose(&sheet)?;
        if let Some(item) = &ask.item {
            known_item(item, sheet.items.iter().map(|item| item.id.as_str()))?;
            proposals.retain(|proposal| proposal.item == *item);
        }
        let (proposals, next_offset) = page(proposals, ask.offset, ask.limit);
        Ok(Proposals { proposals, total_items: sheet.items.len(), next_offset })
    }

    pub(super) fn verify_item(&self, ask: &ask::VerifyItem) -> Result<ItemVerdict, String> {
        let ask::VerifyItem { project, item, snapshot, at, .. } = ask;
        let Decided { report, snapshot, .. } = self.decide(project, item, snapshot.as_deref(), at.as_deref())?;
        item::only(report, &ask.item, snapshot, ask.max_findings.unwrap_or(FINDINGS))
            .ok_or_else(|| format!("expected an item of the sheet, found {}", ask.item))
    }

    pub(super) fn explain_verdict(&self, ask: &ask::ExplainVerdict) -> Result<Explanation, String> {
        let ask::ExplainVerdict { project, item, snapshot, at } = ask;
        let Decided { report, catalogue, snapshot } = self.decide(project, item, snapshot.as_deref(), at.as_deref())?;
        explain::explain(&report, &catalogue, &ask.item, snapshot)
            .ok_or_else(|| format!("expected an item of the sheet, found {}", ask.item))
    }

    pub(super) fn show_evidence(&self, ask: &ask::ShowEvidence) -> Result<Evidence, String> {
        let path = match (&ask.snapshot, &ask.project) {
            (Some(snapshot), _) => self.root.file(snapshot)?,
            (None, Some(project)) => self.latest(&self.root.project(project)?)?.0,
            (None, None) => return Err("expected a snapshot or a project, found neither".to_owned()),
        };
        let sealed = Sealed::read(&path).map_err(|error| error.to_string())?;
        let observations = &sealed.snapshot.observations;
        let Some(observation) = observations.iter().find(|o| o.id == ask.observation) else {
            let alike = suggestion(&ask.observation, observations.iter().map(|o| o.id.as_str()));
            return Err(format!(
                "{}: expected the id of an observation of this snapshot, as the evidence of a finding names it, found {}{alike}",
                self.root.shown(&path),
                ask.observation
            ));
        };
        Ok(evidence(observation, &sealed, self.root.shown(&path)))
    }

    pub(super) fn list_checks(&self, ask: &ask::ListChecks) -> Result<Checks, String> {
        let project = ask.project.as_deref().map(|given| self.root.project(given)).transpose()?;
        let catalogue = self.host.catalogue(project.as_deref())?;
        if let Some(topic) = &ask.topic
            && !catalogue.topics.contains_key(topic)
        {
            let alike = suggestion(topic, catalogue.topics.keys().map(String::as_str));
            return Err(format!("expected the id of a topic, found {topic}{alike}"));
        }
        let wanted = |topic: &str| ask.topic.as_ref().is_none_or(|only| only == topic);
        let topics = catalogue
            .topics
            .values()
            .filter(|topic| wanted(&topic.id))
            .map(|topic| TopicListed {
                id: topic.id.clone(),
                title: topic.title.clone(),
                checks: catalogue.of_topic(&topic.id).count(),
            })
            .collect();
        let of = |check: &&Check| ask.topic.is_none() || check.topics.iter().any(|topic| wanted(topic));
        Ok(Checks {
            topics,
            checks: catalogue.checks.values().filter(of).map(|check| listed(check, ask.topic.is_some())).collect(),
        })
    }

    /// A sheet, read as the project beside it says where that project is of this sheet.
    fn sheet(&self, given: &str) -> Result<Sheet, String> {
        let path = self.root.file(given)?;
        let beside = Path::new(given).with_file_name("kakunin.toml");
        let settings = beside.to_str().and_then(|beside| self.root.file(beside).ok());
        let project = settings.map(|path| Project::load(&path)).transpose().map_err(|error| error.to_string())?;
        let of_this = |project: &Project| project.sheet.as_deref().map(Path::as_os_str) == path.file_name();
        let corrections = project.filter(of_this).map(|project| project.layout).unwrap_or_default();
        crate::sheet::read_corrected(&path, &corrections).map_err(|error| error.to_string())
    }

    fn decide(&self, project: &str, item: &str, snapshot: Option<&str>, at: Option<&str>) -> Result<Decided, String> {
        let folder = self.root.project(project)?;
        let named = snapshot.map(|given| self.root.file(given)).transpose()?;
        let inputs = self.host.project(&folder, &self.root)?;
        known_item(item, inputs.sheet.items.iter().map(|item| item.id.as_str()))?;
        let (path, sealed) = match named {
            Some(path) => {
                let sealed = Sealed::read(&path).map_err(|error| error.to_string())?;
                (path, sealed)
            }
            None => self.latest(&folder)?,
        };
        let clock = match at {
            Some(text) => text.parse::<Moment>().map_err(|error| {
                format!("at: expected a moment like 2026-04-01T09:00:00+09:00, found {text}: {error}")
            })?,
            None => sealed.snapshot.clock,
        };
        let report = inputs.decide(&sealed, clock);
        Ok(Decided { report, catalogue: inputs.catalogue, snapshot: self.root.shown(&path) })
    }

    /// The snapshot of a project that was collected last, in its folder or in one right below it. One that cannot be
    /// read is told, not passed over: an older one could be greener.
    fn latest(&self, folder: &Path) -> Result<(PathBuf, Sealed), String> {
        let mut found: Vec<PathBuf> = Vec::new();
        let mut below = vec![folder.to_path_buf()];
        below.extend(entries(folder).into_iter().filter(|path| path.is_dir()));
        for place in below {
            found.extend(entries(&place).into_iter().filter(|path| path.extension().is_some_and(|e| e == SNAPSHOT)));
        }
        let mut latest: Option<(PathBuf, Sealed)> = None;
        for path in found {
            let shown = self.root.shown(&path);
            let path = self.root.file(&shown)?;
            let sealed = Sealed::read(&path)
                .map_err(|error| format!("{error}; move it away, or name the snapshot to use with `snapshot`"))?;
            let later = |(other, old): &(PathBuf, Sealed)| {
                (old.snapshot.finished, other.as_path()) < (sealed.snapshot.finished, path.as_path())
            };
            if latest.as_ref().is_none_or(later) {
                latest = Some((path, sealed));
            }
        }
        latest.ok_or_else(|| {
            format!(
                "{}: expected a sealed snapshot in the project's folder, found none; make one with `kakunin verify --out \
                 DIR` or `kakunin collect --out FILE`, or name one with `snapshot`",
                self.root.shown(folder)
            )
        })
    }
}

/// What is in a folder, in the order of the names; nothing where it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn known_item<'a>(wanted: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Result<(), String> {
    if ids.clone().any(|id| id == wanted) {
        return Ok(());
    }
    let alike = suggestion(wanted, ids);
    Err(format!("expected the id of an item of the sheet (read_sheet lists them), found {wanted}{alike}"))
}

fn page<T>(all: Vec<T>, offset: usize, limit: Option<usize>) -> (Vec<T>, Option<usize>) {
    let total = all.len();
    let page: Vec<T> = all.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).collect();
    let end = offset.saturating_add(page.len());
    (page, (end < total).then_some(end))
}

fn evidence(observation: &Observation, sealed: &Sealed, snapshot: String) -> Evidence {
    let o = observation;
    let rests = |resource: &&Resource| resource.evidence.get(&o.operation).is_some_and(|ids| ids.contains(&o.id));
    let resting: Vec<&Resource> = sealed.snapshot.resources.iter().filter(rests).collect();
    let seen = |resource: &&Resource| {
        let supplied = |name: &str| match registry().attribute(&resource.kind, name).map(|a| a.source) {
            Some(Source::Op(operation)) => operation.id() == o.operation,
            _ => false,
        };
        Seen {
            kind: resource.kind.clone(),
            id: resource.id.clone(),
            arn: resource.arn.clone(),
            attributes: resource
                .attributes
                .iter()
                .filter(|(name, _)| supplied(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    };
    Evidence {
        id: o.id.clone(),
        account: o.account.clone(),
        region: o.region.clone(),
        operation: o.operation.clone(),
        input: o.input.clone(),
        status: o.status,
        request_id: o.request_id.clone(),
        time: o.time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        digest: o.digest.clone(),
        error: o.error.clone(),
        reproduce: again(o),
        resources: resting.iter().take(RESOURCES).map(seen).collect(),
        resources_left_out: resting.len().saturating_sub(RESOURCES),
        gaps: sealed
            .snapshot
            .gaps
            .iter()
            .filter(|gap| (&gap.operation, &gap.account, &gap.region) == (&o.operation, &o.account, &o.region))
            .cloned()
            .collect(),
        snapshot,
        snapshot_sha256: sealed.sha256.clone(),
    }
}

fn listed(check: &Check, detailed: bool) -> CheckListed {
    CheckListed {
        id: check.id.clone(),
        title: check.title.clone(),
        resource: check.resource.clone(),
        topics: check.topics.clone(),
        severity: check.severity.label().to_owned(),
        detail: detailed.then(|| CheckDetail {
            expect: check.expect.source().to_owned(),
            when: check.when.as_ref().map(|when| when.source().to_owned()),
            why: check.why.clone(),
            params: check.params_in_short(&check.params),
            reads: Plan::of_check(check).operations.into_keys().collect(),
        }),
    }
}
