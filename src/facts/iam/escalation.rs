//! Ways from a principal that is no administrator to one, in a single step.
//!
//! The methods are published ones, listed in [`super::methods`]. A method is reported only where it leads somewhere: to an administrator that exists, or to the principal itself.
//! Where whether it leads there is not known (an unreadable policy), it is kept apart as doubtful.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{SURE, Surroundings, admin, may_attach, short};
use super::methods::{Kind, METHODS, Method, PASS};
use super::policy::Policy;
use super::trust::{LetsIn, lets_in};

/// Whether something is an administrator, as far as could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is not, and all of it was read.
    No,
    /// Not all of it was read, and what was does not make it one.
    Unknown,
    /// It is.
    Yes,
}

/// A role as a target.
#[derive(Debug, Clone)]
pub struct RoleTarget {
    /// Its ARN.
    pub arn: String,
    /// Whether it is an administrator.
    pub standing: Standing,
    /// Its trust policy; none where it could not be read.
    pub trust: Option<Arc<Policy>>,
    /// The services that its trust policy names; none where it could not be read, so any may be one.
    pub services: Option<BTreeSet<String>>,
    /// Its boundary.
    pub boundary: Option<String>,
}

impl RoleTarget {
    /// Linked to a service: only that service can take it, and its trust policy cannot be changed.
    fn service_linked(&self) -> bool {
        self.arn.contains(":role/aws-service-role/")
    }
}

/// A group as a target.
#[derive(Debug, Clone)]
pub struct GroupTarget {
    /// Its ARN.
    pub arn: String,
    /// What its members get.
    pub policies: Vec<Arc<Policy>>,
    /// Whether all of it was read.
    pub complete: bool,
}

/// Everything in an account that a way may lead over. Lists in the order of the report.
#[derive(Debug, Default)]
pub struct Targets {
    roles: Vec<RoleTarget>,
    users: Vec<(String, Standing, Option<String>)>,
    groups: Vec<GroupTarget>,
    versions: BTreeMap<String, usize>,
    /// Administrator roles (sure ones first) by the service that they trust.
    by_service: HashMap<String, Vec<usize>>,
    /// Administrator roles of which it is not known whom they trust.
    by_unknown: Vec<usize>,
}

impl Targets {
    /// `users`: ARN, standing, boundary. `versions`: how many versions each customer managed policy has, where known.
    pub fn new(
        mut roles: Vec<RoleTarget>,
        mut users: Vec<(String, Standing, Option<String>)>,
        groups: Vec<GroupTarget>,
        versions: BTreeMap<String, usize>,
    ) -> Self {
        roles.retain(|role| !role.service_linked());
        roles.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.arn.cmp(&b.arn)));
        users.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut by_service: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_unknown = Vec::new();
        for (at, role) in roles.iter().enumerate().filter(|(_, role)| role.standing != Standing::No) {
            match &role.services {
                None => by_unknown.push(at),
                Some(services) => {
                    for service in services {
                        by_service.entry(service.clone()).or_default().push(at);
                    }
                }
            }
        }
        Self { roles, users, groups, versions, by_service, by_unknown }
    }

    /// Administrator roles that this service can take, and whether that is sure.
    fn trusting<'a>(&'a self, service: &str) -> impl Iterator<Item = (&'a RoleTarget, Standing)> + use<'a> {
        let known = self.by_service.get(service).into_iter().flatten().filter_map(|at| self.roles.get(*at));
        let unknown = self.by_unknown.iter().filter_map(|at| self.roles.get(*at));
        known.map(|role| (role, role.standing)).chain(unknown.map(|role| (role, Standing::Unknown)))
    }
}

/// One way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// [`Method::id`].
    pub method: &'static str,
    /// `iam:PassRole + ec2:RunInstances → role/app-admin`.
    pub text: String,
    /// Whether only while some condition holds, or does not.
    pub conditional: bool,
    /// Whether it is known that it leads to an administrator.
    pub sure: bool,
}

/// The ways of `principal` over other principals and resources. Those over itself are in [`super::admin::Admin::ways`].
/// Of each method the first target in order is told.
pub fn escalations(principal: &Principal, targets: &Targets, around: &Surroundings) -> Vec<Way> {
    let mut somewhere: HashMap<&str, Access> = HashMap::new();
    let mut ways = Vec::new();
    for method in METHODS {
        let needed = method.actions.iter().copied().filter(|action| *action != "sts:AssumeRole");
        let reach = needed
            .map(|action| *somewhere.entry(action).or_insert_with(|| principal.may_somewhere(action)))
            .fold(SURE, Access::and);
        if !reach.allowed() {
            continue;
        }
        let mut seen = BTreeSet::new();
        for (name, access, standing) in target(principal, method, targets, around) {
            if !seen.insert(standing) {
                continue;
            }
            let anywhere = matches!(method.kind, Kind::Pass(_) | Kind::TakeOver(_));
            let access = if anywhere { access.and(reach) } else { access };
            let sure = standing == Standing::Yes;
            let text = format!("{} → {}", method.actions.join(" + "), short(name));
            ways.push(Way { method: method.id, text, conditional: access != SURE, sure });
            if sure {
                break;
            }
        }
    }
    ways
}

type Found<'a> = Box<dyn Iterator<Item = (&'a str, Access, Standing)> + 'a>;

/// Targets of a method that `principal` may reach: sure ones first.
fn target<'a>(
    principal: &'a Principal,
    method: &'static Method,
    targets: &'a Targets,
    around: &'a Surroundings,
) -> Found<'a> {
    let first = method.actions.first().copied().unwrap_or_default();
    let on_all =
        move |arn: &str| method.actions.iter().map(|action| principal.may(action, arn)).fold(SURE, Access::and);
    let other = move |arn: &str| arn != principal.arn;
    let attaches = first.starts_with("iam:Attach");
    let gives = move |arn: &str, boundary: Option<&str>| {
        // What is given to a target within a boundary makes it no more than the boundary is.
        if boundary.is_some_and(|boundary| !around.makes_admin(boundary)) {
            Access::Denied
        } else if attaches {
            may_attach(principal, first, arn, boundary, around)
        } else {
            principal.may_in(first, arn, &[("iam:permissionsboundary", boundary)])
        }
    };
    let found: Found<'a> = match method.kind {
        Kind::Itself => Box::new(std::iter::empty()),
        Kind::OldVersion => Box::new(
            principal
                .own_policies
                .iter()
                .filter(|arn| targets.versions.get(*arn) != Some(&1))
                .map(move |arn| (arn.as_str(), on_all(arn), Standing::Yes)),
        ),
        Kind::AdminUser => Box::new(
            targets
                .users
                .iter()
                .filter(move |(arn, standing, _)| *standing != Standing::No && other(arn))
                .map(move |(arn, standing, _)| (arn.as_str(), on_all(arn), *standing)),
        ),
        Kind::OtherUser => {
            Box::new(targets.users.iter().filter(move |(arn, ..)| other(arn)).map(move |(arn, _, boundary)| {
                let key = principal.may("iam:CreateAccessKey", arn);
                (arn.as_str(), key.and(gives(arn, boundary.as_deref())), Standing::Yes)
            }))
        }
        Kind::OtherRole => Box::new(targets.roles.iter().filter(move |role| other(&role.arn)).map(move |role| {
            (
                role.arn.as_str(),
                gives(&role.arn, role.boundary.as_deref()).and(may_take(principal, role)),
                sure_if_read(role, Standing::Yes),
            )
        })),
        Kind::OpenedRole => Box::new(targets.roles.iter().filter(move |role| other(&role.arn)).map(move |role| {
            let denied = principal.denied_outright("sts:AssumeRole", &role.arn);
            let open = if denied { Access::Denied } else { principal.may("iam:UpdateAssumeRolePolicy", &role.arn) };
            (role.arn.as_str(), open.and(gives(&role.arn, role.boundary.as_deref())), Standing::Yes)
        })),
        Kind::AdminGroup if principal.kind == PrincipalKind::User => Box::new(
            targets
                .groups
                .iter()
                .filter(|group| !principal.groups.contains(&group.arn))
                .map(move |group| (group.arn.as_str(), on_all(&group.arn), joined(principal, group, around)))
                .filter(|(.., standing)| *standing != Standing::No),
        ),
        Kind::AdminGroup => Box::new(std::iter::empty()),
        Kind::AdminRoleTrust => Box::new(admins(targets).filter(move |role| other(&role.arn)).map(move |role| {
            let denied = principal.denied_outright("sts:AssumeRole", &role.arn);
            (role.arn.as_str(), if denied { Access::Denied } else { on_all(&role.arn) }, role.standing)
        })),
        Kind::AdminRole => Box::new(
            admins(targets)
                .filter(move |role| other(&role.arn))
                .map(move |role| (role.arn.as_str(), may_take(principal, role), sure_if_read(role, role.standing))),
        ),
        Kind::Pass(service) => Box::new(targets.trusting(service).map(move |(role, standing)| {
            let pass = principal.may_in(PASS, &role.arn, &[("iam:passedtoservice", Some(service))]);
            (role.arn.as_str(), pass, standing)
        })),
        Kind::TakeOver(service) => Box::new(
            targets
                .trusting(service)
                .filter(move |(role, _)| other(&role.arn))
                .map(|(role, standing)| (role.arn.as_str(), SURE, standing)),
        ),
    };
    Box::new(found.filter(|(_, access, _)| access.allowed()))
}

/// What rests on a trust policy that could not be read is not sure.
fn sure_if_read(role: &RoleTarget, standing: Standing) -> Standing {
    if role.trust.is_some() { standing } else { Standing::Unknown }
}

fn admins(targets: &Targets) -> impl Iterator<Item = &RoleTarget> {
    targets.roles.iter().filter(|role| role.standing != Standing::No)
}

/// Whether `principal` may take `role`; a trust policy that could not be read may let it in.
fn may_take(principal: &Principal, role: &RoleTarget) -> Access {
    let lets = role.trust.as_ref().map_or(LetsIn::ByAccount, |trust| lets_in(trust, &principal.arn));
    match lets {
        LetsIn::No => Access::Denied,
        LetsIn::ByAccount => principal.may("sts:AssumeRole", &role.arn),
        LetsIn::ByName if principal.denied_outright("sts:AssumeRole", &role.arn) => Access::Denied,
        LetsIn::ByName => SURE,
    }
}

/// What the principal would be in that group.
fn joined(principal: &Principal, group: &GroupTarget, around: &Surroundings) -> Standing {
    let all = principal.policies.iter().chain(&group.policies).cloned().collect();
    let mut member = Principal::new(principal.arn.clone(), principal.kind, all, principal.boundary.clone());
    member.boundary_arn.clone_from(&principal.boundary_arn);
    member.groups = principal.groups.iter().chain([&group.arn]).cloned().collect();
    member.own_policies.clone_from(&principal.own_policies);
    match admin(&member, around) {
        Some(_) => Standing::Yes,
        None if group.complete => Standing::No,
        None => Standing::Unknown,
    }
}
