//! The nouns of the domain. No I/O, no clock, no randomness.

mod address;
mod claim;
mod finding;
mod gap;
mod lang;
mod observation;
mod proposal;
mod report;
mod resource;
mod scope;
mod sheet;
mod snapshot;
mod verdict;

pub use address::*;
pub use claim::*;
pub use finding::*;
pub use gap::*;
pub use lang::*;
pub use observation::*;
pub use proposal::*;
pub use report::*;
pub use resource::*;
pub use scope::*;
pub use sheet::*;
pub use snapshot::*;
pub use verdict::*;

/// Moments are UTC, to the second, written as RFC 3339 in every file.
pub type Moment = chrono::DateTime<chrono::Utc>;
