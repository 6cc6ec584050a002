//! What one principal may do: identity policies of all kinds, its groups' too, less Deny, within its boundary.
//! Order of evaluation: "Policy evaluation logic", AWS IAM User Guide.
//!
//! Where something is not known before the request, the answer leans to access: a condition on an Allow may hold, one
//! on a Deny may not. So an answer `Denied` is sure, as far as policies of the account go. Service control policies,
//! session policies and resource policies are not looked at.

use std::sync::Arc;

use super::condition::{Context, Holds, all_hold};
use super::pattern::{Pattern, Value, Variables};
use super::policy::{Effect, Policy, Statement};
use super::set::{PatternSet, View};

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
}

/// The answer for one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Not allowed.
    Denied,
    /// Allowed.
    Allowed {
        /// Only while some condition holds, or does not.
        conditional: bool,
    },
}

impl Access {
    /// Whether it may be done at all.
    pub fn allowed(self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// The freer of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied, x) | (x, Self::Denied) => x,
            (Self::Allowed { conditional: a }, Self::Allowed { conditional: b }) => {
                Self::Allowed { conditional: a && b }
            }
        }
    }

    /// Both are needed.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allowed { conditional: a }, Self::Allowed { conditional: b }) => {
                Self::Allowed { conditional: a || b }
            }
            _ => Self::Denied,
        }
    }
}

/// A principal with all its policies.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its ARN.
    pub arn: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Identity policies: attached, inline and by groups.
    pub policies: Vec<Arc<Policy>>,
    /// The permissions boundary, where it has one.
    pub boundary: Option<Arc<Policy>>,
    /// ARN of the boundary.
    pub boundary_arn: Option<String>,
    /// ARNs of the groups it is in.
    pub groups: Vec<String>,
    /// ARNs of the managed policies that reach it, attached or by groups, that are not AWS's own.
    pub own_policies: Vec<String>,
}

/// Variables that are known of a principal.
struct OfPrincipal<'a>(&'a Principal);

impl Variables for OfPrincipal<'_> {
    fn value(&self, name: &str) -> Value {
        match (name, self.0.kind) {
            ("aws:username", PrincipalKind::User) => Value::Is(self.0.name().to_owned()),
            ("aws:username", PrincipalKind::Role) => Value::Never,
            ("aws:principalaccount", _) => Value::Is(self.0.account().to_owned()),
            _ => Value::Unknown,
        }
    }
}

/// How one side (identity policies, or the boundary) judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    ExplicitDeny,
    NotAllowed,
    Allowed { conditional: bool },
}

impl Principal {
    /// A principal from its policies; variables of which something is known are filled in.
    pub fn new(
        arn: impl Into<String>,
        kind: PrincipalKind,
        policies: Vec<Arc<Policy>>,
        boundary: Option<Arc<Policy>>,
    ) -> Self {
        let bare = Self {
            arn: arn.into(),
            kind,
            policies: Vec::new(),
            boundary: None,
            boundary_arn: None,
            groups: Vec::new(),
            own_policies: Vec::new(),
        };
        let bind = |policy: Arc<Policy>| {
            if policy.unresolved() { Arc::new(policy.bind(&OfPrincipal(&bare))) } else { policy }
        };
        let policies = policies.into_iter().map(bind).collect();
        let boundary = boundary.map(bind);
        Self { policies, boundary, ..bare }
    }

    /// This principal where no condition on tags helps it; none where it has no such condition.
    #[must_use]
    pub fn without_tags(&self) -> Option<Self> {
        let all = self.policies.iter().chain(&self.boundary);
        if all.into_iter().all(|policy| policy.without_tags().is_none()) {
            return None;
        }
        let strip = |policy: &Arc<Policy>| policy.without_tags().map_or_else(|| policy.clone(), Arc::new);
        let policies = self.policies.iter().map(strip).collect();
        Some(Self { policies, boundary: self.boundary.as_ref().map(strip), ..self.clone() })
    }

    /// Account id, from the ARN.
    pub fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    /// Partition, from the ARN: `aws`, `aws-cn`.
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }

    /// The name, without path.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it may do `action` on the one `resource`, with nothing known of the request.
    pub fn may(&self, action: &str, resource: &str) -> Access {
        self.may_in(action, resource, &[])
    }

    /// Whether it may do `action` on the one `resource` in a request of which `context` is known.
    pub fn may_in(&self, action: &str, resource: &str, context: &Context<'_>) -> Access {
        let action = action.to_ascii_lowercase();
        let identity = side(&self.policies, &action, resource, context);
        let Side::Allowed { conditional } = identity else { return Access::Denied };
        match &self.boundary {
            None => Access::Allowed { conditional },
            Some(boundary) => match side(std::slice::from_ref(boundary), &action, resource, context) {
                Side::Allowed { conditional: also } => Access::Allowed { conditional: conditional || also },
                Side::NotAllowed | Side::ExplicitDeny => Access::Denied,
            },
        }
    }

    /// Whether a Deny without open conditions takes `action` on `resource`, so that no resource policy can give it.
    pub fn denied_outright(&self, action: &str, resource: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let all = self.policies.iter().chain(&self.boundary);
        all.flat_map(|policy| &policy.statements).any(|statement| {
            statement.effect == Effect::Deny
                && statement.actions.contains(&action, View::Least)
                && on(statement, resource, View::Least)
                && statement.conditions.is_empty()
        })
    }

    /// Whether there is a resource, whichever, that it may do `action` on.
    pub fn may_somewhere(&self, action: &str) -> Access {
        self.may_somewhere_in(action, &everything(), &[])
    }

    /// Whether there is a resource that matches `within` that it may do `action` on. A Deny counts where one of its
    /// patterns takes the whole of what one Allow gives.
    pub fn may_somewhere_in(&self, action: &str, within: &Pattern, context: &Context<'_>) -> Access {
        let action = action.to_ascii_lowercase();
        let (mut sure, mut doubtful) = (Vec::new(), false);
        for statement in self.denies(&action) {
            match all_hold(&statement.conditions, context) {
                Holds::Yes => sure.extend(statement.resources.as_ref()),
                Holds::Maybe => doubtful = true,
                Holds::No => {}
            }
        }
        let whole = |set: &PatternSet| sure.iter().any(|deny| deny.covers_set(set) || deny.covers(within, View::Least));
        let boundary: Option<Vec<(&PatternSet, bool)>> = self.boundary.as_ref().map(|boundary| {
            allows(std::slice::from_ref(boundary), &action, context).filter(|(set, _)| !whole(set)).collect()
        });
        let mut answer = Access::Denied;
        for (given, maybe) in allows(&self.policies, &action, context) {
            if whole(given) || !given.meets(within, View::Most) {
                continue;
            }
            let one = Access::Allowed { conditional: maybe || doubtful };
            answer = answer.or(match &boundary {
                None => one,
                Some(limits) => limits
                    .iter()
                    .filter(|(limit, _)| overlap(given, limit) && limit.meets(within, View::Most))
                    .map(|(_, maybe)| one.and(Access::Allowed { conditional: *maybe }))
                    .fold(Access::Denied, Access::or),
            });
        }
        answer
    }

    /// Whether it may do `action` on every resource that matches `universe`, but for those that a Deny names: one
    /// statement gives it all (and one of the boundary, where there is one), and no Deny without open conditions takes
    /// all of it back, or all but some (`NotResource`).
    pub fn may_everywhere(&self, action: &str, universe: &Pattern) -> Access {
        let action = action.to_ascii_lowercase();
        let mut doubtful = false;
        for statement in self.denies(&action) {
            let Some(set) = &statement.resources else { continue };
            let takes =
                if set.all_but() { set.meets(universe, View::Least) } else { set.covers(universe, View::Least) };
            if takes && statement.conditions.is_empty() {
                return Access::Denied;
            }
            doubtful |= takes || (set.unresolved() && set.meets(universe, View::Most));
        }
        let widest = |policies: &[Arc<Policy>]| {
            allows(policies, &action, &[])
                .filter(|(set, _)| set.covers(universe, View::Most))
                .map(|(_, maybe)| Access::Allowed { conditional: maybe || doubtful })
                .fold(Access::Denied, Access::or)
        };
        let given = widest(&self.policies);
        self.boundary.as_ref().map_or(given, |boundary| given.and(widest(std::slice::from_ref(boundary))))
    }

    /// Resource patterns of the Allow statements that speak of `action`: where to look for what it may reach.
    pub fn patterns_for(&self, action: &str) -> Vec<&Pattern> {
        let action = action.to_ascii_lowercase();
        allows(&self.policies, &action, &[])
            .filter(|(set, _)| !set.all_but())
            .flat_map(|(set, _)| set.patterns())
            .collect()
    }

    /// Values of the conditions on `key` (lower case) in the Allow statements that speak of `action`.
    pub fn condition_values(&self, action: &str, key: &str) -> Vec<&str> {
        let action = action.to_ascii_lowercase();
        let statements =
            self.policies.iter().flat_map(|policy| &policy.statements).filter(|statement| {
                statement.effect == Effect::Allow && statement.actions.contains(&action, View::Most)
            });
        let conditions = statements.flat_map(|statement| &statement.conditions);
        conditions.filter(|one| one.key == key).flat_map(|one| one.values.iter().map(String::as_str)).collect()
    }

    fn denies(&self, action: &str) -> impl Iterator<Item = &Statement> {
        let all = self.policies.iter().chain(&self.boundary).flat_map(|policy| &policy.statements);
        all.filter(move |statement| statement.effect == Effect::Deny && statement.actions.contains(action, View::Least))
    }
}

fn everything() -> Pattern {
    Pattern::text("*")
}

/// Resource sets that some statement gives for `action`, and whether only perhaps.
fn allows<'a, 'q>(
    policies: &'a [Arc<Policy>],
    action: &'q str,
    context: &'q Context<'_>,
) -> impl Iterator<Item = (&'a PatternSet, bool)> {
    policies.iter().flat_map(|policy| &policy.statements).filter_map(move |statement| {
        if statement.effect != Effect::Allow || !statement.actions.contains(action, View::Most) {
            return None;
        }
        let resources = statement.resources.as_ref()?;
        match all_hold(&statement.conditions, context) {
            Holds::No => None,
            holds => Some((resources, holds == Holds::Maybe || resources.unresolved())),
        }
    })
}

/// Whether two sets may share a resource.
fn overlap(a: &PatternSet, b: &PatternSet) -> bool {
    match (a.all_but(), b.all_but()) {
        (false, _) => a.patterns().iter().any(|pattern| b.meets(pattern, View::Most)),
        (true, false) => b.patterns().iter().any(|pattern| a.meets(pattern, View::Most)),
        (true, true) => true,
    }
}

/// Whether a statement speaks of `resource`. AWS refuses identity policies without resources; should one turn up, its
/// Allow counts and its Deny does not.
fn on(statement: &Statement, resource: &str, view: View) -> bool {
    statement.resources.as_ref().map_or(view == View::Most, |set| set.contains(resource, view))
}

fn side(policies: &[Arc<Policy>], action: &str, resource: &str, context: &Context<'_>) -> Side {
    let (mut sure, mut perhaps, mut doubtful) = (false, false, false);
    for statement in policies.iter().flat_map(|policy| &policy.statements) {
        if !statement.actions.contains(action, View::Most) {
            continue;
        }
        match statement.effect {
            Effect::Allow => {
                if sure || !on(statement, resource, View::Most) {
                    continue;
                }
                match all_hold(&statement.conditions, context) {
                    Holds::Yes if on(statement, resource, View::Least) => sure = true,
                    Holds::Yes | Holds::Maybe => perhaps = true,
                    Holds::No => {}
                }
            }
            Effect::Deny => {
                if !on(statement, resource, View::Most) {
                    continue;
                }
                match all_hold(&statement.conditions, context) {
                    Holds::Yes if on(statement, resource, View::Least) => return Side::ExplicitDeny,
                    Holds::Yes | Holds::Maybe => doubtful = true,
                    Holds::No => {}
                }
            }
        }
    }
    if sure || perhaps { Side::Allowed { conditional: !sure || doubtful } } else { Side::NotAllowed }
}
