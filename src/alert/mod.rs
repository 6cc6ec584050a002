//! Tells people: renders messages for each channel and carries the outbox's letters out. Decides nothing about verdicts.
//!
//! [`channel`] makes a [`Channel`] of its settings, the [`Courier`] takes letters that are due out of the history's outbox
//! and hands each to its channel, again and again until the receiver took it or it is dead and visible.

#[cfg(all(feature = "sns", feature = "eventbridge", feature = "securityhub"))]
mod aws;
mod channels;
mod courier;
mod email;
mod error;
mod http;
mod order;
mod pagerduty;
mod progress;
mod quiet;
mod route;
mod secret;
mod slack;
mod stdout;
mod teams;
mod webhook;
pub mod words;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use futures::future::BoxFuture;

pub use channels::{Channels, channels};
pub use courier::{Courier, Delivered, Pace};
pub use error::ChannelError;
pub use route::{Outgoing, letters, letters_knowing};
pub use secret::{Hidden, reveal};
pub use webhook::{SIGNATURE_HEADER, TIMESTAMP_HEADER, signature};

use crate::model::{ChannelKind, ChannelSettings, Lang, Letter};

/// What became of one attempt to deliver a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The receiver took it.
    Delivered,
    /// Not taken now: try again, not before the wait that the receiver asked for, where it did.
    Later {
        /// Why.
        why: String,
        /// `Retry-After`.
        after: Option<Duration>,
    },
    /// Never to be taken as it is: a dead letter at once.
    Refused {
        /// Why, and what to mend.
        why: String,
    },
}

impl Sent {
    /// Not taken now, and the receiver did not say when to come again.
    pub fn later(why: impl Into<String>) -> Self {
        Self::Later { why: why.into(), after: None }
    }

    /// Never to be taken.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into() }
    }
}

/// A way to reach people. One attempt each: waits and repeats are the courier's.
pub trait Channel: Send + Sync {
    /// Sends a letter once. The letter's id is the idempotency key.
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent>;

    /// Whether the receiver keeps an incident per item, which the last letter about the item leaves open or closed. Such
    /// letters must not overtake each other: "broken" after "true again" would leave an incident about nothing, and the other
    /// way round close one that is real.
    fn keeps_incidents(&self) -> bool {
        false
    }
}

/// Makes a channel of its settings. Secrets are read here, once; paths of secret files are relative to `folder`.
///
/// # Errors
/// Where a secret is not there, an address cannot be one, or this build does not have the kind.
pub fn channel(settings: &ChannelSettings, folder: &Path) -> Result<Box<dyn Channel>, ChannelError> {
    let name = settings.name.as_str();
    let secret = |field, secret| reveal(secret, folder).map_err(|lack| ChannelError::secret(name, field, lack));
    Ok(match &settings.kind {
        ChannelKind::Slack { url } => Box::new(slack::Slack::new(name, &secret("url", url)?)?),
        ChannelKind::Teams { url } => Box::new(teams::Teams::new(name, &secret("url", url)?)?),
        ChannelKind::Email { host, port, security, user, password, from, to } => {
            let password = password.as_ref().map(|password| secret("password", password)).transpose()?;
            Box::new(email::Email::new(
                name,
                email::Server { host, port: *port, security: *security, user: user.as_deref(), password },
                from,
                to,
            )?)
        }
        ChannelKind::PagerDuty { key, url } => {
            Box::new(pagerduty::PagerDuty::new(name, secret("key", key)?, url.as_deref())?)
        }
        ChannelKind::Webhook { url, secret: key } => {
            Box::new(webhook::Webhook::new(name, &secret("url", url)?, secret("secret", key)?)?)
        }
        ChannelKind::Stdout {} => Box::new(stdout::Stdout),
        #[cfg(all(feature = "sns", feature = "eventbridge", feature = "securityhub"))]
        ChannelKind::Sns { topic } => Box::new(aws::Sns::new(topic)),
        #[cfg(all(feature = "sns", feature = "eventbridge", feature = "securityhub"))]
        ChannelKind::EventBridge { bus, region } => Box::new(aws::EventBridge::new(bus, region.as_deref())),
        #[cfg(all(feature = "sns", feature = "eventbridge", feature = "securityhub"))]
        ChannelKind::SecurityHub { region } => Box::new(aws::SecurityHub::new(region.as_deref())),
        #[cfg(not(all(feature = "sns", feature = "eventbridge", feature = "securityhub")))]
        ChannelKind::Sns { .. } | ChannelKind::EventBridge { .. } | ChannelKind::SecurityHub { .. } => {
            return Err(ChannelError::Unsupported { channel: name.to_owned() });
        }
    })
}
