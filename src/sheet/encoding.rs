//! Character encodings of text files: UTF-8 with and without a byte order mark, and Shift_JIS.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding as Charset, ISO_2022_JP, SHIFT_JIS};
use unicode_normalization::UnicodeNormalization;

use super::SheetError;

const BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

/// How a text file's characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Bom,
    ShiftJis,
}

impl Encoding {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 with BOM",
            Encoding::ShiftJis => "Shift_JIS",
        }
    }

    /// Finds the encoding of `bytes`.
    pub(crate) fn detect(file: &str, bytes: &[u8]) -> Result<Self, SheetError> {
        let error = |at: usize, found: String| {
            let line = 1 + bytes.iter().take(at).filter(|b| **b == b'\n').count();
            SheetError::Encoding { file: file.to_owned(), at: format!("line {line}"), found }
        };
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(error(0, "UTF-16".to_owned()));
        }
        if bytes.iter().take(4096).any(|b| *b == 0) {
            return Err(error(0, "binary data (a zero byte)".to_owned()));
        }
        let body = bytes.strip_prefix(BOM);
        let broken = match std::str::from_utf8(body.unwrap_or(bytes)) {
            Ok(_) if body.is_some() => return Ok(Encoding::Utf8Bom),
            Ok(_) => return Ok(Encoding::Utf8),
            Err(e) => e.valid_up_to(),
        };
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        let guess = detector.guess(Some(b"jp"), Utf8Detection::Deny);
        let other: Option<&Charset> = [EUC_JP, ISO_2022_JP].into_iter().find(|c| *c == guess);
        if let Some(other) = other {
            return Err(error(broken, other.name().to_owned()));
        }
        if body.is_none() && SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).is_some() {
            return Ok(Encoding::ShiftJis);
        }
        Err(error(broken, "bytes that are neither".to_owned()))
    }

    /// The bytes after the byte order mark.
    pub(crate) fn body(self, bytes: &[u8]) -> &[u8] {
        match self {
            Encoding::Utf8Bom => bytes.strip_prefix(BOM).unwrap_or(bytes),
            _ => bytes,
        }
    }

    /// Decodes a part of the body that ends on a character's boundary. Neither encoding has a line feed, tab, comma or
    /// quote inside a character, so lines and cells may be cut out as bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Encoding::Utf8 | Encoding::Utf8Bom => String::from_utf8_lossy(bytes),
            Encoding::ShiftJis => SHIFT_JIS.decode_without_bom_handling(bytes).0,
        }
    }

    /// Encodes `text`. A character that Shift_JIS lacks becomes its nearest likeness there (`–` becomes `-`).
    ///
    /// # Errors
    /// [`SheetError::Character`] where there is no likeness. Never a question mark.
    pub(crate) fn encode(self, file: &str, at: &str, text: &str) -> Result<Vec<u8>, SheetError> {
        match self {
            Encoding::Utf8 | Encoding::Utf8Bom => Ok(text.as_bytes().to_vec()),
            Encoding::ShiftJis => {
                let mut bytes = Vec::with_capacity(text.len());
                for character in text.chars() {
                    let like = likeness(character).ok_or_else(|| SheetError::Character {
                        file: file.to_owned(),
                        at: at.to_owned(),
                        encoding: self.label().to_owned(),
                        character,
                    })?;
                    bytes.extend(like);
                }
                Ok(bytes)
            }
        }
    }
}

/// The character in Shift_JIS, or what comes nearest to it there.
fn likeness(character: char) -> Option<Vec<u8>> {
    let plain = |text: &str| {
        let (bytes, _, lost) = SHIFT_JIS.encode(text);
        (!lost).then(|| bytes.into_owned())
    };
    let as_is = plain(character.encode_utf8(&mut [0; 4]));
    if as_is.is_some() {
        return as_is;
    }
    let other = match character {
        '\u{2010}'..='\u{2013}' => "-",
        '\u{2014}' => "―",
        '\u{301C}' => "～",
        '\u{2016}' => "∥",
        '≤' => "≦",
        '≥' => "≧",
        '✓' | '✔' | '✅' | '☑' => "○",
        '✗' | '✘' | '✕' | '✖' | '❌' => "×",
        '⚠' => "！",
        '•' => "・",
        '◯' => "○",
        '⇨' | '➡' => "→",
        '\u{00A0}' | '\u{2009}' | '\u{202F}' => " ",
        '\u{FE0E}' | '\u{FE0F}' | '\u{200B}' | '\u{200D}' | '\u{FEFF}' | '\u{00AD}' => "",
        '©' => "(C)",
        '®' => "(R)",
        _ => {
            // `é` is written `e`; `㎡` and the like as their letters.
            let folded: String =
                character.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
            return if folded.is_empty() { None } else { plain(&folded) };
        }
    };
    plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sjis(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn the_three_encodings() {
        let text = "確認事項\t実施の有無\n1\t暗号化すること。\t○\n";
        assert_eq!(Encoding::detect("a", text.as_bytes()).unwrap(), Encoding::Utf8);
        assert_eq!(Encoding::detect("a", &[BOM, text.as_bytes()].concat()).unwrap(), Encoding::Utf8Bom);
        assert_eq!(Encoding::detect("a", &sjis(text)).unwrap(), Encoding::ShiftJis);
        // A few characters are enough, and half-width kana do not mislead.
        assert_eq!(Encoding::detect("a", &sjis("備考")).unwrap(), Encoding::ShiftJis);
        assert_eq!(Encoding::ShiftJis.decode(&sjis(text)), text);
    }

    #[test]
    fn other_encodings_are_named() {
        let text = "確認事項と実施の有無と備考を記入してください。暗号化すること。";
        let error = Encoding::detect("a.txt", &EUC_JP.encode(text).0).unwrap_err().to_string();
        assert!(error.contains("EUC-JP") && error.contains("a.txt, line 1"), "{error}");
        let utf16: Vec<u8> = [0xFFFEu16].iter().chain(&[]).flat_map(|u| u.to_be_bytes()).collect();
        assert!(Encoding::detect("a", &utf16).unwrap_err().to_string().contains("UTF-16"));
        let error = Encoding::detect("a", b"ok\n\xE3\x81\x82\n\xFF\xFF").unwrap_err().to_string();
        assert!(error.contains("line 3"), "{error}");
    }

    #[test]
    fn nothing_turns_into_a_question_mark() {
        let encode = |text: &str| Encoding::ShiftJis.encode("a.csv", "line 2", text);
        let back = |text: &str| Encoding::ShiftJis.decode(&encode(text).unwrap()).into_owned();
        assert_eq!(back("≥ 90 日 – é ✓ 〜"), "≧ 90 日 - e ○ ～");
        assert_eq!(back("表示ソ能"), "表示ソ能");
        let error = encode("許可 🦀").unwrap_err().to_string();
        assert!(error.contains("🦀") && error.contains("line 2") && error.contains("1F980"), "{error}");
    }
}
