//! Filling: the same items, and nothing else changed.

use std::io::{Cursor, Read as _};

use encoding_rs::SHIFT_JIS;

use super::*;

/// The file with `columns` at its right.
pub(super) fn fill(name: &str, bytes: &[u8], sheet: &Sheet, columns: &[Column]) -> Result<Vec<u8>, SheetError> {
    super::fill(name, bytes, sheet, columns, Fill::Columns).map(|filled| filled.bytes)
}

/// A verdict and a reason for every item but one, with what the formats find hard.
pub(super) fn columns(sheet: &Sheet) -> Vec<Column> {
    let verdicts = sheet.items.iter().skip(1).map(|i| (i.id.clone(), "PASS".to_owned())).collect();
    let reasons = sheet.items.iter().map(|i| (i.id.clone(), format!("理由, \"{}\" <&>\n二行目", i.id))).collect();
    vec![Column { header: "判定".to_owned(), cells: verdicts }, Column { header: "理由".to_owned(), cells: reasons }]
}

#[test]
fn filling_keeps_the_items_in_every_format() {
    for text in sheets() {
        for (name, bytes) in formats(&text) {
            let sheet = read_bytes(name, &bytes).unwrap();
            let filled = fill(name, &bytes, &sheet, &columns(&sheet)).unwrap_or_else(|e| panic!("{name}: {e}"));
            let again = read_bytes(name, &filled).unwrap_or_else(|e| panic!("{name}: {e}"));
            // Two lines in a CSV cell move the lines below it.
            assert_eq!(placeless(&again), placeless(&sheet), "{name}");
            assert_eq!(again.layout, sheet.layout, "{name}");
            // What we filled in is ours, and no part of the sheet.
            assert_eq!(again.unread.len(), sheet.unread.len(), "{name}");
            // Filled twice, the second columns stand right of the first.
            fill(name, &filled, &again, &columns(&again)).unwrap();
        }
    }
}

#[test]
fn a_filled_text_keeps_every_line() {
    for (name, bytes) in formats(SAMPLE).into_iter().filter(|(n, _)| n.ends_with(".txt") || n.ends_with(".tsv")) {
        let sheet = read_bytes(name, &bytes).unwrap();
        let filled = fill(name, &bytes, &sheet, &columns(&sheet)).unwrap();
        let (before, after): (Vec<_>, Vec<_>) = (text::lines(&bytes).collect(), text::lines(&filled).collect());
        assert_eq!(before.len(), after.len(), "{name}");
        let mut changed = 0;
        for ((old, old_end), (new, new_end)) in before.iter().zip(&after) {
            assert_eq!(old_end, new_end, "{name}");
            let added = new.strip_prefix(*old).unwrap_or_else(|| panic!("{name}: a line lost its start"));
            assert_eq!(added.iter().filter(|b| **b == b'\t').count(), if added.is_empty() { 0 } else { 2 }, "{name}");
            changed += usize::from(!added.is_empty());
        }
        assert_eq!(changed, sheet.items.len() + 1, "{name}");
    }
    let sheet = read_bytes("a.txt", SAMPLE.as_bytes()).unwrap();
    let filled = String::from_utf8(fill("a.txt", SAMPLE.as_bytes(), &sheet, &columns(&sheet)).unwrap()).unwrap();
    assert!(filled.contains("備考\tKakunin: 判定\tKakunin: 理由\n"));
    assert!(filled.contains("同上\tPASS\t理由, \"5.3\" <&> 二行目\n"));
    assert!(filled.contains("見直しています。  \tPASS\t"), "trailing spaces stay");
}

#[test]
fn short_lines_are_padded() {
    let text = "No\t確認事項\t回答\t備考\n1\ta\t○\n2\tb\t○\tc";
    let sheet = read_bytes("a.txt", text.as_bytes()).unwrap();
    let column = Column { header: "V".to_owned(), cells: [("1".to_owned(), "x".to_owned())].into() };
    let filled = fill("a.txt", text.as_bytes(), &sheet, &[column]).unwrap();
    assert_eq!(String::from_utf8(filled).unwrap(), "No\t確認事項\t回答\t備考\tKakunin: V\n1\ta\t○\t\tx\n2\tb\t○\tc\t");
}

#[test]
fn a_filled_csv_keeps_its_records() {
    let text = "No,確認事項,回答,備考\r\n1,\"二行の\r\n事項\",○,\"a, b\"\r\n\r\n注記\r\n2,b,×,\r\n";
    let sheet = read_bytes("a.csv", text.as_bytes()).unwrap();
    assert_eq!(item(&sheet, "1").text, "二行の\r\n事項");
    assert_eq!(item(&sheet, "2").at, "line 6");
    let cells = [("1".to_owned(), "x,\"y\"\nz".to_owned()), ("2".to_owned(), "ok".to_owned())].into();
    let filled = fill("a.csv", text.as_bytes(), &sheet, &[Column { header: "V".to_owned(), cells }]).unwrap();
    assert_eq!(
        String::from_utf8(filled).unwrap(),
        "No,確認事項,回答,備考,Kakunin: V\r\n1,\"二行の\r\n事項\",○,\"a, b\",\"x,\"\"y\"\"\nz\"\r\n\r\n注記\r\n2,b,×,,ok\r\n"
    );
}

pub(super) fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let (mut raw, mut plain) = (Vec::new(), Vec::new());
            archive.by_index_raw(i).unwrap().read_to_end(&mut raw).unwrap();
            let mut entry = archive.by_index(i).unwrap();
            entry.read_to_end(&mut plain).unwrap();
            (entry.name().unwrap().into_owned(), raw, plain)
        })
        .collect()
}

#[test]
fn a_filled_workbook_keeps_all_else() {
    let bytes = as_xlsx(SAMPLE);
    let sheet = read_bytes("a.xlsx", &bytes).unwrap();
    let filled = fill("a.xlsx", &bytes, &sheet, &columns(&sheet)).unwrap();
    let (before, after) = (entries(&bytes), entries(&filled));
    assert_eq!(before.len(), after.len());
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|((name, raw, plain), (new_name, new_raw, new_plain))| {
            assert_eq!(name, new_name);
            raw != new_raw || plain != new_plain
        })
        .map(|((name, ..), _)| name.as_str())
        .collect();
    assert_eq!(changed, ["xl/worksheets/sheet2.xml"]);

    // In the worksheet, what was there is there: the new cells taken out again give the old rows.
    let xml = |list: &[(String, Vec<u8>, Vec<u8>)]| {
        String::from_utf8(list.iter().find(|(n, ..)| n == "xl/worksheets/sheet2.xml").unwrap().2.clone()).unwrap()
    };
    let (old, new) = (xml(&before), xml(&after));
    let inline = regex::Regex::new(r#"<c r="[EF]\d+"[^>]*(/>|>.*?</c>)"#).unwrap();
    let dotall = regex::Regex::new(&format!("(?s){}", inline.as_str())).unwrap();
    let stripped = dotall.replace_all(&new, "").replace("spans=\"1:6\"", "spans=\"1:4\"");
    let rows = |xml: &str| xml.split("<sheetData>").nth(1).unwrap().split("</sheetData>").next().unwrap().to_owned();
    assert_eq!(rows(&stripped), rows(&old));
    assert!(old.contains("<dimension ref=\"A1:D67\"/>") && new.contains("<dimension ref=\"A1:F67\"/>"));
    // Each new cell looks like the last cell of its row.
    let style = |reference: &str| {
        let cell = new.split(&format!("<c r=\"{reference}\"")).nth(1).unwrap();
        cell.split('>').next().unwrap().split("s=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(style("E10"), style("D10"));
    assert_ne!(style("E10"), "0");

    // Another reader sees the cells.
    let mut workbook: calamine::Xlsx<_> = calamine::Reader::new(Cursor::new(filled)).unwrap();
    let range = calamine::Reader::worksheet_range(&mut workbook, "チェックシート & 1").unwrap();
    let cell = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((cell(7, 4), cell(7, 5)), ("Kakunin: 判定".to_owned(), "Kakunin: 理由".to_owned()));
    assert_eq!((cell(9, 4), cell(9, 5)), (String::new(), "理由, \"1.1\" <&>\n二行目".to_owned()));
    assert_eq!(cell(10, 4), "PASS");
}

#[test]
fn filling_refuses_what_does_not_fit() {
    let sheet = read_bytes("a.txt", SAMPLE.as_bytes()).unwrap();
    let other = format!("{SAMPLE}\n");
    assert!(matches!(fill("a.txt", other.as_bytes(), &sheet, &[]), Err(SheetError::OtherBytes { .. })));
    let unknown = Column { header: "V".to_owned(), cells: [("99.1".to_owned(), String::new())].into() };
    let error = fill("a.txt", SAMPLE.as_bytes(), &sheet, &[unknown]).unwrap_err().to_string();
    assert!(error.contains("99.1") && error.contains('V'), "{error}");
    let bytes = SHIFT_JIS.encode(SAMPLE).0.into_owned();
    let sheet = read_bytes("a.txt", &bytes).unwrap();
    let column = |text: &str| Column { header: "V".to_owned(), cells: [("1.1".to_owned(), text.to_owned())].into() };
    let error = fill("a.txt", &bytes, &sheet, &[column("🦀")]).unwrap_err();
    assert!(matches!(error, SheetError::Character { character: '🦀', .. }), "{error}");
    let filled = fill("a.txt", &bytes, &sheet, &[column("14 文字 ≥ 8 – ok")]).unwrap();
    assert!(SHIFT_JIS.decode(&filled).0.contains("14 文字 ≧ 8 - ok"));
}
