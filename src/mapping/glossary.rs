//! The field's glossary: in which words sheets speak of each topic, of rules and people, and of AWS's side.
//!
//! One file, `checks/glossary.toml`, checked wholly on loading: everything wrong is reported at once, with file, line
//! and column. A rule fires where one phrase of `any` is in the text, one of each group of `with`, and none of `not`.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use super::{
    error::{MappingError, Problem, Source, settle},
    phrases::{Found, Phrases},
    words,
};
use crate::model::Text;

const BUILTIN: &str = include_str!("../../checks/glossary.toml");
const BUILTIN_NAME: &str = "checks/glossary.toml";

const HELP: &str = "write each topic as [[topic]] with id, and each rule as [[rule]] with means = { topic = 0.9 } and \
                    any = [\"…\"], [[organisational]] or [[inherited]] with what = { ja, en }, weight and any";

/// What the field's words mean.
#[derive(Debug)]
pub struct Glossary {
    pub(super) topics: Vec<GlossaryTopic>,
    pub(super) rules: Vec<Rule>,
    pub(super) others: Vec<Other>,
    pub(super) services: Vec<Service>,
    pub(super) phrases: Phrases,
    /// By phrase: which rules have it in `any`.
    leads: Vec<Vec<usize>>,
}

/// A topic that the glossary speaks of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryTopic {
    /// As in `checks/topics.toml`.
    pub id: String,
    /// Its title, where the catalogue has no such topic: it is proposed all the same, for a person to state.
    #[serde(default)]
    pub title: Option<Text>,
    /// What checks never show of it and a person still has to state, where there is such a thing.
    #[serde(default)]
    pub rest: Option<Text>,
}

/// Words that mean one or several topics.
#[derive(Debug)]
pub(super) struct Rule {
    /// Topic's place in `topics`, and how surely it is meant, 0 to 1.
    pub(super) means: Vec<(usize, f64)>,
    pub(super) when: When,
    /// Its phrases, to be searched: `ja` those with Japanese letters, `en` the others.
    pub(super) words: Text,
}

/// Who is spoken of, if not the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// People, rules, contracts.
    Organisation,
    /// AWS: buildings, power, hardware.
    Provider,
}

/// Words that mean that no check can tell.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) who: Who,
    pub(super) what: Text,
    /// How surely it is meant, 0 to 1.
    pub(super) weight: f64,
    /// How much of every topic's confidence it takes away, 0 to 1.
    pub(super) damps: f64,
    pub(super) when: When,
}

/// An AWS service, by the name of its folder under `checks/`.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) ids: Vec<String>,
    pub(super) any: Vec<usize>,
}

/// Numbers of phrases.
#[derive(Debug)]
pub(super) struct When {
    pub(super) any: Vec<usize>,
    pub(super) with: Vec<Vec<usize>>,
    pub(super) not: Vec<usize>,
}

/// How a rule fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fired {
    /// By the headings alone.
    Heading,
    /// By the text and, for what goes with it, the headings or the item's other statements.
    Helped,
    /// By the text alone.
    Text,
}

impl When {
    /// Whether it fires on a text, with what stands around it: the item's other statements and the headings.
    pub(super) fn fires(&self, text: &Found, around: &Found) -> Option<Fired> {
        if text.any(&self.not) {
            return None;
        }
        let own = self.with.iter().all(|group| text.any(group));
        let helped = || self.with.iter().all(|group| text.any(group) || around.any(group));
        match (text.any(&self.any), around.any(&self.any)) {
            (true, _) if own => Some(Fired::Text),
            (true, _) if helped() => Some(Fired::Helped),
            (false, true) if !around.any(&self.not) && helped() => {
                let helped = !self.with.is_empty() && own;
                Some(if helped { Fired::Helped } else { Fired::Heading })
            }
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGlossary {
    #[serde(default)]
    topic: Vec<Spanned<GlossaryTopic>>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    organisational: Vec<RawOther>,
    #[serde(default)]
    inherited: Vec<RawOther>,
    #[serde(default)]
    service: Vec<RawService>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    means: Spanned<BTreeMap<String, f64>>,
    any: Spanned<Vec<String>>,
    #[serde(default)]
    with: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    not: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOther {
    what: Spanned<Text>,
    weight: Spanned<f64>,
    #[serde(default)]
    damps: Option<Spanned<f64>>,
    any: Spanned<Vec<String>>,
    #[serde(default)]
    with: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    not: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawService {
    ids: Vec<String>,
    any: Spanned<Vec<String>>,
}

impl Glossary {
    /// The glossary that ships with the program.
    ///
    /// # Errors
    /// Where the shipped file is wrong; tests keep that from happening.
    pub fn builtin() -> Result<Self, MappingError> {
        Self::parse(BUILTIN_NAME, BUILTIN)
    }

    /// Reads a glossary from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or anything in it is wrong: all of it, with places.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        parse(&Source::read(path)?)
    }

    /// Reads a glossary from the text of a file called `name`.
    ///
    /// # Errors
    /// Where anything in it is wrong: all of it, with places.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        parse(&Source::new(name, text))
    }

    /// The topics that it speaks of, in its order.
    pub fn topics(&self) -> &[GlossaryTopic] {
        &self.topics
    }

    /// The rules that may fire where these phrases are, in the glossary's order.
    pub(super) fn led_to(&self, found: [&Found; 2]) -> Vec<&Rule> {
        let mut places: Vec<usize> =
            found.iter().flat_map(|found| found.ids()).filter_map(|id| self.leads.get(id)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.rules.get(at)).collect()
    }

    /// Topics that no rule means, and so no words lead to.
    pub fn mute_topics(&self) -> Vec<&str> {
        let spoken: HashSet<usize> = self.rules.iter().flat_map(|rule| &rule.means).map(|(at, _)| *at).collect();
        let mute = self.topics.iter().enumerate().filter(|(at, _)| !spoken.contains(at));
        mute.map(|(_, topic)| topic.id.as_str()).collect()
    }
}

fn leads(rules: &[Rule], phrases: usize) -> Vec<Vec<usize>> {
    let mut leads = vec![Vec::new(); phrases];
    for (at, rule) in rules.iter().enumerate() {
        for phrase in &rule.when.any {
            if let Some(list) = leads.get_mut(*phrase) {
                list.push(at);
            }
        }
    }
    leads
}

fn words(phrases: &[String]) -> Text {
    let (en, ja): (Vec<&str>, Vec<&str>) =
        phrases.iter().map(String::as_str).partition(|phrase| phrase.chars().all(is_latin));
    Text::new(ja.join("、"), en.join(", "))
}

/// One letter that is no character of meaning: キ is in セキュリティ.
fn too_short(phrase: &str) -> bool {
    let letters: Vec<char> = words::plain(phrase).filter(|c| c.is_alphanumeric()).collect();
    matches!(letters.as_slice(), [one] if one.is_ascii() || ('\u{3041}'..='\u{30ff}').contains(one))
}

fn is_latin(c: char) -> bool {
    c < '\u{0250}'
}

struct Reader<'a> {
    source: &'a Source,
    phrases: Phrases,
    problems: Vec<Problem>,
}

fn parse(source: &Source) -> Result<Glossary, MappingError> {
    let raw: RawGlossary = source.parse(HELP)?;
    let mut reader = Reader { source, phrases: Phrases::default(), problems: Vec::new() };
    let topics = reader.topics(raw.topic);
    let places: BTreeMap<&str, usize> = topics.iter().enumerate().map(|(at, topic)| (topic.id.as_str(), at)).collect();
    let rules: Vec<Rule> = raw.rule.into_iter().map(|rule| reader.rule(rule, &places)).collect();
    let organisational = raw.organisational.into_iter().map(|other| (Who::Organisation, other));
    let inherited = raw.inherited.into_iter().map(|other| (Who::Provider, other));
    let others = organisational.chain(inherited).map(|(who, other)| reader.other(who, other)).collect();
    let services =
        raw.service.into_iter().map(|service| Service { ids: service.ids, any: reader.group(&service.any) }).collect();
    let Reader { phrases, problems, .. } = reader;
    settle(Glossary { topics, leads: leads(&rules, phrases.len()), rules, others, services, phrases }, problems)
}

impl Reader<'_> {
    fn wrong(&mut self, at: std::ops::Range<usize>, message: impl Into<String>, help: &str) {
        let problem = self.source.problem(at, message, help);
        self.problems.push(problem);
    }

    fn topics(&mut self, raw: Vec<Spanned<GlossaryTopic>>) -> Vec<GlossaryTopic> {
        let mut seen = HashSet::new();
        for topic in &raw {
            let id = &topic.get_ref().id;
            if !seen.insert(id.clone()) {
                self.wrong(topic.span(), format!("expected each topic once, found {id:?} again"), "remove one");
            }
        }
        raw.into_iter().map(Spanned::into_inner).collect()
    }

    fn rule(&mut self, raw: RawRule, places: &BTreeMap<&str, usize>) -> Rule {
        let span = raw.means.span();
        if raw.means.get_ref().is_empty() {
            self.wrong(span.clone(), "expected at least one topic, found none", "write means = { multi-az = 0.9 }");
        }
        let mut means = Vec::new();
        for (topic, weight) in raw.means.into_inner() {
            match places.get(topic.as_str()) {
                Some(at) => means.push((*at, weight)),
                None => self.wrong(
                    span.clone(),
                    format!("expected a topic that a [[topic]] names, found {topic:?}"),
                    "add it as [[topic]], or mend the name",
                ),
            }
            self.fraction(&span, weight, &format!("weight of {topic}"));
        }
        let words = words(raw.any.get_ref());
        Rule { means, when: self.when(&raw.any, &raw.with, raw.not.as_ref()), words }
    }

    fn other(&mut self, who: Who, raw: RawOther) -> Other {
        let what = raw.what.get_ref();
        if what.ja.trim().is_empty() || what.en.trim().is_empty() {
            self.wrong(raw.what.span(), "expected what in both languages, found an empty one", "write ja and en");
        }
        self.fraction(&raw.weight.span(), *raw.weight.get_ref(), "weight");
        if let Some(damps) = &raw.damps {
            self.fraction(&damps.span(), *damps.get_ref(), "damps");
        }
        Other {
            who,
            weight: *raw.weight.get_ref(),
            damps: raw.damps.map_or(0.0, Spanned::into_inner),
            when: self.when(&raw.any, &raw.with, raw.not.as_ref()),
            what: raw.what.into_inner(),
        }
    }

    fn fraction(&mut self, at: &std::ops::Range<usize>, value: f64, what: &str) {
        if !(0.0..=1.0).contains(&value) {
            self.wrong(at.clone(), format!("expected {what} from 0 to 1, found {value}"), "write it as in 0.9");
        }
    }

    fn when(
        &mut self,
        any: &Spanned<Vec<String>>,
        with: &[Spanned<Vec<String>>],
        not: Option<&Spanned<Vec<String>>>,
    ) -> When {
        When {
            any: self.group(any),
            with: with.iter().map(|group| self.group(group)).collect(),
            not: not.map(|group| self.group(group)).unwrap_or_default(),
        }
    }

    fn group(&mut self, raw: &Spanned<Vec<String>>) -> Vec<usize> {
        if raw.get_ref().is_empty() {
            self.wrong(raw.span(), "expected phrases, found none", "write them as [\"暗号化\", \"encrypt\"]");
        }
        let mut ids = Vec::new();
        for phrase in raw.get_ref() {
            match self.phrases.add(phrase) {
                Some(id) if ids.contains(&id) => self.wrong(
                    raw.span(),
                    format!(
                        "expected each phrase once, found {phrase:?} again (width, case, spaces and ー do not count)"
                    ),
                    "remove one",
                ),
                Some(_) if too_short(phrase) => self.wrong(
                    raw.span(),
                    format!(
                        "expected a phrase of more than one kana or Latin letter, found {phrase:?} (ー does not count)"
                    ),
                    "write a longer one: it would be found inside other words",
                ),
                Some(id) => ids.push(id),
                None => self.wrong(
                    raw.span(),
                    format!("expected a phrase with letters, found {phrase:?}"),
                    "remove it, or write words",
                ),
            }
        }
        ids
    }
}
