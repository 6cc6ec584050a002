//! Which part of a workbook holds a worksheet (ECMA-376 part 2, "Relationships").

use std::io::{Cursor, Read as _};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::SheetError;
use super::xlsx::broken;

/// The text of a part.
pub(crate) fn read_part(file: &str, archive: &mut ZipArchive<Cursor<&[u8]>>, part: &str) -> Result<String, SheetError> {
    let mut entry = archive.by_name(part).map_err(|e| broken(file, part, e))?;
    let mut xml = String::new();
    entry.read_to_string(&mut xml).map_err(|e| broken(file, part, e))?;
    Ok(xml)
}

/// The value of an attribute, whatever its name space.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned()))
}

/// The zip entry that holds the worksheet called `name`: by its relation in the workbook part.
pub(crate) fn part_of(file: &str, archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, SheetError> {
    let root = relations(&read_part(file, archive, "_rels/.rels")?);
    let workbook = root
        .into_iter()
        .find(|r| r.kind.ends_with("/officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |r| absolute("", &r.target));
    let (folder, leaf) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let xml = read_part(file, archive, &workbook)?;
    let mut id = None;
    for element in elements(&xml, "sheet") {
        if attribute(&element, "name").as_deref() == Some(name) {
            // `r:id`; the element's own `sheetId` has another local name.
            id = attribute(&element, "id");
        }
    }
    let id = id.ok_or_else(|| broken(file, name, "no such worksheet in the workbook part"))?;
    let relations = relations(&read_part(file, archive, &absolute(folder, &format!("_rels/{leaf}.rels")))?);
    relations
        .into_iter()
        .find(|r| r.id == id)
        .map(|r| absolute(folder, &r.target))
        .ok_or_else(|| broken(file, name, format!("no relation {id} to its part")))
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn relations(xml: &str) -> Vec<Relation> {
    elements(xml, "Relationship")
        .iter()
        .map(|e| {
            let get = |name| attribute(e, name).unwrap_or_default();
            Relation { id: get("Id"), kind: get("Type"), target: get("Target") }
        })
        .collect()
}

fn elements<'x>(xml: &'x str, name: &str) -> Vec<BytesStart<'x>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) if e.local_name().as_ref() == name => found.push(e),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// Name of the zip entry that `target` names from within `folder`.
fn absolute(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_relations() {
        assert_eq!(absolute("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("xl", "../a.xml"), "a.xml");
    }
}
