//! `kakunin explain`: what is claimed, which checks decide it, what they read, how to repeat it by hand.

use clap::Args;

use super::{Done, Failure, SheetSource, Where, exit, inputs};
use crate::catalogue::{Catalogue, Check};
use crate::model::{By, Claim, Lang};
use crate::plan::Plan;
use crate::report::labels;

/// Arguments of `kakunin explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// An item of the sheet (6.29) or a check (rds/instance-multi-az)
    what: String,
    #[command(flatten)]
    source: SheetSource,
}

pub(super) fn run(args: &Explain, lang: Lang) -> Done {
    let catalogue = Catalogue::built_in().map_err(|e| Failure::new(exit::INTERNAL, e))?;
    if let Some(check) = catalogue.checks.get(&args.what) {
        of_check(check, lang, "");
        return Ok(exit::HOLDS);
    }
    let has_sheet = args.source.sheet.is_some() || args.source.project.join("kakunin.toml").is_file();
    if !has_sheet {
        return Err(Failure::usage(format!(
            "expected a check of `kakunin checks list`, or an item with --sheet FILE, found {}",
            args.what
        )));
    }
    let inputs = inputs::read(&args.source, &Where::default())?.inputs;
    let Some(item) = inputs.sheet.items.iter().find(|item| item.id == args.what) else {
        let ids: Vec<&str> = inputs.sheet.items.iter().map(|i| i.id.as_str()).collect();
        return Err(Failure::usage(format!("expected an item of the sheet ({}), found {}", ids.join(", "), args.what)));
    };
    say!("{}  {}  ({})", item.id, item.text, item.answer_text);
    if !item.remark_resolved.is_empty() {
        say!("    {}", item.remark_resolved);
    }
    for concession in &item.concessions {
        say!("  △ {concession}");
    }
    let Some(mapped) = inputs.mapping.items.iter().find(|m| m.item == item.id) else { return Ok(exit::HOLDS) };
    say!(
        "\n{} ({:.2}) {}",
        mapped.framework_item.as_deref().unwrap_or("-"),
        mapped.confidence,
        mapped.reason.get(lang)
    );
    say!("{}", labels::review(&mapped.review).get(lang));
    for claim in mapped.deciding() {
        of_claim(claim, &inputs.catalogue, lang);
    }
    for claim in mapped.proposal.iter().flat_map(|proposal| &proposal.claims) {
        let topics: Vec<&str> = claim.topics.iter().filter(|c| c.proposed).map(|c| c.topic.as_str()).collect();
        say!("\n□ {}  [{}]\n  # {}", claim.text.get(lang), labels::by(claim.by).get(lang), topics.join(", "));
    }
    Ok(exit::HOLDS)
}

fn of_claim(claim: &Claim, catalogue: &Catalogue, lang: Lang) {
    let by = match (claim.by, lang) {
        (By::Live, Lang::Ja) => "AWS の応答で判定",
        (By::Live, Lang::En) => "decided by what AWS answers",
        (By::Partial, Lang::Ja) => "一部は AWS の応答、残りは人の表明",
        (By::Partial, Lang::En) => "partly by what AWS answers, the rest by a person",
        (By::Attest, Lang::Ja) => "人の表明",
        (By::Attest, Lang::En) => "a person states it",
        (By::Inherited, Lang::Ja) => "AWS の責任範囲",
        (By::Inherited, Lang::En) => "AWS's responsibility",
        (By::Na, Lang::Ja) => "該当なしの申告",
        (By::Na, Lang::En) => "declared not applicable",
    };
    say!("\n■ {}  [{by}]\n  {}", claim.text.get(lang), claim.id);
    if let Some(rest) = &claim.rest {
        say!("  {}", rest.get(lang));
    }
    for topic in &claim.see {
        say!("  # {topic}");
        for check in catalogue.of_topic(topic) {
            of_check(check, lang, "    ");
        }
    }
}

fn of_check(check: &Check, lang: Lang, indent: &str) {
    say!("{indent}{} — {}", check.id, check.title.get(lang));
    if let Some(when) = &check.when {
        say!("{indent}  when    {}", when.source());
    }
    say!("{indent}  expect  {}", check.expect.source());
    for (name, table) in &check.tables {
        say!("{indent}  params.{name}: {}", table.line(lang));
    }
    for operation in Plan::of_check(check).operations.values() {
        let prefix = if operation.service == "outside" { "" } else { "aws " };
        say!("{indent}  {prefix}{}", operation.cli);
    }
}
