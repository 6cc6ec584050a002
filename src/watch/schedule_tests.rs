use super::*;
use proptest::prelude::*;

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn schedule(cron: &str, zone: &str) -> Schedule {
    let settings = ScheduleSettings {
        cron: cron.to_owned(),
        zone: zone.to_owned(),
        jitter_seconds: 0,
        ..ScheduleSettings::default()
    };
    Schedule::new("sheet", &settings).unwrap()
}

/// What a daemon that is up from `from` to `until` runs, looking at the clock every minute.
fn runs(schedule: &Schedule, mut kept: Option<Moment>, from: Moment, until: Moment) -> Vec<Moment> {
    let mut ran = Vec::new();
    let mut now = from;
    while now < until {
        if let Next::Due(scheduled) = schedule.decide(kept, from, now) {
            ran.push(scheduled);
            kept = Some(scheduled);
        }
        now += Duration::seconds(60);
    }
    ran
}

#[test]
fn a_wall_clock_that_is_left_out_is_run_once_at_the_end_of_the_gap() {
    // New York, 2026-03-08: 01:59:59 -05:00 is followed by 03:00:00 -04:00.
    for cron in ["30 2 * * *", "30 2,14 * * *"] {
        let schedule = schedule(cron, "America/New_York");
        let kept = schedule.last_until(at("2026-03-07T20:00:00Z"));
        let ran = runs(&schedule, kept, at("2026-03-07T20:00:00Z"), at("2026-03-08T12:00:00Z"));
        assert_eq!(ran, [at("2026-03-08T07:00:00Z")], "{cron}");
    }
}

#[test]
fn a_wall_clock_that_comes_twice_is_run_once() {
    // New York, 2026-11-01: 01:30 comes at 05:30 and at 06:30 UTC.
    for cron in ["30 1 * * *", "30 1,13 * * *"] {
        let schedule = schedule(cron, "America/New_York");
        let kept = schedule.last_until(at("2026-10-31T20:00:00Z"));
        let ran = runs(&schedule, kept, at("2026-10-31T20:00:00Z"), at("2026-11-01T14:00:00Z"));
        assert_eq!(ran, [at("2026-11-01T05:30:00Z")], "{cron}");
        // A process that begins within the repeated hour knows that its moment has passed.
        assert_eq!(schedule.last_until(at("2026-11-01T06:10:00Z")), Some(at("2026-11-01T05:30:00Z")), "{cron}");
    }
}

#[test]
fn every_hour_is_every_hour_that_there_is() {
    let schedule = schedule("0 * * * *", "America/New_York");
    let night =
        runs(&schedule, Some(at("2026-11-01T03:00:00Z")), at("2026-11-01T03:30:00Z"), at("2026-11-01T08:30:00Z"));
    assert_eq!(night.len(), 5, "{night:?}");
    let night =
        runs(&schedule, Some(at("2026-03-08T05:00:00Z")), at("2026-03-08T05:30:00Z"), at("2026-03-08T09:30:00Z"));
    assert_eq!(night.len(), 4, "{night:?}");
}

#[test]
fn a_whole_day_that_is_left_out_still_has_its_run() {
    // Apia went from the 29th to the 31st of December 2011.
    let schedule = schedule("0 3 * * *", "Pacific/Apia");
    let next = schedule.next_after(at("2011-12-29T14:00:00Z")).unwrap();
    assert_eq!(next, at("2011-12-30T10:00:00Z"));
    assert_eq!(schedule.next_after(next), Some(at("2011-12-30T13:00:00Z")));
}

#[test]
fn downtime_is_made_up_for_by_one_run() {
    let schedule = schedule("0 3 * * *", "Asia/Tokyo");
    let kept = Some(at("2026-04-01T18:00:00Z"));
    // Down for five days.
    let begin = at("2026-04-06T20:10:00Z");
    let ran = runs(&schedule, kept, begin, begin + Duration::hours(12));
    assert_eq!(ran, [at("2026-04-06T18:00:00Z")]);
}

#[test]
fn downtime_is_not_made_up_for_where_nobody_wants_it() {
    let settings = ScheduleSettings { catch_up: false, jitter_seconds: 0, ..ScheduleSettings::default() };
    let schedule = Schedule::new("sheet", &settings).unwrap();
    let begin = at("2026-04-06T20:10:00Z");
    let ran = runs(&schedule, Some(at("2026-04-01T03:00:00Z")), begin, begin + Duration::hours(12));
    assert_eq!(ran, [at("2026-04-07T03:00:00Z")]);
}

#[test]
fn a_clock_that_goes_back_runs_no_moment_twice() {
    let schedule = schedule("*/30 * * * *", "UTC");
    let kept = Some(at("2026-04-01T12:00:00Z"));
    let back = at("2026-04-01T11:10:00Z");
    let ran = runs(&schedule, kept, back, at("2026-04-01T13:00:00Z"));
    assert_eq!(ran, [at("2026-04-01T12:30:00Z")]);
}

#[test]
fn a_clock_that_was_years_ahead_does_not_leave_the_sheet_unwatched() {
    let schedule = schedule("0 3 * * *", "UTC");
    let now = at("2026-04-01T12:00:00Z");
    assert_eq!(schedule.decide(Some(at("2036-01-01T03:00:00Z")), now, now), Next::Due(at("2026-04-01T03:00:00Z")));
}

#[test]
fn a_clock_that_goes_ahead_is_one_run() {
    let schedule = schedule("0 * * * *", "UTC");
    let mut kept = Some(at("2026-04-01T12:00:00Z"));
    let up = at("2026-04-01T11:00:00Z");
    let now = at("2026-04-03T07:30:00Z");
    let Next::Due(scheduled) = schedule.decide(kept, up, now) else { panic!("expected a run") };
    assert_eq!(scheduled, at("2026-04-03T07:00:00Z"));
    kept = Some(scheduled);
    assert!(matches!(schedule.decide(kept, up, now), Next::Wait { .. }));
}

#[test]
fn the_first_run_of_all_is_made_at_once() {
    let schedule = schedule("0 3 * * *", "UTC");
    let now = at("2026-04-01T12:00:00Z");
    assert_eq!(schedule.decide(None, now, now), Next::Due(at("2026-04-01T03:00:00Z")));
}

#[test]
fn jitter_is_the_same_after_a_restart_and_differs_between_sheets_and_nights() {
    let settings = ScheduleSettings { jitter_seconds: 300, ..ScheduleSettings::default() };
    let scheduled = at("2026-04-01T03:00:00Z");
    let of = |sheet: &str, scheduled| Schedule::new(sheet, &settings).unwrap().start_of(scheduled);
    assert_eq!(of("a", scheduled), of("a", scheduled));
    let starts: std::collections::BTreeSet<Moment> = (0..20).map(|n| of(&format!("sheet {n}"), scheduled)).collect();
    assert!(starts.len() > 10, "{starts:?}");
    assert!(starts.iter().all(|start| (0..=300).contains(&(*start - scheduled).num_seconds())));
    // Restarted between the moment and its start, it still waits for the start.
    let schedule = Schedule::new("a", &settings).unwrap();
    let start = schedule.start_of(scheduled);
    assert!(start > scheduled, "choose another name: this one has no jitter");
    let kept = Some(at("2026-03-31T03:00:00Z"));
    let restarted = scheduled + Duration::milliseconds(500);
    assert_eq!(schedule.decide(kept, restarted, restarted), Next::Wait { scheduled, start });
    assert_eq!(schedule.decide(kept, restarted, start), Next::Due(scheduled));
}

#[test]
fn jitter_does_not_reach_the_next_moment() {
    let settings =
        ScheduleSettings { cron: "*/5 * * * *".to_owned(), jitter_seconds: 3600, ..ScheduleSettings::default() };
    let schedule = Schedule::new("a", &settings).unwrap();
    let mut scheduled = at("2026-04-01T03:00:00Z");
    for _ in 0..50 {
        assert!(schedule.start_of(scheduled) - scheduled <= Duration::seconds(150));
        scheduled = schedule.next_after(scheduled).unwrap();
    }
}

#[test]
fn two_moments_without_a_run_are_overdue_and_a_weekend_is_not() {
    let schedule = schedule("0 3 * * 1-5", "UTC");
    // A Friday's run is fresh on Monday morning before and shortly after the next.
    let friday = at("2026-04-03T03:00:30Z");
    assert!(!schedule.overdue(friday, at("2026-04-06T02:59:00Z"), Duration::zero()));
    assert!(!schedule.overdue(friday, at("2026-04-06T12:00:00Z"), Duration::zero()));
    assert!(schedule.overdue(friday, at("2026-04-07T03:01:00Z"), Duration::zero()));
    assert!(!schedule.overdue(friday, at("2026-04-07T03:01:00Z"), Duration::minutes(10)));
}

#[test]
fn what_matches_no_day_is_never() {
    let schedule = schedule("0 3 30 2 *", "UTC");
    let now = at("2026-04-01T12:00:00Z");
    assert_eq!(schedule.decide(Some(now), now, now), Next::Never);
}

#[test]
fn errors_say_what_was_expected() {
    let bad = |cron: &str, zone: &str| {
        let settings = ScheduleSettings { cron: cron.to_owned(), zone: zone.to_owned(), ..ScheduleSettings::default() };
        Schedule::new("a", &settings).unwrap_err().to_string()
    };
    assert!(bad("3 o'clock", "UTC").contains("found \"3 o'clock\""));
    assert!(bad("0 3 * * *", "Tokyo").contains("found \"Tokyo\""));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Over any stretch of time with a daemon that is stopped and started, and whatever the clock does: no moment is run
    /// twice, none is run before it comes, and after the daemon has been up for two periods the last run is fresh.
    #[test]
    fn no_moment_is_run_twice(
        zone in prop::sample::select(vec!["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Europe/London"]),
        cron in prop::sample::select(vec!["0 3 * * *", "30 1 * * *", "30 2 * * 0", "15 */6 * * *", "0 0,12 * * *"]),
        begin in 1_760_000_000_i64..1_800_000_000,
        steps in prop::collection::vec((-7200_i64..100_000, any::<bool>()), 1..60),
    ) {
        let schedule = schedule(cron, zone);
        let mut now = DateTime::from_timestamp(begin, 0).unwrap();
        let mut up = now;
        let mut kept: Option<Moment> = None;
        for (step, restart) in steps {
            now += Duration::seconds(step);
            if restart {
                up = now;
            }
            match schedule.decide(kept, up, now) {
                Next::Due(scheduled) => {
                    prop_assert!(kept.is_none_or(|kept| scheduled > kept), "{scheduled} after {kept:?}");
                    prop_assert!(scheduled <= now);
                    kept = Some(scheduled);
                    prop_assert!(!schedule.overdue(scheduled, now, Duration::zero()));
                }
                Next::Wait { scheduled, start } => {
                    prop_assert!(start > now || scheduled > now);
                    let kept = kept.unwrap();
                    prop_assert!(scheduled > kept);
                    prop_assert!(!schedule.overdue(kept, now, Duration::zero()));
                }
                Next::Never => prop_assert!(false, "never"),
            }
        }
    }

    /// Going forward and going back find the same moments.
    #[test]
    fn next_and_last_agree(
        zone in prop::sample::select(vec!["UTC", "America/New_York", "Australia/Lord_Howe"]),
        cron in prop::sample::select(vec!["30 1 * * *", "30 2 * * *", "30 2,14 * * *"]),
        moment in 1_760_000_000_i64..1_800_000_000,
    ) {
        let schedule = schedule(cron, zone);
        let moment = DateTime::from_timestamp(moment, 0).unwrap();
        let next = schedule.next_after(moment).unwrap();
        prop_assert!(next > moment);
        prop_assert_eq!(schedule.last_until(next), Some(next));
        prop_assert!(schedule.last_until(next - Duration::seconds(1)).unwrap() <= moment);
    }
}
