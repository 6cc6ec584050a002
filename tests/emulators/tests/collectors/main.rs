//! Every collector against an in-process emulator: zero, one and many resources, and every fault.

mod accessanalyzer;
mod account;
mod acm;
mod apigateway;
mod apigatewayv2;
mod applicationautoscaling;
mod autoscaling;
mod backup;
mod cloudfront;
mod cloudtrail;
mod cloudwatch;
mod cloudwatchlogs;
mod cognitoidentityprovider;
mod config;
mod core;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod efs;
mod eks;
mod elasticache;
mod elasticloadbalancing;
mod elasticloadbalancingv2;
mod eventbridge;
mod guardduty;
mod iam;
mod inspector2;
mod kms;
mod lambda;
mod macie2;
mod organizations;
mod outposts;
mod rds;
mod route53;
mod s3;
mod s3control;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;
mod wafv2;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use winterbaume_core::{MockAws, MockService};

/// An emulator of one service, with the two services that every run begins with.
fn emulator(service: impl MockService) -> SharedHttpClient {
    MockAws::builder()
        .with_service(winterbaume_sts::StsService::new())
        .with_service(winterbaume_ec2::Ec2Service::new())
        .with_service(service)
        .build()
        .http_client()
}
