//! The credential report: passwords, MFA and keys of every user, in one answer.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_iam::types::ReportStateType;
use serde_json::{Map, Value};

use crate::collect::{Cx, Detail, Draft};
use crate::table::iam::*;

/// Times that we ask whether the report is ready. AWS makes it within seconds ("Get credential reports", IAM User Guide).
const TRIES: usize = 20;
/// Wait between two of them.
const WAIT: Duration = Duration::from_secs(1);
/// Name of the root user's row.
const ROOT: &str = "<root_account>";

/// The report, by user name, or why there is none.
pub(super) struct Report {
    answer: Detail<BTreeMap<String, BTreeMap<String, String>>>,
}

/// Reads the report, where any check needs it.
pub(super) async fn read(cx: &Cx, iam: &aws_sdk_iam::Client) -> Option<Report> {
    if !cx.wants(&GET_CREDENTIAL_REPORT) {
        return None;
    }
    let id = cx.account.clone();
    if cx.wants(&GENERATE_CREDENTIAL_REPORT) {
        for _ in 0..TRIES {
            let made = cx.detail(&GENERATE_CREDENTIAL_REPORT, &id, &[], iam.generate_credential_report().send()).await;
            match made {
                Detail::Read { value, .. } if value.state() == Some(&ReportStateType::Complete) => break,
                Detail::Read { .. } => tokio::time::sleep(WAIT).await,
                // A report of the last four hours may be there all the same: the next call tells.
                Detail::Gap(_) | Detail::Absent { .. } => break,
            }
        }
    }
    let answer = cx.detail(&GET_CREDENTIAL_REPORT, &id, &[], iam.get_credential_report().send()).await;
    Some(Report { answer: answer.map(|a| a.content().map(|c| parse(c.as_ref())).unwrap_or_default()) })
}

fn parse(bytes: &[u8]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    reader
        .deserialize::<BTreeMap<String, String>>()
        // A row that does not parse leaves its user without one, which is a gap of that user.
        .filter_map(Result::ok)
        .filter_map(|row| Some((row.get("user")?.clone(), row)))
        .collect()
}

impl Report {
    /// The root user's row.
    pub(super) fn fill_root(&self, account: &mut Draft) {
        self.fill_row(account, ROOT, |d, row| {
            set_time(d, "RootPasswordLastUsed", row, "password_last_used");
            let used = ["access_key_1_last_used_date", "access_key_2_last_used_date"]
                .into_iter()
                .filter_map(|column| time(row, column))
                .max();
            d.set("RootAccessKeyLastUsed", used);
        });
    }

    /// One user's row. A user without one (made after the report) keeps gaps.
    pub(super) fn fill_user(&self, draft: &mut Draft, user: &str) {
        self.fill_row(draft, user, |d, row| {
            d.set("PasswordEnabled", flag(row, "password_enabled"));
            set_time(d, "PasswordLastUsed", row, "password_last_used");
            set_time(d, "PasswordLastChanged", row, "password_last_changed");
            d.set("MfaActive", flag(row, "mfa_active"));
            let keys: Option<Vec<Value>> =
                ["access_key_1", "access_key_2"].into_iter().map(|key| key_of(row, key)).collect();
            let existing = keys.map(|keys| keys.into_iter().filter(|key| !key.is_null()).collect::<Vec<Value>>());
            d.set("AccessKeys", existing);
        });
    }

    fn fill_row(&self, draft: &mut Draft, user: &str, set: impl FnOnce(&mut Draft, &BTreeMap<String, String>)) {
        match &self.answer {
            Detail::Read { value, evidence } => match value.get(user) {
                Some(row) => {
                    draft.read(&GET_CREDENTIAL_REPORT, evidence);
                    set(draft, row);
                }
                None => {
                    for name in ROW {
                        draft.unusable(
                            name,
                            &GET_CREDENTIAL_REPORT,
                            "the credential report has no row of this user yet; it is at most four hours old",
                        );
                    }
                }
            },
            Detail::Absent { .. } => {}
            Detail::Gap(gap) => draft.fill(&GET_CREDENTIAL_REPORT, Detail::<()>::Gap(gap.clone()), |_, ()| {}),
        }
    }
}

/// Attributes that come from a row.
const ROW: &[&str] = &[
    "PasswordEnabled",
    "PasswordLastUsed",
    "PasswordLastChanged",
    "MfaActive",
    "AccessKeys",
    "RootPasswordLastUsed",
    "RootAccessKeyLastUsed",
];

fn flag(row: &BTreeMap<String, String>, column: &str) -> Option<bool> {
    match row.get(column).map(|text| text.to_ascii_lowercase()).as_deref() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    }
}

/// A moment of the report; `N/A`, `no_information` and `not_supported` are none.
fn time(row: &BTreeMap<String, String>, column: &str) -> Option<String> {
    let text = row.get(column)?;
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.with_timezone(&chrono::Utc).to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn set_time(draft: &mut Draft, name: &str, row: &BTreeMap<String, String>, column: &str) {
    draft.set(name, time(row, column));
}

/// A key as an object; null where there is none. `None` where the report does not say whether it is active.
fn key_of(row: &BTreeMap<String, String>, key: &str) -> Option<Value> {
    let active = flag(row, &format!("{key}_active"))?;
    let rotated = time(row, &format!("{key}_last_rotated"));
    let used = time(row, &format!("{key}_last_used_date"));
    if !active && rotated.is_none() {
        return Some(Value::Null);
    }
    let mut map = Map::new();
    map.insert("Active".into(), active.into());
    map.insert("LastRotated".into(), rotated.map_or(Value::Null, Value::from));
    map.insert("LastUsedDate".into(), used.map_or(Value::Null, Value::from));
    Some(Value::Object(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated";

    #[test]
    fn a_key_that_was_never_used_is_told_from_no_key() {
        let text = format!("{HEADER}\nana,true,no_information,false,true,2025-01-02T03:04:05+00:00,N/A,false,N/A\n");
        let rows = parse(text.as_bytes());
        let row = &rows["ana"];
        let key = key_of(row, "access_key_1").unwrap();
        assert_eq!(key["Active"], true);
        assert_eq!(key["LastRotated"], "2025-01-02T03:04:05Z");
        assert!(key["LastUsedDate"].is_null());
        assert_eq!(key_of(row, "access_key_2"), Some(Value::Null));
        assert_eq!(time(row, "password_last_used"), None);
    }

    #[test]
    fn a_row_without_the_column_says_nothing() {
        let rows = parse(b"user,mfa_active\nana,maybe\n");
        assert_eq!(flag(&rows["ana"], "mfa_active"), None);
        assert_eq!(key_of(&rows["ana"], "access_key_1"), None);
    }
}
