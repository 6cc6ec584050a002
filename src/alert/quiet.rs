//! Quiet hours: until when a message waits. Pure; days and times are those of the zone's own clocks, whatever they do.

use chrono::{DateTime, Datelike, Days, Duration, MappedLocalTime, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::model::{Moment, Quiet, Severity};

/// A row of windows that joins up for longer than this never ends: it would hold a message for ever.
const LONGEST: Duration = Duration::days(7);

/// When a message of this severity may be told: `now`, or the end of the quiet hours that `now` falls into. Windows that
/// join up or overlap are one. Quiet hours without an end hold nothing back.
pub(super) fn due(now: Moment, severity: Severity, quiet: &[Quiet]) -> Moment {
    let mut due = now;
    // Each round leaves at least one window that does not come again within a day.
    while let Some(end) =
        quiet.iter().filter(|window| severity < window.unless).filter_map(|window| end(window, due)).max()
    {
        if end - now > LONGEST {
            return now;
        }
        due = end;
    }
    due
}

/// The end of the window that `at` falls into; none where it falls into none. A zone that is no zone has no windows: what
/// cannot be understood must not hold a message back.
fn end(quiet: &Quiet, at: Moment) -> Option<Moment> {
    let zone: Tz = quiet.zone.parse().ok()?;
    let today = at.with_timezone(&zone).date_naive();
    // A window that began yesterday may last until today.
    let days = [today.checked_sub_days(Days::new(1)), Some(today)];
    days.into_iter()
        .flatten()
        .filter(|day| quiet.days.is_empty() || quiet.days.contains(&day.weekday()))
        .filter_map(|day| {
            let last = if quiet.until < quiet.from { day.checked_add_days(Days::new(1))? } else { day };
            let (from, _) = moments(zone, day.and_time(quiet.from))?;
            let (_, until) = moments(zone, last.and_time(quiet.until))?;
            (quiet.from != quiet.until && from <= at && at < until).then_some(until)
        })
        .max()
}

/// The first and the last moment at which the zone's clocks show this time. They are two where clocks are turned back: the
/// hours are quiet whenever the clock on the wall says so. A time that is skipped is the end of the gap.
fn moments(zone: Tz, local: NaiveDateTime) -> Option<(Moment, Moment)> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Some((at.to_utc(), at.to_utc())),
        MappedLocalTime::Ambiguous(first, last) => Some((first.to_utc(), last.to_utc())),
        MappedLocalTime::None => after_gap(zone, local).map(|at| (at, at)),
    }
}

/// Gaps end on whole minutes in every zone in use, and last no longer than a day (where an island crossed the date line).
fn after_gap(zone: Tz, local: NaiveDateTime) -> Option<Moment> {
    let minute = local.with_second(0)?.with_nanosecond(0)?;
    (1..=25 * 60)
        .filter_map(|minutes| minute.checked_add_signed(Duration::minutes(minutes)))
        .find_map(|later| zone.from_local_datetime(&later).earliest())
        .map(|at: DateTime<Tz>| at.to_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, Utc, Weekday};
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"];

    fn quiet(from: &str, until: &str, zone: &str) -> Quiet {
        Quiet {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            zone: zone.to_owned(),
            days: Vec::new(),
            unless: Severity::Critical,
        }
    }

    /// What a message of that moment waits for, both as people in the zone would write them.
    fn waits(local: &str, quiet: &[Quiet]) -> String {
        let at: Moment = local.parse().unwrap();
        let zone: Tz = quiet[0].zone.parse().unwrap();
        due(at, Severity::High, quiet).with_timezone(&zone).to_rfc3339()
    }

    #[test]
    fn a_message_waits_for_the_end_of_the_night_and_a_severe_one_does_not() {
        let night = [quiet("22:00:00", "07:00:00", "Asia/Tokyo")];
        assert_eq!(waits("2026-05-01T23:30:00+09:00", &night), "2026-05-02T07:00:00+09:00");
        assert_eq!(waits("2026-05-02T06:59:59+09:00", &night), "2026-05-02T07:00:00+09:00");
        assert_eq!(waits("2026-05-02T07:00:00+09:00", &night), "2026-05-02T07:00:00+09:00");
        assert_eq!(waits("2026-05-02T21:59:59+09:00", &night), "2026-05-02T21:59:59+09:00");
        let at = "2026-05-01T23:30:00+09:00".parse().unwrap();
        assert_eq!(due(at, Severity::Critical, &night), at);
    }

    #[test]
    fn days_are_those_on_which_a_window_begins() {
        let mut friday = quiet("20:00", "06:00", "Asia/Tokyo");
        friday.days = vec![Weekday::Fri];
        let friday = [friday];
        // 2026-05-01 is a Friday.
        assert_eq!(waits("2026-05-02T05:00:00+09:00", &friday), "2026-05-02T06:00:00+09:00");
        assert_eq!(waits("2026-05-01T05:00:00+09:00", &friday), "2026-05-01T05:00:00+09:00");
        assert_eq!(waits("2026-05-02T21:00:00+09:00", &friday), "2026-05-02T21:00:00+09:00");
    }

    #[test]
    fn windows_that_join_up_are_one_and_such_without_end_hold_nothing_back() {
        let zone = "Asia/Tokyo";
        let mut weekend = quiet("00:00", "23:59:59", zone);
        weekend.days = vec![Weekday::Sat, Weekday::Sun];
        let joined = [quiet("22:00", "07:00", zone), weekend];
        assert_eq!(waits("2026-05-01T22:30:00+09:00", &joined), "2026-05-04T07:00:00+09:00");
        let always = [quiet("08:00", "20:00", zone), quiet("20:00", "08:00", zone)];
        assert_eq!(waits("2026-05-01T22:30:00+09:00", &always), "2026-05-01T22:30:00+09:00");
        assert_eq!(waits("2026-05-01T22:30:00+09:00", &[quiet("10:00", "10:00", zone)]), "2026-05-01T22:30:00+09:00");
        let nowhere = quiet("00:00", "23:59", "Asia/Atlantis");
        let at = "2026-05-01T12:00:00Z".parse().unwrap();
        assert_eq!(due(at, Severity::Low, &[nowhere]), at);
    }

    #[test]
    fn the_hours_stay_quiet_by_the_clock_on_the_wall_when_clocks_are_turned() {
        // Berlin, 2026-03-29: 02:00 is 03:00. 2026-10-25: 03:00 is 02:00 again.
        let berlin = [quiet("22:00", "02:30", "Europe/Berlin")];
        assert_eq!(waits("2026-03-28T23:00:00+01:00", &berlin), "2026-03-29T03:00:00+02:00");
        assert_eq!(waits("2026-10-24T23:00:00+02:00", &berlin), "2026-10-25T02:30:00+01:00");
        assert_eq!(waits("2026-10-25T02:45:00+02:00", &berlin), "2026-10-25T02:30:00+01:00");
        // New York, 2026-03-08 and 2026-11-01, at 02:00.
        let york = [quiet("02:15", "06:00", "America/New_York")];
        assert_eq!(waits("2026-03-08T01:59:59-05:00", &york), "2026-03-08T01:59:59-05:00");
        assert_eq!(waits("2026-03-08T03:00:00-04:00", &york), "2026-03-08T06:00:00-04:00");
        let york = [quiet("22:00", "07:00", "America/New_York")];
        assert_eq!(waits("2026-03-07T22:00:00-05:00", &york), "2026-03-08T07:00:00-04:00");
        assert_eq!(waits("2026-10-31T22:00:00-04:00", &york), "2026-11-01T07:00:00-05:00");
        // Lord Howe turns its clocks by half an hour: 2026-10-04 at 02:00 to 02:30, 2026-04-05 at 02:00 to 01:30.
        let howe = [quiet("23:00", "02:10", "Australia/Lord_Howe")];
        assert_eq!(waits("2026-10-03T23:30:00+10:30", &howe), "2026-10-04T02:30:00+11:00");
        let howe = [quiet("23:00", "01:45", "Australia/Lord_Howe")];
        assert_eq!(waits("2026-04-04T23:30:00+11:00", &howe), "2026-04-05T01:45:00+10:30");
        assert_eq!(waits("2026-04-05T01:50:00+11:00", &howe), "2026-04-05T01:45:00+10:30");
    }

    /// Moments around the days on which clocks are turned, and others.
    fn moments_of_a_year() -> impl Strategy<Value = Moment> {
        let turned = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-07-01"];
        (prop::sample::select(turned.to_vec()), -36 * 3600..60 * 3600i64).prop_map(|(day, seconds)| {
            let midnight = day.parse::<chrono::NaiveDate>().unwrap().and_time(NaiveTime::MIN);
            Utc.from_utc_datetime(&midnight) + Duration::seconds(seconds)
        })
    }

    fn minute() -> impl Strategy<Value = NaiveTime> {
        (0..24 * 12u32).prop_map(|five| NaiveTime::from_hms_opt(five / 12, five % 12 * 5, 0).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        /// Whatever the zone does to its clocks: nothing is told while the clock on the wall is within the window, all is
        /// told as soon as it has left it, and nothing waits for more than a day.
        #[test]
        fn quiet_is_what_the_clock_on_the_wall_says(
            at in moments_of_a_year(), from in minute(), until in minute(), zone in prop::sample::select(ZONES.to_vec()),
        ) {
            prop_assume!(from != until);
            // Within the hour that comes twice, less than an hour of quiet or of waking cannot be told apart.
            let long = if until > from { until - from } else { until - from + Duration::days(1) };
            prop_assume!(Duration::hours(1) < long && long < Duration::hours(23));
            let window = Quiet { from, until, zone: zone.to_owned(), days: Vec::new(), unless: Severity::Critical };
            let inside = |at: Moment| {
                let time = at.with_timezone(&zone.parse::<Tz>().unwrap()).time();
                if from < until { from <= time && time < until } else { from <= time || time < until }
            };
            let told = due(at, Severity::High, std::slice::from_ref(&window));
            prop_assert!(told >= at);
            prop_assert!(!inside(told), "{told} is within");
            prop_assert!(told - at <= Duration::hours(25));
            if told > at {
                // It waited for a reason at every moment: the clock was inside, or was about to be turned back into it.
                prop_assert!(inside(at) || inside(at + Duration::hours(1)) || inside(at - Duration::hours(1)));
                prop_assert!(inside(told - Duration::seconds(1)) || inside(told - Duration::hours(1)));
            }
            prop_assert_eq!(due(at, Severity::Critical, &[window]), at);
        }
    }
}
