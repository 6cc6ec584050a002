//! The sections of kakunin.toml that say how a project is watched.
//!
//! ```toml
//! [history]                                   # .kakunin/history.db, unless told otherwise
//! database = { env = "KAKUNIN_DATABASE_URL" } # PostgreSQL, for a team
//! keep-days = 400
//! audits = [{ from = "2026-04-01", until = "2027-03-31" }]
//!
//! [schedule]
//! cron = "0 3 * * *"
//! zone = "Asia/Tokyo"
//!
//! [alerts]
//! dashboard = "https://kakunin.example.com"
//! remind-days = 7
//! quiet = [{ from = "22:00:00", until = "07:00:00", zone = "Asia/Tokyo" }]
//!
//! [[channel]]
//! name = "ops"
//! kind = "slack"
//! url  = { env = "SLACK_WEBHOOK_URL" }
//!
//! [[route]]
//! topics   = ["encryption-*"]
//! severity = "high"
//! channels = ["ops"]
//! ```
//!
//! A misspelt zone, channel or route must not leave a project unwatched, or its people untold: whatever is wrong is found
//! here, with its place, before anything runs.

mod alerts;
mod channels;
mod places;
#[cfg(test)]
mod tests;
mod web;

use std::path::PathBuf;

use chrono::{NaiveDate, TimeZone, Utc};
use croner::Cron;
use serde::Deserialize;
use toml::{Spanned, Value};

pub(super) use alerts::{RawAlerts, RawRoute, alerts};
pub(super) use channels::RawChannel;
pub(super) use web::{RawEvents, RawWeb, events, web};

use super::error::{Problem, Source};
use crate::model::{AuditWindow, HistorySettings, ScheduleSettings};
use places::{Notes, plain};

/// `[history]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawHistory {
    name: Option<Spanned<String>>,
    database: Option<Spanned<Value>>,
    file: Option<Spanned<String>>,
    snapshots: Option<Spanned<String>>,
    keep_days: Option<Spanned<u32>>,
    keep_runs: Option<u32>,
    #[serde(default)]
    audits: Vec<RawAudit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAudit {
    from: Spanned<Value>,
    until: Spanned<Value>,
}

/// `[schedule]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSchedule {
    cron: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    jitter_seconds: Option<Spanned<u64>>,
    catch_up: Option<bool>,
    limit_minutes: Option<Spanned<u64>>,
}

/// Reads `[history]`. None where there is no such section.
pub(super) fn history(
    source: &Source,
    raw: Option<RawHistory>,
    problems: &mut Vec<Problem>,
) -> Option<HistorySettings> {
    let raw = raw?;
    let notes = &mut Notes::new(source, problems);
    let usual = HistorySettings::default();
    if let Some(days) = raw.keep_days.as_ref().filter(|days| *days.get_ref() == 0) {
        notes.wrong(
            days.span(),
            "expected days that runs are kept, found 0, which forgets every run",
            "write keep-days = 400, or leave it out",
        );
    }
    if let Some(snapshots) = &raw.snapshots {
        let bucket = snapshots.get_ref().strip_prefix("s3://").map(|rest| rest.split('/').next().unwrap_or_default());
        if bucket.is_some_and(|bucket| !is_bucket(bucket)) || snapshots.get_ref().contains("://") && bucket.is_none() {
            notes.wrong(
                snapshots.span(),
                format!("expected a folder or a bucket, found {:?}", snapshots.get_ref()),
                "write \".kakunin/snapshots\" or \"s3://bucket/prefix\"",
            );
        }
    }
    Some(HistorySettings {
        name: notes.filled(raw.name),
        database: raw.database.and_then(|value| notes.secret("database", value)),
        file: notes.filled(raw.file).map_or(usual.file, PathBuf::from),
        snapshots: notes.filled(raw.snapshots).unwrap_or(usual.snapshots),
        keep_days: raw.keep_days.map_or(usual.keep_days, Spanned::into_inner),
        keep_runs: raw.keep_runs.unwrap_or(usual.keep_runs),
        audits: raw.audits.into_iter().filter_map(|audit| window(notes, audit)).collect(),
    })
}

/// The characters and the length of a bucket's name ("General purpose bucket naming rules", Amazon S3 User Guide).
fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
}

fn window(notes: &mut Notes<'_>, raw: RawAudit) -> Option<AuditWindow> {
    let mut day = |value: &Spanned<Value>| -> Option<NaiveDate> {
        let text = match value.get_ref() {
            Value::String(text) => text.clone(),
            Value::Datetime(date) => date.to_string(),
            other => other.to_string(),
        };
        let day = text.parse().ok();
        if day.is_none() {
            notes.wrong(value.span(), format!("expected a day, found {text:?}"), "write \"2026-04-01\"");
        }
        day
    };
    let (from, until) = (day(&raw.from), day(&raw.until));
    let (from, until) = from.zip(until)?;
    if until < from {
        notes.wrong(
            raw.until.span(),
            format!("expected a last day on or after the first, found {until}, which is before {from}"),
            "write the first day as from, the last as until",
        );
        return None;
    }
    Some(AuditWindow { from, until })
}

/// Reads `[schedule]`.
pub(super) fn schedule(source: &Source, raw: Option<RawSchedule>, problems: &mut Vec<Problem>) -> ScheduleSettings {
    let usual = ScheduleSettings::default();
    let Some(raw) = raw else { return usual };
    let notes = &mut Notes::new(source, problems);
    if let Some(cron) = &raw.cron
        && let Err(why) = cron_fires(cron.get_ref())
    {
        notes.wrong(
            cron.span(),
            format!("expected a cron expression of five fields, found {:?}: {why}", cron.get_ref()),
            "write minute, hour, day of month, month, day of week: cron = \"0 3 * * *\"",
        );
    }
    if let Some(zone) = &raw.zone {
        notes.zone(zone);
    }
    // A run that starts a day late is another run.
    if let Some(jitter) = raw.jitter_seconds.as_ref().filter(|jitter| *jitter.get_ref() > 86_400) {
        notes.wrong(
            jitter.span(),
            format!("expected at most a day of seconds (86400), found {}", jitter.get_ref()),
            "write jitter-seconds = 300",
        );
    }
    if let Some(limit) = raw.limit_minutes.as_ref().filter(|limit| *limit.get_ref() == 0) {
        notes.wrong(
            limit.span(),
            "expected minutes that a run may take, found 0, which gives every run up",
            "write limit-minutes = 120",
        );
    }
    ScheduleSettings {
        cron: plain(raw.cron, usual.cron),
        zone: plain(raw.zone, usual.zone),
        jitter_seconds: plain(raw.jitter_seconds, usual.jitter_seconds),
        catch_up: raw.catch_up.unwrap_or(usual.catch_up),
        limit_minutes: plain(raw.limit_minutes, usual.limit_minutes),
    }
}

/// Whether an expression has five fields and ever fires: `0 0 30 2 *` does not.
fn cron_fires(expression: &str) -> Result<(), String> {
    let fields = expression.split_whitespace().count();
    // `@daily` and the like stand for five.
    if fields != 5 && !expression.trim_start().starts_with('@') {
        return Err(format!("it has {fields}"));
    }
    let cron = expression.parse::<Cron>().map_err(|error| error.to_string())?;
    // Any moment does: what never fires after this one never fires.
    let since = Utc.timestamp_opt(0, 0).single().unwrap_or_default();
    cron.find_next_occurrence(&since, false).map(|_| ()).map_err(|_| "it never fires".to_owned())
}
