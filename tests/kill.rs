//! A process that commits runs and delivers letters is killed at random moments, many times. Afterwards every change that
//! was committed has been told, each by one message, and nothing that was not.
//!
//! `KAKUNIN_KILLS=200` for the full count.
#![cfg(feature = "alert")]

#[path = "kill/command.rs"]
mod command;
#[path = "kill/receiver.rs"]
mod receiver;
#[path = "kill/worker.rs"]
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver as Ear, channel};
use std::time::{Duration, Instant};

use kakunin::history::{History, LetterFilter, Place, Store};
use kakunin::model::{LetterState, Transition};

use receiver::{Receiver, chance};
use worker::{CHANNELS, SHEET};

/// Kills where nobody asks for more.
const KILLS: u32 = 20;
/// Name of the variable that makes this binary a worker.
const ROLE: &str = "KAKUNIN_KILL_ROLE";

fn start(role: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "works_when_it_is_told_to", "--nocapture"])
        .env(ROLE, role)
        .env("KAKUNIN_KILL_FOLDER", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a worker said.
struct Said {
    /// Once, when it is about to begin.
    ready: Ear<()>,
    /// Runs, each said after its commit: none of them may be missing.
    committed: std::thread::JoinHandle<Vec<i64>>,
}

fn said(child: &mut Child) -> Said {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (tell, ready) = channel();
    let committed = std::thread::spawn(move || {
        let run = |line: String| {
            if line == "ready" {
                let _ = tell.send(());
            }
            line.strip_prefix("committed ")?.parse().ok()
        };
        lines.map_while(Result::ok).filter_map(run).collect()
    });
    Said { ready, committed }
}

/// The worker's entry: a test that does nothing unless the other one started it.
#[test]
fn works_when_it_is_told_to() {
    if let Ok(role) = std::env::var(ROLE) {
        worker::work(&role, Path::new(&std::env::var("KAKUNIN_KILL_FOLDER").unwrap()));
    }
}

#[test]
fn no_change_is_lost_and_none_is_told_twice_when_the_process_is_killed() {
    if std::env::var(ROLE).is_ok() {
        return;
    }
    let kills: u32 = std::env::var("KAKUNIN_KILLS").ok().map_or(KILLS, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start();
    for channel in CHANNELS {
        std::fs::write(folder.path().join(channel), format!("{}/{channel}\n", receiver.url)).unwrap();
    }
    std::fs::write(folder.path().join("secret"), "s3cr3t").unwrap();

    let began = Instant::now();
    let mut committed = BTreeSet::new();
    let mut idle = 0;
    for _ in 0..kills {
        let mut child = start("work", folder.path());
        let said = said(&mut child);
        // Some while the history is being opened, most while runs are committed and told, however slow the machine is.
        if chance() % 5 > 0 {
            let _ = said.ready.recv_timeout(Duration::from_secs(30));
        }
        std::thread::sleep(Duration::from_millis(chance() % 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let runs = said.committed.join().unwrap();
        idle += u32::from(runs.is_empty());
        for run in runs {
            assert!(committed.insert(run), "run {run} was committed twice");
        }
    }
    receiver.behave();
    let mut child = start("drain", folder.path());
    let said = said(&mut child);
    let ended = child.wait().unwrap();
    assert!(ended.success(), "the last worker could not deliver everything");
    assert!(said.committed.join().unwrap().is_empty());
    let took = began.elapsed();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (runs, transitions, letters) = runtime.block_on(async {
        let store = Store::open(&Place::Sqlite(folder.path().join("history.db"))).await.unwrap();
        (
            store.runs(SHEET, 0).await.unwrap(),
            store.transitions(SHEET, None, None, 0).await.unwrap(),
            store.letters(LetterFilter::default()).await.unwrap(),
        )
    });
    let stored: BTreeSet<i64> = runs.iter().map(|run| run.seq).collect();
    assert!(committed.is_subset(&stored), "runs that were committed are gone");
    assert_eq!(stored, (1..=stored.len() as i64).collect(), "the row of runs is whole");
    assert!(letters.iter().all(|letter| letter.state == LetterState::Delivered));

    let arrived = receiver.arrived();
    let (attempts, repeated) = (receiver.attempts(), receiver.repeated());
    let mut told: BTreeMap<&str, BTreeMap<String, u32>> = CHANNELS.iter().map(|c| (*c, BTreeMap::new())).collect();
    let known: BTreeMap<String, &Transition> = transitions.iter().map(|t| (t.id.clone(), t)).collect();
    for (key, body) in &arrived {
        let letter = letters.iter().find(|letter| letter.id == *key);
        let letter = letter.unwrap_or_else(|| panic!("{key} arrived and was never committed"));
        let message: kakunin::model::Message = serde_json::from_value(body["message"].clone()).unwrap();
        assert_eq!(message, letter.message, "what arrived is what was committed");
        for transition in message.transitions {
            assert_eq!(known.get(&transition.id), Some(&&transition), "a change that was never committed");
            *told.get_mut(letter.channel.as_str()).unwrap().entry(transition.id).or_default() += 1;
        }
    }
    let mut lost = 0;
    for (channel, told) in &told {
        let missing: Vec<&String> = known.keys().filter(|id| !told.contains_key(*id)).collect();
        lost += missing.len();
        assert!(missing.is_empty(), "{channel} was never told of {missing:?}");
        let twice: Vec<_> = told.iter().filter(|(_, times)| **times != 1).collect();
        assert!(twice.is_empty(), "{channel} was told in two messages of {twice:?}");
    }
    assert_eq!(arrived.len(), letters.len(), "every letter arrived");
    println!(
        "{kills} kills in {:.1} s ({idle} before the first commit): {} runs, {} transitions, {} letters to {} channels; {attempts} \
         attempts, {repeated} letters came more than once and were known again; lost {lost}, told twice 0",
        took.as_secs_f32(),
        runs.len(),
        transitions.len(),
        letters.len(),
        CHANNELS.len(),
    );
    assert!(runs.len() > 3 && transitions.len() > 3, "too little happened for this to say anything");
}
