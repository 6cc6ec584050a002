//! Policy documents, and answers that many resources share.

use serde_json::Value;

use super::{Detail, Draft, Pages};
use crate::table::Operation;

/// Sets an attribute from JSON text. Text that is no JSON object is a gap: nothing may be read out of it.
pub(super) fn document(draft: &mut Draft, operation: &Operation, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    match serde_json::from_str::<Value>(text) {
        Ok(value @ Value::Object(_)) => draft.set(name, value),
        Ok(_) => draft.unusable(name, operation, "expected a JSON object, found other JSON"),
        Err(error) => {
            draft.unusable(name, operation, format!("expected a JSON document, found text that is none: {error}"))
        }
    }
}

/// Sets an attribute from a listing that answers for many resources: only where the listing is complete.
pub(super) fn listed<O>(draft: &mut Draft, operation: &Operation, pages: &Pages<O>, name: &str, value: Vec<Value>) {
    if pages.complete {
        draft.read(operation, &pages.evidence);
        draft.set(name, value);
    } else {
        draft.unusable(name, operation, format!("{} was not read to the end", operation.id()));
    }
}

/// The same answer for one more resource.
pub(super) fn again<T: Clone>(detail: &Detail<T>) -> Detail<T> {
    match detail {
        Detail::Read { value, evidence } => Detail::Read { value: value.clone(), evidence: evidence.clone() },
        Detail::Absent { evidence } => Detail::Absent { evidence: evidence.clone() },
        Detail::Gap(gap) => Detail::Gap(gap.clone()),
    }
}

/// Text of a moment, for a value inside a list or an object.
pub(super) fn moment(time: Option<&aws_smithy_types::DateTime>) -> Value {
    time.and_then(|t| t.fmt(aws_smithy_types::date_time::Format::DateTime).ok()).map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::table::sqs::{GET_QUEUE_ATTRIBUTES, QUEUE};

    #[test]
    fn a_policy_that_does_not_parse_is_a_gap_and_not_an_absent_policy() {
        for text in ["{\"Statement\": [", "\"text\"", ""] {
            let mut draft = Draft::new(&QUEUE, "orders");
            draft.read(&GET_QUEUE_ATTRIBUTES, &["o-1".to_string()]);
            document(&mut draft, &GET_QUEUE_ATTRIBUTES, "Policy", Some(text));
            let queue = draft.finish("123456789012", "ap-northeast-1", &BTreeSet::from([GET_QUEUE_ATTRIBUTES.id()]));
            assert!(queue.gaps.contains_key("Policy"), "{text}");
            assert!(!queue.attributes.contains_key("Policy"), "{text}");
        }
    }
}
