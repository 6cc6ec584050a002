//! Reading `mapping.toml`, with everything that is wrong in it told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{Entry, EntryClaim, Known, MappingFile, attested};
use crate::mapping::error::{MappingError, Problem, Source, settle};
use crate::mapping::statements::{Day, moment};
use crate::model::{By, Claim, Review, Text};

const HELP: &str = "write each item as [[item]] with id, text and review, and its claims as [[item.claim]] with id, text, \
                    by and see";
const REVIEWS: [&str; 4] = ["proposed", "accepted", "approved", "rejected"];
const BYS: [(&str, By); 5] = [
    ("live", By::Live),
    ("partial", By::Partial),
    ("attest", By::Attest),
    ("inherited", By::Inherited),
    ("na", By::Na),
];
/// Likeness (Jaro-Winkler) from which on a name is offered in place of an unknown one.
const LIKE: f64 = 0.8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    sheet: Option<RawSheet>,
    #[serde(default)]
    item: Vec<Spanned<RawItem>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSheet {
    #[serde(default)]
    #[expect(dead_code, reason = "for the reader of the file")]
    name: Option<String>,
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    #[serde(default)]
    remark: String,
    framework_item: Option<String>,
    confidence: Option<Spanned<f64>>,
    review: Option<Spanned<String>>,
    who: Option<Spanned<String>>,
    when: Option<Spanned<Value>>,
    above: Option<Spanned<f64>>,
    #[serde(default)]
    claim: Vec<Spanned<RawClaim>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::mapping) struct RawClaim {
    id: Option<Spanned<String>>,
    text: Option<Spanned<Value>>,
    by: Option<Spanned<String>>,
    #[serde(default)]
    see: Vec<Spanned<String>>,
    #[serde(default)]
    checks: Vec<Spanned<String>>,
    rest: Option<Spanned<Value>>,
    cadence_days: Option<Spanned<i64>>,
    #[serde(default)]
    limits: Vec<String>,
}

impl MappingFile {
    /// Reads the mapping of a project from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or anything in it is wrong: all of it, with places.
    pub fn load(path: &Path, known: &Known) -> Result<Self, MappingError> {
        let source = Source::read(path)?;
        read(&source, known)
    }

    /// Reads it from the text of a file called `name`.
    ///
    /// # Errors
    /// Where anything in it is wrong: all of it, with places.
    pub fn parse(name: &str, text: &str, known: &Known) -> Result<Self, MappingError> {
        read(&Source::new(name, text), known)
    }
}

fn read(source: &Source, known: &Known) -> Result<MappingFile, MappingError> {
    let raw: RawFile = source.parse(HELP)?;
    let mut reader = Reader { source, known, problems: Vec::new(), items: BTreeSet::new(), claims: BTreeMap::new() };
    let entries: Vec<Entry> = raw.item.into_iter().map(|item| reader.entry(item)).collect();
    // An attestation for an item must not count for a claim of another.
    for (id, span) in &reader.claims {
        if reader.items.contains(id) {
            reader.problems.push(source.problem(
                span.clone(),
                format!("expected the id of a claim, found {id:?}, which is an item's"),
                format!("name it {id}/…"),
            ));
        }
    }
    let problems = reader.problems;
    let (name, text) = (source.name().to_owned(), source.text().to_owned());
    settle(MappingFile { name, text, sheet_sha256: raw.sheet.and_then(|sheet| sheet.sha256), entries }, problems)
}

/// The claims of an entry of another file, which may point at anything.
pub(in crate::mapping) fn read_claims(
    source: &Source,
    claims: Vec<Spanned<RawClaim>>,
    item: &str,
    problems: &mut Vec<Problem>,
) -> Vec<EntryClaim> {
    let known = Known { any: true, ..Known::default() };
    let mut reader =
        Reader { source, known: &known, problems: Vec::new(), items: BTreeSet::new(), claims: BTreeMap::new() };
    let claims = claims.into_iter().map(|claim| reader.claim(claim, item)).collect();
    problems.append(&mut reader.problems);
    claims
}

struct Reader<'s> {
    source: &'s Source,
    known: &'s Known,
    problems: Vec<Problem>,
    items: BTreeSet<String>,
    claims: BTreeMap<String, std::ops::Range<usize>>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(self.source.problem(span, message, help));
    }

    /// A text that has to be there and to say something.
    fn filled(&mut self, value: Option<Spanned<String>>, at: &std::ops::Range<usize>, what: &str) -> String {
        let Some(value) = value else {
            self.wrong(at.clone(), format!("expected {what}, found none"), HELP);
            return String::new();
        };
        if value.get_ref().trim().is_empty() {
            self.wrong(value.span(), format!("expected {what}, found an empty text"), "fill it in");
        }
        value.into_inner().trim().to_owned()
    }

    fn share(&mut self, value: Option<Spanned<f64>>, what: &str) -> Option<f64> {
        let value = value?;
        if !(0.0..=1.0).contains(value.get_ref()) {
            let found = *value.get_ref();
            self.wrong(value.span(), format!("expected {what} from 0 to 1, found {found}"), "write it as in 0.85");
        }
        Some(value.into_inner())
    }

    fn entry(&mut self, item: Spanned<RawItem>) -> Entry {
        let at = header(self.source, item.span());
        let mut item = item.into_inner();
        let id_span = item.id.as_ref().map_or_else(|| at.clone(), Spanned::span);
        let id = self.filled(item.id.take(), &at, "the id of an item of the sheet");
        if !id.is_empty() && !self.items.insert(id.clone()) {
            self.wrong(
                id_span.clone(),
                format!("expected each item once, found {id:?} again"),
                "remove one of the two",
            );
        }
        let text =
            self.filled(item.text.take(), &id_span, &format!("what item {id} asks, as the sheet has it, in text"));
        let confidence = self.share(item.confidence.take(), "a confidence");
        let review = self.review(&mut item, &id, &id_span);
        let claims: Vec<EntryClaim> = item.claim.into_iter().map(|claim| self.claim(claim, &id)).collect();
        if claims.is_empty() && review.decides() {
            self.wrong(
                id_span,
                format!("expected a claim of item {id}, which is approved, found none"),
                "add an [[item.claim]], or say review = \"rejected\" where no check decides it",
            );
        }
        let framework_item = item.framework_item.filter(|id| !id.trim().is_empty());
        Entry { id, text, remark: item.remark, framework_item, confidence, review, claims }
    }

    fn review(&mut self, item: &mut RawItem, id: &str, at: &std::ops::Range<usize>) -> Review {
        let above = self.share(item.above.take(), "a confidence");
        let Some(state) = item.review.take() else {
            self.wrong(at.clone(), format!("expected review of item {id}, found none"), "write review = \"proposed\"");
            return Review::Proposed;
        };
        let span = state.span();
        match state.get_ref().as_str() {
            "proposed" => Review::Proposed,
            "accepted" => match above {
                Some(above) => Review::Accepted { above },
                None => {
                    self.wrong(
                        span,
                        format!("expected the confidence above which item {id} is accepted, found none"),
                        "add above = 0.9",
                    );
                    Review::Proposed
                }
            },
            decided @ ("approved" | "rejected") => {
                let who = self.filled(item.who.take(), &span, &format!("who {decided} item {id}, in who"));
                let when = match item.when.take() {
                    Some(when) => moment(self.source, &when, Day::Start, &mut self.problems),
                    None => {
                        self.wrong(
                            span,
                            format!("expected when item {id} was {decided}, found none"),
                            "add when = \"2026-03-31\", or leave it to `kakunin review`",
                        );
                        None
                    }
                };
                let when = when.unwrap_or_default();
                if decided == "approved" { Review::Approved { who, when } } else { Review::Rejected { who, when } }
            }
            other => {
                let help = help(other, REVIEWS.iter().copied(), "write one of them");
                self.wrong(span, format!("expected {}, found {other:?}", REVIEWS.join(", ")), help);
                Review::Proposed
            }
        }
    }

    fn claim(&mut self, claim: Spanned<RawClaim>, item: &str) -> EntryClaim {
        let at = header(self.source, claim.span());
        let raw = claim.into_inner();
        let id_span = raw.id.as_ref().map_or_else(|| at.clone(), Spanned::span);
        let id = self.filled(raw.id, &at, &format!("the id of a claim of item {item}"));
        if !id.is_empty() && self.claims.insert(id.clone(), id_span.clone()).is_some() {
            self.wrong(
                id_span.clone(),
                format!("expected each claim once, found {id:?} again"),
                "give it an id of its own",
            );
        }
        let text = match raw.text {
            Some(text) => self.text(&text, "what is claimed"),
            None => {
                self.wrong(id_span.clone(), format!("expected what claim {id:?} says, in text, found none"), HELP);
                None
            }
        };
        let rest = raw.rest.and_then(|rest| self.text(&rest, "what a person still states"));
        let by = self.by(raw.by, &id, &id_span);
        let (topics, checks) = (&self.known.topics, &self.known.checks);
        let see = self.names(raw.see, topics, "a topic", "`kakunin checks list` names the topics");
        let checks = self.names(raw.checks, checks, "a check", "`kakunin checks list` names them");
        let seen = !see.is_empty() || !checks.is_empty();
        match by {
            By::Live | By::Partial | By::Inherited if !seen => self.wrong(
                id_span.clone(),
                format!("expected topics of claim {id:?}, which observations decide, found none"),
                "name them in see, or say by = \"attest\"",
            ),
            By::Attest if seen => self.wrong(
                id_span.clone(),
                format!("expected no topics of claim {id:?}, which only a person can state"),
                "remove see and checks, or say by = \"partial\"",
            ),
            _ => {}
        }
        let cadence_days = raw.cadence_days.and_then(|days| self.cadence(&days, by, &id));
        let text = text.unwrap_or_default();
        EntryClaim { claim: Claim { id, text, by, see, checks, rest, cadence_days }, limits: raw.limits }
    }

    fn by(&mut self, by: Option<Spanned<String>>, claim: &str, at: &std::ops::Range<usize>) -> By {
        let Some(by) = by else {
            self.wrong(
                at.clone(),
                format!("expected who decides claim {claim:?}, in by, found none"),
                "write by = \"live\"",
            );
            return By::Attest;
        };
        let found = BYS.iter().find(|(name, _)| name == by.get_ref());
        found.map(|(_, by)| *by).unwrap_or_else(|| {
            let names = BYS.map(|(name, _)| name);
            let help = help(by.get_ref(), names.iter().copied(), "write one of them");
            self.wrong(by.span(), format!("expected {}, found {:?}", names.join(", "), by.get_ref()), help);
            By::Attest
        })
    }

    fn names(
        &mut self,
        names: Vec<Spanned<String>>,
        known: &BTreeSet<String>,
        what: &str,
        otherwise: &str,
    ) -> Vec<String> {
        let any = self.known.any;
        for name in names.iter().filter(|name| !any && !known.contains(name.get_ref())) {
            let help = help(name.get_ref(), known.iter().map(String::as_str), otherwise);
            self.wrong(name.span(), format!("expected {what} of the catalogue, found {:?}", name.get_ref()), help);
        }
        names.into_iter().map(Spanned::into_inner).collect()
    }

    fn cadence(&mut self, days: &Spanned<i64>, by: By, claim: &str) -> Option<u32> {
        let read = u32::try_from(*days.get_ref()).ok().filter(|days| *days > 0);
        if read.is_none() {
            let found = days.get_ref();
            self.wrong(
                days.span(),
                format!("expected cadence_days of at least 1, found {found}"),
                "write 365 for every year",
            );
        } else if !attested(by) {
            self.wrong(
                days.span(),
                format!("expected cadence_days only where a person states something, found it at claim {claim:?}"),
                "remove it, or say by = \"partial\"",
            );
        }
        read
    }

    /// One text for both languages, or one of each; a language that is missing is filled from the other.
    fn text(&mut self, value: &Spanned<Value>, what: &str) -> Option<Text> {
        let of = |name: &str| value.get_ref().get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let text = match value.get_ref() {
            Value::String(text) => Text::same(text.trim()),
            Value::Table(table)
                if table.iter().all(|(key, value)| matches!(key.as_str(), "ja" | "en") && value.is_str()) =>
            {
                Text::new(of("ja"), of("en"))
            }
            _ => {
                self.wrong(
                    value.span(),
                    format!("expected {what} as a text, found something else"),
                    "write \"…\" or { ja = \"…\", en = \"…\" }",
                );
                return None;
            }
        };
        match (text.ja.is_empty(), text.en.is_empty()) {
            (true, true) => {
                self.wrong(value.span(), format!("expected {what}, found an empty text"), "fill it in");
                None
            }
            (true, false) => Some(Text::same(text.en)),
            (false, true) => Some(Text::same(text.ja)),
            (false, false) => Some(text),
        }
    }
}

/// The first line of a table: a caret under the whole table would hide what is meant.
fn header(source: &Source, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let line = source.text().get(span.clone()).and_then(|text| text.find('\n'));
    span.start..line.map_or(span.end, |end| span.start + end)
}

/// The nearest known name, where one is near; `otherwise` else.
fn help<'n>(found: &str, known: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    let near = known.map(|name| (strsim::jaro_winkler(found, name), name)).filter(|(like, _)| *like >= LIKE);
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("did you mean {name:?}?"),
        None => otherwise.to_owned(),
    }
}
