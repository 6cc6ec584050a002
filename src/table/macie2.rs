//! Amazon Macie.

use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, opt};

/// Macie GetMacieSession.
pub static GET_MACIE_SESSION: Operation =
    Operation::regional("macie2", "GetMacieSession", "macie2 get-macie-session", &["macie2:GetMacieSession"]);

/// What a region says of the discovery of sensitive data.
pub static REGION_MACIE: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "",
    attributes: &[
        // ENABLED or PAUSED; null where Macie is not enabled.
        opt("MacieStatus", Str, &GET_MACIE_SESSION),
    ],
};

/// Amazon Macie.
pub static SERVICE: Service = Service { name: "macie2", operations: &[&GET_MACIE_SESSION], kinds: &[&REGION_MACIE] };
