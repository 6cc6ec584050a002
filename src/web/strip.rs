//! Verdicts over time as a small picture: a strip of columns, each as high as the verdict is bad, so that it reads without
//! colours too.

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};
use chrono::Duration;

use crate::history::Stretch;
use crate::model::{Lang, Moment, Verdict};
use crate::report::labels;

/// Columns of a strip: about two days each for a year.
const COLUMNS: usize = 180;
/// Days that a strip goes back.
pub(super) const DAYS: i64 = 365;

/// A strip. The text says what the picture shows.
pub(super) struct Strip {
    /// Runs of columns: first, how many, verdict.
    parts: Vec<(usize, usize, Verdict)>,
    text: String,
}

/// The period that strips show: a year up to `now`, or since the first run where that is less.
pub(super) fn period(stretches: &[Stretch], now: Moment) -> (Moment, Moment) {
    let first = stretches.iter().map(|stretch| stretch.from).min().unwrap_or(now);
    let start = first.max(now - Duration::days(DAYS));
    (start.min(now - Duration::days(1)), now)
}

impl Strip {
    /// The strip of one item, or one claim: `stretches` are its own, the oldest first.
    pub(super) fn new<'s>(
        stretches: impl IntoIterator<Item = &'s Stretch>,
        (start, end): (Moment, Moment),
        lang: Lang,
    ) -> Self {
        let stretches: Vec<&Stretch> = stretches.into_iter().collect();
        let mut columns: Vec<Option<Verdict>> = vec![None; COLUMNS];
        let total = (end - start).num_seconds().max(1);
        let column = |at: Moment| {
            let seconds = (at - start).num_seconds().clamp(0, total);
            usize::try_from(seconds * COLUMNS as i64 / total).unwrap_or(0).min(COLUMNS - 1)
        };
        let mut changes = 0;
        for (n, stretch) in stretches.iter().enumerate() {
            let next = stretches.get(n + 1).filter(|next| next.seqs.0 == stretch.seqs.1 + 1);
            // It held until the run that showed another.
            let until = next.map_or(stretch.until, |next| next.from);
            if until < start {
                continue;
            }
            if n > 0 && stretch.from >= start {
                changes += 1;
            }
            let last = match next {
                Some(_) => column(until).saturating_sub(1).max(column(stretch.from)),
                None => column(until),
            };
            let shown = columns.iter_mut().take(last + 1).skip(column(stretch.from));
            for cell in shown {
                // Where a column holds several, the worst is seen.
                *cell = Some(cell.map_or(stretch.verdict, |other: Verdict| other.min(stretch.verdict)));
            }
        }
        let mut parts: Vec<(usize, usize, Verdict)> = Vec::new();
        for (at, verdict) in columns.into_iter().enumerate().filter_map(|(at, cell)| cell.map(|verdict| (at, verdict)))
        {
            match parts.last_mut() {
                Some((first, count, other)) if *other == verdict && *first + *count == at => *count += 1,
                _ => parts.push((at, 1, verdict)),
            }
        }
        Self { parts, text: text(stretches.last().copied(), changes, (end - start).num_days(), lang) }
    }
}

fn text(last: Option<&Stretch>, changes: usize, days: i64, lang: Lang) -> String {
    let Some(last) = last else {
        return match lang {
            Lang::Ja => "記録なし".to_owned(),
            Lang::En => "no record".to_owned(),
        };
    };
    let (label, name, from) =
        (last.verdict.label(), labels::verdict(last.verdict).get(lang), last.from.format("%Y-%m-%d"));
    match (lang, changes) {
        (Lang::Ja, n) => format!("{from} から {label}（{name}）。過去 {days} 日間の変化 {n} 回"),
        (Lang::En, 1) => format!("{label} ({name}) since {from}; 1 change in {days} days"),
        (Lang::En, n) => format!("{label} ({name}) since {from}; {n} changes in {days} days"),
    }
}

/// A verdict's CSS class.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "fail",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Expired => "expired",
        Verdict::Unattested => "unattested",
        Verdict::Untested => "untested",
        Verdict::Waived => "waived",
        Verdict::Pass => "pass",
        Verdict::Attested => "attested",
        Verdict::Inherited => "inherited",
        Verdict::Na => "na",
    }
}

/// How high a verdict stands in a strip that is 20 high.
fn height(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Fail => 20,
        other if !other.holds() => 14,
        Verdict::Waived => 9,
        _ => 6,
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(text) = escape(&self.text, Html);
        write!(
            f,
            "<svg class=strip viewBox=\"0 0 {COLUMNS} 20\" preserveAspectRatio=none role=img aria-label=\"{text}\">\
             <title>{text}</title>"
        )?;
        for (first, count, verdict) in &self.parts {
            let h = height(*verdict);
            let (class, y) = (class(*verdict), 20 - h);
            write!(f, "<path class={class} d=\"M{first} {y}h{count}v{h}h-{count}z\"/>")?;
        }
        f.write_str("</svg>")
    }
}

/// Escapes what it holds itself, with the template engine's own escaper.
impl HtmlSafe for Strip {}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Moment {
        Moment::UNIX_EPOCH + Duration::days(n)
    }

    fn stretch(verdict: Verdict, days: (i64, i64), seqs: (i64, i64)) -> Stretch {
        Stretch { item: "1".into(), claim: None, verdict, from: day(days.0), until: day(days.1), seqs }
    }

    fn verdicts(strip: &Strip) -> Vec<Verdict> {
        strip.parts.iter().map(|part| part.2).collect()
    }

    #[test]
    fn a_fail_of_one_night_in_a_year_is_seen() {
        let all = [
            stretch(Verdict::Pass, (0, 99), (1, 100)),
            stretch(Verdict::Fail, (100, 100), (101, 101)),
            stretch(Verdict::Pass, (101, 365), (102, 366)),
        ];
        let strip = Strip::new(&all, period(&all, day(365)), Lang::En);
        assert_eq!(verdicts(&strip), [Verdict::Pass, Verdict::Fail, Verdict::Pass]);
        assert!(strip.text.contains("2 changes"), "{}", strip.text);
        let columns: usize = strip.parts.iter().map(|part| part.1).sum();
        assert_eq!(columns, COLUMNS);
    }

    #[test]
    fn what_was_not_seen_stays_empty() {
        // Two runs, then nothing for half of the period; and an item that was away for a while.
        let all = [stretch(Verdict::Pass, (0, 10), (1, 11)), stretch(Verdict::Pass, (40, 50), (41, 51))];
        let strip = Strip::new(&all, (day(0), day(100)), Lang::Ja);
        assert_eq!(strip.parts.len(), 2);
        let columns: usize = strip.parts.iter().map(|part| part.1).sum();
        assert!(columns < COLUMNS / 3, "{columns}");
        let (first, count, _) = strip.parts[1];
        assert!(first + count <= COLUMNS / 2 + 1, "after the last run nothing is known");
    }

    #[test]
    fn a_strip_stays_small_however_often_a_verdict_changes() {
        let verdict = |n: i64| if n % 2 == 0 { Verdict::Pass } else { Verdict::Fail };
        let all: Vec<Stretch> = (0..365).map(|n| stretch(verdict(n), (n, n), (n + 1, n + 1))).collect();
        let strip = Strip::new(&all, period(&all, day(365)), Lang::En);
        assert!(strip.parts.len() <= COLUMNS);
        assert_eq!(strip.parts.iter().filter(|part| part.2 == Verdict::Pass).count() < 20, true);
    }
}
