//! Tiers of the service that exist and have no alarm.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{complete_everywhere, list, text};
use crate::facts::{Facts, World};
use crate::model::Resource;
use crate::table::ACCOUNT_KIND;

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// A kind, and the namespaces of CloudWatch that its metrics lie in (Amazon CloudWatch User Guide, "AWS services that
/// publish CloudWatch metrics").
const TIERS: &[(&str, &[&str])] = &[
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &["AWS/ApplicationELB", "AWS/NetworkELB", "AWS/GatewayELB"]),
    ("AWS::AutoScaling::AutoScalingGroup", &["AWS/AutoScaling", "AWS/EC2"]),
    ("AWS::RDS::DBInstance", &["AWS/RDS", "AWS/DocDB", "AWS/Neptune"]),
    ("AWS::Lambda::Function", &["AWS/Lambda"]),
    ("AWS::SQS::Queue", &["AWS/SQS"]),
    ("AWS::DynamoDB::Table", &["AWS/DynamoDB"]),
    ("AWS::ECS::Service", &["AWS/ECS", "ECS/ContainerInsights"]),
];

/// Says `facts.tiers_without_alarm` of each account: `kind in region`.
pub(in crate::facts) fn tiers(world: &World<'_>, facts: &mut Facts) {
    for account in world.all(ACCOUNT_KIND) {
        facts.tell(account, "facts.tiers_without_alarm", of_account(world, &account.account).map(Value::from));
    }
}

fn of_account(world: &World<'_>, account: &str) -> Result<Vec<String>, String> {
    complete_everywhere(world, ALARM, account)?;
    let mut watched: BTreeSet<(String, String)> = BTreeSet::new();
    for alarm in world.of_account(ALARM, account) {
        for namespace in namespaces(alarm)? {
            watched.insert((alarm.region.clone(), namespace.to_string()));
        }
    }
    let mut without = BTreeSet::new();
    for (kind, names) in TIERS {
        complete_everywhere(world, kind, account)?;
        for resource in world.of_account(kind, account) {
            let seen = names.iter().any(|name| watched.contains(&(resource.region.clone(), (*name).to_string())));
            if !seen {
                without.insert(format!("{kind} in {}", resource.region));
            }
        }
    }
    Ok(without.into_iter().collect())
}

fn namespaces(alarm: &Resource) -> Result<Vec<&str>, String> {
    let own = text(alarm, "Namespace")?;
    let inner = list(alarm, "Metrics")?
        .iter()
        .filter_map(|query| query.pointer("/MetricStat/Metric/Namespace").and_then(Value::as_str));
    Ok(std::iter::once(own).chain(inner).filter(|name| !name.is_empty()).collect())
}
