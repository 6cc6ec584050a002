//! One whole run: who we are, which regions there are, then every wanted service everywhere at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chrono::{SubsecRound, Utc};
use futures::StreamExt;

use super::call::{Cx, Sink};
use super::{Collector, Draft, assemble, client, services};
use crate::aws::{Session, SessionError};
use crate::model::{Moment, SNAPSHOT_SCHEMA, Scope, Snapshot, Targets};
use crate::plan::Plan;
use crate::table::{ACCOUNT, DESCRIBE_REGIONS, GET_CALLER_IDENTITY, OpScope, REGION};

/// Service × region pairs that are read at once. Each keeps its own pace; more only adds memory.
const WIDTH: usize = 64;
/// Region label of what belongs to no region.
pub const GLOBAL: &str = "aws-global";

/// Told how far a run is.
pub trait Progress: Send + Sync {
    /// The run has so many parts.
    fn total(&self, parts: usize);
    /// One part (`rds in ap-northeast-1`) is done.
    fn done(&self, part: &str);
}

/// The run could not start.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// No credentials, or those of another account.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Reads all that the plan wants, in every enabled region of the scope.
///
/// `clock` is the run's clock; a live run passes the moment it starts.
///
/// # Errors
/// When it is not known whose account this is: then nothing can be said at all. Everything else that cannot be read is
/// a gap in the snapshot.
pub async fn collect(
    session: &Session,
    plan: &Plan,
    scope: &Scope,
    clock: Moment,
    progress: Option<Arc<dyn Progress>>,
) -> Result<Snapshot, CollectError> {
    let sink = Arc::new(Mutex::new(Sink::default()));
    let wanted: Arc<BTreeSet<String>> = Arc::new(plan.operations.keys().cloned().collect());
    let account = identity(session, &wanted, &sink, clock).await?;
    if !scope.accounts.is_empty() && !scope.accounts.contains(&account) {
        return Err(SessionError::OtherAccount { wanted: scope.accounts.join(", "), found: account }.into());
    }
    let regions = regions(session, &account, scope, &wanted, &sink, clock).await;

    let parts = parts(&wanted, &regions);
    if let Some(progress) = &progress {
        progress.total(parts.len());
    }
    read(session, &account, parts, &wanted, &sink, clock, progress).await;
    Ok(snapshot(session, scope, clock, BTreeMap::from([(account, regions)]), &sink))
}

/// Reads a part of the plan anew: the services and regions that `stale` names (`rds`, `ap-northeast-1`), in the regions
/// that a run before looked at. The snapshot holds these parts and whose account it is, nothing else.
///
/// # Errors
/// As for [`collect`]; and where the credentials are of another account than `account`.
pub async fn collect_part(
    session: &Session,
    plan: &Plan,
    scope: &Scope,
    clock: Moment,
    account: &str,
    regions: &[String],
    stale: impl Fn(&str, &str) -> bool,
) -> Result<Snapshot, CollectError> {
    let sink = Arc::new(Mutex::new(Sink::default()));
    let wanted: Arc<BTreeSet<String>> = Arc::new(plan.operations.keys().cloned().collect());
    let found = identity(session, &wanted, &sink, clock).await?;
    if found != account {
        return Err(SessionError::OtherAccount { wanted: account.to_string(), found }.into());
    }
    let mut parts = parts(&wanted, regions);
    parts.retain(|(collector, region)| stale(collector.service.name, region));
    read(session, account, parts, &wanted, &sink, clock, None).await;
    let accounts = BTreeMap::from([(account.to_string(), regions.to_vec())]);
    Ok(snapshot(session, scope, clock, accounts, &sink))
}

/// Which collectors have to read where.
fn parts(wanted: &BTreeSet<String>, regions: &[String]) -> Vec<(Collector, String)> {
    let mut parts = Vec::new();
    for collector in services::all() {
        let ops: Vec<_> = collector.service.operations.iter().filter(|op| wanted.contains(&op.id())).collect();
        if ops.iter().any(|op| op.scope == OpScope::Global) {
            parts.push((collector, GLOBAL.to_string()));
        }
        if ops.iter().any(|op| op.scope == OpScope::Regional) {
            parts.extend(regions.iter().map(|region| (collector, region.clone())));
        }
    }
    parts
}

/// Reads all parts at once, within [`WIDTH`].
async fn read(
    session: &Session,
    account: &str,
    parts: Vec<(Collector, String)>,
    wanted: &Arc<BTreeSet<String>>,
    sink: &Arc<Mutex<Sink>>,
    clock: Moment,
    progress: Option<Arc<dyn Progress>>,
) {
    futures::stream::iter(parts)
        .map(|(collector, region)| {
            let cx = Arc::new(Cx::new(session, account, &region, Arc::clone(wanted), Arc::clone(sink), clock));
            let progress = progress.clone();
            async move {
                (collector.collect)(cx).await;
                if let Some(progress) = progress {
                    progress.done(&format!("{} in {region}", collector.service.name));
                }
            }
        })
        .buffer_unordered(WIDTH)
        .collect::<Vec<()>>()
        .await;
}

/// What was put into the sink, as a snapshot.
fn snapshot(
    session: &Session,
    scope: &Scope,
    clock: Moment,
    accounts: BTreeMap<String, Vec<String>>,
    sink: &Mutex<Sink>,
) -> Snapshot {
    let mut sink = match sink.lock() {
        Ok(mut sink) => std::mem::take(&mut *sink),
        Err(poisoned) => std::mem::take(&mut *poisoned.into_inner()),
    };
    assemble::assemble(&mut sink);
    let finished = if session.replayed { clock } else { Utc::now().trunc_subsecs(0) };
    Snapshot {
        schema: SNAPSHOT_SCHEMA.to_string(),
        tool_version: env!("CARGO_PKG_VERSION").to_string(),
        started: clock,
        finished,
        clock,
        scope: scope.clone(),
        targets: Targets::default(),
        accounts,
        api_calls: session.calls(),
        observations: sink.observations,
        coverage: sink.coverage,
        resources: sink.resources,
        gaps: sink.gaps,
        parts: Vec::new(),
    }
}

/// Whose account this is. Asked under the account `-`, as it is not known yet.
async fn identity(
    session: &Session,
    wanted: &Arc<BTreeSet<String>>,
    sink: &Arc<Mutex<Sink>>,
    clock: Moment,
) -> Result<String, CollectError> {
    let cx = Cx::new(session, "-", GLOBAL, Arc::clone(wanted), Arc::new(Mutex::new(Sink::default())), clock);
    let sts = client!(cx, aws_sdk_sts, "sts");
    let answer = cx.list(&GET_CALLER_IDENTITY, sts.get_caller_identity().send()).await;
    let account = answer.items.first().and_then(|a| a.account()).map(ToString::to_string);
    let Some(account) = account else {
        let why = cx.first_gap().unwrap_or_else(|| "GetCallerIdentity answered without an account".into());
        return Err(if session.replayed {
            SessionError::NoIdentity(why).into()
        } else {
            SessionError::NoCredentials(why).into()
        });
    };
    cx.hand_over(&account, sink);
    let cx = Cx::new(session, &account, GLOBAL, Arc::clone(wanted), Arc::clone(sink), clock);
    let mut draft = Draft::new(&ACCOUNT, &account);
    draft.read(&GET_CALLER_IDENTITY, &answer.evidence);
    cx.push(draft);
    Ok(account)
}

/// The regions that are enabled, cut to the scope. Where they cannot be listed: those of the scope, or the configured
/// one; the gap that this leaves keeps every regional check from passing.
async fn regions(
    session: &Session,
    account: &str,
    scope: &Scope,
    wanted: &Arc<BTreeSet<String>>,
    sink: &Arc<Mutex<Sink>>,
    clock: Moment,
) -> Vec<String> {
    let cx = Cx::new(session, account, GLOBAL, Arc::clone(wanted), Arc::clone(sink), clock);
    let ec2 = client!(cx, aws_sdk_ec2, "ec2");
    let answer = cx.list(&DESCRIBE_REGIONS, ec2.describe_regions().all_regions(false).send()).await;
    let mut names: Vec<String> = answer
        .items
        .iter()
        .flat_map(|page| page.regions())
        .filter_map(|region| region.region_name())
        .filter(|name| scope.regions.is_empty() || scope.regions.iter().any(|r| r == name))
        .map(ToString::to_string)
        .collect();
    if answer.complete {
        // A region that was asked for and is not enabled is looked at all the same: what it answers is a gap.
        for region in &scope.regions {
            if !names.contains(region) {
                names.push(region.clone());
            }
        }
    } else if scope.regions.is_empty() {
        names = vec![session.configured_region()];
    } else {
        names = scope.regions.clone();
    }
    names.sort();
    names.dedup();
    for name in &names {
        let mut draft = Draft::new(&REGION, name);
        draft.read(&DESCRIBE_REGIONS, &answer.evidence);
        cx.push_in(name, draft);
    }
    names
}
