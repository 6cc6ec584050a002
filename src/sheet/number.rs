//! Numbers of items and headings.

use super::pattern::{Pattern, normal, pattern};

static ITEM: Pattern = pattern!(
    r"^(?i:no\.?\s*|項番\s*|第)?\(?((?:[A-Za-z]{1,3}[.\-]?)?[0-9]{1,6}(?:[.\-][0-9]{1,6}){0,5})\)?[.:、,)]?(?:項|号|条)?$"
);
/// `A&A-01.1`, `ID.AM-1`, `SH.RDS.2`, `5.1.1.1.PB`, `AWS-GR_ENCRYPTED_VOLUMES`: parts of capitals and digits.
static CODE: Pattern = pattern!(r"^[A-Z0-9][A-Z0-9&]{0,15}(?:[.\-_][A-Z0-9]{1,24}){1,12}$");
/// `1-(1)-①`, `1(2)`, `(1)①`, `1-(1)-a`, its circled figures in brackets: parts of which some are bracketed.
static NESTED: Pattern = pattern!(
    r"^(?:[0-9]{1,4}|\([0-9]{1,4}\))(?:[.\-]?\((?:[0-9]{1,4}|[A-Za-z]|\p{Katakana})\)|[.\-](?:[0-9]{1,4}|[A-Za-z]|\p{Katakana})){1,5}$"
);
/// `実 3`, `技-1`, `問2`, `ア1`.
static PREFIXED: Pattern =
    pattern!(r"^([\p{Han}\p{Katakana}]{1,4})[\s\-.]*([0-9]{1,4}(?:[.\-][0-9]{1,4}){0,3})[.:)]?$");
/// The number of a row below a numbered row: `a`, `(b)`, `ア`, `1`, `ii`.
static SUB: Pattern = pattern!(r"^\(?([A-Za-z]|[ivx]{1,4}|[\p{Katakana}]|[0-9]{1,3})\)?[.:)]?$");
static HEADING: Pattern = pattern!(
    r"^(?:第\s*)?([0-9]{1,4}(?:[.\-][0-9]{1,4}){0,4})(?:\s*(?:章|節)?[.、:)]?\s+|\s*(?:章|節|[.、:)]))(\S.*)$"
);
/// `Q1. …`, `問1 …`, `質問 3: …`.
static QUESTION: Pattern =
    pattern!(r"^(?i:((?:q|question\s*|問|設問|質問)\s*[0-9]{1,4}(?:[.\-][0-9]{1,4}){0,3}))\s*[.:)、]?\s*(\S.*)$");

/// The number of an item: `1`, `(1)`, `①`, `1.`, `６．２`, `No.3`, `A.5.1`; dots between its parts. A number of a family of
/// sheets stays as it is written (`IAM-02.1`), Roman numerals are counted (`Ⅲ.1.1` is 3.1.1). None where it is no number.
/// A spreadsheet's `1.0` is 1.
pub(crate) fn item(cell: &str) -> Option<String> {
    let normal = normal(&counted(cell));
    let Some(found) = ITEM.captures(&normal).and_then(|c| c.get(1)).filter(|_| !two_marks(cell)) else {
        if let Some(path) = nested(cell) {
            return Some(path);
        }
        if let Some(captures) = PREFIXED.captures(&normal)
            && let (Some(prefix), Some(number)) = (captures.get(1), captures.get(2))
            && !matches!(prefix.as_str(), "第" | "約" | "計" | "令和" | "平成")
        {
            return Some(format!("{}{}", prefix.as_str(), number.as_str().replace('-', ".")));
        }
        let code = CODE.is_match(&normal) && normal.contains(|c: char| c.is_ascii_alphabetic()) && normal != "N.A";
        return code.then_some(normal);
    };
    if found.as_str().starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(found.as_str().to_owned());
    }
    let number = found.as_str().replace('-', ".");
    match number.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) => Some(whole.to_owned()),
        _ => Some(number),
    }
}

/// Whether a circled figure follows another one: `1①` is no 11.
fn two_marks(cell: &str) -> bool {
    let bare = super::grid::bare(cell);
    bare.chars().skip(1).any(is_circled) && !bare.starts_with(|c: char| c.is_alphabetic())
}

fn is_circled(character: char) -> bool {
    ('①'..='⑳').contains(&character)
}

/// A number of bracketed parts as a path: `1-(1)-①` is 1.1.1.
fn nested(cell: &str) -> Option<String> {
    let spelled: String = counted(cell)
        .chars()
        .map(|c| if is_circled(c) { format!("({})", normal(&c.to_string())) } else { c.to_string() })
        .collect();
    let spelled: String = normal(&spelled).chars().filter(|c| !c.is_whitespace()).collect();
    if !NESTED.is_match(&spelled) || !spelled.contains('(') {
        return None;
    }
    let parts: Vec<&str> = spelled.split(['.', '-', '(', ')']).filter(|p| !p.is_empty()).collect();
    Some(parts.join("."))
}

/// What a spreadsheet made of `1.10`: the number `1.1`, after `1.9`. None where it says what it means.
pub(crate) fn tenth(before: &str, number: &str, next: Option<&str>) -> Option<String> {
    let (above, last) = before.rsplit_once('.')?;
    let (same, own) = number.rsplit_once('.')?;
    let wanted = last.parse::<u32>().ok()?.checked_add(1)?.to_string();
    let cut = wanted.strip_suffix('0')?;
    // Numbers that start again go on as they did the first time: 1.9, 1.1, 1.2.
    let again = own.parse::<u32>().ok()?.checked_add(1).map(|n| format!("{above}.{n}"));
    let fits = above == same && !above.contains('.') && own == cut && next != again.as_deref();
    fits.then(|| format!("{above}.{wanted}"))
}

/// A Roman numeral of its own sign (Ⅰ to Ⅻ) at the start, counted.
fn counted(cell: &str) -> String {
    let cell = super::grid::bare(cell);
    let mut characters = cell.chars();
    match characters.next().map(u32::from) {
        Some(sign @ 0x2160..=0x216B) => format!("{}{}", sign - 0x2160 + 1, characters.as_str()),
        _ => cell.to_owned(),
    }
}

/// The number of a row below a numbered row: `a`, `(2)`, `ア`. None where it is none.
pub(crate) fn sub(cell: &str) -> Option<String> {
    let normal = normal(cell);
    Some(SUB.captures(&normal)?.get(1)?.as_str().to_owned())
}

/// The number of a question: `Q1` of `Q1. …?`.
pub(crate) fn question(cell: &str) -> Option<String> {
    let normal = normal(cell);
    let number = QUESTION.captures(&normal)?.get(1)?.as_str().to_owned();
    Some(number.chars().filter(|c| !c.is_whitespace()).collect())
}

/// Whether a number carries its whole path itself, and needs no section's number before it.
pub(crate) fn is_whole(number: &str) -> bool {
    number.starts_with(|c: char| c.is_alphabetic()) && (number.contains(['.', '-', '_']) || !number.is_ascii())
}

/// Whether an item's number ends in the dot that headings have.
pub(crate) fn is_dotted(cell: &str) -> bool {
    let normal = normal(cell);
    normal.ends_with(['.', '、']) && item(&normal).is_some()
}

/// The number of a heading such as `6. 運用`, `6 運用`, `第6章 運用`, `3.1 雇用前`. None where it has none.
pub(crate) fn heading(cell: &str) -> Option<String> {
    let normal = normal(cell);
    let captures = HEADING.captures(&normal)?;
    let rest = captures.get(2)?.as_str();
    // `1.5倍` is no heading number 1: after a dot without a space, no digit.
    let spaced = captures.get(0)?.as_str().strip_suffix(rest).is_some_and(|head| head.ends_with(char::is_whitespace));
    if !spaced && rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(captures.get(1)?.as_str().replace('-', "."))
}

/// Whether a cell that stands alone in its row and has no number can be a heading: no sentence, no note, no list entry.
pub(crate) fn may_head(cell: &str) -> bool {
    let normal = normal(cell);
    let lower = normal.to_lowercase();
    let entry = ["※", "*", "・", "-", "•", "○", "●", "http://", "https://", "<", "注)", "注:", "(注", "以上", "note:"];
    !normal.ends_with(['。', '.', '、', ',']) && !normal.contains('\n') && !entry.iter().any(|e| lower.starts_with(e))
}

/// Whether a text asks something, as far as its end tells.
pub(crate) fn asks(text: &str) -> bool {
    let normal = normal(text);
    normal.ends_with('?')
        || normal.trim_end_matches('。').ends_with('か')
        || normal.trim_end_matches('。').ends_with("こと")
}

/// Whether a text that stands alone in its row may be what is asked: no note, no entry of a list.
pub(crate) fn may_ask(text: &str) -> bool {
    let normal = normal(text);
    !["※", "*", "・", "http://", "https://", "<", "注)", "注:", "(注", "以上", "note:"]
        .iter()
        .any(|n| normal.to_lowercase().starts_with(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [&ITEM, &CODE, &NESTED, &PREFIXED, &SUB, &HEADING, &QUESTION] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn item_numbers() {
        for (cell, number) in [
            ("1", "1"),
            (" 12 ", "12"),
            ("１２", "12"),
            ("1.", "1"),
            ("1.0", "1"),
            ("10.0", "10"),
            ("(3)", "3"),
            ("③", "3"),
            ("6.29", "6.29"),
            ("６．２９", "6.29"),
            ("6-2", "6.2"),
            ("3.2.1", "3.2.1"),
            ("No.7", "7"),
            ("A.5.1", "A.5.1"),
            ("Q4", "Q4"),
            ("Ⅲ.1.1", "3.1.1"),
            ("Ⅻ", "12"),
            ("A&A-01.1", "A&A-01.1"),
            ("AIS-01", "AIS-01"),
            ("ID.AM-1", "ID.AM-1"),
            ("5.1.1.1.PB", "5.1.1.1.PB"),
            ("AWS-GR_ENCRYPTED_VOLUMES", "AWS-GR_ENCRYPTED_VOLUMES"),
            ("実 3", "実3"),
            ("問２", "問2"),
            ("第3条", "3"),
            ("1-(1)", "1.1"),
            ("1-(1)-①", "1.1.1"),
            ("2-(3)-b", "2.3.b"),
            ("１－（２）－⑫", "1.2.12"),
            ("(1)①", "1.1"),
            ("1①", "1.1"),
            ("3(2)", "3.2"),
        ] {
            assert_eq!(item(cell).as_deref(), Some(number), "{cell}");
        }
        for cell in [
            "",
            "1. 基本方針",
            "一",
            "○",
            "-",
            "2024年",
            "1 2",
            "1.2.3.4.5.6.7",
            "1..2",
            "N/A",
            "n.a.",
            "約3",
            "e-mail",
            "令和5",
        ] {
            assert_eq!(item(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_lost_nought_is_found_by_what_stands_around_it() {
        assert_eq!(tenth("1.9", "1.1", Some("1.11")).as_deref(), Some("1.10"));
        assert_eq!(tenth("1.9", "1.1", Some("2.1")).as_deref(), Some("1.10"));
        assert_eq!(tenth("1.19", "1.2", None).as_deref(), Some("1.20"));
        assert_eq!(tenth("1.9", "1.1", Some("1.2")), None);
        assert_eq!(tenth("1.8", "1.1", Some("1.11")), None);
        assert_eq!(tenth("1.9", "2.1", Some("2.11")), None);
        assert_eq!(tenth("1.9", "1.10", None), None);
    }

    #[test]
    fn numbers_below_a_number() {
        for (cell, number) in [("a", "a"), ("(b)", "b"), ("ア", "ア"), ("２", "2"), ("ii)", "ii"), ("③", "3")] {
            assert_eq!(sub(cell).as_deref(), Some(number), "{cell}");
        }
        for cell in ["", "ab", "1.2", "はい", "-"] {
            assert_eq!(sub(cell), None, "{cell}");
        }
        for (cell, number) in [("Q1. なぜ?", "Q1"), ("問 2 なぜ", "問2"), ("Question 3: why", "Question3")] {
            assert_eq!(question(cell).as_deref(), Some(number), "{cell}");
        }
        assert_eq!(question("Quality first"), None);
    }

    #[test]
    fn heading_numbers() {
        for (cell, number) in [
            ("1. 方針", "1"),
            ("10. 遵守", "10"),
            ("6 運用", "6"),
            ("６．運用", "6"),
            ("第6章 運用", "6"),
            ("第6章運用", "6"),
            ("3.1 雇用前", "3.1"),
            ("3-1. 雇用前", "3.1"),
            ("2. 2段階認証", "2"),
        ] {
            assert_eq!(heading(cell).as_deref(), Some(number), "{cell}");
        }
        for cell in ["内部組織", "1", "1.", "1.5倍にする", "2013年版", "ISO 27001"] {
            assert_eq!(heading(cell), None, "{cell}");
        }
    }
}
