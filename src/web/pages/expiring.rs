//! `/sheets/{name}/expiring`: statements and waivers that end soon or have ended, and every statement with a date.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::parts::{Badge, Day, RunLine};
use super::shell::{Link, Place, Shell, Tab};
use super::{Ctx, href};
use crate::model::{Lang, Moment, ReminderOf};
use crate::report::labels::{self, Label};
use crate::web::error::Fault;
use crate::web::words;

#[derive(Template)]
#[template(path = "web/expiring.html")]
struct Page {
    shell: Shell,
    run: RunLine,
    notices: Vec<String>,
    soon: Vec<Row>,
    statements: Vec<Statement>,
}

struct Row {
    kind: &'static str,
    target: String,
    resource: Option<String>,
    who: String,
    ends: Option<Day>,
    left: i64,
    ended: bool,
    text: String,
}

struct Statement {
    item: Link,
    claim: String,
    badge: Badge,
    who: String,
    ends: Day,
    left: i64,
}

fn moment(rfc3339: &str) -> Option<Moment> {
    rfc3339.parse().ok()
}

/// Whole days from `now` until `ends`; 0 on the last day and after.
fn left(ends: Moment, now: Moment) -> i64 {
    (ends - now).num_days().max(0)
}

pub(super) async fn page(Path(sheet): Path<String>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet).await)
}

async fn show(ctx: &Ctx, sheet: &str) -> Result<Page, Fault> {
    const STATEMENT: Label = Label { ja: "表明", en: "statement" };
    const WAIVER: Label = Label { ja: "リスク受容", en: "waiver" };
    let seen = ctx.web.seen(sheet, None).await?;
    let (frame, lang, now) = (&seen.frame, ctx.lang, ctx.now());
    let soon = frame.reminders.iter().map(|reminder| {
        let ends = moment(&reminder.ends);
        Row {
            kind: match reminder.kind {
                ReminderOf::Attestation => STATEMENT.get(lang),
                ReminderOf::Waiver => WAIVER.get(lang),
            },
            target: reminder.target.clone(),
            resource: reminder.resource.clone(),
            who: reminder.who.clone(),
            // By the clock on the wall: what ended since the run has no effect in the next one.
            ended: ends.is_some_and(|ends| ends <= now),
            left: ends.map_or(reminder.days_left, |ends| left(ends, now)),
            ends: ends.map(Day),
            text: reminder.text.get(lang).to_owned(),
        }
    });
    let mut statements: Vec<(Moment, Statement)> = Vec::new();
    for item in &frame.items {
        for claim in &item.claims {
            let Some(half) = &claim.attested else { continue };
            let (Some(ends), Some(who)) = (half.expires.as_deref().and_then(moment), &half.who) else { continue };
            let item =
                Link { href: href(&["sheets", sheet, "items", &item.id]), text: item.id.clone(), current: false };
            statements.push((
                ends,
                Statement {
                    item,
                    claim: match lang {
                        Lang::Ja => claim.text_ja.clone(),
                        Lang::En => claim.text.clone(),
                    },
                    badge: Badge(half.verdict, lang),
                    who: who.clone(),
                    ends: Day(ends),
                    left: left(ends, now),
                },
            ));
        }
    }
    statements.sort_by_key(|(ends, _)| *ends);
    Ok(Page {
        shell: ctx.shell(format!("{} — {sheet}", words::EXPIRING.get(lang)), Place::Sheet(sheet, Tab::Expiring)),
        run: RunLine::new(&seen.run, frame, lang),
        notices: ctx.notices(&seen.run, true).await?,
        soon: soon.collect(),
        statements: statements.into_iter().map(|(_, statement)| statement).collect(),
    })
}
