//! One self-contained page: no request leaves it, both languages are in it, and it prints open.
//!
//! The template only lays out; what it shows is arranged in [`view`].

use std::fmt;

use askama::Template;
use askama::filters::{Html, HtmlSafe, escape};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{ReportError, labels};
use crate::model::{Lang, Report, Text};

mod view;

const STYLE: &str = include_str!("../../reports/report.css");
const SCRIPT: &str = include_str!("../../reports/report.js");

/// The page as HTML, opening in `lang`.
///
/// Everything that comes from the sheet or from AWS is escaped, and the page's own content security policy lets
/// nothing run but the script whose digest it names.
///
/// # Errors
/// [`ReportError::Html`] where the template fails, which is a defect.
pub fn render(report: &Report, lang: Lang) -> Result<String, ReportError> {
    let page = Page {
        lang,
        script_digest: STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())),
        script: SCRIPT,
        style: STYLE,
        v: view::Report::new(report),
    };
    Ok(page.render()?)
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'r> {
    lang: Lang,
    script_digest: String,
    script: &'static str,
    style: &'static str,
    v: view::Report<'r>,
}

impl Page<'_> {
    fn is_ja(&self) -> bool {
        self.lang == Lang::Ja
    }
}

/// A text in both languages, each in an `i` (which HTML gives to runs of another language, and is short), of which the page shows one; one alone where they are the same or the other is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Both {
    ja: String,
    en: String,
}

impl Both {
    fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}

impl From<&Text> for Both {
    fn from(text: &Text) -> Self {
        Self::new(&text.ja, &text.en)
    }
}

impl From<Text> for Both {
    fn from(text: Text) -> Self {
        Self::new(text.ja, text.en)
    }
}

impl From<labels::Label> for Both {
    fn from(label: labels::Label) -> Self {
        Self::new(label.ja, label.en)
    }
}

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_both(f, &self.ja, &self.en)
    }
}

/// Escapes what it holds itself, with the template engine's own escaper.
impl HtmlSafe for Both {}

impl fmt::Display for labels::Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_both(f, self.ja, self.en)
    }
}

impl HtmlSafe for labels::Label {}

fn write_both(f: &mut fmt::Formatter<'_>, ja: &str, en: &str) -> fmt::Result {
    let Ok(safe_ja) = escape(ja, Html);
    let Ok(safe_en) = escape(en, Html);
    match (ja, en) {
        (ja, en) if ja == en => write!(f, "{safe_ja}"),
        (_, "") => write!(f, "<i lang=ja class=only>{safe_ja}</i>"),
        ("", _) => write!(f, "<i lang=en class=only>{safe_en}</i>"),
        _ => write!(f, "<i lang=ja>{safe_ja}</i><i lang=en>{safe_en}</i>"),
    }
}
