//! English sentences that say several things: "collected and stored", "…, and do you monitor them?".

use crate::sheet::pattern::{Pattern, pattern};

use super::fold::Shield;
use super::{active, ask, nouns};

/// Where a clause with a subject and a verb of its own may begin.
static JOINT: Pattern =
    pattern!(r"(?i)\s*;\s*(?:and\s+|however,?\s+|but\s+)?|,\s+(?:and|but|while|whereas|however,?)\s+|\s+and\s+");
/// A whole passive clause, after which a bare "and" may begin another: "the policy is defined".
static PASSIVE_CLAUSE: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:is|are|was|were|been|be)(?-u:\b).*\s(?:[a-z-]+ed|kept|held|made|set|run|taken|done|written)(?:\s+[\w-]+){0,4}$"
);
/// What a bare "and" must be followed by: a subject of a few words, and its auxiliary.
static PASSIVE_START: Pattern = pattern!(
    r"(?i)^(?:(?:is|are|has|have)\s+(?:the|all|any|your|our)(?-u:\b)|(?:[\w'-]+\s+){1,3}(?:is|are|has been|have been)\s+(?:[a-z-]+ed|kept|held|made|set|run|taken|done|written)(?-u:\b))"
);
/// What has a subject and a verb of its own.
static CLAUSE: Pattern = pattern!(
    r"(?i)^(?:do|does|are|is|have|has|can|will)\s+[a-z]+\s+[a-z]+|^(?:we|you|they|it)\s+[a-z]+|^(?:the|all|our|your|any|each|no|this|these|those|access|[a-z]+s|[\w-]+\s+[\w-]+|[\w-]+)\s+(?:[\w'-]+\s+){0,4}?(?:is|are|was|were|has|have|must|shall|should|will|can|may|do|does)(?-u:\b)"
);
static FINITE: Pattern =
    pattern!(r"(?i)(?-u:\b)(?:is|are|was|were|has|have|must|shall|should|will|can|may|do|does|did|we|you)(?-u:\b)");
/// A sentence that supposes something: what it says holds together only.
static CONDITION: Pattern = pattern!(
    r"(?i)(?:^|[,;]\s)\s*(?:if|when|whenever|where|unless|in case|once|before|after|should)(?-u:\b)|(?-u:\b)(?:if|unless|or)(?-u:\b)"
);
static CONDITION_START: Pattern =
    pattern!(r"(?i)^\W*(?:if|when|whenever|where|unless|in case|once|although|though|while)(?-u:\b)");
static NEGATIVE: Pattern = pattern!(r"(?i)(?-u:\b)(?:not|never|no|nor|neither|without)(?-u:\b)|n't(?-u:\b)|n’t");

/// Subject, auxiliary, and all the rest of a passive sentence.
static PASSIVE: Pattern = pattern!(
    r"(?i)^(?P<head>.{2,160}?\s(?:is|are|was|were|has been|have been|(?:must|should|shall|will|can|may) be))\s(?P<rest>(?:(?:also|always|automatically|regularly|\w+ly)\s)?(?:[a-z-]+ed|kept|held|made|sent|set|run|built|found|taken|given|done|written)(?-u:\b).*)$"
);
/// Another participle that the same subject takes, and what shows that it is no adjective.
static NEXT_PASSIVE: Pattern = pattern!(
    r"(?i)(?P<tie>,\s+and\s+|\s+and\s+|,\s+)(?P<verb>(?:(?:also|always|automatically|regularly|then|\w+ly)\s+)?(?:[a-z-]+ed|kept|held|made|sent|set|run|built|found|taken|given|done|written))(?:$|[.,;]|\s+(?:in|on|at|by|to|for|from|with|within|using|via|every|each|once|twice|daily|weekly|monthly|quarterly|annually|yearly|regularly|periodically|before|after|through|per|as|against|and|around|for|prior|centrally|securely|24\S*|[0-9]+\S*)(?-u:\b))"
);
static ELLIPSIS: Pattern = pattern!(
    r"(?i)^(?P<first>.{2,160}?\s(?:are|is)\s(?:[a-z-]+ed|kept|held|made|set|run|taken|done)(?:\s+(?:daily|weekly|monthly|quarterly|annually|yearly|regularly|periodically))?),?\s+and\s+(?P<subject>(?:[\w-]+\s+)?[\w-]*[a-z]s)\s+(?P<verb>(?:[a-z-]+ed|kept|held|made|set|run|taken|done)(?:\s+(?:daily|weekly|monthly|quarterly|annually|yearly|regularly|periodically))?)[.]?$"
);
static RELATIVE: Pattern = pattern!(r"(?i)(?-u:\b)(?:that|which|who|whose|where|when)(?-u:\b)");
static ADJECTIVE_END: Pattern = pattern!(r"(?i)(?-u:\b)(?:[a-z-]+ed|kept|held|written|known|given)$");

/// The statements that an English sentence makes.
pub(super) fn statements(sentence: &str) -> Vec<String> {
    if ask::open(sentence) {
        return vec![sentence.trim().to_owned()];
    }
    let question = sentence.trim_end().ends_with('?');
    let mut statements = Vec::new();
    for clause in clauses(sentence) {
        let marked = if question && !clause.ends_with('?') { format!("{clause}?") } else { clause.to_owned() };
        let asked = ask::english(&marked);
        for active in active::statements(&asked) {
            for passive in passives(&active).iter().flat_map(|p| ellipsis(p)) {
                statements.extend(nouns::english(&passive));
            }
        }
    }
    statements
}

/// Cuts where what follows has a subject and a verb of its own.
fn clauses(sentence: &str) -> Vec<&str> {
    let shield = Shield::new(sentence);
    let mut clauses = Vec::new();
    let mut from = 0;
    for joint in JOINT.find_all(sentence).into_iter().flatten() {
        let (Some(before), Some(after)) = (sentence.get(from..joint.start()), sentence.get(joint.end()..)) else {
            continue;
        };
        let near = after.char_indices().nth(120).and_then(|(at, _)| after.get(..at)).unwrap_or(after);
        if shield.covers(joint.start())
            || !(FINITE.is_match(before) || before.split_whitespace().nth(3).is_some())
            || CONDITION_START.is_match(before)
            || CONDITION_START.is_match(near)
            || near.starts_with("or ")
            || (joint.as_str().trim() == "and" && !two_passives(before, near))
            || !CLAUSE.is_match(near)
        {
            continue;
        }
        clauses.push(before);
        from = joint.end();
    }
    clauses.extend(sentence.get(from..));
    clauses
}

/// "The policy is defined and keys are rotated": two clauses without a comma, as questionnaires write them.
fn two_passives(before: &str, after: &str) -> bool {
    let joins = |text: &str| CONDITION.is_match(text) || RELATIVE.is_match(text);
    // A longer stretch is no clause, and would be read again at each "and".
    before.len() <= 400
        && PASSIVE_START.is_match(after)
        && !joins(before)
        && !joins(after)
        && PASSIVE_CLAUSE.is_match(before)
}

/// "Logs are collected and stored in S3" says that they are collected, and that they are stored.
fn passives(text: &str) -> Vec<String> {
    let whole = || vec![text.to_owned()];
    if text.len() > 2_000 || CONDITION.is_match(text) || NEGATIVE.is_match(text) {
        return whole();
    }
    let Some(captures) = PASSIVE.captures(text) else { return whole() };
    let group = |name| captures.name(name).map_or("", |m| m.as_str());
    let (head, rest) = (group("head"), group("rest"));
    if RELATIVE.is_match(rest) || RELATIVE.is_match(head) {
        return whole();
    }
    let shield = Shield::new(rest);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    let mut anded = false;
    let mut at = 0;
    while let Some(tail) = rest.get(at..)
        && let Some(found) = NEXT_PASSIVE.captures(tail)
        && let (Some(tie), Some(verb)) = (found.name("tie"), found.name("verb"))
    {
        let before = rest.get(from..at + tie.start()).unwrap_or_default();
        // "granted to approved and authorised staff" couples adjectives.
        let adjectives = before.contains(' ') && ADJECTIVE_END.is_match(before);
        if !adjectives && !shield.covers(at + tie.start()) {
            cuts.push((at + tie.start(), at + verb.start()));
            from = at + verb.start();
            anded |= tie.as_str().contains("and");
        }
        at += verb.start().max(1);
    }
    if cuts.is_empty() || !anded {
        return whole();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for (end, next) in cuts {
        parts.extend(rest.get(start..end));
        start = next;
    }
    parts.extend(rest.get(start..));
    if parts.iter().skip(1).any(|p| FINITE.is_match(p)) {
        return whole();
    }
    parts.into_iter().map(|part| format!("{head} {part}")).collect()
}

/// "Backups are taken daily and restores tested" says "are" once for both.
fn ellipsis(text: &str) -> Vec<String> {
    if text.len() > 2_000 || CONDITION.is_match(text) || NEGATIVE.is_match(text) || RELATIVE.is_match(text) {
        return vec![text.to_owned()];
    }
    match ELLIPSIS.captures(text) {
        Some(found) => {
            let group = |name| found.name(name).map_or("", |m| m.as_str());
            vec![group("first").to_owned(), format!("{} are {}", group("subject"), group("verb"))]
        }
        None => vec![text.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [
            &JOINT,
            &PASSIVE_CLAUSE,
            &PASSIVE_START,
            &CLAUSE,
            &FINITE,
            &CONDITION,
            &CONDITION_START,
            &NEGATIVE,
            &PASSIVE,
            &NEXT_PASSIVE,
            &RELATIVE,
            &ELLIPSIS,
            &ADJECTIVE_END,
        ] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn what_says_several_things_is_cut() {
        table(
            [
                ("Logs are collected and stored in S3.", vec!["Logs are collected", "Logs are stored in S3."]),
                (
                    "Backups are taken daily and tested quarterly",
                    vec!["Backups are taken daily", "Backups are tested quarterly"],
                ),
                (
                    "Are backups taken daily and restores tested?",
                    vec!["Backups are taken daily", "restores are tested"],
                ),
                (
                    "Does every administrator have a unique user ID and use MFA for log-on?",
                    vec!["Every administrator has a unique user ID", "Every administrator uses MFA for log-on"],
                ),
                (
                    "Is access to logs restricted, and are logs protected from change?",
                    vec!["Access to logs is restricted", "Logs are protected from change"],
                ),
                (
                    "Servers are hardened, patched monthly, and monitored 24x7.",
                    vec!["Servers are hardened", "Servers are patched monthly", "Servers are monitored 24x7."],
                ),
                (
                    "The service runs in two or more zones, and failover is tested twice a year.",
                    vec!["The service runs in two or more zones", "failover is tested twice a year."],
                ),
                (
                    "The policy is defined and keys are rotated every year.",
                    vec!["The policy is defined", "keys are rotated every year."],
                ),
                (
                    "Access is granted to vetted staff and contractors that are trained.",
                    vec!["Access is granted to vetted staff and contractors that are trained."],
                ),
                (
                    "Are accounts reviewed, approved and documented?",
                    vec!["Accounts are reviewed", "Accounts are approved", "Accounts are documented"],
                ),
                (
                    "Do you retain security event logs for at least six months, and do you monitor them regularly?",
                    vec!["You retain security event logs for at least six months", "You monitor them regularly"],
                ),
                (
                    "Are logins, changes and deletions logged?",
                    vec!["Logins are logged", "changes are logged", "deletions are logged"],
                ),
                (
                    "Backups are taken; however, restores are not tested.",
                    vec!["Backups are taken", "restores are not tested."],
                ),
                (
                    "Is data encrypted in transit and at rest?",
                    vec!["Data is encrypted in transit", "Data is encrypted at rest"],
                ),
            ],
            statements,
        );
    }

    #[test]
    fn what_says_one_thing_stays() {
        table(
            [
                "Access is granted to approved and authorized personnel.",
                "Access is limited to named administrators and approved vendors",
                "If logs are deleted and exported, an alarm is raised",
                "Logs are not collected and stored",
                "Logs are collected or stored",
                "Backups are taken, but not tested.",
                "Users, processes, and devices",
                "Data-at-rest is protected.",
                "Policies and procedures are in place",
            ]
            .map(|text| (text, vec![text.to_string()])),
            statements,
        );
    }
}
