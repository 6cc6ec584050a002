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

use std::collections::BTreeSet;

use chrono_tz::Tz;
use croner::Cron;
use serde::Deserialize;
use toml::Spanned;

use super::error::{Problem, Source};
use crate::model::{AlertSettings, ChannelKind, ChannelSettings, Lang, Quiet, Route, ScheduleSettings};

/// `[alerts]`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAlerts {
    lang: Option<Lang>,
    dashboard: Option<String>,
    owner_tag: Option<String>,
    remind_days: Option<Spanned<u32>>,
    quiet: Vec<Spanned<Quiet>>,
}

/// Reads `[schedule]`: a misspelt zone or expression must not leave a project unwatched.
pub(super) fn schedule(
    source: &Source,
    raw: Option<Spanned<ScheduleSettings>>,
    problems: &mut Vec<Problem>,
) -> ScheduleSettings {
    let Some(raw) = raw else { return ScheduleSettings::default() };
    let (span, schedule) = (raw.span(), raw.into_inner());
    if let Err(error) = schedule.cron.parse::<Cron>() {
        problems.push(source.problem(
            span.clone(),
            format!("expected a cron expression of five fields, found {:?}: {error}", schedule.cron),
            "write minute, hour, day of month, month, day of week: cron = \"0 3 * * *\"",
        ));
    }
    zone(source, span, &schedule.zone, problems);
    schedule
}

fn zone(source: &Source, span: std::ops::Range<usize>, name: &str, problems: &mut Vec<Problem>) {
    if name.parse::<Tz>().is_err() {
        problems.push(source.problem(
            span,
            format!("expected the name of a time zone, found {name:?}"),
            "write it as the IANA database does: \"Asia/Tokyo\", \"UTC\"",
        ));
    }
}

/// Reads `[alerts]`, `[[channel]]` and `[[route]]`.
pub(super) fn alerts(
    source: &Source,
    raw: RawAlerts,
    channels: Vec<Spanned<toml::Table>>,
    routes: Vec<Spanned<Route>>,
    problems: &mut Vec<Problem>,
) -> AlertSettings {
    let mut names = BTreeSet::new();
    let channels: Vec<ChannelSettings> = channels
        .into_iter()
        .filter_map(|table| {
            let span = table.span();
            match channel(table.into_inner()) {
                Ok(channel) => {
                    if !names.insert(channel.name.clone()) {
                        problems.push(source.problem(
                            span,
                            format!("expected a name of its own, found a second channel {:?}", channel.name),
                            "give it another name",
                        ));
                    }
                    Some(channel)
                }
                Err(found) => {
                    problems.push(source.problem(
                        span,
                        format!("expected a channel, found one that cannot be used: {found}"),
                        "a channel has name, kind (slack, teams, email, sns, event-bridge, pager-duty, webhook, \
                         security-hub, stdout) and what its kind needs",
                    ));
                    None
                }
            }
        })
        .collect();
    for route in &routes {
        let wrong = route.get_ref().channels.iter().filter(|name| !names.contains(*name));
        for name in wrong {
            problems.push(source.problem(
                route.span(),
                format!("expected the name of a [[channel]], found {name:?}"),
                format!("the channels are: {}", names.iter().cloned().collect::<Vec<_>>().join(", ")),
            ));
        }
    }
    for quiet in &raw.quiet {
        zone(source, quiet.span(), &quiet.get_ref().zone, problems);
    }
    AlertSettings {
        lang: raw.lang,
        dashboard: raw.dashboard,
        owner_tag: raw.owner_tag.unwrap_or_else(|| "Owner".to_owned()),
        remind_days: raw.remind_days.map(Spanned::into_inner),
        quiet: raw.quiet.into_iter().map(Spanned::into_inner).collect(),
        channels,
        routes: routes.into_iter().map(Spanned::into_inner).collect(),
    }
}

fn channel(mut table: toml::Table) -> Result<ChannelSettings, String> {
    let name = match table.remove("name") {
        Some(toml::Value::String(name)) if !name.trim().is_empty() => name,
        _ => return Err("it has no name".to_owned()),
    };
    let lang = match table.remove("lang") {
        Some(lang) => Some(lang.try_into::<Lang>().map_err(|error| error.message().to_owned())?),
        None => None,
    };
    let kind = toml::Value::Table(table).try_into::<ChannelKind>().map_err(|error| error.message().to_owned())?;
    Ok(ChannelSettings { name, lang, kind })
}
