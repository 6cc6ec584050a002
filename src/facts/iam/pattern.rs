//! IAM wildcards: `*` for any text, none included, and `?` for one character.
//!
//! Matching is over the whole text, as AWS does it: a `*` also runs across the colons and slashes of an ARN
//! ("IAM JSON policy elements: Resource", AWS IAM User Guide). Actions are compared without case, resources with it.

use std::collections::{BTreeSet, VecDeque};

/// One piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tok {
    Lit(char),
    One,
    Many,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    Everything,
    Literal(String),
    Prefix(String),
    General(Vec<Tok>),
}

/// What policy variables (`${aws:username}`) stand for; asked with the lower-case name.
pub trait Variables {
    /// The value, or what is known about its absence.
    fn value(&self, name: &str) -> Value;
}

/// What is known of a policy variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Always this.
    Is(String),
    /// Never set for this principal: a pattern that needs it matches nothing.
    Never,
    /// Not known before the request is made.
    Unknown,
}

/// Nothing is known: every variable may be anything.
#[derive(Debug, Clone, Copy)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn value(&self, _name: &str) -> Value {
        Value::Unknown
    }
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    raw: String,
    shape: Shape,
    unresolved: bool,
    impossible: bool,
    /// Lower case, and to be matched so.
    folded: bool,
}

impl Pattern {
    /// A pattern over `service:Action`, in any case.
    pub fn action(raw: &str) -> Self {
        let lower = raw.to_ascii_lowercase();
        let tokens = lower.chars().map(tok).collect();
        Self { raw: raw.to_owned(), shape: shape(tokens), unresolved: false, impossible: false, folded: true }
    }

    /// A pattern over ARNs, with policy variables still open. An ARN with fewer than six fields is completed with
    /// wildcards, as AWS does ("IAM JSON policy elements: Resource", incomplete ARNs).
    pub fn resource(raw: &str) -> Self {
        Self::bound(raw, &NoVariables)
    }

    /// A pattern over plain text without variables or ARN rules: condition values.
    pub fn text(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            shape: shape(raw.chars().map(tok).collect()),
            unresolved: false,
            impossible: false,
            folded: false,
        }
    }

    /// The same pattern with what is known of its variables filled in.
    pub fn bind(&self, variables: &dyn Variables) -> Self {
        if self.unresolved { Self::bound(&self.raw, variables) } else { self.clone() }
    }

    fn bound(raw: &str, variables: &dyn Variables) -> Self {
        let mut tokens = Vec::with_capacity(raw.len());
        let (mut unresolved, mut impossible) = (false, false);
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((variable, tail)) = after.split_once('}') else { break };
            tokens.extend(before.chars().map(tok));
            rest = tail;
            let (name, default) = match variable.split_once(',') {
                Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('\''))),
                None => (variable.trim(), None),
            };
            match (name, variables.value(&name.to_ascii_lowercase()), default) {
                ("*" | "?" | "$", ..) => tokens.extend(name.chars().map(Tok::Lit)),
                (_, Value::Is(value), _) => tokens.extend(value.chars().map(Tok::Lit)),
                (_, Value::Never, Some(default)) => tokens.extend(default.chars().map(Tok::Lit)),
                (_, Value::Never, None) => impossible = true,
                (_, Value::Unknown, _) => {
                    unresolved = true;
                    tokens.push(Tok::Many);
                }
            }
        }
        tokens.extend(rest.chars().map(tok));
        if raw.starts_with("arn:") {
            let fields = 1 + tokens.iter().filter(|token| **token == Tok::Lit(':')).count();
            for _ in fields..6 {
                tokens.extend([Tok::Lit(':'), Tok::Many]);
            }
        }
        Self { raw: raw.to_owned(), shape: shape(tokens), unresolved, impossible, folded: false }
    }

    /// As written in the policy.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether a policy variable in it is not known; then it stands for more texts than it will match.
    pub fn unresolved(&self) -> bool {
        self.unresolved
    }

    /// Whether it matches every text.
    pub fn is_everything(&self) -> bool {
        !self.impossible && self.shape == Shape::Everything
    }

    /// The text before the first wildcard.
    pub fn literal_prefix(&self) -> String {
        match &self.shape {
            Shape::Everything => String::new(),
            Shape::Literal(text) | Shape::Prefix(text) => text.clone(),
            Shape::General(tokens) => tokens
                .iter()
                .map_while(|token| match token {
                    Tok::Lit(c) => Some(*c),
                    Tok::One | Tok::Many => None,
                })
                .collect(),
        }
    }

    /// The one text it matches, where it has no wildcard.
    pub fn literal(&self) -> Option<&str> {
        match &self.shape {
            Shape::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// A text that it matches, with `filler` in the place of wildcards.
    pub fn example(&self, filler: char) -> String {
        self.tokens()
            .into_iter()
            .map(|token| match token {
                Tok::Lit(c) => c,
                Tok::One | Tok::Many => filler,
            })
            .collect()
    }

    /// Whether it matches the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        if self.impossible {
            return false;
        }
        if self.folded && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.matches(&text.to_ascii_lowercase());
        }
        match &self.shape {
            Shape::Everything => true,
            Shape::Literal(literal) => literal == text,
            Shape::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Shape::General(tokens) => glob(tokens, text),
        }
    }

    /// Whether some text matches both.
    pub fn intersects(&self, other: &Self) -> bool {
        if self.impossible || other.impossible {
            return false;
        }
        match (&self.shape, &other.shape) {
            (Shape::Everything, _) | (_, Shape::Everything) => true,
            (Shape::Literal(text), _) => other.matches(text),
            (_, Shape::Literal(text)) => self.matches(text),
            (Shape::Prefix(a), Shape::Prefix(b)) => a.starts_with(b.as_str()) || b.starts_with(a.as_str()),
            _ => meet(&self.tokens(), &other.tokens()),
        }
    }

    /// Whether every text that matches `other` matches this too.
    pub fn covers(&self, other: &Self) -> bool {
        if other.impossible {
            return true;
        }
        if self.impossible {
            return false;
        }
        match (&self.shape, &other.shape) {
            (Shape::Everything, _) => true,
            (_, Shape::Literal(text)) => self.matches(text),
            (Shape::Literal(_), _) => false,
            (Shape::Prefix(a), Shape::Prefix(b)) => b.starts_with(a.as_str()),
            (Shape::Prefix(a), Shape::General(_)) => other.literal_prefix().starts_with(a.as_str()),
            _ => contains(&self.tokens(), &other.tokens()),
        }
    }

    fn tokens(&self) -> Vec<Tok> {
        match &self.shape {
            Shape::Everything => vec![Tok::Many],
            Shape::Literal(text) => text.chars().map(Tok::Lit).collect(),
            Shape::Prefix(text) => text.chars().map(Tok::Lit).chain([Tok::Many]).collect(),
            Shape::General(tokens) => tokens.clone(),
        }
    }
}

fn tok(c: char) -> Tok {
    match c {
        '*' => Tok::Many,
        '?' => Tok::One,
        other => Tok::Lit(other),
    }
}

fn shape(mut tokens: Vec<Tok>) -> Shape {
    tokens.dedup_by(|a, b| *a == Tok::Many && *b == Tok::Many);
    let literal = |tokens: &[Tok]| -> Option<String> {
        tokens
            .iter()
            .map(|token| match token {
                Tok::Lit(c) => Some(*c),
                Tok::One | Tok::Many => None,
            })
            .collect()
    };
    if let Some(text) = literal(&tokens) {
        return Shape::Literal(text);
    }
    match tokens.split_last() {
        Some((Tok::Many, [])) => Shape::Everything,
        Some((Tok::Many, head)) => literal(head).map_or_else(|| Shape::General(tokens.clone()), Shape::Prefix),
        _ => Shape::General(tokens),
    }
}

fn glob(tokens: &[Tok], text: &str) -> bool {
    let next = |at: usize| text.get(at..).and_then(|rest| rest.chars().next());
    let (mut pattern, mut at) = (0, 0);
    // Where to go back to: the token after the last `*`, and the text it has not yet swallowed.
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match (tokens.get(pattern), next(at)) {
            (Some(Tok::Many), _) => {
                back = Some((pattern + 1, at));
                Some((pattern + 1, at))
            }
            (Some(Tok::One), Some(c)) => Some((pattern + 1, at + c.len_utf8())),
            (Some(Tok::Lit(wanted)), Some(c)) if *wanted == c => Some((pattern + 1, at + c.len_utf8())),
            (None, None) => return true,
            _ => None,
        };
        (pattern, at) = match (step, back) {
            (Some(step), _) => step,
            (None, Some((after, from))) => {
                let Some(c) = next(from) else { return false };
                back = Some((after, from + c.len_utf8()));
                (after, from + c.len_utf8())
            }
            (None, None) => return false,
        };
    }
}

/// Both patterns walked at once; a state is how far each has come.
fn meet(a: &[Tok], b: &[Tok]) -> bool {
    let mut seen = BTreeSet::from([(0, 0)]);
    let mut queue = VecDeque::from([(0, 0)]);
    while let Some((i, j)) = queue.pop_front() {
        let next: &[(usize, usize)] = match (a.get(i), b.get(j)) {
            (None, None) => return true,
            // A `*` ends here, or swallows the next piece of the other (another `*` may stand for nothing).
            (Some(Tok::Many), Some(_)) | (Some(_), Some(Tok::Many)) => &[(i + 1, j), (i, j + 1)],
            (Some(Tok::Many), None) => &[(i + 1, j)],
            (None, Some(Tok::Many)) => &[(i, j + 1)],
            (Some(Tok::Lit(x)), Some(Tok::Lit(y))) if x != y => &[],
            (Some(_), Some(_)) => &[(i + 1, j + 1)],
            _ => &[],
        };
        for state in next {
            if seen.insert(*state) {
                queue.push_back(*state);
            }
        }
    }
    false
}

/// More states than any real pair of patterns needs; past it the answer is "not covered", which takes nothing away.
const STATES: usize = 50_000;

/// Language inclusion: every walk through `inner` is followed by the set of places where `outer` could be.
/// One character that stands in neither pattern stands for all the others.
fn contains(outer: &[Tok], inner: &[Tok]) -> bool {
    let mut alphabet: BTreeSet<Option<char>> = BTreeSet::from([None]);
    for token in outer.iter().chain(inner) {
        if let Tok::Lit(c) = token {
            alphabet.insert(Some(*c));
        }
    }
    let settle = |tokens: &[Tok], states: &mut BTreeSet<usize>| {
        let mut open: Vec<usize> = states.iter().copied().collect();
        while let Some(at) = open.pop() {
            if tokens.get(at) == Some(&Tok::Many) && states.insert(at + 1) {
                open.push(at + 1);
            }
        }
    };
    let step = |tokens: &[Tok], states: &BTreeSet<usize>, c: Option<char>| -> BTreeSet<usize> {
        let mut next: BTreeSet<usize> = states
            .iter()
            .filter_map(|at| match tokens.get(*at) {
                Some(Tok::Many) => Some(*at),
                Some(Tok::One) => Some(at + 1),
                Some(Tok::Lit(wanted)) if Some(*wanted) == c => Some(at + 1),
                _ => None,
            })
            .collect();
        settle(tokens, &mut next);
        next
    };
    let start = |tokens: &[Tok]| {
        let mut states = BTreeSet::from([0]);
        settle(tokens, &mut states);
        states
    };
    let first = (start(inner), start(outer));
    let mut seen = BTreeSet::from([first.clone()]);
    let mut queue = VecDeque::from([first]);
    while let Some((at_inner, at_outer)) = queue.pop_front() {
        if at_inner.contains(&inner.len()) && !at_outer.contains(&outer.len()) {
            return false;
        }
        for c in &alphabet {
            let next_inner = step(inner, &at_inner, *c);
            if next_inner.is_empty() {
                continue;
            }
            let state = (next_inner, step(outer, &at_outer, *c));
            if seen.insert(state.clone()) {
                if seen.len() > STATES {
                    return false;
                }
                queue.push_back(state);
            }
        }
    }
    true
}
