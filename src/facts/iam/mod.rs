//! Effective IAM access, over a whole account.
//!
//! ```text
//! input ──> policy (+ pattern, set, condition) ──> access ──> admin ──> escalation ──> chain
//! (attributes)   (documents, understood)          (may it?)   duties    (ways up)      (in several steps)
//! trust, resource_policy (+ narrow): who gets in from outside
//! ```
//!
//! Nothing here guesses in favour of green: what cannot be read makes a fact unknown, a condition on an Allow may hold,
//! one on a Deny may not. Not looked at: service control policies, session policies, and, for what a principal may do,
//! resource policies.

pub mod access;
pub mod admin;
mod analyse;
pub mod chain;
#[cfg(test)]
mod chain_tests;
pub mod condition;
pub mod duties;
pub mod escalation;
mod input;
pub mod methods;
mod narrow;
pub mod path;
pub mod pattern;
pub mod policy;
pub mod resource_policy;
pub mod set;
pub mod trust;

#[cfg(test)]
mod pattern_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use analyse::{Holding, IamFacts, PolicyFacts, PrincipalFacts, analyse};
pub use input::{AccountIam, Attributes, Granted, GroupIn, InlineIn, PolicyIn, RoleIn, UserIn};
pub use policy::{Policy, PolicyError, parse_document};
pub use resource_policy::{Exposure, exposure, requires_tls};
pub use trust::{TrustFacts, trust_facts};
