//! The plumbing that asks AWS: sessions, the read-only guard, recording and replay, and what a failure means.

#[cfg(feature = "bedrock")]
mod bedrock;
mod failure;
mod guard;
mod record;
mod session;
mod tap;
#[cfg(feature = "cloudtrail")]
mod trail;

#[cfg(feature = "bedrock")]
pub use bedrock::{BedrockError, Model};
pub use failure::{Failure, classify};
pub use guard::ReadOnlyGuard;
pub use record::{Answer, Recording, RecordingError, RequestKey};
pub use session::{Origin, Session, SessionError};
pub use tap::{CALL, CallSlot, Seen, Tap};
#[cfg(feature = "cloudtrail")]
pub use trail::Trail;
