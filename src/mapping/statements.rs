//! What people add: attestations (`attestations.toml`) and waivers (`waivers.toml`).
//!
//! Dates are RFC 3339 with an offset, or a plain date, in quotes or not. A plain date is a whole day in UTC: `when`
//! counts from its start, `expires` and `until` to its end. `expires = "2027-03-31"` has no effect from
//! 2027-04-01T00:00:00Z on. Fractions of a second are cut off.

use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Timelike, Utc};
use serde::Deserialize;
use toml::{Spanned, Value};

use super::error::{MappingError, Problem, Source, settle};
use crate::model::{Attestation, EvidenceState, Moment, Waiver};

const ATTESTATION_HELP: &str = "write each as [[attestation]] with for, statement, who, when, evidence and expires";
const WAIVER_HELP: &str = "write each as [[waiver]] with check, resource, why, who and until";
const DATE_HELP: &str = "write \"2027-03-31\" (to the end of that day, UTC) or \"2027-03-31T18:00:00+09:00\"";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAttestations {
    #[serde(default)]
    attestation: Vec<RawAttestation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAttestation {
    #[serde(rename = "for")]
    target: Spanned<String>,
    statement: Spanned<String>,
    who: Spanned<String>,
    when: Spanned<Value>,
    evidence: Spanned<String>,
    evidence_sha256: Option<Spanned<String>>,
    expires: Spanned<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaivers {
    #[serde(default)]
    waiver: Vec<RawWaiver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaiver {
    check: Spanned<String>,
    resource: Spanned<String>,
    why: Spanned<String>,
    who: Spanned<String>,
    ticket: Option<Spanned<String>>,
    until: Spanned<Value>,
}

/// Reads attestations from a file.
///
/// # Errors
/// Where the file cannot be read, or anything in it is wrong: all of it, with places.
pub fn load_attestations(path: &Path) -> Result<Vec<Attestation>, MappingError> {
    attestations(&Source::read(path)?)
}

/// Reads attestations from the text of a file called `name`, in its order.
///
/// # Errors
/// Where anything in it is wrong: all of it, with places.
pub fn parse_attestations(name: &str, text: &str) -> Result<Vec<Attestation>, MappingError> {
    attestations(&Source::new(name, text))
}

/// Reads waivers from a file.
///
/// # Errors
/// Where the file cannot be read, or anything in it is wrong: all of it, with places.
pub fn load_waivers(path: &Path) -> Result<Vec<Waiver>, MappingError> {
    waivers(&Source::read(path)?)
}

/// Reads waivers from the text of a file called `name`, in its order.
///
/// # Errors
/// Where anything in it is wrong: all of it, with places.
pub fn parse_waivers(name: &str, text: &str) -> Result<Vec<Waiver>, MappingError> {
    waivers(&Source::new(name, text))
}

fn attestations(source: &Source) -> Result<Vec<Attestation>, MappingError> {
    let raw: RawAttestations = source.parse(ATTESTATION_HELP)?;
    let mut problems = Vec::new();
    let mut read = Vec::new();
    for entry in raw.attestation {
        let expires_span = entry.expires.span();
        let target = filled(source, entry.target, "the item or claim it is for", &mut problems);
        let statement = filled(source, entry.statement, "what is stated", &mut problems);
        let who = filled(source, entry.who, "who states it", &mut problems);
        let evidence = filled(source, entry.evidence, "a link or path of the evidence", &mut problems);
        let evidence_sha256 = entry.evidence_sha256.and_then(|value| digest(source, value, &evidence, &mut problems));
        let when = moment(source, &entry.when, Day::Start, &mut problems);
        let expires = moment(source, &entry.expires, Day::End, &mut problems);
        let (Some(when), Some(expires)) = (when, expires) else { continue };
        if expires <= when {
            problems.push(source.problem(
                expires_span,
                format!("expected expires after when ({}), found {}", written(when), written(expires)),
                "write the day to which the statement stands",
            ));
        }
        let evidence_state = EvidenceState::default();
        read.push(Attestation { target, statement, who, when, evidence, evidence_sha256, evidence_state, expires });
    }
    settle(read, problems)
}

fn waivers(source: &Source) -> Result<Vec<Waiver>, MappingError> {
    let raw: RawWaivers = source.parse(WAIVER_HELP)?;
    let mut problems = Vec::new();
    let mut read = Vec::new();
    for entry in raw.waiver {
        let resource_span = entry.resource.span();
        let check = filled(source, entry.check, "the id of a check", &mut problems);
        let resource = filled(source, entry.resource, "the ARN or id of a resource", &mut problems);
        let why = filled(source, entry.why, "why the risk is accepted", &mut problems);
        let who = filled(source, entry.who, "who accepted it", &mut problems);
        let ticket = entry.ticket.map(|value| filled(source, value, "a ticket's id or link", &mut problems));
        if resource == "*" {
            problems.push(source.problem(
                resource_span,
                "expected the ARN or id of one resource, found \"*\"",
                "write one [[waiver]] per resource, so that what appears later is not waived unseen",
            ));
        }
        let Some(until) = moment(source, &entry.until, Day::End, &mut problems) else { continue };
        read.push(Waiver { check, resource, why, who, ticket, until });
    }
    settle(read, problems)
}

fn filled(source: &Source, value: Spanned<String>, what: &str, problems: &mut Vec<Problem>) -> String {
    if value.get_ref().trim().is_empty() {
        problems.push(source.problem(value.span(), format!("expected {what}, found an empty text"), "fill it in"));
    }
    value.into_inner().trim().to_owned()
}

/// A digest that is no SHA-256 could never agree with the file, and a shortened one would be held to be a changed file.
fn digest(source: &Source, value: Spanned<String>, evidence: &str, problems: &mut Vec<Problem>) -> Option<String> {
    if evidence.contains("://") {
        problems.push(source.problem(
            value.span(),
            format!("expected the digest of a file, found one beside a link: {evidence}"),
            "what a link leads to is not held against a digest: remove the line, or name a file as evidence",
        ));
        return None;
    }
    let text = value.get_ref().trim().to_ascii_lowercase();
    if text.len() != 64 || !text.chars().all(|c| c.is_ascii_hexdigit()) {
        problems.push(source.problem(
            value.span(),
            format!("expected the SHA-256 of the evidence file (64 hexadecimal digits), found {:?}", value.get_ref()),
            "record it with `kakunin attest --evidence FILE`, or remove the line",
        ));
        return None;
    }
    Some(text)
}

/// What a plain date stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Its first second, UTC: when something was stated.
    Start,
    /// The first second after it, UTC: when something has no effect any more.
    End,
}

pub(super) fn moment(source: &Source, value: &Spanned<Value>, day: Day, problems: &mut Vec<Problem>) -> Option<Moment> {
    let text = match value.get_ref() {
        Value::String(text) => text.trim().to_owned(),
        Value::Datetime(datetime) => datetime.to_string(),
        other => other.to_string(),
    };
    let read = read_moment(&text, day);
    if read.is_none() {
        let hint = if chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").is_ok() {
            format!("expected a date, or a time with an offset, found a time without one: {text}")
        } else {
            format!("expected a date, found {text:?}")
        };
        problems.push(source.problem(value.span(), hint, DATE_HELP));
    }
    read
}

/// Reads a date as `attestations.toml` and `waivers.toml` write it: `2027-03-31`, or RFC 3339 with an offset.
///
/// # Errors
/// Where it is none, with how to write it.
pub fn parse_date(text: &str, day: Day) -> Result<Moment, String> {
    read_moment(text.trim(), day).ok_or_else(|| format!("expected a date, found {text:?}; {DATE_HELP}"))
}

fn read_moment(text: &str, day: Day) -> Option<Moment> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return time.with_timezone(&Utc).with_nanosecond(0);
    }
    // Exactly as ISO 8601 writes it; chrono alone would take 2027-3-1 too.
    if text.len() != "2027-03-31".len() {
        return None;
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let start = match day {
        Day::Start => date,
        Day::End => date.checked_add_days(Days::new(1))?,
    };
    Some(start.and_hms_opt(0, 0, 0)?.and_utc())
}

pub(super) fn written(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[attestation]]
for = "meti-2013/6.1/procedures"
statement = "運用手順書を改訂した"
who = "山田"
when = "2026-04-01"
evidence = "https://intranet.example/wiki/ops"
expires = "2027-03-31"

[[attestation]]
for = "6.3"
statement = "stated on the support page"
who = "Sato"
when = 2026-04-01T09:00:00+09:00
evidence = "docs/support.pdf"
expires = 2026-10-01
"#;

    const WAIVER: &str = r#"
[[waiver]]
check = "rds/instance-multi-az"
resource = "arn:aws:rds:ap-northeast-1:123456789012:db:staging"
why = "no customer data"
who = "CTO"
until = "2026-12-31T23:59:59.9Z"
"#;

    fn problems<T: std::fmt::Debug>(result: Result<T, MappingError>) -> Vec<Problem> {
        match result {
            Err(MappingError::Invalid(problems)) => problems,
            other => panic!("expected problems, found {other:?}"),
        }
    }

    fn at(moment: &str) -> Moment {
        moment.parse().unwrap()
    }

    #[test]
    fn plain_dates_are_whole_days_in_utc() {
        let read = parse_attestations("attestations.toml", GOOD).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].target, "meti-2013/6.1/procedures");
        assert_eq!(read[0].when, at("2026-04-01T00:00:00Z"));
        assert_eq!(read[0].expires, at("2027-04-01T00:00:00Z"));
        assert_eq!(read[1].when, at("2026-04-01T00:00:00Z"));
        assert_eq!(read[1].expires, at("2026-10-02T00:00:00Z"));
    }

    #[test]
    fn a_digest_is_whole_and_of_a_file() {
        let with = |digest: &str| {
            GOOD.replace("\"docs/support.pdf\"", &format!("\"docs/support.pdf\"\nevidence_sha256 = {digest:?}"))
        };
        let digest = "AB".repeat(32);
        let read = parse_attestations("a", &with(&digest)).unwrap();
        assert_eq!(read[1].evidence_sha256.as_deref(), Some("ab".repeat(32).as_str()));
        for bad in ["", "abcd", &digest[1..], &format!("g{}", &digest[1..])] {
            let found = problems(parse_attestations("a", &with(bad)));
            assert_eq!((found.len(), found[0].line, found[0].column), (1, 16, 19), "{bad}: {found:?}");
        }
        let link = with(&digest).replace("docs/support.pdf", "https://example.com/support");
        assert!(problems(parse_attestations("a", &link))[0].message.contains("beside a link"));
    }

    #[test]
    fn a_fraction_of_a_second_never_lengthens_a_waiver() {
        let read = parse_waivers("waivers.toml", WAIVER).unwrap();
        assert_eq!(read[0].until, at("2026-12-31T23:59:59Z"));
        assert_eq!(read[0].check, "rds/instance-multi-az");
    }

    #[test]
    fn an_empty_file_states_nothing() {
        assert!(parse_attestations("a", "").unwrap().is_empty());
        assert!(parse_waivers("w", "# none yet\n").unwrap().is_empty());
    }

    #[test]
    fn all_problems_are_told_at_once_with_places() {
        let text = GOOD.replace("\"山田\"", "\" \"").replace("2026-10-01", "2026-03-01");
        let found = problems(parse_attestations("dir/attestations.toml", &text));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].line, found[0].column), (5, 7));
        assert_eq!(
            found[0].to_string(),
            "dir/attestations.toml:5:7: expected who states it, found an empty text; fill it in"
        );
        assert_eq!((found[1].line, found[1].column), (16, 11));
        assert!(found[1].message.contains("2026-03-02T00:00:00Z"), "{}", found[1].message);
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let found = problems(parse_attestations("a", "[[attestation]]\nfor = \"一二三\" whoo\n"));
        assert_eq!((found[0].line, found[0].column), (2, 13), "{found:?}");
    }

    #[test]
    fn expiry_on_the_very_second_is_refused_and_on_the_same_plain_day_is_not() {
        let same = GOOD.replace("expires = \"2027-03-31\"", "expires = \"2026-04-01T00:00:00Z\"");
        assert_eq!(problems(parse_attestations("a", &same)).len(), 1);
        let day = GOOD.replace("expires = \"2027-03-31\"", "expires = \"2026-04-01\"");
        assert!(parse_attestations("a", &day).is_ok());
    }

    #[test]
    fn dates_that_could_be_read_in_two_ways_are_refused() {
        for date in [
            "\"2026-12-31T10:00:00\"",
            "2026-12-31T10:00:00",
            "\"31/12/2026\"",
            "\"2026-13-01\"",
            "\"2026-2-1\"",
            "\"tomorrow\"",
            "20261231",
            "10:00:00",
        ] {
            let text = WAIVER.replace("\"2026-12-31T23:59:59.9Z\"", date);
            let found = problems(parse_waivers("w", &text));
            assert_eq!((found.len(), found[0].line, found[0].column), (1, 7, 9), "{date}: {found:?}");
            assert!(found[0].help.contains("2027-03-31"));
        }
    }

    #[test]
    fn a_waiver_for_everything_is_refused() {
        let text = WAIVER.replace("arn:aws:rds:ap-northeast-1:123456789012:db:staging", "*");
        let found = problems(parse_waivers("w", &text));
        assert_eq!((found[0].line, found[0].column), (4, 12));
    }

    #[test]
    fn empty_who_and_why_are_refused() {
        let text = WAIVER.replace("\"no customer data\"", "\"\"").replace("\"CTO\"", "\"\\t\"");
        assert_eq!(problems(parse_waivers("w", &text)).iter().map(|p| p.line).collect::<Vec<_>>(), [5, 6]);
    }

    #[test]
    fn unknown_and_missing_fields_are_located() {
        let found = problems(parse_waivers("w", &WAIVER.replace("until", "expires")));
        assert_eq!((found[0].line, found[0].column), (7, 1), "{found:?}");
        assert!(found[0].message.contains("unknown field `expires`"), "{}", found[0].message);
        let found = problems(parse_waivers("w", &WAIVER.replace("who = \"CTO\"\n", "")));
        assert!(found[0].message.contains("missing field `who`"), "{}", found[0].message);
        assert_eq!(found[0].line, 2);
        assert!(parse_waivers("w", &WAIVER.replace("[[waiver]]", "[[waivers]]")).is_err());
    }

    #[test]
    fn the_report_shows_the_line_with_a_caret() {
        let text = WAIVER.replace("\"CTO\"", "\"\"");
        let error = parse_waivers("waivers.toml", &text).unwrap_err();
        let mut shown = String::new();
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .render_report(&mut shown, &error)
            .unwrap();
        assert!(shown.contains("waivers.toml:6:7") && shown.contains("who = \"\""), "{shown}");
    }
}
