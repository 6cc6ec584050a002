//! Amazon ECR: private repositories.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, need, opt};

/// Amazon ECR DescribeRepositories.
pub static DESCRIBE_REPOSITORIES: Operation =
    Operation::regional("ecr", "DescribeRepositories", "ecr describe-repositories", &["ecr:DescribeRepositories"]);

/// Amazon ECR GetRepositoryPolicy.
pub static GET_REPOSITORY_POLICY: Operation =
    Operation::regional("ecr", "GetRepositoryPolicy", "ecr get-repository-policy", &["ecr:GetRepositoryPolicy"]);

/// Amazon ECR GetLifecyclePolicy.
pub static GET_LIFECYCLE_POLICY: Operation =
    Operation::regional("ecr", "GetLifecyclePolicy", "ecr get-lifecycle-policy", &["ecr:GetLifecyclePolicy"]);

/// Amazon ECR GetRegistryScanningConfiguration.
pub static GET_REGISTRY_SCANNING_CONFIGURATION: Operation = Operation::regional(
    "ecr",
    "GetRegistryScanningConfiguration",
    "ecr get-registry-scanning-configuration",
    &["ecr:GetRegistryScanningConfiguration"],
);

/// Amazon ECR DescribeRegistry.
pub static DESCRIBE_REGISTRY: Operation =
    Operation::regional("ecr", "DescribeRegistry", "ecr describe-registry", &["ecr:DescribeRegistry"]);

/// Amazon ECR ListTagsForResource.
pub static LIST_TAGS_FOR_RESOURCE: Operation =
    Operation::regional("ecr", "ListTagsForResource", "ecr list-tags-for-resource", &["ecr:ListTagsForResource"]);

/// A repository; its id is its name.
pub static REPOSITORY: Kind = Kind {
    name: "AWS::ECR::Repository",
    list: &DESCRIBE_REPOSITORIES,
    tags: Some(&LIST_TAGS_FOR_RESOURCE),
    locate: "--repository-names {id}",
    attributes: &[
        attr("RepositoryName", Str, &DESCRIBE_REPOSITORIES),
        attr("Region", Str, &DESCRIBE_REPOSITORIES),
        attr("ScanOnPush", Bool, &DESCRIBE_REPOSITORIES),
        attr("ImageTagMutability", Str, &DESCRIBE_REPOSITORIES),
        attr("EncryptionType", Str, &DESCRIBE_REPOSITORIES),
        opt("KmsKey", Str, &DESCRIBE_REPOSITORIES),
        attr("RepositoryPolicyText", Map, &GET_REPOSITORY_POLICY),
        attr("LifecyclePolicy", Map, &GET_LIFECYCLE_POLICY),
        fact("facts.public", Bool, &[need("AWS::ECR::Repository", &["RepositoryPolicyText"])]),
        fact("facts.external_accounts", List, &[need("AWS::ECR::Repository", &["RepositoryPolicyText"])]),
        fact(
            "facts.scanned",
            Bool,
            &[need("AWS::ECR::Repository", &["ScanOnPush"]), need("Kakunin::AWS::Region", &["EcrScanningRules"])],
        ),
    ],
};

/// The region: its registry.
pub static REGION_ECR: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "--region-names {id}",
    attributes: &[
        attr("EcrScanningRules", List, &GET_REGISTRY_SCANNING_CONFIGURATION),
        attr("EcrReplicationDestinations", List, &DESCRIBE_REGISTRY),
    ],
};

/// Amazon ECR: private repositories.
pub static SERVICE: Service = Service {
    name: "ecr",
    operations: &[
        &DESCRIBE_REPOSITORIES,
        &GET_REPOSITORY_POLICY,
        &GET_LIFECYCLE_POLICY,
        &GET_REGISTRY_SCANNING_CONFIGURATION,
        &DESCRIBE_REGISTRY,
        &LIST_TAGS_FOR_RESOURCE,
    ],
    kinds: &[&REPOSITORY, &REGION_ECR],
};
