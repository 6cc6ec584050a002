//! Adding an entry to `attestations.toml` or `waivers.toml`: at the end, with every byte that a person wrote kept.
//!
//! Pure: text in, text out. What comes out is read again before it is given back, so that a file which this program
//! would misread is never written.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::error::MappingError;
use super::statements::{parse_attestations, parse_waivers};
use crate::model::{Attestation, EvidenceState, Waiver};

/// What a new `attestations.toml` begins with.
pub const ATTESTATIONS_HEADER: &str = "\
# What people state because no API can show it (人による表明). Add to it with `kakunin attest`, or by hand.
# `for` is an item of the sheet (6.1) or a claim (meti-2013/6.1/documented). A plain date in `expires` is in force to
# the end of that day, UTC; from then on the statement has no effect. To renew one, add another: the one in force is
# the one that lasts longest. `evidence_sha256` is the digest of the evidence file when it was recorded: once the file
# is another one, the statement has no effect until it is stated again.
";

/// What a new `waivers.toml` begins with.
pub const WAIVERS_HEADER: &str = "\
# Failing findings that are accepted as a risk (リスクの受容). Add to it with `kakunin waive`, or by hand.
# One entry is one check on one resource, by its ARN or id. A plain date in `until` is in force to the end of that
# day, UTC; from then on the finding fails again.
";

/// An entry that cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The file as it is cannot be used.
    #[error(transparent)]
    File(#[from] MappingError),
    /// The file is read, but its structure is none that an entry can be added to.
    #[error("{file}: expected entries as [[{key}]], found {found}; write each entry as [[{key}]]")]
    Shape {
        /// The file's name.
        file: String,
        /// `attestation` or `waiver`.
        key: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// What would be written does not read as what was meant: nothing is written.
    #[error("{file}: expected the new entry to read as it was given, found that it does not; add it by hand")]
    NotTheSame {
        /// The file's name.
        file: String,
    },
}

/// The text of a file with one more attestation. `when` and `expires` are the dates as a person would write them
/// (a plain day stays a plain day); they must mean the moments of `new`. `text` is the file so far, none where there is
/// no file yet. `name` is for messages.
///
/// # Errors
/// Where the file cannot be used as it is, or the entry would not read as it was given.
pub fn append_attestation(
    name: &str,
    text: Option<&str>,
    new: &Attestation,
    when: &str,
    expires: &str,
) -> Result<String, AppendError> {
    let mut wanted = parse_attestations(name, text.unwrap_or_default())?;
    let mut fields = vec![
        ("for", new.target.as_str()),
        ("statement", &new.statement),
        ("who", &new.who),
        ("when", when),
        ("evidence", &new.evidence),
    ];
    if let Some(digest) = &new.evidence_sha256 {
        fields.push(("evidence_sha256", digest));
    }
    fields.push(("expires", expires));
    let written = append(name, text, ATTESTATIONS_HEADER, "attestation", &fields)?;
    wanted.push(Attestation { evidence_state: EvidenceState::default(), ..new.clone() });
    match parse_attestations(name, &written) {
        Ok(read) if read == wanted => Ok(written),
        _ => Err(AppendError::NotTheSame { file: name.to_owned() }),
    }
}

/// The text of a file with one more waiver; like [`append_attestation`].
///
/// # Errors
/// Where the file cannot be used as it is, or the entry would not read as it was given.
pub fn append_waiver(name: &str, text: Option<&str>, new: &Waiver, until: &str) -> Result<String, AppendError> {
    let mut wanted = parse_waivers(name, text.unwrap_or_default())?;
    let mut fields =
        vec![("check", new.check.as_str()), ("resource", &new.resource), ("why", &new.why), ("who", &new.who)];
    if let Some(ticket) = &new.ticket {
        fields.push(("ticket", ticket));
    }
    fields.push(("until", until));
    let written = append(name, text, WAIVERS_HEADER, "waiver", &fields)?;
    wanted.push(new.clone());
    match parse_waivers(name, &written) {
        Ok(read) if read == wanted => Ok(written),
        _ => Err(AppendError::NotTheSame { file: name.to_owned() }),
    }
}

fn append(
    name: &str,
    text: Option<&str>,
    header: &str,
    key: &'static str,
    fields: &[(&str, &str)],
) -> Result<String, AppendError> {
    let before = text.unwrap_or(header);
    let shape = |found| AppendError::Shape { file: name.to_owned(), key, found };
    let mut document: DocumentMut = before.parse().map_err(|_| shape("what is no TOML"))?;
    match document.get_mut(key) {
        None | Some(Item::None | Item::ArrayOfTables(_)) => Ok(at_the_end(before, key, fields)),
        // `attestation = [{ for = "…", … }]`: nothing after it could be an entry of the same list.
        Some(Item::Value(Value::Array(list))) => {
            push_inline(list, fields);
            Ok(document.to_string())
        }
        Some(Item::Value(_)) => Err(shape("a single value")),
        Some(Item::Table(_)) => Err(shape("a single table")),
    }
}

/// As text, so that line ends, comments at the end and all else stay byte for byte.
fn at_the_end(before: &str, key: &str, fields: &[(&str, &str)]) -> String {
    let mut table = Table::new();
    for (field, text) in fields {
        table.insert(field, value(*text));
    }
    let mut entries = ArrayOfTables::new();
    entries.push(table);
    let mut block = DocumentMut::new();
    block.insert(key, Item::ArrayOfTables(entries));
    let mut block = block.to_string();
    // A text of several lines keeps the line ends that were given.
    if before.contains("\r\n") && !fields.iter().any(|(_, text)| text.contains('\n')) {
        block = block.replace('\n', "\r\n");
    }
    let line = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match before {
        "" => String::new(),
        text if text.ends_with('\n') => line.to_owned(),
        _ => line.repeat(2),
    };
    format!("{before}{gap}{}", block.trim_start())
}

fn push_inline(list: &mut Array, fields: &[(&str, &str)]) {
    let mut entry = InlineTable::new();
    for (field, text) in fields {
        entry.insert(*field, Value::from(*text));
    }
    // As the last entry stands, on a line of its own or not.
    let decor = list.iter().last().map(|last| last.decor().clone());
    let mut entry = Value::InlineTable(entry);
    if let Some(prefix) = decor.as_ref().and_then(|d| d.prefix()) {
        entry.decor_mut().set_prefix(prefix.clone());
    }
    list.push_formatted(entry);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mapping::{Day, parse_date};

    fn attestation(statement: &str) -> Attestation {
        Attestation {
            target: "6.1".into(),
            statement: statement.into(),
            who: "山田 花子".into(),
            when: parse_date("2026-04-01", Day::Start).unwrap(),
            evidence: "docs/手順書.pdf".into(),
            evidence_sha256: Some("ab".repeat(32)),
            evidence_state: EvidenceState::Stands,
            expires: parse_date("2027-03-31", Day::End).unwrap(),
        }
    }

    fn add(text: Option<&str>, statement: &str) -> Result<String, AppendError> {
        append_attestation("attestations.toml", text, &attestation(statement), "2026-04-01", "2027-03-31")
    }

    #[test]
    fn a_new_file_explains_itself_and_holds_the_entry() {
        let text = add(None, "手順書を改訂した").unwrap();
        assert!(text.starts_with(ATTESTATIONS_HEADER));
        assert!(
            text.ends_with(
                "\n\n[[attestation]]\nfor = \"6.1\"\nstatement = \"手順書を改訂した\"\nwho = \"山田 花子\"\n\
             when = \"2026-04-01\"\nevidence = \"docs/手順書.pdf\"\n\
             evidence_sha256 = \"abababababababababababababababababababababababababababababababab\"\n\
             expires = \"2027-03-31\"\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn what_a_person_wrote_stays_byte_for_byte() {
        let first = add(None, "one").unwrap();
        let old = format!("{first}  # 来年も確かめる\n\n# [[attestation]]\n# for = \"an example\"");
        let new = add(Some(&old), "two").unwrap();
        assert!(new.starts_with(&old), "{new}");
        let crlf = old.replace('\n', "\r\n");
        let new = add(Some(&crlf), "two").unwrap();
        assert!(new.starts_with(&crlf) && !new.replace("\r\n", "").contains('\n'), "{new:?}");
        assert_eq!(parse_attestations("a", &new).unwrap().len(), 2);
    }

    #[test]
    fn an_inline_list_is_added_to() {
        let old = "# one list\nattestation = [\n  { for = \"1\", statement = \"s\", who = \"w\", when = 2026-01-01, \
                   evidence = \"e\", expires = 2027-01-01 }, # kept\n]\n";
        let new = add(Some(old), "two").unwrap();
        assert_eq!(parse_attestations("a", &new).unwrap().len(), 2, "{new}");
        assert!(new.contains("# kept") && new.contains("# one list"), "{new}");
    }

    #[test]
    fn a_broken_file_is_refused_with_its_place() {
        let error = add(Some("[[attestation]]\nfor = 1\n"), "two").unwrap_err();
        assert!(error.to_string().contains("attestations.toml:2:7"), "{error}");
    }

    #[test]
    fn dates_that_mean_another_moment_are_refused() {
        let new = attestation("one");
        let wrong = append_attestation("a", None, &new, "2026-04-01", "2027-04-01");
        assert!(matches!(wrong, Err(AppendError::NotTheSame { .. })), "{wrong:?}");
    }

    #[test]
    fn a_waiver_keeps_its_ticket() {
        let new = Waiver {
            check: "rds/instance-multi-az".into(),
            resource: "orders".into(),
            why: "廃止まで".into(),
            who: "CTO".into(),
            ticket: Some("RISK-7".into()),
            until: parse_date("2026-12-31T23:59:59+09:00", Day::End).unwrap(),
        };
        let text = append_waiver("waivers.toml", None, &new, "2026-12-31T23:59:59+09:00").unwrap();
        assert!(text.starts_with(WAIVERS_HEADER) && text.contains("ticket = \"RISK-7\""), "{text}");
        assert_eq!(parse_waivers("waivers.toml", &text).unwrap(), [new]);
    }

    proptest! {
        /// Whatever a person states, it reads back as stated, and the file before it is untouched.
        #[test]
        fn any_statement_survives(statement in "[^\\s\\x00-\\x1f]([^\\x00]{0,60}[^\\s\\x00-\\x1f])?") {
            prop_assume!(statement.trim() == statement);
            let old = add(None, "one").unwrap();
            let new = add(Some(&old), &statement).unwrap();
            prop_assert!(new.starts_with(&old));
            prop_assert_eq!(&parse_attestations("a", &new).unwrap()[1].statement, &statement);
        }
    }
}
