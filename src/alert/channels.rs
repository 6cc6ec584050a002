//! All channels of a project, for the courier.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt, ready};

use super::{Channel, ChannelError, Sent, channel};
use crate::model::{AlertSettings, Lang, Letter};

/// Channels by name, with the languages of their messages.
pub type Channels = BTreeMap<String, (Arc<dyn Channel>, Lang)>;

/// A channel that is in the settings and cannot be made. Its letters wait, with the reason, until it is mended: giving them
/// up because a variable was not set once would lose them.
struct Unusable {
    why: String,
}

impl Channel for Unusable {
    fn send<'a>(&'a self, _: &'a Letter, _: Lang) -> BoxFuture<'a, Sent> {
        ready(Sent::later(self.why.clone())).boxed()
    }
}

/// Makes the channels of a project, and tells which cannot be made; letters for those are put off. `lang` is for channels
/// where neither they nor the settings name one.
pub fn channels(settings: &AlertSettings, folder: &Path, lang: Lang) -> (Channels, Vec<ChannelError>) {
    let mut errors = Vec::new();
    let all = settings.channels.iter().map(|one| {
        let made: Arc<dyn Channel> = match channel(one, folder) {
            Ok(made) => Arc::from(made),
            Err(error) => {
                let why = error.to_string();
                errors.push(error);
                Arc::new(Unusable { why })
            }
        };
        (one.name.clone(), (made, one.lang.or(settings.lang).unwrap_or(lang)))
    });
    let all = all.collect();
    (all, errors)
}
