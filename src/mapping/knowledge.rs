//! All that the mapping knows before it sees a sheet, made ready once.

use std::collections::BTreeMap;

use super::{
    framework::Framework,
    glossary::Glossary,
    propose::Ready,
    score::Index,
    search::{Document, Search},
};
use crate::model::{By, Text};

/// A topic of the catalogue, as plain data.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicText {
    /// `multi-az`.
    pub id: String,
    /// What it is about.
    pub title: Text,
    /// Its checks.
    pub checks: Vec<CheckText>,
}

/// A check of the catalogue, as plain data.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckText {
    /// `rds/instance-multi-az`.
    pub id: String,
    /// What it expects.
    pub title: Text,
    /// Why it matters.
    pub why: Text,
}

/// What a person approved before, for this sheet or another.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    /// What was claimed, in that sheet's words.
    pub text: String,
    /// The topics that were approved; none for what only a person can state.
    pub topics: Vec<String>,
    /// Who decides it.
    pub by: By,
    /// Which it was, by whom and when: `METI 6.29, approved by A. Sato in March 2026`.
    pub label: Text,
}

/// A topic, with what both the catalogue and the glossary know of it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) title: Text,
    pub(super) rest: Option<Text>,
    /// Ids of its checks; none where no check decides it yet.
    pub(super) checks: Vec<String>,
}

/// All that the mapping knows. Making it costs most of the time; it can be used for any number of sheets.
pub struct Knowledge {
    pub(super) indexes: Vec<Index>,
    pub(super) glossary: Glossary,
    /// The glossary's topics in its order, then those that only the catalogue has.
    pub(super) topics: Vec<Known>,
    pub(super) approved: Vec<Ready>,
    pub(super) search: Search,
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let families: Vec<&str> = self.indexes.iter().map(|index| index.framework.id.as_str()).collect();
        f.debug_struct("Knowledge")
            .field("frameworks", &families)
            .field("topics", &self.topics.len())
            .field("approved", &self.approved.len())
            .finish_non_exhaustive()
    }
}

impl Knowledge {
    /// Makes it ready: families of sheets, the glossary, the catalogue's own texts, and what was approved before.
    pub fn new(frameworks: &[Framework], glossary: Glossary, catalogue: &[TopicText], approved: Vec<Approved>) -> Self {
        let topics = known(&glossary, catalogue);
        let places: BTreeMap<&str, usize> =
            topics.iter().enumerate().map(|(at, topic)| (topic.id.as_str(), at)).collect();
        let mut documents: Vec<(Text, Document)> =
            topics.iter().enumerate().map(|(at, topic)| of_topic(at, topic)).collect();
        documents.extend(glossary.rules.iter().map(|rule| {
            let topics = rule.means.iter().map(|(at, _)| *at).collect();
            (rule.words.clone(), Document { topics, label: Text::new("この分野の言い回し", "the way the field speaks of it") })
        }));
        documents.extend(of_checks(catalogue, &places));
        documents.extend(frameworks.iter().flat_map(|framework| of_family(framework, &places)));
        let search = Search::new(documents);
        Self {
            indexes: frameworks.iter().map(Index::new).collect(),
            glossary,
            topics,
            approved: approved.into_iter().map(Ready::new).collect(),
            search,
        }
    }

    /// The place of a topic.
    pub(super) fn topic(&self, id: &str) -> Option<usize> {
        self.topics.iter().position(|topic| topic.id == id)
    }
}

fn known(glossary: &Glossary, catalogue: &[TopicText]) -> Vec<Known> {
    let spoken = glossary.topics.iter().map(|topic| {
        let found = catalogue.iter().find(|of| of.id == topic.id);
        let title = found.map(|of| of.title.clone()).or_else(|| topic.title.clone());
        Known {
            title: title.unwrap_or_else(|| Text::same(&topic.id)),
            rest: topic.rest.clone(),
            checks: found.map(|of| of.checks.iter().map(|check| check.id.clone()).collect()).unwrap_or_default(),
            id: topic.id.clone(),
        }
    });
    let silent = catalogue.iter().filter(|of| !glossary.topics.iter().any(|topic| topic.id == of.id)).map(|of| Known {
        id: of.id.clone(),
        title: of.title.clone(),
        rest: None,
        checks: of.checks.iter().map(|check| check.id.clone()).collect(),
    });
    spoken.chain(silent).collect()
}

fn of_topic(at: usize, topic: &Known) -> (Text, Document) {
    let (ja, en) = (&topic.title.ja, &topic.title.en);
    let label = Text::new(format!("トピック「{ja}」"), format!("the topic '{en}'"));
    (topic.title.clone(), Document { topics: vec![at], label })
}

fn of_checks(catalogue: &[TopicText], places: &BTreeMap<&str, usize>) -> Vec<(Text, Document)> {
    let mut checks: BTreeMap<&str, (&CheckText, Vec<usize>)> = BTreeMap::new();
    for topic in catalogue {
        let Some(at) = places.get(topic.id.as_str()) else { continue };
        for check in &topic.checks {
            checks.entry(&check.id).or_insert((check, Vec::new())).1.push(*at);
        }
    }
    let document = |(check, topics): (&CheckText, Vec<usize>)| {
        let (ja, en) = (&check.title.ja, &check.title.en);
        let label = Text::new(format!("検査 {}「{ja}」", check.id), format!("the check {} '{en}'", check.id));
        let text = Text::new(format!("{ja} {}", check.why.ja), format!("{en} {}", check.why.en));
        (text, Document { topics, label })
    };
    checks.into_values().map(document).collect()
}

fn of_family(framework: &Framework, places: &BTreeMap<&str, usize>) -> Vec<(Text, Document)> {
    let mut documents = Vec::new();
    for item in &framework.items {
        let id = format!("{}/{}", framework.id, item.id);
        let label = Text::new(format!("{id}「{}」", item.text.ja), format!("{id} '{}'", item.text.en));
        let of =
            |see: &[String]| see.iter().filter_map(|topic| places.get(topic.as_str()).copied()).collect::<Vec<_>>();
        let mut all: Vec<usize> =
            item.claims.iter().filter(|claim| claim.by != By::Inherited).flat_map(|claim| of(&claim.see)).collect();
        all.sort_unstable();
        all.dedup();
        documents.push((item.text.clone(), Document { topics: all, label: label.clone() }));
        if item.claims.len() > 1 {
            documents.extend(
                item.claims
                    .iter()
                    .filter(|claim| claim.by != By::Inherited)
                    .map(|claim| (claim.text.clone(), Document { topics: of(&claim.see), label: label.clone() })),
            );
        }
    }
    documents
}
