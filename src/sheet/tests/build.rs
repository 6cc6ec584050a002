//! Sheets of text as documents of other formats, made by hand.

use std::io::{Cursor, Write as _};

use super::*;

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text.chars().filter(|c| !c.is_control()).collect::<String>()).into_owned()
}

/// Only the rows of a table: lines of one cell become headings over the whole width.
fn table(text: &str) -> Vec<Vec<&str>> {
    rows_of(text).into_iter().filter(|row| row.len() > 1).collect()
}

pub(super) fn as_markdown(text: &str) -> Vec<u8> {
    let mut out = String::from("# 表題\n\nはじめに。\n\n");
    for (place, row) in table(text).iter().enumerate() {
        for cell in row {
            let mut plain = String::new();
            for c in cell.chars() {
                if c.is_ascii_punctuation() {
                    plain.push('\\');
                }
                plain.push(c);
            }
            out.push_str(&format!("| {plain} "));
        }
        out.push_str("|\n");
        if place == 0 {
            out.push_str(&format!("{}|\n", "|---".repeat(row.len())));
        }
    }
    out.push_str("\n終わり。\n");
    out.into_bytes()
}

/// A Word document: rows whose other cells are empty are merged over the whole width.
pub(super) fn as_docx(text: &str) -> Vec<u8> {
    let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let rows = table(text);
    let width = rows.iter().map(Vec::len).max().unwrap_or(1);
    let mut body =
        format!("<w:p/><w:tbl><w:tblPr/><w:tblGrid>{}</w:tblGrid>", "<w:gridCol w:w=\"900\"/>".repeat(width));
    for row in rows {
        body.push_str("<w:tr>");
        let merged = row[1..].iter().all(|cell| cell.is_empty());
        for (place, cell) in row.iter().enumerate().take(if merged { 1 } else { width }) {
            let span = if merged { width } else { 1 };
            let last = if place + 1 == row.len() && !merged { width - place } else { span };
            body.push_str(&format!(
                "<w:tc><w:tcPr><w:gridSpan w:val=\"{last}\"/><w:shd w:val=\"clear\"/></w:tcPr><w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p></w:tc>",
                escaped(cell)
            ));
        }
        body.push_str("</w:tr>");
    }
    body.push_str("</w:tbl><w:p/><w:sectPr/>");
    zipped(&[
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>".to_owned(),
        ),
        ("word/document.xml", format!("<w:document xmlns:w=\"{w}\"><w:body>{body}</w:body></w:document>")),
        ("word/media/picture.png", "none".to_owned()),
    ])
}

/// An OpenDocument spreadsheet with repeated cells and rows, as programs write them.
pub(super) fn as_ods(text: &str) -> Vec<u8> {
    let mut body = String::from(
        "<table:table table:name=\"a &amp; b\"><table:table-column table:number-columns-repeated=\"16384\"/>",
    );
    for row in rows_of(text) {
        if row.iter().all(|cell| cell.is_empty()) {
            body.push_str("<table:table-row/>");
            continue;
        }
        body.push_str("<table:table-row>");
        let mut empty = 0;
        for cell in row.iter().chain([&""]) {
            if cell.is_empty() {
                empty += 1;
                continue;
            }
            if empty > 0 {
                body.push_str(&format!("<table:table-cell table:number-columns-repeated=\"{empty}\"/>"));
                empty = 0;
            }
            body.push_str(&format!(
                "<table:table-cell table:style-name=\"ce1\" office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
                escaped(cell)
            ));
        }
        body.push_str(&format!(
            "<table:table-cell table:number-columns-repeated=\"{}\"/></table:table-row>",
            100 + empty
        ));
    }
    body.push_str("<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>");
    let space = |name: &str| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"");
    let content = format!(
        "<office:document-content {} {} {} {}><office:automatic-styles></office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
        space("office"),
        space("table"),
        space("text"),
        space("style")
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("content.xml", content),
        ("styles.xml", "<x/>".to_owned()),
    ])
}
