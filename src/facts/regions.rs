//! Which regions hold anything.

use serde_json::{Value, json};

use super::{Facts, World};
use crate::model::Resource;
use crate::table::REGION_KIND;

/// Kinds that show that a region is used. Everything else needs one of these or is of no use alone.
const SIGNS: [&str; 6] = [
    "AWS::EC2::Instance",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::Lambda::Function",
    "AWS::RDS::DBInstance",
];

/// What is said here.
pub(super) const SAYS: &[(&str, &str)] = &[(REGION_KIND, "facts.used")];

/// Says `facts.used` of regions.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for region in world.all(REGION_KIND) {
        facts.tell(region, "facts.used", used(world, region));
    }
}

/// One thing that is there decides; that nothing is there, only complete listings show.
fn used(world: &World<'_>, region: &Resource) -> Result<Value, String> {
    let mut unread = Vec::new();
    for kind in SIGNS {
        for resource in world.in_region(kind, &region.account, &region.id) {
            match sign(resource) {
                Ok(true) => return Ok(json!(true)),
                Ok(false) => {}
                Err(why) => unread.push(why),
            }
        }
        if let Err(why) = world.complete(kind, &region.account, &region.id) {
            unread.push(why);
        }
    }
    match unread.into_iter().next() {
        None => Ok(json!(false)),
        Some(why) => Err(why),
    }
}

/// Every region has a default VPC, and a terminated instance stays listed for an hour.
fn sign(resource: &Resource) -> Result<bool, String> {
    match resource.kind.as_str() {
        "AWS::EC2::Instance" => Ok(resource.need("State")?.as_str() != Some("terminated")),
        "AWS::EC2::VPC" => Ok(resource.need("IsDefault")?.as_bool() == Some(false)),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::{self, snapshot};

    fn fact(snapshot: &crate::model::Snapshot) -> Result<Value, String> {
        let world = World::new(snapshot);
        let [region] = world.all(REGION_KIND)[..] else { panic!("one region") };
        used(&world, region)
    }

    fn region() -> Resource {
        testing::resource(REGION_KIND, testing::REGION, json!({}))
    }

    #[test]
    fn a_region_is_unused_only_where_every_listing_says_so() {
        let vpc = || testing::resource("AWS::EC2::VPC", "vpc-1", json!({"IsDefault": true}));
        assert_eq!(fact(&snapshot(vec![region(), vpc()], &[])), Ok(json!(false)));
        assert!(fact(&snapshot(vec![region(), vpc()], &["lambda:ListFunctions"])).is_err());
        let own = testing::resource("AWS::EC2::VPC", "vpc-2", json!({"IsDefault": false}));
        assert_eq!(fact(&snapshot(vec![region(), own], &["lambda:ListFunctions"])), Ok(json!(true)));
        let gap = testing::resource("AWS::EC2::VPC", "vpc-3", json!({}));
        assert!(fact(&snapshot(vec![region(), gap], &[])).is_err());
    }
}
