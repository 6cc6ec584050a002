//! What holds of any bytes.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use proptest::prelude::*;

use super::filling::{columns, entries, fill};
use super::*;

/// Lines of a text sheet that hold something, and whether the reader accounts for each.
fn assert_nothing_lost(name: &str, text: &str, sheet: &Sheet, kinds: &[(usize, RowKind)]) {
    let items: BTreeSet<&str> = sheet.items.iter().map(|i| i.at.as_str()).collect();
    let unread: BTreeSet<&str> = sheet.unread.iter().map(|u| u.at.as_str()).collect();
    for (number, line) in (1..).zip(text.split('\n')) {
        let written = line.split('\t').any(|c| !grid::bare(c).is_empty());
        let at = format!("line {number}");
        let kind = kinds.iter().find(|(l, _)| *l == number).map(|(_, k)| *k);
        match kind {
            None | Some(RowKind::Blank) => assert!(!written, "{name}: {at} is lost: {line:?}"),
            Some(RowKind::Item) => assert!(items.contains(at.as_str()), "{at} {line:?}"),
            Some(RowKind::Unread) => assert!(unread.contains(at.as_str()), "{at} {line:?}"),
            Some(RowKind::Header | RowKind::Section | RowKind::SubHeading | RowKind::Continued) => {
                assert!(written && !items.contains(at.as_str()), "{at} {line:?}");
            }
        }
    }
    let count = kinds.iter().filter(|(_, k)| *k == RowKind::Item).count();
    assert_eq!(count, sheet.items.len());
    let ids: BTreeSet<&str> = sheet.items.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(ids.len(), sheet.items.len());
}

fn cell() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "",
        "",
        "1",
        "2",
        "3",
        "1.0",
        "6.29",
        "①",
        "6. 運用",
        "第3章 人",
        "内部組織",
        "確認事項",
        "実施の有無",
        "備考",
        "○",
        "-",
        "×",
        "同上",
        "同上。 続き",
        "同左",
        "ただし、行っておりません。",
        "https://example.com/a。",
        " ",
        "　",
        "※ 注",
        "\"",
        "a\"b",
        "\u{FEFF}",
        "\u{0}",
    ]);
    prop_oneof![4 => words.prop_map(str::to_owned), 1 => "[^\t\n]{0,12}"]
}

fn sheet_text() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(cell(), 0..6).prop_map(|cells| cells.join("\t"));
    (prop::collection::vec(line, 0..14), any::<bool>(), prop::sample::select(vec!["\n", "\r\n"])).prop_map(
        |(mut lines, header, end)| {
            if header {
                lines.insert(lines.len() / 4, "No\t確認事項\t実施の有無\t備考".to_owned());
            }
            lines.join(end)
        },
    )
}

const NAMES: [&str; 5] = ["a.txt", "a.tsv", "a.csv", "a.xlsx", "a.xlsm"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for name in NAMES {
            let _ = read_bytes(name, &bytes);
        }
    }

    #[test]
    fn no_line_is_lost_and_filling_changes_no_item(text in sheet_text()) {
        for name in ["a.txt", "a.tsv"] {
            let Ok(sheet) = read_bytes(name, text.as_bytes()) else { continue };
            assert_nothing_lost(name, &text, &sheet, &row_kinds(name, text.as_bytes()).unwrap().concat());
        }
        for name in NAMES {
            let Ok(sheet) = read_bytes(name, text.as_bytes()) else { continue };
            let columns = columns(&sheet);
            let filled = fill(name, text.as_bytes(), &sheet, &columns).unwrap();
            let again = read_bytes(name, &filled).unwrap();
            prop_assert_eq!(placeless(&again), placeless(&sheet));
        }
    }

    #[test]
    fn csv_and_workbook_read_as_the_text_does(text in sheet_text()) {
        let Ok(expected) = read_bytes("a.txt", text.as_bytes()) else { return Ok(()) };
        let expected = placeless(&expected);
        let csv = read_bytes("a.csv", &as_csv(&text)).map(|s| placeless(&s));
        prop_assert_eq!(csv.unwrap(), expected);
    }
}

/// The worksheet part of the sample as a workbook, with bytes changed, zipped again.
fn with_changed_part(changes: &[(usize, u8)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, _, mut plain) in entries(&as_xlsx(SAMPLE)) {
        if name.ends_with("sheet2.xml") || name.ends_with("workbook.xml") {
            let length = plain.len();
            for (at, byte) in changes {
                plain[at % length] = *byte;
            }
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&plain).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_damaged_workbook_is_read_or_refused(
        changes in prop::collection::vec((any::<usize>(), prop::sample::select(b"<>\"/ 0A9&=\xFF".to_vec())), 1..6)
    ) {
        let bytes = with_changed_part(&changes);
        if let Ok(sheet) = read_bytes("a.xlsx", &bytes)
            && let Ok(filled) = fill("a.xlsx", &bytes, &sheet, &columns(&sheet))
        {
            let _ = read_bytes("a.xlsx", &filled);
        }
    }
}
