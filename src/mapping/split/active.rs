//! English verbs in the active voice: "You track vulnerabilities and install patches" says two things.

use crate::sheet::pattern::{Pattern, pattern};

/// Verbs of check sheets that are seldom nouns.
const VERBS: [&str; 62] = [
    "have",
    "use",
    "track",
    "install",
    "monitor",
    "encrypt",
    "retain",
    "remediate",
    "rotate",
    "revoke",
    "remove",
    "delete",
    "notify",
    "maintain",
    "enforce",
    "require",
    "store",
    "restrict",
    "apply",
    "classify",
    "approve",
    "keep",
    "perform",
    "conduct",
    "provide",
    "assess",
    "manage",
    "protect",
    "disable",
    "enable",
    "segregate",
    "separate",
    "collect",
    "detect",
    "prevent",
    "block",
    "verify",
    "validate",
    "ensure",
    "define",
    "establish",
    "implement",
    "communicate",
    "publish",
    "inform",
    "support",
    "offer",
    "allow",
    "run",
    "commission",
    "complete",
    "destroy",
    "isolate",
    "replicate",
    "analyse",
    "analyze",
    "investigate",
    "respond",
    "train",
    "screen",
    "limit",
    "hold",
];
/// Verbs that are nouns as often; they are verbs before a determiner.
const NOUNS_TOO: [&str; 15] = [
    "log", "record", "report", "test", "audit", "update", "plan", "review", "access", "scan", "document", "patch",
    "fix", "control", "back",
];
const DETERMINERS: [&str; 16] = [
    "all", "the", "your", "our", "their", "them", "it", "each", "any", "these", "those", "every", "up", "for", "its",
    "a",
];

/// "You", and what may stand between it and its verb.
static SUBJECT: Pattern = pattern!(
    r"(?i)^(?:you|we|they|it|(?:the|your|our|all|every|each)\s+(?:[\w-]+\s+){0,3}?[\w-]+?)\s+(?:(?:also|always|regularly|periodically|automatically|continuously)\s+)?"
);
static AND: Pattern = pattern!(r"(?i),?\s+and\s+(?:also\s+|then\s+)?");
static TIED: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:that|which|who|if|when|whether|where|unless|or|not|never|no|to|before|after|without|can|will|is|are|must|should|may)(?-u:\b)"
);

/// Whether `rest` begins with a verb that has an object.
fn verb(rest: &str) -> Option<&str> {
    let mut words = rest.split_whitespace();
    let first = words.next()?;
    let second = words.next()?.trim_end_matches([',', '.']).to_ascii_lowercase();
    let plain = base(first);
    let sure = VERBS.contains(&plain.as_str()) && !matches!(second.as_str(), "of" | "and" | "cases");
    let perhaps = NOUNS_TOO.contains(&plain.as_str()) && DETERMINERS.contains(&second.as_str());
    (sure || perhaps).then_some(first)
}

/// The base form of a verb in the third person.
fn base(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let known = |v: &str| VERBS.contains(&v) || NOUNS_TOO.contains(&v);
    if lower == "has" {
        return "have".to_owned();
    }
    for (ending, with) in [("ies", "y"), ("es", ""), ("s", "")] {
        if let Some(stem) = lower.strip_suffix(ending)
            && known(&format!("{stem}{with}"))
        {
            return format!("{stem}{with}");
        }
    }
    lower
}

/// The third person of a verb.
fn third(verb: &str) -> String {
    match verb {
        "have" => "has".to_owned(),
        _ if verb.ends_with(['a', 'e', 'i', 'o', 'u']) || verb.ends_with("ay") || verb.ends_with("oy") => {
            format!("{verb}s")
        }
        _ if verb.ends_with('y') => format!("{}ies", verb.trim_end_matches('y')),
        _ if verb.ends_with("sh") || verb.ends_with("ch") || verb.ends_with("ss") || verb.ends_with('x') => {
            format!("{verb}es")
        }
        _ => format!("{verb}s"),
    }
}

/// What "Does the vendor have a policy" asks for: the words before and from its verb, the verb in the third person. None
/// where the verb is not known.
pub(super) fn after_does(words: &[&str]) -> Option<String> {
    let at = (1..words.len().min(9)).find(|at| {
        let rest = words.get(*at..).unwrap_or_default().join(" ");
        verb(&rest).is_some_and(|v| v == base(v))
    })?;
    let (subject, predicate) = words.split_at_checked(at)?;
    let (first, rest) = predicate.split_first()?;
    let mut all: Vec<String> = subject.iter().map(|w| (*w).to_owned()).collect();
    all.push(third(first));
    let mut verbs = false;
    for word in rest {
        // "has a unique ID and use MFA": the second verb too.
        let tied = verbs && VERBS.contains(word);
        all.push(if tied { third(word) } else { (*word).to_owned() });
        verbs = *word == "and";
    }
    Some(all.join(" "))
}

/// The statements of a sentence whose one subject does several things.
pub(super) fn statements(text: &str) -> Vec<String> {
    let whole = || vec![text.to_owned()];
    if text.len() > 2_000 {
        return whole();
    }
    // The shortest subject that is followed by a verb.
    let mut end = None;
    for (at, _) in text.match_indices(' ').take(8) {
        let head = text.get(..=at).unwrap_or_default();
        if SUBJECT.find(head).is_some_and(|m| m.end() == head.len())
            && verb(text.get(at + 1..).unwrap_or_default()).is_some()
        {
            end = Some(at + 1);
            break;
        }
    }
    let Some((head, rest)) = end.and_then(|end| text.split_at_checked(end)) else { return whole() };
    let mut parts = Vec::new();
    let mut from = 0;
    for and in AND.find_all(rest).into_iter().flatten() {
        let before = rest.get(from..and.start()).unwrap_or_default();
        let after = rest.get(and.end()..).unwrap_or_default();
        if before.contains(' ') && verb(after).is_some() && !TIED.is_match(before) {
            parts.push(before);
            from = and.end();
        }
    }
    parts.extend(rest.get(from..));
    parts.into_iter().map(|part| format!("{head}{part}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn each_verb_is_a_statement() {
        assert!(SUBJECT.compiles() && AND.compiles() && TIED.compiles());
        table(
            [
                (
                    "You track vulnerabilities and install security patches promptly",
                    vec!["You track vulnerabilities", "You install security patches promptly"],
                ),
                (
                    "We retain logs for a year and review them weekly",
                    vec!["We retain logs for a year", "We review them weekly"],
                ),
                (
                    "Every administrator has a unique ID and uses MFA daily",
                    vec!["Every administrator has a unique ID", "Every administrator uses MFA daily"],
                ),
                (
                    "You monitor system capacity and plan for growth",
                    vec!["You monitor system capacity", "You plan for growth"],
                ),
                ("You review and audit your files", vec!["You review and audit your files"]),
                ("You monitor servers and patch management", vec!["You monitor servers and patch management"]),
                ("You monitor the use and storage of keys", vec!["You monitor the use and storage of keys"]),
                ("You do not keep logs and delete them", vec!["You do not keep logs and delete them"]),
                (
                    "You have a process to collect logs and store them",
                    vec!["You have a process to collect logs and store them"],
                ),
                ("Logs are kept", vec!["Logs are kept"]),
            ],
            statements,
        );
    }

    #[test]
    fn does_becomes_the_third_person() {
        let of = |text: &str| after_does(&text.split(' ').collect::<Vec<_>>());
        table(
            [
                ("the vendor have a policy", Some("the vendor has a policy")),
                (
                    "every administrator have a unique ID and use MFA",
                    Some("every administrator has a unique ID and uses MFA"),
                ),
                ("the company classify its data", Some("the company classifies its data")),
                ("the thing fly very high", None),
            ]
            .map(|(text, expected)| (text, expected.map(str::to_owned))),
            of,
        );
    }
}
