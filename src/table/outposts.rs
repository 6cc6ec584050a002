//! AWS Outposts: AWS hardware on somebody's own premises.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// Outposts ListOutposts.
pub static LIST_OUTPOSTS: Operation =
    Operation::regional("outposts", "ListOutposts", "outposts list-outposts", &["outposts:ListOutposts"]);

/// An Outpost.
pub static OUTPOST: Kind = Kind {
    name: "AWS::Outposts::Outpost",
    list: &LIST_OUTPOSTS,
    tags: Some(&LIST_OUTPOSTS),
    locate: "",
    attributes: &[
        attr("OutpostId", Str, &LIST_OUTPOSTS),
        attr("OwnerId", Str, &LIST_OUTPOSTS),
        opt("Name", Str, &LIST_OUTPOSTS),
        opt("AvailabilityZone", Str, &LIST_OUTPOSTS),
        opt("LifeCycleStatus", Str, &LIST_OUTPOSTS),
    ],
};

/// AWS Outposts.
pub static SERVICE: Service = Service { name: "outposts", operations: &[&LIST_OUTPOSTS], kinds: &[&OUTPOST] };
