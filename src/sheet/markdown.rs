//! Sheets as Markdown: tables, lists, headings and paragraphs, read by `pulldown-cmark`.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::grid::{Grid, Places, Row, bare};
use super::outline::Outline;

/// Marks lines that were filled in below an item of a list; no reader shows it.
pub(crate) const OWN_LINE: &str = "<!-- kakunin -->";

/// Where things stand that cells are added to.
#[derive(Debug, Default)]
pub(crate) struct Spots {
    /// Line of a table's row → its table's columns and the bytes of the row.
    pub(crate) rows: BTreeMap<usize, (usize, Range<usize>)>,
    /// Line of a table's header → line that rules it off.
    pub(crate) headers: BTreeMap<usize, usize>,
    /// Line of a list's item → the byte at which the lines below it begin, and the indent of what is inside it.
    pub(crate) items: BTreeMap<usize, (usize, usize)>,
}

/// What is being read.
struct Reader<'t> {
    text: &'t str,
    /// Byte at which each line begins.
    starts: Vec<usize>,
    outline: Outline,
    places: Spots,
    /// Line, bytes so far and text of what is being written.
    written: String,
    from: Option<usize>,
    to: usize,
    /// Lists around: the number of the next item of an ordered one.
    lists: Vec<Option<u64>>,
    /// Items around: line, what stands before the text, indent, and whether its text was taken.
    items: Vec<Item>,
    table: Option<Table>,
    links: Vec<(String, usize)>,
    html: String,
    heading: Option<u8>,
}

struct Item {
    line: usize,
    lead: String,
    indent: usize,
    taken: bool,
    own: bool,
}

#[derive(Default)]
struct Table {
    grid: Grid,
    columns: usize,
    cells: Vec<String>,
    row: Range<usize>,
    /// Each line of the file is one row of the table.
    head: bool,
}

/// The options of the dialect that web sites of repositories show.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

/// The tables of a Markdown text, and the lines between them.
pub(crate) fn tables(text: &str) -> Vec<Grid> {
    parse(text).0
}

/// The tables, and where cells can be added to them.
pub(crate) fn parse(text: &str) -> (Vec<Grid>, Spots) {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut reader = Reader {
        text,
        starts,
        outline: Outline::new(Places::Plain),
        places: Spots::default(),
        written: String::new(),
        from: None,
        to: 0,
        lists: Vec::new(),
        items: Vec::new(),
        table: None,
        links: Vec::new(),
        html: String::new(),
        heading: None,
    };
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush();
    (reader.outline.finish(), reader.places)
}

impl Reader<'_> {
    /// Line from 1 of a byte.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn end_of_line(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    fn push(&mut self, text: &str, range: &Range<usize>) {
        if let Some(cell) = self.table.as_mut().and_then(|t| t.cells.last_mut()) {
            cell.push_str(text);
            return;
        }
        if self.from.is_none() && !text.trim().is_empty() {
            self.from = Some(self.line(range.start));
        }
        self.to = self.to.max(range.end);
        self.written.push_str(text);
    }

    fn length(&self) -> usize {
        let cell = self.table.as_ref().and_then(|t| t.cells.last());
        cell.map_or(self.written.len(), String::len)
    }

    fn tail(&self, from: usize) -> String {
        let cell = self.table.as_ref().and_then(|t| t.cells.last());
        cell.unwrap_or(&self.written).get(from..).unwrap_or_default().to_owned()
    }

    /// Ends a line, or an item's own text.
    fn flush(&mut self) {
        let written = std::mem::take(&mut self.written);
        let text = bare(&written).to_owned();
        let from = self.from.take();
        if let Some(item) = self.items.last_mut()
            && !item.taken
        {
            item.taken = true;
            let (line, indent, own) = (item.line, item.indent, item.own);
            if own {
                return;
            }
            let text = format!("{}{text}", item.lead).trim_end().to_owned();
            let last = if self.to > 0 { self.line(self.to.saturating_sub(1)).max(line) } else { line };
            self.to = 0;
            self.places.items.insert(line, (self.end_of_line(last), indent));
            self.put(line, &text);
            return;
        }
        self.to = 0;
        if !text.is_empty() && !self.items.last().is_some_and(|item| item.own) {
            self.put(from.unwrap_or(1), &text);
        }
    }

    fn put(&mut self, line: usize, text: &str) {
        if bare(text).is_empty() {
            return;
        }
        self.outline.line(Row::new(line, text.to_owned(), [text]));
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                // Text of a block of code or of the file's head has its line ends in it.
                if self.table.is_none() && self.items.is_empty() && text.contains('\n') {
                    let first = self.line(range.start);
                    for (line, piece) in (first..).zip(text.lines()) {
                        self.flush();
                        self.from = Some(line);
                        self.written.push_str(piece);
                    }
                    self.flush();
                } else {
                    self.push(&text, &range);
                }
            }
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => {
                let tag = html.trim_matches(['<', '>', '/', ' ']).to_lowercase();
                if tag == "br" {
                    self.push("\n", &range);
                } else if html.as_ref() == OWN_LINE {
                    self.items.last_mut().into_iter().for_each(|item| item.own = true);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                // Lines of a paragraph are lines of a sheet; in an item they are one text.
                if self.table.is_none() && self.items.is_empty() && self.heading.is_none() {
                    self.flush();
                } else {
                    self.push("\n", &range);
                }
            }
            Event::TaskListMarker(checked) => {
                if let Some(item) = self.items.last_mut() {
                    item.lead.push_str(if checked { "☑ " } else { "☐ " });
                }
            }
            Event::FootnoteReference(name) => self.push(&format!("[^{name}]"), &range),
            Event::Rule => self.flush(),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                // The levels of headings are numbered from 1.
                self.heading = u8::try_from(level as usize).ok();
            }
            Tag::List(start) => {
                self.flush();
                self.lists.push(start);
            }
            Tag::Item => {
                self.flush();
                let line = self.line(range.start);
                let source = self.text.get(range.clone()).unwrap_or_default();
                let begin = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
                let mut lead = String::new();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        // The source's own number, which need not follow the one before it.
                        let digits: String = source.trim_start().chars().take_while(char::is_ascii_digit).collect();
                        let shown = if digits.is_empty() { number.to_string() } else { digits };
                        let mark =
                            source.trim_start().chars().nth(shown.chars().count()).filter(|c| *c == ')').unwrap_or('.');
                        lead = format!("{shown}{mark} ");
                        *number = number.saturating_add(1);
                        shown.len() + 2
                    }
                    _ => 2,
                };
                let indent = range.start.saturating_sub(begin) + marker;
                self.items.push(Item { line, lead, indent, taken: false, own: false });
            }
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(Table { columns: alignments.len(), ..Table::default() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.cells.clear();
                    table.row = range;
                    table.head = matches!(tag, Tag::TableHead);
                }
            }
            Tag::TableCell => self.table.iter_mut().for_each(|table| table.cells.push(String::new())),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let length = self.length();
                self.links.push((dest_url.into_string(), length));
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html.clear();
            }
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::MetadataBlock(_) | Tag::BlockQuote(_) => {
                self.flush_before_block()
            }
            _ => {}
        }
    }

    /// A paragraph inside an item is the item's text, or goes on after it.
    fn flush_before_block(&mut self) {
        if !self.written.trim().is_empty() || self.items.is_empty() {
            self.flush();
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(_) => {
                let text = std::mem::take(&mut self.written);
                let line = self.from.take().unwrap_or_else(|| self.line(range.start));
                self.to = 0;
                if let Some(level) = self.heading.take()
                    && !bare(&text).is_empty()
                {
                    let text = bare(&text).replace('\n', " ");
                    self.outline.heading(level, Row::new(line, text.clone(), [text]));
                }
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::MetadataBlock(_) | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.items.pop();
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::TableHead | TagEnd::TableRow => self.row(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.outline.table(table.grid);
                }
            }
            TagEnd::Link | TagEnd::Image => {
                if let Some((address, before)) = self.links.pop() {
                    let text = self.tail(before);
                    let local = address.starts_with('#') || address.is_empty();
                    if !local && !text.contains(address.trim_end_matches('/')) {
                        self.push(&format!(" ({address})"), &range);
                    }
                }
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                let first = self.line(range.start);
                if html.contains(OWN_LINE) {
                    self.items.last_mut().into_iter().for_each(|item| item.own = true);
                }
                for (offset, text) in plain(&html) {
                    self.flush();
                    self.from = Some(first + offset);
                    self.written.push_str(&text);
                    self.flush();
                }
            }
            _ => {}
        }
    }

    fn row(&mut self) {
        let Some((line, end)) = self.table.as_ref().map(|t| {
            let line = self.line(t.row.start);
            (line, self.end_of_line(line))
        }) else {
            return;
        };
        let Some(table) = &mut self.table else { return };
        let span = table.row.start..end.max(table.row.start);
        let source = self.text.get(span.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let span = span.start..span.start + source.len();
        let mut cells = std::mem::take(&mut table.cells);
        // The dialect drops cells that stand under no header; a sheet must not.
        let more = super::text::bars(source);
        cells.extend(more.into_iter().skip(cells.len()).map(|cell| bare(&cell).to_owned()));
        table.grid.rows.push(Row::new(line, source.trim().to_owned(), cells));
        self.places.rows.insert(line, (table.columns, span));
        if table.head {
            self.places.headers.insert(line, line + 1);
        }
    }
}

/// The text of a piece of HTML without tags and comments, by line.
fn plain(html: &str) -> Vec<(usize, String)> {
    let mut out = vec![String::new()];
    let mut rest = html;
    while let Some(character) = rest.chars().next() {
        let skipped = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |at| at + 3)
        } else if character == '<' {
            rest.find('>').map_or(1, |at| at + 1)
        } else {
            0
        };
        let (gone, kept) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
        out.extend(gone.matches('\n').map(|_| String::new()));
        rest = kept;
        if skipped == 0 {
            if character == '\n' {
                out.push(String::new());
            } else if let Some(line) = out.last_mut() {
                line.push(character);
            }
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    let written = |line: &String| !bare(line).is_empty();
    (0..).zip(out).filter(|(_, line)| written(line)).map(|(at, line)| (at, bare(&line).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<(usize, String)>> {
        let shown = |row: &Row| row.cells.values().cloned().collect::<Vec<_>>().join(" / ");
        tables(text).iter().map(|t| t.rows.iter().map(|r| (r.line, shown(r))).collect()).collect()
    }

    fn lines(text: &str) -> Vec<String> {
        read(text).concat().into_iter().map(|(line, text)| format!("{line}: {text}")).collect()
    }

    #[test]
    fn tables_stand_below_their_headings() {
        let text = "# 可用性\n<!-- a\nb -->\n## 稼働率\n\n| No | 質問 | 回答 |\n|---|:-:|---|\n| 1 | 多重<br>化 \\| 分散 | [はい](https://example.com/a) |\n| 2 | `x` |\n| 3 | a | b | c |\n\n## 運用\n\n| No | 質問 | 回答 |\n|---|---|---|\n| 1 | d | - |\n";
        let found = read(text);
        assert_eq!(found.len(), 2);
        let cells: Vec<&str> = found[0].iter().map(|(_, t)| t.as_str()).collect();
        assert_eq!(
            cells,
            [
                "可用性",
                "稼働率",
                "No / 質問 / 回答",
                "1 / 多重\n化 | 分散 / はい (https://example.com/a)",
                "2 / x",
                "3 / a / b / c"
            ]
        );
        assert_eq!(found[0].iter().map(|(l, _)| *l).collect::<Vec<_>>(), [1, 4, 6, 8, 9, 10]);
        assert_eq!(found[1][..2], [(1, "可用性".to_owned()), (12, "運用".to_owned())]);
        let grids = tables(text);
        assert_eq!(
            (grids[0].rows[0].heading, grids[0].rows[1].heading, grids[0].rows[2].heading),
            (Some(1), Some(2), None)
        );
    }

    #[test]
    fn lists_task_lists_and_paragraphs_are_lines() {
        let text = "Q1. どれを\n□ a\n□ b\n\n- [x] 暗号化\n  続き\n- [ ] 監査\n  - 内側\n\n3. third\n4) fourth\n\n> quoted\n\n```\ncode 1\ncode 2\n```\n<b>太字</b>\n";
        assert_eq!(
            lines(text),
            [
                "1: Q1. どれを",
                "2: □ a",
                "3: □ b",
                "5: ☑ 暗号化\n続き",
                "7: ☐ 監査",
                "8: 内側",
                "10: 3. third",
                "11: 4) fourth",
                "13: quoted",
                "16: code 1",
                "17: code 2",
                "19: 太字"
            ]
        );
    }

    #[test]
    fn own_lines_are_passed_over() {
        let text = "- [x] a\n  - 判定: PASS <!-- kakunin -->\n- [ ] b\n";
        assert_eq!(lines(text), ["1: ☑ a", "3: ☐ b"]);
    }
}
