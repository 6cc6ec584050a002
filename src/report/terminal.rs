//! The report on a terminal: a header, a table, then what failed, what could not be seen, and the counts.
//!
//! Texts of the sheet and names from the accounts come from outside; control characters in them would move the
//! cursor or recolour a verdict, so none leaves this module.

use std::fmt::{self, Write as _};

use clap::builder::styling::{AnsiColor, Style};
use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table, Width};

use super::labels::{self, Label};
use super::sheet::item_reason;
use super::words;
use crate::model::{Agreement, CheckOutcome, CheckReport, ClaimReport, ItemReport, Lang, Report, Text, Verdict};

/// Failing resources shown of each check; the rest is counted.
const SHOWN_FAILURES: usize = 5;
/// Narrower terminals get lines that wrap.
const LEAST_WIDTH: u16 = 60;

/// How to render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Language.
    pub lang: Lang,
    /// Columns of the terminal; a Japanese character takes two.
    pub width: u16,
    /// Whether escape sequences may be written: false where there is no terminal or `NO_COLOR` is set.
    pub color: bool,
}

/// The report as text, with a newline at its end. Without colour it holds no escape sequence at all.
pub fn render(report: &Report, opts: &TerminalOptions) -> String {
    let mut page = Page { lang: opts.lang, width: opts.width.max(LEAST_WIDTH), color: opts.color, out: String::new() };
    page.write(report);
    page.out
}

/// Replaces control characters and marks that reorder text: for whatever comes from outside and goes to a terminal.
pub fn clean(text: &str) -> String {
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text = text.replace(['\r', '\n', '\t'], " ");
    text.chars().map(|c| if hostile(c) { '\u{fffd}' } else { c }).collect()
}

struct Page {
    lang: Lang,
    width: u16,
    color: bool,
    out: String,
}

/// Writing to a `String` cannot fail.
macro_rules! line {
    ($page:expr) => { $page.out.push('\n') };
    ($page:expr, $($arg:tt)*) => {{ let _ = writeln!($page.out, $($arg)*); }};
}

impl Page {
    fn write(&mut self, report: &Report) {
        self.header(report);
        self.items(report);
        self.failures(report);
        self.unseen(report);
        self.rest_of_sheet(report);
        self.summary(report);
    }

    fn header(&mut self, report: &Report) {
        let run = &report.run;
        let reach = words::reach(&run.accounts);
        let name =
            if run.sheet.name.is_empty() { words::short_digest(&run.sheet.sha256) } else { run.sheet.name.clone() };
        let text = format!(
            "{} · {} {} · {} · {} {}",
            clean(&name),
            self.say(labels::CLOCK),
            words::moment(&run.clock),
            self.tell(&reach),
            words::count(run.api_calls),
            self.say(labels::API_CALLS),
        );
        let title = self.styled(Style::new().bold(), self.say(labels::REPORT));
        line!(self, "{title}");
        self.paragraph("", &text);
        if let Some(partial) = words::partial(run) {
            self.paragraph("", self.tell(&partial).to_owned().as_str());
        }
        line!(self);
    }

    fn items(&mut self, report: &Report) {
        let headers = [labels::ITEM, labels::TEXT, labels::ANSWER, labels::VERDICT, labels::AGREEMENT, labels::REASON];
        let mut table = self.table();
        table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(comfy_table::LineStyle::none()));
        table.set_header(headers.map(|h| Cell::new(h.get(self.lang)).add_attribute(Attribute::Bold)));
        for item in &report.items {
            let mut row = Row::from(self.cells(item));
            row.max_height(2);
            table.add_row(row);
        }
        // What is asked and why share what the short columns, the padding and the five gaps between columns leave;
        // nothing else may be squeezed, or an id would break in two.
        let widths = table.column_max_content_widths();
        let short: u16 = [0, 2, 3, 4].iter().filter_map(|i| widths.get(*i)).map(|w| w + 2).sum();
        let left = self.width.saturating_sub(short + 2 * 2 + 5).max(24);
        let asked = widths.get(1).copied().unwrap_or(0).min(left * 9 / 20);
        let why = widths.get(5).copied().unwrap_or(0).min(left - asked);
        for (index, width) in [(1, asked), (5, why)] {
            if let Some(column) = table.column_mut(index) {
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + 2)));
            }
        }
        for index in [0, 2, 3, 4] {
            if let Some(column) = table.column_mut(index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        if let Some(column) = table.column_mut(2) {
            column.set_cell_alignment(CellAlignment::Center);
        }
        self.push(&table);
        line!(self);
    }

    fn cells(&self, item: &ItemReport) -> Vec<Cell> {
        let answer = match item.answer_text.trim() {
            "" => self.say(labels::answer(item.answer)).to_owned(),
            written => clean(written),
        };
        let agreement = Cell::new(self.say(labels::agreement(item.agreement)));
        let agreement = match item.agreement {
            Agreement::Contradicted if self.color => agreement.fg(Color::Red).add_attribute(Attribute::Bold),
            _ => agreement,
        };
        let mut verdict = Cell::new(item.verdict.label());
        if self.color {
            verdict = verdict.fg(cell_color(item.verdict));
        }
        vec![
            Cell::new(clean(&item.id)),
            Cell::new(clean(&item.text)),
            Cell::new(answer),
            verdict,
            agreement,
            Cell::new(clean(item_reason(item, self.lang))),
        ]
    }

    fn failures(&mut self, report: &Report) {
        self.heading(labels::WHAT_FAILED);
        let failed: Vec<&ItemReport> = report.items.iter().filter(|item| item.verdict == Verdict::Fail).collect();
        if failed.is_empty() {
            self.paragraph("  ", self.say(labels::NOTHING_FAILED));
            line!(self);
        }
        let mut told: Vec<(&CheckReport, &str)> = Vec::new();
        for item in failed {
            let head = self.styled(verdict_style(item.verdict), item.verdict.label());
            let agreement = self.say(labels::agreement(item.agreement));
            let id = self.styled(Style::new().bold(), &clean(&item.id));
            line!(self, "{id}  {head} · {agreement}");
            self.paragraph("  ", &clean(&item.text));
            self.pair("  ", labels::REASON, &clean(item_reason(item, self.lang)));
            self.pair("  ", labels::REVIEW, &clean(self.tell(&labels::review(&item.matched.review))));
            for claim in item.claims.iter().filter(|claim| claim.verdict == Verdict::Fail) {
                self.failed_claim(report, claim, &item.id, &mut told);
            }
            line!(self);
        }
    }

    fn failed_claim<'r>(
        &mut self,
        report: &'r Report,
        claim: &'r ClaimReport,
        item: &'r str,
        told: &mut Vec<(&'r CheckReport, &'r str)>,
    ) {
        let text = Text::new(&claim.text_ja, &claim.text);
        self.pair("  ", labels::CLAIM, &format!("{} ({})", clean(self.tell(&text)), clean(&claim.id)));
        if let Some(concession) = &claim.concession {
            self.pair("  ", labels::CONCESSION, &clean(concession));
        }
        for check in claim.checks.iter().filter(|check| check.outcome == CheckOutcome::Fail) {
            let title = format!("{} ({})", clean(self.tell(&check.title)), clean(&check.id));
            self.pair("  ", labels::CHECK, &title);
            self.paragraph("    ", self.tell(&words::check_line(check)).to_owned().as_str());
            let before = told.iter().find(|(other, _)| other.id == check.id && other.findings == check.findings);
            if let Some((_, other)) = before {
                let text = format!("{} {}", self.say(labels::AS_UNDER), clean(other));
                self.paragraph("    ", &text);
                continue;
            }
            told.push((check, item));
            if !check.params.is_empty() {
                self.pair("    ", labels::PARAMETERS, &clean(&words::pairs(&check.params)));
            }
            self.failing_resources(report, check);
        }
    }

    fn failing_resources(&mut self, report: &Report, check: &CheckReport) {
        let failing = words::failing(report, check);
        let mut expected = "";
        for finding in failing.iter().take(SHOWN_FAILURES) {
            if finding.expected != expected {
                expected = &finding.expected;
                self.pair("    ", labels::EXPECTED, &clean(expected));
            }
            let r = &finding.resource;
            let place =
                if r.arn.is_none() { format!(" ({} {})", clean(&r.account), clean(&r.region)) } else { String::new() };
            let mark = self.styled(verdict_style(Verdict::Fail), "✕");
            line!(self, "    {mark} {}{place}", clean(r.name()));
            self.pair("      ", labels::OBSERVED, &clean(&words::pairs(&finding.observed)));
            if !finding.reproduce.is_empty() {
                // One line, whatever its length: a command is there to be copied.
                let command = self.styled(Style::new().dimmed(), &format!("$ {}", clean(&finding.reproduce)));
                line!(self, "      {command}");
            }
        }
        let shown = failing.len().min(SHOWN_FAILURES);
        // The population counts what a shortened report may not list.
        let more = check.population.failed.max(failing.len()).saturating_sub(shown);
        if more > 0 {
            match self.lang {
                Lang::Ja => line!(self, "    ほか {more} 件"),
                Lang::En => line!(self, "    and {more} more"),
            }
        }
    }

    fn unseen(&mut self, report: &Report) {
        self.heading(labels::COULD_NOT_BE_SEEN);
        let groups = words::gap_groups(&report.gaps);
        if groups.is_empty() {
            self.paragraph("  ", self.say(labels::NOTHING_UNSEEN));
        }
        let mut reason = None;
        for group in &groups {
            if reason != Some(group.reason) {
                reason = Some(group.reason);
                let name = self.styled(Style::new().bold(), self.say(labels::gap_reason(group.reason)));
                line!(self, "  {name}");
                self.paragraph("  ", self.say(labels::gap_remedy(group.reason)));
            }
            let places = match group.places.as_slice() {
                [one] => clean(one),
                several => match self.lang {
                    Lang::Ja => format!("{} か所", several.len()),
                    Lang::En => format!("{} places", several.len()),
                },
            };
            line!(self, "    {} × {}  ({places})", clean(&group.operation), group.count);
            if !group.permissions.is_empty() {
                self.pair("      ", labels::PERMISSION, &clean(&group.permissions.join(", ")));
            }
            if let Some(detail) = group.details.first() {
                self.pair("      ", labels::DETAIL, &clean(detail));
            }
        }
        line!(self);
    }

    fn rest_of_sheet(&mut self, report: &Report) {
        if !report.unread.is_empty() {
            self.heading(labels::UNREAD);
            for unread in &report.unread {
                self.paragraph("  ", &clean(&format!("{} ({}): {}", unread.at, unread.why, unread.text)));
            }
            line!(self);
        }
        let soon: Vec<&Text> = words::soon(report).collect();
        if !soon.is_empty() {
            self.heading(labels::REMINDERS);
            for text in soon {
                self.paragraph("  ", &clean(self.tell(text)));
            }
            line!(self);
        }
        if !report.warnings.is_empty() {
            self.heading(labels::WARNINGS);
            for warning in &report.warnings {
                self.paragraph("  ", &clean(self.tell(warning)));
            }
            line!(self);
        }
    }

    fn summary(&mut self, report: &Report) {
        self.heading(labels::SUMMARY);
        let summary = &report.summary;
        let mut table = self.table();
        table.load_style(NOTHING);
        let number = |n: usize| Cell::new(words::count(n as u64)).set_alignment(CellAlignment::Right);
        for verdict in Verdict::ALL {
            let n = words::counted(&summary.by_verdict, verdict.label());
            let mut label = Cell::new(verdict.label());
            if self.color && n > 0 {
                label = label.fg(cell_color(verdict));
            }
            table.add_row(vec![number(n), label, Cell::new(self.say(labels::verdict(verdict)))]);
        }
        table.add_row(vec![Cell::new(" "), Cell::new(""), Cell::new("")]);
        for agreement in Agreement::ALL {
            let n = words::counted(&summary.by_agreement, agreement.label());
            let mut label = Cell::new(self.say(labels::agreement(agreement)));
            if self.color && n > 0 && agreement == Agreement::Contradicted {
                label = label.fg(Color::Red).add_attribute(Attribute::Bold);
            }
            table.add_row(vec![number(n), label, Cell::new(self.say(labels::agreement_meaning(agreement)))]);
        }
        table.add_row(vec![Cell::new(" "), Cell::new(""), Cell::new("")]);
        table.add_row(vec![number(summary.items), Cell::new(self.say(labels::ITEMS)), Cell::new("")]);
        self.push(&table);
        if let Some(waiting) = words::waiting(report) {
            line!(self);
            self.paragraph("", self.tell(&waiting).to_owned().as_str());
        }
    }

    fn heading(&mut self, label: Label) {
        let text = self.styled(Style::new().bold(), self.say(label));
        line!(self, "{text}");
    }

    /// `label  text`, the text wrapped beside its label.
    fn pair(&mut self, indent: &str, label: Label, text: &str) {
        let mut table = self.indented(indent);
        table.add_row(vec![Cell::new(self.say(label)), Cell::new(text)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 2)).set_constraint(ColumnConstraint::ContentWidth);
        }
        if let Some(column) = table.column_mut(1) {
            column.set_padding((0, 0));
        }
        self.push_indented(indent, &table);
    }

    /// `text`, wrapped.
    fn paragraph(&mut self, indent: &str, text: &str) {
        let mut table = self.indented(indent);
        table.add_row(vec![Cell::new(text)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0));
        }
        self.push_indented(indent, &table);
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(self.width).set_truncation_indicator("…");
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    fn indented(&self, indent: &str) -> Table {
        let mut table = self.table();
        table.load_style(NOTHING).set_width(self.width.saturating_sub(u16::try_from(indent.len()).unwrap_or(0)));
        table
    }

    fn push_indented(&mut self, indent: &str, table: &Table) {
        for text in table.lines() {
            line!(self, "{indent}{}", text.trim_end());
        }
    }

    fn push(&mut self, table: &Table) {
        self.push_indented("", table);
    }

    fn say(&self, label: Label) -> &'static str {
        label.get(self.lang)
    }

    fn tell<'t>(&self, text: &'t Text) -> &'t str {
        let wanted = text.get(self.lang);
        if !wanted.is_empty() {
            return wanted;
        }
        if text.en.is_empty() { &text.ja } else { &text.en }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        struct Styled<'t>(Style, &'t str);
        impl fmt::Display for Styled<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}{:#}", self.0, self.1, self.0)
            }
        }
        if self.color { Styled(style, text).to_string() } else { text.to_owned() }
    }
}

fn cell_color(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Fail => Color::Red,
        Verdict::Inconclusive | Verdict::Expired => Color::Yellow,
        Verdict::Unattested | Verdict::Untested => Color::Magenta,
        Verdict::Waived => Color::Cyan,
        Verdict::Pass | Verdict::Attested => Color::Green,
        Verdict::Inherited => Color::Blue,
        Verdict::Na => Color::DarkGrey,
    }
}

fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Fail => AnsiColor::Red.on_default().bold(),
        _ => Style::new().bold(),
    }
}
