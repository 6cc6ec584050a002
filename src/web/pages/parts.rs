//! Small things that several pages show.

use std::collections::BTreeMap;
use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};
use chrono::Duration;

use super::{Ctx, href};
use crate::history::{Run, RunKind};
use crate::model::{Agreement, Lang, Moment, Report, Verdict};
use crate::report::{labels, words};
use crate::web::error::Fault;
use crate::web::strip::class;

/// A run older than this is no longer what tonight's would be: a night and a little.
const STALE: i64 = 26;

/// A verdict: its label and its name.
pub(super) struct Badge(pub(super) Verdict, pub(super) Lang);

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Labels and names are our own and hold nothing to escape.
        let (label, name) = (self.0.label(), labels::verdict(self.0).get(self.1).replace('\'', "&#39;"));
        write!(f, "<span class=\"badge {}\"><b>{label}</b> <span>{name}</span></span>", class(self.0))
    }
}

impl HtmlSafe for Badge {}

/// A moment, to the minute, UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Moment);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (exact, shown) = (self.0.format("%Y-%m-%dT%H:%M:%SZ"), self.0.format("%Y-%m-%d %H:%M UTC"));
        write!(f, "<time datetime=\"{exact}\">{shown}</time>")
    }
}

impl HtmlSafe for At {}

/// A day of a moment, UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day(pub(super) Moment);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (exact, shown) = (self.0.format("%Y-%m-%dT%H:%M:%SZ"), self.0.format("%Y-%m-%d"));
        write!(f, "<time datetime=\"{exact}\">{shown}</time>")
    }
}

impl HtmlSafe for Day {}

/// Verdicts of a run as one bar, the worst at the left.
pub(super) struct Stack(Vec<(Verdict, usize)>, Lang);

impl Stack {
    pub(super) fn new(by_verdict: &BTreeMap<String, usize>, lang: Lang) -> Self {
        let count = |verdict: Verdict| by_verdict.get(verdict.label()).copied().unwrap_or(0);
        Self(Verdict::ALL.into_iter().map(|verdict| (verdict, count(verdict))).filter(|(_, n)| *n > 0).collect(), lang)
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: usize = self.0.iter().map(|(_, count)| count).sum();
        let text: Vec<String> = self.0.iter().map(|(verdict, count)| format!("{} {count}", verdict.label())).collect();
        let text = match (self.1, text.is_empty()) {
            (Lang::Ja, true) => "項目なし".to_owned(),
            (Lang::En, true) => "no items".to_owned(),
            (_, false) => text.join(", "),
        };
        let Ok(text) = escape(text, Html);
        let width = total.max(1);
        write!(
            f,
            "<svg class=stackbar viewBox=\"0 0 {width} 10\" preserveAspectRatio=none role=img aria-label=\"{text}\">\
             <title>{text}</title>"
        )?;
        let mut x = 0;
        for (verdict, count) in &self.0 {
            write!(f, "<path class={} d=\"M{x} 0h{count}v10h-{count}z\"/>", class(*verdict))?;
            x += count;
        }
        f.write_str("</svg>")
    }
}

impl HtmlSafe for Stack {}

/// A figure that leads to the items behind it.
pub(super) struct Tile {
    pub(super) class: &'static str,
    pub(super) label: &'static str,
    pub(super) name: &'static str,
    pub(super) means: &'static str,
    pub(super) count: usize,
    pub(super) href: String,
    pub(super) chosen: bool,
}

/// Items by agreement.
pub(super) fn agreements(report: &Report, lang: Lang, link: impl Fn(Agreement) -> (String, bool)) -> Vec<Tile> {
    let count = |agreement: Agreement| report.summary.by_agreement.get(agreement.label()).copied().unwrap_or(0);
    let tile = |agreement: Agreement| {
        let (href, chosen) = link(agreement);
        Tile {
            class: agreement.label(),
            label: agreement.label(),
            name: labels::agreement(agreement).get(lang),
            means: labels::agreement_meaning(agreement).get(lang),
            count: count(agreement),
            href,
            chosen,
        }
    };
    Agreement::ALL.map(tile).into()
}

/// Items by verdict.
pub(super) fn verdicts(report: &Report, lang: Lang, link: impl Fn(Verdict) -> (String, bool)) -> Vec<Tile> {
    let count = |verdict: Verdict| report.summary.by_verdict.get(verdict.label()).copied().unwrap_or(0);
    let tile = |verdict: Verdict| {
        let (href, chosen) = link(verdict);
        Tile {
            class: class(verdict),
            label: verdict.label(),
            name: labels::verdict(verdict).get(lang),
            means: labels::verdict_meaning(verdict).get(lang),
            count: count(verdict),
            href,
            chosen,
        }
    };
    Verdict::ALL.map(tile).into()
}

/// How long ago, in whole hours or days.
pub(super) fn ago(since: Duration, lang: Lang) -> String {
    let (days, hours) = (since.num_days(), since.num_hours());
    match (lang, days) {
        (Lang::Ja, 0..=1) => format!("{hours} 時間"),
        (Lang::Ja, n) => format!("{n} 日"),
        (Lang::En, 0..=1) => format!("{hours} hours"),
        (Lang::En, n) => format!("{n} days"),
    }
}

/// Runs that are looked through for the last full one.
const LOOK_BACK: u32 = 200;

impl Ctx {
    /// What to know before believing a page: that what it shows is old, or that its run read a part only.
    pub(super) async fn notices(&self, run: &Run, is_latest: bool) -> Result<Vec<String>, Fault> {
        let full = match run.kind {
            RunKind::Full => Some(run.clock),
            RunKind::Partial => {
                let runs = self.web.history.runs(&run.sheet, LOOK_BACK).await?;
                let before = runs.iter().filter(|other| other.seq < run.seq);
                before.filter(|other| other.kind == RunKind::Full).map(|other| other.clock).next()
            }
        };
        let mut notices = Vec::new();
        if is_latest {
            notices.extend(stale(full, self.now(), self.lang));
        }
        if run.kind == RunKind::Partial {
            notices.push(partial(full, self.lang));
        }
        Ok(notices)
    }
}

/// What to tell where the last run over everything is not of last night.
fn stale(full: Option<Moment>, now: Moment, lang: Lang) -> Option<String> {
    let age = full.map(|full| now - full);
    if age.is_some_and(|age| age <= Duration::hours(STALE)) {
        return None;
    }
    Some(match (lang, age.map(|age| ago(age, lang))) {
        (Lang::Ja, Some(ago)) => {
            format!(
                "全体を確認した最後の実行から {ago}たっています。ここにある判定は、いまの状態と違うかもしれません。"
            )
        }
        (Lang::En, Some(ago)) => {
            format!("The last run over everything is {ago} old: what is shown here may no longer be true.")
        }
        (Lang::Ja, None) => "全体を確認した実行が見つかりません。".to_owned(),
        (Lang::En, None) => "No run over everything is known.".to_owned(),
    })
}

fn partial(full: Option<Moment>, lang: Lang) -> String {
    let full = full.map_or("–".to_owned(), |full| full.format("%Y-%m-%d %H:%M UTC").to_string());
    match lang {
        Lang::Ja => format!(
            "この実行は、変わった部分だけを読み直しました。残りは前の実行で読み取ったものです(全体の確認は {full})。\
             証拠の日時が、それぞれを読み取った時刻です。"
        ),
        Lang::En => format!(
            "This run read anew only what had changed; the rest is what earlier runs had read (everything: {full}). The \
             time of each piece of evidence is when it was read."
        ),
    }
}

/// What a run is called in lists.
pub(super) fn kind(kind: RunKind, lang: Lang) -> &'static str {
    match kind {
        RunKind::Full => crate::web::words::KIND_FULL.get(lang),
        RunKind::Partial => crate::web::words::KIND_PARTIAL.get(lang),
    }
}

/// A run in a line: for heads of pages.
pub(super) struct RunLine {
    pub(super) seq: i64,
    pub(super) href: String,
    pub(super) clock: At,
    pub(super) kind: &'static str,
    pub(super) reach: String,
    pub(super) items: usize,
}

impl RunLine {
    pub(super) fn new(run: &Run, report: &Report, lang: Lang) -> Self {
        Self {
            seq: run.seq,
            href: href(&["sheets", &run.sheet, "runs", &run.seq.to_string()]),
            clock: At(run.clock),
            kind: kind(run.kind, lang),
            reach: words::reach(&report.run.accounts).get(lang).to_owned(),
            items: run.summary.items,
        }
    }
}

/// Ways to the pages before and after one of a list.
pub(super) struct Pager {
    pub(super) page: usize,
    pub(super) pages: usize,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Pager {
    /// `None` where all fits on one page.
    pub(super) fn new(page: usize, pages: usize, link: impl Fn(usize) -> String) -> Option<Self> {
        (pages > 1).then(|| Self {
            page,
            pages,
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < pages).then(|| link(page + 1)),
        })
    }
}

impl Ctx {
    /// The page's language's text of two.
    pub(super) fn of<'t>(&self, ja: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Ja if !ja.is_empty() => ja,
            Lang::Ja | Lang::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_run_is_said_to_be_old() {
        let now = Moment::UNIX_EPOCH + Duration::days(10);
        let of = |hours: i64| stale(Some(now - Duration::hours(hours)), now, Lang::En);
        assert_eq!(of(24), None);
        assert!(of(27).is_some_and(|text| text.contains("27 hours")));
        assert!(of(240).is_some_and(|text| text.contains("10 days")));
        assert!(stale(None, now, Lang::En).is_some());
    }
}
