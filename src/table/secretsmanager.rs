//! AWS Secrets Manager: secrets (never their values).

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// AWS Secrets Manager ListSecrets.
pub static LIST_SECRETS: Operation = Operation::regional(
    "secretsmanager",
    "ListSecrets",
    "secretsmanager list-secrets",
    &["secretsmanager:ListSecrets"],
);

/// AWS Secrets Manager GetResourcePolicy.
pub static GET_RESOURCE_POLICY: Operation = Operation::regional(
    "secretsmanager",
    "GetResourcePolicy",
    "secretsmanager get-resource-policy",
    &["secretsmanager:GetResourcePolicy"],
);

/// A secret; its id is its name.
pub static SECRET: Kind = Kind {
    name: "AWS::SecretsManager::Secret",
    list: &LIST_SECRETS,
    tags: Some(&LIST_SECRETS),
    locate: "--filters Key=name,Values={id}",
    attributes: &[
        attr("Name", Str, &LIST_SECRETS),
        attr("Region", Str, &LIST_SECRETS),
        opt("KmsKeyId", Str, &LIST_SECRETS),
        opt("RotationEnabled", Bool, &LIST_SECRETS),
        opt("RotationRules", Map, &LIST_SECRETS),
        opt("LastRotatedDate", Time, &LIST_SECRETS),
        opt("LastChangedDate", Time, &LIST_SECRETS),
        opt("CreatedDate", Time, &LIST_SECRETS),
        opt("OwningService", Str, &LIST_SECRETS),
        opt("PrimaryRegion", Str, &LIST_SECRETS),
        opt("ResourcePolicy", Map, &GET_RESOURCE_POLICY),
        fact("facts.public", Bool, &[need("AWS::SecretsManager::Secret", &["ResourcePolicy"])]),
        fact("facts.external_accounts", List, &[need("AWS::SecretsManager::Secret", &["ResourcePolicy"])]),
    ],
};

/// AWS Secrets Manager: secrets (never their values).
pub static SERVICE: Service =
    Service { name: "secretsmanager", operations: &[&LIST_SECRETS, &GET_RESOURCE_POLICY], kinds: &[&SECRET] };
