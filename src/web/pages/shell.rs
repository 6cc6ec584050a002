//! What every page has around it: names, ways to other pages, languages, the way out.

use std::borrow::Borrow;

use super::{Ctx, href};
use crate::model::Lang;
use crate::report::labels::Label;
use crate::web::{assets, lang, words};

/// Where a page belongs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// Among all sheets.
    Root,
    /// The outbox.
    Letters,
    /// In a sheet.
    Sheet(&'a str, Tab),
}

/// A part of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Items,
    /// An item: below the items.
    Item,
    Runs,
    Diff,
    Expiring,
    Gaps,
}

/// A link to another page.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
    pub(super) current: bool,
}

/// Around the page.
pub(super) struct Shell {
    pub(super) lang: Lang,
    pub(super) title: String,
    pub(super) style: String,
    pub(super) nav: Vec<Link>,
    /// The sheet and its parts.
    pub(super) tabs: Vec<Link>,
    pub(super) sheet: String,
    pub(super) languages: Vec<(Link, &'static str)>,
    pub(super) user: Option<String>,
    pub(super) session: bool,
}

impl Shell {
    pub(super) fn new(ctx: &Ctx, title: String, place: Place<'_>) -> Self {
        let mut shell = Self::bare(ctx.lang, &title);
        let link = |href: String, label: Label, current| Link { href, text: label.get(ctx.lang).to_owned(), current };
        shell.nav = vec![
            link("/".to_owned(), words::SHEETS, matches!(place, Place::Root) && ctx.path == "/"),
            link("/letters".to_owned(), words::LETTERS, matches!(place, Place::Letters)),
        ];
        if let Place::Sheet(sheet, at) = place {
            let tabs: [(&[&str], Label, Tab); 5] = [
                (&["sheets", sheet], crate::report::labels::ITEMS, Tab::Items),
                (&["sheets", sheet, "runs"], words::RUNS, Tab::Runs),
                (&["sheets", sheet, "diff"], words::DIFF, Tab::Diff),
                (&["sheets", sheet, "expiring"], words::EXPIRING, Tab::Expiring),
                (&["sheets", sheet, "gaps"], words::GAPS, Tab::Gaps),
            ];
            shell.tabs = tabs.into_iter().map(|(path, label, tab)| link(href(path), label, tab == at)).collect();
            shell.sheet = sheet.to_owned();
        }
        shell.languages = [Lang::Ja, Lang::En]
            .map(|other| {
                let text = match other {
                    Lang::Ja => "日本語",
                    Lang::En => "English",
                };
                let href = ctx.here(&[("lang", lang::code(other))]);
                (Link { href, text: text.to_owned(), current: other == ctx.lang }, lang::code(other))
            })
            .into();
        shell.user = ctx.user.name.clone();
        shell.session = ctx.user.session;
        shell
    }

    /// Without any way: for who is not let in.
    pub(super) fn bare(lang: Lang, title: &str) -> Self {
        Self {
            lang,
            title: title.to_owned(),
            style: assets::style(),
            nav: Vec::new(),
            tabs: Vec::new(),
            sheet: String::new(),
            languages: Vec::new(),
            user: None,
            session: false,
        }
    }

    /// A label in the page's language.
    pub(super) fn t<L: Borrow<Label>>(&self, label: L) -> &'static str {
        label.borrow().get(self.lang)
    }

    /// The language's code.
    pub(super) fn code(&self) -> &'static str {
        lang::code(self.lang)
    }

    /// The program's version.
    pub(super) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
