//! `kakunin map`: what each item of a sheet claims, as far as the program can tell.

use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::{Done, Failure, exit, inputs, memory, model, proposals};
use crate::catalogue::Catalogue;
use crate::mapping;
use crate::model::{Candidate, Item, Lang, Nature, Proposal, ProposedClaim, Sheet, Text};
use crate::sheet;

/// Version of the JSON.
const SCHEMA: &str = "kakunin.mapping/1";
/// Characters of an item's text in the table.
const CUT: usize = 60;
/// Candidates of an item in the JSON.
const CANDIDATES: usize = 8;

/// Arguments of `kakunin map`.
#[derive(Debug, Args)]
pub struct MapArgs {
    /// The check sheet
    file: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Read it as this project says: [layout] and memory of its kakunin.toml, checks of its own
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Let this model of Amazon Bedrock (id, inference profile or its ARN) choose among the candidates; sends it the items'
    /// text, answer and remark
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

/// What `kakunin map --json` says.
#[derive(Debug, Serialize)]
struct Output<'a> {
    schema: &'a str,
    sheet: Named<'a>,
    items: Vec<MappedOutput<'a>>,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    sha256: &'a str,
}

#[derive(Debug, Serialize)]
struct MappedOutput<'a> {
    id: &'a str,
    text: &'a str,
    nature: Nature,
    confidence: f64,
    reason: &'a Text,
    framework_item: Option<&'a str>,
    same_as: Option<&'a Text>,
    proposed_by: &'a str,
    /// Proposed topics that speak of the item, best first.
    topics: Vec<&'a str>,
    /// Topics that AWS's part of the item rests on.
    preconditions: Vec<&'a str>,
    candidates: Vec<CandidateOutput<'a>>,
    claims: &'a [ProposedClaim],
}

#[derive(Debug, Serialize)]
struct CandidateOutput<'a> {
    topic: &'a str,
    confidence: f64,
    reason: &'a Text,
    proposed: bool,
}

pub(super) fn run(args: &MapArgs, lang: Lang) -> Done {
    let (folder, settings) = match &args.project {
        Some(folder) => (folder.as_path(), inputs::project(folder)?),
        None => (Path::new("."), mapping::Project::default()),
    };
    let sheet = sheet::read_corrected(&args.file, &settings.layout).map_err(Failure::data)?;
    let own = args.project.as_ref().map(|folder| folder.join("checks")).filter(|own| own.is_dir());
    let catalogue = Catalogue::with(own.as_deref()).map_err(|e| Failure::new(exit::DATA, e))?;
    let memory = memory::load(memory::path(&settings, folder).as_deref())?;
    let mut proposals = proposals::propose(&sheet, &catalogue, &memory)?;
    if let Some(id) = &args.model {
        proposals = model::chosen(id, &sheet, proposals, &catalogue)?;
    }
    if args.json {
        let output = output(&sheet, &proposals);
        say!("{}", serde_json::to_string_pretty(&output).map_err(Failure::internal)?);
    } else {
        people(&sheet, &proposals, lang);
    }
    Ok(exit::HOLDS)
}

fn output<'a>(sheet: &'a Sheet, proposals: &'a [Proposal]) -> Output<'a> {
    let items = sheet.items.iter().zip(proposals).map(|(item, proposal)| of_item(item, proposal)).collect();
    Output { schema: SCHEMA, sheet: Named { name: &sheet.name, sha256: &sheet.sha256 }, items }
}

fn of_item<'a>(item: &'a Item, proposal: &'a Proposal) -> MappedOutput<'a> {
    let candidates = candidates(proposal);
    MappedOutput {
        id: &item.id,
        text: &item.text,
        nature: proposal.nature,
        confidence: proposal.confidence,
        reason: &proposal.reason,
        framework_item: proposal.framework_item.as_deref(),
        same_as: proposal.same_as.as_ref(),
        proposed_by: &proposal.proposed_by,
        topics: candidates.iter().filter(|candidate| candidate.proposed).map(|candidate| candidate.topic).collect(),
        preconditions: preconditions(proposal),
        candidates,
        claims: &proposal.claims,
    }
}

/// Candidates of all claims but the inherited ones, best first: those proposed, then the next best ones.
fn candidates(proposal: &Proposal) -> Vec<CandidateOutput<'_>> {
    let mut all: Vec<CandidateOutput> = Vec::new();
    for (claim, candidate) in
        proposal.claims.iter().flat_map(|claim| claim.topics.iter().map(move |topic| (claim, topic)))
    {
        if is_precondition(claim, candidate) {
            continue;
        }
        let Candidate { topic, confidence, reason, proposed, .. } = candidate;
        match all.iter_mut().find(|known| known.topic == topic) {
            Some(known) if (known.proposed, known.confidence) >= (*proposed, *confidence) => {}
            Some(known) => *known = CandidateOutput { topic, confidence: *confidence, reason, proposed: *proposed },
            None => all.push(CandidateOutput { topic, confidence: *confidence, reason, proposed: *proposed }),
        }
    }
    all.sort_by(|a, b| b.proposed.cmp(&a.proposed).then(b.confidence.total_cmp(&a.confidence)));
    let proposed = all.iter().filter(|candidate| candidate.proposed).count();
    all.truncate(CANDIDATES.max(proposed));
    all
}

fn preconditions(proposal: &Proposal) -> Vec<&str> {
    let mut topics: Vec<&str> = Vec::new();
    for claim in &proposal.claims {
        for candidate in claim.topics.iter().filter(|candidate| is_precondition(claim, candidate)) {
            if !topics.contains(&candidate.topic.as_str()) {
                topics.push(&candidate.topic);
            }
        }
    }
    topics
}

/// What an inherited claim rests on says nothing of what the item speaks of.
fn is_precondition(claim: &ProposedClaim, candidate: &Candidate) -> bool {
    claim.nature == Nature::Inherited && candidate.proposed
}

fn people(sheet: &Sheet, proposals: &[Proposal], lang: Lang) {
    let words = match lang {
        Lang::Ja => ["項目", "確認事項", "性質", "トピック(確信度)", "理由"],
        Lang::En => ["Item", "What is asked", "Nature", "Topics (confidence)", "Why"],
    };
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(super::output::terminal_width());
    table.set_header(words);
    for (item, proposal) in sheet.items.iter().zip(proposals) {
        let reason = match &proposal.same_as {
            Some(same) => same.get(lang),
            None => proposal.reason.get(lang),
        };
        table.add_row([
            item.id.as_str(),
            &cut(&item.text),
            nature(proposal.nature, lang),
            &topics(proposal, lang),
            reason,
        ]);
    }
    say!("{table}");
    summary(proposals, lang);
}

fn topics(proposal: &Proposal, lang: Lang) -> String {
    let candidates = candidates(proposal);
    let line = |candidate: &CandidateOutput| format!("{} {:.2}", candidate.topic, candidate.confidence);
    let proposed: Vec<String> = candidates.iter().filter(|candidate| candidate.proposed).map(line).collect();
    if !proposed.is_empty() {
        return proposed.join("\n");
    }
    let needed = preconditions(proposal);
    if !needed.is_empty() {
        return needed.join("\n");
    }
    let near: Vec<String> = candidates.iter().take(3).map(line).collect();
    match (proposal.nature, lang) {
        (Nature::Unclear, Lang::Ja) if !near.is_empty() => format!("候補:\n{}", near.join("\n")),
        (Nature::Unclear, Lang::En) if !near.is_empty() => format!("candidates:\n{}", near.join("\n")),
        _ => "-".to_owned(),
    }
}

fn summary(proposals: &[Proposal], lang: Lang) {
    let count = |nature| proposals.iter().filter(|proposal| proposal.nature == nature).count();
    let [technical, organisational, inherited, unclear] =
        [Nature::Technical, Nature::Organisational, Nature::Inherited, Nature::Unclear].map(count);
    let all = proposals.len();
    match lang {
        Lang::Ja => say!(
            "{all} 項目: 技術 {technical}、組織(人が述べる){organisational}、AWS の責任 {inherited}、不明 {unclear}。提案は承認されるまで判定に使われない"
        ),
        Lang::En => say!(
            "{all} items: {technical} technical, {organisational} organisational (a person attests), {inherited} AWS's responsibility, {unclear} unclear; a proposal decides nothing until it is approved"
        ),
    }
}

fn nature(nature: Nature, lang: Lang) -> &'static str {
    match (nature, lang) {
        (Nature::Technical, Lang::Ja) => "技術",
        (Nature::Technical, Lang::En) => "technical",
        (Nature::Organisational, Lang::Ja) => "組織",
        (Nature::Organisational, Lang::En) => "organisational",
        (Nature::Inherited, Lang::Ja) => "AWS の責任",
        (Nature::Inherited, Lang::En) => "AWS's responsibility",
        (Nature::Unclear, Lang::Ja) => "不明",
        (Nature::Unclear, Lang::En) => "unclear",
    }
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= CUT { line } else { line.chars().take(CUT - 1).chain(['…']).collect() }
}
