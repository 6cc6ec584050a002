//! What the mapping knows, from the catalogue and the files that ship with the program.

use crate::catalogue::{Catalogue, Check};
use crate::mapping::{self, Approved, CheckText, Glossary, Knowledge, MappingError, TopicText};

/// All that ships, and what was approved before.
///
/// # Errors
/// Where a shipped file is wrong; tests keep that from happening.
pub fn built_in(catalogue: &Catalogue, approved: Vec<Approved>) -> Result<Knowledge, MappingError> {
    Ok(Knowledge::new(&mapping::builtin()?, Glossary::builtin()?, &topics(catalogue), approved))
}

/// The catalogue's topics and checks as plain data.
pub fn topics(catalogue: &Catalogue) -> Vec<TopicText> {
    let check = |check: &Check| CheckText { id: check.id.clone(), title: check.title.clone(), why: check.why.clone() };
    let topics = catalogue.topics.values().map(|topic| TopicText {
        id: topic.id.clone(),
        title: topic.title.clone(),
        checks: catalogue.of_topic(&topic.id).map(check).collect(),
    });
    topics.collect()
}
