//! Families of check sheets: their items in our own words, what each claims, and who decides it.
//!
//! One file per family under `checks/frameworks/`. Files are checked wholly on loading: everything wrong is reported
//! at once, with file, line and column.

use std::{collections::HashSet, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::error::{MappingError, Problem, Source, settle};
use crate::model::{By, Claim, Text};

/// Files shipped with the program, by name.
const BUILTIN: &[(&str, &str)] = &[
    ("checks/frameworks/meti-2013.toml", include_str!("../../checks/frameworks/meti-2013.toml")),
    ("checks/frameworks/iso-27001-2022.toml", include_str!("../../checks/frameworks/iso-27001-2022.toml")),
    ("checks/frameworks/nist-csf-2.0.toml", include_str!("../../checks/frameworks/nist-csf-2.0.toml")),
    ("checks/frameworks/fisc-cloud.toml", include_str!("../../checks/frameworks/fisc-cloud.toml")),
    ("checks/frameworks/saas-sla.toml", include_str!("../../checks/frameworks/saas-sla.toml")),
    ("checks/frameworks/ipa-small-business.toml", include_str!("../../checks/frameworks/ipa-small-business.toml")),
    ("checks/frameworks/csa-caiq-v4.toml", include_str!("../../checks/frameworks/csa-caiq-v4.toml")),
    ("checks/frameworks/iso-27017.toml", include_str!("../../checks/frameworks/iso-27017.toml")),
];

/// Claim names that matching adds of itself.
pub(super) const RESERVED_CLAIMS: [&str; 2] = ["cited-url", "remark-multi-az"];

const ITEM_HELP: &str = "write each item as [[item]] with id, text = { ja, en }, keywords = [[\"…\"]] and its claims as \
                         [[item.claim]] with id, text, by and see";

/// A family of sheets.
#[derive(Debug, Clone, PartialEq)]
pub struct Framework {
    /// `meti-2013`.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// Its items, in the family's order.
    pub items: Vec<FrameworkItem>,
}

/// A heading of the family.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// `6`, `3.2`, `PR.AA` or `実`.
    pub id: String,
    /// Its title.
    pub title: Text,
}

/// An item of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkItem {
    /// The family's number: `6.29`, `PR.AA-01`, `実8`.
    pub id: String,
    /// Headings above it, outermost first.
    pub section: Vec<Text>,
    /// What it asks, in our words.
    pub text: Text,
    /// Groups of words of the field, either language; the item is meant where each group has a word in the text.
    pub keywords: Vec<Vec<String>>,
    /// Words that tell that another item is meant.
    pub not: Vec<String>,
    /// What it claims. Ids are whole: `meti-2013/6.29/at-rest`.
    pub claims: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFramework {
    id: Spanned<String>,
    title: Spanned<Text>,
    #[serde(default)]
    section: Vec<Heading>,
    #[serde(default)]
    item: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: Spanned<String>,
    text: Spanned<Text>,
    keywords: Spanned<Vec<Vec<String>>>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    claim: Vec<Spanned<Claim>>,
}

/// The families that ship with the program.
///
/// # Errors
/// Where a shipped file is wrong; tests keep that from happening.
pub fn builtin() -> Result<Vec<Framework>, MappingError> {
    BUILTIN.iter().map(|(name, text)| Framework::parse(name, text)).collect()
}

impl Framework {
    /// Reads a family from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or anything in it is wrong: all of it, with places.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        parse(&Source::read(path)?)
    }

    /// Reads a family from the text of a file called `name`.
    ///
    /// # Errors
    /// Where anything in it is wrong: all of it, with places.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        parse(&Source::new(name, text))
    }
}

fn parse(source: &Source) -> Result<Framework, MappingError> {
    let raw: RawFramework = source.parse(ITEM_HELP)?;
    let mut problems = Vec::new();
    if !is_name(raw.id.get_ref()) {
        problems.push(source.problem(
            raw.id.span(),
            format!("expected an id of a-z, 0-9 and -, found {:?}", raw.id.get_ref()),
            "name it as the file: meti-2013",
        ));
    }
    check_text(source, &raw.title, "the title", &mut problems);
    if raw.item.is_empty() {
        problems.push(source.problem(raw.id.span(), "expected at least one [[item]], found none", ITEM_HELP));
    }
    let mut seen = HashSet::new();
    for item in &raw.item {
        check_item(source, item, &mut problems);
        if !seen.insert(item.id.get_ref().clone()) {
            problems.push(source.problem(
                item.id.span(),
                format!("expected each item once, found {:?} again", item.id.get_ref()),
                "give it a number of its own, or remove one",
            ));
        }
    }
    let id = raw.id.into_inner();
    let items = raw.item.into_iter().map(|item| whole(&id, &raw.section, item)).collect();
    settle(Framework { id, title: raw.title.into_inner(), items }, problems)
}

fn whole(framework: &str, headings: &[Heading], item: RawItem) -> FrameworkItem {
    let id = item.id.into_inner();
    let above = |heading: &&Heading| is_above(&heading.id, &id);
    FrameworkItem {
        section: headings.iter().filter(above).map(|heading| heading.title.clone()).collect(),
        text: item.text.into_inner(),
        keywords: item.keywords.into_inner(),
        not: item.not,
        claims: item
            .claim
            .into_iter()
            .map(|claim| {
                let claim = claim.into_inner();
                Claim { id: format!("{framework}/{id}/{}", claim.id), ..claim }
            })
            .collect(),
        id,
    }
}

/// Whether the number `heading` ends where a part of the number `id` ends: `6` is above `6.29` and not above `61.2`, `PR.AA`
/// above `PR.AA-01`, `実` above `実8`.
fn is_above(heading: &str, id: &str) -> bool {
    let ends_in_letter = heading.chars().next_back().is_some_and(char::is_alphabetic);
    id.strip_prefix(heading)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|next| matches!(next, '.' | '-') || ends_in_letter && next.is_ascii_digit())
}

/// Whether it is parts of letters, digits, hyphens and `&`, joined by dots, with a digit somewhere: `6.29`, `PR.AA-01`,
/// `A&A-02`, `実8`.
fn is_number(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '&'))
    };
    id.split('.').all(part) && id.chars().any(|c| c.is_ascii_digit())
}

fn check_item(source: &Source, item: &RawItem, problems: &mut Vec<Problem>) {
    let id = item.id.get_ref();
    if !is_number(id) {
        problems.push(source.problem(
            item.id.span(),
            format!("expected a dotted number, of letters, digits, hyphens and &, found {id:?}"),
            "write it as the family numbers it: 6.29, PR.AA-01, 実8",
        ));
    }
    check_text(source, &item.text, "the item", problems);
    let groups = item.keywords.get_ref();
    if groups.is_empty() || groups.iter().any(|group| group.is_empty() || group.iter().any(|w| w.trim().is_empty())) {
        problems.push(source.problem(
            item.keywords.span(),
            "expected groups of words, found none or an empty one",
            "write keywords = [[\"暗号\", \"encrypt\"], [\"通信\", \"transit\"]]",
        ));
    }
    if item.claim.is_empty() {
        problems.push(source.problem(
            item.id.span(),
            format!("expected at least one claim of item {id}, found none"),
            "add an [[item.claim]]; what only a person can state has by = \"attest\"",
        ));
    }
    let mut seen = HashSet::new();
    for claim in &item.claim {
        check_claim(source, claim, problems);
        if !seen.insert(&claim.get_ref().id) {
            problems.push(source.problem(
                claim.span(),
                format!("expected each claim of item {id} once, found {:?} again", claim.get_ref().id),
                "give it an id of its own, or remove one",
            ));
        }
    }
}

fn check_claim(source: &Source, spanned: &Spanned<Claim>, problems: &mut Vec<Problem>) {
    let claim = spanned.get_ref();
    let mut wrong = |message: String, help: &str| problems.push(source.problem(spanned.span(), message, help));
    if !is_name(&claim.id) {
        wrong(format!("expected a claim id of a-z, 0-9 and -, found {:?}", claim.id), "write it as in at-rest");
    }
    if RESERVED_CLAIMS.contains(&claim.id.as_str()) {
        wrong(format!("expected another claim id, found {:?}, which matching adds itself", claim.id), "rename it");
    }
    if [&claim.text].into_iter().chain(&claim.rest).any(is_blank) {
        wrong(
            format!("expected texts of claim {:?} in both languages, found an empty one", claim.id),
            "write ja and en of text, and of rest where there is one",
        );
    }
    for topic in claim.see.iter().filter(|topic| !is_name(topic)) {
        wrong(format!("expected a topic of a-z, 0-9 and -, found {topic:?}"), "`kakunin checks list` names the topics");
    }
    let seen = !claim.see.is_empty() || !claim.checks.is_empty();
    let attested = matches!(claim.by, By::Attest | By::Partial);
    match claim.by {
        By::Live | By::Partial | By::Inherited if !seen => wrong(
            format!("expected topics of claim {:?}, which observations decide, found none", claim.id),
            "name them in see, or say by = \"attest\"",
        ),
        By::Attest if seen => wrong(
            format!("expected no topics of claim {:?}, which only a person can state", claim.id),
            "remove see and checks, or say by = \"partial\"",
        ),
        _ => {}
    }
    if claim.by == By::Partial && claim.rest.is_none() {
        wrong(
            format!("expected what a person still states of claim {:?}, found no rest", claim.id),
            "add rest = { ja, en }, or say by = \"live\"",
        );
    }
    match claim.cadence_days {
        Some(0) => wrong("expected cadence_days of at least 1, found 0".to_owned(), "write 365 for every year"),
        Some(_) if !attested => wrong(
            format!("expected cadence_days only where a person states something, found it at claim {:?}", claim.id),
            "remove it, or say by = \"partial\"",
        ),
        _ => {}
    }
}

fn check_text(source: &Source, text: &Spanned<Text>, of: &str, problems: &mut Vec<Problem>) {
    if is_blank(text.get_ref()) {
        problems.push(source.problem(
            text.span(),
            format!("expected {of} in both languages, found an empty text"),
            "write both ja and en",
        ));
    }
}

fn is_blank(text: &Text) -> bool {
    text.ja.trim().is_empty() || text.en.trim().is_empty()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
