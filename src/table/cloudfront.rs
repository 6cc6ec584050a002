//! Amazon CloudFront: distributions.

use super::{Kind, Operation, Service, Type::*, attr};

/// Amazon CloudFront ListDistributions.
pub static LIST_DISTRIBUTIONS: Operation = Operation::global(
    "cloudfront",
    "ListDistributions",
    "cloudfront list-distributions",
    &["cloudfront:ListDistributions"],
);

/// Amazon CloudFront GetDistributionConfig.
pub static GET_DISTRIBUTION_CONFIG: Operation = Operation::global(
    "cloudfront",
    "GetDistributionConfig",
    "cloudfront get-distribution-config",
    &["cloudfront:GetDistributionConfig"],
);

/// Amazon CloudFront ListTagsForResource.
pub static LIST_TAGS_FOR_RESOURCE: Operation = Operation::global(
    "cloudfront",
    "ListTagsForResource",
    "cloudfront list-tags-for-resource",
    &["cloudfront:ListTagsForResource"],
);

/// A distribution.
pub static DISTRIBUTION: Kind = Kind {
    name: "AWS::CloudFront::Distribution",
    list: &LIST_DISTRIBUTIONS,
    tags: Some(&LIST_TAGS_FOR_RESOURCE),
    locate: "",
    attributes: &[
        attr("Enabled", Bool, &LIST_DISTRIBUTIONS),
        attr("DomainName", Str, &LIST_DISTRIBUTIONS),
        attr("Aliases", List, &LIST_DISTRIBUTIONS),
        attr("ViewerProtocolPolicies", List, &LIST_DISTRIBUTIONS),
        attr("ViewerCertificate", Map, &LIST_DISTRIBUTIONS),
        attr("Origins", List, &LIST_DISTRIBUTIONS),
        attr("WebACLId", Str, &LIST_DISTRIBUTIONS),
        attr("Logging", Map, &GET_DISTRIBUTION_CONFIG),
        attr("RealtimeLogConfigArns", List, &LIST_DISTRIBUTIONS),
    ],
};

/// Amazon CloudFront: distributions.
pub static SERVICE: Service = Service {
    name: "cloudfront",
    operations: &[&LIST_DISTRIBUTIONS, &GET_DISTRIBUTION_CONFIG, &LIST_TAGS_FOR_RESOURCE],
    kinds: &[&DISTRIBUTION],
};
