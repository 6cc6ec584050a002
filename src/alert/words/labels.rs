//! Names of verdicts and outcomes, and the signs of changes.

use crate::model::{ChangeKind, Lang, Outcome, Subject, Transition, Verdict};

/// How a change looks at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Not true.
    Bad,
    /// Cannot be seen, or is about to run out, or rests on less than before.
    Warn,
    /// Holds again.
    Good,
    /// None of these.
    Plain,
}

impl Mark {
    /// The mark of a transition: good only where the item holds now.
    pub fn of(transition: &Transition) -> Self {
        let fails = transition.to == Some(Verdict::Fail);
        match transition.kind {
            ChangeKind::Broken => Self::Bad,
            ChangeKind::Added | ChangeKind::Moved | ChangeKind::Visible if fails => Self::Bad,
            ChangeKind::Blind
            | ChangeKind::Expired
            | ChangeKind::Emptied
            | ChangeKind::Shrunk
            | ChangeKind::Weakened
            | ChangeKind::Expiring
            | ChangeKind::Added => Self::Warn,
            ChangeKind::Restored | ChangeKind::Strengthened if transition.to.is_some_and(Verdict::holds) => Self::Good,
            ChangeKind::Restored
            | ChangeKind::Strengthened
            | ChangeKind::Began
            | ChangeKind::Moved
            | ChangeKind::Visible
            | ChangeKind::Removed => Self::Plain,
        }
    }

    /// A sign that is read without colours too.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Bad => "🔴",
            Mark::Warn => "🟠",
            Mark::Good => "🟢",
            Mark::Plain => "⚪",
        }
    }
}

/// A verdict with its name: `INCONCLUSIVE (cannot be seen)`.
pub fn verdict_name(verdict: Verdict, lang: Lang) -> String {
    let (ja, en) = match verdict {
        Verdict::Fail => ("不適合", "not true"),
        Verdict::Inconclusive => ("確認できない", "cannot be seen"),
        Verdict::Expired => ("表明の期限切れ", "statement ran out"),
        Verdict::Unattested => ("表明なし", "nobody has stated it"),
        Verdict::Untested => ("対象なし", "nothing to test"),
        Verdict::Waived => ("リスク受容", "accepted risk"),
        Verdict::Pass => ("適合", "holds"),
        Verdict::Attested => ("表明あり", "stated by a person"),
        Verdict::Inherited => ("AWS の責任範囲", "AWS's side"),
        Verdict::Na => ("該当なし", "not applicable"),
    };
    match lang {
        Lang::Ja => format!("{}（{ja}）", verdict.label()),
        Lang::En => format!("{} ({en})", verdict.label()),
    }
}

/// From one verdict to another; only the one where nothing changed or one is missing.
pub(super) fn step(from: Option<Verdict>, to: Option<Verdict>, lang: Lang) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) if from == to => Some(verdict_name(to, lang)),
        (Some(from), Some(to)) => Some(format!("{} → {}", verdict_name(from, lang), verdict_name(to, lang))),
        (None, Some(to)) => Some(verdict_name(to, lang)),
        (Some(from), None) => Some(match lang {
            Lang::Ja => format!("それまで {}", verdict_name(from, lang)),
            Lang::En => format!("was {}", verdict_name(from, lang)),
        }),
        (None, None) => None,
    }
}

/// Name of a finding's outcome; of none where the finding is gone.
pub(super) fn outcome(outcome: Option<Outcome>, lang: Lang) -> &'static str {
    let (ja, en) = match outcome {
        Some(Outcome::Fail) => ("不適合", "fails"),
        Some(Outcome::Unknown) => ("確認できない", "cannot be seen"),
        Some(Outcome::Waived) => ("リスク受容", "accepted risk"),
        Some(Outcome::Pass) => ("適合", "passes"),
        None => ("なし", "not there"),
    };
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// What happened, as a phrase; of a date that comes near with its days.
pub(super) fn what(transition: &Transition, lang: Lang) -> String {
    if let Subject::Reminder { within, .. } = transition.subject {
        return match (lang, within) {
            (Lang::Ja, 0) => "期限が切れました".to_owned(),
            (Lang::En, 0) => "has run out".to_owned(),
            (Lang::Ja, days) => format!("{days} 日以内に期限が切れます"),
            (Lang::En, days) => format!("runs out within {days} days"),
        };
    }
    transition.kind.text().get(lang).to_owned()
}

/// How many of each kind, what wants attention most first.
pub(super) fn counts(transitions: &[Transition], lang: Lang) -> String {
    let parts: Vec<String> = ChangeKind::ALL
        .iter()
        .filter_map(|kind| {
            let count = transitions.iter().filter(|t| t.kind == *kind).count();
            let text = kind.text();
            (count > 0).then(|| match lang {
                Lang::Ja => format!("{} {count} 件", text.get(lang)),
                Lang::En => format!("{}: {count}", text.get(lang)),
            })
        })
        .collect();
    parts.join(match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    })
}
