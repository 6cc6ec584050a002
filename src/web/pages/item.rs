//! `/sheets/{name}/items/{id}`: one item with its claims, what was looked at, what was found, the evidence, and how it was
//! before.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::Ctx;
use super::changes::Change;
use super::checks::{Check, Look};
use super::parts::{At, Badge, Day, RunLine};
use super::shell::{Place, Shell, Tab};
use crate::history::Stretch;
use crate::model::{ClaimReport, EvidenceReport, ItemReport, Lang};
use crate::report::{labels, words as sentences};
use crate::web::error::Fault;
use crate::web::strip::{Strip, period};
use crate::web::words;

/// Transitions shown of an item.
const CHANGES: u32 = 20;

#[derive(Template)]
#[template(path = "web/item.html")]
struct Page {
    shell: Shell,
    run: RunLine,
    notices: Vec<String>,
    latest: Option<String>,
    item: ItemReport,
    badge: Badge,
    answer: &'static str,
    agreement: &'static str,
    agreement_name: &'static str,
    reason: String,
    since: Option<Day>,
    matched: String,
    match_reason: String,
    review: String,
    claims: Vec<Claim>,
    strip: Strip,
    stretches: Vec<StretchRow>,
    changes: Vec<Change>,
}

struct Claim {
    c: ClaimReport,
    text: String,
    badge: Badge,
    class: &'static str,
    by: &'static str,
    reason: String,
    topics: String,
    decides: bool,
    live: Option<Badge>,
    attested: Option<Attested>,
    strip: Strip,
    checks: Vec<Check>,
}

struct Attested {
    badge: Badge,
    rest: Option<String>,
    statement: Option<String>,
    who: Option<String>,
    evidence: Option<String>,
    /// Whether the evidence may be a link: other schemes (`javascript:`) are shown as text.
    is_link: bool,
    expires: Option<String>,
}

struct StretchRow {
    badge: Badge,
    from: At,
    until: At,
    runs: i64,
    first: String,
}

pub(super) async fn page(Path((sheet, item)): Path<(String, String)>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet, &item).await)
}

async fn show(ctx: &Ctx, sheet: &str, id: &str) -> Result<Page, Fault> {
    let seen = ctx.web.seen(sheet, ctx.param("run")).await?;
    let (run, frame, lang) = (&seen.run, &seen.frame, ctx.lang);
    let item = frame.items.iter().find(|item| item.id == id).ok_or_else(|| Fault::no_item(id))?;
    let all = ctx.web.history.stretches(sheet, Some(id)).await?;
    let own: Vec<&Stretch> = all.iter().filter(|stretch| stretch.claim.is_none()).collect();
    let period = period(&all, ctx.now());
    let evidence: HashMap<&str, &EvidenceReport> = frame.evidence.iter().map(|e| (e.id.as_str(), e)).collect();
    let look = Look { ctx, seen: &seen, evidence, wanted: ctx.param("check"), page: ctx.number("page", 1)? };
    let mut claims = Vec::with_capacity(item.claims.len());
    for (n, claim) in item.claims.iter().enumerate() {
        let strip = Strip::new(all.iter().filter(|s| s.claim.as_ref() == Some(&claim.id)), period, lang);
        claims.push(of_claim(ctx, &look, item, n, claim, strip).await?);
    }
    let transitions = ctx.web.history.transitions(sheet, Some(id), None, CHANGES).await?;
    let since = own.iter().find(|s| s.seqs.0 <= run.seq && run.seq <= s.seqs.1).map(|s| Day(s.from));
    Ok(Page {
        shell: ctx.shell(format!("{id} — {sheet}"), Place::Sheet(sheet, Tab::Item)),
        run: RunLine::new(run, frame, lang),
        notices: ctx.notices(run, seen.is_latest).await?,
        latest: (!seen.is_latest).then(|| ctx.here(&[("run", "")])),
        badge: Badge(item.verdict, lang),
        answer: labels::answer(item.answer).get(lang),
        agreement: item.agreement.label(),
        agreement_name: labels::agreement(item.agreement).get(lang),
        reason: ctx.of(&item.reason_ja, &item.reason).to_owned(),
        since,
        matched: match &item.matched.framework_item {
            Some(id) => format!("{id} · {:.2}", item.matched.confidence),
            None => labels::NOT_MATCHED.get(lang).to_owned(),
        },
        match_reason: item.matched.reason.get(lang).to_owned(),
        review: labels::review(&item.matched.review).get(lang).to_owned(),
        claims,
        strip: Strip::new(own.iter().copied(), period, lang),
        stretches: own.iter().rev().map(|stretch| row(sheet, stretch, lang)).collect(),
        changes: transitions.iter().map(|transition| Change::new(transition, lang)).collect(),
        item: item.clone(),
    })
}

fn row(sheet: &str, stretch: &Stretch, lang: Lang) -> StretchRow {
    StretchRow {
        badge: Badge(stretch.verdict, lang),
        from: At(stretch.from),
        until: At(stretch.until),
        runs: stretch.seqs.1 - stretch.seqs.0 + 1,
        first: super::href(&["sheets", sheet, "runs", &stretch.seqs.0.to_string()]),
    }
}

async fn of_claim(
    ctx: &Ctx,
    look: &Look<'_>,
    item: &ItemReport,
    n: usize,
    c: &ClaimReport,
    strip: Strip,
) -> Result<Claim, Fault> {
    let lang = ctx.lang;
    let mut checks = Vec::with_capacity(c.checks.len());
    for (k, check) in c.checks.iter().enumerate() {
        checks.push(Check::new(look, check, format!("check-{n}-{k}")).await?);
    }
    Ok(Claim {
        text: ctx.of(&c.text_ja, &c.text).to_owned(),
        badge: Badge(c.verdict, lang),
        class: crate::web::strip::class(c.verdict),
        by: labels::by(c.by).get(lang),
        reason: c.reason.get(lang).to_owned(),
        topics: c.topics.join(", "),
        decides: c.id == item.decided_by && item.claims.len() > 1,
        live: c.live.map(|verdict| Badge(verdict, lang)),
        attested: c.attested.as_ref().map(|half| Attested {
            badge: Badge(half.verdict, lang),
            rest: half.rest.as_ref().map(|rest| rest.get(lang).to_owned()),
            statement: half.statement.clone(),
            who: half.who.clone(),
            is_link: half.evidence.as_deref().is_some_and(|link| link.starts_with("https://")),
            evidence: half.evidence.clone(),
            expires: half.expires.as_deref().map(sentences::moment),
        }),
        strip,
        checks,
        c: c.clone(),
    })
}
