//! Which item of a family an item of a sheet is, by what it says.
//!
//! A wrong match would check the wrong thing and could show it green, so doubt always ends in "no match", with the
//! nearest item named. A person can then say what is meant.

use std::cmp::Ordering;

use super::{
    framework::{Framework, FrameworkItem, RESERVED_CLAIMS},
    score::{Index, Query, Score},
    words::Words,
};
use crate::model::{By, Claim, Item, MappedItem, Mapping, Review, Sheet, Text};

/// Likeness that a match needs.
pub const MIN_SCORE: f64 = 0.6;

/// How far the best match must be ahead of the next.
pub const MIN_MARGIN: f64 = 0.1;

/// Distance to the next at which it no longer tempers the confidence.
const CLEAR_MARGIN: f64 = 0.3;

/// The topic of cited pages.
const PUBLISHED_PAGE: &str = "published-page";
/// The topic of spread over zones.
const MULTI_AZ: &str = "multi-az";

/// What the items of `sheet` claim, by the family of `frameworks` that most of them belong to.
///
/// One mapped item per item of the sheet, in its order; no item of the family is given twice. What does not match well
/// enough has no claims and a reason.
pub fn map_sheet(sheet: &Sheet, frameworks: &[Framework]) -> Mapping {
    let indexes: Vec<Index> = frameworks.iter().map(Index::new).collect();
    map_indexed(sheet, &indexes)
}

/// The same, with the families made ready before: that is most of the work.
pub(super) fn map_indexed(sheet: &Sheet, indexes: &[Index]) -> Mapping {
    let queries: Vec<Query> = sheet.items.iter().map(Query::new).collect();
    let mut best: Option<(&Framework, Vec<Outcome>, usize)> = None;
    for index in indexes {
        let outcomes = assign(&index.scores(&queries));
        let matched = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Match { .. })).count();
        if best.as_ref().is_none_or(|(.., most)| matched > *most) {
            best = Some((&index.framework, outcomes, matched));
        }
    }
    let Some((framework, outcomes, _)) = best else {
        let reason = Text::new("比べる枠組みがない", "there is no framework to compare with");
        return Mapping { items: sheet.items.iter().map(|item| unmatched(item, reason.clone())).collect() };
    };
    let items =
        sheet.items.iter().zip(&outcomes).map(|(item, outcome)| mapped(item, outcome, framework, sheet)).collect();
    Mapping { items }
}

/// How the search for one item of the sheet ended. Numbers are places in the family's and the sheet's lists.
#[derive(Debug, Clone)]
enum Outcome {
    Match { to: usize, score: Score, margin: f64, next: Option<usize> },
    Weak { nearest: Option<usize>, score: f64 },
    Doubtful { nearest: usize, next: usize, margin: f64 },
    Taken { nearest: usize, by: usize },
}

/// Surest pairs first; each item of the family once.
fn assign(scores: &[Vec<Score>]) -> Vec<Outcome> {
    let mut pairs: Vec<(usize, usize, &Score)> = scores
        .iter()
        .enumerate()
        .flat_map(|(row, line)| line.iter().enumerate().map(move |(column, score)| (row, column, score)))
        .filter(|(.., score)| score.total >= MIN_SCORE && score.whole)
        .collect();
    pairs.sort_by(|a, b| descending(a.2.total, b.2.total).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut outcomes: Vec<Option<Outcome>> = vec![None; scores.len()];
    let mut taken: std::collections::BTreeMap<usize, (usize, f64)> = std::collections::BTreeMap::new();
    for (row, column, score) in pairs {
        let (Some(line), Some(slot)) = (scores.get(row), outcomes.get_mut(row)) else { continue };
        if slot.is_some() {
            continue;
        }
        if let Some((by, _)) = taken.get(&column) {
            *slot = Some(Outcome::Taken { nearest: column, by: *by });
            continue;
        }
        // A rival that another item of the sheet clearly is does not count.
        let rival = line
            .iter()
            .enumerate()
            .filter(|(at, other)| {
                *at != column && taken.get(at).is_none_or(|(_, theirs)| theirs - other.total < MIN_MARGIN)
            })
            .max_by(|a, b| a.1.total.total_cmp(&b.1.total).then(b.0.cmp(&a.0)));
        let margin = rival.map_or(score.total, |(_, other)| score.total - other.total);
        let next = rival.map(|(at, _)| at);
        if margin >= MIN_MARGIN {
            taken.insert(column, (row, score.total));
            *slot = Some(Outcome::Match { to: column, score: score.clone(), margin, next });
        } else if let Some(next) = next {
            *slot = Some(Outcome::Doubtful { nearest: column, next, margin });
        }
    }
    outcomes.into_iter().zip(scores).map(|(outcome, line)| outcome.unwrap_or_else(|| weak(line))).collect()
}

fn weak(line: &[Score]) -> Outcome {
    let nearest = line.iter().enumerate().max_by(|a, b| a.1.total.total_cmp(&b.1.total).then(b.0.cmp(&a.0)));
    Outcome::Weak { nearest: nearest.map(|(at, _)| at), score: nearest.map_or(0.0, |(_, score)| score.total) }
}

fn descending(a: f64, b: f64) -> Ordering {
    b.total_cmp(&a)
}

fn mapped(item: &Item, outcome: &Outcome, framework: &Framework, sheet: &Sheet) -> MappedItem {
    let at = |place: usize| framework.items.get(place);
    let name = |place: usize| {
        at(place).map_or_else(Text::default, |found| {
            let id = format!("{}/{}", framework.id, found.id);
            Text::new(format!("{id}「{}」", found.text.ja), format!("{id} \"{}\"", found.text.en))
        })
    };
    match outcome {
        Outcome::Match { to, score, margin, next } => {
            let Some(found) = at(*to) else { return unmatched(item, Text::default()) };
            let words = score.words.join(", ");
            let next = next.and_then(at).map_or_else(|| "-".to_owned(), |item| item.id.clone());
            MappedItem {
                item: item.id.clone(),
                framework_item: Some(format!("{}/{}", framework.id, found.id)),
                confidence: rounded(score.total * (0.7 + 0.3 * (margin / CLEAR_MARGIN).min(1.0))),
                reason: Text::new(
                    format!("語「{words}」と文面が一致する(一致度 {:.2}、次点 {next} との差 {margin:.2})", score.total),
                    format!(
                        "it has the words {words} and a like text ({:.2}, {margin:.2} ahead of {next})",
                        score.total
                    ),
                ),
                claims: claims(item, found, &framework.id),
                review: Review::BuiltIn,
                proposal: None,
            }
        }
        Outcome::Weak { nearest, score } => {
            let nearest = nearest.map(name).unwrap_or_default();
            unmatched(
                item,
                Text::new(
                    format!("十分に一致する項目がない。最も近いのは {}(一致度 {score:.2})", nearest.ja),
                    format!("nothing matches well enough; the nearest is {} ({score:.2})", nearest.en),
                ),
            )
        }
        Outcome::Doubtful { nearest, next, margin } => {
            let (first, second) = (name(*nearest), name(*next));
            unmatched(
                item,
                Text::new(
                    format!("{} か {} か決められない(差 {margin:.2})", first.ja, second.ja),
                    format!("it could be {} or {}: they are only {margin:.2} apart", first.en, second.en),
                ),
            )
        }
        Outcome::Taken { nearest, by } => {
            let by = sheet.items.get(*by).map(|item| item.id.as_str()).unwrap_or_default();
            let nearest = name(*nearest);
            unmatched(
                item,
                Text::new(
                    format!("最も近い {} には、より一致する項目 {by} がある", nearest.ja),
                    format!("the nearest, {}, is matched better by item {by}", nearest.en),
                ),
            )
        }
    }
}

fn unmatched(item: &Item, reason: Text) -> MappedItem {
    MappedItem {
        item: item.id.clone(),
        framework_item: None,
        confidence: 0.0,
        reason,
        claims: Vec::new(),
        review: Review::BuiltIn,
        proposal: None,
    }
}

/// Two decimals: more would feign precision.
fn rounded(value: f64) -> f64 {
    (value.clamp(0.0, 1.0) * 100.0).round() / 100.0
}

/// The claims of the item of the family, and those that the vendor's own words add.
fn claims(item: &Item, found: &FrameworkItem, framework: &str) -> Vec<Claim> {
    let mut claims = found.claims.clone();
    let [cited_url, remark_multi_az] = RESERVED_CLAIMS;
    let mut add = |name: &str, topic: &str, text: Text| {
        if !claims.iter().any(|claim| claim.see.iter().any(|see| see == topic)) {
            claims.push(Claim {
                id: format!("{framework}/{}/{name}", found.id),
                text,
                by: By::Live,
                see: vec![topic.to_owned()],
                checks: Vec::new(),
                rest: None,
                cadence_days: None,
            });
        }
    };
    if !item.urls.is_empty() {
        add(cited_url, PUBLISHED_PAGE, Text::new("シートに記されたページが読める", "the cited page can be read"));
    }
    if tells_of_several_zones(&item.remark_resolved) {
        add(
            remark_multi_az,
            MULTI_AZ,
            Text::new(
                "備考のとおり、複数のアベイラビリティゾーンに分散している",
                "as the remark says, it is spread over several Availability Zones",
            ),
        );
    }
    claims
}

/// Whether a sentence states a spread over several Availability Zones (and does not deny it).
fn tells_of_several_zones(remark: &str) -> bool {
    // The long vowel mark is gone after normalising.
    const ZONE: [&str; 4] = ["アベイラビリティゾン", "アベイラビリティゾ", "availabilityzone", "azs"];
    const SEVERAL: [&str; 11] =
        ["複数", "マルチ", "分散", "またが", "異なる", "2つ", "multi", "several", "two", "three", "across"];
    const BOTH: [&str; 4] = ["マルチaz", "multiaz", "複数az", "複数のaz"];
    const DENIES: [&str; 8] = ["せん", "ない", "isnot", "arenot", "donot", "doesnot", "single", "単一"];
    remark.split(['。', '\n', '.', ';']).map(Words::new).any(|sentence| {
        (sentence.has_any(&BOTH) || sentence.has_any(&ZONE) && sentence.has_any(&SEVERAL)) && !sentence.has_any(&DENIES)
    })
}
