//! What of `mapping.toml` is in force for a sheet as it is now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, MappingFile, one_line, same};
use crate::model::{Claim, Item, MappedItem, Mapping, Moment, Proposal, Review, Sheet, Text};

/// An item of the sheet beside what the file says of it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The item.
    pub item: &'a Item,
    /// What was written down for it: the entry of its id, or of the id that its text had.
    pub entry: Option<&'a Entry>,
    /// What became of the item since.
    pub change: Change,
}

/// How an item of the sheet stands to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It says what was reviewed.
    Same,
    /// Its text says something else than what was reviewed.
    Reworded,
    /// It has the text of an entry with another id; the sheet was renumbered.
    Moved,
    /// The file does not know it.
    New,
}

/// A mapping made from the file, and what a person should know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// One per item of the sheet, in its order.
    pub mapping: Mapping,
    /// Approvals that are no longer in force, items that came and went.
    pub warnings: Vec<Text>,
}

impl MappingFile {
    /// Every item of the sheet beside its entry, in the sheet's order.
    pub fn places<'a>(&'a self, sheet: &'a Sheet) -> Vec<Place<'a>> {
        let texts = Texts::new(self, sheet);
        let by_id: BTreeMap<&str, &Entry> = self.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
        sheet
            .items
            .iter()
            .map(|item| {
                let own = by_id.get(item.id.as_str()).copied();
                let text = same(&item.text);
                let (entry, change) = match own {
                    Some(entry) if same(&entry.text) == text => (own, Change::Same),
                    _ => match (texts.moved(item, &text), own) {
                        (Some(from), _) => (Some(from), Change::Moved),
                        (None, Some(_)) => (own, Change::Reworded),
                        (None, None) => (None, Change::New),
                    },
                };
                Place { item, entry, change }
            })
            .collect()
    }

    /// The mapping that is in force for `sheet`: claims only where a person approved them for the text that the sheet
    /// has now, or where the confidence reaches `above`. `fresh` are proposals for items that the file does not know as
    /// they are; without them they have none.
    pub fn apply(&self, sheet: &Sheet, fresh: &[Proposal], above: Option<f64>) -> Applied {
        let places = self.places(sheet);
        let of = |item: &Item| fresh.iter().find(|proposal| proposal.item == item.id);
        let mut taken = self.claim_ids();
        let items = places.iter().map(|place| mapped(place, of(place.item), above, &mut taken)).collect();
        Applied { mapping: Mapping { items }, warnings: self.warnings(sheet, &places) }
    }

    fn warnings(&self, sheet: &Sheet, places: &[Place<'_>]) -> Vec<Text> {
        let mut warnings = Vec::new();
        let mut new = Vec::new();
        for Place { item, entry, change } in places {
            match (change, entry) {
                (Change::New, _) => new.push(item.id.as_str()),
                (Change::Reworded, Some(entry)) if entry.review != Review::Proposed => warnings.push(reworded(entry)),
                (Change::Moved, Some(entry)) if entry.review != Review::Proposed => warnings.push(moved(item, entry)),
                (Change::Same, Some(entry)) if entry.review.decides() && !same_remark(entry, item) => {
                    warnings.push(Text::new(
                        format!(
                            "項目 {0} の備考が承認後に変わりました。主張が今の備考にも合うか、`kakunin review --item {0}` で確認してください",
                            item.id
                        ),
                        format!(
                            "the remark of item {0} changed since its mapping was approved: see whether the claims still \
                             fit with `kakunin review --item {0}`",
                            item.id
                        ),
                    ));
                }
                _ => {}
            }
        }
        if !new.is_empty() {
            let ids = new.join(", ");
            warnings.push(Text::new(
                format!("mapping.toml にない項目があります(未確認): {ids}。`kakunin review` で確認してください"),
                format!("items that mapping.toml does not know, not reviewed: {ids}; see them with `kakunin review`"),
            ));
        }
        let moved_from =
            |id: &str| places.iter().any(|p| p.change == Change::Moved && p.entry.is_some_and(|e| e.id == id));
        let gone: Vec<&str> = self
            .entries
            .iter()
            .map(|entry| entry.id.as_str())
            .filter(|id| !sheet.items.iter().any(|item| item.id == *id) && !moved_from(id))
            .collect();
        if !gone.is_empty() {
            let ids = gone.join(", ");
            warnings.push(Text::new(
                format!("mapping.toml の項目のうち、シートにもうないもの: {ids}"),
                format!("items of mapping.toml that the sheet no longer has: {ids}"),
            ));
        }
        warnings
    }
}

/// Where each text stands in the file, and how often in the sheet.
struct Texts<'a> {
    entries: BTreeMap<String, Vec<&'a Entry>>,
    items: BTreeMap<String, usize>,
}

impl<'a> Texts<'a> {
    fn new(file: &'a MappingFile, sheet: &Sheet) -> Self {
        let mut texts = Self { entries: BTreeMap::new(), items: BTreeMap::new() };
        for entry in &file.entries {
            texts.entries.entry(same(&entry.text)).or_default().push(entry);
        }
        for item in &sheet.items {
            *texts.items.entry(same(&item.text)).or_default() += 1;
        }
        texts
    }

    /// The entry of another id that has the text of `item`, where that is clear: the text stands once in the sheet and
    /// once in the file, so that the item of the entry's own id is gone or says something else.
    fn moved(&self, item: &Item, text: &str) -> Option<&'a Entry> {
        match self.entries.get(text).map(Vec::as_slice) {
            Some([entry]) if self.items.get(text) == Some(&1) && entry.id != item.id => Some(entry),
            _ => None,
        }
    }
}

fn mapped(place: &Place<'_>, fresh: Option<&Proposal>, above: Option<f64>, taken: &mut BTreeSet<String>) -> MappedItem {
    let Place { item, entry, change } = place;
    match (entry, change) {
        (Some(entry), Change::Same) => in_force(item, entry, above),
        (entry, _) => {
            let reason = not_in_force(*change, *entry);
            let proposal = fresh.cloned().or_else(|| entry.map(|entry| entry.proposal(&item.id, 0.0, reason.clone())));
            // What was written for another text is taken for none: only what was proposed for this one can be.
            match fresh.zip(above).and_then(|(fresh, above)| accepted(fresh, above, taken)) {
                Some(taken) => taken,
                None => waiting(item, proposal, reason),
            }
        }
    }
}

/// An entry whose item says what was reviewed.
fn in_force(item: &Item, entry: &Entry, above: Option<f64>) -> MappedItem {
    let with = |claims: Vec<Claim>, review: Review, reason: Text| MappedItem {
        item: item.id.clone(),
        framework_item: entry.framework_item.clone(),
        confidence: entry.confidence.unwrap_or(1.0),
        reason,
        claims,
        review,
        proposal: None,
    };
    let claims = || entry.claims.iter().map(|entry| entry.claim.clone()).collect();
    match &entry.review {
        Review::Approved { who, when } => with(
            claims(),
            entry.review.clone(),
            Text::new(
                format!("{who} が {} に承認した対応付け", day(*when)),
                format!("{who} approved this mapping on {}", day(*when)),
            ),
        ),
        Review::Rejected { who, when } => with(
            Vec::new(),
            entry.review.clone(),
            Text::new(
                format!("検査では判定しないと {who} が {} に決めました。人による表明が必要です", day(*when)),
                format!("{who} decided on {} that no check decides it: a person has to state it", day(*when)),
            ),
        ),
        Review::Accepted { above } => with(claims(), entry.review.clone(), accepted_for(entry.confidence, *above)),
        Review::Proposed | Review::BuiltIn => {
            let confidence = entry.confidence.unwrap_or_default();
            match above.filter(|above| entry.confidence.is_some_and(|c| c >= *above) && !entry.claims.is_empty()) {
                Some(above) => with(claims(), Review::Accepted { above }, accepted_for(entry.confidence, above)),
                None => waiting(item, Some(entry.proposal(&item.id, confidence, waits())), waits()),
            }
        }
    }
}

/// A proposal that is taken for its confidence alone.
///
/// `taken` holds the ids of the sheet's other claims.
pub fn accepted(proposal: &Proposal, above: f64, taken: &mut BTreeSet<String>) -> Option<MappedItem> {
    if proposal.confidence < above || proposal.claims.is_empty() {
        return None;
    }
    Some(MappedItem {
        item: proposal.item.clone(),
        framework_item: proposal.framework_item.clone(),
        confidence: proposal.confidence,
        reason: proposal.reason.clone(),
        claims: super::claims_of(proposal, taken).into_iter().map(|entry| entry.claim).collect(),
        review: Review::Accepted { above },
        proposal: None,
    })
}

fn waiting(item: &Item, proposal: Option<Proposal>, reason: Text) -> MappedItem {
    MappedItem {
        item: item.id.clone(),
        framework_item: proposal.as_ref().and_then(|proposal| proposal.framework_item.clone()),
        confidence: proposal.as_ref().map_or(0.0, |proposal| proposal.confidence),
        reason,
        claims: Vec::new(),
        review: Review::Proposed,
        proposal,
    }
}

fn waits() -> Text {
    Text::new("提案が確認を待っています: kakunin review", "a proposal waits for review: kakunin review")
}

fn not_in_force(change: Change, entry: Option<&Entry>) -> Text {
    match (change, entry.map(|entry| &entry.review)) {
        (Change::New | Change::Same, _) | (_, None) => {
            Text::new("まだ確認されていません: kakunin review", "not reviewed: kakunin review")
        }
        (Change::Moved, Some(_)) => Text::new(
            "項目番号が変わったため、対応付けの再確認を待っています: kakunin review",
            "the item has another number now, so its mapping waits for review again: kakunin review",
        ),
        (Change::Reworded, Some(Review::Approved { .. } | Review::Rejected { .. } | Review::Accepted { .. })) => {
            Text::new(
                "文面が承認後に変わったため、再確認を待っています: kakunin review",
                "the text changed since it was approved, so the mapping waits for review again: kakunin review",
            )
        }
        (Change::Reworded, Some(Review::Proposed | Review::BuiltIn)) => waits(),
    }
}

fn accepted_for(confidence: Option<f64>, above: f64) -> Text {
    let confidence = confidence.unwrap_or_default();
    Text::new(
        format!("人の確認なしに採用(確信度 {confidence:.2}、基準 {above:.2})"),
        format!("taken without a person's review, for its confidence ({confidence:.2}, at least {above:.2})"),
    )
}

fn reworded(entry: &Entry) -> Text {
    let id = &entry.id;
    let (ja, en) = decided(entry);
    Text::new(
        format!(
            "項目 {id} の文面が変わったため、{ja}は効力を失いました。この項目の表明も今の文面に合うか確かめてください。\
             `kakunin review --item {id}` で見直すか、意味が同じなら `kakunin review --approve {id}` で改めて承認してください"
        ),
        format!(
            "the text of item {id} changed, so {en} is no longer in force; see whether a statement for it still fits, too. \
             Look again with `kakunin review --item {id}`, or, where it means the same, `kakunin review --approve {id}`"
        ),
    )
}

fn moved(item: &Item, entry: &Entry) -> Text {
    let (id, from) = (&item.id, &entry.id);
    let (ja, en) = decided(entry);
    Text::new(
        format!(
            "項目 {id} は {from} だったときの文面です。{ja}は {from} に対するもので、{id} には及びません。\
             `kakunin review --approve {id}` で改めて承認してください"
        ),
        format!(
            "item {id} has the text that was item {from}; {en} is for {from} and not in force for {id}: \
             `kakunin review --approve {id}`"
        ),
    )
}

fn decided(entry: &Entry) -> (String, String) {
    match &entry.review {
        Review::Approved { who, when } => {
            (format!("{who} の承認({})", day(*when)), format!("the approval by {who} of {}", day(*when)))
        }
        Review::Rejected { who, when } => {
            (format!("{who} の却下({})", day(*when)), format!("the rejection by {who} of {}", day(*when)))
        }
        _ => ("確信度による採用".to_owned(), "its acceptance".to_owned()),
    }
}

fn same_remark(entry: &Entry, item: &Item) -> bool {
    same(&one_line(&entry.remark)) == same(&one_line(&item.remark_resolved))
}

/// A day as people write it in both languages.
pub(in crate::mapping) fn day(when: Moment) -> String {
    when.format("%Y-%m-%d").to_string()
}
