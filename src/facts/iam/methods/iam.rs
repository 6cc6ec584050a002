//! Methods by IAM and STS alone.

use super::{FederationKind, Kind, Method, Published, table};

pub(super) const METHODS: &[Method] = table! {
    "create-policy-version" ["iam:CreatePolicyVersion"] Itself, Rhino("CreateNewPolicyVersion"):
        "自分に及ぶポリシーの新しい版を書く" / "writes a new version of a policy that reaches it";
    "attach-user-policy" ["iam:AttachUserPolicy"] Itself, Rhino("AttachUserPolicy"):
        "自分に管理者ポリシーを付ける" / "attaches an administrator policy to itself";
    "attach-group-policy" ["iam:AttachGroupPolicy"] Itself, Rhino("AttachGroupPolicy"):
        "自分のグループに管理者ポリシーを付ける" / "attaches an administrator policy to its group";
    "attach-role-policy" ["iam:AttachRolePolicy"] Itself, Rhino("AttachRolePolicy"):
        "自分のロールに管理者ポリシーを付ける" / "attaches an administrator policy to its own role";
    "put-user-policy" ["iam:PutUserPolicy"] Itself, Rhino("PutUserPolicy"):
        "自分にインラインポリシーを書く" / "writes an inline policy for itself";
    "put-group-policy" ["iam:PutGroupPolicy"] Itself, Rhino("PutGroupPolicy"):
        "自分のグループにインラインポリシーを書く" / "writes an inline policy for its group";
    "put-role-policy" ["iam:PutRolePolicy"] Itself, Rhino("PutRolePolicy"):
        "自分のロールにインラインポリシーを書く" / "writes an inline policy for its own role";
    "set-default-policy-version" ["iam:SetDefaultPolicyVersion"] OldVersion, Rhino("SetExistingDefaultPolicyVersion"):
        "自分に及ぶポリシーを別の版に戻す" / "makes another version of a policy that reaches it the default";
    "assume-role" ["sts:AssumeRole"] AdminRole, Later:
        "ロールを引き受ける" / "takes the role";
    "create-access-key" ["iam:CreateAccessKey"] AdminUser, Rhino("CreateAccessKey"):
        "他のユーザーのアクセスキーを作る" / "makes an access key for another user";
    "create-login-profile" ["iam:CreateLoginProfile"] AdminUser, Rhino("CreateLoginProfile"):
        "他のユーザーのパスワードを設ける" / "gives another user a password";
    "update-login-profile" ["iam:UpdateLoginProfile"] AdminUser, Rhino("UpdateLoginProfile"):
        "他のユーザーのパスワードを変える" / "changes the password of another user";
    "deactivate-mfa-and-password" ["iam:DeactivateMFADevice", "iam:UpdateLoginProfile"] AdminUser, Later:
        "他のユーザーの MFA を外し、パスワードを変える" / "takes another user's MFA away and changes the password";
    "replace-access-key" ["iam:DeleteAccessKey", "iam:CreateAccessKey"] AdminUser, Later:
        "他のユーザーのアクセスキーを入れ替える" / "replaces an access key of another user";
    "update-assume-role-policy" ["iam:UpdateAssumeRolePolicy"] AdminRoleTrust, Rhino("UpdateRolePolicyToAssumeIt"):
        "ロールの信頼ポリシーを書き換えて引き受ける" / "rewrites the trust policy of the role and takes it";
    "update-saml-provider" ["iam:UpdateSAMLProvider"] Provider(FederationKind::Saml), Later:
        "ロールが信頼する SAML プロバイダーの証明書を差し替える" / "replaces the certificate of the SAML provider that the role trusts";
    "update-oidc-thumbprint" ["iam:UpdateOpenIDConnectProviderThumbprint"] Provider(FederationKind::Oidc), Later:
        "ロールが信頼する OIDC プロバイダーの拇印を差し替える" / "replaces the thumbprint of the OIDC provider that the role trusts";
    "add-oidc-client" ["iam:AddClientIDToOpenIDConnectProvider"] Provider(FederationKind::Oidc), Later:
        "ロールが信頼する OIDC プロバイダーにクライアントを加える" / "adds a client to the OIDC provider that the role trusts";
    "add-user-to-group" ["iam:AddUserToGroup"] AdminGroup, Rhino("AddUserToGroup"):
        "自分をグループに加える" / "joins the group";
    "attach-joined-group" ["iam:AttachGroupPolicy", "iam:AddUserToGroup"] OtherGroup, Later:
        "グループに管理者ポリシーを付け、自分を加える" / "attaches an administrator policy to the group and joins it";
    "put-joined-group" ["iam:PutGroupPolicy", "iam:AddUserToGroup"] OtherGroup, Later:
        "グループにインラインポリシーを書き、自分を加える" / "writes an inline policy for the group and joins it";
    "version-joined-group" ["iam:CreatePolicyVersion", "iam:AddUserToGroup"] OtherGroup, Later:
        "グループのポリシーの新しい版を書き、自分を加える" / "writes a new version of the group's policy and joins it";
    "attach-other-user" ["iam:AttachUserPolicy", "iam:CreateAccessKey"] OtherUser, Later:
        "他のユーザーに管理者ポリシーを付け、そのキーを作る" / "attaches an administrator policy to another user and makes a key for it";
    "put-other-user" ["iam:PutUserPolicy", "iam:CreateAccessKey"] OtherUser, Later:
        "他のユーザーにポリシーを書き、そのキーを作る" / "writes a policy for another user and makes a key for it";
    "version-other-user" ["iam:CreatePolicyVersion", "iam:CreateAccessKey"] OtherUser, Later:
        "他のユーザーのポリシーの新しい版を書き、そのキーを作る" / "writes a new version of another user's policy and makes a key for it";
    "attach-other-user-password" ["iam:AttachUserPolicy", "iam:CreateLoginProfile"] OtherUser, Later:
        "他のユーザーに管理者ポリシーを付け、パスワードを設ける" / "attaches an administrator policy to another user and gives it a password";
    "put-other-user-password" ["iam:PutUserPolicy", "iam:CreateLoginProfile"] OtherUser, Later:
        "他のユーザーにポリシーを書き、パスワードを設ける" / "writes a policy for another user and gives it a password";
    "attach-other-user-new-password" ["iam:AttachUserPolicy", "iam:UpdateLoginProfile"] OtherUser, Later:
        "他のユーザーに管理者ポリシーを付け、パスワードを変える" / "attaches an administrator policy to another user and changes its password";
    "put-other-user-new-password" ["iam:PutUserPolicy", "iam:UpdateLoginProfile"] OtherUser, Later:
        "他のユーザーにポリシーを書き、パスワードを変える" / "writes a policy for another user and changes its password";
    "attach-other-role" ["iam:AttachRolePolicy", "sts:AssumeRole"] OtherRole, Later:
        "引き受けられるロールに管理者ポリシーを付ける" / "attaches an administrator policy to a role that it may take";
    "put-other-role" ["iam:PutRolePolicy", "sts:AssumeRole"] OtherRole, Later:
        "引き受けられるロールにポリシーを書く" / "writes a policy for a role that it may take";
    "version-other-role" ["iam:CreatePolicyVersion", "sts:AssumeRole"] OtherRole, Later:
        "引き受けられるロールのポリシーの新しい版を書く" / "writes a new version of a policy of a role that it may take";
    "attach-opened-role" ["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"] OpenedRole, Later:
        "ロールに管理者ポリシーを付け、信頼ポリシーを書き換える" / "attaches an administrator policy to a role and opens its trust policy";
    "put-opened-role" ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"] OpenedRole, Later:
        "ロールにポリシーを書き、信頼ポリシーを書き換える" / "writes a policy for a role and opens its trust policy";
    "version-opened-role" ["iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"] OpenedRole, Later:
        "ロールのポリシーの新しい版を書き、信頼ポリシーを書き換える" / "writes a new version of a role's policy and opens its trust policy";
    "delete-user-boundary" ["iam:DeleteUserPermissionsBoundary"] Boundary, Later:
        "自分のアクセス許可の境界を外す" / "takes its own permissions boundary away";
    "put-user-boundary" ["iam:PutUserPermissionsBoundary"] Boundary, Later:
        "自分のアクセス許可の境界を緩いものに替える" / "replaces its own permissions boundary by one that is no limit";
    "delete-role-boundary" ["iam:DeleteRolePermissionsBoundary"] Boundary, Later:
        "自分のアクセス許可の境界を外す" / "takes its own permissions boundary away";
    "put-role-boundary" ["iam:PutRolePermissionsBoundary"] Boundary, Later:
        "自分のアクセス許可の境界を緩いものに替える" / "replaces its own permissions boundary by one that is no limit";
    "version-boundary" ["iam:CreatePolicyVersion"] Boundary, Later:
        "自分の境界であるポリシーの新しい版を書く" / "writes a new version of the policy that is its boundary";
};
