//! Counts and traces what a channel does, whichever it is.

use std::sync::Arc;

use futures::future::BoxFuture;
use tracing::Instrument;

use super::health::Health;
use crate::alert::{Channel, Sent};
use crate::model::{Lang, Letter};

struct Counted {
    channel: Arc<dyn Channel>,
    name: String,
    health: Arc<Health>,
}

/// The channel of this name, with its attempts counted.
pub fn counted(channel: Arc<dyn Channel>, name: &str, health: Arc<Health>) -> Arc<dyn Channel> {
    Arc::new(Counted { channel, name: name.to_owned(), health })
}

impl Channel for Counted {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        let span =
            tracing::info_span!("deliver", channel = self.name, letter = letter.id, sheet = letter.message.sheet);
        let send = async move {
            let sent = self.channel.send(letter, lang).await;
            let outcome = match &sent {
                Sent::Delivered => "delivered",
                Sent::Later { .. } => "later",
                Sent::Refused { .. } => "refused",
            };
            self.health.metrics.delivery(&self.name, outcome);
            sent
        };
        Box::pin(send.instrument(span))
    }

    fn keeps_incidents(&self) -> bool {
        self.channel.keeps_incidents()
    }
}
