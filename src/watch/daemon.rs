//! Everything that stays up, side by side: the sheets, the courier, the consumer of change events, the pages.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::health::{Health, router};
use super::round::Watch;
use super::stop::Stop;
use super::systemd;

/// Before a part that failed is begun anew.
const ANEW: Duration = Duration::from_secs(5);
/// After a first request to stop, what has not ended by then is dropped. Below the 30 seconds that Kubernetes and the ECS
/// agent wait before they kill.
const LAST: Duration = Duration::from_secs(20);

/// A part that stays up beside the schedule. It returns when the token is cancelled; where it ends before or panics, it is
/// begun anew.
#[derive(Clone)]
pub struct Beside {
    /// Its name, for logs and numbers.
    pub name: &'static str,
    /// Begins it.
    pub begin: Arc<dyn Fn(CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Beside {
    /// A part by what begins it.
    pub fn new<F>(name: &'static str, begin: impl Fn(CancellationToken) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, begin: Arc::new(move |stop| Box::pin(begin(stop))) }
    }
}

/// The whole.
pub struct Daemon {
    /// The sheets.
    pub watches: Vec<Arc<Watch>>,
    /// What else stays up.
    pub beside: Vec<Beside>,
    /// How it is.
    pub health: Arc<Health>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whether to stop.
    pub stop: Stop,
    /// Where the pages are, if they are wanted.
    pub listener: Option<TcpListener>,
}

impl Daemon {
    /// Stays up until asked to stop, and until what was under way has ended.
    pub async fn run(self) {
        for watch in &self.watches {
            watch.begin();
        }
        let mut parts = self.beside;
        parts.extend(self.watches.into_iter().map(|watch| {
            Beside::new("schedule", move |_| {
                let watch = Arc::clone(&watch);
                async move { watch.run().await }
            })
        }));
        let mut tasks = JoinSet::new();
        for part in parts {
            tasks.spawn(keep_up(part, Arc::clone(&self.health), Arc::clone(&self.clock), self.stop.soon.clone()));
        }
        if let Some(listener) = self.listener {
            let pages = axum::serve(listener, router(Arc::clone(&self.health)));
            let stop = self.stop.soon.clone();
            tasks.spawn(async move {
                // Not gracefully: a connection that is kept open must not keep the program.
                tokio::select! {
                    () = stop.cancelled() => {}
                    ended = async { pages.await } => tracing::error!(?ended, "the health pages ended"),
                }
            });
        }
        tasks.spawn(systemd::keep_told(Arc::clone(&self.health), Arc::clone(&self.clock), self.stop.clone()));
        let all = async { while tasks.join_next().await.is_some() {} };
        let late = async {
            self.stop.soon.cancelled().await;
            self.clock.sleep(LAST).await;
        };
        tokio::select! {
            () = all => {}
            () = self.stop.now.cancelled() => {}
            () = late => tracing::warn!("not everything ended in time: what is left is dropped"),
        }
    }
}

/// A courier that is gone would lose alerts without a word.
async fn keep_up(part: Beside, health: Arc<Health>, clock: Arc<dyn Clock>, stop: CancellationToken) {
    loop {
        let ended = AssertUnwindSafe((part.begin)(stop.clone())).catch_unwind().await;
        if stop.is_cancelled() {
            return;
        }
        let why = if ended.is_err() { "it panicked" } else { "it ended" };
        tracing::error!(part = part.name, why, "a part of the program is begun anew");
        health.metrics.restarted(part.name);
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock.sleep(ANEW) => {}
        }
    }
}
