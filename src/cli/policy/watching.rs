//! What `kakunin watch` needs besides reading: its own queue, the channels of AWS, CloudTrail, the snapshots' bucket. Each
//! statement names its one resource where the operation knows any.

use serde_json::{Value, json};

use crate::model::{ChannelKind, Watching};

/// The statements, in a fixed order; those that the project has no use for are left out.
pub(super) fn statements(watching: &Watching, regions: &[String]) -> Vec<Value> {
    let first_region = regions.first().map_or("", String::as_str);
    let mut statements = Vec::new();
    let mut allow = |sid: &str, actions: &[&str], resources: Vec<String>| {
        if !resources.is_empty() {
            statements.push(json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources }));
        }
    };
    let anything = || vec!["*".to_owned()];
    // The partition of what names no region is that of the project's first region.
    let home = partition(first_region);
    // LookupEvents knows no resource (Service Authorization Reference, CloudTrail).
    allow("KakuninWhoChangedIt", &["cloudtrail:LookupEvents"], anything());
    if let Some(events) = &watching.events {
        let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
        allow("KakuninChangeEvents", &actions, vec![queue(&events.queue)]);
    }
    let kinds = || watching.alerts.channels.iter().map(|channel| &channel.kind);
    let topics = kinds().filter_map(|kind| match kind {
        ChannelKind::Sns { topic } => Some(topic.clone()),
        _ => None,
    });
    allow("KakuninTellBySns", &["sns:Publish"], topics.collect());
    let buses = kinds().filter_map(|kind| match kind {
        ChannelKind::EventBridge { bus, region } => Some(self::bus(bus, region.as_deref())),
        _ => None,
    });
    allow("KakuninTellByEventBridge", &["events:PutEvents"], buses.collect());
    if kinds().any(|kind| matches!(kind, ChannelKind::SecurityHub { .. })) {
        let product = format!("arn:{home}:securityhub:*:*:product/*/default");
        allow("KakuninTellBySecurityHub", &["securityhub:BatchImportFindings"], vec![product]);
    }
    let bucket = watching.history.as_ref().and_then(|history| history.snapshots.strip_prefix("s3://"));
    if let Some(place) = bucket {
        let actions = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"];
        allow("KakuninSnapshots", &actions, vec![format!("arn:{home}:s3:::{}/*", place.trim_end_matches('/'))]);
    }
    statements
}

/// `https://sqs.ap-northeast-1.amazonaws.com/123456789012/changes` as an ARN; any queue of that name for other hosts.
fn queue(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
    let region = host.strip_prefix("sqs.").and_then(|rest| rest.split('.').next()).unwrap_or("*");
    let mut path = parsed.iter().flat_map(|url| url.path().trim_matches('/').split('/'));
    let (account, name) = (path.next().unwrap_or("*"), path.next().unwrap_or("*"));
    format!("arn:{}:sqs:{region}:{account}:{name}", partition(region))
}

fn bus(bus: &str, region: Option<&str>) -> String {
    if bus.starts_with("arn:") {
        return bus.to_owned();
    }
    let region = region.unwrap_or("*");
    format!("arn:{}:events:{region}:*:event-bus/{bus}", partition(region))
}

/// IAM takes no wildcard for the partition.
fn partition(region: &str) -> &'static str {
    match region {
        r if r.starts_with("cn-") => "aws-cn",
        r if r.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Project;

    #[test]
    fn only_what_the_project_uses_is_allowed_and_only_there() {
        let none = statements(&Project::parse("kakunin.toml", "").unwrap().watching, &[]);
        assert_eq!(none.len(), 1, "{none:?}");
        let text = r#"
[history]
snapshots = "s3://shop-evidence/kakunin/"

[events]
queue = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/changes"

[[channel]]
name = "hub"
kind = "security-hub"

[[channel]]
name = "bus"
kind = "event-bridge"
bus = "audit"
region = "eu-west-1"

[[channel]]
name = "people"
kind = "sns"
topic = "arn:aws:sns:ap-northeast-1:123456789012:alerts"
"#;
        let all = statements(&Project::parse("kakunin.toml", text).unwrap().watching, &[]);
        let resources: Vec<&str> = all.iter().map(|s| s["Resource"][0].as_str().unwrap()).collect();
        assert_eq!(
            resources,
            [
                "*",
                "arn:aws:sqs:ap-northeast-1:123456789012:changes",
                "arn:aws:sns:ap-northeast-1:123456789012:alerts",
                "arn:aws:events:eu-west-1:*:event-bus/audit",
                "arn:aws:securityhub:*:*:product/*/default",
                "arn:aws:s3:::shop-evidence/kakunin/*",
            ]
        );
        assert_eq!(all.iter().filter(|s| s["Resource"][0] == "*").count(), 1);
    }
}
