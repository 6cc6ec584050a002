//! Who changed a resource: CloudTrail's event history, by LookupEvents.
//!
//! Apart from the plan of a run: it is asked only when a verdict changed, about what changed it, and no verdict rests on it.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use aws_smithy_types::DateTime;
use aws_smithy_types::error::display::DisplayErrorContext;
use chrono::TimeZone;
use serde_json::Value;

use super::guard::ReadOnlyGuard;
use super::session::home_region;
use crate::model::{Attribution, Call, Moment};

/// Calls that are kept of one resource: the newest ones explain a change.
const CALLS: usize = 5;
/// Events read of one resource, at most: reads are among them and are left out.
const PAGE: i32 = 50;
/// One look-up with its retries. CloudTrail allows two a second per account and region (page "CloudTrail service quotas").
const LIMIT: Duration = Duration::from_secs(20);

/// Asks CloudTrail with the environment's credentials. Not by a run's session: what it says is no observation of the run,
/// and is neither recorded nor replayed.
#[derive(Debug, Clone)]
pub struct Trail {
    config: SdkConfig,
}

impl Trail {
    /// Reads the environment as every AWS tool does.
    pub async fn open() -> Self {
        let config = aws_config::defaults(BehaviorVersion::latest()).retry_config(RetryConfig::adaptive()).load().await;
        Self { config }
    }

    /// Calls that changed the resource called `name` in `region` (`aws-global` is asked in the partition's home region)
    /// between two moments, the newest first. Failed calls and reads are left out.
    pub async fn calls(&self, region: &str, name: &str, since: Moment, until: Moment) -> Attribution {
        let region = match region {
            "aws-global" => home_region(self.config.region().map_or("", |region| region.as_ref())).to_owned(),
            region => region.to_owned(),
        };
        let client = Client::from_conf(
            aws_sdk_cloudtrail::config::Builder::from(&self.config)
                .region(Region::new(region))
                .interceptor(ReadOnlyGuard::only("cloudtrail", &["LookupEvents"]))
                .build(),
        );
        let by_name =
            LookupAttribute::builder().attribute_key(LookupAttributeKey::ResourceName).attribute_value(name).build();
        let by_name = match by_name {
            Ok(attribute) => attribute,
            Err(error) => return Attribution::Unread(error.to_string()),
        };
        let asked = client
            .lookup_events()
            .lookup_attributes(by_name)
            .start_time(DateTime::from_secs(since.timestamp()))
            .end_time(DateTime::from_secs(until.timestamp()))
            .max_results(PAGE)
            .send();
        match tokio::time::timeout(LIMIT, asked).await {
            Err(_) => Attribution::Unread(format!("no answer within {} seconds", LIMIT.as_secs())),
            Ok(Err(error)) => Attribution::Unread(DisplayErrorContext(error).to_string()),
            Ok(Ok(answer)) => {
                let mut calls: Vec<Call> = answer.events().iter().filter_map(call).collect();
                calls.sort_by_key(|call| std::cmp::Reverse(call.when));
                calls.truncate(CALLS);
                if calls.is_empty() { Attribution::NoCall } else { Attribution::Calls(calls) }
            }
        }
    }
}

/// The event as a call; none for reads and for calls that failed.
fn call(event: &Event) -> Option<Call> {
    if event.read_only() == Some("true") {
        return None;
    }
    let detail: Value = event.cloud_trail_event().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let said = |pointer: &str| detail.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if said("/errorCode").is_some() || detail.get("readOnly").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let when = event.event_time().and_then(|time| chrono::Utc.timestamp_opt(time.secs(), 0).single())?;
    let who = said("/userIdentity/arn")
        .or_else(|| event.username().map(str::to_owned))
        .or_else(|| said("/userIdentity/invokedBy"))
        .unwrap_or_else(|| "?".to_owned());
    Some(Call {
        event_id: event.event_id().unwrap_or_default().to_owned(),
        source: event.event_source().unwrap_or_default().to_owned(),
        name: event.event_name().unwrap_or_default().to_owned(),
        who,
        when,
        address: said("/sourceIPAddress"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(read_only: Option<&str>, detail: &str) -> Event {
        Event::builder()
            .event_id("e-1")
            .event_name("ModifyDBInstance")
            .event_source("rds.amazonaws.com")
            .set_read_only(read_only.map(str::to_owned))
            .event_time(DateTime::from_secs(1_790_000_000))
            .username("aya")
            .cloud_trail_event(detail)
            .build()
    }

    #[test]
    fn a_call_tells_who_when_and_from_where() {
        let detail = r#"{"userIdentity":{"arn":"arn:aws:iam::123456789012:user/aya"},"sourceIPAddress":"192.0.2.7"}"#;
        let call = call(&event(Some("false"), detail)).unwrap();
        assert_eq!((call.who.as_str(), call.name.as_str()), ("arn:aws:iam::123456789012:user/aya", "ModifyDBInstance"));
        assert_eq!(call.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(call.when.timestamp(), 1_790_000_000);
    }

    #[test]
    fn reads_and_refused_calls_changed_nothing() {
        assert_eq!(call(&event(Some("true"), "{}")), None);
        assert_eq!(call(&event(None, r#"{"readOnly":true}"#)), None);
        assert_eq!(call(&event(Some("false"), r#"{"errorCode":"AccessDenied"}"#)), None);
        // A record that does not parse still names the user.
        assert_eq!(call(&event(Some("false"), "not json")).unwrap().who, "aya");
    }
}
