//! Pieces of XML read and written by place, so that all else stays as it was.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The value of an attribute, whatever its name space.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned()))
}

/// An attribute that is a whole number.
pub(crate) fn number(element: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(element, name).and_then(|v| v.trim().parse().ok())
}

/// Whether an on/off attribute is on (`1`, `true`, `on`).
pub(crate) fn is_on(value: &str) -> bool {
    matches!(value, "1" | "true" | "on" | "True")
}

/// Where the reader stands.
pub(crate) fn position(reader: &Reader<&[u8]>) -> Result<usize, String> {
    usize::try_from(reader.buffer_position()).map_err(|e| e.to_string())
}

/// The text of an event inside an element: text, character data, and references such as `&amp;`.
pub(crate) fn text_of(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) => Some(text.xml10_content().into_owned()),
        Event::CData(data) => Some(data.xml10_content().into_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(character)) => Some(character.to_string()),
            _ => quick_xml::escape::unescape(&format!("&{};", reference.xml10_content())).ok().map(|t| t.into_owned()),
        },
        _ => None,
    }
}

/// All elements with a local name.
pub(crate) fn elements<'x>(xml: &'x str, name: &str) -> Vec<BytesStart<'x>> {
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

/// Name space prefix of an element with its colon, or nothing.
pub(crate) fn prefix(element: &BytesStart<'_>) -> String {
    let name = element.name();
    let local = name.local_name();
    name.as_ref().strip_suffix(local.as_ref()).unwrap_or_default().to_owned()
}

/// Replacements of pieces of a text, applied in order.
#[derive(Default)]
pub(crate) struct Edits(Vec<((usize, usize), String)>);

impl Edits {
    pub(crate) fn replace(&mut self, span: (usize, usize), by: String) {
        self.0.push((span, by));
    }

    pub(crate) fn insert(&mut self, at: usize, text: String) {
        self.0.push(((at, at), text));
    }

    pub(crate) fn apply(mut self, text: &str) -> Result<String, String> {
        // Stable: what was inserted first at one place stays first.
        self.0.sort_by_key(|((start, _), _)| *start);
        let mut out = String::with_capacity(text.len() + self.0.iter().map(|(_, by)| by.len()).sum::<usize>());
        let mut done = 0;
        for ((start, end), by) in self.0 {
            out.push_str(text.get(done..start).ok_or("parts that overlap")?);
            out.push_str(&by);
            done = end;
        }
        out.push_str(text.get(done..).ok_or("parts that overlap")?);
        Ok(out)
    }
}

/// The text without what XML 1.0 cannot hold; line ends are `\n`.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\t' => clean.push(character),
            '\r' => clean.push('\n'),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}

/// The text as it stands between tags.
pub(crate) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// `tag` with the value of an attribute changed; none where it has no such attribute or the change says none.
pub(crate) fn with_attribute(tag: &str, name: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    for quote in ['"', '\''] {
        let opening = format!(" {name}={quote}");
        if let Some((head, rest)) = tag.split_once(&opening) {
            let (value, tail) = rest.split_once(quote)?;
            return Some(format!("{head}{opening}{}{quote}{tail}", change(value)?));
        }
    }
    None
}

/// Whether every tag of an XML text is closed, and in order.
pub(crate) fn is_well_formed(xml: &str) -> bool {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return depth == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}
