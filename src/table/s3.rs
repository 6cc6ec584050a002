//! Amazon S3: buckets.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Amazon S3 ListBuckets.
pub static LIST_BUCKETS: Operation =
    Operation::global("s3", "ListBuckets", "s3api list-buckets", &["s3:ListAllMyBuckets"]);

/// Amazon S3 GetBucketLocation.
pub static GET_BUCKET_LOCATION: Operation =
    Operation::global("s3", "GetBucketLocation", "s3api get-bucket-location", &["s3:GetBucketLocation"]);

/// Amazon S3 GetBucketEncryption.
pub static GET_BUCKET_ENCRYPTION: Operation =
    Operation::global("s3", "GetBucketEncryption", "s3api get-bucket-encryption", &["s3:GetEncryptionConfiguration"]);

/// Amazon S3 GetPublicAccessBlock.
pub static GET_PUBLIC_ACCESS_BLOCK: Operation = Operation::global(
    "s3",
    "GetPublicAccessBlock",
    "s3api get-public-access-block",
    &["s3:GetBucketPublicAccessBlock"],
);

/// Amazon S3 GetBucketPolicy.
pub static GET_BUCKET_POLICY: Operation =
    Operation::global("s3", "GetBucketPolicy", "s3api get-bucket-policy", &["s3:GetBucketPolicy"]);

/// Amazon S3 GetBucketAcl.
pub static GET_BUCKET_ACL: Operation =
    Operation::global("s3", "GetBucketAcl", "s3api get-bucket-acl", &["s3:GetBucketAcl"]);

/// Amazon S3 GetBucketVersioning.
pub static GET_BUCKET_VERSIONING: Operation =
    Operation::global("s3", "GetBucketVersioning", "s3api get-bucket-versioning", &["s3:GetBucketVersioning"]);

/// Amazon S3 GetBucketLogging.
pub static GET_BUCKET_LOGGING: Operation =
    Operation::global("s3", "GetBucketLogging", "s3api get-bucket-logging", &["s3:GetBucketLogging"]);

/// Amazon S3 GetBucketLifecycleConfiguration.
pub static GET_BUCKET_LIFECYCLE_CONFIGURATION: Operation = Operation::global(
    "s3",
    "GetBucketLifecycleConfiguration",
    "s3api get-bucket-lifecycle-configuration",
    &["s3:GetLifecycleConfiguration"],
);

/// Amazon S3 GetObjectLockConfiguration.
pub static GET_OBJECT_LOCK_CONFIGURATION: Operation = Operation::global(
    "s3",
    "GetObjectLockConfiguration",
    "s3api get-object-lock-configuration",
    &["s3:GetBucketObjectLockConfiguration"],
);

/// Amazon S3 GetBucketReplication.
pub static GET_BUCKET_REPLICATION: Operation = Operation::global(
    "s3",
    "GetBucketReplication",
    "s3api get-bucket-replication",
    &["s3:GetReplicationConfiguration"],
);

/// Amazon S3 GetBucketTagging.
pub static GET_BUCKET_TAGGING: Operation =
    Operation::global("s3", "GetBucketTagging", "s3api get-bucket-tagging", &["s3:GetBucketTagging"]);

/// A bucket.
pub static BUCKET: Kind = Kind {
    name: "AWS::S3::Bucket",
    list: &LIST_BUCKETS,
    tags: Some(&GET_BUCKET_TAGGING),
    locate: "",
    attributes: &[
        attr("BucketName", Str, &LIST_BUCKETS),
        attr("BucketRegion", Str, &GET_BUCKET_LOCATION),
        attr("BucketEncryption", Map, &GET_BUCKET_ENCRYPTION),
        attr("PublicAccessBlockConfiguration", Map, &GET_PUBLIC_ACCESS_BLOCK),
        attr("BucketPolicy", Map, &GET_BUCKET_POLICY),
        attr("AccessControlList", List, &GET_BUCKET_ACL),
        attr("BucketOwner", Str, &GET_BUCKET_ACL),
        attr("VersioningConfiguration", Map, &GET_BUCKET_VERSIONING),
        opt("LoggingConfiguration", Map, &GET_BUCKET_LOGGING),
        attr("LifecycleConfiguration", Map, &GET_BUCKET_LIFECYCLE_CONFIGURATION),
        attr("ObjectLockConfiguration", Map, &GET_OBJECT_LOCK_CONFIGURATION),
        attr("ReplicationConfiguration", Map, &GET_BUCKET_REPLICATION),
        opt("Tags", Map, &GET_BUCKET_TAGGING),
        fact(
            "facts.public",
            Bool,
            &[
                need("AWS::S3::Bucket", &["BucketPolicy", "AccessControlList", "PublicAccessBlockConfiguration"]),
                need("Kakunin::AWS::Account", &["S3PublicAccessBlock"]),
            ],
        ),
        fact("facts.external_accounts", List, &[need("AWS::S3::Bucket", &["BucketPolicy", "AccessControlList"])]),
        fact("facts.requires_tls", Bool, &[need("AWS::S3::Bucket", &["BucketPolicy"])]),
        // Regions that its enabled rules copy to.
        fact(
            "facts.replica_regions",
            List,
            &[need("AWS::S3::Bucket", &["BucketName", "ReplicationConfiguration", "BucketRegion"])],
        ),
    ],
};

/// Amazon S3: buckets.
pub static SERVICE: Service = Service {
    name: "s3",
    operations: &[
        &LIST_BUCKETS,
        &GET_BUCKET_LOCATION,
        &GET_BUCKET_ENCRYPTION,
        &GET_PUBLIC_ACCESS_BLOCK,
        &GET_BUCKET_POLICY,
        &GET_BUCKET_ACL,
        &GET_BUCKET_VERSIONING,
        &GET_BUCKET_LOGGING,
        &GET_BUCKET_LIFECYCLE_CONFIGURATION,
        &GET_OBJECT_LOCK_CONFIGURATION,
        &GET_BUCKET_REPLICATION,
        &GET_BUCKET_TAGGING,
    ],
    kinds: &[&BUCKET],
};
