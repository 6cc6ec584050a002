//! The only room that touches AWS: answers → resources and gaps. One file per service.
//!
//! What cannot be read is a gap with its reason, never an error swallowed and never an empty list.

mod assemble;
mod call;
mod document;
mod draft;
mod run;
mod services;

#[cfg(feature = "acm")]
mod acm;
#[cfg(feature = "backup")]
mod backup;
#[cfg(feature = "cloudfront")]
mod cloudfront;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "ecr")]
mod ecr;
#[cfg(feature = "efs")]
mod efs;
#[cfg(feature = "elasticache")]
mod elasticache;
#[cfg(feature = "iam")]
mod iam;
#[cfg(feature = "kms")]
mod kms;
#[cfg(feature = "rds")]
mod rds;
#[cfg(feature = "route53")]
mod route53;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3control")]
mod s3control;
#[cfg(feature = "secretsmanager")]
mod secretsmanager;
#[cfg(feature = "sqs")]
mod sqs;

pub use call::{Cx, Detail, Pages};
pub use draft::{Draft, IntoAttribute};
pub use run::{CollectError, GLOBAL, Progress, collect};

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::table::Service;

/// Reads one service in one region of one account.
pub type Collect = fn(Arc<Cx>) -> BoxFuture<'static, ()>;

/// One service's collector.
#[derive(Debug, Clone, Copy)]
pub struct Collector {
    /// What it may call, and what it supplies.
    pub service: &'static Service,
    /// The collector.
    pub collect: Collect,
}

/// A client of one service with the run's settings and the read-only guard.
macro_rules! client {
    ($cx:expr, $sdk:ident, $service:literal) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($cx.config()).interceptor($crate::aws::ReadOnlyGuard::new($service)).build(),
        )
    };
}
pub(crate) use client;
