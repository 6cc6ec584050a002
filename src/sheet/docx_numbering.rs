//! Numbers that a word processor writes before paragraphs: they stand in no text (ECMA-376 part 1, 17.9).

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{attribute, is_on, number};

/// How one level of a list is numbered.
#[derive(Debug, Clone, Default)]
struct Level {
    start: usize,
    format: String,
    /// `%1.%2` and the like.
    text: String,
    /// All numbers in it are plain, as in legal texts.
    legal: bool,
}

/// What a style of paragraphs brings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Style {
    based_on: Option<String>,
    /// Depth of a heading, from 1.
    pub(crate) heading: Option<u8>,
    pub(crate) list: Option<usize>,
    pub(crate) level: Option<usize>,
}

/// Styles by their id.
#[derive(Debug, Default)]
pub(crate) struct Styles(BTreeMap<String, Style>);

impl Styles {
    pub(crate) fn parse(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut styles = BTreeMap::new();
        let mut current: Option<(String, Style)> = None;
        loop {
            match reader.read_event() {
                Ok(Event::Start(e) | Event::Empty(e)) => {
                    let local = e.local_name();
                    if local.as_ref() == "style" {
                        current = Some((attribute(&e, "styleId").unwrap_or_default(), Style::default()));
                    }
                    let Some((_, style)) = &mut current else { continue };
                    match local.as_ref() {
                        "name" => {
                            let name = attribute(&e, "val").unwrap_or_default().to_lowercase();
                            let depth = name.strip_prefix("heading ").or_else(|| name.strip_prefix("見出し "));
                            if let Some(depth) = depth.and_then(|d| d.trim().parse().ok()) {
                                style.heading = Some(depth);
                            } else if name == "title" {
                                style.heading = Some(1);
                            }
                        }
                        "basedOn" => style.based_on = attribute(&e, "val"),
                        "outlineLvl" => style.heading = outline(number(&e, "val")),
                        "numId" => style.list = number(&e, "val"),
                        "ilvl" => style.level = number(&e, "val"),
                        _ => {}
                    }
                }
                Ok(Event::End(e)) if e.local_name().as_ref() == "style" => styles.extend(current.take()),
                Ok(Event::Eof) | Err(_) => return Styles(styles),
                Ok(_) => {}
            }
        }
    }

    /// What a style and those that it is based on bring.
    pub(crate) fn get(&self, id: &str) -> Style {
        let mut found = Style::default();
        let mut next = Some(id.to_owned());
        // Styles may be based on each other in circles in a damaged file.
        for _ in 0..20 {
            let Some(style) = next.take().and_then(|id| self.0.get(&id)) else { break };
            found.heading = found.heading.or(style.heading);
            found.list = found.list.or(style.list);
            found.level = found.level.or(style.level);
            next.clone_from(&style.based_on);
        }
        found
    }
}

/// Depth of a heading, from 1; 9 is body text.
pub(crate) fn outline(level: Option<usize>) -> Option<u8> {
    level.filter(|l| *l < 9).and_then(|l| u8::try_from(l + 1).ok())
}

/// The lists of a document, counting.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// Abstract list → its levels.
    kinds: BTreeMap<usize, BTreeMap<usize, Level>>,
    /// List → abstract list, and levels that start elsewhere.
    lists: BTreeMap<usize, (usize, BTreeMap<usize, usize>)>,
    /// Abstract list → counts by level. Lists of one kind go on counting, unless they start anew.
    counts: BTreeMap<usize, BTreeMap<usize, usize>>,
    /// Lists that have begun.
    begun: Vec<usize>,
}

impl Numbers {
    pub(crate) fn parse(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut numbers = Numbers::default();
        let (mut kind, mut list, mut level) = (None, None, 0usize);
        loop {
            match reader.read_event() {
                Ok(Event::Start(e) | Event::Empty(e)) => {
                    let value = || attribute(&e, "val").unwrap_or_default();
                    match e.local_name().as_ref() {
                        "abstractNum" => kind = number(&e, "abstractNumId"),
                        "num" => list = number(&e, "numId"),
                        "abstractNumId" => {
                            if let (Some(list), Some(kind)) = (list, number(&e, "val")) {
                                numbers.lists.insert(list, (kind, BTreeMap::new()));
                            }
                        }
                        "lvl" | "lvlOverride" => level = number(&e, "ilvl").unwrap_or(0),
                        "startOverride" => {
                            if let (Some((_, starts)), Some(start)) =
                                (list.and_then(|l| numbers.lists.get_mut(&l)), number(&e, "val"))
                            {
                                starts.insert(level, start);
                            }
                        }
                        name @ ("start" | "numFmt" | "lvlText" | "isLgl") => {
                            let Some(kind) = kind else { continue };
                            let own = numbers.kinds.entry(kind).or_default().entry(level).or_default();
                            match name {
                                "start" => own.start = number(&e, "val").unwrap_or(1),
                                "numFmt" => own.format = value(),
                                "lvlText" => own.text = value(),
                                _ => own.legal = attribute(&e, "val").is_none_or(|v| is_on(&v)),
                            }
                        }
                        _ => {}
                    }
                }
                Ok(Event::End(e)) => match e.local_name().as_ref() {
                    "abstractNum" => kind = None,
                    "num" => list = None,
                    _ => {}
                },
                Ok(Event::Eof) | Err(_) => return numbers,
                Ok(_) => {}
            }
        }
    }

    /// The number of the next paragraph of a list, as people see it; empty for a bullet.
    pub(crate) fn next(&mut self, list: usize, level: usize) -> String {
        let Some((kind, starts)) = self.lists.get(&list) else { return String::new() };
        let Some(levels) = self.kinds.get(kind) else { return String::new() };
        let Some(own) = levels.get(&level) else { return String::new() };
        let counts = self.counts.entry(*kind).or_default();
        if !self.begun.contains(&list) {
            self.begun.push(list);
            for (level, start) in starts {
                counts.insert(*level, start.saturating_sub(1));
            }
        }
        let start = starts.get(&level).copied().unwrap_or(own.start);
        let count = counts.entry(level).or_insert_with(|| start.saturating_sub(1));
        *count = count.saturating_add(1);
        counts.retain(|deeper, _| *deeper <= level);
        if matches!(own.format.as_str(), "bullet" | "none") {
            return String::new();
        }
        let mut out = String::new();
        let mut characters = own.text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                out.push(character);
                continue;
            }
            let Some(which) = characters.next().and_then(|c| c.to_digit(10)).and_then(|d| usize::try_from(d).ok())
            else {
                continue;
            };
            let which = which.saturating_sub(1);
            let of = levels.get(&which);
            let value = counts.get(&which).copied().or_else(|| of.map(|l| l.start)).unwrap_or(1);
            let format = of.filter(|_| !own.legal).map_or("decimal", |l| l.format.as_str());
            out.push_str(&written(value, format));
        }
        out
    }
}

/// A number in a format of lists (ECMA-376 part 1, 17.18.59); plain where the format is a rare one.
fn written(value: usize, format: &str) -> String {
    let nth = |letters: &str| {
        let letters: Vec<char> = letters.chars().collect();
        value.checked_sub(1).and_then(|place| letters.get(place)).map(char::to_string)
    };
    // `aa` follows `z`.
    let letter = |first: u8| {
        let place = value.checked_sub(1)?;
        let times = place / 26 + 1;
        let letter = char::from(first + u8::try_from(place % 26).ok()?);
        (times < 20).then(|| letter.to_string().repeat(times))
    };
    let text = match format {
        "decimalZero" => Some(format!("{value:02}")),
        "upperLetter" => letter(b'A'),
        "lowerLetter" => letter(b'a'),
        "upperRoman" => roman(value),
        "lowerRoman" => roman(value).map(|r| r.to_lowercase()),
        "decimalFullWidth" | "decimalFullWidth2" => Some(
            value
                .to_string()
                .chars()
                .map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xFF10 + d)).unwrap_or(c))
                .collect(),
        ),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => nth("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
        "japaneseCounting"
        | "japaneseDigitalTenThousand"
        | "ideographDigital"
        | "chineseCounting"
        | "taiwaneseCounting" => kanji(value),
        "aiueo" => nth("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ"),
        "aiueoFullWidth" => nth("アイウエオカキクケコサシスセソタチツテトナニヌネノ"),
        "irohaFullWidth" => nth("イロハニホヘトチリヌルヲワカヨタレソツネナラム"),
        _ => None,
    };
    text.unwrap_or_else(|| value.to_string())
}

fn roman(value: usize) -> Option<String> {
    const STEPS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut rest = Some(value).filter(|v| (1..400).contains(v))?;
    let mut out = String::new();
    for (step, letters) in STEPS {
        while rest >= step {
            out.push_str(letters);
            rest -= step;
        }
    }
    Some(out)
}

fn kanji(value: usize) -> Option<String> {
    let digit = |d: usize| "〇一二三四五六七八九".chars().nth(d).map(String::from);
    match value {
        1..=9 => digit(value),
        10..=99 => {
            let tens = if value >= 20 { digit(value / 10)? } else { String::new() };
            let ones = if !value.is_multiple_of(10) { digit(value % 10)? } else { String::new() };
            Some(format!("{tens}十{ones}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_the_word_processor_does() {
        let xml = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
            <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
            <w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>
            <w:num w:numId="2"><w:abstractNumId w:val="4"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>"#;
        let mut numbers = Numbers::parse(xml);
        let seen: Vec<String> = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (2, 0), (2, 0), (9, 0)]
            .map(|(l, d)| numbers.next(l, d))
            .into();
        assert_eq!(seen, ["1.", "1.1", "1.2", "", "2.", "2.1", "7.", "8.", ""]);
    }

    #[test]
    fn formats_of_numbers() {
        for (value, format, seen) in [
            (4, "lowerRoman", "iv"),
            (27, "upperLetter", "AA"),
            (3, "decimalEnclosedCircle", "③"),
            (12, "japaneseCounting", "十二"),
            (20, "japaneseCounting", "二十"),
            (10, "decimalFullWidth", "１０"),
            (2, "aiueoFullWidth", "イ"),
            (0, "lowerLetter", "0"),
        ] {
            assert_eq!(written(value, format), seen);
        }
    }
}
