//! Ways from a principal that is no administrator to one, in a single step; several steps are [`super::chain`]'s.
//!
//! The methods are published ones, listed in [`super::methods`]. A method is reported only where it leads somewhere: to
//! an administrator that exists, or to the principal itself. Where whether it leads there is not known (an unreadable
//! policy, a condition on tags), it is kept apart as doubtful.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{SURE, Surroundings, admin, may_attach, short};
use super::methods::{Kind, Method, PASS, methods};
use super::policy::Policy;
use super::trust::{Federated, FederationKind, LetsIn, lets_in};

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
    /// The identity providers that it trusts.
    pub federated: Vec<Federated>,
    /// Its boundary.
    pub boundary: Option<String>,
    /// ARNs of the policies attached to it that are not AWS's own.
    pub own_policies: Vec<String>,
}

/// A user as a target.
#[derive(Debug, Clone)]
pub struct UserTarget {
    /// Its ARN.
    pub arn: String,
    /// Whether it is an administrator.
    pub standing: Standing,
    /// Its boundary.
    pub boundary: Option<String>,
    /// ARNs of the policies that reach it that are not AWS's own.
    pub own_policies: Vec<String>,
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
    /// ARNs of those that are not AWS's own.
    pub own_policies: Vec<String>,
    /// Whether all of it was read.
    pub complete: bool,
}

/// Everything in an account that a way may lead over. Lists in the order of the report.
#[derive(Debug, Default)]
pub struct Targets {
    roles: Vec<RoleTarget>,
    users: Vec<UserTarget>,
    groups: Vec<GroupTarget>,
    versions: BTreeMap<String, usize>,
    /// Administrator roles (sure ones first) by the service that they trust.
    by_service: HashMap<String, Vec<usize>>,
    /// Administrator roles of which it is not known whom they trust.
    by_unknown: Vec<usize>,
}

impl Targets {
    /// `versions`: how many versions each customer managed policy has, where known.
    pub fn new(
        mut roles: Vec<RoleTarget>,
        mut users: Vec<UserTarget>,
        groups: Vec<GroupTarget>,
        versions: BTreeMap<String, usize>,
    ) -> Self {
        roles.retain(|role| !role.service_linked());
        roles.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.arn.cmp(&b.arn)));
        users.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.arn.cmp(&b.arn)));
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

    /// Only the users and roles that `standing` speaks of, as what it says: the goals of a further step.
    pub fn only(&self, standing: &HashMap<&str, Standing>) -> Self {
        let roles = self.roles.iter().filter_map(|role| {
            let standing = *standing.get(role.arn.as_str())?;
            Some(RoleTarget { standing, ..role.clone() })
        });
        let users = self.users.iter().filter_map(|user| {
            let standing = *standing.get(user.arn.as_str())?;
            Some(UserTarget { standing, ..user.clone() })
        });
        Self::new(roles.collect(), users.collect(), Vec::new(), BTreeMap::new())
    }

    /// Every group.
    pub fn groups(&self) -> &[GroupTarget] {
        &self.groups
    }

    /// Administrator roles that this service can take, and whether that is sure.
    fn trusting<'a>(&'a self, service: &str) -> impl Iterator<Item = (&'a RoleTarget, Standing)> + use<'a> {
        let known = self.by_service.get(service).into_iter().flatten().filter_map(|at| self.roles.get(*at));
        let unknown = self.by_unknown.iter().filter_map(|at| self.roles.get(*at));
        known.map(|role| (role, role.standing)).chain(unknown.map(|role| (role, Standing::Unknown)))
    }
}

/// One way up.
#[derive(Debug, Clone)]
pub struct Way {
    /// By which method.
    pub method: &'static Method,
    /// ARN of what it leads to.
    pub target: String,
    /// Whether only while some condition holds, or does not.
    pub conditional: bool,
    /// Whether it is known that it leads to an administrator.
    pub sure: bool,
}

impl Way {
    /// `iam:PassRole + ec2:RunInstances → role/app-admin`.
    pub fn text(&self) -> String {
        format!("{} → {}", self.method.joined(), short(&self.target))
    }
}

/// Methods whose actions a principal may do somewhere at all, which rules out most at little cost.
pub type Possible = Vec<(&'static Method, Access)>;

/// Which methods are worth a look for `principal`.
pub fn possible(principal: &Principal) -> Possible {
    let mut somewhere: HashMap<&str, Access> = HashMap::new();
    let mut may = |action: &'static str| *somewhere.entry(action).or_insert_with(|| principal.may_somewhere(action));
    let mut found = Vec::new();
    for method in methods() {
        // A trust policy may let it in without a right of its own.
        let needed = method.actions.iter().copied().filter(|action| *action != "sts:AssumeRole");
        let mut reach = SURE;
        for action in needed {
            let access = may(action);
            // Conditions on passing are judged with the role and the service at hand.
            reach = if action == PASS && access.allowed() { reach } else { reach.and(access) };
            if !reach.allowed() {
                break;
            }
        }
        if reach.allowed() {
            found.push((method, reach));
        }
    }
    found
}

/// The ways of `principal` over other principals and resources. Those over itself are in [`super::admin::Admin::ways`].
/// Of each method the first target in order is told.
pub fn escalations(principal: &Principal, possible: &Possible, targets: &Targets, around: &Surroundings) -> Vec<Way> {
    let mut ways = Vec::new();
    for &(method, reach) in possible {
        let mut seen = BTreeSet::new();
        for (name, access, standing) in target(principal, method, targets, around) {
            if !seen.insert(standing) {
                continue;
            }
            let anywhere = matches!(method.kind, Kind::Pass(_) | Kind::TakeOver(_));
            let access = if anywhere { access.and(reach) } else { access };
            let sure = standing == Standing::Yes;
            ways.push(Way { method, target: name.to_owned(), conditional: access != SURE, sure });
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
    let second = method.actions.get(1).copied().unwrap_or_default();
    let gives = move |arn: &str, boundary: Option<&str>, own: &[String]| {
        // What is given to a target within a boundary makes it no more than the boundary is.
        if boundary.is_some_and(|boundary| !around.makes_admin(boundary)) {
            Access::Denied
        } else if attaches {
            may_attach(principal, first, arn, boundary, around)
        } else if first == "iam:CreatePolicyVersion" {
            own.iter().map(|policy| principal.may(first, policy)).fold(Access::Denied, Access::or)
        } else {
            principal.may_in(first, arn, &[("iam:permissionsboundary", boundary)])
        }
    };
    let found: Found<'a> = match method.kind {
        Kind::Itself | Kind::Boundary => Box::new(std::iter::empty()),
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
                .filter(move |user| user.standing != Standing::No && other(&user.arn))
                .map(move |user| (user.arn.as_str(), on_all(&user.arn), user.standing)),
        ),
        Kind::OtherUser => Box::new(targets.users.iter().filter(move |user| other(&user.arn)).map(move |user| {
            let enter = principal.may(second, &user.arn);
            let given = enter.and(gives(&user.arn, user.boundary.as_deref(), &user.own_policies));
            (user.arn.as_str(), given, Standing::Yes)
        })),
        Kind::OtherGroup if principal.kind == PrincipalKind::User && unlimited(principal, around) => {
            Box::new(targets.groups.iter().filter(|group| !principal.groups.contains(&group.arn)).map(move |group| {
                let join = principal.may(second, &group.arn);
                (group.arn.as_str(), join.and(gives(&group.arn, None, &group.own_policies)), Standing::Yes)
            }))
        }
        Kind::OtherGroup => Box::new(std::iter::empty()),
        Kind::OtherRole => Box::new(targets.roles.iter().filter(move |role| other(&role.arn)).map(move |role| {
            (
                role.arn.as_str(),
                gives(&role.arn, role.boundary.as_deref(), &role.own_policies).and(may_take(principal, role)),
                sure_if_let_in(principal, role, Standing::Yes),
            )
        })),
        Kind::OpenedRole => Box::new(targets.roles.iter().filter(move |role| other(&role.arn)).map(move |role| {
            let denied = principal.denied_outright("sts:AssumeRole", &role.arn);
            let open = if denied { Access::Denied } else { principal.may("iam:UpdateAssumeRolePolicy", &role.arn) };
            (role.arn.as_str(), open.and(gives(&role.arn, role.boundary.as_deref(), &role.own_policies)), Standing::Yes)
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
        Kind::AdminRole => Box::new(admins(targets).filter(move |role| other(&role.arn)).map(move |role| {
            (role.arn.as_str(), may_take(principal, role), sure_if_let_in(principal, role, role.standing))
        })),
        Kind::Provider(kind) => Box::new(admins(targets).filter(move |role| other(&role.arn)).map(move |role| {
            let providers = role.federated.iter().filter(|one| one.kind == kind);
            let access = providers.map(|one| on_all(&one.provider)).fold(Access::Denied, Access::or);
            let sure = if kind == FederationKind::Saml { role.standing } else { Standing::Unknown };
            (role.arn.as_str(), access, sure)
        })),
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

/// What rests on a trust policy that could not be read, or on tags in one, is not sure.
fn sure_if_let_in(principal: &Principal, role: &RoleTarget, standing: Standing) -> Standing {
    let known = role.trust.as_ref().is_some_and(|trust| {
        trust.without_tags().is_none_or(|without| lets_in(&without, &principal.arn) != LetsIn::No)
    });
    if known { standing } else { Standing::Unknown }
}

fn admins(targets: &Targets) -> impl Iterator<Item = &RoleTarget> {
    targets.roles.iter().filter(|role| role.standing != Standing::No)
}

/// Whether `principal` may take `role`; a trust policy that could not be read may let it in.
fn may_take(principal: &Principal, role: &RoleTarget) -> Access {
    // One that was not read may name the principal, which then needs no right of its own.
    let lets = role.trust.as_ref().map_or(LetsIn::ByName, |trust| lets_in(trust, &principal.arn));
    match lets {
        LetsIn::No => Access::Denied,
        LetsIn::ByAccount => principal.may("sts:AssumeRole", &role.arn),
        LetsIn::ByName if principal.denied_outright("sts:AssumeRole", &role.arn) => Access::Denied,
        LetsIn::ByName => SURE,
    }
}

/// Whether what is given to the principal is not cut by a boundary.
fn unlimited(principal: &Principal, around: &Surroundings) -> bool {
    principal.boundary.is_none() || principal.boundary_arn.as_deref().is_some_and(|arn| around.makes_admin(arn))
}

/// The principal, were it in that group.
pub fn member(principal: &Principal, group: &GroupTarget) -> Principal {
    let all = principal.policies.iter().chain(&group.policies).cloned().collect();
    let mut member = Principal::new(principal.arn.clone(), principal.kind, all, principal.boundary.clone());
    member.boundary_arn.clone_from(&principal.boundary_arn);
    member.groups = principal.groups.iter().chain([&group.arn]).cloned().collect();
    member.own_policies = principal.own_policies.iter().chain(&group.own_policies).cloned().collect();
    member
}

/// What the principal would be in that group.
fn joined(principal: &Principal, group: &GroupTarget, around: &Surroundings) -> Standing {
    match admin(&member(principal, group), around) {
        Some(_) => Standing::Yes,
        None if group.complete => Standing::No,
        None => Standing::Unknown,
    }
}
