//! The table of operations: every read that a collector may make, and every attribute that it supplies.
//!
//! Plain data, there without any AWS crate: the linter, the plan, the IAM policy and the documentation are made
//! from it, and the guard refuses what is not in it.

mod core;
mod registry;
mod sources;

pub use self::core::*;
pub use registry::{FullKind, Registry, registry};
pub use sources::{TAGGING_SOURCE, answers_everywhere, changes_nothing, changes_regions, ripples};

/// Region label of what belongs to no region.
pub const GLOBAL_REGION: &str = "aws-global";

/// Where an operation is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpScope {
    /// Once per account; its region is written `aws-global`.
    Global,
    /// Once per account and region.
    Regional,
}

/// A read operation.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// Our name of the service, the same as the cargo feature: `rds`.
    pub service: &'static str,
    /// As in the API reference: `DescribeDBInstances`.
    pub name: &'static str,
    /// The `aws` command's words: `rds describe-db-instances`.
    pub cli: &'static str,
    /// IAM actions that allow it (Service Authorization Reference).
    pub iam: &'static [&'static str],
    /// Where it is asked.
    pub scope: OpScope,
    /// Operations that must be asked with it: the one that starts a report that this one reads.
    pub with: &'static [&'static Operation],
    /// JSON object keys below which every string is a secret, redacted before anything is written.
    pub secret_keys: &'static [&'static str],
}

impl Operation {
    /// A regional operation.
    pub const fn regional(
        service: &'static str,
        name: &'static str,
        cli: &'static str,
        iam: &'static [&'static str],
    ) -> Self {
        Self { service, name, cli, iam, scope: OpScope::Regional, with: &[], secret_keys: &[] }
    }

    /// An operation that is asked once per account.
    pub const fn global(
        service: &'static str,
        name: &'static str,
        cli: &'static str,
        iam: &'static [&'static str],
    ) -> Self {
        Self { service, name, cli, iam, scope: OpScope::Global, with: &[], secret_keys: &[] }
    }

    /// The same, asked together with others.
    pub const fn together_with(mut self, operations: &'static [&'static Operation]) -> Self {
        self.with = operations;
        self
    }

    /// The same, whose answers carry secrets below these JSON keys.
    pub const fn with_secrets(mut self, keys: &'static [&'static str]) -> Self {
        self.secret_keys = keys;
        self
    }

    /// `rds:DescribeDBInstances`: how files and people name it.
    pub fn id(&self) -> String {
        format!("{}:{}", self.service, self.name)
    }
}

/// The type of an attribute, for the linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// true or false.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// Text.
    Str,
    /// A moment, as RFC 3339 text.
    Time,
    /// A list.
    List,
    /// An object.
    Map,
}

/// What an answer without the attribute means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// AWS documents it as always there: an answer without it is a gap.
    Gap,
    /// AWS leaves it out where it does not apply: the attribute is null.
    Null,
}

/// An attribute of another kind that a fact needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// The kind.
    pub kind: &'static str,
    /// Its attributes; the listing itself is always needed.
    pub attributes: &'static [&'static str],
}

/// Where an attribute comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// One operation's answer.
    Op(&'static Operation),
    /// Derived over several resources, in the `facts` room.
    Fact(&'static [Need]),
}

/// One attribute of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// CloudFormation's property name where there is one, else the API's member name; `facts.…` for what is derived.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Where it comes from.
    pub source: Source,
    /// What an answer without it means.
    pub absent: Absent,
}

/// An attribute that AWS always returns.
pub const fn attr(name: &'static str, ty: Type, op: &'static Operation) -> Attribute {
    Attribute { name, ty, source: Source::Op(op), absent: Absent::Gap }
}

/// An attribute that AWS leaves out where it does not apply.
pub const fn opt(name: &'static str, ty: Type, op: &'static Operation) -> Attribute {
    Attribute { name, ty, source: Source::Op(op), absent: Absent::Null }
}

/// An attribute that is derived over several resources; its name begins with `facts.`.
pub const fn fact(name: &'static str, ty: Type, needs: &'static [Need]) -> Attribute {
    Attribute { name, ty, source: Source::Fact(needs), absent: Absent::Gap }
}

/// A need of a fact.
pub const fn need(kind: &'static str, attributes: &'static [&'static str]) -> Need {
    Need { kind, attributes }
}

/// A kind of resource. Several services may declare attributes of one kind (`Kakunin::AWS::Region`).
#[derive(Debug)]
pub struct Kind {
    /// CloudFormation type name where there is one.
    pub name: &'static str,
    /// The operation whose answer lists them all.
    pub list: &'static Operation,
    /// The operation that supplies the tags; none where the kind has no tags.
    pub tags: Option<&'static Operation>,
    /// Arguments of the `aws` command that narrow the listing to one: `--db-instance-identifier {id}`; may be empty.
    pub locate: &'static str,
    /// Its attributes.
    pub attributes: &'static [Attribute],
}

/// A service: what one collector reads.
#[derive(Debug)]
pub struct Service {
    /// Our name of it, the same as the cargo feature.
    pub name: &'static str,
    /// Every operation that its collector may call.
    pub operations: &'static [&'static Operation],
    /// The kinds that it supplies attributes of.
    pub kinds: &'static [&'static Kind],
}

mod ec2_network;

pub mod accessanalyzer;
pub mod account;
pub mod acm;
pub mod apigateway;
pub mod apigatewayv2;
pub mod applicationautoscaling;
pub mod autoscaling;
pub mod backup;
pub mod cloudfront;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod cloudwatchlogs;
pub mod cognitoidentityprovider;
pub mod config;
pub mod dynamodb;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod efs;
pub mod eks;
pub mod elasticache;
pub mod elasticloadbalancing;
pub mod elasticloadbalancingv2;
pub mod eventbridge;
pub mod guardduty;
pub mod iam;
pub mod inspector2;
pub mod kms;
pub mod lambda;
pub mod macie2;
pub mod organizations;
pub mod outposts;
pub mod outside;
pub mod rds;
pub mod route53;
pub mod s3;
pub mod s3control;
pub mod secretsmanager;
pub mod sns;
pub mod sqs;
pub mod ssm;
pub mod storagegateway;
pub mod wafv2;
pub mod watch;

pub use outside::{PAGE_KIND, TLS_KIND};

/// Every service, in the order of their names.
pub static SERVICES: &[&Service] = &[
    &CORE,
    &accessanalyzer::SERVICE,
    &account::SERVICE,
    &acm::SERVICE,
    &apigateway::SERVICE,
    &apigatewayv2::SERVICE,
    &applicationautoscaling::SERVICE,
    &autoscaling::SERVICE,
    &backup::SERVICE,
    &cloudfront::SERVICE,
    &cloudtrail::SERVICE,
    &cloudwatch::SERVICE,
    &cloudwatchlogs::SERVICE,
    &cognitoidentityprovider::SERVICE,
    &config::SERVICE,
    &dynamodb::SERVICE,
    &ec2::SERVICE,
    &ecr::SERVICE,
    &ecs::SERVICE,
    &efs::SERVICE,
    &eks::SERVICE,
    &elasticache::SERVICE,
    &elasticloadbalancing::SERVICE,
    &elasticloadbalancingv2::SERVICE,
    &eventbridge::SERVICE,
    &guardduty::SERVICE,
    &iam::SERVICE,
    &inspector2::SERVICE,
    &kms::SERVICE,
    &lambda::SERVICE,
    &macie2::SERVICE,
    &organizations::SERVICE,
    &outposts::SERVICE,
    &outside::SERVICE,
    &rds::SERVICE,
    &route53::SERVICE,
    &s3::SERVICE,
    &s3control::SERVICE,
    &secretsmanager::SERVICE,
    &sns::SERVICE,
    &sqs::SERVICE,
    &ssm::SERVICE,
    &storagegateway::SERVICE,
    &wafv2::SERVICE,
    &watch::SERVICE,
];
