//! The only room that touches AWS: answers → resources and gaps. One file per service.
//!
//! What cannot be read is a gap with its reason, never an error swallowed and never an empty list.

mod assemble;
mod by_token;
mod call;
mod document;
mod draft;
mod run;
mod services;

#[cfg(feature = "accessanalyzer")]
mod accessanalyzer;
#[cfg(feature = "aws")]
mod account;
#[cfg(feature = "acm")]
mod acm;
#[cfg(feature = "apigateway")]
mod apigateway;
#[cfg(feature = "apigatewayv2")]
mod apigatewayv2;
#[cfg(feature = "applicationautoscaling")]
mod applicationautoscaling;
#[cfg(feature = "autoscaling")]
mod autoscaling;
#[cfg(feature = "backup")]
mod backup;
#[cfg(feature = "cloudfront")]
mod cloudfront;
#[cfg(feature = "cloudtrail")]
mod cloudtrail;
#[cfg(feature = "cloudwatch")]
mod cloudwatch;
#[cfg(feature = "cloudwatchlogs")]
mod cloudwatchlogs;
#[cfg(feature = "cognitoidentityprovider")]
mod cognitoidentityprovider;
#[cfg(feature = "config")]
mod config;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "aws")]
mod ec2;
#[cfg(feature = "ecr")]
mod ecr;
#[cfg(feature = "ecs")]
mod ecs;
#[cfg(feature = "efs")]
mod efs;
#[cfg(feature = "eks")]
mod eks;
#[cfg(feature = "elasticache")]
mod elasticache;
#[cfg(feature = "elasticloadbalancing")]
mod elasticloadbalancing;
#[cfg(feature = "elasticloadbalancingv2")]
mod elasticloadbalancingv2;
#[cfg(feature = "eventbridge")]
mod eventbridge;
#[cfg(feature = "guardduty")]
mod guardduty;
#[cfg(feature = "iam")]
mod iam;
#[cfg(feature = "inspector2")]
mod inspector2;
#[cfg(feature = "kms")]
mod kms;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(feature = "macie2")]
mod macie2;
#[cfg(feature = "organizations")]
mod organizations;
#[cfg(feature = "outposts")]
mod outposts;
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
#[cfg(feature = "sns")]
mod sns;
#[cfg(feature = "sqs")]
mod sqs;
#[cfg(feature = "ssm")]
mod ssm;
#[cfg(feature = "storagegateway")]
mod storagegateway;
#[cfg(feature = "wafv2")]
mod wafv2;

pub use call::{Cx, Detail, Pages};
pub use draft::{Draft, IntoAttribute};
pub use run::{CollectError, GLOBAL, Progress, collect, collect_part};

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
