//! `/sheets/{name}`: all items of a sheet with verdict, since when, and how it was over the year.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::changes::Change;
use super::parts::{Badge, Day, RunLine, Stack, Tile, agreements, verdicts};
use super::shell::{Place, Shell, Tab};
use super::{Ctx, href};
use crate::model::{Agreement, Lang, Text, Verdict};
use crate::report::{labels, words as sentences};
use crate::web::error::Fault;
use crate::web::read::{self, Filter};
use crate::web::strip::{Strip, period};
use crate::web::words;

/// Changes shown above the items.
const CHANGES: u32 = 5;

#[derive(Template)]
#[template(path = "web/sheet.html")]
struct Page {
    shell: Shell,
    name: String,
    run: RunLine,
    notices: Vec<String>,
    waiting: Option<String>,
    latest: Option<String>,
    agreements: Vec<Tile>,
    verdicts: Vec<Tile>,
    stack: Stack,
    changes: Vec<Change>,
    /// `FAIL` and its name, and whether it is chosen, for the form.
    choices: Vec<(&'static str, &'static str, bool)>,
    agreed: Vec<(&'static str, &'static str, bool)>,
    text: String,
    which: String,
    filtered: bool,
    all: String,
    shown: usize,
    total: usize,
    sections: Vec<Section>,
}

struct Section {
    name: String,
    items: Vec<Item>,
}

struct Item {
    id: String,
    href: String,
    text: String,
    reason: String,
    answer_text: String,
    answer: &'static str,
    badge: Badge,
    agreement: &'static str,
    agreement_name: &'static str,
    since: Option<Day>,
    strip: Strip,
}

pub(super) async fn page(Path(sheet): Path<String>, ctx: Ctx) -> Response {
    ctx.answer(show(&ctx, &sheet).await)
}

/// The filter that the parameters ask for.
fn filter(ctx: &Ctx) -> Result<Filter, Fault> {
    let unknown = |what: &str| {
        Fault::Bad(Text::new(format!("{what} という判定はありません。"), format!("There is no verdict called {what}.")))
    };
    let verdicts = ctx.params("verdict").map(|label| read::verdict(label).ok_or_else(|| unknown(label)));
    let agreements = ctx.params("agreement").map(|label| read::agreement(label).ok_or_else(|| unknown(label)));
    Ok(Filter {
        verdicts: verdicts.collect::<Result<_, _>>()?,
        agreements: agreements.collect::<Result<_, _>>()?,
        text: ctx.param("q").unwrap_or_default().trim().to_owned(),
    })
}

async fn show(ctx: &Ctx, sheet: &str) -> Result<Page, Fault> {
    let filter = filter(ctx)?;
    let seen = ctx.web.seen(sheet, ctx.param("run")).await?;
    let stretches = ctx.web.stretches(sheet).await?;
    let (run, frame, lang) = (&seen.run, &seen.frame, ctx.lang);
    let since = read::since(&stretches, run.seq);
    let period = period(&stretches, ctx.now());
    let run_param = if seen.is_latest { String::new() } else { run.seq.to_string() };
    let mut sections: Vec<Section> = Vec::new();
    let mut shown = 0;
    for item in frame.items.iter().filter(|item| filter.takes(item)) {
        shown += 1;
        let mut to = href(&["sheets", sheet, "items", &item.id]);
        if !run_param.is_empty() {
            to.push_str(&format!("?run={run_param}"));
        }
        let own = stretches.iter().filter(|stretch| stretch.item == item.id && stretch.claim.is_none());
        let row = Item {
            id: item.id.clone(),
            href: to,
            text: item.text.clone(),
            reason: ctx.of(&item.reason_ja, &item.reason).to_owned(),
            answer_text: item.answer_text.clone(),
            answer: labels::answer(item.answer).get(lang),
            badge: Badge(item.verdict, lang),
            agreement: item.agreement.label(),
            agreement_name: labels::agreement(item.agreement).get(lang),
            since: since.get(item.id.as_str()).copied().map(Day),
            strip: Strip::new(own, period, lang),
        };
        match sections.last_mut() {
            Some(section) if section.name == item.section => section.items.push(row),
            _ => sections.push(Section { name: item.section.clone(), items: vec![row] }),
        }
    }
    let transitions = match seen.is_latest {
        true => ctx.web.history.transitions(sheet, None, None, CHANGES).await?,
        false => Vec::new(),
    };
    let changes = transitions.iter().map(|transition| Change::new(transition, lang)).collect();
    Ok(Page {
        shell: ctx.shell(sheet, Place::Sheet(sheet, Tab::Items)),
        name: sheet.to_owned(),
        run: RunLine::new(run, frame, lang),
        notices: ctx.notices(run, seen.is_latest).await?,
        waiting: sentences::waiting(frame).map(|text| text.get(lang).to_owned()),
        latest: (!seen.is_latest).then(|| ctx.here(&[("run", "")])),
        agreements: agreements(frame, lang, |agreement| toggle(ctx, "agreement", agreement.label())),
        verdicts: verdicts(frame, lang, |verdict| toggle(ctx, "verdict", verdict.label())),
        stack: Stack::new(&run.summary.by_verdict, lang),
        changes,
        choices: Verdict::ALL.map(|v| (v.label(), labels::verdict(v).get(lang), filter.verdicts.contains(&v))).into(),
        agreed: Agreement::ALL
            .map(|a| (a.label(), labels::agreement(a).get(lang), filter.agreements.contains(&a)))
            .into(),
        all: ctx.here(&[("verdict", ""), ("agreement", ""), ("q", "")]),
        filtered: !filter.is_empty(),
        text: filter.text,
        which: run_param,
        shown,
        total: frame.items.len(),
        sections,
    })
}

/// A link that narrows the items to one value of a filter, or takes that away again; and whether it is in force.
fn toggle(ctx: &Ctx, name: &str, label: &str) -> (String, bool) {
    let chosen = ctx.params(name).any(|value| value.eq_ignore_ascii_case(label));
    (ctx.here(&[(name, if chosen { "" } else { label })]) + "#items", chosen)
}

impl Page {
    fn is_ja(&self) -> bool {
        self.shell.lang == Lang::Ja
    }
}
