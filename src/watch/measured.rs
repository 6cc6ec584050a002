//! Tells [`Health`] what the consumer of change events does.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::events::{Consumer, Counts, Looked, Recheck, RecheckError, Touch};
use super::health::Health;
use crate::model::Cell;

/// Between two looks at the consumer's counts.
const LOOK: Duration = Duration::from_secs(5);

/// A re-check whose times are told.
pub struct Measured {
    recheck: Arc<dyn Recheck>,
    health: Arc<Health>,
}

impl Measured {
    /// Around another.
    pub fn new(recheck: Arc<dyn Recheck>, health: Arc<Health>) -> Self {
        Self { recheck, health }
    }
}

impl Recheck for Measured {
    fn touch(&self) -> Option<Arc<Touch>> {
        self.recheck.touch()
    }

    fn recheck(&self, cells: BTreeSet<Cell>) -> BoxFuture<'_, Result<(), RecheckError>> {
        let span = tracing::info_span!("run", kind = "partial", cells = cells.len());
        Box::pin(self.recheck.recheck(cells).instrument(span))
    }

    fn looked(&self, looked: &Looked) {
        // A second look has no event that it could be late for.
        if looked.messages > 0 {
            let lag = looked.oldest.and_then(|oldest| (Utc::now() - oldest).to_std().ok());
            self.health.metrics.events(0, 0, lag);
            self.health.metrics.event_to_run(looked.waited);
        }
        self.recheck.looked(looked);
    }
}

/// Runs a consumer, and tells what it counts.
pub async fn consume(consumer: &Consumer, health: &Health, stop: CancellationToken) {
    let mut told = Counts::default();
    let tell = |told: &mut Counts| {
        let counts = consumer.counts();
        health.metrics.events(counts.received - told.received, counts.poison - told.poison, None);
        *told = counts;
    };
    let running = consumer.run(stop);
    tokio::pin!(running);
    loop {
        tokio::select! {
            () = &mut running => break,
            () = tokio::time::sleep(LOOK) => tell(&mut told),
        }
    }
    tell(&mut told);
}
