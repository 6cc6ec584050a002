//! Changes of verdicts between two runs of one sheet: what alerts are about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Agreement, Moment, Outcome, Population, ReminderOf, ResourceRef, Text, Verdict};

/// What happened. Ordered: what wants attention most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The verdict became FAIL.
    Broken,
    /// It was decidable and is INCONCLUSIVE now.
    Blind,
    /// It held, and rests on an attestation that has run out, or that nobody renewed: EXPIRED or UNATTESTED now.
    Expired,
    /// It became UNTESTED: everything that it could be true or false of is gone.
    Emptied,
    /// It still holds, because most of what it spoke of vanished: the population fell sharply.
    Shrunk,
    /// It still holds, less well than before: a PASS became WAIVED, an accepted risk.
    Weakened,
    /// An attestation or a waiver ends within 30 or 7 days, or has ended (0).
    Expiring,
    /// The item is new in the sheet, or the claim in the item, and does not hold.
    Added,
    /// The first run of a sheet: what is found is the start, and no change.
    Began,
    /// The verdict changed in another way than above: among those that do not hold, or among equals that do.
    Moved,
    /// INCONCLUSIVE before, decidable now, and still does not hold.
    Visible,
    /// It holds again: the return to good.
    Restored,
    /// It still holds, better than before.
    Strengthened,
    /// The item is no longer in the sheet, or the claim no longer in the item: what was open is closed.
    Removed,
}

impl ChangeKind {
    /// All, from the one that wants attention most.
    pub const ALL: [ChangeKind; 14] = [
        ChangeKind::Broken,
        ChangeKind::Blind,
        ChangeKind::Expired,
        ChangeKind::Emptied,
        ChangeKind::Shrunk,
        ChangeKind::Weakened,
        ChangeKind::Expiring,
        ChangeKind::Added,
        ChangeKind::Began,
        ChangeKind::Moved,
        ChangeKind::Visible,
        ChangeKind::Restored,
        ChangeKind::Strengthened,
        ChangeKind::Removed,
    ];

    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            ChangeKind::Broken => "broken",
            ChangeKind::Blind => "blind",
            ChangeKind::Expired => "expired",
            ChangeKind::Emptied => "emptied",
            ChangeKind::Shrunk => "shrunk",
            ChangeKind::Weakened => "weakened",
            ChangeKind::Expiring => "expiring",
            ChangeKind::Added => "added",
            ChangeKind::Began => "began",
            ChangeKind::Moved => "moved",
            ChangeKind::Visible => "visible",
            ChangeKind::Restored => "restored",
            ChangeKind::Strengthened => "strengthened",
            ChangeKind::Removed => "removed",
        }
    }

    /// In words.
    pub fn text(self) -> Text {
        match self {
            ChangeKind::Broken => Text::new("成り立たなくなった", "no longer true"),
            ChangeKind::Blind => Text::new("確認できなくなった", "can no longer be seen"),
            ChangeKind::Expired => Text::new("表明の期限が切れた", "its statement has run out"),
            ChangeKind::Emptied => Text::new("対象がすべて無くなった", "nothing left that it speaks of"),
            ChangeKind::Shrunk => Text::new("対象が急に減った", "most of what it speaks of vanished"),
            ChangeKind::Weakened => Text::new("受容されたリスクになった", "holds only as an accepted risk"),
            ChangeKind::Expiring => Text::new("期限が近い", "runs out"),
            ChangeKind::Added => Text::new("新しい項目", "new in the sheet"),
            ChangeKind::Began => Text::new("見張りを始めた", "the watch began"),
            ChangeKind::Moved => Text::new("判定が変わった", "another verdict"),
            ChangeKind::Visible => Text::new("再び確認できるようになった", "can be seen again"),
            ChangeKind::Restored => Text::new("再び成り立つようになった", "true again"),
            ChangeKind::Strengthened => Text::new("より確かになった", "holds better than before"),
            ChangeKind::Removed => Text::new("シートから無くなった", "no longer in the sheet"),
        }
    }
}

/// What a transition is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The whole sheet: its first run.
    Sheet,
    /// An item, with the changes of its claims.
    Item {
        /// Item id.
        id: String,
    },
    /// An attestation or waiver that runs out.
    Reminder {
        /// Which of the two.
        of: ReminderOf,
        /// The item or claim of an attestation; the check of a waiver.
        target: String,
        /// The resource of a waiver.
        resource: Option<String>,
        /// When it ends, RFC 3339.
        ends: String,
        /// 30, 7 or 0.
        within: u32,
    },
}

/// How one claim changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimChange {
    /// The claim's id.
    pub claim: String,
    /// What is claimed.
    pub text: Text,
    /// What happened.
    pub kind: ChangeKind,
    /// Verdict before; none for a new claim.
    pub from: Option<Verdict>,
    /// Verdict now; none for a removed one.
    pub to: Option<Verdict>,
    /// Resources looked at before and now, over all its checks.
    pub population: (usize, usize),
}

/// How one finding changed: the part of the attribution that snapshots tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceChange {
    /// The check.
    pub check: String,
    /// The resource.
    pub resource: ResourceRef,
    /// Outcome before; none where there was no such finding.
    pub from: Option<Outcome>,
    /// Outcome now; none where the finding is gone.
    pub to: Option<Outcome>,
    /// Observed values before.
    pub before: Option<Value>,
    /// Observed values now.
    pub after: Option<Value>,
    /// Who changed it.
    pub by: Attribution,
}

/// Who changed a resource, by CloudTrail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Attribution {
    /// Nobody looked.
    #[default]
    NotAsked,
    /// Looked, and CloudTrail names no call on it between the two runs.
    NoCall,
    /// CloudTrail could not be read: why.
    Unread(String),
    /// These calls, the newest first.
    Calls(Vec<Call>),
}

/// One call that CloudTrail recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// CloudTrail's event id.
    pub event_id: String,
    /// `rds.amazonaws.com`.
    pub source: String,
    /// `ModifyDBInstance`.
    pub name: String,
    /// Who: an ARN or a user name.
    pub who: String,
    /// When.
    pub when: Moment,
    /// From which address, where it is known.
    pub address: Option<String>,
}

/// One change: of an item with its claims, of a sheet's start, or a date that comes near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// Derived from sheet, run, subject and kind: the same transition of the same run has the same id.
    pub id: String,
    /// Name of the sheet in the history.
    pub sheet: String,
    /// The run that showed it.
    pub run: String,
    /// That run's clock.
    pub at: Moment,
    /// Of what.
    pub subject: Subject,
    /// What is asked, or what ends: for people.
    pub title: String,
    /// What happened: of the item where its verdict changed, else the worst of its claims' changes.
    pub kind: ChangeKind,
    /// The item's verdict before.
    pub from: Option<Verdict>,
    /// The item's verdict now.
    pub to: Option<Verdict>,
    /// The item against its answer now.
    pub agreement: Option<Agreement>,
    /// Since when the verdict before held.
    pub since: Option<Moment>,
    /// `critical`, `high`, `medium` or `low`: the worst severity of the checks that changed it, `medium` where none did.
    pub severity: Severity,
    /// Topics of the claims that changed.
    pub topics: Vec<String>,
    /// Accounts of the resources that changed it; of the run where none did.
    pub accounts: Vec<String>,
    /// Values of the owner tag on those resources.
    pub owners: Vec<String>,
    /// How its claims changed.
    pub claims: Vec<ClaimChange>,
    /// Findings that made the difference, at most [`Transition::RESOURCES`].
    pub resources: Vec<ResourceChange>,
    /// How many there were.
    pub resources_total: usize,
    /// Why, in one sentence.
    pub reason: Text,
}

impl Transition {
    /// Findings that a transition carries at most; the rest is counted.
    pub const RESOURCES: usize = 50;

    /// Whether the subject is well again or gone: an open incident about it may be closed.
    pub fn closes(&self) -> bool {
        match self.subject {
            Subject::Item { .. } => self.to.is_none_or(Verdict::holds),
            Subject::Sheet | Subject::Reminder { .. } => false,
        }
    }
}

/// How much a change matters. Ordered: the lowest is the smallest.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Low.
    Low,
    /// Medium.
    #[default]
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The severity that a check's file names; medium for a name that is none.
    pub fn of(label: &str) -> Self {
        match label {
            "low" => Severity::Low,
            "high" => Severity::High,
            "critical" => Severity::Critical,
            _ => Severity::Medium,
        }
    }
}

/// What the last committed run of a sheet left: what the next one is compared with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Position of that run in the sheet's history, from 1.
    pub seq: i64,
    /// Its id.
    pub run: String,
    /// Its clock.
    pub clock: Moment,
    /// Its items, in the sheet's order.
    pub items: Vec<ItemState>,
    /// Its findings.
    pub findings: Vec<super::Finding>,
    /// Dates that were told: one entry per [`Subject::Reminder`].
    pub told: Vec<Subject>,
}

/// An item in the last run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemState {
    /// Item id.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Against the answer.
    pub agreement: Agreement,
    /// Clock of the first run of this unbroken row of the same verdict.
    pub since: Moment,
    /// When it was last told of, by a transition or a reminder; none where never.
    pub told: Option<Moment>,
    /// Its claims, in order.
    pub claims: Vec<ClaimState>,
}

/// A claim in the last run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimState {
    /// Claim id.
    pub id: String,
    /// What is claimed.
    pub text: Text,
    /// Its verdict.
    pub verdict: Verdict,
    /// Clock of the first run of this unbroken row of the same verdict.
    pub since: Moment,
    /// Its topics.
    pub topics: Vec<String>,
    /// Its checks with what they looked at.
    pub checks: Vec<(String, Population)>,
}
