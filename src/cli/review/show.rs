//! How an item under review looks on the terminal.

use std::fmt::Write as _;

use crate::catalogue::Catalogue;
use crate::mapping::{Change, Entry, EntryClaim};
use crate::model::{By, Item, Lang, Proposal};
use crate::report::labels::{self, Label};
use crate::report::terminal::clean;

/// Checks named of each topic; the rest is counted.
const CHECKS: usize = 4;

pub(super) const fn label(ja: &'static str, en: &'static str) -> Label {
    Label { ja, en }
}

/// What is shown of an item.
pub(super) struct View<'a> {
    pub item: &'a Item,
    pub entry: &'a Entry,
    pub change: Change,
    pub claims: &'a [EntryClaim],
    pub proposal: Option<&'a Proposal>,
    pub catalogue: &'a Catalogue,
    pub lang: Lang,
    /// Its place among those that are walked through, from 1, and how many these are.
    pub place: (usize, usize),
}

impl View<'_> {
    /// The item, its answer and remark, the claims with their topics and checks.
    pub(super) fn text(&self) -> String {
        let lang = self.lang;
        let (item, entry) = (self.item, self.entry);
        let mut out = format!(
            "\n[{}/{}] {}  {}\n",
            self.place.0,
            self.place.1,
            clean(&item.id),
            clean(&item.section.join(" / "))
        );
        let mut line = |label: Label, text: &str| {
            if !text.trim().is_empty() {
                let _ = writeln!(out, "  {}: {}", label.get(lang), clean(text.trim()));
            }
        };
        line(labels::TEXT, &item.text);
        if self.change == Change::Reworded {
            line(label("以前の文面", "it was"), &entry.text);
        }
        line(labels::ANSWER, &format!("{} ({})", item.answer_text, labels::answer(item.answer).get(lang)));
        line(labels::REMARK, &item.remark_resolved);
        line(labels::CONCESSION, &item.concessions.join(" / "));
        line(labels::REVIEW, labels::review(&entry.review).get(lang));
        line(labels::MATCHED, entry.framework_item.as_deref().unwrap_or_default());
        if let Some(proposal) = self.proposal {
            let reason = format!("{:.2}  {}", proposal.confidence, proposal.reason.get(lang));
            line(label("提案の確信度", "confidence of the proposal"), &reason);
            line(label("以前の承認", "the same as"), proposal.same_as.as_ref().map_or("", |text| text.get(lang)));
        }
        if self.claims.is_empty() {
            let _ = writeln!(out, "  {}", labels::NO_CLAIMS.get(lang));
        }
        for (index, claim) in self.claims.iter().enumerate() {
            self.claim(&mut out, index + 1, claim);
        }
        out
    }

    fn claim(&self, out: &mut String, number: usize, entry: &EntryClaim) {
        let (lang, claim) = (self.lang, &entry.claim);
        let _ = writeln!(out, "  {number}. {}  [{}]", clean(claim.text.get(lang)), labels::by(claim.by).get(lang));
        if let Some(rest) = &claim.rest {
            let _ = writeln!(out, "     {}: {}", labels::TO_STATE.get(lang), clean(rest.get(lang)));
        }
        if let Some(days) = claim.cadence_days.filter(|_| matches!(claim.by, By::Attest | By::Partial)) {
            let _ = match lang {
                Lang::Ja => writeln!(out, "     表明は {days} 日で古くなる"),
                Lang::En => writeln!(out, "     a statement goes stale after {days} days"),
            };
        }
        if !entry.limits.is_empty() {
            let limits = label("限定・除外", "limits").get(lang);
            let _ = writeln!(out, "     {limits}: {}", clean(&entry.limits.join(" / ")));
        }
        for topic in &claim.see {
            let _ = writeln!(out, "     # {}", topic_line(self.catalogue, self.proposal, topic, lang));
            let checks: Vec<_> = self.catalogue.of_topic(topic).collect();
            for check in checks.iter().take(CHECKS) {
                let _ = writeln!(out, "         {} — {}", check.id, check.title.get(lang));
            }
            more(out, checks.len().saturating_sub(CHECKS), lang);
        }
        for id in &claim.checks {
            let title = self.catalogue.checks.get(id).map_or("", |check| check.title.get(lang));
            let _ = writeln!(out, "       {id} — {title}");
        }
    }
}

fn more(out: &mut String, count: usize, lang: Lang) {
    if count > 0 {
        let _ = match lang {
            Lang::Ja => writeln!(out, "         ほか {count} 件"),
            Lang::En => writeln!(out, "         and {count} more"),
        };
    }
}

/// A topic with its title, and with confidence and reason where the proposal names it.
pub(super) fn topic_line(catalogue: &Catalogue, proposal: Option<&Proposal>, topic: &str, lang: Lang) -> String {
    let mut out = clean(topic);
    if let Some(known) = catalogue.topics.get(topic) {
        let _ = write!(out, " — {}", known.title.get(lang));
    }
    let candidates = proposal.into_iter().flat_map(|proposal| &proposal.claims).flat_map(|claim| &claim.topics);
    let best = candidates.filter(|c| c.topic == topic).max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    if let Some(best) = best {
        let _ = write!(out, "  ({:.2}: {})", best.confidence, clean(best.reason.get(lang)));
    }
    out
}
