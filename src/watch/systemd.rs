//! What the service manager is told, where there is one: systemd sets `NOTIFY_SOCKET`.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;

use super::clock::Clock;
use super::health::Health;
use super::stop::Stop;

/// How often the status line is looked at where there is no watchdog.
const LOOK: Duration = Duration::from_secs(10);

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::debug!(%error, "the service manager cannot be told");
    }
}

/// Says that the start is over, then, until asked to stop, how it is, and that it is alive: only while it is, so that a
/// loop that is stuck is restarted.
pub async fn keep_told(health: Arc<Health>, clock: Arc<dyn Clock>, stop: Stop) {
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        return;
    }
    // Half of the interval, as sd_watchdog_enabled(3) advises.
    let watchdog = sd_notify::watchdog_enabled().map(|interval| interval / 2);
    let look = watchdog.unwrap_or(LOOK).min(LOOK);
    let mut line = health.line();
    tell(&[NotifyState::Ready, NotifyState::Status(&line)]);
    loop {
        if watchdog.is_some() && health.stuck().is_empty() {
            tell(&[NotifyState::Watchdog]);
        }
        tokio::select! {
            () = stop.soon.cancelled() => break,
            () = clock.sleep(look) => {}
        }
        let new = health.line();
        if new != line {
            tell(&[NotifyState::Status(&new)]);
            line = new;
        }
    }
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}
