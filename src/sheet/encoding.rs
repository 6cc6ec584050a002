//! Character encodings of text files: UTF-8 and UTF-16 with and without a byte order mark, Shift_JIS, EUC-JP, ISO-2022-JP.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding as Charset, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

use super::SheetError;

const BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

/// How a text file's characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Bom,
    /// UTF-16 of either byte order, with a byte order mark or without one.
    Utf16 {
        charset: &'static Charset,
        bom: bool,
    },
    /// One of before Unicode.
    Legacy(&'static Charset),
}

impl Encoding {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 with BOM",
            Encoding::Utf16 { charset, .. } | Encoding::Legacy(charset) => charset.name(),
        }
    }

    /// Finds the encoding of `bytes`.
    pub(crate) fn detect(file: &str, bytes: &[u8]) -> Result<Self, SheetError> {
        let error = |at: usize, found: &str| {
            let line = 1 + bytes.iter().take(at).filter(|b| **b == b'\n').count();
            SheetError::Encoding { file: file.to_owned(), at: format!("line {line}"), found: found.to_owned() }
        };
        for (mark, charset) in [([0xFF, 0xFE], UTF_16LE), ([0xFE, 0xFF], UTF_16BE)] {
            if let Some(rest) = bytes.strip_prefix(&mark) {
                let whole = charset.decode_without_bom_handling_and_without_replacement(rest).is_some();
                return if whole { Ok(Encoding::Utf16 { charset, bom: true }) } else { Err(error(0, "broken UTF-16")) };
            }
        }
        if bytes.contains(&0) {
            let likely = [UTF_16LE, UTF_16BE].into_iter().find(|charset| is_utf16(charset, bytes));
            return match likely {
                Some(charset) => Ok(Encoding::Utf16 { charset, bom: false }),
                None => Err(error(0, "binary data (a zero byte)")),
            };
        }
        let body = bytes.strip_prefix(BOM);
        let escapes = bytes.windows(2).any(|pair| matches!(pair, [0x1B, b'$' | b'(']));
        let broken = match std::str::from_utf8(body.unwrap_or(bytes)) {
            Ok(_) if body.is_some() => return Ok(Encoding::Utf8Bom),
            Ok(_) if !escapes => return Ok(Encoding::Utf8),
            Ok(_) => 0,
            Err(e) => e.valid_up_to(),
        };
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        let guess = detector.guess(Some(b"jp"), Utf8Detection::Deny);
        let likely = [
            (EUC_JP, guess == EUC_JP),
            (ISO_2022_JP, escapes),
            (SHIFT_JIS, !escapes),
            (WINDOWS_1252, guess == WINDOWS_1252),
        ];
        for charset in likely.into_iter().filter_map(|(charset, likely)| likely.then_some(charset)) {
            if body.is_none()
                && let Some(text) = charset.decode_without_bom_handling_and_without_replacement(bytes)
                // Bytes that Windows-1252 does not use become these.
                && !text.contains(|c: char| ('\u{80}'..='\u{9F}').contains(&c))
            {
                return Ok(Encoding::Legacy(charset));
            }
        }
        if escapes && std::str::from_utf8(bytes).is_ok() {
            return Ok(Encoding::Utf8);
        }
        Err(error(broken, "bytes that are none of these"))
    }

    /// Whether a line feed, tab, comma or quote may be looked for among its bytes: none of them is part of a longer
    /// character. Others are worked on as UTF-8.
    fn is_plain(self) -> bool {
        match self {
            Encoding::Utf8 | Encoding::Utf8Bom => true,
            Encoding::Utf16 { .. } => false,
            Encoding::Legacy(charset) => charset != ISO_2022_JP,
        }
    }

    /// The bytes after the byte order mark, in a form that lines and cells may be cut out of.
    pub(crate) fn body(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Encoding::Utf8Bom => Cow::Borrowed(bytes.strip_prefix(BOM).unwrap_or(bytes)),
            Encoding::Utf16 { charset, bom } => {
                let rest = bytes.get(if bom { 2 } else { 0 }..).unwrap_or_default();
                Cow::Owned(charset.decode_without_bom_handling(rest).0.into_owned().into_bytes())
            }
            Encoding::Legacy(charset) if !self.is_plain() => {
                Cow::Owned(charset.decode_without_bom_handling(bytes).0.into_owned().into_bytes())
            }
            _ => Cow::Borrowed(bytes),
        }
    }

    /// Decodes a part of the body that ends on a character's boundary.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Encoding::Legacy(charset) if self.is_plain() => charset.decode_without_bom_handling(bytes).0,
            _ => String::from_utf8_lossy(bytes),
        }
    }

    /// Encodes `text` as a part of the body. A character that the encoding lacks becomes its nearest likeness there (`–`
    /// becomes `-`).
    ///
    /// # Errors
    /// [`SheetError::Character`] where there is no likeness. Never a question mark.
    pub(crate) fn encode(self, file: &str, at: &str, text: &str) -> Result<Vec<u8>, SheetError> {
        let Encoding::Legacy(charset) = self else { return Ok(text.as_bytes().to_vec()) };
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let like = likeness(charset, character).ok_or_else(|| SheetError::Character {
                file: file.to_owned(),
                at: at.to_owned(),
                encoding: self.label().to_owned(),
                character,
            })?;
            if self.is_plain() {
                bytes.extend(like);
            } else {
                bytes.extend(charset.decode_without_bom_handling(&like).0.as_bytes());
            }
        }
        Ok(bytes)
    }

    /// The file whose body is `body`.
    pub(crate) fn file(self, body: Vec<u8>) -> Vec<u8> {
        match self {
            Encoding::Utf8 => body,
            Encoding::Utf8Bom => [BOM, &body].concat(),
            Encoding::Utf16 { charset, bom } => {
                let mark = bom.then_some('\u{FEFF}');
                let text = String::from_utf8_lossy(&body);
                let units: Vec<u16> =
                    mark.into_iter().chain(text.chars()).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).collect();
                let order = if charset == UTF_16LE { u16::to_le_bytes } else { u16::to_be_bytes };
                units.into_iter().flat_map(order).collect()
            }
            Encoding::Legacy(charset) if !self.is_plain() => {
                charset.encode(&String::from_utf8_lossy(&body)).0.into_owned()
            }
            Encoding::Legacy(_) => body,
        }
    }
}

/// Whether bytes with zeros among them are text in UTF-16 that lacks its byte order mark.
fn is_utf16(charset: &'static Charset, bytes: &[u8]) -> bool {
    let Some(text) = charset.decode_without_bom_handling_and_without_replacement(bytes) else { return false };
    let odd = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
            || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    text.contains(['\n', '\t']) && !text.contains(odd)
}

/// The character in `charset`, or what comes nearest to it there.
fn likeness(charset: &'static Charset, character: char) -> Option<Vec<u8>> {
    let plain = |text: &str| {
        let (bytes, _, lost) = charset.encode(text);
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
    fn the_encodings() {
        let text = "確認事項\t実施の有無\n1\t暗号化すること。\t○\n";
        assert_eq!(Encoding::detect("a", text.as_bytes()).unwrap(), Encoding::Utf8);
        assert_eq!(Encoding::detect("a", &[BOM, text.as_bytes()].concat()).unwrap(), Encoding::Utf8Bom);
        let shift_jis = Encoding::Legacy(SHIFT_JIS);
        assert_eq!(Encoding::detect("a", &sjis(text)).unwrap(), shift_jis);
        // A few characters are enough, and half-width kana do not mislead.
        assert_eq!(Encoding::detect("a", &sjis("備考")).unwrap(), shift_jis);
        assert_eq!(shift_jis.decode(&sjis(text)), text);
        let all = [
            Encoding::Utf8,
            Encoding::Utf8Bom,
            shift_jis,
            Encoding::Legacy(EUC_JP),
            Encoding::Legacy(ISO_2022_JP),
            Encoding::Utf16 { charset: UTF_16LE, bom: true },
            Encoding::Utf16 { charset: UTF_16BE, bom: true },
            Encoding::Utf16 { charset: UTF_16LE, bom: false },
            Encoding::Utf16 { charset: UTF_16BE, bom: false },
        ];
        for encoding in all {
            let body = encoding.encode("a", "line 1", text).unwrap();
            let file = encoding.file(body.clone());
            assert_eq!(Encoding::detect("a", &file).unwrap(), encoding);
            assert_eq!(encoding.body(&file), body);
            assert_eq!(encoding.decode(&encoding.body(&file)), text, "{encoding:?}");
        }
        let latin = b"No;Question;R\xE9ponse\n1;Chiffr\xE9 ?;Oui, \x93bien\x94\n";
        assert_eq!(Encoding::detect("a", latin).unwrap(), Encoding::Legacy(WINDOWS_1252));
    }

    #[test]
    fn what_is_no_text_is_told() {
        let error = Encoding::detect("a", b"ok\n\xE3\x81\x82\n\xFF\xFF").unwrap_err().to_string();
        assert!(error.contains("line 3"), "{error}");
        for broken in [b"\xFF\xFEa".as_slice(), b"\xFF\xFE\x00\xD8", b"a\0b\0\x01\0", b"\x7FELF\0\0"] {
            assert!(Encoding::detect("a", broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn nothing_turns_into_a_question_mark() {
        let encode = |text: &str| Encoding::Legacy(SHIFT_JIS).encode("a.csv", "line 2", text);
        let back = |text: &str| Encoding::Legacy(SHIFT_JIS).decode(&encode(text).unwrap()).into_owned();
        assert_eq!(back("≥ 90 日 – é ✓ 〜"), "≧ 90 日 - e ○ ～");
        assert_eq!(back("表示ソ能"), "表示ソ能");
        let error = encode("許可 🦀").unwrap_err().to_string();
        assert!(error.contains("🦀") && error.contains("line 2") && error.contains("1F980"), "{error}");
    }
}
