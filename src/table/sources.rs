//! Which change events speak of which operations: CloudTrail's event sources, from the IAM actions of the table.
//!
//! An operation answers of what its IAM actions name: load balancers ask `wafv2:GetWebACLForResource`, so a call of
//! AWS WAF changes what their collector reads. An event source is the IAM prefix but for those below.

use std::collections::BTreeSet;

use super::{CORE, GLOBAL_REGION, OpScope, Operation, registry};

/// Event source of Tag Editor and the Resource Groups Tagging API, whose calls tag resources of every service
/// ("Logging Resource Groups Tagging API calls with CloudTrail").
pub const TAGGING_SOURCE: &str = "tagging";

/// IAM prefixes whose calls CloudTrail records under another event source, host name without `.amazonaws.com`.
const OTHERWISE: &[(&str, &[&str])] = &[
    // "Logging Amazon CloudWatch API calls with CloudTrail".
    ("cloudwatch", &["monitoring"]),
    // "Logging Application Auto Scaling API calls with CloudTrail" shows the source that EC2 Auto Scaling has too.
    ("application-autoscaling", &["application-autoscaling", "autoscaling"]),
];

/// Services whose listings name what lives in other regions too, so that a change is seen from each of them: shadows of
/// trails (DescribeTrails, AWS CloudTrail API Reference).
const EVERYWHERE: &[&str] = &["cloudtrail"];

/// Calls after which another set of regions is there ("EnableRegion", AWS Account Management API Reference).
const REGIONS: &[(&str, &str)] = &[("account", "EnableRegion"), ("account", "DisableRegion")];

/// Calls after which another service's answers differ that records no call of its own: groups list their instances, load
/// balancers and target groups the health of theirs ("AutoScalingGroup", "DescribeTargetHealth"), and Systems Manager
/// lists the instances that run. Source, how names end, sources whose answers differ.
const RIPPLES: &[(&str, &str, &[&str])] = &[("ec2", "Instances", &["autoscaling", "elasticloadbalancing", "ssm"])];

/// Frequent calls that change nothing that an operation of the table answers, though CloudTrail calls them no reads.
const IDLE: &[(&str, &[&str])] = &[
    // Streams, of which none is read: only groups and filters are.
    ("logs", &["CreateLogStream", "DeleteLogStream"]),
    // Every volume that is attached makes a grant; keys and their policies are read, grants are not.
    ("kms", &["CreateGrant", "RetireGrant", "RevokeGrant"]),
    // Somebody's shell; the settings of sessions are read, sessions are not.
    ("ssm", &["StartSession", "ResumeSession", "TerminateSession"]),
    // Layers, of which an image is made by PutImage.
    ("ecr", &["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"]),
    // Mounts.
    ("elasticfilesystem", &["NewClientConnection", "UpdateClientConnection"]),
    // Users of the service who sign in; pools and their clients are read, users are not.
    (
        "cognito-idp",
        &[
            "InitiateAuth",
            "RespondToAuthChallenge",
            "AdminInitiateAuth",
            "AdminRespondToAuthChallenge",
            "SignUp",
            "ConfirmSignUp",
            "ForgotPassword",
            "ConfirmForgotPassword",
            "RevokeToken",
            "Token_POST",
        ],
    ),
];

/// Whether a call changes nothing that an operation of the table answers.
pub fn changes_nothing(source: &str, name: &str) -> bool {
    IDLE.iter().any(|(of, names)| *of == source && names.contains(&name))
}

/// Other event sources whose operations answer differently after a call.
pub fn ripples<'n>(source: &'n str, name: &'n str) -> impl Iterator<Item = &'static str> + 'n {
    let found = RIPPLES.iter().filter(move |(of, end, _)| *of == source && name.ends_with(end));
    found.flat_map(|(_, _, sources)| sources.iter().copied())
}

/// Whether a service's listings name what lives in other regions.
pub fn answers_everywhere(service: &str) -> bool {
    EVERYWHERE.contains(&service)
}

/// Whether a call changes which regions there are: then everything has to be read anew.
pub fn changes_regions(source: &str, name: &str) -> bool {
    REGIONS.contains(&(source, name))
}

impl Operation {
    /// Event sources of the calls that change what it answers, host names without `.amazonaws.com`.
    pub fn event_sources(&self) -> BTreeSet<&'static str> {
        let core = CORE.operations.iter().any(|op| op.id() == self.id());
        // Who we are never changes, and which regions there are by few calls only, which are told by their names.
        let actions = if core { &[] } else { self.iam };
        let prefixes = actions.iter().filter_map(|action| action.split(':').next());
        prefixes
            .flat_map(|prefix| {
                let other = OTHERWISE.iter().find(|(iam, _)| *iam == prefix);
                other.map_or_else(|| vec![prefix], |(_, sources)| sources.to_vec())
            })
            .collect()
    }

    /// Whether some kind's tags come with its answer.
    pub fn supplies_tags(&self) -> bool {
        registry().kinds.values().any(|kind| kind.tags.is_some_and(|op| op.id() == self.id()))
    }

    /// Where it is asked about what a call in `region` changed.
    pub fn asked_in<'r>(&self, region: &'r str) -> &'r str {
        if self.scope == OpScope::Global { GLOBAL_REGION } else { region }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Services that no call changes: who we are, what is seen by connecting, and facts over other services.
    const NONE: [&str; 3] = ["core", "outside", "watch"];

    #[test]
    fn every_operation_has_its_event_sources_and_one_owner() {
        for service in &registry().services {
            for operation in service.operations {
                let sources = operation.event_sources();
                let none = NONE.contains(&service.name);
                assert_eq!(sources.is_empty(), none, "{}: {sources:?}", operation.id());
                let owner = registry().owner(&operation.id()).unwrap();
                assert_eq!(owner.name, service.name, "{} has two collectors", operation.id());
            }
            let silent = service.operations.iter().all(|op| op.event_sources().is_empty());
            assert_eq!(silent, NONE.contains(&service.name), "{}", service.name);
        }
    }

    #[test]
    fn the_sources_are_those_of_cloudtrail() {
        let of = |service: &str| -> BTreeSet<&str> {
            let service = registry().services.iter().find(|s| s.name == service).unwrap();
            service.operations.iter().flat_map(|op| op.event_sources()).collect()
        };
        for (service, source) in [
            ("cloudwatch", "monitoring"),
            ("cloudwatchlogs", "logs"),
            ("efs", "elasticfilesystem"),
            ("elasticloadbalancing", "elasticloadbalancing"),
            ("elasticloadbalancingv2", "elasticloadbalancing"),
            ("elasticloadbalancingv2", "wafv2"),
            ("cognitoidentityprovider", "cognito-idp"),
            ("accessanalyzer", "access-analyzer"),
            ("applicationautoscaling", "autoscaling"),
            ("eventbridge", "events"),
            ("s3control", "s3"),
            ("apigatewayv2", "apigateway"),
            ("acm", "acm"),
            ("rds", "rds"),
            ("iam", "iam"),
        ] {
            assert!(of(service).contains(source), "{service} lacks {source}: {:?}", of(service));
        }
        // Every service that the special cases name is there.
        for service in EVERYWHERE {
            assert!(registry().services.iter().any(|s| s.name == *service), "{service}");
        }
        let known: BTreeSet<&str> = registry().operations.values().flat_map(|op| op.event_sources()).collect();
        for (source, _) in IDLE {
            assert!(known.contains(source), "{source}");
        }
        for source in RIPPLES.iter().flat_map(|(of, _, others)| std::iter::once(of).chain(others.iter())) {
            assert!(known.contains(source), "{source}");
        }
        for (prefix, _) in OTHERWISE {
            let used =
                registry().operations.values().any(|op| op.iam.iter().any(|a| a.starts_with(&format!("{prefix}:"))));
            assert!(used, "{prefix} is of no operation");
        }
    }
}
