//! `kakunin watch`: stays up, runs by the schedule, tells what changed.

mod events;
mod place;
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::Utc;
use clap::Args;
use tokio::net::TcpListener;

use super::verify::{FailOn, code};
use super::{Done, Failure, exit};
use crate::alert::{self, Courier};
use crate::history::{History, LetterFilter};
use crate::model::{EventSettings, Lang, LetterState, Moment, ScheduleSettings};
use crate::watch::clock::{Clock, SystemClock};
use crate::watch::schedule::Schedule;
use crate::watch::{Beside, Daemon, Ended, Health, Keeper, Ledger, Stop, Watch, counted};
use project::Project;

/// Arguments of `kakunin watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// A project folder made by `kakunin init`; may be given several times
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: Vec<PathBuf>,
    /// One run and one round of deliveries, then end: for a timer or a scheduled job
    #[arg(long)]
    once: bool,
    /// Serve /healthz, /readyz, /state and /metrics on this address, as in 127.0.0.1:9613
    #[arg(long, value_name = "ADDR", conflicts_with = "once")]
    listen: Option<SocketAddr>,
    /// With --once: what makes the exit code other than 0
    #[arg(long, value_enum, default_value = "never", requires = "once")]
    fail_on: FailOn,
    /// With --once: seconds to wait for letters that are due to get to their receivers
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    deliver: u64,
    /// Decide again over this sealed snapshot, with the current clock, instead of asking AWS: to try settings and channels
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
}

/// A project that was opened.
struct Opened {
    watch: Arc<Watch>,
    project: Arc<Project>,
    history: Arc<dyn History>,
    courier: Arc<Courier>,
    #[cfg_attr(
        not(all(feature = "sqs", feature = "s3")),
        expect(dead_code, reason = "a build without AWS follows no change events")
    )]
    keeper: Arc<Keeper>,
    events: Option<EventSettings>,
}

pub(super) fn run(args: &WatchArgs, lang: Lang) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
    let done = runtime.block_on(watch(args, lang));
    // A run that was dropped may still hold a thread.
    runtime.shutdown_timeout(Duration::from_millis(200));
    done
}

async fn watch(args: &WatchArgs, lang: Lang) -> Done {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let health = Arc::new(Health::new(Arc::clone(&clock)));
    let stop = Stop::on_signals().map_err(Failure::internal)?;
    let mut opened = Vec::new();
    let mut names = BTreeSet::new();
    for folder in &args.project {
        let one = open(folder, args, lang, &clock, &health, &stop).await?;
        // Health and numbers go by the sheet's name.
        if !names.insert(one.watch.sheet.clone()) {
            return Err(Failure::usage(format!(
                "expected sheets of different names, found {:?} twice: give one of the projects another `name` in [history]",
                one.watch.sheet
            )));
        }
        opened.push(one);
    }
    if args.once { once(&opened, args).await } else { stay(opened, args, clock, health, stop).await }
}

async fn open(
    folder: &std::path::Path,
    args: &WatchArgs,
    lang: Lang,
    clock: &Arc<dyn Clock>,
    health: &Arc<Health>,
    stop: &Stop,
) -> Result<Opened, Failure> {
    if !folder.join("kakunin.toml").is_file() {
        return Err(Failure::usage(format!(
            "expected a project with kakunin.toml in {}, found none: make one with `kakunin init SHEET`",
            folder.display()
        )));
    }
    let project = super::inputs::project(folder)?;
    let (store, sheet) = super::store::history_made(folder, &project).await?;
    let history: Arc<dyn History> = Arc::new(store);
    let vault = super::store::vault(folder, &project).await?;
    let keep = super::store::settings(&project);
    let (settings, lang) = (project.watching, project.lang.unwrap_or(lang));
    let (channels, errors) = alert::channels(&settings.alerts, folder, lang);
    for error in errors {
        tracing::error!(sheet, %error, "a channel cannot be used: its letters wait");
    }
    let channels: BTreeMap<_, _> = channels
        .into_iter()
        .map(|(name, (channel, lang))| {
            let channel = counted(channel, &name, Arc::clone(health));
            (name, (channel, lang))
        })
        .collect();
    let courier = Arc::new(Courier::new(Arc::clone(&history), channels).of(&sheet));
    let project = Arc::new(Project::new(folder, args.snapshot.as_deref()));
    let ScheduleSettings { limit_minutes, .. } = settings.schedule;
    let ledger = Ledger {
        sheet: sheet.clone(),
        history: Arc::clone(&history),
        vault: Arc::clone(&vault),
        who: if args.snapshot.is_some() { None } else { super::store::who().await },
    };
    let nudged = Arc::clone(&courier);
    let keeper = Arc::new(Keeper::new(ledger, project.clone(), Arc::new(move || nudged.nudge())));
    let watch = Watch {
        schedule: Schedule::new(&sheet, &settings.schedule).map_err(Failure::data)?,
        sheet,
        // No run ends within none.
        limit: Duration::from_secs(limit_minutes.max(1).saturating_mul(60)),
        keep,
        history: Arc::clone(&history),
        verifier: project.clone(),
        recorder: keeper.clone(),
        sweep: Some(place::sweep(vault)),
        clock: Arc::clone(clock),
        health: Arc::clone(health),
        stop: stop.clone(),
        alerts: Mutex::new(settings.alerts),
    };
    Ok(Opened { watch: Arc::new(watch), project, history, courier, keeper, events: settings.events })
}

/// Stays up until asked to stop.
async fn stay(opened: Vec<Opened>, args: &WatchArgs, clock: Arc<dyn Clock>, health: Arc<Health>, stop: Stop) -> Done {
    let listener = match args.listen {
        Some(address) => Some(TcpListener::bind(address).await.map_err(|error| {
            Failure::usage(format!("--listen {address}: expected an address that can be listened on: {error}"))
        })?),
        None => None,
    };
    if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
        // The port may have been left to the system: `--listen 127.0.0.1:0`.
        tracing::info!(%address, "health pages");
    }
    let mut beside: Vec<Beside> = opened
        .iter()
        .map(|one| {
            let courier = Arc::clone(&one.courier);
            Beside::new("courier", move |stop| {
                let courier = Arc::clone(&courier);
                async move { courier.run(stop).await }
            })
        })
        .collect();
    if args.snapshot.is_none() {
        for one in &opened {
            beside.extend(events::follow(one).await?);
        }
    }
    let watches: Vec<Arc<Watch>> = opened.iter().map(|one| Arc::clone(&one.watch)).collect();
    for watch in &watches {
        tracing::info!(sheet = watch.sheet, "watching");
    }
    Daemon { watches, beside, health, clock, stop: stop.clone(), listener }.run().await;
    tracing::info!("stopped");
    // 130: ended by a second request, with something under way.
    Ok(if stop.now.is_cancelled() { 130 } else { exit::HOLDS })
}

/// One run of each project, and what is due delivered.
async fn once(opened: &[Opened], args: &WatchArgs) -> Done {
    let mut worst = exit::HOLDS;
    for one in opened {
        one.watch.begin();
        let ended = one.watch.attempt(one.watch.clock.now(), None).await;
        // Also where no run could be made: letters of earlier ones may wait.
        deliver(one, Duration::from_secs(args.deliver)).await;
        let code = match ended {
            Ended::Recorded(seq, report) => {
                say!("{}  {seq}  {}", one.watch.sheet, report.run.id);
                code(&report, args.fail_on)
            }
            Ended::Over => exit::HOLDS,
            Ended::Busy => {
                eprintln!("{}: skipped: another process runs this sheet", one.watch.sheet);
                exit::BUSY
            }
            Ended::Stopped => exit::BUSY,
            Ended::Failed(why) => {
                eprintln!("{}: no run could be made: {why}", one.watch.sheet);
                one.project.code()
            }
        };
        worst = worst.max(code);
    }
    Ok(worst)
}

/// Delivers what is due, and waits for further attempts that come within the limit.
async fn deliver(one: &Opened, limit: Duration) {
    let end = Utc::now() + limit;
    let rounds = async {
        loop {
            let done = one.courier.deliver_due(Utc::now()).await;
            let sick = !done.errors.is_empty() && done.delivered + done.later + done.dead + done.left == 0;
            if !sick && !waiting(one, end).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        () = rounds => {}
        () = one.watch.stop.soon.cancelled() => {}
        () = tokio::time::sleep(limit) => {
            tracing::warn!(sheet = one.watch.sheet, "letters are left in the outbox: the next run tries again");
        }
    }
}

/// Whether a letter is to be tried until then.
async fn waiting(one: &Opened, until: Moment) -> bool {
    let filter = LetterFilter { sheet: Some(one.watch.sheet.clone()), state: Some(LetterState::Waiting), limit: 1000 };
    one.history.letters(filter).await.is_ok_and(|letters| letters.iter().any(|letter| letter.due <= until))
}
