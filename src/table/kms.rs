//! AWS KMS: keys.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// AWS KMS ListKeys.
pub static LIST_KEYS: Operation = Operation::regional("kms", "ListKeys", "kms list-keys", &["kms:ListKeys"]);

/// AWS KMS DescribeKey.
pub static DESCRIBE_KEY: Operation =
    Operation::regional("kms", "DescribeKey", "kms describe-key", &["kms:DescribeKey"]);

/// AWS KMS GetKeyRotationStatus.
pub static GET_KEY_ROTATION_STATUS: Operation =
    Operation::regional("kms", "GetKeyRotationStatus", "kms get-key-rotation-status", &["kms:GetKeyRotationStatus"]);

/// AWS KMS GetKeyPolicy.
pub static GET_KEY_POLICY: Operation =
    Operation::regional("kms", "GetKeyPolicy", "kms get-key-policy", &["kms:GetKeyPolicy"]);

/// AWS KMS ListResourceTags.
pub static LIST_RESOURCE_TAGS: Operation =
    Operation::regional("kms", "ListResourceTags", "kms list-resource-tags", &["kms:ListResourceTags"]);

/// A key that the customer manages (or whose manager could not be read).
pub static KEY: Kind = Kind {
    name: "AWS::KMS::Key",
    list: &LIST_KEYS,
    tags: Some(&LIST_RESOURCE_TAGS),
    locate: "",
    attributes: &[
        attr("KeyId", Str, &LIST_KEYS),
        attr("KeyManager", Str, &DESCRIBE_KEY),
        attr("KeyState", Str, &DESCRIBE_KEY),
        attr("KeySpec", Str, &DESCRIBE_KEY),
        attr("KeyUsage", Str, &DESCRIBE_KEY),
        attr("Origin", Str, &DESCRIBE_KEY),
        opt("DeletionDate", Time, &DESCRIBE_KEY),
        opt("MultiRegion", Bool, &DESCRIBE_KEY),
        opt("EnableKeyRotation", Bool, &GET_KEY_ROTATION_STATUS),
        opt("RotationPeriodInDays", Int, &GET_KEY_ROTATION_STATUS),
        attr("KeyPolicy", Map, &GET_KEY_POLICY),
        fact("facts.public", Bool, &[need("AWS::KMS::Key", &["KeyPolicy"])]),
        fact("facts.external_accounts", List, &[need("AWS::KMS::Key", &["KeyPolicy"])]),
    ],
};

/// AWS KMS: keys.
pub static SERVICE: Service = Service {
    name: "kms",
    operations: &[&LIST_KEYS, &DESCRIBE_KEY, &GET_KEY_ROTATION_STATUS, &GET_KEY_POLICY, &LIST_RESOURCE_TAGS],
    kinds: &[&KEY],
};
