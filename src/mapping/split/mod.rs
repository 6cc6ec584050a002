//! An item's text and remark as atomic statements, in the sheet's own words.
//!
//! [`statements`] cuts lists ([`blocks`]), sentences ([`sentences`]), clauses ([`clauses`] for Japanese, [`english`]) and
//! nouns that share a verb ([`nouns`]), turns questions into what they ask ([`ask`]), and reads from each statement how often
//! ([`cadence`]), with what limits ([`limits`]), which certificates ([`certificates`]), figures ([`figures`]) and pages
//! ([`urls`]) it names. What a clause shares with the one before it (a topic, an object, the lead of its list) is said again
//! before it, so that each statement can be read alone.
//!
//! What it does not do:
//! - It parses no grammar. It knows endings and ties, and where they are unsure it cuts too little: A or B, what a negative or
//!   a condition may govern, and nouns that may belong together stay in one statement.
//! - It loses no word: where a cut would drop one, the sentence stays whole.
//! - It does not judge. A statement from a question is what the sheet asks, not what the vendor answered; only concessions
//!   of the remark are marked. A question that no yes or no answers stays a question.
//! - It reads Japanese and English. Other languages are cut at lists and sentences only.
//! - 定期的 and "regularly" are no cadence, dates are no figure, and a limit of the remark is not carried to the text.

mod active;
mod ask;
mod blocks;
mod cadence;
mod certificates;
mod clauses;
mod cover;
mod english;
mod figures;
mod fold;
mod limits;
mod nouns;
mod numbers;
mod sentences;
#[cfg(test)]
mod tests;
mod urls;
mod words;

use std::collections::HashSet;
use std::ops::Range;

use crate::model::{Item, Part, Statement};
use crate::sheet::concession;

use blocks::{Block, Kind, in_one_line as clean};
use fold::Fold;

/// A lead is said again before every entry of its list only while that stays below so many bytes.
const LEADS: usize = 16_384;

/// The atomic statements of an item: those of its text, then those of its remark, each in the order written.
///
/// Every word of the text is in one of them. Of the remark, what only points at a page or a document is left out; the page
/// goes to the statement before it.
pub fn statements(item: &Item) -> Vec<Statement> {
    let mut all = of_part(&item.text, Part::Text);
    let remark = if item.remark_resolved.is_empty() { &item.remark } else { &item.remark_resolved };
    if !urls::says_nothing(remark) {
        let mut pieces = pieces(remark);
        concede(remark, item, &mut pieces);
        all.extend(finish(remark, pieces, Part::Remark));
    }
    all
}

fn of_part(text: &str, part: Part) -> Vec<Statement> {
    finish(text, pieces(text), part)
}

/// A statement's words, before anything is read from them.
#[derive(Debug)]
struct Piece {
    text: String,
    /// Where its own words stand in the text, without what is said again before them.
    own: Range<usize>,
    /// Limits that its sentence begins with.
    shared: Option<Range<usize>>,
    conceded: bool,
    /// The name of a page, or a pointer at one, not a statement.
    pointer: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let blocks = blocks::blocks(text);
    let mut rest = blocks.as_slice();
    while let Some((block, after)) = rest.split_first() {
        let entries = after.iter().take_while(|b| b.kind == Kind::Entry).count();
        let (list, after) = after.split_at_checked(entries).unwrap_or((after, &[]));
        rest = after;
        if block.kind == Kind::Entry || list.is_empty() {
            for block in std::iter::once(block).chain(list) {
                for sentence in sentences_in(text, block) {
                    say(text, sentence, &mut pieces);
                }
            }
        } else {
            say_list(text, block, list, &mut pieces);
        }
    }
    pieces
}

fn sentences_in(text: &str, block: &Block) -> Vec<Range<usize>> {
    let written = text.get(block.range.clone()).unwrap_or_default();
    sentences::sentences(written).into_iter().map(|r| block.range.start + r.start..block.range.start + r.end).collect()
}

/// A list after what leads to it. Entries that only name things are said with the lead; entries that say something stand
/// alone.
fn say_list(text: &str, block: &Block, list: &[Block], pieces: &mut Vec<Piece>) {
    let mut sentences = sentences_in(text, block);
    let Some(lead) = sentences.pop() else {
        for entry in list {
            for sentence in sentences_in(text, entry) {
                say(text, sentence, pieces);
            }
        }
        return;
    };
    for sentence in sentences {
        say(text, sentence, pieces);
    }
    let words = text.get(lead.clone()).unwrap_or_default();
    let end = list.last().map_or(lead.end, |last| last.range.end);
    if ask::open(words) {
        // "Which logs? OS, network" asks for words; its entries are no statements.
        pieces.push(piece(clean(text.get(lead.start..end).unwrap_or_default()), lead.start..end));
        return;
    }
    let names = |entry: &Block| {
        let written = text.get(entry.range.clone()).unwrap_or_default();
        let page = urls::names_a_page(written);
        (!words::has_predicate(written) && !page, page)
    };
    let named = list.iter().filter(|entry| names(entry).0).count();
    let start = lead.start;
    let spoken = words::bare(ask::japanese(words)).trim_end_matches([':', '：']);
    let spoken = spoken.get(words::tie(spoken)..).unwrap_or(spoken);
    let again = named > 0 && named * words.len() <= LEADS;
    if !again {
        say(text, lead, pieces);
    }
    for entry in list {
        let (name, page) = names(entry);
        let written = text.get(entry.range.clone()).unwrap_or_default();
        if page {
            pieces.push(Piece { pointer: true, ..piece(clean(written), entry.range.clone()) });
        } else if name && again {
            let lead = if words::japanese(spoken) {
                format!("{}: ", clean(spoken))
            } else {
                format!("{}: ", ask::english(&format!("{}?", clean(spoken))).trim_end_matches('?'))
            };
            // What the lead concedes, it concedes of each entry.
            let own = start..entry.range.end;
            pieces.push(piece(format!("{}{}", lead.trim_start(), words::bare(&clean(written))), own));
        } else {
            for sentence in sentences_in(text, entry) {
                say(text, sentence, pieces);
            }
        }
    }
}

fn piece(text: String, own: Range<usize>) -> Piece {
    Piece { text, own, shared: None, conceded: false, pointer: false }
}

/// The statements of one sentence.
fn say(text: &str, sentence: Range<usize>, pieces: &mut Vec<Piece>) {
    let written = text.get(sentence.clone()).unwrap_or_default();
    let fold = Fold::new(written);
    if urls::points(&fold.text) || urls::names_a_page(written) || urls::says_nothing(written) {
        pieces.push(Piece { pointer: true, ..piece(clean(written), sentence) });
        return;
    }
    if let Some(inner) = wrapped(written) {
        // (開発環境を除く) limits, (次の製品など) names what the sentence before speaks of.
        let range = sentence.start + inner.start..sentence.start + inner.end;
        let words = written.get(inner).unwrap_or_default();
        let limits = limits::find(&Fold::new(words), words);
        match pieces.last_mut() {
            Some(last) if limits.is_empty() && !last.pointer && !words::has_predicate(words) => {
                let space = if last.text.is_ascii() { " " } else { "" };
                last.text = format!("{}{space}{}", last.text, words::bare(&clean(written)));
                last.own.end = sentence.end;
            }
            _ => say(text, range, pieces),
        }
        return;
    }
    if matches!(words::bare(written), "など" | "等" | "etc" | "etc.") {
        return;
    }
    let lead = written.len() - written.trim_start().len();
    let tie = lead + words::tie(written.trim_start());
    let body = written.get(tie..).unwrap_or_default();
    let base = sentence.start + tie;
    let mut found: Vec<Piece> = Vec::new();
    if words::japanese(body) {
        let asked = ask::japanese(body);
        let open = ask::open(body);
        let parts = if open { Vec::new() } else { clauses::clauses(asked) };
        let first = parts.first().map(|c| c.range.clone());
        for clause in parts {
            let words = asked.get(clause.range.clone()).unwrap_or_default();
            let own = base + clause.range.start..base + clause.range.end;
            // What the first clause begins with may limit all of them: 開発環境を除き、….
            let shared = first.clone().filter(|f| *f != clause.range).map(|f| base + f.start..base + f.end);
            for each in nouns::japanese(words::bare(&clean(&format!("{}{words}", clause.carried)))) {
                found.push(Piece { shared: shared.clone(), ..piece(each, own.clone()) });
            }
        }
    } else {
        for each in english::statements(&clean(body)) {
            found.push(piece(words::bare(&each).to_owned(), sentence.clone()));
        }
    }
    found.retain(|p| p.text.chars().any(char::is_alphanumeric));
    let mut kept = found.iter().map(|p| p.text.as_str());
    if found.len() != 1 && !cover::covers(written, &mut kept) || found.is_empty() {
        let body = if body.chars().any(char::is_alphanumeric) { body } else { written };
        found = vec![piece(words::bare(&clean(body)).to_owned(), sentence)];
    }
    pieces.extend(found);
}

/// What one pair of brackets around a whole sentence holds.
fn wrapped(sentence: &str) -> Option<Range<usize>> {
    let trimmed = sentence.trim();
    let trimmed = trimmed.trim_end_matches(['。', '.']);
    let inner = trimmed.strip_prefix(['(', '（', '［', '['])?.strip_suffix([')', '）', '］', ']'])?;
    if inner.contains(['(', '（', '）', ')', '[', '［', ']', '］']) || !inner.chars().any(char::is_alphanumeric) {
        return None;
    }
    let start = sentence.find(inner)?;
    Some(start..start + inner.len())
}

/// Marks what the vendor concedes. Of a sentence that concedes, the clauses that say so; all of it where none says so alone.
fn concede(remark: &str, item: &Item, pieces: &mut [Piece]) {
    if item.concessions.is_empty() {
        return;
    }
    let known: HashSet<&str> = item.concessions.iter().map(|c| c.trim()).collect();
    let mut unfound: HashSet<&str> = known.clone();
    let mut from = 0;
    let mut next = 0;
    for sentence in concession::sentences(remark) {
        let start = remark.get(from..).and_then(|r| r.find(sentence)).map_or(from, |at| from + at);
        from = start + sentence.len();
        if !known.contains(sentence) {
            continue;
        }
        unfound.remove(sentence);
        while pieces.get(next).is_some_and(|p| p.own.end <= start) {
            next += 1;
        }
        let count = pieces.iter().skip(next).take_while(|p| p.own.start < from).count();
        mark(pieces.get_mut(next..next + count).unwrap_or_default(), item);
    }
    if !unfound.is_empty() {
        mark(pieces, item);
    }
}

fn mark(pieces: &mut [Piece], item: &Item) {
    let mut marked = false;
    for piece in pieces.iter_mut() {
        if concession::admits(&piece.text, item.answer) || words::negative(&piece.text) {
            (piece.conceded, piece.pointer, marked) = (true, false, true);
        }
    }
    if !marked {
        for piece in pieces {
            (piece.conceded, piece.pointer) = (true, false);
        }
    }
}

/// Reads what each piece names, and gives pointers and bare limits to the statement that they belong to.
fn finish(text: &str, pieces: Vec<Piece>, part: Part) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    let only_pointers = pieces.iter().all(|p| p.pointer);
    let mut shared: Option<(Range<usize>, limits::Limits)> = None;
    for piece in pieces {
        let fold = Fold::new(&piece.text);
        let mut statement = read(&piece, &fold, part);
        let pages = statement.urls.clone();
        // A pointer that names a certificate or a figure says something after all.
        let says = !statement.certificates.is_empty() || !statement.figures.is_empty() || statement.cadence.is_some();
        if piece.pointer
            && !says
            && part == Part::Remark
            && !(only_pointers && statements.is_empty() && !pages.is_empty())
        {
            match statements.last_mut() {
                Some(last) => last.urls.extend(pages),
                None => waiting.extend(pages),
            }
            continue;
        }
        if let Some(first) = piece.shared.clone() {
            if shared.as_ref().is_none_or(|(range, _)| *range != first) {
                let words = text.get(first.clone()).unwrap_or_default();
                let begins = words.split_inclusive(['、', '，', ',']).next().unwrap_or_default();
                let fold = Fold::new(begins);
                let limits = limits::find(&fold, begins);
                // 開発環境を除き、 limits all that follows; 入室を管理者に限定し、 is a statement.
                let bare = limits.are_all_of(&fold.text);
                shared = Some((first, if bare { limits } else { limits::Limits::default() }));
            }
            if let Some((_, limits)) = &shared {
                statement.except.extend(limits.except.iter().cloned());
                statement.only.extend(limits.only.iter().cloned());
            }
        }
        let limits = limits::find(&fold, &piece.text);
        if limits.are_all_of(&fold.text)
            && let Some(last) = statements.last_mut()
        {
            last.except.extend(statement.except.iter().cloned());
            last.only.extend(statement.only.iter().cloned());
            if !statement.conceded {
                continue;
            }
        }
        statement.urls.splice(0..0, waiting.drain(..));
        statements.push(statement);
    }
    merge(statements)
}

fn read(piece: &Piece, fold: &Fold, part: Part) -> Statement {
    let text = &piece.text;
    let (cadence, places) = cadence::find(fold, text);
    let limits = limits::find(fold, text);
    Statement {
        text: text.clone(),
        part,
        cadence,
        except: limits.except,
        only: limits.only,
        conceded: piece.conceded,
        urls: urls::cited(text),
        certificates: certificates::find(fold),
        figures: figures::find(fold, text, &places),
    }
}

/// Each statement once; what is named twice in it, once.
fn merge(statements: Vec<Statement>) -> Vec<Statement> {
    let mut places: std::collections::HashMap<(String, bool), usize> = std::collections::HashMap::new();
    let mut merged: Vec<Statement> = Vec::new();
    for mut statement in statements {
        let key = (statement.text.clone(), statement.conceded);
        if let Some(same) = places.get(&key).and_then(|at| merged.get_mut(*at)) {
            same.urls.append(&mut statement.urls);
            same.except.append(&mut statement.except);
            same.only.append(&mut statement.only);
        } else {
            places.insert(key, merged.len());
            merged.push(statement);
        }
    }
    for statement in &mut merged {
        for list in [&mut statement.urls, &mut statement.except, &mut statement.only] {
            *list = fold::once(std::mem::take(list));
        }
    }
    merged
}
