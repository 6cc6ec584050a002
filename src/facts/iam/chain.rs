//! Ways up in several steps: whoever can come to hold another principal's rights goes on from there.
//!
//! The search runs backwards from the administrators, one round for each step, so that every principal gets a shortest
//! path and a cycle is never walked. Rights of several principals are not added up: a method's actions must all be one
//! principal's. After the sure rounds come the doubtful ones: what leads to something that leads up only perhaps.

use std::collections::HashMap;

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{SURE, Surroundings, admin};
use super::escalation::{Possible, Standing, Targets, Way, escalations, member, possible};
use super::methods::{Kind, Method, methods};
use super::path::{Path, Step};

/// A principal that may go up.
#[derive(Debug)]
pub struct Climber {
    /// Who.
    pub principal: Principal,
    /// Whether it is an administrator already: it needs no way, and is one's end.
    pub arrived: bool,
    /// Whether its boundary was read. Where not, what it may do is not known to be so.
    pub firm: bool,
}

/// How a principal gets up.
#[derive(Debug, Default)]
pub struct Climb {
    /// Every way in one step, sure or not.
    pub ways: Vec<Way>,
    /// A shortest path of one or more steps.
    pub path: Option<Path>,
}

/// Somebody in the search: a principal as it is, or as it would be in a group, or without its boundary.
struct Node {
    principal: Principal,
    possible: Possible,
    /// The same, where no condition on tags helps; none where there is no such condition.
    strict: Option<(Principal, Possible)>,
    arrived: bool,
    firm: bool,
}

impl Node {
    fn new(principal: Principal, arrived: bool, firm: bool) -> Self {
        let strict = if arrived { None } else { principal.without_tags() };
        let strict = strict.map(|strict| {
            let possible = possible(&strict);
            (strict, possible)
        });
        let possible = if arrived { Vec::new() } else { possible(&principal) };
        Self { principal, possible, strict, arrived, firm }
    }

    /// Its ways in one step; `onward`: only those that take another principal's place.
    fn ways(&self, targets: &Targets, around: &Surroundings, onward: bool) -> Vec<Way> {
        let of = |principal: &Principal, possible: &Possible| {
            if onward {
                let fit = possible.iter().filter(|(method, _)| method.kind.takes_another()).copied().collect();
                escalations(principal, &fit, targets, around)
            } else {
                escalations(principal, possible, targets, around)
            }
        };
        let mut all = of(&self.principal, &self.possible);
        if let Some((strict, possible)) = &self.strict {
            let mut certain = of(strict, possible);
            certain.retain(|way| way.sure);
            let told = |way: &Way| certain.iter().any(|one| one.method.id == way.method.id);
            all.retain(|way| !told(way));
            all.iter_mut().for_each(|way| way.sure = false);
            certain.append(&mut all);
            all = certain;
        }
        all
    }
}

/// What a principal can make of itself, and how.
struct Change {
    /// Index of the principal as it is.
    from: usize,
    /// Index of what it becomes.
    into: usize,
    way: Way,
}

/// One step and where it leads on from.
#[derive(Clone)]
struct Route {
    way: Way,
    /// Index of the node that goes on; none where the way leads to an administrator.
    next: Option<usize>,
    sure: bool,
    conditional: bool,
}

/// Ways up of every climber, in their order.
pub fn climb(climbers: Vec<Climber>, targets: &Targets, around: &Surroundings) -> Vec<Climb> {
    let count = climbers.len();
    let mut nodes: Vec<Node> =
        climbers.into_iter().map(|one| Node::new(one.principal, one.arrived, one.firm)).collect();
    let mut changes = Vec::new();
    for from in 0..count {
        for (principal, way) in nodes.get(from).map(|node| variants(node, targets, around)).unwrap_or_default() {
            let arrived = admin(&principal, around).is_some();
            changes.push(Change { from, into: nodes.len(), way });
            nodes.push(Node::new(principal, arrived, true));
        }
    }
    let mut search = Search { routes: vec![None; nodes.len()], nodes, changes, count };
    let ways = search.run(targets, around);
    let paths: Vec<Option<Path>> = (0..count).map(|at| search.path(at)).collect();
    ways.into_iter().zip(paths).map(|(ways, path)| Climb { ways, path }).collect()
}

struct Search {
    nodes: Vec<Node>,
    changes: Vec<Change>,
    routes: Vec<Option<Route>>,
    /// How many nodes are principals as they are; the others are changes of them.
    count: usize,
}

impl Search {
    /// Finds a route for everyone who has one; the ways in one step of the first round.
    fn run(&mut self, targets: &Targets, around: &Surroundings) -> Vec<Vec<Way>> {
        let by_arn: HashMap<String, usize> =
            self.nodes.iter().take(self.count).enumerate().map(|(at, node)| (node.principal.arn.clone(), at)).collect();
        let mut changes_of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, change) in self.changes.iter().enumerate() {
            changes_of.entry(change.from).or_default().push(at);
        }
        let mut first = Vec::new();
        let mut doubts: Vec<Option<Route>> = vec![None; self.nodes.len()];
        let mut reached: Vec<usize> = (0..self.nodes.len()).filter(|at| self.arrived(*at)).collect();
        let mut round = 0_usize;
        // Each round but the first rests on somebody newly reached, so there are at most as many as nodes.
        while round == 0 || !reached.is_empty() {
            let goals = self.goals(&reached, Standing::Yes);
            let narrowed = (round > 0).then(|| targets.only(&goals));
            let goals = narrowed.as_ref().unwrap_or(targets);
            let mut found = Vec::new();
            for (at, node) in self.nodes.iter().enumerate() {
                let wanted = !node.arrived && !self.routed(at);
                let ways = if wanted { node.ways(goals, around, round > 0) } else { Vec::new() };
                if wanted {
                    let changed = self.changed(changes_of.get(&at), &reached);
                    let onward = ways.iter().map(|way| {
                        let next = (round > 0).then(|| by_arn.get(&way.target).copied()).flatten();
                        Route { way: way.clone(), next, sure: way.sure && node.firm, conditional: way.conditional }
                    });
                    found.extend(onward.chain(changed).map(|route| (at, route)));
                }
                if round == 0 && at < self.count {
                    first.push(ways);
                }
            }
            reached = self.settle(found, &mut doubts);
            round += 1;
        }
        self.doubt(doubts, targets, around, &by_arn, &changes_of);
        first
    }

    /// Takes what a round found: sure routes (those without open conditions first), and doubts where there is none yet.
    fn settle(&mut self, mut found: Vec<(usize, Route)>, doubts: &mut [Option<Route>]) -> Vec<usize> {
        found.sort_by_key(|(at, route)| (*at, !route.sure, route.conditional));
        let mut reached = Vec::new();
        for (at, route) in found {
            if route.sure {
                if let Some(place @ None) = self.routes.get_mut(at) {
                    *place = Some(route);
                    reached.push(at);
                }
            } else if let Some(place @ None) = doubts.get_mut(at) {
                *place = Some(route);
            }
        }
        reached
    }

    /// The rounds of what leads up only perhaps.
    fn doubt(
        &mut self,
        doubts: Vec<Option<Route>>,
        targets: &Targets,
        around: &Surroundings,
        by_arn: &HashMap<String, usize>,
        changes_of: &HashMap<usize, Vec<usize>>,
    ) {
        let mut reached = Vec::new();
        for (at, doubt) in doubts.into_iter().enumerate() {
            if let (Some(place @ None), Some(route)) = (self.routes.get_mut(at), doubt) {
                *place = Some(route);
                reached.push(at);
            }
        }
        while !reached.is_empty() {
            let goals = targets.only(&self.goals(&reached, Standing::Unknown));
            let mut found = Vec::new();
            for (at, node) in self.nodes.iter().enumerate().filter(|(at, node)| !node.arrived && !self.routed(*at)) {
                let onward = node.ways(&goals, around, true).into_iter().map(|way| {
                    let (next, conditional) = (by_arn.get(&way.target).copied(), way.conditional);
                    Route { way, next, sure: false, conditional }
                });
                let route = onward.chain(self.changed(changes_of.get(&at), &reached)).next();
                found.extend(route.map(|route| (at, Route { sure: false, ..route })));
            }
            reached = found.iter().map(|(at, _)| *at).collect();
            for (at, route) in found {
                if let Some(place) = self.routes.get_mut(at) {
                    *place = Some(route);
                }
            }
        }
    }

    fn arrived(&self, at: usize) -> bool {
        self.nodes.get(at).is_some_and(|node| node.arrived)
    }

    fn routed(&self, at: usize) -> bool {
        self.routes.get(at).is_some_and(Option::is_some)
    }

    fn goals(&self, reached: &[usize], standing: Standing) -> HashMap<&str, Standing> {
        let real = reached.iter().filter(|at| **at < self.count);
        real.filter_map(|at| self.nodes.get(*at)).map(|node| (node.principal.arn.as_str(), standing)).collect()
    }

    /// Routes by what a principal can make of itself that was reached in the round before.
    fn changed(&self, changes: Option<&Vec<usize>>, reached: &[usize]) -> Vec<Route> {
        let changes = changes.into_iter().flatten().filter_map(|at| self.changes.get(*at));
        let fit = changes.filter(|change| reached.binary_search(&change.into).is_ok());
        fit.map(|change| {
            let firm = self.nodes.get(change.from).is_some_and(|node| node.firm);
            Route {
                way: change.way.clone(),
                next: Some(change.into),
                sure: change.way.sure && firm,
                conditional: change.way.conditional,
            }
        })
        .collect()
    }

    /// The path of one principal. Each route leads to one that was reached before it, so it ends.
    fn path(&self, start: usize) -> Option<Path> {
        let mut path = Path { steps: Vec::new(), sure: true, conditional: false };
        let mut at = Some(start);
        while let Some((node, Some(route))) = at.and_then(|at| self.nodes.get(at).zip(self.routes.get(at))) {
            path.steps.push(Step {
                from: node.principal.arn.clone(),
                method: route.way.method.id.to_owned(),
                actions: route.way.method.joined(),
                to: route.way.target.clone(),
                ja: route.way.method.ja.to_owned(),
                en: route.way.method.en.to_owned(),
            });
            path.sure &= route.sure;
            path.conditional |= route.conditional;
            at = route.next;
        }
        (!path.steps.is_empty()).then_some(path)
    }
}

/// What the principal can make of itself: a member of one group more, of all that it may join, and without its boundary.
fn variants(node: &Node, targets: &Targets, around: &Surroundings) -> Vec<(Principal, Way)> {
    let principal = &node.principal;
    let mut found = Vec::new();
    if node.arrived {
        return found;
    }
    let sure_of =
        |may: &dyn Fn(&Principal) -> Access| node.strict.as_ref().is_none_or(|(strict, _)| may(strict).allowed());
    for &(method, _) in &node.possible {
        match method.kind {
            Kind::AdminGroup if principal.kind == PrincipalKind::User => {
                let may = |who: &Principal, group: &str| who.may("iam:AddUserToGroup", group);
                let others = targets.groups().iter().filter(|group| !principal.groups.contains(&group.arn));
                let joins: Vec<_> = others.filter(|group| may(principal, &group.arn).allowed()).collect();
                for group in &joins {
                    let access = may(principal, &group.arn);
                    let way = way(method, &group.arn, access, sure_of(&|who| may(who, &group.arn)));
                    found.push((member(principal, group), way));
                }
                if let ([_, _, ..], Some(last)) = (joins.as_slice(), joins.last()) {
                    let access = joins.iter().map(|group| may(principal, &group.arn)).fold(SURE, Access::and);
                    let sure = joins.iter().all(|group| sure_of(&|who| may(who, &group.arn)));
                    let all = joins.iter().fold(principal.clone(), |so_far, group| member(&so_far, group));
                    found.push((all, way(method, &last.arn, access, sure)));
                }
            }
            Kind::Boundary if principal.boundary.is_some() => {
                let access = lifts(principal, method, around);
                if access.allowed() {
                    let free = Principal { boundary: None, boundary_arn: None, ..principal.clone() };
                    let way = way(method, &principal.arn, access, sure_of(&|who| lifts(who, method, around)));
                    found.push((free, way));
                }
            }
            _ => {}
        }
    }
    found
}

fn way(method: &'static Method, target: &str, access: Access, sure: bool) -> Way {
    Way { method, target: target.to_owned(), conditional: access != SURE, sure }
}

/// Whether the principal can rid itself of its boundary by this method.
fn lifts(principal: &Principal, method: &Method, around: &Surroundings) -> Access {
    let own = principal.arn.as_str();
    let action = method.actions.first().copied().unwrap_or_default();
    let boundary = principal.boundary_arn.as_deref();
    if action == "iam:CreatePolicyVersion" {
        let written = boundary.filter(|arn| arn.split(':').nth(4) != Some("aws"));
        return written.map_or(Access::Denied, |arn| principal.may(action, arn));
    }
    let of_user = action.contains("User");
    if of_user != (principal.kind == PrincipalKind::User) {
        return Access::Denied;
    }
    if action.starts_with("iam:Delete") {
        return principal.may_in(action, own, &[("iam:permissionsboundary", boundary)]);
    }
    let with = |arn: &String| principal.may_in(action, own, &[("iam:permissionsboundary", Some(arn))]);
    around.admin_policies().iter().map(with).fold(Access::Denied, Access::or)
}

/// What an administrator that does not hold everything yet does to itself, as a path of one step. `way` is one of
/// [`super::admin::Admin::ways`].
pub fn own_step(arn: &str, way: &str, conditional: bool) -> Path {
    let (actions, to) = way.split_once(" → ").unwrap_or((way, "itself"));
    let known = methods().find(|method| method.kind == Kind::Itself && method.actions == [actions]);
    let head: Vec<&str> = arn.splitn(6, ':').take(5).collect();
    let to = if to.contains('/') { format!("{}:{to}", head.join(":")) } else { arn.to_owned() };
    let fresh = if actions.starts_with("iam:CreateUser") { "create-user" } else { "create-role" };
    let step = Step {
        from: arn.to_owned(),
        method: known.map_or(fresh, |method| method.id).to_owned(),
        actions: actions.to_owned(),
        to,
        ja: known.map_or("新しい管理者を作る", |method| method.ja).to_owned(),
        en: known.map_or("makes a fresh administrator", |method| method.en).to_owned(),
    };
    Path { steps: vec![step], sure: true, conditional }
}
