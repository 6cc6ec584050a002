//! The API's handlers, one per path.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer::{Asked, Problem, json};
use super::shapes::{
    Findings, GapShape, Gaps, ItemBrief, ItemShape, Items, LetterShape, Letters, RunShape, Runs, SheetShape, Sheets,
    Transitions,
};
use crate::history::{HistoryError, LetterFilter};
use crate::model::Text;
use crate::report::words;
use crate::web::Web;
use crate::web::error::Fault;
use crate::web::pages;
use crate::web::read::{self, Filter};

type Answer = Result<Response, Fault>;

/// Listed at most where no `limit` is given.
const LIMIT: u32 = 100;
/// Findings listed at most in one answer.
const MOST: u32 = 50_000;

fn bad(expected: &str, found: &str) -> Fault {
    Fault::Bad(Text::same(format!("expected {expected}, found {found:?}")))
}

/// Which run.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichRun {
    /// A run by position, by run id or its beginning; the latest where none is named.
    run: Option<String>,
}

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichItems {
    /// A run by position, by run id or its beginning; the latest where none is named.
    run: Option<String>,
    /// Only items of these verdicts (comma-separated): FAIL, INCONCLUSIVE, …
    verdict: Option<String>,
    /// Only items of these agreements (comma-separated): contradicted, unproven, …
    agreement: Option<String>,
    /// Only items that contain this text.
    q: Option<String>,
}

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HowMany {
    /// At most so many; 100 where none is given, 0 for all.
    limit: Option<u32>,
}

/// Which transitions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichTransitions {
    /// Only of this item.
    item: Option<String>,
    /// Only of this run: its position, run id or its beginning.
    run: Option<String>,
    /// At most so many; 100 where none is given, 0 for all.
    limit: Option<u32>,
}

/// Which findings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichFindings {
    /// Of these checks (comma-separated).
    check: String,
    /// A run by position, by run id or its beginning; the latest where none is named.
    run: Option<String>,
    /// At most so many, up to 50,000; 100 where none is given.
    limit: Option<u32>,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichLetters {
    /// Only about this sheet.
    sheet: Option<String>,
    /// Only in this state: waiting, delivered or dead.
    state: Option<String>,
    /// At most so many; 100 where none is given, 0 for all.
    limit: Option<u32>,
}

/// Every sheet, with its latest run.
#[utoipa::path(get, path = "/sheets", tag = "sheets", responses((status = 200, body = Sheets)))]
pub(super) async fn sheets(State(web): State<Arc<Web>>, headers: HeaderMap) -> Answer {
    let mut sheets = Vec::new();
    for name in web.history.sheets().await? {
        let run = match web.history.run(&name, "latest").await {
            // A name whose first run is under way.
            Err(HistoryError::Missing { .. }) => continue,
            run => run?.into(),
        };
        sheets.push(SheetShape { name, run });
    }
    Ok(json(&headers, &Sheets { sheets }))
}

/// A sheet, with its latest run.
#[utoipa::path(
    get, path = "/sheets/{sheet}", tag = "sheets", params(("sheet" = String, Path, description = "Its name")),
    responses(
        (status = 200, body = SheetShape),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn sheet(State(web): State<Arc<Web>>, Path(sheet): Path<String>, headers: HeaderMap) -> Answer {
    let run = web.history.run(&sheet, "latest").await?.into();
    Ok(json(&headers, &SheetShape { name: sheet, run }))
}

/// Items of a sheet, in its order.
#[utoipa::path(
    get, path = "/sheets/{sheet}/items", tag = "items",
    params(("sheet" = String, Path, description = "The sheet's name"), WhichItems),
    responses(
        (status = 200, body = Items),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn items(
    State(web): State<Arc<Web>>,
    Path(sheet): Path<String>,
    Asked(asked): Asked<WhichItems>,
    headers: HeaderMap,
) -> Answer {
    let list = |text: &Option<String>| -> Vec<String> {
        text.iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let verdict = |label: &String| read::verdict(label).ok_or_else(|| bad("the label of a verdict", label));
    let agreement = |label: &String| read::agreement(label).ok_or_else(|| bad("the label of an agreement", label));
    let filter = Filter {
        verdicts: list(&asked.verdict).iter().map(verdict).collect::<Result<_, _>>()?,
        agreements: list(&asked.agreement).iter().map(agreement).collect::<Result<_, _>>()?,
        text: asked.q.unwrap_or_default(),
    };
    let seen = web.seen(&sheet, asked.run.as_deref()).await?;
    let stretches = web.stretches(&sheet).await?;
    let since = read::since(&stretches, seen.run.seq);
    let taken = seen.frame.items.iter().filter(|item| filter.takes(item));
    let items = taken.map(|item| ItemBrief::new(item, since.get(item.id.as_str()).copied())).collect();
    Ok(json(&headers, &Items { run: seen.run.into(), items }))
}

/// One item with its claims and checks, and how its verdicts went.
#[utoipa::path(
    get, path = "/sheets/{sheet}/items/{item}", tag = "items",
    params(
        ("sheet" = String, Path, description = "The sheet's name"),
        ("item" = String, Path, description = "The item's id"),
        WhichRun,
    ),
    responses(
        (status = 200, body = ItemShape),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn item(
    State(web): State<Arc<Web>>,
    Path((sheet, id)): Path<(String, String)>,
    Asked(asked): Asked<WhichRun>,
    headers: HeaderMap,
) -> Answer {
    let seen = web.seen(&sheet, asked.run.as_deref()).await?;
    let item = seen.frame.items.iter().find(|item| item.id == id).cloned().ok_or_else(|| Fault::no_item(&id))?;
    let stretches = web.history.stretches(&sheet, Some(&id)).await?.into_iter().map(Into::into).collect();
    Ok(json(&headers, &ItemShape { run: seen.run.into(), item, stretches }))
}

/// Runs of a sheet, the newest first.
#[utoipa::path(
    get, path = "/sheets/{sheet}/runs", tag = "runs",
    params(("sheet" = String, Path, description = "The sheet's name"), HowMany),
    responses(
        (status = 200, body = Runs),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn runs(
    State(web): State<Arc<Web>>,
    Path(sheet): Path<String>,
    Asked(asked): Asked<HowMany>,
    headers: HeaderMap,
) -> Answer {
    web.history.run(&sheet, "latest").await?;
    let runs = web.history.runs(&sheet, asked.limit.unwrap_or(LIMIT)).await?;
    Ok(json(&headers, &Runs { runs: runs.into_iter().map(RunShape::from).collect() }))
}

/// One run.
#[utoipa::path(
    get, path = "/sheets/{sheet}/runs/{run}", tag = "runs",
    params(
        ("sheet" = String, Path, description = "The sheet's name"),
        ("run" = String, Path, description = "Position, run id or its beginning, or `latest`"),
    ),
    responses(
        (status = 200, body = RunShape),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn run(
    State(web): State<Arc<Web>>,
    Path((sheet, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    Ok(json(&headers, &RunShape::from(web.history.run(&sheet, &run).await?)))
}

/// Transitions of a sheet, the newest first.
#[utoipa::path(
    get, path = "/sheets/{sheet}/transitions", tag = "runs",
    params(("sheet" = String, Path, description = "The sheet's name"), WhichTransitions),
    responses(
        (status = 200, body = Transitions),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn transitions(
    State(web): State<Arc<Web>>,
    Path(sheet): Path<String>,
    Asked(asked): Asked<WhichTransitions>,
    headers: HeaderMap,
) -> Answer {
    let run = web.history.run(&sheet, asked.run.as_deref().unwrap_or("latest")).await?;
    let seq = asked.run.map(|_| run.seq);
    let limit = asked.limit.unwrap_or(LIMIT);
    let transitions = web.history.transitions(&sheet, asked.item.as_deref(), seq, limit).await?;
    Ok(json(&headers, &Transitions { transitions }))
}

/// Findings of checks in a run.
#[utoipa::path(
    get, path = "/sheets/{sheet}/findings", tag = "items",
    params(("sheet" = String, Path, description = "The sheet's name"), WhichFindings),
    responses(
        (status = 200, body = Findings),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn findings(
    State(web): State<Arc<Web>>,
    Path(sheet): Path<String>,
    Asked(asked): Asked<WhichFindings>,
    headers: HeaderMap,
) -> Answer {
    let checks: Vec<String> =
        asked.check.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let limit = asked.limit.unwrap_or(LIMIT);
    if checks.is_empty() {
        return Err(bad("the id of a check as check", &asked.check));
    }
    if !(1..=MOST).contains(&limit) {
        return Err(bad("a limit from 1 to 50,000", &limit.to_string()));
    }
    let run = web.history.run(&sheet, asked.run.as_deref().unwrap_or("latest")).await?;
    let (findings, total) = web.history.findings(&sheet, run.seq, &checks, limit).await?;
    Ok(json(&headers, &Findings { run: run.into(), total, findings }))
}

/// What a run could not see, and which permission would mend it.
#[utoipa::path(
    get, path = "/sheets/{sheet}/gaps", tag = "runs",
    params(("sheet" = String, Path, description = "The sheet's name"), WhichRun),
    responses(
        (status = 200, body = Gaps),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn gaps(
    State(web): State<Arc<Web>>,
    Path(sheet): Path<String>,
    Asked(asked): Asked<WhichRun>,
    headers: HeaderMap,
) -> Answer {
    let seen = web.seen(&sheet, asked.run.as_deref()).await?;
    let gaps = words::gap_groups(&seen.frame.gaps).into_iter().map(GapShape::from).collect();
    Ok(json(&headers, &Gaps { run: seen.run.into(), gaps }))
}

/// The outbox: messages on their way to channels, the newest first.
#[utoipa::path(
    get, path = "/letters", tag = "letters", params(WhichLetters),
    responses(
        (status = 200, body = Letters),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn letters(
    State(web): State<Arc<Web>>,
    Asked(asked): Asked<WhichLetters>,
    headers: HeaderMap,
) -> Answer {
    let state = match &asked.state {
        None => None,
        Some(label) => Some(pages::letter_state(label).ok_or_else(|| bad("waiting, delivered or dead", label))?),
    };
    let filter = LetterFilter { sheet: asked.sheet, state, limit: asked.limit.unwrap_or(LIMIT) };
    let letters = web.history.letters(filter).await?.into_iter().map(LetterShape::from).collect();
    Ok(json(&headers, &Letters { letters }))
}
