//! A part that was read anew, put onto a snapshot.
//!
//! Of the cells that were read anew nothing of the base is left, whether the part could read them or not: what it could
//! not read is a gap and never the old value (law 2). Everything else is the base's, as old as it is, and says so.
//!
//! Which cell an attribute is of is told by the observations that it rests on; where it has none, by the table.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{
    AttributeGap, Cell, Coverage, CoverageState, Gap, GapReason, Observation, PartAge, Resource, Scope, Snapshot, Tags,
    Targets,
};
use crate::table::{CORE, FullKind, Operation, Source, registry};

/// Detail of what the part was to read and did not.
const UNREAD: &str = "was to be read anew, and nothing answered it";

/// A snapshot onto which no part can be put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It was made for another scope.
    #[error("expected a snapshot of the project's scope, found one of another: read everything anew")]
    Scope,
    /// Other pages or endpoints were looked at from outside.
    #[error("expected a snapshot of the project's pages and endpoints, found one of others: read everything anew")]
    Targets,
    /// It lacks operations that the plan wants.
    #[error("expected a snapshot of everything that the checks need, found one without {0}: read everything anew")]
    Operation(String),
}

/// Whether a part may be put onto `base`: that everything else of it is what a whole look would have been asked for.
///
/// # Errors
/// Says what a whole look has to be made for: a changed scope, other targets, an operation that was not asked then.
pub fn fits<'p>(
    base: &Snapshot,
    scope: &Scope,
    targets: &Targets,
    wanted: impl IntoIterator<Item = &'p String>,
) -> Result<(), Unfit> {
    if base.scope != *scope {
        return Err(Unfit::Scope);
    }
    if base.targets != *targets {
        return Err(Unfit::Targets);
    }
    // Only listings have coverage: of what is asked about single resources, the resources tell whether it was wanted.
    let asked: BTreeSet<String> = base.coverage.iter().map(|c| service(&c.operation)).collect();
    let answered: BTreeSet<String> = base.observations.iter().map(|o| service(&o.operation)).collect();
    let lacking = unasked(base);
    let new = |id: &&String| {
        let service = service(id);
        lacking.contains(*id) || !asked.contains(&service) && !answered.contains(&service)
    };
    match wanted.into_iter().find(new) {
        None => Ok(()),
        Some(id) => Err(Unfit::Operation(id.clone())),
    }
}

/// Operations that should have said something of a resource that is there, and said neither a value nor a gap: nobody
/// wanted them. What accounts and regions have is pieced together from many services and tells nothing.
fn unasked(base: &Snapshot) -> BTreeSet<String> {
    let mut lacking: BTreeSet<&'static Operation> = BTreeSet::new();
    for resource in &base.resources {
        let Some(kind) = registry().kind(&resource.kind) else { continue };
        if CORE.operations.contains(&kind.list) {
            continue;
        }
        for attribute in kind.attributes.values() {
            let said = resource.attributes.contains_key(attribute.name) || resource.gaps.contains_key(attribute.name);
            if let Source::Op(operation) = attribute.source
                && !said
            {
                lacking.insert(operation);
            }
        }
    }
    lacking.into_iter().map(Operation::id).collect()
}

fn service(operation: &str) -> String {
    registry().cell("", "", operation).service
}

/// Puts `part` onto `base`: everything of `cells` comes from the part, everything else from the base. The clock and the
/// requests are the part's. A part of everything is the part itself.
pub fn merge(base: &Snapshot, part: Snapshot, cells: &BTreeSet<Cell>) -> Snapshot {
    let (old, new) = (Origins::new(base), Origins::new(&part));
    let fresh =
        |account: &str, region: &str, operation: &str| cells.contains(&registry().cell(account, region, operation));
    let parts = ages(base, &part, cells);

    let mut observations: Vec<Observation> = Vec::new();
    observations.extend(base.observations.iter().filter(|o| !fresh(&o.account, &o.region, &o.operation)).cloned());
    observations.extend(part.observations.iter().filter(|o| fresh(&o.account, &o.region, &o.operation)).cloned());

    let mut coverage: Vec<Coverage> = Vec::new();
    coverage.extend(base.coverage.iter().filter(|c| !fresh(&c.account, &c.region, &c.operation)).cloned());
    coverage.extend(part.coverage.iter().filter(|c| fresh(&c.account, &c.region, &c.operation)).cloned());

    let mut gaps: Vec<Gap> = Vec::new();
    gaps.extend(base.gaps.iter().filter(|g| !fresh(&g.account, &g.region, &g.operation)).cloned());
    gaps.extend(part.gaps.iter().filter(|g| fresh(&g.account, &g.region, &g.operation)).cloned());

    // A listing that was read before and that the part says nothing of: it is not known any more what is there.
    let read: BTreeSet<(&str, &str, &str)> =
        part.coverage.iter().map(|c| (c.account.as_str(), c.region.as_str(), c.operation.as_str())).collect();
    for lost in base.coverage.iter().filter(|c| fresh(&c.account, &c.region, &c.operation)) {
        if !read.contains(&(lost.account.as_str(), lost.region.as_str(), lost.operation.as_str())) {
            coverage.push(Coverage {
                state: CoverageState::Gap(GapReason::NotRead),
                observations: Vec::new(),
                ..lost.clone()
            });
            gaps.push(gap(&lost.account, &lost.region, &lost.operation, None, UNREAD.to_string()));
        }
    }

    let resources = resources(base, &part, cells, &old, &new, &mut gaps);
    observations.sort_by(|a, b| a.id.cmp(&b.id));
    observations.dedup_by(|a, b| a.id == b.id);
    coverage.sort();
    gaps.sort();
    gaps.dedup();
    let core = |account: &str| CORE.operations.iter().any(|op| fresh(account, "", &op.id()));
    let outside = cells.iter().any(|cell| cell.service == "outside");
    let mut accounts = base.accounts.clone();
    for (account, regions) in part.accounts.iter().filter(|(account, _)| core(account)) {
        accounts.insert(account.clone(), regions.clone());
    }
    Snapshot {
        schema: part.schema,
        tool_version: part.tool_version,
        started: part.started,
        finished: part.finished,
        clock: part.clock,
        scope: base.scope.clone(),
        targets: if outside { part.targets } else { base.targets.clone() },
        accounts,
        api_calls: part.api_calls,
        observations,
        coverage,
        resources,
        gaps,
        parts,
    }
}

/// How old each cell is; nothing where all are of the part's clock, as in a whole look.
fn ages(base: &Snapshot, part: &Snapshot, cells: &BTreeSet<Cell>) -> Vec<PartAge> {
    let known: BTreeMap<Cell, &PartAge> = base
        .parts
        .iter()
        .map(|p| (Cell { account: p.account.clone(), region: p.region.clone(), service: p.service.clone() }, p))
        .collect();
    let mut seen: BTreeSet<Cell> = BTreeSet::new();
    for (snapshot, new) in [(base, false), (part, true)] {
        let of_coverage = snapshot.coverage.iter().map(|c| (&c.account, &c.region, &c.operation));
        let of_calls = snapshot.observations.iter().map(|o| (&o.account, &o.region, &o.operation));
        let found = of_coverage.chain(of_calls).map(|(account, region, op)| registry().cell(account, region, op));
        seen.extend(found.filter(|cell| !new || cells.contains(cell)));
    }
    let parts: Vec<PartAge> = seen
        .into_iter()
        .map(|cell| {
            let as_of =
                if cells.contains(&cell) { part.clock } else { known.get(&cell).map_or(base.clock, |part| part.as_of) };
            PartAge { account: cell.account, region: cell.region, service: cell.service, as_of }
        })
        .collect();
    if parts.iter().all(|p| p.as_of == part.clock) { Vec::new() } else { parts }
}

fn gap(account: &str, region: &str, operation: &str, resource: Option<String>, detail: String) -> Gap {
    Gap {
        account: account.to_string(),
        region: region.to_string(),
        operation: operation.to_string(),
        resource,
        reason: GapReason::NotRead,
        detail,
    }
}

/// The cells that the observations of a snapshot are of.
struct Origins<'s> {
    cells: HashMap<&'s str, Cell>,
}

impl<'s> Origins<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        let cell = |o: &'s Observation| (o.id.as_str(), registry().cell(&o.account, &o.region, &o.operation));
        Self { cells: snapshot.observations.iter().map(cell).collect() }
    }

    /// Whether what `operation` said of `resource` is of `cells`. A resource that several regions list (a trail and its
    /// shadows) is of each of them: it is only there as long as all of them were read after the change.
    fn within(&self, resource: &Resource, operation: &str, cells: &BTreeSet<Cell>) -> bool {
        let known = resource.evidence.get(operation).into_iter().flatten().filter_map(|id| self.cells.get(id.as_str()));
        let mut found = known.peekable();
        if found.peek().is_some() {
            return found.any(|cell| cells.contains(cell));
        }
        cells.contains(&registry().cell(&resource.account, &resource.region, operation))
    }
}

/// Operation of an attribute: the declared one, that of its gap, else the listing.
fn operation_of(kind: Option<&FullKind>, attribute: &str, gap: Option<&AttributeGap>) -> String {
    kind.and_then(|kind| kind.operation_of(attribute))
        .map(Operation::id)
        .or_else(|| gap.map(|gap| gap.operation.clone()))
        .or_else(|| kind.map(|kind| kind.list.id()))
        .unwrap_or_default()
}

/// Operations that said something of a resource.
fn operations(resource: &Resource, kind: Option<&FullKind>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = resource.evidence.keys().cloned().collect();
    found.extend(resource.attributes.keys().map(|name| operation_of(kind, name, None)));
    found.extend(resource.gaps.iter().map(|(name, gap)| operation_of(kind, name, Some(gap))));
    if resource.tags != Tags::NotAsked {
        found.extend(kind.and_then(|kind| kind.tags).map(|op| op.id()));
    }
    found
}

type Key<'r> = (&'r str, &'r str, &'r str, &'r str);

fn resources(
    base: &Snapshot,
    part: &Snapshot,
    cells: &BTreeSet<Cell>,
    old: &Origins<'_>,
    new: &Origins<'_>,
    gaps: &mut Vec<Gap>,
) -> Vec<Resource> {
    let fresh: HashMap<Key<'_>, &Resource> = part.resources.iter().map(|r| (r.key(), r)).collect();
    let mut known: BTreeSet<Key<'_>> = BTreeSet::new();
    let mut merged: Vec<Resource> = Vec::new();
    for resource in &base.resources {
        known.insert(resource.key());
        let kind = registry().kind(&resource.kind);
        let stale: BTreeSet<String> =
            operations(resource, kind).into_iter().filter(|op| old.within(resource, op, cells)).collect();
        let update = fresh.get(&resource.key()).copied();
        let read = update.map(|update| read_anew(update, kind, new, cells)).unwrap_or_default();
        if stale.is_empty() && read.is_empty() {
            merged.push(resource.clone());
            continue;
        }
        // Whether it is there at all, its listing says.
        let list = kind.map(|kind| kind.list.id());
        let listed = |ops: &BTreeSet<String>| list.as_ref().is_none_or(|list| ops.contains(list));
        if listed(&stale) && !listed(&read) {
            continue;
        }
        merged.push(combine(resource, update, &stale, &read, kind, gaps));
    }
    for resource in part.resources.iter().filter(|r| !known.contains(&r.key())) {
        let kind = registry().kind(&resource.kind);
        let read = read_anew(resource, kind, new, cells);
        if !read.is_empty() {
            let nothing = Resource {
                attributes: BTreeMap::new(),
                gaps: BTreeMap::new(),
                tags: Tags::NotAsked,
                evidence: BTreeMap::new(),
                ..resource.clone()
            };
            merged.push(combine(&nothing, Some(resource), &BTreeSet::new(), &read, kind, gaps));
        }
    }
    merged.sort_by(|a, b| a.key().cmp(&b.key()));
    merged
}

/// Operations of the cells that said something of a resource of the part.
fn read_anew(
    resource: &Resource,
    kind: Option<&FullKind>,
    origins: &Origins<'_>,
    cells: &BTreeSet<Cell>,
) -> BTreeSet<String> {
    operations(resource, kind).into_iter().filter(|op| origins.within(resource, op, cells)).collect()
}

/// One resource: what operations of `read` said comes from the update, what those of `stale` said is gone, the rest stays.
fn combine(
    base: &Resource,
    update: Option<&Resource>,
    stale: &BTreeSet<String>,
    read: &BTreeSet<String>,
    kind: Option<&FullKind>,
    gaps: &mut Vec<Gap>,
) -> Resource {
    let stays = |operation: &String| !stale.contains(operation) && !read.contains(operation);
    let mut whole = Resource {
        arn: update.and_then(|u| u.arn.clone()).or_else(|| base.arn.clone()),
        attributes: BTreeMap::new(),
        gaps: BTreeMap::new(),
        tags: Tags::NotAsked,
        evidence: BTreeMap::new(),
        ..base.clone()
    };
    let mut lost: Vec<(String, String)> = Vec::new();
    for (name, value) in &base.attributes {
        let operation = operation_of(kind, name, None);
        if stays(&operation) {
            whole.attributes.insert(name.clone(), value.clone());
        } else {
            lost.push((name.clone(), operation));
        }
    }
    for (name, gap) in &base.gaps {
        let operation = operation_of(kind, name, Some(gap));
        if stays(&operation) {
            whole.gaps.insert(name.clone(), gap.clone());
        } else {
            lost.push((name.clone(), operation));
        }
    }
    let evidence = base.evidence.iter().filter(|(operation, _)| stays(operation));
    whole.evidence.extend(evidence.map(|(operation, ids)| (operation.clone(), ids.clone())));
    if let Some(update) = update {
        for (name, value) in &update.attributes {
            if read.contains(&operation_of(kind, name, None)) {
                whole.attributes.insert(name.clone(), value.clone());
            }
        }
        for (name, gap) in &update.gaps {
            if read.contains(&operation_of(kind, name, Some(gap))) {
                whole.gaps.insert(name.clone(), gap.clone());
            }
        }
        let evidence = update.evidence.iter().filter(|(operation, _)| read.contains(*operation));
        whole.evidence.extend(evidence.map(|(operation, ids)| (operation.clone(), ids.clone())));
    }
    for (name, operation) in lost {
        if !whole.attributes.contains_key(&name) && !whole.gaps.contains_key(&name) {
            gaps.push(gap(
                &base.account,
                &base.region,
                &operation,
                Some(base.name().to_string()),
                format!("{name}: {UNREAD}"),
            ));
            whole.gaps.insert(name, AttributeGap { reason: GapReason::NotRead, operation, detail: UNREAD.to_string() });
        }
    }
    whole.tags = tags(base, update, stale, read, kind);
    whole
}

fn tags(
    base: &Resource,
    update: Option<&Resource>,
    stale: &BTreeSet<String>,
    read: &BTreeSet<String>,
    kind: Option<&FullKind>,
) -> Tags {
    let operation = kind.and_then(|kind| kind.tags).map(|op| op.id());
    let of = |ops: &BTreeSet<String>| operation.as_ref().is_some_and(|op| ops.contains(op));
    match update {
        Some(update) if of(read) => update.tags.clone(),
        _ if of(stale) && base.tags != Tags::NotAsked => Tags::Gap(AttributeGap {
            reason: GapReason::NotRead,
            operation: operation.unwrap_or_default(),
            detail: UNREAD.to_string(),
        }),
        // Kinds without an operation for tags may carry them all the same, with their listing.
        Some(update) if operation.is_none() && update.tags != Tags::NotAsked => update.tags.clone(),
        _ => base.tags.clone(),
    }
}
