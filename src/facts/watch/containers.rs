//! Where services of Amazon ECS run, and whether commands in their containers are logged.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{complete, text};
use crate::facts::{Facts, World};
use crate::model::Resource;

const SERVICE: &str = "AWS::ECS::Service";

/// Says `facts.zones` of each service; null where it names no subnets.
pub(in crate::facts) fn zones(world: &World<'_>, facts: &mut Facts) {
    for service in world.all(SERVICE) {
        facts.tell(service, "facts.zones", zones_of(world, service));
    }
}

fn zones_of(world: &World<'_>, service: &Resource) -> Result<Value, String> {
    const SUBNET: &str = "AWS::EC2::Subnet";
    let network = service.need("NetworkConfiguration")?;
    let Some(subnets) = network.pointer("/AwsvpcConfiguration/Subnets").and_then(Value::as_array) else {
        return Ok(Value::Null);
    };
    let mut zones = BTreeSet::new();
    for id in subnets.iter().filter_map(Value::as_str) {
        let found = world.in_region(SUBNET, &service.account, &service.region).find(|subnet| subnet.id == id);
        match found {
            Some(subnet) => zones.insert(text(subnet, "AvailabilityZone")?.to_string()),
            None => {
                complete(world, SUBNET, &service.account, &service.region)?;
                return Err(format!("{id} is not a subnet of this account, so its zone is not known"));
            }
        };
    }
    Ok(zones.into_iter().collect::<Vec<_>>().into())
}

/// Says `facts.exec_logged` of each service: its cluster writes sessions of ECS Exec to a log.
pub(in crate::facts) fn exec_logged(world: &World<'_>, facts: &mut Facts) {
    for service in world.all(SERVICE) {
        facts.tell(service, "facts.exec_logged", logged(world, service).map(Value::from));
    }
}

fn logged(world: &World<'_>, service: &Resource) -> Result<bool, String> {
    const CLUSTER: &str = "AWS::ECS::Cluster";
    let arn = text(service, "Cluster")?;
    let cluster = world.in_region(CLUSTER, &service.account, &service.region).find(|cluster| cluster.name() == arn);
    let Some(cluster) = cluster else { return Err(format!("the cluster {arn} was not read")) };
    let exec = cluster.need("Configuration")?.get("ExecuteCommandConfiguration");
    let field = |path: &str| {
        let value = exec.and_then(|e| e.pointer(path)).and_then(Value::as_str);
        value.is_some_and(|text| !text.is_empty())
    };
    // DEFAULT writes to the log that the task definition names, which need not exist; only a log of the cluster's own
    // is proof ("ExecuteCommandConfiguration", Amazon ECS API Reference).
    let mode = exec.and_then(|e| e.get("Logging")).and_then(Value::as_str);
    Ok(mode == Some("OVERRIDE")
        && (field("/LogConfiguration/CloudWatchLogGroupName") || field("/LogConfiguration/S3BucketName")))
}
