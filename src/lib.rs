//! Kakunin: are the claims of a security check sheet true of the AWS accounts that run the service?
//!
//! Data flows one way:
//!
//! ```text
//! sheet ──> mapping ──> plan ──> collect ──> snapshot ──> evaluate ──> judge ──> report
//! (what is claimed)     (what must be read)  (evidence)   (findings)   (verdicts) (people)
//! ```
//!
//! Only [`collect`] and [`outside`] touch the world; everything behind [`snapshot`] is pure.

pub mod model;
pub mod table;

pub mod mapping;
pub mod sheet;

pub mod catalogue;

pub mod plan;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "aws")]
pub mod collect;
#[cfg(feature = "outside")]
pub mod outside;
pub mod snapshot;

pub mod evaluate;
pub mod facts;
pub mod judge;

pub mod report;

pub mod pipeline;

#[cfg(feature = "alert")]
pub mod alert;
#[cfg(feature = "history")]
pub mod history;
#[cfg(feature = "watch")]
pub mod watch;
#[cfg(feature = "web")]
pub mod web;

#[cfg(feature = "mcp")]
pub mod mcp;

pub mod cli;
