//! Nothing is lost, whatever the layout: each cell that holds something is in an item, in the layout, or among what was not
//! understood.

use proptest::prelude::*;

use super::*;

/// A cell that can be told from all others: a word of its own, in the style of its column.
fn tagged(style: &str, place: usize, column: usize) -> String {
    if style.is_empty() { String::new() } else { format!("{style}{place}x{column}") }
}

/// How a table is laid out.
#[derive(Debug, Clone)]
struct Shape {
    header: Vec<&'static str>,
    second: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    preamble: bool,
    merges: Vec<(usize, usize, usize)>,
    worksheet: bool,
}

fn headers() -> impl Strategy<Value = (Vec<&'static str>, Vec<&'static str>)> {
    prop::sample::select(vec![
        (vec!["No", "確認事項", "回答", "備考"], vec![]),
        (vec!["分類", "No", "項目", "内容", "回答", "備考", "担当者"], vec![]),
        (vec!["No", "確認事項", "回答", "", "備考"], vec!["", "", "有無", "詳細", ""]),
        (vec!["No", "質問", "はい", "いいえ", "該当なし", "備考"], vec![]),
        (vec!["番号", "枝番", "対策項目", "区分", "評価項目", "回答"], vec![]),
        (vec!["質問", "回答", "補足"], vec![]),
        (vec!["No", "確認事項", "2024年度", "2025年度", "備考"], vec![]),
        (vec!["", "Question", "Answer", "Comments", ""], vec![]),
        (vec![], vec![]),
    ])
}

fn shape() -> impl Strategy<Value = Shape> {
    let kinds =
        prop::sample::select(vec!["item", "item", "item", "heading", "sub", "blank", "noise", "boxes", "label"]);
    (
        headers(),
        prop::collection::vec((kinds, any::<u32>()), 0..9),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec((0usize..9, 1usize..3, 0usize..6), 0..3),
    )
        .prop_map(|((header, second), kinds, preamble, worksheet, merges)| {
            let width = header.len().max(3);
            let rows = kinds.iter().enumerate().map(|(place, (kind, seed))| row(kind, *seed, place, width)).collect();
            Shape { header, second, rows, preamble, merges, worksheet }
        })
}

fn row(kind: &str, seed: u32, place: usize, width: usize) -> Vec<String> {
    let bit = |n: usize| seed >> (n % 32) & 1 == 1;
    let mark = ["○", "×", "△", "-", "有（毎日）", "x", "別紙", ""][seed as usize % 8];
    match kind {
        "item" => (0..width)
            .map(|column| match column {
                0 if bit(9) => (place + 1).to_string(),
                1 if bit(10) => ["a", "b", "(1)", "Ⅲ.1"][place % 4].to_owned(),
                c if c == width / 2 => mark.to_owned(),
                c => tagged(if bit(c) { "本文" } else { "" }, place, c),
            })
            .collect(),
        "heading" => vec![format!("{}. 見出し{place}", place + 1)],
        "sub" => vec![tagged("中見出し", place, 0), String::new()],
        "noise" => vec![String::new(), tagged("※注", place, 1)],
        "boxes" => vec![format!("{} 選択{place}", if bit(3) { "☑" } else { "□" })],
        "label" => vec![format!("{}：値{place}", ["回答", "備考", "質問", "分類"][place % 4])],
        _ => Vec::new(),
    }
}

fn grid_of(shape: &Shape) -> Grid {
    let mut rows: Vec<Vec<String>> = Vec::new();
    if shape.preamble {
        rows.push(vec!["表題".to_owned()]);
        rows.push(vec!["凡例　○：実施　×：未実施".to_owned()]);
    }
    for header in [&shape.header, &shape.second] {
        if !header.is_empty() {
            rows.push(header.iter().map(|c| (*c).to_owned()).collect());
        }
    }
    let first = rows.len();
    rows.extend(shape.rows.clone());
    let rows = (1..).zip(&rows).map(|(line, cells)| Row::new(line, cells.join("\t"), cells.iter().map(String::as_str)));
    let mut grid = Grid { worksheet: shape.worksheet.then(|| "S".to_owned()), rows: rows.collect(), ..Grid::default() };
    for (place, length, column) in &shape.merges {
        let lines = (first + place + 1, first + place + 1 + length);
        // What is merged away holds nothing.
        for row in grid.rows.iter_mut().filter(|r| r.line > lines.0 && r.line <= lines.1) {
            row.cells.remove(column);
            row.raw = row.cells.values().cloned().collect::<Vec<_>>().join("\t");
        }
        grid.merges.push(Merge { lines, columns: (*column, *column) });
    }
    grid
}

/// Cells of `grid` that are nowhere in what was read.
fn lost(grid: &Grid, read: &Read) -> Vec<String> {
    let sheet = &read.sheet;
    let kinds = &read.kinds[0];
    let said: Vec<String> = sheet
        .items
        .iter()
        .flat_map(|i| {
            let mut all = vec![i.id.clone(), i.text.clone(), i.answer_text.clone(), i.remark.clone()];
            all.extend(i.section.clone());
            all
        })
        .chain(sheet.unread.iter().map(|u| u.text.clone()))
        .collect();
    let unread_columns: Vec<&str> =
        sheet.unread.iter().filter(|u| u.why == "column that is not read").map(|u| u.text.as_str()).collect();
    let layout = &sheet.layout.tables[0];
    let mut lost = Vec::new();
    for (row, (_, kind)) in grid.rows.iter().zip(kinds) {
        for column in row.cells.keys() {
            let cell = row.get(*column);
            let header = matches!(kind, RowKind::Header);
            let marks = layout.columns.iter().any(|c| c.column == *column && c.role.starts_with("choice"));
            let number = layout.columns.iter().any(|c| c.column == *column && c.role == "number");
            let passed = grid.rows.iter().zip(kinds).any(|(r, (_, k))| {
                *k == RowKind::Header && unread_columns.contains(&r.get(*column)) && !r.get(*column).is_empty()
            });
            let word = crate::sheet::header::classify(cell).is_some();
            let header = header || (word && matches!(kind, RowKind::Continued | RowKind::Item | RowKind::SubHeading));
            let label = cell.split('：').next_back().unwrap_or(cell);
            // A number is in the id, counted.
            let counted = crate::sheet::number::item(cell);
            let number = number || counted.is_some_and(|n| sheet.items.iter().any(|i| i.id.contains(&n)));
            let boxed = cell.trim_start_matches(['☑', '□', ' ']);
            if !(header
                || marks
                || number
                || passed
                || said.iter().any(|s| s.contains(cell) || s.contains(label) || s == boxed))
            {
                lost.push(format!("{cell} in row {} ({kind:?})", row.line));
            }
        }
    }
    lost
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_cell_is_lost_in_any_layout(shape in shape()) {
        let grid = grid_of(&shape);
        let tables = [grid];
        let read = || read_tables("a.xlsx", &tables, Layout::default(), &Corrections::default());
        let Ok(found) = read() else { return Ok(()) };
        prop_assert_eq!(lost(&tables[0], &found), Vec::<String>::new());
        let ids: BTreeSet<&str> = found.sheet.items.iter().map(|i| i.id.as_str()).collect();
        prop_assert_eq!(ids.len(), found.sheet.items.len());
        let rows = found.kinds[0].iter().filter(|(_, k)| *k == RowKind::Item).count();
        prop_assert_eq!(rows, found.sheet.items.len());
        // The same again.
        prop_assert_eq!(read().unwrap().sheet, found.sheet);
    }

    #[test]
    fn several_tables_keep_all_their_items(shapes in prop::collection::vec(shape(), 1..4)) {
        let tables: Vec<Grid> = shapes.iter().map(grid_of).collect();
        let alone: usize = tables
            .iter()
            .filter_map(|t| read_tables("a", std::slice::from_ref(t), Layout::default(), &Corrections::default()).ok())
            .map(|r| r.sheet.items.len())
            .sum();
        if let Ok(all) = read_tables("a", &tables, Layout::default(), &Corrections::default()) {
            prop_assert_eq!(all.sheet.items.len(), alone);
            let ids: BTreeSet<&str> = all.sheet.items.iter().map(|i| i.id.as_str()).collect();
            prop_assert_eq!(ids.len(), alone);
            prop_assert_eq!(all.kinds.len(), tables.len());
        }
    }
}
