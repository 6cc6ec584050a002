//! A channel that cannot be made of its settings. No error holds a secret's value, or an address that is one.

use super::secret::Lack;

/// A channel cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// A secret is not where the settings say.
    #[error("channel {channel:?}: expected its {field} in {lack}")]
    Secret {
        /// The channel.
        channel: String,
        /// Which field of the settings.
        field: &'static str,
        /// Where it should be and what is there.
        lack: Lack,
    },
    /// An address that nothing can be sent to.
    #[error("channel {channel:?}: expected {expected} as its {field}, found {found}")]
    Address {
        /// The channel.
        channel: String,
        /// Which field of the settings.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What is wrong, without the value where that is a secret.
        found: String,
    },
    /// A kind of channel that this build does not have.
    #[error(
        "channel {channel:?}: expected a kind that this build of kakunin can send to, found one of AWS; use a build with \
         the feature aws"
    )]
    Unsupported {
        /// The channel.
        channel: String,
    },
    /// The HTTP or SMTP client cannot be set up (no roots of trust, say).
    #[error("channel {channel:?}: expected a client that can be set up: {detail}")]
    Client {
        /// The channel.
        channel: String,
        /// Why not.
        detail: String,
    },
}

impl ChannelError {
    pub(super) fn secret(channel: &str, field: &'static str, lack: Lack) -> Self {
        Self::Secret { channel: channel.to_owned(), field, lack }
    }

    pub(super) fn address(
        channel: &str,
        field: &'static str,
        expected: &'static str,
        found: impl Into<String>,
    ) -> Self {
        Self::Address { channel: channel.to_owned(), field, expected, found: found.into() }
    }
}
