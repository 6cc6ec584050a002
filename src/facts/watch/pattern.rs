//! What CloudWatch Logs metric filters and EventBridge rules match, tried on sample events.
//!
//! What is not understood matches nothing: a filter of a form that is not known here is no evidence.

use regex::Regex;
use serde_json::{Map, Value};

/// A metric filter's JSON pattern ("Filter pattern syntax for metric filters", Amazon CloudWatch Logs User Guide).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    Any,
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Compare { path: Vec<String>, equal: bool, value: String },
    Exists { path: Vec<String>, exists: bool },
    Is { path: Vec<String>, word: String },
}

impl Filter {
    /// Parses a pattern; none where it is of another form.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let pattern = pattern.trim();
        if pattern.is_empty() {
            return Some(Filter::Any);
        }
        let inner = pattern.strip_prefix('{')?.strip_suffix('}')?;
        let mut parser = Parser { tokens: tokens(inner)?, at: 0, depth: 0 };
        let filter = parser.or()?;
        (parser.at == parser.tokens.len()).then_some(filter)
    }

    /// Whether the event matches. A comparison with a field that is not there is false, also `!=`.
    pub(super) fn matches(&self, event: &Value) -> bool {
        match self {
            Filter::Any => true,
            Filter::And(a, b) => a.matches(event) && b.matches(event),
            Filter::Or(a, b) => a.matches(event) || b.matches(event),
            Filter::Exists { path, exists } => at(event, path).is_some() == *exists,
            Filter::Is { path, word } => match (at(event, path), word.as_str()) {
                (Some(Value::Bool(b)), "TRUE") => *b,
                (Some(Value::Bool(b)), "FALSE") => !*b,
                (Some(Value::Null), "NULL") => true,
                _ => false,
            },
            Filter::Compare { path, equal, value } => {
                let found = match at(event, path) {
                    Some(Value::String(text)) => text.clone(),
                    Some(other @ (Value::Bool(_) | Value::Number(_))) => other.to_string(),
                    _ => return false,
                };
                wildcard(value, &found) == *equal
            }
        }
    }
}

fn at<'e>(event: &'e Value, path: &[String]) -> Option<&'e Value> {
    path.iter().try_fold(event, |value, key| value.get(key))
}

fn wildcard(pattern: &str, text: &str) -> bool {
    let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
    Regex::new(&format!("(?s)^{}$", parts.join(".*"))).is_ok_and(|r| r.is_match(text))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Equal,
    NotEqual,
    Path(Vec<String>),
    Quoted(String),
    Word(String),
}

/// None where a character or an operator is met that is not understood (`<`, `%regex%`, arrays).
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            _ if c.is_whitespace() => {
                chars.next();
            }
            '(' | ')' | '=' => {
                chars.next();
                tokens.push(match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Equal,
                });
            }
            '!' | '&' | '|' => {
                chars.next();
                tokens.push(match (c, chars.next()?) {
                    ('!', '=') => Token::NotEqual,
                    ('&', '&') => Token::And,
                    ('|', '|') => Token::Or,
                    _ => return None,
                });
            }
            '"' => {
                chars.next();
                let mut quoted = String::new();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => quoted.push(chars.next()?),
                        other => quoted.push(other),
                    }
                }
                tokens.push(Token::Quoted(quoted));
            }
            _ => {
                let mut word = String::new();
                while let Some(&c) = chars.peek() {
                    if c.is_whitespace() || "()=!&|\"".contains(c) {
                        break;
                    }
                    word.push(c);
                    chars.next();
                }
                if word.contains(['<', '>', '%', '[']) {
                    return None;
                }
                tokens.push(match word.strip_prefix("$.") {
                    Some(path) => Token::Path(path.split('.').map(ToString::to_string).collect()),
                    None => Token::Word(word),
                });
            }
        }
    }
    Some(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn or(&mut self) -> Option<Filter> {
        let mut left = self.and()?;
        while self.peek() == Some(&Token::Or) {
            self.at += 1;
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Filter> {
        let mut left = self.term()?;
        while self.peek() == Some(&Token::And) {
            self.at += 1;
            left = Filter::And(Box::new(left), Box::new(self.term()?));
        }
        Some(left)
    }

    fn term(&mut self) -> Option<Filter> {
        match self.next()? {
            Token::Open => {
                // Far more than anybody writes; keeps a hostile pattern from using up the stack.
                self.depth += 1;
                if self.depth > 64 {
                    return None;
                }
                let inner = self.or()?;
                self.depth -= 1;
                (self.next()? == Token::Close).then_some(inner)
            }
            Token::Path(path) => match self.next()? {
                operator @ (Token::Equal | Token::NotEqual) => match self.next()? {
                    Token::Quoted(value) | Token::Word(value) => {
                        Some(Filter::Compare { path, equal: operator == Token::Equal, value })
                    }
                    _ => None,
                },
                Token::Word(word) => match (word.to_ascii_uppercase().as_str(), self.peek().cloned()) {
                    ("EXISTS", _) => Some(Filter::Exists { path, exists: true }),
                    ("NOT", Some(Token::Word(next))) if next.eq_ignore_ascii_case("EXISTS") => {
                        self.at += 1;
                        Some(Filter::Exists { path, exists: false })
                    }
                    ("IS", Some(Token::Word(next))) => {
                        self.at += 1;
                        Some(Filter::Is { path, word: next.to_ascii_uppercase() })
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether an EventBridge pattern matches an event ("Event patterns", Amazon EventBridge User Guide).
pub(super) fn rule_matches(pattern: &Value, event: &Value) -> bool {
    let (Some(pattern), Some(event)) = (pattern.as_object(), event.as_object()) else { return false };
    pattern.iter().all(|(key, wanted)| match wanted {
        Value::Array(ways) if key == "$or" => {
            let event = Value::Object(event.clone());
            ways.iter().any(|way| rule_matches(way, &event))
        }
        Value::Array(ways) => ways.iter().any(|way| leaf(way, event.get(key))),
        Value::Object(_) => event.get(key).is_some_and(|below| rule_matches(wanted, below)),
        _ => false,
    })
}

fn leaf(way: &Value, found: Option<&Value>) -> bool {
    let Value::Object(operator) = way else { return found == Some(way) };
    let text = found.and_then(Value::as_str);
    let word = |name: &str| operator.get(name).and_then(Value::as_str);
    if let Some(exists) = operator.get("exists").and_then(Value::as_bool) {
        return found.is_some() == exists;
    }
    if let Some(prefix) = word("prefix") {
        return text.is_some_and(|t| t.starts_with(prefix));
    }
    if let Some(suffix) = word("suffix") {
        return text.is_some_and(|t| t.ends_with(suffix));
    }
    if let Some(same) = word("equals-ignore-case") {
        return text.is_some_and(|t| t.eq_ignore_ascii_case(same));
    }
    if let Some(pattern) = word("wildcard") {
        return text.is_some_and(|t| wildcard(pattern, t));
    }
    if let Some(Value::Array(bounds)) = operator.get("numeric") {
        return found.and_then(Value::as_f64).is_some_and(|number| numeric(bounds, number));
    }
    match operator.get("anything-but") {
        Some(Value::Array(words)) => found.is_some_and(|f| !words.contains(f)),
        Some(Value::Object(inner)) => found.is_some() && !leaf(&Value::Object(plain(inner)), found),
        Some(other) => found.is_some_and(|f| f != other),
        None => false,
    }
}

/// `[">=", 7, "<", 9]`: every bound holds.
fn numeric(bounds: &[Value], number: f64) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let holds = |pair: &[Value]| {
        let [operator, limit] = pair else { return false };
        let Some(order) = limit.as_f64().and_then(|limit| number.partial_cmp(&limit)) else { return false };
        match operator.as_str() {
            Some("=") => order == Equal,
            Some("<") => order == Less,
            Some("<=") => order != Greater,
            Some(">") => order == Greater,
            Some(">=") => order != Less,
            _ => false,
        }
    };
    !bounds.is_empty() && bounds.chunks(2).all(holds)
}

/// Operators of `anything-but` that are understood; another one would match nothing, and its negation everything.
fn plain(inner: &Map<String, Value>) -> Map<String, Value> {
    let understood = ["prefix", "suffix", "equals-ignore-case", "wildcard"];
    if inner.iter().all(|(k, v)| understood.contains(&k.as_str()) && v.is_string()) {
        inner.clone()
    } else {
        Map::from_iter([("exists".to_string(), Value::Bool(true))])
    }
}
