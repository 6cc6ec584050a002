//! Kakunin: are the claims of a security check sheet true of the AWS accounts that run the service?
//!
//! Data flows one way:
//!
//! ```text
//! sheet ──> mapping ──> plan ──> collect ──> snapshot ──> evaluate ──> judge ──> report
//! (what is claimed)     (what must be read)  (evidence)   (findings)   (verdicts) (people)
//! ```

pub mod mapping;
pub mod model;
