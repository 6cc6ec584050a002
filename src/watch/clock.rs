//! Time as the watch sees it, so that tests can let nights pass in a second.

use std::time::Duration;

use chrono::Utc;
use futures::future::BoxFuture;
use tokio::time::Instant;

use crate::model::Moment;

/// Two clocks: the one on the wall, which people and daylight saving set, and one that only ever goes on.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Moment;
    /// Time since some moment of this process; nobody sets it.
    fn passed(&self) -> Duration;
    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Utc::now()
    }

    fn passed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
