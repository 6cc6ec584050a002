//! The walk through undecided items: what is asked, and what each answer does.

use super::ask::Ask;
use super::project::Project;
use super::show::{View, label, topic_line};
use crate::cli::Failure;
use crate::mapping::{Decision, EntryClaim};
use crate::model::{By, Claim, Lang, Text};
use crate::report::labels::{self, Label};

/// How a walk ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Walked {
    pub approved: usize,
    pub rejected: usize,
}

/// What can be done with an item, in the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Approve,
    Candidates,
    Topics,
    Who,
    Reject,
    Skip,
    Back,
    Quit,
}

impl Action {
    fn label(self) -> Label {
        match self {
            Action::Approve => label("承認する", "approve"),
            Action::Candidates => label("候補のトピックから選び直す", "choose among the candidate topics"),
            Action::Topics => label("すべてのトピックから選び直す", "choose among all topics"),
            Action::Who => label("判定のしかたを変える", "change who decides"),
            Action::Reject => {
                label("検査では判定しない(人が表明する)", "reject: no check decides it, a person attests")
            }
            Action::Skip => label("あとで", "skip"),
            Action::Back => label("前の項目に戻る", "back"),
            Action::Quit => label("終わる", "quit"),
        }
    }
}

const BYS: [By; 5] = [By::Live, By::Partial, By::Attest, By::Inherited, By::Na];

/// Walks through the items called `ids`. Each decision is saved before the next item is shown.
pub(super) fn walk(
    project: &mut Project,
    ids: &[String],
    who: &str,
    lang: Lang,
    ask: &mut dyn Ask,
) -> Result<Walked, Failure> {
    let mut walked = Walked::default();
    let mut at = 0;
    while let Some(id) = ids.get(at) {
        let place = (at + 1, ids.len());
        match item(project, id, place, lang, ask)? {
            Next::Decided(decision) => {
                let rejected = decision == Decision::Reject;
                project.decide(&[(id.clone(), decision)], who)?;
                if rejected {
                    walked.rejected += 1;
                } else {
                    walked.approved += 1;
                }
                at += 1;
            }
            Next::Skipped => at += 1,
            Next::Back => at = at.saturating_sub(1),
            Next::Left => break,
        }
    }
    Ok(walked)
}

enum Next {
    Decided(Decision),
    Skipped,
    Back,
    Left,
}

fn item(project: &Project, id: &str, place: (usize, usize), lang: Lang, ask: &mut dyn Ask) -> Result<Next, Failure> {
    let Some((item, entry, change)) = project.item(id) else { return Err(project.no_item(id)) };
    let proposal = project.proposal(id);
    // An entry that nobody wrote claims for starts from what is proposed now.
    let mut claims: Vec<EntryClaim> = entry.claims.clone();
    loop {
        let catalogue = &project.catalogue;
        ask.show(&View { item, entry, change, claims: &claims, proposal, catalogue, lang, place }.text());
        let mut actions = Vec::new();
        if !claims.is_empty() {
            actions.extend([Action::Approve, Action::Candidates, Action::Topics, Action::Who]);
        } else {
            actions.extend([Action::Candidates, Action::Topics]);
        }
        actions.extend([Action::Reject, Action::Skip]);
        if place.0 > 1 {
            actions.push(Action::Back);
        }
        actions.push(Action::Quit);
        let options: Vec<String> = actions.iter().map(|action| action.label().get(lang).to_owned()).collect();
        let prompt = label("この項目をどうしますか", "what about this item").get(lang);
        let chosen = ask.one(prompt, &options, 0).map_err(Failure::internal)?;
        match chosen.and_then(|chosen| actions.get(chosen)).copied().unwrap_or(Action::Quit) {
            Action::Approve if claims == entry.claims => return Ok(Next::Decided(Decision::Approve)),
            Action::Approve => return Ok(Next::Decided(Decision::ApproveAs(claims))),
            Action::Candidates => {
                let mut topics: Vec<String> = Vec::new();
                let candidates = proposal.into_iter().flat_map(|p| &p.claims).flat_map(|c| &c.topics);
                let known = candidates.map(|c| &c.topic).filter(|topic| catalogue.topics.contains_key(*topic));
                for topic in claims.iter().flat_map(|c| &c.claim.see).chain(known) {
                    if !topics.contains(topic) {
                        topics.push(topic.clone());
                    }
                }
                if topics.is_empty() {
                    topics = catalogue.topics.keys().cloned().collect();
                }
                topics_of(project, id, &mut claims, &topics, lang, ask)?;
            }
            Action::Topics => {
                let topics: Vec<String> = catalogue.topics.keys().cloned().collect();
                topics_of(project, id, &mut claims, &topics, lang, ask)?;
            }
            Action::Who => who_decides(&mut claims, lang, ask)?,
            Action::Reject => return Ok(Next::Decided(Decision::Reject)),
            Action::Skip => return Ok(Next::Skipped),
            Action::Back => return Ok(Next::Back),
            Action::Quit => return Ok(Next::Left),
        }
    }
}

/// Which of several claims is meant.
fn which(claims: &[EntryClaim], lang: Lang, ask: &mut dyn Ask) -> Result<Option<usize>, Failure> {
    if claims.len() < 2 {
        return Ok((!claims.is_empty()).then_some(0));
    }
    let options: Vec<String> = claims.iter().map(|c| crate::report::terminal::clean(c.claim.text.get(lang))).collect();
    ask.one(label("どの主張ですか", "which claim").get(lang), &options, 0).map_err(Failure::internal)
}

/// Lets a person choose the topics of a claim; an item without claims gets one.
fn topics_of(
    project: &Project,
    id: &str,
    claims: &mut Vec<EntryClaim>,
    topics: &[String],
    lang: Lang,
    ask: &mut dyn Ask,
) -> Result<(), Failure> {
    if claims.is_empty()
        && let Some((item, ..)) = project.item(id)
    {
        let text = Text::same(item.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let taken = project.file.claim_ids();
        let mut ids = (1..).map(|n| format!("{id}/{n}")).filter(|id| !taken.contains(id));
        let claim = Claim {
            id: ids.next().unwrap_or_default(),
            text,
            by: By::Attest,
            see: Vec::new(),
            checks: Vec::new(),
            rest: None,
            cadence_days: None,
        };
        claims.push(EntryClaim { claim, limits: Vec::new() });
    }
    let Some(index) = which(claims, lang, ask)? else { return Ok(()) };
    let Some(claim) = claims.get_mut(index).map(|entry| &mut entry.claim) else { return Ok(()) };
    let proposal = project.proposal(id);
    let options: Vec<String> =
        topics.iter().map(|topic| topic_line(&project.catalogue, proposal, topic, lang)).collect();
    let chosen: Vec<bool> = topics.iter().map(|topic| claim.see.contains(topic)).collect();
    let prompt = label(
        "判定に使うトピック(スペースで選び、Enter で決める)",
        "topics that decide it (space selects, enter takes them)",
    );
    let Some(picked) = ask.many(prompt.get(lang), &options, &chosen).map_err(Failure::internal)? else { return Ok(()) };
    let mut picked = picked;
    picked.sort_unstable();
    claim.see = picked.iter().filter_map(|at| topics.get(*at).cloned()).collect();
    let seen = !claim.see.is_empty() || !claim.checks.is_empty();
    claim.by = match claim.by {
        By::Live | By::Partial | By::Inherited if !seen => By::Attest,
        By::Attest if seen && (claim.rest.is_some() || claim.cadence_days.is_some()) => By::Partial,
        By::Attest if seen => By::Live,
        by => by,
    };
    Ok(())
}

fn who_decides(claims: &mut [EntryClaim], lang: Lang, ask: &mut dyn Ask) -> Result<(), Failure> {
    let Some(index) = which(claims, lang, ask)? else { return Ok(()) };
    let Some(claim) = claims.get_mut(index).map(|entry| &mut entry.claim) else { return Ok(()) };
    let options: Vec<String> = BYS.iter().map(|by| labels::by(*by).get(lang).to_owned()).collect();
    let before = BYS.iter().position(|by| *by == claim.by).unwrap_or_default();
    let prompt = label("だれが判定しますか", "who decides it").get(lang);
    let chosen = ask.one(prompt, &options, before).map_err(Failure::internal)?;
    let Some(by) = chosen.and_then(|chosen| BYS.get(chosen)).copied() else { return Ok(()) };
    let seen = !claim.see.is_empty() || !claim.checks.is_empty();
    if !seen && matches!(by, By::Live | By::Partial | By::Inherited) {
        let text = label(
            "先にトピックを選んでください。",
            "Choose its topics first: observations need something to decide by.",
        );
        ask.show(text.get(lang));
        return Ok(());
    }
    claim.by = by;
    if by == By::Attest {
        (claim.see, claim.checks) = (Vec::new(), Vec::new());
    }
    if matches!(by, By::Attest | By::Partial) {
        let before = claim.rest.as_ref().map_or("", |rest| rest.get(lang)).to_owned();
        let prompt = label("人が表明すること(空でもよい)", "what a person has to state (may be empty)").get(lang);
        let rest = ask.line(prompt, &before).map_err(Failure::internal)?;
        if rest.trim() != before {
            claim.rest = (!rest.trim().is_empty()).then(|| Text::same(rest.trim()));
        }
    } else {
        claim.cadence_days = None;
    }
    Ok(())
}
