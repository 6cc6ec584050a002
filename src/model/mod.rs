//! The nouns of the domain. No I/O, no clock, no randomness.

mod address;
mod cell;
mod claim;
mod finding;
mod gap;
mod lang;
mod message;
mod observation;
mod proposal;
mod report;
mod resource;
mod scope;
mod settings;
mod sheet;
mod snapshot;
mod transition;
mod verdict;

pub use address::*;
pub use cell::*;
pub use claim::*;
pub use finding::*;
pub use gap::*;
pub use lang::*;
pub use message::*;
pub use observation::*;
pub use proposal::*;
pub use report::*;
pub use resource::*;
pub use scope::*;
pub use settings::*;
pub use sheet::*;
pub use snapshot::*;
pub use transition::*;
pub use verdict::*;

/// Moments are UTC, to the second, written as RFC 3339 in every file.
pub type Moment = chrono::DateTime<chrono::Utc>;
