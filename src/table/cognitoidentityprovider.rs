//! Amazon Cognito user pools: how the users of the service itself sign in.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// Cognito ListUserPools. The command asks for a page size; 60 is the largest (API reference, "ListUserPools").
pub static LIST_USER_POOLS: Operation = Operation::regional(
    "cognitoidentityprovider",
    "ListUserPools",
    "cognito-idp list-user-pools --max-results 60",
    &["cognito-idp:ListUserPools"],
);
/// Cognito DescribeUserPool.
pub static DESCRIBE_USER_POOL: Operation = Operation::regional(
    "cognitoidentityprovider",
    "DescribeUserPool",
    "cognito-idp describe-user-pool",
    &["cognito-idp:DescribeUserPool"],
);
/// Cognito ListUserPoolClients, pool by pool.
pub static LIST_USER_POOL_CLIENTS: Operation = Operation::regional(
    "cognitoidentityprovider",
    "ListUserPoolClients",
    "cognito-idp list-user-pool-clients",
    &["cognito-idp:ListUserPoolClients"],
)
.together_with(&[&LIST_USER_POOLS]);
/// Cognito DescribeUserPoolClient; the answer carries the client's secret.
pub static DESCRIBE_USER_POOL_CLIENT: Operation = Operation::regional(
    "cognitoidentityprovider",
    "DescribeUserPoolClient",
    "cognito-idp describe-user-pool-client",
    &["cognito-idp:DescribeUserPoolClient"],
)
.with_secrets(&["ClientSecret"]);

/// A user pool.
pub static USER_POOL: Kind = Kind {
    name: "AWS::Cognito::UserPool",
    list: &LIST_USER_POOLS,
    tags: Some(&DESCRIBE_USER_POOL),
    locate: "",
    attributes: &[
        attr("UserPoolName", Str, &LIST_USER_POOLS),
        // PasswordPolicy: MinimumLength, RequireUppercase, RequireLowercase, RequireNumbers, RequireSymbols,
        // TemporaryPasswordValidityDays, PasswordHistorySize (null where none is kept).
        attr("Policies", Map, &DESCRIBE_USER_POOL),
        // ON, OPTIONAL or OFF.
        attr("MfaConfiguration", Str, &DESCRIBE_USER_POOL),
        // AllowAdminCreateUserOnly.
        attr("AdminCreateUserConfig", Map, &DESCRIBE_USER_POOL),
        // AdvancedSecurityMode. Null where threat protection was never set up ("Advanced security with threat
        // protection", Amazon Cognito Developer Guide: it has to be activated).
        opt("UserPoolAddOns", Map, &DESCRIBE_USER_POOL),
        // RecoveryMechanisms: Name, Priority. Null where none was set: AWS then tries the telephone first
        // ("ForgotPassword", Amazon Cognito API Reference).
        opt("AccountRecoverySetting", Map, &DESCRIBE_USER_POOL),
        // ACTIVE or INACTIVE.
        attr("DeletionProtection", Str, &DESCRIBE_USER_POOL),
        opt("UserPoolTier", Str, &DESCRIBE_USER_POOL),
    ],
};

/// An application client of a user pool.
pub static USER_POOL_CLIENT: Kind = Kind {
    name: "AWS::Cognito::UserPoolClient",
    list: &LIST_USER_POOL_CLIENTS,
    tags: None,
    locate: "",
    attributes: &[
        attr("UserPoolId", Str, &LIST_USER_POOL_CLIENTS),
        attr("ClientName", Str, &LIST_USER_POOL_CLIENTS),
        // In the unit of TokenValidityUnits; never absent, as AWS documents what an unset one is.
        attr("AccessTokenValidity", Int, &DESCRIBE_USER_POOL_CLIENT),
        attr("IdTokenValidity", Int, &DESCRIBE_USER_POOL_CLIENT),
        attr("RefreshTokenValidity", Int, &DESCRIBE_USER_POOL_CLIENT),
        // AccessToken, IdToken, RefreshToken: seconds, minutes, hours or days.
        attr("TokenValidityUnits", Map, &DESCRIBE_USER_POOL_CLIENT),
        attr("EnableTokenRevocation", Bool, &DESCRIBE_USER_POOL_CLIENT),
        // ENABLED or LEGACY.
        attr("PreventUserExistenceErrors", Str, &DESCRIBE_USER_POOL_CLIENT),
        // code, implicit, client_credentials.
        attr("AllowedOAuthFlows", List, &DESCRIBE_USER_POOL_CLIENT),
    ],
};

/// Amazon Cognito user pools.
pub static SERVICE: Service = Service {
    name: "cognitoidentityprovider",
    operations: &[&LIST_USER_POOLS, &DESCRIBE_USER_POOL, &LIST_USER_POOL_CLIENTS, &DESCRIBE_USER_POOL_CLIENT],
    kinds: &[&USER_POOL, &USER_POOL_CLIENT],
};
