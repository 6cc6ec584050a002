//! How a project is watched: the sections `[history]`, `[schedule]`, `[alerts]`, `[[channel]]`, `[[route]]`, `[events]` and
//! `[web]` of kakunin.toml. Plain data; what is wrong in a file is found where it is read, in `mapping`.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use super::{ChangeKind, Lang, Severity};

/// All of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watching {
    /// Where runs are remembered. None: they are not, unless a command is told to.
    pub history: Option<HistorySettings>,
    /// When to run.
    pub schedule: ScheduleSettings,
    /// Whom to tell, how and when.
    pub alerts: AlertSettings,
    /// Changes as they happen.
    pub events: Option<EventSettings>,
    /// The dashboard.
    pub web: WebSettings,
}

/// A secret, by where it is: never in the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Secret {
    /// Name of an environment variable.
    Env(String),
    /// Path of a file, relative to the project's folder; a newline at its end is no part of the secret.
    File(PathBuf),
}

/// `[history]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HistorySettings {
    /// Name of the sheet in the history; that of the project's folder where none is written. Several projects may share
    /// one database under names of their own.
    pub name: Option<String>,
    /// PostgreSQL's URL (`postgres://…`), by where it is, as it holds a password. None: SQLite.
    pub database: Option<Secret>,
    /// SQLite's file, relative to the project's folder.
    pub file: PathBuf,
    /// Folder of the snapshots, relative to the project's folder, or `s3://bucket/prefix`.
    pub snapshots: String,
    /// Days that runs and their snapshots are kept.
    pub keep_days: u32,
    /// Runs that are kept whatever their age.
    pub keep_runs: u32,
    /// Periods that an audit looks at: nothing of them is deleted.
    pub audits: Vec<AuditWindow>,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self {
            name: None,
            database: None,
            file: PathBuf::from(".kakunin/history.db"),
            snapshots: ".kakunin/snapshots".to_owned(),
            keep_days: 400,
            keep_runs: 30,
            audits: Vec::new(),
        }
    }
}

/// A period that an audit looks at, both days included, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditWindow {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// `[schedule]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScheduleSettings {
    /// Cron expression of five fields: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// IANA time zone that the expression speaks of.
    pub zone: String,
    /// A run starts up to this many seconds later, so that many projects do not ask AWS in the same second.
    pub jitter_seconds: u64,
    /// Make up at once for a run that was missed while the program was down; one, however many were missed.
    pub catch_up: bool,
    /// Minutes after which a run that does not end is given up.
    pub limit_minutes: u64,
}

impl Default for ScheduleSettings {
    fn default() -> Self {
        Self {
            cron: "0 3 * * *".to_owned(),
            zone: "UTC".to_owned(),
            jitter_seconds: 300,
            catch_up: true,
            limit_minutes: 120,
        }
    }
}

/// `[alerts]` with `[[channel]]` and `[[route]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertSettings {
    /// Language of the messages, where a channel does not say.
    pub lang: Option<Lang>,
    /// Base URL of the dashboard, for links.
    pub dashboard: Option<String>,
    /// Tag key that names a resource's owner; asked for only where a route needs it.
    pub owner_tag: String,
    /// Tell again of what is still open after so many days; none: never.
    pub remind_days: Option<u32>,
    /// When to hold back.
    pub quiet: Vec<Quiet>,
    /// The channels.
    pub channels: Vec<ChannelSettings>,
    /// Who hears of what. Without routes every channel hears everything; what no route takes goes to every channel.
    pub routes: Vec<Route>,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            lang: None,
            dashboard: None,
            owner_tag: "Owner".to_owned(),
            remind_days: None,
            quiet: Vec::new(),
            channels: Vec::new(),
            routes: Vec::new(),
        }
    }
}

/// Hours in which only what is severe is told; the rest waits for their end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quiet {
    /// From this time of the day.
    pub from: NaiveTime,
    /// Until this time; before `from`, it is that of the next day.
    pub until: NaiveTime,
    /// IANA time zone.
    pub zone: String,
    /// `mon` … `sun`, the day on which `from` falls; all where none is named.
    #[serde(default)]
    pub days: Vec<chrono::Weekday>,
    /// From this severity on it is told all the same.
    #[serde(default = "critical")]
    pub unless: Severity,
}

fn critical() -> Severity {
    Severity::Critical
}

/// `[[channel]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSettings {
    /// Its name, for routes and for people.
    pub name: String,
    /// Language of its messages.
    pub lang: Option<Lang>,
    /// What it is.
    pub kind: ChannelKind,
}

/// What a channel is, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum ChannelKind {
    /// Slack, by an incoming webhook, laid out with Block Kit.
    Slack {
        /// The webhook's URL, which is a secret.
        url: Secret,
    },
    /// Microsoft Teams, by a workflow's webhook, laid out as an Adaptive Card.
    Teams {
        /// The webhook's URL, which is a secret.
        url: Secret,
    },
    /// E-mail by SMTP.
    Email {
        /// Host name of the server.
        host: String,
        /// Its port; 587 with STARTTLS and 465 with TLS where none is written, 25 without.
        port: Option<u16>,
        /// How the connection is secured.
        #[serde(default)]
        security: MailSecurity,
        /// User name, where the server wants one.
        user: Option<String>,
        /// Password of the user.
        password: Option<Secret>,
        /// Sender.
        from: String,
        /// Receivers.
        to: Vec<String>,
    },
    /// Amazon SNS.
    Sns {
        /// ARN of the topic.
        topic: String,
    },
    /// Amazon EventBridge, by PutEvents.
    EventBridge {
        /// Name or ARN of the bus.
        bus: String,
        /// Its region; that of the environment where none is written.
        region: Option<String>,
    },
    /// PagerDuty, by Events API v2: an incident per item.
    PagerDuty {
        /// The integration's routing key.
        key: Secret,
        /// Where events go, for the European service region or a test.
        url: Option<String>,
    },
    /// Any receiver of JSON, signed with HMAC.
    Webhook {
        /// Where to.
        url: Secret,
        /// Key of the signature.
        secret: Secret,
    },
    /// AWS Security Hub, by BatchImportFindings: a finding per item, in the Security Finding Format.
    SecurityHub {
        /// Region of the hub; that of the environment where none is written.
        region: Option<String>,
    },
    /// Standard output, a line of JSON per message.
    Stdout {},
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailSecurity {
    /// STARTTLS, and nothing is sent without it.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on the same machine only.
    None,
}

/// `[[route]]`: what all of the fields that are written hold of goes to the channels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Route {
    /// Topics, any of them; `*` at the end stands for any rest.
    pub topics: Vec<String>,
    /// At least this severity.
    pub severity: AtLeast,
    /// Accounts, any of them.
    pub accounts: Vec<String>,
    /// Values of the owner tag, any of them.
    pub owners: Vec<String>,
    /// What happened, any of them.
    pub changes: Vec<ChangeKind>,
    /// Names of channels.
    pub channels: Vec<String>,
    /// Look at no route after this one.
    pub last: bool,
}

/// A least severity; the lowest by default, so that a route without it takes all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AtLeast(pub Severity);

impl Default for AtLeast {
    fn default() -> Self {
        Self(Severity::Low)
    }
}

/// `[events]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventSettings {
    /// URL of the SQS queue that EventBridge sends CloudTrail's events to.
    pub queue: String,
    /// Seconds to wait for further events after the first, so that a burst is one re-check.
    #[serde(default = "settle")]
    pub settle_seconds: u64,
}

fn settle() -> u64 {
    2
}

/// `[web]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WebSettings {
    /// Address to listen on. Loopback by default.
    pub listen: String,
    /// Who may look.
    pub login: Login,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8613".to_owned(), login: Login::default() }
    }
}

/// Who may look at the dashboard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Login {
    /// Anyone who reaches the address: taken only on loopback.
    #[default]
    None,
    /// Whoever has the token: once in a form, or as `Authorization: Bearer`.
    Token {
        /// The token.
        token: Secret,
    },
    /// A reverse proxy in front names the user in a header, and nobody else can reach the address.
    Header {
        /// The header's name.
        header: String,
        /// Addresses (CIDR) that the proxy connects from.
        from: Vec<String>,
    },
    /// OpenID Connect.
    Oidc {
        /// The issuer's URL.
        issuer: String,
        /// Client id.
        client_id: String,
        /// Client secret.
        client_secret: Secret,
        /// URL under which people reach the dashboard.
        url: String,
        /// E-mail addresses or domains (`@example.com`) that may look; everyone whom the issuer knows where none is named.
        #[serde(default)]
        allow: Vec<String>,
    },
}
