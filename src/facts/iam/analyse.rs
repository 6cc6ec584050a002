//! The facts of every principal of an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{Surroundings, admin};
use super::chain::{Climb, Climber, climb, own_step};
use super::duties::{audit_admin, decrypt_all, network_admin};
use super::escalation::{GroupTarget, RoleTarget, Standing, Targets, UserTarget};
use super::input::{AccountIam, Granted};
use super::path::Path;
use super::policy::Policy;
use super::trust::{TrustFacts, trust_facts};

/// Whether something holds of a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// All was read, and it does not.
    No,
    /// What was read does not show it, and not all was read.
    Unknown,
    /// It does.
    Yes {
        /// Only while some condition holds, or does not.
        conditional: bool,
    },
}

impl Holding {
    /// True, false, or none where it is not known.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::No => Some(false),
            Self::Unknown => None,
            Self::Yes { .. } => Some(true),
        }
    }

    fn standing(self) -> Standing {
        match self {
            Self::No => Standing::No,
            Self::Unknown => Standing::Unknown,
            Self::Yes { .. } => Standing::Yes,
        }
    }
}

/// What is known of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalFacts {
    /// User or role.
    pub kind: PrincipalKind,
    /// Effectively an administrator, by the definition in [`super::admin`].
    pub admin: Holding,
    /// Holds every action on every resource already; an administrator that is not full gives itself the rest.
    pub full: bool,
    /// How it can make itself an administrator, or came to be one: `iam:PutUserPolicy → itself`.
    pub admin_ways: Vec<String>,
    /// Ways up in one step, else the path of several; empty for a full administrator.
    pub escalation: Vec<String>,
    /// Ways that may lead up: their target could not be read wholly.
    pub doubtful_escalation: Vec<String>,
    /// A shortest path up, of one step or more; none for a full administrator, and where there is none.
    pub path: Option<Path>,
    /// Whether there is a way up, of any kind.
    pub escalates: Holding,
    /// May change the network.
    pub network_admin: Holding,
    /// May stop the audit log.
    pub audit_admin: Holding,
    /// May decrypt with every key.
    pub decrypt_all: Holding,
    /// Linked to a service (`/aws-service-role/`): no person and no other service can take it.
    pub service_linked: bool,
    /// What could not be read or found, each in one line.
    pub unresolved: Vec<String>,
}

/// What is known of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFacts {
    /// Whoever holds it, and nothing else, is an administrator.
    pub grants_admin: Holding,
    /// It gives `*` on `*`, or the like.
    pub full: bool,
}

/// The facts of an account, by ARN.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IamFacts {
    /// Users and roles.
    pub principals: BTreeMap<String, PrincipalFacts>,
    /// Managed policies.
    pub policies: BTreeMap<String, PolicyFacts>,
    /// Trust policies of roles; the text says why one could not be read.
    pub trusts: BTreeMap<String, Result<TrustFacts, String>>,
}

/// Policies that were found, and what was not.
#[derive(Default, Clone)]
struct Resolved {
    policies: Vec<Arc<Policy>>,
    own: Vec<String>,
    unresolved: Vec<String>,
}

impl Resolved {
    fn extend(&mut self, other: &Self) {
        self.policies.extend(other.policies.iter().cloned());
        self.own.extend(other.own.iter().cloned());
        self.unresolved.extend(other.unresolved.iter().cloned());
    }
}

type Managed = BTreeMap<String, Result<Arc<Policy>, String>>;

fn resolve(name: &str, granted: &Granted, managed: &Managed) -> Resolved {
    let mut found = Resolved::default();
    match &granted.attached {
        None => found.unresolved.push(format!("attached policies of {name}: not read")),
        Some(attached) => {
            for arn in attached {
                match managed.get(arn) {
                    Some(Ok(policy)) => found.policies.push(policy.clone()),
                    Some(Err(why)) => found.unresolved.push(format!("policy {arn}: {why}")),
                    None => found.unresolved.push(format!("policy {arn}: not among the policies that were read")),
                }
                if arn.split(':').nth(4) != Some("aws") {
                    found.own.push(arn.clone());
                }
            }
        }
    }
    match &granted.inline {
        None => found.unresolved.push(format!("inline policies of {name}: not read")),
        Some(inline) => {
            for policy in inline {
                let read = policy.document.as_ref().ok_or_else(|| "document not read".to_owned());
                match read.and_then(|document| Policy::from_value(document).map_err(|error| error.to_string())) {
                    Ok(read) => found.policies.push(Arc::new(read)),
                    Err(why) => found.unresolved.push(format!("inline policy {} of {name}: {why}", policy.name)),
                }
            }
        }
    }
    found
}

/// A principal, and how sure it is.
struct Case {
    principal: Principal,
    unresolved: Vec<String>,
    /// The boundary could not be read: what the policies give may be cut, so a yes is not known to be one.
    boundary_unread: bool,
    admin: Holding,
    full: bool,
    ways: Vec<String>,
}

impl Case {
    fn new(
        arn: &str,
        kind: PrincipalKind,
        mut found: Resolved,
        groups: Vec<String>,
        boundary: &Option<Option<String>>,
        managed: &Managed,
    ) -> Self {
        let (mut limit, mut boundary_unread) = (None, false);
        match boundary {
            None => {
                boundary_unread = true;
                found.unresolved.push(format!("permissions boundary of {arn}: not read"));
            }
            Some(None) => {}
            Some(Some(policy)) => match managed.get(policy) {
                Some(Ok(read)) => limit = Some(read.clone()),
                Some(Err(why)) => {
                    boundary_unread = true;
                    found.unresolved.push(format!("permissions boundary {policy}: {why}"));
                }
                None => {
                    boundary_unread = true;
                    found
                        .unresolved
                        .push(format!("permissions boundary {policy}: not among the policies that were read"));
                }
            },
        }
        let mut principal = Principal::new(arn, kind, found.policies, limit);
        principal.boundary_arn = boundary.clone().flatten();
        principal.groups = groups;
        principal.own_policies = found.own;
        Self {
            principal,
            unresolved: found.unresolved,
            boundary_unread,
            admin: Holding::Unknown,
            full: false,
            ways: Vec::new(),
        }
    }

    /// An unread boundary can only take, other unread policies can only add (or deny: then a yes is too much, which
    /// errs to the safe side).
    fn holding(&self, access: Access) -> Holding {
        let only_boundary = self.unresolved.len() == 1 && self.boundary_unread;
        match access {
            Access::Allowed { .. } if self.boundary_unread => Holding::Unknown,
            Access::Allowed { conditional } => Holding::Yes { conditional },
            Access::Denied if self.unresolved.is_empty() || only_boundary => Holding::No,
            Access::Denied => Holding::Unknown,
        }
    }

    /// Known administrators have arrived: whoever comes to hold their rights is one.
    fn climber(&self) -> Climber {
        let arrived = self.admin.standing() == Standing::Yes;
        Climber { principal: self.principal.clone(), arrived, firm: !self.boundary_unread }
    }

    fn judge(&mut self, around: &Surroundings) {
        let found = admin(&self.principal, around);
        let access = found.as_ref().map_or(Access::Denied, |admin| Access::Allowed { conditional: admin.conditional });
        self.admin = self.holding(access);
        if let Some(admin) = found {
            self.full = admin.full && !self.boundary_unread;
            self.ways = admin.ways;
        }
    }
}

/// Whether a policy alone makes its holder an administrator: tried on a user and on a role that hold nothing else.
fn policy_facts(policy: &Arc<Policy>, account: &str, partition: &str, known: &Surroundings) -> PolicyFacts {
    let mut facts = PolicyFacts { grants_admin: Holding::No, full: false };
    let mut best = Access::Denied;
    for (kind, name) in [(PrincipalKind::User, "user"), (PrincipalKind::Role, "role")] {
        let arn = format!("arn:{partition}:iam::{account}:{name}/kakunin-holder");
        if let Some(admin) = admin(&Principal::new(arn, kind, vec![policy.clone()], None), known) {
            best = best.or(Access::Allowed { conditional: admin.conditional });
            facts.full |= admin.full;
        }
    }
    if let Access::Allowed { conditional } = best {
        facts.grants_admin = Holding::Yes { conditional };
    }
    facts
}

/// All facts of an account's IAM.
pub fn analyse(iam: &AccountIam) -> IamFacts {
    let mut facts = IamFacts::default();
    let arns = iam.users.iter().map(|user| &user.arn).chain(iam.roles.iter().map(|role| &role.arn));
    let partition = arns.filter_map(|arn| arn.split(':').nth(1)).next().unwrap_or("aws").to_owned();

    let mut managed = Managed::new();
    let mut versions = BTreeMap::new();
    for policy in &iam.policies {
        let read = match &policy.document {
            None => Err("document not read".to_owned()),
            Some(document) => Policy::from_value(document).map(Arc::new).map_err(|error| error.to_string()),
        };
        managed.insert(policy.arn.clone(), read);
        versions.extend(policy.versions.map(|count| (policy.arn.clone(), count)));
    }
    let around = judge_policies(iam, &partition, &managed, &mut facts);

    let mut groups = BTreeMap::new();
    for group in &iam.groups {
        groups.insert(group.name.clone(), (group.arn.clone(), resolve(&group.arn, &group.granted, &managed)));
    }
    let mut cases = Vec::new();
    for user in &iam.users {
        let mut found = resolve(&user.arn, &user.granted, &managed);
        let mut member_of = Vec::new();
        match &user.groups {
            None => found.unresolved.push(format!("groups of {}: not read", user.arn)),
            Some(names) => {
                for name in names {
                    match groups.get(name) {
                        Some((arn, policies)) => {
                            found.extend(policies);
                            member_of.push(arn.clone());
                        }
                        None => found.unresolved.push(format!("group {name}: not among the groups that were read")),
                    }
                }
            }
        }
        cases.push(Case::new(&user.arn, PrincipalKind::User, found, member_of, &user.granted.boundary, &managed));
    }
    let mut trusts = BTreeMap::new();
    for role in &iam.roles {
        let found = resolve(&role.arn, &role.granted, &managed);
        cases.push(Case::new(&role.arn, PrincipalKind::Role, found, Vec::new(), &role.granted.boundary, &managed));
        let read = role.trust.as_ref().ok_or_else(|| "trust policy not read".to_owned());
        let trust = read.and_then(|trust| Policy::from_value(trust).map(Arc::new).map_err(|error| error.to_string()));
        trusts.insert(role.arn.clone(), trust);
    }
    facts.trusts = trusts
        .iter()
        .map(|(arn, trust)| {
            (arn.clone(), trust.as_ref().map(|trust| trust_facts(trust, &iam.account)).map_err(Clone::clone))
        })
        .collect();
    cases.iter_mut().for_each(|case| case.judge(&around));

    let targets = targets(&cases, &trusts, &facts.trusts, groups, versions);
    let climbers = cases.iter().map(Case::climber).collect();
    for (case, climb) in cases.into_iter().zip(climb(climbers, &targets, &around)) {
        facts.principals.insert(case.principal.arn.clone(), principal_facts(case, climb, iam));
    }
    facts
}

fn judge_policies(iam: &AccountIam, partition: &str, managed: &Managed, facts: &mut IamFacts) -> Surroundings {
    let bare = Surroundings::new(partition, [], []);
    let mut of_account = Vec::new();
    for (arn, policy) in managed {
        let judged = match policy {
            Ok(policy) => policy_facts(policy, &iam.account, partition, &bare),
            Err(_) => PolicyFacts { grants_admin: Holding::Unknown, full: false },
        };
        // One that could not be read may be one, so a condition that lets it through is not taken for a limit.
        if judged.grants_admin != Holding::No && !bare.makes_admin(arn) {
            of_account.push(arn.clone());
        }
        facts.policies.insert(arn.clone(), judged);
    }
    let users = iam.users.iter().map(|user| user.arn.clone());
    let taken = users.chain(iam.roles.iter().map(|role| role.arn.clone()));
    Surroundings::new(partition, of_account, taken)
}

fn targets(
    cases: &[Case],
    trusts: &BTreeMap<String, Result<Arc<Policy>, String>>,
    trust_facts: &BTreeMap<String, Result<TrustFacts, String>>,
    groups: BTreeMap<String, (String, Resolved)>,
    versions: BTreeMap<String, usize>,
) -> Targets {
    let (mut roles, mut users) = (Vec::new(), Vec::new());
    for case in cases {
        let arn = case.principal.arn.clone();
        let boundary = case.principal.boundary_arn.clone();
        let own_policies = case.principal.own_policies.clone();
        let standing = case.admin.standing();
        match case.principal.kind {
            PrincipalKind::User => users.push(UserTarget { arn, standing, boundary, own_policies }),
            PrincipalKind::Role => {
                let trust = trusts.get(&arn).and_then(|trust| trust.as_ref().ok()).cloned();
                let known = trust_facts.get(&arn).and_then(|trust| trust.as_ref().ok());
                let federated = known.map(|trust| trust.federated.clone()).unwrap_or_default();
                // Cognito takes roles as an identity provider, not as a service.
                let cognito = federated.iter().filter(|one| one.provider == "cognito-identity.amazonaws.com");
                let cognito: Vec<String> = cognito.map(|one| one.provider.clone()).collect();
                let services = known.map(|trust| trust.services.iter().cloned().chain(cognito).collect());
                roles.push(RoleTarget { arn, standing, trust, services, federated, boundary, own_policies });
            }
        }
    }
    let groups = groups.into_values().map(|(arn, found)| GroupTarget {
        arn,
        policies: found.policies,
        own_policies: found.own,
        complete: found.unresolved.is_empty(),
    });
    Targets::new(roles, users, groups.collect(), versions)
}

fn principal_facts(case: Case, climb: Climb, iam: &AccountIam) -> PrincipalFacts {
    let principal = &case.principal;
    let mut escalation: Vec<String> = if case.full { Vec::new() } else { case.ways.clone() };
    let (mut doubtful, mut conditional) = (Vec::new(), !matches!(case.admin, Holding::Yes { conditional: false }));
    for way in climb.ways {
        if way.sure {
            conditional &= way.conditional;
            escalation.push(way.text());
        } else {
            doubtful.push(way.text());
        }
    }
    let own = case.ways.first().filter(|_| !case.full);
    let path = own.map(|way| own_step(&principal.arn, way, conditional)).or(climb.path);
    // What takes several steps is told where no single step does.
    if let Some(path) = path.as_ref().filter(|_| escalation.is_empty()) {
        if path.sure {
            conditional = path.conditional;
            escalation.push(path.short());
        } else if doubtful.is_empty() {
            doubtful.push(path.short());
        }
    }
    let escalates = match (escalation.is_empty(), doubtful.is_empty()) {
        (false, _) => case.holding(Access::Allowed { conditional }),
        (true, true) => case.holding(Access::Denied),
        (true, false) => Holding::Unknown,
    };
    PrincipalFacts {
        kind: principal.kind,
        admin: case.admin,
        full: case.full,
        network_admin: case.holding(network_admin(principal)),
        audit_admin: case.holding(audit_admin(principal, &iam.trails, &iam.log_buckets)),
        decrypt_all: case.holding(decrypt_all(principal)),
        service_linked: principal.arn.contains(":role/aws-service-role/"),
        admin_ways: case.ways,
        escalation,
        doubtful_escalation: doubtful,
        path,
        escalates,
        unresolved: case.unresolved,
    }
}
