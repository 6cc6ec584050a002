//! `kakunin waive`: a person accepts a failing finding as a risk, until a date.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::ledger::{self, Ask, Terminal};
use super::{Done, Failure, exit, inputs, moment};
use crate::catalogue::Catalogue;
use crate::evaluate::evaluate;
use crate::judge::days_left;
use crate::mapping::{append_waiver, suggestion};
use crate::model::{Finding, Lang, Moment, Outcome, Text, Waiver};
use crate::report::terminal::clean;
use crate::snapshot::Sealed;

/// The project's file of waivers.
const FILE: &str = "waivers.toml";

/// Arguments of `kakunin waive`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without a flag that it needs, a terminal asks for it. --expiring ends with 2 where something has \
                        ended already."
)]
pub struct Waive {
    /// The check that fails (rds/instance-multi-az)
    check: Option<String>,
    /// The resource that it fails on: its ARN or id, exactly
    resource: Option<String>,
    /// Why the risk is accepted
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who accepts it
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// Until when: 2027-03-31 (to the end of that day, UTC), or RFC 3339
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Where it is tracked: a ticket's id or link
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
    /// Refuse a resource that this snapshot does not hold
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// A project folder: kakunin.toml, waivers.toml, checks/
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Every waiver, with the days left
    #[arg(long, conflicts_with_all = ["check", "expiring"])]
    list: bool,
    /// Those that end within so many days, or have ended and were not renewed
    #[arg(long, value_name = "DAYS", conflicts_with = "check")]
    expiring: Option<u32>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The clock that dates are held against (RFC 3339); by default now
    #[arg(long, value_parser = moment, value_name = "RFC3339")]
    at: Option<Moment>,
}

pub(super) fn run(args: &Waive, lang: Lang) -> Done {
    let clock = ledger::now(args.at);
    if args.list || args.expiring.is_some() {
        return list(&inputs::waivers(&args.project)?, clock, args.expiring, args.json, lang);
    }
    let catalogue = inputs::catalogue(&args.project)?;
    let mut terminal = Terminal::here();
    let ask = terminal.as_mut().map(|t| t as &mut dyn Ask);
    let (waiver, until) = complete(args, &catalogue, clock, ask, lang)?;
    let note = match &args.snapshot {
        Some(path) => seen(&waiver, path, &args.project, &catalogue)?,
        None => None,
    };
    let path = args.project.join(FILE);
    ledger::add_to(&path, |old| append_waiver(&path.display().to_string(), old, &waiver, &until))?;
    if let Some(note) = note {
        eprintln!("{}", clean(note.get(lang)));
    }
    if args.json {
        say!("{}", serde_json::to_string_pretty(&waiver).map_err(Failure::internal)?);
    } else {
        let Waiver { check, resource, until, .. } = &waiver;
        let (place, end, left) = (path.display(), ledger::shown(*until), days_left(*until, clock));
        match lang {
            Lang::Ja => {
                say!("{place} に {resource} の {check} の受容を記録しました。{end} まで有効です(残り {left} 日)")
            }
            Lang::En => {
                say!("{place}: the waiver of {check} for {resource} is recorded; in force until {end} ({left} days)")
            }
        }
    }
    Ok(exit::HOLDS)
}

/// Takes what the flags give, asks for the rest, and refuses what would have no effect. With it, `until` as written.
fn complete(
    args: &Waive,
    catalogue: &Catalogue,
    clock: Moment,
    ask: Option<&mut dyn Ask>,
    lang: Lang,
) -> Result<(Waiver, String), Failure> {
    let given = [
        ("CHECK", &args.check),
        ("RESOURCE", &args.resource),
        ("--why", &args.why),
        ("--who", &args.who),
        ("--until", &args.until),
    ];
    let absent: Vec<&str> = given.iter().filter(|(_, value)| value.is_none()).map(|(flag, _)| *flag).collect();
    let mut values = Vec::new();
    match ask {
        None if !absent.is_empty() => return Err(ledger::missing(&absent, "kakunin waive", lang)),
        None => values.extend(given.into_iter().filter_map(|(_, value)| value.clone())),
        Some(ask) => {
            let prompts = match lang {
                Lang::Ja => [
                    "チェックの ID",
                    "リソースの ARN または ID",
                    "受容する理由",
                    "受容する人",
                    "いつまで(例 2027-03-31)",
                ],
                Lang::En => [
                    "Id of the check",
                    "ARN or id of the resource",
                    "Why the risk is accepted",
                    "Who accepts it",
                    "Until when (like 2027-03-31)",
                ],
            };
            for ((flag, value), prompt) in given.into_iter().zip(prompts) {
                let right = |text: &str| field(flag, text, catalogue, clock);
                values.push(match value {
                    Some(value) => value.clone(),
                    None => ask.text(prompt, None, &right)?,
                });
            }
        }
    }
    for ((flag, _), value) in given.iter().zip(&values) {
        field(flag, value, catalogue, clock).map_err(Failure::usage)?;
    }
    let Ok([check, resource, why, who, until]) = <[String; 5]>::try_from(values) else {
        return Err(ledger::missing(&absent, "kakunin waive", lang));
    };
    let end = ledger::until(&until, clock).map_err(Failure::usage)?;
    let trimmed = |text: String| text.trim().to_owned();
    let ticket = args.ticket.clone().map(trimmed).filter(|ticket| !ticket.is_empty());
    let waiver = Waiver {
        check: trimmed(check),
        resource: trimmed(resource),
        why: trimmed(why),
        who: trimmed(who),
        ticket,
        until: end,
    };
    Ok((waiver, until))
}

/// What is wrong with one field, if anything.
fn field(flag: &str, text: &str, catalogue: &Catalogue, clock: Moment) -> Result<(), String> {
    let text = text.trim();
    match flag {
        "CHECK" if !catalogue.checks.contains_key(text) => {
            let alike = suggestion(text, catalogue.checks.keys().map(String::as_str));
            Err(format!("expected a check of `kakunin checks list`, found {text}{alike}"))
        }
        "RESOURCE" if text == "*" => {
            Err("expected the ARN or id of one resource, found *: what appears later must not \
                                          be waived unseen; write one waiver per resource"
                .to_owned())
        }
        "--until" => ledger::until(text, clock).map(|_| ()),
        _ => ledger::not_empty(text).map_err(|error| format!("{flag}: {error}")),
    }
}

/// Holds a waiver against a snapshot: refused where the check says nothing of the resource; a note where it does not
/// fail there.
fn seen(waiver: &Waiver, path: &Path, project: &Path, catalogue: &Catalogue) -> Result<Option<Text>, Failure> {
    let sealed = Sealed::read(path).map_err(Failure::data)?;
    let settings = inputs::project(project)?;
    let params = inputs::params(project, &settings, catalogue)?;
    let in_use = BTreeSet::from([waiver.check.clone()]);
    let snapshot = &sealed.snapshot;
    let evaluation = evaluate(catalogue, &in_use, &params, snapshot, snapshot.clock);
    let findings: Vec<&Finding> = evaluation.checks.values().flat_map(|checked| &checked.findings).collect();
    let is = |f: &&&Finding| f.resource.name() == waiver.resource || f.resource.id == waiver.resource;
    if let Some(finding) = findings.iter().find(is) {
        return Ok(match finding.outcome {
            Outcome::Pass | Outcome::Unknown => {
                let word =
                    if finding.outcome == Outcome::Pass { ("適合", "passes") } else { ("不明", "is unknown") };
                let (check, resource) = (&waiver.check, &waiver.resource);
                Some(Text::new(
                    format!(
                        "注意: このスナップショットでは {resource} の {check} は{}のため、受容するものがありません",
                        word.0
                    ),
                    format!("note: in this snapshot {check} {} on {resource}: there is nothing to accept yet", word.1),
                ))
            }
            Outcome::Fail | Outcome::Waived => None,
        });
    }
    let other = snapshot.resources.iter().find(|r| r.id == waiver.resource || r.arn.as_ref() == Some(&waiver.resource));
    let place = path.display();
    if let Some(other) = other {
        return Err(Failure::usage(format!(
            "{place}: expected a resource that {} speaks of, found {} ({}), which it does not; see `kakunin checks show {}`",
            waiver.check, waiver.resource, other.kind, waiver.check
        )));
    }
    let names = findings.iter().flat_map(|f| [f.resource.name(), f.resource.id.as_str()]);
    let alike = suggestion(&waiver.resource, names);
    Err(Failure::usage(format!(
        "{place}: expected a resource of this snapshot by its ARN or id, found {}{alike}",
        waiver.resource
    )))
}

/// A word for programs, and its text.
fn state(waiver: &Waiver, all: &[Waiver], clock: Moment) -> (&'static str, Text) {
    let same = |other: &&Waiver| (&other.check, &other.resource) == (&waiver.check, &waiver.resource);
    let longest = all.iter().filter(same).map(|other| other.until).max();
    if longest.is_some_and(|longest| longest > waiver.until && longest > clock) {
        ("superseded", Text::new("別の受容が優先", "a longer one is in force"))
    } else if waiver.until <= clock {
        ("ended", Text::new("期限切れ", "ended"))
    } else {
        ("in-force", Text::new("有効", "in force"))
    }
}

fn list(all: &[Waiver], clock: Moment, expiring: Option<u32>, as_json: bool, lang: Lang) -> Done {
    let mut shown: Vec<(&Waiver, (&'static str, Text))> = all.iter().map(|w| (w, state(w, all, clock))).collect();
    let mut code = exit::HOLDS;
    if let Some(days) = expiring {
        let within = chrono::Duration::days(i64::from(days));
        shown.retain(|(w, (state, _))| *state != "superseded" && w.until - clock <= within);
        shown.sort_by_key(|(w, _)| w.until);
        if shown.iter().any(|(_, (state, _))| *state == "ended") {
            code = exit::OPEN;
        }
    }
    if as_json {
        let list: Vec<Value> = shown
            .iter()
            .map(|(w, (state, _))| {
                json!({
                    "check": w.check, "resource": w.resource, "why": w.why, "who": w.who, "ticket": w.ticket,
                    "until": ledger::shown(w.until), "days_left": days_left(w.until, clock), "state": state,
                })
            })
            .collect();
        let all = json!({"schema": "kakunin.waivers/1", "clock": ledger::shown(clock), "waivers": list});
        say!("{}", serde_json::to_string_pretty(&all).map_err(Failure::internal)?);
        return Ok(code);
    }
    let words = match lang {
        Lang::Ja => ["チェック", "リソース", "状態", "残り日数", "期限", "受容した人", "理由", "チケット"],
        Lang::En => ["Check", "Resource", "State", "Days left", "Until", "Who", "Why", "Ticket"],
    };
    let mut table = ledger::table();
    table.set_header(words);
    for (w, (_, text)) in &shown {
        table.add_row([
            clean(&w.check),
            clean(&w.resource),
            text.get(lang).to_owned(),
            days_left(w.until, clock).to_string(),
            ledger::shown(w.until),
            clean(&w.who),
            clean(&w.why),
            clean(w.ticket.as_deref().unwrap_or_default()),
        ]);
    }
    say!("{table}");
    Ok(code)
}
