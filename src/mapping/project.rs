//! A project's settings: `kakunin.toml`.
//!
//! ```toml
//! lang   = "ja"
//! roster = "leavers.csv"
//! memory = "approved.toml"
//!
//! [scope]
//! accounts = ["123456789012"]
//! regions  = ["ap-northeast-1"]
//! include  = { Service = ["shop"] }
//!
//! [params."rds/instance-backup-retention"]
//! min_days = 14
//!
//! [endpoints]
//! tls = ["shop.example.com:443"]
//! ```

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::error::{MappingError, Problem, Source, settle};
use super::layout::{RawLayout, corrections};
use super::watching::{
    RawAlerts, RawChannel, RawEvents, RawHistory, RawRoute, RawSchedule, RawWeb, alerts, events, history, schedule, web,
};
use crate::model::{Corrections, Lang, Scope, Watching};

const HELP: &str = "a project has sheet, lang, roster, memory, [layout], [scope], [params.\"<check id>\"], [endpoints], [history], [schedule], \
     [alerts], [[channel]], [[route]], [events] and [web]";

/// A project's settings. All have defaults: an empty file is a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Project {
    /// The check sheet, relative to the project's folder.
    pub sheet: Option<PathBuf>,
    /// Language of the output; none leaves it to the locale.
    pub lang: Option<Lang>,
    /// CSV of people who left, relative to the project's folder.
    pub roster: Option<PathBuf>,
    /// What was approved for other sheets, relative to the project's folder; none for the user's own data folder.
    pub memory: Option<PathBuf>,
    /// How the sheet is to be read, where the program would read it otherwise.
    pub layout: Corrections,
    /// What "the service" is.
    pub scope: Scope,
    /// Check id → parameter → value, in place of the check's own defaults. The catalogue knows which names and types
    /// are right.
    pub params: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// TLS endpoints to see from outside, in the file's order.
    pub tls: Vec<Endpoint>,
    /// How it is watched.
    pub watching: Watching,
}

/// Where to connect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Host name in its ASCII form, or an address (`[::1]` with brackets).
    pub host: String,
    /// Port; 443 where none is written.
    pub port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProject {
    sheet: Option<PathBuf>,
    lang: Option<Lang>,
    roster: Option<Spanned<String>>,
    memory: Option<Spanned<String>>,
    layout: Option<RawLayout>,
    #[serde(default)]
    scope: RawScope,
    #[serde(default)]
    params: BTreeMap<String, BTreeMap<String, Spanned<toml::Value>>>,
    #[serde(default)]
    endpoints: RawEndpoints,
    history: Option<RawHistory>,
    schedule: Option<RawSchedule>,
    #[serde(default)]
    alerts: RawAlerts,
    #[serde(default)]
    channel: Vec<Spanned<RawChannel>>,
    #[serde(default)]
    route: Vec<RawRoute>,
    events: Option<RawEvents>,
    web: Option<RawWeb>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawScope {
    accounts: Vec<Spanned<String>>,
    regions: Vec<Spanned<String>>,
    include: BTreeMap<String, Spanned<Vec<String>>>,
    exclude: BTreeMap<String, Spanned<Vec<String>>>,
    exclude_untagged: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawEndpoints {
    tls: Vec<Spanned<String>>,
}

impl Project {
    /// Reads settings from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or anything in it is wrong: all of it, with places.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        parse(&Source::read(path)?)
    }

    /// Reads settings from the text of a file called `name`.
    ///
    /// # Errors
    /// Where anything in it is wrong: all of it, with places.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        parse(&Source::new(name, text))
    }
}

fn parse(source: &Source) -> Result<Project, MappingError> {
    let raw: RawProject = source.parse(HELP)?;
    let mut problems = Vec::new();
    let scope = scope(source, raw.scope, &mut problems);
    let mut path = |path: Spanned<String>| {
        if path.get_ref().trim().is_empty() {
            problems.push(source.problem(
                path.span(),
                "expected a path, found an empty text",
                "fill it in or remove it",
            ));
            return None;
        }
        Some(PathBuf::from(path.into_inner()))
    };
    let roster = raw.roster.and_then(&mut path);
    let memory = raw.memory.and_then(&mut path);
    let mut params: BTreeMap<String, BTreeMap<String, serde_json::Value>> = BTreeMap::new();
    for (check, values) in raw.params {
        let mut read = BTreeMap::new();
        for (name, value) in values {
            let span = value.span();
            match parameter(value.into_inner()) {
                Some(value) => {
                    read.insert(name, value);
                }
                None => problems.push(source.problem(
                    span,
                    format!("expected a number, text, truth value or list for {name}, found something else"),
                    format!("write {name} = 14, \"text\", true or [\"a\", \"b\"]"),
                )),
            }
        }
        params.insert(check, read);
    }
    let tls = raw.endpoints.tls.iter().filter_map(|text| endpoint(source, text, &mut problems)).collect();
    let layout = corrections(source, raw.layout, &mut problems);
    let watching = Watching {
        history: history(source, raw.history, &mut problems),
        schedule: schedule(source, raw.schedule, &mut problems),
        alerts: alerts(source, raw.alerts, raw.channel, raw.route, &mut problems),
        events: events(source, raw.events, &mut problems),
        web: web(source, raw.web, &mut problems),
    };
    settle(Project { sheet: raw.sheet, lang: raw.lang, roster, memory, layout, scope, params, tls, watching }, problems)
}

fn scope(source: &Source, raw: RawScope, problems: &mut Vec<Problem>) -> Scope {
    // A misspelt account or region would leave nothing in scope, and nothing can fail there.
    for account in &raw.accounts {
        let id = account.get_ref();
        if !is_account(id) {
            problems.push(source.problem(
                account.span(),
                format!("expected an account id of twelve digits, found {id:?}"),
                "write it in quotes, with leading zeros: \"012345678901\"",
            ));
        }
    }
    for region in &raw.regions {
        if !is_region(region.get_ref()) {
            problems.push(source.problem(
                region.span(),
                format!("expected the code of a region, found {:?}", region.get_ref()),
                "write it as AWS does: \"ap-northeast-1\"",
            ));
        }
    }
    for (key, values) in raw.include.iter().chain(&raw.exclude) {
        if values.get_ref().is_empty() {
            problems.push(source.problem(
                values.span(),
                format!("expected values of the tag {key:?}, found none"),
                "list them, or write [\"*\"] for any value",
            ));
        }
    }
    let plain = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
    let tags = |map: BTreeMap<String, Spanned<Vec<String>>>| {
        map.into_iter().map(|(key, values)| (key, values.into_inner())).collect()
    };
    Scope {
        accounts: plain(raw.accounts),
        regions: plain(raw.regions),
        include: tags(raw.include),
        exclude: tags(raw.exclude),
        exclude_untagged: raw.exclude_untagged,
    }
}

/// Twelve digits.
pub(super) fn is_account(id: &str) -> bool {
    id.len() == 12 && id.chars().all(|c| c.is_ascii_digit())
}

/// `ap-northeast-1`, `us-gov-west-1`: at least three parts, the last a number.
pub(super) fn is_region(code: &str) -> bool {
    let parts: Vec<&str> = code.split('-').collect();
    let Some((last, first)) = parts.split_last() else { return false };
    first.len() >= 2
        && first.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
        && !last.is_empty()
        && last.chars().all(|c| c.is_ascii_digit())
}

/// TOML to JSON; none for dates, tables and numbers that JSON does not have.
fn parameter(value: toml::Value) -> Option<serde_json::Value> {
    Some(match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => serde_json::Number::from_f64(number)?.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Array(list) => {
            serde_json::Value::Array(list.into_iter().map(parameter).collect::<Option<Vec<_>>>()?)
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => return None,
    })
}

fn endpoint(source: &Source, text: &Spanned<String>, problems: &mut Vec<Problem>) -> Option<Endpoint> {
    let read = read_endpoint(text.get_ref());
    if read.is_none() {
        problems.push(source.problem(
            text.span(),
            format!("expected a host and a port, found {:?}", text.get_ref()),
            "write \"shop.example.com:443\", without https:// and path",
        ));
    }
    read
}

fn read_endpoint(text: &str) -> Option<Endpoint> {
    if text.contains(['/', '?', '#', '@', '\\']) || text.chars().any(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    let port = url.port_or_known_default().filter(|port| *port != 0)?;
    Some(Endpoint { host: url.host_str()?.to_owned(), port })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GOOD: &str = r#"
lang = "ja"
roster = "leavers.csv"

[scope]
accounts = ["123456789012", "111122223333"]
regions = ["ap-northeast-1", "us-gov-west-1"]
include = { Service = ["shop", "cart"] }
exclude_untagged = true

[scope.exclude]
Stage = ["*"]

[params."rds/instance-backup-retention"]
min_days = 14
ratio = 0.5
names = ["a", "b"]

[endpoints]
tls = ["shop.example.com:8443", "例え.jp", "[2001:db8::1]:443"]
"#;

    fn lines(text: &str) -> Vec<(usize, usize)> {
        match Project::parse("kakunin.toml", text) {
            Err(MappingError::Invalid(problems)) => problems.iter().map(|p| (p.line, p.column)).collect(),
            other => panic!("expected problems, found {other:?}"),
        }
    }

    #[test]
    fn an_empty_file_is_a_project_that_restricts_nothing() {
        assert_eq!(Project::parse("kakunin.toml", "").unwrap(), Project::default());
    }

    #[test]
    fn settings_are_read() {
        let project = Project::parse("kakunin.toml", GOOD).unwrap();
        assert_eq!(project.lang, Some(Lang::Ja));
        assert_eq!(project.roster.as_deref(), Some(Path::new("leavers.csv")));
        assert_eq!(project.scope.accounts, ["123456789012", "111122223333"]);
        assert_eq!(project.scope.include["Service"], ["shop", "cart"]);
        assert_eq!(project.scope.exclude["Stage"], ["*"]);
        assert!(project.scope.exclude_untagged);
        let params = &project.params["rds/instance-backup-retention"];
        assert_eq!(
            (&params["min_days"], &params["ratio"], &params["names"]),
            (&json!(14), &json!(0.5), &json!(["a", "b"]))
        );
        let tls: Vec<_> = project.tls.iter().map(|e| (e.host.as_str(), e.port)).collect();
        assert_eq!(tls, [("shop.example.com", 8443), ("xn--r8jz45g.jp", 443), ("[2001:db8::1]", 443)]);
    }

    #[test]
    fn a_scope_that_would_hold_nothing_is_refused() {
        assert_eq!(lines("[scope]\naccounts = [\"12345678901\"]"), [(2, 13)]);
        assert_eq!(lines("[scope]\nregions = [\"ap-northeast-1\", \"tokyo\"]"), [(2, 30)]);
        assert_eq!(lines("[scope]\nregions = [\"ap-northeast-1a\", \"AP-northeast-1\", \"\"]").len(), 3);
        assert_eq!(lines("[scope]\ninclude = { Service = [] }"), [(2, 23)]);
        // Unquoted, a leading zero would be lost.
        assert_eq!(lines("[scope]\naccounts = [123456789012]"), [(2, 13)]);
    }

    #[test]
    fn misspelt_settings_are_refused_with_their_place() {
        assert_eq!(lines("lang = \"ja\"\nscop = 1"), [(2, 1)]);
        assert_eq!(lines("lang = \"fr\""), [(1, 8)]);
        assert_eq!(lines("[scope]\nacounts = []"), [(2, 1)]);
        assert_eq!(lines("roster = \"\""), [(1, 10)]);
    }

    #[test]
    fn endpoints_are_hosts_and_ports() {
        for bad in [
            "https://shop.example.com",
            "shop.example.com/path",
            "shop.example.com:0",
            "shop.example.com:99999",
            "",
            "a b",
        ] {
            assert_eq!(lines(&format!("[endpoints]\ntls = [{bad:?}]")), [(2, 8)], "{bad}");
        }
    }

    #[test]
    fn parameters_are_plain_values() {
        assert_eq!(lines("[params.\"a/b\"]\nx = 2026-01-01"), [(2, 5)]);
        assert_eq!(lines("[params.\"a/b\"]\nx = nan"), [(2, 5)]);
    }
}
