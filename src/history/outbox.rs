//! The outbox: letters on their way to channels.

use super::database::{Row, Tx, args};
use super::{HistoryError, LetterFilter};
use crate::model::{Letter, LetterState, Moment};

/// A letter's columns, in the order in which [`to_letter`] reads them.
macro_rules! columns {
    () => {
        "id, channel, state, due, attempts, error, created, ended, message"
    };
}

fn to_letter(row: &Row) -> Result<Letter, HistoryError> {
    let attempts = row.count(4)?;
    Ok(Letter {
        id: row.text(0)?,
        channel: row.text(1)?,
        state: row.word(2, "the state of a letter")?,
        due: row.moment(3)?,
        attempts: u32::try_from(attempts).map_err(|error| row.content("a count of attempts", error))?,
        error: row.maybe_text(5)?,
        created: row.moment(6)?,
        ended: row.maybe_moment(7)?,
        message: row.json(8, "a message")?,
    })
}

/// Whether a letter is due.
pub(super) async fn any(tx: &mut Tx, now: Moment) -> Result<bool, HistoryError> {
    let sql = "SELECT id FROM letters WHERE state = 'waiting' AND due <= $1 AND leased <= $1 LIMIT 1";
    Ok(tx.first(sql, &args![now]).await?.is_some())
}

/// Takes letters that are due and leases them. Two workers never get the same one: SQLite has one writer at a time, and
/// PostgreSQL steps over rows that another transaction holds.
pub(super) async fn due(tx: &mut Tx, now: Moment, until: Moment, limit: u32) -> Result<Vec<Letter>, HistoryError> {
    macro_rules! lease {
        ($locking:literal) => {
            concat!(
                "UPDATE letters SET leased = $1 WHERE id IN (SELECT id FROM letters WHERE state = 'waiting' \
                 AND due <= $2 AND leased <= $2 ORDER BY due, created, id LIMIT $3 ",
                $locking,
                ") RETURNING ",
                columns!()
            )
        };
    }
    let sql = if tx.is_postgres() { lease!("FOR UPDATE SKIP LOCKED") } else { lease!("") };
    let rows = tx.rows(sql, &args![until, now, i64::from(limit)]).await?;
    let mut letters = rows.iter().map(to_letter).collect::<Result<Vec<Letter>, _>>()?;
    letters.sort_by(|a, b| (a.due, a.created, &a.id).cmp(&(b.due, b.created, &b.id)));
    Ok(letters)
}

/// Notes an attempt. A letter that was delivered stays delivered, whatever a slower worker reports of it later; one that
/// was given up meanwhile is only changed by a delivery.
pub(super) async fn attempted(
    tx: &mut Tx,
    letter: &str,
    state: LetterState,
    error: Option<&str>,
    due: Moment,
    now: Moment,
) -> Result<(), HistoryError> {
    let ended = (state != LetterState::Waiting).then_some(now);
    let changed = tx
        .run(
            "UPDATE letters SET state = $1, error = $2, due = $3, ended = $4, attempts = attempts + 1, leased = 0 \
             WHERE id = $5 AND (state = 'waiting' OR (state = 'dead' AND $1 = 'delivered'))",
            &args![state.label(), error, due, ended, letter],
        )
        .await?;
    if changed == 0 && tx.first("SELECT id FROM letters WHERE id = $1", &args![letter]).await?.is_none() {
        return Err(missing(format!("letter {letter}")));
    }
    Ok(())
}

fn missing(what: String) -> HistoryError {
    HistoryError::Missing { what, help: "`kakunin alert list` lists the letters".to_owned() }
}

pub(super) async fn letters(tx: &mut Tx, filter: &LetterFilter) -> Result<Vec<Letter>, HistoryError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM letters WHERE (sheet = $1 OR $1 IS NULL) AND (state = $2 OR $2 IS NULL) \
         ORDER BY created DESC, id LIMIT $3"
    );
    let limit = if filter.limit == 0 { i64::MAX } else { i64::from(filter.limit) };
    let state = filter.state.map(LetterState::label);
    let rows = tx.rows(sql, &args![filter.sheet.as_deref(), state, limit]).await?;
    rows.iter().map(to_letter).collect()
}

pub(super) async fn revive(tx: &mut Tx, letter: &str, now: Moment) -> Result<(), HistoryError> {
    let changed = tx
        .run(
            "UPDATE letters SET state = 'waiting', due = $1, attempts = 0, leased = 0, ended = NULL \
             WHERE id = $2 AND state = 'dead'",
            &args![now, letter],
        )
        .await?;
    if changed == 0 { Err(missing(format!("a dead letter {letter}"))) } else { Ok(()) }
}
