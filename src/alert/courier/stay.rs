//! Staying up: a line per channel that lives as long as the program.

use chrono::Utc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::*;

/// Wait after the history could not be read.
const SICK: Duration = Duration::from_secs(5);

impl Courier {
    /// Delivers until `stop`: attempts that run are finished, letters in line are given back.
    pub async fn run(&self, stop: CancellationToken) {
        let mut senders = BTreeMap::new();
        let mut lines = Vec::new();
        for name in self.channels.keys() {
            let (sender, receiver) = unbounded_channel();
            senders.insert(name.as_str(), sender);
            lines.push(self.follow(name, receiver, &stop));
        }
        let dispatch = async {
            let senders = senders;
            while !stop.is_cancelled() {
                let wait = match self.take(Utc::now()).await {
                    Ok(letters) => {
                        let more = letters.len() >= BATCH as usize;
                        for leased in letters {
                            match senders.get(leased.letter.channel.as_str()) {
                                // A line ends only after its sender.
                                Some(line) => drop(line.send(leased)),
                                None => {
                                    let channel = leased.letter.channel.clone();
                                    self.step(&channel, &leased, &mut None, &Utc::now).await;
                                }
                            }
                        }
                        if more { Duration::ZERO } else { self.pace.poll }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the outbox cannot be read");
                        SICK
                    }
                };
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.nudge.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                }
            }
        };
        futures::future::join(dispatch, join_all(lines)).await;
    }

    async fn follow(&self, channel: &str, mut letters: UnboundedReceiver<Leased>, stop: &CancellationToken) {
        let mut held = None;
        while let Some(leased) = letters.recv().await {
            if stop.is_cancelled() {
                let Leased { letter, .. } = &leased;
                let why = letter.error.as_deref();
                if let Err(error) =
                    self.history.attempted(&letter.id, LetterState::Waiting, why, letter.due, Utc::now()).await
                {
                    tracing::warn!(letter = letter.id, %error, "letter not given back; it is due when its lease ends");
                }
            } else {
                self.step(channel, &leased, &mut held, &Utc::now).await;
            }
        }
    }
}
