//! `/sheets/{name}/runs`: every run; `/sheets/{name}/runs/{run}`: what one changed and rested on.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::changes::Change;
use super::parts::{At, Pager, RunLine, Stack, Tile, agreements, kind, verdicts};
use super::shell::{Place, Shell, Tab};
use super::{Ctx, href};
use crate::history::Run;
use crate::model::{Agreement, Moment, RunInfo};
use crate::report::{labels, words as sentences};
use crate::web::error::Fault;
use crate::web::words;

/// Runs on one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "web/runs.html")]
struct List {
    shell: Shell,
    runs: Vec<Row>,
    pager: Option<Pager>,
}

struct Row {
    seq: i64,
    href: String,
    clock: At,
    kind: &'static str,
    stack: Stack,
    contradicted: usize,
    open: usize,
    findings: String,
    changes: usize,
    diff: Option<String>,
}

fn diff(sheet: &str, a: i64, b: i64) -> String {
    format!("{}?a={a}&b={b}", href(&["sheets", sheet, "diff"]))
}

pub(super) async fn list(Path(sheet): Path<String>, ctx: Ctx) -> Response {
    ctx.answer(show_list(&ctx, &sheet).await)
}

async fn show_list(ctx: &Ctx, sheet: &str) -> Result<List, Fault> {
    let latest = ctx.web.history.run(sheet, "latest").await?;
    let page = ctx.number("page", 1)?;
    // One more than is shown tells whether there is an older page, and gives the last row its run before.
    let limit = u32::try_from(page * PAGE + 1).unwrap_or(u32::MAX);
    let runs = ctx.web.history.runs(sheet, limit).await?;
    let pages = runs.len().div_ceil(PAGE).max(1);
    let from = (page.min(pages) - 1) * PAGE;
    let rows = runs.iter().enumerate().skip(from).take(PAGE).map(|(n, run)| {
        let count = |label: &str| run.summary.by_agreement.get(label).copied().unwrap_or(0);
        Row {
            seq: run.seq,
            href: href(&["sheets", sheet, "runs", &run.seq.to_string()]),
            clock: At(run.clock),
            kind: kind(run.kind, ctx.lang),
            stack: Stack::new(&run.summary.by_verdict, ctx.lang),
            contradicted: count("contradicted"),
            open: open(run),
            findings: sentences::count(run.findings as u64),
            changes: run.transitions,
            diff: runs.get(n + 1).map(|before| diff(sheet, before.seq, run.seq)),
        }
    });
    Ok(List {
        runs: rows.collect(),
        pager: Pager::new(page.min(pages), pages, |page| ctx.here(&[("page", &page.to_string())])),
        shell: ctx.shell(format!("{} — {}", words::RUNS.get(ctx.lang), latest.sheet), Place::Sheet(sheet, Tab::Runs)),
    })
}

/// Items that do not hold.
fn open(run: &Run) -> usize {
    let open = crate::model::Verdict::ALL.into_iter().filter(|verdict| !verdict.holds());
    open.filter_map(|verdict| run.summary.by_verdict.get(verdict.label())).sum()
}

#[derive(Template)]
#[template(path = "web/run.html")]
struct Page {
    shell: Shell,
    line: RunLine,
    notices: Vec<String>,
    run: Run,
    started: At,
    finished: At,
    findings: String,
    calls: String,
    agreements: Vec<Tile>,
    verdicts: Vec<Tile>,
    stack: Stack,
    changes: Vec<Change>,
    gaps: usize,
    gaps_href: String,
    before: Option<String>,
    items: String,
    info: RunInfo,
    parts: Vec<Part>,
    warnings: Vec<String>,
}

/// What a run over a part had read at one moment.
struct Part {
    at: At,
    /// `account region service`.
    what: Vec<String>,
}

/// Parts of a run by their age, the newest first.
fn parts(info: &RunInfo) -> Vec<Part> {
    let mut ages: BTreeMap<Moment, Vec<String>> = BTreeMap::new();
    for part in &info.parts {
        ages.entry(part.as_of).or_default().push(format!("{} {} {}", part.account, part.region, part.service));
    }
    ages.into_iter().rev().map(|(at, what)| Part { at: At(at), what }).collect()
}

pub(super) async fn page(Path((sheet, which)): Path<(String, String)>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet, &which).await)
}

async fn show(ctx: &Ctx, sheet: &str, which: &str) -> Result<Page, Fault> {
    let seen = ctx.web.seen(sheet, Some(which)).await?;
    let (run, frame, lang) = (seen.run, seen.frame, ctx.lang);
    let transitions = ctx.web.history.transitions(sheet, None, Some(run.seq), 0).await?;
    let seq = run.seq.to_string();
    let items = format!("{}?run={seq}", href(&["sheets", sheet]));
    let gaps_href = format!("{}?run={seq}", href(&["sheets", sheet, "gaps"]));
    // The run before may have been forgotten.
    let before = ctx.web.history.run(sheet, &(run.seq - 1).to_string()).await.ok();
    Ok(Page {
        shell: ctx.shell(format!("{} {seq} — {sheet}", labels::RUN.get(lang)), Place::Sheet(sheet, Tab::Runs)),
        line: RunLine::new(&run, &frame, lang),
        notices: ctx.notices(&run, false).await?,
        started: At(run.started),
        finished: At(run.finished),
        findings: sentences::count(run.findings as u64),
        calls: sentences::count(run.api_calls),
        agreements: agreements(&frame, lang, |a| (format!("{items}&agreement={}", a.label()), false)),
        verdicts: verdicts(&frame, lang, |v| (format!("{items}&verdict={}", v.label()), false)),
        stack: Stack::new(&run.summary.by_verdict, lang),
        changes: transitions.iter().map(|transition| Change::new(transition, lang)).collect(),
        gaps: frame.gaps.len(),
        gaps_href,
        before: before.filter(|before| before.seq != run.seq).map(|before| diff(sheet, before.seq, run.seq)),
        items,
        warnings: frame.warnings.iter().map(|text| text.get(lang).to_owned()).collect(),
        parts: parts(&frame.run),
        info: frame.run.clone(),
        run,
    })
}
