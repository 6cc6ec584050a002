//! Why something changed, in one sentence, in both languages.

use crate::model::{Gap, Outcome, Report, ResourceChange, Text, Verdict};

/// What a watch begins with: the counts of the first run.
pub(super) fn began(sheet: &str, report: &Report) -> Text {
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|verdict| {
            let count = report.summary.by_verdict.get(verdict.label()).copied().unwrap_or_default();
            (count > 0).then(|| format!("{} {count}", verdict.label()))
        })
        .collect();
    let items = report.summary.items;
    let list = counts.join(", ");
    Text::new(
        format!("{sheet} の見張りを始めました。最初の結果は全 {items} 項目のうち {list} です"),
        format!("the watch of {sheet} began; of {items} items it found {list}"),
    )
}

/// An item's verdict changed.
pub(super) fn item(id: &str, from: Verdict, to: Verdict, why: &Text) -> Text {
    let (from, to) = (from.label(), to.label());
    Text::new(
        format!("{id} は {from} から {to} になりました: {}", why.ja),
        format!("{id} was {from} and is {to} now: {}", why.en),
    )
}

/// A claim's verdict changed, and its item's did not.
pub(super) fn claim(id: &str, item: Verdict, claim: &Text, from: Verdict, to: Verdict, why: &Text) -> Text {
    let (item, from, to) = (item.label(), from.label(), to.label());
    Text::new(
        format!("{id} は {item} のままですが、主張「{}」が {from} から {to} になりました: {}", claim.ja, why.ja),
        format!("{id} stays {item}, but its claim {:?} was {from} and is {to} now: {}", claim.en, why.en),
    )
}

/// Most of what a claim speaks of is gone, and it holds of the rest.
pub(super) fn shrunk(id: &str, claim: &Text, verdict: Verdict, population: (usize, usize), why: &Text) -> Text {
    let (verdict, (before, now)) = (verdict.label(), population);
    Text::new(
        format!(
            "{id} の主張「{}」は {verdict} のままですが、確認した対象が {before} 件から {now} 件に減りました: {}",
            claim.ja, why.ja
        ),
        format!(
            "claim {:?} of {id} stays {verdict}, but what was looked at fell from {before} to {now}: {}",
            claim.en, why.en
        ),
    )
}

/// An item, or a claim of it, is new.
pub(super) fn added(id: &str, claim: Option<&Text>, verdict: Verdict, why: &Text) -> Text {
    let verdict = verdict.label();
    match claim {
        None => Text::new(
            format!("{id} はシートの新しい項目で、{verdict} です: {}", why.ja),
            format!("{id} is new in the sheet, and is {verdict}: {}", why.en),
        ),
        Some(claim) => Text::new(
            format!("{id} の新しい主張「{}」は {verdict} です: {}", claim.ja, why.ja),
            format!("claim {:?} is new in {id}, and is {verdict}: {}", claim.en, why.en),
        ),
    }
}

/// An item, or a claim of it, is gone from the sheet.
pub(super) fn removed(id: &str, claim: Option<&Text>, verdict: Verdict) -> Text {
    let verdict = verdict.label();
    match claim {
        None => Text::new(
            format!("{id} はシートから無くなりました。それまでは {verdict} でした"),
            format!("{id} is no longer in the sheet; it was {verdict}"),
        ),
        Some(claim) => Text::new(
            format!("{id} の主張「{}」は無くなりました。それまでは {verdict} でした", claim.ja),
            format!("claim {:?} is no longer part of {id}; it was {verdict}", claim.en),
        ),
    }
}

/// What the resources that made the change have in common: the first of them, and how many more.
pub(super) fn resources(made: &[&ResourceChange]) -> Option<Text> {
    let first = made.first()?;
    let (name, check) = (first.resource.name(), &first.check);
    let text = match first.to {
        Some(Outcome::Fail) => Text::new(format!("{name} が {check} に適合しません"), format!("{name} fails {check}")),
        Some(Outcome::Unknown) => {
            Text::new(format!("{name} を {check} で判定できません"), format!("{check} cannot be decided for {name}"))
        }
        Some(Outcome::Waived) => Text::new(
            format!("{name} の {check} への不適合がリスクとして受容されています"),
            format!("that {name} fails {check} is accepted as a risk"),
        ),
        Some(Outcome::Pass) => {
            Text::new(format!("{name} が {check} に適合しています"), format!("{name} passes {check}"))
        }
        None => Text::new(
            format!("{name} が {check} の対象から無くなりました"),
            format!("{name} is gone from what {check} looks at"),
        ),
    };
    let more = made.len() - 1;
    Some(if more == 0 {
        text
    } else {
        Text::new(format!("{}(ほか {more} 件)", text.ja), format!("{}, and {more} more", text.en))
    })
}

/// What was not read.
pub(super) fn gap(gap: &Gap, more: usize) -> Text {
    let place = format!("{} ({}, {})", gap.operation, gap.account, gap.region);
    let detail = if gap.detail.is_empty() { String::new() } else { format!(": {}", gap.detail) };
    if more == 0 {
        Text::new(format!("{place} を読み取れませんでした{detail}"), format!("{place} was not read{detail}"))
    } else {
        Text::new(
            format!("{place} ほか {more} 件を読み取れませんでした{detail}"),
            format!("{place} and {more} more were not read{detail}"),
        )
    }
}

/// That much of what was looked at is gone, told beside another change.
pub(super) fn fell(why: Text, population: (usize, usize)) -> Text {
    let (before, now) = population;
    Text::new(
        format!("{}(確認した対象は {before} 件から {now} 件に減りました)", why.ja),
        format!("{} (what was looked at fell from {before} to {now})", why.en),
    )
}
