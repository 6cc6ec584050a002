//! What may be forgotten, and what may not.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};

use super::HistoryError;
use super::commit::{OPEN, find};
use super::database::{Arg, Tx, args};
use crate::model::{HistorySettings, Moment, Subject, Verdict};

/// A run, for this question.
struct Known {
    seq: i64,
    day: NaiveDate,
    clock: Moment,
    snapshot: String,
}

pub(super) async fn forget(
    tx: &mut Tx,
    sheet: &str,
    settings: &HistorySettings,
    now: Moment,
) -> Result<Vec<String>, HistoryError> {
    let Some((id, last)) = find(tx, sheet).await? else { return Ok(Vec::new()) };
    // Holds back whoever commits to this sheet, so that nothing new refers to what goes.
    tx.run("UPDATE sheets SET last = last WHERE id = $1", &args![id]).await?;
    let oldest = now.checked_sub_signed(Duration::days(i64::from(settings.keep_days))).unwrap_or(Moment::MIN_UTC);

    let mut runs = Vec::new();
    let sql = "SELECT seq, clock, snapshot FROM runs WHERE sheet = $1 ORDER BY seq DESC";
    for row in tx.rows(sql, &args![id]).await? {
        let clock = row.moment(1)?;
        runs.push(Known { seq: row.int(0)?, day: clock.date_naive(), clock, snapshot: row.text(2)? });
    }
    let needed = needed(tx, id, sheet).await?;
    let keep = usize::try_from(settings.keep_runs).unwrap_or(usize::MAX);
    let goes = |at: usize, run: &Known| {
        let audited = settings.audits.iter().any(|window| (window.from..=window.until).contains(&run.day));
        run.clock < oldest && at >= keep && !audited && !needed.contains(&run.seq) && run.seq != last
    };
    let gone: Vec<Known> =
        runs.into_iter().enumerate().filter(|(at, run)| goes(*at, run)).map(|(_, run)| run).collect();

    let seqs: Vec<Arg<'_>> = gone.iter().map(|run| Arg::Int(run.seq)).collect();
    tx.run_for_each("DELETE FROM runs WHERE sheet = $1 AND seq IN {}", &args![id], &seqs).await?;
    tx.run_for_each("DELETE FROM transitions WHERE sheet = $1 AND seq IN {}", &args![id], &seqs).await?;
    if !gone.is_empty() {
        // What no run that is left can show.
        let sql = "DELETE FROM parts WHERE sheet = $1 AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.sheet = $1 \
                   AND r.seq >= parts.first AND r.seq < parts.gone)";
        tx.run(sql, &args![id]).await?;
        let sql = "DELETE FROM verdicts WHERE sheet = $1 AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.sheet = $1 \
                   AND r.seq >= verdicts.first AND r.seq < verdicts.gone)";
        tx.run(sql, &args![id]).await?;
    }
    // Letters that went out, once their run is forgotten; tests of channels, that have none, by their age.
    tx.run(
        "DELETE FROM letters WHERE sheet = $1 AND state = 'delivered' AND ended < $2 AND NOT EXISTS \
         (SELECT 1 FROM runs r WHERE r.sheet = $3 AND r.seq = letters.seq)",
        &args![sheet, oldest, id],
    )
    .await?;
    forget_dates(tx, id, oldest).await?;

    let mut free: Vec<String> = gone.into_iter().map(|run| run.snapshot).collect();
    free.sort_unstable();
    free.dedup();
    let sql = "SELECT DISTINCT snapshot FROM runs";
    let mut used = BTreeSet::new();
    for row in tx.rows(sql, &[]).await? {
        used.insert(row.text(0)?);
    }
    free.retain(|snapshot| !used.contains(snapshot));
    Ok(free)
}

/// Runs that an alert needs: letters that are not delivered speak of them, or they showed what is still open.
async fn needed(tx: &mut Tx, id: i64, sheet: &str) -> Result<BTreeSet<i64>, HistoryError> {
    let mut needed = BTreeSet::new();
    let sql = "SELECT DISTINCT seq FROM letters WHERE sheet = $1 AND state <> 'delivered'";
    for row in tx.rows(sql, &args![sheet]).await? {
        needed.insert(row.int(0)?);
    }
    let sql = "SELECT first, verdict FROM verdicts WHERE sheet = $1 AND gone = $2 AND claim = ''";
    for row in tx.rows(sql, &args![id, OPEN]).await? {
        if !row.word::<Verdict>(1, "a verdict")?.holds() {
            needed.insert(row.int(0)?);
        }
    }
    Ok(needed)
}

/// Dates that were told and passed long ago. While what ended was not renewed, its run says so and the date stays: it
/// would be told again.
async fn forget_dates(tx: &mut Tx, id: i64, oldest: Moment) -> Result<(), HistoryError> {
    let mut old = Vec::new();
    for row in tx.rows("SELECT subject FROM told_dates WHERE sheet = $1", &args![id]).await? {
        let text = row.text(0)?;
        let subject: Subject = row.json(0, "a reminder")?;
        if let Subject::Reminder { ends, .. } = &subject
            && ends.parse::<Moment>().is_ok_and(|ends| ends < oldest)
        {
            old.push((text, subject));
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    let name = tx.first("SELECT name, last FROM sheets WHERE id = $1", &args![id]).await?;
    let Some(row) = name else { return Ok(()) };
    let current = super::read::frame(tx, &row.text(0)?, row.int(1)?).await?.reminders;
    old.retain(|(_, subject)| match subject {
        Subject::Reminder { of, target, resource, ends, .. } => !current
            .iter()
            .any(|now| now.kind == *of && now.target == *target && now.resource == *resource && now.ends == *ends),
        Subject::Sheet | Subject::Item { .. } => false,
    });
    tx.run_for_each(
        "DELETE FROM told_dates WHERE sheet = $1 AND subject IN {}",
        &args![id],
        &old.iter().map(|(text, _)| Arg::Text(text)).collect::<Vec<_>>(),
    )
    .await?;
    Ok(())
}
