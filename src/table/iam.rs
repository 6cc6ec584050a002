//! AWS Identity and Access Management: the whole account by two answers, not one call per user.

use super::{ACCOUNT_KIND, GET_CALLER_IDENTITY, Kind, Need, Operation, Service, Type::*, attr, fact, need, opt};

/// IAM GetAccountAuthorizationDetails: users, groups, roles and customer policies with all their documents.
pub static GET_ACCOUNT_AUTHORIZATION_DETAILS: Operation = Operation::global(
    "iam",
    "GetAccountAuthorizationDetails",
    "iam get-account-authorization-details",
    &["iam:GetAccountAuthorizationDetails"],
);
/// IAM GenerateCredentialReport: starts the report that the next operation reads; changes nothing else.
pub static GENERATE_CREDENTIAL_REPORT: Operation = Operation::global(
    "iam",
    "GenerateCredentialReport",
    "iam generate-credential-report",
    &["iam:GenerateCredentialReport"],
);
/// IAM GetCredentialReport.
pub static GET_CREDENTIAL_REPORT: Operation = Operation::global(
    "iam",
    "GetCredentialReport",
    "iam get-credential-report --query Content --output text",
    &["iam:GetCredentialReport"],
)
.together_with(&[&GENERATE_CREDENTIAL_REPORT]);
/// IAM GetAccountPasswordPolicy.
pub static GET_ACCOUNT_PASSWORD_POLICY: Operation = Operation::global(
    "iam",
    "GetAccountPasswordPolicy",
    "iam get-account-password-policy",
    &["iam:GetAccountPasswordPolicy"],
);
/// IAM GetAccountSummary.
pub static GET_ACCOUNT_SUMMARY: Operation =
    Operation::global("iam", "GetAccountSummary", "iam get-account-summary", &["iam:GetAccountSummary"]);
/// IAM ListVirtualMFADevices: tells a virtual root device from a hardware one.
pub static LIST_VIRTUAL_MFA_DEVICES: Operation =
    Operation::global("iam", "ListVirtualMFADevices", "iam list-virtual-mfa-devices", &["iam:ListVirtualMFADevices"]);

/// IAM ListRoles: the only listing that carries the session duration.
pub static LIST_ROLES: Operation = Operation::global("iam", "ListRoles", "iam list-roles", &["iam:ListRoles"]);

const DETAILS: &Operation = &GET_ACCOUNT_AUTHORIZATION_DETAILS;
const REPORT: &Operation = &GET_CREDENTIAL_REPORT;
const PASSWORDS: &Operation = &GET_ACCOUNT_PASSWORD_POLICY;
const SUMMARY: &Operation = &GET_ACCOUNT_SUMMARY;

/// Name of the user kind.
pub const USER_KIND: &str = "AWS::IAM::User";
/// Name of the role kind.
pub const ROLE_KIND: &str = "AWS::IAM::Role";
/// Name of the group kind.
pub const GROUP_KIND: &str = "AWS::IAM::Group";
/// Name of the policy kind.
pub const POLICY_KIND: &str = "AWS::IAM::ManagedPolicy";

/// Everything that effective access is derived from. AWS managed policies in use come with the same answer.
static ACCESS: &[Need] = &[
    need(USER_KIND, &["Groups", "AttachedManagedPolicies", "Policies", "PermissionsBoundary"]),
    need(
        ROLE_KIND,
        &["AttachedManagedPolicies", "Policies", "PermissionsBoundary", "AssumeRolePolicyDocument", "Path"],
    ),
    need(GROUP_KIND, &["AttachedManagedPolicies", "Policies"]),
    need(POLICY_KIND, &["PolicyDocument", "Arn"]),
];
static ACCESS_AND_MFA: &[Need] = &[
    need(USER_KIND, &["Groups", "AttachedManagedPolicies", "Policies", "PermissionsBoundary", "MfaActive"]),
    need(
        ROLE_KIND,
        &["AttachedManagedPolicies", "Policies", "PermissionsBoundary", "AssumeRolePolicyDocument", "Path"],
    ),
    need(GROUP_KIND, &["AttachedManagedPolicies", "Policies"]),
    need(POLICY_KIND, &["PolicyDocument", "Arn"]),
];
static ACCESS_AND_TRAILS: &[Need] = &[
    need(USER_KIND, &["Groups", "AttachedManagedPolicies", "Policies", "PermissionsBoundary"]),
    need(
        ROLE_KIND,
        &["AttachedManagedPolicies", "Policies", "PermissionsBoundary", "AssumeRolePolicyDocument", "Path"],
    ),
    need(GROUP_KIND, &["AttachedManagedPolicies", "Policies"]),
    need(POLICY_KIND, &["PolicyDocument", "Arn"]),
    need("AWS::CloudTrail::Trail", &[]),
];
static TRUST: &[Need] = &[need(ROLE_KIND, &["AssumeRolePolicyDocument"])];
static DOCUMENT: &[Need] = &[need(POLICY_KIND, &["PolicyDocument"])];

/// A user: its place in the access model, and its row of the credential report.
pub static USER: Kind = Kind {
    name: USER_KIND,
    list: DETAILS,
    tags: Some(DETAILS),
    locate: "--filter User",
    attributes: &[
        attr("UserName", Str, DETAILS),
        attr("Path", Str, DETAILS),
        attr("CreateDate", Time, DETAILS),
        attr("Groups", List, DETAILS),
        attr("AttachedManagedPolicies", List, DETAILS),
        attr("Policies", List, DETAILS),
        opt("PermissionsBoundary", Str, DETAILS),
        attr("PasswordEnabled", Bool, REPORT),
        opt("PasswordLastUsed", Time, REPORT),
        opt("PasswordLastChanged", Time, REPORT),
        attr("MfaActive", Bool, REPORT),
        // Each: Active, LastRotated, LastUsedDate.
        attr("AccessKeys", List, REPORT),
        fact("facts.admin", Bool, ACCESS),
        fact("facts.escalations", List, ACCESS),
        // Each step: from, method, actions, to. Empty where there is no way up, or no need of one.
        fact("facts.escalation_path", List, ACCESS),
        fact("facts.network_admin", Bool, ACCESS),
        fact("facts.decrypts_all", Bool, ACCESS),
        fact("facts.privileged", Bool, ACCESS),
        fact("facts.inherits_rights_only_by_groups", Bool, ACCESS),
        fact("facts.inline_whole_services", List, &[need(USER_KIND, &["Policies"])]),
    ],
};

/// A group.
pub static GROUP: Kind = Kind {
    name: GROUP_KIND,
    list: DETAILS,
    tags: None,
    locate: "--filter Group",
    attributes: &[
        attr("GroupName", Str, DETAILS),
        attr("Path", Str, DETAILS),
        attr("AttachedManagedPolicies", List, DETAILS),
        attr("Policies", List, DETAILS),
        fact("facts.inline_whole_services", List, &[need(GROUP_KIND, &["Policies"])]),
    ],
};

/// A role.
pub static ROLE: Kind = Kind {
    name: ROLE_KIND,
    list: DETAILS,
    tags: Some(DETAILS),
    locate: "--filter Role",
    attributes: &[
        attr("RoleName", Str, DETAILS),
        attr("Path", Str, DETAILS),
        attr("CreateDate", Time, DETAILS),
        attr("AssumeRolePolicyDocument", Map, DETAILS),
        attr("AttachedManagedPolicies", List, DETAILS),
        attr("Policies", List, DETAILS),
        opt("PermissionsBoundary", Str, DETAILS),
        // AWS leaves it out for a role that was never used in the tracking period.
        opt("RoleLastUsed", Time, DETAILS),
        // In seconds.
        attr("MaxSessionDuration", Int, &LIST_ROLES),
        fact("facts.admin", Bool, ACCESS),
        fact("facts.escalations", List, ACCESS),
        // Each step: from, method, actions, to. Empty where there is no way up, or no need of one.
        fact("facts.escalation_path", List, ACCESS),
        fact("facts.network_admin", Bool, ACCESS),
        fact("facts.decrypts_all", Bool, ACCESS),
        fact("facts.trusts_anyone", Bool, TRUST),
        fact("facts.external_accounts", List, TRUST),
        fact("facts.external_without_external_id", List, TRUST),
        fact("facts.unpinned_oidc", Bool, TRUST),
        fact("facts.service_linked", Bool, TRUST),
        // Services that may take it on behalf of anybody.
        fact("facts.services_without_source", List, TRUST),
        fact("facts.inline_whole_services", List, &[need(ROLE_KIND, &["Policies"])]),
    ],
};

/// A managed policy that somebody uses, or that the account owns.
pub static POLICY: Kind = Kind {
    name: POLICY_KIND,
    list: DETAILS,
    tags: None,
    locate: "--filter LocalManagedPolicy AWSManagedPolicy",
    attributes: &[
        attr("Arn", Str, DETAILS),
        attr("ManagedPolicyName", Str, DETAILS),
        attr("AttachmentCount", Int, DETAILS),
        attr("PolicyDocument", Map, DETAILS),
        attr("CustomerManaged", Bool, DETAILS),
        fact("facts.allows_everything", Bool, DOCUMENT),
        fact("facts.passes_any_role", Bool, DOCUMENT),
        fact("facts.whole_services", List, DOCUMENT),
    ],
};

/// IAM's settings of the account as such.
pub static ACCOUNT_IAM: Kind = Kind {
    name: ACCOUNT_KIND,
    list: &GET_CALLER_IDENTITY,
    tags: None,
    locate: "",
    attributes: &[
        // Null where the account has no policy of its own: AWS's default then holds, which asks for 8 characters only.
        opt("MinimumPasswordLength", Int, PASSWORDS),
        opt("RequireSymbols", Bool, PASSWORDS),
        opt("RequireNumbers", Bool, PASSWORDS),
        opt("RequireUppercaseCharacters", Bool, PASSWORDS),
        opt("RequireLowercaseCharacters", Bool, PASSWORDS),
        opt("AllowUsersToChangePassword", Bool, PASSWORDS),
        opt("MaxPasswordAge", Int, PASSWORDS),
        opt("PasswordReusePrevention", Int, PASSWORDS),
        attr("AccountMFAEnabled", Int, SUMMARY),
        attr("AccountAccessKeysPresent", Int, SUMMARY),
        attr("RootHasVirtualMfa", Bool, &LIST_VIRTUAL_MFA_DEVICES),
        opt("RootPasswordLastUsed", Time, REPORT),
        opt("RootAccessKeyLastUsed", Time, REPORT),
        fact("facts.administrators", List, ACCESS),
        fact("facts.network_administrators", List, ACCESS),
        fact("facts.escalating_principals", List, ACCESS),
        // Of each of them: principal, steps, and the path in words (ja, en).
        fact("facts.escalation_paths", List, ACCESS),
        fact("facts.decrypting_all_principals", List, ACCESS),
        fact("facts.audit_stopping_principals", List, ACCESS_AND_TRAILS),
        fact("facts.privileged_users_without_mfa", List, ACCESS_AND_MFA),
    ],
};

/// AWS Identity and Access Management.
pub static SERVICE: Service = Service {
    name: "iam",
    operations: &[
        &GET_ACCOUNT_AUTHORIZATION_DETAILS,
        &GENERATE_CREDENTIAL_REPORT,
        &GET_CREDENTIAL_REPORT,
        &GET_ACCOUNT_PASSWORD_POLICY,
        &GET_ACCOUNT_SUMMARY,
        &LIST_VIRTUAL_MFA_DEVICES,
        &LIST_ROLES,
    ],
    kinds: &[&USER, &GROUP, &ROLE, &POLICY, &ACCOUNT_IAM],
};
