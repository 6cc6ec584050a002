//! Writing new entries of `mapping.toml`: laid out for people, with what the proposal rests on as comments.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use toml_edit::{Array, Value};

use super::{EntryClaim, claims_of, one_line};
use crate::mapping::statements::written;
use crate::model::{By, Item, Lang, Moment, Proposal, ProposedClaim, Review, Sheet, Text};

/// Candidates named in the comment of a claim, besides those that are proposed.
const MORE_CANDIDATES: usize = 3;

const HEAD_JA: &str = "\
# このシートの各項目が何を主張し、どの検査がそれを判定するか。

# `kakunin review` で端末から確認できます。手で編集しても、コメントや並び順はそのまま残ります。
#
#   review  \"proposed\"  提案のまま。判定には使いません
#           \"accepted\"  人の確認なしに、確信度(above)だけで採用したもの
#           \"approved\"  who が when に承認したもの。判定に使います
#           \"rejected\"  検査では判定しない、と who が when に決めたもの。人が表明します(kakunin attest)
#   by      live      AWS の応答だけで判定        partial  AWS の応答に加えて、人も表明する
#           attest    人の表明だけで判定          inherited  AWS の責任範囲。see は前提の確認
#           na        該当なしの申告。see は反証の有無の確認
#   see     判定に使うトピック(`kakunin checks list`)   checks  個別に挙げる検査
#   rest    人が表明すべきこと    cadence_days  その表明が古くなるまでの日数    limits  文中の限定や除外
#
# text はレビューしたときの文面です。シートの文面が変わると、その項目の承認は効力を失い、提案に戻ります。
";

const HEAD_EN: &str = "\
# What each item of the sheet claims, and which checks decide it.

# Walk through it with `kakunin review`, or edit it by hand: comments and order stay as they are.
#
#   review  \"proposed\"  nobody has decided: it has no effect on verdicts
#           \"accepted\"  taken without a person, for its confidence (above) alone
#           \"approved\"  who approved it, and when: it decides
#           \"rejected\"  who decided, and when, that no check decides it: a person states it (kakunin attest)
#   by      live      what AWS answers decides       partial    that, and a person states the rest
#           attest    only a person can state it     inherited  AWS's side; see holds its precondition
#           na        declared not applicable; see looks for what refutes it
#   see     topics whose checks decide it (`kakunin checks list`)     checks  checks named one by one
#   rest    what a person has to state     cadence_days  until that goes stale     limits  what it leaves out
#
# text is what the item asked when it was reviewed. Where the sheet says something else later, the approval is no longer
# in force and the entry falls back to a proposal.
";

/// A new `mapping.toml` for `sheet`: each item with its proposal, in the sheet's order. `decide` says where the review of
/// a proposal stands; one without claims waits in any case.
pub fn file_text(sheet: &Sheet, proposals: &[Proposal], decide: &dyn Fn(&Proposal) -> Review, lang: Lang) -> String {
    let head = match lang {
        Lang::Ja => HEAD_JA,
        Lang::En => HEAD_EN,
    };
    let mut out = format!("{head}\n[sheet]\nname = {}\nsha256 = \"{}\"\n", quoted(&sheet.name), sheet.sha256);
    let mut taken = BTreeSet::new();
    let mut section: &[String] = &[];
    for item in &sheet.items {
        if item.section != section {
            section = &item.section;
            let title: Vec<String> = section.iter().map(|part| one_line(part)).collect();
            let _ = write!(out, "\n# ──────── {}\n", title.join(" / "));
        }
        let proposal = proposals.iter().find(|proposal| proposal.item == item.id);
        out.push_str(&entry(item, proposal, decide, &mut taken, lang));
    }
    out
}

/// One `[[item]]`, with an empty line before it. `taken` holds the claim ids in use.
pub(super) fn entry(
    item: &Item,
    proposal: Option<&Proposal>,
    decide: &dyn Fn(&Proposal) -> Review,
    taken: &mut BTreeSet<String>,
    lang: Lang,
) -> String {
    let mut out = format!("\n[[item]]\nid = {}\ntext = {}\n", quoted(&item.id), quoted(&one_line(&item.text)));
    if !item.remark_resolved.trim().is_empty() {
        let _ = writeln!(out, "remark = {}", quoted(&one_line(&item.remark_resolved)));
    }
    let claims = proposal.map(|proposal| claims_of(proposal, taken)).unwrap_or_default();
    let mut review = Review::Proposed;
    if let Some(proposal) = proposal {
        if let Some(id) = &proposal.framework_item {
            let _ = writeln!(out, "framework_item = {}", quoted(id));
        }
        let _ = writeln!(out, "confidence = {}", number(proposal.confidence));
        comment(&mut out, "", &proposal.reason, lang);
        if let Some(same_as) = &proposal.same_as {
            comment(&mut out, "", same_as, lang);
        }
        if !claims.is_empty() {
            review = decide(proposal);
        }
    }
    out.push_str(&state(&review));
    for (index, written) in claims.iter().enumerate() {
        let proposed = proposal.and_then(|proposal| proposal.claims.get(index));
        claim_text(&mut out, "item", written, proposed, lang);
    }
    out
}

/// `review`, and what belongs to it.
fn state(review: &Review) -> String {
    let decided = |state: &str, who: &str, when: Moment| {
        format!("review = \"{state}\"\nwho = {}\nwhen = \"{}\"\n", quoted(&one_line(who)), written(when))
    };
    match review {
        Review::BuiltIn | Review::Proposed => "review = \"proposed\"\n".to_owned(),
        Review::Accepted { above } => format!("review = \"accepted\"\nabove = {}\n", number(*above)),
        Review::Approved { who, when } => decided("approved", who, *when),
        Review::Rejected { who, when } => decided("rejected", who, *when),
    }
}

/// One claim of the tables called `of`, with an empty line before it.
pub(in crate::mapping) fn claim_text(
    out: &mut String,
    of: &str,
    entry: &EntryClaim,
    proposed: Option<&ProposedClaim>,
    lang: Lang,
) {
    let claim = &entry.claim;
    let _ = write!(out, "\n  [[{of}.claim]]\n  id = {}\n  text = {}\n", quoted(&claim.id), both(&claim.text));
    // Before `by`, which stays whatever a person decides: what stands at the end would be the next claim's.
    if let Some(proposed) = proposed {
        candidates(out, proposed, lang);
    }
    let _ = writeln!(out, "  by = \"{}\"", by(claim.by));
    for (name, list) in [("see", &claim.see), ("checks", &claim.checks)] {
        if !list.is_empty() {
            let _ = writeln!(out, "  {name} = {}", array(list));
        }
    }
    if let Some(rest) = &claim.rest {
        let _ = writeln!(out, "  rest = {}", both(rest));
    }
    if let Some(days) = claim.cadence_days {
        let _ = writeln!(out, "  cadence_days = {days}");
    }
    if !entry.limits.is_empty() {
        let limits: Vec<String> = entry.limits.iter().map(|limit| one_line(limit)).collect();
        let _ = writeln!(out, "  limits = {}", array(&limits));
    }
}

fn candidates(out: &mut String, proposed: &ProposedClaim, lang: Lang) {
    for candidate in proposed.topics.iter().filter(|candidate| candidate.proposed) {
        let _ = write!(out, "  # {} {:.2}  ", one_line(&candidate.topic), candidate.confidence);
        out.push_str(&one_line(candidate.reason.get(lang)));
        out.push('\n');
    }
    let more: Vec<String> = proposed
        .topics
        .iter()
        .filter(|candidate| !candidate.proposed)
        .take(MORE_CANDIDATES)
        .map(|candidate| format!("{} {:.2}", one_line(&candidate.topic), candidate.confidence))
        .collect();
    if !more.is_empty() {
        let word = match lang {
            Lang::Ja => "ほかの候補",
            Lang::En => "other candidates",
        };
        let _ = writeln!(out, "  # {word}: {}", more.join(", "));
    }
}

fn comment(out: &mut String, indent: &str, text: &Text, lang: Lang) {
    let text = one_line(text.get(lang));
    if !text.is_empty() {
        let _ = writeln!(out, "{indent}# {text}");
    }
}

/// As `by` is written in files.
pub(super) fn by(by: By) -> &'static str {
    match by {
        By::Live => "live",
        By::Partial => "partial",
        By::Attest => "attest",
        By::Inherited => "inherited",
        By::Na => "na",
    }
}

pub(in crate::mapping) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn both(text: &Text) -> String {
    let (ja, en) = (one_line(&text.ja), one_line(&text.en));
    if ja == en { quoted(&ja) } else { format!("{{ ja = {}, en = {} }}", quoted(&ja), quoted(&en)) }
}

fn array(list: &[String]) -> String {
    list.iter().collect::<Array>().to_string().trim().to_owned()
}

/// A share, as short as it can be written.
fn number(share: f64) -> String {
    format!("{}", (share * 100.0).round() / 100.0)
}
