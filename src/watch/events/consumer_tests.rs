//! The consumer over a queue in memory, with visibility time-outs, and a world whose state the re-check reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use proptest::prelude::*;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::consumer::{Consumer, Pace};
use super::queue::{Looked, Poisoned, Queue, QueueError, Received, Recheck, RecheckError, Shelf};
use super::touch::{Idle, Touch};
use crate::model::Cell;
use crate::plan::Plan;
use crate::table::registry;

const ACCOUNT: &str = "123456789012";
const REGIONS: [&str; 2] = ["ap-northeast-1", "us-east-1"];
/// Event sources that calls are made of: one of two services, one that belongs to no region, one that names all regions.
const SOURCES: [&str; 6] = ["rds", "ec2", "elasticloadbalancing", "iam", "s3", "cloudtrail"];
/// What is received and not acknowledged comes again after so long: often, so that tests meet it.
const VISIBILITY: Duration = Duration::from_millis(40);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn pace() -> Pace {
    Pace { settle: ms(2), flood: ms(6), again: ms(8), retry_least: ms(2), retry_most: ms(10), batch: 7, held: 50 }
}

struct Message {
    id: String,
    body: String,
    visible: Instant,
    receipt: usize,
}

/// A queue that delivers at least once.
struct Memory {
    visibility: Duration,
    messages: Mutex<Vec<Message>>,
    receipts: AtomicUsize,
    /// One of so many calls fails; 0: none.
    fails: AtomicUsize,
    calls: AtomicUsize,
    received: AtomicUsize,
}

impl Memory {
    fn new(visibility: Duration) -> Self {
        Self {
            visibility,
            messages: Mutex::default(),
            receipts: AtomicUsize::new(0),
            fails: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
            received: AtomicUsize::new(0),
        }
    }

    /// A message; `copies` of it, as a queue may deliver it more than once.
    fn send(&self, id: &str, body: &str, copies: usize) {
        let mut messages = self.messages.lock().unwrap();
        for copy in 0..copies {
            // Newer ones before older ones, now and then.
            let at = if (messages.len() + copy).is_multiple_of(3) { 0 } else { messages.len() };
            let message = Message { id: id.into(), body: body.into(), visible: Instant::now(), receipt: 0 };
            messages.insert(at, message);
        }
    }

    fn empty(&self) -> bool {
        self.messages.lock().unwrap().is_empty()
    }

    fn call(&self) -> Result<(), QueueError> {
        let every = self.fails.load(Ordering::Relaxed);
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        // Without a beat, which the consumer could fall into step with (Knuth's multiplicative hash).
        let spread = (call.wrapping_mul(2_654_435_761) >> 11) & 0xffff;
        if every > 0 && spread.is_multiple_of(every) { Err(QueueError("out of reach".into())) } else { Ok(()) }
    }
}

impl Queue for Memory {
    fn receive(&self, max: usize, wait: Duration) -> BoxFuture<'_, Result<Vec<Received>, QueueError>> {
        Box::pin(async move {
            self.call()?;
            let until = Instant::now() + wait;
            loop {
                let now = Instant::now();
                let found: Vec<Received> = {
                    let mut messages = self.messages.lock().unwrap();
                    let visible = messages.iter_mut().filter(|message| message.visible <= now).take(max);
                    let found = visible.map(|message| {
                        message.visible = now + self.visibility;
                        message.receipt = self.receipts.fetch_add(1, Ordering::Relaxed) + 1;
                        let (id, body) = (message.id.clone(), message.body.clone());
                        Received { id, body, handle: message.receipt.to_string() }
                    });
                    found.collect()
                };
                self.received.fetch_add(found.len(), Ordering::Relaxed);
                if !found.is_empty() || now >= until {
                    return Ok(found);
                }
                tokio::time::sleep(ms(1)).await;
            }
        })
    }

    fn done(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move {
            self.call()?;
            assert!(handles.len() <= 10, "more than one call acknowledges");
            // A receipt that is not the last one acknowledges nothing.
            self.messages.lock().unwrap().retain(|message| !handles.contains(&message.receipt.to_string()));
            Ok(())
        })
    }

    fn later(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move {
            let now = Instant::now();
            for message in self.messages.lock().unwrap().iter_mut() {
                if handles.contains(&message.receipt.to_string()) {
                    message.visible = now;
                }
            }
            Ok(())
        })
    }
}

#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Poisoned>>);

impl Shelf for Kept {
    fn keep(&self, poisoned: Poisoned) -> BoxFuture<'_, Result<(), QueueError>> {
        self.0.lock().unwrap().insert(poisoned.id.clone(), poisoned);
        Box::pin(async { Ok(()) })
    }
}

/// What is, and what was seen of it: how often each cell was changed.
struct World {
    touch: Arc<Touch>,
    truth: Mutex<BTreeMap<Cell, (u32, Instant)>>,
    seen: Mutex<BTreeMap<Cell, u32>>,
    /// Cells whose second look is owed, as the last snapshot tells.
    owed: Mutex<BTreeMap<Cell, Instant>>,
    /// An answer may be as old as this.
    lag: Duration,
    /// Re-checks that fail, of those to come.
    fails: AtomicU32,
    under_way: AtomicBool,
    looks: Mutex<Vec<Looked>>,
}

impl World {
    fn new(lag: Duration) -> Self {
        let plan = Plan { operations: registry().operations.clone() };
        let accounts =
            BTreeMap::from([(ACCOUNT.to_owned(), REGIONS.iter().map(ToString::to_string).collect::<Vec<_>>())]);
        Self {
            touch: Arc::new(Touch::new(&plan, accounts)),
            truth: Mutex::default(),
            seen: Mutex::default(),
            owed: Mutex::default(),
            lag,
            fails: AtomicU32::new(0),
            under_way: AtomicBool::new(false),
            looks: Mutex::default(),
        }
    }

    /// Somebody makes a call.
    fn change(&self, source: &str, region: &str) -> String {
        let event = json!({
            "detail-type": "AWS API Call via CloudTrail", "account": ACCOUNT, "region": region,
            "detail": {"eventSource": format!("{source}.amazonaws.com"), "eventName": "Anything", "awsRegion": region,
                       "recipientAccountId": ACCOUNT, "readOnly": false},
        });
        let body = event.to_string();
        let change = super::event::read(&body).remove(0).unwrap();
        let mut truth = self.truth.lock().unwrap();
        for cell in self.touch.of(&change).unwrap().cells {
            let state = truth.entry(cell).or_insert((0, Instant::now()));
            *state = (state.0 + 1, Instant::now());
        }
        body
    }

    fn agrees(&self) -> bool {
        let truth: BTreeMap<Cell, u32> = self.truth.lock().unwrap().iter().map(|(c, (n, _))| (c.clone(), *n)).collect();
        *self.seen.lock().unwrap() == truth
    }
}

impl Recheck for World {
    fn touch(&self) -> Option<Arc<Touch>> {
        Some(Arc::clone(&self.touch))
    }

    fn recheck(&self, cells: BTreeSet<Cell>) -> BoxFuture<'_, Result<(), RecheckError>> {
        Box::pin(async move {
            assert!(!self.under_way.swap(true, Ordering::SeqCst), "two re-checks at once");
            let now = Instant::now();
            let read: Vec<(Cell, u32)> = {
                let truth = self.truth.lock().unwrap();
                let answer = |cell: &Cell| {
                    let (count, when) = truth.get(cell).copied().unwrap_or((0, now));
                    // What was changed just now may not be seen yet.
                    if count > 0 && now < when + self.lag { count - 1 } else { count }
                };
                cells.iter().map(|cell| (cell.clone(), answer(cell))).collect()
            };
            tokio::time::sleep(ms(1)).await;
            self.under_way.store(false, Ordering::SeqCst);
            if self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
                return Err(RecheckError("no credentials".into()));
            }
            let mut owed = self.owed.lock().unwrap();
            owed.extend(read.iter().map(|(cell, _)| (cell.clone(), now)));
            self.seen.lock().unwrap().extend(read);
            Ok(())
        })
    }

    fn looked(&self, looked: &Looked) {
        self.looks.lock().unwrap().push(looked.clone());
    }
}

struct Rig {
    queue: Arc<Memory>,
    world: Arc<World>,
    shelf: Arc<Kept>,
    pace: Pace,
}

impl Rig {
    fn new(lag: Duration, pace: Pace) -> Self {
        let queue = Arc::new(Memory::new(VISIBILITY));
        Self { queue, world: Arc::new(World::new(lag)), shelf: Arc::default(), pace }
    }

    /// A consumer that starts, owing what the last snapshot says.
    fn start(&self) -> (Arc<Consumer>, CancellationToken, tokio::task::JoinHandle<()>) {
        self.world.under_way.store(false, Ordering::SeqCst);
        let last = self.world.owed.lock().unwrap().clone();
        let newest = last.values().max().copied();
        let within = |at: &Instant| newest.is_some_and(|newest| newest - *at <= 4 * self.pace.again);
        let owed = last.into_iter().filter(|(_, at)| within(at)).map(|(cell, _)| cell).collect();
        let (queue, world, shelf) = (Arc::clone(&self.queue), Arc::clone(&self.world), Arc::clone(&self.shelf));
        let consumer = Arc::new(Consumer::new(queue, world, shelf, self.pace.clone()).owing(owed));
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let (consumer, stop) = (Arc::clone(&consumer), stop.clone());
            async move { consumer.run(stop).await }
        });
        (consumer, stop, task)
    }

    /// Waits until the queue is empty and what was seen is what is.
    async fn settle(&self) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(10);
        while !(self.queue.empty() && self.world.agrees()) {
            if Instant::now() > until {
                let truth = self.world.truth.lock().unwrap();
                let seen = self.world.seen.lock().unwrap();
                return Err(format!("queue empty: {}; {truth:?} seen as {seen:?}", self.queue.empty()));
            }
            tokio::time::sleep(ms(2)).await;
        }
        Ok(())
    }
}

fn on<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// What happens, one thing after the other.
#[derive(Debug, Clone)]
enum Step {
    /// A call, and its event so many times.
    Call { source: usize, region: usize, copies: usize },
    /// A message that is no event.
    Poison,
    /// The next re-checks fail.
    Fail(u32),
    /// Killed, and started again.
    Crash,
    /// Stopped, and started again.
    Stop,
    /// Nothing for some milliseconds.
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let call = (0..SOURCES.len(), 0..REGIONS.len(), 1usize..4);
    let step = prop_oneof![
        8 => call.prop_map(|(source, region, copies)| Step::Call { source, region, copies }),
        1 => Just(Step::Poison),
        1 => (1u32..3).prop_map(Step::Fail),
        2 => Just(Step::Crash),
        1 => Just(Step::Stop),
        3 => (0u64..12).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Duplicates, any order, failures, crashes, answers that are too old: in the end what was seen is what a whole look
    /// would see, and nothing waits.
    #[test]
    fn the_end_state_is_a_whole_look_s(steps in steps(), fails in prop_oneof![Just(0usize), 3usize..9], lag in 0u64..7) {
        let result = on(async {
            let rig = Rig::new(ms(lag), pace());
            rig.queue.fails.store(fails, Ordering::Relaxed);
            let mut running = rig.start();
            let mut poison = 0;
            for (at, step) in steps.iter().enumerate() {
                match step {
                    Step::Call { source, region, copies } => {
                        let body = rig.world.change(SOURCES[*source], REGIONS[*region]);
                        rig.queue.send(&format!("m-{at}"), &body, *copies);
                    }
                    Step::Poison => {
                        rig.queue.send(&format!("m-{at}"), "hello", 1);
                        poison += 1;
                    }
                    Step::Fail(n) => rig.world.fails.store(*n, Ordering::SeqCst),
                    Step::Crash => {
                        running.2.abort();
                        let _ = running.2.await;
                        running = rig.start();
                    }
                    Step::Stop => {
                        running.1.cancel();
                        running.2.await.unwrap();
                        running = rig.start();
                    }
                    Step::Wait(n) => tokio::time::sleep(ms(*n)).await,
                }
            }
            rig.settle().await?;
            let kept = rig.shelf.0.lock().unwrap().len();
            if kept != poison {
                return Err(format!("{kept} of {poison} messages were kept"));
            }
            running.1.cancel();
            running.2.await.map_err(|error| error.to_string())
        });
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

#[test]
fn a_flood_is_a_few_looks_and_little_memory() {
    on(async {
        let pace = Pace { batch: 100, held: 2_000, settle: ms(20), flood: ms(2_000), ..pace() };
        // As long as it should be: longer than gathering and looking take.
        let rig = Rig { queue: Arc::new(Memory::new(ms(60_000))), ..Rig::new(ms(0), pace) };
        for n in 0..10_000 {
            let body = rig.world.change(SOURCES[n % SOURCES.len()], REGIONS[n % 2]);
            rig.queue.send(&format!("m-{n}"), &body, 1);
        }
        let (consumer, stop, task) = rig.start();
        rig.settle().await.unwrap();
        let counts = consumer.counts();
        assert!(counts.most_held <= 2_000, "{counts:?}");
        assert_eq!((counts.rechecks, counts.received), (5, 10_000), "{counts:?}");
        stop.cancel();
        task.await.unwrap();
        println!("flood of 10,000: {counts:?}");
    });
}

#[test]
fn a_full_answer_is_no_reason_to_wait_for_a_flood_that_does_not_come() {
    on(async {
        let pace = Pace { settle: ms(30), flood: ms(5_000), batch: 5, ..pace() };
        let rig = Rig::new(ms(0), pace);
        for n in 0..5 {
            let body = rig.world.change("rds", REGIONS[0]);
            rig.queue.send(&format!("m-{n}"), &body, 1);
        }
        let began = Instant::now();
        let (_, stop, task) = rig.start();
        rig.settle().await.unwrap();
        assert!(began.elapsed() < ms(2_000), "{:?}", began.elapsed());
        stop.cancel();
        task.await.unwrap();
    });
}

#[test]
fn a_burst_is_one_look_and_one_more_later() {
    on(async {
        let pace = Pace { settle: ms(30), again: ms(60), ..pace() };
        let rig = Rig::new(ms(0), pace);
        let (consumer, stop, task) = rig.start();
        for n in 0..5 {
            let body = rig.world.change("rds", REGIONS[0]);
            rig.queue.send(&format!("m-{n}"), &body, 1);
        }
        rig.settle().await.unwrap();
        let until = Instant::now() + ms(5_000);
        while consumer.counts().second_looks == 0 && Instant::now() < until {
            tokio::time::sleep(ms(1)).await;
        }
        tokio::time::sleep(ms(100)).await;
        let counts = consumer.counts();
        assert_eq!((counts.rechecks, counts.second_looks, counts.received), (1, 1, 5), "{counts:?}");
        let looks = rig.world.looks.lock().unwrap().clone();
        assert_eq!(looks.iter().map(|l| l.messages).collect::<Vec<_>>(), [5, 0]);
        assert!(looks[0].waited >= ms(30));
        stop.cancel();
        task.await.unwrap();
    });
}

#[test]
fn nothing_is_acknowledged_before_it_was_committed() {
    on(async {
        let rig = Rig::new(ms(0), pace());
        rig.world.fails.store(u32::MAX, Ordering::SeqCst);
        let body = rig.world.change("iam", REGIONS[1]);
        rig.queue.send("m-1", &body, 1);
        let (consumer, stop, task) = rig.start();
        let until = Instant::now() + ms(5_000);
        while consumer.counts().failed < 3 && Instant::now() < until {
            tokio::time::sleep(ms(1)).await;
        }
        assert!(consumer.counts().failed >= 3, "{:?}", consumer.counts());
        // Tried again from memory: a queue gives up on messages that are received too often.
        assert_eq!(rig.queue.received.load(Ordering::Relaxed), 1);
        assert!(!rig.queue.empty());
        stop.cancel();
        task.await.unwrap();
        // Given back: the next one gets it at once.
        rig.world.fails.store(0, Ordering::SeqCst);
        let (_, stop, task) = rig.start();
        rig.settle().await.unwrap();
        stop.cancel();
        task.await.unwrap();
    });
}

/// The answer was too old, the event is acknowledged, and the program is killed before it looked once more.
#[test]
fn a_second_look_outlives_a_crash() {
    on(async {
        let rig = Rig::new(ms(60), Pace { again: ms(80), ..pace() });
        let body = rig.world.change("rds", REGIONS[0]);
        rig.queue.send("m-1", &body, 1);
        let (_, _, task) = rig.start();
        while rig.world.looks.lock().unwrap().is_empty() || !rig.queue.empty() {
            tokio::time::sleep(ms(1)).await;
        }
        assert!(!rig.world.agrees(), "the answer was to be too old");
        task.abort();
        let _ = task.await;
        let (_, stop, task) = rig.start();
        rig.settle().await.unwrap();
        stop.cancel();
        task.await.unwrap();
    });
}

#[test]
fn what_touches_nothing_leads_to_no_look() {
    on(async {
        let rig = Rig::new(ms(0), pace());
        let event = |read_only: bool, source: &str| {
            json!({"detail-type": "AWS API Call via CloudTrail", "account": ACCOUNT, "region": REGIONS[0],
                   "detail": {"eventSource": format!("{source}.amazonaws.com"), "eventName": "X",
                              "awsRegion": REGIONS[0], "readOnly": read_only}})
            .to_string()
        };
        rig.queue.send("m-1", &event(true, "rds"), 1);
        rig.queue.send("m-2", &event(false, "quantum"), 1);
        rig.queue.send("m-3", "no event", 1);
        let (consumer, stop, task) = rig.start();
        rig.settle().await.unwrap();
        let counts = consumer.counts();
        assert_eq!(counts.idle, BTreeMap::from([(Idle::Read, 1), (Idle::UnknownSource, 1)]));
        assert_eq!((counts.rechecks, counts.poison), (0, 1));
        let kept = rig.shelf.0.lock().unwrap();
        assert_eq!(kept["m-3"].length, 8);
        assert!(kept["m-3"].reason.contains("no JSON"), "{:?}", kept["m-3"]);
        stop.cancel();
        task.await.unwrap();
    });
}
