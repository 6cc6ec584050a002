//! Proposals from the match of a sheet to a family, for where nothing better is at hand.

use super::file::nature;
use crate::model::{Candidate, Mapping, Nature, Proposal, ProposedClaim};

/// A proposal for each item of a mapping; one without claims where nothing matched.
pub fn from_family(mapping: &Mapping) -> Vec<Proposal> {
    mapping
        .items
        .iter()
        .map(|mapped| {
            let claims: Vec<ProposedClaim> = mapped
                .claims
                .iter()
                .map(|claim| ProposedClaim {
                    id: format!("{}/{}", mapped.item, claim.id.rsplit('/').next().unwrap_or_default()),
                    text: claim.text.clone(),
                    by: claim.by,
                    nature: nature(claim.by),
                    confidence: mapped.confidence,
                    reason: mapped.reason.clone(),
                    topics: claim
                        .see
                        .iter()
                        .map(|topic| Candidate {
                            topic: topic.clone(),
                            confidence: mapped.confidence,
                            reason: mapped.reason.clone(),
                            proposed: true,
                            checks: Vec::new(),
                        })
                        .collect(),
                    rest: claim.rest.clone(),
                    cadence_days: claim.cadence_days,
                    limits: Vec::new(),
                    from: Some(claim.id.clone()),
                })
                .collect();
            Proposal {
                item: mapped.item.clone(),
                nature: claims.first().map_or(Nature::Unclear, |claim| claim.nature),
                confidence: mapped.confidence,
                reason: mapped.reason.clone(),
                framework_item: mapped.framework_item.clone(),
                same_as: None,
                proposed_by: "built-in".to_owned(),
                claims,
            }
        })
        .collect()
}
