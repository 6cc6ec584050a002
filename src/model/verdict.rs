//! Verdicts, from the worst to the best.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run says of a claim, and of its item. Ordered: the worst is the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// At least one failing finding in scope that no valid waiver covers.
    Fail,
    /// No such finding, but something that could have held one was not read.
    Inconclusive,
    /// Rests on an attestation that has run out.
    Expired,
    /// A person has to state it and nobody has.
    Unattested,
    /// All was read, and nothing in scope could make the claim true or false.
    Untested,
    /// Nothing unread, every failing finding is covered by a valid waiver.
    Waived,
    /// Everything in scope was read, at least one finding exists, every finding passes.
    Pass,
    /// A person states it, in date.
    Attested,
    /// AWS's side of shared responsibility, and its live precondition passes.
    Inherited,
    /// Declared not applicable, and nothing live refutes it.
    #[serde(rename = "N/A")]
    Na,
}

impl Verdict {
    /// All, from the worst to the best.
    pub const ALL: [Verdict; 10] = [
        Verdict::Fail,
        Verdict::Inconclusive,
        Verdict::Expired,
        Verdict::Unattested,
        Verdict::Untested,
        Verdict::Waived,
        Verdict::Pass,
        Verdict::Attested,
        Verdict::Inherited,
        Verdict::Na,
    ];

    /// As written in files and reports.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Fail => "FAIL",
            Verdict::Inconclusive => "INCONCLUSIVE",
            Verdict::Expired => "EXPIRED",
            Verdict::Unattested => "UNATTESTED",
            Verdict::Untested => "UNTESTED",
            Verdict::Waived => "WAIVED",
            Verdict::Pass => "PASS",
            Verdict::Attested => "ATTESTED",
            Verdict::Inherited => "INHERITED",
            Verdict::Na => "N/A",
        }
    }

    /// Whether the claim can be shown to hold: the verdicts that exit code 0 allows.
    pub fn holds(self) -> bool {
        matches!(self, Verdict::Waived | Verdict::Pass | Verdict::Attested | Verdict::Inherited | Verdict::Na)
    }
}

/// A verdict against the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// Answered yes, and FAIL.
    Contradicted,
    /// Neither shown nor refuted.
    Unproven,
    /// The remark itself admits that a part is not done.
    Conceded,
    /// Answered no or not applicable, and it holds.
    Understated,
    /// The answer is right.
    Confirmed,
}

impl Agreement {
    /// All, from the one that wants attention most.
    pub const ALL: [Agreement; 5] = [
        Agreement::Contradicted,
        Agreement::Unproven,
        Agreement::Conceded,
        Agreement::Understated,
        Agreement::Confirmed,
    ];

    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            Agreement::Contradicted => "contradicted",
            Agreement::Unproven => "unproven",
            Agreement::Conceded => "conceded",
            Agreement::Understated => "understated",
            Agreement::Confirmed => "confirmed",
        }
    }
}
