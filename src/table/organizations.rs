//! AWS Organizations: whether the account is in one.

use super::{ACCOUNT_KIND, GET_CALLER_IDENTITY, Kind, Operation, Service, Type::*, opt};

/// Organizations DescribeOrganization.
pub static DESCRIBE_ORGANIZATION: Operation = Operation::global(
    "organizations",
    "DescribeOrganization",
    "organizations describe-organization",
    &["organizations:DescribeOrganization"],
);

/// What the account says of its organisation; all null where it is in none.
pub static ACCOUNT_ORGANIZATION: Kind = Kind {
    name: ACCOUNT_KIND,
    list: &GET_CALLER_IDENTITY,
    tags: None,
    locate: "",
    attributes: &[
        opt("OrganizationId", Str, &DESCRIBE_ORGANIZATION),
        opt("OrganizationFeatureSet", Str, &DESCRIBE_ORGANIZATION),
        opt("OrganizationManagementAccountId", Str, &DESCRIBE_ORGANIZATION),
    ],
};

/// AWS Organizations.
pub static SERVICE: Service =
    Service { name: "organizations", operations: &[&DESCRIBE_ORGANIZATION], kinds: &[&ACCOUNT_ORGANIZATION] };
