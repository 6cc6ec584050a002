//! AWS Backup.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// AWS Backup ListBackupVaults.
pub static LIST_BACKUP_VAULTS: Operation =
    Operation::regional("backup", "ListBackupVaults", "backup list-backup-vaults", &["backup:ListBackupVaults"]);

/// AWS Backup GetBackupVaultAccessPolicy.
pub static GET_BACKUP_VAULT_ACCESS_POLICY: Operation = Operation::regional(
    "backup",
    "GetBackupVaultAccessPolicy",
    "backup get-backup-vault-access-policy",
    &["backup:GetBackupVaultAccessPolicy"],
);

/// AWS Backup ListBackupPlans.
pub static LIST_BACKUP_PLANS: Operation =
    Operation::regional("backup", "ListBackupPlans", "backup list-backup-plans", &["backup:ListBackupPlans"]);

/// AWS Backup GetBackupPlan.
pub static GET_BACKUP_PLAN: Operation =
    Operation::regional("backup", "GetBackupPlan", "backup get-backup-plan", &["backup:GetBackupPlan"]);

/// AWS Backup ListBackupSelections.
pub static LIST_BACKUP_SELECTIONS: Operation = Operation::regional(
    "backup",
    "ListBackupSelections",
    "backup list-backup-selections",
    &["backup:ListBackupSelections"],
);

/// AWS Backup ListProtectedResources.
pub static LIST_PROTECTED_RESOURCES: Operation = Operation::regional(
    "backup",
    "ListProtectedResources",
    "backup list-protected-resources",
    &["backup:ListProtectedResources"],
);

/// AWS Backup ListRestoreTestingPlans.
pub static LIST_RESTORE_TESTING_PLANS: Operation = Operation::regional(
    "backup",
    "ListRestoreTestingPlans",
    "backup list-restore-testing-plans",
    &["backup:ListRestoreTestingPlans"],
);

/// AWS Backup ListRestoreTestingSelections.
pub static LIST_RESTORE_TESTING_SELECTIONS: Operation = Operation::regional(
    "backup",
    "ListRestoreTestingSelections",
    "backup list-restore-testing-selections",
    &["backup:ListRestoreTestingSelections"],
);

/// AWS Backup ListRestoreJobs.
pub static LIST_RESTORE_JOBS: Operation =
    Operation::regional("backup", "ListRestoreJobs", "backup list-restore-jobs", &["backup:ListRestoreJobs"]);

/// A backup vault.
pub static VAULT: Kind = Kind {
    name: "AWS::Backup::BackupVault",
    list: &LIST_BACKUP_VAULTS,
    tags: None,
    locate: "",
    attributes: &[
        attr("BackupVaultName", Str, &LIST_BACKUP_VAULTS),
        attr("Region", Str, &LIST_BACKUP_VAULTS),
        opt("EncryptionKeyArn", Str, &LIST_BACKUP_VAULTS),
        opt("Locked", Bool, &LIST_BACKUP_VAULTS),
        opt("LockDate", Time, &LIST_BACKUP_VAULTS),
        opt("MinRetentionDays", Int, &LIST_BACKUP_VAULTS),
        attr("NumberOfRecoveryPoints", Int, &LIST_BACKUP_VAULTS),
        attr("AccessPolicy", Map, &GET_BACKUP_VAULT_ACCESS_POLICY),
        fact("facts.public", Bool, &[need("AWS::Backup::BackupVault", &["AccessPolicy"])]),
        fact("facts.external_accounts", List, &[need("AWS::Backup::BackupVault", &["AccessPolicy"])]),
        fact("facts.plans", List, &[need("AWS::Backup::BackupPlan", &["BackupPlanName", "BackupPlanRule"])]),
    ],
};

/// A backup plan.
pub static PLAN: Kind = Kind {
    name: "AWS::Backup::BackupPlan",
    list: &LIST_BACKUP_PLANS,
    tags: None,
    locate: "",
    attributes: &[
        attr("BackupPlanName", Str, &LIST_BACKUP_PLANS),
        opt("LastExecutionDate", Time, &LIST_BACKUP_PLANS),
        attr("BackupPlanRule", List, &GET_BACKUP_PLAN),
        attr("BackupSelections", List, &LIST_BACKUP_SELECTIONS),
    ],
};

/// A resource that AWS Backup has backed up; its id is its ARN.
pub static PROTECTED_RESOURCE: Kind = Kind {
    name: "AWS::Backup::ProtectedResource",
    list: &LIST_PROTECTED_RESOURCES,
    tags: None,
    locate: "",
    attributes: &[
        attr("ResourceType", Str, &LIST_PROTECTED_RESOURCES),
        opt("LastBackupTime", Time, &LIST_PROTECTED_RESOURCES),
    ],
};

/// A plan that restores recovery points to try them.
pub static RESTORE_TESTING_PLAN: Kind = Kind {
    name: "AWS::Backup::RestoreTestingPlan",
    list: &LIST_RESTORE_TESTING_PLANS,
    tags: None,
    locate: "",
    attributes: &[
        attr("RestoreTestingPlanName", Str, &LIST_RESTORE_TESTING_PLANS),
        opt("LastExecutionTime", Time, &LIST_RESTORE_TESTING_PLANS),
        attr("RestoreTestingSelections", List, &LIST_RESTORE_TESTING_SELECTIONS),
        fact(
            "facts.newest_success",
            Time,
            &[need(
                "AWS::Backup::RestoreJob",
                &["Status", "CompletionDate", "RestoreTestingPlanArn", "ValidationStatus"],
            )],
        ),
    ],
};

/// A restore that AWS Backup ran.
pub static RESTORE_JOB: Kind = Kind {
    name: "AWS::Backup::RestoreJob",
    list: &LIST_RESTORE_JOBS,
    tags: None,
    locate: "",
    attributes: &[
        attr("Status", Str, &LIST_RESTORE_JOBS),
        opt("CompletionDate", Time, &LIST_RESTORE_JOBS),
        opt("RestoreTestingPlanArn", Str, &LIST_RESTORE_JOBS),
        opt("ValidationStatus", Str, &LIST_RESTORE_JOBS),
    ],
};

/// AWS Backup.
pub static SERVICE: Service = Service {
    name: "backup",
    operations: &[
        &LIST_BACKUP_VAULTS,
        &GET_BACKUP_VAULT_ACCESS_POLICY,
        &LIST_BACKUP_PLANS,
        &GET_BACKUP_PLAN,
        &LIST_BACKUP_SELECTIONS,
        &LIST_PROTECTED_RESOURCES,
        &LIST_RESTORE_TESTING_PLANS,
        &LIST_RESTORE_TESTING_SELECTIONS,
        &LIST_RESTORE_JOBS,
    ],
    kinds: &[&VAULT, &PLAN, &PROTECTED_RESOURCE, &RESTORE_TESTING_PLAN, &RESTORE_JOB],
};
