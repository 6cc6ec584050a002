//! What is stated, what is missing, what ends soon.

use serde_json::{Value, json};

use crate::cli::{Done, Failure, SheetSource, exit, ledger};
use crate::judge::{Asked, asked, attest_command, days_left};
use crate::model::{Attestation, EvidenceState, Lang, Moment, Text, Verdict};
use crate::pipeline::Inputs;
use crate::report::terminal::clean;

/// The claim's text, or the item's where it has no claims.
pub(super) fn asked_text(asked: &Asked<'_>) -> Text {
    asked.claim.map_or_else(|| Text::same(asked.item.text.clone()), |claim| claim.text.clone())
}

/// The command that records what is missing, for this project: where a proposal waits, the one that decides on it, since
/// what it proposes may need no person's statement at all.
fn command(asked: &Asked<'_>, source: &SheetSource) -> String {
    let mut command = match asked.awaits_review() {
        true => format!("kakunin review --item {}", crate::evaluate::quoted(&asked.item.id)),
        false => attest_command(asked.target()),
    };
    if source.project != std::path::Path::new(".") {
        command.push_str(&format!(" --project {}", crate::evaluate::quoted(&source.project.display().to_string())));
    }
    if asked.awaits_review() {
        return command;
    }
    if let Some(sheet) = &source.sheet {
        command.push_str(&format!(" --sheet {}", crate::evaluate::quoted(&sheet.display().to_string())));
    }
    command + " --statement TEXT --who NAME --evidence FILE|URL --until YYYY-MM-DD"
}

/// `--list-missing`.
pub(super) fn missing(inputs: &Inputs, source: &SheetSource, clock: Moment, as_json: bool, lang: Lang) -> Done {
    let all = asked(&inputs.sheet, &inputs.mapping, &inputs.attestations, clock);
    let missing: Vec<&Asked<'_>> = all.iter().filter(|asked| asked.half.verdict != Verdict::Attested).collect();
    let code = if missing.is_empty() { exit::HOLDS } else { exit::OPEN };
    if as_json {
        let list: Vec<Value> = missing
            .iter()
            .map(|asked| {
                json!({
                    "item": asked.item.id, "item_text": asked.item.text, "claim": asked.claim.map(|c| &c.id),
                    "text": asked_text(asked), "by": asked.claim.map(|c| c.by), "verdict": asked.half.verdict,
                    "awaits_review": asked.awaits_review(),
                    "reason": asked.reason(), "rest": asked.half.rest,
                    "cadence_days": asked.claim.and_then(|c| c.cadence_days), "command": command(asked, source),
                })
            })
            .collect();
        print(&json!({"schema": "kakunin.attestations-missing/1", "clock": ledger::shown(clock), "missing": list}))?;
        return Ok(code);
    }
    for asked in &missing {
        say!("{}  {}", asked.target(), clean(asked_text(asked).get(lang)));
        if asked.claim.is_some() {
            say!("    {}  {}", asked.item.id, clean(&asked.item.text));
        }
        say!("    {} — {}", asked.half.verdict.label(), clean(asked.reason().get(lang)));
        if let Some(days) = asked.claim.and_then(|c| c.cadence_days) {
            match lang {
                Lang::Ja => say!("    {days} 日ごと"),
                Lang::En => say!("    every {days} days"),
            }
        }
        say!("    {}\n", command(asked, source));
    }
    let (n, of) = (missing.len(), all.len());
    match lang {
        Lang::Ja => say!("人の表明が必要な {of} 件のうち {n} 件が不足しています"),
        Lang::En => say!("{n} of {of} that a person has to state are missing"),
    }
    Ok(code)
}

/// How an attestation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stand {
    /// A word for programs.
    pub(super) state: &'static str,
    /// From when on it has no effect: its own date, or earlier by the cadence of a claim that rests on it.
    pub(super) ends: Moment,
    /// Claims (or the item) that rest on it.
    pub(super) holds_for: Vec<String>,
}

/// How each attestation stands, in the file's order.
pub(super) fn stands(inputs: &Inputs, clock: Moment) -> Vec<Stand> {
    let all = asked(&inputs.sheet, &inputs.mapping, &inputs.attestations, clock);
    let named = |a: &Attestation| {
        inputs.sheet.items.iter().any(|item| item.id == a.target)
            || inputs.mapping.items.iter().flat_map(|m| m.deciding()).any(|claim| claim.id == a.target)
    };
    let one = |(index, a): (usize, &Attestation)| {
        let resting: Vec<&Asked<'_>> = all.iter().filter(|asked| asked.rests_on == Some(index)).collect();
        let ends = resting.iter().filter_map(|asked| asked.ends).min().unwrap_or(a.expires);
        let in_force: Vec<&&Asked<'_>> =
            resting.iter().filter(|asked| asked.half.verdict == Verdict::Attested).collect();
        let state = match a.evidence_state {
            _ if !in_force.is_empty() => "in-force",
            _ if !named(a) => "for-nothing",
            _ if clock < a.when => "not-yet",
            _ if ends <= clock => "ended",
            EvidenceState::Changed => "evidence-changed",
            EvidenceState::Gone => "evidence-gone",
            EvidenceState::Stands if all.iter().any(|x| x.target() == a.target || x.item.id == a.target) => {
                "superseded"
            }
            EvidenceState::Stands => "not-needed",
        };
        Stand { state, ends, holds_for: in_force.iter().map(|asked| asked.target().to_owned()).collect() }
    };
    inputs.attestations.iter().enumerate().map(one).collect()
}

fn state_text(state: &str) -> Text {
    match state {
        "in-force" => Text::new("有効", "in force"),
        "for-nothing" => Text::new("該当する項目・主張なし", "no such item or claim"),
        "not-yet" => Text::new("まだ効力なし", "not yet"),
        "ended" => Text::new("期限切れ", "ended"),
        "evidence-changed" => Text::new("証拠が変更された", "evidence changed"),
        "evidence-gone" => Text::new("証拠が見つからない", "evidence not found"),
        "superseded" => Text::new("別の表明が優先", "another one is in force"),
        _ => Text::new("人の表明では判定しない", "no person decides it"),
    }
}

/// Whether `--expiring` tells of it: it is in force and ends within `days`, or nothing is in its place.
fn told(stand: &Stand, clock: Moment, days: u32) -> bool {
    let soon = stand.ends - clock <= chrono::Duration::days(i64::from(days));
    match stand.state {
        "in-force" => soon,
        state => lapsed(state),
    }
}

fn lapsed(state: &str) -> bool {
    matches!(state, "ended" | "evidence-changed" | "evidence-gone")
}

/// `--list` and `--expiring`.
pub(super) fn all(inputs: &Inputs, clock: Moment, expiring: Option<u32>, as_json: bool, lang: Lang) -> Done {
    let mut shown: Vec<(&Attestation, Stand)> = inputs.attestations.iter().zip(stands(inputs, clock)).collect();
    if let Some(days) = expiring {
        // One that ended and that another one stands in for is history.
        let renewed: Vec<String> =
            shown.iter().filter(|(_, s)| s.state == "in-force").map(|(a, _)| a.target.clone()).collect();
        shown.retain(|(a, stand)| {
            told(stand, clock, days) && (stand.state == "in-force" || !renewed.contains(&a.target))
        });
        shown.sort_by_key(|(_, stand)| stand.ends);
    }
    let code = match expiring {
        Some(_) if shown.iter().any(|(_, stand)| lapsed(stand.state)) => exit::OPEN,
        _ => exit::HOLDS,
    };
    if as_json {
        let list: Result<Vec<Value>, serde_json::Error> = shown
            .iter()
            .map(|(a, stand)| {
                let mut entry = serde_json::to_value(a)?;
                if let Some(fields) = entry.as_object_mut() {
                    // `state` says it, together with all else that takes an effect.
                    fields.remove("evidence_state");
                    fields.insert("state".to_owned(), stand.state.into());
                    fields.insert("ends".to_owned(), ledger::shown(stand.ends).into());
                    fields.insert("days_left".to_owned(), days_left(stand.ends, clock).into());
                    fields.insert("holds_for".to_owned(), stand.holds_for.clone().into());
                }
                Ok(entry)
            })
            .collect();
        let list = list.map_err(Failure::internal)?;
        print(&json!({"schema": "kakunin.attestations/1", "clock": ledger::shown(clock), "attestations": list}))?;
        return Ok(code);
    }
    let words = match lang {
        Lang::Ja => ["対象", "状態", "残り日数", "期限", "表明者", "内容", "証拠"],
        Lang::En => ["For", "State", "Days left", "Until", "Who", "Statement", "Evidence"],
    };
    let mut table = ledger::table();
    table.set_header(words);
    for (a, stand) in &shown {
        table.add_row([
            a.target.clone(),
            state_text(stand.state).get(lang).to_owned(),
            days_left(stand.ends, clock).to_string(),
            ledger::shown(stand.ends),
            clean(&a.who),
            clean(&a.statement),
            clean(&a.evidence),
        ]);
    }
    say!("{table}");
    Ok(code)
}

fn print(value: &Value) -> Result<(), Failure> {
    say!("{}", serde_json::to_string_pretty(value).map_err(Failure::internal)?);
    Ok(())
}
