//! Which part of a workbook or document holds what (ECMA-376 part 2, "Relationships").

use super::SheetError;
use super::package::{Package, broken};
use super::xml::{attribute, elements};

/// The zip entry that holds the workbook or document itself.
pub(crate) fn main_part(package: &mut Package<'_>, usual: &str) -> Result<String, SheetError> {
    let root = package.optional("_rels/.rels")?.map(|xml| relations(&xml)).unwrap_or_default();
    let main = root.into_iter().find(|r| r.kind.ends_with("/officeDocument"));
    Ok(main.map_or_else(|| usual.to_owned(), |r| absolute("", &r.target)))
}

/// Where the relations of a part stand.
pub(crate) fn relations_part(part: &str) -> String {
    let (folder, leaf) = part.rsplit_once('/').unwrap_or(("", part));
    absolute(folder, &format!("_rels/{leaf}.rels"))
}

/// The relations of a part; none where it has none.
pub(crate) fn relations_of(package: &mut Package<'_>, part: &str) -> Result<Vec<Relation>, SheetError> {
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let xml = package.optional(&relations_part(part))?.unwrap_or_default();
    let mut found = relations(&xml);
    for relation in found.iter_mut().filter(|r| !r.external) {
        relation.target = absolute(folder, &relation.target);
    }
    Ok(found)
}

/// The zip entry that holds the worksheet called `name`: by its relation in the workbook part.
pub(crate) fn part_of(file: &str, package: &mut Package<'_>, name: &str) -> Result<String, SheetError> {
    let workbook = main_part(package, "xl/workbook.xml")?;
    let xml = package.text(&workbook)?;
    let mut id = None;
    for element in elements(&xml, "sheet") {
        if attribute(&element, "name").as_deref() == Some(name) {
            // `r:id`; the element's own `sheetId` has another local name.
            id = attribute(&element, "id");
        }
    }
    let id = id.ok_or_else(|| broken(file, name, "no such worksheet in the workbook part"))?;
    let relations = relations_of(package, &workbook)?;
    relations
        .into_iter()
        .find(|r| r.id == id)
        .map(|r| r.target)
        .ok_or_else(|| broken(file, name, format!("no relation {id} to its part")))
}

/// A relation of a part.
pub(crate) struct Relation {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// Zip entry, or an address where it is external.
    pub(crate) target: String,
    pub(crate) external: bool,
}

fn relations(xml: &str) -> Vec<Relation> {
    elements(xml, "Relationship")
        .iter()
        .map(|e| {
            let get = |name| attribute(e, name).unwrap_or_default();
            let external = get("TargetMode") == "External";
            Relation { id: get("Id"), kind: get("Type"), target: get("Target"), external }
        })
        .collect()
}

/// Name of the zip entry that `target` names from within `folder`.
pub(crate) fn absolute(folder: &str, target: &str) -> String {
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
