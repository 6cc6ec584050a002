//! Standard output: a line of JSON per letter, for pipes and log collectors.

use std::io::Write;

use futures::future::{BoxFuture, FutureExt};

use super::{Channel, Sent, webhook};
use crate::model::{Lang, Letter};

/// Writes lines.
#[derive(Debug)]
pub(super) struct Stdout;

impl Channel for Stdout {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let mut line = match webhook::body(letter, lang) {
                Ok(line) => line,
                Err(error) => return Sent::refused(format!("the message cannot be written as JSON: {error}")),
            };
            line.push(b'\n');
            // A reader that does not read would hold this thread, and with it the other channels.
            let written = tokio::task::spawn_blocking(move || {
                let mut out = std::io::stdout().lock();
                out.write_all(&line).and_then(|()| out.flush())
            });
            match written.await {
                Ok(Ok(())) => Sent::Delivered,
                Ok(Err(error)) => Sent::later(format!("standard output takes nothing: {error}")),
                Err(error) => Sent::later(format!("standard output was not written: {error}")),
            }
        }
        .boxed()
    }
}
