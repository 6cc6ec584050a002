//! `[alerts]` and `[[route]]`.

use std::collections::BTreeSet;

use chrono::{NaiveTime, Weekday};
use serde::Deserialize;
use toml::{Spanned, Value};

use super::channels::{RawChannel, channel};
use super::places::Notes;
use crate::mapping::error::{Problem, Source};
use crate::mapping::project::is_account;
use crate::model::{AlertSettings, AtLeast, ChangeKind, ChannelSettings, Lang, Quiet, Route, Severity};

/// `[alerts]`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::mapping) struct RawAlerts {
    lang: Option<Lang>,
    dashboard: Option<Spanned<String>>,
    owner_tag: Option<Spanned<String>>,
    remind_days: Option<Spanned<u32>>,
    quiet: Vec<RawQuiet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawQuiet {
    from: Spanned<Value>,
    until: Spanned<Value>,
    zone: Spanned<String>,
    #[serde(default)]
    days: Vec<Spanned<String>>,
    unless: Option<Severity>,
}

/// `[[route]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::mapping) struct RawRoute {
    #[serde(default)]
    topics: Vec<Spanned<String>>,
    #[serde(default)]
    severity: AtLeast,
    #[serde(default)]
    accounts: Vec<Spanned<String>>,
    #[serde(default)]
    owners: Vec<Spanned<String>>,
    #[serde(default)]
    changes: Vec<ChangeKind>,
    channels: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    last: bool,
}

/// Reads `[alerts]`, `[[channel]]` and `[[route]]`.
pub(in crate::mapping) fn alerts(
    source: &Source,
    raw: RawAlerts,
    channels: Vec<Spanned<RawChannel>>,
    routes: Vec<RawRoute>,
    problems: &mut Vec<Problem>,
) -> AlertSettings {
    let notes = &mut Notes::new(source, problems);
    let mut names = BTreeSet::new();
    let channels: Vec<ChannelSettings> =
        channels.into_iter().filter_map(|raw| channel(notes, raw, &mut names)).collect();
    if let Some(days) = raw.remind_days.as_ref().filter(|days| *days.get_ref() == 0) {
        notes.wrong(
            days.span(),
            "expected days after which to tell again, found 0, which tells in every run",
            "write remind-days = 7, or leave it out to tell once",
        );
    }
    if let Some(dashboard) = &raw.dashboard {
        notes.url(dashboard, "https://kakunin.example.com");
    }
    AlertSettings {
        lang: raw.lang,
        dashboard: raw.dashboard.map(Spanned::into_inner),
        owner_tag: notes.filled(raw.owner_tag).unwrap_or_else(|| AlertSettings::default().owner_tag),
        remind_days: raw.remind_days.map(Spanned::into_inner),
        quiet: raw.quiet.into_iter().filter_map(|raw| quiet(notes, raw)).collect(),
        channels,
        routes: routes.into_iter().map(|raw| route(notes, raw, &names)).collect(),
    }
}

fn quiet(notes: &mut Notes<'_>, raw: RawQuiet) -> Option<Quiet> {
    notes.zone(&raw.zone);
    let (from, until) = (time(notes, &raw.from), time(notes, &raw.until));
    let mut days = Vec::new();
    for day in &raw.days {
        match day.get_ref().parse::<Weekday>() {
            Ok(day) => days.push(day),
            Err(_) => notes.wrong(
                day.span(),
                format!("expected a day of the week, found {:?}", day.get_ref()),
                "the days are mon, tue, wed, thu, fri, sat and sun: that on which from falls",
            ),
        }
    }
    let (from, until) = from.zip(until)?;
    if from == until {
        notes.wrong(
            raw.until.span(),
            format!("expected quiet hours that last, found {until}, which is when they begin"),
            "write from = \"22:00\", until = \"07:00\"; what ends before it begins ends on the next day",
        );
    }
    Some(Quiet { from, until, zone: raw.zone.into_inner(), days, unless: raw.unless.unwrap_or(Severity::Critical) })
}

/// `"22:00"`, `"22:00:00"` or TOML's own `22:00:00`.
fn time(notes: &mut Notes<'_>, raw: &Spanned<Value>) -> Option<NaiveTime> {
    let text = match raw.get_ref() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let time = text.parse().ok();
    if time.is_none() {
        notes.wrong(
            raw.span(),
            format!("expected a time of the day, found {text:?}"),
            "write \"22:00\"; midnight is \"00:00\"",
        );
    }
    time
}

fn route(notes: &mut Notes<'_>, raw: RawRoute, names: &BTreeSet<String>) -> Route {
    if raw.channels.get_ref().is_empty() {
        notes.wrong(
            raw.channels.span(),
            "expected the names of channels, found none: nobody would hear of what this route takes",
            "name them: channels = [\"ops\"]",
        );
    }
    let known = || names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    for name in raw.channels.get_ref().iter().filter(|name| !names.contains(name.get_ref())) {
        let help = if names.is_empty() {
            "add a [[channel]] of that name".to_owned()
        } else {
            format!("the channels are: {}", known())
        };
        notes.wrong(name.span(), format!("expected the name of a [[channel]], found {:?}", name.get_ref()), help);
    }
    for topic in &raw.topics {
        let (start, rest) = topic.get_ref().split_once('*').unwrap_or((topic.get_ref(), ""));
        if !rest.is_empty() || start.is_empty() && !topic.get_ref().starts_with('*') {
            notes.wrong(
                topic.span(),
                format!("expected a topic, found {:?}", topic.get_ref()),
                "write it whole, or its beginning with * at the end: \"encryption-*\"",
            );
        }
    }
    for account in raw.accounts.iter().filter(|account| !is_account(account.get_ref())) {
        notes.wrong(
            account.span(),
            format!("expected an account id of twelve digits, found {:?}", account.get_ref()),
            "write it in quotes, with leading zeros: \"012345678901\"",
        );
    }
    let inner = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect::<Vec<_>>();
    Route {
        topics: inner(raw.topics),
        severity: raw.severity,
        accounts: inner(raw.accounts),
        owners: raw.owners.into_iter().filter_map(|owner| notes.filled(Some(owner))).collect(),
        changes: raw.changes,
        channels: inner(raw.channels.into_inner()),
        last: raw.last,
    }
}
