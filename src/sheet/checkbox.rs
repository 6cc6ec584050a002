//! Check boxes that float above the cells of a worksheet (form controls): their state stands in a drawing, not in the cell.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::SheetError;
use super::grid::{Grid, Row, bare};
use super::package::Package;
use super::xlsx_parts::relations_of;
use super::xml::text_of;

/// Most rows and columns of a worksheet (Microsoft Support, "Excel specifications and limits").
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;

/// A check box over a cell.
#[derive(Debug, PartialEq)]
struct CheckBox {
    /// From 1.
    line: usize,
    /// From 0.
    column: usize,
    checked: bool,
    caption: String,
}

/// Writes the check boxes of the worksheet in `part` into the cells that they stand on, as ☑ or ☐ before what is there.
pub(crate) fn place(package: &mut Package<'_>, part: &str, table: &mut Grid) -> Result<(), SheetError> {
    let drawings = relations_of(package, part)?.into_iter().filter(|r| r.kind.ends_with("/vmlDrawing"));
    let mut found = Vec::new();
    for drawing in drawings.collect::<Vec<_>>() {
        if let Some(xml) = package.optional(&drawing.target)? {
            found.extend(check_boxes(&xml));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut rows: BTreeMap<usize, Row> =
        std::mem::take(&mut table.rows).into_iter().map(|row| (row.line, row)).collect();
    for check_box in found {
        let row = rows.entry(check_box.line).or_insert_with(|| Row {
            line: check_box.line,
            width: usize::MAX,
            ..Row::default()
        });
        let cell = row.cells.entry(check_box.column).or_default();
        let mark = if check_box.checked { '☑' } else { '☐' };
        // A linked cell says the same in another way.
        let linked = matches!(bare(cell), "TRUE" | "FALSE");
        let rest = if linked { "" } else { bare(cell) };
        let text: Vec<String> =
            [rest.to_owned(), format!("{mark} {}", check_box.caption)].into_iter().filter(|t| !t.is_empty()).collect();
        *cell = text.join("\n").trim().to_owned();
        row.raw = row.cells.values().map(|c| bare(c)).collect::<Vec<_>>().join("\t");
    }
    table.rows = rows.into_values().collect();
    Ok(())
}

/// Check boxes of a drawing in VML (ECMA-376 part 4, 19.4.2.12 "ClientData"). Only whole drawings count.
fn check_boxes(xml: &str) -> Vec<CheckBox> {
    let mut reader = Reader::from_str(xml);
    // Older programs write `<br>` in it.
    reader.config_mut().check_end_names = false;
    let mut found = Vec::new();
    let (mut caption, mut anchor, mut checked, mut inside) = (String::new(), String::new(), String::new(), false);
    let mut element = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => {
                element = e.local_name().as_ref().to_owned();
                match element.as_str() {
                    "shape" => {
                        caption.clear();
                        inside = false;
                    }
                    "ClientData" => {
                        inside = super::xml::attribute(&e, "ObjectType").as_deref() == Some("Checkbox");
                        anchor.clear();
                        checked.clear();
                    }
                    _ => {}
                }
            }
            Ok(Event::End(e)) => {
                if e.local_name().as_ref() == "ClientData" && inside {
                    // Column, offset, row, offset, then the other corner.
                    let numbers: Vec<usize> = anchor.split(',').filter_map(|n| n.trim().parse().ok()).collect();
                    if let [column, _, row, ..] = numbers.as_slice()
                        && *row < MOST_ROWS
                        && *column < MOST_COLUMNS
                    {
                        let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
                        found.push(CheckBox {
                            line: row + 1,
                            column: *column,
                            checked: checked.trim() == "1",
                            caption,
                        });
                    }
                    inside = false;
                }
                element.clear();
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(event) => {
                if let Some(text) = text_of(&event) {
                    match element.as_str() {
                        "Anchor" => anchor.push_str(&text),
                        "Checked" => checked.push_str(&text),
                        _ if !inside => caption.push_str(&text),
                        _ => {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_controls_stand_on_cells() {
        let xml = r#"<xml xmlns:v="v" xmlns:x="x"><v:shape id="a"><v:textbox><div><font>はい</font></div></v:textbox>
            <x:ClientData ObjectType="Checkbox"><x:Anchor>2, 1, 4, 3, 3, 0, 5, 1</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape>
            <v:shape id="b"><x:ClientData ObjectType="Checkbox"><x:Anchor>3, 1, 4, 3, 3, 0, 5, 1</x:Anchor></x:ClientData></v:shape>
            <v:shape id="c"><x:ClientData ObjectType="Note"><x:Anchor>1, 1, 1, 1, 1, 1, 1, 1</x:Anchor></x:ClientData></v:shape></xml>"#;
        let check_box =
            |column, checked, caption: &str| CheckBox { line: 5, column, checked, caption: caption.to_owned() };
        assert_eq!(check_boxes(xml), [check_box(2, true, "はい"), check_box(3, false, "")]);
    }
}
