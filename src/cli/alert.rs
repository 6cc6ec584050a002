//! `kakunin alert`: try channels, see what waits or is dead, send it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use clap::{Args, Subcommand};
use futures::future::join_all;
use serde_json::json;

use super::{Done, Failure, exit, inputs, store};
use crate::alert::{self, Channels, Courier, Sent, words};
use crate::history::{History, LetterFilter};
use crate::mapping::Project;
use crate::model::{Lang, Letter, LetterState, Message, Moment, Purpose, Summary};

/// Longest wait for one channel's answer to a test.
const TEST: std::time::Duration = std::time::Duration::from_secs(60);

/// `kakunin alert`.
#[derive(Debug, Args)]
pub(super) struct Alert {
    /// A project folder: kakunin.toml with [[channel]]
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    project: PathBuf,
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Send a test message through channels and say what came of it
    Test {
        /// Names of channels; all where none is named
        channels: Vec<String>,
    },
    /// What waits, was delivered or is dead, the newest first
    List {
        /// Only what was given up
        #[arg(long, conflicts_with = "waiting")]
        dead: bool,
        /// Only what is still to be delivered
        #[arg(long)]
        waiting: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// At most so many; 0 for all
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
    /// Send dead letters again
    Retry {
        /// Ids of letters, as `list` shows them
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        letters: Vec<String>,
        /// All dead letters of the project
        #[arg(long)]
        all: bool,
    },
    /// One round now: deliver everything that is due
    Deliver,
}

pub(super) fn run(args: &Alert, lang: Lang) -> Done {
    let project = inputs::project(&args.project)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        match &args.command {
            What::Test { channels } => test(&args.project, &project, channels, lang).await,
            What::List { dead, waiting, json, limit } => {
                let state = match (dead, waiting) {
                    (true, _) => Some(LetterState::Dead),
                    (_, true) => Some(LetterState::Waiting),
                    _ => None,
                };
                list(&args.project, &project, state, *json, *limit, lang).await
            }
            What::Retry { letters, all } => retry(&args.project, &project, letters, *all, lang).await,
            What::Deliver => deliver(&args.project, &project, lang).await,
        }
    })
}

fn made(folder: &Path, project: &Project, lang: Lang) -> Result<Channels, Failure> {
    if project.watching.alerts.channels.is_empty() {
        return Err(Failure::usage(format!(
            "expected a [[channel]] in {}, found none; add one: [[channel]] name = \"ops\" kind = \"slack\" url = {{ env = \
             \"SLACK_WEBHOOK_URL\" }}",
            folder.join("kakunin.toml").display()
        )));
    }
    Ok(alert::channels(&project.watching.alerts, folder, project.lang.unwrap_or(lang)).0)
}

async fn test(folder: &Path, project: &Project, names: &[String], lang: Lang) -> Done {
    let channels = made(folder, project, lang)?;
    if let Some(unknown) = names.iter().find(|name| !channels.contains_key(*name)) {
        let known: Vec<&str> = channels.keys().map(String::as_str).collect();
        return Err(Failure::usage(format!(
            "expected the name of a [[channel]], found {unknown:?}; the channels are: {}",
            known.join(", ")
        )));
    }
    let now = whole(Utc::now());
    let sheet = store::name(folder, project);
    let chosen = channels.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    let sent = join_all(chosen.map(|(name, (channel, lang))| {
        let letter = test_letter(&sheet, name, now, project);
        async move {
            let sent = tokio::time::timeout(TEST, channel.send(&letter, *lang)).await;
            (name, sent.unwrap_or_else(|_| Sent::later(format!("no answer within {} seconds", TEST.as_secs()))))
        }
    }));
    let mut code = exit::HOLDS;
    for (name, sent) in sent.await {
        let (ja, en, why) = match sent {
            Sent::Delivered => ("届きました", "delivered", None),
            Sent::Later { why, .. } => ("今は届きません", "not delivered now", Some(why)),
            Sent::Refused { why } => ("拒否されました", "refused", Some(why)),
        };
        let what = if lang == Lang::Ja { ja } else { en };
        match why {
            None => say!("{name}: {what}"),
            Some(why) => {
                code = exit::CONTRADICTED;
                say!("{name}: {what}: {why}");
            }
        }
    }
    Ok(code)
}

fn test_letter(sheet: &str, channel: &str, now: Moment, project: &Project) -> Letter {
    // Nanoseconds of the clock: two tests are two messages.
    let key = format!("{sheet}/test/{}", Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Nanos, true));
    Letter {
        id: format!("{key}/{channel}"),
        channel: channel.to_owned(),
        message: Message {
            key,
            purpose: Purpose::Test,
            sheet: sheet.to_owned(),
            run: String::new(),
            at: now,
            summary: Summary { items: 0, by_verdict: Default::default(), by_agreement: Default::default() },
            transitions: Vec::new(),
            open: Vec::new(),
            link: project.watching.alerts.dashboard.clone(),
        },
        due: now,
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: now,
        ended: None,
    }
}

/// Moments are whole seconds.
fn whole(moment: Moment) -> Moment {
    chrono::SubsecRound::trunc_subsecs(moment, 0)
}

async fn list(
    folder: &Path,
    project: &Project,
    state: Option<LetterState>,
    as_json: bool,
    limit: u32,
    lang: Lang,
) -> Done {
    let (store, sheet) = store::history_of(folder, project).await?;
    let filter = LetterFilter { sheet: Some(sheet), state, limit };
    let letters = store.letters(filter).await.map_err(Failure::data)?;
    if as_json {
        let list: Vec<_> = letters
            .iter()
            .map(|letter| {
                json!({
                    "id": letter.id, "channel": letter.channel, "state": letter.state, "attempts": letter.attempts,
                    "due": words::rfc3339(letter.due), "created": words::rfc3339(letter.created),
                    "ended": letter.ended.map(words::rfc3339), "error": letter.error,
                    "purpose": letter.message.purpose, "run": letter.message.run,
                    "subject": words::tell(&letter.message, lang).subject,
                })
            })
            .collect();
        let all = json!({"schema": "kakunin.letters/1", "letters": list});
        say!("{}", serde_json::to_string_pretty(&all).map_err(Failure::internal)?);
        return Ok(exit::HOLDS);
    }
    for letter in &letters {
        say!("{}", words::clean(&letter.id));
        say!("    {}", words::tell(&letter.message, lang).subject);
        say!("    {}", standing(letter, lang));
        if let Some(error) = &letter.error {
            say!("    {}", words::clean(error));
        }
    }
    let dead = letters.iter().filter(|letter| letter.state == LetterState::Dead).count();
    match lang {
        Lang::Ja => say!("{} 通", letters.len()),
        Lang::En => say!("{} letters", letters.len()),
    }
    if dead > 0 {
        match lang {
            Lang::Ja => say!("{dead} 通は届いていません。原因を直してから: kakunin alert retry --all"),
            Lang::En => say!("{dead} are dead; mend the cause, then: kakunin alert retry --all"),
        }
    }
    Ok(exit::HOLDS)
}

fn standing(letter: &Letter, lang: Lang) -> String {
    let (channel, attempts) = (words::clean(&letter.channel), letter.attempts);
    let ended = words::at(letter.ended.unwrap_or(letter.due));
    match (letter.state, lang) {
        (LetterState::Waiting, Lang::Ja) => format!("待機中（{channel}、試行 {attempts} 回、次は {ended}）"),
        (LetterState::Waiting, Lang::En) => format!("waiting ({channel}, {attempts} attempts, next at {ended})"),
        (LetterState::Delivered, Lang::Ja) => format!("配達済み（{channel}、{ended}）"),
        (LetterState::Delivered, Lang::En) => format!("delivered ({channel}, {ended})"),
        (LetterState::Dead, Lang::Ja) => format!("不達（{channel}、試行 {attempts} 回、{ended}）"),
        (LetterState::Dead, Lang::En) => format!("dead ({channel}, {attempts} attempts, {ended})"),
    }
}

async fn retry(folder: &Path, project: &Project, ids: &[String], all: bool, lang: Lang) -> Done {
    let (store, sheet) = store::history_of(folder, project).await?;
    let filter = LetterFilter { sheet: Some(sheet), state: Some(LetterState::Dead), limit: 0 };
    let dead: Vec<String> =
        store.letters(filter).await.map_err(Failure::data)?.into_iter().map(|letter| letter.id).collect();
    if let Some(other) = ids.iter().find(|id| !dead.contains(id)) {
        return Err(Failure::usage(format!(
            "expected the id of a dead letter of this project, found {other:?}; `kakunin alert list --dead` lists them"
        )));
    }
    let chosen = if all { &dead } else { ids };
    let now = whole(Utc::now());
    for id in chosen {
        store.revive(id, now).await.map_err(Failure::data)?;
    }
    match lang {
        Lang::Ja => say!("{} 通を送り直します（kakunin watch、または kakunin alert deliver が届けます）", chosen.len()),
        Lang::En => say!("{} to be sent again, by kakunin watch or kakunin alert deliver", chosen.len()),
    }
    Ok(exit::HOLDS)
}

async fn deliver(folder: &Path, project: &Project, lang: Lang) -> Done {
    let channels = made(folder, project, lang)?;
    let (store, sheet) = store::history_of(folder, project).await?;
    let store: Arc<dyn History> = Arc::new(store);
    let done = Courier::new(store, channels).of(sheet).deliver_due(Utc::now()).await;
    match lang {
        Lang::Ja => {
            say!("配達 {}、延期 {}、不達 {}、未着手 {}", done.delivered, done.later, done.dead, done.left);
        }
        Lang::En => {
            say!("{} delivered, {} put off, {} dead, {} not tried", done.delivered, done.later, done.dead, done.left);
        }
    }
    for error in &done.errors {
        say!("    {error}");
    }
    Ok(if done.all() { exit::HOLDS } else { exit::CONTRADICTED })
}
