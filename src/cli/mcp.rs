//! `kakunin mcp`: a Model Context Protocol server on standard input and output.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Done, Failure, SheetSource, Where, exit, inputs};
use crate::catalogue::Catalogue;
use crate::mapping;
use crate::mcp::{Host, Root, Server};
use crate::model::{By, Candidate, Claim, EvidenceState, MappedItem, Nature, Proposal, ProposedClaim, Sheet, Text};
use crate::pipeline::Inputs;

/// Arguments of `kakunin mcp`.
#[derive(Debug, Args)]
#[command(
    after_help = "In a client's settings: {\"mcpServers\": {\"kakunin\": {\"command\": \"kakunin\", \"args\": [\"mcp\", \
                        \"--root\", \"/path/to/projects\"]}}}. Every tool only reads; AWS is not called."
)]
pub struct Mcp {
    /// The folder to serve: nothing outside of it is read
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

pub(super) fn run(args: &Mcp) -> Done {
    let root = Root::new(&args.root).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
    let served = runtime.block_on(Server::new(root, Commands).serve_stdio());
    // A reader that waits for input which will not come must not keep the program.
    runtime.shutdown_background();
    served.map_err(Failure::data)?;
    Ok(exit::HOLDS)
}

/// What the commands lend to the server.
struct Commands;

fn message(failure: Failure) -> String {
    failure.report.to_string()
}

impl Host for Commands {
    fn project(&self, folder: &Path, root: &Root) -> Result<Inputs, String> {
        let settings = inputs::project(folder).map_err(message)?;
        for named in settings.sheet.iter().chain(&settings.roster) {
            root.hold(&folder.join(named))?;
        }
        let source = SheetSource { sheet: None, project: folder.to_path_buf(), accept_above: None };
        let mut inputs = inputs::read(&source, &Where::default()).map_err(message)?.inputs;
        for attestation in inputs.attestations.iter_mut().filter(|a| a.evidence_sha256.is_some()) {
            // What lies outside tells nothing here, not even whether it is what was recorded.
            if root.hold(&folder.join(&attestation.evidence)).is_err() {
                attestation.evidence_state = EvidenceState::Gone;
            }
        }
        Ok(inputs)
    }

    fn propose(&self, sheet: &Sheet) -> Result<Vec<Proposal>, String> {
        let frameworks = mapping::builtin().map_err(|error| error.to_string())?;
        Ok(mapping::map_sheet(sheet, &frameworks).items.into_iter().map(of_family).collect())
    }

    fn catalogue(&self, project: Option<&Path>) -> Result<Catalogue, String> {
        match project {
            Some(folder) => inputs::catalogue(folder).map_err(message),
            None => Catalogue::built_in().map_err(|error| error.to_string()),
        }
    }
}

/// What the family that an item was matched to says of it.
fn of_family(mapped: MappedItem) -> Proposal {
    let confidence = (mapped.confidence * 100.0).round() / 100.0;
    let claims: Vec<ProposedClaim> =
        mapped.claims.into_iter().map(|claim| of_claim(claim, confidence, &mapped.reason)).collect();
    Proposal {
        item: mapped.item,
        nature: claims.first().map_or(Nature::Unclear, |claim| claim.nature),
        confidence,
        reason: mapped.reason,
        framework_item: mapped.framework_item,
        same_as: None,
        proposed_by: "built-in".to_owned(),
        claims,
    }
}

fn of_claim(claim: Claim, confidence: f64, reason: &Text) -> ProposedClaim {
    let topic =
        |topic: String| Candidate { topic, confidence, reason: reason.clone(), proposed: true, checks: Vec::new() };
    ProposedClaim {
        from: Some(claim.id.clone()),
        id: claim.id,
        text: claim.text,
        by: claim.by,
        nature: match claim.by {
            By::Live | By::Partial => Nature::Technical,
            By::Attest => Nature::Organisational,
            By::Inherited => Nature::Inherited,
            By::Na => Nature::Unclear,
        },
        confidence,
        reason: reason.clone(),
        topics: claim.see.into_iter().map(topic).collect(),
        rest: claim.rest,
        cadence_days: claim.cadence_days,
        limits: Vec::new(),
    }
}
