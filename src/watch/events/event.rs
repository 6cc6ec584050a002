//! What came out of the queue → calls that were made.
//!
//! A body is an event of EventBridge ("AWS service events delivered via AWS CloudTrail", Amazon EventBridge User Guide),
//! the bare record of CloudTrail in it ("CloudTrail record contents", AWS CloudTrail User Guide), an envelope of Amazon
//! SNS around either, or several of them. Fields of records vary by service: only what is needed is asked for.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::model::Moment;

/// Envelopes around an event, at most: an event bus, a topic, and one to spare.
const DEPTH: usize = 4;
/// Names of resources that are kept of one call: they explain, nothing rests on them.
const NAMES: usize = 20;
/// Longest name that is kept, in characters: an ARN has at most 2048, and most are short.
const NAME_LENGTH: usize = 512;

/// One call that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// CloudTrail's id of the record: two deliveries of one call have the same.
    pub id: String,
    /// Account whose resources it was made on.
    pub account: String,
    /// Region, as CloudTrail has it: `us-east-1` for services that belong to none.
    pub region: String,
    /// Event source without `.amazonaws.com`: `elasticfilesystem`.
    pub source: String,
    /// Name of the call: `ModifyDBInstance`.
    pub name: String,
    /// It only read.
    pub read_only: bool,
    /// It changed how things are set up: no data event, insight or sign-in.
    pub management: bool,
    /// ARNs and names that the record tells, for people.
    pub resources: Vec<String>,
    /// The error that the caller got: then nothing was changed.
    pub error: Option<String>,
    /// When it was made.
    pub time: Option<Moment>,
}

/// Not such an event: kept for people, and never tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an event of CloudTrail, found {found}")]
pub struct Poison {
    /// What was found instead, without any of its content.
    pub found: String,
}

fn poison(found: impl Into<String>) -> Poison {
    Poison { found: found.into() }
}

/// The calls that a message tells of, each or why it is none; never empty.
pub fn read(body: &str) -> Vec<Result<Change, Poison>> {
    let mut found = Vec::new();
    match serde_json::from_str(body) {
        Ok(value) => open(&value, 0, &mut found),
        Err(error) => found.push(Err(poison(format!("text that is no JSON ({error})")))),
    }
    if found.is_empty() {
        found.push(Err(poison("an empty list")));
    }
    found
}

fn open(value: &Value, depth: usize, found: &mut Vec<Result<Change, Poison>>) {
    if depth > DEPTH {
        return found.push(Err(poison(format!("more than {DEPTH} envelopes around each other"))));
    }
    let object = match value {
        Value::Array(several) => return several.iter().for_each(|one| open(one, depth + 1, found)),
        Value::Object(object) => object,
        other => return found.push(Err(poison(format!("{} instead of an object", kind(other))))),
    };
    if let Some(detail_type) = text(object, "detail-type") {
        return found.push(enveloped(object, detail_type));
    }
    if object.contains_key("eventSource") && object.contains_key("eventName") {
        return found.push(record(object, &Map::new()));
    }
    // Amazon SNS, and a file of CloudTrail's.
    match (object.get("Message"), object.get("Records")) {
        (Some(Value::String(inner)), _) => match serde_json::from_str(inner) {
            Ok(inner) => open(&inner, depth + 1, found),
            Err(error) => found.push(Err(poison(format!("a notification whose message is no JSON ({error})")))),
        },
        (_, Some(several @ Value::Array(_))) => open(several, depth + 1, found),
        _ => found.push(Err(poison("an object with neither detail-type nor eventSource"))),
    }
}

fn enveloped(envelope: &Map<String, Value>, detail_type: &str) -> Result<Change, Poison> {
    if !detail_type.ends_with("via CloudTrail") {
        let named: String = detail_type.chars().take(80).collect();
        return Err(poison(format!("an event of another type, {named:?}: narrow the rule that sends it")));
    }
    match envelope.get("detail") {
        Some(Value::Object(detail)) => record(detail, envelope),
        Some(other) => Err(poison(format!("a detail that is {} instead of an object", kind(other)))),
        None => Err(poison("an event without its detail")),
    }
}

fn record(detail: &Map<String, Value>, envelope: &Map<String, Value>) -> Result<Change, Poison> {
    let wanted = |name: &str| text(detail, name).ok_or_else(|| poison(format!("a record without {name}")));
    let source = wanted("eventSource")?;
    let name = wanted("eventName")?;
    let account = text(detail, "recipientAccountId")
        .or_else(|| text(envelope, "account"))
        .or_else(|| text(detail.get("userIdentity")?.as_object()?, "accountId"))
        .ok_or_else(|| poison("a record that names no account"))?;
    let region = text(detail, "awsRegion")
        .or_else(|| text(envelope, "region"))
        .ok_or_else(|| poison("a record that names no region"))?;
    let time = text(detail, "eventTime").or_else(|| text(envelope, "time"));
    let id = text(detail, "eventID").or_else(|| text(envelope, "id")).unwrap_or_default();
    let category = text(detail, "eventCategory").unwrap_or("Management");
    Ok(Change {
        id: id.to_owned(),
        account: account.to_owned(),
        region: region.to_owned(),
        source: source.split('.').next().unwrap_or(source).to_ascii_lowercase(),
        name: name.to_owned(),
        read_only: flag(detail, "readOnly").unwrap_or(false),
        management: category == "Management" && flag(detail, "managementEvent").unwrap_or(true),
        resources: resources(detail, envelope),
        error: text(detail, "errorCode").map(ToOwned::to_owned),
        time: time.and_then(|time| DateTime::parse_from_rfc3339(time).ok()).map(|time| time.with_timezone(&Utc)),
    })
}

/// Text that is there and not empty.
fn text<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// True or false; some deliveries write them as text.
fn flag(object: &Map<String, Value>, name: &str) -> Option<bool> {
    match object.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// ARNs of the record, and parameters of the call that are called a name, an id or an ARN.
fn resources(detail: &Map<String, Value>, envelope: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let listed = detail.get("resources").and_then(Value::as_array).into_iter().flatten();
    let arns = listed.filter_map(|one| one.get("ARN").or_else(|| one.get("arn"))?.as_str());
    let named = envelope.get("resources").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let parameters = detail.get("requestParameters").and_then(Value::as_object).into_iter().flatten();
    let of_call = parameters.filter(|(key, _)| {
        let key = key.to_ascii_lowercase();
        ["name", "id", "identifier", "arn"].iter().any(|end| key.ends_with(end))
    });
    for name in arns.chain(named).chain(of_call.filter_map(|(_, value)| value.as_str())) {
        if names.len() < NAMES && !names.iter().any(|known| known == name) {
            names.push(name.chars().take(NAME_LENGTH).collect());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn detail() -> Value {
        json!({
            "eventVersion": "1.11", "eventID": "e-1", "eventSource": "rds.amazonaws.com", "eventName": "ModifyDBInstance",
            "eventTime": "2026-03-01T00:00:00Z", "awsRegion": "ap-northeast-1", "recipientAccountId": "123456789012",
            "readOnly": false, "managementEvent": true, "eventCategory": "Management",
            "requestParameters": {"dBInstanceIdentifier": "orders", "multiAZ": false},
            "resources": [{"ARN": "arn:aws:rds:ap-northeast-1:123456789012:db:orders"}],
        })
    }

    fn event(detail_type: &str, detail: Value) -> Value {
        json!({"version": "0", "id": "x-1", "detail-type": detail_type, "source": "aws.rds", "account": "123456789012",
               "time": "2026-03-01T00:00:05Z", "region": "ap-northeast-1", "resources": [], "detail": detail})
    }

    const CALL: &str = "AWS API Call via CloudTrail";

    fn one(value: &Value) -> Result<Change, Poison> {
        let mut found = read(&value.to_string());
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    #[test]
    fn the_same_call_is_found_in_every_envelope() {
        let bare = event(CALL, detail());
        let sns = json!({"Type": "Notification", "MessageId": "m", "Message": bare.to_string()});
        let change = one(&bare).unwrap();
        assert_eq!(
            change,
            Change {
                id: "e-1".into(),
                account: "123456789012".into(),
                region: "ap-northeast-1".into(),
                source: "rds".into(),
                name: "ModifyDBInstance".into(),
                read_only: false,
                management: true,
                resources: vec!["arn:aws:rds:ap-northeast-1:123456789012:db:orders".into(), "orders".into()],
                error: None,
                time: Some("2026-03-01T00:00:00Z".parse().unwrap()),
            }
        );
        for envelope in [
            sns,
            json!([bare]),
            json!({"Records": [detail()]}),
            detail(),
            event("AWS Console Action via CloudTrail", detail()),
            event("AWS Service Event via CloudTrail", detail()),
        ] {
            assert_eq!(one(&envelope).unwrap(), change, "{envelope}");
        }
        let several = read(&json!([bare, {"detail-type": CALL}, bare]).to_string());
        assert_eq!(several.iter().filter(|one| one.is_ok()).count(), 2);
        assert_eq!(several.len(), 3);
    }

    #[test]
    fn what_a_record_lacks_the_envelope_tells() {
        let mut bare = detail();
        for name in ["eventID", "awsRegion", "recipientAccountId", "eventTime", "readOnly", "managementEvent"] {
            bare.as_object_mut().unwrap().remove(name);
        }
        let change = one(&event(CALL, bare)).unwrap();
        assert_eq!((change.id.as_str(), change.region.as_str()), ("x-1", "ap-northeast-1"));
        assert!(change.management && !change.read_only);
        assert!(change.time.is_some());
    }

    #[test]
    fn refused_calls_reads_and_data_events_are_told_apart() {
        let with = |name: &str, value: Value| {
            let mut detail = detail();
            detail[name] = value;
            one(&event(CALL, detail)).unwrap()
        };
        assert!(with("readOnly", json!(true)).read_only);
        assert!(with("readOnly", json!("true")).read_only);
        assert_eq!(with("errorCode", json!("AccessDenied")).error.as_deref(), Some("AccessDenied"));
        assert_eq!(with("errorCode", json!(null)).error, None);
        assert!(!with("managementEvent", json!(false)).management);
        assert!(!with("eventCategory", json!("Data")).management);
        assert_eq!(with("requestParameters", json!(null)).resources.len(), 1);
    }

    #[test]
    fn what_is_no_such_event_says_why() {
        for (body, why) in [
            ("hello", "no JSON"),
            ("[]", "an empty list"),
            ("7", "a number"),
            ("{}", "neither detail-type"),
            (r#"{"Message":"Amazon SNS says hello"}"#, "whose message is no JSON"),
            (r#"{"detail-type":"EC2 Instance State-change Notification","detail":{}}"#, "another type"),
            (r#"{"detail-type":"AWS API Call via CloudTrail"}"#, "without its detail"),
            (r#"{"detail-type":"AWS API Call via CloudTrail","detail":{"eventName":"x"}}"#, "without eventSource"),
        ] {
            let found = read(body);
            assert!(matches!(&found[..], [Err(poison)] if poison.to_string().contains(why)), "{body}: {found:?}");
        }
        let mut deep = event(CALL, detail()).to_string();
        for _ in 0..=DEPTH {
            deep = json!({"Message": deep}).to_string();
        }
        assert!(matches!(&read(&deep)[..], [Err(poison)] if poison.found.contains("envelopes")));
    }

    proptest! {
        /// Whatever comes is read to the end, and is something or says why not.
        #[test]
        fn nothing_breaks_the_reader(body in "\\PC{0,200}", cut in 0usize..600) {
            prop_assert!(!read(&body).is_empty());
            let whole = event(CALL, detail()).to_string();
            let cut: String = whole.chars().take(cut).collect();
            let found = read(&cut);
            prop_assert!(found.len() == 1 && (found[0].is_err() || cut == whole));
        }
    }
}
