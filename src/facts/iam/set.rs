//! Sets of actions or resources: `Action`/`Resource` (these) and `NotAction`/`NotResource` (all but these).

use std::collections::HashMap;

use super::pattern::{Pattern, Variables};

/// How to read a pattern whose policy variables are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// As the largest set it can stand for: what an Allow may give.
    Most,
    /// As the smallest: what a Deny surely takes.
    Least,
}

/// A set of texts, by patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternSet {
    all_but: bool,
    patterns: Vec<Pattern>,
    index: Option<Index>,
}

/// Actions by their service, so that a policy of a thousand actions is not walked for each question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Index {
    services: HashMap<String, Vec<usize>>,
    wild: Vec<usize>,
}

impl PatternSet {
    /// Actions (`all_but`: `NotAction`).
    pub fn actions(all_but: bool, raw: &[String]) -> Self {
        let patterns: Vec<Pattern> = raw.iter().map(|text| Pattern::action(text)).collect();
        let mut index = Index::default();
        for (at, pattern) in patterns.iter().enumerate() {
            match pattern.raw().split_once(':') {
                Some((service, _)) if !service.contains(['*', '?']) => {
                    index.services.entry(service.to_ascii_lowercase()).or_default().push(at);
                }
                _ => index.wild.push(at),
            }
        }
        Self { all_but, patterns, index: Some(index) }
    }

    /// Resources (`all_but`: `NotResource`).
    pub fn resources(all_but: bool, raw: &[String]) -> Self {
        Self { all_but, patterns: raw.iter().map(|text| Pattern::resource(text)).collect(), index: None }
    }

    /// Whether it is written as everything but its patterns.
    pub fn all_but(&self) -> bool {
        self.all_but
    }

    /// Its patterns, as written.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Whether some policy variable in it is not known.
    pub fn unresolved(&self) -> bool {
        self.patterns.iter().any(Pattern::unresolved)
    }

    /// The same set with what is known of its variables filled in.
    pub fn bind(&self, variables: &dyn Variables) -> Self {
        let patterns = self.patterns.iter().map(|pattern| pattern.bind(variables)).collect();
        Self { all_but: self.all_but, patterns, index: self.index.clone() }
    }

    /// The patterns that count under `view`: an open variable widens a set, or narrows what is excluded from it.
    fn counting(&self, view: View) -> impl Iterator<Item = &Pattern> {
        let resolved_only = self.all_but == (view == View::Most);
        self.patterns.iter().filter(move |pattern| !(resolved_only && pattern.unresolved()))
    }

    /// Whether `text` is in it. Actions in lower case.
    pub fn contains(&self, text: &str, view: View) -> bool {
        let listed = match &self.index {
            Some(index) => {
                let at = |at: &usize| self.patterns.get(*at).is_some_and(|pattern| pattern.matches(text));
                let service = text.split_once(':').map_or(text, |(service, _)| service);
                index.wild.iter().any(at) || index.services.get(service).is_some_and(|list| list.iter().any(at))
            }
            None => self.counting(view).any(|pattern| pattern.matches(text)),
        };
        listed != self.all_but
    }

    /// Whether all that matches `pattern` is surely (or at most, by `view`) in it. A cover made of several patterns
    /// together is not seen: the answer then is "no".
    pub fn covers(&self, pattern: &Pattern, view: View) -> bool {
        if self.all_but {
            !self.counting(view).any(|excluded| excluded.intersects(pattern))
        } else {
            self.counting(view).any(|listed| listed.covers(pattern))
        }
    }

    /// Whether something that matches `pattern` may be in it.
    pub fn meets(&self, pattern: &Pattern, view: View) -> bool {
        if self.all_but {
            !self.counting(view).any(|excluded| excluded.covers(pattern))
        } else {
            self.counting(view).any(|listed| listed.intersects(pattern))
        }
    }

    /// Whether all of `other`, read as the most it can be, is surely in it.
    pub fn covers_set(&self, other: &Self) -> bool {
        match (self.all_but, other.all_but) {
            (_, false) => other.counting(View::Most).all(|pattern| self.covers(pattern, View::Least)),
            (false, true) => self.counting(View::Least).any(Pattern::is_everything),
            (true, true) => self
                .counting(View::Least)
                .all(|excluded| other.counting(View::Most).any(|theirs| theirs.covers(excluded))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(all_but: bool, raw: &[&str]) -> PatternSet {
        PatternSet::resources(all_but, &raw.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn open_variables_widen_what_is_given_and_narrow_what_is_taken() {
        let open = set(false, &["arn:aws:s3:::home/${aws:PrincipalTag/team}"]);
        assert!(open.contains("arn:aws:s3:::home/x", View::Most));
        assert!(!open.contains("arn:aws:s3:::home/x", View::Least));
        let but = set(true, &["arn:aws:s3:::home/${aws:PrincipalTag/team}"]);
        assert!(but.contains("arn:aws:s3:::home/x", View::Most));
        assert!(!but.contains("arn:aws:s3:::home/x", View::Least));
    }

    #[test]
    fn covering_of_sets() {
        assert!(set(false, &["*"]).covers_set(&set(true, &["arn:aws:s3:::a"])));
        assert!(set(true, &["arn:aws:s3:::a"]).covers_set(&set(true, &["arn:aws:s3:::*"])));
        assert!(!set(true, &["arn:aws:s3:::*"]).covers_set(&set(true, &["arn:aws:s3:::a"])));
        assert!(set(true, &["arn:aws:s3:::a"]).covers_set(&set(false, &["arn:aws:s3:::b*"])));
        assert!(!set(true, &["arn:aws:s3:::a"]).covers_set(&set(false, &["arn:aws:s3:::*"])));
    }

    #[test]
    fn actions_are_found_by_service_whatever_their_case() {
        let actions = PatternSet::actions(false, &["IAM:Put*".into(), "s?:Get*".into()]);
        assert!(actions.contains("iam:putuserpolicy", View::Least));
        assert!(actions.contains("s3:getobject", View::Least));
        assert!(!actions.contains("iam:getuser", View::Most));
    }
}
