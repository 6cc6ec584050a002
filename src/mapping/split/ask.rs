//! A question, as the statement that it asks for: 取得していますか？ asks whether 取得しています.

use crate::sheet::pattern::{Pattern, pattern};

/// A question that no yes or no answers; it stays as it is.
static OPEN_JA: Pattern = pattern!(
    r"(?:どの|どう|何|なに|いつ|どこ|誰|だれ|どれ|いくつ|いくら|なぜ|いかが|教えて|教示|記入|記載して|お聞かせ|列挙)"
);
/// What holds such a word and leaves nothing open.
const CLOSED: [&str; 10] =
    ["かどうか", "などの", "など", "何らか", "いつでも", "どこでも", "誰でも", "いくつか", "何か", "ほどの"];
static OPEN_EN: Pattern = pattern!(
    r"(?i)^\W*(?:and\s+)?(?:where|what|how|who|whom|whose|which|why|when|if yes|if so|if not|please|describe|list|explain|specify|provide|(?:in|for|to|from|at|on|under|by|with) (?:which|what|whom|how))(?-u:\b)"
);
/// The end of a Japanese question.
static END_JA: Pattern = pattern!(
    r"(?P<keep>(?:ます|です|る|た|い|う|む|く|す|つ|ぬ|ぶ|[\p{Han}\p{Katakana}ー)）]))?(?P<polite>でしょう|であります)?か(?P<doubt>どうか|否か)?\s*(?P<mark>[?？]*)[。.]*\s*$"
);
/// Words that end in か and ask nothing.
static NO_QUESTION: Pattern =
    pattern!(r"(?:明らか|確か|速やか|いささか|わずか|僅か|ほか|いつか|どこか|何か|なか|ませんか|とか|ばか|しか)$");

/// A word that makes a passive or perfect predicate.
static PARTICIPLE: Pattern = pattern!(
    r"(?i)^(?:[a-z-]+ed|kept|held|made|sent|set|run|read|built|shown|found|taken|given|done|written|known|able|available|aware|required|compliant|certified|redundant|unique|subject|responsible|capable|mandatory|in|up|segregated)$"
);
const DETERMINERS: [&str; 16] = [
    "the", "a", "an", "your", "all", "any", "our", "each", "every", "these", "those", "this", "that", "their", "its",
    "of",
];

/// Whether a sentence asks what no yes or no answers, or asks for words.
pub(super) fn open(sentence: &str) -> bool {
    let asks =
        sentence.trim_end().ends_with(['?', '？']) || sentence.contains("ください") || sentence.contains("下さい");
    if super::words::japanese(sentence) {
        (asks || ends_ja(sentence).is_some() || sentence.contains("願います") || sentence.contains("お願いします"))
            && OPEN_JA.is_match(&CLOSED.iter().fold(sentence.to_owned(), |text, word| text.replace(word, "")))
    } else {
        OPEN_EN.is_match(sentence)
    }
}

/// How many bytes of a Japanese sentence remain when its question mark and か are gone; none where it asks nothing.
fn ends_ja(sentence: &str) -> Option<usize> {
    let captures = END_JA.captures(sentence)?;
    let whole = captures.get(0)?;
    let keep = captures.name("keep").map_or("", |m| m.as_str());
    let end = captures.name("keep").map_or(whole.start(), |m| m.end());
    let asked = captures.name("mark").is_some_and(|m| !m.as_str().is_empty());
    let before = sentence.get(..end).unwrap_or_default();
    let with_ka = format!("{before}か");
    if NO_QUESTION.is_match(&with_ka) && captures.name("polite").is_none() {
        return None;
    }
    // 構造か is a question with its mark, or after a noun at the end; はるか without is a word.
    let verb = ["ます", "です", "る", "た", "い", "う"].contains(&keep);
    (asked || verb || captures.name("doubt").is_some() || captures.name("polite").is_some() || is_noun(keep))
        .then_some(end)
}

fn is_noun(keep: &str) -> bool {
    keep.chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || ('ァ'..='ー').contains(&c))
}

/// A Japanese sentence without its か and question mark.
pub(super) fn japanese(sentence: &str) -> &str {
    if open(sentence) {
        return sentence;
    }
    let Some(end) = ends_ja(sentence) else { return sentence };
    let kept = sentence.get(..end).unwrap_or(sentence);
    if kept.chars().any(char::is_alphanumeric) { kept.trim_end().trim_end_matches(['?', '？']) } else { sentence }
}

/// An English question as the statement that it asks for, where its words allow that without rewriting: `Do you encrypt
/// data?` becomes `You encrypt data`.
pub(super) fn english(sentence: &str) -> String {
    let text = sentence.trim();
    if OPEN_EN.is_match(text) {
        return text.to_owned();
    }
    let body = text.trim_end_matches(['?', '？', ' ']);
    if body.len() == text.len() {
        return text.to_owned();
    }
    let words: Vec<&str> = body.split_whitespace().collect();
    let Some((auxiliary, rest)) = words.split_first() else { return text.to_owned() };
    let lower = auxiliary.to_ascii_lowercase();
    let Some(second) = rest.first().map(|w| w.to_ascii_lowercase()) else { return body.to_owned() };
    // "Do you not share accounts?" and "Don't you?" cannot be turned around word by word.
    let not = |w: &str| w.eq_ignore_ascii_case("not") || w.contains("n't") || w.contains("n’t");
    if words.iter().take(3).any(|w| not(w)) {
        return text.to_owned();
    }
    let pronoun = matches!(second.as_str(), "you" | "we" | "they" | "it" | "there" | "this");
    match lower.as_str() {
        "do" | "did" => capital(&rest.join(" ")),
        "is" | "are" | "was" | "were" | "has" | "have" | "can" | "will" | "must" | "should" | "could" | "would"
            if pronoun =>
        {
            let (subject, predicate) = rest.split_at_checked(1).unwrap_or((rest, &[]));
            capital(&format!("{} {lower} {}", subject.join(" "), predicate.join(" ")))
        }
        "is" | "are" | "was" | "were" | "has" | "have" => match predicate(rest) {
            Some((subject, predicate)) => capital(&format!("{} {lower} {}", subject.join(" "), predicate.join(" "))),
            None => text.to_owned(),
        },
        "can" | "will" | "must" | "should" | "could" | "would" => match rest.iter().position(|w| *w == "be") {
            Some(at) if at > 0 => {
                let (subject, predicate) = rest.split_at_checked(at).unwrap_or((rest, &[]));
                capital(&format!("{} {lower} {}", subject.join(" "), predicate.join(" ")))
            }
            _ => text.to_owned(),
        },
        "does" => super::active::after_does(rest).map_or_else(|| text.to_owned(), |asked| capital(&asked)),
        _ => body.to_owned(),
    }
}

/// Where the subject of an inverted question ends.
fn predicate<'a, 'w>(words: &'a [&'w str]) -> Option<(&'a [&'w str], &'a [&'w str])> {
    let mut before: Option<String> = None;
    for (at, word) in words.iter().enumerate() {
        // "Are passwords not stored in plain text?"
        if at > 0 && matches!(*word, "not" | "never" | "always") {
            return words.split_at_checked(at);
        }
        let plain = word.trim_end_matches([',', '.', ';', ')']).to_ascii_lowercase();
        if let Some(last) = &before
            && PARTICIPLE.is_match(&plain)
            && !DETERMINERS.contains(&last.as_str())
            && !last.ends_with("ly")
            && !matches!(last.as_str(), "and" | "or" | "for" | "to" | "in" | "with" | "by" | "on" | "from")
            // "encryption in place" is a predicate, "systems in Europe" is not.
            && (plain != "in" || words.get(at + 1).is_some_and(|w| matches!(*w, "place" | "use" | "line")))
            && (plain != "up" || words.get(at + 1).is_some_and(|w| matches!(*w, "to" | "and")))
        {
            return words.split_at_checked(at);
        }
        before = Some(plain);
    }
    None
}

fn capital(text: &str) -> String {
    let mut characters = text.trim().chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [&OPEN_JA, &OPEN_EN, &END_JA, &NO_QUESTION, &PARTICIPLE] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn japanese_questions_become_statements() {
        table(
            [
                ("バックアップを取得していますか？", "バックアップを取得しています"),
                ("導入は必要でしょうか？", "導入は必要"),
                ("定義されているか。", "定義されている"),
                ("監視しているか", "監視している"),
                ("データセンタは耐震構造か", "データセンタは耐震構造"),
                ("取得済みでしょうか？", "取得済み"),
                ("対策は十分か？", "対策は十分"),
                ("有効になっているかどうか", "有効になっている"),
                ("ログはありますか?", "ログはあります"),
                ("作業などのタスクを管理していますか？", "作業などのタスクを管理しています"),
                // These ask nothing, or ask for more than yes or no.
                ("手順は明らか", "手順は明らか"),
                ("手順を定める", "手順を定める"),
                ("どのように管理していますか？", "どのように管理していますか？"),
                ("要件を教えてください。", "要件を教えてください。"),
                ("ログインできませんか？", "ログインできませんか？"),
            ],
            japanese,
        );
    }

    #[test]
    fn english_questions_become_statements() {
        table(
            [
                ("Do you encrypt data at rest?", "You encrypt data at rest"),
                ("Do your administrators use MFA?", "Your administrators use MFA"),
                ("Are your hardening standards documented?", "Your hardening standards are documented"),
                ("Are backups taken daily and restores tested?", "Backups are taken daily and restores tested"),
                ("Is there a process for patching?", "There is a process for patching"),
                ("Is encryption in place for traffic?", "Encryption is in place for traffic"),
                ("Are newly created accounts approved?", "Newly created accounts are approved"),
                ("Has management approved a policy?", "Management has approved a policy"),
                ("Have you tested the plan?", "You have tested the plan"),
                ("Where is the root password kept?", "Where is the root password kept?"),
                ("Does the vendor have a policy?", "The vendor has a policy"),
                ("Does the thing fly?", "Does the thing fly?"),
                ("Can data be exported at the end?", "Data can be exported at the end"),
                ("Are the passwords not stored in plain text?", "The passwords are not stored in plain text"),
                ("Is production data never used in tests?", "Production data is never used in tests"),
                ("Do you not share accounts?", "Do you not share accounts?"),
                ("Logs are kept.", "Logs are kept."),
            ],
            english,
        );
    }
}
