//! Trails that log every management event of every region now.

use serde_json::{Value, json};

use super::{complete_everywhere, list, text, truth};
use crate::facts::{Facts, World};
use crate::model::Resource;
use crate::table::ACCOUNT_KIND;

const TRAIL: &str = "AWS::CloudTrail::Trail";

/// Says `facts.good_trails` of each account. Whether a trail has delivered lately is left to the check, which knows
/// the run's clock.
pub(in crate::facts) fn good_trails(world: &World<'_>, facts: &mut Facts) {
    for account in world.all(ACCOUNT_KIND) {
        let mut good = Vec::new();
        let mut open = None;
        for trail in world.of_account(TRAIL, &account.account) {
            match describe(trail) {
                Ok(Some(one)) => good.push(one),
                Ok(None) => {}
                Err(why) => open = open.or(Some(why)),
            }
        }
        let complete = complete_everywhere(world, TRAIL, &account.account);
        // A good one decides whatever else was not read.
        let fact = match (good.is_empty(), complete, open) {
            (false, _, _) => Ok(Value::from(good)),
            (true, Err(why), _) | (true, Ok(()), Some(why)) => Err(why),
            (true, Ok(()), None) => Ok(Value::from(good)),
        };
        facts.tell(account, "facts.good_trails", fact);
    }
}

fn describe(trail: &Resource) -> Result<Option<Value>, String> {
    if !is_good(trail)? {
        return Ok(None);
    }
    Ok(Some(json!({
        "Arn": trail.name(),
        "HomeRegion": trail.need("HomeRegion")?,
        "IsOrganizationTrail": trail.need("IsOrganizationTrail")?,
        "LatestDeliveryTime": trail.need("LatestDeliveryTime")?,
        "StartLoggingTime": trail.need("StartLoggingTime")?,
    })))
}

/// Whether a trail logs the management events of all regions, reads and writes, and says of no delivery error.
///
/// # Errors
/// Names what was not read, unless something that was read already says no.
pub(super) fn is_good(trail: &Resource) -> Result<bool, String> {
    let mut open = None;
    for part in [
        truth(trail, "IsMultiRegionTrail"),
        truth(trail, "IncludeGlobalServiceEvents"),
        truth(trail, "IsLogging"),
        text(trail, "LatestDeliveryError").map(str::is_empty),
        all_management_events(trail),
    ] {
        match part {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => open = open.or(Some(why)),
        }
    }
    match open {
        Some(why) => Err(why),
        None => Ok(true),
    }
}

/// Management events, reads and writes. Leaving out the two sources that may be left out (KMS and the RDS Data API) is
/// no fault here; it shows where their events are looked for.
fn all_management_events(trail: &Resource) -> Result<bool, String> {
    let plain = list(trail, "EventSelectors")?.iter().any(|s| {
        s.get("IncludeManagementEvents").and_then(Value::as_bool) == Some(true)
            && s.get("ReadWriteType").and_then(Value::as_str) == Some("All")
    });
    let (mut reads, mut writes) = (false, false);
    for selector in list(trail, "AdvancedEventSelectors")? {
        let fields = selector.get("FieldSelectors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let of = |name: &str| fields.iter().find(|f| f.get("Field").and_then(Value::as_str) == Some(name));
        let equals = |field: Option<&Value>, word: &str| {
            let words = field.and_then(|f| f.get("Equals")).and_then(Value::as_array);
            words.is_some_and(|words| words.iter().any(|w| w.as_str() == Some(word)))
        };
        // Any further condition narrows it, but for leaving out sources.
        let narrowed = fields.iter().any(|f| {
            let name = f.get("Field").and_then(Value::as_str).unwrap_or_default();
            let includes = ["Equals", "StartsWith", "EndsWith"]
                .iter()
                .any(|op| f.get(*op).and_then(Value::as_array).is_some_and(|words| !words.is_empty()));
            match name {
                "eventCategory" | "readOnly" => false,
                "eventSource" => includes,
                _ => true,
            }
        });
        if !equals(of("eventCategory"), "Management") || narrowed {
            continue;
        }
        match of("readOnly") {
            None => (reads, writes) = (true, true),
            read_only => {
                reads |= equals(read_only, "true");
                writes |= equals(read_only, "false");
            }
        }
    }
    Ok(plain || (reads && writes))
}
