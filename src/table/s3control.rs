//! Amazon S3 Control: settings of the account.

use super::{ACCOUNT_KIND, GET_CALLER_IDENTITY, Kind, Operation, Service, Type::*, attr};

/// Amazon S3 Control GetPublicAccessBlock.
pub static GET_PUBLIC_ACCESS_BLOCK: Operation = Operation::global(
    "s3control",
    "GetPublicAccessBlock",
    "s3control get-public-access-block",
    &["s3:GetAccountPublicAccessBlock"],
);

/// The account: its public access block.
pub static ACCOUNT_S3: Kind = Kind {
    name: ACCOUNT_KIND,
    list: &GET_CALLER_IDENTITY,
    tags: None,
    locate: "",
    attributes: &[attr("S3PublicAccessBlock", Map, &GET_PUBLIC_ACCESS_BLOCK)],
};

/// Amazon S3 Control: settings of the account.
pub static SERVICE: Service =
    Service { name: "s3control", operations: &[&GET_PUBLIC_ACCESS_BLOCK], kinds: &[&ACCOUNT_S3] };
