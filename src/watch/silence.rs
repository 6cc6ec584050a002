//! When no run can be made: the sheet as a whole can no longer be seen, which is told like a claim that cannot (law 8), to
//! every channel, and told again when it can.

use sha2::{Digest, Sha256};

use super::notes::Failure;
use crate::history::Run;
use crate::model::{
    AlertSettings, ChangeKind, Letter, LetterState, Message, Moment, Purpose, Severity, Subject, Summary, Text,
    Transition,
};

/// Runs failed at two scheduled moments or more.
pub fn lost(sheet: &str, failure: &Failure, last: Option<&Run>, settings: &AlertSettings, now: Moment) -> Vec<Letter> {
    let (since, attempts, why) = (day(failure.since), failure.attempts, failure.why.trim());
    let seen = last.map(|run| day(run.clock));
    let reason = Text::new(
        format!(
            "{since} から実行できていません（{attempts} 回失敗）。表示中の判定は{}のものです。理由: {why}",
            seen.as_ref().map_or_else(|| "まだ無く、この表".to_owned(), |seen| format!(" {seen} "))
        ),
        format!(
            "no run could be made since {since} ({attempts} attempts failed); {}: {why}",
            seen.map_or_else(
                || "there are no verdicts yet".to_owned(),
                |seen| format!("the verdicts shown are those of {seen}")
            )
        ),
    );
    letters(sheet, failure, last, ChangeKind::Blind, reason, settings, now)
}

/// A run was made after people had been told that none could be.
pub fn back(sheet: &str, failure: &Failure, last: Option<&Run>, settings: &AlertSettings, now: Moment) -> Vec<Letter> {
    let since = day(failure.since);
    let reason = Text::new(
        format!("{since} から途絶えていた実行が再びできました。"),
        format!("runs are made again; none could be made since {since}"),
    );
    letters(sheet, failure, last, ChangeKind::Visible, reason, settings, now)
}

fn day(moment: Moment) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn letters(
    sheet: &str,
    failure: &Failure,
    last: Option<&Run>,
    kind: ChangeKind,
    reason: Text,
    settings: &AlertSettings,
    now: Moment,
) -> Vec<Letter> {
    let mut hash = Sha256::new();
    for part in [sheet, kind.label(), &failure.since.to_rfc3339()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let key = hex::encode(hash.finalize());
    let run = last.map(|run| run.id.clone()).unwrap_or_default();
    let nothing = Summary { items: 0, by_verdict: Default::default(), by_agreement: Default::default() };
    let transition = Transition {
        id: key.clone(),
        sheet: sheet.to_owned(),
        run: run.clone(),
        at: now,
        subject: Subject::Sheet,
        title: sheet.to_owned(),
        kind,
        from: None,
        to: None,
        agreement: None,
        since: Some(failure.since),
        severity: Severity::High,
        topics: Vec::new(),
        accounts: Vec::new(),
        owners: Vec::new(),
        claims: Vec::new(),
        resources: Vec::new(),
        resources_total: 0,
        reason,
    };
    let message = Message {
        key: key.clone(),
        purpose: Purpose::Changes,
        sheet: sheet.to_owned(),
        run,
        at: now,
        summary: last.map_or(nothing, |run| run.summary.clone()),
        transitions: vec![transition],
        open: Vec::new(),
        link: settings.dashboard.clone(),
    };
    let letter = |channel: &str| Letter {
        id: format!("{key}/{channel}"),
        channel: channel.to_owned(),
        message: message.clone(),
        due: now,
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: now,
        ended: None,
    };
    settings.channels.iter().map(|channel| letter(&channel.name)).collect()
}
