//! Conditions, in three values: what is known of a request decides some, all others may or may not hold.
//! Operators: "IAM JSON policy elements: Condition operators", AWS IAM User Guide.

use super::pattern::Pattern;

/// Whether something is so, as far as can be known before the request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// In every request asked about.
    Yes,
    /// In none.
    No,
    /// It depends on what is not known.
    Maybe,
}

/// What is known of the request: lower-case key, and its value, or none where the key is surely not in the request.
pub type Context<'a> = [(&'a str, Option<&'a str>)];

/// How a set of request values is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// One value.
    Single,
    /// `ForAnyValue:`.
    Any,
    /// `ForAllValues:`, which holds where the key is absent.
    All,
}

/// One operator on one key; several values are alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `ForAnyValue:` or `ForAllValues:`.
    pub quantifier: Quantifier,
    /// The operator in lower case, without quantifier and `IfExists`: `stringequals`.
    pub operator: String,
    /// Whether it holds where the key is absent (`…IfExists`).
    pub if_exists: bool,
    /// The key in lower case.
    pub key: String,
    /// As written.
    pub values: Vec<String>,
}

impl Condition {
    /// Reads an operator as written, `ForAnyValue:StringLikeIfExists`.
    pub fn new(operator: &str, key: &str, values: Vec<String>) -> Self {
        let lower = operator.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            _ => (Quantifier::Single, lower.as_str()),
        };
        let (operator, if_exists) = match rest.strip_suffix("ifexists") {
            Some(operator) => (operator, true),
            None => (rest, false),
        };
        Self { quantifier, operator: operator.to_owned(), if_exists, key: key.to_ascii_lowercase(), values }
    }

    /// Whether its operator compares text or ARNs and holds where the request's value is one of the listed.
    pub fn is_positive_match(&self) -> bool {
        matches!(
            self.operator.as_str(),
            "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike"
        )
    }

    /// Whether its operator compares text or ARNs and holds where the request's value is none of the listed.
    pub fn is_negative_match(&self) -> bool {
        matches!(
            self.operator.as_str(),
            "stringnotequals" | "stringnotequalsignorecase" | "stringnotlike" | "arnnotequals" | "arnnotlike"
        )
    }

    /// Whether `*` and `?` are wildcards in its values. ARN operators match wildcards whether they say Like or Equals.
    pub fn wildcards(&self) -> bool {
        self.operator.ends_with("like") || self.operator.starts_with("arn")
    }

    /// Whether it holds, given what is known.
    pub fn holds(&self, context: &Context<'_>) -> Holds {
        let Some((_, known)) = context.iter().find(|(key, _)| *key == self.key) else { return Holds::Maybe };
        let negative = self.is_negative_match();
        if self.operator == "null" {
            let wanted_absent = match self.values.as_slice() {
                [one] if one.eq_ignore_ascii_case("true") => true,
                [one] if one.eq_ignore_ascii_case("false") => false,
                _ => return Holds::Maybe,
            };
            return if wanted_absent == known.is_none() { Holds::Yes } else { Holds::No };
        }
        if !negative && !self.is_positive_match() {
            return Holds::Maybe;
        }
        let Some(actual) = known else {
            let vacuous = match self.quantifier {
                Quantifier::All => true,
                Quantifier::Any => false,
                Quantifier::Single => negative,
            };
            return if vacuous || self.if_exists { Holds::Yes } else { Holds::No };
        };
        let ignore_case = self.operator.ends_with("ignorecase");
        let mut open = false;
        let listed = self.values.iter().any(|value| {
            if value.contains("${") {
                open = true;
                return false;
            }
            if self.wildcards() {
                Pattern::text(value).matches(actual)
            } else if ignore_case {
                value.eq_ignore_ascii_case(actual)
            } else {
                value == actual
            }
        });
        match (listed != negative, open) {
            (_, true) if !listed => Holds::Maybe,
            (true, _) => Holds::Yes,
            (false, _) => Holds::No,
        }
    }
}

/// Whether all of them hold.
pub fn all_hold(conditions: &[Condition], context: &Context<'_>) -> Holds {
    let mut answer = Holds::Yes;
    for condition in conditions {
        match condition.holds(context) {
            Holds::No => return Holds::No,
            Holds::Maybe => answer = Holds::Maybe,
            Holds::Yes => {}
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(operator: &str, values: &[&str]) -> Condition {
        Condition::new(operator, "iam:PassedToService", values.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_known_decides_and_what_is_not_may_hold() {
        let ec2: &Context<'_> = &[("iam:passedtoservice", Some("ec2.amazonaws.com"))];
        assert_eq!(condition("StringEquals", &["lambda.amazonaws.com"]).holds(ec2), Holds::No);
        assert_eq!(condition("StringLike", &["ec2.*"]).holds(ec2), Holds::Yes);
        assert_eq!(condition("StringEquals", &["ec2.*"]).holds(ec2), Holds::No);
        assert_eq!(condition("StringNotEquals", &["lambda.amazonaws.com"]).holds(ec2), Holds::Yes);
        assert_eq!(condition("StringEquals", &["${x}"]).holds(ec2), Holds::Maybe);
        assert_eq!(condition("StringNotEquals", &["${x}"]).holds(ec2), Holds::Maybe);
        assert_eq!(condition("StrangeNewOperator", &["ec2.amazonaws.com"]).holds(ec2), Holds::Maybe);
        assert_eq!(condition("StringEquals", &["ec2.amazonaws.com"]).holds(&[]), Holds::Maybe);
    }

    #[test]
    fn an_absent_key_fails_a_match_and_passes_its_negation() {
        let none: &Context<'_> = &[("iam:passedtoservice", None)];
        assert_eq!(condition("StringEquals", &["x"]).holds(none), Holds::No);
        assert_eq!(condition("StringEqualsIfExists", &["x"]).holds(none), Holds::Yes);
        assert_eq!(condition("StringNotEquals", &["x"]).holds(none), Holds::Yes);
        assert_eq!(condition("ForAllValues:StringEquals", &["x"]).holds(none), Holds::Yes);
        assert_eq!(condition("ForAnyValue:StringNotEquals", &["x"]).holds(none), Holds::No);
        assert_eq!(condition("Null", &["true"]).holds(none), Holds::Yes);
    }
}
