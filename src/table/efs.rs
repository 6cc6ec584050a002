//! Amazon EFS: file systems.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Amazon EFS DescribeFileSystems.
pub static DESCRIBE_FILE_SYSTEMS: Operation = Operation::regional(
    "efs",
    "DescribeFileSystems",
    "efs describe-file-systems",
    &["elasticfilesystem:DescribeFileSystems"],
);

/// Amazon EFS DescribeBackupPolicy.
pub static DESCRIBE_BACKUP_POLICY: Operation = Operation::regional(
    "efs",
    "DescribeBackupPolicy",
    "efs describe-backup-policy",
    &["elasticfilesystem:DescribeBackupPolicy"],
);

/// Amazon EFS DescribeFileSystemPolicy.
pub static DESCRIBE_FILE_SYSTEM_POLICY: Operation = Operation::regional(
    "efs",
    "DescribeFileSystemPolicy",
    "efs describe-file-system-policy",
    &["elasticfilesystem:DescribeFileSystemPolicy"],
);

/// A file system.
pub static FILE_SYSTEM: Kind = Kind {
    name: "AWS::EFS::FileSystem",
    list: &DESCRIBE_FILE_SYSTEMS,
    tags: Some(&DESCRIBE_FILE_SYSTEMS),
    locate: "--file-system-id {id}",
    attributes: &[
        attr("FileSystemId", Str, &DESCRIBE_FILE_SYSTEMS),
        attr("Region", Str, &DESCRIBE_FILE_SYSTEMS),
        attr("Encrypted", Bool, &DESCRIBE_FILE_SYSTEMS),
        opt("KmsKeyId", Str, &DESCRIBE_FILE_SYSTEMS),
        opt("AvailabilityZoneName", Str, &DESCRIBE_FILE_SYSTEMS),
        attr("BackupPolicy", Map, &DESCRIBE_BACKUP_POLICY),
        attr("FileSystemPolicy", Map, &DESCRIBE_FILE_SYSTEM_POLICY),
        fact("facts.public", Bool, &[need("AWS::EFS::FileSystem", &["FileSystemPolicy"])]),
        fact("facts.external_accounts", List, &[need("AWS::EFS::FileSystem", &["FileSystemPolicy"])]),
        fact("facts.requires_tls", Bool, &[need("AWS::EFS::FileSystem", &["FileSystemPolicy"])]),
        fact("facts.newest_restore_point", Time, &[need("AWS::Backup::ProtectedResource", &["LastBackupTime"])]),
    ],
};

/// Amazon EFS: file systems.
pub static SERVICE: Service = Service {
    name: "efs",
    operations: &[&DESCRIBE_FILE_SYSTEMS, &DESCRIBE_BACKUP_POLICY, &DESCRIBE_FILE_SYSTEM_POLICY],
    kinds: &[&FILE_SYSTEM],
};
