//! Numbers of items and headings.

use super::pattern::{Pattern, normal, pattern};

static ITEM: Pattern = pattern!(
    r"^(?i:no\.?\s*|項番\s*|第)?\(?((?:[A-Za-z]{1,3}[.\-]?)?[0-9]{1,6}(?:[.\-][0-9]{1,6}){0,5})\)?[.:、,)]?(?:項|号)?$"
);
static HEADING: Pattern = pattern!(
    r"^(?:第\s*)?([0-9]{1,4}(?:[.\-][0-9]{1,4}){0,4})(?:\s*(?:章|節)?[.、:)]?\s+|\s*(?:章|節|[.、:)]))(\S.*)$"
);

/// The number of an item: `1`, `(1)`, `①`, `1.`, `６．２`, `No.3`, `A.5.1`; dots between its parts. None where it is no number.
/// A spreadsheet's `1.0` is 1.
pub(crate) fn item(cell: &str) -> Option<String> {
    let normal = normal(cell);
    let number = ITEM.captures(&normal)?.get(1)?.as_str().replace('-', ".");
    match number.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) => Some(whole.to_owned()),
        _ => Some(number),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(ITEM.compiles() && HEADING.compiles());
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
        ] {
            assert_eq!(item(cell).as_deref(), Some(number), "{cell}");
        }
        for cell in ["", "1. 基本方針", "一", "○", "-", "2024年", "1 2", "1.2.3.4.5.6.7", "1..2"] {
            assert_eq!(item(cell), None, "{cell}");
        }
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
