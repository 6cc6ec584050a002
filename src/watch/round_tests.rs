use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration as Span;
use tokio::sync::watch;

use super::super::test_history::Memory;
use super::super::{NoRun, Seen};
use super::*;
use crate::history::testing;
use crate::model::{ChangeKind, ChannelKind, ChannelSettings, Outcome, ScheduleSettings, Scope, Snapshot};
use crate::plan::Plan;
use crate::snapshot::Sealed;

/// Time that a test lets pass; the wall clock can be set besides.
struct FakeClock {
    begin: Moment,
    passed: watch::Sender<Duration>,
    set: Mutex<Span>,
}

impl FakeClock {
    fn at(begin: &str) -> Arc<Self> {
        let begin = begin.parse().unwrap();
        Arc::new(Self { begin, passed: watch::Sender::new(Duration::ZERO), set: Mutex::new(Span::zero()) })
    }

    /// Lets time pass in steps of five seconds, and everybody act in between.
    async fn pass(&self, time: Span) {
        for _ in 0..time.num_seconds() / 5 {
            self.passed.send_modify(|passed| *passed += Duration::from_secs(5));
            settle().await;
        }
    }
}

async fn settle() {
    for _ in 0..12 {
        tokio::task::yield_now().await;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Moment {
        self.begin + Span::from_std(*self.passed.borrow()).unwrap() + *self.set.lock().unwrap()
    }
    fn passed(&self) -> Duration {
        *self.passed.borrow()
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut passed = self.passed.subscribe();
        let until = *passed.borrow() + time;
        Box::pin(async move { drop(passed.wait_for(|passed| *passed >= until).await) })
    }
}

/// What the next runs do; afterwards each succeeds at once.
#[derive(Clone, Copy)]
enum Does {
    Fail,
    Hang,
    Panic,
    /// Takes so many seconds.
    Take(u64),
}

struct Verify {
    clock: Arc<FakeClock>,
    plan: Mutex<VecDeque<Does>>,
    began: AtomicUsize,
}

impl Verifier for Verify {
    fn verify(&self, clock: Moment, _: Look) -> BoxFuture<'_, Result<Seen, NoRun>> {
        self.began.fetch_add(1, Ordering::SeqCst);
        let does = self.plan.lock().unwrap().pop_front();
        Box::pin(async move {
            match does {
                Some(Does::Fail) => return Err(NoRun("expected credentials, found none".to_owned())),
                Some(Does::Hang) => std::future::pending().await,
                Some(Does::Panic) => panic!("as asked"),
                Some(Does::Take(seconds)) => self.clock.sleep(Duration::from_secs(seconds)).await,
                None => {}
            }
            let check = testing::check("rds/multi-az", "high", &[(1, Outcome::Pass)]);
            let report = testing::report(clock, &[testing::item("1.1", vec![testing::claim("c", "multi-az", check)])]);
            let snapshot = Snapshot {
                schema: String::new(),
                tool_version: String::new(),
                started: clock,
                finished: clock,
                clock,
                scope: Scope::default(),
                targets: Default::default(),
                accounts: Default::default(),
                api_calls: 0,
                observations: vec![],
                coverage: vec![],
                resources: vec![],
                gaps: vec![],
                parts: vec![],
            };
            Ok(Seen { report, sealed: Sealed::new(snapshot).unwrap(), alerts: alerts(), plan: Plan::default() })
        })
    }
}

struct Record {
    history: Arc<Memory>,
    refuse: Mutex<bool>,
}

impl Recorder for Record {
    fn record(&self, seen: Seen, _: RunKind) -> BoxFuture<'_, Result<i64, NotRecorded>> {
        Box::pin(async move {
            if *self.refuse.lock().unwrap() {
                return Err(NotRecorded::Other("disk full".to_owned()));
            }
            let clock = seen.report.run.clock.parse().unwrap();
            Ok(self.history.keep_run("sheet", clock, &seen.report))
        })
    }
}

fn alerts() -> AlertSettings {
    let channel = |name: &str| ChannelSettings { name: name.to_owned(), lang: None, kind: ChannelKind::Stdout {} };
    AlertSettings { channels: vec![channel("ops"), channel("audit")], ..AlertSettings::default() }
}

struct Scene {
    clock: Arc<FakeClock>,
    history: Arc<Memory>,
    verify: Arc<Verify>,
    record: Arc<Record>,
    watch: Arc<Watch>,
    swept: Arc<AtomicUsize>,
}

/// A sheet at 03:00 UTC, on a machine whose clock stands at `begin`.
fn scene(begin: &str, plan: &[Does]) -> Scene {
    let clock = FakeClock::at(begin);
    let history = Arc::new(Memory::default());
    let verify = Arc::new(Verify {
        clock: clock.clone(),
        plan: Mutex::new(plan.iter().copied().collect()),
        began: AtomicUsize::new(0),
    });
    let record = Arc::new(Record { history: history.clone(), refuse: Mutex::new(false) });
    let swept = Arc::new(AtomicUsize::new(0));
    let watch = beside(&clock, &history, &verify, &record, &swept);
    Scene { clock, history, verify, record, watch, swept }
}

/// Another process over the same history.
fn beside(
    clock: &Arc<FakeClock>,
    history: &Arc<Memory>,
    verify: &Arc<Verify>,
    record: &Arc<Record>,
    swept: &Arc<AtomicUsize>,
) -> Arc<Watch> {
    let settings = ScheduleSettings { jitter_seconds: 0, ..ScheduleSettings::default() };
    let counts = swept.clone();
    let watch = Watch {
        sheet: "sheet".to_owned(),
        schedule: Schedule::new("sheet", &settings).unwrap(),
        limit: Duration::from_secs(7200),
        keep: HistorySettings::default(),
        history: history.clone(),
        verifier: verify.clone(),
        recorder: record.clone(),
        sweep: Some(Arc::new(move |digests: Vec<String>| {
            counts.fetch_add(digests.len(), Ordering::SeqCst);
            Box::pin(std::future::ready(()))
        })),
        clock: clock.clone(),
        health: Arc::new(Health::new(clock.clone())),
        stop: Stop::default(),
        alerts: Mutex::new(alerts()),
    };
    watch.begin();
    Arc::new(watch)
}

impl Scene {
    fn up(&self) -> tokio::task::JoinHandle<()> {
        up(&self.watch)
    }
    fn clocks(&self) -> Vec<String> {
        self.history.runs.lock().unwrap().iter().map(|run| run.clock.format("%d %H:%M").to_string()).collect()
    }
    fn told(&self) -> Vec<(String, ChangeKind)> {
        let letters = self.history.letters.lock().unwrap();
        letters.iter().map(|l| (l.channel.clone(), l.message.transitions[0].kind)).collect()
    }
}

fn up(watch: &Arc<Watch>) -> tokio::task::JoinHandle<()> {
    let watch = watch.clone();
    tokio::spawn(async move { watch.run().await })
}

#[tokio::test]
async fn the_first_run_is_at_once_and_then_every_night_and_old_runs_are_forgotten_once_a_day() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let up = scene.up();
    settle().await;
    assert_eq!(scene.clocks(), ["01 12:00"]);
    scene.clock.pass(Span::hours(50)).await;
    assert_eq!(scene.clocks(), ["01 12:00", "02 03:00", "03 03:00"]);
    assert_eq!(scene.history.forgot.lock().unwrap().len(), 3);
    assert_eq!(scene.swept.load(Ordering::SeqCst), 3);
    assert!(scene.watch.health.unready().is_empty(), "{:?}", scene.watch.health.unready());
    assert!(scene.watch.health.stuck().is_empty());
    scene.watch.stop.soon.cancel();
    up.await.unwrap();
}

#[tokio::test]
async fn a_machine_that_slept_makes_one_run_when_it_wakes() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let _up = scene.up();
    settle().await;
    // The wall clock goes on, the other one does not.
    *scene.clock.set.lock().unwrap() = Span::hours(70);
    scene.clock.pass(Span::minutes(2)).await;
    assert_eq!(scene.clocks(), ["01 12:00", "04 10:01"]);
    // Set back by two days, it makes none for what is done.
    *scene.clock.set.lock().unwrap() = Span::hours(60);
    scene.clock.pass(Span::minutes(10)).await;
    assert_eq!(scene.clocks().len(), 2);
}

#[tokio::test]
async fn a_run_that_fails_is_tried_again_and_told_after_the_second_moment_and_the_return_too() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let _up = scene.up();
    settle().await;
    *scene.verify.plan.lock().unwrap() = std::iter::repeat_n(Does::Fail, 100).collect();
    scene.clock.pass(Span::hours(16)).await; // 02 04:00
    let failure = scene.watch.notes().failure().await.unwrap().unwrap();
    assert_eq!((failure.attempts, failure.told), (4, false), "03:00, 03:05, 03:15, 03:35");
    assert!(scene.watch.health.unready()[0].contains("expected credentials, found none"));
    assert!(scene.told().is_empty());
    scene.clock.pass(Span::hours(24)).await;
    assert_eq!(scene.told(), [("ops".to_owned(), ChangeKind::Blind), ("audit".to_owned(), ChangeKind::Blind)]);
    scene.clock.pass(Span::hours(24)).await;
    assert_eq!(scene.told().len(), 2, "told once");
    scene.verify.plan.lock().unwrap().clear();
    scene.clock.pass(Span::hours(2)).await;
    assert_eq!(scene.clocks().len(), 2, "mended between two nights, it is run then");
    assert_eq!(scene.told()[2..], [("ops".to_owned(), ChangeKind::Visible), ("audit".to_owned(), ChangeKind::Visible)]);
    assert!(scene.watch.health.unready().is_empty());
    let text = scene.watch.health.numbers().await;
    assert!(text.contains("kakunin_runs_total{sheet=\"sheet\",kind=\"full\",result=\"ok\"} 2"), "{text}");
    assert!(text.contains("kakunin_letters{sheet=\"sheet\",channel=\"ops\",state=\"waiting\"} 2"), "{text}");
    let ids: std::collections::BTreeSet<String> =
        scene.history.letters.lock().unwrap().iter().map(|letter| letter.id.clone()).collect();
    assert_eq!(ids.len(), 4, "each letter has an id of its own");
}

#[tokio::test]
async fn what_failed_is_remembered_by_the_next_process() {
    let scene = scene("2026-04-01T12:00:00Z", &[Does::Fail]);
    let up = scene.up();
    settle().await;
    up.abort();
    // A night later a new process fails too: that is the second moment.
    scene.clock.passed.send_modify(|passed| *passed += Duration::from_secs(86_400));
    scene.verify.plan.lock().unwrap().push_back(Does::Fail);
    let other = beside(&scene.clock, &scene.history, &scene.verify, &scene.record, &scene.swept);
    let _up = super::tests::up(&other);
    settle().await;
    assert_eq!(scene.told().len(), 2);
    assert!(!other.health.unready().is_empty());
}

#[tokio::test]
async fn a_run_that_cannot_be_written_down_is_a_run_that_failed() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    *scene.record.refuse.lock().unwrap() = true;
    let _up = scene.up();
    settle().await;
    assert!(scene.watch.health.unready()[0].contains("disk full"));
    *scene.record.refuse.lock().unwrap() = false;
    scene.clock.pass(Span::minutes(6)).await;
    assert_eq!(scene.clocks(), ["01 12:05"]);
    assert!(scene.watch.health.unready().is_empty());
}

#[tokio::test]
async fn a_run_that_does_not_end_is_given_up_and_the_loop_is_alive_meanwhile() {
    let scene = scene("2026-04-01T12:00:00Z", &[Does::Hang]);
    let _up = scene.up();
    scene.clock.pass(Span::minutes(119)).await;
    assert!(scene.watch.health.stuck().is_empty());
    assert!(scene.watch.health.line().contains("running since"));
    assert!(*scene.history.locked.lock().unwrap());
    scene.clock.pass(Span::minutes(2)).await;
    assert!(scene.watch.health.unready()[0].contains("within 120 minutes"));
    assert!(!*scene.history.locked.lock().unwrap(), "the lock is free again");
    scene.clock.pass(Span::minutes(6)).await;
    assert_eq!(scene.clocks().len(), 1);
}

#[tokio::test]
async fn a_loop_that_does_not_move_is_stuck() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    scene.clock.pass(Span::minutes(3)).await;
    assert_eq!(scene.watch.health.stuck().len(), 1);
}

#[tokio::test]
async fn two_processes_make_one_run_and_the_other_takes_over_when_one_dies() {
    let scene = scene("2026-04-01T12:00:00Z", &[Does::Take(300)]);
    let other = beside(&scene.clock, &scene.history, &scene.verify, &scene.record, &scene.swept);
    let first = scene.up();
    settle().await;
    let second = up(&other);
    scene.clock.pass(Span::minutes(10)).await;
    assert_eq!(scene.clocks().len(), 1, "one run for both");
    assert_eq!(scene.verify.began.load(Ordering::SeqCst), 1);
    assert!(other.health.unready().is_empty(), "it knows of the other's run");
    assert!(other.health.numbers().await.contains("result=\"skipped\"} 1"), "{}", other.health.numbers().await);
    // The next night one of them dies in the middle.
    scene.verify.plan.lock().unwrap().push_back(Does::Hang);
    scene.clock.pass(Span::hours(15)).await;
    assert_eq!(scene.verify.began.load(Ordering::SeqCst), 2);
    let dies = if scene.watch.health.line().contains("running since") { &first } else { &second };
    dies.abort();
    scene.clock.pass(Span::minutes(2)).await;
    assert_eq!(scene.clocks().len(), 2);
}

#[tokio::test]
async fn a_lock_that_is_held_for_ever_is_told() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let _up = scene.up();
    settle().await;
    *scene.history.locked.lock().unwrap() = true;
    scene.clock.pass(Span::hours(24 * 3)).await;
    assert!(scene.watch.health.unready()[0].contains("holds the lock"));
    assert_eq!(scene.told().len(), 2);
}

#[tokio::test]
async fn a_database_that_is_gone_for_a_while_loses_no_run() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let _up = scene.up();
    settle().await;
    *scene.history.sick.lock().unwrap() = true;
    scene.clock.pass(Span::hours(20)).await;
    assert!(!scene.watch.health.unready().is_empty());
    *scene.history.sick.lock().unwrap() = false;
    scene.clock.pass(Span::minutes(2)).await;
    assert_eq!(scene.clocks().len(), 2);
    assert!(scene.watch.health.unready().is_empty(), "{:?}", scene.watch.health.unready());
}

#[tokio::test]
async fn a_database_that_is_gone_between_two_nights_is_forgotten_when_it_is_back() {
    let scene = scene("2026-04-01T12:00:00Z", &[]);
    let _up = scene.up();
    settle().await;
    *scene.history.sick.lock().unwrap() = true;
    scene.clock.pass(Span::minutes(5)).await;
    assert!(!scene.watch.health.unready().is_empty());
    *scene.history.sick.lock().unwrap() = false;
    scene.clock.pass(Span::minutes(2)).await;
    assert!(scene.watch.health.unready().is_empty(), "{:?}", scene.watch.health.unready());
    assert_eq!(scene.clocks().len(), 1);
}

#[tokio::test]
async fn a_run_under_way_may_end_within_ten_seconds_of_a_stop() {
    for (takes, runs) in [(8, 1), (60, 0)] {
        let scene = scene("2026-04-01T12:00:00Z", &[Does::Take(takes)]);
        let up = scene.up();
        settle().await;
        scene.watch.stop.soon.cancel();
        scene.clock.pass(Span::seconds(20)).await;
        assert!(up.is_finished());
        assert_eq!(scene.clocks().len(), runs);
        assert!(scene.watch.notes().failure().await.unwrap().is_none(), "a stop is no failure");
        assert!(!*scene.history.locked.lock().unwrap());
    }
}

#[tokio::test]
async fn a_second_request_stops_at_once() {
    let scene = scene("2026-04-01T12:00:00Z", &[Does::Hang]);
    let up = scene.up();
    settle().await;
    scene.watch.stop.soon.cancel();
    scene.watch.stop.now.cancel();
    settle().await;
    assert!(up.is_finished());
}

#[tokio::test]
async fn parts_that_panic_or_end_are_begun_anew() {
    use super::super::{Beside, Daemon};
    let scene = scene("2026-04-01T12:00:00Z", &[Does::Panic]);
    let begun = Arc::new(AtomicUsize::new(0));
    let counts = begun.clone();
    let courier = Beside::new("courier", move |_| {
        let first = counts.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if !first {
                std::future::pending::<()>().await;
            }
        }
    });
    let daemon = Daemon {
        watches: vec![scene.watch.clone()],
        beside: vec![courier],
        health: scene.watch.health.clone(),
        clock: scene.clock.clone(),
        stop: scene.watch.stop.clone(),
        listener: None,
    };
    let up = tokio::spawn(daemon.run());
    scene.clock.pass(Span::minutes(1)).await;
    assert_eq!(begun.load(Ordering::SeqCst), 2);
    assert_eq!(scene.clocks().len(), 1, "the schedule came back after a panic");
    let text = scene.watch.health.numbers().await;
    assert!(text.contains("kakunin_restarts_total{part=\"courier\"} 1"), "{text}");
    scene.watch.stop.soon.cancel();
    scene.clock.pass(Span::seconds(30)).await;
    assert!(up.is_finished(), "a part that does not end does not keep the program");
}
