//! `/`: every sheet, with what its last run says.

use askama::Template;
use axum::response::Response;

use super::parts::{RunLine, Stack, Tile, agreements};
use super::shell::{Place, Shell};
use super::{Ctx, href};
use crate::report::labels;
use crate::web::error::Fault;
use crate::web::words;

#[derive(Template)]
#[template(path = "web/sheets.html")]
struct Page {
    shell: Shell,
    sheets: Vec<Sheet>,
}

struct Sheet {
    name: String,
    href: String,
    run: RunLine,
    tiles: Vec<Tile>,
    stack: Stack,
    notices: Vec<String>,
    changes: usize,
    file: String,
}

pub(super) async fn page(ctx: Ctx) -> Response {
    ctx.answer(show(&ctx).await)
}

async fn show(ctx: &Ctx) -> Result<Page, Fault> {
    let mut sheets = Vec::new();
    for name in ctx.web.history.sheets().await? {
        let seen = match ctx.web.seen(&name, None).await {
            // A name whose first run is under way.
            Err(Fault::Missing(_)) => continue,
            seen => seen?,
        };
        let to = href(&["sheets", &name]);
        let link = |agreement: crate::model::Agreement| (format!("{to}?agreement={}", agreement.label()), false);
        sheets.push(Sheet {
            run: RunLine::new(&seen.run, &seen.frame, ctx.lang),
            tiles: agreements(&seen.frame, ctx.lang, link),
            stack: Stack::new(&seen.run.summary.by_verdict, ctx.lang),
            notices: ctx.notices(&seen.run, true).await?,
            changes: seen.run.transitions,
            file: seen.frame.run.sheet.name.clone(),
            href: to,
            name,
        });
    }
    Ok(Page { shell: ctx.shell(words::SHEETS.get(ctx.lang), Place::Root), sheets })
}
