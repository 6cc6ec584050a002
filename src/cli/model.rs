//! A language model that chooses among the candidates of a mapping, where the user names one.

use std::collections::BTreeMap;

use super::Failure;
use crate::catalogue::Catalogue;
use crate::model::{Proposal, Sheet, Text};

/// Proposals after the model's choice, and what of its answers was not taken.
struct Chosen {
    proposals: Vec<Proposal>,
    /// One sentence for each item whose built-in proposal stays because the model's answer did not hold up.
    refused: Vec<String>,
}

/// Proposals after the choice of the model `id`. Tells on stderr what of its answers was not taken.
///
/// # Errors
/// Where no item could be asked at all: wrong credentials, no such model. A single answer that fails leaves its item's
/// built-in proposal in place.
pub(super) fn chosen(
    id: &str,
    sheet: &Sheet,
    proposals: Vec<Proposal>,
    catalogue: &Catalogue,
) -> Result<Vec<Proposal>, Failure> {
    let titles = catalogue.topics.values().map(|topic| (topic.id.clone(), topic.title.clone())).collect();
    let Chosen { proposals, refused } = choose(id, sheet, proposals, &titles)?;
    for told in &refused {
        eprintln!("{told}; the built-in proposal stays");
    }
    Ok(proposals)
}

#[cfg(not(feature = "bedrock"))]
fn choose(
    _id: &str,
    _sheet: &Sheet,
    _proposals: Vec<Proposal>,
    _titles: &BTreeMap<String, Text>,
) -> Result<Chosen, Failure> {
    Err(Failure::usage("this build has no Amazon Bedrock in it: leave --model out, or build with the default features"))
}

/// Items asked at once: Bedrock's quotas are per minute, and the SDK paces itself when it is told to.
#[cfg(feature = "bedrock")]
const AT_ONCE: usize = 4;

/// Asks the model `id` of every item that has candidates.
#[cfg(feature = "bedrock")]
fn choose(
    id: &str,
    sheet: &Sheet,
    proposals: Vec<Proposal>,
    titles: &BTreeMap<String, Text>,
) -> Result<Chosen, Failure> {
    use futures::stream::{self, StreamExt};

    use crate::aws::Model;
    use crate::mapping::choose::{TOOL, chosen, question};

    let items: BTreeMap<&str, &crate::model::Item> = sheet.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
    let answers: Vec<(Proposal, Result<bool, String>, bool)> = runtime.block_on(async {
        let model = Model::open(id).await;
        let ask = |proposal: Proposal| {
            let asked = items.get(proposal.item.as_str()).and_then(|item| question(item, &proposal, titles));
            let model = &model;
            async move {
                let Some(asked) = asked else { return (proposal, Ok(false), false) };
                match model.ask(&asked.system, &asked.user, TOOL, &asked.schema).await {
                    Err(error) => (proposal, Err(error.to_string()), true),
                    Ok(answer) => match chosen(&proposal, &answer, id) {
                        Ok(taken) => (taken, Ok(true), false),
                        Err(error) => (proposal, Err(error.to_string()), false),
                    },
                }
            }
        };
        stream::iter(proposals).map(ask).buffered(AT_ONCE).collect().await
    });
    let asked = answers.iter().filter(|(_, outcome, _)| !matches!(outcome, Ok(false))).count();
    let unreached = answers.iter().filter(|(.., unreached)| *unreached).count();
    let mut refused: Vec<String> = answers.iter().filter_map(|(_, outcome, _)| outcome.clone().err()).collect();
    if asked > 0
        && unreached == asked
        && let Some(first) = refused.drain(..).next()
    {
        return Err(Failure::new(super::exit::NO_PERMISSION, miette::Report::msg(first)));
    }
    Ok(Chosen { proposals: answers.into_iter().map(|(proposal, ..)| proposal).collect(), refused })
}
