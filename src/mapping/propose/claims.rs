//! From weighed statements to proposed claims.

use super::{
    PUBLISHED_PAGE, looks, rounded, said,
    weigh::{Ranked, Told, Weighed},
};
use crate::{
    mapping::knowledge::Knowledge,
    model::{By, Candidate, Claim, Item, MappedItem, Nature, Part, ProposedClaim, Statement, Text},
};

/// What holds while everything runs on AWS.
const PRECONDITION: &str = "runs-on-aws-only";

/// Weight from which words of rules and people, or of AWS's side, are believed.
const BELIEVED: f64 = 0.5;
/// Likeness to what only a person can state, from which that is believed without any of the words.
const LIKE_ATTESTED: f64 = 0.75;
/// Confidence in a cited page: the link is there to be tried.
const CITED: f64 = 0.95;
/// Confidence that nothing could be made of a statement.
const UNCLEAR: f64 = 0.2;
/// Confidence from which a remark, which often only explains, is a claim of its own.
const REMARK: f64 = 0.75;
/// Confidence from which the words of an item add to what its family says of it.
const BESIDES_FAMILY: f64 = 0.8;

/// A statement and what is known of it.
pub(super) struct Draft {
    pub(super) statement: Statement,
    pub(super) weighed: Weighed,
}

/// The claims of an item that is of no known family.
pub(super) fn of_drafts(item: &Item, drafts: Vec<Draft>, knowledge: &Knowledge) -> Vec<ProposedClaim> {
    let mut claims: Vec<ProposedClaim> = Vec::new();
    for draft in drafts {
        let remark = draft.statement.part == Part::Remark;
        let claim = claim(&draft, knowledge);
        if remark && !adds(&claim, &claims) {
            continue;
        }
        match claims.last_mut() {
            Some(last) if belong_together(last, &claim) => join(last, claim),
            _ => claims.push(claim),
        }
    }
    let claims = absorb_unclear(claims);
    named(item, claims)
}

/// The claims of an item of a known family, and what its own words add.
pub(super) fn of_family(
    item: &Item,
    mapped: &MappedItem,
    drafts: Vec<Draft>,
    knowledge: &Knowledge,
) -> Vec<ProposedClaim> {
    let own: Vec<ProposedClaim> = drafts.iter().map(|draft| claim(draft, knowledge)).collect();
    let cadence = drafts.iter().find_map(|draft| draft.statement.cadence.as_ref()).map(|cadence| cadence.days);
    let limits: Vec<String> = drafts.iter().flat_map(|draft| limits(&draft.statement)).collect();
    let mut claims: Vec<ProposedClaim> =
        mapped.claims.iter().map(|claim| taken(claim, mapped, cadence, &limits)).collect();
    let seen: Vec<String> = claims.iter().flat_map(|claim| &claim.topics).map(|topic| topic.topic.clone()).collect();
    let mut others: Vec<Candidate> = Vec::new();
    for candidate in own.iter().flat_map(|claim| &claim.topics).filter(|candidate| !seen.contains(&candidate.topic)) {
        match others.iter_mut().find(|other| other.topic == candidate.topic) {
            Some(other) if other.confidence >= candidate.confidence => {}
            Some(other) => *other = candidate.clone(),
            None => others.push(candidate.clone()),
        }
    }
    others.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if let Some(first) = claims.iter_mut().find(|claim| looks(claim.by)).or(None) {
        first.topics.extend(
            others
                .into_iter()
                .map(|other| Candidate { proposed: other.proposed && other.confidence >= BESIDES_FAMILY, ..other }),
        );
    } else if let Some(first) = claims.first_mut() {
        first.topics.extend(others.into_iter().map(|other| Candidate { proposed: false, ..other }));
    }
    claims.iter_mut().zip(1..).for_each(|(claim, number)| {
        let name = claim.from.as_deref().and_then(|from| from.rsplit('/').next()).map(str::to_owned);
        claim.id = format!("{}/{}", item.id, name.unwrap_or_else(|| number.to_string()));
    });
    claims
}

/// A page that the item cites must be there: whatever else it claims.
pub(super) fn add_cited_pages(item: &Item, claims: &mut Vec<ProposedClaim>, knowledge: &Knowledge) {
    let there =
        claims.iter().flat_map(|claim| &claim.topics).any(|topic| topic.topic == PUBLISHED_PAGE && topic.proposed);
    if item.urls.is_empty() || there || knowledge.topic(PUBLISHED_PAGE).is_none() {
        return;
    }
    let text = Text::new("シートに記されたページが読める", "the cited page can be read");
    let urls = item.urls.join(" ");
    let reason = Text::new(
        format!("引用された URL({urls})が実際に読めるかを外から確かめる"),
        format!("the cited URL ({urls}) is tried from outside"),
    );
    claims.push(ProposedClaim {
        id: format!("{}/cited-url", item.id),
        text,
        by: By::Live,
        nature: Nature::Technical,
        confidence: CITED,
        reason: reason.clone(),
        topics: vec![Candidate {
            topic: PUBLISHED_PAGE.to_owned(),
            confidence: CITED,
            reason,
            proposed: true,
            checks: Vec::new(),
        }],
        rest: None,
        cadence_days: None,
        limits: Vec::new(),
        from: None,
    });
}

fn taken(claim: &Claim, mapped: &MappedItem, cadence: Option<u32>, limits: &[String]) -> ProposedClaim {
    let nature = match claim.by {
        By::Live | By::Partial => Nature::Technical,
        By::Inherited => Nature::Inherited,
        By::Attest | By::Na => Nature::Organisational,
    };
    let from = mapped.framework_item.clone().unwrap_or_default();
    let reason = Text::new(
        format!("{from} の項目にあたる: {}", mapped.reason.ja),
        format!("it is {from}: {}", mapped.reason.en),
    );
    let candidate = |topic: &String| Candidate {
        topic: topic.clone(),
        confidence: mapped.confidence,
        reason: reason.clone(),
        proposed: true,
        checks: Vec::new(),
    };
    ProposedClaim {
        id: String::new(),
        text: claim.text.clone(),
        by: claim.by,
        nature,
        confidence: mapped.confidence,
        topics: claim.see.iter().map(candidate).collect(),
        reason,
        rest: claim.rest.clone(),
        cadence_days: claim.cadence_days.or(cadence).filter(|_| matches!(claim.by, By::Attest | By::Partial)),
        limits: limits.to_vec(),
        from: Some(claim.id.clone()),
    }
}

fn limits(statement: &Statement) -> Vec<String> {
    statement.except.iter().chain(&statement.only).cloned().collect()
}

fn claim(draft: &Draft, knowledge: &Knowledge) -> ProposedClaim {
    let Draft { statement, weighed } = draft;
    let topics: Vec<Candidate> = weighed.ranked.iter().map(|ranked| candidate(ranked, weighed, knowledge)).collect();
    let decided = decide(weighed, knowledge);
    let mut claim = ProposedClaim {
        id: String::new(),
        text: Text::same(&statement.text),
        by: decided.by,
        nature: decided.nature,
        confidence: rounded(decided.confidence),
        reason: decided.reason,
        topics,
        rest: decided.rest,
        cadence_days: None,
        limits: limits(statement),
        from: None,
    };
    if decided.nature == Nature::Inherited {
        add_precondition(&mut claim, knowledge);
    }
    if matches!(claim.by, By::Attest | By::Partial) {
        claim.cadence_days = statement.cadence.as_ref().map(|cadence| cadence.days).filter(|days| *days > 0);
    }
    claim
}

struct Decided {
    by: By,
    nature: Nature,
    confidence: f64,
    reason: Text,
    rest: Option<Text>,
}

fn decide(weighed: &Weighed, knowledge: &Knowledge) -> Decided {
    let proposed: Vec<&Ranked> = weighed.ranked.iter().filter(|ranked| ranked.proposed).collect();
    if let Some((by, reason)) = &weighed.approved {
        let nature = match by {
            By::Live | By::Partial => Nature::Technical,
            By::Inherited => Nature::Inherited,
            By::Attest | By::Na => Nature::Organisational,
        };
        let confidence = proposed.first().map_or(0.95, |first| first.confidence);
        return Decided { by: *by, nature, confidence, reason: reason.clone(), rest: None };
    }
    if let Some(first) = proposed.first() {
        return technical(first, &proposed, weighed, knowledge);
    }
    // A topic that falls just short is still likelier than a vague word of rules.
    let best = weighed.ranked.first();
    let open = 1.0 - best.map_or(0.0, |first| first.confidence) / 2.0;
    let believed = |told: &Option<Told>| told.clone().filter(|told| told.weight >= BELIEVED);
    match (believed(&weighed.inherited), believed(&weighed.organisational)) {
        (Some(aws), rule) if rule.as_ref().is_none_or(|rule| rule.weight <= aws.weight) => Decided {
            by: By::Inherited,
            nature: Nature::Inherited,
            confidence: aws.weight * open,
            reason: said::inherited(&aws.quote, &aws.what),
            rest: None,
        },
        (_, Some(rule)) => Decided {
            by: By::Attest,
            nature: Nature::Organisational,
            confidence: rule.weight * open,
            reason: said::organisational(&rule.quote, &rule.what),
            rest: None,
        },
        _ => unclear(weighed, knowledge),
    }
}

fn technical(first: &Ranked, proposed: &[&Ranked], weighed: &Weighed, knowledge: &Knowledge) -> Decided {
    let topics: Vec<_> = proposed.iter().filter_map(|ranked| knowledge.topics.get(ranked.topic)).collect();
    let mut reason = Text::new(
        proposed.iter().map(|ranked| ranked.reason.ja.as_str()).collect::<Vec<_>>().join("。"),
        proposed.iter().map(|ranked| ranked.reason.en.as_str()).collect::<Vec<_>>().join("; "),
    );
    let told = weighed.organisational.as_ref().filter(|told| told.weight >= BELIEVED);
    let rest = told.map(|told| said::rest(&told.quote, &told.what));
    let rest = rest.or_else(|| topics.iter().find_map(|topic| topic.rest.clone()));
    let unchecked = topics.iter().filter(|topic| topic.checks.is_empty()).collect::<Vec<_>>();
    let by = match (&rest, unchecked.first()) {
        (_, Some(topic)) if unchecked.len() == topics.len() => {
            let note = said::no_check(topic);
            reason = Text::new(format!("{}。{}", reason.ja, note.ja), format!("{}; {}", reason.en, note.en));
            By::Attest
        }
        (Some(_), _) => By::Partial,
        _ => By::Live,
    };
    let rest = rest.filter(|_| by == By::Partial);
    Decided { by, nature: Nature::Technical, confidence: first.confidence, reason, rest }
}

fn unclear(weighed: &Weighed, knowledge: &Knowledge) -> Decided {
    let mut near =
        weighed.ranked.iter().filter_map(|ranked| knowledge.topics.get(ranked.topic).map(|topic| (ranked, topic)));
    let reason = match (near.next(), near.next()) {
        (Some((first, a)), Some((second, b)))
            if second.confidence >= 0.35 && first.confidence - second.confidence < 0.15 =>
        {
            said::doubtful(a, b)
        }
        (first, _) => said::unclear(first.map(|(_, topic)| topic)),
    };
    if weighed.like_attested >= LIKE_ATTESTED {
        let reason = Text::new(
            "人だけが述べられる既知の項目に文面が似ている".to_owned(),
            "it reads like a known item that only a person can state".to_owned(),
        );
        return Decided {
            by: By::Attest,
            nature: Nature::Organisational,
            confidence: weighed.like_attested / 2.0,
            reason,
            rest: None,
        };
    }
    Decided { by: By::Attest, nature: Nature::Unclear, confidence: UNCLEAR, reason, rest: None }
}

fn candidate(ranked: &Ranked, weighed: &Weighed, knowledge: &Knowledge) -> Candidate {
    let known = knowledge.topics.get(ranked.topic);
    Candidate {
        topic: known.map(|topic| topic.id.clone()).unwrap_or_default(),
        confidence: ranked.confidence,
        reason: ranked.reason.clone(),
        proposed: ranked.proposed,
        checks: known.map(|topic| of_services(&topic.checks, &weighed.services)).unwrap_or_default(),
    }
}

/// The topic's checks of the services that the statement names; none, for all, where it names none or there is none.
fn of_services(checks: &[String], services: &[String]) -> Vec<String> {
    let of = |check: &&String| check.split('/').next().is_some_and(|folder| services.iter().any(|id| id == folder));
    checks.iter().filter(of).cloned().collect()
}

/// What is inherited holds while everything runs on AWS.
fn add_precondition(claim: &mut ProposedClaim, knowledge: &Knowledge) {
    if knowledge.topic(PRECONDITION).is_none() {
        return;
    }
    claim.topics.retain(|candidate| candidate.topic != PRECONDITION);
    let candidate = Candidate {
        topic: PRECONDITION.to_owned(),
        confidence: claim.confidence,
        reason: claim.reason.clone(),
        proposed: true,
        checks: Vec::new(),
    };
    claim.topics.insert(0, candidate);
}

fn proposed(claim: &ProposedClaim) -> Vec<&str> {
    claim.topics.iter().filter(|topic| topic.proposed).map(|topic| topic.topic.as_str()).collect()
}

/// Whether a statement of the remark says something that the item does not.
fn adds(claim: &ProposedClaim, claims: &[ProposedClaim]) -> bool {
    let known: Vec<&str> = claims.iter().flat_map(proposed).collect();
    let new = proposed(claim).into_iter().any(|topic| !known.contains(&topic));
    claim.nature == Nature::Technical && claim.confidence >= REMARK && new || claim.cadence_days.is_some()
}

fn belong_together(last: &ProposedClaim, next: &ProposedClaim) -> bool {
    let same = last.nature == next.nature && last.by == next.by && last.limits == next.limits;
    same && match next.nature {
        Nature::Technical | Nature::Inherited => {
            let (mut a, mut b) = (proposed(last), proposed(next));
            a.sort_unstable();
            b.sort_unstable();
            a == b
        }
        Nature::Unclear => true,
        // Rules are stated one by one: a training is no contract.
        Nature::Organisational => last.reason == next.reason,
    }
}

fn join(last: &mut ProposedClaim, next: ProposedClaim) {
    last.text = Text::new(joined(&last.text.ja, &next.text.ja), joined(&last.text.en, &next.text.en));
    if next.confidence > last.confidence {
        last.confidence = next.confidence;
        last.reason = next.reason;
    }
    for candidate in next.topics {
        match last.topics.iter_mut().find(|known| known.topic == candidate.topic) {
            Some(known) if known.confidence < candidate.confidence => *known = candidate,
            Some(_) => {}
            None => last.topics.push(candidate),
        }
    }
    last.topics.sort_by(|a, b| b.proposed.cmp(&a.proposed).then(b.confidence.total_cmp(&a.confidence)));
    last.cadence_days = last.cadence_days.into_iter().chain(next.cadence_days).min();
    if last.rest.is_none() {
        last.rest = next.rest;
    }
}

fn joined(a: &str, b: &str) -> String {
    let space = if a.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
    format!("{a}{space}{b}")
}

/// What nothing was made of, beside a statement that observations decide, is what a person still has to state of it.
fn absorb_unclear(claims: Vec<ProposedClaim>) -> Vec<ProposedClaim> {
    let mut kept: Vec<ProposedClaim> = Vec::new();
    for claim in claims {
        match kept.last_mut() {
            Some(last) if claim.nature == Nature::Unclear && looks(last.by) => {
                let said = claim.text;
                last.rest = Some(match last.rest.take() {
                    Some(rest) => Text::new(format!("{} {}", rest.ja, said.ja), format!("{} {}", rest.en, said.en)),
                    None => said,
                });
                last.by = By::Partial;
                last.cadence_days = last.cadence_days.or(claim.cadence_days);
            }
            _ => kept.push(claim),
        }
    }
    kept
}

fn named(item: &Item, mut claims: Vec<ProposedClaim>) -> Vec<ProposedClaim> {
    let mut taken: Vec<String> = Vec::new();
    for (claim, number) in claims.iter_mut().zip(1..) {
        let topic = proposed(claim).first().map(|topic| format!("{}/{topic}", item.id));
        let id = topic.filter(|id| !taken.contains(id)).unwrap_or_else(|| format!("{}/{number}", item.id));
        taken.push(id.clone());
        claim.id = id;
    }
    claims
}
