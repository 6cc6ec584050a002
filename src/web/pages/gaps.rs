//! `/sheets/{name}/gaps`: what could not be read, which items rest on it, and which permission would mend it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::parts::RunLine;
use super::shell::{Link, Place, Shell, Tab};
use super::{Ctx, href};
use crate::model::{Gap, GapReason, Lang, Report};
use crate::report::{labels, words as sentences};
use crate::table;
use crate::web::error::Fault;
use crate::web::words;

/// Places and details shown of each group.
const SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "web/gaps.html")]
struct Page {
    shell: Shell,
    run: RunLine,
    notices: Vec<String>,
    gaps: Vec<(GapView, Vec<Link>)>,
}

/// Gaps of one reason and operation.
pub(super) struct GapView {
    pub(super) reason: &'static str,
    pub(super) remedy: &'static str,
    pub(super) operation: String,
    pub(super) count: usize,
    pub(super) places: String,
    pub(super) details: Vec<String>,
    /// What the operation needs, by the table of operations; only where something was refused.
    pub(super) needed: String,
    /// What AWS named when it refused.
    pub(super) named: String,
    kind: GapReason,
}

/// IAM actions that an operation needs; none where the table does not know it.
pub(in crate::web) fn needed(operation: &str) -> Vec<&'static str> {
    table::registry().operations.get(operation).map(|known| known.iam.to_vec()).unwrap_or_default()
}

impl GapView {
    /// Groups of gaps, those of one reason together.
    pub(super) fn all<'g>(gaps: impl IntoIterator<Item = &'g Gap>, lang: Lang) -> Vec<Self> {
        sentences::gap_groups(gaps).into_iter().map(|group| Self::new(group, lang)).collect()
    }

    fn new(group: sentences::GapGroup, lang: Lang) -> Self {
        let more = group.places.len().saturating_sub(SHOWN);
        let mut places = group.places.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        if more > 0 {
            places.push_str(&match lang {
                Lang::Ja => format!(" ほか {more} か所"),
                Lang::En => format!(" and {more} more"),
            });
        }
        let needed = match group.reason {
            GapReason::Denied => needed(&group.operation).join(", "),
            _ => String::new(),
        };
        Self {
            reason: labels::gap_reason(group.reason).get(lang),
            remedy: labels::gap_remedy(group.reason).get(lang),
            count: group.count,
            places,
            details: group.details.into_iter().take(SHOWN).collect(),
            needed,
            named: group.permissions.join(", "),
            kind: group.reason,
            operation: group.operation,
        }
    }

    /// Items with a check that one of these gaps keeps from being decided.
    fn items(&self, report: &Report) -> BTreeSet<usize> {
        let of_this = |at: &usize| {
            report.gaps.get(*at).is_some_and(|gap| gap.operation == self.operation && gap.reason == self.kind)
        };
        let rests = |item: &crate::model::ItemReport| {
            item.claims.iter().flat_map(|claim| &claim.checks).any(|check| check.gaps.iter().any(of_this))
        };
        report.items.iter().enumerate().filter(|(_, item)| rests(item)).map(|(n, _)| n).collect()
    }
}

pub(super) async fn page(Path(sheet): Path<String>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet).await)
}

async fn show(ctx: &Ctx, sheet: &str) -> Result<Page, Fault> {
    let seen = ctx.web.seen(sheet, ctx.param("run")).await?;
    let link = |n: usize| {
        let item = seen.frame.items.get(n)?;
        let href = href(&["sheets", sheet, "items", &item.id]);
        Some(Link { href, text: format!("{} {}", item.id, item.verdict.label()), current: false })
    };
    let gaps = GapView::all(&seen.frame.gaps, ctx.lang).into_iter().map(|gap| {
        let items = gap.items(&seen.frame).into_iter().filter_map(link).collect();
        (gap, items)
    });
    Ok(Page {
        gaps: gaps.collect(),
        shell: ctx.shell(format!("{} — {sheet}", words::GAPS.get(ctx.lang)), Place::Sheet(sheet, Tab::Gaps)),
        run: RunLine::new(&seen.run, &seen.frame, ctx.lang),
        notices: ctx.notices(&seen.run, seen.is_latest).await?,
    })
}
