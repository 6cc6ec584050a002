//! A run is written with everything that belongs to it, or not at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::database::{Arg, Tx, args};
use super::parts::{self, Apart, Kind, Part};
use super::{HistoryError, NewRun, RunKind};
use crate::model::{Letter, Moment, Report, Subject, Transition, Verdict};

/// What still holds has no end yet.
pub(super) const OPEN: i64 = i64::MAX;

impl RunKind {
    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            RunKind::Full => "full",
            RunKind::Partial => "partial",
        }
    }
}

/// What was worked out before the transaction: other writers wait for it, so it does nothing but write.
pub(super) struct Prepared {
    apart: Apart,
    clock: Moment,
    started: Moment,
    finished: Moment,
    summary: String,
    transitions: Vec<(String, Option<String>)>,
    dates: Vec<String>,
    messages: Vec<String>,
}

pub(super) fn prepare(place: &str, run: &NewRun<'_>) -> Result<Prepared, HistoryError> {
    let content = |what, detail: String| HistoryError::Content { place: place.to_owned(), what, detail };
    let moment = |text: &str| {
        text.parse::<Moment>().map_err(|error| content("a report with moments", format!("{text}: {error}")))
    };
    let json = |what, written: Result<String, serde_json::Error>| written.map_err(|e| content(what, e.to_string()));
    let info = &run.report.run;
    let claims = claims(run.report);
    let mut transitions = Vec::new();
    let mut dates = Vec::new();
    for transition in run.transitions {
        let body = json("a transition", serde_json::to_string(transition))?;
        transitions.push((body, about(&transition.subject, run.report, &claims)));
        if matches!(transition.subject, Subject::Reminder { .. }) {
            dates.push(json("a reminder", serde_json::to_string(&transition.subject))?);
        }
    }
    Ok(Prepared {
        apart: parts::apart(run.report).map_err(|detail| content("a report", detail))?,
        clock: moment(&info.clock)?,
        started: moment(&info.started)?,
        finished: moment(&info.finished)?,
        summary: json("a summary", serde_json::to_string(&run.report.summary))?,
        transitions,
        dates,
        messages: messages(place, run.letters)?,
    })
}

/// Messages of letters as they are stored.
pub(super) fn messages(place: &str, letters: &[Letter]) -> Result<Vec<String>, HistoryError> {
    let written = letters.iter().map(|letter| serde_json::to_string(&letter.message)).collect::<Result<_, _>>();
    written.map_err(|error| HistoryError::Content {
        place: place.to_owned(),
        what: "a message",
        detail: error.to_string(),
    })
}

/// The item that a transition is shown with.
fn about(subject: &Subject, report: &Report, claims: &HashMap<&str, &str>) -> Option<String> {
    match subject {
        Subject::Sheet => None,
        Subject::Item { id } => Some(id.clone()),
        Subject::Reminder { target, .. } if report.items.iter().any(|item| item.id == *target) => Some(target.clone()),
        Subject::Reminder { target, .. } => claims.get(target.as_str()).map(|item| (*item).to_owned()),
    }
}

/// Claim → item.
fn claims(report: &Report) -> HashMap<&str, &str> {
    report.items.iter().flat_map(|item| item.claims.iter().map(|claim| (claim.id.as_str(), item.id.as_str()))).collect()
}

/// Writes the run and returns its position.
pub(super) async fn commit(mut tx: Tx, run: NewRun<'_>, prepared: Prepared) -> Result<i64, HistoryError> {
    let seq = run.after + 1;
    let sheet = next(&mut tx, &run, seq).await?;
    let before = previous_clock(&mut tx, sheet, run.after).await?;
    write_run(&mut tx, sheet, seq, &run, &prepared).await?;
    write_parts(&mut tx, sheet, seq, prepared.apart.parts).await?;
    write_verdicts(&mut tx, sheet, seq, run.report, before.unwrap_or(prepared.clock), prepared.clock).await?;
    write_transitions(&mut tx, sheet, seq, run.transitions, &prepared.transitions).await?;
    write_told(&mut tx, sheet, &run, prepared.clock, &prepared.dates).await?;
    post(&mut tx, seq, run.letters, &prepared.messages).await?;
    tx.commit().await?;
    Ok(seq)
}

/// Takes the next position: of two that took the same state for the last, one gets it and the other is refused.
async fn next(tx: &mut Tx, run: &NewRun<'_>, seq: i64) -> Result<i64, HistoryError> {
    if run.after == 0 {
        // Two new sheets at the same moment may want the same id: the one that comes second takes another.
        while find(tx, run.sheet).await?.is_none() {
            tx.run(
                "INSERT INTO sheets (id, name, last) SELECT COALESCE(MAX(id), 0) + 1, $1, 0 FROM sheets WHERE TRUE \
                 ON CONFLICT DO NOTHING",
                &args![run.sheet],
            )
            .await?;
        }
    }
    let taken =
        tx.run("UPDATE sheets SET last = $1 WHERE name = $2 AND last = $3", &args![seq, run.sheet, run.after]).await?;
    match find(tx, run.sheet).await? {
        Some((id, _)) if taken == 1 => Ok(id),
        other => Err(HistoryError::Overtaken {
            sheet: run.sheet.to_owned(),
            expected: run.after,
            found: other.map_or(0, |(_, last)| last),
        }),
    }
}

/// Id of a sheet and position of its last run.
pub(super) async fn find(tx: &mut Tx, sheet: &str) -> Result<Option<(i64, i64)>, HistoryError> {
    match tx.first("SELECT id, last FROM sheets WHERE name = $1", &args![sheet]).await? {
        Some(row) => Ok(Some((row.int(0)?, row.int(1)?))),
        None => Ok(None),
    }
}

async fn previous_clock(tx: &mut Tx, sheet: i64, seq: i64) -> Result<Option<Moment>, HistoryError> {
    let row = tx.first("SELECT clock FROM runs WHERE sheet = $1 AND seq = $2", &args![sheet, seq]).await?;
    row.map(|row| row.moment(0)).transpose()
}

async fn write_run(
    tx: &mut Tx,
    sheet: i64,
    seq: i64,
    run: &NewRun<'_>,
    prepared: &Prepared,
) -> Result<(), HistoryError> {
    let report = run.report;
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    tx.run(
        "INSERT INTO runs (sheet, seq, id, kind, clock, started, finished, snapshot, api_calls, findings, transitions, \
         summary, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &args![
            sheet,
            seq,
            &report.run.id,
            run.kind.label(),
            prepared.clock,
            prepared.started,
            prepared.finished,
            &report.run.snapshot.sha256,
            i64::try_from(report.run.api_calls).unwrap_or(i64::MAX),
            count(report.findings.len()),
            count(run.transitions.len()),
            &prepared.summary,
            prepared.apart.head.as_slice(),
        ],
    )
    .await?;
    Ok(())
}

/// Ends what is no longer so, begins what is new. What stayed the same is not touched.
async fn write_parts(tx: &mut Tx, sheet: i64, seq: i64, parts: Vec<Part>) -> Result<(), HistoryError> {
    let mut open: HashMap<(i64, Vec<u8>), Vec<u8>> = HashMap::new();
    for kind in [Kind::Finding, Kind::Item, Kind::Evidence] {
        let sql = "SELECT part, digest FROM parts WHERE sheet = $1 AND kind = $2 AND gone = $3";
        for row in tx.rows(sql, &args![sheet, kind as i64, OPEN]).await? {
            open.insert((kind as i64, row.bytes(0)?), row.bytes(1)?);
        }
    }
    let mut new = Vec::new();
    let mut ended: BTreeMap<i64, Vec<Vec<u8>>> = BTreeMap::new();
    for part in parts {
        let kind = part.kind as i64;
        match open.remove(&(kind, part.key.to_vec())) {
            Some(digest) if digest == part.digest => continue,
            Some(_) => ended.entry(kind).or_default().push(part.key.to_vec()),
            None => {}
        }
        new.push(part);
    }
    for (kind, key) in open.into_keys() {
        ended.entry(kind).or_default().push(key);
    }
    for (kind, mut keys) in ended {
        keys.sort_unstable();
        tx.run_for_each(
            "UPDATE parts SET gone = $1 WHERE sheet = $2 AND kind = $3 AND gone = $4 AND part IN {}",
            &args![seq, sheet, kind, OPEN],
            &keys.iter().map(|key| Arg::Bytes(key)).collect::<Vec<_>>(),
        )
        .await?;
    }
    // In the order of the key, so that the database writes its pages one after the other.
    new.sort_by_key(|part| (part.kind, part.key));
    let mut bodies = Vec::with_capacity(new.len());
    for part in &mut new {
        let body = parts::squeezed(std::mem::take(&mut part.body)).map_err(|detail| HistoryError::Content {
            place: tx.place().to_owned(),
            what: "a part of a report",
            detail,
        })?;
        bodies.push(body);
    }
    tx.insert(
        "INSERT INTO parts (sheet, kind, part, first, gone, label, digest, body)",
        "",
        &new.iter()
            .zip(&bodies)
            .map(|(part, body)| {
                args![
                    sheet,
                    part.kind as i64,
                    part.key.as_slice(),
                    seq,
                    OPEN,
                    &part.label,
                    part.digest.as_slice(),
                    body.as_slice()
                ]
            })
            .collect::<Vec<_>>(),
    )
    .await
}

/// The verdict of each item and claim; the claim is empty for the item. Of two with one name the worse one counts.
fn verdicts(report: &Report) -> BTreeMap<(&str, &str), Verdict> {
    let mut all = BTreeMap::new();
    let mut add = |item, claim, verdict: Verdict| {
        all.entry((item, claim)).and_modify(|worst: &mut Verdict| *worst = (*worst).min(verdict)).or_insert(verdict);
    };
    for item in &report.items {
        add(item.id.as_str(), "", item.verdict);
        for claim in &item.claims {
            add(item.id.as_str(), claim.id.as_str(), claim.verdict);
        }
    }
    all
}

async fn write_verdicts(
    tx: &mut Tx,
    sheet: i64,
    seq: i64,
    report: &Report,
    before: Moment,
    clock: Moment,
) -> Result<(), HistoryError> {
    let mut open: BTreeMap<(String, String), Verdict> = BTreeMap::new();
    let sql = "SELECT item, claim, verdict FROM verdicts WHERE sheet = $1 AND gone = $2";
    for row in tx.rows(sql, &args![sheet, OPEN]).await? {
        open.insert((row.text(0)?, row.text(1)?), row.word(2, "a verdict")?);
    }
    let mut new = Vec::new();
    let mut ended = Vec::new();
    for ((item, claim), verdict) in verdicts(report) {
        let key = (item.to_owned(), claim.to_owned());
        match open.remove(&key) {
            Some(before) if before == verdict => continue,
            Some(_) => ended.push(key),
            None => {}
        }
        new.push((item, claim, verdict));
    }
    ended.extend(open.into_keys());
    for (item, claim) in &ended {
        tx.run(
            "UPDATE verdicts SET gone = $1, ended = $2 WHERE sheet = $3 AND item = $4 AND claim = $5 AND gone = $6",
            &args![seq, before, sheet, item, claim, OPEN],
        )
        .await?;
    }
    tx.insert(
        "INSERT INTO verdicts (sheet, item, claim, first, gone, verdict, since)",
        "",
        &new.iter()
            .map(|(item, claim, verdict)| args![sheet, *item, *claim, seq, OPEN, verdict.label(), clock])
            .collect::<Vec<_>>(),
    )
    .await
}

async fn write_transitions(
    tx: &mut Tx,
    sheet: i64,
    seq: i64,
    transitions: &[Transition],
    written: &[(String, Option<String>)],
) -> Result<(), HistoryError> {
    let rows: Vec<_> = (0_i64..)
        .zip(transitions.iter().zip(written))
        .map(|(place, (transition, (body, item)))| args![sheet, seq, place, &transition.id, item.as_deref(), body])
        .collect();
    tx.insert("INSERT INTO transitions (sheet, seq, place, id, item, body)", "", &rows).await
}

/// Notes what is told now: items and dates.
async fn write_told(
    tx: &mut Tx,
    sheet: i64,
    run: &NewRun<'_>,
    clock: Moment,
    dates: &[String],
) -> Result<(), HistoryError> {
    let there: BTreeSet<&str> = run.report.items.iter().map(|item| item.id.as_str()).collect();
    let changed = run.transitions.iter().filter_map(|transition| match &transition.subject {
        Subject::Item { id } => Some(id.as_str()),
        Subject::Sheet | Subject::Reminder { .. } => None,
    });
    let mut told: Vec<&str> = changed.chain(run.reminded.iter().map(String::as_str)).collect();
    told.retain(|item| there.contains(item));
    told.sort_unstable();
    // PostgreSQL refuses to set one row twice with one statement.
    told.dedup();
    tx.insert(
        "INSERT INTO told_items (sheet, item, told)",
        "ON CONFLICT (sheet, item) DO UPDATE SET told = excluded.told",
        &told.iter().map(|item| args![sheet, *item, clock]).collect::<Vec<_>>(),
    )
    .await?;
    let mut gone = Vec::new();
    for row in tx.rows("SELECT item FROM told_items WHERE sheet = $1", &args![sheet]).await? {
        let item = row.text(0)?;
        if !there.contains(item.as_str()) {
            gone.push(item);
        }
    }
    tx.run_for_each(
        "DELETE FROM told_items WHERE sheet = $1 AND item IN {}",
        &args![sheet],
        &gone.iter().map(Arg::from).collect::<Vec<_>>(),
    )
    .await?;
    tx.insert(
        "INSERT INTO told_dates (sheet, subject)",
        "ON CONFLICT DO NOTHING",
        &dates.iter().map(|subject| args![sheet, subject]).collect::<Vec<_>>(),
    )
    .await
}

/// Puts letters into the outbox. One that is there already stays as it is: it may be delivered.
pub(super) async fn post(tx: &mut Tx, seq: i64, letters: &[Letter], messages: &[String]) -> Result<(), HistoryError> {
    tx.insert(
        "INSERT INTO letters (id, sheet, seq, channel, state, due, leased, attempts, error, created, ended, message)",
        "ON CONFLICT DO NOTHING",
        &letters
            .iter()
            .zip(messages)
            .map(|(letter, message)| {
                args![
                    &letter.id,
                    &letter.message.sheet,
                    seq,
                    &letter.channel,
                    letter.state.label(),
                    letter.due,
                    0_i64,
                    i64::from(letter.attempts),
                    letter.error.as_deref(),
                    letter.created,
                    letter.ended,
                    message,
                ]
            })
            .collect::<Vec<_>>(),
    )
    .await
}

/// Name of a sheet as part of a file's name.
pub(super) fn file_safe(sheet: &str) -> String {
    hex::encode(Sha256::digest(sheet.as_bytes())).chars().take(16).collect()
}
