//! `kakunin checks`: the catalogue.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::{Done, Failure, exit};
use crate::catalogue::{Catalogue, Check, lint, run_examples};
use crate::model::Lang;
use crate::plan::Plan;

/// Arguments of `kakunin checks`.
#[derive(Debug, Args)]
pub struct ChecksArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every check
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Only of this topic
        #[arg(long)]
        topic: Option<String>,
        /// A folder with checks of your own
        #[arg(long, value_name = "DIR")]
        own: Option<PathBuf>,
    },
    /// One check: what it expects, why, how to mend it, what it reads
    Show {
        /// Its id, as in `list`
        id: String,
        /// A folder with checks of your own
        #[arg(long, value_name = "DIR")]
        own: Option<PathBuf>,
    },
    /// Hold every check against what the collectors supply
    Lint {
        /// A folder with checks of your own
        own: Option<PathBuf>,
    },
    /// Try every check on its own examples
    Test {
        /// A folder with checks of your own
        own: Option<PathBuf>,
    },
}

pub(super) fn run(args: &ChecksArgs, lang: Lang) -> Done {
    match &args.command {
        Command::List { json, topic, own } => {
            let catalogue = load(own.as_ref())?;
            let wanted = |check: &&Check| topic.as_ref().is_none_or(|t| check.topics.contains(t));
            let checks: Vec<&Check> = catalogue.checks.values().filter(wanted).collect();
            if *json { as_json(&checks) } else { list(&checks, lang) }
        }
        Command::Show { id, own } => {
            let catalogue = load(own.as_ref())?;
            let check = catalogue
                .checks
                .get(id)
                .ok_or_else(|| Failure::usage(format!("expected a check of `kakunin checks list`, found {id}")))?;
            show(check, lang);
            Ok(exit::HOLDS)
        }
        Command::Lint { own } => {
            let lints = lint(&load(own.as_ref())?);
            for lint in &lints {
                say!("{}: {}", lint.at, lint.message);
            }
            Ok(if lints.is_empty() { exit::HOLDS } else { exit::DATA })
        }
        Command::Test { own } => {
            let catalogue = load(own.as_ref())?;
            let failures = run_examples(&catalogue);
            for failure in &failures {
                say!("{} example {}: {}", failure.check, failure.example, failure.message);
            }
            let examples: usize = catalogue.checks.values().map(|c| c.examples.len()).sum();
            say!("{} checks, {examples} examples, {} failed", catalogue.checks.len(), failures.len());
            Ok(if failures.is_empty() { exit::HOLDS } else { exit::DATA })
        }
    }
}

fn load(own: Option<&PathBuf>) -> Result<Catalogue, Failure> {
    Catalogue::with(own.map(PathBuf::as_path)).map_err(|e| Failure::new(exit::DATA, e))
}

fn as_json(checks: &[&Check]) -> Done {
    let list: Vec<_> = checks
        .iter()
        .map(|check| {
            json!({
                "id": check.id, "title": check.title, "resource": check.resource, "topics": check.topics,
                "severity": check.severity, "when": check.when.as_ref().map(|w| w.source()),
                "expect": check.expect.source(), "empty": check.empty, "params": check.params, "why": check.why,
                "fix": check.fix, "refs": check.refs,
                "operations": Plan::of_check(check).operations.keys().collect::<Vec<_>>(),
            })
        })
        .collect();
    say!("{}", serde_json::to_string_pretty(&list).map_err(Failure::internal)?);
    Ok(exit::HOLDS)
}

fn list(checks: &[&Check], lang: Lang) -> Done {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    for check in checks {
        table.add_row([&check.id, check.severity.label(), check.title.get(lang), &check.topics.join(", ")]);
    }
    say!("{table}");
    Ok(exit::HOLDS)
}

fn show(check: &Check, lang: Lang) {
    say!("{} — {}", check.id, check.title.get(lang));
    say!("\n{}\n", check.why.get(lang));
    say!("resource  {}", check.resource);
    say!("topics    {}", check.topics.join(", "));
    say!("severity  {}", check.severity.label());
    if let Some(when) = &check.when {
        say!("when      {}", when.source());
    }
    say!("expect    {}", check.expect.source());
    say!("empty     {:?}", check.empty);
    for (name, value) in &check.params {
        match check.tables.get(name) {
            Some(table) => say!("params.{name} = {}", table.line(lang)),
            None => say!("params.{name} = {value}"),
        }
    }
    let plan = Plan::of_check(check);
    say!("reads     {}", plan.operations.keys().cloned().collect::<Vec<_>>().join(", "));
    say!("allowed by {}", plan.actions().into_iter().collect::<Vec<_>>().join(", "));
    say!("refs      {}", check.refs.join(", "));
    say!("\n{}", if lang == Lang::Ja { &check.fix.ja } else { &check.fix.en });
    if let Some(cli) = &check.fix.cli {
        say!("  {cli}");
    }
    if let Some(terraform) = &check.fix.terraform {
        say!("  terraform: {terraform}");
    }
}
