//! What the mapping proposes that an item claims. A proposal decides nothing until a person approves it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{By, Moment, Text};

/// Where in the item a statement was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What is asked.
    Text,
    /// The vendor's remark.
    Remark,
}

/// How often something is said to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cadence {
    /// Days between two times: 365 for every year.
    pub days: u32,
    /// As written: `年1回以上`.
    pub words: String,
}

/// One atomic statement of an item, before anything is known of what could decide it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The statement, in the sheet's own words.
    pub text: String,
    /// Where it was written.
    pub part: Part,
    /// How often, where it says so.
    pub cadence: Option<Cadence>,
    /// What it leaves out: "except development", as written.
    pub except: Vec<String>,
    /// What it is limited to: "production only", as written.
    pub only: Vec<String>,
    /// The sentence says that this is not done: a concession of the vendor's.
    pub conceded: bool,
    /// Pages that it cites.
    pub urls: Vec<String>,
    /// Certificates and attestations of third parties that it names: `ISO/IEC 27001`, `SOC 2`, `PrivacyMark`.
    pub certificates: Vec<String>,
    /// Numbers with a unit that it promises: "30 days", "TLS 1.2", "99.9 %", as written.
    pub figures: Vec<String>,
}

/// What kind of thing an item or a claim speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// Checks can decide it, or a part of it.
    Technical,
    /// Only a person can state it: a rule, a training, a contract.
    Organisational,
    /// AWS's side of shared responsibility: buildings, power, hardware.
    Inherited,
    /// Too little is said to tell.
    Unclear,
}

/// A topic that a claim may point at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// The topic's id: `multi-az`.
    pub topic: String,
    /// 0 to 1, to two digits.
    pub confidence: f64,
    /// Why, in words: `'複数のデータセンター' means multi-az`.
    pub reason: Text,
    /// Whether the mapping proposes it. Candidates that it does not propose are shown for the reviewer to choose from.
    pub proposed: bool,
    /// Ids of the topic's checks that speak of this claim; empty where all of the topic's checks do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
}

/// A claim that the mapping proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedClaim {
    /// Unique in the sheet: `6.29/at-rest`, `6.29/2`.
    pub id: String,
    /// What is claimed, in the sheet's own words.
    pub text: Text,
    /// Who would decide it.
    pub by: By,
    /// What it speaks of.
    pub nature: Nature,
    /// 0 to 1, to two digits: of its best proposed candidate, or of `nature` where no topic is proposed.
    pub confidence: f64,
    /// Why, in words.
    pub reason: Text,
    /// Topics, best first: those proposed, then the next best ones.
    pub topics: Vec<Candidate>,
    /// What a person still has to state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Text>,
    /// Days after which an attestation of it goes stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadence_days: Option<u32>,
    /// What it leaves out or is limited to, as written: for the reviewer, who can turn it into a scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// The claim of a known family that it was taken from: `meti-2013/6.29/at-rest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What the mapping proposes for one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// The sheet's item id.
    pub item: String,
    /// What the item as a whole speaks of.
    pub nature: Nature,
    /// 0 to 1, to two digits; the least of its claims'.
    pub confidence: f64,
    /// Why, in words.
    pub reason: Text,
    /// The item of a known family that it is: `meti-2013/6.29`.
    pub framework_item: Option<String>,
    /// What a person approved before that this is the same as: `METI 6.29, approved by … in March 2026`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<Text>,
    /// Who proposed: `built-in`, or the model's name where a language model chose among the candidates.
    pub proposed_by: String,
    /// Its claims.
    pub claims: Vec<ProposedClaim>,
}

/// Where the review of an item's mapping stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Review {
    /// The built-in mapping of a known family, for a bare sheet; no person has looked at it.
    #[default]
    BuiltIn,
    /// Proposed, and nobody has decided: it has no effect on verdicts.
    Proposed,
    /// Taken without a person, because its confidence reaches what the user gave with `--accept-above`.
    Accepted {
        /// The confidence that the user asked for, 0 to 1.
        above: f64,
    },
    /// A person approved it.
    Approved {
        /// Who.
        who: String,
        /// When.
        #[schemars(with = "String")]
        when: Moment,
    },
    /// A person decided that no check decides it: somebody has to state it.
    Rejected {
        /// Who.
        who: String,
        /// When.
        #[schemars(with = "String")]
        when: Moment,
    },
}

impl Review {
    /// Whether the claims of an item in this state may decide its verdict. Proposed and rejected ones never do.
    pub fn decides(&self) -> bool {
        matches!(self, Review::BuiltIn | Review::Accepted { .. } | Review::Approved { .. })
    }
}
