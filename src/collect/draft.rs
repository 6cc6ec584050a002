//! A resource in the making: sets attributes, and says at the end what became of each declared one.

use std::collections::{BTreeMap, BTreeSet};

use aws_smithy_types::date_time::Format;
use serde_json::Value;

use super::call::Detail;
use crate::model::{AttributeGap, GapReason, Resource, Tags};
use crate::table::{Absent, Kind, Operation, Source};

/// A value that an attribute can take; none is "the answer did not say".
pub trait IntoAttribute {
    /// The value.
    fn into_attribute(self) -> Option<Value>;
}

macro_rules! plain {
    ($($t:ty),*) => {$(
        impl IntoAttribute for $t {
            fn into_attribute(self) -> Option<Value> {
                Some(Value::from(self))
            }
        }
    )*};
}
plain!(bool, i32, i64, f64, &str, String, Vec<Value>, Vec<String>, serde_json::Map<String, Value>);

impl IntoAttribute for &String {
    fn into_attribute(self) -> Option<Value> {
        Some(Value::from(self.as_str()))
    }
}
impl IntoAttribute for f32 {
    fn into_attribute(self) -> Option<Value> {
        Some(Value::from(f64::from(self)))
    }
}
impl IntoAttribute for Value {
    fn into_attribute(self) -> Option<Value> {
        Some(self)
    }
}
impl IntoAttribute for &[String] {
    fn into_attribute(self) -> Option<Value> {
        Some(Value::from(self.to_vec()))
    }
}
impl IntoAttribute for &aws_smithy_types::DateTime {
    fn into_attribute(self) -> Option<Value> {
        self.fmt(Format::DateTime).ok().map(Value::from)
    }
}
impl<T: IntoAttribute> IntoAttribute for Option<T> {
    fn into_attribute(self) -> Option<Value> {
        self.and_then(IntoAttribute::into_attribute)
    }
}

/// A resource in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    kind: &'static Kind,
    id: String,
    arn: Option<String>,
    attributes: BTreeMap<String, Value>,
    tags: Option<BTreeMap<String, String>>,
    /// Operations that answered, or said "there is none" (true).
    answered: BTreeMap<String, bool>,
    unread: BTreeMap<String, AttributeGap>,
    evidence: BTreeMap<String, Vec<String>>,
}

impl Draft {
    /// A resource of `kind`.
    pub fn new(kind: &'static Kind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            arn: None,
            attributes: BTreeMap::new(),
            tags: None,
            answered: BTreeMap::new(),
            unread: BTreeMap::new(),
            evidence: BTreeMap::new(),
        }
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(mut self, arn: Option<impl Into<String>>) -> Self {
        self.arn = arn.map(Into::into);
        self
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `operation` answered, and this is the evidence: its declared attributes that nobody sets are absent.
    pub fn read(&mut self, operation: &Operation, evidence: &[String]) {
        self.answered.entry(operation.id()).or_insert(false);
        self.evidence.entry(operation.id()).or_default().extend(evidence.iter().cloned());
    }

    /// Sets an attribute; `None` leaves it to what the declaration says of an answer without it.
    pub fn set(&mut self, name: &str, value: impl IntoAttribute) {
        if let Some(value) = value.into_attribute() {
            self.attributes.insert(name.to_string(), value);
        }
    }

    /// Sets an attribute that the answer was expected to hold in a form that cannot be used (a policy that does not
    /// parse): a gap with the reason.
    pub fn unusable(&mut self, name: &str, operation: &Operation, detail: impl Into<String>) {
        self.unread.insert(
            name.to_string(),
            AttributeGap { reason: GapReason::Error, operation: operation.id(), detail: detail.into() },
        );
    }

    /// Sets its tags.
    pub fn tags<K: Into<String>, V: Into<String>>(&mut self, tags: impl IntoIterator<Item = (K, V)>) {
        self.tags = Some(tags.into_iter().map(|(k, v)| (k.into(), v.into())).collect());
    }

    /// Takes what a call for this one resource brought: its attributes, "there is none", or a gap.
    pub fn fill<T>(&mut self, operation: &Operation, detail: Detail<T>, set: impl FnOnce(&mut Self, T)) {
        match detail {
            Detail::Read { value, evidence } => {
                self.read(operation, &evidence);
                set(self, value);
            }
            Detail::Absent { evidence } => {
                self.read(operation, &evidence);
                self.answered.insert(operation.id(), true);
            }
            Detail::Gap(gap) => {
                for attribute in self.kind.attributes {
                    if matches!(attribute.source, Source::Op(op) if op == operation) {
                        self.unread.insert(attribute.name.to_string(), gap.clone());
                    }
                }
                if self.kind.tags.is_some_and(|op| op == operation) {
                    self.unread.insert("tags".to_string(), gap);
                }
            }
        }
    }

    /// The finished resource: each declared attribute of an operation that was wanted is a value, null or a gap.
    pub(super) fn finish(mut self, account: &str, region: &str, wanted: &BTreeSet<String>) -> Resource {
        let mut gaps = BTreeMap::new();
        for attribute in self.kind.attributes {
            let Source::Op(operation) = attribute.source else { continue };
            let name = attribute.name;
            let operation = operation.id();
            if let Some(gap) = self.unread.get(name) {
                self.attributes.remove(name);
                gaps.insert(name.to_string(), gap.clone());
                continue;
            }
            if self.attributes.contains_key(name) {
                continue;
            }
            match (self.answered.get(&operation), attribute.absent) {
                (Some(true), _) | (Some(false), Absent::Null) => {
                    self.attributes.insert(name.to_string(), Value::Null);
                }
                (Some(false), Absent::Gap) => {
                    let gap = AttributeGap {
                        reason: GapReason::MissingField,
                        detail: format!("the answer came without {name}, which AWS documents as always there"),
                        operation,
                    };
                    gaps.insert(name.to_string(), gap);
                }
                (None, _) if wanted.contains(&operation) => {
                    let gap = AttributeGap {
                        reason: GapReason::NotRead,
                        detail: "wanted, and nothing answered it".into(),
                        operation,
                    };
                    gaps.insert(name.to_string(), gap);
                }
                (None, _) => {}
            }
        }
        let tags = match (self.tags, self.unread.remove("tags"), self.kind.tags) {
            (Some(tags), _, _) => Tags::Known(tags),
            (None, Some(gap), _) => Tags::Gap(gap),
            // The operation that supplies tags answered and gave none.
            (None, None, Some(op)) if self.answered.contains_key(&op.id()) => Tags::Known(BTreeMap::new()),
            (None, None, Some(op)) if wanted.contains(&op.id()) => Tags::Gap(AttributeGap {
                reason: GapReason::NotRead,
                operation: op.id(),
                detail: "wanted, and nothing answered it".into(),
            }),
            (None, None, _) => Tags::NotAsked,
        };
        Resource {
            kind: self.kind.name.to_string(),
            id: self.id,
            arn: self.arn,
            account: account.to_string(),
            region: region.to_string(),
            attributes: self.attributes,
            gaps,
            tags,
            evidence: self.evidence,
        }
    }
}
