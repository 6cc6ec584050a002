use super::*;
use crate::facts::Fact;
use crate::facts::testing::{resource, snapshot, tagged};

fn fact(resources: Vec<Resource>, unread: &[&str], kind: &str, name: &str) -> Result<Value, String> {
    let snapshot = snapshot(resources, unread);
    let world = World::new(&snapshot);
    let mut facts = Facts::default();
    derive(&world, &mut facts);
    match facts.of(world.all(kind)[0]).unwrap()[name].clone() {
        Fact::Value(value) => Ok(value),
        Fact::Gap(why) => Err(why),
    }
}

fn instance(id: &str, zone: &str, tags: &[(&str, &str)]) -> Resource {
    tagged(resource(INSTANCE, id, json!({"State": "running", "AvailabilityZone": zone})), tags)
}

#[test]
fn only_healthy_instances_in_service_count() {
    let group = |second: &str| {
        resource(
            GROUP,
            "web",
            json!({"Instances": [
                {"AvailabilityZone": "a", "HealthStatus": "Healthy", "LifecycleState": "InService"},
                {"AvailabilityZone": "c", "HealthStatus": second, "LifecycleState": "InService"}]}),
        )
    };
    assert_eq!(fact(vec![group("Healthy")], &[], GROUP, "facts.healthy_zones"), Ok(json!(["a", "c"])));
    assert_eq!(fact(vec![group("Unhealthy")], &[], GROUP, "facts.healthy_zones"), Ok(json!(["a"])));
    assert!(fact(vec![resource(GROUP, "web", json!({}))], &[], GROUP, "facts.healthy_zones").is_err());
}

#[test]
fn a_load_balancer_counts_the_zones_of_its_healthy_targets() {
    let all = |state: &str| {
        let mut lb = resource(BALANCER, "app/web/1", json!({"AvailabilityZones": ["a", "c"]}));
        lb.arn = Some("arn:lb".into());
        let targets = json!([{"Id": "i-1", "State": "healthy"}, {"Id": "i-2", "State": state}]);
        let group = json!({"LoadBalancerArns": ["arn:lb"], "TargetType": "instance", "Targets": targets});
        vec![lb, resource(TARGET_GROUP, "tg", group), instance("i-1", "a", &[]), instance("i-2", "c", &[])]
    };
    let name = "facts.healthy_target_zones";
    assert_eq!(fact(all("healthy"), &[], BALANCER, name), Ok(json!(["a", "c"])));
    assert_eq!(fact(all("unhealthy"), &[], BALANCER, name), Ok(json!(["a"])));
    let mut gone = all("healthy");
    gone.truncate(3);
    assert!(fact(gone, &[], BALANCER, name).is_err());
    assert!(fact(all("healthy"), &["elasticloadbalancingv2:DescribeTargetGroups"], BALANCER, name).is_err());
    let mut alone = all("healthy");
    alone.truncate(1);
    assert_eq!(fact(alone, &[], BALANCER, name), Ok(Value::Null));
}

#[test]
fn instances_of_one_name_spread_each_other() {
    let name = "facts.zones_of_its_group";
    let two = vec![instance("i-1", "a", &[("Name", "web-1")]), instance("i-2", "c", &[("Name", "web-2")])];
    assert_eq!(fact(two, &[], INSTANCE, name), Ok(json!(["a", "c"])));
    let strangers = vec![instance("i-1", "a", &[("Name", "web-1")]), instance("i-2", "c", &[("Name", "db-1")])];
    assert_eq!(fact(strangers, &[], INSTANCE, name), Ok(json!(["a"])));
    let untagged = vec![instance("i-1", "a", &[]), instance("i-2", "c", &[])];
    assert_eq!(fact(untagged, &[], INSTANCE, name), Ok(json!(["a"])));
    let kept = vec![instance("i-1", "a", &[(ASG_TAG, "web")])];
    assert_eq!(fact(kept, &[], INSTANCE, name), Ok(Value::Null));
    let mut unknown = instance("i-1", "a", &[]);
    unknown.tags = Tags::NotAsked;
    assert!(fact(vec![unknown], &[], INSTANCE, name).is_err());
    let half = vec![instance("i-1", "a", &[("Name", "web-1")])];
    assert!(fact(half, &["ec2:DescribeInstances"], INSTANCE, name).is_err());
}

#[test]
fn a_function_lies_in_the_zones_of_its_subnets() {
    let function = |config: Value| resource(FUNCTION, "f", json!({"VpcConfig": config}));
    let subnet = resource(SUBNET, "subnet-1", json!({"AvailabilityZone": "a"}));
    let all = vec![function(json!({"SubnetIds": ["subnet-1"]})), subnet];
    assert_eq!(fact(all, &[], FUNCTION, "facts.zones"), Ok(json!(["a"])));
    assert_eq!(fact(vec![function(Value::Null)], &[], FUNCTION, "facts.zones"), Ok(Value::Null));
    assert!(fact(vec![function(json!({"SubnetIds": ["subnet-1"]}))], &[], FUNCTION, "facts.zones").is_err());
}

#[test]
fn a_nat_gateway_names_the_other_zones_that_hang_on_it() {
    let nat = json!({"State": "available", "SubnetId": "subnet-a", "VpcId": "vpc-1"});
    let table = json!({"VpcId": "vpc-1", "Routes": [{"NatGatewayId": "nat-1"}],
        "Associations": [{"Main": true, "SubnetId": null}]});
    let subnet =
        |zone: &str| resource(SUBNET, &format!("subnet-{zone}"), json!({"VpcId": "vpc-1", "AvailabilityZone": zone}));
    let all = |zones: &[&str]| {
        let mut all = vec![resource(NAT, "nat-1", nat.clone()), resource(ROUTES, "rtb", table.clone())];
        all.extend(zones.iter().map(|zone| subnet(zone)));
        all
    };
    let name = "facts.zones_without_own";
    assert_eq!(fact(all(&["a"]), &[], NAT, name), Ok(json!([])));
    assert_eq!(fact(all(&["a", "c"]), &[], NAT, name), Ok(json!(["c"])));
    assert!(fact(all(&["a", "c"]), &["ec2:DescribeRouteTables"], NAT, name).is_err());
}
