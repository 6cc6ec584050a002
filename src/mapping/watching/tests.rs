//! Sections that say how a project is watched: what is read, and where what is wrong is found.

use std::path::PathBuf;

use chrono::Weekday;

use crate::mapping::{MappingError, Project};
use crate::model::{
    AtLeast, AuditWindow, ChangeKind, ChannelKind, Lang, Login, MailSecurity, Secret, Severity, Watching,
};

fn read(text: &str) -> Watching {
    match Project::parse("kakunin.toml", text) {
        Ok(project) => project.watching,
        Err(error) => panic!("{error}"),
    }
}

/// What is wrong: line, column, what was found and how to mend it.
fn wrong(text: &str) -> Vec<(usize, usize, String)> {
    match Project::parse("kakunin.toml", text) {
        Err(MappingError::Invalid(problems)) => {
            assert!(problems.iter().all(|p| !p.help.is_empty()), "{problems:?}");
            problems.iter().map(|p| (p.line, p.column, format!("{}; {}", p.message, p.help))).collect()
        }
        other => panic!("expected problems of {text:?}, found {other:?}"),
    }
}

/// One thing is wrong, at the first place where `at` stands, and it is said with `words`.
#[track_caller]
fn wrong_at(text: &str, at: &str, words: &str) {
    let found = wrong(text);
    let before = text.split(at).next().unwrap();
    let place = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap().chars().count() + 1);
    assert_eq!(found.len(), 1, "{text}\n{found:?}");
    assert_eq!((found[0].0, found[0].1), place, "{text}\n{found:?}");
    assert!(found[0].2.contains(words), "{found:?}");
}

/// A channel of this kind with these fields, that others may name.
fn channel(fields: &str) -> String {
    format!("[[channel]]\nname = \"ops\"\n{fields}\n")
}

const ALL: &str = r#"
[history]
name = "shop"
database = { env = "KAKUNIN_DATABASE_URL" }
keep-days = 800
audits = [{ from = "2026-04-01", until = "2027-03-31" }, { from = 2027-04-01, until = 2027-04-01 }]

[schedule]
cron = "30 2 * * MON-FRI"
zone = "Asia/Tokyo"
jitter-seconds = 0

[alerts]
lang = "ja"
dashboard = "https://kakunin.example.com/k"
owner-tag = "Team"
remind-days = 7
quiet = [
    { from = "22:00", until = 07:00:00, zone = "Asia/Tokyo", days = ["mon", "Friday"], unless = "high" },
    { from = "00:00:00", until = "23:59", zone = "UTC" },
]

[[channel]]
name = "ops"
kind = "slack"
lang = "en"
url = { env = "SLACK_WEBHOOK_URL" }

[[channel]]
name = "teams"
kind = "teams"
url = { file = "secrets/teams" }

[[channel]]
name = "mail"
kind = "email"
host = "smtp.example.com"
port = 465
security = "tls"
user = "kakunin"
password = { env = "SMTP_PASSWORD" }
from = "Kakunin <kakunin@example.com>"
to = ["ops@example.com", "CISO <ciso@example.co.jp>"]

[[channel]]
name = "plain-mail"
kind = "email"
host = "localhost"
security = "none"
from = "kakunin@example.com"
to = ["ops@example.com"]

[[channel]]
name = "sns"
kind = "sns"
topic = "arn:aws:sns:ap-northeast-1:123456789012:alerts"

[[channel]]
name = "bus"
kind = "event-bridge"
bus = "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/security"
region = "us-gov-west-1"

[[channel]]
name = "pager"
kind = "pager-duty"
key = { env = "PAGERDUTY_KEY" }
url = "https://events.eu.pagerduty.com/v2/enqueue"

[[channel]]
name = "hook"
kind = "webhook"
url = { env = "HOOK_URL" }
secret = { env = "HOOK_SECRET" }

[[channel]]
name = "hub"
kind = "security-hub"

[[channel]]
name = "当番"
kind = "stdout"

[[route]]
topics = ["encryption-*", "multi-az", "*"]
severity = "high"
accounts = ["012345678901"]
owners = ["dba"]
changes = ["broken", "blind"]
channels = ["ops", "当番"]
last = true

[[route]]
channels = ["mail"]

[events]
queue = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/kakunin"
settle-seconds = 5

[web]
listen = "0.0.0.0:8613"
login = { by = "oidc", issuer = "https://login.example.com", client-id = "kakunin", client-secret = { env = "S" }, url = "https://kakunin.example.com", allow = ["@example.com", "ciso@example.org"] }
"#;

#[test]
fn all_of_the_watch_is_read() {
    let watching = read(ALL);
    let history = watching.history.unwrap();
    assert_eq!(history.name.as_deref(), Some("shop"));
    assert_eq!(history.database, Some(Secret::Env("KAKUNIN_DATABASE_URL".to_owned())));
    assert_eq!((history.keep_days, history.keep_runs), (800, 30));
    assert_eq!(history.file, PathBuf::from(".kakunin/history.db"));
    let window = |from: &str, until: &str| AuditWindow { from: from.parse().unwrap(), until: until.parse().unwrap() };
    assert_eq!(history.audits, [window("2026-04-01", "2027-03-31"), window("2027-04-01", "2027-04-01")]);
    assert_eq!(watching.schedule.cron, "30 2 * * MON-FRI");
    assert_eq!((watching.schedule.jitter_seconds, watching.schedule.limit_minutes), (0, 120));
    let alerts = watching.alerts;
    assert_eq!((alerts.lang, alerts.remind_days, alerts.owner_tag.as_str()), (Some(Lang::Ja), Some(7), "Team"));
    let night = &alerts.quiet[0];
    assert_eq!((night.from, night.until), ("22:00:00".parse().unwrap(), "07:00:00".parse().unwrap()));
    assert_eq!((night.days.as_slice(), night.unless), ([Weekday::Mon, Weekday::Fri].as_slice(), Severity::High));
    assert_eq!(alerts.quiet[1].unless, Severity::Critical);
    let names: Vec<&str> = alerts.channels.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["ops", "teams", "mail", "plain-mail", "sns", "bus", "pager", "hook", "hub", "当番"]);
    assert_eq!(alerts.channels[1].kind, ChannelKind::Teams { url: Secret::File("secrets/teams".into()) });
    let ChannelKind::Email { port, security, user, to, .. } = &alerts.channels[2].kind else { panic!() };
    assert_eq!((*port, *security, user.as_deref(), to.len()), (Some(465), MailSecurity::Tls, Some("kakunin"), 2));
    let route = &alerts.routes[0];
    assert_eq!((route.severity, route.last, route.channels.len()), (AtLeast(Severity::High), true, 2));
    assert_eq!(route.changes, [ChangeKind::Broken, ChangeKind::Blind]);
    assert_eq!(alerts.routes[1].severity, AtLeast(Severity::Low));
    assert_eq!(watching.events.unwrap().settle_seconds, 5);
    assert!(matches!(watching.web.login, Login::Oidc { allow, .. } if allow.len() == 2));
}

#[test]
fn what_is_left_out_is_as_usual() {
    assert_eq!(read(""), Watching::default());
    assert_eq!(read("[history]").history, Some(Default::default()));
    assert_eq!(read("[schedule]\n[alerts]\n[web]"), Watching::default());
}

#[test]
fn a_schedule_that_never_fires_or_speaks_of_no_zone_is_refused() {
    for bad in ["0 3 * *", "0 0 3 * * *", "61 3 * * *", "", "nightly", "0 0 30 2 *"] {
        wrong_at(&format!("[schedule]\nzone = \"UTC\"\ncron = {bad:?}"), &format!("{bad:?}"), "five fields");
    }
    for good in ["0 0 29 2 *", "*/15 * * * *", "@daily", "0 3 * * 1-5", "0 9 L * *"] {
        read(&format!("[schedule]\ncron = {good:?}"));
    }
    wrong_at("[schedule]\ncron = \"0 3 * * *\"\nzone = \"Tokyo\"", "\"Tokyo\"", "IANA");
    wrong_at("[schedule]\njitter-seconds = 90000", "90000", "a day");
    wrong_at("[schedule]\nlimit-minutes = 0", "0", "gives every run up");
    wrong_at("[schedule]\ncrn = \"0 3 * * *\"", "crn", "unknown field");
    wrong_at("[schedule]\njitter-seconds = -1", "-1", "");
}

#[test]
fn a_history_that_forgets_too_much_is_refused() {
    wrong_at("[history]\nkeep-days = 0", "0", "forgets every run");
    wrong_at("[history]\naudits = [{ from = \"2026-04-01\", until = \"2026-03-31\" }]", "\"2026-03-31\"", "before");
    wrong_at("[history]\naudits = [{ from = \"2026-04-31\", until = \"2026-05-31\" }]", "\"2026-04-31\"", "a day");
    wrong_at("[history]\nfile = \"\"", "\"\"", "empty");
    wrong_at("[history]\nname = \" \"", "\" \"", "empty");
    for bad in ["s3://", "s3:///prefix", "s3://Bucket/x", "gs://bucket"] {
        wrong_at(&format!("[history]\nsnapshots = {bad:?}"), &format!("{bad:?}"), "a bucket");
    }
    assert_eq!(read("[history]\nsnapshots = \"s3://bucket/a/b\"").history.unwrap().snapshots, "s3://bucket/a/b");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let url = "postgres://kakunin:hunter2@db.example.com/kakunin";
    let text = format!("[history]\ndatabase = {url:?}");
    wrong_at(&text, &format!("{url:?}"), "secrets do not belong into this file");
    assert!(!wrong(&text)[0].2.contains("hunter2"));
    wrong_at("[history]\ndatabase = { evn = \"X\" }", "{ evn", "as env or file");
    wrong_at("[history]\ndatabase = { env = \"A B\" }", "{ env", "name of an environment variable");
    wrong_at("[history]\ndatabase = { env = \"\" }", "{ env", "name of an environment variable");
    wrong_at("[history]\ndatabase = { file = \"\" }", "{ file", "path");
    wrong_at("[history]\ndatabase = 1", "1", "database");
    let slack = channel("kind = \"slack\"\nurl = \"https://hooks.example.com/T0/B0/hunter2\"");
    wrong_at(&slack, "\"https", "secrets do not belong");
    assert!(!wrong(&slack)[0].2.contains("hunter2"));
}

#[test]
fn a_channel_has_what_its_kind_needs_and_nothing_else() {
    wrong_at(&channel("kind = \"slak\"\nurl = { env = \"A\" }"), "\"slak\"", "slack, teams, email");
    wrong_at(&channel(""), "[[channel]]", "kind");
    wrong_at("[[channel]]\nkind = \"stdout\"", "[[channel]]", "name");
    wrong_at("[[channel]]\nname = \"a b\"\nkind = \"stdout\"", "\"a b\"", "letters, digits");
    wrong_at(&channel("kind = \"slack\""), "[[channel]]", "expected url of a channel of kind slack");
    wrong_at(&channel("kind = \"webhook\"\nurl = { env = \"A\" }"), "[[channel]]", "expected secret");
    wrong_at(&channel("kind = \"stdout\"\nport = 25"), "25", "does not use it");
    wrong_at(&channel("kind = \"slack\"\nurl = { env = \"A\" }\nchannel = \"#ops\""), "channel =", "unknown field");
    wrong_at(&channel("kind = \"slack\"\nurl = { env = \"A\" }\nlang = \"fr\""), "\"fr\"", "");
    let two = format!("{}{}", channel("kind = \"stdout\""), channel("kind = \"stdout\""));
    assert_eq!(wrong(&two).iter().map(|w| (w.0, w.1)).collect::<Vec<_>>(), [(5, 8)]);
    for bad in [
        "alerts",
        "arn:aws:sqs:ap-northeast-1:123456789012:alerts",
        "arn:aws:sns:ap-northeast-1:123456789012:",
        "arn:aws:sns:tokyo:123456789012:a",
    ] {
        wrong_at(&channel(&format!("kind = \"sns\"\ntopic = {bad:?}")), &format!("{bad:?}"), "ARN of a topic");
    }
    wrong_at(&channel("kind = \"event-bridge\"\nbus = \"my bus\""), "\"my bus\"", "event bus");
    wrong_at(&channel("kind = \"security-hub\"\nregion = \"tokyo\""), "\"tokyo\"", "region");
    wrong_at(&channel("kind = \"pager-duty\"\nkey = { env = \"K\" }\nurl = \"events\""), "\"events\"", "URL");
    // All that is wrong is told at once.
    assert_eq!(wrong(&channel("kind = \"webhook\"\nbus = \"x\"")).len(), 3);
}

#[test]
fn mail_goes_to_addresses_by_a_server_that_lets_us_in() {
    let mail = |fields: &str| channel(&format!("kind = \"email\"\nhost = \"smtp.example.com\"\n{fields}"));
    let good = "from = \"kakunin@example.com\"\nto = [\"ops@example.com\"]";
    for bad in
        ["nobody", "@example.com", "ops@", "a b@example.com", "Ops <ops@example.com", "a@example.com, b@example.com"]
    {
        wrong_at(
            &mail(&format!("from = \"kakunin@example.com\"\nto = [\"ciso@example.com\", {bad:?}]")),
            &format!("{bad:?}"),
            "mail address",
        );
    }
    wrong_at(&mail("from = \"kakunin\"\nto = [\"ops@example.com\"]"), "\"kakunin\"", "mail address");
    wrong_at(&mail("from = \"kakunin@example.com\"\nto = []"), "[]", "found none");
    wrong_at(&mail(&format!("{good}\nport = 0")), "0", "port");
    wrong_at(&mail(&format!("{good}\nport = 70000")), "70000", "");
    wrong_at(&mail(&format!("{good}\nsecurity = \"ssl\"")), "\"ssl\"", "");
    wrong_at(&mail(&format!("{good}\npassword = {{ env = \"P\" }}")), "{ env", "user");
    wrong_at(&mail(&format!("{good}\nuser = \"kakunin\"")), "\"kakunin\"", "password");
    wrong_at(
        &channel(&format!("kind = \"email\"\nhost = \"smtp.example.com:25\"\n{good}")),
        "\"smtp.example.com:25\"",
        "port",
    );
}

#[test]
fn a_route_leads_somewhere() {
    let route = |fields: &str| format!("{}[[route]]\n{fields}", channel("kind = \"stdout\""));
    wrong_at(&route("channels = [\"ops\", \"pos\"]"), "\"pos\"", "the channels are: ops");
    wrong_at("[[route]]\nchannels = [\"ops\"]", "\"ops\"", "add a [[channel]]");
    wrong_at(&route("channels = []"), "[]", "nobody would hear");
    wrong_at(&route("topics = [\"multi-az\"]"), "[[route]]", "channels");
    wrong_at(&route("channels = [\"ops\"]\nseverity = \"hihg\""), "\"hihg\"", "");
    wrong_at(&route("channels = [\"ops\"]\nchanges = [\"broken\", \"borken\"]"), "\"borken\"", "");
    wrong_at(&route("channels = [\"ops\"]\ntopics = [\"a\", \"en*ion\"]"), "\"en*ion\"", "at the end");
    wrong_at(&route("channels = [\"ops\"]\ntopics = [\"\"]"), "\"\"", "topic");
    wrong_at(&route("channels = [\"ops\"]\naccounts = [\"12345\"]"), "\"12345\"", "twelve digits");
    wrong_at(&route("channels = [\"ops\"]\nowners = [\"\"]"), "\"\"", "empty");
    // A channel that is wrong itself is noted once, not again by who names it.
    let broken = format!("{}[[route]]\nchannels = [\"ops\"]", channel("kind = \"slack\""));
    assert_eq!(wrong(&broken).len(), 1);
}

#[test]
fn quiet_hours_have_a_length_a_zone_and_days() {
    let quiet = |inner: &str| format!("[alerts]\nquiet = [{{ {inner} }}]");
    wrong_at(&quiet("zone = \"UTC\", from = \"22:00\", until = \"22:00:00\""), "\"22:00:00\"", "when they begin");
    wrong_at(&quiet("zone = \"UTC\", from = \"22:00\", until = \"24:00\""), "\"24:00\"", "midnight is");
    wrong_at(&quiet("zone = \"UTC\", from = 22, until = \"07:00\""), "22", "time of the day");
    wrong_at(&quiet("zone = \"JST-9\", from = \"22:00\", until = \"07:00\""), "\"JST-9\"", "time zone");
    wrong_at(
        &quiet("zone = \"UTC\", from = \"22:00\", until = \"07:00\", days = [\"mon\", \"funday\"]"),
        "\"funday\"",
        "day of the week",
    );
    wrong_at(&quiet("zone = \"UTC\", from = \"22:00\", until = \"07:00\", unless = \"urgent\""), "\"urgent\"", "");
    wrong_at("[alerts]\nremind-days = 0", "0", "every run");
    wrong_at("[alerts]\ndashboard = \"kakunin.example.com\"", "\"kakunin", "URL");
    wrong_at("[alerts]\nowner-tag = \"\"", "\"\"", "empty");
}

#[test]
fn change_events_come_from_a_queue_soon() {
    wrong_at("[events]\nqueue = \"kakunin\"", "\"kakunin\"", "URL");
    wrong_at(
        "[events]\nqueue = \"https://sqs.ap-northeast-1.amazonaws.com/123456789012/q\"\nsettle-seconds = 600",
        "600",
        "at most 60",
    );
    wrong_at("[events]\nsettle-seconds = 2", "[events]", "queue");
}

#[test]
fn a_dashboard_that_others_reach_has_a_login() {
    for open in ["0.0.0.0:8613", "[::]:8613", "192.0.2.1:80", "kakunin.example.com:8613"] {
        wrong_at(&format!("[web]\nlisten = {open:?}"), &format!("{open:?}"), "expected a login");
        wrong_at(
            &format!("[web]\nlogin = {{ by = \"none\" }}\nlisten = {open:?}"),
            &format!("{open:?}"),
            "expected a login",
        );
        read(&format!("[web]\nlisten = {open:?}\nlogin = {{ by = \"token\", token = {{ env = \"T\" }} }}"));
    }
    for own in ["127.0.0.1:8613", "[::1]:80", "localhost:8613", "127.0.0.2:0"] {
        read(&format!("[web]\nlisten = {own:?}"));
    }
    for bad in ["8613", "localhost", "127.0.0.1", "127.0.0.1:99999", "http://localhost:1"] {
        wrong_at(&format!("[web]\nlisten = {bad:?}"), &format!("{bad:?}"), "an address and a port");
    }
}

#[test]
fn a_login_has_what_it_needs_and_lets_not_everyone_in() {
    let login = |inner: &str| format!("[web]\nlisten = \"0.0.0.0:1\"\nlogin = {{ {inner} }}");
    wrong_at(&login("by = \"password\""), "\"password\"", "none, token, header and oidc");
    wrong_at(&login("by = \"token\""), "{ by", "expected token");
    wrong_at(&login("by = \"token\", token = \"hunter2\""), "\"hunter2\"", "secrets do not belong");
    wrong_at(&login("by = \"token\", token = { env = \"T\" }, header = \"X-User\""), "\"X-User\"", "does not use it");
    wrong_at(&login("by = \"header\", header = \"X-User\", from = []"), "[]", "anyone else could send");
    wrong_at(&login("by = \"header\", header = \"X-User\", from = [\"0.0.0.0/0\"]"), "\"0.0.0.0/0\"", "everyone");
    wrong_at(
        &login("by = \"header\", header = \"X-User\", from = [\"10.0.0.0/24\", \"proxy\"]"),
        "\"proxy\"",
        "range of addresses",
    );
    wrong_at(&login("by = \"header\", header = \"X User:\", from = [\"10.0.0.0/24\"]"), "\"X User:\"", "header");
    let oidc =
        |fields: &str| login(&format!("by = \"oidc\", client-id = \"k\", client-secret = {{ env = \"S\" }}, {fields}"));
    wrong_at(&oidc("issuer = \"login\", url = \"https://k.example.com\""), "\"login\"", "URL");
    wrong_at(&oidc("issuer = \"https://login.example.com\""), "{ by", "expected url");
    wrong_at(
        &oidc("issuer = \"https://login.example.com\", url = \"https://k.example.com\", allow = [\"example.com\"]"),
        "\"example.com\"",
        "@example.com",
    );
}
