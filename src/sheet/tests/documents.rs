//! Workbooks and documents made by other programs, and by hand: read, filled, read again.

use super::build::{as_docx, as_markdown, as_ods};
use super::filling::entries;
use super::*;
use crate::model::Lang;

/// A file of tests/fixtures/sheets.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sheets").join(name)).unwrap()
}

pub(super) const FIXTURES: [&str; 4] = ["openpyxl.xlsx", "xlwt.xls", "odfpy.ods", "python-docx.docx"];

/// The columns that a report adds, and cells that formats find hard.
fn columns(sheet: &Sheet, lang: Lang) -> Vec<Column> {
    let headers = match lang {
        Lang::Ja => ["判定", "理由", "回答(下書き)", "備考(下書き)", "回答との一致"],
        Lang::En => ["verdict", "reason", "draft answer", "draft remark", "evidence"],
    };
    let cell = |header: &str, id: &str| format!("{header} {id}: \"<a & b>\" | c_d *e* ]]>\n=1+1  二行目");
    let of = |header: &str| {
        let items = sheet.items.iter().skip(usize::from(header == headers[1]));
        items.map(|i| (i.id.clone(), cell(header, &i.id))).collect()
    };
    headers.map(|header| Column { header: header.to_owned(), cells: of(header) }).into()
}

/// Fills in both ways, and asserts that the items stay as they are and that nothing else of a zip file changes.
pub(super) fn assert_round_trip(name: &str, bytes: &[u8]) {
    let sheet = read_bytes(name, bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    for how in [Fill::Columns, Fill::EvidenceSheet(Lang::Ja), Fill::EvidenceSheet(Lang::En)] {
        let added = columns(&sheet, if how == Fill::EvidenceSheet(Lang::En) { Lang::En } else { Lang::Ja });
        let filled = fill(name, bytes, &sheet, &added, how).unwrap_or_else(|e| panic!("{name}, {how:?}: {e}"));
        let again = read_bytes(&filled.name, &filled.bytes).unwrap_or_else(|e| panic!("{name}, {how:?}: {e}"));
        assert_eq!(placeless(&again), placeless(&sheet), "{name}, {how:?}");
        assert!(filled.bytes != bytes || filled.beside.is_some(), "{name}, {how:?}: nothing was added");
        if filled.name == name && bytes.starts_with(b"PK") {
            let (before, after) = (entries(bytes), entries(&filled.bytes));
            let kept = before.iter().zip(&after).filter(|(a, b)| a.0 == b.0 && a.1 == b.1).count();
            // One part has the cells; a new worksheet is named in three.
            let touched = if how == Fill::Columns || !name.to_lowercase().ends_with("xlsx") { 1 } else { 3 };
            assert_eq!(before.len() - kept, touched, "{name}, {how:?}");
            for (part, _, plain) in after.iter().filter(|(n, ..)| n.ends_with(".xml") || n.ends_with(".rels")) {
                assert!(xml::is_well_formed(std::str::from_utf8(plain).unwrap()), "{name}, {how:?}: {part}");
            }
        }
        if matches!(how, Fill::EvidenceSheet(Lang::En)) {
            continue;
        }
        // What was filled in once is filled in again beside it.
        let second = fill(&filled.name, &filled.bytes, &again, &columns(&again, Lang::Ja), how);
        let second = second.unwrap_or_else(|e| panic!("{name}, {how:?}, again: {e}"));
        let third = read_bytes(&second.name, &second.bytes).unwrap_or_else(|e| panic!("{name}, {how:?}, again: {e}"));
        assert_eq!(placeless(&third), placeless(&sheet), "{name}, {how:?}, again");
    }
}

fn made(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![("a.md", as_markdown(text)), ("a.docx", as_docx(text)), ("a.ods", as_ods(text)), ("a.xlsx", as_xlsx(text))]
}

#[test]
fn sheets_by_other_programs() {
    for name in FIXTURES {
        let sheet = read_bytes(name, &fixture(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let found: Vec<(&str, &str, Answer)> =
            sheet.items.iter().map(|i| (i.id.as_str(), i.text.as_str(), i.answer)).collect();
        assert_eq!(
            found,
            [
                ("1.1", "責任者を決めている。", Answer::Yes),
                ("1.2", "委託先を\n確認している。", Answer::No),
                ("2.1", "通信を暗号化している。", Answer::Yes),
                ("2.2", "稼働率を公開している。", Answer::Partial),
                ("2.3", "復旧を試した日がある。", Answer::Na),
            ],
            "{name}"
        );
        assert_eq!(item(&sheet, "2.1").remark, "TLS 1.2 <以上> & 確認済み", "{name}");
        // As people see it; the library does not give the formats of xls.
        let rate = if name.ends_with(".xls") { "0.999" } else { "99.9%" };
        assert_eq!(item(&sheet, "2.2").remark, rate, "{name}");
        let date = if name.contains("xl") { "2026-04-01" } else { "2026/4/1" };
        assert_eq!(item(&sheet, "2.3").remark, date, "{name}");
    }
    let document = read_bytes("python-docx.docx", &fixture("python-docx.docx")).unwrap();
    assert_eq!(item(&document, "1.1").remark, "毎年見直す。加えた。");
    assert_eq!(item(&document, "1.2").remark, "☑ 予定あり ☐ 予定なし");
    assert_eq!(item(&document, "1.2").at, "table 1, row 4");
    let workbook = read_bytes("odfpy.ods", &fixture("odfpy.ods")).unwrap();
    assert_eq!(item(&workbook, "1.1").remark, "毎年見直す。\n二つ  の空白\n次の行 (https://example.com/policy)");
    let workbook = read_bytes("openpyxl.xlsx", &fixture("openpyxl.xlsx")).unwrap();
    assert_eq!(item(&workbook, "1.1").urls, ["https://example.com/policy"]);
}

#[test]
fn hidden_and_merged_cells_are_known() {
    for name in FIXTURES {
        let opened = open::open(name, &fixture(name)).unwrap();
        let table = opened.tables.iter().find(|t| t.rows.iter().any(|r| r.get(1) == "確認事項")).unwrap();
        let section = table.rows.iter().find(|r| r.get(0) == "2. 運用").unwrap().line;
        assert!(
            table.merges.contains(&grid::Merge { lines: (section, section), columns: (0, 3) }),
            "{name}: {:?}",
            table.merges
        );
        if name.ends_with("docx") {
            continue;
        }
        let hidden: Vec<&str> = table.rows.iter().filter(|r| r.hidden).map(|r| r.get(1)).collect();
        assert_eq!(hidden, ["稼働率を公開している。"], "{name}");
        if !name.ends_with("ods") {
            assert_eq!(table.hidden_columns, [(6, 6)], "{name}");
        }
        let away: Vec<&str> =
            opened.tables.iter().filter(|t| t.hidden).filter_map(|t| t.worksheet.as_deref()).collect();
        assert_eq!(away, if name.ends_with("xls") { Vec::new() } else { vec!["選択肢"] }, "{name}");
    }
    // Cells that are merged downwards, a table within a cell, and numbers that the word processor writes.
    let opened = open::open("a.docx", &fixture("python-docx.docx")).unwrap();
    let named = |name: &str| opened.tables.iter().find(|t| t.worksheet.as_deref() == Some(name)).unwrap();
    assert_eq!(named("table 2").merges, [grid::Merge { lines: (1, 2), columns: (0, 0) }]);
    assert_eq!(named("table 2").rows.iter().find(|r| r.line == 2).unwrap().get(2), "契約の相手");
    assert_eq!(named("table 3").rows.last().unwrap().get(0), "内側の表");
    let lines: Vec<&str> = opened.tables.last().unwrap().rows.iter().map(|r| r.get(0)).collect();
    assert_eq!(lines, ["1. 番号の段落", "2. 次の番号の段落"]);
}

#[test]
fn every_format_goes_there_and_back() {
    for name in FIXTURES {
        assert_round_trip(name, &fixture(name));
    }
    for (name, bytes) in formats(SAMPLE) {
        assert_round_trip(name, &bytes);
    }
    for text in sheets() {
        let expected = placeless(&read_bytes("a.txt", text.as_bytes()).unwrap());
        for (name, bytes) in made(&text) {
            let squeezed = |items: Vec<Item>| {
                let words = |t: &str| t.split_whitespace().collect::<String>();
                items.into_iter().map(|i| (i.id, words(&i.text), i.answer, words(&i.remark))).collect::<Vec<_>>()
            };
            let found = placeless(&read_bytes(name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}")));
            assert_eq!(squeezed(found), squeezed(expected.clone()), "{name}");
            assert_round_trip(name, &bytes);
        }
    }
}

#[test]
fn filled_cells_say_what_they_should() {
    // Read by another reader than ours, or from the XML.
    for name in FIXTURES {
        let bytes = fixture(name);
        let sheet = read_bytes(name, &bytes).unwrap();
        let filled = fill(name, &bytes, &sheet, &columns(&sheet, Lang::Ja), Fill::Columns).unwrap();
        let tables = open::tables(&filled.name, &filled.bytes).unwrap().tables;
        let table = tables.iter().find(|t| t.rows.iter().any(|r| r.get(1) == "確認事項")).unwrap();
        let row = table.rows.iter().find(|r| r.get(1) == "通信を暗号化している。").unwrap();
        let header = table.rows.iter().find(|r| r.get(1) == "確認事項").unwrap();
        let (column, _) = header.cells.iter().find(|(_, c)| grid::bare(c) == "Kakunin: 判定").unwrap();
        // White space may be shown otherwise, nothing else.
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(plain(row.get(*column)), "判定 2.1: \"<a & b>\" | c_d *e* ]]> =1+1 二行目", "{name}");
        assert_eq!(header.get(column + 4), "Kakunin: 回答との一致", "{name}");
        let first = table.rows.iter().find(|r| r.get(1) == "責任者を決めている。").unwrap();
        assert_eq!((first.get(column + 1), first.get(*column).is_empty()), ("", false), "{name}");
    }
}

#[test]
fn what_cannot_be_written_comes_back_as_another_format() {
    let bytes = fixture("xlwt.xls");
    let sheet = read_bytes("元.xls", &bytes).unwrap();
    let filled = fill("元.xls", &bytes, &sheet, &columns(&sheet, Lang::Ja), Fill::Columns).unwrap();
    assert_eq!(filled.name, "元.xlsx");
    let note = filled.note.unwrap();
    assert!(note.ja.contains(".xlsx") && note.en.contains(".xlsx"));
    let opened = open::open("元.xlsx", &filled.bytes).unwrap();
    assert_eq!(opened.tables.len(), 2);
    assert!(opened.tables[1].rows.iter().any(|r| r.hidden));
    assert!(!opened.tables[1].merges.is_empty());
}

#[test]
fn a_text_gets_a_second_file() {
    let text = "No,確認事項,回答\n1,\"a, b\",○\n";
    let sheet = read_bytes("票.csv", text.as_bytes()).unwrap();
    let filled =
        fill("票.csv", text.as_bytes(), &sheet, &columns(&sheet, Lang::Ja), Fill::EvidenceSheet(Lang::Ja)).unwrap();
    assert_eq!(filled.bytes, text.as_bytes());
    let (name, bytes) = filled.beside.unwrap();
    assert_eq!(name, "票-確認結果.csv");
    let beside = String::from_utf8(bytes).unwrap();
    assert!(beside.starts_with("\u{FEFF}Kakunin No.,確認事項,シートの回答,判定,"), "{beside}");
    assert!(beside.contains("\r\n1,\"a, b\",○,\"判定 1: "), "{beside}");
}

#[test]
fn the_name_is_not_believed_where_the_bytes_say_otherwise() {
    let text = "No\t確認事項\t回答\n1\ta\t○\n";
    for (name, bytes) in [
        ("a.xls", as_xlsx(SAMPLE)),
        ("a.csv", as_xlsx(SAMPLE)),
        ("a.xlsx", as_ods(SAMPLE)),
        ("a.xlsx", fixture("xlwt.xls")),
        ("a.xls", text.as_bytes().to_vec()),
        ("a.csv", text.as_bytes().to_vec()),
        ("a.txt", "No | 確認事項 | 回答\n1 | a | ○\n".as_bytes().to_vec()),
        ("a.txt", "No  確認事項  回答\n1   a         ○\n2   b         ×\n".as_bytes().to_vec()),
        ("a.csv", "No|確認事項|回答\n1|a, b|○\n".as_bytes().to_vec()),
    ] {
        let sheet = read_bytes(name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!sheet.items.is_empty(), "{name}");
        if !bytes.starts_with(b"PK") && name != "a.xlsx" {
            assert_round_trip(name, &bytes);
        }
    }
    let page = message("a.xls", b"<html><table><tr><td>No</td></tr></table></html>");
    assert!(page.contains("HTML") && page.contains("save it as .xlsx"), "{page}");
    assert!(message("a.csv", b"PK\x03\x04junk").contains("zip"), "a zip file is no text");
    assert!(message("a.docx", b"plain").contains("no zip file"));
}

#[test]
fn a_file_that_unpacks_to_gigabytes_is_refused() {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["xl/workbook.xml", "content.xml"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        for _ in 0..50 {
            writer.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert!(matches!(read_bytes("a.xlsx", &bytes), Err(SheetError::TooLarge { .. })));
    // Each cell is said to be there a thousand times in each of a million rows.
    let ods = as_ods(SAMPLE);
    let mut parts = entries(&ods);
    let content = parts.iter_mut().find(|(n, ..)| n == "content.xml").unwrap();
    let xml = String::from_utf8(content.2.clone()).unwrap();
    let xml = xml
        .replace(
            "table:number-columns-repeated=\"100\"/>",
            "table:number-columns-repeated=\"1000\"><text:p>x</text:p></table:table-cell>",
        )
        .replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"1000000\">");
    let opened = ods::content(&xml);
    assert!(opened.is_ok());
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(xml.as_bytes()).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(read_bytes("a.ods", &bytes), Err(SheetError::TooLarge { .. })));
}

#[test]
fn given_sheets_go_there_and_back() {
    for folder in ["sheets", "sheets/layouts"] {
        let Some(folder) = shared(folder) else { return };
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.is_file()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let bytes = std::fs::read(file).unwrap();
            match read_bytes(name, &bytes) {
                Ok(_) => assert_round_trip(name, &bytes),
                Err(error) => eprintln!("not read: {error}"),
            }
        }
    }
}

/// Writes filled files of every format into the folder `KAKUNIN_KEEP`, to be opened by other programs.
#[test]
#[ignore = "writes files for other programs"]
fn keep_filled_files() {
    let Some(folder) = std::env::var_os("KAKUNIN_KEEP").map(PathBuf::from) else { return };
    let mut all: Vec<(&str, Vec<u8>)> = FIXTURES.iter().map(|name| (*name, fixture(name))).collect();
    all.extend(made(SAMPLE));
    for (name, bytes) in all {
        let start = std::time::Instant::now();
        let sheet = read_bytes(name, &bytes).unwrap();
        let read = start.elapsed();
        for (how, label) in [(Fill::Columns, "columns"), (Fill::EvidenceSheet(Lang::Ja), "sheet")] {
            let start = std::time::Instant::now();
            let filled = fill(name, &bytes, &sheet, &columns(&sheet, Lang::Ja), how).unwrap();
            eprintln!("{name} {label}: read {read:?}, filled {:?}", start.elapsed());
            std::fs::write(folder.join(format!("{label}-{}", filled.name)), &filled.bytes).unwrap();
        }
    }
}
