//! Whole sheets: the shipped sample and the real one, in every format, there and back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{Format as Look, FormatBorder, Workbook};

use super::*;
use crate::model::{Answer, Item};

mod build;
mod damage;
mod documents;
mod filling;
mod properties;

const SAMPLE: &str = include_str!("../../../reports/demo/sample-sheet.txt");

/// The folder that is shared between clones; none where it is absent.
pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAKUNIN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    Some(path)
}

fn real() -> Option<String> {
    shared("sheets/aianalyst-meti2013.txt").map(|p| std::fs::read_to_string(p).unwrap())
}

/// The sample, and the real sheet where there is one.
fn sheets() -> Vec<String> {
    [Some(SAMPLE.to_owned()), real()].into_iter().flatten().collect()
}

fn rows_of(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|l| l.split('\t').collect()).collect()
}

fn as_csv(text: &str) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows_of(text) {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A workbook as people make them: a cover, borders, wrapping, merged headings, numbers as numbers.
fn as_xlsx(text: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("表紙").unwrap().write(0, 0, "改訂履歴").unwrap();
    let look = Look::new().set_border(FormatBorder::Thin).set_text_wrap();
    let head = look.clone().set_bold();
    let sheet = workbook.add_worksheet().set_name("チェックシート & 1").unwrap();
    sheet.set_column_width(1, 60).unwrap().set_column_width(3, 80).unwrap();
    for (row, cells) in (0u32..).zip(rows_of(text)) {
        if cells.len() == 4 && cells[1..].iter().all(|c| c.is_empty()) {
            sheet.merge_range(row, 0, row, 3, cells[0], &head).unwrap();
            continue;
        }
        for (column, cell) in (0u16..).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) if column == 0 => sheet.write_with_format(row, column, number, &look).unwrap(),
                _ if cell.is_empty() => sheet.write_blank(row, column, &look).unwrap(),
                _ => sheet.write_with_format(row, column, cell, &look).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The same sheet in every format: file name and bytes.
fn formats(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bom = b"\xEF\xBB\xBF".as_slice();
    let csv = as_csv(text);
    let sjis = |bytes: &[u8]| SHIFT_JIS.encode(std::str::from_utf8(bytes).unwrap()).0.into_owned();
    vec![
        ("sheet.txt", text.as_bytes().to_vec()),
        ("crlf.txt", text.replace('\n', "\r\n").into_bytes()),
        ("bom.tsv", [bom, text.as_bytes()].concat()),
        ("sjis.txt", sjis(text.as_bytes())),
        ("utf8.csv", csv.clone()),
        ("bom.csv", [bom, &csv].concat()),
        ("sjis.csv", sjis(&csv)),
        ("Sheet.XLSX", as_xlsx(text)),
    ]
}

/// Items without their places, which differ between formats.
fn placeless(sheet: &Sheet) -> Vec<Item> {
    sheet.items.iter().cloned().map(|i| Item { at: String::new(), ..i }).collect()
}

fn item<'s>(sheet: &'s Sheet, id: &str) -> &'s Item {
    sheet.items.iter().find(|i| i.id == id).unwrap_or_else(|| panic!("no item {id}"))
}

#[test]
fn the_real_sheet() {
    let (Some(text), Some(claims)) = (real(), shared("spec/sheet-claims.yaml")) else { return };
    let sheet = read_bytes("aianalyst-meti2013.txt", text.as_bytes()).unwrap();
    // Ids and answers, in order, as the reference has them.
    let claims = std::fs::read_to_string(claims).unwrap();
    let expected: Vec<(&str, &str)> = claims
        .lines()
        .filter_map(|l| l.strip_prefix("- {item: \"")?.split_once("\", answer: "))
        .map(|(id, rest)| (id, rest.split(',').next().unwrap()))
        .collect();
    assert_eq!(expected.len(), 66);
    let answer = |a: Answer| {
        if a == Answer::Yes {
            "yes"
        } else if a == Answer::Na {
            "na"
        } else {
            "?"
        }
    };
    let found: Vec<(&str, &str)> = sheet.items.iter().map(|i| (i.id.as_str(), answer(i.answer))).collect();
    assert_eq!(found, expected);

    assert_eq!(sheet.layout.header_row, Some(11));
    assert_eq!(sheet.layout.encoding, "UTF-8");
    let columns: Vec<(&str, usize)> = sheet.layout.columns.iter().map(|(r, c)| (r.as_str(), *c)).collect();
    assert_eq!(columns, [("answer", 2), ("number", 0), ("remark", 3), ("text", 1)]);
    let unread: Vec<(&str, &str)> = sheet.unread.iter().map(|u| (u.at.as_str(), u.why.as_str())).collect();
    assert_eq!(unread, ["line 3", "line 4", "line 5", "line 7", "line 9"].map(|at| (at, "preamble")));

    // Lines, headings, and the blank line before 6.19.
    assert_eq!(item(&sheet, "6.19").at, "line 60");
    assert_eq!(item(&sheet, "3.2.1").section.len(), 2);
    assert!(item(&sheet, "6.29").section[0].starts_with("6. "));

    // Dittos.
    let referred = item(&sheet, "5.3").remark.clone();
    assert!(referred.starts_with("AWS"));
    for id in ["5.4", "5.5"] {
        assert_eq!(item(&sheet, id).remark, "同上");
        assert_eq!(item(&sheet, id).remark_resolved, referred);
        assert_eq!(item(&sheet, id).urls, item(&sheet, "5.3").urls);
    }
    let (above, begins) = (item(&sheet, "6.9"), item(&sheet, "6.10"));
    let rest = begins.remark.strip_prefix("同上。 ").unwrap();
    assert_eq!(begins.remark_resolved, format!("{} {rest}", above.remark));
    let changed: BTreeSet<&str> =
        sheet.items.iter().filter(|i| i.remark != i.remark_resolved).map(|i| i.id.as_str()).collect();
    assert_eq!(changed, BTreeSet::from(["5.4", "5.5", "6.10"]));

    // Concessions: those, and no others.
    let conceding: Vec<&str> =
        sheet.items.iter().filter(|i| !i.concessions.is_empty()).map(|i| i.id.as_str()).collect();
    assert_eq!(conceding, ["6.13", "6.22", "8.3", "10.6"]);
    assert!(item(&sheet, "6.13").concessions[0].starts_with("ただし"));

    // Pages.
    let citing: BTreeMap<&str, usize> =
        sheet.items.iter().filter(|i| !i.urls.is_empty()).map(|i| (i.id.as_str(), i.urls.len())).collect();
    assert_eq!(
        citing,
        BTreeMap::from([
            ("1.1", 1),
            ("2.1.4", 1),
            ("5.3", 1),
            ("5.4", 1),
            ("5.5", 1),
            ("6.17", 1),
            ("9.1", 1),
            ("10.2", 1)
        ])
    );
    assert!(item(&sheet, "9.1").urls[0].ends_with("environmental-byaws/"));
}

#[test]
fn the_sample_sheet() {
    let sheet = read_bytes("sample-sheet.txt", SAMPLE.as_bytes()).unwrap();
    assert_eq!(sheet.items.len(), 43);
    let count = |answer| sheet.items.iter().filter(|i| i.answer == answer).count();
    assert_eq!([Answer::Yes, Answer::Na, Answer::No, Answer::Partial, Answer::Unknown].map(count), [33, 6, 2, 2, 0]);
    let conceding: Vec<&str> =
        sheet.items.iter().filter(|i| !i.concessions.is_empty()).map(|i| i.id.as_str()).collect();
    assert_eq!(conceding, ["6.1", "6.9", "6.15", "10.3"]);
    assert_eq!(item(&sheet, "5.4").remark_resolved, item(&sheet, "5.2").remark);
    assert!(item(&sheet, "6.6").remark_resolved.starts_with(&item(&sheet, "6.5").remark));
    assert_eq!(item(&sheet, "2.1.2").urls, ["https://example.com/terms"]);
    assert!(item(&sheet, "6.12").remark.ends_with('。'), "trailing spaces are no part of the remark");
    assert!(sheet.unread.iter().all(|u| u.why == "preamble"));
    let urls: BTreeSet<&str> = sheet.items.iter().flat_map(|i| &i.urls).map(String::as_str).collect();
    assert!(urls.len() >= 5 && urls.iter().all(|u| u.starts_with("https://example.com/")));
}

#[test]
fn every_format_reads_to_the_same_items() {
    for text in sheets() {
        let expected = placeless(&read_bytes("a.txt", text.as_bytes()).unwrap());
        for (name, bytes) in formats(&text) {
            let sheet = read_bytes(name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(placeless(&sheet), expected, "{name}");
            let encoding = match name {
                n if n.starts_with("bom") => "UTF-8 with BOM",
                n if n.starts_with("sjis") => "Shift_JIS",
                "Sheet.XLSX" => "",
                _ => "UTF-8",
            };
            assert_eq!(sheet.layout.encoding, encoding, "{name}");
            let preamble = sheet.unread.iter().filter(|u| u.why == "preamble").count();
            assert_eq!(preamble, sheet.unread.len() - usize::from(name == "Sheet.XLSX"), "{name}: {:?}", sheet.unread);
        }
    }
}

#[test]
fn a_workbook_says_where_its_cells_stand() {
    let sheet = read_bytes("a.xlsx", &as_xlsx(SAMPLE)).unwrap();
    assert_eq!(sheet.layout.worksheet.as_deref(), Some("チェックシート & 1"));
    assert_eq!(sheet.layout.header_row, Some(8));
    assert_eq!(item(&sheet, "1.1").at, "チェックシート & 1!B10");
    assert_eq!(sheet.unread[1].at, "チェックシート & 1!A2");
    let cover = &sheet.unread[0];
    assert_eq!(
        (cover.at.as_str(), cover.why.as_str()),
        ("表紙", "no check sheet: no header with words such as 確認事項 and 回答, and no column of answers")
    );
}

fn message(name: &str, bytes: &[u8]) -> String {
    read_bytes(name, bytes).unwrap_err().to_string()
}

#[test]
fn errors_say_where_and_what_to_do() {
    let missing = read(Path::new("no/such/sheet.txt")).unwrap_err().to_string();
    assert!(missing.contains("no/such/sheet.txt"), "{missing}");
    for name in ["a.pdf", "a.doc", "a"] {
        let text = message(name, b"x");
        assert!(text.contains(".txt, .tsv, .csv, .xlsx"), "{text}");
    }
    assert!(message("a.txt", b"").contains("an empty file"));
    assert!(message("a.txt", "ただの文章\n".as_bytes()).contains("ただの文章"));
    let text = message("a.txt", "No\t確認事項\t回答\nx\ty\n".as_bytes());
    assert!(text.contains("a.txt, line 1: ") && text.contains("1 rows"), "{text}");
    let text = message("a.csv", "No,確認事項,回答\n1,\"a,○\n2,b,○\n".as_bytes());
    assert!(text.contains("a.csv, line 2: "), "{text}");
    let mut other = Workbook::new();
    other.add_worksheet().set_name("売上").unwrap().write(0, 0, "x").unwrap();
    let text = message("a.xlsx", &other.save_to_buffer().unwrap());
    assert!(text.contains("売上"), "{text}");
    assert!(matches!(read_bytes("a.xlsx", b"PK\x03\x04junk"), Err(SheetError::Workbook { .. })));
    let mut locked = open::COMPOUND_FILE.to_vec();
    assert!(message("a.xlsx", &locked).contains("compound file"));
    assert!(message("a.docx", &locked).contains(".doc)"));
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(matches!(read_bytes("a.xlsx", &locked), Err(SheetError::Password { .. })));
}

#[test]
fn a_number_that_comes_again_loses_no_item() {
    let text = "No\t確認事項\t回答\n1. x\t\t\n1\ta\t○\n2\tb\t○\n1\tc\t×\n";
    assert_eq!(ids(text), ["1.1", "1.2", "1.1-2"]);
    let sheet = read_bytes("a.txt", text.as_bytes()).unwrap();
    assert_eq!((sheet.unread[0].at.as_str(), sheet.unread[0].text.as_str()), ("line 5", "c"));
    assert!(sheet.unread[0].why.contains("1.1-2"));
}

fn ids(text: &str) -> Vec<String> {
    read_bytes("a.txt", text.as_bytes()).unwrap().items.into_iter().map(|i| i.id).collect()
}

#[test]
fn numbering() {
    // Before any section; jumps; repeats under another heading.
    assert_eq!(ids("No\t確認事項\t回答\n1\ta\t○\n7\tb\t○\n2. x\t\t\n1\tc\t○\n"), ["1", "7", "2.1"]);
    // The sheet's own dotted numbers stay.
    assert_eq!(ids("No\t確認事項\t回答\n6. x\t\t\n6.1\ta\t○\n6.10\tb\t○\n"), ["6.1", "6.10"]);
    assert_eq!(ids("No\t確認事項\t回答\n3. x\t\t\n3.1 y\t\t\n1\ta\t○\n3.3 z\t\t\n1\tb\t○\n"), ["3.1.1", "3.3.1"]);
    // Dots after items' numbers, and sections over two cells.
    assert_eq!(ids("No\t確認事項\t回答\n1.\ta\t○\n2.\tb\t\n"), ["1", "2"]);
    assert_eq!(ids("No\t確認事項\t回答\n6.\tx\t\n1\ta\t○\n"), ["6.1"]);
    // Items directly below a section, then below sub-headings.
    assert_eq!(
        ids("No\t確認事項\t回答\n2. x\t\t\n1\ta\t○\ny\t\t\n1\tb\t○\nz\t\t\n1\tc\t○\n"),
        ["2.1", "2.1.1", "2.2.1"]
    );
    // An unanswered item is one.
    assert_eq!(ids("No\tQuestion\tAnswer\n1\ta\t\n2\tb\tYes\n"), ["1", "2"]);
}

#[test]
fn what_is_no_heading_does_not_shift_the_numbers() {
    let text = "No\t確認事項\t回答\t備考\n6. x\t\t\t\n1\ta\t○\tここまで\n続きの行\n※ 注記\t\t\t\n終わりの文です。\t\t\t\n2\tb\t○\t\n以上の項目\t\t\t\n";
    assert_eq!(ids(text), ["6.1", "6.2"]);
    let sheet = read_bytes("a.txt", text.as_bytes()).unwrap();
    let unread: Vec<(&str, &str)> = sheet.unread.iter().map(|u| (u.at.as_str(), u.why.as_str())).collect();
    let neither = "neither item nor heading";
    assert_eq!(unread, [("line 4", neither), ("line 5", neither), ("line 6", neither), ("line 8", neither)]);
}

#[test]
fn what_is_not_understood_is_listed_with_its_reason() {
    let text = "No\t確認事項\t回答\t備考\t担当\n1. x\t\t\t\t\n1\ta\t○\t同上\t山田\t余分\n2\t\t○\n\tb\t○\n空の見出し\t\t\t\t\n9. y\t\t\t\t\n";
    let sheet = read_bytes("a.txt", text.as_bytes()).unwrap();
    let unread: Vec<(&str, &str, &str)> =
        sheet.unread.iter().map(|u| (u.at.as_str(), u.text.trim_end(), u.why.as_str())).collect();
    assert_eq!(
        unread,
        [
            ("line 1", "担当", "column that is not read"),
            ("line 3", "同上", "ditto that refers to nothing"),
            ("line 3", "余分", "cell beside an item, in a column without a header"),
            ("line 4", "2\t\t○", "number without text"),
            ("line 6", "空の見出し", "heading without items"),
            ("line 7", "9. y", "heading without items"),
        ]
    );
}

#[test]
fn english_and_headerless_sheets() {
    let text = "No,Question,Answer,Remarks\n1,Are backups taken?,Yes,\"Daily, see https://example.com/b.\"\n2,Are they tested?,Partial,\"Same as above, but not tested.\"\n";
    let sheet = read_bytes("a.csv", text.as_bytes()).unwrap();
    assert_eq!(item(&sheet, "2").answer, Answer::Partial);
    assert_eq!(item(&sheet, "2").remark_resolved, "Daily, see https://example.com/b. but not tested.");
    assert_eq!(item(&sheet, "2").urls, ["https://example.com/b"]);
    assert_eq!(item(&sheet, "2").concessions.len(), 1);

    let sheet = read_bytes("a.tsv", "1\t暗号化\t○\tする\n".as_bytes()).unwrap();
    assert_eq!((sheet.items.len(), sheet.layout.header_row), (1, None));
    // Without a header and a remark, what is filled in does not become the remark.
    let text = "1\ta\t○\n";
    let sheet = read_bytes("a.tsv", text.as_bytes()).unwrap();
    let filled = filling::fill("a.tsv", text.as_bytes(), &sheet, &filling::columns(&sheet)).unwrap();
    assert_eq!(read_bytes("a.tsv", &filled).unwrap().items, sheet.items);
    let semicolons = read_bytes("a.csv", "No;Question;Answer\n1;a, b;Yes\n".as_bytes()).unwrap();
    assert_eq!((semicolons.layout.delimiter, semicolons.items[0].text.as_str()), (Some(';'), "a, b"));
}

#[test]
fn a_stray_cell_at_the_end_of_a_worksheet_costs_nothing() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, cell) in (0u16..).zip(["No", "確認事項", "回答"]) {
        sheet.write(0, column, cell).unwrap();
    }
    sheet.write(1, 0, 1.0).unwrap().write(1, 1, "二行の\n事項").unwrap().write(1, 2, "○").unwrap();
    sheet.write(1_048_575, 16_383, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let sheet = read_bytes("a.xlsx", &bytes).unwrap();
    assert_eq!(item(&sheet, "1").text, "二行の\n事項");
    assert_eq!((sheet.unread[0].at.as_str(), sheet.unread[0].text.as_str()), ("Sheet1!XFD1048576", "x"));
}
