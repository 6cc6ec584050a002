//! Damaged files of every format: read or refused, never a panic, never without bound.
//! `KAKUNIN_CASES` raises the number of cases.

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::build::{as_docx, as_markdown, as_ods};
use super::documents::{FIXTURES, assert_round_trip, fixture};
use super::filling::{columns, entries};
use super::*;
use crate::model::Lang;

fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("KAKUNIN_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(usual),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const SMALL: &str = "No\t確認事項\t実施の有無\t備考\n1. 組織\t\t\t\n1\t責任者\t○\thttps://example.com\n2\t委託\t×\t\n";

/// A small valid file of every format.
fn valid() -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&str, Vec<u8>)> = FIXTURES.iter().map(|name| (*name, fixture(name))).collect();
    all.extend([
        ("a.md", as_markdown(SMALL)),
        ("a.docx", as_docx(SMALL)),
        ("a.ods", as_ods(SMALL)),
        ("a.xlsx", as_xlsx(SMALL)),
        ("a.csv", as_csv(SMALL)),
        ("a.txt", SMALL.as_bytes().to_vec()),
        ("b.txt", SMALL.replace('\t', " | ").into_bytes()),
    ]);
    all
}

#[derive(Debug, Clone)]
enum Change {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index, prop::sample::Index),
    Double(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, &'static str),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    use prop::sample::{Index, select};
    let pieces = vec![
        "<",
        ">",
        "\"",
        "/>",
        "&",
        "&#0;",
        "<!--",
        "]]>",
        "|",
        "\n",
        "\0",
        "\u{FEFF}",
        "65535",
        "-1",
        "18446744073709551615",
        "<row r=\"1048576\"/>",
        "<c r=\"XFD1048576\"><v>1</v></c>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:p/>",
        "<w:del>",
        "<w:gridSpan w:val=\"99999999\"/>",
        "<table:table-row table:number-rows-repeated=\"4294967295\">",
        "table:number-columns-repeated=\"18446744073709551615\"",
        "- [x] ",
        "```",
    ];
    let change = prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, by)| Change::Flip(at, by)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Cut(a, b)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Double(a, b)),
        3 => (any::<Index>(), select(pieces)).prop_map(|(at, piece)| Change::Insert(at, piece)),
    ];
    prop::collection::vec(change, 1..6)
}

fn damaged(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        // Pieces of up to a tenth, so that something is left.
        let piece = |a: &prop::sample::Index, b: &prop::sample::Index| {
            let from = a.index(length);
            from..(from + b.index(length / 10 + 1)).min(length)
        };
        match change {
            Change::Flip(at, by) => bytes[at.index(length)] ^= by,
            Change::Cut(a, b) => drop(bytes.drain(piece(a, b))),
            Change::Double(a, b) => {
                let again = bytes[piece(a, b)].to_vec();
                bytes.extend(again);
            }
            Change::Insert(at, text) => drop(bytes.splice(at.index(length)..at.index(length), text.bytes())),
        }
    }
    bytes
}

/// Damages one part inside a zip file, or the file itself; parts may be left out or swapped.
fn damaged_inside(bytes: &[u8], part: prop::sample::Index, changes: &[Change], swap: u8) -> Vec<u8> {
    let mut parts: Vec<(String, Vec<u8>)> = entries(bytes).into_iter().map(|(name, _, plain)| (name, plain)).collect();
    let at = part.index(parts.len());
    match swap {
        0 => drop(parts.remove(at)),
        1 => {
            let other = (at + 1) % parts.len();
            let text = parts[at].1.clone();
            parts[other].1 = text;
        }
        _ => parts[at].1 = damaged(std::mem::take(&mut parts[at].1), changes),
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, plain) in parts {
        if writer.start_file(name, zip::write::SimpleFileOptions::default()).is_ok() {
            writer.write_all(&plain).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// Reads and fills; what can be filled reads the same again.
fn try_all(name: &str, bytes: &[u8]) {
    let start = Instant::now();
    if let Ok(sheet) = read_bytes(name, bytes) {
        for how in [Fill::Columns, Fill::EvidenceSheet(Lang::En)] {
            if let Ok(filled) = fill(name, bytes, &sheet, &columns(&sheet), how)
                && let Ok(again) = read_bytes(&filled.name, &filled.bytes)
            {
                let ids = |sheet: &Sheet| sheet.items.iter().map(|i| (i.id.clone(), i.answer)).collect::<Vec<_>>();
                assert_eq!(ids(&again), ids(&sheet), "{name}, {how:?}");
            }
        }
    }
    // Five times and more for a build without optimisation on a machine that does other things.
    assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn damaged_files_are_read_or_refused(which in any::<prop::sample::Index>(), changes in changes()) {
        let all = valid();
        let (name, bytes) = &all[which.index(all.len())];
        try_all(name, &damaged(bytes.clone(), &changes));
    }

    #[test]
    fn damaged_parts_are_read_or_refused(
        which in any::<prop::sample::Index>(), part in any::<prop::sample::Index>(), changes in changes(), swap in 0u8..12
    ) {
        let all: Vec<_> = valid().into_iter().filter(|(_, bytes)| bytes.starts_with(b"PK")).collect();
        let (name, bytes) = &all[which.index(all.len())];
        try_all(name, &damaged_inside(bytes, part, &changes, swap));
    }

    #[test]
    fn any_bytes_under_every_ending(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0usize..5) {
        let start: &[u8] = [b"".as_slice(), b"PK\x03\x04", open::COMPOUND_FILE, b"\xFF\xFE", b"| a | b |\n|---|---|\n"][start];
        let bytes = [start, &bytes].concat();
        for name in ["a.txt", "a.tsv", "a.csv", "a.md", "a.xlsx", "a.xlsb", "a.xls", "a.ods", "a.docx"] {
            try_all(name, &bytes);
        }
    }
}

/// Cells that the formats write in their own ways.
fn written() -> impl Strategy<Value = String> {
    let words = vec![
        "",
        "暗号化する",
        "a_b",
        "*x*",
        "`c`",
        "a | b",
        "<b>",
        "&amp;",
        "\\",
        "[x](y)",
        "1.5",
        "続き  あり",
        "#",
        "- ",
        "~~z~~",
        "https://example.com/a_b",
    ];
    prop::collection::vec(prop::sample::select(words), 0..3).prop_map(|words| words.concat().trim().to_owned())
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn generated_sheets_go_there_and_back(
        rows in prop::collection::vec((written(), prop::sample::select(vec!["○", "×", "△", "-"]), written(), 0u8..6), 1..8)
    ) {
        let mut text = String::from("No\t確認事項\t実施の有無\t備考\n");
        let mut number = 0;
        for (section, (what, answer, remark, heading)) in rows.iter().enumerate() {
            if *heading == 0 {
                text.push_str(&format!("{}. 見出し\t\t\t\n", section + 1));
                number = 0;
            }
            number += 1;
            text.push_str(&format!("{number}\t問い{what}\t{answer}\t{remark}\n"));
        }
        let Ok(expected) = read_bytes("a.txt", text.as_bytes()) else { return Ok(()) };
        for (name, bytes) in
            [("a.md", as_markdown(&text)), ("a.docx", as_docx(&text)), ("a.ods", as_ods(&text)), ("a.xlsx", as_xlsx(&text))]
        {
            let found = read_bytes(name, &bytes).unwrap();
            let items = |sheet: &Sheet| {
                let words = |t: &str| t.split_whitespace().collect::<String>();
                sheet.items.iter().map(|i| (i.id.clone(), words(&i.text), i.answer, words(&i.remark))).collect::<Vec<_>>()
            };
            prop_assert_eq!(items(&found), items(&expected), "{}", name);
            assert_round_trip(name, &bytes);
        }
    }
}
