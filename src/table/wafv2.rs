//! AWS WAF. Which load balancer a web ACL stands before is read with the load balancers.

use super::{Kind, Operation, Service, Type::*, attr};

/// WAF ListWebACLs.
pub static LIST_WEB_ACLS: Operation =
    Operation::regional("wafv2", "ListWebACLs", "wafv2 list-web-acls", &["wafv2:ListWebACLs"]);
/// WAF GetWebACL.
pub static GET_WEB_ACL: Operation =
    Operation::regional("wafv2", "GetWebACL", "wafv2 get-web-acl", &["wafv2:GetWebACL"]);
/// WAF ListLoggingConfigurations.
pub static LIST_LOGGING_CONFIGURATIONS: Operation = Operation::regional(
    "wafv2",
    "ListLoggingConfigurations",
    "wafv2 list-logging-configurations",
    &["wafv2:ListLoggingConfigurations"],
);
/// WAF ListTagsForResource.
pub static LIST_TAGS_FOR_RESOURCE: Operation =
    Operation::regional("wafv2", "ListTagsForResource", "wafv2 list-tags-for-resource", &["wafv2:ListTagsForResource"]);

/// A web ACL. Those for CloudFront stand in us-east-1.
pub static WEB_ACL: Kind = Kind {
    name: "AWS::WAFv2::WebACL",
    list: &LIST_WEB_ACLS,
    tags: Some(&LIST_TAGS_FOR_RESOURCE),
    locate: "",
    attributes: &[
        attr("Name", Str, &LIST_WEB_ACLS),
        attr("Scope", Str, &LIST_WEB_ACLS),
        // Names of its rules and of the rule groups that Firewall Manager put before and after them.
        attr("Rules", List, &GET_WEB_ACL),
        // ALLOW or BLOCK.
        attr("DefaultAction", Str, &GET_WEB_ACL),
        // Where its logs go.
        attr("LogDestinationConfigs", List, &LIST_LOGGING_CONFIGURATIONS),
    ],
};

/// AWS WAF.
pub static SERVICE: Service = Service {
    name: "wafv2",
    operations: &[&LIST_WEB_ACLS, &GET_WEB_ACL, &LIST_LOGGING_CONFIGURATIONS, &LIST_TAGS_FOR_RESOURCE],
    kinds: &[&WEB_ACL],
};
