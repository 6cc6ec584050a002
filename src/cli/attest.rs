//! `kakunin attest`: a person states what no API can show.

mod list;
#[cfg(test)]
mod tests;

use std::path::Path;

use clap::Args;

use super::ledger::{self, Ask, Terminal};
use super::{Done, Failure, SheetSource, Where, evidence, exit, inputs, moment};
use crate::judge::{Asked, asked, attestation_end, days_left};
use crate::mapping::{Day, append_attestation, parse_date, suggestion};
use crate::model::{Attestation, EvidenceState, Lang, Moment, Text};
use crate::pipeline::Inputs;
use crate::report::terminal::clean;

/// The project's file of attestations.
const FILE: &str = "attestations.toml";

/// Arguments of `kakunin attest`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without a flag that it needs, a terminal asks for it. --list-missing ends with 2 where something \
                        is missing, --expiring where something has ended already."
)]
pub struct Attest {
    /// An item of the sheet (6.1), or one of its claims (meti-2013/6.1/documented)
    target: Option<String>,
    /// What is stated
    #[arg(long, value_name = "TEXT")]
    statement: Option<String>,
    /// Who states it
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// The evidence: a file, whose digest is kept, or a link
    #[arg(long, value_name = "FILE|URL")]
    evidence: Option<String>,
    /// Until when it is in force: 2027-03-31 (to the end of that day, UTC), or RFC 3339
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// When it was stated; by default today, UTC
    #[arg(long, value_name = "DATE")]
    when: Option<String>,
    #[command(flatten)]
    source: SheetSource,
    /// What a person has to state and nobody has, or no longer
    #[arg(long, conflicts_with_all = ["target", "list", "expiring"])]
    list_missing: bool,
    /// Every attestation, with the days left
    #[arg(long, conflicts_with_all = ["target", "expiring"])]
    list: bool,
    /// Those that end within so many days, or have ended and were not renewed
    #[arg(long, value_name = "DAYS", conflicts_with = "target")]
    expiring: Option<u32>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The clock that dates are held against (RFC 3339); by default now
    #[arg(long, value_parser = moment, value_name = "RFC3339")]
    at: Option<Moment>,
}

pub(super) fn run(args: &Attest, lang: Lang) -> Done {
    let clock = ledger::now(args.at);
    let inputs = inputs::read(&args.source, &Where::default())?.inputs;
    if args.list_missing {
        return list::missing(&inputs, &args.source, clock, args.json, lang);
    }
    if args.list || args.expiring.is_some() {
        return list::all(&inputs, clock, args.expiring, args.json, lang);
    }
    let mut terminal = Terminal::here();
    let ask = terminal.as_mut().map(|t| t as &mut dyn Ask);
    let draft = complete(args, &inputs, clock, ask, lang)?;
    let project = &args.source.project;
    let recorded = check(&draft, &inputs, project, clock)?;
    let path = project.join(FILE);
    ledger::add_to(&path, |old| {
        let name = path.display().to_string();
        append_attestation(&name, old, &recorded.attestation, &draft.when, &draft.until)
    })?;
    for note in &recorded.notes {
        eprintln!("{}", clean(note.get(lang)));
    }
    if args.json {
        say!("{}", serde_json::to_string_pretty(&recorded.attestation).map_err(Failure::internal)?);
    } else {
        let (target, end) = (&recorded.attestation.target, recorded.attestation.expires);
        let (place, until, left) = (path.display(), ledger::shown(end), days_left(end, clock));
        match lang {
            Lang::Ja => say!("{place} に「{target}」の表明を記録しました。{until} まで有効です(残り {left} 日)"),
            Lang::En => {
                say!("{place}: the statement for {target} is recorded; in force until {until} ({left} days)")
            }
        }
    }
    Ok(exit::HOLDS)
}

/// What a person gave, by flags or in the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draft {
    target: String,
    statement: String,
    who: String,
    evidence: String,
    when: String,
    until: String,
}

/// Takes what the flags give and asks for the rest.
fn complete(
    args: &Attest,
    inputs: &Inputs,
    clock: Moment,
    ask: Option<&mut dyn Ask>,
    lang: Lang,
) -> Result<Draft, Failure> {
    let given = [
        ("TARGET", &args.target),
        ("--statement", &args.statement),
        ("--who", &args.who),
        ("--evidence", &args.evidence),
        ("--until", &args.until),
    ];
    let absent: Vec<&str> = given.iter().filter(|(_, value)| value.is_none()).map(|(flag, _)| *flag).collect();
    let today = || clock.format("%Y-%m-%d").to_string();
    let when = args.when.clone().unwrap_or_else(today);
    if let [Some(target), Some(statement), Some(who), Some(evidence), Some(until)] =
        given.map(|(_, value)| value.clone())
    {
        return Ok(Draft { target, statement, who, evidence, when, until });
    }
    // Before a person writes a statement for nothing.
    if let Some(target) = &args.target {
        known(target, inputs)?;
    }
    let Some(ask) = ask else { return Err(ledger::missing(&absent, "kakunin attest", lang)) };
    let word = |ja: &'static str, en: &'static str| match lang {
        Lang::Ja => ja,
        Lang::En => en,
    };
    let target = match &args.target {
        Some(target) => target.clone(),
        None => which(inputs, clock, ask, lang)?,
    };
    if let Some(rest) = rest_of(&target, inputs, clock) {
        eprintln!("{}: {}", word("表明が必要な内容", "to be stated"), clean(rest.get(lang)));
    }
    let mut text = |value: &Option<String>, prompt, default, check: &dyn Fn(&str) -> Result<(), String>| match value {
        Some(value) => Ok(value.clone()),
        None => ask.text(prompt, default, check),
    };
    let statement = text(&args.statement, word("表明の内容", "What is stated"), None, &ledger::not_empty)?;
    let last = inputs.attestations.last().map(|a| a.who.as_str());
    let who = text(&args.who, word("表明者", "Who states it"), last, &ledger::not_empty)?;
    let evidence_prompt = word("証拠(ファイルまたはリンク)", "Evidence (a file or a link)");
    let folder = &args.source.project;
    let readable = |text: &str| evidence::read(text, folder).map(|_| ()).map_err(|f| f.report.to_string());
    let evidence = text(&args.evidence, evidence_prompt, None, &readable)?;
    let until_prompt = word("いつまで有効か(例 2027-03-31)", "Until when (like 2027-03-31)");
    let until = text(&args.until, until_prompt, None, &|text| ledger::until(text, clock).map(|_| ()))?;
    Ok(Draft { target, statement, who, evidence, when, until })
}

/// Lets a person choose among what is missing.
fn which(inputs: &Inputs, clock: Moment, ask: &mut dyn Ask, lang: Lang) -> Result<String, Failure> {
    let all = asked(&inputs.sheet, &inputs.mapping, &inputs.attestations, clock);
    let missing: Vec<&Asked<'_>> = all.iter().filter(|asked| !asked.half.verdict.holds()).collect();
    let choices: Vec<String> =
        missing.iter().map(|a| clean(&format!("{}  {}", a.target(), list::asked_text(a).get(lang)))).collect();
    let (prompt, other, typed) = match lang {
        Lang::Ja => ("どの項目・主張ですか", "ほかの項目・主張", "項目または主張の ID"),
        Lang::En => ("For which item or claim", "another one", "Id of the item or claim"),
    };
    let picked = if choices.is_empty() { None } else { ask.choose(prompt, &choices, other)? };
    match picked.and_then(|index| missing.get(index)) {
        Some(asked) => Ok(asked.target().to_owned()),
        None => ask.text(typed, None, &|text| known(text, inputs).map_err(|f| f.report.to_string())),
    }
}

/// What a person has to state of a target.
fn rest_of(target: &str, inputs: &Inputs, clock: Moment) -> Option<Text> {
    asked(&inputs.sheet, &inputs.mapping, &[], clock).into_iter().find(|a| a.target() == target)?.half.rest
}

/// Refuses a target that is none of the sheet.
fn known(target: &str, inputs: &Inputs) -> Result<(), Failure> {
    let items = || inputs.sheet.items.iter().map(|item| item.id.as_str());
    let claims = || inputs.mapping.items.iter().flat_map(|m| m.deciding()).map(|claim| claim.id.as_str());
    if items().chain(claims()).any(|id| id == target) {
        return Ok(());
    }
    for mapped in &inputs.mapping.items {
        let proposed = mapped.proposal.iter().flat_map(|p| &p.claims).any(|claim| claim.id == target);
        if proposed {
            return Err(Failure::usage(format!(
                "{target}: expected a claim that is in force, found one that is only proposed; attest the item {}, or \
                 approve the mapping first with `kakunin review`",
                mapped.item
            )));
        }
    }
    let alike = suggestion(target, items().chain(claims()));
    Err(Failure::usage(format!(
        "expected an item or a claim of {}, found {target}{alike}; `kakunin attest --list-missing` shows what a \
         person has to state",
        inputs.sheet.name
    )))
}

/// What is written, and what the person should know about it.
struct Recorded {
    attestation: Attestation,
    notes: Vec<Text>,
}

fn check(draft: &Draft, inputs: &Inputs, project: &Path, clock: Moment) -> Result<Recorded, Failure> {
    known(&draft.target, inputs)?;
    for (flag, text) in [("--statement", &draft.statement), ("--who", &draft.who)] {
        ledger::not_empty(text).map_err(|error| Failure::usage(format!("{flag}: {error}")))?;
    }
    let expires = ledger::until(&draft.until, clock).map_err(Failure::usage)?;
    let when = parse_date(&draft.when, Day::Start).map_err(|error| Failure::usage(format!("--when: {error}")))?;
    if expires <= when {
        return Err(Failure::usage(format!(
            "--until: expected a date after --when ({}), found {}",
            draft.when, draft.until
        )));
    }
    let evidence = evidence::read(&draft.evidence, project)?;
    let attestation = Attestation {
        target: draft.target.clone(),
        statement: draft.statement.trim().to_owned(),
        who: draft.who.trim().to_owned(),
        when,
        evidence: evidence.text,
        evidence_sha256: evidence.sha256,
        evidence_state: EvidenceState::Stands,
        expires,
    };
    let mut notes = notes(&attestation, inputs, clock);
    if evidence.outside {
        notes.push(Text::new(
            format!(
                "注意: 証拠のファイルがプロジェクトの外にあります。ほかの環境では見つからず、表明が無効になります: {}",
                attestation.evidence
            ),
            format!(
                "note: the evidence is outside of the project's folder; where it is not found the statement has no \
                 effect: {}",
                attestation.evidence
            ),
        ));
    }
    Ok(Recorded { attestation, notes })
}

/// What a person might not expect of an attestation that is otherwise right.
fn notes(new: &Attestation, inputs: &Inputs, clock: Moment) -> Vec<Text> {
    let mut notes = Vec::new();
    if new.when > clock {
        let when = ledger::shown(new.when);
        notes.push(Text::new(
            format!("注意: この表明は {when} から効力を持ちます"),
            format!("note: the statement is dated {when}, and has no effect before"),
        ));
    }
    let stated = [&inputs.attestations[..], std::slice::from_ref(new)].concat();
    let at = clock.max(new.when);
    let all = asked(&inputs.sheet, &inputs.mapping, &stated, at);
    let of_target: Vec<&Asked<'_>> =
        all.iter().filter(|a| a.target() == new.target || a.item.id == new.target).collect();
    if of_target.is_empty() {
        notes.push(Text::new(
            format!("注意: 「{}」は人の表明では判定されないため、この表明は判定に影響しません", new.target),
            format!("note: no person decides {}: the statement has no effect on its verdict", new.target),
        ));
    }
    for asked in of_target {
        let Some(claim) = asked.claim else { continue };
        let (Some(days), end) = (claim.cadence_days, attestation_end(new, claim.cadence_days)) else { continue };
        if end < new.expires {
            let end = ledger::shown(end);
            notes.push(Text::new(
                format!("注意: {} は {days} 日ごとの表明が必要なため、{end} までに短縮されます", claim.id),
                format!("note: {} is to be stated every {days} days: for it the statement is cut to {end}", claim.id),
            ));
        }
    }
    notes
}
