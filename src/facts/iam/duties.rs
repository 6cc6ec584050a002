//! Single rights that sheets ask about: who may change the network, stop the audit log, read everything that is
//! encrypted. Action names: "Service Authorization Reference", AWS.

use super::access::{Access, Principal};
use super::pattern::Pattern;

/// Writes to security groups, network ACLs, routes, gateways, peering, endpoints and firewalls.
pub const NETWORK_WRITES: &[&str] = &[
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:ModifySecurityGroupRules",
    "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
    "ec2:CreateSecurityGroup",
    "ec2:DeleteSecurityGroup",
    "ec2:CreateNetworkAclEntry",
    "ec2:ReplaceNetworkAclEntry",
    "ec2:DeleteNetworkAclEntry",
    "ec2:ReplaceNetworkAclAssociation",
    "ec2:CreateNetworkAcl",
    "ec2:DeleteNetworkAcl",
    "ec2:CreateRoute",
    "ec2:ReplaceRoute",
    "ec2:DeleteRoute",
    "ec2:CreateRouteTable",
    "ec2:DeleteRouteTable",
    "ec2:AssociateRouteTable",
    "ec2:ReplaceRouteTableAssociation",
    "ec2:CreateInternetGateway",
    "ec2:AttachInternetGateway",
    "ec2:DetachInternetGateway",
    "ec2:CreateEgressOnlyInternetGateway",
    "ec2:CreateNatGateway",
    "ec2:DeleteNatGateway",
    "ec2:CreateVpcPeeringConnection",
    "ec2:AcceptVpcPeeringConnection",
    "ec2:CreateTransitGateway",
    "ec2:CreateTransitGatewayRoute",
    "ec2:CreateTransitGatewayVpcAttachment",
    "ec2:CreateVpnGateway",
    "ec2:AttachVpnGateway",
    "ec2:CreateVpnConnection",
    "ec2:CreateVpcEndpoint",
    "ec2:ModifyVpcEndpoint",
    "ec2:CreateVpc",
    "ec2:DeleteVpc",
    "ec2:CreateSubnet",
    "ec2:ModifySubnetAttribute",
    "ec2:ModifyVpcBlockPublicAccessOptions",
    "network-firewall:UpdateFirewallPolicy",
    "network-firewall:UpdateRuleGroup",
    "network-firewall:AssociateFirewallPolicy",
    "network-firewall:DeleteFirewall",
    "network-firewall:DeleteFirewallPolicy",
    "network-firewall:DeleteRuleGroup",
];

/// What stops a trail, or makes it record less; asked of the trail's ARN.
pub const TRAIL_WRITES: &[&str] =
    &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"];

/// What removes logs from a bucket or lets them expire, asked of the bucket, and of its objects.
pub const LOG_BUCKET_WRITES: &[&str] =
    &["s3:DeleteBucket", "s3:PutLifecycleConfiguration", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
/// See [`LOG_BUCKET_WRITES`].
pub const LOG_OBJECT_WRITES: &[&str] = &["s3:DeleteObject", "s3:DeleteObjectVersion"];

/// Whether the principal may do any of the actions on some resource.
pub fn may_any(principal: &Principal, actions: &[&str]) -> Access {
    first(actions.iter().map(|action| principal.may_somewhere(action)))
}

/// Whether the principal may do any of the actions on any of the resources (ARNs).
pub fn may_any_on<'a>(
    principal: &Principal,
    actions: &[&str],
    resources: impl IntoIterator<Item = &'a str> + Clone,
) -> Access {
    first(
        actions
            .iter()
            .flat_map(|action| resources.clone().into_iter().map(move |resource| principal.may(action, resource))),
    )
}

/// The freest answer; an unconditional one ends the search.
fn first(answers: impl Iterator<Item = Access>) -> Access {
    let mut best = Access::Denied;
    for answer in answers {
        best = best.or(answer);
        if best == super::admin::SURE {
            break;
        }
    }
    best
}

/// Whether the principal may write network configuration.
pub fn network_admin(principal: &Principal) -> Access {
    may_any(principal, NETWORK_WRITES)
}

/// Whether the principal may stop one of the trails, or remove logs from one of the buckets (names). Where no trail and
/// no bucket is given, whether it may do so to any.
pub fn audit_admin(principal: &Principal, trails: &[String], buckets: &[String]) -> Access {
    if trails.is_empty() && buckets.is_empty() {
        return may_any(principal, TRAIL_WRITES);
    }
    let partition = principal.partition();
    let arns: Vec<String> = buckets.iter().map(|bucket| format!("arn:{partition}:s3:::{bucket}")).collect();
    let on_trails = may_any_on(principal, TRAIL_WRITES, trails.iter().map(String::as_str));
    let on_buckets = may_any_on(principal, LOG_BUCKET_WRITES, arns.iter().map(String::as_str));
    // Objects by a pattern: rights on any part of the bucket count.
    let objects = |arn: &String| {
        let within = Pattern::resource(&format!("{arn}/*"));
        first(LOG_OBJECT_WRITES.iter().map(|action| principal.may_somewhere_in(action, &within, &[])))
    };
    on_trails.or(on_buckets).or(first(arns.iter().map(objects)))
}

/// Whether the principal's policies let it decrypt with every key of the account, in all regions or in one that a
/// statement names. (A key policy may still say no: it is not looked at.)
pub fn decrypt_all(principal: &Principal) -> Access {
    let (partition, account) = (principal.partition(), principal.account());
    let universe = |region: &str| Pattern::resource(&format!("arn:{partition}:kms:{region}:{account}:key/*"));
    let mut answer = principal.may_everywhere("kms:Decrypt", &universe("*"));
    for pattern in principal.patterns_for("kms:Decrypt") {
        if let Some(region) = pattern.raw().split(':').nth(3).filter(|region| !region.contains(['*', '?', '$'])) {
            answer = answer.or(principal.may_everywhere("kms:Decrypt", &universe(region)));
        }
    }
    answer
}
