//! Numbers as people write them: digits, kanji, words.

/// A number below a thousand that is written as a word.
const WORDS: [(&str, u32); 22] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("fifteen", 15),
    ("eighteen", 18),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("sixty", 60),
    ("ninety", 90),
    ("once", 1),
    ("twice", 2),
    ("thrice", 3),
];

/// Digits, kanji (十二), or an English word; of a text uniform in width. None for anything else, and for what is too large.
pub(super) fn read(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let lower = text.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| *word == lower).map(|(_, n)| *n).or_else(|| kanji(text))
}

fn kanji(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut digit = None;
    for character in text.chars() {
        if let Some(at) = "〇一二三四五六七八九".chars().position(|c| c == character) {
            let value = u32::try_from(at).ok()?;
            digit = Some(digit.unwrap_or(0_u32).checked_mul(10)?.checked_add(value)?);
            continue;
        }
        let unit = match character {
            '十' => 10,
            '百' => 100,
            _ => return None,
        };
        total = total.checked_add(digit.unwrap_or(1).checked_mul(unit)?)?;
        digit = None;
    }
    (!text.is_empty()).then(|| total.checked_add(digit.unwrap_or(0))).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::read;

    #[test]
    fn numbers_are_read() {
        table(
            [
                ("90", Some(90)),
                ("三", Some(3)),
                ("十", Some(10)),
                ("十二", Some(12)),
                ("二十四", Some(24)),
                ("九〇", Some(90)),
                ("三百六十五", Some(365)),
                ("Twelve", Some(12)),
                ("twice", Some(2)),
                ("数", None),
                ("", None),
                ("99999999999999", None),
                ("〇九九九九九九九九九九九九", None),
            ],
            read,
        );
    }
}
