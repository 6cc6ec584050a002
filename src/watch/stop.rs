//! How the program is asked to stop: at the first signal gracefully, at the second at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What every part that stays up looks at.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Begin nothing new; end what is under way.
    pub soon: CancellationToken,
    /// Drop everything.
    pub now: CancellationToken,
}

impl Stop {
    /// Cancelled by SIGTERM and SIGINT: [`Stop::soon`] by the first, [`Stop::now`] by the second.
    pub fn on_signals() -> std::io::Result<Self> {
        let stop = Self::default();
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let told = stop.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some(()) = term.recv() => {}
                    Some(()) = int.recv() => {}
                    else => break,
                }
                if told.soon.is_cancelled() {
                    tracing::warn!("asked to stop a second time: stopping at once");
                    told.now.cancel();
                } else {
                    tracing::info!("asked to stop: ending what is under way");
                    told.soon.cancel();
                }
            }
        });
        Ok(stop)
    }
}
