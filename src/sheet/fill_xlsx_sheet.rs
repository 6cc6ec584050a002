//! A new worksheet added to a workbook: one part more, and three parts that name it (ECMA-376 part 1, 12.3).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::Lang;

use super::fill::Job;
use super::fill_xlsx::{free_name, inline_cell};
use super::package::{Package, broken};
use super::xlsx_parts::{absolute, main_part, relations_part};
use super::xml::{attribute, elements, escaped, number, prefix};
use super::{SheetError, evidence};

const TYPES: &str = "[Content_Types].xml";
const WORKSHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const WORKSHEET_RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Adds the worksheet; the parts that change or are new go into `changed`.
pub(crate) fn add(
    job: &Job<'_>,
    lang: Lang,
    package: &mut Package<'_>,
    changed: &mut BTreeMap<String, String>,
) -> Result<(), SheetError> {
    let file = &job.opened.file;
    let workbook = main_part(package, "xl/workbook.xml")?;
    let xml = package.text(&workbook)?;
    let sheets = elements(&xml, "sheet");
    let names: Vec<String> = sheets.iter().filter_map(|e| attribute(e, "name")).collect();
    let name = free_name(evidence::name(lang), &names.iter().map(String::as_str).collect::<Vec<_>>());
    let sheet_id = sheets.iter().filter_map(|e| number(e, "sheetId")).max().unwrap_or(0) + 1;
    let relations = relations_part(&workbook);
    let relation_xml = package.text(&relations)?;
    let taken: Vec<String> =
        elements(&relation_xml, "Relationship").iter().filter_map(|e| attribute(e, "Id")).collect();
    let id = (1..).map(|n| format!("rIdKakunin{n}")).find(|id| !taken.contains(id)).unwrap_or_default();
    let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = (1..)
        .map(|n| format!("worksheets/kakunin{n}.xml"))
        .find(|target| !package.has(&absolute(folder, target)))
        .unwrap_or_default();
    let part = absolute(folder, &target);

    let tag = sheets.first().map(prefix).unwrap_or_default();
    // The prefix of relations is the file's own; it is declared where there is none.
    let own = elements(&xml, "workbook").into_iter().next().and_then(|root| {
        let spaces = root.attributes().flatten().filter(|a| a.value.as_ref() == RELATIONS);
        spaces.filter_map(|a| a.key.as_ref().strip_prefix("xmlns:").map(str::to_owned)).next()
    });
    let (space, declared) = match own {
        Some(prefix) => (prefix, String::new()),
        None => ("kr".to_owned(), format!(" xmlns:kr=\"{RELATIONS}\"")),
    };
    let sheet =
        format!("<{tag}sheet name=\"{}\" sheetId=\"{sheet_id}\"{declared} {space}:id=\"{id}\"/>", escaped(&name));
    let put = |part: &str, xml: &str, end: &str, new: &str| {
        let at = xml.rfind(end).ok_or_else(|| broken(file, part, format!("no `{end}`")))?;
        let (head, tail) = xml.split_at_checked(at).unwrap_or((xml, ""));
        Ok::<_, SheetError>(format!("{head}{new}{tail}"))
    };
    let types = package.text(TYPES)?;
    let type_tag = elements(&types, "Types").first().map(prefix).unwrap_or_default();
    let relation_tag = elements(&relation_xml, "Relationships").first().map(prefix).unwrap_or_default();
    let override_ = format!("<{type_tag}Override PartName=\"/{part}\" ContentType=\"{WORKSHEET_TYPE}\"/>");
    let relation =
        format!("<{relation_tag}Relationship Id=\"{id}\" Type=\"{WORKSHEET_RELATION}\" Target=\"/{part}\"/>");
    changed.insert(workbook.clone(), put(&workbook, &xml, &format!("</{tag}sheets>"), &sheet)?);
    changed.insert(
        relations.clone(),
        put(&relations, &relation_xml, &format!("</{relation_tag}Relationships>"), &relation)?,
    );
    changed.insert(TYPES.to_owned(), put(TYPES, &types, &format!("</{type_tag}Types>"), &override_)?);
    changed.insert(part, worksheet(&evidence::rows(job.sheet, job.columns, lang, |_| true)));
    Ok(())
}

/// A worksheet of texts; the header stays in sight.
fn worksheet(rows: &[Vec<String>]) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
         <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
    );
    let columns = rows.first().map_or(0, Vec::len);
    for column in 1..=columns {
        let width = match column {
            1 | 3 => 14,
            2 => 60,
            _ => 36,
        };
        // Writing to a string cannot fail.
        let _ = write!(xml, "<col min=\"{column}\" max=\"{column}\" width=\"{width}\" customWidth=\"1\"/>");
    }
    xml.push_str("</cols><sheetData>");
    for (line, row) in (1..).zip(rows) {
        let _ = write!(xml, "<row r=\"{line}\">");
        for (column, text) in row.iter().enumerate() {
            xml.push_str(&inline_cell("", column, line, None, text));
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}
