//! `kakunin diff`: what differs between two runs, or two report files.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::{Done, Failure, exit, inputs, store};
use crate::alert::words::{at, clean, verdict_name};
use crate::history::{Difference, FindingDifference, History as _, Store, difference};
use crate::model::{Agreement, Lang, Moment, Outcome, REPORT_SCHEMA, Report, Verdict};
use crate::report::labels;

/// Arguments of `kakunin diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The run before: its number, the beginning of its id, `latest`, `latest~1`, or a report.json
    before: String,
    /// The run after
    after: String,
    /// A project folder: kakunin.toml with [history]
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Another sheet of the same database, by its name there
    #[arg(long, value_name = "NAME")]
    sheet_name: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What to compare, and how it is called.
struct Side {
    seq: Option<i64>,
    report: Report,
}

/// Findings that the terminal shows at most.
const FINDINGS: usize = 100;

pub(super) fn run(args: &Diff, lang: Lang) -> Done {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
    let (before, after) = runtime.block_on(async {
        let history = if is_file(&args.before) && is_file(&args.after) {
            None
        } else {
            let project = inputs::project(&args.project)?;
            let (store, own) = store::history_of(&args.project, &project).await?;
            Some((store, args.sheet_name.clone().unwrap_or(own)))
        };
        Ok::<_, Failure>((side(&args.before, history.as_ref()).await?, side(&args.after, history.as_ref()).await?))
    })?;
    let difference = difference(&before.report, &after.report);
    if args.json {
        let all = json!({
            "schema": "kakunin.diff/1", "same": difference.is_empty(), "before": named(&before), "after": named(&after),
            "items": difference.items, "findings": difference.findings, "others": difference.others,
        });
        say!("{}", serde_json::to_string_pretty(&all).map_err(Failure::internal)?);
    } else {
        tell(&before, &after, &difference, lang);
    }
    Ok(if difference.is_empty() { exit::HOLDS } else { exit::CONTRADICTED })
}

/// A path is told from a run by its ending or a separator: a file that happens to be called `12` is no run.
fn is_file(which: &str) -> bool {
    which.contains(['/', '\\']) || Path::new(which).extension().is_some_and(|ending| ending == "json")
}

async fn side(which: &str, history: Option<&(Store, String)>) -> Result<Side, Failure> {
    match history {
        Some((store, sheet)) if !is_file(which) => {
            let run = store.run(sheet, which).await.map_err(Failure::data)?;
            let report = store.report(sheet, run.seq).await.map_err(Failure::data)?;
            Ok(Side { seq: Some(run.seq), report })
        }
        _ => Ok(Side { seq: None, report: file(Path::new(which))? }),
    }
}

fn file(path: &Path) -> Result<Report, Failure> {
    let wrong = |found: String| {
        Failure::new(
            exit::DATA,
            miette::miette!("{}: expected a report of {REPORT_SCHEMA}, found {found}", path.display()),
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(format!("a file that cannot be read: {error}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(format!("what is no JSON: {error}")))?;
    match value.get("schema").and_then(Value::as_str) {
        Some(REPORT_SCHEMA) => {
            serde_json::from_value(value).map_err(|error| wrong(format!("one that is not whole: {error}")))
        }
        Some(other) => Err(wrong(other.to_owned())),
        None => Err(wrong("a file without a schema".to_owned())),
    }
}

fn named(side: &Side) -> Value {
    json!({"seq": side.seq, "run": side.report.run.id, "clock": side.report.run.clock})
}

fn title(side: &Side) -> String {
    let run = &side.report.run;
    let clock = run.clock.parse::<Moment>().map_or_else(|_| clean(&run.clock), at);
    match side.seq {
        Some(seq) => format!("{seq} ({clock}, {})", clean(&run.id)),
        None => format!("{} ({clock})", clean(&run.id)),
    }
}

fn tell(before: &Side, after: &Side, difference: &Difference, lang: Lang) {
    say!("--- {}\n+++ {}", title(before), title(after));
    for other in &difference.others {
        say!("! {}", other.text().get(lang));
    }
    if difference.is_empty() {
        match lang {
            Lang::Ja => say!("違いはありません"),
            Lang::En => say!("no difference"),
        }
        return;
    }
    for item in &difference.items {
        say!("\n{}  {}", clean(&item.item), clean(&item.text));
        say!("    {}", verdicts(item.from, item.to, lang));
        if item.agreement.0 != item.agreement.1 {
            say!("    {} → {}", agreement(item.agreement.0, lang), agreement(item.agreement.1, lang));
        }
        for claim in &item.claims {
            say!("    – {}: {}", clean(claim.text.get(lang)), verdicts(claim.from, claim.to, lang));
        }
    }
    if !difference.findings.is_empty() {
        match lang {
            Lang::Ja => say!("\n検出結果の違い: {}", difference.findings.len()),
            Lang::En => say!("\nfindings that differ: {}", difference.findings.len()),
        }
    }
    for finding in difference.findings.iter().take(FINDINGS) {
        of_finding(finding, lang);
    }
    let more = difference.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        match lang {
            Lang::Ja => say!("  ほか {more} 件（--json ですべて）"),
            Lang::En => say!("  and {more} more (all with --json)"),
        }
    }
}

fn of_finding(finding: &FindingDifference, lang: Lang) {
    let step = match (outcome(finding.from, lang), outcome(finding.to, lang)) {
        (from, to) if from == to => to.to_owned(),
        (from, to) => format!("{from} → {to}"),
    };
    say!("  {}  {}: {step}", clean(&finding.check), clean(finding.resource.name()));
    let none = Default::default();
    let (old, new) = (finding.before.as_ref().unwrap_or(&none), finding.after.as_ref().unwrap_or(&none));
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let (a, b) = (old.get(name), new.get(name));
        // A finding that came or went is told by its outcome; what it observed is in the report.
        if a != b && finding.from.is_some() && finding.to.is_some() {
            let shown = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), |value| clean(&value.to_string()));
            say!("      {}: {} → {}", clean(name), shown(a), shown(b));
        }
    }
}

fn verdicts(from: Option<Verdict>, to: Option<Verdict>, lang: Lang) -> String {
    let name = |verdict: Option<Verdict>| verdict.map_or_else(|| "–".to_owned(), |verdict| verdict_name(verdict, lang));
    if from == to { name(to) } else { format!("{} → {}", name(from), name(to)) }
}

fn agreement(agreement: Option<Agreement>, lang: Lang) -> &'static str {
    agreement.map_or("–", |agreement| labels::agreement(agreement).get(lang))
}

fn outcome(outcome: Option<Outcome>, lang: Lang) -> &'static str {
    outcome.map_or("–", |outcome| labels::outcome(outcome).get(lang))
}
