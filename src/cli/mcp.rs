//! `kakunin mcp`: a Model Context Protocol server on standard input and output.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Args;

use super::{Done, Failure, SheetSource, Where, exit, inputs, knowledge};
use crate::catalogue::Catalogue;
use crate::mapping::{self, Knowledge};
use crate::mcp::{Host, Root, Server};
use crate::model::{EvidenceState, Proposal, Sheet};
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
    let served = runtime.block_on(Server::new(root, Commands::default()).serve_stdio());
    // A reader that waits for input which will not come must not keep the program.
    runtime.shutdown_background();
    served.map_err(Failure::data)?;
    Ok(exit::HOLDS)
}

/// What the commands lend to the server.
#[derive(Default)]
struct Commands {
    /// What proposals are made from: its index is built once.
    knowledge: OnceLock<Result<Knowledge, String>>,
}

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
        // Without what was approved for other sheets: that lies outside of the served folder.
        let knowledge = self.knowledge.get_or_init(|| {
            let catalogue = Catalogue::built_in().map_err(|error| error.to_string())?;
            knowledge::built_in(&catalogue, Vec::new()).map_err(|error| error.to_string())
        });
        knowledge.as_ref().map(|knowledge| mapping::propose(sheet, knowledge)).map_err(String::clone)
    }

    fn catalogue(&self, project: Option<&Path>) -> Result<Catalogue, String> {
        match project {
            Some(folder) => inputs::catalogue(folder).map_err(message),
            None => Catalogue::built_in().map_err(|error| error.to_string()),
        }
    }
}
