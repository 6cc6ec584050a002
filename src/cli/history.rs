//! `kakunin history`: runs and their changes; since when an item is what it is, and who changed it.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Done, Failure, exit, inputs, store};
use crate::alert::words::{Change, at, clean, verdict_name};
use crate::history::{History as _, HistoryError, Run, RunKind, Stretch};
use crate::model::{Lang, Summary, Transition, Verdict};

/// Arguments of `kakunin history`.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// An item of the sheet (6.29); without it, the runs
    item: Option<String>,
    /// A project folder: kakunin.toml with [history]
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Another sheet of the same database, by its name there
    #[arg(long, value_name = "NAME")]
    sheet_name: Option<String>,
    /// At most so many runs or changes, the newest first; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 30)]
    limit: u32,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &HistoryArgs, lang: Lang) -> Done {
    let project = inputs::project(&args.project)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        let (store, own) = store::history_of(&args.project, &project).await?;
        let sheet = args.sheet_name.clone().unwrap_or(own);
        if store.runs(&sheet, 1).await.map_err(Failure::data)?.is_empty() {
            let names = store.sheets().await.map_err(Failure::data)?;
            return Err(Failure::data(HistoryError::Missing {
                what: format!("{}: a run of {sheet}", store.place()),
                help: if names.is_empty() {
                    "`kakunin watch` makes the first one".to_owned()
                } else {
                    format!("its sheets are: {} (--sheet-name)", names.join(", "))
                },
            }));
        }
        match &args.item {
            Some(item) => of_item(&store, &sheet, item, args, lang).await,
            None => of_runs(&store, &sheet, args, lang).await,
        }
    })
}

async fn of_runs(store: &crate::history::Store, sheet: &str, args: &HistoryArgs, lang: Lang) -> Done {
    let runs = store.runs(sheet, args.limit).await.map_err(Failure::data)?;
    let mut all = Vec::new();
    for run in runs {
        let changes = match run.transitions {
            0 => Vec::new(),
            _ => store.transitions(sheet, None, Some(run.seq), 0).await.map_err(Failure::data)?,
        };
        all.push((run, changes));
    }
    if args.json {
        let runs: Vec<_> = all.iter().map(|(run, changes)| json!({"run": run, "changes": changes})).collect();
        return print(&json!({"schema": "kakunin.history/1", "sheet": sheet, "runs": runs}));
    }
    for (run, changes) in &all {
        say!("{}", line(run, lang));
        for change in changes {
            let change = Change::of(change, lang);
            say!("      {} {}", change.mark.sign(), change.short);
        }
    }
    Ok(exit::HOLDS)
}

fn line(run: &Run, lang: Lang) -> String {
    let kind = match (run.kind, lang) {
        (RunKind::Full, _) => "",
        (RunKind::Partial, Lang::Ja) => "（一部の再確認）",
        (RunKind::Partial, Lang::En) => " (a part read anew)",
    };
    format!("{:>5}  {}{kind}  {}  {}", run.seq, at(run.clock), counts(&run.summary), clean(&run.id))
}

/// Verdicts that items have, the worst first.
fn counts(summary: &Summary) -> String {
    let count = |verdict: Verdict| summary.by_verdict.get(verdict.label()).copied().unwrap_or(0);
    let there = Verdict::ALL.into_iter().filter(|verdict| count(*verdict) > 0);
    there.map(|verdict| format!("{} {}", verdict.label(), count(verdict))).collect::<Vec<_>>().join("  ")
}

async fn of_item(store: &crate::history::Store, sheet: &str, item: &str, args: &HistoryArgs, lang: Lang) -> Done {
    let stretches = store.stretches(sheet, Some(item)).await.map_err(Failure::data)?;
    if stretches.is_empty() {
        return Err(Failure::data(HistoryError::Missing {
            what: format!("an item {item} of {sheet} in the history"),
            help: "`kakunin sheet` lists the items".to_owned(),
        }));
    }
    let changes = store.transitions(sheet, Some(item), None, args.limit).await.map_err(Failure::data)?;
    if args.json {
        return print(&json!({
            "schema": "kakunin.item-history/1", "sheet": sheet, "item": item,
            "stretches": stretches, "changes": changes,
        }));
    }
    say!("{}", clean(item));
    let last = stretches.iter().map(|stretch| stretch.seqs.1).max().unwrap_or_default();
    for stretch in stretches.iter().rev().filter(|stretch| stretch.claim.is_none()) {
        say!("  {}", stretch_line(stretch, last, lang));
    }
    let mut claims: Vec<&str> = stretches.iter().filter_map(|stretch| stretch.claim.as_deref()).collect();
    claims.sort_unstable();
    claims.dedup();
    for claim in claims {
        say!("\n  {}", clean(claim));
        for stretch in stretches.iter().rev().filter(|stretch| stretch.claim.as_deref() == Some(claim)) {
            say!("    {}", stretch_line(stretch, last, lang));
        }
    }
    tell(&changes, lang);
    Ok(exit::HOLDS)
}

fn stretch_line(stretch: &Stretch, last: i64, lang: Lang) -> String {
    let verdict = verdict_name(stretch.verdict, lang);
    let (from, until) = (at(stretch.from), at(stretch.until));
    let (first, end) = stretch.seqs;
    match (end == last, lang) {
        (true, Lang::Ja) => format!("{from} から今まで  {verdict}（実行 {first}–{end}）"),
        (true, Lang::En) => format!("since {from}  {verdict} (runs {first}–{end})"),
        (false, Lang::Ja) => format!("{from} から {until} まで  {verdict}（実行 {first}–{end}）"),
        (false, Lang::En) => format!("{from} to {until}  {verdict} (runs {first}–{end})"),
    }
}

/// What happened, with who changed it.
fn tell(changes: &[Transition], lang: Lang) {
    for transition in changes {
        let change = Change::of(transition, lang);
        say!("\n{} {}  {}", change.mark.sign(), at(transition.at), change.title);
        for line in &change.lines {
            say!("    {line}");
        }
    }
}

fn print(value: &serde_json::Value) -> Done {
    say!("{}", serde_json::to_string_pretty(value).map_err(Failure::internal)?);
    Ok(exit::HOLDS)
}
