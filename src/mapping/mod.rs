//! What a sheet claims: families of sheets known to the program, the match of a sheet to one of them, and what people
//! add to it: attestations, waivers, the project's settings.
//!
//! Pure, but for the functions named `load`, which read one file each.

pub mod choose;
mod error;
mod file;
mod framework;
mod glossary;
mod knowledge;
mod layout;
mod matching;
mod memory;
mod phrases;
mod project;
mod propose;
mod score;
mod search;
mod split;
mod statements;
mod statements_write;
mod suggest;
#[cfg(test)]
mod tests;
mod watching;
mod words;

pub use error::{MappingError, Problem};
pub use file::{
    Applied, Change, Decision, EditError, Entry, EntryClaim, Known, MappingFile, Place, accepted, claims_of, file_text,
};
pub use framework::{Framework, FrameworkItem, Heading, builtin};
pub use glossary::{Glossary, GlossaryTopic};
pub use knowledge::{Approved, CheckText, Knowledge, TopicText};
pub use matching::{MIN_MARGIN, MIN_SCORE, map_sheet};
pub use memory::{Memory, Remembered};
pub use project::{Endpoint, Project};
pub use propose::propose;
pub use split::statements;
pub use statements::{Day, load_attestations, load_waivers, parse_attestations, parse_date, parse_waivers};
pub use statements_write::{ATTESTATIONS_HEADER, AppendError, WAIVERS_HEADER, append_attestation, append_waiver};
pub use suggest::suggestion;
