//! Attestations and waivers that end soon, by the run's clock. Pure.

use std::collections::BTreeMap;

use chrono::Duration;

use super::{asked, time};
use crate::evaluate::quoted;
use crate::model::{Attestation, Mapping, Moment, Reminder, ReminderOf, Sheet, Text, Waiver};

/// Days before the end at which a person is reminded, the narrowest first. 0 is the end itself: from that second on
/// it has no effect.
const WITHIN: [u32; 3] = [0, 7, 30];

/// Whole days until `end`: 0 in the last 24 hours, and from the end on.
pub fn days_left(end: Moment, clock: Moment) -> i64 {
    (end - clock).num_days().max(0)
}

/// The command that renews an attestation.
pub fn attest_command(target: &str) -> String {
    format!("kakunin attest {}", quoted(target))
}

/// The command that renews a waiver.
pub fn waive_command(check: &str, resource: &str) -> String {
    format!("kakunin waive {} {}", quoted(check), quoted(resource))
}

/// Reminders of what is in force and ends within 30 days, and of what has ended and was not renewed; the first to end
/// first. An attestation that another one goes before is told by nobody: nothing changes when it ends.
pub fn reminders(
    sheet: &Sheet,
    mapping: &Mapping,
    attestations: &[Attestation],
    waivers: &[Waiver],
    clock: Moment,
) -> Vec<Reminder> {
    // One statement may hold for several claims, and end for each at another time by their cadences.
    let mut ends: BTreeMap<(Moment, usize), Vec<String>> = BTreeMap::new();
    for asked in asked(sheet, mapping, attestations, clock) {
        if let (Some(index), Some(end)) = (asked.rests_on, asked.ends) {
            let claims = ends.entry((end, index)).or_default();
            claims.extend(asked.claim.map(|claim| claim.id.clone()));
        }
    }
    let mut all: Vec<(Moment, Reminder)> = Vec::new();
    for ((end, index), claims) in ends {
        let Some((a, within)) = attestations.get(index).zip(within(end, clock)) else { continue };
        // Without its evidence it has no effect already, which a warning tells.
        if end > clock && !a.evidence_state.stands() {
            continue;
        }
        all.push((end, of_attestation(a, claims, end, within, clock)));
    }
    let mut last: BTreeMap<(&str, &str), &Waiver> = BTreeMap::new();
    for waiver in waivers {
        let longest = last.entry((&waiver.check, &waiver.resource)).or_insert(waiver);
        if waiver.until > longest.until {
            *longest = waiver;
        }
    }
    for waiver in last.into_values() {
        if let Some(within) = within(waiver.until, clock) {
            all.push((waiver.until, of_waiver(waiver, within, clock)));
        }
    }
    all.sort_by_key(|(end, _)| *end);
    all.into_iter().map(|(_, reminder)| reminder).collect()
}

/// The narrowest of [`WITHIN`] that `end` falls into: to the second, so that 0 begins when it has no effect any more.
fn within(end: Moment, clock: Moment) -> Option<u32> {
    WITHIN.into_iter().find(|days| end - clock <= Duration::days(i64::from(*days)))
}

/// "残り 3 日" and "3 days left", or that it has ended.
fn left(end: Moment, clock: Moment) -> Text {
    match days_left(end, clock) {
        _ if end <= clock => Text::new("期限切れで効力がありません", "it has ended and has no effect"),
        0 => Text::new("残り 24 時間未満", "less than a day left"),
        1 => Text::new("残り 1 日", "1 day left"),
        days => Text::new(format!("残り {days} 日"), format!("{days} days left")),
    }
}

fn of_attestation(a: &Attestation, claims: Vec<String>, end: Moment, within: u32, clock: Moment) -> Reminder {
    let (ends, left, command) = (time(end), left(end, clock), attest_command(&a.target));
    Reminder {
        kind: ReminderOf::Attestation,
        target: a.target.clone(),
        resource: None,
        claims,
        who: a.who.clone(),
        days_left: days_left(end, clock),
        within,
        text: Text::new(
            format!("「{}」への {} の表明の期限: {ends}({})。更新するには `{command}`", a.target, a.who, left.ja),
            format!(
                "the statement of {} for `{}` ends at {ends} ({}); renew it with `{command}`",
                a.who, a.target, left.en
            ),
        ),
        ends,
    }
}

fn of_waiver(w: &Waiver, within: u32, clock: Moment) -> Reminder {
    let (ends, left, command) = (time(w.until), left(w.until, clock), waive_command(&w.check, &w.resource));
    Reminder {
        kind: ReminderOf::Waiver,
        target: w.check.clone(),
        resource: Some(w.resource.clone()),
        claims: Vec::new(),
        who: w.who.clone(),
        days_left: days_left(w.until, clock),
        within,
        text: Text::new(
            format!(
                "{} に対する {} のリスク受容の期限: {ends}({})。更新するには `{command}`",
                w.resource, w.check, left.ja
            ),
            format!(
                "the waiver of {} for {} ends at {ends} ({}); renew it with `{command}`",
                w.check, w.resource, left.en
            ),
        ),
        ends,
    }
}
