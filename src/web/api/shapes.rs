//! What the API answers with. Types of the domain appear as they are in `report.json`; their schemas come from the same
//! source as its own.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{Ref, RefOr, Schema};

use crate::history::{Run, RunKind, Stretch};
use crate::model::{Finding, ItemReport, Letter, Message, Moment, Summary, Text, Transition};
use crate::report::words;
use crate::web::pages;

macro_rules! modelled {
    ($($function:ident = $name:literal;)*) => {
        $( fn $function() -> RefOr<Schema> { RefOr::Ref(Ref::from_schema_name($name)) } )*
    };
}

modelled! {
    item_report = "ItemReport";
    finding = "Finding";
    message = "Message";
    summary = "Summary";
    text = "Text";
    transition = "Transition";
    verdict = "Verdict";
    agreement = "Agreement";
}

fn many(of: RefOr<Schema>) -> RefOr<Schema> {
    RefOr::T(Schema::Array(utoipa::openapi::ArrayBuilder::new().items(of).build()))
}

fn transitions() -> RefOr<Schema> {
    many(transition())
}

fn findings() -> RefOr<Schema> {
    many(finding())
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunShape {
    /// Position in the sheet's history, from 1.
    seq: i64,
    /// The report's run id.
    id: String,
    /// Name of the sheet.
    sheet: String,
    /// `full`, or `partial`: only what changed was read anew.
    kind: &'static str,
    /// Its clock.
    #[schema(value_type = String, format = DateTime)]
    clock: Moment,
    /// When collecting began.
    #[schema(value_type = String, format = DateTime)]
    started: Moment,
    /// When collecting ended.
    #[schema(value_type = String, format = DateTime)]
    finished: Moment,
    /// SHA-256 of its snapshot.
    snapshot: String,
    /// Its counts.
    #[schema(schema_with = summary)]
    summary: Summary,
    /// Requests that it took.
    api_calls: u64,
    /// How many findings it has.
    findings: usize,
    /// How many transitions it showed.
    transitions: usize,
}

impl From<Run> for RunShape {
    fn from(run: Run) -> Self {
        Self {
            seq: run.seq,
            id: run.id,
            sheet: run.sheet,
            kind: match run.kind {
                RunKind::Full => "full",
                RunKind::Partial => "partial",
            },
            clock: run.clock,
            started: run.started,
            finished: run.finished,
            snapshot: run.snapshot,
            summary: run.summary,
            api_calls: run.api_calls,
            findings: run.findings,
            transitions: run.transitions,
        }
    }
}

/// A sheet with its latest run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SheetShape {
    /// Its name in the history.
    pub(super) name: String,
    /// The latest run.
    pub(super) run: RunShape,
}

/// All sheets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sheets {
    /// By name.
    pub(super) sheets: Vec<SheetShape>,
}

/// Runs of a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Runs {
    /// The newest first.
    pub(super) runs: Vec<RunShape>,
}

/// An item, as lists have it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemBrief {
    /// Dotted path.
    id: String,
    /// Headings, joined with ` / `.
    section: String,
    /// What is asked.
    text: String,
    /// The answer, as written.
    answer_text: String,
    /// Its verdict.
    #[schema(schema_with = verdict)]
    verdict: crate::model::Verdict,
    /// The verdict against the answer.
    #[schema(schema_with = agreement)]
    agreement: crate::model::Agreement,
    /// Why, in one sentence.
    #[schema(schema_with = text)]
    reason: Text,
    /// Clock of the first run of this unbroken row of the same verdict.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
}

impl ItemBrief {
    pub(super) fn new(item: &ItemReport, since: Option<Moment>) -> Self {
        Self {
            id: item.id.clone(),
            section: item.section.clone(),
            text: item.text.clone(),
            answer_text: item.answer_text.clone(),
            verdict: item.verdict,
            agreement: item.agreement,
            reason: Text::new(&item.reason_ja, &item.reason),
            since,
        }
    }
}

/// Items of a sheet in a run, in the sheet's order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Items {
    /// The run.
    pub(super) run: RunShape,
    /// Those that the parameters ask for.
    pub(super) items: Vec<ItemBrief>,
}

/// A stretch of runs in which an item, or one of its claims, had one verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StretchShape {
    /// Claim id; null for the item itself.
    claim: Option<String>,
    /// The verdict.
    #[schema(schema_with = verdict)]
    verdict: crate::model::Verdict,
    /// Clock of its first run.
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Clock of its last run so far.
    #[schema(value_type = String, format = DateTime)]
    until: Moment,
    /// Position of its first run.
    first: i64,
    /// Position of its last run so far.
    last: i64,
}

impl From<Stretch> for StretchShape {
    fn from(s: Stretch) -> Self {
        Self { claim: s.claim, verdict: s.verdict, from: s.from, until: s.until, first: s.seqs.0, last: s.seqs.1 }
    }
}

/// One item in a run, and how its verdicts went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemShape {
    /// The run.
    pub(super) run: RunShape,
    /// The item with its claims and checks, as in `report.json`; positions of findings and gaps are those of that report.
    #[schema(schema_with = item_report)]
    pub(super) item: ItemReport,
    /// Stretches of the item and its claims, the oldest first.
    pub(super) stretches: Vec<StretchShape>,
}

/// Transitions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transitions {
    /// The transitions.
    #[schema(schema_with = transitions)]
    pub(super) transitions: Vec<Transition>,
}

/// Findings of checks in a run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Findings {
    /// The run.
    pub(super) run: RunShape,
    /// How many there are; more than are listed where `limit` cut them.
    pub(super) total: u64,
    /// In the report's order.
    #[schema(schema_with = findings)]
    pub(super) findings: Vec<Finding>,
}

/// Gaps of one reason and operation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GapShape {
    /// `denied`, `throttled`, `timeout`, `unsupported`, `region-disabled`, `missing-field`, `not-read` or `error`.
    #[schema(value_type = String)]
    reason: crate::model::GapReason,
    /// `service:Operation`.
    operation: String,
    /// How many.
    count: usize,
    /// `account region`.
    places: Vec<String>,
    /// What the other side said.
    details: Vec<String>,
    /// IAM actions that AWS named in its refusals.
    refused: Vec<String>,
    /// IAM actions that the operation needs.
    needed: Vec<&'static str>,
}

impl From<words::GapGroup> for GapShape {
    fn from(group: words::GapGroup) -> Self {
        Self {
            needed: pages::needed(&group.operation),
            reason: group.reason,
            operation: group.operation,
            count: group.count,
            places: group.places,
            details: group.details,
            refused: group.permissions,
        }
    }
}

/// What a run could not see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Gaps {
    /// The run.
    pub(super) run: RunShape,
    /// By reason and operation.
    pub(super) gaps: Vec<GapShape>,
}

/// A message on its way to a channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LetterShape {
    /// Unique in the outbox; the idempotency key that the receiver gets.
    id: String,
    /// The channel's name.
    channel: String,
    /// `waiting`, `delivered` or `dead`.
    state: &'static str,
    /// Attempts so far.
    attempts: u32,
    /// Why the last attempt failed.
    error: Option<String>,
    /// When it was put into the outbox.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// Not before.
    #[schema(value_type = String, format = DateTime)]
    due: Moment,
    /// When it was delivered or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended: Option<Moment>,
    /// What it tells.
    #[schema(schema_with = message)]
    message: Message,
}

impl From<Letter> for LetterShape {
    fn from(letter: Letter) -> Self {
        Self {
            id: letter.id,
            channel: letter.channel,
            state: letter.state.label(),
            attempts: letter.attempts,
            error: letter.error,
            created: letter.created,
            due: letter.due,
            ended: letter.ended,
            message: letter.message,
        }
    }
}

/// The outbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Letters {
    /// The newest first.
    pub(super) letters: Vec<LetterShape>,
}
