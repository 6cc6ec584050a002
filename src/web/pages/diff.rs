//! `/sheets/{name}/diff?a=&b=`: what differs between two runs, item by item.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::parts::{At, Badge, RunLine};
use super::shell::{Place, Shell, Tab};
use super::{Ctx, href};
use crate::model::{ItemReport, Lang, Population, Report, Text, Verdict};
use crate::report::labels;
use crate::web::error::Fault;
use crate::web::words;

/// Runs offered for choice.
const CHOICE: u32 = 120;

#[derive(Template)]
#[template(path = "web/diff.html")]
struct Page {
    shell: Shell,
    /// None where there is but one run.
    pair: Option<(RunLine, RunLine)>,
    choices: Vec<Choice>,
    others: Vec<&'static str>,
    items: Vec<Row>,
}

struct Choice {
    seq: i64,
    clock: At,
    is_a: bool,
    is_b: bool,
}

struct Row {
    id: String,
    href: String,
    text: String,
    from: Option<Badge>,
    to: Option<Badge>,
    agreements: (&'static str, &'static str),
    reason: String,
    claims: Vec<ClaimRow>,
    populations: Vec<(String, usize, usize)>,
}

struct ClaimRow {
    text: String,
    id: String,
    from: Option<Badge>,
    to: Option<Badge>,
}

pub(super) async fn page(Path(sheet): Path<String>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet).await)
}

async fn show(ctx: &Ctx, sheet: &str) -> Result<Page, Fault> {
    let latest = ctx.web.history.run(sheet, "latest").await?;
    let runs = ctx.web.history.runs(sheet, CHOICE).await?;
    let b = match ctx.param("b") {
        Some(which) => ctx.web.history.run(sheet, which).await?,
        None => latest,
    };
    let a = match ctx.param("a") {
        Some(which) => Some(ctx.web.history.run(sheet, which).await?),
        None => runs.iter().find(|run| run.seq < b.seq).cloned(),
    };
    let shell = ctx.shell(format!("{} — {sheet}", words::DIFF.get(ctx.lang)), Place::Sheet(sheet, Tab::Diff));
    let mut choices: Vec<Choice> = runs
        .iter()
        .chain(a.iter().chain([&b]).filter(|run| !runs.iter().any(|other| other.seq == run.seq)))
        .map(|run| Choice {
            seq: run.seq,
            clock: At(run.clock),
            is_a: a.as_ref().is_some_and(|a| a.seq == run.seq),
            is_b: b.seq == run.seq,
        })
        .collect();
    choices.dedup_by_key(|choice| choice.seq);
    let Some(a) = a else { return Ok(Page { shell, pair: None, choices, others: Vec::new(), items: Vec::new() }) };
    let (before, after) = (ctx.web.frame(&a).await?, ctx.web.frame(&b).await?);
    let items = changed(&before, &after).into_iter().map(|pair| row(ctx, sheet, pair)).collect();
    Ok(Page {
        shell,
        pair: Some((RunLine::new(&a, &before, ctx.lang), RunLine::new(&b, &after, ctx.lang))),
        choices,
        others: others(&before, &after, ctx.lang),
        items,
    })
}

/// An item before and after; one of them is none where the sheet gained or lost it.
type Pair<'r> = (Option<&'r ItemReport>, Option<&'r ItemReport>);

/// Items whose verdict, agreement or claims differ, in the order of the later sheet, what left it at the end.
fn changed<'r>(before: &'r Report, after: &'r Report) -> Vec<Pair<'r>> {
    let old: HashMap<&str, &ItemReport> = before.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let new: HashMap<&str, &ItemReport> = after.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let kept = after.items.iter().map(|item| (old.get(item.id.as_str()).copied(), Some(item)));
    let gone = before.items.iter().filter(|item| !new.contains_key(item.id.as_str())).map(|item| (Some(item), None));
    kept.chain(gone).filter(|(a, b)| verdicts(*a) != verdicts(*b)).collect()
}

/// All that a change shows in: the item's verdict and agreement, and its claims' verdicts.
type Shown<'r> = (Verdict, crate::model::Agreement, Vec<(&'r str, Verdict)>);

fn verdicts(item: Option<&ItemReport>) -> Option<Shown<'_>> {
    let item = item?;
    let claims = item.claims.iter().map(|claim| (claim.id.as_str(), claim.verdict)).collect();
    Some((item.verdict, item.agreement, claims))
}

fn row(ctx: &Ctx, sheet: &str, (a, b): Pair<'_>) -> Row {
    let lang = ctx.lang;
    let shown = b.or(a);
    let id = shown.map(|item| item.id.clone()).unwrap_or_default();
    let badge = |item: Option<&ItemReport>| item.map(|item| Badge(item.verdict, lang));
    let agreement = |item: Option<&ItemReport>| item.map_or("–", |item| labels::agreement(item.agreement).get(lang));
    Row {
        href: href(&["sheets", sheet, "items", &id]),
        text: shown.map(|item| item.text.clone()).unwrap_or_default(),
        from: badge(a),
        to: badge(b),
        agreements: (agreement(a), agreement(b)),
        reason: b.map(|item| ctx.of(&item.reason_ja, &item.reason).to_owned()).unwrap_or_default(),
        claims: claims(ctx, a, b),
        populations: populations(a, b),
        id,
    }
}

fn claims(ctx: &Ctx, a: Option<&ItemReport>, b: Option<&ItemReport>) -> Vec<ClaimRow> {
    let of = |item: Option<&ItemReport>| -> Vec<(String, Text, Verdict)> {
        let claims = item.iter().flat_map(|item| &item.claims);
        claims.map(|claim| (claim.id.clone(), Text::new(&claim.text_ja, &claim.text), claim.verdict)).collect()
    };
    let (old, new) = (of(a), of(b));
    let find = |claims: &[(String, Text, Verdict)], id: &str| claims.iter().find(|c| c.0 == id).map(|c| c.2);
    let gone = old.iter().filter(|claim| find(&new, &claim.0).is_none());
    new.iter()
        .chain(gone)
        .filter(|claim| find(&old, &claim.0) != find(&new, &claim.0))
        .map(|(id, text, _)| ClaimRow {
            text: ctx.of(&text.ja, &text.en).to_owned(),
            from: find(&old, id).map(|verdict| Badge(verdict, ctx.lang)),
            to: find(&new, id).map(|verdict| Badge(verdict, ctx.lang)),
            id: id.clone(),
        })
        .collect()
}

/// Checks that looked at another number of resources.
fn populations(a: Option<&ItemReport>, b: Option<&ItemReport>) -> Vec<(String, usize, usize)> {
    let of = |item: Option<&ItemReport>| -> HashMap<String, Population> {
        let checks = item.iter().flat_map(|item| &item.claims).flat_map(|claim| &claim.checks);
        checks.map(|check| (check.id.clone(), check.population)).collect()
    };
    let (old, new) = (of(a), of(b));
    let mut rows: Vec<(String, usize, usize)> = new
        .keys()
        .chain(old.keys().filter(|id| !new.contains_key(*id)))
        .map(|id| {
            let count = |of: &HashMap<String, Population>| of.get(id).map_or(0, |population| population.in_scope);
            (id.clone(), count(&old), count(&new))
        })
        .filter(|(_, before, after)| before != after)
        .collect();
    rows.sort();
    rows
}

/// What else differs between the runs, and may be why verdicts do.
fn others(a: &Report, b: &Report, lang: Lang) -> Vec<&'static str> {
    let (a, b) = (&a.run, &b.run);
    let differs = [
        (a.sheet.sha256 != b.sheet.sha256, words::OTHER_SHEET),
        (a.catalogue.sha256 != b.catalogue.sha256, words::OTHER_CATALOGUE),
        (a.scope != b.scope || a.accounts != b.accounts, words::OTHER_SCOPE),
        (a.tool_version != b.tool_version, words::OTHER_TOOL),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, label)| label.get(lang)).collect()
}
