//! What holds for any item.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::mapping::statements;
use crate::model::{Answer, Part, Statement};

use super::item;

/// Ends of clauses and sentences, ties, marks: what a splitter trips over.
const GLUE: [&str; 56] = [
    "を取得し、",
    "を保護すること。",
    "していますか？",
    "及び",
    "、",
    "。",
    "\n",
    "\n・",
    " - ",
    "(",
    "）",
    "「",
    "」",
    "しており、",
    "ますが、",
    "しておりません。",
    "又は",
    "を除き、",
    "のみ",
    "場合は、",
    "ため、",
    "a) ",
    "b) ",
    "（1）",
    "（2）",
    "①",
    "②",
    "※",
    "は、",
    "が",
    "に対し、",
    "ことが望ましく、",
    "年1回",
    "90日間",
    "TLS1.2",
    "https://example.com/x ",
    " and ",
    ", ",
    ". ",
    "? ",
    "Are ",
    "Do you ",
    " are logged",
    " is encrypted",
    "in transit and at rest",
    " or ",
    "; ",
    "; however, ",
    "but not ",
    " every 90 days",
    "ISO/IEC 27001",
    "<br>",
    "：",
    " ",
    "など",
    "ｱﾞ",
];

fn sheet_like() -> impl Strategy<Value = String> {
    prop::collection::vec((0..GLUE.len(), prop::option::of(0..1000_u16)), 0..24).prop_map(|parts| {
        parts
            .into_iter()
            .map(|(glue, noun)| noun.map_or_else(|| GLUE[glue].to_owned(), |n| format!("{}{}", noun_of(n), GLUE[glue])))
            .collect()
    })
}

/// A noun that is found again by its number.
fn noun_of(number: u16) -> String {
    if number.is_multiple_of(2) { format!("資産K{number}Z") } else { format!("asset{number}z") }
}

fn all_words(statements: &[Statement]) -> String {
    let mut words = String::new();
    for s in statements {
        for text in std::iter::once(&s.text).chain(&s.except).chain(&s.only).chain(&s.urls) {
            words.push_str(&text.to_lowercase());
            words.push('\n');
        }
    }
    words
}

proptest! {
    #[test]
    fn any_text_is_taken(text in any::<String>(), remark in any::<String>()) {
        let item = item(&text, &remark, Answer::Yes);
        prop_assert_eq!(statements(&item), statements(&item));
    }

    #[test]
    fn no_noun_of_the_text_vanishes(text in sheet_like()) {
        let found = all_words(&statements(&item(&text, "", Answer::Yes)));
        for number in 0..1000 {
            let noun = noun_of(number).to_lowercase();
            prop_assert!(!text.to_lowercase().contains(&noun) || found.contains(&noun), "{noun} of {text:?} is not in {found:?}");
        }
    }

    #[test]
    fn a_concession_is_marked(remark in sheet_like()) {
        let item = item("", &remark, Answer::Yes);
        let found = statements(&item);
        prop_assert!(item.concessions.is_empty() || found.iter().any(|s| s.conceded), "{:?} {found:?}", item.concessions);
        prop_assert!(!item.concessions.is_empty() || found.iter().all(|s| !s.conceded));
    }

    #[test]
    fn every_page_is_kept(text in sheet_like(), remark in sheet_like()) {
        let item = item(&text, &remark, Answer::Yes);
        let found = statements(&item);
        for (part, written) in [(Part::Text, &text), (Part::Remark, &remark)] {
            for url in crate::sheet::remark::urls(&[written]) {
                prop_assert!(found.iter().any(|s| s.part == part && s.urls.contains(&url)), "{url} of {written:?}: {found:?}");
            }
        }
    }

    #[test]
    fn statements_have_words_and_no_copies(text in sheet_like(), remark in sheet_like()) {
        let found = statements(&item(&text, &remark, Answer::Partial));
        for (i, s) in found.iter().enumerate() {
            prop_assert!(s.text.chars().any(char::is_alphanumeric), "{:?}", s.text);
            prop_assert!(found[..i].iter().all(|o| (o.part, o.conceded, &o.text) != (s.part, s.conceded, &s.text)));
        }
    }

    #[test]
    fn one_statement_stays_one(noun in 0..1000_u16, verb in prop::sample::select(vec![
        "を記録する", "を定期的に見直すこと", "は暗号化されている", "を毎日取得しています", " are logged", " is encrypted at rest",
    ])) {
        let text = format!("{}{verb}", noun_of(noun));
        let found = statements(&item(&text, "", Answer::Yes));
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].text, &text);
        prop_assert_eq!(&statements(&item(&found[0].text, "", Answer::Yes)), &found);
    }
}

/// What might make a pattern or a loop go over a text again and again: four times the text takes about four times as long,
/// not sixteen. (A release build reads 100 kB of each in well under a second; this one is some thirty times slower.)
#[test]
fn long_items_take_no_long_time() {
    let time = |seed: &str, bytes: usize| {
        let item = item(&seed.repeat(bytes / seed.len()), "", Answer::Yes);
        let start = Instant::now();
        let found = statements(&item).len();
        (start.elapsed(), found)
    };
    // Patterns compile at first use.
    statements(&item("ログを取得し、検査すること。Logs are kept.", "なお、年1回。", Answer::Yes));
    for seed in [
        "取得し、",
        "ログを取得し、検査すること。",
        "・項目\n",
        "a) b) ",
        "(",
        "「（",
        "及び",
        "資産及び",
        "、",
        "https://example.com/a ",
        "ログ、",
        "logs, ",
        "logs and ",
        "Logs are kept and stored. ",
        "is logged and ",
        "開発環境を除き、",
        "本番のみ、",
        "90日 ",
        "毎日 ",
        "以外",
        "ISO 27001, ",
        "①②",
        "ただし、していません。",
        "しておりますが、",
        "場合は、",
        "ため、",
        "\n",
        ". ",
        "Do you log? ",
        "あ",
        "a",
        "1",
        "次を記録する:\n・認証\n",
        "- a\n",
        "; we are ",
        ", and we are ",
        "(開発を除く)",
    ] {
        let (short, _) = time(seed, 8_000);
        let (long, found) = time(seed, 32_000);
        eprintln!("{short:>12?} {long:>12?} {found:>6} {seed:?}");
        assert!(long < short * 10 + Duration::from_secs(2), "{seed:?}: 8 kB {short:?}, 32 kB {long:?}");
    }
}
