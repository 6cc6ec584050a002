//! What is derived from several resources at once. Pure: no network, clock or randomness.

pub mod iam;
