//! Where we are in the sheet: the headings above an item, and the id that it gets from them.

/// A heading that stands above the rows that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) number: Option<String>,
    pub(super) text: String,
}

#[derive(Default)]
pub(super) struct Path {
    /// Headings that the document itself marks as such, with their depth, above all others.
    levels: Vec<(u8, String)>,
    section: Option<Heading>,
    sub: Option<Heading>,
    /// Ordinal of `sub` within its section, once an item stands below it.
    ordinal: Option<String>,
    /// Sub-headings with items in this section so far.
    count: usize,
}

impl Path {
    fn section_number(&self) -> Option<&str> {
        self.section.as_ref().and_then(|s| s.number.as_deref())
    }

    /// Texts of the headings, the outermost first.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.levels.iter().map(|(_, text)| text.clone()).collect();
        for heading in [&self.section, &self.sub].into_iter().flatten() {
            if !texts.contains(&heading.text) {
                texts.push(heading.text.clone());
            }
        }
        texts
    }

    /// Steps below a heading of the document, of a depth from 1. Its number counts as a section's does; without one it only
    /// names.
    pub(super) fn level(&mut self, depth: u8, heading: Heading) {
        self.levels.retain(|(above, _)| *above < depth);
        self.levels.push((depth, heading.text.clone()));
        let levels = std::mem::take(&mut self.levels);
        if heading.number.is_some() {
            self.enter(heading);
        } else if depth == 1 || self.sub.as_ref().is_none_or(|s| s.number.is_none()) {
            *self = Path::default();
        }
        self.levels = levels;
    }

    /// Leaves a section whose number the item's number shows that it does not belong to: `2` after `1`, `1.1`.
    pub(super) fn leave_for(&mut self, number: &str) {
        let inside = |section: &str| number.strip_prefix(section).is_some_and(|r| r.starts_with('.'));
        if self.section_number().is_some_and(|s| !inside(s)) {
            self.leave();
        }
    }

    /// Leaves the section that a category opened, and stays below the document's headings.
    pub(super) fn leave(&mut self) {
        *self = Path { levels: std::mem::take(&mut self.levels), ..Path::default() };
    }

    /// Steps below a heading. Whether it stands below a section.
    pub(super) fn enter(&mut self, heading: Heading) -> bool {
        let below = match (heading.number.as_deref(), self.section_number()) {
            (None, _) => true,
            (Some(number), Some(section)) => number.strip_prefix(section).is_some_and(|r| r.starts_with('.')),
            (Some(_), None) => false,
        };
        if below {
            self.sub = Some(heading);
            self.ordinal = None;
            return true;
        }
        // A section that goes on after a page break keeps counting its sub-headings.
        let goes_on = heading.number.as_deref() == self.section_number();
        let count = if goes_on { self.count } else { 0 };
        let levels = std::mem::take(&mut self.levels);
        *self = Path { levels, section: Some(heading), count, ..Path::default() };
        false
    }

    /// The id of the item with `number` here.
    pub(super) fn id(&mut self, number: &str) -> String {
        let section = self.section_number().map(str::to_owned);
        let inside =
            section.as_ref().is_some_and(|s| number.strip_prefix(s.as_str()).is_some_and(|r| r.starts_with('.')));
        // A number that already carries its path (`6.29`, `A.5.1`) needs no other.
        let whole = inside || (number.contains('.') && section.is_none()) || super::super::number::is_whole(number);
        if let Some(sub) = &self.sub
            && self.ordinal.is_none()
        {
            let own = match (&sub.number, &section) {
                (Some(n), Some(s)) => n.strip_prefix(s.as_str()).and_then(|r| r.strip_prefix('.')).map(str::to_owned),
                _ => None,
            };
            self.count = own.as_ref().and_then(|o| o.parse().ok()).unwrap_or(self.count + 1);
            self.ordinal = Some(own.unwrap_or_else(|| self.count.to_string()));
        }
        if whole {
            return number.to_owned();
        }
        let parts = [section.as_deref(), self.ordinal.as_deref(), Some(number)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }
}
