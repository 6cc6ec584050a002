//! Policy documents, read tolerantly: what AWS accepts is accepted, unknown keys are passed over, and what cannot be
//! understood is an error, never "no access". Grammar: "Grammar of the IAM JSON policy language", AWS IAM User Guide.

use serde_json::{Map, Value};
use thiserror::Error;
use url::form_urlencoded;

use super::condition::Condition;
use super::pattern::Variables;
use super::set::PatternSet;

/// Why a policy document could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// The text is no JSON.
    #[error("expected a policy document as JSON, found text that is not: {0}; read the document again")]
    NotJson(String),
    /// Something stands where something else should.
    #[error("expected {expected} in a policy document, found {found}; look at the document in the console")]
    Shape {
        /// What should stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
}

fn shape_error(expected: impl Into<String>, found: impl Into<String>) -> PolicyError {
    PolicyError::Shape { expected: expected.into(), found: found.into() }
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// `Version`, where given.
    pub version: Option<String>,
    /// Its statements.
    pub statements: Vec<Statement>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Gives.
    Allow,
    /// Takes.
    Deny,
}

/// Whom a statement of a resource policy speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principals {
    /// `*` alone or under `AWS`.
    pub anyone: bool,
    /// Accounts, ARNs and unique ids under `AWS`.
    pub aws: Vec<String>,
    /// Service names under `Service`.
    pub services: Vec<String>,
    /// Identity providers under `Federated`.
    pub federated: Vec<String>,
    /// S3's canonical users under `CanonicalUser`.
    pub canonical: Vec<String>,
    /// Under keys that are not known, as `key=value`.
    pub other: Vec<String>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalElement {
    /// Neither: an identity policy.
    Absent,
    /// `Principal`.
    These(Principals),
    /// `NotPrincipal`.
    AllBut(Principals),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`, where given.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: PatternSet,
    /// `Resource` or `NotResource`; none in trust policies, which speak of the role they hang on.
    pub resources: Option<PatternSet>,
    /// `Principal` or `NotPrincipal`.
    pub principals: PrincipalElement,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
}

/// Whether a condition on this key (lower case) rests on tags of a resource or of the caller, which no listing of IAM
/// tells wholly, so that it can be decided neither way.
fn on_tags(key: &str) -> bool {
    key.contains("resourcetag/") || key.contains("principaltag/")
}

impl Policy {
    /// This policy where no condition on tags helps: an Allow that has one gives nothing, a Deny takes always. None
    /// where no statement has one, and the policy itself says all there is to say.
    #[must_use]
    pub fn without_tags(&self) -> Option<Self> {
        let tagged = |statement: &Statement| statement.conditions.iter().any(|condition| on_tags(&condition.key));
        if !self.statements.iter().any(tagged) {
            return None;
        }
        let mut without = self.clone();
        without.statements.retain(|statement| statement.effect == Effect::Deny || !tagged(statement));
        for statement in &mut without.statements {
            statement.conditions.retain(|condition| !on_tags(&condition.key));
        }
        Some(without)
    }

    /// Reads a document: a JSON object, or a string that holds one (plain or URL-encoded).
    pub fn from_value(value: &Value) -> Result<Self, PolicyError> {
        let document = match value {
            Value::String(text) => return parse_document(text),
            Value::Object(document) => document,
            other => return Err(shape_error("an object", describe(other))),
        };
        let list = match field(document, "Statement")? {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            Some(other) => return Err(shape_error("Statement as an object or a list", describe(other))),
            None => return Err(shape_error("Statement", "none")),
        };
        let version = match field(document, "Version")? {
            Some(Value::String(version)) => Some(version.clone()),
            _ => None,
        };
        Ok(Self { version, statements: list.into_iter().map(statement).collect::<Result<_, _>>()? })
    }

    /// Whether some statement holds a policy variable.
    pub fn unresolved(&self) -> bool {
        self.statements.iter().any(|statement| statement.resources.as_ref().is_some_and(PatternSet::unresolved))
    }

    /// The same policy with what is known of its variables filled in. In the language before 2012-10-17 `${…}` is plain
    /// text: there an Allow is read too widely and a Deny stays open, so that it takes nothing.
    pub fn bind(&self, variables: &dyn Variables) -> Self {
        let mut bound = self.clone();
        let has_variables = self.version.as_deref() == Some("2012-10-17");
        let binds = |statement: &&mut Statement| has_variables || statement.effect == Effect::Allow;
        for statement in bound.statements.iter_mut().filter(binds) {
            statement.resources = statement.resources.as_ref().map(|resources| resources.bind(variables));
        }
        bound
    }
}

/// Reads a policy document from text, plain or URL-encoded (RFC 3986, as `GetAccountAuthorizationDetails` and `GetRole`
/// return it).
pub fn parse_document(text: &str) -> Result<Policy, PolicyError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let value: Value = if text.starts_with(['{', '"', '[']) {
        serde_json::from_str(text)
    } else {
        serde_json::from_str(&percent_decode(text))
    }
    .map_err(|error| PolicyError::NotJson(error.to_string()))?;
    match &value {
        // A string within the string would be read without end.
        Value::String(_) => Err(shape_error("an object", "a string within a string")),
        other => Policy::from_value(other),
    }
}

/// `form_urlencoded` reads forms; what has a meaning only there is hidden from it first.
fn percent_decode(text: &str) -> String {
    let plain = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(plain.as_bytes()).map(|(key, _)| key.into_owned()).collect()
}

/// A field by its name; AWS takes element names in any case in some places, and a Deny must not be lost over that.
fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a Value>, PolicyError> {
    let mut found = object.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(shape_error(format!("{name} once"), "it twice")),
        (first, None) => Ok(first),
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn strings(name: &str, value: &Value) -> Result<Vec<String>, PolicyError> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(shape_error(format!("strings in {name}"), describe(other))),
    };
    match value {
        Value::Array(list) => list.iter().map(one).collect(),
        other => Ok(vec![one(other)?]),
    }
}

/// An element and its `Not…` twin, of which at most one may stand.
fn either(object: &Map<String, Value>, name: &str) -> Result<Option<(bool, Vec<String>)>, PolicyError> {
    let not = format!("Not{name}");
    match (field(object, name)?, field(object, &not)?) {
        (Some(_), Some(_)) => Err(shape_error(format!("{name} or {not}"), "both")),
        (Some(value), None) => Ok(Some((false, strings(name, value)?))),
        (None, Some(value)) => Ok(Some((true, strings(&not, value)?))),
        (None, None) => Ok(None),
    }
}

fn statement(value: &Value) -> Result<Statement, PolicyError> {
    let Value::Object(object) = value else {
        return Err(shape_error("statements as objects", describe(value)));
    };
    let effect = match field(object, "Effect")? {
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("allow") => Effect::Allow,
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("deny") => Effect::Deny,
        Some(Value::String(effect)) => return Err(shape_error("Effect Allow or Deny", effect.clone())),
        Some(other) => return Err(shape_error("Effect Allow or Deny", describe(other))),
        None => return Err(shape_error("Effect in each statement", "none")),
    };
    let Some((not, actions)) = either(object, "Action")? else {
        return Err(shape_error("Action or NotAction in each statement", "neither"));
    };
    let resources = either(object, "Resource")?.map(|(not, list)| PatternSet::resources(not, &list));
    let principals = match (field(object, "Principal")?, field(object, "NotPrincipal")?) {
        (Some(_), Some(_)) => return Err(shape_error("Principal or NotPrincipal", "both")),
        (Some(value), None) => PrincipalElement::These(principals(value)?),
        (None, Some(value)) => PrincipalElement::AllBut(principals(value)?),
        (None, None) => PrincipalElement::Absent,
    };
    let sid = match field(object, "Sid")? {
        Some(Value::String(sid)) if !sid.is_empty() => Some(sid.clone()),
        _ => None,
    };
    let conditions = match field(object, "Condition")? {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(conditions)) => read_conditions(conditions)?,
        Some(other) => return Err(shape_error("Condition as an object", describe(other))),
    };
    Ok(Statement { sid, effect, actions: PatternSet::actions(not, &actions), resources, principals, conditions })
}

fn principals(value: &Value) -> Result<Principals, PolicyError> {
    let mut all = Principals::default();
    match value {
        Value::String(text) if text == "*" => all.anyone = true,
        Value::Object(kinds) => {
            for (kind, value) in kinds {
                for text in strings("Principal", value)? {
                    match kind.to_ascii_lowercase().as_str() {
                        "aws" if text == "*" => all.anyone = true,
                        "aws" => all.aws.push(text),
                        "service" => all.services.push(text),
                        "federated" => all.federated.push(text),
                        "canonicaluser" => all.canonical.push(text),
                        _ if text == "*" => all.anyone = true,
                        _ => all.other.push(format!("{kind}={text}")),
                    }
                }
            }
        }
        // Older bucket policies name accounts and ARNs without a kind.
        Value::String(text) => all.aws.push(text.clone()),
        Value::Array(_) => {
            for text in strings("Principal", value)? {
                if text == "*" {
                    all.anyone = true;
                } else {
                    all.aws.push(text);
                }
            }
        }
        other => return Err(shape_error("Principal as a string or an object", describe(other))),
    }
    Ok(all)
}

fn read_conditions(operators: &Map<String, Value>) -> Result<Vec<Condition>, PolicyError> {
    let mut all = Vec::new();
    for (operator, keys) in operators {
        let Value::Object(keys) = keys else {
            return Err(shape_error("keys under each condition operator", describe(keys)));
        };
        for (key, values) in keys {
            let list = match values {
                Value::Array(list) => list.iter().collect(),
                one => vec![one],
            };
            let values = list
                .into_iter()
                .map(|value| match value {
                    Value::String(text) => Ok(text.clone()),
                    Value::Bool(flag) => Ok(flag.to_string()),
                    Value::Number(number) => Ok(number.to_string()),
                    other => Err(shape_error("condition values as text, numbers or booleans", describe(other))),
                })
                .collect::<Result<_, _>>()?;
            all.push(Condition::new(operator, key, values));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::iam::set::View;

    #[test]
    fn one_or_many_plain_or_encoded() {
        let plain = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","New":1}}"#;
        let many = r#"{"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}],"Id":"x"}"#;
        let one = parse_document(plain).unwrap();
        assert_eq!(one.statements, parse_document(many).unwrap().statements);
        let encoded: String = plain.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(parse_document(&encoded).unwrap(), one);
        let lax = plain.replace('{', "%7B").replace('"', "%22").replace("s3:*", "s3:a+b=c&d");
        assert!(parse_document(&lax).unwrap().statements[0].actions.contains("s3:a+b=c&d", View::Least));
    }

    #[test]
    fn what_cannot_be_understood_is_an_error_and_never_no_access() {
        for bad in [
            "",
            "%7B",
            "[]",
            "null",
            "{}",
            r#"{"Statement":"x"}"#,
            r#"{"Statement":[{"Effect":"Allow"}]}"#,
            r#"{"Statement":[{"Effect":"Permit","Action":"*"}]}"#,
            r#"{"Statement":[{"Action":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Deny","Action":"*","NotAction":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Deny","Action":"*","action":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":{"a":1},"Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":[1]}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":"x"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":"x"}}]}"#,
            "\"\\\"{}\\\"\"",
        ] {
            assert!(parse_document(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn principals_of_every_kind() {
        let policy = parse_document(
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Principal":{"AWS":["*","111122223333"],
                "Service":"ec2.amazonaws.com","Federated":"cognito-identity.amazonaws.com","CanonicalUser":"abc"},
                "Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"aws:MultiFactorAuthAge":[3600]}}}]}"#,
        )
        .unwrap();
        let PrincipalElement::These(principals) = &policy.statements[0].principals else { panic!("no principal") };
        assert!(principals.anyone);
        assert_eq!(principals.aws, ["111122223333"]);
        assert_eq!(principals.services, ["ec2.amazonaws.com"]);
        assert_eq!(policy.statements[0].conditions.len(), 2);
    }
}
