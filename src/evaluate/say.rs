//! One check, one resource: pass, fail, unknown, or not spoken of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use cel::Context;

use crate::catalogue::{Check, Compiled, Truth, value};
use crate::table::registry;

/// What a check says of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Not decided, and why.
    Unknown(String),
    /// The check does not speak of it.
    OutOfScope,
}

/// Says it. `root` holds our functions ([`crate::catalogue::context`]) and is made once for many. `gap_of` gives the reason why an attribute was not read.
///
/// An expression that refers to a gap is unknown, whatever the rest of it says; so is one that refers to an attribute
/// that nobody asked for.
pub fn say(
    check: &Check,
    attributes: &BTreeMap<String, Value>,
    gap_of: &dyn Fn(&str) -> Option<String>,
    params: &BTreeMap<String, Value>,
    root: &Context<'_, '_>,
) -> Said {
    if let Some(when) = &check.when {
        match truth(check, when, attributes, gap_of, params, root) {
            Truth::Is(true) => {}
            Truth::Is(false) => return Said::OutOfScope,
            Truth::Unknown(why) => return Said::Unknown(why),
        }
    }
    match truth(check, &check.expect, attributes, gap_of, params, root) {
        Truth::Is(true) => Said::Pass,
        Truth::Is(false) => Said::Fail,
        Truth::Unknown(why) => Said::Unknown(why),
    }
}

fn truth(
    check: &Check,
    expression: &Compiled,
    attributes: &BTreeMap<String, Value>,
    gap_of: &dyn Fn(&str) -> Option<String>,
    params: &BTreeMap<String, Value>,
    root: &Context<'_, '_>,
) -> Truth {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for path in expression.paths() {
        if path == "params" || path.starts_with("params.") {
            continue;
        }
        let Some(attribute) = registry().attribute(&check.resource, path) else {
            return Truth::Unknown(format!("{} has no attribute {path}", check.resource));
        };
        if let Some(why) = gap_of(attribute.name) {
            return Truth::Unknown(why);
        }
        if !attributes.contains_key(attribute.name) {
            return Truth::Unknown(format!("{} was not read", attribute.name));
        }
        used.insert(attribute.name);
    }
    let mut context = root.new_inner_scope();
    let mut nested: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for name in used {
        let Some(found) = attributes.get(name) else { continue };
        match name.split_once('.') {
            Some((head, tail)) => {
                nested.entry(head).or_default().insert(tail.to_string(), found.clone());
            }
            None => context.add_variable_from_value(name, value(found)),
        }
    }
    for (head, map) in nested {
        context.add_variable_from_value(head, value(&Value::Object(map)));
    }
    let params: Map<String, Value> = params.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    context.add_variable_from_value("params", value(&Value::Object(params)));
    expression.truth(&context)
}
