//! Proposes, for each item of any sheet, what it claims and which topics decide that.
//!
//! Four kinds of evidence, from the surest to the weakest, are never given equal weight: what a person approved before
//! for the same words; the item of a known family that it is; phrases of the field's glossary; likeness to the texts of
//! the catalogue and the families. Where the evidence leaves two readings, neither is proposed: both are shown.

mod claims;
mod past;
mod said;
mod weigh;

pub(super) use self::past::Saying;
use self::{claims::Draft, weigh::Weigher};
use super::{
    knowledge::Knowledge,
    matching,
    phrases::{Found, Line},
    split,
};
use crate::model::{By, Item, MappedItem, Nature, Part, Proposal, ProposedClaim, Sheet, Statement, Text};

/// Who proposes, where no language model does.
const PROPOSED_BY: &str = "built-in";

/// The topic of cited pages.
const PUBLISHED_PAGE: &str = "published-page";

/// Share of a sheet's items that a family must match before it speaks for the sheet.
const FAMILY_SHARE: f64 = 0.4;

/// Fewer matches than this never make a sheet one of the family.
const FAMILY_ITEMS: usize = 3;

/// What each item of `sheet` claims, as far as the program can tell: one proposal per item, in the sheet's order.
///
/// A proposal decides nothing until a person approves it.
pub fn propose(sheet: &Sheet, knowledge: &Knowledge) -> Vec<Proposal> {
    let mapping = matching::map_indexed(sheet, &knowledge.indexes);
    let matched = mapping.items.iter().filter(|item| item.framework_item.is_some()).count();
    let of_family = matched >= FAMILY_ITEMS && matched as f64 >= sheet.items.len() as f64 * FAMILY_SHARE;
    let proposals = sheet.items.iter().zip(&mapping.items);
    proposals.map(|(item, mapped)| of_item(item, mapped, of_family, knowledge)).collect()
}

fn of_item(item: &Item, mapped: &MappedItem, of_family: bool, knowledge: &Knowledge) -> Proposal {
    let weigher = Weigher::new(knowledge, (!of_family).then_some(mapped), !item.urls.is_empty());
    let headings = knowledge.glossary.phrases.find(&Line::new(&item.section.join(" / ")));
    let statements = statements(item, knowledge);
    let drafts = statements.iter().map(|statement| draft(statement, item, &headings, &weigher)).collect();
    let mut claims = if of_family && mapped.framework_item.is_some() {
        claims::of_family(item, mapped, drafts, knowledge)
    } else {
        claims::of_drafts(item, drafts, knowledge)
    };
    claims::add_cited_pages(item, &mut claims, knowledge);
    whole(item, mapped, claims, weigher.same_as())
}

fn draft(statement: &Statement, item: &Item, headings: &Found, weigher: &Weigher) -> Draft {
    let around = (statement.text.trim() != item.text.trim()).then(|| Line::new(&item.text));
    Draft { statement: statement.clone(), weighed: weigher.weigh(&statement.text, around.as_ref(), headings) }
}

/// The item's atomic statements; where it has no words, the item itself, so that none vanishes.
fn statements(item: &Item, knowledge: &Knowledge) -> Vec<Statement> {
    let statements = split::statements(item);
    let of_text = |statement: &&Statement| statement.part == Part::Text;
    let decided = past::find(&Line::new(&item.text), knowledge).is_some();
    if statements.iter().any(|statement| of_text(&statement)) && !decided {
        return statements;
    }
    // What a person decided for the whole text is not taken apart again.
    let parts: Vec<&Statement> = statements.iter().filter(of_text).collect();
    let whole = Statement {
        text: item.text.clone(),
        part: Part::Text,
        cadence: parts.iter().filter_map(|part| part.cadence.clone()).min_by_key(|cadence| cadence.days),
        except: parts.iter().flat_map(|part| part.except.clone()).collect(),
        only: parts.iter().flat_map(|part| part.only.clone()).collect(),
        conceded: parts.iter().any(|part| part.conceded),
        urls: parts.iter().flat_map(|part| part.urls.clone()).collect(),
        certificates: parts.iter().flat_map(|part| part.certificates.clone()).collect(),
        figures: parts.iter().flat_map(|part| part.figures.clone()).collect(),
    };
    let remark = statements.iter().filter(|statement| !of_text(statement)).cloned();
    std::iter::once(whole).chain(remark).collect()
}

fn whole(item: &Item, mapped: &MappedItem, claims: Vec<ProposedClaim>, same_as: Option<Text>) -> Proposal {
    let natures = [Nature::Technical, Nature::Inherited, Nature::Organisational];
    let nature = natures.into_iter().find(|nature| claims.iter().any(|claim| claim.nature == *nature));
    let least = claims.iter().map(|claim| claim.confidence).fold(1.0, f64::min);
    let join = |of: fn(&Text) -> &String, with: &'static str| {
        let mut reasons: Vec<&str> = Vec::new();
        // A claim of several topics gives several reasons, and another claim may give some of them again.
        for reason in claims.iter().flat_map(|claim| of(&claim.reason).split(with)) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons.join(with)
    };
    Proposal {
        item: item.id.clone(),
        nature: nature.unwrap_or(Nature::Unclear),
        confidence: if claims.is_empty() { 0.0 } else { least },
        reason: Text::new(join(|text| &text.ja, "。"), join(|text| &text.en, "; ")),
        framework_item: mapped.framework_item.clone(),
        same_as,
        proposed_by: PROPOSED_BY.to_owned(),
        claims,
    }
}

/// Two decimals: more would feign precision.
fn rounded(value: f64) -> f64 {
    (value.clamp(0.0, 1.0) * 100.0).round() / 100.0
}

/// Whether observations decide it, at least in part.
fn looks(by: By) -> bool {
    matches!(by, By::Live | By::Partial)
}
