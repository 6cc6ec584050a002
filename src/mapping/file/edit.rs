//! Decisions of people, as edits of `mapping.toml` that change nothing else of it.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{ArrayOfTables, DocumentMut, Item as TomlItem, Table, Value};

use super::write::{claim_text, entry, quoted};
use super::{Change, Entry, EntryClaim, Known, MappingFile, one_line, says};
use crate::mapping::error::MappingError;
use crate::mapping::statements::written;
use crate::model::{Item, Lang, Moment, Proposal, Review, Sheet};

/// What some editors start a file with.
const MARK: char = '\u{feff}';

/// What the id of an entry starts with whose item is gone and whose number another item has.
const GONE: &str = "gone:";

/// What a person decided of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// The claims as the file has them.
    Approve,
    /// These claims, in place of those of the file.
    ApproveAs(Vec<EntryClaim>),
    /// No check decides it: a person states it.
    Reject,
}

/// A decision that could not be written down.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum EditError {
    /// The file has no entry of the item.
    #[error("{file}: expected an [[item]] with id {id:?}, found none")]
    NoItem {
        /// The file.
        file: String,
        /// The item.
        id: String,
    },
    /// There is nothing to approve.
    #[error("item {id}: expected a claim to approve, found none; add an [[item.claim]] to {file}, or reject the item")]
    NoClaim {
        /// The file.
        file: String,
        /// The item.
        id: String,
    },
    /// Entries are written in a way that cannot be edited.
    #[error("{file}: expected items as [[item]] tables, found another way of writing; write one [[item]] for each")]
    Shape {
        /// The file.
        file: String,
    },
    /// The edit would have made the file wrong, so nothing is written.
    #[error("the decision would leave a mapping that cannot be read, so nothing was written")]
    #[diagnostic(transparent)]
    Broken(#[from] MappingError),
    /// The edit would have changed more than it should, so nothing is written.
    #[error(
        "{file}: expected only item {id} to change, found that another would too; this is a defect, please report it"
    )]
    Spill {
        /// The file.
        file: String,
        /// The item.
        id: String,
    },
}

impl MappingFile {
    /// The file with a decision of `who` on an item, as the sheet has it now.
    ///
    /// # Errors
    /// Where the file has no such item, there is nothing to approve, or the result could not be read again.
    pub fn decide(
        &self,
        item: &Item,
        decision: &Decision,
        who: &str,
        when: Moment,
        known: &Known,
    ) -> Result<Self, EditError> {
        self.decide_all(&[(item, decision)], who, when, known)
    }

    /// The same for several items: all or none.
    ///
    /// # Errors
    /// As for [`MappingFile::decide`].
    pub fn decide_all(
        &self,
        decisions: &[(&Item, &Decision)],
        who: &str,
        when: Moment,
        known: &Known,
    ) -> Result<Self, EditError> {
        let mut document = self.document()?;
        let tables = items(&mut document, &self.name)?;
        let places: BTreeMap<String, usize> =
            tables.iter().enumerate().filter_map(|(at, table)| Some((id_of(table)?, at))).collect();
        for (item, decision) in decisions {
            let missing = || EditError::NoItem { file: self.name.clone(), id: item.id.clone() };
            let entry = self.entry(&item.id).ok_or_else(missing)?;
            let table = places.get(&item.id).and_then(|at| tables.get_mut(*at)).ok_or_else(missing)?;
            self.write_down(table, entry, item, decision)?;
            put(table, "who", one_line(who));
            put(table, "when", written(when));
        }
        let ids: BTreeSet<&str> = decisions.iter().map(|(item, _)| item.id.as_str()).collect();
        self.become_text(&document, &ids, known)
    }

    fn write_down(&self, table: &mut Table, entry: &Entry, item: &Item, decision: &Decision) -> Result<(), EditError> {
        let nothing = match decision {
            Decision::Approve => entry.claims.is_empty(),
            Decision::ApproveAs(claims) => claims.is_empty(),
            Decision::Reject => false,
        };
        if nothing {
            return Err(EditError::NoClaim { file: self.name.clone(), id: item.id.clone() });
        }
        if !says(entry, item) {
            put(table, "text", one_line(&item.text));
        }
        let remark = one_line(&item.remark_resolved);
        if one_line(&entry.remark) != remark {
            put(table, "remark", remark);
        }
        put(table, "review", if *decision == Decision::Reject { "rejected" } else { "approved" }.to_owned());
        match decision {
            Decision::ApproveAs(claims) if *claims != entry.claims => replace_claims(table, claims, &self.name),
            _ => Ok(()),
        }
    }

    /// The file with an entry for every item of `sheet` that has none, each where the sheet has it, proposed as
    /// `proposals` say, and made for this sheet from now on. Entries that are there stay as they are, but for the ids
    /// of those whose item only got another number: an approval is for a text.
    ///
    /// # Errors
    /// Where the result could not be read again.
    pub fn with_items_of(
        &self,
        sheet: &Sheet,
        proposals: &[Proposal],
        lang: Lang,
        known: &Known,
    ) -> Result<Self, EditError> {
        let mut document = self.document()?;
        let mut taken = self.claim_ids();
        let moved = self.renumbering(sheet);
        let tables = items(&mut document, &self.name)?;
        for table in tables.iter_mut() {
            if let Some(id) = id_of(table).and_then(|id| moved.get(&id)) {
                put(table, "id", id.clone());
            }
        }
        let mut at = 0;
        for item in &sheet.items {
            if let Some(place) = tables.iter().position(|table| id_of(table).as_deref() == Some(&item.id)) {
                at = place + 1;
                continue;
            }
            let proposal = proposals.iter().find(|proposal| proposal.item == item.id);
            let text = entry(item, proposal, &|_| Review::Proposed, &mut taken, lang);
            for table in parsed(&text, &self.name)? {
                tables.insert(at, table);
                at += 1;
            }
        }
        if let Some(digest) = document.get_mut("sheet").and_then(TomlItem::as_table_mut) {
            put(digest, "sha256", sheet.sha256.clone());
            put(digest, "name", sheet.name.clone());
        }
        Ok(Self::parse(&self.name, &as_it_was(&self.text, &document.to_string()), known)?)
    }

    /// Old id → new id of the entries whose item only got another number, and of those in their way.
    pub fn renumbering(&self, sheet: &Sheet) -> BTreeMap<String, String> {
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        for place in self.places(sheet).iter().filter(|place| place.change == Change::Moved) {
            if let Some(entry) = place.entry {
                ids.insert(entry.id.clone(), place.item.id.clone());
            }
        }
        let targets: Vec<String> = ids.values().cloned().collect();
        for id in targets.into_iter().filter(|id| self.entry(id).is_some()) {
            // What it was written for is gone from the sheet, and stays in the file for a person to remove.
            ids.entry(id.clone()).or_insert_with(|| format!("{GONE}{id}"));
        }
        ids
    }

    fn document(&self) -> Result<DocumentMut, EditError> {
        self.text.trim_start_matches(MARK).parse().map_err(|_| EditError::Shape { file: self.name.clone() })
    }

    /// The file with the document's text, if that reads as the same but for some items.
    fn become_text(&self, document: &DocumentMut, ids: &BTreeSet<&str>, known: &Known) -> Result<Self, EditError> {
        let edited = Self::parse(&self.name, &as_it_was(&self.text, &document.to_string()), known)?;
        let others = |file: &Self| -> Vec<Entry> {
            file.entries.iter().filter(|entry| !ids.contains(entry.id.as_str())).cloned().collect()
        };
        if others(self) == others(&edited) {
            Ok(edited)
        } else {
            let ids: Vec<&str> = ids.iter().copied().collect();
            Err(EditError::Spill { file: self.name.clone(), id: ids.join(", ") })
        }
    }
}

/// The id of an entry, as it is read.
fn id_of(table: &Table) -> Option<String> {
    table.get("id").and_then(TomlItem::as_str).map(|id| id.trim().to_owned())
}

fn items<'d>(document: &'d mut DocumentMut, file: &str) -> Result<&'d mut ArrayOfTables, EditError> {
    let shape = || EditError::Shape { file: file.to_owned() };
    let item = document.entry("item").or_insert_with(|| TomlItem::ArrayOfTables(ArrayOfTables::new()));
    item.as_array_of_tables_mut().ok_or_else(shape)
}

/// The edited text with the line ends and the byte order mark of the one before: the editor writes `\n` alone.
///
/// Lines before and after what changed are taken as they were; what changed ends its lines as the file's first does.
fn as_it_was(before: &str, edited: &str) -> String {
    let plain = |line: &str| line.trim_start_matches(MARK).trim_end_matches(['\r', '\n']).to_owned();
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = edited.split_inclusive('\n').collect();
    let alike = |(a, b): &(&&str, &&str)| plain(a) == plain(b);
    let head = old.iter().zip(&new).take_while(alike).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(alike).count();
    let end = if old.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let mut out: String = old.iter().take(head).copied().collect();
    for line in new.iter().take(new.len() - tail).skip(head) {
        out.push_str(line.trim_end_matches('\n'));
        if line.ends_with('\n') {
            out.push_str(end);
        }
    }
    out.extend(old.iter().skip(old.len() - tail).copied());
    out
}

/// Sets a value, with what stands around it kept.
fn put(table: &mut Table, key: &str, text: String) {
    match table.get_mut(key).and_then(TomlItem::as_value_mut) {
        Some(value) if value.as_str() == Some(&text) => {}
        Some(value) => {
            let decor = value.decor().clone();
            *value = Value::from(text);
            *value.decor_mut() = decor;
        }
        None => {
            table.insert(key, toml_edit::value(text));
        }
    }
}

/// The tables of `[[item]]` in a text, free to stand anywhere.
fn parsed(text: &str, file: &str) -> Result<Vec<Table>, EditError> {
    let shape = || EditError::Shape { file: file.to_owned() };
    let mut document: DocumentMut = text.parse().map_err(|_| shape())?;
    let mut tables: Vec<Table> = items(&mut document, file)?.iter().cloned().collect();
    tables.iter_mut().for_each(unplace);
    Ok(tables)
}

/// Forgets where a table stood in the text it was read from.
fn unplace(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Some(tables) = item.as_array_of_tables_mut() {
            tables.iter_mut().for_each(unplace);
        }
    }
}

/// Puts claims in place of those that are there. One that says the same stays as it was written.
fn replace_claims(table: &mut Table, claims: &[EntryClaim], file: &str) -> Result<(), EditError> {
    let mut text = format!("[[item]]\nid = {}\n", quoted("x"));
    for written in claims {
        claim_text(&mut text, "item", written, None, Lang::En);
    }
    let shape = || EditError::Shape { file: file.to_owned() };
    let mut fresh = parsed(&text, file)?.into_iter().next().ok_or_else(shape)?;
    let fresh = fresh.remove("claim").ok_or_else(shape)?;
    let fresh = fresh.as_array_of_tables().ok_or_else(shape)?;
    let old = table.get("claim").and_then(TomlItem::as_array_of_tables).cloned().unwrap_or_default();
    let mut merged = ArrayOfTables::new();
    for new in fresh {
        let kept = old.iter().find(|table| id_of(table) == id_of(new));
        let mut edited = kept.cloned().unwrap_or_else(|| new.clone());
        if kept.is_some() {
            merge(&mut edited, new);
        }
        merged.push(edited);
    }
    table.insert("claim", TomlItem::ArrayOfTables(merged));
    Ok(())
}

/// Makes `old` say what `new` says: values that differ are set, those that are gone are removed, all else stays.
fn merge(old: &mut Table, new: &Table) {
    let gone: Vec<String> = old.iter().map(|(key, _)| key.to_owned()).filter(|key| !new.contains_key(key)).collect();
    for key in gone {
        let comments = old.remove_entry(&key).map(|(key, item)| comments(&key, &item)).unwrap_or_default();
        // What a person noted there moves to the claim's first line of its own.
        if let Some(mut first) = old.key_mut("by").filter(|_| !comments.is_empty()) {
            let prefix = first.leaf_decor().prefix().and_then(|p| p.as_str()).unwrap_or_default().to_owned();
            let indent = prefix.rsplit('\n').next().unwrap_or_default().to_owned();
            let lines: String = comments.iter().map(|line| format!("{indent}{line}\n")).collect();
            first.leaf_decor_mut().set_prefix(format!("{lines}{prefix}"));
        }
    }
    for (key, item) in new.iter() {
        let Some(value) = item.as_value() else { continue };
        match old.get_mut(key).and_then(TomlItem::as_value_mut) {
            Some(there) if plain(there) == plain(value) => {}
            Some(there) => {
                let decor = there.decor().clone();
                *there = value.clone();
                *there.decor_mut() = decor;
            }
            None => {
                if let Some((key, _)) = new.get_key_value(key) {
                    old.insert_formatted(key, item.clone());
                }
            }
        }
    }
}

/// The comments that stand before a key and after its value.
fn comments(key: &toml_edit::Key, item: &TomlItem) -> Vec<String> {
    let before = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    let after = item.as_value().and_then(|v| v.decor().suffix()).and_then(|suffix| suffix.as_str()).unwrap_or_default();
    let lines = before.lines().chain(after.lines()).map(str::trim);
    lines.filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

/// A value without its surroundings, for comparing.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    if let Some(array) = value.as_array_mut() {
        array.fmt();
        array.set_trailing("");
        array.set_trailing_comma(false);
    }
    if let Some(table) = value.as_inline_table_mut() {
        table.fmt();
    }
    match value.as_str() {
        Some(text) => text.trim().to_owned(),
        None => value.to_string(),
    }
}
