//! What the history tells of runs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::commit::{OPEN, find};
use super::database::{Row, Tx, args};
use super::parts::{self, Kind, Order};
use super::{HistoryError, Run, Stretch};
use crate::model::{ClaimState, Finding, ItemState, Moment, Report, State, Subject, Text, Transition};

/// `0` stands for all.
fn limit(limit: u32) -> i64 {
    if limit == 0 { i64::MAX } else { i64::from(limit) }
}

fn content(tx: &Tx, detail: String) -> HistoryError {
    HistoryError::Content { place: tx.place().to_owned(), what: "a report", detail }
}

pub(super) async fn sheets(tx: &mut Tx) -> Result<Vec<String>, HistoryError> {
    let rows = tx.rows("SELECT name FROM sheets", &[]).await?;
    let mut names = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<String>, _>>()?;
    names.sort();
    Ok(names)
}

/// A run's columns, in the order in which [`to_run`] reads them.
macro_rules! runs_where {
    ($rest:literal) => {
        concat!(
            "SELECT r.seq, r.id, r.kind, r.clock, r.started, r.finished, r.snapshot, r.api_calls, r.findings, \
             r.transitions, r.summary FROM runs r JOIN sheets s ON s.id = r.sheet WHERE s.name = $1 ",
            $rest
        )
    };
}

fn to_run(sheet: &str, row: &Row) -> Result<Run, HistoryError> {
    let size = |column| -> Result<usize, HistoryError> {
        let count = row.count(column)?;
        usize::try_from(count).map_err(|error| row.content("a count", error))
    };
    Ok(Run {
        seq: row.int(0)?,
        id: row.text(1)?,
        sheet: sheet.to_owned(),
        kind: row.word(2, "a kind of run")?,
        clock: row.moment(3)?,
        started: row.moment(4)?,
        finished: row.moment(5)?,
        snapshot: row.text(6)?,
        api_calls: row.count(7)?,
        findings: size(8)?,
        transitions: size(9)?,
        summary: row.json(10, "a summary")?,
    })
}

pub(super) async fn runs(tx: &mut Tx, sheet: &str, most: u32) -> Result<Vec<Run>, HistoryError> {
    let rows = tx.rows(runs_where!("ORDER BY r.seq DESC LIMIT $2"), &args![sheet, limit(most)]).await?;
    rows.iter().map(|row| to_run(sheet, row)).collect()
}

/// Characters of a run id that name it at least.
const SHORTEST: usize = 4;

pub(super) async fn run(tx: &mut Tx, sheet: &str, which: &str) -> Result<Run, HistoryError> {
    let rows = if let Some(back) = latest(which) {
        tx.rows(runs_where!("ORDER BY r.seq DESC LIMIT 1 OFFSET $2"), &args![sheet, back]).await?
    } else {
        let mut rows = Vec::new();
        if let Ok(seq) = which.parse::<i64>() {
            rows = tx.rows(runs_where!("AND r.seq = $2"), &args![sheet, seq]).await?;
        }
        // A run id may be of digits alone: a position comes first.
        let length = which.chars().count();
        if rows.is_empty() && length >= SHORTEST {
            let length = i64::try_from(length).unwrap_or(i64::MAX);
            let sql = runs_where!("AND SUBSTR(r.id, 1, CAST($2 AS INTEGER)) = $3 ORDER BY r.seq DESC");
            rows = tx.rows(sql, &args![sheet, length, which]).await?;
        }
        rows
    };
    let found = rows.iter().map(|row| to_run(sheet, row)).collect::<Result<Vec<Run>, _>>()?;
    let ids: BTreeSet<&str> = found.iter().map(|run| run.id.as_str()).collect();
    if ids.len() > 1 {
        return Err(HistoryError::Ambiguous {
            what: format!("one run whose id begins with {which}"),
            found: found.iter().map(|run| format!("{} (run {})", run.id, run.seq)).collect::<Vec<_>>().join(", "),
        });
    }
    // One id, several runs: the same evidence and clock, decided again; the newest is first.
    found.into_iter().next().ok_or_else(|| missing(sheet, which))
}

/// `latest` is 0, `latest~3` is 3.
fn latest(which: &str) -> Option<i64> {
    match which.strip_prefix("latest")? {
        "" => Some(0),
        back => back.strip_prefix('~')?.parse().ok().filter(|back| *back >= 0),
    }
}

fn missing(sheet: &str, which: impl std::fmt::Display) -> HistoryError {
    HistoryError::Missing {
        what: format!("run {which} of {sheet}"),
        help: "`kakunin history` lists the runs; one is named by its number, the beginning of its id, `latest` or \
               `latest~1`"
            .to_owned(),
    }
}

/// The id of a run's sheet, and the run's head.
async fn head(tx: &mut Tx, sheet: &str, seq: i64) -> Result<(i64, Vec<u8>), HistoryError> {
    let sql = "SELECT r.sheet, r.head FROM runs r JOIN sheets s ON s.id = r.sheet WHERE s.name = $1 AND r.seq = $2";
    let row = tx.first(sql, &args![sheet, seq]).await?.ok_or_else(|| missing(sheet, seq))?;
    Ok((row.int(0)?, row.bytes(1)?))
}

/// The id of a run's sheet, its report without findings, and their order.
async fn frame_of(tx: &mut Tx, sheet: &str, seq: i64) -> Result<(i64, Report, Order), HistoryError> {
    let (id, head) = head(tx, sheet, seq).await?;
    let mut items = Vec::new();
    for row in parts_at(tx, id, Kind::Item, seq).await? {
        items.push((row.bytes(0)?, row.bytes(1)?));
    }
    let evidence = bodies(&parts_at(tx, id, Kind::Evidence, seq).await?)?;
    let (report, order) = parts::frame(&head, items, evidence).map_err(|detail| content(tx, detail))?;
    Ok((id, report, order))
}

async fn parts_at(tx: &mut Tx, sheet: i64, kind: Kind, seq: i64) -> Result<Vec<Row>, HistoryError> {
    let sql = "SELECT part, body FROM parts WHERE sheet = $1 AND kind = $2 AND gone > $3 AND first <= $3";
    tx.rows(sql, &args![sheet, kind as i64, seq]).await
}

fn bodies(rows: &[Row]) -> Result<Vec<Vec<u8>>, HistoryError> {
    rows.iter().map(|row| row.bytes(1)).collect()
}

pub(super) async fn frame(tx: &mut Tx, sheet: &str, seq: i64) -> Result<Report, HistoryError> {
    Ok(frame_of(tx, sheet, seq).await?.1)
}

pub(super) async fn report(tx: &mut Tx, sheet: &str, seq: i64) -> Result<Report, HistoryError> {
    let (id, frame, order) = frame_of(tx, sheet, seq).await?;
    let findings = all_findings(tx, id, seq, &order).await?;
    Ok(Report { findings, ..frame })
}

async fn all_findings(tx: &mut Tx, sheet: i64, seq: i64, order: &Order) -> Result<Vec<Finding>, HistoryError> {
    let bodies = bodies(&parts_at(tx, sheet, Kind::Finding, seq).await?)?;
    order.findings(bodies).map_err(|detail| content(tx, detail))
}

pub(super) async fn findings(
    tx: &mut Tx,
    sheet: &str,
    seq: i64,
    checks: &[String],
    most: u32,
) -> Result<(Vec<Finding>, u64), HistoryError> {
    // Its head alone: a page with many checks asks for each of them.
    let (id, head) = head(tx, sheet, seq).await?;
    let order = parts::order_of(&head).map_err(|detail| content(tx, detail))?;
    let wanted: BTreeSet<&str> = checks.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    if order.is_canonical() {
        let sql = "SELECT part, body FROM parts \
                   WHERE sheet = $1 AND kind = $2 AND label = $3 AND gone > $4 AND first <= $4";
        for check in wanted {
            let rows = tx.rows(sql, &args![id, Kind::Finding as i64, check, seq]).await?;
            found.extend(parts::canonical(bodies(&rows)?).map_err(|detail| content(tx, detail))?);
        }
    } else {
        found = all_findings(tx, id, seq, &order).await?;
        found.retain(|finding| wanted.contains(finding.check.as_str()));
    }
    let count = found.len() as u64;
    if most > 0 {
        found.truncate(most as usize);
    }
    Ok((found, count))
}

pub(super) async fn state(tx: &mut Tx, sheet: &str) -> Result<Option<State>, HistoryError> {
    let Some((id, seq)) = find(tx, sheet).await? else { return Ok(None) };
    let mut since: HashMap<(String, String), Moment> = HashMap::new();
    let sql = "SELECT item, claim, since FROM verdicts WHERE sheet = $1 AND gone = $2";
    for row in tx.rows(sql, &args![id, OPEN]).await? {
        since.insert((row.text(0)?, row.text(1)?), row.moment(2)?);
    }
    let mut told: BTreeMap<String, Moment> = BTreeMap::new();
    for row in tx.rows("SELECT item, told FROM told_items WHERE sheet = $1", &args![id]).await? {
        told.insert(row.text(0)?, row.moment(1)?);
    }
    let mut dates: Vec<Subject> = Vec::new();
    for row in tx.rows("SELECT subject FROM told_dates WHERE sheet = $1", &args![id]).await? {
        dates.push(row.json(0, "a reminder")?);
    }
    dates.sort();
    let report = report(tx, sheet, seq).await?;
    let clock: Moment = report.run.clock.parse().map_err(|error| content(tx, format!("its clock: {error}")))?;
    let since_of = |item: &str, claim: &str| since.get(&(item.to_owned(), claim.to_owned())).copied().unwrap_or(clock);
    let items = report
        .items
        .into_iter()
        .map(|item| ItemState {
            since: since_of(&item.id, ""),
            told: told.get(&item.id).copied(),
            claims: item
                .claims
                .into_iter()
                .map(|claim| ClaimState {
                    since: since_of(&item.id, &claim.id),
                    text: Text::new(claim.text_ja, claim.text),
                    verdict: claim.verdict,
                    topics: claim.topics,
                    checks: claim.checks.into_iter().map(|check| (check.id, check.population)).collect(),
                    id: claim.id,
                })
                .collect(),
            text: item.text,
            verdict: item.verdict,
            agreement: item.agreement,
            id: item.id,
        })
        .collect();
    Ok(Some(State { seq, run: report.run.id, clock, items, findings: report.findings, told: dates }))
}

pub(super) async fn stretches(tx: &mut Tx, sheet: &str, item: Option<&str>) -> Result<Vec<Stretch>, HistoryError> {
    let Some((id, last)) = find(tx, sheet).await? else { return Ok(Vec::new()) };
    let clock = tx.first("SELECT clock FROM runs WHERE sheet = $1 AND seq = $2", &args![id, last]).await?;
    let clock = clock.ok_or_else(|| missing(sheet, last))?.moment(0)?;
    let rows = match item {
        Some(item) => {
            let sql = "SELECT item, claim, verdict, since, ended, first, gone FROM verdicts \
                       WHERE sheet = $1 AND item = $2";
            tx.rows(sql, &args![id, item]).await?
        }
        None => {
            let sql = "SELECT item, claim, verdict, since, ended, first, gone FROM verdicts \
                       WHERE sheet = $1 AND claim = ''";
            tx.rows(sql, &args![id]).await?
        }
    };
    let mut stretches = Vec::with_capacity(rows.len());
    for row in rows {
        let gone = row.int(6)?;
        stretches.push(Stretch {
            item: row.text(0)?,
            claim: Some(row.text(1)?).filter(|claim| !claim.is_empty()),
            verdict: row.word(2, "a verdict")?,
            from: row.moment(3)?,
            until: row.maybe_moment(4)?.unwrap_or(clock),
            seqs: (row.int(5)?, if gone == OPEN { last } else { gone - 1 }),
        });
    }
    stretches.sort_by(|a, b| (a.seqs, &a.item, &a.claim).cmp(&(b.seqs, &b.item, &b.claim)));
    Ok(stretches)
}

macro_rules! transitions_where {
    ($rest:literal) => {
        concat!(
            "SELECT t.body FROM transitions t JOIN sheets s ON s.id = t.sheet WHERE s.name = $1 ",
            $rest,
            " ORDER BY t.seq DESC, t.place LIMIT $2"
        )
    };
}

pub(super) async fn transitions(
    tx: &mut Tx,
    sheet: &str,
    item: Option<&str>,
    seq: Option<i64>,
    most: u32,
) -> Result<Vec<Transition>, HistoryError> {
    let most = limit(most);
    let rows = match (item, seq) {
        (None, None) => tx.rows(transitions_where!(""), &args![sheet, most]).await?,
        (Some(item), None) => tx.rows(transitions_where!("AND t.item = $3"), &args![sheet, most, item]).await?,
        (None, Some(seq)) => tx.rows(transitions_where!("AND t.seq = $3"), &args![sheet, most, seq]).await?,
        (Some(item), Some(seq)) => {
            let sql = transitions_where!("AND t.item = $3 AND t.seq = $4");
            tx.rows(sql, &args![sheet, most, item, seq]).await?
        }
    };
    rows.iter().map(|row| row.json(0, "a transition")).collect()
}
