//! The courier: whatever receivers do, every letter ends with its receiver once, or dead where people see it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures::future::{BoxFuture, FutureExt};
use proptest::prelude::*;

use super::Memory;
use super::sample::{self, moment, now};
use crate::alert::{Channel, Courier, Pace, Sent};
use crate::history::History;
use crate::model::{ChangeKind, Lang, Letter, LetterState, Verdict};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Take,
    /// Takes it, and the answer is lost.
    TakeAndBreak,
    Fail,
    Wait(u64),
    Refuse,
    Hang,
    /// Takes it and hangs.
    TakeAndHang,
    Panic,
}

/// A receiver that follows a script and then takes everything; honours the key.
#[derive(Default)]
struct Scripted {
    script: Mutex<VecDeque<Does>>,
    told: Mutex<Vec<String>>,
    seen: Mutex<BTreeSet<String>>,
    incidents: bool,
}

impl Scripted {
    fn new(script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.into_iter().collect()), ..Self::default() })
    }

    /// Keeps an incident per item.
    fn pager(script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.into_iter().collect()), incidents: true, ..Self::default() })
    }

    fn take(&self, letter: &Letter) {
        if self.seen.lock().unwrap().insert(letter.id.clone()) {
            self.told.lock().unwrap().push(letter.id.clone());
        }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

impl Channel for Scripted {
    fn send<'a>(&'a self, letter: &'a Letter, _: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let does = self.script.lock().unwrap().pop_front().unwrap_or(Does::Take);
            match does {
                Does::Take => {
                    self.take(letter);
                    Sent::Delivered
                }
                Does::TakeAndBreak => {
                    self.take(letter);
                    Sent::later("broken off")
                }
                Does::Fail => Sent::later("no"),
                Does::Wait(seconds) => {
                    Sent::Later { why: "busy".to_owned(), after: Some(Duration::from_secs(seconds)) }
                }
                Does::Refuse => Sent::refused("never"),
                Does::Hang => std::future::pending().await,
                Does::TakeAndHang => {
                    self.take(letter);
                    std::future::pending().await
                }
                Does::Panic => panic!("a bug"),
            }
        }
        .boxed()
    }

    fn keeps_incidents(&self) -> bool {
        self.incidents
    }
}

fn quick() -> Pace {
    Pace { attempt: Duration::from_millis(20), lease: Duration::from_secs(180), ..Pace::default() }
}

fn courier(history: &Arc<Memory>, channels: &[(&str, Arc<Scripted>)]) -> Courier {
    let channels = channels.iter().map(|(name, channel)| {
        let channel: Arc<dyn Channel> = channel.clone();
        ((*name).to_owned(), (channel, Lang::En))
    });
    Courier::new(history.clone(), channels.collect()).with_pace(quick())
}

fn letters(channel: &str, count: usize) -> Vec<Letter> {
    (0..count).map(|n| sample::letter(&format!("{channel}/{n:03}"), channel, sample::test())).collect()
}

/// Rounds until nothing waits, time passing from one due letter to the next.
async fn drain(courier: &Courier, history: &Memory, most: usize) {
    let mut clock = now();
    for _ in 0..most {
        courier.deliver_due(clock).await;
        let Some(next) = history.next() else { return };
        clock = next.max(clock);
    }
    panic!("letters still wait after {most} rounds: {:?}", history.next());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_letter_ends_delivered_once_or_dead_and_visible(
        scripts in prop::collection::vec((1usize..6, prop::collection::vec(does(), 0..24)), 1..5),
        homeless in 0usize..3,
        sick in 0u32..3,
    ) {
        // Panics are part of the scripts; their traces are not part of the output.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let names: Vec<String> = (0..scripts.len()).map(|n| format!("c{n}")).collect();
        let mut all: Vec<Letter> = names.iter().zip(&scripts).flat_map(|(n, (count, _))| letters(n, *count)).collect();
        all.extend(letters("gone", homeless));
        let history = Arc::new(Memory::of(all.clone()));
        *history.sick.lock().unwrap() = sick;
        let channels: Vec<(&str, Arc<Scripted>)> =
            names.iter().zip(&scripts).map(|(n, (_, script))| (n.as_str(), Scripted::new(script.clone()))).collect();
        let courier = courier(&history, &channels);
        runtime.block_on(drain(&courier, &history, 400));

        for letter in history.all() {
            let told = channels.iter().flat_map(|(_, c)| c.told()).filter(|id| *id == letter.id).count();
            match letter.state {
                LetterState::Delivered => prop_assert_eq!(told, 1, "{}", letter.id),
                LetterState::Dead => {
                    prop_assert!(letter.error.as_ref().is_some_and(|e| !e.is_empty()) && letter.ended.is_some());
                    prop_assert!(told <= 1);
                    let refuses = channels.iter().zip(&scripts).any(|((n, _), (_, s))|
                        *n == letter.channel && s.contains(&Does::Refuse));
                    prop_assert!(refuses || letter.channel == "gone", "dead without a reason: {letter:?}");
                }
                LetterState::Waiting => prop_assert!(false, "still waiting: {}", letter.id),
            }
        }
        prop_assert_eq!(history.all().len(), all.len(), "no letter is lost");
        for ((name, channel), (count, script)) in channels.iter().zip(&scripts) {
            if !script.contains(&Does::Refuse) {
                prop_assert_eq!(channel.told().len(), *count, "{}: another channel's trouble is not its own", name);
            }
        }
    }
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        4 => Just(Does::Take),
        2 => Just(Does::TakeAndBreak),
        3 => Just(Does::Fail),
        2 => (0u64..5000).prop_map(Does::Wait),
        1 => Just(Does::Refuse),
        1 => Just(Does::Hang),
        1 => Just(Does::TakeAndHang),
        1 => Just(Does::Panic),
    ]
}

#[tokio::test]
async fn letters_of_a_channel_keep_their_order() {
    let history = Arc::new(Memory::of(letters("a", 50)));
    let a = Scripted::new([]);
    let done = courier(&history, &[("a", a.clone())]).deliver_due(now()).await;
    assert_eq!((done.delivered, done.all()), (50, true));
    let expected: Vec<String> = letters("a", 50).into_iter().map(|l| l.id).collect();
    assert_eq!(a.told(), expected);
}

#[tokio::test]
async fn a_letter_that_fails_does_not_block_those_behind_it() {
    let history = Arc::new(Memory::of(letters("a", 3)));
    let a = Scripted::new([Does::Fail]);
    let done = courier(&history, &[("a", a.clone())]).deliver_due(now()).await;
    assert_eq!((done.delivered, done.later, done.all()), (2, 1, false));
    assert_eq!(done.errors, ["a: no"]);
    let put_off = history.get("a/000");
    assert_eq!((put_off.state, put_off.attempts, put_off.error.as_deref()), (LetterState::Waiting, 1, Some("no")));
    let wait = put_off.due - now();
    assert!((5..=11).contains(&wait.num_seconds()), "{wait}");
}

#[tokio::test]
async fn a_receiver_that_asks_for_a_wait_is_left_alone_until_then() {
    let history = Arc::new(Memory::of(letters("a", 3)));
    let a = Scripted::new([Does::Wait(30)]);
    let courier = courier(&history, &[("a", a.clone())]);
    courier.deliver_due(now()).await;
    assert!(a.told().is_empty(), "the others were not sent to it either");
    courier.deliver_due(now() + TimeDelta::seconds(29)).await;
    assert!(a.told().is_empty());
    courier.deliver_due(now() + TimeDelta::seconds(32)).await;
    assert_eq!(a.told(), ["a/000", "a/001", "a/002"]);
}

#[tokio::test]
async fn a_letter_is_dead_after_three_days_and_says_why() {
    let history = Arc::new(Memory::of(letters("a", 1)));
    let courier = courier(&history, &[("a", Scripted::new([Does::Fail; 500]))]);
    let mut clock = now();
    while history.get("a/000").state == LetterState::Waiting {
        clock = history.next().unwrap();
        courier.deliver_due(clock).await;
    }
    let dead = history.get("a/000");
    let age = clock - now();
    assert!(age >= TimeDelta::days(3) && age < TimeDelta::days(3) + TimeDelta::hours(2), "{age}");
    assert!((60..200).contains(&dead.attempts), "{}", dead.attempts);
    assert!(dead.error.unwrap().starts_with("given up after"));

    // Sent again by a person, it has its attempts anew although it is old.
    history.revive("a/000", clock).await.unwrap();
    courier.deliver_due(clock).await;
    assert_eq!(history.get("a/000").state, LetterState::Waiting);
}

#[tokio::test]
async fn a_letter_that_waited_while_nobody_carried_is_still_tried() {
    let mut old = letters("a", 1);
    old[0].created = moment("2026-11-01T00:00:00Z");
    let history = Arc::new(Memory::of(old));
    courier(&history, &[("a", Scripted::new([Does::Fail]))]).deliver_due(now()).await;
    assert_eq!(history.get("a/000").state, LetterState::Waiting);
}

#[tokio::test]
async fn a_channel_that_is_no_longer_in_the_settings_leaves_a_dead_letter() {
    let history = Arc::new(Memory::of(letters("gone", 1)));
    let done = courier(&history, &[]).deliver_due(now()).await;
    assert_eq!(done.dead, 1);
    assert!(history.get("gone/000").error.unwrap().contains("\"gone\""));
}

#[tokio::test]
async fn a_letter_of_a_worker_that_died_is_due_again_when_its_lease_ends() {
    let history = Arc::new(Memory::of(letters("a", 1)));
    let a = Scripted::new([Does::TakeAndHang]);
    let first = courier(&history, &[("a", a.clone())]).with_pace(Pace { attempt: Duration::from_secs(60), ..quick() });
    // The worker dies after the receiver took the letter and before it could be marked.
    assert!(tokio::time::timeout(Duration::from_millis(50), first.deliver_due(now())).await.is_err());
    let second = courier(&history, &[("a", a.clone())]);
    assert_eq!(second.deliver_due(now() + TimeDelta::seconds(100)).await.delivered, 0, "the lease still holds");
    assert_eq!(second.deliver_due(now() + TimeDelta::seconds(181)).await.delivered, 1);
    assert_eq!(a.told(), ["a/000"], "the receiver knew it again");
}

/// A letter about one item, written some minutes after the first.
fn about(item: &str, kind: ChangeKind, minutes: i64) -> Letter {
    let (from, to) = match kind {
        ChangeKind::Broken => (Verdict::Pass, Verdict::Fail),
        _ => (Verdict::Fail, Verdict::Pass),
    };
    let mut message = sample::message(vec![sample::transition(item, "x", kind, from, to)]);
    let at = now() + TimeDelta::minutes(minutes);
    message.at = at;
    let id = format!("{item}/{minutes:02}/{}", kind.label());
    Letter { due: at, created: at, ..sample::letter(&id, "pager", message) }
}

#[tokio::test]
async fn the_end_of_an_incident_does_not_overtake_its_beginning() {
    let all = vec![
        about("6.1", ChangeKind::Broken, 0),
        about("6.1", ChangeKind::Restored, 1),
        about("6.2", ChangeKind::Broken, 1),
    ];
    let history = Arc::new(Memory::of(all));
    let pager = Scripted::pager([Does::Fail, Does::Fail, Does::Take, Does::Fail]);
    let courier = courier(&history, &[("pager", pager.clone())]);
    courier.deliver_due(now()).await;
    // The receiver is ill; the end waits for its turn, another item's letter does not.
    courier.deliver_due(now() + TimeDelta::minutes(1)).await;
    assert_eq!(pager.told(), ["6.2/01/broken"]);
    drain(&courier, &history, 50).await;
    assert_eq!(pager.told(), ["6.2/01/broken", "6.1/00/broken", "6.1/01/restored"]);
}

#[tokio::test]
async fn an_end_that_comes_late_does_not_close_a_later_incident() {
    let mut late = about("6.1", ChangeKind::Restored, 0);
    // Quiet hours.
    late.due = now() + TimeDelta::hours(8);
    let history = Arc::new(Memory::of(vec![late, about("6.1", ChangeKind::Broken, 30)]));
    let pager = Scripted::pager([]);
    let courier = courier(&history, &[("pager", pager.clone())]);
    let severe = courier.deliver_due(now() + TimeDelta::minutes(30)).await;
    assert!(severe.all() && pager.told() == ["6.1/30/broken"], "what is severe does not wait for quiet hours");
    let done = courier.deliver_due(now() + TimeDelta::hours(8)).await;
    assert!(done.all(), "{done:?}");
    assert_eq!(pager.told(), ["6.1/30/broken"], "the incident stays open");
    let late = history.get("6.1/00/restored");
    assert_eq!(late.state, LetterState::Delivered);
    assert!(late.error.unwrap().starts_with("not sent: "), "and the list says so");
}

#[tokio::test]
async fn two_workers_share_the_work() {
    let history = Arc::new(Memory::of(letters("a", 500)));
    let a = Scripted::new([]);
    let (one, two) = (courier(&history, &[("a", a.clone())]), courier(&history, &[("a", a.clone())]));
    let (one, two) = futures::future::join(one.deliver_due(now()), two.deliver_due(now())).await;
    assert_eq!((one.delivered + two.delivered, a.told().len()), (500, 500));
}

#[cfg(feature = "watch")]
#[tokio::test]
async fn a_channel_that_hangs_holds_nobody_up_and_a_stop_gives_letters_back() {
    use tokio_util::sync::CancellationToken;

    let mut all = letters("bad", 30);
    for letter in &mut all {
        // The first in the outbox.
        letter.due = now() - TimeDelta::days(1);
    }
    all.extend(letters("good", 5));
    let history = Arc::new(Memory::of(all));
    let (bad, good) = (Scripted::new([Does::Hang; 100]), Scripted::new([]));
    let pace = Pace { attempt: Duration::from_millis(400), poll: Duration::from_millis(20), ..quick() };
    let courier = courier(&history, &[("bad", bad.clone()), ("good", good.clone())]).with_pace(pace);
    let stop = CancellationToken::new();
    let began = Instant::now();
    let watch = async {
        while good.told().len() < 5 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(began.elapsed() < Duration::from_millis(350), "{:?}", began.elapsed());
        // A letter that comes while the other channel still hangs goes out at once too.
        history.post(&[sample::letter("good/new", "good", sample::test())]).await.unwrap();
        courier.nudge();
        while good.told().len() < 6 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(began.elapsed() < Duration::from_millis(390), "{:?}", began.elapsed());
        stop.cancel();
    };
    futures::future::join(courier.run(stop.clone()), watch).await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    let next = history.next().unwrap();
    assert!(next < chrono::Utc::now(), "letters in line are due at once for the next worker: {next}");
    assert_eq!(history.all().iter().filter(|l| l.state == LetterState::Waiting).count(), 30);
}

#[tokio::test]
async fn a_history_that_is_busy_for_a_moment_does_not_make_a_letter_be_told_twice() {
    let history = Arc::new(Memory::of(letters("a", 1)));
    *history.sick.lock().unwrap() = 2;
    let a = Scripted::new([]);
    let done = courier(&history, &[("a", a.clone())]).deliver_due(now()).await;
    assert!(done.all(), "{done:?}");
    assert_eq!(history.get("a/000").state, LetterState::Delivered);
}

#[test]
fn channels_by_name_have_languages_of_their_own() {
    struct Says(Mutex<Vec<Lang>>);
    impl Channel for Says {
        fn send<'a>(&'a self, _: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
            self.0.lock().unwrap().push(lang);
            futures::future::ready(Sent::Delivered).boxed()
        }
    }
    let says = Arc::new(Says(Mutex::default()));
    let history = Arc::new(Memory::of([letters("ja", 1), letters("en", 1)].concat()));
    let channels: BTreeMap<String, (Arc<dyn Channel>, Lang)> = BTreeMap::from([
        ("ja".to_owned(), (says.clone() as Arc<dyn Channel>, Lang::Ja)),
        ("en".to_owned(), (says.clone() as Arc<dyn Channel>, Lang::En)),
    ]);
    let courier = Courier::new(history, channels);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(courier.deliver_due(now())).delivered, 2);
    assert_eq!(says.0.lock().unwrap().len(), 2);
}
