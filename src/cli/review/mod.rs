//! `kakunin review`: a person decides what of a proposed mapping is in force.

mod ask;
mod project;
mod show;
#[cfg(test)]
mod tests;
mod walk;

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::{Done, Failure, exit, share};
use crate::mapping::{Change, Decision};
use crate::model::{Lang, Review as State};
use crate::report::labels;
use crate::report::terminal::clean;
use project::Project;

/// Arguments of `kakunin review`.
#[derive(Debug, Args)]
pub struct Review {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "KAKUNIN_WHO")]
    who: Option<String>,
    /// Only these items, decided or not (comma-separated)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    item: Vec<String>,
    /// Approve these items as mapping.toml has them (comma-separated)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    approve: Vec<String>,
    /// Approve every undecided item whose proposal's confidence (0 to 1) reaches this
    #[arg(long, value_name = "CONFIDENCE", value_parser = share)]
    approve_above: Option<f64>,
    /// Say of these items that no check decides them: a person attests (comma-separated)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    reject: Vec<String>,
    /// Show where every item stands, and change nothing
    #[arg(long, conflicts_with_all = ["approve", "approve_above", "reject"])]
    list: bool,
    /// With --list: as JSON
    #[arg(long, requires = "list")]
    json: bool,
}

pub(super) fn run(args: &Review, lang: Lang) -> Done {
    if args.list {
        return list(&Project::open(&args.project, false, lang)?, args, lang);
    }
    if !args.approve.is_empty() || args.approve_above.is_some() || !args.reject.is_empty() {
        let mut project = Project::open(&args.project, false, lang)?;
        told_changes(&project, lang);
        return at_once(&mut project, args, lang);
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Failure::usage(
            "expected a terminal to ask on, found none; decide with --approve ID, --approve-above CONFIDENCE or \
             --reject ID (and --who NAME), see where things stand with --list, or edit mapping.toml",
        ));
    }
    let mut project = Project::open(&args.project, true, lang)?;
    told_changes(&project, lang);
    interactive(&mut project, args, lang)
}

fn interactive(project: &mut Project, args: &Review, lang: Lang) -> Done {
    let mut ask = ask::Terminal;
    let ids = match args.item.as_slice() {
        [] => project.open_items(),
        some => {
            some.iter().try_for_each(|id| project.item(id).map(|_| ()).ok_or_else(|| project.no_item(id)))?;
            some.to_vec()
        }
    };
    if ids.is_empty() {
        say!("{}", say(lang, "未確認の項目はありません。", "no item waits for review"));
        return Ok(exit::HOLDS);
    }
    let who = match &args.who {
        Some(who) => who.trim().to_owned(),
        None => {
            let name = std::env::var("USER").unwrap_or_default();
            let prompt = say(lang, "承認者の名前", "your name, for the record");
            ask::Ask::line(&mut ask, prompt, &name).map_err(Failure::internal)?.trim().to_owned()
        }
    };
    named(&who)?;
    let walked = walk::walk(project, &ids, &who, lang, &mut ask)?;
    told_end(walked, project.open_items().len(), lang);
    Ok(exit::HOLDS)
}

/// Decides without asking: all or nothing.
fn at_once(project: &mut Project, args: &Review, lang: Lang) -> Done {
    let who = args.who.as_deref().unwrap_or_default().trim();
    named(who)?;
    let mut decisions: Vec<(String, Decision)> = Vec::new();
    let both = args.approve.iter().find(|id| args.reject.contains(id));
    if let Some(id) = both {
        return Err(Failure::usage(format!("expected item {id} to be approved or rejected, found both")));
    }
    for (ids, decision) in [(&args.approve, Decision::Approve), (&args.reject, Decision::Reject)] {
        for id in ids {
            let (item, ..) = project.item(id).ok_or_else(|| project.no_item(id))?;
            if !decisions.iter().any(|(there, _)| *there == item.id) {
                decisions.push((item.id.clone(), decision.clone()));
            }
        }
    }
    if let Some(above) = args.approve_above {
        for (item, entry, change) in project.items() {
            // What was written for another text may have been very sure of that.
            let waits = change == Change::Same && entry.review == State::Proposed;
            let reaches = entry.confidence.is_some_and(|confidence| confidence >= above) && !entry.claims.is_empty();
            let named = decisions.iter().any(|(id, _)| *id == item.id);
            let wanted = args.item.is_empty() || args.item.contains(&item.id);
            if waits && reaches && !named && wanted {
                decisions.push((item.id.clone(), Decision::Approve));
            }
        }
    }
    let count = |wanted: fn(&Decision) -> bool| decisions.iter().filter(|(_, d)| wanted(d)).count();
    let walked =
        walk::Walked { approved: count(|d| *d == Decision::Approve), rejected: count(|d| *d == Decision::Reject) };
    if !decisions.is_empty() {
        project.decide(&decisions, who)?;
    }
    told_end(walked, project.open_items().len(), lang);
    Ok(exit::HOLDS)
}

fn named(who: &str) -> Result<(), Failure> {
    if who.is_empty() {
        return Err(Failure::usage("expected who decides, found nobody; give --who NAME, or set KAKUNIN_WHO"));
    }
    Ok(())
}

fn list(project: &Project, args: &Review, lang: Lang) -> Done {
    let wanted = |id: &str| args.item.is_empty() || args.item.iter().any(|item| item == id);
    let rows: Vec<_> = project.items().into_iter().filter(|(item, ..)| wanted(&item.id)).collect();
    if args.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(item, entry, change)| {
                json!({
                    "id": item.id, "text": item.text, "review": entry.review, "in_force": *change == Change::Same && entry.review.decides(),
                    "changed": *change != Change::Same, "confidence": entry.confidence, "framework_item": entry.framework_item,
                    "claims": entry.claims.iter().map(|c| json!({
                        "id": c.claim.id, "text": c.claim.text, "by": c.claim.by, "see": c.claim.see, "checks": c.claim.checks,
                    })).collect::<Vec<_>>(),
                })
            })
            .collect();
        say!("{}", serde_json::to_string_pretty(&rows).map_err(Failure::internal)?);
        return Ok(exit::HOLDS);
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(super::output::terminal_width());
    let confidence = say(lang, "確信度", "confidence");
    table.set_header([
        labels::ITEM.get(lang),
        labels::TEXT.get(lang),
        labels::REVIEW.get(lang),
        confidence,
        labels::TOPICS.get(lang),
    ]);
    for (item, entry, change) in &rows {
        let review = match change {
            Change::Same => labels::review(&entry.review).get(lang).to_owned(),
            _ => say(lang, "文面が変わり再確認待ち", "the text changed: to review again").to_owned(),
        };
        let claims: Vec<String> = entry
            .claims
            .iter()
            .map(|c| {
                if c.claim.see.is_empty() {
                    labels::by(c.claim.by).get(lang).to_owned()
                } else {
                    c.claim.see.join(", ")
                }
            })
            .collect();
        let confidence = entry.confidence.map(|c| format!("{c:.2}")).unwrap_or_default();
        table.add_row([clean(&item.id), clean(&item.text), clean(&review), confidence, clean(&claims.join("; "))]);
    }
    say!("{table}");
    let open = project.open_items().len();
    match lang {
        Lang::Ja => say!("{} 項目、うち未確認 {open}", rows.len()),
        Lang::En => say!("{} items, {open} wait for review", rows.len()),
    }
    Ok(exit::HOLDS)
}

fn told_changes(project: &Project, lang: Lang) {
    for (old, new) in &project.renumbered {
        match lang {
            Lang::Ja => eprintln!("項目番号の変更: {old} → {new}"),
            Lang::En => eprintln!("another number for the same text: {old} → {new}"),
        }
    }
    if !project.has_file {
        eprintln!(
            "{}",
            say(
                lang,
                "mapping.toml を作ります。以後は、承認した対応付けだけが判定に使われます。",
                "mapping.toml will be made; from then on only what is approved decides"
            )
        );
    }
}

fn told_end(walked: walk::Walked, open: usize, lang: Lang) {
    let walk::Walked { approved, rejected } = walked;
    match lang {
        Lang::Ja => say!("承認 {approved}、却下 {rejected}、未確認 {open}"),
        Lang::En => say!("{approved} approved, {rejected} rejected, {open} wait for review"),
    }
}

fn say(lang: Lang, ja: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}
